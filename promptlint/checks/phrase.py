"""Phrases: what the rules `verbose-phrase` and `filler-phrase` are about, told apart by the classes of phrases they take.

A user's rule has phrases of its own, which are found in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from promptlint.analysis import MessageAnalysis
from promptlint.analysis.lexicon import Phrase, PhraseMatch, Trie, at_sentence_start, find_phrases, phrase_trie
from promptlint.checks import Context
from promptlint.diagnostic import Applicability, Confidence, Finding, Fix
from promptlint.lazy import compiled, regex
from promptlint.prompt import Kind
from promptlint.rules import OwnPhrase
from promptlint.source import Span

__all__ = ["check", "replacement"]


def check(context: Context) -> Iterator[Finding]:
    """Every phrase of the rule's own; where it has none, every phrase whose class is among its `classes`."""
    if "phrases" in context.rule.rule.given:
        yield from _own_phrases(context)
        return
    classes = context.rule.options["classes"]
    allowed = {str(phrase).lower() for phrase in _strings(context.rule.options["allow"])}
    analysis = context.analysis
    for index, (part, matches) in enumerate(zip(analysis.messages, analysis.phrases, strict=True)):
        for match in matches:
            if match.phrase.cls not in _strings(classes) or match.phrase.find.lower() in allowed:
                continue
            if not _stands_alone(part.wording, part.message.text, match):
                continue
            finding = _finding(part, match, analysis.kind, analysis.language)
            if finding is None:
                continue
            if _SAID.search(part.message.text[max(0, match.start - _BEFORE) : match.start]):
                finding = replace(finding, confidence=Confidence.LOW, fix=None)
            given = analysis.given_text
            if given is not None and given[0] == index and match.start >= given[1]:
                # most likely the text that is to be translated or corrected
                finding = replace(finding, confidence=Confidence.LOW, fix=None)
            yield finding


def _own_phrases(context: Context) -> Iterator[Finding]:
    rule = context.rule.rule
    phrases = rule.given["phrases"]
    assert isinstance(phrases, tuple), "rule files are read so"
    trie = _trie(phrases)
    allowed = {text.lower() for text in _strings(context.rule.options["allow"])}
    for index in context.analysis.instructing:
        part = context.analysis.messages[index]
        for match in find_phrases(trie, part.wording):
            location = part.message.locate(Span(match.start, match.end))
            if location is None or not _stands_alone(part.wording, part.message.text, match):
                continue
            written = " ".join(part.message.text[match.start : match.end].split())
            if written.lower() in allowed or match.phrase.find.lower() in allowed:
                continue
            fix = _fix(part, match, context.analysis.language)
            yield Finding(
                location,
                values={"phrase": written, "advice": _advice(match.phrase)},
                fix=replace(fix, applicability=Applicability(rule.fix)) if fix and rule.fix != "none" else None,
            )


@lru_cache(maxsize=64)
def _trie(phrases: tuple[OwnPhrase, ...]) -> Trie:
    return phrase_trie(
        Phrase(
            find=phrase.find,
            to=phrase.to or "",
            cls="own",
            safe=phrase.to is not None,  # where nobody says what to write, there is no fix
            position="any",
            not_before=None,
            not_after=None,
            comma=False,
            doubt=False,
            saves=0,
        )
        for phrase in phrases
    )


def _advice(phrase: Phrase) -> str:
    if phrase.to:
        return f"write '{phrase.to}'"
    return "leave it out" if phrase.safe else "say it otherwise"


def _strings(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple | list) else ()


def _stands_alone(masked: str, text: str, match: PhraseMatch) -> bool:
    """Whether a phrase is one, with nothing blanked between its words, and not part of a compound (back-end result) or a name (utilize_gpu)."""
    if masked[match.start : match.end] != text[match.start : match.end]:
        return False
    before = text[match.start - 1 : match.start]
    after = text[match.end : match.end + 1]
    if (before and before in _GLUE_BEFORE) or (after and after in _GLUE_BEHIND):
        return False
    return after != "." or not text[match.end + 1 : match.end + 2].isalnum()


_SAID = regex(
    r"(?:question|prompt|message|ask|say|announce|frage|sage|pregunta|mensaje)\W{0,4}:\W{0,30}$", re.IGNORECASE
)
"""A label before words that are to be said to a person."""
_GLUE_BEFORE = "-_/\\@#$&=.'’"
_GLUE_BEHIND = "-_/\\@&=(<"


def _finding(part: MessageAnalysis, match: PhraseMatch, kind: Kind, language: str | None) -> Finding | None:
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
        fix=_fix(part, match, language),
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


def _fix(part: MessageAnalysis, match: PhraseMatch, language: str | None) -> Fix | None:
    phrase = match.phrase
    if not phrase.safe:
        return None
    changed = replacement(part.wording, part.message.text, match, language)
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


_ARTICLE = regex(r"(?<![\w'’-])(an?)(\s+)$", re.IGNORECASE)
_VOWEL_SOUND = regex(r"(?!us[aei]|uni|eu|one\b|once\b)[aeiou]|hour|hono|heir", re.IGNORECASE)
_BEFORE = 40
"""Code points looked at before a phrase."""
_CLOSES = ".!?;,)]}…"
_OPENS = "([{:;–—"
_NO_COMMA_BEHIND = _OPENS + ","


def replacement(masked: str, text: str, match: PhraseMatch, language: str | None) -> tuple[Span, str] | None:
    """The range to replace and the text to write there so that the sentence stays well formed; None where that is not sure.

    `masked` is the text with code, quotations and variables blanked: a neighbour that is blanked cannot be adjusted.
    """
    start, end, phrase = match.start, match.end, match.phrase
    if phrase.before is not None and not phrase.before.match(masked[end : end + _BEFORE].lstrip()):
        return None
    if _goes_on(masked, match):
        return None
    opens = at_sentence_start(text, start)
    # a German noun and the English "I" have their capital anywhere
    capital = text[start].isupper() and (opens or not phrase.find[0].isupper())
    article = _ARTICLE.search(masked[max(0, start - _BEFORE) : start]) if language == "en" else None
    if phrase.to:
        return _substitute(text, match, article, opens=opens, capital=capital)
    if article:
        return None  # whether the next word wants "a" or "an" is not known
    return _delete(masked, text, start, end, opens=opens, capital=capital)


_LINK = (
    r"(?:\b(?:and|or|but|not|nor|then|plus|et|ou|mais|ni|puis|y|e|o|u|pero|und|oder|aber|sondern)|as\s+well\s+as|,)\s+"
)
_SENTENCE_END = regex(r"[.!?][\"'”’»)*_]*(?=\s|$)|(?:\r\n|\n|\r)[ \t]*(?:[-*+•>#]|\d{1,3}[.)]|\r|\n)|$")
_FORMS = {"du": "d(?:u|e|es|e la)", "de": "d(?:u|e|es)", "to": "to", "an": "an"}
_NOUN = regex(
    rf"{_LINK}(?:also\s+|aussi\s+|también\s+)?(?:an?|une?|una?|any|some|recommendations?|suggestions?|feedback|advice|recommandations?|recomendaciones)\b",
    re.IGNORECASE,
)
_WITH_ARTICLE = regex(r"\b(?:an?|une?|una?)\b", re.IGNORECASE)
_REACH = 600
"""Code points of a sentence that are searched for its going on."""


@lru_cache(maxsize=256)
def _again(word: str) -> re.Pattern[str]:
    """What goes on with the same word."""
    return compiled(rf"{_LINK}(?:\w+\s+)?(?:{_FORMS.get(word, re.escape(word))})\b", re.IGNORECASE)


def _goes_on(masked: str, match: PhraseMatch) -> bool:
    """Whether the sentence goes on in a form that only fits the phrase.

    ``Your task is to sum up the text and to name its author``: without the phrase, "and to name" hangs in the air.
    ``Provide a summary of the text and a title``: the title is not to be summarized.
    """
    phrase = match.phrase
    rest = masked[match.end : match.end + _REACH]
    end = _SENTENCE_END.search(rest)
    rest = rest[: end.start()] if end else rest
    last, new = phrase.find.lower().rstrip(",").split()[-1], phrase.to.lower().split()[-1:]
    if [last] != new and _again(last).search(rest):
        return True
    return bool(phrase.to) and bool(_WITH_ARTICLE.search(phrase.find)) and bool(_NOUN.search(rest))


def _substitute(
    text: str, match: PhraseMatch, article: re.Match[str] | None, *, opens: bool, capital: bool
) -> tuple[Span, str] | None:
    start, end, written = match.start, match.end, match.phrase.to
    if end - start > 1 and text[start:end].isupper():
        return None
    if capital:
        written = written[0].upper() + written[1:]
    if written.endswith(".") and text[end : end + 1] == ".":
        end += 1
    vowel = _VOWEL_SOUND.match(written) is not None
    if article and vowel != (len(article[1]) == len("an")):
        start -= len(article[0])
        written = article[1][0] + ("n" if vowel else "") + article[2] + written
    elif match.phrase.comma and not opens:
        low = _before_blanks(text, start)
        if text[low - 1] not in _NO_COMMA_BEHIND:
            if low == start:
                return None  # behind markup, the comma's place is not known
            start = low
            written = ", " + written
    return Span(start, end), written


_PLAIN_WORD = regex(r"[^\W\d_][^\W\d_A-Z]*(?:['’-][^\W\d_A-Z]+)*(?=[,;.!?…)*]*(?:\s|$))")
"""A word that may be capitalised: one that is written in small letters, and that nothing but punctuation follows."""


def _delete(masked: str, text: str, start: int, end: int, *, opens: bool, capital: bool) -> tuple[Span, str] | None:
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
    else:
        low = _before_blanks(text, start)
        before = text[low - 1 : low]
        if before == "," and (following == "," or text[end - 1] == ","):
            return None  # whether the commas around it go, too, depends on the sentence
        if following in _CLOSES:
            # ", please." and " please," lose the blank, and the comma that belonged to the phrase
            low = _before_blanks(text, low - 1) if before == "," else low
            return None if not low or text[low - 1] in _OPENS else (Span(low, end), "")
        if following in "\"'”’»*_`" or text[start - 1] not in " \t(":
            return None
    if capital and following.islower():
        if not _PLAIN_WORD.match(text, blank):
            return None  # a name: "note that retry-limit: 3 is ..." or "note that iOS ..."
        return Span(start, blank + 1), following.upper()
    return Span(start, blank), ""


def _before_blanks(text: str, offset: int) -> int:
    while offset and text[offset - 1] in " \t":
        offset -= 1
    return offset
