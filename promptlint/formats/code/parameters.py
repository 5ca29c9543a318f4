"""What the text that a function returns becomes where the function is called: its parameters give way to the arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from promptlint.formats.code.values import Hole, Piece, Text
from promptlint.source import Span

__all__ = ["filled_in"]

_MOST_PIECES = 5_000


def filled_in(text: Text, path: str, function: Span, arguments: Mapping[str, Sequence[Piece]], *, opening: str) -> Text:
    """The text with the holes that are exactly a parameter replaced.

    Args:
        text: what the function returns.
        path: the file that the function stands in.
        function: where it stands there.
        arguments: what the call gives for the parameters, by their names.
        opening: what a hole starts with inside a literal (``{``, ``${``).

    """
    pieces: list[Piece] = []
    for piece in text.pieces:
        given = None
        if isinstance(piece, Hole) and piece.path == path and function.contains(piece.span):
            given = arguments.get(_expression(piece.text, opening))
        if given is None:
            pieces.append(piece)
        else:
            pieces += given
        if len(pieces) > _MOST_PIECES:
            return text
    return replace(text, pieces=tuple(pieces))


def _expression(written: str, opening: str) -> str:
    """What stands in a hole, without the braces around it."""
    if written.startswith(opening) and written.endswith("}"):
        return written[len(opening) : -1].strip()
    return written
