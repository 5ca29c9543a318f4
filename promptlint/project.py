"""Projects: what file paths are relative to where a result must not depend on the folder that promptlint is run in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from promptlint.config import FILE_NAMES

__all__ = ["Projects"]

_TABLE: Final = b"[tool.promptlint"

_MOST: Final = 2_000
"""Folders that are remembered: files come folder by folder, and there may be as many folders as files."""


class Projects:
    """Finds and remembers the root of the project that a file belongs to.

    That is the repository's root, outside of repositories the folder of the nearest configuration, and where there is
    neither, `cwd` for what lies below it.
    """

    def __init__(self, cwd: Path) -> None:
        self._cwd = cwd
        self._here = str(cwd)
        self._roots: dict[str, str] = {}
        self._repositories: dict[str, str | None] = {}
        self._configured: dict[str, str | None] = {}

    def root(self, folder: Path) -> Path:
        """The root of the project that a folder, whose path is absolute, belongs to."""
        return Path(self._root(str(folder)))

    def is_marked(self, root: Path) -> bool:
        """Whether something says that this folder is a project's root: a repository, a configuration."""
        return _is_repository(str(root)) or _is_configured(str(root))

    def path(self, file: Path | str) -> str:
        """A file's path from the root of its project, with forward slashes. The file need not exist."""
        # paths are text here: this is asked for every file, and their objects take longer than all else
        place = os.path.normpath(os.path.join(self._here, file))  # noqa: PTH118
        root = self._root(os.path.dirname(place))  # noqa: PTH120
        return place[len(root) :].replace(os.sep, "/").lstrip("/")

    def _root(self, folder: str) -> str:
        if folder not in self._roots:
            if len(self._roots) >= _MOST:
                for known in (self._roots, self._repositories, self._configured):
                    known.clear()
            found = _nearest(folder, _is_repository, self._repositories) or _nearest(
                folder, _is_configured, self._configured
            )
            self._roots[folder] = found or (self._here if Path(folder).is_relative_to(self._cwd) else folder)
        return self._roots[folder]


def _nearest(folder: str, is_root: Callable[[str], bool], known: dict[str, str | None]) -> str | None:
    """The innermost folder around one, itself included, that is a root; `known` is what earlier calls found out."""
    passed: list[str] = []
    while folder not in known:
        passed.append(folder)
        above = os.path.dirname(folder)  # noqa: PTH120
        if is_root(folder):
            known[folder] = folder
        elif above == folder:
            known[folder] = None
        else:
            folder = above
    known.update(dict.fromkeys(passed, known[folder]))
    return known[folder]


def _is_repository(folder: str) -> bool:
    return os.path.exists(f"{folder}/.git")  # noqa: PTH110


def _is_configured(folder: str) -> bool:
    *own, shared = (f"{folder}/{name}" for name in FILE_NAMES)
    return any(map(os.path.exists, own)) or (os.path.exists(shared) and _TABLE in _content(shared))  # noqa: PTH110


def _content(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError:
        return b""
