"""Writing a file anew so that at any moment it holds either the old or the new bytes, whatever happens."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

__all__ = ["OverwriteError", "overwrite"]


class OverwriteError(Exception):
    """The file was left as it is. `reason` says why in a sentence without the path."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def overwrite(file: Path, expected: bytes, data: bytes) -> None:
    """Replace the content of a file, if it still is what it was when it was read.

    The new content is written beside the file and renamed, so that an interruption or a full disk leaves the old file and
    nothing else. A symbolic link stays one: the file that it leads to is replaced. Mode and, as far as allowed, owner stay.

    Args:
        file: the file.
        expected: what it held when it was read.
        data: what it shall hold.

    Raises:
        OverwriteError: it cannot be written, or holds something else by now.

    """
    try:
        target = file.resolve(strict=True)
        _replace(target, expected, data)
    except OSError as error:
        raise OverwriteError(f"cannot be written: {error.strerror or type(error).__name__}") from error
    except RuntimeError as error:  # a loop of links, before Python 3.13
        raise OverwriteError("cannot be written: symbolic links in a loop") from error


def _replace(target: Path, expected: bytes, data: bytes) -> None:
    import secrets

    status = target.stat()
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise OverwriteError("cannot be written: it is read-only")
    beside = target.with_name(
        f".promptlint-{secrets.token_hex(8)}.tmp"
    )  # known before it exists, so that it can be removed
    try:
        # "x": never an existing file, nor a link that somebody put there
        with open(beside, "xb", opener=_private) as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _like(beside, status)
        if target.read_bytes() != expected:
            raise OverwriteError("it has changed since it was read, so it is left as it is")
        beside.replace(target)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    """Open for the owner alone: what a file that only some may read holds is nobody else's business for a moment, either."""
    return os.open(path, flags, 0o600)


def _like(file: Path, status: os.stat_result) -> None:
    """Give a file the owner and the mode of another one."""
    own = file.stat()
    if hasattr(os, "chown") and (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        with contextlib.suppress(OSError):  # only the superuser may give files away
            os.chown(file, status.st_uid, status.st_gid)
    file.chmod(stat.S_IMODE(status.st_mode))  # after chown, which clears set-id bits
