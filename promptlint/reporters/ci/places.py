"""Places as CI services want them: from the repository's root, and as URIs."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import quote

from promptlint.lazy import regex

if TYPE_CHECKING:
    from promptlint.reporters import Options
    from promptlint.runner import Report

__all__ = ["faults", "in_repository", "is_absolute", "uri"]

_DRIVE = regex(r"[A-Za-z]:/")


def is_absolute(path: str) -> bool:
    """Whether a reported path is absolute, on this system or another."""
    return path.startswith("/") or _DRIVE.match(path) is not None


def in_repository(path: str, options: Options) -> str:
    """A reported path from the repository's root; one outside the working directory stays as it is."""
    return path if is_absolute(path) or not options.folder else posixpath.normpath(f"{options.folder}/{path}")


def uri(path: str) -> str:
    """A path as a URI reference: relative if it is, else with the scheme ``file``."""
    try:
        data = path.encode("utf-8", "surrogateescape")  # a name that is not UTF-8 keeps its bytes
    except UnicodeEncodeError:
        data = path.encode("utf-8", "surrogatepass")
    if _DRIVE.match(path):
        return f"file:///{path[:2]}{quote(data[2:])}"
    if path.startswith("//"):
        return f"file:{quote(data)}"  # a share: the host is part of the path
    return f"file://{quote(data)}" if path.startswith("/") else quote(data)


def faults(report: Report) -> tuple[str, ...]:
    """What could not be done, beside the files that are listed as skipped."""
    skipped = {f"{each.path}: {each.reason}" for each in report.skipped}
    return tuple(error for error in report.errors if error not in skipped)
