"""A task that does not say what to do when the answer is not there: the rule `missing-fallback`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.analysis.fallback import unprepared
from promptlint.analysis.task import invoked
from promptlint.checks import Context
from promptlint.diagnostic import Confidence, Finding
from promptlint.prompt import Variable

__all__ = ["check"]

_SAYS = {
    "answer": "nothing says what to answer when the given text does not hold the answer",
    "extract": "nothing says what to return for a field that the text does not hold",
    "classify": "none of these labels is for what fits no other",
}
_HELP = {
    "answer": 'Say it: If the answer is not in the text, answer "not found".',
    "extract": "Say it: Use null for a field that the text does not hold.",
    "classify": 'Add a label such as "other".',
}


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: where the answer is asked for, or at the labels."""
    prompt = context.prompt
    if context.document.agent_file or not any(
        isinstance(part, Variable) for message in prompt.messages for part in message.parts
    ):
        return
    if invoked(prompt):
        return
    found = unprepared(context.analysis)
    if found is None:
        return
    location = prompt.messages[found.evidence.message].locate(found.evidence.span)
    if location is not None:
        # whether the labels cover every input is for the program to know, and what it makes of an answer without content
        hidden = found.what == "classify" or context.document.program
        confidence = Confidence.LOW if hidden else Confidence.MEDIUM
        yield Finding(location, {"detail": _SAYS[found.what]}, confidence=confidence, help=_HELP[found.what])
