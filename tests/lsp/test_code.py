"""Prompts in programs: findings, fixes, comments, figures and names, beside the server of the language; ordinary code costs nothing."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from promptlint.formats import read
from promptlint.formats.code import document as code
from promptlint.source import Source
from promptlint_lsp.buffers import opened
from promptlint_lsp.linting import Linter, Unlinted
from promptlint_lsp.roots import Roots
from promptlint_lsp.settings import Settings

from .conftest import Editor, applied, position_of, range_of

PYTHON = '''from openai import OpenAI

from texts import RULES

client = OpenAI()


def answer(ticket: str, tone: str) -> str:
    """Answer a ticket 😀."""
    done = client.chat.completions.create(
        model="gpt-4o-mini",
        max_tokens=300,
        messages=[
            {"role": "system", "content": RULES},
            {"role": "user", "content": f"Summarise 😀 in order to help {tone!r}:\\n{ticket}"},
        ],
    )
    print(ticket)
    return done.choices[0].message.content


def greet(name: str) -> str:
    text = "Write a greeting in order to welcome {name}, in one sentence.".format(name=name)
    return client.responses.create(model="gpt-4o", input=text, max_output_tokens=50).output_text
'''
TYPESCRIPT = """import OpenAI from "openai";

const client = new OpenAI();

export async function answer(ticket: string) {
  const done = await client.chat.completions.create({
    model: "gpt-4o-mini",
    max_completion_tokens: 100,
    messages: [{ role: "user", content: `Summarise in order to help:\\n${ticket}` }],
  });
  return done.choices[0].message.content;
}
"""
TEXTS = 'RULES = """You are a support agent. Answer in order to help the customer."""\n'
CODE = "def add(a: int, b: int) -> int:\n    return a + b\n"


@pytest.fixture
def python(editor: Editor, folder: Path) -> str:
    (folder / "texts.py").write_text(TEXTS, "utf-8")
    return editor.open(folder / "app.py", PYTHON, "python")


@pytest.fixture
def typescript(editor: Editor, folder: Path) -> str:
    return editor.open(folder / "app.ts", TYPESCRIPT, "typescript")


def phrases(editor: Editor, uri: str) -> list[types.Range]:
    return [each.range for each in editor.diagnostics(uri) if each.code == "verbose-phrase"]


def ask(editor: Editor, method: str, kind: Any, uri: str, place: types.Range, **more: Any) -> Any:
    return editor.ask(method, kind(**editor.at(uri, place.start), **more))


def change_of(editor: Editor, action: types.CodeAction) -> list[types.TextEdit]:
    resolved = editor.ask(types.CODE_ACTION_RESOLVE, action)
    (change,) = resolved.edit.document_changes
    return list(change.edits)


def test_what_is_in_the_editor_is_linted(editor: Editor, python: str, typescript: str):
    call = range_of(PYTHON, "client.chat.completions.create(")
    assert phrases(editor, python) == [
        range_of(PYTHON, "in order to"),
        range_of(PYTHON, "in order to", nth=1),
        call,  # the constant of the other file
    ]
    assert phrases(editor, typescript) == [range_of(TYPESCRIPT, "in order to")]
    editor.change(typescript, TYPESCRIPT.replace("in order to", "to"))
    assert phrases(editor, typescript) == []


def test_a_program_without_a_name_is_told_by_its_language(editor: Editor):
    uri = editor.open("untitled:Untitled-7", TYPESCRIPT, "typescript")
    assert phrases(editor, uri) == [range_of(TYPESCRIPT, "in order to")]
    editor.close_document(uri)


@pytest.mark.parametrize("name", ["python", "typescript"])
def test_all_safe_fixes(editor: Editor, name: str, request: pytest.FixtureRequest):
    uri = request.getfixturevalue(name)
    text = PYTHON if name == "python" else TYPESCRIPT
    (action,) = editor.actions(uri, range_of(text, "import"), ["source.fixAll"])
    assert applied(text, change_of(editor, action)) == text.replace("in order to", "to")


def test_a_constant_is_fixed_where_it_stands(editor: Editor, python: str):
    offered = editor.actions(python, range_of(PYTHON, "client.chat"))
    titles = [each.title for each in offered]
    assert "Show the rule verbose-phrase" in titles and "Write 'to'" not in titles


@pytest.mark.parametrize(
    ("name", "line", "mark"), [("python", '            {"role": "user"', "#"), ("typescript", "    messages:", "//")]
)
def test_a_comment_that_silences(editor: Editor, name: str, line: str, mark: str, request: pytest.FixtureRequest):
    uri = request.getfixturevalue(name)
    text = PYTHON if name == "python" else TYPESCRIPT
    offered = editor.actions(uri, range_of(text, "in order to"))
    action = next(each for each in offered if each.title == "Ignore verbose-phrase here")
    after = applied(text, change_of(editor, action))
    indent = line[: len(line) - len(line.lstrip())]
    assert after == text.replace(line, f"{indent}{mark} promptlint: ignore[verbose-phrase]\n{line}")
    editor.change(uri, after)
    assert range_of(after, "in order to") not in phrases(editor, uri)
    assert read(Source(uri.rpartition("/")[2], after)).fault is None


def test_hovering(editor: Editor, python: str):
    def hovered(part: str) -> str:
        return ask(editor, types.TEXT_DOCUMENT_HOVER, types.HoverParams, python, range_of(PYTHON, part)).contents.value

    assert hovered("in order to").startswith("**verbose-phrase**")
    assert "**ticket** (variable)" in hovered("ticket}") and "filled in by the program" in hovered("ticket}")
    assert "declared in line 23" in hovered("name}, in")
    assert "128,000 tokens" in hovered("gpt-4o-mini")


def test_tokens_and_cost_stand_at_the_call(editor: Editor, python: str):
    lenses = editor.ask(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensParams(types.TextDocumentIdentifier(python)))
    assert [each.range.start for each in lenses] == [
        range_of(PYTHON, "client.chat").start,
        range_of(PYTHON, "client.responses").start,
    ]
    assert "tokens in" in lenses[0].command.title and "(gpt-4o-mini)" in lenses[0].command.title
    assert "$" in lenses[0].command.title


def test_the_outline(editor: Editor, python: str):
    symbols = editor.ask(
        types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.DocumentSymbolParams(types.TextDocumentIdentifier(python))
    )
    assert {each.name: [inside.name for inside in each.children] for each in symbols} == {
        "answer": ["user", "ticket", "tone"],
        "greet": ["name"],
    }


def rename(editor: Editor, uri: str, text: str, part: str) -> str:
    """The text with a variable renamed, or why it cannot be."""
    params = {"uri": uri, "place": range_of(text, part)}
    if ask(editor, types.TEXT_DOCUMENT_PREPARE_RENAME, types.PrepareRenameParams, **params) is None:
        with pytest.raises(JsonRpcException) as refused:
            ask(editor, types.TEXT_DOCUMENT_RENAME, types.RenameParams, **params, new_name="other")
        return str(refused.value)
    edit = ask(editor, types.TEXT_DOCUMENT_RENAME, types.RenameParams, **params, new_name="other")
    (change,) = edit.document_changes
    return applied(text, list(change.edits))


def test_a_field_is_renamed_with_the_keyword_of_its_call(editor: Editor, python: str):
    after = rename(editor, python, PYTHON, "name}, in")
    assert after == PYTHON.replace("{name}, in", "{other}, in").replace("format(name=", "format(other=")
    ast.parse(after)


def test_half_of_a_program_is_not_renamed(editor: Editor, python: str, typescript: str, folder: Path):
    assert "the program fills in 'ticket'" in rename(editor, python, PYTHON, "ticket}")
    assert "the program fills in 'ticket'" in rename(editor, typescript, TYPESCRIPT, "ticket}`")
    shared = 'GREETING = "Write a greeting to {name}, in one sentence."\n' + PYTHON.replace(
        '"Write a greeting in order to welcome {name}, in one sentence."', "GREETING"
    )
    uri = editor.open(folder / "shared.py", shared, "python")
    assert "the program fills in 'name'" in rename(editor, uri, shared, "name}, in")
    constant = 'GREETING_PROMPT = "Write a greeting to {name}, in one sentence, for the new customer."\n'
    uri = editor.open(folder / "constant.py", constant, "python")
    assert "the program fills in 'name'" in rename(editor, uri, constant, "name}, in")


def test_the_names_of_the_program_are_left_to_its_own_server(editor: Editor, python: str):
    def places(method: str, kind: Any, part: str, **more: Any) -> list[types.Range]:
        return [each.range for each in ask(editor, method, kind, python, range_of(PYTHON, part), **more)]

    context = {"context": types.ReferenceContext(include_declaration=True)}
    assert places(types.TEXT_DOCUMENT_REFERENCES, types.ReferenceParams, "ticket}", **context) == []
    assert places(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, types.DocumentHighlightParams, "ticket}") == []
    field = [range_of(PYTHON, "{name").end, range_of(PYTHON, "format(name").end]
    found = places(types.TEXT_DOCUMENT_REFERENCES, types.ReferenceParams, "name}, in", **context)
    assert [each.end for each in found] == field
    behind_the_brace = types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams, python
    assert ask(editor, *behind_the_brace, range_of(PYTHON, "ticket}")) == []
    offered = ask(editor, *behind_the_brace, range_of(PYTHON, "name}, in"))
    assert [each.label for each in offered] == ["name"]


@pytest.mark.parametrize("nth", [0, 1])
def test_the_definition_of_a_constant_of_another_file(editor: Editor, python: str, folder: Path, nth: int):
    definition = types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams, python
    (place,) = ask(editor, *definition, range_of(PYTHON, "RULES", nth=nth))
    assert (place.uri, place.range) == ((folder / "texts.py").as_uri(), range_of(TEXTS, "RULES"))
    assert ask(editor, *definition, range_of(PYTHON, "OpenAI")) == []


def test_names_of_models_are_completed(editor: Editor, python: str):
    for written in ("gpt-4", ""):
        text = PYTHON.replace('"gpt-4o-mini"', f'"{written}"')
        editor.change(python, text)
        at = position_of(text, text.index('model="') + len('model="') + len(written))
        items = editor.ask(types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams(**editor.at(python, at)))
        found = next(each for each in items if each.label == "gpt-4o-mini")
        assert applied(text, [found.text_edit]) == PYTHON


def test_a_program_is_looked_at_again_when_its_constant_changes(pushed: Editor, folder: Path):
    texts = folder / "texts.py"
    texts.write_text(TEXTS, "utf-8")
    app = pushed.open(folder / "app.py", PYTHON, "python")
    assert len(phrases(pushed, app)) == 3

    def is_now(count: int) -> bool:
        items = pushed.published[app][-1].diagnostics
        return [each.code for each in items].count("verbose-phrase") == count

    other = pushed.open(texts, language="python")
    pushed.change(other, TEXTS.replace("in order to", "to"))
    pushed.wait(lambda: is_now(2))
    pushed.close_document(other)
    pushed.wait(lambda: is_now(3))
    texts.write_text(TEXTS.replace("in order to", "to"), "utf-8")
    changed = types.FileEvent(texts.as_uri(), types.FileChangeType.Changed)
    pushed.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([changed]))
    pushed.wait(lambda: is_now(2))


def test_of_a_program_without_prompts_nothing_is_said(pushed: Editor, folder: Path):
    uri = pushed.open(folder / "add.py", CODE, "python")
    assert pushed.diagnostics(uri) == []
    for number in range(5):
        pushed.change(uri, CODE + f"# {number}\n")
        pushed.pause(0.05)
    app = pushed.open(folder / "app.py", PYTHON, "python")  # what comes after it was worked on after it
    assert pushed.diagnostics(app)
    assert len(pushed.published[uri]) == 1
    # a prompt is seen as soon as there is one, and forgotten when it is gone
    for text, count in ((PYTHON, 2), (CODE, 0)):
        pushed.change(uri, text)
        assert len(phrases(pushed, uri)) == count
    assert pushed.client.messages == []


def test_a_program_without_prompts_is_not_parsed(folder: Path, monkeypatch: pytest.MonkeyPatch):
    def fails(name: str) -> Any:
        raise AssertionError(name)

    monkeypatch.setattr(code, "language_of", fails)
    roots = Roots([folder], Settings())
    for name, text in (("add.py", CODE), ("add.ts", "export const add = (a: number, b: number) => a + b;\n")):
        item = types.TextDocumentItem((folder / name).as_uri(), "", 1, text)
        assert isinstance(Linter().lint(opened(item, "utf-16"), roots.of(folder / name)), Unlinted)
