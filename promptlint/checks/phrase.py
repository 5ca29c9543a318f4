"""Wordy phrases: what the rules `verbose-phrase` and `filler-phrase` are about, told apart by the classes of phrases they take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.analysis import MessageAnalysis
from promptlint.analysis.lexicon import Phrase, PhraseMatch, at_sentence_start
from promptlint.checks import Context
from promptlint.diagnostic import Applicability, Confidence, Finding, Fix
from promptlint.prompt import Kind
from promptlint.source import Span

__all__ = ["check", "replacement"]


def check(context: Context) -> Iterator[Finding]:
    """Every phrase whose class is among the rule's `classes`."""
    classes = context.rule.options["classes"]
    allowed = {str(phrase).lower() for phrase in _strings(context.rule.options["allow"])}
    for part, matches in zip(context.analysis.messages, context.analysis.phrases, strict=True):
        for match in matches:
            if match.phrase.cls not in _strings(classes) or match.phrase.find.lower() in allowed:
                continue
            finding = _finding(part, match, context.analysis.kind)
            if finding is not None:
                yield finding


def _strings(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple | list) else ()


def _finding(part: MessageAnalysis, match: PhraseMatch, kind: Kind) -> Finding | None:
    message = part.message
    span = Span(match.start, match.end)
    location = message.locate(span)
    if location is None:
        return None
    phrase = match.phrase
    written = " ".join(message.text[match.start : match.end].split())
    return Finding(
        location,
        values={"phrase": written, "advice": f"write '{phrase.to}'" if phrase.to else "leave it out"},
        confidence=_confidence(phrase, kind),
        fix=_fix(part, match),
    )


def _confidence(phrase: Phrase, kind: Kind) -> Confidence:
    """A phrase that is only wordy in context is a finding where shortening it saves something, else a hint."""
    if phrase.safe:
        return Confidence.HIGH
    # "can you" may be a question; "your goal is to" is what standing instructions are for
    if phrase.doubt or phrase.cls == "polite" or (phrase.cls == "meta" and kind is not Kind.TASK):
        return Confidence.LOW
    return Confidence.MEDIUM if phrase.saves >= _WORTH_A_LOOK else Confidence.LOW


_WORTH_A_LOOK = 2
"""Tokens that a contextual phrase must save before it is shown by default."""


def _fix(part: MessageAnalysis, match: PhraseMatch) -> Fix | None:
    phrase = match.phrase
    if not phrase.safe:
        return None
    changed = replacement(part.wording, part.message.text, match)
    if changed is None:
        return None
    span, text = changed
    edit = part.message.edit(span, text)
    if edit is None:
        return None
    title = f"Write '{phrase.to}'" if phrase.to else f"Delete '{phrase.find}'"
    # What politeness does to answers is contested, so a person decides whether it goes.
    applicability = Applicability.UNSAFE if phrase.cls == "polite" else Applicability.SAFE
    return Fix(title, (edit,), applicability)


_VOWEL = re.compile(r"[aeiou]", re.IGNORECASE)
_ARTICLE = re.compile(r"(?<!\w)(an?)(\s+)$", re.IGNORECASE)
_END_OF_THOUGHT = ".!?:;,)\r\n"


def replacement(masked: str, text: str, match: PhraseMatch) -> tuple[Span, str] | None:
    """The range to replace and the text to write there so that the sentence stays well formed; None where that is not sure.

    `masked` is the text with code, quotations and variables blanked: a neighbour that is blanked cannot be adjusted.
    """
    start, end, phrase = match.start, match.end, match.phrase
    if masked[start:end] != text[start:end]:
        return None
    capital = text[start].isupper()
    if phrase.to:
        return _substitute(text, start, end, phrase, capital=capital)
    return _delete(masked, text, start, end, capital=capital)


def _substitute(text: str, start: int, end: int, phrase: Phrase, *, capital: bool) -> tuple[Span, str] | None:
    written = phrase.to
    if capital and text[start:end].isupper() and len(text[start:end]) > 1:
        return None
    if capital:
        written = written[0].upper() + written[1:]
    article = _ARTICLE.search(text[max(0, start - 8) : start])
    if article and bool(_VOWEL.match(written)) != (len(article[1]) == len("an")):
        vowel = bool(_VOWEL.match(written))
        new = ("An" if vowel else "A") if article[1][0].isupper() else ("an" if vowel else "a")
        start -= len(article[0])
        written = new + article[2] + written
    elif (
        phrase.comma
        and start
        and text[start - 1] == " "
        and text[start - 2 : start - 1] not in (",", "", "\n", ".", ":", ";")
    ):
        start -= 1
        written = ", " + written
    return Span(start, end), written


def _delete(masked: str, text: str, start: int, end: int, *, capital: bool) -> tuple[Span, str] | None:
    opens = at_sentence_start(text, start)
    stop = end
    if opens and text[stop : stop + 1] == ",":
        stop += 1
    blank = stop
    while blank < len(text) and text[blank] in " \t":
        blank += 1
    following = text[blank : blank + 1]
    if not following or following in ":\r\n" or masked[blank] != following:
        return None
    if opens:
        if not following.isalpha():
            return None
        if capital and following.islower():
            return Span(start, blank + 1), following.upper()
        return Span(start, blank), ""
    if following in _END_OF_THOUGHT or following in "\"'”’»*_`":
        # ", please." and " please," lose the blank, and the comma that belonged to the phrase
        low = start
        while low and text[low - 1] in " \t":
            low -= 1
        if low and text[low - 1] == "," and following != ",":
            low -= 1
        return (Span(low, end), "") if low and following in _END_OF_THOUGHT else None
    if text[start - 1 : start] not in (" ", "\t", "("):
        return None
    return Span(start, blank), ""
