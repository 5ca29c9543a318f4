"""Text in pieces: cutting, stripping, dedenting and repeating it without losing where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from promptlint.formats.code.values import Hole, Literal, Notation, Piece, Text, Value
from promptlint.lazy import regex
from promptlint.source import Span

__all__ = [
    "HOLE",
    "Tape",
    "cleandoc",
    "computed",
    "dedent",
    "doubling",
    "pure_text",
    "renoted",
    "repeated",
    "strip",
    "written",
]

HOLE = "\ufffc"
"""Stands for a hole in `Tape.text`: one character that no template language and no white space knows."""


class Tape:
    """Pieces end to end as one text, a hole as one character, from which ranges can be taken."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = tuple(pieces)
        self.text = "".join(HOLE if isinstance(piece, Hole) else piece.text for piece in self.pieces)
        self._starts: list[int] = []
        self._cells: list[tuple[int, int, Span | None, int]] = []  # start, length, origin, index of the piece
        at = 0
        for index, piece in enumerate(self.pieces):
            for length, origin in ((1, None),) if isinstance(piece, Hole) else piece.runs:
                self._starts.append(at)
                self._cells.append((at, length, origin, index))
                at += length

    def take(self, start: int, end: int) -> list[Piece]:
        """The pieces of a range. Runs without text go with what follows them."""
        taken: list[Piece] = []
        runs: list[tuple[int, Span | None]] = []
        low = start
        cells = self._within(start, end)
        for number, (at, length, origin, index) in enumerate(cells):
            piece = self.pieces[index]
            if isinstance(piece, Hole):
                taken.append(piece)
                continue
            first, last = max(at, start), min(at + length, end)
            if not runs:
                low = first
            runs.append((last - first, _part(origin, length, first - at, last - at)))
            if number + 1 == len(cells) or cells[number + 1][3] != index:
                taken.append(replace(piece, text=self.text[low:last], runs=tuple(runs)))
                runs = []
        return taken

    def place(self, start: int, end: int) -> tuple[str, Span] | None:
        """The file and the range that a range of the text stands in, None where it stands in several or nowhere."""
        low: int | None = None
        high = 0
        path = ""
        for at, length, origin, index in self._within(start, end):
            piece = self.pieces[index]
            span = (
                piece.span
                if isinstance(piece, Hole)
                else _part(origin, length, max(start - at, 0), min(end - at, length))
            )
            if span is None:
                if length:
                    return None
                continue
            if low is None:
                low, path = span.start, piece.path
            elif piece.path != path or span.start < high:
                return None
            high = span.end
        return None if low is None else (path, Span(low, high))

    def literal_at(self, at: int) -> Literal | None:
        """The literal that a character of the text belongs to."""
        for _, _, _, index in self._within(at, at + 1):
            piece = self.pieces[index]
            if isinstance(piece, Literal):
                return piece
        return None

    def spliced(self, cuts: Iterable[tuple[int, int, Sequence[Piece]]]) -> tuple[Piece, ...]:
        """The pieces with ranges (in order, apart) replaced by others; neighbours that belong to one literal become one again."""
        out: list[Piece] = []
        at = 0
        for start, end, pieces in cuts:
            out.extend(self.take(at, start))
            out.extend(pieces)
            at = end
        if at < len(self.text) or not at:
            out.extend(self.take(at, len(self.text)))
        return _joined(out)

    def dropped(self, ranges: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
        """The pieces without some ranges of their literals: what is dropped keeps its place, as runs without text."""
        cuts: list[tuple[int, int, Sequence[Piece]]] = []
        for start, end in ranges:
            gone: list[Piece] = []
            for piece in self.take(start, end):
                if isinstance(piece, Literal):
                    gone.append(replace(piece, text="", runs=tuple((0, origin) for _, origin in piece.runs)))
            cuts.append((start, end, gone))
        return self.spliced(cuts)

    def _within(self, start: int, end: int) -> list[tuple[int, int, Span | None, int]]:
        cells: list[tuple[int, int, Span | None, int]] = []
        number = max(bisect_right(self._starts, start) - 1, 0)
        while number and self._starts[number - 1] >= start:  # runs without text that stand there
            number -= 1
        while number < len(self._cells):
            cell = self._cells[number]
            at, length = cell[0], cell[1]
            if at >= end and (length or end < len(self.text)):
                break
            if at + length > start or (not length and at >= start):
                cells.append(cell)
            number += 1
        return cells


def _part(origin: Span | None, length: int, start: int, end: int) -> Span | None:
    """The origin of a part of a run; where it is an escape only all of it has one."""
    if origin is None or (start == 0 and end == length):
        return origin
    return Span(origin.start + start, origin.start + end) if len(origin) == length else None


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Literals that follow each other and have the same file and notation become one."""
    out: list[Piece] = []
    group: list[Literal] = []

    def close() -> None:
        if len(group) == 1:
            out.append(group[0])
        elif group:
            runs: list[tuple[int, Span | None]] = []
            for literal in group:
                runs.extend(literal.runs)
            out.append(replace(group[0], text="".join(literal.text for literal in group), runs=tuple(runs)))
        group.clear()

    for piece in pieces:
        if isinstance(piece, Hole):
            close()
            out.append(piece)
            continue
        if group and not (group[0].notation is piece.notation and group[0].path == piece.path):
            close()
        group.append(piece)
    close()
    return tuple(out)


def written(pieces: Iterable[Piece]) -> str:
    """The pieces' text end to end, holes as they are written."""
    return "".join(piece.text for piece in pieces)


def _never(_: str) -> None:
    return None


def pure_text(value: Value | None) -> str | None:
    """The text of a string that is known to its last character, else None."""
    if not isinstance(value, Text) or any(isinstance(piece, Hole) for piece in value.pieces):
        return None
    return written(value.pieces)


_COMPUTED = Notation("", _never)


def computed(text: str, beside: Literal | None, path: str) -> Literal:
    """Text that stands nowhere; `beside` is a literal that it is joined to, whose notation it takes on."""
    return Literal(text, ((len(text), None),), path, beside.notation if beside else _COMPUTED)


def repeated(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces once more: without a place, since to change it there would change it everywhere."""
    return tuple(
        piece if isinstance(piece, Hole) else replace(piece, runs=tuple((length, None) for length, _ in piece.runs))
        for piece in pieces
    )


def renoted(pieces: Sequence[Piece], change: Callable[[Notation], Notation]) -> tuple[Piece, ...]:
    """The pieces with another notation."""
    notations: dict[int, Notation] = {}  # one object for all literals that shared one
    out: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Literal):
            known = notations.get(id(piece.notation))
            if known is None:
                known = notations[id(piece.notation)] = change(piece.notation)
            piece = replace(piece, notation=known)
        out.append(piece)
    return tuple(out)


def doubling(characters: str) -> Callable[[Notation], Notation]:
    """The change of notation that a template language makes in which some characters are written twice."""
    table = str.maketrans({character: character * 2 for character in characters})

    def change(inner: Notation) -> Notation:
        return Notation(f"{inner.name} {characters}", lambda text: inner.encode(text.translate(table)))

    return change


def _indented(margin: str) -> Callable[[Notation], Notation]:
    blank = regex(r"\n[ \t]+(?=\n)")

    def change(inner: Notation) -> Notation:
        def encode(text: str) -> str | None:
            if blank.search(text):  # dedent would drop those blanks
                return None
            return inner.encode(re.sub(r"\n(?!\n)", lambda _: "\n" + margin, text))

        return Notation(f"{inner.name} >{margin}", encode)

    return change


_LINE = regex(r"[^\n]*+")
_BLANKS = regex(r"[ \t]*+")


def _lines(text: str) -> list[tuple[int, int]]:
    """The lines of a text as ranges, without their line ends."""
    lines: list[tuple[int, int]] = []
    at = 0
    while True:
        end = text.find("\n", at)
        lines.append((at, len(text) if end < 0 else end))
        if end < 0:
            return lines
        at = end + 1


def _margin(margins: Iterable[str]) -> str | None:
    """What all of them start with, None if there are none."""
    found: str | None = None
    for margin in margins:
        if found is None:
            found = margin
        while not margin.startswith(found):
            found = found[:-1]
    return found


def dedent(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """What ``textwrap.dedent`` makes of it, provided that what fills the holes has a single line."""
    tape = Tape(pieces)
    text = tape.text
    lines = [(start, end, _BLANKS.match(text, start, end)) for start, end in _lines(text)]
    blanks = [(start, end, found.end() if found else start) for start, end, found in lines]
    margin = _margin(text[start:stop] for start, end, stop in blanks if stop < end) or ""
    drops = [(start, end if stop == end else start + len(margin)) for start, end, stop in blanks]
    return renoted(tape.dropped((start, end) for start, end in drops if start < end), _indented(margin))


def cleandoc(pieces: Sequence[Piece]) -> tuple[Piece, ...] | None:
    """What ``inspect.cleandoc`` makes of it; None where there are tabs, which it expands."""
    tape = Tape(pieces)
    text = tape.text
    if "\t" in text:
        return None
    lines = _lines(text)
    stops = [start + len(text[start:end]) - len(text[start:end].lstrip()) for start, end in lines]
    indents = [stop - start for (start, end), stop in zip(lines[1:], stops[1:], strict=True) if stop < end]
    margin = min(indents, default=0)
    drops: list[tuple[int, int]] = [(lines[0][0], stops[0])]
    drops += [(start, min(start + margin, end)) for start, end in lines[1:]]
    kept = [number for number, ((_, end), (_, stop)) in enumerate(zip(lines, drops, strict=True)) if stop < end]
    if not kept:
        return tape.dropped([(0, len(text))] if text else [])
    first, last = kept[0], kept[-1]
    if first:
        drops[: first + 1] = [(0, drops[first][1])]
    if last + 1 < len(lines):
        del drops[last - first + 1 if first else last + 1 :]
        drops.append((lines[last][1], len(text)))
    return renoted(tape.dropped((start, end) for start, end in drops if start < end), _indented(" " * margin))


def strip(pieces: Sequence[Piece], characters: str | None, *, left: bool, right: bool) -> tuple[Piece, ...]:
    """What ``str.strip`` makes of it; nothing is stripped of a hole."""
    tape = Tape(pieces)
    text = tape.text
    start = len(text) - len(text.lstrip(characters)) if left else 0
    end = max(len(text.rstrip(characters)) if right else len(text), start)
    return tape.dropped((low, high) for low, high in ((0, start), (end, len(text))) if low < high)
