"""How text takes up columns on a terminal, and how characters that a terminal must not be sent are written instead."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from promptlint.lazy import dataclass

__all__ = ["TAB_WIDTH", "Cell", "cells", "visible", "width"]

TAB_WIDTH = 4
"""Columns of a tab. Every tab is as wide as every other, so that a cut line needs no tab stops."""

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

_HIDDEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that are letters, marks or symbols to Unicode and yet show nothing: joiners, fillers, the blank Braille cell."""

_EMOJI_VARIATION = frozenset("\ufe0e\ufe0f")
"""They follow an ordinary character to make it text or emoji; every other variation selector is shown."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One character of the source as the terminal shows it: what is written, and how many columns that takes."""

    shown: str
    width: int


def _is_variation_selector(code: int) -> bool:
    return 0x180B <= code <= 0x180F or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


@lru_cache(maxsize=4096)
def _cell(char: str) -> Cell:
    if char == "\t":
        return Cell(" " * TAB_WIDTH, TAB_WIDTH)
    if " " <= char <= "~":
        return Cell(char, 1)
    if char in _EMOJI_VARIATION:
        return Cell(char, 0)
    import unicodedata

    category = unicodedata.category(char)
    code = ord(char)
    if category in _HIDDEN_CATEGORIES or char in _HIDDEN_LETTERS or _is_variation_selector(code):
        shown = f"<U+{code:04X}>"
        return Cell(shown, len(shown))
    if category in ("Mn", "Me") or 0x1160 <= code <= 0x11FF:
        return Cell(char, 0)  # combining marks, and the Hangul vowels and finals that join the consonant before them
    return Cell(char, 2 if unicodedata.east_asian_width(char) in "WF" else 1)


def cells(text: str) -> list[Cell]:
    """The cells of a text without line ends, one for each code point.

    Control, format (bidirectional ones among them), private-use, surrogate and blank characters are written as
    ``<U+200B>``: they would change what the terminal shows, or show nothing.
    """
    return [_cell(char) for char in text]


def visible(text: str) -> str:
    """The text as it may be sent to a terminal on one line; see :func:`cells`."""
    return "".join(cell.shown for cell in cells(text))


def width(row: Iterable[Cell] | str) -> int:
    """How many columns the cells, or the cells of a text, take up."""
    return sum(cell.width for cell in (cells(row) if isinstance(row, str) else row))
