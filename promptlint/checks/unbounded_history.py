"""A conversation that goes into every call as a whole: the rule `unbounded-history`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.analysis.variables import is_log_of_turns
from promptlint.checks import Context
from promptlint.checks._unbounded import unbounded_slots
from promptlint.diagnostic import Confidence, Finding

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the first place where earlier turns are filled in.

    A conversation may also be what the task is about (to be judged, or summarised). It is a history where its name says so,
    or where what a user says now stands beside it.
    """
    current = any(slot.purpose in ("message", "question") for slot in context.analysis.slots)
    for slot in unbounded_slots(context, ("history",)):
        name = slot.looped or slot.name
        location = context.prompt.messages[slot.message].locate(slot.span)
        if location is not None and (current or is_log_of_turns(name)):
            yield Finding(location, {"name": name}, confidence=Confidence.MEDIUM)
            return
