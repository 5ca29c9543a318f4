"""TOML text -> a positioned tree.

The standard library's reader says what is valid and what it means but not where it stands; the scanner here says where.
Both read every text, and the tree counts only where they agree.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from collections.abc import Sequence as Row
from typing import Literal, NoReturn, TypeAlias

from promptlint.formats.trees.nodes import (
    MAX_DEPTH,
    Comment,
    Entry,
    Mapping,
    Node,
    Origin,
    Piece,
    Scalar,
    Sequence,
    Style,
    Tree,
    TreeProblem,
    Value,
    to_data,
)
from promptlint.lazy import regex
from promptlint.source import Encoder, Location, TextMap

__all__ = ["read_toml"]

# together they keep a tree within MAX_DEPTH: every step of a path may be an array of tables, which counts twice
_MAX_PATH = MAX_DEPTH // 4
_MAX_NESTING = MAX_DEPTH // 2

_BLANK = regex(r"[ \t]*")
_SPACE = regex(r"[ \t\r\n]*")
_LINE_END = regex(r"\r?\n")
_COMMENT = regex(r"#([^\r\n]*)")
_BARE_KEY = regex(r"[A-Za-z0-9_-]+")
_BASIC = regex(r'"[^"\\\n\r]*(?:\\[^\n\r][^"\\\n\r]*)*(?P<close>"?)')
_MULTILINE = regex(r'"""[^"\\]*(?:(?:\\.|""?(?!"))[^"\\]*)*(?P<close>(?:"""(?:""?)?)?)', re.DOTALL)
_LITERAL = regex(r"'[^'\n\r]*(?P<close>'?)")
_DATE_AND_TIME = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9][^\s,\]}#]*")
_WORD = regex(r"[^\s,\[\]{}#=\"']+")
_ESCAPE = regex(
    r"\\(?:(?P<fold>[ \t]*\r?\n[ \t\r\n]*)|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})|(?P<simple>[btnfre\"\\])|(?P<bad>.))|(?P<end>\r\n)",
    re.DOTALL,
)
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_PLACE = regex(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def read_toml(text: str, map: TextMap) -> Tree:  # noqa: A002 - the word for it
    """Read TOML. `map` says where `text` stands in its file."""
    reader = _Reader(Origin(text, map))
    root = reader.read()
    comments = tuple(reader.comments)
    if any(problem.kind == "limit" for problem in reader.problems):
        return Tree(root, tuple(reader.problems), comments)
    import tomllib

    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        if not reader.problems:
            reader.refused(str(error))
        return Tree(root, tuple(reader.problems), comments)
    if not reader.stopped and _same(to_data(root), data):
        return Tree(root, (), comments)
    if not reader.problems:
        reader.problem("this TOML is valid, but its places are not known", 0, 0)
    return Tree(None, tuple(reader.problems), comments)


def _same(one: object, other: object) -> bool:
    """Equality of data in which NaN equals itself, and 1 neither 1.0 nor true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and (one == other or (one != one and other != other))  # noqa: PLR0124


class _Stop(Exception):  # noqa: N818 - control flow
    """The rest of the text cannot be read; the problem is recorded."""


class _Table:
    """A table that may still grow."""

    __slots__ = ("end", "explicit", "keys", "slots", "start")

    def __init__(self, start: int, end: int, *, explicit: bool = False) -> None:
        self.start = start
        self.end = end
        self.explicit = explicit
        self.keys: dict[str, Scalar] = {}
        self.slots: dict[str, _Slot] = {}


_Slot: TypeAlias = "Node | _Table | list[_Table]"


class _Reader:
    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.text = origin.text
        self.at = 1 if self.text.startswith("\ufeff") else 0
        self.problems: list[TreeProblem] = []
        self.comments: list[Comment] = []
        self.stopped = False

    def read(self) -> Mapping:
        root = _Table(0, len(self.text))
        try:
            self._statements(root)
        except _Stop:
            self.stopped = True
        return self._frozen(root)

    # The text, statement by statement

    def _statements(self, root: _Table) -> None:
        table, depth = root, 0
        while True:
            self._skip_lines()
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                table, depth = self._header(root)
            else:
                self._pair(table, depth)
            self._end_of_line()

    def _header(self, root: _Table) -> tuple[_Table, int]:
        start = self.at
        is_array = self.text.startswith("[[", start)
        closer = "]]" if is_array else "]"
        self.at += len(closer)
        self._blank()
        keys = self._keys()
        self._blank()
        if not self.text.startswith(closer, self.at):
            self._stop(f"expected '{closer}' at the end of the table's name", self.at)
        self.at += len(closer)
        parent = self._descend(root, keys[:-1], len(keys))
        key = keys[-1]
        slot = parent.slots.get(key.text)
        table = _Table(start, self.at, explicit=True)
        if is_array and isinstance(slot, list):
            slot.append(table)
        elif slot is None:
            parent.keys[key.text] = key
            parent.slots[key.text] = [table] if is_array else table
        elif not is_array and isinstance(slot, _Table) and not slot.explicit:
            slot.explicit = True
            table = slot
        else:
            self._twice(parent, key)
        return table, len(keys)

    def _pair(self, table: _Table, depth: int, nesting: int = 0) -> None:
        keys = self._keys()
        self._blank()
        if self.text[self.at : self.at + 1] != "=":
            self._stop("expected '=' after the key", self.at)
        self.at += 1
        self._blank()
        parent = self._descend(table, keys[:-1], depth + len(keys))
        value = self._value(nesting)
        key = keys[-1]
        if key.text in parent.slots:
            self._twice(parent, key)
        else:
            parent.keys[key.text] = key
            parent.slots[key.text] = value
        table.end = max(table.end, self.at)

    def _descend(self, table: _Table, keys: list[Scalar], depth: int) -> _Table:
        """The table that a dotted key names, made where it is missing."""
        if depth > _MAX_PATH:
            self._stop(f"a path of more than {_MAX_PATH} keys", keys[0].start if keys else self.at, "limit")
        for key in keys:
            slot = table.slots.get(key.text)
            if slot is None:
                slot = _Table(key.start, key.end)
                table.keys[key.text] = key
                table.slots[key.text] = slot
            if isinstance(slot, list):
                table = slot[-1]
            elif isinstance(slot, _Table):
                table = slot
            else:
                self._twice(table, key)
                return _Table(key.start, key.end)
        return table

    def _keys(self) -> list[Scalar]:
        keys = [self._key()]
        while True:
            self._blank()
            if self.text[self.at : self.at + 1] != ".":
                return keys
            self.at += 1
            self._blank()
            keys.append(self._key())

    def _key(self) -> Scalar:
        char = self.text[self.at : self.at + 1]
        if char and char in "\"'":
            return self._string(multiline=False)
        match = _BARE_KEY.match(self.text, self.at)
        if match is None:
            self._stop("expected a key (letters, digits, '_' and '-', or quoted)", self.at)
        self.at = match.end()
        return Scalar(match.group(), match.group(), "toml-bare", match.start(), match.end(), self.origin, _bare)

    def _value(self, nesting: int) -> Node:
        start = self.at
        char = self.text[start : start + 1]
        if char and char in "\"'":
            return self._string(multiline=True)
        if char and char in "[{":
            if nesting >= _MAX_NESTING:
                self._stop(f"nested more than {_MAX_NESTING} levels deep", start, "limit")
            self.at += 1
            return self._array(start, nesting + 1) if char == "[" else self._inline_table(start, nesting + 1)
        match = _DATE_AND_TIME.match(self.text, start) or _WORD.match(self.text, start)
        value = None if match is None else _word(match.group())
        if match is None or value is None:
            self._stop("expected a value; strings stand in quotes", start)
        self.at = match.end()
        return Scalar(value, match.group(), "toml-bare", start, self.at, self.origin, _bare)

    def _array(self, start: int, nesting: int) -> Sequence:
        items: list[Node] = []
        while True:
            self._skip_lines()
            if self.text[self.at : self.at + 1] == "]":
                break
            items.append(self._value(nesting))
            self._skip_lines()
            if self.text[self.at : self.at + 1] != ",":
                break
            self.at += 1
        self._closed(start, "]")
        return Sequence(tuple(items), start, self.at, self.origin)

    def _inline_table(self, start: int, nesting: int) -> Mapping:
        table = _Table(start, start + 1)
        while True:
            self._skip_lines()
            if self.text[self.at : self.at + 1] == "}":
                break
            self._pair(table, 0, nesting)
            self._skip_lines()
            if self.text[self.at : self.at + 1] != ",":
                break
            self.at += 1
        self._closed(start, "}")
        table.end = self.at
        return self._frozen(table)

    def _closed(self, start: int, closer: str) -> None:
        if self.at >= len(self.text):
            self._stop(f"this '{self.text[start]}' is never closed", start)
        if self.text[self.at] != closer:
            self._stop(f"expected ',' or '{closer}'", self.at)
        self.at += 1

    def _string(self, *, multiline: bool) -> Scalar:
        text, start = self.text, self.at
        quote = text[start]
        style: Style
        if multiline and text.startswith(quote * 3, start):
            style = "toml-multiline-basic" if quote == '"' else "toml-multiline-literal"
            end = self._end_of_multiline(start, quote)
        else:
            style = "toml-basic" if quote == '"' else "toml-literal"
            match = (_BASIC if quote == '"' else _LITERAL).match(text, start)
            if match is None or not match["close"]:
                what = f"the closing {quote} is missing" if multiline else f"the key's closing {quote} is missing"
                self._stop(what, match.end() if match else start)
            end = match.end()
        self.at = end
        low, high = _inside(text, start, end, style)
        pieces = list(_pieces(text, low, high, style))
        if "\\" in text[low:high] and quote == '"':
            self._check_escapes(low, high)
        value = "".join(piece[0] for piece in pieces)
        return Scalar(value, value, style, start, end, self.origin, _derive)

    def _end_of_multiline(self, start: int, quote: str) -> int:
        text = self.text
        if quote == '"':
            match = _MULTILINE.match(text, start)
            if match is None or not match["close"]:
                self._stop('this """ is never closed', start)
            return match.end()
        found = text.find("'''", start + 3)
        if found < 0:
            self._stop("this ''' is never closed", start)
        end = found + 3
        while end < found + 5 and text[end : end + 1] == "'":
            end += 1
        return end

    def _check_escapes(self, low: int, high: int) -> None:
        for match in _ESCAPE.finditer(self.text, low, high):
            code = int(match["u"] or match["U"] or "0", 16)
            if match["bad"]:
                self.problem("unknown escape in a string; write '\\\\' for a backslash", match.start(), match.end())
            elif code > 0x10FFFF or 0xD800 <= code < 0xE000:
                self.problem("this escape is not a character", match.start(), match.end())

    # Steps

    def _blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _comment(self) -> None:
        match = _COMMENT.match(self.text, self.at)
        if match is not None:
            self.comments.append(Comment(match[1], self.origin.location(match.start(), match.end())))
            self.at = match.end()

    def _skip_lines(self) -> None:
        """Skip white space, line ends and comments."""
        while True:
            match = _SPACE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.text[self.at : self.at + 1] != "#":
                return
            self._comment()

    def _end_of_line(self) -> None:
        self._blank()
        self._comment()
        match = _LINE_END.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
        elif self.at < len(self.text):
            self._stop("expected the end of the line", self.at)

    def _twice(self, table: _Table, key: Scalar) -> None:
        first = table.keys[key.text]
        self.problem(f"the key {key.text!r} appears twice", key.start, key.end, related=first.location)

    def _stop(self, message: str, at: int, kind: Literal["syntax", "limit"] = "syntax") -> NoReturn:
        self.problem(message, at, at + 1, kind)
        raise _Stop

    def problem(
        self,
        message: str,
        start: int,
        end: int,
        kind: Literal["syntax", "limit"] = "syntax",
        related: Location | None = None,
    ) -> None:
        """Record a problem between two offsets."""
        end = min(end, len(self.text))
        self.problems.append(TreeProblem(message, self.origin.location(min(start, end), end), kind, related))

    def refused(self, message: str) -> None:
        """Record what the standard library's reader found wrong, at the place that it names."""
        place = _PLACE.search(message)
        at = len(self.text)
        if place is not None and place["line"]:
            # it reads \r\n as \n and counts lines by that
            starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
            line = min(int(place["line"]), len(starts))
            at = min(starts[line - 1] + int(place["column"]) - 1, len(self.text))
        words = _PLACE.sub("", message)
        self.problem(words[:1].lower() + words[1:], at, at + 1)

    # The tree

    def _frozen(self, table: _Table) -> Mapping:
        entries = tuple(Entry(table.keys[key], self._frozen_slot(slot)) for key, slot in table.slots.items())
        end = max([table.end, *(entry.value.end for entry in entries)])
        return Mapping(entries, table.start, end, self.origin)

    def _frozen_slot(self, slot: _Slot) -> Node:
        if isinstance(slot, _Table):
            return self._frozen(slot)
        if isinstance(slot, list):
            items = tuple(self._frozen(table) for table in slot)
            return Sequence(items, items[0].start, items[-1].end, self.origin)
        return slot


def _word(word: str) -> Value:
    """The value of a number, date, time or truth value, as the standard library reads it; None where it is none of them."""
    if word in ("true", "false"):
        return word == "true"
    import tomllib

    try:
        value = tomllib.loads(f"v = {word}")["v"]
    except ValueError:
        return None
    return value if isinstance(value, int | float | dt.date | dt.time) else None


# Where decoded characters are written --------------------------------------------------------------------------------


def _inside(text: str, start: int, end: int, style: Style) -> tuple[int, int]:
    """The offsets of a string's text between its quotes; a multi-line string's first line end is no part of it."""
    if style in ("toml-basic", "toml-literal"):
        return start + 1, end - 1
    match = _LINE_END.match(text, start + 3)
    return (match.end() if match else start + 3), end - 3


def _pieces(text: str, low: int, high: int, style: Style) -> Iterator[Piece]:
    if low == high:
        yield "", low, high
    at = low
    for match in (_ESCAPE if style.endswith("basic") else regex(r"(?P<end>\r\n)")).finditer(text, low, high):
        start, end = match.span()
        if start > at:
            yield text[at:start], at, start
        at = end
        if match["end"]:
            yield "\n", start, end
            continue
        code = int(match["u"] or match["U"] or "0", 16)
        if match["simple"]:
            yield _SIMPLE[match["simple"]], start, end
        elif match["bad"] or code > 0x10FFFF:
            yield match.group(), start, end
        elif not match["fold"]:
            yield chr(code), start, end
    if at < high:
        yield text[at:high], at, high


def _bare(scalar: Scalar) -> tuple[Row[Piece], Encoder]:
    """A key, number, date or truth value: as it is written."""
    return ((scalar.text, scalar.start, scalar.end),), lambda text: text if _BARE_KEY.fullmatch(text) else None


def _derive(scalar: Scalar) -> tuple[Row[Piece], Encoder]:
    text, style = scalar.origin.text, scalar.style
    low, high = _inside(text, scalar.start, scalar.end, style)
    pieces = list(_pieces(text, low, high, style))
    newline = "\r\n" if "\r\n" in text[scalar.start : scalar.end] else "\n"
    opened = low > scalar.start + 3  # a line end at the start would otherwise be dropped
    folds = style == "toml-multiline-basic" and any(match["fold"] for match in _ESCAPE.finditer(text, low, high))
    encoders: dict[str, Encoder] = {
        "toml-basic": _encode_basic,
        "toml-literal": _encode_literal,
        "toml-multiline-basic": lambda written: _encode_multiline(written, newline, opened=opened, folds=folds),
        "toml-multiline-literal": lambda written: _encode_multiline_literal(written, newline, opened=opened),
    }
    return pieces, encoders[style]


_TO_ESCAPE = regex('[\\\\"\x00-\x1f\x7f]')
_TO_ESCAPE_MULTILINE = regex('\\\\|\\A"|"(?="")|"\\Z|[\x00-\x08\x0b-\x1f\x7f]')
_NAMED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_NOT_LITERAL = regex("[\x00-\x08\x0a-\x1f\x7f']")
_NOT_MULTILINE_LITERAL = regex("[\x00-\x08\x0b-\x1f\x7f]|'''|\\A'|'\\Z")
_SURROGATE = regex("[\ud800-\udfff]")


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    return _NAMED.get(char) or f"\\u{ord(char):04X}"


def _encode_basic(text: str) -> str | None:
    return None if _SURROGATE.search(text) else _TO_ESCAPE.sub(_escape, text)


def _encode_literal(text: str) -> str | None:
    return None if _NOT_LITERAL.search(text) or _SURROGATE.search(text) else text


def _encode_multiline(text: str, newline: str, *, opened: bool, folds: bool) -> str | None:
    if _SURROGATE.search(text):
        return None
    written = _TO_ESCAPE_MULTILINE.sub(_escape, text)
    if folds and written[:1] in (" ", "\n", "\t"):
        # white space behind a backslash at a line's end would be lost
        written = f"\\u{ord(written[0]):04X}" + written[1:]
    if written.startswith("\n") and not opened:
        written = "\\n" + written[1:]
    return written.replace("\n", newline)


def _encode_multiline_literal(text: str, newline: str, *, opened: bool) -> str | None:
    if _NOT_MULTILINE_LITERAL.search(text) or _SURROGATE.search(text) or (text.startswith("\n") and not opened):
        return None
    return text.replace("\n", newline)
