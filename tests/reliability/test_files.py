"""Files that cannot be read, and files that change while promptlint is at work."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TEXT = "In order to win, utilize the ball.\n"

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


@pytest.fixture(autouse=True)
def prompts(folder: Path) -> None:
    for name in ("a.md", "b.md"):
        (folder / "prompts" / name).write_text(TEXT)


def before_reading(monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], None]) -> None:
    """Do something to ``a.md`` at the moment when promptlint, which has seen it, opens it."""
    read = Path.read_bytes

    def later(file: Path) -> bytes:
        if file.name == "a.md":
            act(file)
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", later)


def refuse(_: Path) -> None:
    raise PermissionError(13, "Permission denied")


@posix
def test_a_file_that_must_not_be_read(folder: Path, invoke, monkeypatch) -> None:
    """The superuser may read everything, so the refusal is made up where the tests run as that."""
    (folder / "prompts" / "a.md").chmod(0)
    if os.geteuid() == 0:
        before_reading(monkeypatch, refuse)
    done = invoke("check", "--no-cache", "--output-format", "concise", "prompts/a.md", "prompts/b.md")
    assert "prompts/a.md: cannot be read: Permission denied\n" in done.err
    assert "prompts/b.md:1:1: info verbose-phrase" in done.out
    assert done.code == 2
    met = invoke("check", "--no-cache", "--output-format", "concise")
    assert "prompts/b.md:1:1: info verbose-phrase" in met.out and "1 file skipped" in met.out
    assert met.code == 0 and met.err == ""


@posix
def test_a_folder_that_must_not_be_entered(folder: Path, invoke, monkeypatch) -> None:
    locked = folder / "prompts" / "locked"
    locked.mkdir(mode=0)
    if os.geteuid() == 0:
        scan = os.scandir

        def scandir(path):
            if Path(path) == locked:
                raise PermissionError(13, "Permission denied", str(path))
            return scan(path)

        monkeypatch.setattr(os, "scandir", scandir)
    assert "prompts/locked  skipped   folder cannot be read: Permission denied" in invoke("files").out
    done = invoke("check", "--no-cache", "--output-format", "concise")
    assert "Looked at 2 files with 2 prompts" in done.out and done.code == 0
    named = invoke("check", "--no-cache", "prompts/locked")
    assert "prompts/locked: folder cannot be read: Permission denied\n" in named.err and named.code == 2


def test_a_file_that_vanishes_before_it_is_read(folder: Path, invoke, monkeypatch) -> None:
    before_reading(monkeypatch, lambda file: file.unlink(missing_ok=True))
    done = invoke("check", "--no-cache", "--output-format", "concise", "prompts/a.md", "prompts/b.md")
    assert "prompts/a.md: cannot be read: No such file or directory\n" in done.err
    assert "prompts/b.md:1:1: info verbose-phrase" in done.out
    assert done.code == 2


@posix
def test_a_file_that_becomes_a_folder_before_it_is_read(folder: Path, invoke, monkeypatch) -> None:
    def turn(file: Path) -> None:
        if file.is_file():
            file.unlink()
            file.mkdir()

    before_reading(monkeypatch, turn)
    done = invoke("check", "--no-cache", "--output-format", "concise")
    assert "prompts/b.md:1:1: info verbose-phrase" in done.out and "1 file skipped" in done.out
    assert done.code == 0


def test_a_file_that_changes_before_it_is_read(folder: Path, invoke, monkeypatch) -> None:
    before_reading(monkeypatch, lambda file: file.write_text("Play.\r\n" * 3 + TEXT))
    done = invoke("check", "--no-cache", "--output-format", "concise")
    assert "prompts/a.md:4:1: info verbose-phrase" in done.out
    assert done.code == 0
