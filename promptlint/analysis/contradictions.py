"""Instructions of one prompt that cannot both be followed: typed claims about the answer, and a rule with its opposite."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from promptlint.analysis.length import measures_twice
from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.analysis.literals import HeldLiterals, places_of
from promptlint.analysis.memory import remembered
from promptlint.analysis.statements import Statement, titles_and_leads, vocabulary
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
class _Value:
    """A value of a topic: how it is said, and the words (lower case) of which one is in each such saying."""

    topic: str
    value: str
    needs: frozenset[str]
    says: re.Pattern[str]


@dataclass(frozen=True, slots=True, eq=False)
class _Topics:
    language: str
    values: Mapping[str, Sequence[_Value]]
    """The values of each topic."""
    needs: tuple[str, ...]
    """What they all need."""
    part: re.Pattern[str]
    forbids: re.Pattern[str]


@cache
def _topics(language: str) -> _Topics:
    data = load_data("contradictions")[language]
    topics: Mapping[str, Mapping[str, Mapping[str, Any]]] = data["topics"]
    known = {
        topic: [
            _Value(topic, value, frozenset(said["needs"]), regex(said["re"], re.IGNORECASE | re.MULTILINE))
            for value, said in values.items()
        ]
        for topic, values in topics.items()
    }
    return _Topics(
        language,
        known,
        tuple(sorted({need for values in known.values() for value in values for need in value.needs})),
        regex(data["part"], re.IGNORECASE),
        regex(data["forbids"], re.IGNORECASE),
    )


def contradictions(analysis: Analysis) -> Iterator[Contradiction]:
    """The contradictions of a prompt, at most one for each topic and one for each rule and its opposite."""
    if analysis.language not in LANGUAGES:
        return
    topics = _topics(analysis.language)
    found: Sequence[Statement] = analysis.statements
    if len(found) < 2:
        return  # a sentence does not contradict itself
    above = {text for index in analysis.instructing for text in titles_and_leads(analysis.messages[index])}
    if any(_forbids(text, analysis.language) for text in above):
        found = [each for each in found if not _forbids(each.scope.above, analysis.language)]
    texts = [analysis.messages[index].literals for index in analysis.instructing]
    typed = [*_in_topics(found, texts, topics), *_in_lengths(analysis, found, topics)]
    yield from typed
    for opposite in _opposites(found, analysis.language):
        if not any(opposite.second.contains(each.second) for each in typed):
            yield opposite


@remembered
def _forbids(above: str, language: str) -> bool:
    return _topics(language).forbids.search(above) is not None


def _in_topics(found: Sequence[Statement], texts: Sequence[HeldLiterals], topics: _Topics) -> Iterator[Contradiction]:
    """Contradictions about one topic; `texts` are those of the messages."""
    held = {need for text in texts for need in text.perhaps(topics.needs)}
    # nothing contradicts the only value of a topic, but for a topic whose one expression names the value
    perhaps = [
        values
        for values in topics.values.values()
        if sum(not held.isdisjoint(value.needs) for value in values) >= min(len(values), 2)
    ]
    if not perhaps:
        return
    lowered = [one.sentence.text.lower() for one in found]
    starts = list(accumulate((len(text) + 1 for text in lowered), initial=0))
    together = "\n".join(lowered)
    said: list[tuple[int, _Saying]] = []
    for values in perhaps:
        holders = [_holders(held & value.needs, together, starts) for value in values]
        if len(values) > 1 and sum(map(bool, holders)) < 2:
            continue
        for value, numbers in zip(values, holders, strict=True):
            for number in numbers:
                saying = _saying(found[number].plain, value, topics)
                if saying is not None:
                    said.append((number, saying))
    claims: dict[str, list[tuple[Claim, Statement]]] = defaultdict(list)
    for number, each in sorted(said, key=lambda saying: saying[0]):
        one = found[number]
        place = each.span.shift(one.sentence.start)
        claims[each.about].append((Claim(each.topic, each.value, one.message, place), one))
    for claimed in claims.values():
        contradiction = _first(claimed)
        if contradiction is not None:
            yield contradiction


def _holders(needs: Iterable[str], text: str, starts: Sequence[int]) -> list[int]:
    """The numbers of the lines of a text that hold one of some words; `starts` is where they start."""
    return sorted({bisect_right(starts, at) - 1 for need in needs for at in places_of(need, text)})


@dataclass(frozen=True, slots=True)
class _Saying:
    """What a sentence says about the whole answer, at a place of it. Only sayings `about` the same can contradict each other."""

    about: str
    topic: str
    value: str
    span: Span


@remembered
def _saying(text: str, value: _Value, topics: _Topics) -> _Saying | None:
    """What a sentence says of a topic."""
    match = value.says.search(text)
    if match is None:
        return None
    outside = text[: match.start()] + " " + text[match.end() :]
    if topics.part.search(outside):
        return None
    named = next((text.lower() for text in match.groupdict().values() if text), "")
    # a pattern of several values names the value, one of several things the thing
    about = f"{value.topic} {named}" if value.value else value.topic
    return _Saying(about, value.topic, value.value or named, Span(*match.span()))


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
    if not measures_twice(analysis):
        return
    lengths = [length for length in analysis.lengths if length.scope == "answer" and length.unit != "items"]
    if len(lengths) < 2:
        return
    at = {(each.message, each.sentence.start): each for each in found}
    starts = sorted(at)
    stated: list[tuple[StatedLength, Statement]] = []
    for length in lengths:
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
    forbidding = {frozenset(one.words) for one in found if one.forbids and not one.narrows}
    seen: dict[frozenset[str], list[Statement]] = defaultdict(list)
    for one in found if forbidding else ():
        words = frozenset(one.words)
        if words not in forbidding or len(words) < _FEWEST:
            continue
        if one.narrows or one.sentence.text.rstrip("*_ ").endswith((":", "?")):
            continue
        if one.deictic:
            continue
        for other in seen[words][:10]:
            negated = one.forbids and not other.banned
            affirmed = other.forbids and not one.banned
            if not (negated or affirmed) or other.literals != one.literals or not _together(other, one):
                continue
            if known.says("urges", one.sentence.text) or (
                one.sentence.block != "heading" and known.says("urges", other.sentence.text)
            ):
                yield Contradiction(
                    Claim("opposite", "", other.message, other.sentence.span),
                    Claim("opposite", "", one.message, one.sentence.span),
                )
                break
        seen[words].append(one)
