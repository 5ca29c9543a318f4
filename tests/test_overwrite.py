from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import NoReturn

import pytest

from promptlint.overwrite import OverwriteError, overwrite

OLD, NEW = b"In order to win\r\n", b"To win\r\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a b.md"
    made.write_bytes(OLD)
    return made


def alone(file: Path) -> bool:
    return [each.name for each in file.parent.iterdir()] == [file.name]


def test_the_content_is_replaced_and_nothing_else_is_left(file: Path) -> None:
    overwrite(file, OLD, NEW)
    assert file.read_bytes() == NEW
    assert alone(file)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_the_mode_stays(file: Path, mode: int) -> None:
    file.chmod(mode)
    before = file.stat()
    overwrite(file, OLD, NEW)
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(before.st_mode)
    assert (file.stat().st_uid, file.stat().st_gid) == (before.st_uid, before.st_gid)


def test_a_symbolic_link_stays_one(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "links" / "b.md"
    link.parent.mkdir()
    try:
        link.symlink_to(file)
    except OSError:  # Windows, where links are a privilege
        link.write_bytes(OLD)
    was_link = link.is_symlink()
    overwrite(link, OLD, NEW)
    assert link.is_symlink() == was_link
    assert link.read_bytes() == NEW
    assert [each.name for each in link.parent.iterdir()] == ["b.md"]


def test_a_file_that_has_changed_is_left_as_it_is(file: Path) -> None:
    file.write_bytes(b"something else")
    with pytest.raises(OverwriteError) as caught:
        overwrite(file, OLD, NEW)
    assert "changed since it was read" in caught.value.reason
    assert file.read_bytes() == b"something else"
    assert alone(file)


def test_a_file_that_changes_while_it_is_written_is_left_as_it_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(descriptor: int) -> None:
        file.write_bytes(b"saved by an editor")

    monkeypatch.setattr(os, "fsync", elsewhere)
    with pytest.raises(OverwriteError):
        overwrite(file, OLD, NEW)
    assert file.read_bytes() == b"saved by an editor"
    assert alone(file)


def test_a_read_only_file_is_left_as_it_is(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(OverwriteError) as caught:
        overwrite(file, OLD, NEW)
    assert caught.value.reason == "cannot be written: it is read-only"
    file.chmod(0o644)
    assert file.read_bytes() == OLD
    assert alone(file)


def test_a_file_that_is_gone(file: Path) -> None:
    file.unlink()
    with pytest.raises(OverwriteError) as caught:
        overwrite(file, OLD, NEW)
    assert caught.value.reason.startswith("cannot be written: ")
    assert not file.exists()


def failing(error: BaseException) -> object:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


@pytest.mark.parametrize(("where", "name"), [(os, "open"), (os, "fsync"), (Path, "replace"), (Path, "chmod")], ids=str)
def test_a_full_disk_or_a_locked_folder_leaves_the_old_file_alone(
    file: Path, monkeypatch: pytest.MonkeyPatch, where: object, name: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(where, name, failing(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(OverwriteError) as caught:
            overwrite(file, OLD, NEW)
    assert caught.value.reason == "cannot be written: No space left on device"
    assert file.read_bytes() == OLD
    assert alone(file)


@pytest.mark.parametrize(("where", "name"), [(os, "fsync"), (Path, "chmod"), (Path, "replace")], ids=str)
def test_an_interruption_leaves_the_old_file_alone(
    file: Path, monkeypatch: pytest.MonkeyPatch, where: object, name: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(where, name, failing(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            overwrite(file, OLD, NEW)
    assert file.read_bytes() == OLD
    assert alone(file)
