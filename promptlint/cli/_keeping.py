"""What a run of ``promptlint check`` rests on, so that the next one like it can be answered for from the cache."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from promptlint.discovery import ENVIRONMENT, Candidate
from promptlint.replay import Basis, digest_of, listing, listing_of, surroundings

if TYPE_CHECKING:
    from promptlint.discovery import Discovery
    from promptlint.examiner import Examiner
    from promptlint.many import Done
    from promptlint.runner import Known

__all__ = ["Witness"]

MOST: Final = 20_000
"""Files of a run that are noted: with more of them it would take too long to look whether they have changed."""

_BY_NAME = "excluded"
"""Why a file is left out of which only the name was looked at."""


class Witness:
    """Notes what a run looks at. `is_whole` says whether that is everything that its output depends on."""

    def __init__(self, examiner: Examiner, found: Discovery, *, changes: bool = False) -> None:
        self._examiner = examiner
        self._folders = found.folders
        self._files: dict[str, str | None] = {}
        self._looked_for: set[str] = set()
        self.is_whole = not found.links and not changes

    def take(self, done: Done) -> None:
        """Note what was read for one file."""
        item, report = done.item, done.outcome.report
        if not isinstance(item, Candidate):
            self.is_whole = self.is_whole and item.reason == _BY_NAME
            return
        if (
            done.result.digest is None
            or "error" in done.result.data
            or (report is not None and report.facts is not None)
        ):
            self.is_whole = False
        if len(self._files) >= MOST:
            self.is_whole = False
            return
        self._files[str(item.file)] = done.result.digest
        self._looked_for.update(done.result.seen)

    def basis(self, known: Known | None, baseline: Path | None) -> Basis:
        """Everything that the output depends on, beside the command line."""
        from promptlint.config import FILE_NAMES, user_config_file

        cwd = str(self._examiner.setup.cwd)
        starts = {cwd, *self._folders, *(str(Path(file).parent) for file in self._files)}
        names, marks = surroundings(starts, FILE_NAMES)
        names |= {os.path.normpath(Path(cwd, path)) for path in self._looked_for}
        names |= {str(file) for file in self._examiner.configuration_files}
        user = user_config_file(os.environ)
        names |= {str(user)} if user else set()
        names |= {str(baseline)} if baseline else set()
        folders = {path: listing(entries) for path, entries in self._folders.items()}
        for folder in self._examiner.rule_folders:
            folders |= dict(_listings(str(folder)))
        marks |= {
            str(Path(path, name, ENVIRONMENT))
            for path, entries in self._folders.items()
            for name, kind in entries.items()
            if kind == "d" and str(Path(path, name)) not in self._folders
        }
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
        entries = self._folders.get(folder)
        if entries is not None:
            return name not in entries
        return folder not in ("", path) and self._is_missing(folder)


def _listings(start: str) -> Iterable[tuple[str, str]]:
    for folder, _, _ in os.walk(start):
        mark = listing_of(folder)
        if mark is not None:
            yield folder, mark
