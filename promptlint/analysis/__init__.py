"""What the words of a prompt mean: its language, its sentences, its kind, and the answer that it asks for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable

from promptlint.analysis.demonstrations import Demonstration, demonstrations
from promptlint.analysis.fields import Fields, find_fields
from promptlint.analysis.json_blocks import DataBlock, json_blocks
from promptlint.analysis.kind import detect_kind
from promptlint.analysis.language import detect_language
from promptlint.analysis.length import StatedLength, stated_lengths
from promptlint.analysis.lexicon import LANGUAGES, Lexicon, PhraseMatch, lexicon
from promptlint.analysis.literals import HeldLiterals, holds_any
from promptlint.analysis.regions import Region, RegionKind, find_regions, mask
from promptlint.analysis.sentences import Sentence, split_sentences
from promptlint.analysis.shape import NOT_APPLICABLE, AnswerShape, answer_shape
from promptlint.analysis.statements import Statement, normal_text, statements
from promptlint.analysis.task import Instruction, Instructions, Told, given_text
from promptlint.analysis.turns import instructing
from promptlint.analysis.variables import Slot, find_slots
from promptlint.lazy import attribute, dataclass
from promptlint.prompt import Kind, Message, Prompt
from promptlint.source import Span

__all__ = ["Analysis", "MessageAnalysis", "analyse"]

_NOT_WORDING: tuple[RegionKind, ...] = (
    "code", "inline-code", "quote", "blockquote", "example", "data", "variable", "control", "comment", "link", "tag",
)  # fmt: skip
_NOT_INSTRUCTION: tuple[RegionKind, ...] = ("code", "example", "data", "variable", "control", "comment", "link")


class MessageAnalysis:
    """One message with what in it is an instruction. Views are computed when they are asked for."""

    def __init__(self, message: Message) -> None:
        self.message = message

    @attribute
    def regions(self) -> tuple[Region, ...]:
        """What in the message is not an instruction."""
        return find_regions(self.message)

    @property
    def quotes(self) -> tuple[Span, ...]:
        """The quotations."""
        return tuple(region.span for region in self.regions if region.kind == "quote")

    def told(self, index: int, lexicon: Lexicon) -> Told:
        """What its instructions need of it, where it is the message with that index."""
        return Told(index, self.message.text, self.instruction_text, self.sentences, lexicon, lambda: self.quotes)

    @attribute
    def wording(self) -> str:
        """The text with everything blanked whose wording is not to be judged; same offsets."""
        return mask(self.message.text, self.regions, _NOT_WORDING)

    @attribute
    def instruction_text(self) -> str:
        """The text with code, examples and data blanked, but quotations kept: they may name a format or a label."""
        return mask(self.message.text, self.regions, _NOT_INSTRUCTION)

    @attribute
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the instruction text."""
        return split_sentences(self.instruction_text)

    @attribute
    def _bounds(self) -> tuple[list[int], list[int]]:
        """Where each sentence starts, and where it ends."""
        return [sentence.start for sentence in self.sentences], [sentence.end for sentence in self.sentences]

    def holding(self, literals: Iterable[str]) -> list[int]:
        """The numbers of the sentences that hold one of some literals, which are in lower case."""
        held = self.literals.held(tuple(literals))
        if not held:
            return []
        lowered = self.literals.lowered
        if len(lowered) != len(self.instruction_text):  # some letter becomes two
            return [number for number, each in enumerate(self.sentences) if holds_any(each.text.lower(), held)]
        starts, ends = self._bounds
        found: set[int] = set()
        for literal in held:
            length = len(literal)
            at = lowered.find(literal)
            while at >= 0:
                number = bisect_right(starts, at) - 1
                end = ends[number] if number >= 0 else 0
                if at + length <= end:
                    found.add(number)
                at = lowered.find(literal, end if end > at else at + 1)
        return sorted(found)

    @attribute
    def normal_texts(self) -> list[str]:
        """What is compared of each sentence: its text in the message without case and punctuation."""
        text = self.message.text
        return [normal_text(text[each.start : each.end]) for each in self.sentences]

    @attribute
    def literals(self) -> HeldLiterals:
        """The literals that the instruction text holds."""
        return HeldLiterals(self.instruction_text.lower())

    @attribute
    def json(self) -> tuple[DataBlock, ...]:
        """The JSON in the text."""
        return json_blocks(self)


@dataclass(frozen=True)
class Analysis:
    """What was found out about one prompt. `language` is None where it is none of the languages promptlint speaks."""

    prompt: Prompt
    messages: tuple[MessageAnalysis, ...]
    language: str | None

    @property
    def lexicon(self) -> Lexicon | None:
        """The words of the prompt's language."""
        return lexicon(self.language) if self.language in LANGUAGES else None

    @attribute
    def instructing(self) -> tuple[int, ...]:
        """The indices of the messages that instruct; the others show a conversation."""
        return instructing(self.prompt.messages)

    @attribute
    def instructions(self) -> Instructions:
        """The sentences with what they ask for, over all messages that instruct."""
        words = self.lexicon
        if words is None:
            return Instructions()
        return Instructions([self.messages[index].told(index, words) for index in self.instructing])

    def holding(self, literals: Collection[str]) -> list[Instruction]:
        """The instructions whose sentence holds one of some literals, which are in lower case. So only few are looked at closer."""
        return [self.instructions[number] for number in self.numbers_holding(literals)]

    def numbers_holding(self, literals: Collection[str]) -> list[int]:
        """The same as their numbers among the instructions."""
        before = 0
        found: list[int] = []
        for index in self.instructing if self.instructions else ():
            part = self.messages[index]
            found += [before + number for number in part.holding(literals)]
            before += len(part.sentences)
        return found

    @attribute
    def demonstrations(self) -> tuple[Demonstration, ...]:
        """The worked examples that the prompt shows."""
        return demonstrations(self)

    @attribute
    def kind(self) -> Kind:
        """What the prompt is for."""
        return self.prompt.kind or detect_kind(self.prompt, self.instructions)

    @attribute
    def shape(self) -> AnswerShape:
        """The shape of the answer it asks for."""
        if self.kind is not Kind.TASK or self.lexicon is None:
            return NOT_APPLICABLE
        # one turn may be the beginning of a conversation, several show what answers look like
        turns = [index for index, message in enumerate(self.prompt.messages) if message.role == "user"]
        shown = sum(index not in self.instructing for index in turns) > 1
        shots = shown or any(region.kind == "example" for part in self.messages for region in part.regions)
        return answer_shape(self.prompt, self.instructions, self.lexicon, lambda: self.fields, shots=shots)

    @attribute
    def fields(self) -> Fields | None:
        """The pieces of data that a task names for its answer."""
        if self.kind is not Kind.TASK or self.lexicon is None:
            return None
        return find_fields(self.prompt, self.instructions, self.lexicon)

    @attribute
    def slots(self) -> tuple[Slot, ...]:
        """The places where variables are filled in, with what they are for."""
        return find_slots(self.prompt, tuple(part.regions for part in self.messages))

    @attribute
    def lengths(self) -> tuple[StatedLength, ...]:
        """The lengths that the prompt states for its answer and the parts of it."""
        return stated_lengths(self)

    @attribute
    def statements(self) -> tuple[Statement, ...]:
        """The sentences of the messages that instruct, as far as they are compared with each other."""
        if self.language not in LANGUAGES:
            return ()
        return tuple(
            statement
            for index in self.instructing
            for statement in statements(index, self.messages[index], self.language)
        )

    @attribute
    def given_text(self) -> tuple[int, int] | None:
        """The message and the offset in it from which on stands the text that the prompt is about, where it holds that text."""
        return given_text(self.prompt, self.instructions)

    @attribute
    def phrases(self) -> tuple[tuple[PhraseMatch, ...], ...]:
        """Wordy phrases, for each message; none where it does not instruct."""
        words = self.lexicon
        if words is None:
            return tuple(() for _ in self.messages)
        return tuple(
            tuple(words.find_phrases(part.wording)) if index in self.instructing else ()
            for index, part in enumerate(self.messages)
        )


def analyse(prompt: Prompt, language: str | None = None) -> Analysis:
    """Analyse one prompt; `language` (an ISO 639-1 code) overrides detection. Cheap until a property is asked for."""
    messages = tuple(MessageAnalysis(message) for message in prompt.messages)
    declared = language or prompt.language
    if declared is None:
        declared = detect_language("\n".join(part.instruction_text for part in messages))
    return Analysis(prompt, messages, declared)
