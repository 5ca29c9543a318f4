"""Files, logs, transcripts and lists of texts that may be of any length: the rule `unbounded-variable`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.analysis.variables import is_long
from promptlint.checks import Context
from promptlint.checks._unbounded import unbounded_slots
from promptlint.diagnostic import Confidence, Finding

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """For each such variable one finding, at its first place."""
    bounded = context.rule.options["bounded"]
    for slot in unbounded_slots(context, ("document", "result")):
        name = slot.looped or slot.name
        if isinstance(bounded, tuple | list) and name in bounded:
            continue
        location = context.prompt.messages[slot.message].locate(slot.span)
        if location is not None and is_long(name):
            what = f"the text of every item of '{name}'" if slot.looped is not None else f"'{name}'"
            yield Finding(location, {"what": what}, confidence=Confidence.MEDIUM)
