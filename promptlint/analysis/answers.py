"""What a prompt says about the form of its answer: JSON, JSON whose parts nothing names, a label with reasons that nobody reads.

The words are in lexicons/answers.yaml. Sentences that only hold on a condition say nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.analysis.task import Evidence, Instruction
from promptlint.lazy import regex
from promptlint.prompt import Control, Text
from promptlint.source import Span

if TYPE_CHECKING:
    from promptlint.analysis import Analysis

__all__ = ["json_asked", "unnamed_json", "unread_reason"]


@cache
def _words(language: str) -> Mapping[str, re.Pattern[str]]:
    return {name: regex(body, re.IGNORECASE) for name, body in load_data("answers")[language].items()}


def json_asked(analysis: Analysis) -> Evidence | None:
    """Where the prompt says that its answer is to be JSON; None where it does not, or speaks of JSON that is given."""
    found = _json_sentence(analysis)
    return found[1] if found else None


def _json_sentence(analysis: Analysis) -> tuple[Instruction, Evidence] | None:
    if analysis.language not in LANGUAGES:
        return None
    words = _words(analysis.language)
    for instruction in analysis.holding(("json",)):
        sentence = instruction.sentence
        low = sentence.text.lower()
        if sentence.block == "heading" or instruction.has("conditional", "file"):
            continue
        match = words["json"].search(sentence.text)
        if match is None or words["given"].search(sentence.text):
            continue
        if sentence.block == "item" and (match.start() > _NEAR or ":" in sentence.text[: match.start()]):
            continue  # one step or one case among others
        at = low.find("json", match.start())
        if at < 0:
            continue
        span = Span(at, at + len("json")).shift(sentence.start)
        if any(
            region.span.contains(span)
            for region in analysis.messages[instruction.message].regions
            if region.kind in _SAID
        ):
            continue
        return instruction, Evidence("json", instruction.message, span)
    return None


_SAID = frozenset({"quote", "inline-code"})
_NEAR = 20
"""Up to here from its start, in code points, an entry of a list begins with what it is about."""
_KEY = regex(r"[\"'`]?[A-Za-z_][\w .-]{0,40}[\"'`]\s*:|[{,]\s*[A-Za-z_]\w{0,40}\s*\??:|<[\w ]{1,40}>|\[\s*\{|\{\s*\}")
"""A key of an object as JSON, a type or a sketch writes it."""
_HOLDS_SHAPE = regex(
    r"format|schema|instruct|example|output|field|template|structure|spec|type|shape|model|json|ctx|keys?|columns|labels",
    re.IGNORECASE,
)
"""A variable of such a name may hold the shape of the answer."""


def _names_parts(analysis: Analysis, asked: Instruction) -> bool:
    """Whether anything in the prompt may name the parts of its JSON answer: keys, an example, a schema, a list, a variable."""
    words = _words(analysis.language or "en")
    for message, part in zip(analysis.prompt.messages, analysis.messages, strict=True):
        if any(region.kind in _SHOWN for region in part.regions) or _KEY.search(message.literal):
            return True
        for each in message.parts:
            if isinstance(each, Text):
                continue
            included = isinstance(each, Control) and each.kind in _FROM_ELSEWHERE
            if included or _HOLDS_SHAPE.search(message.text, each.span.start, each.span.end):
                return True
    for instruction in analysis.instructions:
        sentence = instruction.sentence
        if sentence.block == "item" or instruction.has("fields", "layout", "delimited"):
            return True
        if "json" not in sentence.text.lower() and instruction is not asked:
            continue
        # a lone "JSON:" is where the answer goes on
        if words["named"].search(sentence.text) or _ENUMERATES.search(sentence.text.strip(" :*")):
            return True
    return False


_ENUMERATES = regex(r"[,:]")
_SHOWN = frozenset({"code", "example"})
_FROM_ELSEWHERE = frozenset({"include", "block", "macro"})


def unnamed_json(analysis: Analysis) -> Evidence | None:
    """Where JSON is asked for although nothing in the prompt says what is to be in it."""
    found = _json_sentence(analysis)
    if found is None:
        return None
    instruction, evidence = found
    text = instruction.sentence.text
    end = evidence.span.end - instruction.sentence.start
    if _words(analysis.language or "en")["plain"].match(text, end) or _names_parts(analysis, instruction):
        return None
    return evidence


def unread_reason(analysis: Analysis) -> tuple[Evidence, Evidence] | None:
    """Where reasons are asked for, and where nothing but a label may be answered; None where they do not contradict.

    Reasons that come before the answer are the model's way of thinking, which the prompt may want.
    """
    if analysis.language not in LANGUAGES:
        return None
    instructions = analysis.instructions
    if not instructions.has("rationale"):
        return None
    if instructions.has("structured", "structured-word"):
        return None  # there the reason has a field of its own
    words = _words(analysis.language)
    if not any(words["reason"].search(each.sentence.text) for each in instructions.of("rationale")):
        return None
    labelled = instructions.has("label")
    reason = contract = None
    for instruction in instructions:
        text = instruction.sentence.text
        if instruction.sentence.block == "heading" or words["before"].search(text):
            continue
        forbidden = words["no_reason"].search(text)
        if forbidden and forbidden.start() > _NEAR and not instruction.has("label", "answer"):
            continue  # "jargon without explanation"
        only = words["only"].search(text) or (forbidden if labelled else None)
        start = instruction.sentence.start
        if only and contract is None:
            contract = Evidence("only", instruction.message, Span(*only.span()).shift(start))
        asked = None if only or forbidden or not instruction.has("rationale") else words["reason"].search(text)
        if asked and reason is None:
            reason = Evidence("reason", instruction.message, Span(*asked.span()).shift(start))
    return (reason, contract) if reason and contract else None
