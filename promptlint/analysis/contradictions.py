"""Instructions of one prompt that cannot both be followed: typed claims about the answer, and a rule with its opposite."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.analysis.memory import Memory, remembered
from promptlint.analysis.statements import Statement, vocabulary
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

if TYPE_CHECKING:
    from promptlint.analysis import Analysis
    from promptlint.analysis.length import StatedLength

__all__ = ["Claim", "Contradiction", "contradictions"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence asks of the whole answer: a value of a topic (``length``: ``short``), and the words that say so."""

    topic: str
    value: str
    message: int
    span: Span

    def contains(self, other: Claim) -> bool:
        """Whether the words of `other` are among the words of this claim."""
        return self.message == other.message and self.span.contains(other.span)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two claims, in the order of the text, that cannot both be met."""

    first: Claim
    second: Claim


@dataclass(frozen=True, slots=True, eq=False)
class _Topics:
    language: str
    values: Sequence[tuple[str, str, re.Pattern[str]]]
    part: re.Pattern[str]
    forbids: re.Pattern[str]


@cache
def _topics(language: str) -> _Topics:
    data = load_data("contradictions")[language]
    topics: Mapping[str, Mapping[str, str]] = data["topics"]
    return _Topics(
        language,
        [
            (topic, value, regex(pattern, re.IGNORECASE | re.MULTILINE))
            for topic, values in topics.items()
            for value, pattern in values.items()
        ],
        regex(data["part"], re.IGNORECASE),
        regex(data["forbids"], re.IGNORECASE),
    )


def contradictions(analysis: Analysis) -> Iterator[Contradiction]:
    """The contradictions of a prompt, at most one for each topic and one for each rule and its opposite."""
    if analysis.language not in LANGUAGES:
        return
    topics = _topics(analysis.language)
    found = [each for each in analysis.statements if not _forbids(each.scope.above, analysis.language)]
    typed = [*_in_topics(found, topics), *_in_lengths(analysis, found, topics)]
    yield from typed
    for opposite in _opposites(found, analysis.language):
        if not any(opposite.second.contains(each.second) for each in typed):
            yield opposite


@remembered
def _forbids(above: str, language: str) -> bool:
    return _topics(language).forbids.search(above) is not None


def _in_topics(found: Sequence[Statement], topics: _Topics) -> Iterator[Contradiction]:
    claims: dict[str, list[tuple[Claim, Statement]]] = defaultdict(list)
    said_of = _SAID.together([(one.plain, topics.language) for one in found], _say)
    for one, sayings in zip(found, said_of, strict=True):
        for each in sayings:
            place = each.span.shift(one.sentence.span.start)
            claims[each.about].append((Claim(each.topic, each.value, one.scope.message, place), one))
    for said in claims.values():
        contradiction = _first(said)
        if contradiction is not None:
            yield contradiction


@dataclass(frozen=True, slots=True)
class _Saying:
    """What a sentence says about the whole answer, at a place of it. Only sayings `about` the same can contradict each other."""

    about: str
    topic: str
    value: str
    span: Span


_SAID: Memory[tuple[str, str], tuple[_Saying, ...]] = Memory()
_APART = "\n.;,:\n"
"""Stands between sentences that are searched at once, so that no pattern looks from one into the next."""


def _say(keys: Sequence[tuple[str, str]]) -> Iterator[tuple[_Saying, ...]]:
    """What sentences say, each given with its language, which is the same for all."""
    topics = _topics(keys[0][1])
    texts = [text for text, _ in keys]
    starts = list(accumulate((len(text) + len(_APART) for text in texts), initial=0))
    together = _APART.join(texts)
    found: defaultdict[int, list[_Saying]] = defaultdict(list)
    for topic, value, pattern in topics.values:
        for index in _touched(pattern, together, starts):
            saying = _saying(topic, value, pattern.search(texts[index]), topics)
            if saying is not None:
                found[index].append(saying)
    return (tuple(found.get(index, ())) for index in range(len(texts)))


def _touched(pattern: re.Pattern[str], text: str, starts: Sequence[int]) -> Iterator[int]:
    """The numbers of the pieces of a text that a match lies in or reaches into."""
    behind = 0
    for match in pattern.finditer(text):
        first, last = bisect_right(starts, match.start()) - 1, bisect_right(starts, match.end()) - 1
        yield from range(max(first, behind), last + 1)
        behind = last + 1


def _saying(topic: str, value: str, match: re.Match[str] | None, topics: _Topics) -> _Saying | None:
    if match is None:
        return None
    outside = match.string[: match.start()] + " " + match.string[match.end() :]
    if topics.part.search(outside):
        return None
    named = next((text.lower() for text in match.groupdict().values() if text), "")
    # a pattern of several values names the value, one of several things the thing
    return _Saying(f"{topic} {named}" if value else topic, topic, value or named, Span(*match.span()))


def _first(said: Sequence[tuple[Claim, Statement]]) -> Contradiction | None:
    """The first claim and the first that contradicts it in another sentence."""
    for index, (second, two) in enumerate(said):
        for first, one in said[: min(index, 20)]:
            if first.value != second.value and one is not two and _together(one, two):
                return Contradiction(first, second)
    return None


def _together(one: Statement, two: Statement) -> bool:
    """Whether both hold for the same thing whenever one of them is sent."""
    if one.scope.branch != two.scope.branch:
        return False
    return one.scope.near(two.scope) or (one.scope.general and two.scope.general)


def _in_lengths(analysis: Analysis, found: Sequence[Statement], topics: _Topics) -> Iterator[Contradiction]:
    """Two stated lengths of the whole answer in one unit that exclude each other."""
    at = {(each.scope.message, each.sentence.span.start): each for each in found}
    starts = sorted(at)
    stated: list[tuple[StatedLength, Statement]] = []
    for length in analysis.lengths:
        if length.scope != "answer" or length.unit == "items":
            continue
        index = bisect_right(starts, (length.message, length.span.start)) - 1
        there = at[starts[index]] if index >= 0 else None
        if there is None or topics.part.search(there.plain):
            continue
        stated.append((length, there))
    for index, (two, there) in enumerate(stated):
        for one, here in stated[:index]:
            if one.unit == two.unit and here is not there and _together(here, there) and _exclude(one, two):
                yield Contradiction(
                    Claim("stated-length", str(one), one.message, one.span),
                    Claim("stated-length", str(two), two.message, two.span),
                )
                return


def _exclude(one: StatedLength, two: StatedLength) -> bool:
    """Whether no length meets both."""

    def most(length: StatedLength) -> float:
        return float("inf") if length.bound == "lower" else length.number

    def least(length: StatedLength) -> float:
        return 0 if length.bound == "upper" else length.least

    return most(one) < least(two) or most(two) < least(one)


_FEWEST = 2
"""Content words that a rule and its opposite must share."""


def _opposites(found: Sequence[Statement], language: str) -> Iterator[Contradiction]:
    """A rule and the same rule negated."""
    known = vocabulary(language)
    seen: dict[frozenset[str], list[Statement]] = defaultdict(list)
    for one in found:
        words = frozenset(one.words)
        if len(words) < _FEWEST or one.narrows or one.sentence.text.rstrip("*_ ").endswith((":", "?")):
            continue
        if known.says("deictic", one.sentence.text):
            continue
        for other in seen[words][:10]:
            negated = one.banned == words and not other.banned
            affirmed = other.banned == words and not one.banned
            if not (negated or affirmed) or other.literals != one.literals or not _together(other, one):
                continue
            if known.says("urges", one.sentence.text):
                yield Contradiction(
                    Claim("opposite", "", other.scope.message, other.sentence.span),
                    Claim("opposite", "", one.scope.message, one.sentence.span),
                )
                break
        seen[words].append(one)
