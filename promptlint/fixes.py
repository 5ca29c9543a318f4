"""Applying fixes to a text."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from itertools import pairwise

from promptlint.diagnostic import Edit, Fix
from promptlint.source import Span

__all__ = ["apply_fixes", "compatible"]


def apply_fixes(text: str, fixes: Iterable[Fix]) -> str:
    """The text after the fixes of one file.

    Two fixes that touch the same characters, or that start at the same place, do not go together: the first one in the
    order given wins, the other is left for another round. Edits of one fix are applied all or not at all. Edits are
    offsets into `text` as it is given.
    """
    pieces: list[str] = []
    at = 0
    for edit in _edits(compatible(fixes)):
        span = _span(edit)
        pieces += text[at : span.start], edit.replacement
        at = span.end
    return "".join(pieces) + text[at:]


def compatible(fixes: Iterable[Fix], beside: Iterable[Fix] = ()) -> list[Fix]:
    """Those of the fixes that go together, and with those of `beside`, which do so themselves; of two that clash the first."""
    taken = _edits(beside)
    chosen: list[Fix] = []
    for fix in fixes:
        edits = sorted(dict.fromkeys(fix.edits), key=_span)
        fits = not any(_clash(_span(one), _span(other)) for one, other in pairwise(edits))
        if fits and not any(_clashes(edit, taken) for edit in edits):
            chosen.append(fix)
            for edit in edits:
                insort(taken, edit, key=_span)
    return chosen


def _edits(fixes: Iterable[Fix]) -> list[Edit]:
    """The edits of fixes that go together, in the order of the file."""
    return sorted({edit: None for fix in fixes for edit in fix.edits}, key=_span)


def _span(edit: Edit) -> Span:
    return edit.location.span


def _clashes(edit: Edit, taken: list[Edit]) -> bool:
    """Whether an edit clashes with one of `taken`, which are apart and in order: only its neighbours can."""
    index = bisect_left(taken, _span(edit), key=_span)
    return any(_clash(_span(edit), _span(other)) for other in taken[max(index - 1, 0) : index + 1])


def _clash(one: Span, other: Span) -> bool:
    return one.start == other.start or (one.start < other.end and other.start < one.end)
