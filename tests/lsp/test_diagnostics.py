"""How findings reach editors of different abilities, and when."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities

from .conftest import CLIENTS, Editor, Start, modern, range_of

PROMPT = "Summarise the report 😀 in order to help.\n\n{{report}}\n"


PREFERRED = {
    "modern": "utf-16",
    "vscode-1.65": "utf-16",
    "neovim-0.10": "utf-16",
    "neovim-0.11": "utf-8",
    "emacs-29": "utf-32",
}


@pytest.mark.parametrize("client", list(CLIENTS))
def test_each_client_gets_diagnostics_one_way(start: Start, folder: Path, client: str):
    editor = start(client, folder)
    assert editor.encoding == PREFERRED[client]
    uri = editor.open(folder / "prompts" / "a.md", PROMPT)
    items = editor.diagnostics(uri)
    assert "verbose-phrase" in [item.code for item in items]
    (wordy,) = [item for item in items if item.code == "verbose-phrase"]
    assert wordy.range == range_of(PROMPT, "in order to", editor.encoding)
    editor.pause(0.1)
    said = CLIENTS[client]()
    assert editor.pulls == (said.text_document.diagnostic is not None)
    assert bool(editor.published) != editor.pulls
    # what a client cannot show is not sent
    shown = said.text_document.publish_diagnostics
    assert (wordy.code_description is not None) == bool(shown and shown.code_description_support)
    assert (wordy.data is not None) == bool(shown and shown.data_support)


def test_what_has_not_changed_is_not_sent_again(editor: Editor, folder: Path):
    uri = editor.open(folder / "prompts" / "a.md", PROMPT)
    first = editor.pull(uri)
    assert first.kind == "full" and first.result_id
    assert editor.pull(uri, first.result_id).kind == "unchanged"
    editor.change(uri, PROMPT + "\nMore.\n")
    assert editor.pull(uri, first.result_id).kind == "unchanged"  # other text, same findings at the same places
    editor.change(uri, PROMPT + "\nMore in order to see.\n")
    again = editor.pull(uri, first.result_id)
    assert again.kind == "full" and again.result_id != first.result_id


def test_a_page_explains_each_rule(start: Start, folder: Path):
    editor = start("modern", folder)
    uri = editor.open(folder / "prompts" / "a.md", PROMPT)
    (wordy,) = [item for item in editor.diagnostics(uri) if item.code == "verbose-phrase"]
    page = Path(wordy.code_description.href.removeprefix("file://"))
    assert page.read_text("utf-8").startswith("## verbose-phrase")
    editor.ask(types.SHUTDOWN, None)
    assert not page.exists()
    editor.client.capabilities = None  # what follows must not shut it down twice
    editor.client.exit(None)
    editor.do(editor.client._server.wait())


def test_related_places_are_shown(editor: Editor, folder: Path):
    text = "Do not invent any facts about the customer.\n\nAnswer {{question}} in one sentence.\n\nDo not invent any facts about the customer.\n"
    uri = editor.open(folder / "prompts" / "a.md", text)
    (repeated,) = [item for item in editor.diagnostics(uri) if item.code == "duplicate-instruction"]
    (related,) = repeated.related_information
    places = {(each.start.line, each.end.line) for each in (repeated.range, related.location.range)}
    assert related.location.uri == uri and places == {(0, 0), (4, 4)}


def test_closing_takes_findings_away(pushed: Editor, folder: Path):
    uri = pushed.open(folder / "prompts" / "a.md", PROMPT)
    assert pushed.diagnostics(uri)
    pushed.close_document(uri)
    pushed.wait(lambda: not pushed.published[uri][-1].diagnostics)


def test_documents_that_are_no_files(editor: Editor, folder: Path):
    uri = editor.open("untitled:Untitled-1", "Summarise {{report}} in order to help.\n", "jinja")
    assert "verbose-phrase" in [item.code for item in editor.diagnostics(uri)]
    other = editor.open("vscode-notebook-cell:/x/y.ipynb#W0", "print(1)\n", "python")
    assert editor.diagnostics(other) == []


def test_a_file_that_is_no_prompt_is_left_alone(editor: Editor, folder: Path):
    assert editor.diagnostics(editor.open(folder / "README.md", "# Read in order to see\n")) == []
    assert editor.diagnostics(editor.open(folder / "package.json", '{"prompt": "in order to"}', "json")) == []


def test_without_a_folder_the_files_project_counts(editor: Editor, folder: Path, tmp_path: Path):
    (folder / "promptlint.toml").write_text('ignore = ["verbose-phrase"]\n', "utf-8")
    quiet = editor.open(folder / "prompts" / "a.md", PROMPT)
    loud = editor.open(tmp_path / "elsewhere" / "prompts" / "a.md", PROMPT)
    assert "verbose-phrase" not in [item.code for item in editor.diagnostics(quiet)]
    assert "verbose-phrase" in [item.code for item in editor.diagnostics(loud)]


def test_only_when_saved(start: Start, folder: Path):
    editor = start(modern(pulls=False), folder, options={"run": "onSave"})
    uri = editor.open(
        folder / "prompts" / "a.md", "Summarise the report in one sentence.\n\n<report>\n{{report}}\n</report>\n"
    )
    assert editor.diagnostics(uri) == []
    editor.change(uri, PROMPT)
    editor.pause(0.2)
    assert len(editor.published[uri]) == 1
    editor.save(uri)
    editor.wait(lambda: len(editor.published[uri]) == 2)
    assert editor.published[uri][-1].diagnostics


def test_questions_that_are_taken_back_are_not_answered(start: Start, folder: Path):
    editor = start("modern", folder, options={"debounceMs": 300})
    uri = editor.open(folder / "prompts" / "a.md", PROMPT)
    editor.change(uri, PROMPT * 2)

    async def ask_and_cancel() -> str:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        asked = editor.client.protocol.send_request(types.TEXT_DOCUMENT_DIAGNOSTIC, params)
        (number,) = [key for key, future in editor.client.protocol._request_futures.items() if future is asked]
        editor.client.cancel_request(types.CancelParams(number))
        try:
            await asyncio.wrap_future(asked)
        except Exception as error:  # noqa: BLE001
            return str(getattr(error, "code", error))
        return "answered"

    assert editor.do(ask_and_cancel()) == "-32800"
    assert editor.diagnostics(uri)


def test_a_change_makes_an_answer_stale(editor: Editor, folder: Path):
    uri = editor.open(folder / "prompts" / "a.md", PROMPT)
    for number in range(5):
        editor.change(uri, PROMPT + "x " * number)
    assert [item.code for item in editor.diagnostics(uri)].count("verbose-phrase") == 1


def test_whole_workspace(start: Start, folder: Path):
    for name in ("a", "b"):
        file = folder / "prompts" / f"{name}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(PROMPT, "utf-8")
    (folder / "README.md").write_text("# In order to\n", "utf-8")
    editor = start("modern", folder, options={"workspaceDiagnostics": True})
    assert editor.answer.capabilities.diagnostic_provider.workspace_diagnostics
    editor.open(folder / "prompts" / "a.md", "Summarise {{x}} in one sentence.\n")
    found = editor.ask(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams([])).items
    codes = {each.uri.rpartition("/")[2]: [item.code for item in each.items] for each in found}
    assert set(codes) == {"a.md", "b.md"}
    assert "verbose-phrase" not in codes["a.md"] and "verbose-phrase" in codes["b.md"]
    before = [types.PreviousResultId(each.uri, each.result_id) for each in found]
    again = editor.ask(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams(before)).items
    assert [each.kind for each in again] == ["unchanged", "unchanged"]
    (folder / "prompts" / "b.md").unlink()
    gone = editor.ask(types.WORKSPACE_DIAGNOSTIC, types.WorkspaceDiagnosticParams(before)).items
    assert {each.uri.rpartition("/")[2]: each.kind for each in gone} == {"a.md": "unchanged", "b.md": "full"}


def test_whole_workspace_pushed_with_progress(start: Start, folder: Path):
    file = folder / "prompts" / "b.md"
    file.parent.mkdir()
    file.write_text(PROMPT, "utf-8")
    editor = start(modern(pulls=False), folder, options={"workspaceDiagnostics": True})
    editor.wait(lambda: file.as_uri() in editor.published)
    assert editor.published[file.as_uri()][-1].diagnostics
    editor.wait(lambda: any(len(reports) >= 3 for reports in editor.client.progress_reports.values()))
    (reports,) = editor.client.progress_reports.values()
    assert [report.kind for report in reports] == ["begin", "report", "end"]


def test_wrong_settings_are_named(start: Start, folder: Path):
    editor = start(client_capabilities("emacs"), folder, options={"debounceMs": -1, "run": "never", "model": 3})
    editor.wait(lambda: len(editor.client.messages) >= 3)
    said = "\n".join(each.message for each in editor.client.messages)
    assert "'debounceMs' must be a number" in said and "'run' must be" in said and "'model' must be a text" in said
