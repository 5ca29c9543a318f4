"""JSON (and fenced YAML) in the text of a prompt, with the place of each of its values.

JSON is found by their brackets in one pass, in the text as the model gets it: what a template language makes one write
twice (``{{`` for a brace) is one character there. Variables and control stand for something unknown.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from collections.abc import Sequence as Path
from typing import TYPE_CHECKING

from promptlint.formats.trees import Mapping, Node, Scalar, Sequence, Tree, find, read_json, read_yaml, walk
from promptlint.lazy import attribute, dataclass, regex
from promptlint.prompt import Message, Text
from promptlint.source import Span, TextMap

if TYPE_CHECKING:
    from promptlint.analysis import MessageAnalysis

__all__ = ["HOLE", "DataBlock", "json_blocks", "sent_text", "within", "yaml_blocks"]

HOLE = "\ufffc"
"""Stands for a variable or a tag of the template in text as the model gets it."""

_OPENER = regex(rf"[{{\[](?=\s*(?:[\"{{\[\]}}{HOLE}]|-?\d))")
"""A bracket that JSON may open with; prose, links and slots go on with a word."""
_INSIDE = regex(r'"(?:[^"\\\r\n]|\\.)*"|\\.|[{}\[\]]')
_CLOSES = {"}": "{", "]": "["}
_YAML_FENCE = regex(
    r"[ \t]*(?:`{3,}|~{3,})[ \t]*ya?ml[ \t]*(?:\r\n|\n|\r)(?P<body>.*?)[ \t]*(?:`{3,}|~{3,})?\s*",
    re.IGNORECASE | re.DOTALL,
)
_FENCE_INFO = regex(r"[^\r\n]*?(?:`{3,}|~{3,})[ \t]*(?P<info>[\w+-]*)")


@dataclass(frozen=True, eq=False)
class DataBlock:
    """JSON or YAML in a text: an outermost pair of brackets that looks like JSON, or what a code block that names YAML holds.

    `span` is its place in the message's text, `text` what the model gets. `fence` is the code block that it stands in, and
    `info` the language which that names, in lower case.
    """

    span: Span
    text: str
    map: TextMap
    fence: Span | None
    info: str
    is_yaml: bool = False

    @property
    def has_holes(self) -> bool:
        """Whether a part of it is only known at run time."""
        return HOLE in self.text

    @attribute
    def tree(self) -> Tree:
        """Its values; their spans are ranges of the message's text."""
        return read_yaml(self.text, self.map) if self.is_yaml else read_json(self.text, self.map)

    @property
    def root(self) -> Mapping | Sequence | None:
        """The value, where the text is data and nothing else: no hole, slot or ellipsis, and in JSON no comment."""
        root = None if self.has_holes or self.tree.broken or self.tree.more else self.tree.root
        return root if isinstance(root, Mapping | Sequence) else None

    @attribute
    def nodes(self) -> tuple[tuple[tuple[str | int, ...], Node], ...]:
        """Every value of `root` with its path, in the order of the text."""
        return tuple(walk(self.root))

    @attribute
    def value(self) -> object:
        """`root` as plain data. A date is the text that stands for it: schemas know no dates."""
        return _plain(self.root)

    @property
    def strings(self) -> Iterator[tuple[tuple[str | int, ...], str, Span]]:
        """Every string with its path and its place."""
        for path, node in self.nodes:
            if isinstance(node, Scalar) and node.is_string:
                yield path, node.text, node.span

    @property
    def keys(self) -> tuple[str, ...] | None:
        """The keys of an object, None for a list."""
        return tuple(entry.key.text for entry in self.root.entries) if isinstance(self.root, Mapping) else None

    def place(self, path: Path[str | int], key: str | None = None) -> Span | None:
        """The range of a value by its path, or of one of its keys."""
        node = find(self.root, path)
        if key is not None and isinstance(node, Mapping):
            entry = node.entry(key)
            return None if entry is None else entry.key.span
        return None if node is None else node.span


def _plain(node: Node | None) -> object:
    if isinstance(node, Mapping):
        merged = {key: value for each in node.merged for key, value in _items(each)}
        return merged | dict(_items(node))
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    if node is None or isinstance(node.value, str | int | float | None):
        return None if node is None else node.value
    return node.text


def _items(node: Mapping) -> Iterator[tuple[str, object]]:
    for entry in node.entries:
        yield entry.key.text, _plain(entry.value)


def sent_text(message: Message) -> tuple[str, TextMap]:
    """The text as the model gets it, with a `HOLE` for each part that is not literal, and its map to the message's own text."""
    if all(isinstance(part, Text) and len(part.text) == len(part.span) for part in message.parts):
        return message.text, TextMap.of(message.map.path, Span(0, len(message.text)))
    pieces: list[str] = []
    runs: list[tuple[int, Span | None]] = []
    for part in message.parts:
        text = part.text if isinstance(part, Text) else HOLE
        pieces.append(text)
        runs.append((len(text), part.span))
    return "".join(pieces), TextMap.build(message.map.path, runs)


def json_blocks(part: MessageAnalysis) -> tuple[DataBlock, ...]:
    """All JSON in a message, in order. What only looks like it from outside (slots, comments) is there with a `root` of None."""
    if "{" not in part.message.text and "[" not in part.message.text:
        return ()
    text, places = sent_text(part.message)
    fences = [region.span for region in part.regions if region.kind == "code"]
    found: list[DataBlock] = []
    at = 0
    for start, end in _outermost(_pairs(text)):
        place = places.locate(Span(start, end))
        if place is None:
            continue
        while at < len(fences) and fences[at].end <= place.span.start:
            at += 1
        fence = fences[at] if at < len(fences) and fences[at].contains(place.span) else None
        info = _FENCE_INFO.match(part.message.text, fence.start, fence.end) if fence else None
        found.append(
            DataBlock(
                place.span,
                text[start:end],
                places.slice(Span(start, end)),
                fence,
                info["info"].lower() if info else "",
            )
        )
    return tuple(found)


def within(blocks: Path[DataBlock], span: Span) -> list[DataBlock]:
    """Those of some blocks in the order of the text that lie inside a range."""
    at = bisect_left(blocks, span.start, key=lambda block: block.span.start)
    found: list[DataBlock] = []
    while at < len(blocks) and blocks[at].span.start < span.end:
        if span.contains(blocks[at].span):
            found.append(blocks[at])
        at += 1
    return found


def yaml_blocks(part: MessageAnalysis) -> tuple[DataBlock, ...]:
    """What the code blocks hold that name YAML as their language."""
    if "yaml" not in part.message.text.lower() and "yml" not in part.message.text.lower():
        return ()
    _, places = sent_text(part.message)
    found: list[DataBlock] = []
    for region in part.regions:
        match = _YAML_FENCE.fullmatch(part.message.text, *_ends(region.span)) if region.kind == "code" else None
        if match is None or not match["body"].strip():
            continue
        span = Span(*match.span("body"))
        pieces = [
            (origin.start, origin.end)
            for segment in places.segments
            if (origin := segment.origin) is not None and segment.exact and origin.overlaps(span)
        ]
        if len(pieces) != 1 or pieces[0][0] > span.start or pieces[0][1] < span.end:
            continue  # template syntax inside
        body = part.message.text[span.start : span.end]
        found.append(DataBlock(span, body, TextMap.of(part.message.map.path, span), region.span, "yaml", is_yaml=True))
    return tuple(found)


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Pairs of brackets that open like JSON. Strings are skipped inside brackets only: prose has odd quotation marks."""
    stack: list[tuple[str, int, bool]] = []
    waiting = {"{": 0, "[": 0}
    at = 0
    while True:
        match = _INSIDE.search(text, at) if stack else _OPENER.search(text, at)
        if match is None:
            return
        at = match.end()
        char = match.group()
        if char in waiting:
            stack.append((char, match.start(), not stack or _OPENER.match(text, match.start()) is not None))
            waiting[char] += 1
        elif char in _CLOSES and waiting[_CLOSES[char]]:
            opener = ""
            while opener != _CLOSES[char]:
                opener, start, jsonish = stack.pop()
                waiting[opener] -= 1
            if jsonish:
                yield start, at


def _outermost(pairs: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in pairs:  # inner pairs close before those around them
        while found and found[-1][0] > start:
            found.pop()
        found.append((start, end))
    return found
