"""Applying fixes to a text."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.diagnostic import Edit, Fix

__all__ = ["apply_fixes"]


def apply_fixes(text: str, fixes: Iterable[Fix]) -> str:
    """The text after the fixes of one file, applied from right to left.

    Two fixes that touch the same characters do not go together: the first one in the order given wins, the other is left
    for another round. Edits of one fix are applied all or not at all. Edits are offsets into `text` as it is given.
    """
    taken: list[Edit] = []
    for fix in fixes:
        edits = list(dict.fromkeys(fix.edits))
        if not any(_clash(edit, other) for edit in edits for other in taken):
            taken += edits
    for edit in sorted(taken, key=lambda edit: (edit.location.span.start, edit.location.span.end), reverse=True):
        span = edit.location.span
        text = text[: span.start] + edit.replacement + text[span.end :]
    return text


def _clash(one: Edit, other: Edit) -> bool:
    a, b = one.location.span, other.location.span
    return (
        a.overlaps(b)
        or a.start == b.start
        or (len(a) == 0 and b.start < a.start < b.end)
        or (len(b) == 0 and a.start < b.start < a.end)
    )
