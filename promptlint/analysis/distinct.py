"""Which literals a long text holds, asked of its different words: they are a third of it, and most literals are in no text."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["Distinct", "told"]


class Distinct:
    """A text in lower case as far as literals are looked for in it."""

    def __init__(self, lowered: str) -> None:
        self.lowered = lowered
        self.words = " ".join(set(lowered.split()))
        """What stands between white space in the text, each but once: what holds no white space is here or not in the text."""

    def held(self, literals: tuple[str, ...]) -> list[str]:
        """Those of some literals in lower case that the text holds."""
        words = self.words
        return [
            literal
            for word, literal in _by_word(literals)
            if word in words and (word == literal or literal in self.lowered)
        ]


def told(literals: tuple[str, ...], words: str) -> list[str]:
    """Those of some literals that a text may hold which has these words (see `Distinct`); the others it does not hold."""
    return [literal for word, literal in _by_word(literals) if word in words]


@lru_cache(maxsize=1_000)
def _by_word(literals: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Literals, each behind the longest of its words: where that is not, the literal is not."""
    return tuple((max(literal.split(), key=len, default=""), literal) for literal in literals)
