"""The shape of the answer that a prompt asks for: how its length is bounded, in which format it comes, and the words that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeAlias

from promptlint.analysis.fields import Fields
from promptlint.analysis.lexicon import Lexicon
from promptlint.analysis.task import Ask, Evidence, Instruction, Instructions, evidence_of, invoked
from promptlint.diagnostic import Confidence
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Control, Message, Prompt, Text, Use, Variable
from promptlint.source import Span

__all__ = ["AnswerShape", "Evidence", "Format", "Limit", "answer_shape"]

Limit: TypeAlias = Literal["bounded", "soft", "open", "na"]
Format: TypeAlias = Literal["structured", "should-be-json", "prose", "na"]


@dataclass(frozen=True, slots=True)
class AnswerShape:
    """How the answer's length is bounded and in which format it is asked for.

    `limit`: ``bounded`` (countable, by a cap or by its shape), ``soft`` (vague words), ``open`` (free-form, nothing bounds it),
    ``na`` (a bound makes no sense). `format`: ``structured``, ``should-be-json`` (data asked for as free text), ``prose``, ``na``.
    `asked` is where the answer is asked for.
    """

    limit: Limit
    limit_confidence: Confidence
    limit_evidence: tuple[Evidence, ...]
    format: Format
    format_confidence: Confidence
    format_evidence: tuple[Evidence, ...]
    asked: Evidence | None


NOT_APPLICABLE = AnswerShape("na", Confidence.HIGH, (), "na", Confidence.HIGH, (), None)

_SETTINGS = Evidence("settings", -1, Span(0, 0))


def answer_shape(
    prompt: Prompt, asked: Instructions, lexicon: Lexicon, fields: Callable[[], Fields | None], *, shots: bool
) -> AnswerShape:
    """What the instructions of a task say about the answer.

    `fields` finds the pieces of data that the prompt names, which where a format is asked for nobody needs. `shots`: the prompt
    holds examples, which may show its length.
    """
    limit, limit_confidence, limit_evidence, main = _limit(prompt, asked, shots=shots, lexicon=lexicon)
    form, form_confidence, form_evidence = _format(prompt, asked, fields, main)
    if form == "should-be-json" and any(lexicon.word("for_people").search(item.sentence.text) for item in asked):
        form_confidence = Confidence.LOW
    replies = main is not None and main.what == "answer"  # to a question, with those fields
    named = fields() if limit == "open" and form == "should-be-json" else None
    if named is not None and (replies or not named.wordy):
        limit, limit_confidence, limit_evidence = (
            "bounded",
            Confidence.MEDIUM,
            form_evidence,
        )  # short fields bound the answer
    return AnswerShape(limit, limit_confidence, limit_evidence, form, form_confidence, form_evidence, main)


def _about_answer(instruction: Instruction, lexicon: Lexicon) -> bool:
    """Whether a number or a word of brevity in this sentence can be about the answer: the sentence instructs or names the answer."""
    if instruction.has("conditional"):
        return False
    if instruction.asks or not instruction.declarative or lexicon.word("enough").search(instruction.sentence.text):
        return True
    states = instruction.has("bounded") and instruction.sentence.block == "paragraph"
    return not instruction.has("input") and (states or instruction.has("answer"))


def _structured(asked: Instructions) -> tuple[Evidence, ...]:
    """Where a machine-readable format is asked for; a bare "JSON" counts in a sentence that is about the answer."""
    found = asked.evidence("structured")
    named = (i for i in asked.of("structured-word") if i.asks or _names_answer(i))
    return found or evidence_of(named, "structured-word")


def _shown(prompt: Prompt, asked: Instructions) -> tuple[Evidence, ...]:
    """Where a sentence about the answer ends in a colon and a block of data shows what the answer looks like."""
    found = []
    for instruction in asked.of("layout"):
        sentence = instruction.sentence
        if sentence.text.rstrip().endswith(":") and instruction.has("layout"):
            text = prompt.messages[instruction.message].text
            if match := _DATA_BLOCK.match(text, sentence.end):
                found.append(Evidence("structured", instruction.message, Span(*match.span("head"))))
    return tuple(found)


def _names_answer(instruction: Instruction) -> bool:
    """Whether a sentence without a request speaks of the answer. An item of a list ("XML docs, descriptions") is mostly about the subject."""
    if instruction.sentence.block == "item" and not instruction.in_output_section:
        return False
    return instruction.has("answer", "layout")


def _shaping(about: Sequence[Instruction], asks: Sequence[tuple[Instruction, Ask]]) -> tuple[Evidence, ...]:
    """Where a label or a piece of code is asked for as the answer, not for one section of a longer text."""
    text = next((i for i, ask in asks if ask.leading), None)
    if (
        text is None
        or not any(ask.what == "prose" and ask.leading for ask in text.asks)
        or text.sentence.block == "item"
    ):
        return evidence_of(about, "label", "code")
    return evidence_of(
        [i for i in about if not (i.has("code") and i.has("answer") and i.sentence.block == "item")], "label", "code"
    )


def _left_open(asked: Iterable[Instruction], lexicon: Lexicon) -> bool:
    """Whether the author says that the answer shall be long, or that another text says what it looks like."""
    return any(
        instruction.has("long") or lexicon.word("elsewhere").search(instruction.sentence.text) for instruction in asked
    )


_LONG = 30
"""Sentences from which on a command is a work plan."""
_FEW = 3
"""Requests up to which each is taken for the answer."""
_FREE = frozenset({"prose", "answer"})
_OTHER = frozenset({"code", "transform", "extract", "label"})
HISTORY = frozenset(
    {"history", "chat_history", "messages", "thread", "conversation_history", "chathistory", "conversation"}
)
"""Variables that hold earlier turns."""
_QUESTION = frozenset(
    {
        "question",
        "query",
        "message",
        "prompt",
        "user_input",
        "userinput",
        "user_query",
        "user_message",
        "frage",
        "pregunta",
    }
)


def _limit(
    prompt: Prompt, asked: Instructions, *, shots: bool, lexicon: Lexicon
) -> tuple[Limit, Confidence, tuple[Evidence, ...], Evidence | None]:
    main = Evidence(asked.first[1].what, asked.first[0].message, asked.first[1].span) if asked.first else None
    settings = prompt.settings
    if settings.max_output_tokens is not None or settings.schema is not None:
        return "bounded", Confidence.HIGH, (_SETTINGS,), main

    def about(*groups: str) -> list[Instruction]:
        return [instruction for instruction in asked.of(*groups) if _about_answer(instruction, lexicon)]

    if bounds := evidence_of(about("bounded"), "bounded"):
        return "bounded", Confidence.HIGH, bounds, main
    if soft := evidence_of(about("soft"), "soft"):
        return "soft", Confidence.HIGH, soft, main
    if structured := _structured(asked) or _shown(prompt, asked):
        return "na", Confidence.MEDIUM, structured, main
    asks = asked.asks
    shaping = about("label", "code")
    shaped = _shaping(shaping, asks)
    alone = [
        i
        for i in shaping
        if i.has("label") and not i.has("rationale", "layout") and lexicon.word("only").search(i.sentence.text)
    ]
    if shaped and (alone or not asked.evidence("rationale")):
        return "bounded", Confidence.MEDIUM, shaped, main
    # the list items of a long command for an agent are its steps, not its answer
    steps = len(asked) > _LONG and invoked(prompt)
    free = [
        (i, ask)
        for i, ask in asks
        if ask.what in _FREE and not i.has("conditional") and not (steps and i.sentence.block == "item")
    ]
    if (table := asked.evidence("table")) and not any(ask.leading for _, ask in free):
        return "na", Confidence.MEDIUM, table, main
    if not free and main is not None and main.what == "label" and not asked.evidence("rationale"):
        return "bounded", Confidence.MEDIUM, (main,), main
    if not free:
        return _implied(prompt, asked, main, shots=shots, lexicon=lexicon)
    first = next((ask.what for _, ask in asks if ask.what not in ("make", "list", "review")), None)
    leading = [(i, ask) for i, ask in free if ask.leading]
    others = sum(ask.what in _OTHER and ask.leading for _, ask in asks)
    # in a list below a request for prose, a sentence about translating is a detail of it
    main_request = leading[0][0] if leading and leading[0][0].sentence.block == "paragraph" else None
    transforms = [
        i
        for i in asked.of("transform")
        if i.sentence.block != "heading" and (main_request is None or i.sentence.block != "item")
    ]
    if first == "transform" or evidence_of(transforms, "transform"):
        return "na", Confidence.MEDIUM, (), main
    if not leading and first in _OTHER and not (first == "label" and asked.evidence("rationale")):
        return "na", Confidence.MEDIUM, (), main
    instruction, ask = (leading or free)[0]
    evidence = Evidence(ask.what, instruction.message, ask.span)
    # a step among many may only prepare the answer; an explanation beside a label is not all of it
    aside = len(asks) > _FEW and instruction.sentence.block == "item" and not instruction.in_output_section
    beside = all(i.has("rationale") for i, _ in free)
    if steps and instruction.sentence.text.lstrip().startswith("**") and not instruction.in_output_section:
        confidence = Confidence.LOW  # "**Action**: create a plan" is a step
    elif asked.evidence("file") or (shots and (beside or ask.what == "answer")) or _left_open(asked, lexicon):
        confidence = Confidence.LOW
    elif leading and first in _FREE and len(leading) * 2 >= others and not aside and not (shaped and beside):
        confidence = Confidence.HIGH
    elif (leading and first in _FREE) or len(free) * 2 >= others:
        confidence = Confidence.MEDIUM
    else:
        confidence = Confidence.LOW
    if confidence is Confidence.HIGH and _includes(prompt):
        confidence = Confidence.MEDIUM  # the limit may stand in the other file
    return "open", confidence, (evidence,), evidence


def _includes(prompt: Prompt) -> bool:
    return any(
        isinstance(part, Control) and part.kind == "include" for message in prompt.messages for part in message.parts
    )


def _implied(
    prompt: Prompt, asked: Instructions, main: Evidence | None, *, shots: bool, lexicon: Lexicon
) -> tuple[Limit, Confidence, tuple[Evidence, ...], Evidence | None]:
    """An answer that no verb asks for: a user's question, or a label at the end for the model to go on from."""
    asks = [each for each in asked.asks if each[1].what != "make"]
    if any(ask.what in _OTHER and (ask.leading or number == 0) for number, (_, ask) in enumerate(asks)):
        return "na", Confidence.LOW, (), main
    weak = [
        (i, ask)
        for i, ask in asks
        if ask.leading and ask.what in ("review", "list") and i.sentence.block == "paragraph"
    ]
    if weak and not invoked(prompt) and not shots and not asked.evidence("file"):
        evidence = Evidence(weak[0][1].what, weak[0][0].message, weak[0][1].span)
        return "open", Confidence.MEDIUM, (evidence,), evidence
    question = next((i for i in asked if lexicon.word("question").search(i.sentence.text)), None)
    if question is not None and not asks and not shots:
        evidence = Evidence("answer", question.message, question.sentence.span)
        return "open", Confidence.MEDIUM, (evidence,), evidence
    last = len(prompt.messages) - 1
    cue = trailing_cue(prompt.messages[last]) if prompt.messages else None
    if cue is not None and cue[0].strip().lower() in lexicon.set("cues"):
        evidence = Evidence("answer", last, cue[1])
        return "open", Confidence.MEDIUM, (evidence,), evidence
    alone = not asked.asks
    for index, message in enumerate(prompt.messages if not shots else ()):
        if message.role == "user" and (use := _question(message, ends=alone)) is not None:
            evidence = Evidence("answer", index, use.span)
            # where earlier turns are filled in, it is one of many
            turns = any(use.name.lower() in HISTORY for message in prompt.messages for use in message.uses)
            return "open", Confidence.LOW if turns else Confidence.MEDIUM, (evidence,), evidence
    return "na", Confidence.LOW, (), main


def _question(message: Message, *, ends: bool) -> Use | None:
    """The variable that a user's question is put in place of, where the message is nothing else or, if `ends`, ends in it."""
    uses = list(message.uses) if not message.literal.strip() else []
    if not uses and ends:
        filled = [part for part in message.parts if not isinstance(part, Text) or part.text.strip()]
        if (
            filled
            and isinstance(filled[-1], Variable)
            and _LINE_START.search(message.text[: filled[-1].span.start][-80:])
        ):
            uses = list(filled[-1].uses)
    return next((use for use in uses if use.name.lower() in _QUESTION), None)


def _format(
    prompt: Prompt, asked: Instructions, fields: Callable[[], Fields | None], main: Evidence | None
) -> tuple[Format, Confidence, tuple[Evidence, ...]]:
    settings = prompt.settings
    if settings.schema is not None or (
        settings.response_format is not None and settings.response_format.value != "text"
    ):
        return "structured", Confidence.HIGH, (_SETTINGS,)
    structured = _structured(asked) or asked.evidence("table") or _shown(prompt, asked)
    if structured:
        return "structured", Confidence.HIGH, structured
    named = fields()
    if named is not None:
        # in a command for an agent, named data is mostly on the way to somewhere else
        return "should-be-json", Confidence.LOW if invoked(prompt) else named.confidence, (named.evidence,)
    shaped = asked.evidence("label", "code")
    if not shaped and main is not None and main.what == "label":
        shaped = (main,)
    if shaped:
        return "structured", Confidence.MEDIUM, shaped
    return "prose", Confidence.MEDIUM, () if main is None else (main,)


def trailing_cue(message: Message) -> tuple[str, Span] | None:
    """A label that ends the message for the model to go on from (``Answer:``), and its place."""
    parts = message.parts
    end = len(message.text)
    if not parts or not isinstance(parts[-1], Text):
        return None
    match = _CUE.search(message.text, max(0, end - 80))
    return (match["label"], Span(match.start("label"), match.end("label"))) if match else None


_DATA_BLOCK = regex(
    r"\s*(?P<head>(?:```|~~~)[ \t]*(?:json\w*|ya?ml|xml|csv|toml)\b|(?:(?:```|~~~)[ \t]*\w*\s*)?[\[{]\s*\")"
)
_LINE_START = regex(r"(?:^|[\r\n])[ \t]*\Z")
_CUE = regex(r"(?:^|[\r\n])[ \t#*>]*(?P<label>[^\W\d_][\w' -]{1,40}?)[ \t*]*:[ \t*\"'`]*[\r\n\s]*\Z")
