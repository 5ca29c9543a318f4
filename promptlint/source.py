"""One file's text, and the places in it.

Every piece of text that promptlint shows or checks carries its place in the file from the moment it is read; nothing is
searched for afterwards. Offsets are code points into :attr:`Source.text`, which starts after a byte-order mark.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field, replace
from itertools import accumulate

from promptlint.lazy import attribute, dataclass, regex

__all__ = [
    "Encoder",
    "Location",
    "Position",
    "Segment",
    "Source",
    "SourceError",
    "Span",
    "TextMap",
    "one_line",
    "plain",
]

_MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
_LINE_END = regex(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code-point offsets, ``start <= end``."""

    start: int
    end: int

    def __init__(self, start: int, end: int) -> None:
        if not 0 <= start <= end:
            raise ValueError(f"not a span: {start}..{end}")
        _set_start(self, start)
        _set_end(self, end)

    def __len__(self) -> int:
        return self.end - self.start

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def shift(self, by: int) -> Span:
        """The same range, `by` code points further on."""
        return Span(self.start + by, self.end + by)


# of all objects most are made of these: with a method of their own they need no second call for the check
_set_start, _set_end = Span.__dict__["start"].__set__, Span.__dict__["end"].__set__


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A span in the file at `path` (forward slashes, as it is reported)."""

    path: str
    span: Span


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A line and a column as people count them: both from 1, the column in code points."""

    line: int
    column: int


class SourceError(Exception):
    """The bytes are not text that promptlint reads. `reason` says why in a sentence without the path."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Source:
    r"""One file's text.

    `text` keeps the file's own line ends and leaves out the byte-order mark, which `bom` remembers. Only ``\n``,
    ``\r\n`` and ``\r`` end a line: never use ``str.splitlines``, which also splits at U+2028, form feed and others.
    """

    path: str
    text: str
    encoding: str = "utf-8"
    bom: bool = False

    @classmethod
    def from_bytes(cls, path: str, data: bytes) -> Source:
        """Decode a file: UTF-8 with or without BOM, or UTF-16 with one.

        Raises:
            SourceError: the data is binary or in another encoding; the reason names the offending byte and its place.
        """
        bom, encoding = False, "utf-8"
        for name, mark in _MARKS.items():
            if data.startswith(mark):
                bom, encoding = True, name
        body = data[len(_MARKS[encoding]) :] if bom else data
        binary = SourceError("binary file (it holds NUL bytes)")
        if encoding == "utf-8" and b"\0" in body:
            raise binary
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            before = cls(path, body[: error.start].decode(encoding, "replace"))
            place = before.position(len(before.text))
            raise SourceError(
                f"not valid {encoding.upper()}: byte 0x{body[error.start]:02X} at line {place.line}, column {place.column}"
            ) from None
        if "\0" in text:  # UTF-32 looks like UTF-16 with a NUL in each character
            raise binary
        return cls(path, text, encoding, bom)

    def to_bytes(self, text: str) -> bytes:
        """`text` in this file's encoding, with its byte-order mark."""
        return (_MARKS[self.encoding] if self.bom else b"") + text.encode(self.encoding)

    @attribute
    def line_starts(self) -> tuple[int, ...]:
        """The offset at which each line starts; line 1 is the first item. A text that ends in a line end has a last, empty line."""
        if "\r" in self.text:
            return (0, *[match.end() for match in _LINE_END.finditer(self.text)])
        *lengths, _ = [len(line) + 1 for line in self.text.split("\n")]
        return tuple(accumulate(lengths, initial=0))

    @attribute
    def newline(self) -> str:
        r"""The file's first line end, else ``"\n"``: what a fix writes for a new line."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    def position(self, offset: int) -> Position:
        """The line and column of an offset; the offset behind the last character is allowed."""
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    def line_span(self, line: int) -> Span:
        """The span of a line (from 1) without its line end."""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        return Span(start, start + len(self.text[start:end].rstrip("\r\n")))

    def slice(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]

    def location(self, start: int, end: int) -> Location:
        """The Location of a range of this file."""
        return Location(self.path, Span(start, end))


_UNPRINTABLE = regex("[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """A file's name, or other text of strangers, as it may stand in a message.

    Line ends, control and bidirectional characters and halves of surrogate pairs are written as ``<U+000A>``: they would start a
    line that looks like another message, or tell a terminal or a CI service to do something.
    """
    return _UNPRINTABLE.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)


Encoder = Callable[[str], "str | None"]
"""Writes text in a file's own notation (YAML scalar, JSON string ...), or says None where it cannot be written there."""


def plain(text: str) -> str | None:
    """The notation of a plain file: text as it is."""
    return text


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of decoded text, ``[start, end)``, and where it comes from.

    Where the origin is as long as the text, the two correspond character by character; otherwise (an escape, a folded
    line end) they correspond only as a whole. Without an origin the text stands nowhere in the file.
    """

    start: int
    end: int
    origin: Span | None

    @property
    def exact(self) -> bool:
        """Whether characters correspond one to one."""
        return self.origin is not None and self.origin.end - self.origin.start == self.end - self.start


@dataclass(frozen=True)
class TextMap:
    """Decoded text <-> places in a file.

    `segments` are in order and tile the decoded text without gaps. `encode` writes a replacement in the notation of the
    place the text comes from. `fixed` are ranges of the decoded text that nothing can replace or be put next to: what a program
    puts there is no text in the file.
    """

    path: str
    segments: tuple[Segment, ...]
    encode: Encoder = field(default=plain, compare=False)
    fixed: tuple[Span, ...] = ()

    @classmethod
    def of(cls, path: str, span: Span, encode: Encoder = plain) -> TextMap:
        """The map of text that stands in the file as it is."""
        return cls(path, (Segment(0, len(span), span),), encode)

    @classmethod
    def build(cls, path: str, runs: Iterable[tuple[int, Span | None]], encode: Encoder = plain) -> TextMap:
        """A map from (length of decoded text, origin) pairs in order; neighbours that run on are joined."""
        segments: list[Segment] = []
        at = 0
        end: int | None = None  # of the last segment's origin, where that is exact
        for length, origin in runs:
            exact = origin is not None and origin.end - origin.start == length
            if exact and origin is not None and end == origin.start:
                last = segments[-1]
                start = origin.end - (at + length - last.start)
                segments[-1] = Segment(last.start, at + length, Span(start, origin.end))
                end = origin.end
            elif length or origin is None or len(origin):
                segments.append(Segment(at, at + length, origin))
                end = origin.end if exact and origin is not None else None
            at += length
        return cls(path, tuple(segments), encode)

    @attribute
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.segments]

    @attribute
    def _origins(self) -> tuple[list[int], list[tuple[Span, Segment]]]:
        """The segments that stand in the file, in its order, and where each starts there."""
        placed = [(segment.origin, segment) for segment in self.segments if segment.origin]
        placed.sort(key=lambda item: item[0].start)
        return [origin.start for origin, _ in placed], placed

    def _segments_of(self, span: Span) -> Sequence[Segment]:
        first = max(bisect_right(self._starts, span.start) - 1, 0)
        last = first
        while last < len(self.segments) and (self.segments[last].start < span.end or last == first):
            last += 1
        return self.segments[first:last]

    def locate(self, span: Span) -> Location | None:
        """Where a range of the decoded text stands in the file, or None where it stands nowhere.

        A range that cuts through an escape covers the whole escape.
        """
        start: int | None = None
        end: int | None = None
        for segment in self._segments_of(span):
            if segment.origin is None or (len(span) and segment.start == segment.end):
                continue
            low, high = segment.origin.start, segment.origin.end
            if segment.exact:
                low += max(span.start - segment.start, 0)
                high -= max(segment.end - span.end, 0)
            elif len(span) == 0:
                # an empty range at the edge of an escape stands before or behind it, never across it
                low = high = segment.origin.start if span.start <= segment.start else segment.origin.end
            low = min(low, high)
            start = low if start is None else min(start, low)
            end = high if end is None else max(end, high)
        if start is None or end is None:
            return None
        return Location(self.path, Span(start, end))

    def is_exact(self, span: Span) -> bool:
        """Whether `locate(span)` covers this range and no more, so that it can be replaced.

        Text whose origin is empty (the line ends before the first and behind the last line of a YAML block scalar) cannot
        be replaced, and only text before it gives a place to insert at. An empty range is such a place: before an escape
        or behind it, not inside it.
        """
        if any(each.overlaps(span) or (not len(span) and each.start <= span.start <= each.end) for each in self.fixed):
            return False
        for segment in self._segments_of(span):
            if segment.origin is None:
                return False
            if segment.exact:
                continue
            if not len(segment.origin):
                fits = span.start == span.end == segment.start > 0
            elif not len(span):
                fits = span.start in (segment.start, segment.end)
            else:
                fits = span.start <= segment.start and segment.end <= span.end
            if not fits:
                return False
        return True

    def decoded_offset(self, offset: int) -> int | None:
        """The offset in the decoded text of an offset in the file, or None where the file's character is not text."""
        starts, origins = self._origins
        index = bisect_right(starts, offset) - 1
        if index < 0 or offset >= origins[index][0].end:
            return None
        origin, segment = origins[bisect_left(starts, starts[index])]
        return segment.start + (offset - origin.start if segment.exact else 0)

    def slice(self, span: Span) -> TextMap:
        """The map of ``text[span]`` alone."""
        runs: list[tuple[int, Span | None]] = []
        for segment in self._segments_of(span):
            low, high = max(segment.start, span.start), min(segment.end, span.end)
            if low >= high:
                continue
            origin = segment.origin
            if origin is not None and segment.exact:
                origin = Span(origin.start + low - segment.start, origin.end - (segment.end - high))
            runs.append((high - low, origin))
        fixed = tuple(
            Span(max(each.start, span.start) - span.start, min(each.end, span.end) - span.start)
            for each in self.fixed
            if each.overlaps(span)
        )
        found = TextMap.build(self.path, runs, self.encode)
        return replace(found, fixed=fixed) if fixed else found

    def through(self, inner: TextMap) -> TextMap:
        """The map of text that was decoded from text that this map decodes (JSON inside YAML, a scalar inside front matter).

        `inner` maps the innermost text to offsets in this map's decoded text.
        """
        runs: list[tuple[int, Span | None]] = []
        for segment in inner.segments:
            if segment.origin is None:
                runs.append((segment.end - segment.start, None))
            elif not segment.exact:
                place = self.locate(segment.origin)
                runs.append((segment.end - segment.start, place.span if place else None))
            else:
                for piece in self.slice(segment.origin).segments:
                    runs.append((piece.end - piece.start, piece.origin))

        def encode(text: str) -> str | None:
            written = inner.encode(text)
            return None if written is None else self.encode(written)

        found = TextMap.build(self.path, runs, encode)
        return replace(found, fixed=inner.fixed) if inner.fixed else found
