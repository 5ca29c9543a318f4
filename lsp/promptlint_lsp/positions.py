r"""Offsets in a text <-> the positions of the protocol: a line, and a column in UTF-8, UTF-16 or UTF-32 code units.

Lines end as `promptlint.source` has them (``\\n``, ``\\r\\n``, ``\\r``), which is what the protocol says, too: U+2028, form feed
and NEL are characters like others.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import Literal, TypeAlias

from lsprotocol import types

from promptlint.source import Source, Span

__all__ = ["BOM", "Encoding", "Text"]

Encoding: TypeAlias = Literal["utf-8", "utf-16", "utf-32"]

BOM = "\ufeff"


class Text:
    """The text of an open document as the editor has it, a byte-order mark included.

    Offsets are those of `promptlint.source`: code points behind the mark.
    """

    def __init__(self, text: str, encoding: Encoding = "utf-16") -> None:
        # JSON can hold half a surrogate pair, which is no text. What stands for it takes as many units.
        self.text = text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self.encoding = encoding
        self._lead = 1 if text.startswith(BOM) else 0

    @property
    def bare(self) -> str:
        """The text behind the byte-order mark."""
        return self.text[self._lead :]

    @property
    def has_mark(self) -> bool:
        """Whether the text starts with a byte-order mark."""
        return bool(self._lead)

    @cached_property
    def _lines(self) -> Source:
        return Source("", self.text)

    @cached_property
    def _is_ascii(self) -> bool:
        return self.text.isascii()

    def position(self, offset: int) -> types.Position:
        """Where an offset stands; one inside a line end stands before it."""
        at = min(offset + self._lead, len(self.text))
        starts = self._lines.line_starts
        line = bisect_right(starts, at) - 1
        at = min(at, self._lines.line_span(line + 1).end)
        return types.Position(line, self._units(starts[line], at))

    def range(self, span: Span) -> types.Range:
        """Where a span stands."""
        return types.Range(self.position(span.start), self.position(span.end))

    def offset(self, position: types.Position) -> int:
        """The offset of a position; one behind a line's end is the end, one behind the last line the end of the text."""
        return max(0, self._place(position) - self._lead)

    def span(self, place: types.Range) -> Span:
        """The span of a range."""
        start = self.offset(place.start)
        return Span(start, max(start, self.offset(place.end)))

    def edited(self, place: types.Range, replacement: str) -> Text:
        """The text with a range replaced."""
        start, end = self._place(place.start), self._place(place.end)
        return Text(self.text[:start] + replacement + self.text[max(start, end) :], self.encoding)

    def _place(self, position: types.Position) -> int:
        """The offset of a position in `text`."""
        if position.line >= len(self._lines.line_starts):
            return len(self.text)
        span = self._lines.line_span(position.line + 1)
        if self._is_ascii or self.encoding == "utf-32":
            return min(span.start + position.character, span.end)
        line = self._lines.slice(span)
        if line.isascii():
            return min(span.start + position.character, span.end)
        width, codec = (1, "utf-8") if self.encoding == "utf-8" else (2, "utf-16-le")
        # a position inside a character stands before it: half a character is dropped
        head = line.encode(codec)[: position.character * width]
        return span.start + len(head.decode(codec, "ignore"))

    def _units(self, start: int, end: int) -> int:
        if self._is_ascii or self.encoding == "utf-32":
            return end - start
        head = self.text[start:end]
        if head.isascii():
            return len(head)
        return len(head.encode("utf-8")) if self.encoding == "utf-8" else len(head.encode("utf-16-le")) // 2
