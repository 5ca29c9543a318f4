"""The ways in which Python fills text in: ``str.format``, ``%`` and ``string.Template``, each with its own syntax."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from promptlint.formats.code.pieces import HOLE, Tape, computed, doubling, renoted
from promptlint.formats.code.values import Given, Hole, Piece, Scalar, Text, Value
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

__all__ = ["Argument", "Arguments", "dollar_filled", "format_filled", "percent_filled", "scalar_text"]


@dataclass(frozen=True, slots=True)
class Argument:
    """What a field is filled with: its value, the names that its expression reads, and where it or its keyword stands."""

    value: Value
    uses: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a call fills a text in with. Not `complete`: it may give others (``**values``)."""

    positional: tuple[Argument, ...] = ()
    named: Mapping[str, Argument] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class _Slot:
    """A field of a template: its range, what fills it in, and where in its text the names stand that it reads.

    `plain` says that what it is filled with goes in as ``str`` makes a string of it.
    """

    start: int
    end: int
    key: str | int | None
    uses: tuple[tuple[str, int, int], ...]
    plain: bool


@dataclass(frozen=True, slots=True)
class _Escape:
    """Characters that stand for `text`. Not `placed`: nothing must be written before them."""

    start: int
    end: int
    text: str
    placed: bool = True


def scalar_text(scalar: Scalar) -> str | None:
    """What ``str`` makes of a number, a truth value or None."""
    return str(scalar.value) if isinstance(scalar.value, (bool, int, float)) or scalar.value is None else None


def format_filled(text: Text, arguments: Arguments) -> Text:
    """``text.format(*arguments)``. What ``str.format`` would refuse stays as it is."""
    return _filled(text, _format_fields, arguments, "{}")


def percent_filled(text: Text, arguments: Arguments) -> Text:
    """``text % arguments``. What the operator would refuse stays as it is."""
    return _filled(text, _percent_fields, arguments, "%")


def dollar_filled(text: Text, arguments: Arguments, *, safe: bool) -> Text:
    """``Template(text).substitute(**arguments)``; `safe`: names that are not given stay text."""

    def fields(template: str) -> Iterator[_Slot | _Escape]:
        for found in _dollar_fields(template, safe=safe):
            if isinstance(found, _Slot) and safe and arguments.complete and found.key not in arguments.named:
                continue
            yield found

    return _filled(text, fields, arguments, "$")


class _Refused(Exception):  # noqa: N818
    """The template is not valid."""


def _filled(text: Text, fields: Callable[[str], Iterator[_Slot | _Escape]], arguments: Arguments, doubled: str) -> Text:
    pieces = renoted(text.pieces, doubling(doubled))
    tape = Tape(pieces)
    cuts: list[tuple[int, int, Sequence[Piece]]] = []
    known: set[str | int] = set()
    try:
        for found in fields(tape.text):
            if isinstance(found, _Escape):
                cuts.append((found.start, found.end, [_escape(tape, found)]))
            else:
                cuts.append((found.start, found.end, _slot_pieces(tape, found, arguments, known)))
    except _Refused:
        return Text(text.span, text.path, text.pieces, None, filled=True, definition=text.definition)
    given = None
    if arguments.complete:
        given = tuple(Given(name, argument.span) for name, argument in arguments.named.items() if name not in known)
        unknown = [argument for index, argument in enumerate(arguments.positional) if index not in known]
        given += tuple(Given(name, argument.span) for argument in unknown for name in argument.uses)
    return Text(text.span, text.path, tape.spliced(cuts), given, filled=True, definition=text.definition)


def _escape(tape: Tape, found: _Escape) -> Piece:
    """An escape of the template as one run; where it goes across two literals it has no place."""
    first = tape.take(found.start, found.end)[0]
    if isinstance(first, Hole):
        raise _Refused
    place = tape.place(found.start, found.end) if found.placed and len(first.text) == found.end - found.start else None
    return replace(first, text=found.text, runs=((len(found.text), place[1] if place else None),))


def _slot_pieces(tape: Tape, slot: _Slot, arguments: Arguments, known: set[str | int]) -> Sequence[Piece]:
    argument: Argument | None = None
    if isinstance(slot.key, int):
        argument = arguments.positional[slot.key] if slot.key < len(arguments.positional) else None
    elif slot.key is not None:
        argument = arguments.named.get(slot.key)
    if argument is not None:
        pieces: Sequence[Piece] | None = None
        if isinstance(argument.value, Text) and slot.plain:
            pieces = argument.value.pieces
        elif isinstance(argument.value, Scalar) and slot.plain:
            shown = scalar_text(argument.value)
            pieces = None if shown is None else [computed(shown, tape.literal_at(slot.start), argument.value.path)]
        if pieces is not None:
            if slot.key is not None:
                known.add(slot.key)
            return pieces
    place = tape.place(slot.start, slot.end)
    if place is None or HOLE in tape.text[slot.start : slot.end]:
        raise _Refused
    path, span = place
    text = tape.text[slot.start : slot.end]
    uses = [(name, Span(start - slot.start, end - slot.start)) for name, start, end in slot.uses]
    if isinstance(slot.key, int) and argument is not None:
        uses = [(name, Span(0, len(text))) for name in argument.uses] + uses
    return [Hole(text, span, path, tuple(uses))]


_NAME = regex(r"[^.\[\]]++")
_FIELD = regex(
    r"\{(?P<name>[^{}\[:!]*+(?:\[[^\]]*+\][^{}\[:!]*+)*+)(?:!(?P<conversion>[^:{}]))?+(?::(?P<spec>(?:[^{}]|\{[^{}]*+\})*+))?+\}"
)
_INNER = regex(r"\{([^{}\[:!.]*+)[^{}]*+\}")
_BRACE = regex(r"\{\{|\}\}|[{}]")


def _format_fields(template: str) -> Iterator[_Slot | _Escape]:
    at = 0
    number = 0
    counted: set[bool] = set()  # whether positional fields have numbers; str.format refuses a mixture
    while brace := _BRACE.search(template, at):
        if len(brace.group()) == 2:
            yield _Escape(*brace.span(), brace.group()[0])
            at = brace.end()
            continue
        match = _FIELD.match(template, brace.start())
        if match is None:
            raise _Refused
        name, spec = match["name"], match["spec"]
        root = _NAME.match(name)
        first = root.group() if root else ""
        key: str | int = first
        uses: list[tuple[str, int, int]] = []
        if not first or _is_number(first):
            counted.add(bool(first))
            key = int(first) if first else number
            number += not first
        else:
            uses.append((first, match.start("name"), match.start("name") + len(first)))
        for inner in _INNER.finditer(template, *match.span("spec")) if spec else ():
            if not inner[1] or _is_number(inner[1]):
                counted.add(bool(inner[1]))
                number += not inner[1]
            else:
                uses.append((inner[1], *inner.span(1)))
        if len(counted) > 1:
            raise _Refused
        plain = len(first) == len(name) and not spec and match["conversion"] in (None, "s")
        yield _Slot(match.start(), match.end(), key, tuple(uses), plain)
        at = match.end()


def _is_number(name: str) -> bool:
    return len(name) < 6 and name.isascii() and name.isdigit()


_PERCENT = regex(
    r"%(?:\((?P<key>(?:[^()]|\([^()]*+\))*+)\))?+(?P<spec>[-+ #0]*+(?:\*|\d++)?+(?:\.(?:\*|\d*+))?+)[hlL]?+(?P<type>[diouxXeEfFgGcrsa%])"
)


def _percent_fields(template: str) -> Iterator[_Slot | _Escape]:
    at = template.find("%")
    number = 0
    while at >= 0:
        match = _PERCENT.match(template, at)
        if match is None:
            raise _Refused
        start, end = match.span()
        if match["type"] == "%":
            yield _Escape(start, end, "%")
        else:
            number += match["spec"].count("*")
            plain = match["type"] == "s" and not match["spec"]
            if match["key"] is None:
                yield _Slot(start, end, number, (), plain)
                number += 1
            else:
                yield _Slot(start, end, match["key"], ((match["key"], *match.span("key")),), plain)
        at = template.find("%", end)


_DOLLAR = regex(
    r"\$(?:(?P<escape>\$)|(?P<name>[_a-z][_a-z0-9]*+)|\{(?P<braced>[_a-z][_a-z0-9]*+)\})?+", re.ASCII | re.IGNORECASE
)


def _dollar_fields(template: str, *, safe: bool) -> Iterator[_Slot | _Escape]:
    for match in _DOLLAR.finditer(template):
        group = match.lastgroup
        if group == "escape":
            yield _Escape(*match.span(), "$")
        elif group is not None:
            yield _Slot(*match.span(), match[group], ((match[group], *match.span(group)),), plain=True)
            behind = template[match.end() : match.end() + 1]
            if group == "name" and behind not in ("", "$", HOLE):
                yield _Escape(match.end(), match.end() + 1, behind, placed=False)
        elif not safe:
            raise _Refused
