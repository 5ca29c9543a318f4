"""The editors' side of the language server agrees with the readers and with the server. Each editor's own checks are beside it."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import re
import tomllib
from pathlib import Path

import pytest

from promptlint.formats import claims, may_hold_prompts
from promptlint_lsp.settings import Settings, read_settings

ROOT = Path(__file__).parents[1]
EDITORS = ROOT / "lsp" / "editors"
FILES = {
    "vscode": "vscode/src/files.ts",
    "neovim": "neovim/lua/promptlint.lua",
    "emacs": "emacs/promptlint.el",
    "helix": "helix/languages.toml",
    "jetbrains": "jetbrains/promptlint/template.json",
}
"""Where each editor says which files it hands to the server. Zed goes by languages, which its users choose."""
PROGRAMS = {"cjs", "cts", "js", "jsx", "mjs", "mts", "py", "ts", "tsx"}
ELSEWHERE = {
    "emacs": {"json", "toml", "text", "txt"} | PROGRAMS,  # of modes that come with Emacs, or those of the languages
    "helix": {"hbs", "ipynb", "j2", "jinja", "jinja2", "json", "markdown", "md", "toml", "yaml", "yml"} | PROGRAMS,
}
"""The suffixes that an editor has its own mode or language for."""
SETTINGS = {
    "configuration": "other.toml",
    "model": "gpt-5-mini",
    "pedantic": True,
    "run": "onSave",
    "debounceMs": 500,
    "workspaceDiagnostics": True,
    "codeLens": False,
}
"""The settings of the server, each with a value that is not its default."""
PACKAGE = json.loads((EDITORS / "vscode" / "package.json").read_text("utf-8"))
PROPERTIES = PACKAGE["contributes"]["configuration"]["properties"]


def words() -> frozenset[str]:
    """The suffixes and names that stand in the readers' source."""
    specification = importlib.util.spec_from_file_location("hooks", ROOT / "docs" / "hooks.py")
    assert specification and specification.loader
    hooks = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(hooks)
    return hooks._words()


WORDS = words()
SUFFIXES = {
    suffix
    for suffix in (word.lstrip(".").lower() for word in WORDS)
    if re.fullmatch("[a-z0-9]+", suffix) and may_hold_prompts(f"prompts/x.{suffix}")
}
NAMES = {word for word in WORDS if re.fullmatch(r"\.[a-z]+", word) and claims(word) and not claims(f"x{word}")}


def test_the_readers_are_asked():
    assert {"md", "prompty", "j2", "baml", "jsonl"} <= SUFFIXES and ".cursorrules" in NAMES


@pytest.mark.parametrize("editor", FILES)
def test_every_file_that_can_be_a_prompt_is_handed_to_the_server(editor):
    said = (EDITORS / FILES[editor]).read_text("utf-8")
    quoted = {each.removeprefix("*.") for each in re.findall(r'"([^"\s]+)"', said)}
    patterns = {
        match
        for each in re.findall(r"rompt\S*\.([\w{},]+)\"", said, re.IGNORECASE)
        for match in re.findall(r"\w+", each)
    }
    missing = SUFFIXES - quoted - patterns - ELSEWHERE.get(editor, set())
    assert missing == set()
    assert NAMES - quoted == set()


@pytest.mark.parametrize("key", SETTINGS)
def test_the_server_knows_the_settings(key):
    settings, mistakes = read_settings({key: SETTINGS[key]})
    assert mistakes == []
    assert settings != Settings()


def test_the_page_lists_the_settings():
    page = (EDITORS / "README.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(SETTINGS)
    assert len(dataclasses.fields(Settings)) == len(SETTINGS)


def test_the_extension_offers_the_settings_with_the_defaults_of_the_server():
    offered = {name.removeprefix("promptlint."): each["default"] for name, each in PROPERTIES.items()}
    assert set(SETTINGS) <= set(offered)
    assert read_settings(offered) == (Settings(), [])


def test_the_lock_file_names_no_host():
    lock = (EDITORS / "vscode" / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert json.loads(lock)["version"] == PACKAGE["version"]
    assert (EDITORS / "vscode" / "LICENSE").read_text("utf-8") == (ROOT / "LICENSE").read_text("utf-8")


def test_files_that_editors_read_are_well_formed():
    toml = sorted(EDITORS.glob("[!v]*/**/*.toml"))
    assert {file.name for file in toml} == {"languages.toml", "extension.toml", "Cargo.toml"}
    for file in toml:
        tomllib.loads(file.read_text("utf-8"))
    for file in EDITORS.glob("jetbrains/**/*.json"):
        json.loads(file.read_text("utf-8"))
    options = json.loads((EDITORS / "jetbrains/promptlint/initializationOptions.json").read_text("utf-8"))
    assert read_settings(options) == (Settings(), [])


def test_editors_that_go_by_language_hand_over_programs():
    helix = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text("utf-8"))["language"]
    servers = {each["name"]: each["language-servers"] for each in helix}
    assert all(servers[name][-1] == "promptlint" for name in ("python", "typescript", "tsx", "javascript", "jsx"))
    zed = tomllib.loads((EDITORS / "zed" / "extension.toml").read_text("utf-8"))["language_servers"]["promptlint"]
    assert {"Python", "TypeScript", "TSX", "JavaScript"} <= set(zed["languages"])


def test_eglot_which_has_one_server_for_a_mode_is_not_told_of_programs():
    said = (EDITORS / "emacs" / "promptlint.el").read_text("utf-8")
    modes, programs = (
        set(re.findall(r"[\w-]+-mode", said.partition(f"(defcustom {name}")[2].partition('"')[0]))
        for name in ("promptlint-modes", "promptlint-program-modes")
    )
    assert {"markdown-mode", "yaml-mode"} <= modes and {"python-mode", "typescript-ts-mode", "js-mode"} <= programs
    assert not modes & programs
