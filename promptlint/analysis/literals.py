"""Which of many literals a text holds, in one pass over the text whatever their number, and its words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from threading import Lock

from promptlint.lazy import attribute, dataclass

__all__ = ["LETTERS", "HeldLiterals", "Literals", "Words", "holds_any", "places_of", "words_in"]

_ASCII = bytes(range(128))
_FEW = 30
"""Different characters that are replaced one by one, which for so many is faster than all at once."""


class Words:
    """Finds the words of a text: the runs of characters that belong to a word."""

    def __init__(self, belongs: Callable[[str], bool]) -> None:
        self._belongs = belongs
        apart = (each for each in map(chr, range(128)) if not belongs(each) and not each.isspace())
        self._apart = bytes.maketrans(found := "".join(apart).encode(), b" " * len(found))

    def find(self, text: str) -> list[str]:
        """The words, in their order."""
        return self.blanked(text).split()

    def blanked(self, text: str) -> str:
        """A text with blanks for what belongs to no word; the line ends of ASCII stay."""
        if not text.isascii():
            others = set(text.encode(errors="surrogatepass").translate(None, _ASCII).decode(errors="surrogatepass"))
            apart = [each for each in others if not self._belongs(each)]
            if len(apart) == len(others):  # dashes, quotation marks, what stands for variables
                text = text.encode("ascii", "replace").decode()
            elif len(apart) > _FEW:
                text = text.translate(dict.fromkeys(map(ord, apart), " "))
            else:
                for each in apart:
                    text = text.replace(each, " ")
        # several times as fast as the translation of text
        return text.encode().translate(self._apart).decode()


LETTERS = Words(lambda each: each.isalnum() and not each.isdecimal())
"""Runs of letters, those within a word that holds digits or underscores too."""
_WORDS = Words(lambda each: each.isalnum() or each == "_")


def words_in(lowered: str) -> frozenset[str]:
    """The different words of a text in lower case."""
    return frozenset(_WORDS.find(lowered))


def holds_any(lowered: str, literals: Iterable[str]) -> bool:
    """Whether a text in lower case holds one of a few literals; of many, `Literals` tells which."""
    return any(map(lowered.__contains__, literals))


def places_of(word: str, text: str) -> Iterator[int]:
    """The offsets at which a word stands in a text, inside of other words too."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


_LITTLE = 2000
"""Code points in which literals are found one by one before it takes longer than to make the automaton."""
_MUCH = 200_000
"""Code points before it pays to make it the large way, which takes four times as long and finds in half the time."""


class Literals:
    """Different literals in lower case, which are all looked for at once (by an Aho-Corasick automaton)."""

    def __init__(self, literals: Collection[str]) -> None:
        self._literals = literals
        self._looked_at = 0

    @attribute
    def _find(self) -> Callable[[str, bool], list[str]]:
        return _automaton(self._literals, large=False)

    @attribute
    def _find_fast(self) -> Callable[[str, bool], list[str]]:
        return _automaton(self._literals, large=True)

    def found(self, lowered: str) -> list[str]:
        """Those that a text in lower case holds, each as often as it does."""
        self._looked_at += len(lowered)
        try:
            if self._looked_at > _LITTLE:
                return (self._find if self._looked_at <= _MUCH else self._find_fast)(lowered, True)
        except UnicodeEncodeError:  # half of a surrogate pair in the text
            pass
        held = filter(lowered.__contains__, self._literals)
        return [literal for literal in held for _ in places_of(literal, lowered)]

    def held(self, lowered: str) -> set[str]:
        """Those that a text in lower case holds."""
        return set(self.found(lowered))


def _automaton(literals: Collection[str], *, large: bool) -> Callable[[str, bool], list[str]]:
    from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

    kind = Implementation.DFA if large else Implementation.ContiguousNFA
    made = AhoCorasick(literals, matchkind=MatchKind.Standard, store_patterns=True, implementation=kind)
    return made.find_matches_as_strings


class HeldLiterals:
    """Which literals a text in lower case holds, of all that are asked for while it is looked at.

    A process asks for the same ones in every text. So those that were asked for in earlier texts are looked for at once, and with
    them the longest rare word of each, which tells what it may hold across line ends.
    """

    def __init__(self, lowered: str) -> None:
        self.lowered = lowered
        self._number = len(_asked)

    def perhaps(self, literals: tuple[str, ...]) -> list[str]:
        """Those of some literals whose longest word it holds; it does not hold the others, whatever stands between words."""
        asked = _asked.get(literals) or _ask(literals)
        found: Container[str] = self.lowered
        if asked.number < self._number:
            found = self._found
            if found.isdisjoint(asked.words):  # as most are
                return []
        return [literal for word, literal in asked.by_word if word in found]

    def held(self, literals: tuple[str, ...]) -> list[str]:
        """Those of some literals that it holds."""
        asked = _asked.get(literals) or _ask(literals)
        found = self._found if asked.number < self._number else self.lowered
        return [literal for literal in literals if literal in found]

    @attribute
    def _found(self) -> set[str]:
        return _all_of(self._number).held(self.lowered) | {""}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Literals that were asked for: as the how manyth ones, and each behind the longest of its words."""

    number: int
    by_word: tuple[tuple[str, str], ...]
    words: frozenset[str]


_COMMON = frozenset({"my", "this", "very", "you", "your"})
"""Words that most texts hold."""


def _tells(word: str) -> tuple[bool, int]:
    return word not in _COMMON, len(word)


_asked: dict[tuple[str, ...], _Asked] = {}
_asking = Lock()


def _ask(literals: tuple[str, ...]) -> _Asked:
    by_word = tuple((max(literal.split(), key=_tells, default=""), literal) for literal in literals)
    words = frozenset(word for word, _ in by_word)
    with _asking:
        return _asked.setdefault(literals, _Asked(len(_asked), by_word, words))


@lru_cache(maxsize=1)
def _all_of(number: int) -> Literals:
    """All literals of which so many were asked for, and the longest words of them."""
    asked = islice(tuple(_asked.items()), number)
    return Literals({each for literals, known in asked for each in (*literals, *known.words) if each})
