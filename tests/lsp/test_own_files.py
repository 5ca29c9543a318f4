"""promptlint's own files in the editor, and what happens when they change."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from .conftest import HOUSE_RULE as RULE
from .conftest import Editor, Start, applied, position_of, range_of

PROMPT = "Summarise the report in order to help.\n\n{{report}}\n"


def codes(editor: Editor, uri: str) -> set[str]:
    return {str(item.code) for item in editor.diagnostics(uri)}


@pytest.mark.parametrize("name", ["promptlint.toml", ".promptlint.toml", "pyproject.toml"])
def test_mistakes_in_the_configuration_while_it_is_written(editor: Editor, folder: Path, name: str):
    text = '# 😀\nmodel = "gpt-4o"\nseverity = 3\nignore = ["verbose-phrse"]\n'
    text = f"[project]\nname = 3\n[tool.promptlint]\n{text}" if name == "pyproject.toml" else text
    uri = editor.open(folder / name, text, "toml")
    found = {item.message: item.range for item in editor.diagnostics(uri)}
    (unknown,) = [place for message, place in found.items() if "did you mean 'verbose-phrase'?" in message]
    assert len(found) == 2
    assert unknown == range_of(text, '"verbose-phrse"') or unknown == range_of(text, "verbose-phrse")
    editor.change(uri, text.replace("verbose-phrse", "verbose-phrase").replace("severity = 3\n", ""))
    assert editor.diagnostics(uri) == []


def test_broken_toml(editor: Editor, folder: Path):
    uri = editor.open(folder / "promptlint.toml", "model = \n", "toml")
    assert len(editor.diagnostics(uri)) >= 1


def test_what_takes_other_files_to_know(editor: Editor, folder: Path):
    file = folder / "promptlint.toml"
    file.write_text('# ours\nextend = "gone.toml"\n', "utf-8")
    (item,) = editor.diagnostics(editor.open(file, language="toml"))
    assert "no such file" in item.message and item.range.start.line == 1


def test_mistakes_in_rule_files(editor: Editor, folder: Path):
    (folder / "promptlint.toml").write_text('rule-paths = ["rules"]\n', "utf-8")
    file = folder / "rules" / "house.yaml"
    file.parent.mkdir()
    file.write_text(RULE, "utf-8")
    uri = editor.open(file, language="yaml")
    assert editor.diagnostics(uri) == []
    text = RULE.replace("severity: warning", "severity: loud")
    editor.change(uri, text)
    (item,) = editor.diagnostics(uri)
    assert "'severity'" in item.message and item.range == range_of(text, "loud")
    editor.change(uri, RULE.replace("text: client}]", "text: what}]"))
    (item,) = editor.diagnostics(uri)
    assert "the example 'client' does not hold" in item.message


def test_an_invalid_configuration_is_said_once(start: Start, folder: Path):
    (folder / "promptlint.toml").write_text("modl = 3\n", "utf-8")
    editor = start("modern", folder)
    for name in ("a", "b"):
        assert editor.diagnostics(editor.open(folder / "prompts" / f"{name}.md", PROMPT)) == []
    (message,) = editor.client.messages
    assert "promptlint.toml:1:1: " in message.message and "did you mean 'model'" in message.message


def test_a_new_configuration_holds_at_once(editor: Editor, folder: Path):
    """Also for clients that tell nothing of files: the configuration is looked at whenever something is asked."""
    uri = editor.open(folder / "prompts" / "a.md", PROMPT)
    assert "verbose-phrase" in codes(editor, uri)
    (folder / "promptlint.toml").write_text('ignore = ["verbose-phrase"]\n', "utf-8")
    assert "verbose-phrase" not in codes(editor, uri)
    (folder / "prompts").mkdir()
    (folder / "prompts" / ".promptlint.toml").write_text('select = ["verbose-phrase"]\n', "utf-8")
    assert codes(editor, uri) == {"verbose-phrase"}
    (folder / "prompts" / ".promptlint.toml").unlink()
    (folder / "promptlint.toml").unlink()
    assert {"verbose-phrase", "missing-output-limit"} <= codes(editor, uri)


def test_a_configuration_that_is_extended_is_watched(editor: Editor, folder: Path):
    (folder / "base.toml").write_text('ignore = ["verbose-phrase"]\n', "utf-8")
    (folder / "promptlint.toml").write_text('extend = "base.toml"\n', "utf-8")
    uri = editor.open(folder / "prompts" / "a.md", PROMPT)
    assert "verbose-phrase" not in codes(editor, uri)
    (folder / "base.toml").write_text("", "utf-8")
    assert "verbose-phrase" in codes(editor, uri)


def test_told_of_a_new_configuration_the_server_speaks(pushed: Editor, folder: Path):
    uri = pushed.open(folder / "prompts" / "a.md", PROMPT)
    assert "verbose-phrase" in codes(pushed, uri)
    file = folder / "promptlint.toml"
    file.write_text('ignore = ["verbose-phrase"]\n', "utf-8")
    event = types.FileEvent(file.as_uri(), types.FileChangeType.Created)
    pushed.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    pushed.wait(lambda: "verbose-phrase" not in [item.code for item in pushed.published[uri][-1].diagnostics])


def test_pulling_clients_are_asked_to_pull_again(editor: Editor, folder: Path):
    uri = editor.open(folder / "prompts" / "a.md", PROMPT)
    editor.diagnostics(uri)
    before = editor.client.diagnostic_refresh_count
    event = types.FileEvent((folder / "promptlint.toml").as_uri(), types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    editor.wait(lambda: editor.client.diagnostic_refresh_count > before)


def test_a_file_beside_the_prompt_counts_as_the_editor_has_it(pushed: Editor, folder: Path):
    prompts = folder / "prompts"
    prompts.mkdir()
    flow = "inputs:\n  question:\n    type: string\nnodes:\n- name: answer\n  type: llm\n  source:\n    type: code\n    path: a.jinja2\n  inputs:\n    question: ${inputs.question}\n"
    (prompts / "flow.dag.yaml").write_text(flow, "utf-8")
    text = "Answer {{ question }} and {{ other }} in one sentence.\n"
    uri = pushed.open(prompts / "a.jinja2", text, "jinja")
    assert "undeclared-variable" in codes(pushed, uri)
    beside = pushed.open(prompts / "flow.dag.yaml", language="yaml")
    pushed.change(beside, flow.replace("    question: ${", "    other: x\n    question: ${"))
    pushed.wait(lambda: "undeclared-variable" not in [item.code for item in pushed.published[uri][-1].diagnostics])


def test_each_folder_has_its_own_configuration(start: Start, tmp_path: Path):
    folders = [tmp_path / "one", tmp_path / "two", tmp_path / "two" / "inner"]
    for folder in folders:
        folder.mkdir()
    (folders[0] / "promptlint.toml").write_text('ignore = ["verbose-phrase"]\n', "utf-8")
    (folders[2] / "promptlint.toml").write_text('select = ["verbose-phrase"]\n', "utf-8")
    editor = start("modern", *folders)
    found = [codes(editor, editor.open(folder / "prompts" / "a.md", PROMPT)) for folder in folders]
    assert "verbose-phrase" not in found[0] and len(found[1]) > 1 and found[2] == {"verbose-phrase"}
    event = types.WorkspaceFoldersChangeEvent([], [types.WorkspaceFolder(folders[0].as_uri(), "one")])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    assert "verbose-phrase" not in codes(editor, (folders[0] / "prompts" / "a.md").as_uri())


def test_settings_change_while_it_runs(start: Start, folder: Path):
    editor = start("modern", folder)
    uri = editor.open(folder / "prompts" / "a.md", PROMPT)
    assert "verbose-phrase" in codes(editor, uri)
    other = folder / "other.toml"
    other.write_text('ignore = ["verbose-phrase"]\n', "utf-8")
    editor.client.set_configuration({"configuration": str(other)}, section="promptlint")
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    editor.pause(0.2)
    assert "verbose-phrase" not in codes(editor, uri)


def test_project_rules_know_the_other_files(editor: Editor, folder: Path):
    block = "".join(
        f"Rule number {number}: the customer's order must be checked against the list.\n" for number in range(12)
    )
    (folder / "promptlint.toml").write_text('extend-select = ["repeated-block"]\n', "utf-8")
    (folder / "prompts").mkdir()
    for name in ("b", "c"):
        (folder / "prompts" / f"{name}.md").write_text(f"Summarise {{{{x}}}} as {name}.\n\n{block}", "utf-8")
    uri = editor.open(folder / "prompts" / "a.md", f"Summarise {{{{x}}}} in one sentence.\n\n{block}")
    (item,) = [item for item in editor.diagnostics(uri) if item.code == "repeated-block"]
    assert {each.location.uri.rpartition("/")[2] for each in item.related_information} == {"b.md", "c.md"}
    for name in ("b", "c"):
        (folder / "prompts" / f"{name}.md").write_text("Summarise {{x}}.\n", "utf-8")
    assert "repeated-block" not in codes(editor, uri)


def test_completion_in_the_configuration(editor: Editor, folder: Path):
    text = 'mod\nignore = ["verb"]\nfail-on = \n[severity]\nfil\n[rules.repeated-block]\ntok\n[rules.miss\n'
    uri = editor.open(folder / "promptlint.toml", text, "toml")

    def completed(at: str) -> dict[str, types.CompletionItem]:
        place = position_of(text, text.index(at) + len(at))
        found = editor.ask(types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams(**editor.at(uri, place)))
        return {each.label: each for each in found or []}

    assert {"model", "overrides", "baseline"} <= set(completed("mod"))
    rules = completed("verb")
    assert {"verbose-phrase", "verbosity", "recommended", "all"} <= set(rules)
    assert applied(text, [rules["verbose-phrase"].text_edit]) == text.replace('"verb"', '"verbose-phrase"')
    assert {"error", "never"} <= set(completed("fail-on = "))
    assert "filler-phrase" in completed("fil")
    assert set(completed("tok")) == {"tokens", "files"}
    assert "missing-output-limit" in completed("[rules.miss")
