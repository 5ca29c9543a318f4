"""The rule `pretty-printed-json`: which JSON it looks at, and what its fix leaves as it is."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.checks.json_layout import minified
from promptlint.diagnostic import Applicability, Diagnostic
from promptlint.fixes import apply_fixes
from promptlint.formats import read
from promptlint.guard import guard
from promptlint.source import Source

Run = Callable[..., tuple[Diagnostic, ...]]

DATA = json.dumps([{"id": number, "name": f"thing {number}", "size": 1.50} for number in range(8)], indent=2)
SCHEMA = json.dumps({"type": "object", "properties": {name: {"type": "string"} for name in ("a", "b", "c")}}, indent=4)


@pytest.fixture
def pretty(found_by: Callable[[str], Run]) -> Run:
    return found_by("pretty-printed-json")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        (f"Recommend something.\n\n<catalogue_data>\n{DATA}\n</catalogue_data>\n\n{{{{ wish }}}}", True),
        (f'Recommend something.\n\n"""\n{DATA}\n"""\n\n{{{{ wish }}}}', True),
        (f"Extract the names as JSON that follows this schema.\n\n{SCHEMA}\n\n{{{{ text }}}}", True),
        (f"You recommend one of our products to the customer.\n\nOur catalogue:\n{DATA}\n\n{{{{ wish }}}}", False),
        (f"Name the cheapest.\n\nExample input:\n{DATA}\n\nExample output:\nthing 1\n\n{{{{ list }}}}", False),
    ],
    ids=["tags", "quotes", "a schema", "a label", "an example's input"],
)
def test_what_goes_in(pretty: Run, text: str, safe: bool) -> None:
    (finding,) = pretty(text, "prompts/a.j2")
    assert finding.fix is not None
    assert (finding.fix.applicability is Applicability.SAFE) == safe
    assert finding.saving is not None
    assert finding.saving.input_tokens >= 29, "about what the message says"


@pytest.mark.parametrize(
    "text",
    [
        f"Make a list.\n\nExample output:\n{DATA}\n\n{{{{ wish }}}}",
        f"Return JSON like this:\n{DATA}\n\n{{{{ wish }}}}",
        f"You recommend one of our products to the customer.\n\nOutput format:\n{DATA}\n\n{{{{ wish }}}}",
        f"You recommend one of our products to the customer.\n\nReturn this:\n{DATA}\n\n{{{{ wish }}}}",
        f"Write a Python function that reads this.\n\n<data>\n{DATA}\n</data>",
        f"Indent this JSON with four blanks.\n\n<data>\n{DATA}\n</data>",
        f"Recommend something.\n\n<data>\n{minified(DATA)}\n</data>\n\n{{{{ wish }}}}",
        '<data>\n{\n  "a": 1\n}\n</data>\n\nName the number.',
        f"Name the cheapest.\n\n<data>\n```js\n{DATA}\n```\n</data>",
    ],
    ids=["an example's output", "a form", "a format", "asked for", "code", "layout", "on one line", "little", "another language"],
)  # fmt: skip
def test_what_is_left_alone(pretty: Run, text: str) -> None:
    assert pretty(text, "prompts/a.j2") == ()


def test_files_for_agents_and_commands(pretty: Run) -> None:
    text = f"Name the cheapest.\n\n<data>\n{DATA}\n</data>\n"
    assert len(pretty(text)) == 1
    assert pretty(text, "CLAUDE.md") == ()
    assert pretty(f"{text}\n$ARGUMENTS\n", ".claude/commands/a.md") == ()


def test_the_least_saving_is_an_option(pretty: Run) -> None:
    text = f"Name the cheapest.\n\n<data>\n{DATA}\n</data>\n"
    assert pretty(text, **{"min-saving": 1000}) == ()


@pytest.mark.parametrize(
    ("path", "head", "tail", "braces"),
    [
        ("prompts/a.txt", "Name the cheapest.\n\n<data>\n", "\n</data>\n", False),
        ("prompts/a.prompt.yml", "messages:\n  - role: user\n    content: |\n      Name the cheapest.\n\n      <data>\n", "\n      </data>\n", False),
        ("prompts/a.txt", "Name the cheapest for {{name}}.\n\n<data>\n", "\n</data>\n", False),
        ("prompts/a.txt", "Name the cheapest for {name}.\n\n<data>\n", "\n</data>\n", True),
    ],
    ids=["text", "YAML", "two braces", "escaped braces"],
)  # fmt: skip
def test_the_fix_passes_the_guard(pretty: Run, path: str, head: str, tail: str, braces: bool) -> None:
    indent = " " * (len(tail) - len(tail.lstrip()) - 1)
    body = DATA.replace("{", "{{").replace("}", "}}") if braces else DATA
    text = head + "\n".join(indent + line for line in body.split("\n")) + tail
    (finding,) = pretty(text, path)
    assert finding.fix is not None
    fixed = apply_fixes(text, [finding.fix])
    before = read(Source(path, text))
    after = read(Source(path, fixed), format=before.format)
    assert guard(before, after, [finding.fix]) is None
    assert fixed == head + indent + minified(body) + tail
    assert pretty(fixed, path) == ()


def test_line_ends_of_any_kind(pretty: Run) -> None:
    for end in ("\r\n", "\r"):
        text = f"Name the cheapest.\n\n<data>\n{DATA}\n</data>\n".replace("\n", end)
        (finding,) = pretty(text)
        assert finding.fix is not None
        assert minified(DATA) in apply_fixes(text, [finding.fix])


def test_keys_strings_and_numbers_stay_as_they_are_written() -> None:
    text = '{\n  "b" : 1.50e+3,\n  "a": "x  \\n \\u00e9 \\" , : [ ",\n  "b": [ ]\n}'
    assert minified(text) == '{"b":1.50e+3,"a":"x  \\n \\u00e9 \\" , : [ ","b":[]}'


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES, st.sampled_from([None, 1, 4]), st.booleans())
def test_the_value_stays(value: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert minified(text) == json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only)
