from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pytest_lsp import client_capabilities

from promptlint.cli import run
from promptlint_lsp.actions import edits_between, is_wanted

from .conftest import Editor, Start, applied, modern, range_of

TEXT = "# 😀\r\nPlease summarise in order to help, in one sentence.\r\n\r\n<report>\r\n{{ report }}\r\n</report>\r\n"


def titles(editor: Editor, uri: str, place: types.Range, only: list[str] | None = None) -> dict[str, object]:
    return {each.title: each for each in editor.actions(uri, place, only)}


def edited(editor: Editor, uri: str, text: str, action: types.CodeAction) -> str:
    edit = editor.ask(types.CODE_ACTION_RESOLVE, action).edit
    (change,) = edit.document_changes
    assert change.text_document.uri == uri and change.text_document.version == editor.versions[uri]
    return applied(text, change.edits, editor.encoding)


def test_a_fix_is_offered_and_written(editor: Editor, folder: Path):
    uri = editor.open(folder / "prompts" / "a.j2", TEXT, "jinja")
    offered = titles(editor, uri, range_of(TEXT, "order"))
    fix = offered["Write 'to'"]
    assert fix.kind == "quickfix" and fix.is_preferred and fix.edit is None
    assert [each.code for each in fix.diagnostics] == ["verbose-phrase"]
    assert edited(editor, uri, TEXT, fix) == TEXT.replace("in order to", "to")


def test_all_fixes_are_those_of_the_command_line(
    editor: Editor, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    file = folder / "prompts" / "a.j2"
    file.parent.mkdir()
    file.write_bytes(TEXT.encode())
    uri = editor.open(file, TEXT, "jinja")
    (action,) = editor.actions(uri, range_of(TEXT, "#"), ["source.fixAll"])
    assert action.kind == "source.fixAll.promptlint"
    monkeypatch.chdir(folder)
    run(["check", "--fix", "--quiet", str(file)])
    capsys.readouterr()
    fixed = file.read_bytes().decode()
    assert fixed != TEXT and edited(editor, uri, TEXT, action) == fixed


def test_ignoring_here_writes_the_comment_of_the_format(editor: Editor, folder: Path):
    uri = editor.open(folder / "prompts" / "a.j2", TEXT, "jinja")
    action = titles(editor, uri, range_of(TEXT, "order"))["Ignore verbose-phrase here"]
    after = edited(editor, uri, TEXT, action)
    assert "{# promptlint: ignore[verbose-phrase] #}" in after
    editor.change(uri, after)
    codes = [item.code for item in editor.diagnostics(uri)]
    assert "verbose-phrase" not in codes and "unused-suppression" not in codes


def test_ignoring_in_the_configuration_begins_a_file(editor: Editor, folder: Path):
    file = folder / "prompts" / "a [1].md"
    uri = editor.open(file, TEXT)
    action = titles(editor, uri, range_of(TEXT, "order"))["Ignore verbose-phrase for this file in the configuration"]
    made, change = editor.ask(types.CODE_ACTION_RESOLVE, action).edit.document_changes
    configuration = folder / "promptlint.toml"
    assert made.kind == "create" and made.uri == configuration.as_uri() == change.text_document.uri
    configuration.write_text(applied("", change.edits), "utf-8")
    editor.client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent(configuration.as_uri(), types.FileChangeType.Created)])
    )
    assert "verbose-phrase" not in [item.code for item in editor.diagnostics(uri)]
    assert editor.diagnostics(uri)


@pytest.mark.parametrize("name", ["promptlint.toml", "pyproject.toml"])
def test_ignoring_in_the_configuration_adds_to_it(editor: Editor, folder: Path, name: str):
    before = "# ours\n[tool.promptlint]\nmodel = 'gpt-4o'" if name == "pyproject.toml" else "# ours\nmodel = 'gpt-4o'"
    (folder / name).write_text(before, "utf-8")
    uri = editor.open(folder / "prompts" / "a.md", TEXT)
    action = titles(editor, uri, range_of(TEXT, "order"))["Ignore verbose-phrase for this file in the configuration"]
    (change,) = editor.ask(types.CODE_ACTION_RESOLVE, action).edit.document_changes
    (folder / name).write_text(applied(before, change.edits), "utf-8")
    assert (folder / name).read_text("utf-8").startswith(before)
    assert "verbose-phrase" not in [item.code for item in editor.diagnostics(uri)]


def test_what_would_break_the_file_is_not_written(editor: Editor, folder: Path):
    text = "name: x\nmessages:\n  - role: user\n    content: Summarise in order to help, in one sentence.\n"
    (folder / "promptlint.toml").write_text("overrides = []\n", "utf-8")
    uri = editor.open(folder / "prompts" / "a.prompt.yml", text, "yaml")
    action = titles(editor, uri, range_of(text, "order"))["Ignore verbose-phrase for this file in the configuration"]
    with pytest.raises(Exception, match="cannot be added to"):
        editor.ask(types.CODE_ACTION_RESOLVE, action)


def test_a_finding_that_is_gone_is_not_fixed(editor: Editor, folder: Path):
    uri = editor.open(folder / "prompts" / "a.j2", TEXT, "jinja")
    action = titles(editor, uri, range_of(TEXT, "order"))["Write 'to'"]
    editor.change(uri, TEXT.replace("in order to", "to"))
    with pytest.raises(Exception, match="no longer there"):
        editor.ask(types.CODE_ACTION_RESOLVE, action)


def test_only_the_kinds_that_are_asked_for(editor: Editor, folder: Path):
    uri = editor.open(folder / "prompts" / "a.j2", TEXT, "jinja")
    place = range_of(TEXT, "order")
    assert {each.kind for each in editor.actions(uri, place, ["source"])} == {"source.fixAll.promptlint"}
    assert editor.actions(uri, place, ["refactor"]) == []
    assert editor.actions(uri, range_of(TEXT, "</report>"), ["quickfix"]) == []


def test_clients_that_cannot_resolve_get_the_edit_at_once(start: Start, folder: Path):
    editor = start(client_capabilities("emacs"), folder)
    assert not client_capabilities("emacs").text_document.code_action.resolve_support
    uri = editor.open(folder / "prompts" / "a.j2", TEXT, "jinja")
    editor.diagnostics(uri)
    fix = titles(editor, uri, range_of(TEXT, "order", editor.encoding))["Write 'to'"]
    edits = fix.edit.document_changes[0].edits if fix.edit.document_changes else fix.edit.changes[uri]
    assert applied(TEXT, edits, editor.encoding) == TEXT.replace("in order to", "to")


def test_a_rule_is_shown(editor: Editor, folder: Path):
    uri = editor.open(folder / "prompts" / "a.j2", TEXT, "jinja")
    offered = titles(editor, uri, range_of(TEXT, "order"))
    assert "Show the rule verbose-phrase" in offered
    params = types.ExecuteCommandParams("promptlint.showRule", ["verbose-phrase", uri])
    editor.ask(types.WORKSPACE_EXECUTE_COMMAND, params)
    assert editor.client.shown_documents[-1].uri.endswith("verbose-phrase.md")


def test_all_fixes_by_command(start: Start, folder: Path):
    capabilities = modern()
    capabilities.workspace.apply_edit = True
    editor = start(capabilities, folder)
    edits = []

    @editor.client.feature(types.WORKSPACE_APPLY_EDIT)
    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        edits.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    uri = editor.open(folder / "prompts" / "a.j2", TEXT, "jinja")
    assert editor.ask(types.WORKSPACE_EXECUTE_COMMAND, types.ExecuteCommandParams("promptlint.fixAll", [uri])) is True
    (change,) = edits[0].document_changes
    assert "in order to" not in applied(TEXT, change.edits)


lines = st.lists(st.sampled_from(["a", "b", "a\n", "b\r\n", "c\r", "\u2028", "\n"]), max_size=8).map("".join)


@given(lines, lines)
def test_edits_make_one_text_of_another(before, after):
    text = before
    for span, new in reversed(list(edits_between(before, after))):
        text = text[: span.start] + new + text[span.end :]
    assert text == after


def test_kinds_of_actions():
    assert is_wanted("source.fixAll.promptlint", ["source.fixAll"]) and is_wanted("quickfix", None)
    assert not is_wanted("source.fixAll.promptlint", ["source.fix"]) and not is_wanted("quickfix", ["quickfix.other"])


def test_the_baseline_stays_while_fixing(
    editor: Editor, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (folder / "promptlint.toml").write_text('baseline = "known.json"\n', "utf-8")
    file = folder / "prompts" / "a.j2"
    file.parent.mkdir()
    file.write_bytes(TEXT.encode())
    monkeypatch.chdir(folder)
    assert run(["baseline", "create"]) == 0, capsys.readouterr()
    capsys.readouterr()
    assert json.loads((folder / "known.json").read_text("utf-8"))
    uri = editor.open(file, TEXT + "Do this in order to help.\n", "jinja")
    items = editor.diagnostics(uri)
    assert [item.range.start.line for item in items if item.code == "verbose-phrase"] == [6]
    (action,) = editor.actions(uri, items[0].range, ["source.fixAll"])
    after = edited(editor, uri, TEXT + "Do this in order to help.\n", action)
    assert after.count("in order to") == 1
