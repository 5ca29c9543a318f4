"""Prompts that ask for nothing but sorting, counting or arithmetic: the rule `deterministic-task`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from promptlint.analysis.cues import Heard, cues, heard
from promptlint.analysis.task import Instruction, invoked
from promptlint.checks import Context
from promptlint.diagnostic import Finding
from promptlint.lazy import regex
from promptlint.prompt import Kind
from promptlint.source import Span

__all__ = ["check"]

_LONGEST = 500
"""Code points of literal text: who says more about a task wants something that is not done in three lines of code."""
_MEASURES = regex(
    r"(?:^|[/_.-])(?:tests?|testing|bench\w*|evals?|evaluations?|fixtures?|samples?)(?=[/_.-])", re.IGNORECASE
)
"""Places of prompts that measure what a model can do."""
_FORM = ("make", "answer")
_FORM_SIGNALS = (
    "label",
    "structured",
    "structured-word",
    "delimited",
    "bounded",
    "layout",
    "answer",
    "soft",
    "table",
    "fields",
)


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the work that is all the prompt asks for."""
    prompt, language = context.prompt, context.analysis.language
    if context.document.agent_file or invoked(prompt) or _MEASURES.search(context.document.source.path):
        return
    if not cues("routine", language) or sum(len(message.literal) for message in prompt.messages) > _LONGEST:
        return
    parts = context.analysis.messages
    found = [heard("routine", language, part.instruction_text, whole=part.literals) for part in parts]
    said = {cue.name for cue_list in found for cue in cue_list}
    if not said & {"text", "figures"} or "program" in said or ("text" not in said and "prose" in said):
        return
    if prompt.settings.tools is not None or any(region.kind == "example" for part in parts for region in part.regions):
        return
    # verbs such as "sort" ask for nothing that the analysis of answers knows, which makes fragments of such prompts
    if context.analysis.kind not in (Kind.TASK, Kind.FRAGMENT) or not _is_all(context.analysis.instructions, found):
        return
    for index, part in enumerate(parts):
        for cue in found[index]:
            if cue.name not in ("text", "figures"):
                continue
            location = part.message.locate(Span(cue.start, cue.end))
            if location is not None:
                yield Finding(location, {"phrase": " ".join(part.message.text[cue.start : cue.end].split())})
                return


def _is_all(instructions: Sequence[Instruction], found: Sequence[Sequence[Heard]]) -> bool:
    """Whether everything that the prompt asks for is such work, or says in which form the result is wanted."""
    for instruction in instructions:
        span = instruction.sentence.span
        work = [
            Span(cue.start, cue.end)
            for cue in found[instruction.message]
            if cue.name in ("text", "figures") and span.start <= cue.start < span.end
        ]
        if instruction.has("rationale", "classify", "rate") or ("?" in instruction.sentence.text and not work):
            return False
        for ask in instruction.asks:
            if any(place.overlaps(ask.span) for place in work):
                continue
            if ask.what == "answer" and not ask.leading:
                continue  # "... and answer with the number"
            if ask.what not in (*_FORM, "prose"):
                return False
            if not instruction.has(*(_FORM_SIGNALS if ask.what in _FORM else ("delimited", "label"))):
                return False
    return True
