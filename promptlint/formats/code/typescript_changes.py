"""What a variable stands for after the statements that change it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.formats.code.typescript_known import constant
from promptlint.formats.code.typescript_outline import Binding, Change
from promptlint.formats.code.typescript_program import Part
from promptlint.formats.code.values import Entry, Items, Record, Scalar, Text, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from promptlint.formats.code.typescript_values import File

__all__ = ["changed"]

_MOST_ALIKE = 20  # changes that are compared with one in the same words


def changed(
    file: File, initial: Value | None, binding: Binding, changes: Sequence[Change], at: int | None
) -> Value | None:
    """What a name stands for at an offset, once the changes that come before it were made; None: at the end of the file.

    What stands in a branch, a loop or another function may have been run or not: what it adds counts, but then an array or
    object may hold others, and of what it replaces nothing can be told.
    """
    outline = file.outline
    seen = at if at is not None else len(file.tree.data)
    function = outline.function_of(seen)
    state = _State(file, initial, binding.name_node)
    assigned = [change for change in changes if change.kind == "="]
    only = assigned[0] if binding.node is None and len(assigned) == 1 else None
    if only is not None and only.at >= seen and outline.function_of(only.at) == function:
        return None
    for change in _without_repeats(file, changes):
        before = change.end <= seen
        sure = outline.is_sure(change.at, seen)
        # whether it may have been run before although it stands behind
        again = outline.function_of(change.at) != function or outline.comes_round(change.at, seen, binding.at)
        if change is only or (change.kind == "=" and before and sure):
            state.set(change.value)
        elif change.kind == "+=" and before:
            state.add(change.value)
        elif change.kind in ("=", "+="):
            if (before or again) and not change.at <= seen < change.end:
                state.lose()
        elif change.kind in ("push", "unshift"):
            if before:
                state.insert(change.value, front=change.kind == "unshift")
            home = outline.function_of(change.at) == outline.function_of(binding.at)
            if not (before and sure and home) and (before or again):
                state.is_open = True
        elif change.kind == "key":
            if before:
                state.put(change.key, change.value)
            if not (before and sure) and (before or again):
                state.is_open = True
        else:
            state.lose()
    return state.value()


def _without_repeats(file: File, changes: Sequence[Change]) -> Iterator[Change]:
    """The changes without what another branch adds in the same words: only one of the two is ever run."""
    seen: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind in ("+=", "push", "unshift") and change.value is not None:
            alike = seen.setdefault(file.tree.text_of(change.value), [])
            if any(
                other.kind == change.kind and file.outline.is_exclusive(other.at, change.at)
                for other in alike[:_MOST_ALIKE]
            ):
                continue
            alike.append(change)
        yield change


class _State:
    """What a name stands for while the changes of its value are followed."""

    def __init__(self, file: File, value: Value | None, name: Node | None) -> None:
        self._file = file
        self._name = name
        self.is_open = False  # whether an array or object may hold more
        self._begin(value)

    def _begin(self, value: Value | None) -> None:
        self._value = value
        self._known = value is not None
        self._added: list[Part] = []  # what is joined to a string
        self._items: deque[Part] | None = None
        self._entries: list[Entry] | None = None
        self._complete = True
        if isinstance(value, Items):
            self._items, self._complete = deque(self._file.parts_of(value, self._file.tree.root)), value.complete
        elif isinstance(value, Record):
            self._entries, self._complete = list(value.entries), value.complete

    def set(self, node: Node | None) -> None:
        """The value is another one from here on."""
        self.is_open = False
        self._begin(self._file.value(node) if node is not None else None)

    def lose(self) -> None:
        """The value may have been another one."""
        if self._items is not None or self._entries is not None:
            self.is_open = True
        else:
            self._known = False

    def add(self, node: Node | None) -> None:
        """Something is joined to a string."""
        if node is not None:
            self._added.append((self._file.value(node), node, self._file))

    def insert(self, arguments: Node | None, *, front: bool) -> None:
        """Elements are put at one end of an array."""
        if self._items is None or arguments is None:
            return
        added: list[Part] = []
        for argument in arguments.named_children:
            if argument.type == "spread_element":
                self._complete = self._file.spread(argument, added) and self._complete
            elif argument.type != "comment":
                self._complete = self._file.element(argument, added) and self._complete
        if front:
            self._items.extendleft(reversed(added))
        else:
            self._items.extend(added)

    def put(self, key: Node | None, node: Node | None) -> None:
        """A property of an object is set."""
        if self._entries is None or key is None or node is None:
            return
        is_name = key.type in ("property_identifier", "private_property_identifier")
        name = self._file.tree.text_of(key) if is_name else constant(self._file.value(key))
        if name is None:
            self._complete = False
        else:
            self._entries.append(Entry(name, self._file.tree.span(key), self._file.value(node)))

    def value(self) -> Value | None:
        """What all of it comes to; None if that cannot be told."""
        value, complete = self._value, self._complete and not self.is_open
        if not self._known or value is None:
            return None
        if self._items is not None:
            return self._file.program.items(value.span, value.path, list(self._items), complete=complete)
        if self._entries is not None:
            return Record(value.span, value.path, tuple(self._entries), complete)
        if not self._added:
            return value
        name = self._name or self._added[0][1]
        joined = self._file.joined(name, [(value, name, self._file), *self._added])
        if isinstance(joined, Text) and isinstance(value, Text):
            return replace(joined, span=value.span, path=value.path, definition=value.definition)
        return joined if isinstance(joined, Text | Scalar) else None
