"""What an author meant to fill in and sends as it is: the rule `unresolved-placeholder`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from promptlint.analysis import MessageAnalysis
from promptlint.analysis.cues import Heard, cues, heard
from promptlint.analysis.lexicon import LANGUAGES
from promptlint.analysis.literals import holds_any
from promptlint.analysis.task import Instruction, invoked
from promptlint.checks import Context
from promptlint.diagnostic import Confidence, Finding, Severity
from promptlint.lazy import regex
from promptlint.source import Span

__all__ = ["check"]

_FILLED_BY_TOOLS = ("gemini-cli",)
"""Template languages of commands that an agent runs: their slots are for the agent to fill."""
_MOST_SLOTS = 2
"""A message with more slots than this documents a form that the model is to fill."""


def check(context: Context) -> Iterator[Finding]:
    """Slots that tell a person what to put there, notes of things to do, and filler text, where a prompt is sent as it stands."""
    if context.document.agent_file or invoked(context.prompt):
        return
    for index, part in enumerate(context.analysis.messages):
        message = part.message
        if message.role in ("assistant", "tool") or message.template in _FILLED_BY_TOOLS:
            continue
        found = [*_slots(context, index, part), *_notes(part), *_filler(part)]
        for span, what, sure in found:
            location = message.locate(span)
            if location is not None:
                values = {"text": _shown(message.text[span.start : span.end]), "what": what}
                if sure:
                    yield Finding(location, values)
                else:
                    yield Finding(location, values, Confidence.MEDIUM, Severity.INFO)


_Found = tuple[Span, str, bool]
_SHOWN = 60


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


# -- slots -------------------------------------------------------------------------------------------------------------


_ANY_SLOT = regex(r"\[[^\[\]\r\n]{2,90}\](?!\()|<[^<>\r\n/]{0,30}\s[^<>\r\n=]{1,60}>")
_BRACKETS = regex(r"[\[<{]([^\[\]<>{}]++)[\]>}]")


@cache
def _slot_words() -> tuple[str, ...]:
    """Words in lower case of which one is in every slot."""
    known = (cue for language in LANGUAGES for cue in cues("placeholder", language) if cue.name == "slot")
    return tuple({need for cue in known for need in cue.needs})


def _may_hold_slots(text: str) -> bool:
    """Whether some brackets of a text hold words that a slot needs. Outside of brackets most texts do."""
    return holds_any("\n".join(_BRACKETS.findall(text)).lower(), _slot_words())


def _slots(context: Context, index: int, part: MessageAnalysis) -> Iterator[_Found]:
    text = part.message.text
    if not _may_hold_slots(part.instruction_text):
        return
    own = part.instruction_text
    found = [cue for language in LANGUAGES for cue in heard("placeholder", language, own, "slot", part.literals)]
    found = [cue for cue in found if own[cue.start : cue.end] == text[cue.start : cue.end]]
    if not found or len(_ANY_SLOT.findall(own)) > _MOST_SLOTS:
        return
    for cue in found:
        span = Span(cue.start, cue.end)
        if any(quote.overlaps(span) for quote in part.quotes):
            continue
        place = _place(context, index, part, cue)
        if place is not None:
            yield span, "asks for something that nobody put in", place == "input"


def _place(context: Context, index: int, part: MessageAnalysis, cue: Heard) -> Literal["input", "sentence"] | None:
    """What a slot stands for: the prompt's input, the object of a request, or None (something that the model is to write)."""
    text = part.instruction_text
    around = next(
        (
            each
            for each in context.analysis.instructions
            if each.message == index and each.sentence.start <= cue.start < each.sentence.end
        ),
        None,
    )
    if around is not None and around.in_output_section:
        return None
    before = text[: cue.start].rstrip()
    line = text[max(text.rfind("\n", 0, cue.start), text.rfind("\r", 0, cue.start)) + 1 : cue.start]
    label = line if line.strip() else before[max(before.rfind("\n"), before.rfind("\r")) + 1 :]
    if label.strip() and _matches("label", label):
        return "input"
    if not line.strip() and not any(each.isalnum() for each in text[cue.end :]):
        return "input"
    if (
        around is not None
        and _is_object(around, cue)
        and not _matches("told", text[max(0, cue.start - 40) : cue.start])
    ):
        return "sentence"
    return None


def _is_object(instruction: Instruction, cue: Heard) -> bool:
    """Whether a slot stands behind a verb that asks the model for something, in a sentence that says no more about the layout."""
    return not instruction.has("layout") and any(ask.leading and ask.span.end <= cue.start for ask in instruction.asks)


def _matches(name: str, text: str) -> bool:
    low = text.lower()
    return any(
        True
        for language in LANGUAGES
        for cue in cues("placeholder", language)
        if cue.name == name
        for _ in cue.matches(text, low)
    )


# -- notes and filler --------------------------------------------------------------------------------------------------

_NOTE = regex(
    r"(?:\A|(?<=[\r\n]))[ \t]*(?:[-*#+>/]{1,3}[ \t]*)?(?:\*\*|\[|<|\()?(?P<note>(?:TODO|FIXME)(?:\([\w.@-]{1,30}\))?[:\s-]+[^\s\d][^\r\n]{2,200})"
)
_TOPIC = regex(r"\b(?:to-?dos?|fixmes?)\b", re.IGNORECASE)
_FILLER = regex(r"\blorem ipsum dolor\b[^\r\n]{0,40}", re.IGNORECASE)


def _notes(part: MessageAnalysis) -> Iterator[_Found]:
    """Notes of the author to themselves. Where a prompt speaks of such notes otherwise, they are its topic."""
    text = part.message.text
    if "TODO" not in text and "FIXME" not in text:
        return
    notes = list(_NOTE.finditer(part.wording))
    if notes and len(_TOPIC.findall(text)) == len(notes):
        for match in notes:
            yield Span(*match.span("note")), "is a note to the author", True


def _filler(part: MessageAnalysis) -> Iterator[_Found]:
    if "ipsum" in part.message.text.lower():
        for match in _FILLER.finditer(part.wording):
            yield Span(match.start(), match.start() + len(match.group().rstrip())), "is filler text", True
