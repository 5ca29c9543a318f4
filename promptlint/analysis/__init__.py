"""What the words of a prompt mean: its language, its sentences, its kind, and the answer that it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from promptlint.analysis.kind import detect_kind
from promptlint.analysis.language import detect_language
from promptlint.analysis.lexicon import LANGUAGES, Lexicon, PhraseMatch, lexicon
from promptlint.analysis.regions import Region, RegionKind, find_regions, mask
from promptlint.analysis.sentences import Sentence, split_sentences
from promptlint.analysis.shape import AnswerShape, answer_shape
from promptlint.analysis.task import Instruction, instructions
from promptlint.prompt import Kind, Message, Prompt
from promptlint.source import Span

__all__ = ["Analysis", "MessageAnalysis", "analyse"]

_NOT_WORDING: tuple[RegionKind, ...] = (
    "code", "inline-code", "quote", "example", "data", "variable", "control", "comment", "link", "tag",
)  # fmt: skip
_NOT_INSTRUCTION: tuple[RegionKind, ...] = ("code", "example", "data", "variable", "control", "comment", "link")


class MessageAnalysis:
    """One message with what in it is an instruction. Views are computed when they are asked for."""

    def __init__(self, message: Message) -> None:
        self.message = message

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """What in the message is not an instruction."""
        return find_regions(self.message)

    @property
    def quotes(self) -> tuple[Span, ...]:
        """The quotations."""
        return tuple(region.span for region in self.regions if region.kind == "quote")

    @cached_property
    def wording(self) -> str:
        """The text with everything blanked whose wording is not to be judged; same offsets."""
        return mask(self.message.text, self.regions, _NOT_WORDING)

    @cached_property
    def instruction_text(self) -> str:
        """The text with code, examples and data blanked, but quotations kept: they may name a format or a label."""
        return mask(self.message.text, self.regions, _NOT_INSTRUCTION)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the instruction text."""
        return split_sentences(self.instruction_text)


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

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        """The sentences with what they ask for, over all messages but the assistant's own."""
        words = self.lexicon
        if words is None:
            return ()
        return tuple(
            instruction
            for index, part in enumerate(self.messages)
            if part.message.role not in ("assistant", "tool")
            for instruction in instructions(index, part.message.text, part.sentences, words, part.quotes)
        )

    @cached_property
    def kind(self) -> Kind:
        """What the prompt is for."""
        return detect_kind(self.prompt, self.instructions)

    @cached_property
    def shape(self) -> AnswerShape:
        """The shape of the answer it asks for."""
        shots = any(region.kind == "example" for part in self.messages for region in part.regions)
        return answer_shape(self.prompt, self.kind, self.instructions, self.lexicon, shots=shots)

    @cached_property
    def phrases(self) -> tuple[tuple[PhraseMatch, ...], ...]:
        """Wordy phrases, for each message."""
        words = self.lexicon
        if words is None:
            return tuple(() for _ in self.messages)
        return tuple(tuple(words.find_phrases(part.wording)) for part in self.messages)


def analyse(prompt: Prompt, language: str | None = None) -> Analysis:
    """Analyse one prompt; `language` (an ISO 639-1 code) overrides detection. Cheap until a property is asked for."""
    messages = tuple(MessageAnalysis(message) for message in prompt.messages)
    declared = language or prompt.language
    if declared is None:
        declared = detect_language("\n".join(part.instruction_text for part in messages))
    return Analysis(prompt, messages, declared)
