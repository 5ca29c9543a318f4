"""The tree that YAML, JSON and TOML text is read into: plain values that know their place in the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, KeysView
from collections.abc import Sequence as Path
from dataclasses import field
from typing import Literal, TypeAlias

from promptlint.lazy import attribute, dataclass
from promptlint.source import Encoder, Location, Segment, Span, TextMap, plain

__all__ = [
    "MAX_DEPTH",
    "MAX_EXPANSION",
    "Comment",
    "Entry",
    "Mapping",
    "Node",
    "Origin",
    "Piece",
    "Scalar",
    "Sequence",
    "Style",
    "Tree",
    "TreeProblem",
    "Value",
    "find",
    "to_data",
    "walk",
]

MAX_DEPTH = 200
"""Collections nested deeper than this are a problem. Real prompt files stay below 20; consumers may recurse over a tree."""

MAX_EXPANSION = 100_000
"""How many nodes all aliases of a YAML document may stand for, so that no consumer of a tree meets an exponential one."""

Value: TypeAlias = str | int | float | bool | dt.date | dt.time | None

Style: TypeAlias = Literal[
    "plain",
    "single",
    "double",
    "literal",
    "folded",
    "json",
    "toml-bare",
    "toml-basic",
    "toml-literal",
    "toml-multiline-basic",
    "toml-multiline-literal",
]

Piece: TypeAlias = tuple[str, int, int]
"""Decoded text, and the offsets between which the document's text writes it.

Written text that is as long as the decoded text corresponds to it character by character. No written text at all (the
two offsets are equal) gives the decoded text a place, but it cannot be replaced.
"""


@dataclass(frozen=True, eq=False)
class Origin:
    """The text that a tree is read from, and where it stands in the file."""

    text: str
    map: TextMap

    @attribute
    def _shift(self) -> int | None:
        """How far the text as a whole is from its place in the file, where it stands there as it is."""
        segments = self.map.segments
        if not segments and not self.text:
            return None
        if len(segments) == 1 and segments[0].exact and segments[0].origin is not None:
            return segments[0].origin.start
        return None

    def span(self, start: int, end: int) -> Span:
        """The place in the file of a range of the text; an empty span at 0 when it stands nowhere."""
        if self._shift is not None:
            return Span(start + self._shift, end + self._shift)
        location = self.map.locate(Span(start, end))
        return Span(0, 0) if location is None else location.span

    def location(self, start: int, end: int) -> Location:
        """`span` with the file's path."""
        return Location(self.map.path, self.span(start, end))

    def decoded(self, value: str, start: int, end: int, pieces: Path[Piece], encode: Encoder) -> TextMap:
        """The map of a scalar's decoded `value` into the file.

        Should the pieces not make up the value, the whole scalar between `start` and `end` becomes its one origin: a
        place may be coarse, never wrong.
        """
        if "".join(piece[0] for piece in pieces) != value:
            # the segment is one shorter than the value where it would otherwise look exact
            low, high = start, end - 1 if end - start == len(value) else end
            pieces, encode = ((value, low, high),), _refuse
        runs = [(len(decoded), Span(low, high)) for decoded, low, high in pieces if decoded]
        if runs:
            inner = TextMap.build(self.map.path, runs, encode)
            return inner if self._shift == 0 and self.map.encode is plain else self.map.through(inner)
        # empty text still has a place, so that a finding about it can be shown
        at = self.span(pieces[0][1], pieces[0][1]) if pieces else self.span(end, end)
        composed = self.map.through(TextMap(self.map.path, (), encode if pieces else _refuse)).encode
        return TextMap(self.map.path, (Segment(0, 0, at),), composed)


def _refuse(text: str) -> None:  # noqa: ARG001 - an Encoder
    return None


@dataclass(frozen=True, eq=False)
class Scalar:
    """A single value.

    `value` is the value as the format's usual reader gives it (YAML: PyYAML's safe loader, so ``yes`` is True); `text`
    is its decoded text, for a string the same as `value`. `style` says how it is written; `tag` is an explicit YAML
    tag. `start` and `end` are offsets in the text that was read, `span` the place in the file, quotes included.
    """

    value: Value
    text: str
    style: Style
    start: int
    end: int
    origin: Origin = field(repr=False)
    derive: Callable[[Scalar], tuple[Path[Piece], Encoder]] = field(repr=False)
    tag: str | None = None

    @attribute
    def span(self) -> Span:
        """The place in the file."""
        return self.origin.span(self.start, self.end)

    @property
    def location(self) -> Location:
        """`span` with the file's path."""
        return Location(self.origin.map.path, self.span)

    @attribute
    def map(self) -> TextMap:
        """`text` -> places in the file, with the notation of this scalar. Derived when it is first asked for."""
        pieces, encode = self.derive(self)
        return self.origin.decoded(self.text, self.start, self.end, pieces, encode)

    @property
    def is_string(self) -> bool:
        """Whether the value is a string."""
        return isinstance(self.value, str)


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """A key of a mapping and its value. A YAML key that is a collection is given as a string: its own source text."""

    key: Scalar
    value: Node

    @property
    def span(self) -> Span:
        """From the key to the end of the value; only the key where the value stands elsewhere (an alias)."""
        key, value = self.key.span, self.value.span
        return Span(key.start, value.end) if value.start >= key.end else key


@dataclass(frozen=True, eq=False)
class Mapping:
    """A mapping (object, table). `merged` are the mappings that YAML's ``<<`` adds, in rising precedence below `entries`."""

    entries: tuple[Entry, ...]
    start: int
    end: int
    origin: Origin = field(repr=False)
    tag: str | None = None
    merged: tuple[Mapping, ...] = ()

    @attribute
    def span(self) -> Span:
        """The place in the file."""
        return self.origin.span(self.start, self.end)

    @property
    def location(self) -> Location:
        """`span` with the file's path."""
        return Location(self.origin.map.path, self.span)

    @attribute
    def fields(self) -> dict[str, Entry]:
        """The entries by the text of their keys, its own before those of `merged`; of duplicates the last."""
        return {entry.key.text: entry for mapping in (*self.merged, self) for entry in mapping.entries}

    @attribute
    def _index(self) -> dict[object, Entry]:
        index: dict[object, Entry] = {}
        for mapping in self.merged:
            index.update(mapping._index)  # noqa: SLF001 - the same class
        for entry in self.entries:
            index[entry.key.value] = entry
        for entry in self.entries:
            index.setdefault(entry.key.text, entry)
        return index

    @property
    def keys(self) -> KeysView[object]:
        """The keys that `entry` finds."""
        return self._index.keys()

    def entry(self, key: object) -> Entry | None:
        """The entry with that key: by its value, else by its text (``on:`` is found as True and as "on").

        Of duplicates the last, as the usual readers have it.
        """
        return self._index.get(key)

    def get(self, key: object) -> Node | None:
        """The value at that key, found like `entry`."""
        entry = self._index.get(key)
        return None if entry is None else entry.value


@dataclass(frozen=True, eq=False)
class Sequence:
    """A sequence (array)."""

    items: tuple[Node, ...]
    start: int
    end: int
    origin: Origin = field(repr=False)
    tag: str | None = None

    @attribute
    def span(self) -> Span:
        """The place in the file."""
        return self.origin.span(self.start, self.end)

    @property
    def location(self) -> Location:
        """`span` with the file's path."""
        return Location(self.origin.map.path, self.span)


Node: TypeAlias = Scalar | Mapping | Sequence


@dataclass(frozen=True, slots=True)
class TreeProblem:
    """A fault of the text, in plain words.

    `kind`: ``syntax`` (the format's usual reader refuses the text), ``duplicate-key`` (YAML's and JSON's silently keep
    the last value; in TOML it is a ``syntax`` problem), ``limit`` (nested or expanded beyond what is read here).
    `related` is a second place: the first of two equal keys, the bracket that nothing closes.
    """

    message: str
    location: Location
    kind: Literal["syntax", "duplicate-key", "limit"] = "syntax"
    related: Location | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: its text without the delimiters, and its place with them."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Tree:
    """What was read. `root` is None for a text without a value; with a syntax problem it is what came before the fault.

    `more` are the further documents of a YAML stream.
    """

    root: Node | None
    problems: tuple[TreeProblem, ...] = ()
    comments: tuple[Comment, ...] = ()
    more: tuple[Node, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether a problem other than a duplicate key was met: `root` may lack what the text holds."""
        return any(problem.kind != "duplicate-key" for problem in self.problems)


def to_data(node: Node | None) -> object:
    """Plain Python data: dict, list and values, what the format's usual reader gives (dates and custom tags included as they are read)."""
    if isinstance(node, Mapping):
        data: dict[object, object] = {}
        for mapping in node.merged:
            data.update(to_data(mapping))  # type: ignore[call-overload]
        for entry in node.entries:
            data[entry.key.value] = to_data(entry.value)
        return data
    if isinstance(node, Sequence):
        return [to_data(item) for item in node.items]
    return None if node is None else node.value


def find(node: Node | None, path: Path[str | int]) -> Node | None:
    """The node at a path of keys and indices, or None where the path leads nowhere."""
    for step in path:
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
            node = node.items[step]
        else:
            return None
    return node


def walk(node: Node | None, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    """Every value under a node with its path, itself first, in the order of the text. What aliases repeat comes once."""
    if node is None:
        return
    seen: set[int] = set()
    stack: list[tuple[tuple[str | int, ...], Node]] = [(path, node)]
    while stack:
        path, node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield path, node
        if isinstance(node, Mapping):
            children: list[tuple[str | int, Node]] = [(entry.key.text, entry.value) for entry in node.entries]
        elif isinstance(node, Sequence):
            children = list(enumerate(node.items))
        else:
            continue
        stack.extend(((*path, step), child) for step, child in reversed(children))
