from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from promptlint.formats import may_hold_prompts

MANIFEST = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
(HOOK,) = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


def takes(path: str) -> bool:
    return re.search(HOOK["files"], path) is not None


def test_excludes_hold_for_the_files_that_the_hook_names() -> None:
    assert HOOK["entry"].split()[:2] == ["promptlint", "check"]
    assert "--force-exclude" in HOOK["entry"].split()
    assert "args" not in HOOK


@pytest.mark.parametrize(
    "path",
    [
        "a.prompty",
        "src/a.prompt.yml",
        "a.prompt.yaml",
        "prompts/a.md",
        "src/prompts/deep/a.j2",
        "system_prompts/a.txt",
        "summary_prompt.txt",
        "CLAUDE.md",
        "sub/AGENTS.md",
        ".claude/commands/review.md",
        ".cursor/rules/style.mdc",
        ".github/copilot-instructions.md",
        ".github/prompts/a.prompt.md",
        ".cursorrules",
    ],
)
def test_what_the_hook_takes_is_what_promptlint_opens(path: str) -> None:
    assert takes(path)
    assert may_hold_prompts(path)


@pytest.mark.parametrize(
    "path", ["README.md", "notes.txt", "roles/web/templates/nginx.conf.j2", "prompts/a.py", "a.yml"]
)
def test_what_the_hook_leaves_alone(path: str) -> None:
    assert not takes(path)
