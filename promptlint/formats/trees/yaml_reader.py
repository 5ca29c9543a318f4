"""YAML text -> a positioned tree, through the event parser of PyYAML.

libyaml gives for each scalar its decoded value and its start and end, in code points. YAML is that of libyaml, 1.1:
U+0085, U+2028 and U+2029 end a line inside it, though not in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

from promptlint.formats.trees.nodes import (
    MAX_DEPTH,
    MAX_EXPANSION,
    Comment,
    Entry,
    Mapping,
    Node,
    Origin,
    Scalar,
    Sequence,
    Style,
    Tree,
    TreeProblem,
    Value,
)
from promptlint.formats.trees.yaml_scalars import DERIVE, HEADER, REFUSED, flow_plain, no_pieces
from promptlint.lazy import regex
from promptlint.source import Location, Span, TextMap

__all__ = ["read_yaml"]

_COMMENT = regex("#[^\n\r\x85\u2028\u2029]*")
_PROPERTIES = regex("(?:[&!][^ \t\n\r\x85\u2028\u2029]*|[ \t\n\r\x85\u2028\u2029]+|#[^\n\r\x85\u2028\u2029]*)*")
_BLANK = " \t"
_STYLES: dict[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
_CORE = "tag:yaml.org,2002:"


def read_yaml(text: str, map: TextMap) -> Tree:  # noqa: A002 - the word for it
    """Read YAML. `map` says where `text` stands in its file."""
    return _Reader(Origin(text, map)).read()


class _Collection:
    """A mapping or sequence that is still open."""

    __slots__ = ("anchor", "children", "flow", "height", "is_mapping", "size", "start", "tag")

    def __init__(self, event: Any, start: int, *, is_mapping: bool) -> None:
        self.anchor: str | None = event.anchor
        self.tag: str | None = event.tag
        self.flow: bool = bool(event.flow_style)
        self.is_mapping = is_mapping
        self.start = start
        self.children: list[Node] = []
        self.size = 1
        self.height = 1


class _Reader:
    """Builds the tree of one text from parser events, without recursion, so that a broken text still gives what came before the fault."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.text = origin.text
        # a byte-order mark (of a text inside a file: a Source has none) is not for the parser
        self.shift = 1 if self.text.startswith("\ufeff") else 0
        self.problems: list[TreeProblem] = []
        self.documents: list[Node] = []
        self.stack: list[_Collection] = []
        # anchor -> node, how many nodes it stands for, how deep it nests; None while the node is open
        self.anchors: dict[str, tuple[Node, int, int] | None] = {}
        self.expanded = 0
        # where scalars stand, so that a '#' elsewhere is a comment
        self.covered: list[tuple[int, int]] = []

    def read(self) -> Tree:
        import yaml

        scanned = len(self.text)
        try:
            for event in _events(self.text[self.shift :]):
                if not self._take(event):
                    scanned = event.start_mark.index + self.shift
                    break
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            scanned = self._broken(error)
        while self.stack:
            self._close(None)
        return Tree(
            self.documents[0] if self.documents else None,
            tuple(self.problems),
            tuple(self._comments(scanned)),
            tuple(self.documents[1:]),
        )

    def _take(self, event: Any) -> bool:
        """Add one event to the tree; False: stop reading."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._scalar(event)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            start = event.start_mark.index + self.shift
            if len(self.stack) >= MAX_DEPTH:
                self._problem(f"nested more than {MAX_DEPTH} levels deep", start, start + 1, "limit")
                return False
            if event.tag is not None or event.anchor is not None:
                start = self._after_properties(start, len(self.text))
            if event.anchor is not None:
                self.anchors[event.anchor] = None
            self.stack.append(_Collection(event, start, is_mapping=kind == "MappingStartEvent"))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._close(event.end_mark.index + self.shift)
        elif kind == "AliasEvent":
            self._alias(event)
        elif kind == "DocumentStartEvent":
            self.anchors.clear()
        return True

    def _after_properties(self, start: int, end: int) -> int:
        match = _PROPERTIES.match(self.text, start, end)
        return match.end() if match else start

    def _scalar(self, event: Any) -> None:
        start = event.start_mark.index + self.shift
        end = event.end_mark.index + self.shift
        value: str = event.value
        tag: str | None = event.tag
        if tag is not None or event.anchor is not None:
            start = self._after_properties(start, end)
        style = _STYLES.get(event.style, "plain")
        derive = DERIVE[style]
        if style in ("literal", "folded"):
            header = HEADER.match(self.text, start, end)
            body = header.end() if header else start
            self.covered.append((start, start + 1))
            self.covered.append((body, end))
            if header and "+" not in header.group().partition("#")[0] and value.rstrip("\n\u2028\u2029")[-1:] != " ":
                # chomped line ends are no part of the value
                end = max(start + len(self.text[start:end].rstrip(" \n\r\x85\u2028\u2029")), start + 1)
        else:
            self.covered.append((start, end))
            if style == "plain" and self.stack and self.stack[-1].flow:
                derive = flow_plain
        resolved: Value = value
        if tag is None:
            if style == "plain" and value[:1] in _implicit():
                resolved = _resolve(value)
        elif tag.startswith(_CORE):
            resolved = _convert(tag, value)
        scalar = Scalar(resolved, value, style, start, end, self.origin, derive, tag)
        if event.anchor is not None:
            self.anchors[event.anchor] = (scalar, 1, 0)
        self._add(scalar, 1, 0)

    def _alias(self, event: Any) -> None:
        start, end = event.start_mark.index + self.shift, event.end_mark.index + self.shift
        name = event.anchor
        target = self.anchors.get(name)
        if target is not None:
            node, size, height = target
            if len(self.stack) + height > MAX_DEPTH:
                self._problem(f"alias *{name} nests more than {MAX_DEPTH} levels deep", start, end, "limit")
            elif self.expanded + size > MAX_EXPANSION:
                self._problem(f"aliases stand for more than {MAX_EXPANSION:,} values", start, end, "limit")
            else:
                self.expanded += size
                self._add(node, size, height)
                return
        elif name in self.anchors:
            self._problem(f"alias *{name} stands inside what it refers to", start, end)
        else:
            fault = f"alias *{name} refers to no anchor &{name} before it; quote the text if '*' is meant"
            self._problem(fault, start, end)
        self._add(Scalar(None, self.text[start:end], "plain", start, end, self.origin, no_pieces), 1, 0)

    def _add(self, node: Node, size: int, height: int) -> None:
        if not self.stack:
            self.documents.append(node)
            return
        parent = self.stack[-1]
        parent.children.append(node)
        parent.size += size
        parent.height = max(parent.height, height + 1)

    def _close(self, end: int | None) -> None:
        """Close the innermost collection; `end` is the parser's, None where the text broke off."""
        open_ = self.stack.pop()
        children = open_.children
        if end is None or self.text[end - 1 : end] != ("}" if open_.is_mapping else "]") or not open_.flow:
            # a block collection ends for the parser at the next token, behind comments and blank lines
            end = max((child.end for child in children), default=open_.start)
            end = max(end, open_.start)
        node: Node
        if open_.is_mapping:
            node = self._mapping(open_, end)
        else:
            node = Sequence(tuple(children), open_.start, end, self.origin, open_.tag)
        if open_.anchor is not None:
            self.anchors[open_.anchor] = (node, open_.size, open_.height)
        self._add(node, open_.size, open_.height)

    def _mapping(self, open_: _Collection, end: int) -> Mapping:
        entries: list[Entry] = []
        merged: list[Mapping] = []
        first: dict[object, Scalar] = {}
        children = open_.children
        for at in range(0, len(children) - 1, 2):
            key, value = children[at], children[at + 1]
            if isinstance(key, Scalar) and key.text == "<<" and key.style == "plain" and key.tag is None:
                merged.extend(self._merged(value))
                continue
            if not isinstance(key, Scalar):
                key = self._complex_key(key, Span(open_.start, end) if open_.flow else Span(key.start, key.end))
            elif key.value in first:
                self._problem(
                    f"the key {key.text!r} appears twice",
                    key.start,
                    key.end,
                    "duplicate-key",
                    first[key.value].location,
                )
            first.setdefault(key.value, key)
            entries.append(Entry(key, value))
        return Mapping(tuple(entries), open_.start, end, self.origin, open_.tag, tuple(merged))

    def _complex_key(self, key: Node, at: Span) -> Scalar:
        """A string, its source text, for a key that is a collection: no reader makes data of that. Mostly it is ``{{ name }}``."""
        what = "a mapping" if isinstance(key, Mapping) else "a list"
        self._problem(f"{what} cannot be a key; quote text that starts with {self.text[at.start]!r}", at.start, at.end)
        text = self.text[key.start : key.end]
        return Scalar(text, text, "plain", key.start, key.end, self.origin, no_pieces)

    def _merged(self, value: Node) -> list[Mapping]:
        """The mappings that ``<<: value`` adds, in rising precedence: of a list, the first wins."""
        values = list(reversed(value.items)) if isinstance(value, Sequence) else [value]
        for other in values:
            if not isinstance(other, Mapping):
                self._problem("'<<' merges mappings only", other.start, other.end)
        return [other for other in values if isinstance(other, Mapping)]

    def _problem(
        self,
        message: str,
        start: int,
        end: int,
        kind: Literal["syntax", "duplicate-key", "limit"] = "syntax",
        related: Location | None = None,
    ) -> None:
        length = len(self.text)
        start = min(max(start, 0), length)
        self.problems.append(
            TreeProblem(message, self.origin.location(start, min(max(end, start), length)), kind, related)
        )

    def _broken(self, error: Exception) -> int:
        """Report that the parser gave up; gives the offset up to which it read."""
        refused = REFUSED.search(self.text, self.shift)
        if refused is not None and not hasattr(error, "problem_mark"):
            self._problem(f"YAML allows no U+{ord(refused.group()):04X} character here", refused.start(), refused.end())
            return refused.start()
        mark = getattr(error, "problem_mark", None)
        context = getattr(error, "context_mark", None)
        fault = getattr(error, "problem", None) or str(error)
        at = mark.index + self.shift if mark is not None else 0
        begun = context.index + self.shift if context is not None else at
        message, start = _plain_words(fault, getattr(error, "context", None) or "", self.text, at, begun)
        opener = begun < start and self.text[begun] in "[{"
        related = self.origin.location(begun, begun + 1) if opener else None
        self._problem(message, start, start + 1, related=related)
        return min(begun, at)

    def _comments(self, scanned: int) -> Iterator[Comment]:
        if "#" not in self.text:
            return
        at = 0
        for start, end in [*self.covered, (scanned, scanned)]:
            if start > scanned:
                break
            for match in _COMMENT.finditer(self.text, at, start):
                yield Comment(match.group()[1:], self.origin.location(match.start(), match.end()))
            at = max(at, end)


def _parser() -> Any:
    """PyYAML's parser on libyaml, else the one in Python."""
    import yaml

    return getattr(yaml, "CSafeLoader", None) or yaml.SafeLoader


def _events(text: str) -> Iterator[Any]:
    """The parser's events. Raises what the parser raises on broken text."""
    return iter(_parser()(text).get_event, None)


_WORDS = (
    ("mapping values are not allowed", "unexpected ':' (quote text that holds ': ', or check the indentation)"),
    ("could not find expected ':'", "expected ':' after this key"),
    ("did not find expected alphabetic or numeric", "'{begun}' starts an {context}; quote the text"),
    ("did not find expected key", "expected a key here; check the indentation"),
    ("did not find expected '-' indicator", "expected '- ' here; check the indentation"),
    ("did not find expected node content", "expected a value here"),
    ("did not find expected comment or line break", "expected the line to end behind '|' or '>'"),
    ("block sequence entries are not allowed", "unexpected '- ' (quote the text, or start the list on a new line)"),
    ("did not find expected ',' or ']'", "expected ',' or ']'"),
    ("did not find expected ',' or '}'", "expected ',' or '}'"),
    ("did not find expected <document start>", "expected the end of the document; check the indentation"),
    ("found undefined tag handle", "unknown tag; quote text that starts with '!'"),
    ("found a tab character", "a tab cannot indent YAML; use spaces"),
    ("did not find expected whitespace or line", "expected a space here; quote text that starts with '!', '&' or '*'"),
    ("found unknown escape character", "unknown escape in a double-quoted string; write '\\\\' for a backslash"),
    ("did not find expected hexdecimal number", "expected a hexadecimal number behind the backslash"),
    ("found invalid Unicode character escape code", "this escape is not a character"),
)
"""What libyaml says, and what is said to people; the wording of PyYAML's parser in Python is passed on."""


def _plain_words(fault: str, context: str, text: str, at: int, begun: int) -> tuple[str, int]:
    """What the parser says at an offset about what began at another, for people, and where to point."""
    char = text[at : at + 1]
    unclosed = "unexpected end of stream" in fault or "unexpected document indicator" in fault
    if unclosed or (text[begun : begun + 1] in ("[", "{") and not text[at:].strip()):
        return f"this {text[begun : begun + 1]} is never closed", begun
    if "cannot start any token" in fault:
        return (
            "a tab cannot stand here; use spaces" if char == "\t" else f"a value cannot start with {char!r}; quote it"
        ), at
    if "did not find expected key" in fault and text[:at].rstrip(_BLANK)[-1:] in ('"', "'", "]", "}"):
        return "text stands behind the end of the value; quote the whole", at
    for known, words in _WORDS:
        if known in fault:
            what = words.replace("{begun}", text[begun : begun + 1])
            what = what.replace("{context}", "alias" if "alias" in context else "anchor")
            return what, begun if "{begun}" in words or "could not find" in known else at
    return fault, at


# Values --------------------------------------------------------------------------------------------------------------


@cache
def _implicit() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """First character -> the YAML 1.1 types that a plain scalar may have, as PyYAML's resolver lists them."""
    from yaml.resolver import Resolver

    return dict(Resolver.yaml_implicit_resolvers)


@cache
def _constructor() -> Any:
    from yaml.constructor import SafeConstructor

    return SafeConstructor()


def _resolve(value: str) -> Value:
    """The value of a plain scalar without a tag."""
    for tag, pattern in _implicit().get(value[:1], ()):
        if pattern.match(value):
            return _convert(tag, value)
    return value


def _convert(tag: str, value: str) -> Value:
    """The value of text under a core tag; the text where it does not fit (a date such as 2023-02-31)."""
    if tag.removeprefix(_CORE) not in ("bool", "int", "float", "null", "timestamp"):
        return value
    from yaml.nodes import ScalarNode

    constructor = _constructor()
    try:
        converted: Value = constructor.yaml_constructors[tag](constructor, ScalarNode(tag, value))
    except (ValueError, KeyError, AttributeError, IndexError, OverflowError):
        return value
    return converted
