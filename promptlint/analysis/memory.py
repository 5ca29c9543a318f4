"""What was found out about a sentence, kept while the sentence is likely to come again: after each key that somebody types."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["SENTENCES", "Memory"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

SENTENCES = 8_192
"""Sentences that are remembered: those of several long prompts."""


class Memory(Generic[K, V]):
    """Values by key, for a function that cannot take all of what it needs as a key. Forgets everything when it is full."""

    def __init__(self, size: int = SENTENCES) -> None:
        self._size = size
        self._known: dict[K, V] = {}

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key, made when it is not known."""
        try:
            return self._known[key]
        except KeyError:
            pass
        value = make()
        if len(self._known) >= self._size:
            self._known.clear()
        self._known[key] = value
        return value
