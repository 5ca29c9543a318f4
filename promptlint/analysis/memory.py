"""What was found out about a text (a sentence, a line), kept while the text is likely to come again: after each key that somebody types.

Only what depends on nothing but the text and what else is in the key may be kept, so that a prompt that was seen before is
judged like a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

__all__ = ["Memory", "remembered"]

K = TypeVar("K", bound=tuple[Any, ...])
P = ParamSpec("P")
V = TypeVar("V")

_TEXTS = 4_096
_CHARACTERS = 400_000
"""Texts, and their code points, of one generation: those of several long prompts."""


class Memory(Generic[K, V]):
    """Values by key: a text, and what else they depend on.

    It holds two generations: when the younger one is full, what was not asked for since the last time is forgotten.
    """

    def __init__(self, texts: int = _TEXTS, characters: int = _CHARACTERS) -> None:
        self._texts, self._characters = texts, characters
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        self._held = 0

    def get(self, key: K, make: Callable[..., V]) -> V:
        """The value of a key, which `make` gives for the parts of the key when it is not known."""
        young = self._young  # which another thread may replace, but not empty
        if key in young:
            return young[key]
        old = self._old
        value = old[key] if key in old else make(*key)
        if len(young) >= self._texts or self._held >= self._characters:
            self._old, self._young, self._held = young, {}, 0
            young = self._young
        young[key] = value
        self._held += len(key[0])
        return value

    def several(self, keys: Iterable[K], make: Callable[..., V]) -> list[V]:
        """Those of several keys, in less time than one by one."""
        young = self._young
        return [young[key] if key in young else self.get(key, make) for key in keys]


def remembered(function: Callable[P, V]) -> Callable[P, V]:
    """A function of a text, and of what else can be a key, that remembers what it returned. It is called without keywords."""
    value = Memory[tuple[Any, ...], V]().get

    @wraps(function)
    def known(*key: P.args, **_: P.kwargs) -> V:
        return value(key, function)

    return known
