"""How much the variables of a prompt hold: what its file declares, else what is stated, else a convention that is named.

Lists are known by their items: a loop over one runs as often as it has items, and what its body fills in is one of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from math import ceil
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from promptlint.analysis.variables import Purpose, purpose_of
from promptlint.basis import Size
from promptlint.lazy import attribute, dataclass, regex
from promptlint.prompt import Control, Declaration, Message, Variable

if TYPE_CHECKING:
    from promptlint.analysis import Analysis

__all__ = ["ASSUMED", "ASSUMED_ITEMS", "CHARACTERS_PER_TOKEN", "Known", "Rounds", "Sizes", "Value"]

ASSUMED: Final[Mapping[Purpose, int]] = {
    "document": 1_000,
    "message": 200,
    "question": 30,
    "history": 1_000,
    "result": 500,
    "examples": 500,
    "format": 150,
    "volatile": 15,
    "session": 15,
    "scalar": 5,
    "unknown": 50,
}
"""Tokens that a variable is taken to hold where nothing says how much. Conventions, not measurements: state your own sizes."""
ASSUMED_ITEMS: Final = 3
"""How many items a list is taken to have where nothing says so. A convention as well."""
CHARACTERS_PER_TOKEN: Final = 4
"""For limits that are declared in characters: what is expected of a value that is as long as it may be.

Own measurement over 10 MB of prose, Markdown, JSON and code in five languages: 3.8 bytes per token of o200k_base.
"""

Known: TypeAlias = Literal["sample", "declared", "schema", "stated", "assumed"]
"""How a size is known: by a value in the file, a limit in the file, the schema of the answer, the configuration, or not at all."""

_OUTPUT_FORMAT: Final = "ctx.output_format"
"""BAML's variable for the schema of the answer."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a variable holds wherever it is filled in: the tokens expected, the most there may be (None: nothing says), how that is known.

    `name` is the variable with the attributes taken of it (``email.body``); `over` is the list that it is an item of.
    """

    name: str
    over: str | None
    purpose: Purpose
    tokens: int
    maximum: int | None
    known: Known


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often a loop over `name` runs: as expected, and at most (None: nothing says). Not `known`: nothing says anything."""

    name: str
    expected: int
    maximum: int | None
    known: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """What is filled in at one place: `path` are the steps from `root`, which is a variable, or the list that it is an item of."""

    name: str
    purpose: Purpose
    root: str
    path: tuple[str, ...]
    item: bool

    @property
    def key(self) -> tuple[str, str | None]:
        return self.name, self.root if self.item else None


_TRAIL: Final = regex(r"(?:\.\w+|\[['\"]?\w+['\"]?\])*")
_STEP: Final = regex(r"\w+")
_BOUND: Final = regex(r"\bfor\s+([\w\s,()]+?)\s+(?:in|of)\b|\bas\s*\|([^|]*)\|")
"""Where a loop names its items."""
_COUNTER: Final = regex(r"^\W*(?:@|loop\.|forloop\.)")


class Sizes:
    """The sizes of a prompt's variables.

    `stated` are those of the configuration, `count` counts tokens, and `schema` are those of the answer's schema.
    """

    def __init__(
        self, analysis: Analysis, stated: Mapping[str, Size], count: Callable[[str], int], schema: int = 0
    ) -> None:
        self._stated = stated
        self._count = count
        self._schema = schema
        self._declared: dict[str, Declaration] = {each.name: each for each in analysis.prompt.declared or ()}
        self._slots = {(slot.message, slot.span): slot for slot in analysis.slots} if _fills(analysis) else {}
        self._places: dict[tuple[int, int], _Place] = {}
        self._lists: dict[tuple[int, int], tuple[str, tuple[str, ...]]] = {}
        for index, message in enumerate(analysis.prompt.messages):
            self._look(index, message)
        self._values: dict[tuple[str, str | None], Value] = {}

    @attribute
    def holds_schema(self) -> bool:
        """Whether a variable writes the answer's schema into the text."""
        return any(place.name == _OUTPUT_FORMAT for place in self._places.values())

    def value(self, message: int, part: int) -> Value | None:
        """What the variable with that number among the parts of a message holds; None where it fills in nothing."""
        place = self._places.get((message, part))
        if place is None:
            return None
        if place.key not in self._values:
            self._values[place.key] = self._value(place)
        return self._values[place.key]

    def rounds(self, message: int, part: int) -> Rounds:
        """How often the loop runs that the control with that number opens."""
        root, path = self._lists.get((message, part), ("", ()))
        name = ".".join((root, *path)) or "something"
        stated = self._stated.get(name) or (self._stated.get(root) if not path else None)
        items = None if stated is None else stated.items
        sample = self._sample(root, path)
        if isinstance(sample, list):
            expected = len(sample) if items is None else min(len(sample), items)
            return Rounds(name, expected, items, known=True)
        if items is not None:
            return Rounds(name, items, items, known=True)
        return Rounds(name, ASSUMED_ITEMS, None, known=False)

    # -- places -------------------------------------------------------------------------------------------------------

    def _look(self, index: int, message: Message) -> None:
        loops: list[tuple[int, str, tuple[str, ...], frozenset[str]]] = []
        for number, part in enumerate(message.parts):
            while loops and loops[-1][0] <= number:
                loops.pop()
            if isinstance(part, Control) and part.kind == "loop" and part.role == "open":
                tag = message.text[part.span.start : part.span.end]
                root, path = _list_of(message.text, part)
                self._lists[index, number] = root, path
                if part.partner is not None:
                    loops.append((part.partner, root, path, _bound(tag)))
            elif isinstance(part, Variable) and len(part.span):
                self._places[index, number] = self._place(index, message, part, loops)

    def _place(
        self,
        index: int,
        message: Message,
        part: Variable,
        loops: list[tuple[int, str, tuple[str, ...], frozenset[str]]],
    ) -> _Place:
        slot = self._slots.get((index, part.span))
        use = next((use for use in part.uses if use.sure), part.uses[0] if part.uses else None)
        name = slot.name if slot is not None else use.name if use is not None else "a file"
        purpose = slot.purpose if slot is not None else purpose_of(name)
        first, *rest = _STEP.findall(name) or [name]
        if _COUNTER.match(message.text[part.span.start : part.span.end]):
            return _Place(name, "scalar", first, tuple(rest), item=False)
        # what a loop names itself is no variable of the prompt, and in some languages neither is a name that is not sure
        if loops and (use is None or not use.sure):
            for _, root, path, names in reversed(loops):
                if first in names:
                    return _Place(name, purpose, root, (*path, *rest), item=True)
            _, root, path, names = loops[-1]
            if not names or use is not None:
                steps = rest if first == "this" else (first, *rest)
                return _Place(name, purpose, root, (*path, *steps), item=True)
        return _Place(name, purpose, first, tuple(rest), item=False)

    # -- sizes --------------------------------------------------------------------------------------------------------

    def _value(self, place: _Place) -> Value:
        stated, sharing = self._stated_of(place)
        most = None if stated is None or stated.maximum is None else _share(stated.maximum, sharing)
        declared = None if place.item or place.path else self._declared.get(place.root)
        limit = None if declared is None else declared.max_length
        if limit is not None:
            most = limit if most is None else min(most, limit)
        sampled = self._sampled(place)
        if sampled is not None:
            # a limit may be in characters, of which a token can have several: the sample is the better witness
            return _made(place, sampled, None if most is None else max(most, sampled), "sample")
        if place.name == _OUTPUT_FORMAT and self._schema and stated is None:
            return _made(place, self._schema, None, "schema")
        usual = ASSUMED[place.purpose]
        if limit is not None:
            return _made(place, min(usual, ceil(limit / CHARACTERS_PER_TOKEN), limit), most, "declared")
        if stated is not None and stated.tokens is not None:
            return _made(place, _share(stated.tokens, sharing), most, "stated")
        return _made(place, usual if most is None else min(usual, most), most, "assumed")

    def _sampled(self, place: _Place) -> int | None:
        """The tokens of the value, or of the items' average, that the file declares as a sample."""
        if not place.item:
            declared = self._declared.get(place.name)
            if declared is not None and declared.sample is not None:
                return self._count(declared.sample)
            found = self._sample(place.root, place.path)
            return None if found is _NOTHING or not place.path else self._count(_written(found))
        whole = self._declared.get(place.root)
        if whole is None or whole.sample is None:
            return None
        values = list(_leaves(self._data(place.root), place.path, depth=0))
        return ceil(sum(self._count(_written(each)) for each in values) / len(values)) if values else None

    def _sample(self, root: str, path: tuple[str, ...]) -> object:
        """The declared value at a path of attributes, read as JSON."""
        found = self._data(root)
        for step in path:
            if not isinstance(found, Mapping) or step not in found:
                return _NOTHING
            found = found[step]
        return found

    def _data(self, root: str) -> object:
        declared = self._declared.get(root)
        if declared is None or declared.sample is None or declared.sample.lstrip()[:1] not in ("[", "{"):
            return _NOTHING
        try:
            return json.loads(declared.sample)
        except (ValueError, RecursionError):
            return _NOTHING

    def _stated_of(self, place: _Place) -> tuple[Size | None, _Sharing]:
        """What is stated about a variable: under its own name, that of its list, or that of the object which it is a part of.

        The parts of an object, and of an item, share what is stated about the whole.
        """
        if place.name in self._stated and not (place.item and place.name == place.root):
            return self._scaled(place.name, place), _ALONE
        owner = self._owner(place)
        if owner is None:
            return None, _ALONE
        parts = self._parts[owner]
        return self._scaled(owner, place), (parts.index(place.key), len(parts))

    def _scaled(self, name: str, place: _Place) -> Size:
        """A list that is filled in as a whole holds all of its items."""
        size = self._stated[name]
        if size.items is None or place.item:
            return size
        times = size.items
        return Size(
            None if size.tokens is None else size.tokens * times,
            None if size.maximum is None else size.maximum * times,
            size.items,
        )

    def _owner(self, place: _Place) -> str | None:
        steps = (place.root, *place.path)
        longest = max((name.count(".") + 1 for name in self._stated), default=0)
        names = (".".join(steps[:length]) for length in range(min(len(steps), longest), 0, -1))
        return next((name for name in names if name in self._stated), None)

    @attribute
    def _parts(self) -> Mapping[str, list[tuple[str, str | None]]]:
        """What shares each stated size, in the order of the prompt."""
        found: dict[str, list[tuple[str, str | None]]] = {}
        for place in self._places.values():
            owner = self._owner(place)
            if owner is None or (place.name in self._stated and not (place.item and place.name == place.root)):
                continue
            parts = found.setdefault(owner, [])
            if place.key not in parts:
                parts.append(place.key)
        return found


_NOTHING: Final = object()
_Sharing: TypeAlias = tuple[int, int]
"""Which of how many parts."""
_ALONE: Final[_Sharing] = (0, 1)


def _fills(analysis: Analysis) -> bool:
    return any(isinstance(part, Variable) for message in analysis.prompt.messages for part in message.parts)


def _share(tokens: int, sharing: _Sharing) -> int:
    number, parts = sharing
    return tokens // parts + (number < tokens % parts)


def _made(place: _Place, tokens: int, maximum: int | None, known: Known) -> Value:
    return Value(place.name, place.root if place.item else None, place.purpose, tokens, maximum, known)


def _list_of(text: str, part: Control) -> tuple[str, tuple[str, ...]]:
    """What a loop goes through: the variable, and the attributes taken of it."""
    if not part.uses:
        return "", ()
    use = part.uses[0]
    trail = _TRAIL.match(text, use.span.end, part.span.end)
    return use.name, tuple(_STEP.findall(trail.group())) if trail else ()


def _bound(tag: str) -> frozenset[str]:
    """The names that a loop's tag gives to its items; none where the language has a context instead."""
    match = _BOUND.search(tag)
    return frozenset(_STEP.findall(match[1] or match[2] or "")) if match else frozenset()


_DEEPEST: Final = 20


def _leaves(value: object, path: tuple[str, ...], *, depth: int) -> Iterator[object]:
    """What stands at a path in each item of a list, and of the lists in it; the whole item where the path leads nowhere."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item, path, depth=depth + 1)
    elif path and isinstance(value, Mapping):
        if path[0] in value:
            yield from _leaves(value[path[0]], path[1:], depth=depth + 1)
    elif value is not _NOTHING and value is not None:
        yield value


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
