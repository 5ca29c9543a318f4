"""What the tests of faults share: an empty repository, and the command line in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TEXT = "In order to win, utilize the ball.\n"
"""A prompt in which `verbose-phrase` finds two things that have a safe fix, and nothing else is found."""


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty repository as working directory, and no setting of the person who runs the tests."""
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_STEP_SUMMARY", "PROMPTLINT_DEBUG", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA", "PROMPTLINT_CACHE_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    made = tmp_path / "repository"
    (made / ".git").mkdir(parents=True)
    (made / "prompts").mkdir()
    monkeypatch.chdir(made)
    return made


@pytest.fixture
def start() -> Callable[..., subprocess.Popen[bytes]]:
    """Start promptlint as a process of its own."""

    def start(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
        pipes: dict[str, object] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        options = pipes | {"env": dict(os.environ)} | options
        return subprocess.Popen([sys.executable, "-m", "promptlint", *arguments], **options)

    return start
