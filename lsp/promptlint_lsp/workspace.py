"""The prompts of a workspace that are not open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types

from promptlint.discovery import Found
from promptlint.source import Source, SourceError
from promptlint_lsp.buffers import Buffer, uri_of
from promptlint_lsp.diagnostics import result_id
from promptlint_lsp.linting import Analysis, Linter, Unlinted
from promptlint_lsp.positions import BOM, Encoding, Text
from promptlint_lsp.roots import Root, Roots

__all__ = ["Known", "Workspace"]


@dataclass(frozen=True)
class Known:
    """What is found in a file. `version` is None where it is not open, `name` is the result's name."""

    uri: str
    version: int | None
    items: list[types.Diagnostic]
    name: str


Render = Callable[[Analysis | Unlinted], list[types.Diagnostic]]


class Workspace:
    """Lints the files of folders, each again only when something that it depends on has changed. Not for several threads."""

    def __init__(self, linter: Linter, roots: Callable[[], Roots], encoding: Callable[[], Encoding]) -> None:
        self._linter = linter
        self._roots = roots
        self._encoding = encoding
        self._known: dict[Path, tuple[object, Root, dict[str, object], Known]] = {}

    def files(self, folder: Path) -> list[Path]:
        """The prompt files of a workspace folder, and those that are no longer there but were."""
        root = self._roots().at(folder)
        found = [each.file for each in root.prompts_below(folder) if isinstance(each, Found)]
        gone = [file for file in self._known if file.is_relative_to(folder) and file not in set(found)]
        return [*found, *gone]

    def lint(self, file: Path, render: Render) -> Known | None:
        """What is found in a file; None for one that was not there before, either."""
        linter = self._linter
        root = self._roots().of(file)
        stamp = linter.stamp(file)
        known = self._known.get(file)
        if known is not None and known[:2] == (stamp, root) and known[1] is root and self._holds(root, known[2]):
            return known[3]
        buffer = linter.buffers.get(file) or _closed(file, self._encoding())
        if buffer is None:
            self._known.pop(file, None)
            return None if known is None else Known(uri_of(file), None, [], result_id([]))
        result = linter.lint(buffer, root)
        stamps = dict(result.stamps) if isinstance(result, Analysis) else {}
        items = render(result)
        found = Known(buffer.uri, buffer.version, items, result_id(items))
        self._known[file] = stamp, root, stamps, found
        return found

    def _holds(self, root: Root, stamps: dict[str, object]) -> bool:
        return all(self._linter.stamp(root.folder / path) == was for path, was in stamps.items())


def _closed(file: Path, encoding: Encoding) -> Buffer | None:
    """A file as if it were open."""
    try:
        source = Source.from_bytes("", file.read_bytes())
    except (OSError, SourceError):
        return None
    return Buffer(uri_of(file), "", None, Text((BOM if source.bom else "") + source.text, encoding), file, 0)
