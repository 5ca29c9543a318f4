"""Instructions to think, for a model that does so anyway: the rule `step-by-step-on-reasoning-model`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.checks import Context
from promptlint.checks._models import thinks
from promptlint.diagnostic import Applicability, Finding, Fix
from promptlint.lazy import regex
from promptlint.source import Span

if TYPE_CHECKING:
    from promptlint.analysis.thinking import Trigger

__all__ = ["check"]

_BLANKS = regex(r"[ \t]*")
_LINE_END = regex(r"[ \t]*(?:\r\n|\n|\r)")
_LINE_START = regex(r"(?P<break>\A|\r\n|\n|\r)[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?\Z")
_REACH = 40
"""How far before a sentence its line may begin, in code points."""


def check(context: Context) -> Iterator[Finding]:
    """Each such instruction, where the model reasons always or the settings turn its thinking on."""
    if context.model is None or context.document.agent_file or not thinks(context):
        return
    from promptlint.analysis.thinking import thinking_triggers

    for trigger in thinking_triggers(context.analysis):
        message = context.prompt.messages[trigger.message]
        location = message.locate(trigger.span)
        if location is not None:
            written = " ".join(message.text[trigger.span.start : trigger.span.end].split())
            yield Finding(location, {"phrase": written, "model": context.model}, fix=_fix(context, trigger))


def _fix(context: Context, trigger: Trigger) -> Fix | None:
    """Leave out a sentence that says nothing else, with the line where it stands alone on one."""
    if trigger.sentence is None:
        return None
    message = context.prompt.messages[trigger.message]
    span = _removed(message.text, trigger.sentence)
    if span is None or not (message.text[: span.start] + message.text[span.end :]).strip():
        return None
    edit = message.edit(span, "")
    return None if edit is None else Fix("Leave out the instruction to think", (edit,), Applicability.SAFE)


def _removed(text: str, sentence: Span) -> Span | None:
    """The sentence with the blanks beside it, or with its line; None for an item of a numbered list, whose numbers would jump."""
    window = max(0, sentence.start - _REACH)
    opens = _LINE_START.search(text, window, sentence.start)
    if opens is None:
        before = text[window : sentence.start]
        return Span(sentence.start - len(before) + len(before.rstrip(" \t")), sentence.end)
    if any(letter.isdigit() for letter in opens.group()):
        return None
    start = opens.end("break")
    behind = _LINE_END.match(text, sentence.end)
    if behind is not None:
        return Span(start, behind.end())
    if sentence.end == len(text):
        return Span(opens.start(), sentence.end)
    blanks = _BLANKS.match(text, sentence.end)
    return Span(sentence.start, blanks.end() if blanks else sentence.end)
