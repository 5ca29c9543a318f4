"""Which of many literals a text holds, in one pass over its words whatever the number of literals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["Literals", "Words", "holds_any", "places_of", "words_in"]

_GRAM = 3
"""Code points of a word by which the literals that it may hold are looked up."""
_MOST = 50_000
"""Words about which it is kept which literals they hold."""
_NONE: tuple[frozenset[int], tuple[int, ...]] = frozenset(), ()


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
            others = text.encode(errors="surrogatepass").translate(None, _ASCII)
            apart = [each for each in set(others.decode(errors="surrogatepass")) if not self._belongs(each)]
            if len(apart) > _FEW:
                text = text.translate(dict.fromkeys(map(ord, apart), " "))
            for each in apart if len(apart) <= _FEW else ():
                text = text.replace(each, " ")
        # several times as fast as the translation of text
        return text.encode().translate(self._apart).decode()


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


class Literals:
    """Literals in lower case, each known by its number.

    A literal lies inside a word of the text, or one of its own words does. So each distinct word is looked at once for all
    texts, and a literal of several words is only looked for where the longest of them was seen.
    """

    def __init__(self, literals: Sequence[str]) -> None:
        self.literals = literals
        self._loose: list[int] = []
        self._by_gram: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        self._whole: set[int] = set()
        for number, literal in enumerate(literals):
            longest = max(_WORDS.find(literal), key=len, default="")
            if longest == literal:
                self._whole.add(number)
            if len(longest) < _GRAM:
                self._loose.append(number)
            else:
                self._by_gram[longest[:_GRAM]].append((longest, number))
        # of each word the literals that it holds, and those of which it may be a word; the words that have any; replaced at
        # once, for there are threads
        self._seen: tuple[dict[str, tuple[frozenset[int], tuple[int, ...]]], set[str]] = {}, set()

    def held_among(self, words: frozenset[str], lowered: str) -> set[int]:
        """The numbers of the literals that a text in lower case holds, whose words these are."""
        known, telling = self._seen
        if not words <= known.keys():
            known, telling = self._look(words)
        found: set[int] = set()
        for word in words & telling:
            whole, parts = known[word]
            found |= whole
            for number in parts:
                if self.literals[number] in lowered:
                    found.add(number)
        for number in self._loose:
            if self.literals[number] in lowered:
                found.add(number)
        return found

    def _look(self, words: Iterable[str]) -> tuple[dict[str, tuple[frozenset[int], tuple[int, ...]]], set[str]]:
        """What is known of words, these among them."""
        known, telling = self._seen
        if len(known) > _MOST:
            known, telling = self._seen = {}, set()
        for word in words:
            if word in known:
                continue
            found = {
                number
                for start in range(len(word) - _GRAM + 1)
                for part, number in self._by_gram.get(word[start : start + _GRAM], ())
                if word.startswith(part, start)
            }
            if found:
                telling.add(word)
            known[word] = (frozenset(found & self._whole), tuple(found - self._whole)) if found else _NONE
        return known, telling
