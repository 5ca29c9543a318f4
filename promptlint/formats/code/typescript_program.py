"""The files of a program, and how much of them names are replaced with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from promptlint.formats.code.typescript_modules import candidates
from promptlint.formats.code.values import Call, Items, Record, Text, Value
from promptlint.prompt import Lookup
from promptlint.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from promptlint.formats.code.typescript_values import File

__all__ = ["HOPS", "Part", "Program"]

HOPS = 3
"""How far imports are followed from file to file."""

_HIGHEST = 100  # values in values
_BUDGET = 4_000_000  # what names may be replaced with in all: characters, a value counting as many as `_WEIGHT`
_WEIGHT = 50

Part: TypeAlias = "tuple[Value | None, Node, File]"
"""An element of an array as its value, None for others that are spread there and unknown, and what it is written as."""


class Program:
    """A file and those that it imports from, each read once."""

    def __init__(self, lookup: Lookup, read: Callable[[Program, str, str, int], File]) -> None:
        self._lookup = lookup
        self._read = read
        self._files: dict[str, File | None] = {}
        self._sizes: dict[int, tuple[Value, int, int]] = {}
        self._parts: dict[int, tuple[Items, tuple[Part, ...]]] = {}
        self._entries: dict[int, tuple[Value, dict[str, Value]]] = {}
        self.looked_up: dict[str, None] = {}
        self.depth = 0
        self.budget = _BUDGET

    def close(self) -> None:
        """Part what refers to each other, which would be kept until the interpreter looks for garbage."""
        self._files.clear()
        self._parts.clear()

    def file(self, path: str, text: str) -> File:
        """The file that all starts from."""
        made = self._files[path] = self._read(self, path, text, 0)
        return made

    def sibling(self, file: File, module: str) -> File | None:
        """The file that `module` stands for in an import of `file`."""
        if file.hops >= HOPS:
            return None
        for path in candidates(file.path, module):
            if path not in self._files:
                self.looked_up[path] = None
                source = self._lookup(path)
                self._files[path] = None if source is None else self._read(self, path, source.text, file.hops + 1)
            found = self._files[path]
            if found is not None:
                found.hops = min(found.hops, file.hops + 1)
                return found
        return None

    def size(self, value: Value) -> tuple[int, int]:
        """How large a value is, what it holds included, and how deep it goes."""
        known = self._sizes.get(id(value))
        if known is not None:
            return known[1:]
        weight, height = _WEIGHT, 0
        inside: list[Value] = []
        if isinstance(value, Text):
            weight += sum(len(piece.text) + _WEIGHT for piece in value.pieces)
        elif isinstance(value, Items):
            inside = list(value.items)
            weight += _WEIGHT * len(self.parts(value) or ())
        elif isinstance(value, Record):
            inside = [entry.value for entry in value.entries]
        elif isinstance(value, Call):
            inside = [*value.arguments, *([value.receiver] if value.receiver is not None else [])]
            weight += _WEIGHT * len(value.keywords.entries)
        for each in inside:
            its_weight, its_height = self.size(each)
            weight += its_weight
            height = max(height, its_height + 1)
        self._sizes[id(value)] = (value, weight, height)
        return weight, height

    def may_spend(self, steps: int) -> bool:
        """Whether a name may be replaced with what that many steps lead to."""
        self.budget -= steps * _WEIGHT
        return self.budget >= 0

    def affords(self, value: Value) -> bool:
        """Whether a name may be replaced with this value: not for ever, since each use copies it."""
        weight, height = self.size(value)
        self.budget -= weight
        return self.budget >= 0 and height < _HIGHEST

    def entry(self, value: Value | None, key: str) -> Value | None:
        """What an object holds under a key."""
        if not isinstance(value, Record):
            return None
        known = self._entries.get(id(value))
        if known is None:
            known = value, {entry.key: entry.value for entry in value.entries}
            self._entries[id(value)] = known
        return known[1].get(key)

    def items(self, span: Span, path: str, parts: Sequence[Part], *, complete: bool) -> Items:
        """The array with these elements."""
        known = tuple(value for value, _, _ in parts if value is not None)
        made = Items(span, path, known, complete and len(known) == len(parts))
        self._parts[id(made)] = (made, tuple(parts))
        return made

    def parts(self, items: Items) -> tuple[Part, ...] | None:
        """The elements of an array that `items` made."""
        known = self._parts.get(id(items))
        return known[1] if known is not None else None
