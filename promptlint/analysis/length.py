"""The lengths that a prompt states for its answer, as numbers with unit and scope: "at most three sentences", "200-300 words".

Which words state a length is said in lexicons/lengths.yaml. Numbers that are only known at run time state nothing here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Literal, TypeAlias

from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.analysis.memory import remembered
from promptlint.analysis.task import Evidence
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

if TYPE_CHECKING:
    from promptlint.analysis import Analysis
    from promptlint.analysis.task import Instruction

__all__ = ["Bound", "Scope", "StatedLength", "Unit", "answer_length", "measures_twice", "stated_lengths", "vague_limit"]

Unit: TypeAlias = Literal["words", "sentences", "characters", "tokens", "lines", "paragraphs", "pages", "items"]
Bound: TypeAlias = Literal["upper", "exact", "lower"]
Scope: TypeAlias = Literal["answer", "part"]

_WORDS: Mapping[str, tuple[float, float]] = {"en": (1.1, 1.33), "de": (1.35, 1.7), "fr": (1.3, 1.6), "es": (1.2, 1.5)}
"""Tokens per word, low and high, by language.

High: 1.33 for English and 1.7 for German, the usual factors; for French and Spanish what cl100k_base takes. Low: what
o200k_base takes. Own measurement of one business letter of about 110 words in the four languages: o200k_base 1.10, 1.35,
1.31, 1.21 and cl100k_base 1.10, 1.74, 1.56, 1.45.
"""

_IN_WORDS: Mapping[Unit, tuple[float, float]] = {
    "words": (1, 1),
    "sentences": (8, 16.5),
    "characters": (1 / 8, 1 / 4.5),
    "lines": (4, 16.5),
    "paragraphs": (25, 80),
    "pages": (250, 500),
    "items": (1, 16.5),
}
"""Words per unit, low and high.

A sentence is taken to have up to 16.5 words, which with 1.33 tokens per word are the 22 tokens that the cost model counts
(4,444 sentences of English prompts: 20.0 tokens on average), an entry of a list and a line to be a sentence, a paragraph to
have up to five (1,862 paragraphs: 2.4 on average), a page 500 words. The low figures are deliberately small: short sentences,
entries of a word.
"""


@dataclass(frozen=True, slots=True)
class StatedLength:
    """A length that the prompt states: `least` to `number` units (equal where it states one number).

    `bound` is ``upper`` ("at most 5"), ``exact`` ("5", "about 5", "3 to 5") or ``lower`` ("at least 5"); `scope` whether it is
    the length of the whole ``answer`` or of a ``part``: a field, a title, each entry. `message` and `span` are the words.
    """

    number: int
    least: int
    unit: Unit
    bound: Bound
    scope: Scope
    message: int
    span: Span
    language: str

    @property
    def tokens(self) -> int:
        """The tokens that an answer of `number` units takes, estimated high. For a lower bound an answer may take more."""
        return ceil(self.number * _tokens_per(self.unit, self.language)[1])

    @property
    def least_tokens(self) -> int:
        """The tokens that `number` units take at the very least, estimated low."""
        return int(self.number * _tokens_per(self.unit, self.language)[0])

    def __str__(self) -> str:
        """In words: "at most 3 sentences"."""
        words = {"upper": "at most ", "exact": "", "lower": "at least "}[self.bound]
        numbers = f"{self.number:,}" if self.least == self.number else f"{self.least:,} to {self.number:,}"
        return f"{words}{numbers} {self.unit if self.number != 1 else self.unit[:-1]}"


def _tokens_per(unit: Unit, language: str) -> tuple[float, float]:
    if unit == "tokens":
        return 1, 1
    (low_words, high_words), (low, high) = _IN_WORDS[unit], _WORDS[language]
    return low_words * low, high_words * high


def stated_lengths(analysis: Analysis) -> tuple[StatedLength, ...]:
    """The lengths that the instructions of a prompt state, in their order. Lengths of the input and of examples are none."""
    language = analysis.language
    if language not in LANGUAGES:
        return ()
    grammar = _grammar(language)
    found: list[StatedLength] = []
    quotes: dict[int, list[Span]] = {}
    for instruction in analysis.holding(grammar.units):
        if not _matches(instruction.sentence.text, language) or not _about_answer(instruction):
            continue
        index = instruction.message
        if index not in quotes:
            quotes[index] = sorted(analysis.messages[index].quotes)
        found += _lengths(instruction, grammar, quotes[index])
    return tuple(found)


def measures_twice(analysis: Analysis) -> bool:
    """Whether the text of more than one sentence may be measured (in words, lines ...), as is in few prompts."""
    return analysis.language in LANGUAGES and len(analysis.numbers_holding(_grammar(analysis.language).measures)) > 1


def answer_length(lengths: Iterable[StatedLength]) -> StatedLength | None:
    """The length that says best how long the whole answer may be; None where only parts or lower bounds are stated.

    The units that say most go first: a number of words says more than a number of paragraphs. Different lengths in one unit
    are those of parts.
    """
    whole = [length for length in lengths if length.scope == "answer" and length.bound != "lower"]
    best = min(whole, key=lambda length: (_PRECISION.index(length.unit), length.tokens), default=None)
    # several lengths in one unit are those of parts that the prompt names in its own way
    rivals = {length.number for length in whole if best is not None and length.unit == best.unit}
    return best if len(rivals) == 1 else None


_PRECISION: tuple[Unit, ...] = ("tokens", "words", "characters", "sentences", "lines", "pages", "paragraphs", "items")


def _about_answer(instruction: Instruction) -> bool:
    if instruction.sentence.block == "heading" or instruction.has("conditional"):
        return False
    if instruction.asks or not instruction.declarative:
        return True
    return instruction.has("answer") and not instruction.has("input")


def vague_limit(analysis: Analysis) -> Evidence | None:
    """The first words of brevity ("concise", "kurz") that are about the whole answer, where nothing else bounds its length."""
    shape = analysis.shape
    if shape.limit != "soft" or shape.asked is None or analysis.language not in LANGUAGES:
        return None
    grammar = _grammar(analysis.language)
    if analysis.instructions.has("layout", "delimited"):
        return None  # the layout says how much there is to say
    if any(_DURATION.search(each.sentence.text) for each in analysis.instructions):
        return None
    for instruction in analysis.instructions:
        place = instruction.place_of("soft")
        if place is None or instruction.has("conditional"):
            continue
        text = analysis.prompt.messages[instruction.message].text
        if _CLEAR.search(text, place.start, place.end) or grammar.small.match(text, place.end):
            continue
        steps = any(ask.what in _STEPS for ask in instruction.asks)
        if len(instruction.asks) > 2 - steps:
            continue  # "give a brief answer, criticise it, refine it": a step on the way
        sentence = instruction.sentence
        asked = sentence.block == "paragraph" and any(ask.span == shape.asked.span for ask in instruction.asks)
        if (asked and instruction.message == shape.asked.message) or grammar.brevity.match(sentence.text):
            return Evidence("soft", instruction.message, place)
    return None


_CLEAR = regex(r"expla|reasoning|comment|elaborat", re.IGNORECASE)
"""Words of brevity that are clear all the same: "without any explanation"."""
_STEPS = frozenset({"label", "review", "transform"})
_DURATION = regex(r"\b\d+[- ]?(?:seconds?|minutes?|sekunden?|minuten?|secondes?|segundos?|minutos?)\b", re.IGNORECASE)
"""How long a text is when it is read aloud."""


@dataclass(frozen=True, slots=True, eq=False)
class _Grammar:
    """How a language states a length, compiled."""

    language: str
    units: tuple[str, ...]
    """What the names of units start with, in lower case: a sentence without any states no length."""
    measures: tuple[str, ...]
    """Those of the units that measure text: all but items."""
    length: re.Pattern[str]
    bounds_before: Mapping[Bound, re.Pattern[str]]
    bounds_after: Mapping[Bound, re.Pattern[str]]
    numbers: Mapping[str, int]
    article: re.Pattern[str]
    form: re.Pattern[str]
    single: re.Pattern[str]
    each: re.Pattern[str]
    other: re.Pattern[str]
    of: re.Pattern[str]
    parts: re.Pattern[str]
    brevity: re.Pattern[str]
    small: re.Pattern[str]


_CLAUSE = regex(r"[,;:.(]|\b(?:and|und|et|y)\b")
_FORMS = frozenset({"words", "sentences", "lines", "paragraphs", "pages"})
"""Units of which one may be the form of an answer: "in a sentence"."""
_HYPHEN = regex(r"\w-\w")
_REACH = 48
"""How far before a number the words that bound it are looked for, in code points."""
_AROUND = 300
"""How far around a length the words that make it that of a part are looked for, in code points."""
_ABOUT = r"(?:about|around|roughly|approximately|approx\.|circa|ca\.|etwa|ungefähr|rund|environ|unas|unos|aproximadamente|exactly|genau|exactement|exactamente|only|nur|a total of|~|≈)"


_START = regex(r"(?:^|\|)(\w+?)(?=\w\?|\W|$)")
"""What each of several expressions starts with for sure: "word" of "words?|lines"."""


@cache
def _grammar(language: str) -> _Grammar:
    words = load_data("lengths")[language]
    numbers: Mapping[str, int] = words["numbers"]
    by_first: dict[str, list[str]] = {}
    for word in sorted(numbers, key=len, reverse=True):
        by_first.setdefault(re.escape(word[0]), []).append(re.escape(word[1:]))
    # of most words the first letter tells that they are no number
    named = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    starts = rf"(?=[\d{''.join(by_first)}])"
    digits = r"(?<![\w.,$€£/])\d{1,3}(?:[.,'’\u00a0\u202f]\d{3}){1,3}(?!\d)|(?<![\w.,$€£/])\d{1,6}k?(?![\d%])"
    number = rf"(?:{starts}(?:{digits}|(?<![\w-])(?:{named})(?!\w))|(?<![\w-])(?:{words['a']})(?!\w))"
    units = "|".join(f"(?P<{name}>{body})" for name, body in words["units"].items())

    def compiled(pattern: str) -> re.Pattern[str]:
        return regex(pattern, re.IGNORECASE)

    def before(pattern: str) -> re.Pattern[str]:
        return compiled(rf"(?<!\w)(?:{pattern})\s*(?:{_ABOUT}\s*)?$")

    def after(pattern: str) -> re.Pattern[str]:
        # "3 bullets (max 10 words)" bounds the words
        return compiled(rf"[\s,]*(?:{pattern})(?!\s*(?:of |de |von )?\d)")

    def starts_of(units: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(start.lower() for start in _START.findall("|".join(units))))

    between = rf"(?:(?:{words['between']}),?\s+(?:(?:and|und|et|y)\s+)?){{0,3}}"
    return _Grammar(
        language,
        units=starts_of(words["units"].values()),
        measures=starts_of(body for name, body in words["units"].items() if name != "items"),
        length=compiled(
            rf"\b(?P<first>{number})(?:\s*(?:{words['range']})\s*(?P<second>{number}))?(?:-|\s+){between}(?:{units})(?!\w)"
        ),
        bounds_before={"upper": before(words["upper"]), "lower": before(words["lower"])},
        bounds_after={"upper": after(words["upper_after"]), "lower": after(words["lower_after"])},
        numbers=numbers,
        article=compiled(words["a"]),
        form=before(words["in"]),
        single=compiled(rf"\b(?:{words['single']})\b"),
        each=compiled(words["each"]),
        other=compiled(rf"(?<!\w)(?:{words['other']})\s+$"),
        of=compiled(rf"\s+(?:{words['of']})\b"),
        parts=compiled(words["parts"]),
        brevity=compiled(words["brevity"]),
        small=compiled(words["small"]),
    )


def _inside(place: Span, spans: Sequence[Span]) -> bool:
    """Whether a place lies inside one of some sorted, disjoint spans."""
    index = bisect_right(spans, place.start, key=lambda span: span.start) - 1
    return index >= 0 and spans[index].contains(place)


@remembered
def _matches(text: str, language: str) -> tuple[re.Match[str], ...]:
    """The numbers with a unit in a sentence."""
    grammar = _grammar(language)
    return tuple(grammar.length.finditer(text))


def _lengths(instruction: Instruction, grammar: _Grammar, quotes: Sequence[Span]) -> Iterator[StatedLength]:
    text = instruction.sentence.text
    start = instruction.sentence.start
    for match in _matches(text, grammar.language):
        place = Span(*match.span()).shift(start)
        if _inside(place, quotes):
            continue
        head = text[max(0, match.start() - _REACH) : match.start()]
        tail = text[match.end() : match.end() + _REACH]
        unit: Unit = match.lastgroup  # type: ignore[assignment]  # the only named group behind the numbers
        bound = _bound(head, tail, grammar)
        numbers = [_value(match[name], grammar) for name in ("first", "second") if match[name]]
        if unit == "items" and max(numbers) == 1:
            continue
        if bound == "exact" and not _states(match, unit, instruction, grammar):
            continue
        yield StatedLength(
            number=max(numbers),
            least=min(numbers),
            unit=unit,
            bound=bound,
            scope=_scope(match, tail, instruction, grammar),
            message=instruction.message,
            span=place,
            language=grammar.language,
        )


def _bound(head: str, tail: str, grammar: _Grammar) -> Bound:
    for bound, pattern in grammar.bounds_before.items():
        if pattern.search(head):
            return bound
    for bound, pattern in grammar.bounds_after.items():
        if pattern.match(tail):
            return bound
    return "exact"


def _value(written: str, grammar: _Grammar) -> int:
    word = written.lower()
    if word in grammar.numbers:
        return grammar.numbers[word]
    if word[0].isdigit():
        thousands = word.endswith("k")
        return int(re.sub(r"\D", "", word)) * (1000 if thousands else 1)
    return 1


def _states(match: re.Match[str], unit: Unit, instruction: Instruction, grammar: _Grammar) -> bool:
    """Whether a bare number states a length: not "the last 3 lines" and not "a word"."""
    text = instruction.sentence.text
    head, tail = text[max(0, match.start() - _REACH) : match.start()], text[match.end() : match.end() + _REACH]
    if grammar.other.search(head) or grammar.of.match(tail):
        return False
    one = _value(match["first"], grammar) == 1 and not match["second"]
    if one and not match["first"][0].isdigit():
        formed = grammar.form.search(head) or grammar.single.search(match.group()) or _HYPHEN.search(match.group())
        return unit in _FORMS and formed is not None
    if unit == "items":
        asks = instruction.asks
        return bool(asks) and asks[0].span.start < match.start() + instruction.sentence.start
    return True


def _scope(match: re.Match[str], tail: str, instruction: Instruction, grammar: _Grammar) -> Scope:
    text = instruction.sentence.text
    before = text[max(0, match.start() - _AROUND) : match.start()]
    if grammar.each.search(before) or grammar.each.search(text, match.start(), match.end() + _AROUND):
        return "part"
    if before.rfind("(") > before.rfind(")"):
        return "part"
    if grammar.parts.search(before) or grammar.parts.search(_CLAUSE.split(tail, maxsplit=1)[0]):
        return "part"
    # an entry of a list that has a label, or asks for nothing by itself, describes one part among others
    listed = instruction.sentence.block == "item"
    own = (bool(instruction.asks) or instruction.has("answer")) and ":" not in before
    return "part" if listed and not own else "answer"
