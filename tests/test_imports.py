"""What starting promptlint may load: start-up time is felt at every commit and every key stroke.

The budget is one of modules, not of milliseconds, so that it holds on every machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig

import pytest

NEVER = (
    *("httpx", "importlib.metadata", "pygls", "requests", "rich", "ruamel", "http", "socket", "ssl", "urllib3"),
    *("ctok", "splintr"),  # asked for by `tokenizers`
    *("multiprocessing", "promptlint.workers", "tempfile"),  # one file needs no other process
    *("promptlint.formats.baml", "promptlint.formats.python", "promptlint.formats.typescript"),  # nor other formats
)
"""No command that checks a Markdown file loads these (or anything in them)."""
HEAVY = ("jinja2", "jsonschema")
"""Loaded only for files that need them."""
ENGINE = ("pathspec", "promptlint.formats", "promptlint.rules", "promptlint.tokens", "tiktoken", "yaml")
"""Loaded by commands that read prompts, not by those that say something about promptlint."""

_SCRIPT = shutil.which("promptlint", path=sysconfig.get_path("scripts"))
LAUNCHERS = {"module": [sys.executable, "-m", "promptlint"]} | ({"script": [_SCRIPT]} if _SCRIPT else {})


def imported(command: list[str], **options) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """Run a Python program; what it did, and the modules that it imported."""
    environment = os.environ | {"PYTHONPROFILEIMPORTTIME": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False, **options)
    modules = set(re.findall(r"^import time: +\d+ \| +\d+ \| +(\S+)$", done.stderr, re.MULTILINE))
    return done, modules


def loaded_of(modules: set[str], names: tuple[str, ...]) -> set[str]:
    return {module for module in modules if module.startswith(tuple(f"{name}." for name in names)) or module in names}


@pytest.fixture(scope="module")
def bare() -> set[str]:
    """What the interpreter imports by itself (files of site-packages may make it import anything)."""
    return imported([sys.executable, "-c", ""])[1]


@pytest.fixture(params=list(LAUNCHERS))
def launcher(request) -> list[str]:
    return LAUNCHERS[request.param]


def test_the_measurement_sees_imports(bare):
    modules = imported([sys.executable, "-c", "import importlib.metadata, socket, json.decoder"])[1]
    assert {"importlib.metadata", "socket", "json", "json.decoder"} <= modules
    assert loaded_of(modules - bare, NEVER) >= {"importlib.metadata", "socket"}


def test_version(launcher, bare, tmp_path):
    done, modules = imported([*launcher, "--version"], cwd=tmp_path)
    assert done.returncode == 0 and done.stdout.startswith("promptlint ")
    assert loaded_of(modules - bare, (*NEVER, *HEAVY, *ENGINE)) == set()


def test_help(launcher, bare, tmp_path):
    done, modules = imported([*launcher, "--help"], cwd=tmp_path)
    assert done.returncode == 0 and "check" in done.stdout
    assert loaded_of(modules - bare, (*NEVER, *HEAVY, *ENGINE)) == set()


def test_check_of_a_markdown_file(launcher, bare, tmp_path):
    tmp_path.joinpath("prompts").mkdir()
    tmp_path.joinpath("prompts", "a.md").write_text("Summarise the report in three sentences.\n", "utf-8")
    done, modules = imported([*launcher, "check", "--output-format", "json", "prompts/a.md"], cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert '"prompts/a.md"' in done.stdout
    assert loaded_of(modules - bare, (*NEVER, *HEAVY)) == set()


@pytest.mark.parametrize(
    "module", ["promptlint", "promptlint.tokens", "promptlint.prices", "promptlint.estimate", "promptlint.cli"]
)
def test_modules_that_import_fast(module, bare):
    done, modules = imported([sys.executable, "-c", f"import {module}"])
    assert done.returncode == 0
    assert loaded_of(modules - bare, (*NEVER, *HEAVY, "click", "pathspec", "tiktoken", "yaml")) == set()
