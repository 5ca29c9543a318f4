"""Text from outside, pasted into the running text of an instruction: the rule `undelimited-input`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.analysis.task import invoked
from promptlint.analysis.variables import Slot
from promptlint.checks import Context
from promptlint.diagnostic import Applicability, Aspect, Confidence, Finding, Fix, Severity
from promptlint.lazy import regex
from promptlint.prompt import Declaration, Kind, Variable

__all__ = ["check"]

_FROM_OUTSIDE = frozenset({"message", "document", "result"})
_TOUCHES: frozenset[Aspect] = frozenset(("code", "quotations", "template"))
"""The tags are new, and what stands in them is data."""
_FEW_WORDS = 4
_FEW_LETTERS = 40
_PATH = regex(r"(?:file|file_?names?|paths?|folder|director(?:y|ies)|dir|url)$", re.IGNORECASE)
"""The ends of names that stand, in the middle of a sentence, for where a text is found and not for the text."""


def check(context: Context) -> Iterator[Finding]:
    """For each such variable one finding, at the first place where text goes on behind it on its line."""
    prompt = context.prompt
    if context.document.agent_file or not any(
        isinstance(part, Variable) for message in prompt.messages for part in message.parts
    ):
        return
    if invoked(prompt) or any(message.template == "gemini-cli" for message in prompt.messages):
        return  # the person who writes the input is the one who gets the answer
    trusted = context.rule.options["trusted"]
    phrases = {each.name for each in prompt.declared or () if _is_phrase(each)}
    slots = [slot for slot in context.analysis.slots if slot.purpose in _FROM_OUTSIDE and slot.name not in phrases]
    elsewhere = {slot.name for slot in slots if slot.around not in ("inline", "end", "label")}
    seen: set[str] = set()
    for slot in slots:
        if slot.name in seen or (isinstance(trusted, tuple | list) and slot.name in trusted):
            continue
        if slot.around != "inline" or _PATH.search(slot.name):
            continue
        seen.add(slot.name)
        location = prompt.messages[slot.message].locate(slot.span)
        if location is None:
            continue
        # where the text stands a second time with something around it, this place may only speak of it
        sure = slot.purpose != "result" and slot.name not in elsewhere and context.analysis.kind is not Kind.FRAGMENT
        yield Finding(
            location,
            {"name": slot.name},
            confidence=Confidence.HIGH if sure else Confidence.LOW,
            severity=None if sure else Severity.INFO,
            fix=_wrapped(context, slot),
        )


def _is_phrase(declared: Declaration) -> bool:
    """Whether a declaration says, or its sample shows, that a few words are filled in, not a text."""
    words = len((declared.sample or "").split())
    return 0 < words <= _FEW_WORDS or 0 < (declared.max_length or 0) <= _FEW_LETTERS


def _wrapped(context: Context, slot: Slot) -> Fix | None:
    message = context.prompt.messages[slot.message]
    tag = re.sub(r"\W+", "_", slot.name).strip("_").lower()
    written = message.text[slot.span.start : slot.span.end]
    edit = message.edit(slot.span, f"<{tag}>{written}</{tag}>")
    return Fix(f"Put {slot.name} into <{tag}> tags", (edit,), Applicability.UNSAFE, _TOUCHES) if edit else None
