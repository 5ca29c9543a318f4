"""What the sentences of a prompt ask for: imperatives, and the signals that say what the answer looks like."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from promptlint.analysis.lexicon import Lexicon, Pattern
from promptlint.analysis.literals import words_in
from promptlint.analysis.memory import remembered
from promptlint.analysis.sentences import Sentence
from promptlint.lazy import attribute, dataclass, regex
from promptlint.prompt import Prompt, Text
from promptlint.source import Span

__all__ = ["Ask", "Evidence", "Instruction", "Instructions", "evidence_of", "given_text", "instructions", "invoked"]


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

    def __init__(self, message: int, sentence: Sentence, below: str | None, whole: _Message) -> None:
        self.message, self.sentence = message, sentence
        self._below, self._whole = below, whole

    @property
    def signals(self) -> tuple[tuple[str, Span], ...]:
        """The groups of patterns that were found in it, each with its place."""
        return self.found(*self._said.by_group)

    def found(self, *groups: str) -> tuple[tuple[str, Span], ...]:
        """Those of some groups."""
        by_group = self._said.by_group
        held = [(index, group) for group in groups if group in by_group for index in by_group[group]]
        if not held:
            return ()
        held.sort()
        return tuple((group, place) for index, group in held if (place := self._place(index, group)) is not None)

    def place_of(self, group: str) -> Span | None:
        """The first place of a group, None where it was not found."""
        for index in self._said.by_group.get(group, ()):
            place = self._place(index, group)
            if place is not None:
                return place
        return None

    def says(self, words: frozenset[str]) -> bool:
        """Whether it holds one of some words, which are in lower case."""
        return not words.isdisjoint(self._said.words)

    @property
    def groups(self) -> Iterable[str]:
        """The signal groups that it may hold."""
        return self._said.by_group

    def has(self, *groups: str) -> bool:
        """Whether one of the signal groups was found."""
        by_group = self._said.by_group
        if by_group:
            for group in groups:
                if group in by_group and self.place_of(group) is not None:
                    return True
        return False

    def _place(self, index: int, group: str) -> Span | None:
        """Where a pattern is found."""
        place = self._said.place(index)
        if place is None:
            return None
        place = place.shift(self.sentence.start)
        return None if group in _NOT_QUOTED and self._whole.quoted.has(place) else place

    @attribute
    def _said(self) -> _Said:
        return _said(self.sentence.text, self._whole.lexicon)

    @attribute
    def asks(self) -> tuple[Ask, ...]:
        """What it asks for."""
        sentence, lexicon = self.sentence, self._whole.lexicon
        if sentence.block == "heading":
            return ()
        asks = self._said.asks
        if not asks or (self._below is not None and _forbids(self._below, lexicon)):
            return ()
        # "generate a report with:" and a command
        code = sentence.text.endswith(":") and _COMMAND.match(self._whole.text, sentence.end)
        return tuple(
            Ask("code" if code else ask.what, ask.span.shift(sentence.start), ask.verb, ask.leading) for ask in asks
        )

    @property
    def declarative(self) -> bool:
        """Whether it states something instead of asking for it."""
        return self._said.declarative

    @property
    def in_output_section(self) -> bool:
        """Whether the heading above it says that the section is about the answer."""
        heading = self.sentence.heading
        return bool(heading) and _is_output(heading, self._whole.lexicon)


def evidence_of(instructions: Iterable[Instruction], *groups: str) -> tuple[Evidence, ...]:
    """The places of some signal groups in some of a prompt's sentences."""
    return tuple(
        Evidence(group, instruction.message, span)
        for instruction in instructions
        for group, span in instruction.found(*groups)
    )


class Instructions(tuple[Instruction, ...]):  # noqa: SLOT001 - it keeps where the groups are
    """The sentences of a prompt with what they ask for."""

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
        by_group = self._by_group
        held = [by_group[group] for group in groups if group in by_group]
        return [self[number] for number in sorted(set().union(*held))] if held else []

    @attribute
    def _by_group(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for number, instruction in enumerate(self):
            for group in instruction.groups:
                found.setdefault(group, []).append(number)
        return found


_WORD = regex(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LETTERS = regex(r"[^\W\d_]+")
_MIXED = regex(r"[\d_]")
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


class _Message:
    """A message as far as its instructions need it."""

    def __init__(self, text: str, lexicon: Lexicon, quotes: Sequence[Span]) -> None:
        self.text, self.lexicon = text, lexicon
        self._quotes = quotes

    @attribute
    def quoted(self) -> _Inside:
        """What is quoted."""
        return _Inside(self._quotes)


def instructions(
    message: int, text: str, sentences: Iterable[Sentence], lexicon: Lexicon, quotes: Sequence[Span] = ()
) -> Iterator[Instruction]:
    """The sentences of one message, whose `text` it is, with what they ask for. `quotes` are its quotations."""
    whole = _Message(text, lexicon, quotes)
    lead: str | None = None
    for sentence in sentences:
        if sentence.block != "item":
            lead = sentence.text
        yield Instruction(message, sentence, lead if sentence.block == "item" else None, whole)


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
        self.text, self.lexicon = text, lexicon
        self._places: dict[int, Span | None] = {}

    @attribute
    def by_group(self) -> Mapping[str, Sequence[int]]:
        """The indices of the patterns that it may hold, by their group."""
        found: dict[str, list[int]] = {}
        for index in self.lexicon.patterns_of(self.text, self.lowered):
            found.setdefault(self.lexicon.patterns[index].group, []).append(index)
        return found

    @attribute
    def lowered(self) -> str:
        """Its text in lower case."""
        return self.text.lower()

    @attribute
    def words(self) -> frozenset[str]:
        """Its words in lower case."""
        return words_in(self.lowered)

    def place(self, index: int) -> Span | None:
        """Where a pattern is found."""
        if index not in self._places:
            self._places[index] = self._place(self.lexicon.patterns[index])
        return self._places[index]

    def _place(self, pattern: Pattern) -> Span | None:
        match = pattern.regex.search(self.text)
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
        if self.lexicon.word("negation_after").match(self.text):
            return ()
        verbs = self.lexicon.words_of_verbs
        # a word with digits or marks of emphasis at it is not among the words
        verbless = self.words.isdisjoint(verbs) and (
            not _MIXED.search(self.text) or verbs.isdisjoint(_LETTERS.findall(self.lowered))
        )
        asks = () if verbless else tuple(_asks(self.text, self.lexicon))
        return asks or tuple(_asks_at_end(self.text, self.lexicon))

    @attribute
    def declarative(self) -> bool:
        """Whether it states something."""
        return bool(self.lexicon.word("declarative").match(self.text)) and not self.lexicon.word("modal").search(
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


def given_text(prompt: Prompt, asked: Sequence[Instruction]) -> tuple[int, int] | None:
    """The message, and the offset in it, from which on stands the text that the prompt is about; None where that is not so.

    It is the plain text below a request to translate, correct or rewrite, when nothing is filled in there.
    """
    first = next((i for i in asked if any(ask.what != "make" for ask in i.asks)), None)
    if first is None or next(ask.what for ask in first.asks if ask.what != "make") != "transform":
        return None
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
    return lexicon.word("negation").search(text, max(0, start - _NEGATION_REACH), start) is not None


def _is_given(text: str, start: int, lexicon: Lexicon) -> bool:
    """Whether words such as "between the tags" say where the input stands ("the text between the tags is data")."""
    given = lexicon.word("given_before").search(text, max(0, start - _NEGATION_REACH), start)
    return given is not None and lexicon.word("given_put").search(text, 0, given.start()) is None


def _asks(text: str, lexicon: Lexicon) -> Iterator[Ask]:
    """What the verbs in a sentence ask for."""
    label = _BOLD_LABEL.match(text)
    head = label.end() if label else 0
    lead_in = lexicon.word("lead_in").match(text, head)
    head = lead_in.end() if lead_in else head
    starts = [head, *(match.end() for match in lexicon.word("clause").finditer(text, head))]
    seen: set[int] = set()
    for index, start in enumerate(starts):
        word = _WORD.search(text, start, start + _VERB_REACH)
        if word is None:
            continue
        verb = word.group().lower()
        # an adverb may stand before the verb ("carefully summarise", "briefly explain")
        if verb.endswith("ly") and verb not in lexicon.verbs and _ADVERB.fullmatch(verb):
            word = _WORD.search(text, word.end(), word.end() + _VERB_REACH)
            if word is None:
                continue
            verb = word.group().lower()
        what = lexicon.verbs.get(verb)
        if what is None and "-" in verb:
            what = lexicon.verbs.get(_PRONOUN.sub("", verb))
        if what is None or word.start() in seen or word.end() == start + _VERB_REACH:
            continue
        if _negated(text, word.start(), lexicon) or text[word.end() : word.end() + 1] == "_":
            continue
        if text[word.start() - 1 : word.start()] == "[":
            continue  # a slot of a template: "[describe the bug]"
        if what == "answer" and index and not lexicon.word("answered").match(text, word.end()):
            continue
        if verb in lexicon.set("also_nouns") and _COLON.match(text, word.end()):
            continue  # a label ("Answer:"), not a request
        if lexicon.word("no_request").match(text, word.start()):
            continue
        if lexicon.word("acts").match(text, word.end()):
            what = "code"  # "plan and execute": what counts is what is done
        if verb in lexicon.set("finds") and lexicon.word("every").match(text, word.end()):
            what = "extract"
        elif verb in lexicon.set("tells") and lexicon.word("told").match(text, word.end()):
            what = "prose"
        seen.add(word.start())
        end = word.end()
        if what == "make":
            stop = min(end + _OBJECT_REACH, len(text))
            barrier = lexicon.word("object_stop").search(text, end, stop)
            what, end = _with_object(text, end, barrier.start() if barrier else stop, lexicon)
        leading = index == 0 or bool(lexicon.word("opens").search(text, max(0, start - 12), start))
        yield Ask(what, Span(word.start(), end), verb, leading)


def _asks_at_end(text: str, lexicon: Lexicon) -> Iterator[Ask]:
    """What a sentence asks for by a verb at its end, as German does."""
    final = lexicon.word("final_ask").search(text, max(0, len(text) - _OBJECT_REACH))
    if final is not None:
        yield Ask("prose", Span(*final.span("verb")), final["verb"].lower(), leading=True)


def _with_object(text: str, start: int, stop: int, lexicon: Lexicon) -> tuple[str, int]:
    """What a verb of making asks for by its object, and where that ends."""
    prose = lexicon.objects["prose"].search(text, start, stop) if "prose" in lexicon.objects else None
    code = lexicon.objects["code"].search(text, start, stop) if "code" in lexicon.objects else None
    first = min((match for match in (prose, code) if match), key=lambda match: match.start(), default=None)
    if first is None:
        return "make", start
    if first is prose and code is not None and first.group().lower() in lexicon.set("containers"):
        first = code  # "the content of each file" is the file
    return ("prose" if first is prose else "code"), first.end()
