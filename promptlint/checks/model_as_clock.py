"""Dates, times and random values that a model is asked for and cannot have: the rule `model-as-clock`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.analysis import Analysis, MessageAnalysis
from promptlint.analysis.cues import cues, heard
from promptlint.analysis.lexicon import LANGUAGES
from promptlint.analysis.task import invoked
from promptlint.checks import Context
from promptlint.diagnostic import Confidence, Finding, Severity
from promptlint.lazy import regex
from promptlint.prompt import Kind
from promptlint.source import Span

__all__ = ["check"]

_SAYS = {
    "ask": ("asks the model for the date or time, which it does not know", "Supply the date as a variable."),
    "write": ("needs the date or time, which the model does not know", "Supply the date as a variable."),
    "rely": ("needs the date or time, which the model does not know", "Supply the date as a variable."),
    "random": ("asks for chance, and a model does not draw evenly", "Draw the value in code and supply it."),
    "uuid": ("asks for an identifier by chance, and a model makes one up", "Create the identifier in code."),
}
_DATED = regex(
    r"date|time|today|now|year|day|datum|zeit|uhr|heute|jahr|tag\b|jour|heure|fecha|hora|hoy|clock|timestamp",
    re.IGNORECASE,
)
"""Names of variables that may supply a date."""
_COMMANDS = ("gemini-cli",)


def check(context: Context) -> Iterator[Finding]:
    """At most one finding about the date and one about chance. Silent where a variable, the text or a tool may supply the value."""
    document, prompt = context.document, context.prompt
    language = context.analysis.language
    if document.agent_file or invoked(prompt) or prompt.settings.tools is not None or not cues("clock", language):
        return
    parts = [
        (index, part)
        for index, part in enumerate(context.analysis.messages)
        if part.message.role not in ("assistant", "tool")
    ]
    asked = [
        (index, part, cue)
        for index, part in parts
        for cue in heard("clock", language, part.wording, whole=part.literals)
    ]
    if not asked or any(part.message.template in _COMMANDS or _is_given(part) for _, part in parts):
        return
    dated = any(_DATED.search(use.name) for message in prompt.messages for use in message.uses)
    said: set[bool] = set()
    for index, part, cue in asked:
        chance = cue.name in ("random", "uuid")
        if chance in said or (dated and not chance):
            continue
        span = Span(cue.start, cue.end)
        if not _is_asked(context.analysis, index, span, reckoned=cue.name == "rely"):
            continue
        location = part.message.locate(span)
        if location is None:
            continue
        said.add(chance)
        what, advice = _SAYS[cue.name]
        written = " ".join(part.message.text[span.start : span.end].split())
        sure = context.analysis.kind is not Kind.SYSTEM
        yield Finding(
            location,
            {"phrase": written, "what": what},
            Confidence.HIGH if sure else Confidence.MEDIUM,
            Severity.INFO if chance or not sure else None,
            advice,
        )


def _is_given(part: MessageAnalysis) -> bool:
    """Whether the message states a date or speaks of tools, anywhere and in any language."""
    return any(heard("clock-context", language, part.message.text, "given") for language in LANGUAGES)


def _is_asked(analysis: Analysis, message: int, span: Span, *, reckoned: bool) -> bool:
    """Whether the words stand in a sentence that tells the model to do it: no condition, no prohibition, no program as its topic.

    `reckoned`: something has to be reckoned there, too.
    """
    words = analysis.lexicon
    for instruction in analysis.instructions:
        sentence = instruction.sentence
        if words is None or instruction.message != message or not sentence.start <= span.start < sentence.end:
            continue
        if sentence.block == "heading" or instruction.has("conditional"):
            return False
        around = {cue.name for cue in heard("clock-context", analysis.language, sentence.text)}
        if "code" in around or (reckoned and "reckon" not in around):
            return False
        before = sentence.text[: span.start - sentence.start]
        return words.word("negation").search(before[-_REACH:]) is None
    return False


_REACH = 60
"""Code points before the words in which a negation counts."""
