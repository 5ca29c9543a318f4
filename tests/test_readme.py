"""The README does what it says: its commands run, its snippets hold, its picture and its links are there."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from promptlint.config import OUTPUT_FORMATS, Configurations

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [match[1] for match in re.finditer(r"^    (promptlint .*)$", PAGE, re.MULTILINE)]
(RULE,) = re.findall(r"^```yaml\n(id: .*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SNIPPETS = [yaml.safe_load(match[1]) for match in re.finditer(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]


def picture() -> ModuleType:
    specification = importlib.util.spec_from_file_location("picture", ROOT / "docs" / "picture.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_picture_is_what_is_printed_today() -> None:
    script = picture()
    assert script.PICTURE.read_text("utf-8") == script.draw(script.shown()), "run python docs/picture.py"


def test_a_picture_has_every_line_in_its_colour_and_place() -> None:
    drawn = ET.fromstring(picture().draw("\x1b[1;31merror\x1b[0m a < b & c\n  \x1b[34m|\x1b[0m\n"))
    texts = [
        (each.text, each.get("x"), each.get("y"), each.get("fill"), each.get("font-weight"))
        for each in drawn.iter("{http://www.w3.org/2000/svg}text")
    ]
    assert texts == [
        ("error", "16.0", "29", "#ff7b72", "bold"),
        ("a < b & c", "66.4", "29", "#d5dae1", None),
        ("|", "32.8", "47", "#6e7681", None),
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(command: str, git: Callable[[str], Any]) -> None:
    made = git("project")
    folder = made.folder
    (folder / "prompts").mkdir()
    shutil.copy(ROOT / "examples" / "prompts" / "summarise-report.md", folder / "prompts")
    (folder / "lint").mkdir()
    (folder / "lint" / "terms.yaml").write_text(RULE, "utf-8")
    made("add", ".")
    made("commit", "--quiet", "--message=Prompts")
    program, *arguments = shlex.split(command, comments=True)
    assert program == "promptlint"
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 8


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text("utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_hook_snippet_names_hooks() -> None:
    (snippet,) = (each for each in SNIPPETS if "repos" in each)
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert {hook["id"] for hook in snippet["repos"][0]["hooks"]} <= hooks
    assert all(f"`{name}`" in PAGE or name in PAGE for name in hooks)


def test_the_action_snippet_has_its_inputs() -> None:
    (snippet,) = (each for each in SNIPPETS if "steps" in each)
    inputs = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    used = snippet["steps"][1]["with"]
    assert used.keys() <= inputs.keys()
    assert all(name in used or f"`{name}`" in PAGE for name in inputs)


def test_the_configuration_is_one(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "promptlint.toml").write_text(block, "utf-8")
    config = Configurations().for_file(tmp_path / "prompts" / "chat" / "a.md")
    active = {each.rule.id for each in config.active}
    assert "verbose-phrase" in active
    assert "filler-phrase" not in active
    assert config.kind == "system"


def test_the_rule_is_one(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "lint").mkdir()
    (tmp_path / "lint" / "terms.yaml").write_text(RULE, "utf-8")
    (tmp_path / "promptlint.toml").write_text('rule-paths = ["lint/"]', "utf-8")
    (tmp_path / "a.md").write_text("Say in one sentence how to log in.\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "promptlint", "check", "--output-format", "concise", "a.md"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "a.md:1:28: warning house-term 'log in' is not our word: write 'sign in'" in done.stdout


def test_every_output_format_is_named() -> None:
    assert [name for name in OUTPUT_FORMATS if f"`{name}`" not in PAGE] == []
