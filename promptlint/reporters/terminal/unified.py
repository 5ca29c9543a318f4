"""A file before and after as a unified diff that ``patch -p0`` and ``git apply -p0`` take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

from promptlint.reporters.terminal.cells import visible
from promptlint.reporters.terminal.style import PLAIN, Role, Style
from promptlint.source import Source

__all__ = ["unified"]

_CONTEXT = 3  # unchanged lines around a change, as everywhere

_Change: TypeAlias = tuple[int, int, int, int]
"""Lines [a, b) of the file before become lines [c, d) of the file after."""


def unified(before: Source, after: Source, style: Style = PLAIN, *, shown: bool = False) -> str:
    r"""The diff between two states of a file; empty when they are the same.

    Exact to the character: only ``\n`` separates the lines of a diff, so a carriage return is part of its line, and so is
    the byte-order mark of a UTF-8 file. With `shown` the diff is for a terminal, and what would steer that is made visible.
    """
    old, new = _lines(before), _lines(after)
    hunks = list(_hunks(_changes(old, new)))
    if not hunks:
        return ""
    tab = "\t" if " " in before.path else ""  # as git does it: a name ends at a tab, else at a blank
    path = visible(before.path)
    out = [style.paint("strong", f"--- {path}") + f"{tab}\n", style.paint("strong", f"+++ {path}") + f"{tab}\n"]

    def add(sign: str, role: Role | None, lines: Sequence[str]) -> None:
        for line in lines:
            body = line.removesuffix("\n")
            text = f"{sign}{visible(body.removesuffix(chr(13))) if shown else body}"
            out.append((style.paint(role, text) if role else text) + "\n")
            if body == line:
                out.append("\\ No newline at end of file\n")

    for hunk in hunks:
        first, last = hunk[0], hunk[-1]
        start, stop = max(first[0] - _CONTEXT, 0), min(last[1] + _CONTEXT, len(old))
        ranges = _range(start, stop), _range(first[2] - (first[0] - start), last[3] + stop - last[1])
        out.append(style.paint("gutter", f"@@ -{ranges[0]} +{ranges[1]} @@") + "\n")
        at = start
        for a, b, c, d in hunk:
            add(" ", None, old[at:a])
            add("-", "removed", old[a:b])
            add("+", "added", new[c:d])
            at = b
        add(" ", None, old[at:stop])
    return "".join(out)


def _lines(source: Source) -> list[str]:
    text = "\ufeff" + source.text if source.bom and source.encoding == "utf-8" else source.text
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


def _range(start: int, stop: int) -> str:
    length = stop - start
    first = start + 1 if length else start  # of an empty range the line before it is named
    return str(first) if length == 1 else f"{first},{length}"


def _changes(old: Sequence[str], new: Sequence[str]) -> list[_Change]:
    if len(old) == len(new):  # nearly every fix stays within its line, and no search is needed
        return [(i, i + 1, i, i + 1) for i, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    return [(a + head, b + head, c + head, d + head) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _hunks(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """The changes, those together whose context would touch; neighbours become one change."""
    hunk: list[_Change] = []
    for change in changes:
        if hunk and change[0] - hunk[-1][1] > 2 * _CONTEXT:
            yield hunk
            hunk = []
        if hunk and hunk[-1][1] == change[0]:
            a, _, c, _ = hunk.pop()
            change = (a, change[1], c, change[3])
        hunk.append(change)
    if hunk:
        yield hunk
