"""Formats that a project describes itself, in ``[[formats]]`` of its configuration."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from promptlint.diagnostic import Problem, Severity
from promptlint.formats._body import BodyFormat, read_body
from promptlint.formats._format import Notation, Recognition
from promptlint.lazy import dataclass
from promptlint.prompt import Document, Kind
from promptlint.source import Source

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from promptlint.formats._tables import Table

__all__ = ["OwnFormat", "matches", "own_format"]


@dataclass(frozen=True)
class OwnFormat:
    """A format of the project's own.

    `files` are patterns in the syntax of .gitignore, relative to `folder`. `tables` say where prompts stand; without any the
    whole text of a file is a prompt. `notation` None goes by the file's suffix. `template`, `kind` and `language` are those of
    whole texts; tables have their own.
    """

    name: str
    files: tuple[str, ...]
    folder: Path = Path()
    tables: tuple[Table, ...] = ()
    notation: Notation | None = None
    template: str | None = None
    kind: Kind | None = None
    language: str | None = None

    def holds(self, file: Path) -> bool:
        """Whether a file, whose path is absolute, is of this format."""
        return matches(self.files, self.folder, file)

    @property
    def recognition(self) -> Recognition:
        """What is said about a file of this format."""
        return Recognition(self.name, f"'files' of [[formats]] in the configuration: {', '.join(self.files)}")

    def read(self, source: Source) -> Document:
        """The Document of a file; one in which nothing stands where the tables say has a problem."""
        if not self.tables:
            document = read_body(source, self.name, BodyFormat(self.template, self.kind))
            prompts = (replace(prompt, language=prompt.language or self.language) for prompt in document.prompts)
            return replace(document, prompts=tuple(prompts))
        from promptlint.formats._tables import read_tables

        document = read_tables(source, self.name, self.tables, notation=self.notation)
        if document.prompts or document.problems:
            return document
        paths = ", ".join(f"'{slot.path}'" for table in self.tables for slot in table.slots)
        detail = f"no prompt stands where [[formats]] in the configuration says: {paths}"
        problem = Problem("invalid-file", source.location(0, 0), detail, Severity.WARNING)
        return replace(document, problems=(problem,))


@lru_cache(maxsize=64)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of `re`, about sets such as [[a]
        return GitIgnoreSpec.from_lines(patterns)


def matches(patterns: tuple[str, ...], folder: Path, file: Path) -> bool:
    """Whether patterns in the syntax of .gitignore, relative to `folder`, match a file; both paths are absolute.

    Raises:
        ValueError: a pattern is none.

    """
    try:
        relative = file.relative_to(folder).as_posix()
    except ValueError:
        return False
    return bool(_spec(patterns).check_file(relative).include)


def own_format(formats: tuple[OwnFormat, ...], place: Path | str) -> OwnFormat | None:
    """The first of the formats that a file is of."""
    if not formats:  # as nearly everywhere
        return None
    file = Path(place)
    return next((each for each in formats if each.holds(file)), None)
