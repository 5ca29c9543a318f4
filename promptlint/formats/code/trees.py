"""A syntax tree of tree-sitter, with places in code points and an index of ranges that lie in each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING

from promptlint.lazy import regex
from promptlint.source import Span

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

__all__ = ["Nest", "Tree"]

_NOT_ASCII = regex(r"[^\x00-\x7f]")
_DEEPEST = 400


class Tree:
    """The tree of `text`. Nodes count bytes of UTF-8; everything that leaves this class counts code points."""

    def __init__(self, text: str, language: Language) -> None:
        from tree_sitter import Parser

        self.text = text
        self.data = text.encode("utf-8", "surrogatepass")
        self._ascii = len(self.data) == len(text)
        # behind each character that takes several bytes: its end in bytes, and how many bytes are too many up to there
        self._ends: list[int] = []
        self._extra: list[int] = []
        if not self._ascii:
            extra = 0
            for match in _NOT_ASCII.finditer(text):
                extra += 1 if (code := ord(match.group())) < 0x800 else 2 if code < 0x10000 else 3
                self._ends.append(match.end() + extra)
                self._extra.append(extra)
        self.root: Node = Parser(language).parse(self.data).root_node

    def offset(self, byte: int) -> int:
        """The offset in the text of an offset in bytes; of one inside a character, that character's start."""
        if self._ascii:
            return byte
        index = bisect_right(self._ends, byte)
        offset = byte - (self._extra[index - 1] if index else 0)
        if index < len(self._ends):  # inside the next wide character?
            offset = min(offset, self._ends[index] - self._extra[index] - 1)
        return offset

    def span(self, node: Node) -> Span:
        """Where a node stands."""
        if self._ascii:
            return Span(node.start_byte, node.end_byte)
        return Span(self.offset(node.start_byte), self.offset(node.end_byte))

    def text_of(self, node: Node) -> str:
        """A node's text as it is written."""
        if self._ascii:
            return self.text[node.start_byte : node.end_byte]
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def captures(self, query: Query) -> dict[str, list[Node]]:
        """The nodes that a query finds, by the names of its captures, in the order of the text, outer ones first."""
        from tree_sitter import QueryCursor

        found = QueryCursor(query).captures(self.root)
        for nodes in found.values():
            nodes.sort(key=lambda node: (node.start_byte, -node.end_byte))
        return found


class Nest:
    """Ranges that contain each other or lie apart, in order, outer ones first. Beyond a depth of 400 they are left out."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.parents: list[int] = []
        self.kept: list[int] = []  # for each range its index among those that were given
        opened: list[int] = []
        for given, (start, end) in enumerate(ranges):
            while opened and self.ends[opened[-1]] <= start:
                opened.pop()
            if len(opened) >= _DEEPEST:
                continue
            self.parents.append(opened[-1] if opened else -1)
            opened.append(len(self.starts))
            self.starts.append(start)
            self.ends.append(end)
            self.kept.append(given)

    def innermost(self, at: int) -> int:
        """The index of the innermost range with ``start <= at < end``, or -1."""
        index = bisect_right(self.starts, at) - 1
        while index >= 0 and self.ends[index] <= at:
            index = self.parents[index]
        return index
