"""What becomes of lists, dictionaries and strings that a program changes after it has made them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from promptlint.formats.code.values import Entry, Items, Record, Scalar, Text, Value
from promptlint.lazy import dataclass
from promptlint.source import Span

__all__ = ["Change", "changed", "joined_items", "merged", "opened"]


@dataclass(frozen=True, slots=True)
class Change:
    """A change: the method's name, ``+=`` or ``[]`` (the assignment to a key), with what it is given.

    `sure` says that it happens whenever the value is read, otherwise it stands in a branch or loop.
    """

    method: str
    arguments: tuple[Value, ...]
    keywords: Record | None
    sure: bool


def opened(value: Value) -> Value:
    """The value, with others that may have been added to it."""
    return replace(value, complete=False) if isinstance(value, (Items, Record)) else value


def joined_items(parts: Sequence[Value], whole: Items) -> Items:
    """Lists end to end; what is no list that can be told counts as spread in. `whole` gives the place."""
    items: list[Value] = []
    spreads: list[tuple[int, Value]] = []
    complete = True
    for part in parts:
        if isinstance(part, Items):
            spreads.extend((index + len(items), value) for index, value in part.spreads)
            items.extend(part.items)
            complete = complete and part.complete
        else:
            spreads.append((len(items), part))
            complete = False
    return Items(whole.span, whole.path, tuple(items), complete, tuple(spreads))


def merged(parts: Iterable[Value | Entry | None], span: Span, path: str) -> Record:
    """Dictionaries and entries over each other, the last entry of a key counts; None is what cannot be told."""
    entries: list[Entry] = []
    complete = True
    for part in parts:
        if isinstance(part, Entry):
            entries.append(part)
        elif isinstance(part, Record):
            entries.extend(part.entries)
            complete = complete and part.complete
        else:
            complete = False
    return Record(span, path, tuple(entries), complete)


def changed(value: Value, change: Change) -> Value | None:
    """The value after a change, None where it cannot be told."""
    if isinstance(value, Items):
        found: Value | None = _changed_items(value, change)
    elif isinstance(value, Record):
        found = _changed_record(value, change)
    elif isinstance(value, Text) or change.method == "+=":
        return None
    else:  # an object of some class: what is told of it is how it was made
        return value
    if change.sure:
        return found
    return opened(value if found is None else found)


def _changed_items(items: Items, change: Change) -> Items | None:
    first = change.arguments[0] if change.arguments else None
    if first is None:
        return None
    if change.method == "append":
        return replace(items, items=(*items.items, first))
    if change.method in ("extend", "+="):
        return joined_items([items, first], items)
    if change.method == "insert" and len(change.arguments) == 2:
        at = first.value if isinstance(first, Scalar) else None
        if isinstance(at, int) and (at == 0 or (0 <= at <= len(items.items) and items.complete)):
            spreads = tuple((index + (index >= at), value) for index, value in items.spreads)
            return replace(items, items=(*items.items[:at], change.arguments[1], *items.items[at:]), spreads=spreads)
        return replace(items, items=(*items.items, change.arguments[1]), complete=False)
    return None


def _changed_record(record: Record, change: Change) -> Record | None:
    if change.method in ("update", "+="):
        parts: list[Value] = [record, *change.arguments]
        if change.keywords is not None:
            parts.append(change.keywords)
        return merged(parts, record.span, record.path)
    if change.method in ("[]", "setdefault"):
        entry = change.keywords.entries[0] if change.keywords is not None and change.keywords.entries else None
        if entry is None:
            return replace(record, complete=False)
        if change.method == "setdefault" and record.get(entry.key) is not None:
            return record
        return replace(record, entries=(*record.entries, entry))
    if change.method in ("pop", "popitem", "clear"):
        key = change.arguments[0] if change.arguments else None
        text = "".join(piece.text for piece in key.pieces) if isinstance(key, Text) else None
        if change.method != "pop" or text is None:
            return None
        return replace(record, entries=tuple(entry for entry in record.entries if entry.key != text))
    return None
