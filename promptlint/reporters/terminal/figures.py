"""Numbers for people: amounts of money, tokens, shares, and tables of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import floor, log10
from typing import Final

from promptlint.reporters.terminal.cells import width

__all__ = ["UNKNOWN", "aligned", "bar", "dollars", "percent", "tokens"]

UNKNOWN: Final = "-"
"""In place of a figure that is not known."""

_SIGNIFICANT: Final = 6
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


def dollars(amount: float | None) -> str:
    """An amount in USD: at least cents, six significant digits below one dollar, and no zeros behind them."""
    if amount is None:
        return UNKNOWN
    places = 2 if amount == 0 or abs(amount) >= 1 else min(_SIGNIFICANT - 1 - floor(log10(abs(amount))), 12)
    whole, point, rest = f"{amount:,.{places}f}".partition(".")
    return f"{whole}{point}{rest.rstrip('0').ljust(2, '0')}"


def tokens(number: int | None) -> str:
    """A number of tokens."""
    return UNKNOWN if number is None else f"{number:,}"


def percent(part: float, whole: float) -> str:
    """A part of a whole in per cent; the smallest that is not nothing is ``<1 %``."""
    if not whole or not part:
        return "0 %"
    share = 100 * part / whole
    return "<1 %" if share < 1 else f"{share:.0f} %"


def bar(part: float, whole: float, cells: int) -> str:
    """A bar that is as much of so many cells as the part is of the whole."""
    eighths = round(8 * cells * part / whole) if whole else 0
    full, rest = divmod(max(eighths, 1 if part > 0 else 0), 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def aligned(rows: Sequence[Sequence[str]], right: Collection[int]) -> list[str]:
    """Lines of a table whose columns are two blanks apart; those with a number in `right` are flush right."""
    columns = range(len(rows[0])) if rows else range(0)
    widths = [max(width(row[column]) for row in rows) for column in columns]

    def cell(text: str, column: int) -> str:
        blanks = " " * (widths[column] - width(text))
        return blanks + text if column in right else text + blanks

    return ["  ".join(cell(text, column) for column, text in enumerate(row)).rstrip() for row in rows]
