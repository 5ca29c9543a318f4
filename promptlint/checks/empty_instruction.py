"""Sentences that stand among the instructions and carry none: the rule `empty-instruction`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.analysis.task import Instruction, invoked
from promptlint.checks import Context
from promptlint.diagnostic import Applicability, Confidence, Finding, Fix
from promptlint.lazy import regex
from promptlint.prompt import Message
from promptlint.source import Span

__all__ = ["check"]

_READS = regex(r"\W*(?:\w+\W+){0,4}?(?:read|study|review|lies|lesen|lis|lisez|lee|lea)\b", re.IGNORECASE)
"""To an agent, "read the document" is an action."""
_MAX_SHOWN = 60


def check(context: Context) -> Iterator[Finding]:
    """One finding for each such sentence or clause, which the analysis calls hollow."""
    acts = context.document.agent_file or invoked(context.prompt)
    lexicon = context.analysis.lexicon
    for instruction in context.analysis.holding(lexicon.needed_by["hollow"]) if lexicon else ():
        span = instruction.place_of("hollow")
        if span is None or instruction.has("conditional") or instruction.sentence.block == "heading":
            continue
        message = context.prompt.messages[instruction.message]
        span = _trimmed(message.text, span)
        if acts and _READS.match(message.text[span.start : span.end]):
            continue
        if context.analysis.messages[instruction.message].wording[span.start : span.end].strip() == "":
            continue  # all of it is quoted
        location = message.locate(span)
        if location is not None:
            words = " ".join(message.text[span.start : span.end].split())
            shown = words if len(words) <= _MAX_SHOWN else words[:_MAX_SHOWN].rsplit(" ", 1)[0] + " ..."
            yield Finding(location, {"text": shown}, Confidence.MEDIUM, fix=_removal(message, instruction, span))


def _trimmed(text: str, span: Span) -> Span:
    words = text[span.start : span.end]
    return Span(span.start + len(words) - len(words.lstrip()), span.start + len(words.rstrip()))


def _removal(message: Message, instruction: Instruction, span: Span) -> Fix | None:
    """What it would be to leave the sentence out, which shows what it costs; None where only a clause is hollow."""
    sentence = instruction.sentence.span
    if not (span.start <= sentence.start + _MARK and sentence.end <= span.end + 1):
        return None
    edit = message.edit(sentence, "")
    return None if edit is None else Fix("Leave the sentence out", (edit,), Applicability.DISPLAY)


_MARK = 4
"""Code points of emphasis or a list's mark that a sentence may start with."""
