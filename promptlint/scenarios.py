"""Ways through the loops and branches of a message: the shortest, the one that is expected, and the longest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from typing import Final, TypeAlias

from promptlint.lazy import dataclass, regex
from promptlint.prompt import Control, Message, Text
from promptlint.sizes import Rounds

__all__ = ["Chosen", "Scenarios", "Weight", "forks", "literal_tokens", "scenarios"]

Chosen: TypeAlias = tuple[tuple[int, int], ...]
"""Numbers of parts, each with how often it is sent."""

Weight: TypeAlias = tuple[int, int, int | None]
"""The tokens of a part: at least, as expected, at most (None: nothing bounds them)."""

_MOST_TIMES: Final = 10**9
"""Loops in loops in loops run no more often than that, so that every figure stays a number that can be paid for."""
_ASKS: Final = regex(r"\bel(?:se)?\s*s?if\b|\belse\s+\w|\bwhen\b")
"""What a middle tag has that stands for one more condition, not for all other cases."""


@dataclass(frozen=True, slots=True)
class Scenarios:
    """The parts that are sent: at least (the shorter branch, no loop runs), as expected (loops run as often as expected, the
    longer branch), and at most (None: nothing bounds it).
    """

    least: Chosen
    usual: Chosen
    most: Chosen | None


@dataclass(slots=True)
class _Piece:
    """A stretch of parts, `times` over. `tokens` is what one time takes, None where nothing bounds that."""

    tokens: int | None = 0
    inner: list[int | _Piece] = field(default_factory=list)
    times: int = 1

    def add(self, piece: int | _Piece, tokens: int | None) -> None:
        self.inner.append(piece)
        self.tokens = None if self.tokens is None or tokens is None else self.tokens + tokens

    @property
    def total(self) -> int | None:
        return None if self.tokens is None else min(self.tokens * self.times, _MOST_TIMES)


@dataclass(slots=True)
class _Way:
    """One alternative of a branch, or the body of a loop."""

    least: _Piece = field(default_factory=_Piece)
    usual: _Piece = field(default_factory=_Piece)
    most: _Piece = field(default_factory=_Piece)


@dataclass(slots=True)
class _Open:
    """A loop or branch that is not closed yet, with its alternatives so far."""

    number: int = -1
    is_loop: bool = False
    ways: list[_Way] = field(default_factory=lambda: [_Way()])
    has_else: bool = False


def forks(message: Message) -> bool:
    """Whether there is more than one way through a message."""
    return any(isinstance(part, Control) and part.kind in ("loop", "branch") for part in message.parts)


def scenarios(message: Message, weigh: Callable[[int], Weight], rounds: Callable[[int], Rounds]) -> Scenarios:
    """The ways through a message. `weigh` gives the tokens of the part with a number, `rounds` how often a loop runs."""
    if not forks(message):
        every = tuple((number, 1) for number in range(len(message.parts)))
        bounded = all(weigh(number)[2] is not None for number in range(len(message.parts)))
        return Scenarios(every, every, every if bounded else None)
    stack = [_Open()]
    for number, part in enumerate(message.parts):
        if isinstance(part, Control) and part.kind in ("loop", "branch"):
            if part.role == "open":
                stack.append(_Open(number, part.kind == "loop"))
            elif part.role == "middle" and len(stack) > 1:
                stack[-1].ways.append(_Way())
                tag = message.text[part.span.start : part.span.end]
                stack[-1].has_else = not part.uses and _ASKS.search(tag) is None
            elif part.role == "close" and len(stack) > 1:
                _close(stack, rounds)
            continue
        least, usual, most = weigh(number)
        way = stack[-1].ways[-1]
        way.least.add(number, least)
        way.usual.add(number, usual)
        way.most.add(number, most)
    while len(stack) > 1:
        _close(stack, rounds)
    way = stack[0].ways[0]
    return Scenarios(
        tuple(_flat(way.least)), tuple(_flat(way.usual)), None if way.most.tokens is None else tuple(_flat(way.most))
    )


def _close(stack: list[_Open], rounds: Callable[[int], Rounds]) -> None:
    done = stack.pop()
    outer = stack[-1].ways[-1]
    if done.is_loop:
        found = _loop(done, rounds(done.number))
    else:
        ways = done.ways if done.has_else else [*done.ways, _Way()]
        found = _Way(
            min((way.least for way in ways), key=_known),
            max((way.usual for way in ways), key=_known),
            max((way.most for way in ways), key=_open_end),
        )
    outer.least.add(found.least, found.least.total)
    outer.usual.add(found.usual, found.usual.total)
    outer.most.add(found.most, found.most.total)


def _loop(done: _Open, rounds: Rounds) -> _Way:
    body = done.ways[0]
    otherwise = done.ways[1] if len(done.ways) > 1 else _Way()  # what is sent in place of an empty list
    usual, most = body.usual, body.most
    usual.times = min(rounds.expected, _MOST_TIMES)
    if not rounds.expected:
        usual = otherwise.usual
    if rounds.maximum is not None:
        most.times = min(rounds.maximum, _MOST_TIMES)
    elif most.tokens != 0:
        most = _Piece(None)
    if _open_end(otherwise.most) > _open_end(most):
        most = otherwise.most
    # one round may be shorter than what stands for an empty list
    least = min(otherwise.least, body.least, key=_known)
    return _Way(least, usual, most)


def _known(piece: _Piece) -> int:
    return piece.total or 0


def _open_end(piece: _Piece) -> float:
    total = piece.total
    return float("inf") if total is None else total


def _flat(piece: _Piece) -> Iterator[tuple[int, int]]:
    stack: list[tuple[int | _Piece, int]] = [(piece, 1)]
    while stack:
        item, times = stack.pop()
        if isinstance(item, int):
            yield item, times
        elif item.times:
            often = min(times * item.times, _MOST_TIMES)
            stack += [(inner, often) for inner in reversed(item.inner)]


def literal_tokens(message: Message, chosen: Chosen, count: Callable[[str], int]) -> int:
    """The tokens of the chosen parts' literal text; what is sent several times is counted once and multiplied."""
    texts: dict[int, list[str]] = {}
    for number, times in chosen:
        part = message.parts[number]
        if isinstance(part, Text):
            texts.setdefault(times, []).append(part.text)
    return sum(times * count("".join(pieces)) for times, pieces in texts.items())
