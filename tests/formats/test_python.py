"""Programs in Python and notebooks: which are taken, what comments in them cover, and that fixes leave them valid."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptlint import formats
from promptlint.config import Config
from promptlint.diagnostic import Applicability, Fix
from promptlint.discovery import Found, discover
from promptlint.engine import lint
from promptlint.fixes import apply_fixes
from promptlint.formats import cap_in_call, ignore_here, read
from promptlint.guard import guard
from promptlint.prompt import Document
from promptlint.runner import disk
from promptlint.source import Source

PROMPT = 'SUMMARY_PROMPT = "You are an editor. Sum up the text in two sentences: {text}"\n'
CALL = 'client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "In order to win."}])\n'


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("app/a.py", CALL, "calls chat.completions.create"),
        ("app/a.py", PROMPT, "holds a prompt (SUMMARY_PROMPT)"),
        ("app/a.py", "from langchain_core.messages import HumanMessage\nx.invoke([HumanMessage('a')])", "calls x.invoke"),
        ("app/a.py", "import dspy\nclass A(dspy.Signature):\n    '''Sum up.'''", "holds a DSPy signature (A)"),
        ("app/a.py", f'"""{CALL}"""', None),
        ("app/a.py", "import langchain\n", None),
        ("app/a.py", "x = 1\n", None),
        ("app/a.pyi", CALL, None),
        ("app/test_a.py", CALL, None),
        ("tests/a.py", CALL, None),
        ("app/conftest.py", PROMPT, None),
    ],
)  # fmt: skip
def test_what_is_taken_on_the_way(path: str, text: str, reason: str | None) -> None:
    found = formats.recognise(path, text)
    assert (found.reason if found else None) == reason
    assert formats.refusal(path, text) is None


def test_a_named_program_is_read_whatever_it_holds() -> None:
    for path, name in (("tests/test_a.py", "python"), ("tests/a.ipynb", "notebook")):
        found = formats.recognise(path, "x = 1\n", named=True)
        assert found is not None and found.format == name
    assert read(Source("tests/test_a.py", "x = 1\n")).prompts == ()


def test_a_syntax_error_is_not_ours_to_report() -> None:
    document = read(Source("app/a.py", f"def f(:\n    pass\n{CALL}"))
    assert document.fault is not None
    assert document.problems == ()
    assert len(document.prompts) == 1


COMMENTED = '''\
# promptlint: ignore[a]
SYSTEM_PROMPT = """You are an editor.
Sum up."""


def ask(text):
    return client.responses.create(
        model="gpt-4o",  # promptlint: ignore[b]
        # promptlint: ignore[c] it is long
        instructions=(
            "Be brief. "
            "Be kind."
        ),
        input=text + "# promptlint: ignore[d]",
    )
'''


def test_what_comments_cover() -> None:
    document = read(Source("app/a.py", COMMENTED))
    covered = {
        each.rules[0]: COMMENTED[each.scope.start : each.scope.end] for each in document.suppressions if each.scope
    }
    assert covered["a"].endswith('Sum up."""')
    assert covered["b"].endswith("ignore[b]")
    assert covered["c"].rstrip().endswith(")") and "Be kind." in covered["c"]
    assert covered.keys() == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CALL, "# promptlint: ignore[verbose-phrase] why\n" + CALL),
        (
            'def f():\n    return client.responses.create(\n        input="""\nIn order to win.\n"""\n    )\n',
            'def f():\n    return client.responses.create(\n        # promptlint: ignore[verbose-phrase] why\n        input="""\nIn order to win.\n"""\n    )\n',
        ),
        (
            'SYSTEM_PROMPT = \\\n    "You are an editor. In order to win, sum up."\n',
            '# promptlint: ignore[verbose-phrase] why\nSYSTEM_PROMPT = \\\n    "You are an editor. In order to win, sum up."\n',
        ),
    ],
)
def test_a_comment_above_the_statement_or_the_literal(text: str, expected: str) -> None:
    document = read(Source("app/a.py", text))
    found = [each for each in lint(document, Config()).diagnostics if each.rule == "verbose-phrase"]
    fixes = ignore_here(document, found, "why", "line")
    (fix,) = set(fixes.values())
    changed = apply_fixes(text, [fix])
    assert changed == expected
    after = read(Source("app/a.py", changed))
    assert guard(document, after, [fix]) is None
    assert not [each for each in lint(after, Config()).diagnostics if each.rule == "verbose-phrase"]


def notebook(*cells: str | list[str]) -> str:
    code = [{"cell_type": "code", "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"cells": code, "metadata": {"kernelspec": {"language": "python"}}}, indent=1)


def test_a_notebook(verify) -> None:
    text = notebook(
        ["%pip install openai\n", "SYSTEM = 'Be \"brief\".'\n", "!ls\n"],
        "%%bash\nclient.responses.create(input='No.')",
        f"# promptlint: ignore[filler-phrase] quoted\n{CALL}client.responses.create(instructions=SYSTEM, input='x')",
    )
    document = verify(read(Source("plan.ipynb", text)))
    first, second = document.prompts
    assert second.messages[0].text == 'Be "brief".'
    place = first.settings.model
    assert place is not None and text[place.location.span.start : place.location.span.end] == '\\"gpt-4o\\"'
    (verbose,) = [each for each in lint(document, Config()).diagnostics if each.rule == "verbose-phrase"]
    assert verbose.fix is not None
    after = read(Source("plan.ipynb", apply_fixes(text, [verbose.fix])))
    assert guard(document, after, [verbose.fix]) is None
    assert after.prompts[0].messages[0].text == "To win."
    assert [each.rules for each in document.suppressions] == [("filler-phrase",)]
    assert ignore_here(document, [verbose], "", "line") == {}, "a line of JSON cannot be added so simply"


def test_a_notebook_of_another_language_holds_nothing() -> None:
    text = notebook(CALL).replace('"python"', '"julia"')
    assert formats.recognise("plan.ipynb", text) is None
    assert read(Source("plan.ipynb", text)).prompts == ()
    assert read(Source("plan.ipynb", "{")).prompts == ()


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("app/a.py", CALL, ("max_completion_tokens=99",)),
        ("app/a.py", 'client.models.generate_content(model="m", contents="Go.")', ('config={"max_output_tokens": 99}',)),
        ("app/a.ts", "import {generateText} from 'ai';\ngenerateText({ model: 'm', prompt: 'Go.' });", ("maxOutputTokens: 99",)),
        ("app/a.ts", "ai.models.generateContent({ model: 'm', contents: 'Go.' });", ("config: { maxOutputTokens: 99 }",)),
        ("app/a.py", PROMPT, ()),
    ],
)  # fmt: skip
def test_how_a_cap_is_written(path: str, text: str, lines: tuple[str, ...]) -> None:
    document = read(Source(path, text))
    assert cap_in_call(document, document.prompts[0], 99) == lines


def test_a_fix_that_breaks_the_program_is_refused() -> None:
    document = read(Source("app/a.py", CALL))
    (found,) = [each for each in lint(document, Config()).diagnostics if each.rule == "verbose-phrase"]
    assert found.fix is not None
    assert (
        guard(document, read(Source("app/a.py", CALL + "def f(:\n")), [found.fix])
        == "the file would no longer be valid"
    )


CORPUS = os.environ.get("PROMPTLINT_CORPUS")

if CORPUS:

    def constants(tree: ast.AST) -> list[object]:
        """What a program holds, node by node, with its strings aside."""
        found: list[object] = []
        for node in ast.walk(tree):
            found.append(type(node).__name__)
            if isinstance(node, ast.Constant) and not isinstance(node.value, str):
                found.append(node.value)
        return found

    def strings(tree: ast.AST) -> list[str]:
        return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]

    def fixes(document: Document) -> Iterator[Fix]:
        for each in lint(document, Config()).diagnostics:
            inside = each.fix is not None and all(edit.location.path == document.source.path for edit in each.fix.edits)
            if each.fix is not None and inside and each.fix.applicability is not Applicability.DISPLAY:
                yield each.fix

    def test_fixes_change_strings_alone() -> None:
        root = Path(CORPUS)
        tried = 0
        for found in discover(["files"], cwd=root):
            if not isinstance(found, Found) or found.recognition.format != "python":
                continue
            document = read(found.source, disk(root), "python")
            if document.fault is not None:
                continue
            before = ast.parse(found.source.text)
            for fix in fixes(document):
                changed = apply_fixes(found.source.text, [fix])
                after = read(Source(found.path, changed), disk(root), "python")
                if guard(document, after, [fix]) is not None:
                    continue
                tried += 1
                tree = ast.parse(changed)
                assert constants(before) == constants(tree), (found.path, fix)
                differ = [one for one, other in zip(strings(before), strings(tree), strict=True) if one != other]
                assert 1 <= len(differ) <= len(fix.edits), (found.path, fix)
        assert tried > 50
