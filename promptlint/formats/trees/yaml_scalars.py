"""Where a YAML scalar writes each of its decoded characters, and how a replacement is written there.

The rules are those of libyaml (YAML 1.1). A derivation that does not arrive at the parser's own value is not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Row

from promptlint.formats.trees.nodes import Piece, Scalar, Style
from promptlint.lazy import regex
from promptlint.source import Encoder

__all__ = ["BREAK", "DERIVE", "HEADER", "REFUSED", "flow_plain", "no_pieces"]

BREAK = regex("\r\n|[\n\r\x85\u2028\u2029]")
"""A line end inside YAML."""

HEADER = regex("[|>][-+0-9]*[ \t]*(?P<comment>#[^\n\r\x85\u2028\u2029]*)?(?:\r\n|[\n\r\x85\u2028\u2029])?")
"""The first line of a block scalar."""

REFUSED = regex("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that may not stand in YAML text."""

_BLANK = " \t"


def no_pieces(scalar: Scalar) -> tuple[Row[Piece], Encoder]:  # noqa: ARG001 - a derivation
    """For a scalar whose text cannot be replaced."""
    return (), lambda _: None


def _normal(line_end: str) -> str:
    """What a line end decodes to."""
    return line_end if line_end in ("\u2028", "\u2029") else "\n"


def _fold_pieces(
    text: str, low: int, high: int, content: Callable[[int, int], Iterator[Piece]], *, escapes: bool
) -> list[Piece]:
    """The pieces of a flow scalar (plain or quoted) whose lines fold; `content` gives those within one line."""
    pieces: list[Piece] = [("", low, low)] if low == high else []
    start = low
    ends = list(BREAK.finditer(text, low, high))
    begin = start  # where the pending line ends began
    pending: list[str] = []  # their decoded forms; an escaped one is empty
    for number in range(len(ends) + 1):
        last = number == len(ends)
        line_end = high if last else ends[number].start()
        if number:
            while start < line_end and text[start] in _BLANK:
                start += 1
        end = line_end
        escaped = False
        if not last:
            end = start + len(text[start:line_end].rstrip(_BLANK))
            if escapes:
                slashes = end - start - len(text[start:end].rstrip("\\"))
                if slashes % 2:
                    escaped = end == line_end
                    end += -1 if escaped else 1
        blank = start >= end and not escaped
        if pending and (last or not blank):
            first, decoded = pending[0], "".join(pending[1:])
            decoded = (decoded or " ") if first == "\n" else first + decoded
            pieces.append((decoded, begin, start))
            pending = []
        if start < end:
            pieces.extend(content(start, end))
        if not last:
            if not pending:
                begin = end
            pending.append("" if escaped else _normal(ends[number].group()))
            start = ends[number].end()
    return pieces


def _plain(scalar: Scalar) -> tuple[Row[Piece], Encoder]:
    if not scalar.text:
        # nothing separates it from what stands before
        return no_pieces(scalar)
    return _plain_pieces(scalar), lambda text: _encode_plain(text, _UNSAFE_PLAIN)


def flow_plain(scalar: Scalar) -> tuple[Row[Piece], Encoder]:
    """For a plain scalar inside brackets or braces."""
    if not scalar.text:
        return no_pieces(scalar)
    return _plain_pieces(scalar), lambda text: _encode_plain(text, _UNSAFE_FLOW_PLAIN)


def _plain_pieces(scalar: Scalar) -> list[Piece]:
    text = scalar.origin.text
    return _fold_pieces(
        text, scalar.start, scalar.end, lambda low, high: iter([(text[low:high], low, high)]), escapes=False
    )


_UNSAFE = (
    r"\t|:(?:[ \t]|$)|(?:^|[ \t])#|^[ \t]*(?:[&*!|>'\"%@`{}\[\],]|[-?:](?:[ \t]|$)|---|\.\.\.)|[\n\r\x85\u2028\u2029]"
)
_UNSAFE_PLAIN = regex(_UNSAFE)
_UNSAFE_FLOW_PLAIN = regex(_UNSAFE + r"|[\[\]{},?:]")


def _encode_plain(text: str, unsafe: re.Pattern[str]) -> str | None:
    """Plain scalars have no escapes: what could end them or change their meaning is refused, wherever it would stand."""
    return None if unsafe.search(text) or REFUSED.search(text) else text


def _single(scalar: Scalar) -> tuple[Row[Piece], Encoder]:
    text = scalar.origin.text

    def content(low: int, high: int) -> Iterator[Piece]:
        at = low
        while (quote := text.find("''", at, high)) >= 0:
            if quote > at:
                yield text[at:quote], at, quote
            yield "'", quote, quote + 2
            at = quote + 2
        if at < high:
            yield text[at:high], at, high

    return _fold_pieces(text, scalar.start + 1, scalar.end - 1, content, escapes=False), _encode_single


def _encode_single(text: str) -> str | None:
    return None if BREAK.search(text) or REFUSED.search(text) else text.replace("'", "''")


_ESCAPE = regex(r"\\(?:x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})|(?P<simple>.))", re.DOTALL)
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


def _double(scalar: Scalar) -> tuple[Row[Piece], Encoder]:
    text = scalar.origin.text

    def content(low: int, high: int) -> Iterator[Piece]:
        at = low
        for match in _ESCAPE.finditer(text, low, high):
            if match.start() > at:
                yield text[at : match.start()], at, match.start()
            at = match.end()
            simple = match["simple"]
            decoded = _ESCAPES.get(simple, simple) if simple else chr(int(match["x"] or match["u"] or match["U"], 16))
            yield decoded, match.start(), at
        if at < high:
            yield text[at:high], at, high

    pieces = _fold_pieces(text, scalar.start + 1, scalar.end - 1, content, escapes=True)
    folds = BREAK.search(text, scalar.start, scalar.end) is not None
    return pieces, lambda written: _encode_double(written, folds=folds)


_TO_ESCAPE = regex('[\\\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')
_NAMED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _encode_double(text: str, *, folds: bool) -> str | None:
    if re.search("[\ud800-\udfff]", text):
        return None

    def escape(match: re.Match[str]) -> str:
        char = match.group()
        return _NAMED.get(char) or (f"\\x{ord(char):02X}" if ord(char) < 256 else f"\\u{ord(char):04X}")

    written = _TO_ESCAPE.sub(escape, text)
    if folds:
        # a space beside a folded line end would be lost
        if written.endswith(" "):
            written = written[:-1] + "\\x20"
        if written.startswith(" "):
            written = "\\x20" + written[1:]
    return written


def _block(scalar: Scalar) -> tuple[Row[Piece], Encoder]:
    """Literal and folded block scalars.

    Line ends between two lines of content are one piece, together with blank lines and the indentation of the next
    line, so that replacing them leaves the block's indentation whole. Those at the start and at the end have a place but
    are not replaceable: nothing indents what would stand there.
    """
    text, value = scalar.origin.text, scalar.text
    literal = scalar.style == "literal"
    header = HEADER.match(text, scalar.start, scalar.end)
    if header is None:
        return no_pieces(scalar)
    lines = _block_lines(text, header.end(), scalar.end)
    indent = _block_indent(text, lines, value)
    pieces: list[Piece] = []
    pending: list[str] = []
    begin = header.end()
    previous: str | None = None  # the first character of the line of content before
    for start, end, line_end in lines:
        content = start
        while content < end and content < start + indent and text[content] == " ":
            content += 1
        if content < end:
            first = text[content]
            decoded = "".join(pending)
            if (
                previous is not None
                and not literal
                and pending[0] == "\n"
                and first not in _BLANK
                and previous not in _BLANK
            ):
                decoded = decoded[1:] or " "
            if decoded:
                pieces.append((decoded, content if previous is None else begin, content))
            pieces.append((text[content:end], content, end))
            previous, begin, pending = first, end, []
        if line_end:
            pending.append(_normal(line_end))
    newline = re.search(r"\r\n|\n|\r", header.group())
    tail = value[sum(len(piece[0]) for piece in pieces) :]
    if tail and not tail.strip("\n\u2028\u2029"):
        # chomping decides how many of the last line ends count; the value tells
        pieces.append((tail, begin, begin))
    if not pieces:
        return no_pieces(scalar)
    margin = (newline.group() if newline else "\n", " " * indent)
    return pieces, lambda written: _encode_block(written, margin, literal=literal)


def _block_lines(text: str, low: int, high: int) -> list[tuple[int, int, str]]:
    """Start, end and line end ("" for none) of each line between two offsets."""
    lines: list[tuple[int, int, str]] = []
    at = low
    for match in BREAK.finditer(text, low, high):
        lines.append((at, match.start(), match.group()))
        at = match.end()
    if at < high:
        lines.append((at, high, ""))
    return lines


def _block_indent(text: str, lines: list[tuple[int, int, str]], value: str) -> int:
    """How far the block is indented: what its first line with text has in the file more than in the value."""
    for start, end, _ in lines:
        line = text[start:end]
        written = len(line) - len(line.lstrip(" "))
        if written < len(line):
            body = value.lstrip(" \n\u2028\u2029")
            before = value[: len(value) - len(body)]
            return max(written - (len(before) - len(before.rstrip(" "))), 0)
    longest = max((end - start for start, end, _ in lines), default=0)
    return longest - max(len(line) for line in BREAK.split(value))


def _encode_block(text: str, margin: tuple[str, str], *, literal: bool) -> str | None:
    newline, indent = margin
    if re.search("[\r\x85\u2028\u2029]", text) or REFUSED.search(text):
        return None
    first, *rest = text.split("\n")
    if rest and (not literal or (not indent and re.search(r"(?m)^(?:---|\.\.\.)", text))):
        return None
    # a blank line needs no indentation; behind the last line end the text goes on, so it does
    margins = [newline + indent if line else newline for line in rest[:-1]] + [newline + indent]
    return first + "".join(margin + line for margin, line in zip(margins, rest, strict=False))


DERIVE: dict[Style, Callable[[Scalar], tuple[Row[Piece], Encoder]]] = {
    "plain": _plain,
    "single": _single,
    "double": _double,
    "literal": _block,
    "folded": _block,
}
"""For the other scalars, by style."""
