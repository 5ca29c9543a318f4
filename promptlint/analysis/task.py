"""What the sentences of a prompt ask for: imperatives, and the signals that say what the answer looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.analysis.lexicon import Lexicon
from promptlint.analysis.sentences import Sentence
from promptlint.source import Span

__all__ = ["Ask", "Evidence", "Instruction", "instructions"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that say something about the answer: `what` they say, and where (message index and span of its text)."""

    what: str
    message: int
    span: Span


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a sentence asks for.

    `what` is ``prose`` (free text for a person), ``answer`` (to a question), ``list`` (an enumeration), ``review``, ``code`` (a
    program, query, command or file), ``transform`` (text whose length follows from the input), ``extract``, ``label`` or ``make``
    (something is to be made, but nothing says what).
    """

    what: str
    span: Span
    verb: str
    leading: bool
    """The verb stands at the head of the sentence, not in a later clause."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """A sentence with what it asks for and the signals (pattern groups) found in it."""

    message: int
    sentence: Sentence
    asks: tuple[Ask, ...]
    signals: tuple[tuple[str, Span], ...]

    @property
    def declarative(self) -> bool:
        """The sentence states something instead of asking for it."""
        return _DECLARATIVE.match(self.sentence.text) is not None and _MODAL.search(self.sentence.text) is None

    def has(self, *groups: str) -> bool:
        """Whether one of the signal groups was found."""
        return any(group in groups for group, _ in self.signals)


_DECLARATIVE = re.compile(
    r"\W*(?:they|it|this|these|those|there|we|he|she|i|here|the|an?|you (?:are|have|get)|your|its?|es|er|sie|dies\w*|das|der|die|ein\w*|il|elle|ils|ce|cette|le|la|les|un|une|el|los|las|esto|una)\b",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\b(?:must|should|shall|will|needs? to|has to|limit|max\w*|keep|no more|at most|may|can|only|muss|soll\w*|darf|dürfen|höchstens|maximal|doit|doivent|maximum|debe\w*|máximo)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:[,;:–—(]\s*|\b(?:and|then|to|please|must|should|will|or|und|dann|bitte|et|puis|y|luego|e)\s+)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NEGATION = re.compile(r"(?:\b(?:not|never|don['’]t|without|avoid|nicht|kein\w*|ne|no|nunca)\s+(?:\w+\s+){0,2})$", re.IGNORECASE)
_BOLD_LABEL = re.compile(r"\W*?\*\*[^*\r\n]{1,60}\*\*\s*:?\s*")
_COLON = re.compile(r"\W{0,4}?:")
_ALSO_NOUNS = frozenset({"answer", "code", "list", "make", "review", "label"})
_CONTAINERS = frozenset({"content", "text", "list", "details", "information", "instructions", "inhalt", "text", "contenu", "contenido"})
_OBJECT_REACH = 110
"""How far behind its verb an object is looked for, in code points."""


def instructions(message: int, sentences: tuple[Sentence, ...], lexicon: Lexicon) -> Iterator[Instruction]:
    """The sentences with what they ask for."""
    for sentence in sentences:
        lowered = sentence.text.lower()
        signals = tuple((group, Span(*match.span()).shift(sentence.span.start)) for group, match in lexicon.signals(sentence.text, lowered))
        asks = () if sentence.block == "heading" else tuple(_asks(sentence, lexicon))
        yield Instruction(message, sentence, asks, signals)


def _asks(sentence: Sentence, lexicon: Lexicon) -> Iterator[Ask]:
    text = sentence.text
    label = _BOLD_LABEL.match(text)
    head = label.end() if label else 0
    if lexicon.lead_in is not None:
        match = lexicon.lead_in.match(text, head)
        head = match.end() if match else head
    starts = [head] + [match.end() for match in _CLAUSE.finditer(text, head)]
    seen: set[int] = set()
    for index, start in enumerate(starts):
        word = _WORD.search(text, start)
        # an adverb may stand before the verb ("carefully summarise", "briefly explain")
        if word is not None and word.group().lower() not in lexicon.verbs and word.group().lower().endswith("ly"):
            word = _WORD.search(text, word.end())
        if word is None or word.start() in seen or word.start() > start + 24:
            continue
        verb = word.group().lower()
        what = lexicon.verbs.get(verb)
        if what is None or _NEGATION.search(text, 0, word.start()):
            continue
        if what in _ALSO_NOUNS and _COLON.match(text, word.end()):
            continue  # a label ("Answer:"), not a request
        seen.add(word.start())
        stop = min(word.end() + _OBJECT_REACH, len(text))
        barrier = lexicon.object_stop.search(text, word.end(), stop) if lexicon.object_stop is not None else None
        stop = barrier.start() if barrier else stop
        what, end = _with_object(what, text, word.end(), stop, lexicon)
        yield Ask(what, Span(sentence.span.start + word.start(), sentence.span.start + end), verb, leading=index == 0)


def _with_object(what: str, text: str, start: int, stop: int, lexicon: Lexicon) -> tuple[str, int]:
    if what not in ("make", "list", "extract", "code"):
        return what, start
    prose = lexicon.objects["prose"].search(text, start, stop) if "prose" in lexicon.objects else None
    code = lexicon.objects["code"].search(text, start, stop) if "code" in lexicon.objects else None
    first = min((match for match in (prose, code) if match), key=lambda match: match.start(), default=None)
    if what == "make":
        if first is None:
            return "make", start
        if first is prose and code is not None and first.group().lower() in _CONTAINERS:
            first = code  # "the content of each file" is the file
        return ("prose" if first is prose else "code"), first.end()
    return what, start
