"""JSON text -> a positioned tree. Comments and trailing commas are problems, and are read past."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from collections.abc import Sequence as Row
from typing import Literal, NoReturn

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
    Tree,
    TreeProblem,
    Value,
)
from promptlint.lazy import regex
from promptlint.source import Encoder, Location, TextMap

__all__ = ["read_json"]

_SPACE = regex(r"[ \t\n\r]*")
_SKIPPED = frozenset(" \t\n\r/#")
_COMMENT = regex(r"//(?P<line>[^\n\r]*)|/\*(?P<block>(?:[^*]|\*(?!/))*)(?:\*/)?|#(?P<hash>[^\n\r]*)")
_STRING = regex(r'"(?P<body>[^"\\\x00-\x1f]*(?:\\[^\x00-\x1f][^"\\\x00-\x1f]*)*)(?P<close>"?)')
_ESCAPE = regex(r"\\(?:u(?P<hex>[0-9a-fA-F]{4})|(?P<simple>[\"\\/bfnrt])|(?P<bad>.))", re.DOTALL)
_NUMBER = regex(r"-?(?:0|[1-9][0-9]*)(?P<float>(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)")
_WORD = regex(r"[^\s,:\[\]{}\"/#]+")
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_FOREIGN: dict[str, Value] = {
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "-Infinity": float("-inf"),
    "True": True,
    "False": False,
    "None": None,
    "undefined": None,
}


def read_json(text: str, map: TextMap) -> Tree:  # noqa: A002 - the word for it
    """Read JSON. `map` says where `text` stands in its file."""
    return _Reader(Origin(text, map)).read()


class _Stop(Exception):  # noqa: N818 - control flow
    """The rest of the text cannot be read; the problem is recorded."""


class _Open:
    """An object or array that is still open."""

    __slots__ = ("entries", "first", "is_mapping", "items", "key", "start")

    def __init__(self, start: int, *, is_mapping: bool) -> None:
        self.start = start
        self.is_mapping = is_mapping
        self.items: list[Node] = []
        self.entries: list[Entry] = []
        self.first: dict[str, Scalar] = {}
        self.key: Scalar | None = None

    @property
    def closer(self) -> str:
        return "}" if self.is_mapping else "]"


class _Reader:
    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.text = origin.text
        self.at = 1 if self.text.startswith("\ufeff") else 0
        self.problems: list[TreeProblem] = []
        self.comments: list[Comment] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None

    def read(self) -> Tree:
        try:
            self._read()
        except _Stop:
            while self.stack:
                self._close(self.at)
        return Tree(self.root, tuple(self.problems), tuple(self.comments))

    def _read(self) -> None:
        self._value()
        while self.stack:
            self._next()
        self._skip()
        if self.at < len(self.text):
            self._stop("expected the end of the text: JSON holds one value", self.at)

    def _next(self) -> None:
        """Read on inside the innermost collection: its next member, or its end."""
        open_ = self.stack[-1]
        self._skip()
        char = self.text[self.at : self.at + 1]
        if open_.entries or open_.items:
            if char == ",":
                comma = self.at
                self.at += 1
                self._skip()
                char = self.text[self.at : self.at + 1]
                if char == open_.closer:
                    self._problem(f"JSON allows no comma before '{char}'", comma)
            elif char != open_.closer:
                self._stop(f"expected ',' or '{open_.closer}'", self.at)
        if char == open_.closer:
            self.at += 1
            self._close(self.at)
            return
        if open_.is_mapping:
            open_.key = self._key()
        self._value()

    def _key(self) -> Scalar:
        if self.text[self.at : self.at + 1] != '"':
            self._stop(
                "expected a key in double quotes" if self.at < len(self.text) else "this '{' is never closed", self.at
            )
        key = self._string()
        self._skip()
        if self.text[self.at : self.at + 1] != ":":
            self._stop("expected ':' after the key", self.at)
        self.at += 1
        return key

    def _value(self) -> None:
        self._skip()
        start = self.at
        char = self.text[start : start + 1]
        if char == '"':
            self._add(self._string())
        elif char and char in "{[":
            if len(self.stack) >= MAX_DEPTH:
                self._stop(f"nested more than {MAX_DEPTH} levels deep", start, "limit")
            self.at += 1
            self.stack.append(_Open(start, is_mapping=char == "{"))
        else:
            self._add(self._word())

    def _word(self) -> Scalar:
        """A number or a literal name."""
        start = self.at
        match = _WORD.match(self.text, start)
        if match is None:
            self._stop("expected a value", start)
        word = match.group()
        number = _NUMBER.fullmatch(word)
        value: Value
        if number is not None:
            value = _number(word, is_float=bool(number["float"]))
        elif word in _WORDS:
            value = _WORDS[word]
        elif word in _FOREIGN:
            value = _FOREIGN[word]
            self._problem(f"{word} is not JSON", start, match.end())
        else:
            what = "strings stand in double quotes" if word[0] in "'`" or word[0].isalpha() else "not a JSON number"
            self._stop(f"expected a value: {what}", start)
        self.at = match.end()
        return Scalar(value, word, "json", start, self.at, self.origin, _bare)

    def _string(self) -> Scalar:
        start = self.at
        match = _STRING.match(self.text, start)
        assert match is not None  # the caller saw the quote
        if not match["close"]:
            at = match.end()
            char = self.text[at : at + 1]
            if char in ("\n", "\r"):
                self._stop(
                    "a string ends at its line's end: the closing '\"' is missing, or the line end should be \\n", at
                )
            if char and char != "\\":
                self._stop(f"a string cannot hold U+{ord(char):04X} as it is; write \\u{ord(char):04x}", at)
            self._stop("this string is never closed", start)
        self.at = match.end()
        body = match["body"]
        if "\\" in body:
            try:
                body = json.loads(match.group())
            except json.JSONDecodeError:
                body = self._lenient(start + 1, self.at - 1)
        return Scalar(body, body, "json", start, self.at, self.origin, _derive)

    def _lenient(self, low: int, high: int) -> str:
        """The decoded text of a string with wrong escapes, which stay as they are and are problems."""
        for match in _ESCAPE.finditer(self.text, low, high):
            if match["bad"]:
                self._problem(
                    "unknown escape in a string; write '\\\\' for a backslash"
                    if match["bad"] != "u"
                    else "'\\u' needs four hexadecimal digits",
                    match.start(),
                    match.end(),
                )
        return "".join(piece[0] for piece in _pieces(self.text, low, high))

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        open_ = self.stack[-1]
        if not open_.is_mapping:
            open_.items.append(node)
            return
        key = open_.key
        assert key is not None  # a member's value follows its key
        open_.key = None
        first = open_.first.setdefault(key.text, key)
        if first is not key:
            self._problem(f"the key {key.text!r} appears twice", key.start, key.end, "duplicate-key", first.location)
        open_.entries.append(Entry(key, node))

    def _close(self, end: int) -> None:
        open_ = self.stack.pop()
        if open_.is_mapping:
            self._add(Mapping(tuple(open_.entries), open_.start, end, self.origin))
        else:
            self._add(Sequence(tuple(open_.items), open_.start, end, self.origin))

    def _skip(self) -> None:
        """Skip white space, and comments."""
        while (char := self.text[self.at : self.at + 1]) in _SKIPPED:
            if char not in "/#":
                space = _SPACE.match(self.text, self.at)
                self.at = space.end() if space else self.at
                continue
            comment = _COMMENT.match(self.text, self.at)
            if comment is None:
                return
            if not self.comments:
                self._problem("JSON allows no comments", comment.start(), comment.end())
            body = next(group for group in comment.groups() if group is not None)
            self.comments.append(Comment(body, self.origin.location(comment.start(), comment.end())))
            self.at = comment.end()

    def _problem(
        self,
        message: str,
        start: int,
        end: int | None = None,
        kind: Literal["syntax", "duplicate-key", "limit"] = "syntax",
        related: Location | None = None,
    ) -> None:
        end = min(start + 1 if end is None else end, len(self.text))
        self.problems.append(TreeProblem(message, self.origin.location(min(start, end), end), kind, related))

    def _stop(self, message: str, at: int, kind: Literal["syntax", "limit"] = "syntax") -> NoReturn:
        """Record a problem after which nothing can be read."""
        if at >= len(self.text) and self.stack:
            # a missing end is a fault of what was opened, and there a person has to look
            opener = self.stack[-1]
            message, at = f"this '{self.text[opener.start]}' is never closed", opener.start
        self._problem(message, at, kind=kind)
        raise _Stop


def _number(word: str, *, is_float: bool) -> Value:
    if not is_float:
        try:
            return int(word)
        except ValueError:  # more digits than Python converts
            pass
    return float(word)


def _bare(scalar: Scalar) -> tuple[Row[Piece], Encoder]:
    """A number or a literal name: as it is written."""
    return ((scalar.text, scalar.start, scalar.end),), lambda text: text if _WORD.fullmatch(text) else None


def _derive(scalar: Scalar) -> tuple[Row[Piece], Encoder]:
    return list(_pieces(scalar.origin.text, scalar.start + 1, scalar.end - 1)), _encode


def _pieces(text: str, low: int, high: int) -> Iterator[Piece]:
    """The pieces of a string between its quotes."""
    if low == high:
        yield "", low, high
    at = low
    pair: int | None = None  # where a high surrogate stands that waits for its low one
    for match in _ESCAPE.finditer(text, low, high):
        start, end = match.span()
        code = int(match["hex"], 16) if match["hex"] else 0
        if pair is not None:
            if start == at and 0xDC00 <= code < 0xE000:
                lead = int(text[pair + 2 : pair + 6], 16)
                yield chr(0x10000 + ((lead - 0xD800) << 10) + (code - 0xDC00)), pair, end
                pair, at = None, end
                continue
            yield chr(int(text[pair + 2 : pair + 6], 16)), pair, pair + 6
            pair = None
        if start > at:
            yield text[at:start], at, start
        at = end
        if 0xD800 <= code < 0xDC00:
            pair = start
        elif match["hex"]:
            yield chr(code), start, end
        elif match["simple"]:
            yield _SIMPLE[match["simple"]], start, end
        else:
            yield match.group(), start, end
    if pair is not None:
        yield chr(int(text[pair + 2 : pair + 6], 16)), pair, pair + 6
    if at < high:
        yield text[at:high], at, high


_LONE = regex("[\ud800-\udfff]")


def _encode(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    return _LONE.sub(lambda match: f"\\u{ord(match.group()):04x}", written)
