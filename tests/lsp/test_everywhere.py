"""The same findings wherever they are asked for: the command line, standard input, pushed to an editor, pulled by one."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from promptlint.cli import run

from .conftest import HOUSE_RULE, Editor, Start, modern, position_of

TREE = {
    "promptlint.toml": """model = "gpt-4o-mini"
exclude = ["/prompts/left-out.md"]
baseline = "known.json"
rule-paths = ["rules"]

[severity]
verbose-phrase = "error"

[[overrides]]
files = ["prompts/quiet.md"]
ignore = ["verbosity"]
""",
    "rules/house.yaml": HOUSE_RULE,
    "prompts/plain.md": "Please summarise the report in order to help the client.\n\n{{report}}\n",
    "prompts/left-out.md": "Please summarise the report in order to help.\n\n{{report}}\n",
    "prompts/quiet.md": "Please summarise the report in order to help.\n\n{{report}}\n",
    "prompts/known.md": "Summarise the text in order to help the reader.\n\n{{text}}\n",
    "prompts/windows.md": "Summarise the report 😀 in order to help.\r\n\r\nAnswer in order to help: {{report}}\r\n",
    "prompts/old-mac.md": "Summarise the report 😀 in order to help.\r\rAnswer in order to help: {{report}}\r",
    "prompts/odd.md": "One\u2028two\x0cthree\x85four 😀 in order to help.\nSummarise in order to help: {{report}}\n",
    "prompts/silenced.j2": "{# promptlint: ignore[verbose-phrase] quoted #}\nSummarise in order to help.\n{{ text }}\n{{ open\n",
    "prompts/reply.j2": "Antworte höflich in order to help {{ name }}: {% if x %}{{ text }}{% endif %}\n",
    "prompts/chat.prompt.yml": """name: chat
model: openai/gpt-4o
messages:
  - role: system
    content: |
      Answer in order to help. 😀
  - role: user
    content: "Say \\u00e9 in order to help: {{question}}"
testData:
  - question: Why?
    unused: 1
""",
    "prompts/invoice.prompty": """---
name: invoice
inputs:
  invoice:
    type: string
  currency:
    type: string
---
system:
Read the invoice in order to help.

user:
{{invoce}}
""",
    "CLAUDE.md": "# Rules\n\nRun the tests in order to see what is broken.\n",
    "README.md": "# Project\n\nPlease read this in order to understand.\n",
    "other/promptlint.toml": 'select = ["verbose-phrase"]\n',
    "other/prompts/near.md": "Please summarise the report in order to help.\n\n{{report}}\n",
}

BROKEN_YAML = "prompts/broken.prompt.yml"


def planted(folder: Path) -> Path:
    for path, text in TREE.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    (folder / BROKEN_YAML).write_text("name: x\nmessages:\n  - role: system\n   content: y\n", "utf-8")
    return folder


Found = dict[str, list[tuple[object, ...]]]


def of_json(text: str, folder: Path) -> Found:
    found: Found = {}
    for item in json.loads(text)["diagnostics"]:
        source = (folder / item["path"]).read_bytes().decode()
        start, end = (position_of(source, offset) for offset in item["offsets"])
        message = f"{item['message']}\n{item['help']}" if item["help"] else item["message"]
        place = (start.line, start.character, end.line, end.character)
        fix = item["fix"] and item["fix"]["title"]
        found.setdefault(item["path"], []).append(
            (item["rule"], item["severity"], place, message, item["fingerprint"], fix)
        )
    return {path: sorted(items, key=str) for path, items in found.items()}


_LEVELS = {1: "error", 2: "warning", 3: "info"}


def of_editor(editor: Editor, folder: Path) -> Found:
    found: Found = {}
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or ".git" in file.parts or file.suffix == ".json":
            continue
        items = editor.diagnostics(editor.open(file))
        for item in items:
            place = (item.range.start.line, item.range.start.character, item.range.end.line, item.range.end.character)
            data = item.data if isinstance(item.data, dict) else item.data._asdict()
            fix = data["fix"] if data["fix"] is None or isinstance(data["fix"], dict) else data["fix"]._asdict()
            assert item.source == "promptlint"
            found.setdefault(file.relative_to(folder).as_posix(), []).append(
                (item.code, _LEVELS[item.severity], place, item.message, data["fingerprint"], fix and fix["title"])
            )
    return {path: sorted(items, key=str) for path, items in found.items()}


def test_the_same_is_found_everywhere(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    planted(folder)
    monkeypatch.chdir(folder)
    assert run(["baseline", "create", "--baseline", "known.json", "prompts/known.md"]) == 0, capsys.readouterr()
    capsys.readouterr()

    run(["check", ".", "--output-format", "json"])
    expected = of_json(capsys.readouterr().out, folder)
    rules = {item[0] for items in expected.values() for item in items}
    assert {"verbose-phrase", "house-style", "missing-output-limit", "undeclared-variable", "invalid-file"} <= rules
    assert "prompts/known.md" not in expected and "prompts/left-out.md" not in expected and "README.md" not in expected
    assert {"prompts/odd.md", "prompts/old-mac.md", "prompts/windows.md", "other/prompts/near.md"} <= set(expected)

    pushed, pulled = start(modern(pulls=False), folder), start(modern(), folder)
    assert of_editor(pushed, folder) == expected
    assert of_editor(pulled, folder) == expected
    assert not pulled.published
    assert pushed.answer.capabilities.diagnostic_provider is None

    piped: Found = {}
    for path in expected:
        data = io.TextIOWrapper(io.BytesIO((folder / path).read_bytes()))
        monkeypatch.setattr(sys, "stdin", data)
        run(["check", "-", "--stdin-filename", path, "--output-format", "json"])
        piped |= of_json(capsys.readouterr().out, folder)
    assert piped == expected


def test_the_hook_finds_the_same_as_the_editor(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    planted(folder)
    monkeypatch.chdir(folder)
    (folder / "known.json").write_text('{"version": 1, "findings": []}', "utf-8")
    files = sorted(os.path.relpath(file, folder) for file in folder.rglob("*.*") if ".git" not in file.parts)
    run(["check", "--force-exclude", "--output-format", "json", *files])
    out = capsys.readouterr()
    assert not out.err or "known.json" not in out.err, out.err
    assert of_editor(start("modern", folder), folder) == of_json(out.out, folder)
