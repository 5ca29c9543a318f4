"""Roles that are praised instead of described: the rule `inflated-persona`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.analysis import MessageAnalysis
from promptlint.analysis.cues import Cue, cues
from promptlint.analysis.literals import holds_any
from promptlint.analysis.task import Instruction
from promptlint.checks import Context
from promptlint.diagnostic import Applicability, Finding, Fix
from promptlint.lazy import regex
from promptlint.source import Span

__all__ = ["check"]

_REACH = 300
"""Code points behind "you are" in which praise of the role is looked for."""


def check(context: Context) -> Iterator[Finding]:
    """Praise, and years of experience, each once for a sentence that gives the model a role."""
    analysis = context.analysis
    found = {cue.name: cue for cue in cues("persona", analysis.language)}
    if not found or analysis.lexicon is None:
        return
    praise = (*found["superlative"].needs, *found["experience"].needs)
    if not any(analysis.messages[index].literals.held(praise) for index in analysis.instructing):
        return
    asked = analysis.instructions
    numbers = analysis.numbers_holding(analysis.lexicon.needed_by["persona"])
    roles = {number: start for number in numbers if (start := _role_start(asked[number])) is not None}
    for number, start in roles.items():
        at: int | None = start
        while at is not None:
            instruction = asked[number]
            yield from _praise(analysis.messages[instruction.message], instruction, at, found, analysis.language)
            number += 1
            goes_on = number < len(asked) and number not in roles
            at = 0 if goes_on and _first(found["more"], asked[number].sentence.text, 0) == 0 else None


def _role_start(instruction: Instruction) -> int | None:
    """Where in a sentence that gives a role the role starts."""
    place = instruction.place_of("persona")
    return None if place is None else place.end - instruction.sentence.start


def _praise(
    part: MessageAnalysis, instruction: Instruction, start: int, found: dict[str, Cue], language: str | None
) -> Iterator[Finding]:
    text = instruction.sentence.text[: start + _REACH]
    low = text.lower()
    if not any(holds_any(low, found[name].needs) for name in ("superlative", "experience")):
        return
    stop = _first(found["stop"], text, start)
    stop = len(text) if stop is None else stop
    narrow = _first(found["stop-superlative"], text, start) if "stop-superlative" in found else None
    for cue, limit in (
        (found["superlative"], stop if narrow is None else min(stop, narrow)),
        (found["experience"], stop),
    ):
        for match in cue.matches(text, low):
            if not start <= match.start() < limit:
                continue
            span = Span(*match.span()).shift(instruction.sentence.start)
            written = part.message.text[span.start : span.end]
            location = part.message.locate(span)
            if location is None or part.wording[span.start : span.end] != written:
                continue  # quoted, or with a variable in it
            yield Finding(location, {"phrase": " ".join(written.split())}, fix=_fix(part, span, cue.name, language))
            break


def _first(cue: Cue, text: str, start: int) -> int | None:
    """The offset of the first match that starts at `start` or behind it."""
    return next((match.start() for match in cue.matches(text, text.lower()) if match.start() >= start), None)


_ARTICLE = regex(r"\b(an?)\s+$", re.IGNORECASE)
_NEXT = regex(r"\s+(?P<word>[^\W\d_][\w-]*)")
_VOWEL = regex(
    r"(?!(?:UX|UI|UK|US|UN)\b)(?:(?i:(?!us[aei]|uni|eu|one\b|once\b)[aeiou]|hour|hono|heir)|[FHLMNRSX][A-Z]{1,2}\b)"
)
"""Words that "an" stands before: those that start with a vowel's sound, and abbreviations that are spelled out (an ML engineer)."""


def _fix(part: MessageAnalysis, span: Span, name: str, language: str | None) -> Fix | None:
    """In English, a superlative between an article and a noun can be left out; elsewhere the sentence is for a person to mend."""
    if language != "en" or name != "superlative":
        return None
    text = part.wording
    article = _ARTICLE.search(text, max(0, span.start - 4), span.start)
    following = _NEXT.match(text, span.end)
    if article is None or following is None or following["word"].lower() in ("and", "or", "but"):
        return None
    an = ("An" if article[1][0] == "A" else "an") if _VOWEL.match(following["word"]) else article[1][0]
    edit = part.message.edit(Span(article.start(), following.start("word")), f"{an} ")
    return Fix("Leave the praise out", (edit,), Applicability.UNSAFE) if edit else None
