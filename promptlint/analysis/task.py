"""What the sentences of a prompt ask for: imperatives, and the signals that say what the answer looks like."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import overload

from promptlint.analysis.lexicon import Lexicon, Pattern, folded, indices
from promptlint.analysis.literals import LETTERS, holds_any
from promptlint.analysis.memory import Memory, remembered
from promptlint.analysis.sentences import Sentence
from promptlint.lazy import attribute, dataclass, regex
from promptlint.prompt import Prompt, Text
from promptlint.source import Span

__all__ = ["Ask", "Evidence", "Instruction", "Instructions", "Told", "evidence_of", "given_text", "invoked"]


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


class Instruction:
    """A sentence with what it asks for and the signals (pattern groups) found in it, each looked for when it is asked about."""

    def __init__(self, told: Told, number: int) -> None:
        self.message, self.sentence = told.message, told.sentences[number]
        self._told, self._number = told, number

    @property
    def signals(self) -> tuple[tuple[str, Span], ...]:
        """The groups of patterns that were found in it, each with its place."""
        return self._found(self._patterns)

    def found(self, *groups: str) -> tuple[tuple[str, Span], ...]:
        """Those of some groups."""
        return self._found(self._patterns & self._told.lexicon.grouped[groups])

    def _found(self, patterns: int) -> tuple[tuple[str, Span], ...]:
        return tuple(self._places(patterns)) if patterns else ()

    def place_of(self, group: str) -> Span | None:
        """The first place of a group, None where it was not found."""
        patterns = self._patterns & self._told.lexicon.grouped[group,]
        return next((place for _, place in self._places(patterns)), None) if patterns else None

    def has(self, *groups: str) -> bool:
        """Whether one of the signal groups was found."""
        patterns = self._patterns & self._told.lexicon.grouped[groups]
        return patterns > 0 and any(self._places(patterns))

    @attribute
    def _patterns(self) -> int:
        return self._told.patterns(self._number)

    def _places(self, patterns: int) -> Iterator[tuple[str, Span]]:
        """Those of some patterns that are found, and where."""
        for index in indices(patterns):
            group = self._told.lexicon.patterns[index].group
            place = self._place(index, group)
            if place is not None:
                yield group, place

    def _place(self, index: int, group: str) -> Span | None:
        """Where a pattern is found."""
        place = self._said.place(index)
        if place is None:
            return None
        place = place.shift(self.sentence.start)
        return None if group in _NOT_QUOTED and self._told.quoted.has(place) else place

    @attribute
    def _said(self) -> _Said:
        return _said(self.sentence.text, self._told.lexicon)

    @attribute
    def asks(self) -> tuple[Ask, ...]:
        """What it asks for."""
        return self._told.asks(self._number)

    @property
    def declarative(self) -> bool:
        """Whether it states something instead of asking for it."""
        return self._said.declarative

    @property
    def in_output_section(self) -> bool:
        """Whether the heading above it says that the section is about the answer."""
        heading = self.sentence.heading
        return bool(heading) and _is_output(heading, self._told.lexicon)


def evidence_of(instructions: Iterable[Instruction], *groups: str) -> tuple[Evidence, ...]:
    """The places of some signal groups in some of a prompt's sentences."""
    return tuple(
        Evidence(group, instruction.message, span)
        for instruction in instructions
        for group, span in instruction.found(*groups)
    )


class Instructions(Sequence[Instruction]):
    """The sentences of a prompt with what they ask for, each made when it is looked at: of a long prompt few are."""

    def __init__(self, told: Sequence[Told] = ()) -> None:
        self._told = told
        *self._firsts, self._count = accumulate((len(each.sentences) for each in told), initial=0)
        self._made: dict[int, Instruction] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Instruction: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Instruction]: ...
    def __getitem__(self, index: int | slice) -> Instruction | Sequence[Instruction]:
        if isinstance(index, slice):
            return [self._at(number) for number in range(self._count)[index]]
        return self._at(range(self._count)[index])

    def __iter__(self) -> Iterator[Instruction]:
        return map(self._at, range(self._count))

    def _at(self, number: int) -> Instruction:
        made = self._made.get(number)
        if made is None:
            index = bisect_right(self._firsts, number) - 1
            made = self._made[number] = Instruction(self._told[index], number - self._firsts[index])
        return made

    @attribute
    def asks(self) -> Sequence[tuple[Instruction, Ask]]:
        """Everything that they ask for, in order."""
        return list(self.each_ask())

    @attribute
    def first(self) -> tuple[Instruction, Ask] | None:
        """The first thing asked for of which it is known what it is. Most prompts say it soon."""
        return next((each for each in self.each_ask() if each[1].what != "make"), None)

    def each_ask(self) -> Iterator[tuple[Instruction, Ask]]:
        """The same one by one, for who may need only the first of them."""
        for first, told in zip(self._firsts, self._told, strict=True):
            for number in range(len(told.sentences)):
                for ask in told.asks(number):
                    yield self._at(first + number), ask

    def has(self, *groups: str) -> bool:
        """Whether one of some signal groups was found in any of them."""
        found = self.of(*groups)
        return bool(found) and any(instruction.has(*groups) for instruction in found)

    def evidence(self, *groups: str) -> tuple[Evidence, ...]:
        """The places of some signal groups."""
        found = self.of(*groups)
        return evidence_of(found, *groups) if found else ()

    def of(self, *groups: str) -> list[Instruction]:
        """Those that may hold one of some signal groups, in their order."""
        found: list[Instruction] = []
        for first, told in zip(self._firsts, self._told, strict=True):
            wanted = told.lexicon.grouped[groups]
            if told.any_patterns & wanted:
                found += [self._at(number) for number, held in enumerate(told.all_patterns, first) if held & wanted]
        return found

    def ending_in(self, mark: str) -> list[Instruction]:
        """Those that end in a mark."""
        return [
            self._at(first + number)
            for first, told in zip(self._firsts, self._told, strict=True)
            for number, sentence in enumerate(told.sentences)
            if sentence.text.endswith(mark)
        ]

    def saying(self, words: frozenset[str]) -> list[Instruction]:
        """Those that hold one of a few words, which are in lower case and only letters, in their order."""
        several = zip(self._firsts, self._told, strict=True)
        return [self._at(first + number) for first, told in several for number in told.saying(words)]


_WORD = regex(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ADVERB = regex(r"(?!(?:dai|week|month|year|hour|ear|on|fami|rep|app|supp|assemb|anoma|ital|like|friend)ly)[^\W\d_]+ly")
_EDITORS = regex(r"(?:input|selection|selectedText|file|fileBasename\w*|fileDirname|workspaceFolder\w*|ARGUMENTS)\b")
"""Variables that the editor fills in."""
_INPUT = regex(r"\$\{(?:input:|selection|selectedText|file|workspaceFolder)")
_PRONOUN = regex(r"-(?:les?|la|moi|lui|leur|nous|en|y)$")
"""What French ties to an imperative: "analyse-les", "dis-moi"."""
_BLANK_LINE = regex(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)")
_BOLD_LABEL = regex(r"\W*?\*\*[^*\r\n]{1,60}\*\*\s*:?\s*")
_COLON = regex(r"\W{0,4}?:")
_COMMAND = regex(
    r"\s*(?:(?:```|~~~)[ \t]*(?:bash|sh|shell|zsh|console|powershell|cmd)\b|(?:(?:```|~~~)\s*)?(?-i:[a-z])[\w.-]*(?:[ \t]+[\w./-]+){0,3}?[ \t]+--?\w)",
    re.IGNORECASE,
)
_NEGATABLE = frozenset({"structured", "structured-word", "table", "soft"})
_NOT_QUOTED = frozenset({"bounded", "soft", "minimum"})
_NEGATION_REACH = 60
"""How far before a word its negation is looked for, in code points."""
_VERB_REACH = 40
"""How far behind the start of a clause its verb is looked for, in code points."""
_OBJECT_REACH = 110
"""How far behind its verb an object is looked for, in code points."""


class Told:
    """A message as far as its instructions need it: its text, its sentences and what of the text they are taken from."""

    def __init__(  # noqa: PLR0917
        self,
        message: int,
        text: str,
        masked: str,
        sentences: Sequence[Sentence],
        lexicon: Lexicon,
        quotes: Callable[[], Sequence[Span]],
    ) -> None:
        self.message, self.sentences, self.lexicon = message, sentences, lexicon
        self._text, self._masked, self._quotes = text, masked, quotes
        self._asks: dict[int, tuple[Ask, ...]] = {}
        self._patterns: dict[int, int] = {}

    @attribute
    def quoted(self) -> _Inside:
        """What is quoted."""
        return _Inside(self._quotes())

    def asks(self, number: int) -> tuple[Ask, ...]:
        """What a sentence asks for."""
        asks = self._asks.get(number)
        if asks is None:
            asks = self._asks[number] = self._asked(number)
        return asks

    def _asked(self, number: int) -> tuple[Ask, ...]:
        sentence, lexicon = self.sentences[number], self.lexicon
        if sentence.block == "heading" or not (
            lexicon.asks_at_end or not lexicon.words_of_verbs.isdisjoint(self._letters_of(sentence))
        ):
            return ()
        asks = _said(sentence.text, lexicon).asks
        if not asks:
            return ()
        lead = self._leads[number] if sentence.block == "item" else None
        if lead is not None and _forbids(lead, lexicon):
            return ()
        # "generate a report with:" and a command
        code = sentence.text.endswith(":") and _COMMAND.match(self._text, sentence.end)
        return tuple(
            Ask("code" if code else ask.what, ask.span.shift(sentence.start), ask.verb, ask.leading) for ask in asks
        )

    @attribute
    def _leads(self) -> Sequence[str | None]:
        """For each sentence the last one up to it that is no item of a list."""
        found: list[str | None] = []
        lead: str | None = None
        for sentence in self.sentences:
            if sentence.block != "item":
                lead = sentence.text
            found.append(lead)
        return found

    def patterns(self, number: int) -> int:
        """The patterns that a sentence may hold, as bits."""
        found = self._patterns.get(number)
        if found is None:
            found = self._patterns[number] = _patterns_of(self.sentences[number].text, self.lexicon)
        return found

    @attribute
    def all_patterns(self) -> Sequence[int]:
        """The same for every sentence."""
        found = _PATTERNS.several(((each.text, self.lexicon) for each in self.sentences), _patterns_of)
        self._patterns = dict(enumerate(found))
        return found

    @attribute
    def any_patterns(self) -> int:
        """Those that any sentence may hold."""
        return reduce(or_, self.all_patterns, 0)

    def saying(self, words: frozenset[str]) -> list[int]:
        """The sentences that hold one of a few words, which are in lower case and only letters."""
        if self._lowered is not None and not holds_any(self._lowered, words):
            return []
        return [n for n, each in enumerate(self.sentences) if not words.isdisjoint(self._letters_of(each))]

    @attribute
    def _lowered(self) -> str | None:
        """What the sentences are taken from, in lower case; None where it is longer then, so that they stand elsewhere in it."""
        lowered = self._masked.lower()
        return lowered if len(lowered) == len(self._masked) else None

    @attribute
    def _letters(self) -> str | None:
        return None if self._lowered is None else LETTERS.blanked(self._lowered)

    def _letters_of(self, sentence: Sentence) -> list[str]:
        """The runs of letters of a sentence, in lower case."""
        if self._letters is None:
            return LETTERS.find(sentence.text.lower())
        return self._letters[sentence.start : sentence.end].split()


def _patterns_of(text: str, lexicon: Lexicon) -> int:
    return lexicon.patterns_of(text, text.lower())


_PATTERNS = Memory[tuple[str, Lexicon], int]()


@remembered
def _forbids(lead: str, lexicon: Lexicon) -> bool:
    """Whether what stands above a list forbids what the list names."""
    return lexicon.word("forbids").search(lead) is not None


@remembered
def _is_output(heading: str, lexicon: Lexicon) -> bool:
    return lexicon.word("output_heading").search(heading) is not None


class _Said:
    """What a sentence says by itself, wherever it stands; each thing is looked for when it is asked about. Places are offsets in it."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text, self.lexicon = folded(text), lexicon
        self._places: dict[int, Span | None] = {}

    def place(self, index: int) -> Span | None:
        """Where a pattern is found."""
        if index not in self._places:
            self._places[index] = self._place(self.lexicon.patterns[index])
        return self._places[index]

    def _place(self, pattern: Pattern) -> Span | None:
        match = pattern.regex.lower.search(self.text)
        if (
            match is None
            or (pattern.group in _NEGATABLE and _negated(self.text, match.start(), self.lexicon))
            or (pattern.group == "structured" and _is_given(self.text, match.start(), self.lexicon))
        ):
            return None
        return Span(*match.span())

    @attribute
    def asks(self) -> tuple[Ask, ...]:
        """What it asks for."""
        if self.lexicon.lower("negation_after").match(self.text):
            return ()
        return tuple(_asks(self.text, self.lexicon)) or tuple(_asks_at_end(self.text, self.lexicon))

    @attribute
    def declarative(self) -> bool:
        """Whether it states something."""
        return bool(self.lexicon.lower("declarative").match(self.text)) and not self.lexicon.lower("modal").search(
            self.text
        )


@remembered
def _said(text: str, lexicon: Lexicon) -> _Said:
    return _Said(text, lexicon)


def invoked(prompt: Prompt) -> bool:
    """Whether a person invokes the prompt as a command of an agent: its template language says so.

    ``${name}`` is also what programs fill in; then the name is one of their own, none that the editor knows.
    """
    templates = {message.template for message in prompt.messages}
    if "arguments" in templates:
        return True
    if "dollar" not in templates:
        return False
    names = [use.name for message in prompt.messages for use in message.uses]
    return any(
        message.template == "dollar" and (not names or any(map(_EDITORS.match, names)) or _INPUT.search(message.text))
        for message in prompt.messages
    )


def given_text(prompt: Prompt, asked: Instructions) -> tuple[int, int] | None:
    """The message, and the offset in it, from which on stands the text that the prompt is about; None where that is not so.

    It is the plain text below a request to translate, correct or rewrite, when nothing is filled in there.
    """
    if asked.first is None or asked.first[1].what != "transform":
        return None
    first = asked.first[0]
    message = prompt.messages[first.message]
    gap = _BLANK_LINE.search(message.text, first.sentence.end)
    if gap is None or message is not prompt.messages[-1]:
        return None
    below = [i for i in asked if i.message == first.message and i.sentence.start >= gap.end()]
    if any(i.sentence.block != "paragraph" for i in below):
        return None  # headings and lists are the author's
    filled = any(not isinstance(part, Text) and part.span.start >= gap.end() for part in message.parts)
    return None if filled else (first.message, gap.end())


class _Inside:
    """Answers whether a span lies inside one of several disjoint spans."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = sorted(spans)

    def has(self, span: Span) -> bool:
        index = bisect_right(self._spans, Span(span.start, 1 << 40)) - 1
        return index >= 0 and self._spans[index].contains(span)


def _negated(text: str, start: int, lexicon: Lexicon) -> bool:
    return lexicon.lower("negation").search(text, max(0, start - _NEGATION_REACH), start) is not None


def _is_given(text: str, start: int, lexicon: Lexicon) -> bool:
    """Whether words such as "between the tags" say where the input stands ("the text between the tags is data")."""
    given = lexicon.lower("given_before").search(text, max(0, start - _NEGATION_REACH), start)
    return given is not None and lexicon.lower("given_put").search(text, 0, given.start()) is None


def _asks(text: str, lexicon: Lexicon) -> Iterator[Ask]:
    """What the verbs in a sentence ask for."""
    label = _BOLD_LABEL.match(text)
    head = label.end() if label else 0
    lead_in = lexicon.lower("lead_in").match(text, head)
    head = lead_in.end() if lead_in else head
    starts = [head, *(match.end() for match in lexicon.lower("clause").finditer(text, head))]
    seen: set[int] = set()
    for index, start in enumerate(starts):
        word = _WORD.search(text, start, start + _VERB_REACH)
        if word is None:
            continue
        verb = word.group()
        # an adverb may stand before the verb ("carefully summarise", "briefly explain")
        if verb.endswith("ly") and verb not in lexicon.verbs and _ADVERB.fullmatch(verb):
            word = _WORD.search(text, word.end(), word.end() + _VERB_REACH)
            if word is None:
                continue
            verb = word.group()
        what = lexicon.verbs.get(verb)
        if what is None and "-" in verb:
            what = lexicon.verbs.get(_PRONOUN.sub("", verb))
        if what is None or word.start() in seen or word.end() == start + _VERB_REACH:
            continue
        if _negated(text, word.start(), lexicon) or text[word.end() : word.end() + 1] == "_":
            continue
        if text[word.start() - 1 : word.start()] == "[":
            continue  # a slot of a template: "[describe the bug]"
        if what == "answer" and index and not lexicon.lower("answered").match(text, word.end()):
            continue
        if verb in lexicon.set("also_nouns") and _COLON.match(text, word.end()):
            continue  # a label ("Answer:"), not a request
        if lexicon.lower("no_request").match(text, word.start()):
            continue
        if lexicon.lower("acts").match(text, word.end()):
            what = "code"  # "plan and execute": what counts is what is done
        if verb in lexicon.set("finds") and lexicon.lower("every").match(text, word.end()):
            what = "extract"
        elif verb in lexicon.set("tells") and lexicon.lower("told").match(text, word.end()):
            what = "prose"
        seen.add(word.start())
        end = word.end()
        if what == "make":
            stop = min(end + _OBJECT_REACH, len(text))
            barrier = lexicon.lower("object_stop").search(text, end, stop)
            what, end = _with_object(text, end, barrier.start() if barrier else stop, lexicon)
        leading = index == 0 or bool(lexicon.lower("opens").search(text, max(0, start - 12), start))
        yield Ask(what, Span(word.start(), end), verb, leading)


def _asks_at_end(text: str, lexicon: Lexicon) -> Iterator[Ask]:
    """What a sentence asks for by a verb at its end, as German does."""
    final = lexicon.lower("final_ask").search(text, max(0, len(text) - _OBJECT_REACH))
    if final is not None:
        yield Ask("prose", Span(*final.span("verb")), final["verb"], leading=True)


def _with_object(text: str, start: int, stop: int, lexicon: Lexicon) -> tuple[str, int]:
    """What a verb of making asks for by its object, and where that ends."""
    prose = lexicon.objects["prose"].lower.search(text, start, stop) if "prose" in lexicon.objects else None
    code = lexicon.objects["code"].lower.search(text, start, stop) if "code" in lexicon.objects else None
    first = min((match for match in (prose, code) if match), key=lambda match: match.start(), default=None)
    if first is None:
        return "make", start
    if first is prose and code is not None and first.group() in lexicon.set("containers"):
        first = code  # "the content of each file" is the file
    return ("prose" if first is prose else "code"), first.end()
