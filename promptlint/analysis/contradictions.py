"""Instructions of one prompt that cannot both be followed: typed claims about the answer, and a rule with its opposite."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.analysis.statements import Statement, vocabulary
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
    values: Sequence[tuple[str, str, re.Pattern[str]]]
    part: re.Pattern[str]
    forbids: re.Pattern[str]


@cache
def _topics(language: str) -> _Topics:
    data = load_data("contradictions")[language]
    topics: Mapping[str, Mapping[str, str]] = data["topics"]
    return _Topics(
        [
            (topic, value, re.compile(pattern, re.IGNORECASE | re.MULTILINE))
            for topic, values in topics.items()
            for value, pattern in values.items()
        ],
        re.compile(data["part"], re.IGNORECASE),
        re.compile(data["forbids"], re.IGNORECASE),
    )


def contradictions(analysis: Analysis) -> Iterator[Contradiction]:
    """The contradictions of a prompt, at most one for each topic and one for each rule and its opposite."""
    if analysis.language not in LANGUAGES:
        return
    topics = _topics(analysis.language)
    found = [each for each in analysis.statements if not topics.forbids.search(each.scope.above)]
    typed = [*_in_topics(found, topics), *_in_lengths(analysis, found, topics)]
    yield from typed
    for opposite in _opposites(found, analysis.language):
        if not any(opposite.second.contains(each.second) for each in typed):
            yield opposite


def _in_topics(found: Sequence[Statement], topics: _Topics) -> Iterator[Contradiction]:
    claims: dict[str, list[tuple[Claim, Statement]]] = defaultdict(list)
    present = _present("\n".join(one.plain for one in found), topics)
    for one in found if present else ():
        text = one.plain
        for topic, value, pattern in present:
            match = pattern.search(text)
            if match is None:
                continue
            outside = text[: match.start()] + " " + text[match.end() :]
            if topics.part.search(outside):
                continue
            place = Span(*match.span()).shift(one.sentence.span.start)
            named = next((text.lower() for text in match.groupdict().values() if text), "")
            # a pattern of several values names the value, one of several things the thing
            claim = Claim(topic, value or named, one.scope.message, place)
            claims[f"{topic} {named}" if value else topic].append((claim, one))
    for said in claims.values():
        contradiction = _first(said)
        if contradiction is not None:
            yield contradiction


def _present(text: str, topics: _Topics) -> Sequence[tuple[str, str, re.Pattern[str]]]:
    """The patterns of the topics of which a text may hold two values."""
    found = [each for each in topics.values if each[2].search(text)]
    names = [topic for topic, _, _ in found]
    return [each for each in found if not each[1] or names.count(each[0]) > 1]


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
    urges = vocabulary(language).patterns["urges"]
    deictic = vocabulary(language).patterns["deictic"]
    seen: dict[frozenset[str], list[Statement]] = defaultdict(list)
    for one in found:
        words = frozenset(one.words)
        if len(words) < _FEWEST or one.narrows or one.sentence.text.rstrip("*_ ").endswith((":", "?")):
            continue
        if deictic.search(one.sentence.text):
            continue
        for other in seen[words][:10]:
            negated = one.banned == words and not other.banned
            affirmed = other.banned == words and not one.banned
            if not (negated or affirmed) or other.literals != one.literals or not _together(other, one):
                continue
            if urges.search(one.sentence.text):
                yield Contradiction(
                    Claim("opposite", "", other.scope.message, other.sentence.span),
                    Claim("opposite", "", one.scope.message, one.sentence.span),
                )
                break
        seen[words].append(one)
