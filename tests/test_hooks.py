from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from promptlint.formats import recognise

if TYPE_CHECKING:
    from conftest import LinearTime

ROOT = Path(__file__).parents[1]
MANIFEST = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
HOOKS = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST)}
PATTERN = re.compile(HOOKS["promptlint"]["files"])


def load() -> ModuleType:
    specification = importlib.util.spec_from_file_location("hooks", ROOT / "docs" / "hooks.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


script = load()

FOLDERS = (
    "prompts docs src .claude .github agents commands rules system_prompts Prompts templates my-prompts.d .clinerules"
)
STEMS = (
    "x README summary my_prompt PROMPT system requirements requirements_prompt prompting CLAUDE AGENTS SKILL skprompt"
)
MORE_STEMS = "Dockerfile values values-prompt changes.prompt x.en a.b.prompt copilot-instructions release-notes x.agent"
SUFFIXES = (
    ".md .txt .j2 .yaml.j2 .md.j2 .prompt .prompt.yml .prompt.md .yaml .json .py .MD .mdc .poml .hbs .html .py.txt"
)
paths = st.builds(
    lambda folders, stem, suffix: "/".join([*folders, stem + suffix]),
    st.lists(st.sampled_from(f"{FOLDERS} .openhands skills workflows .roo site".split()), max_size=3),
    st.sampled_from(f"{STEMS} {MORE_STEMS}".split()) | st.from_regex(r"[A-Za-z. _-]{1,12}", fullmatch=True),
    st.sampled_from([*SUFFIXES.split(), ""]),
)


def test_the_pattern_is_what_the_readers_say_today() -> None:
    assert script.updated(MANIFEST) == MANIFEST, "run python docs/hooks.py"


def test_a_reader_that_forgets_a_suffix_changes_the_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    claims = script.claims
    monkeypatch.setattr(script, "claims", lambda path: claims(path) and not path.endswith(".poml"))
    assert script.updated(MANIFEST) != MANIFEST


@example("docs/prompts/a.md")
@example("prompts/docs/a.md")
@example("prompts/config.yaml.j2")
@example("prompts/README.md")
@given(paths)
def test_what_the_hooks_take_is_a_prompt_whatever_it_holds(path: str) -> None:
    if PATTERN.search(path) and not any(re.search(f"{each}$", path) for each in script.DISTINCT):
        assert script.takes(path)


@pytest.mark.parametrize(("pattern", "path", "text"), [(each, *found) for each, found in script.DISTINCT.items()])
def test_distinct_names_are_taken_by_their_readers(pattern: str, path: str, text: str) -> None:
    assert PATTERN.search(path)
    assert re.search(f"{pattern}$", path)
    assert recognise(path, text) is not None


@pytest.mark.parametrize(
    "path",
    [
        "a.prompty",
        "a.prompt",
        "src/a.prompt.yml",
        "a.prompt.yaml",
        "a.poml",
        "baml_src/main.baml",
        "eval/promptfooconfig.yaml",
        "prompts/a.md",
        "prompts/en/system.md.j2",
        "src/prompts/deep/a.j2",
        "prompts/a.hbs",
        "system_prompts/a.txt",
        "summary_prompt.txt",
        "plugins/a/skprompt.txt",
        "CLAUDE.md",
        "sub/AGENTS.md",
        "skills/a/SKILL.md",
        ".claude/commands/review.md",
        ".claude/agents/deep/review.md",
        ".cursor/rules/style.mdc",
        ".github/copilot-instructions.md",
        ".github/prompts/a.prompt.md",
        ".gemini/commands/git/commit.toml",
        ".cursorrules",
        "app/prompts.py",
        "src/prompts/answer.ts",
        "web/systemPrompt.tsx",
        "prompts/deep/a.b.mjs",
    ],
)
def test_what_the_hooks_take(path: str) -> None:
    assert PATTERN.search(path)


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "notes.txt",
        "prompts/README.md",
        "prompts/requirements.txt",
        "prompts/config.yaml.j2",
        "roles/web/templates/nginx.conf.j2",
        "docs/prompting.md",
        "src/main.py",
        "src/prompting/__init__.pyi",
        "prompts/settings.json",
        "a.yml",
        "package.json",
    ],
)
def test_what_the_hooks_leave_alone(path: str) -> None:
    assert not PATTERN.search(path)


@pytest.mark.parametrize("part", ["a/", "prompt", "prompts/", "docs/", ".", "prompt."])
def test_a_long_path_takes_no_long_time(linear_time: LinearTime, part: str) -> None:
    """Up to the longest path that Linux has, quadratic time is short enough; what is worse is not.

    Of shorter paths there are so many that they are as long in all: quadratic time looks linear.
    """
    longest = 4096 // len(part)

    def search(count: int) -> None:
        for _ in range(round(longest / count)):
            assert PATTERN.search(part * count + "\n") is None

    linear_time(search, longest)


@pytest.mark.parametrize("name", ["promptlint", "promptlint-fix"])
def test_a_hook(name: str) -> None:
    hook = HOOKS[name]
    assert hook["entry"].split()[:2] == ["promptlint", "check"]
    assert "--force-exclude" in hook["entry"].split()
    assert ("--fix" in hook["entry"].split()) == (name == "promptlint-fix")
    assert "args" not in hook  # a user's would take their place
    assert hook["require_serial"] is True
    assert hook["types"] == ["text"]  # most names of prompts have no tag of their own
    assert re.compile(hook["files"]).pattern == PATTERN.pattern
