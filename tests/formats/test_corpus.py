"""Real prompt files. They are not part of the project: PROMPTLINT_CORPUS names the folder that holds them."""

from __future__ import annotations

import collections
import json
import os
from pathlib import Path

from promptlint import formats
from promptlint.discovery import Found, Skipped, discover

CORPUS = os.environ.get("PROMPTLINT_CORPUS")

if CORPUS:
    ROOT = Path(CORPUS)
    RESULTS = list(discover(["files"], cwd=ROOT))
    LABELS = {
        entry["file"]: entry["format"]
        for entry in map(json.loads, (ROOT / "manifest.jsonl").read_text(encoding="utf-8").split("\n")[:-1])
    }
    WHOLLY_TAKEN = {
        "agents-md": "agent-memory",
        "claude-agent": "claude-agent",
        "cursor-mdc": "cursor-rule",
        "fabric": "markdown",
        "gemini-toml": "gemini-command",
        "github-models": "github-models",
        "handlebars": "handlebars",
        "nemo-yaml": "yaml",
        "poml": "poml",
        "promptfoo": "promptfoo",
        "prompty": "prompty",
        "python-sdk": "python",
        "sk-skprompt": "semantic-kernel",
        "skill-md": "skill",
        "vscode-agent": "vscode-agent",
        "vscode-instructions": "copilot-instructions",
        "vscode-prompt": "vscode-prompt",
    }
    NEVER_TAKEN = {"sk-config"}

    def test_what_is_taken():
        taken = {each.path: each.recognition.format for each in RESULTS if isinstance(each, Found)}
        by_label: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)
        for path, label in LABELS.items():
            by_label[label][taken.get(path)] += 1
        for label, expected in WHOLLY_TAKEN.items():
            assert set(by_label[label]) == {expected}, label
        for label in NEVER_TAKEN:
            assert set(by_label[label]) == {None}, label
        for label, share in (
            ("text-prompt", 0.8),
            ("ts-sdk", 0.95),  # the others show calls in comments
            ("baml", 0.65),
            ("dotprompt", 0.95),
            ("jinja", 0.9),
            ("claude-command", 1.0),
            ("markdown-prompt", 0.8),
            ("sk-yaml", 0.95),
        ):
            assert by_label[label].total() - by_label[label][None] >= share * by_label[label].total(), label

    def test_what_is_skipped_says_why():
        assert all(each.reason and not each.named for each in RESULTS if isinstance(each, Skipped))

    def test_every_file_reads(verify):
        for each in RESULTS:
            if isinstance(each, Found):
                verify(formats.read(each.source, format=each.recognition.format))
