"""What git ignores below a folder: the patterns of ``.gitignore`` files and of ``.git/info/exclude``.

A file that cannot be read has no patterns, and a pattern that git cannot read is passed over, as git does it.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from promptlint.lazy import dataclass

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = [
    "MARKS",
    "OwnPatterns",
    "Patterns",
    "compile_patterns",
    "is_ignored",
    "levels_above",
    "own_patterns",
    "pattern_file",
]

MARKS = frozenset((".git", ".gitignore"))
"""The names in a folder that say what is ignored there."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of one .gitignore file, and the folder that they are relative to."""

    folder: str
    spec: GitIgnoreSpec

    def decides(self, path: str, *, folder: bool) -> bool | None:
        """Whether the patterns ignore a path (True), take it back (False) or say nothing about it."""
        base = self.folder.rstrip(os.sep) + os.sep
        if not path.startswith(base):
            return None
        relative = path[len(base) :].replace(os.sep, "/")
        return self.spec.check_file(relative + "/" if folder else relative).include


def compile_patterns(lines: Iterable[str], folder: Path) -> Patterns | None:
    """The patterns of some lines in the syntax of .gitignore, relative to a folder; None where there are none."""
    from pathspec import GitIgnoreSpec

    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    if not kept:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of `re`, about sets such as [[a]
        try:
            return Patterns(str(folder), GitIgnoreSpec.from_lines(kept))
        except ValueError:
            # git passes over a pattern that it cannot read
            return Patterns(str(folder), GitIgnoreSpec.from_lines([line for line in kept if _is_pattern(line)]))


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def pattern_file(file: Path, folder: Path) -> Patterns | None:
    """The patterns in a file; None where it has none, or cannot be read."""
    try:
        if not file.is_file():
            return None
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return None
    return compile_patterns(text.split("\n"), folder)


def is_ignored(path: str, levels: Sequence[Patterns], *, folder: bool) -> bool:
    """Whether a path is ignored; the closest .gitignore that says anything decides."""
    for level in reversed(levels):
        decision = level.decides(path, folder=folder)
        if decision is not None:
            return decision
    return False


@dataclass(frozen=True, slots=True)
class OwnPatterns:
    """What a folder says itself about what is ignored in it."""

    patterns: tuple[Patterns, ...]
    is_repository: bool


def own_patterns(place: str, marks: Container[str]) -> OwnPatterns:
    """The patterns that a folder holds, whose names that matter are `marks`."""
    folder = Path(place)
    found: list[Patterns | None] = []
    if ".git" in marks:
        found.append(pattern_file(folder / ".git" / "info" / "exclude", folder))
    if ".gitignore" in marks:
        found.append(pattern_file(folder / ".gitignore", folder))
    return OwnPatterns(tuple(each for each in found if each is not None), ".git" in marks)


def levels_above(start: Path, repository: Path | None) -> tuple[Patterns, ...]:
    """The .gitignore files between the repository's root and the folder where a walk starts, that one not included."""
    if repository is None or repository == start:
        return ()
    parts = start.relative_to(repository).parts
    above = [repository.joinpath(*parts[:count]) for count in range(len(parts))]
    found = [pattern_file(repository / ".git" / "info" / "exclude", repository)]
    found += [pattern_file(folder / ".gitignore", folder) for folder in above]
    return tuple(level for level in found if level is not None)
