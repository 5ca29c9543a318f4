"""The documents that are open in the editor, and how they change. pygls' own text is not used: it splits lines where none end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from lsprotocol import types
from pygls import uris

from promptlint_lsp.positions import Encoding, Text

__all__ = ["Buffer", "file_of", "opened", "same_file", "uri_of"]

_numbers = count(1)


@dataclass(frozen=True, eq=False)
class Buffer:
    """One state of an open document. `number` grows with every change of any document; `file` is None where it is no file."""

    uri: str
    language: str
    version: int | None
    text: Text
    file: Path | None
    number: int

    def changed(self, version: int | None, changes: Iterable[types.TextDocumentContentChangeEvent]) -> Buffer:
        """The document after changes, which are made one after another."""
        text = self.text
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                text = text.edited(change.range, change.text)
            else:
                text = Text(change.text, text.encoding)
        return replace(self, version=version, text=text, number=next(_numbers))


def opened(item: types.TextDocumentItem, encoding: Encoding) -> Buffer:
    """A document that was just opened."""
    return Buffer(
        item.uri, item.language_id, item.version, Text(item.text, encoding), file_of(item.uri), next(_numbers)
    )


def file_of(uri: str) -> Path | None:
    """The absolute path that a URI names, None where that is no file."""
    if uris.uri_scheme(uri) != "file":
        return None
    path = uris.to_fs_path(uri)
    return Path(path) if path else None


def uri_of(file: Path) -> str:
    """The URI of a file."""
    return uris.from_fs_path(str(file)) or file.as_uri()


def same_file(one: str, other: str) -> bool:
    """Whether two URIs name the same document, however they are written."""
    if one == other:
        return True
    first, second = file_of(one), file_of(other)
    return first is not None and first == second
