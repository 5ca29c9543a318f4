"""Which literals a long text holds, asked of its different words: they are a third of it, and most literals are in no text."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["Distinct"]


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
            for word, literal in by_word(literals)
            if word in words and (word == literal or literal in self.lowered)
        ]


@lru_cache(maxsize=1_000)
def by_word(literals: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Literals, each behind the longest of its words: where that is not, the literal is not."""
    return tuple((max(literal.split(), key=len, default=""), literal) for literal in literals)
