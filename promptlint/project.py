"""Projects: what file paths are relative to where a result must not depend on the folder that promptlint is run in."""

from __future__ import annotations

import os
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
        self._roots: dict[Path, Path] = {}

    def root(self, folder: Path) -> Path:
        """The root of the project that a folder, whose path is absolute, belongs to."""
        if folder not in self._roots:
            if len(self._roots) >= _MOST:
                self._roots.clear()
            self._roots[folder] = self._find(folder)
        return self._roots[folder]

    def is_marked(self, root: Path) -> bool:
        """Whether something says that this folder is a project's root: a repository, a configuration."""
        return _is_repository(root) or _is_configured(root)

    def path(self, file: Path) -> str:
        """A file's path from the root of its project, with forward slashes. The file need not exist."""
        file = Path(os.path.normpath(self._cwd / file))
        return file.relative_to(self.root(file.parent)).as_posix()

    def _find(self, folder: Path) -> Path:
        above = (folder, *folder.parents)
        for is_root in (_is_repository, _is_configured):
            found = next((each for each in above if is_root(each)), None)
            if found is not None:
                return found
        return self._cwd if folder.is_relative_to(self._cwd) else folder


def _is_repository(folder: Path) -> bool:
    return _exists(folder / ".git")


def _is_configured(folder: Path) -> bool:
    *own, shared = FILE_NAMES
    return any(_exists(folder / name) for name in own) or _TABLE in _content(folder / shared)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
