"""Cues: what single rules listen for, such as threats, inflated roles or questions for the time.

Data in lexicons/cues.yaml: by topic, then by language. A cue is compiled the first time that a text holds one of the words
it needs, so the many texts without any cost next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import product

from promptlint.analysis.lexicon import Expression, load_data
from promptlint.analysis.literals import HeldLiterals, places_of
from promptlint.lazy import dataclass

__all__ = ["Cue", "Heard", "cues", "heard"]

_LONGEST = 400
"""Code points that a match takes at most: a cue is a few words."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One expression of a topic: what it is about, and the words (lower case) of which one is in every match; none: any text."""

    name: str
    needs: tuple[str, ...]
    expression: Expression

    def matches(self, text: str, lowered: str, maybe: Sequence[str] | None = None) -> Iterator[re.Match[str]]:
        """Where it is found in a text; `lowered` is the text in lower case, which holds none of the needs but `maybe` these."""
        needs = [need for need in (self.needs if maybe is None else maybe) if need in lowered]
        if not self.needs or (needs and len(lowered) != len(text)):
            yield from self.expression.finditer(text)
            return
        behind = 0
        for start, end in _windows(needs, lowered):
            for match in self.expression.finditer(text, max(start, behind), end):
                if match.end() < end or end == len(text):
                    yield match
                    behind = match.end()


def _windows(needs: Sequence[str], lowered: str) -> Iterator[tuple[int, int]]:
    """The ranges of a text in which matches can lie: those around the words that they need."""
    start = end = -1
    for place in sorted({at for need in needs for at in places_of(need, lowered)}):
        if place - _LONGEST > end:
            if end >= 0:
                yield start, end
            start = max(0, place - _LONGEST)
        end = min(len(lowered), place + _LONGEST)
    if end >= 0:
        yield start, end


@dataclass(frozen=True, slots=True)
class Heard:
    """A cue found at ``text[start:end]``."""

    name: str
    start: int
    end: int


@cache
def cues(topic: str, language: str | None) -> tuple[Cue, ...]:
    """The cues of a topic in a language; none where the language has none."""
    entries = load_data("cues")[topic].get(language, ())
    return tuple(
        # a blank stands for any white space: texts are wrapped anywhere
        Cue(entry["name"], tuple(entry.get("needs", ())), Expression(entry["re"].replace(" ", r"\s")))
        for entry in entries
    )


@cache
def _needs(topic: str, language: str | None, name: str | None) -> tuple[str, ...] | None:
    """What the cues of a topic, or those of that name, need, with a blank or a line end between words; None: one needs nothing."""
    known = [cue for cue in cues(topic, language) if name is None or cue.name == name]
    ways = (product(*(" \n" if each == " " else each for each in need)) for cue in known for need in cue.needs)
    wrapped = ("".join(way) for each in ways for way in each)
    return tuple(dict.fromkeys(wrapped)) if all(cue.needs for cue in known) else None


def heard(
    topic: str, language: str | None, text: str, name: str | None = None, whole: HeldLiterals | None = None
) -> tuple[Heard, ...]:
    """Everything of a topic (or only what has that name) in a text, in order; of two of one name that overlap the first one.

    `whole` is a text that holds this one, where what that holds is known; ranges of it may be blanked in this.
    """
    held: Collection[str] | None = None
    if whole is not None and (needs := _needs(topic, language, name)) is not None:
        held = {need.replace("\n", " ") for need in whole.held(needs)}
        if not held:
            return ()  # as in most texts
    known = [
        (cue, cue.needs if held is None else [need for need in cue.needs if need in held])
        for cue in cues(topic, language)
        if name is None or cue.name == name
    ]
    known = [(cue, maybe) for cue, maybe in known if maybe or not cue.needs]
    if not known:
        return ()
    lowered = text.lower().replace("\n", " ")
    found = sorted(
        (match.start(), -match.end(), cue.name) for cue, maybe in known for match in cue.matches(text, lowered, maybe)
    )
    out: list[Heard] = []
    ends: dict[str, int] = {}
    for start, end, called in found:
        if start >= ends.get(called, 0):
            out.append(Heard(called, start, -end))
            ends[called] = -end
    return tuple(out)
