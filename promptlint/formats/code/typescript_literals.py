"""String literals of TypeScript and JavaScript: what they say, where each character stands, how a replacement is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from promptlint.formats.code.pieces import HOLE, Tape
from promptlint.formats.code.values import Literal, Notation, Piece
from promptlint.lazy import regex
from promptlint.source import Span

__all__ = [
    "BLANKS",
    "COOKED",
    "DEDENT",
    "OPAQUE",
    "RAW",
    "STRING",
    "STYLES",
    "Reading",
    "dedented",
    "literal",
    "quoted",
]

BLANKS = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What ``trim`` takes away."""


Reading: TypeAlias = re.Pattern[str]
"""How the text between the delimiters is read: its escapes, its line ends and the rest."""

_UNIT = r"\\u(?P<unit>[0-9a-fA-F]{4}) | \\u\{(?P<point>[0-9a-fA-F]{1,12})\} | \\x(?P<byte>[0-9a-fA-F]{2})"
_ESCAPES = rf"""
    (?P<continued>\\(?:\r\n|[\n\r\u2028\u2029]))
  | {_UNIT}
  | \\(?P<octal>[0-3][0-7]{{0,2}}|[4-7][0-7]?)
  | \\(?P<single>.)
"""
_LINE = r" | (?P<line>\r\n?)"
_REST = r" | (?P<plain>[^\\\r]++|.)"
_FLAGS = re.VERBOSE | re.DOTALL

STRING = regex(_ESCAPES + _REST, _FLAGS)
COOKED = regex(_ESCAPES + _LINE + _REST, _FLAGS)
RAW = regex(r"(?P<line>\r\n?) | (?P<plain>[^\r]++)", _FLAGS)
# the package dedent reads the raw text and decodes a few escapes itself; a backslash before a backslash stays
DEDENT = regex(
    rf"""(?P<continued>\\(?:\r\n|\r|\n)[ \t]*+)
  | \\(?P<quoted>[`$\{{])
  | {_UNIT}
  | \\(?P<single>[ntrvbf0])
    {_LINE}{_REST}""",
    _FLAGS,
)

OPAQUE = "dedent`"
"""The notation of text that is read as `DEDENT`: its escapes are decoded late, so that a blank that one stands for stays."""
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_LATE = "\ufdd1"  # in the shape of text that is dedented: a character that an escape stands for
_LONE = "\ufffd"  # what is sent for half a surrogate pair


def literal(text: str, span: Span, path: str, reading: Reading, notation: Notation) -> Literal:
    """The literal whose text, without delimiters, stands at `span`."""
    parts: list[str] = []
    runs: list[tuple[int, Span | None]] = []
    high: tuple[int, int] | None = None  # the first half of a surrogate pair and where it starts
    at = span.start
    while at < span.end:
        match = reading.match(text, at, span.end)
        if match is None:  # a backslash at the end of what is left of a broken file
            parts.append(text[at : span.end])
            runs.append((span.end - at, Span(at, span.end)))
            break
        start, at = match.span()
        kind = match.lastgroup
        written = match.group(kind or 0)
        if kind == "plain":
            decoded = written
        elif kind in ("unit", "point"):
            code = int(written, 16)
            if 0xDC00 <= code <= 0xDFFF and high is not None and high[1] == len(runs) - 1:
                place = runs.pop()[1]
                parts.pop()
                code = 0x10000 + ((high[0] - 0xD800) << 10) + (code - 0xDC00)
                start = place.start if place else start
            high = (code, len(runs)) if 0xD800 <= code <= 0xDBFF else None
            decoded = _LONE if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)
        elif kind == "byte":
            decoded = chr(int(written, 16))
        elif kind == "octal":
            decoded = chr(int(written, 8))
        elif kind == "single":
            decoded = _SINGLE.get(written, written)
        elif kind == "quoted":
            decoded = written
        else:
            decoded = "\n" if kind == "line" else ""
        parts.append(decoded)
        runs.append((len(decoded), Span(start, at)))
    return Literal("".join(parts), tuple(runs), path, notation)


@lru_cache(maxsize=64)
def quoted(quote: str, newline: str) -> Notation:
    """How text is written between these quotes: ``'``, ``"``, a backtick, or a backtick behind the name of a tag.

    `newline` is the file's line end: between backticks each is read as a line feed.
    """

    def encode(text: str) -> str | None:
        if any("\ud800" <= character <= "\udfff" for character in text):
            return None
        if quote == "`":
            return _in_backticks(text, newline)
        return _behind_tag(text) if quote.endswith("`") else _in_quotes(text, quote)

    return Notation(quote, encode)


_NAMED = {"\n": "\\n", "\r": "\\r", "\\": "\\\\"}


def _escaped(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    return character if character >= " " or character == "\t" else f"\\x{ord(character):02x}"


def _in_quotes(text: str, quote: str) -> str:
    return "".join("\\" + quote if character == quote else _escaped(character) for character in text)


def _in_backticks(text: str, newline: str) -> str:
    written: list[str] = []
    for index, character in enumerate(text):
        if character == "\n":
            written.append(newline)
        elif (
            character == "`"
            # a brace may follow in the file, or a dollar sign stand before it
            or (character == "$" and text[index + 1 : index + 2] in ("", "{"))
            or (character == "{" and not index)
        ):
            written.append("\\" + character)
        else:
            written.append(_escaped(character))
    return "".join(written)


def _behind_tag(text: str) -> str | None:
    """Tags read the text in their own ways: only what all of them take as it is can be written."""
    if any(character in "\\`" or (character < " " and character != "\t") for character in text):
        return None
    return None if "${" in text or text.endswith("$") or text.startswith("{") else text


# --- indentation that a tag or a function takes away ---

_Ranges: TypeAlias = list[tuple[int, int]]


def dedented(pieces: Sequence[Piece], style: str, text: str) -> tuple[Piece, ...]:
    """Pieces as the function `style` (a key of `STYLES`) leaves them; `text` is that of the file.

    What a hole brings along is taken to hold no line end.
    """
    indentation, trims = STYLES[style]
    shape = _shape(pieces, text)
    kept = Tape(pieces).dropped(_merged(indentation(shape)))
    if not trims:
        return kept
    shape = _shape(kept, text)
    start = len(shape) - len(shape.lstrip(BLANKS))
    end = max(start, len(shape.rstrip(BLANKS)))
    return Tape(kept).dropped(_merged([(0, start), (end, len(shape))]))


def _shape(pieces: Sequence[Piece], text: str) -> str:
    """The text of the pieces, a hole as one character, in which what late escapes (`OPAQUE`) stand for is no blank."""
    shape: list[str] = []
    for piece in pieces:
        if not isinstance(piece, Literal):
            shape.append(HOLE)
        elif piece.notation.name != OPAQUE:
            shape.append(piece.text)
        else:
            at = 0
            for length, origin in piece.runs:
                late = length and origin and len(origin) > length and text[origin.start : origin.start + 1] == "\\"
                shape.append(_LATE * length if late else piece.text[at : at + length])
                at += length
    return "".join(shape)


def _merged(ranges: _Ranges) -> _Ranges:
    """Ranges in order, none empty, none touching another."""
    merged: _Ranges = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def _lines(shape: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in shape.split("\n"):
        yield at, line
        at += len(line) + 1


def _width(line: str, blanks: str = BLANKS) -> int:
    return len(line) - len(line.lstrip(blanks))


def _dedent(shape: str, starts: tuple[str, ...] = (" ", "\t")) -> _Ranges:
    """The least indentation of all lines that are indented and hold text; blank lines lose as much of theirs."""
    lines = list(_lines(shape))
    width = min((_width(line) for _, line in lines if 0 < _width(line) < len(line)), default=0)
    return [(at, at + min(width, len(line))) for at, line in lines if line.startswith(starts)]


def _endent(shape: str) -> _Ranges:
    """As an early version of dedent does it."""
    return _dedent(shape, (" ",))


def _ts_dedent(shape: str) -> _Ranges:
    """The least indentation of the lines behind the first, where a line that starts with a hole does not count."""
    last = shape.rfind("\n")
    end = last if last >= 0 and not shape[last:].strip("\n\t ") else len(shape)
    lines = list(_lines(shape[:end]))[1:]
    widths = [_width(line, "\t ") for _, line in lines if line and (line[0] in "\t " or line[0] not in BLANKS + HOLE)]
    width = min(widths, default=0)
    ranges = [(at, at + width) for at, line in lines if _width(line, "\t ") >= width]
    return [*ranges, (0, 1 if shape.startswith("\n") and end else 0), (end, len(shape))]


def _outdent(shape: str) -> _Ranges:
    """As many characters of each line as the first line behind the first line end that holds text is indented by."""
    (_, first), *lines = _lines(shape)
    if not lines:
        return []
    width = 0
    if HOLE not in first:
        told = (line for _, line in lines if line.strip("\t "))
        width = _width(next(told, lines[-1][1]), "\t ")
    ranges = []
    for at, line in lines:
        hole = line.find(HOLE)
        ranges.append((at, at + min(width, len(line) if hole < 0 else hole)))
    if not first.strip("\t "):
        ranges.append((0, lines[0][0]))
    at, last = lines[-1]
    if HOLE not in last and not last[width:].strip("\t "):
        ranges.append((at - 1, len(shape)))
    return ranges


def _strip_indent(shape: str) -> _Ranges:
    """The least indentation of all lines that hold text, of lines that are as long."""
    lines = list(_lines(shape))
    width = min((_width(line) for _, line in lines if _width(line) < len(line)), default=0)
    return [(at, at + width) for at, line in lines if len(line) >= width]


def _strip_indents(shape: str) -> _Ranges:
    return [(at, at + _width(line)) for at, line in _lines(shape)]


STYLES: Mapping[str, tuple[Callable[[str], _Ranges], bool]] = {
    "dedent": (_dedent, True),
    "endent": (_endent, True),
    "ts-dedent": (_ts_dedent, False),
    "outdent": (_outdent, False),
    "stripIndent": (_strip_indent, True),
    "stripIndents": (_strip_indents, True),
}
"""The ranges of a text that a function takes away, and whether it trims the text as well. Read from these packages:
dedent 1.7, endent 2.1, ts-dedent 2.3, outdent 0.8, common-tags 1.8 (the last two names)."""
