"""``promptlint check --changed``: which files a branch touches, and which others depend on those."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from promptlint.discovery import Candidate, Skipped
from promptlint.revisions import Repository, Revision

if TYPE_CHECKING:
    from promptlint.examiner import Examiner

__all__ = ["Changes"]


class Changes:
    """What differs from a revision: what was committed since, what is not committed, and what git does not know yet.

    `base` is the revision: where HEAD parted from the one that is named, by default from the default branch.

    Raises:
        GitError: there is no git, no repository or no such revision.
    """

    def __init__(self, cwd: Path, name: str | None) -> None:
        repository = Repository.of(cwd)
        head = repository.resolve("HEAD")
        self.base: Revision = (
            repository.merge_base(repository.resolve(name), head) if name else repository.default_base(head)
        )
        self.files = frozenset(map(os.path.normcase, repository.changed(self.base)))
        self._cwd = cwd

    def among(self, items: Iterable[Candidate | Skipped], examiner: Examiner) -> Iterator[Candidate | Skipped]:
        """Those of some files that have changed, or whose configuration, rules, or any file that they read has."""
        rules = any(self._has(path) for path in examiner.rule_files)
        for item in items:
            if isinstance(item, Skipped):
                if item.named or self._has(self._cwd / item.path):
                    yield item
            elif rules or self._has(item.file) or self._concerns(item, examiner):
                yield item

    def _concerns(self, item: Candidate, examiner: Examiner) -> bool:
        return any(self._has(path) for path in examiner.read_beside(item))

    def _has(self, path: Path) -> bool:
        return os.path.normcase(os.path.normpath(path)) in self.files
