"""Instructions to think before the answer ("think step by step"), where the thoughts are not part of what is asked for.

The words are in lexicons/thinking.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

if TYPE_CHECKING:
    from promptlint.analysis import Analysis

__all__ = ["Trigger", "thinking_triggers"]


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words that tell the model to think. `sentence` is the whole sentence where it says nothing else, else None."""

    message: int
    span: Span
    sentence: Span | None


@dataclass(frozen=True, slots=True)
class _Words:
    head: re.Pattern[str]
    clause: re.Pattern[str]
    alone: re.Pattern[str]
    near: re.Pattern[str]
    shown: re.Pattern[str]


_NEEDS = regex(
    r"step[- ]by[- ]step|step at a time|s think|chain[- ]of[- ]thought|schritt|denk|étape par étape|pas à pas|chaîne de pensée"
    r"|paso a paso|paso por paso|cadena de pensamiento|gedankenkette",
    re.IGNORECASE,
)
"""What each trigger holds: most prompts are ruled out by one look."""
_MARKS = r"[\s*_>\"“«„(]*"


@cache
def _words(language: str) -> _Words:
    data = load_data("thinking")[language]
    flags = re.IGNORECASE | re.MULTILINE
    trigger = rf"(?P<trigger>{data['trigger']})"
    return _Words(
        regex(rf"{_MARKS}{data['before']}{trigger}(?!\w)", flags),
        regex(rf"[,;:]\s+{data['before']}{trigger}(?!\w)", flags),
        regex(rf"{_MARKS}{data['before']}(?:{data['trigger']}){data['alone']}\s*[.!:…*_]*\s*\Z", flags),
        regex(data["near"], flags),
        regex(data["shown"], flags),
    )


_BEFORE, _BEHIND = 80, 250
"""How far before and behind a trigger's sentence it is looked for what becomes of the thoughts, in code points."""
_BLANK_LINE = regex(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)")


def _paragraph(text: str, span: Span) -> tuple[int, int]:
    """What of the paragraph around a sentence is near it."""
    start, end = max(0, span.start - _BEFORE), min(len(text), span.end + _BEHIND)
    for gap in _BLANK_LINE.finditer(text, start, span.start):
        start = gap.end()
    behind = _BLANK_LINE.search(text, span.end, end)
    return start, behind.start() if behind else end


def thinking_triggers(analysis: Analysis) -> Iterator[Trigger]:
    """Where the prompt tells the model to think; none where it asks to see the thoughts or for a procedure."""
    if analysis.language not in LANGUAGES or not any(
        _NEEDS.search(message.text) for message in analysis.prompt.messages
    ):
        return
    words = _words(analysis.language)
    if any(words.shown.search(message.text) for message in analysis.prompt.messages):
        return
    for index in analysis.instructing:
        part = analysis.messages[index]
        if not _NEEDS.search(part.wording):
            continue
        for sentence in part.sentences:
            text = part.wording[sentence.start : sentence.end]
            if sentence.block == "heading" or not _NEEDS.search(text):
                continue
            match = words.head.match(text) or words.clause.search(text)
            if match is None or words.near.search(part.message.text, *_paragraph(part.message.text, sentence.span)):
                continue
            whole = sentence.span if words.alone.match(text) else None
            yield Trigger(index, Span(*match.span("trigger")).shift(sentence.start), whole)
