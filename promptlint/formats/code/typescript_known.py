"""Small questions about values, and how JavaScript reads and writes numbers."""

from __future__ import annotations

from promptlint.formats.code.values import Hole, Literal, Text, Value

__all__ = ["constant", "has_literal", "number", "shown", "written"]


def has_literal(text: Text) -> bool:
    return any(isinstance(piece, Literal) for piece in text.pieces)


def written(text: Text) -> str:
    return "".join(piece.text for piece in text.pieces)


def constant(value: Value | None) -> str | None:
    """A string of which everything is known."""
    if not isinstance(value, Text) or any(isinstance(piece, Hole) for piece in value.pieces):
        return None
    return written(value)


def number(text: str) -> int | float | None:
    text = text.replace("_", "").removesuffix("n")
    if len(text) > 300:
        return None
    try:
        return int(text, 0)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None


def shown(value: float | bool | None) -> str:
    """How JavaScript writes a value in a text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if value == int(value) and abs(value) < 1e21 else repr(value)
