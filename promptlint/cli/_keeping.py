"""What a run of ``promptlint check`` rests on, so that the next one like it can be answered for from the cache."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from promptlint.discovery import ENVIRONMENT, Candidate
from promptlint.replay import Basis, digest_of, listing, listing_of, surroundings

if TYPE_CHECKING:
    from promptlint.examiner import Examiner
    from promptlint.many import Done
    from promptlint.runner import Known

__all__ = ["Witness"]

MOST: Final = 20_000
"""Files of a run that are noted: with more of them it would take too long to look whether they have changed."""

MOST_FOLDERS: Final = 100_000
"""Folders that are noted, for the same reason."""

MOST_NAMES: Final = 100_000
"""Names in folders that are kept; of folders beyond that only those that are asked for in all of them."""

_BY_NAME = "excluded"
"""Why a file is left out of which only the name was looked at."""


class Witness:
    """Notes what a run looks at, as long as that may be everything that its output depends on (`is_whole`)."""

    def __init__(self, examiner: Examiner) -> None:
        from promptlint.config import FILE_NAMES

        self._examiner = examiner
        self._telling = frozenset((*FILE_NAMES, ".git", ".gitignore"))
        self._folders: dict[str, str] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._told: dict[str, frozenset[str]] = {}
        self._room = MOST_NAMES
        self._unlisted: set[str] = set()
        self._files: dict[str, str | None] = {}
        self._looked_for: set[str] = set()
        self.is_whole = True

    def give_up(self) -> None:
        """Note no more, and forget what was noted."""
        self.is_whole = self._examiner.marks = False
        for noted in (self._folders, self._names, self._told, self._unlisted, self._files, self._looked_for):
            noted.clear()

    def linked(self) -> None:
        """A symbolic link was met: what it leads to is not among the folders."""
        self.give_up()

    def listed(self, folder: str, entries: Mapping[str, str]) -> None:
        """Note the names in a folder."""
        if len(self._folders) >= MOST_FOLDERS:
            self.give_up()
        if not self.is_whole:
            return
        self._folders[folder] = listing(entries)
        self._room -= len(entries)
        if self._room >= 0:
            self._names[folder] = frozenset(entries)
        else:
            self._told[folder] = self._telling & entries.keys()
        self._unlisted.discard(folder)
        self._unlisted |= {os.path.join(folder, name) for name, kind in entries.items() if kind == "d"}  # noqa: PTH118  # of very many

    def take(self, done: Done) -> None:
        """Note what was read for one file."""
        if not self.is_whole:
            return
        item, report = done.item, done.outcome.report
        if not isinstance(item, Candidate):
            if item.reason != _BY_NAME:
                self.give_up()
            return
        if (
            done.result.digest is None
            or "error" in done.result.data
            or (report is not None and report.facts is not None)
            or len(self._files) >= MOST
        ):
            self.give_up()
            return
        self._files[item.place] = done.result.digest
        self._looked_for.update(done.result.seen)

    def basis(self, known: Known | None, baseline: Path | None) -> Basis:
        """Everything that the output depends on, beside the command line."""
        from promptlint.config import FILE_NAMES, user_config_file

        cwd = str(self._examiner.setup.cwd)
        starts = {cwd, *self._folders, *map(os.path.dirname, self._files)}
        names, marks = surroundings(starts, FILE_NAMES)
        names |= {os.path.normpath(os.path.join(cwd, path)) for path in self._looked_for}  # noqa: PTH118
        names |= {str(file) for file in self._examiner.configuration_files}
        user = user_config_file(os.environ)
        names |= {str(user)} if user else set()
        names |= {str(baseline)} if baseline else set()
        folders = dict(self._folders)
        for folder in self._examiner.rule_folders:
            folders |= dict(_listings(str(folder)))
        marks |= {os.path.join(path, ENVIRONMENT) for path in self._unlisted - self._folders.keys()}  # noqa: PTH118
        if known is not None:
            marks |= known.files
        return {
            "folders": folders,
            "present": {path: Path(path).exists() for path in sorted(self._open(marks))},
            "files": {path: digest_of(path) for path in sorted(self._open(names) - self._files.keys())} | self._files,
        }

    def _open(self, paths: Iterable[str]) -> set[str]:
        """Those of some paths about which the names in the folders do not say that they are not there."""
        return {path for path in paths if not self._is_missing(path)}

    def _is_missing(self, path: str) -> bool:
        folder, name = os.path.split(path)
        if folder in self._names:
            return name not in self._names[folder]
        if folder in self._told:
            return name in self._telling and name not in self._told[folder]
        return folder not in ("", path) and self._is_missing(folder)


def _listings(start: str) -> Iterable[tuple[str, str]]:
    for folder, _, _ in os.walk(start):
        mark = listing_of(folder)
        if mark is not None:
            yield folder, mark
