"""What changes with every call stands before text that never changes: the rule `variable-before-static`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.checks._caching import cache_minimum, first_slot
from promptlint.diagnostic import Confidence, Finding, Severity

__all__ = ["check"]

_LARGE = frozenset({"document", "history"})
"""Long inputs, which vendors advise to put before the instructions."""


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the first value that changes with every call."""
    options = context.rule.options
    place = first_slot(
        context, ("message", "question", "result", "document", "history"), int(str(options["static-tokens"]))
    )
    if place is None:
        return
    minimum = cache_minimum(context, int(str(options["cache-minimum"])))
    if minimum is None or place.total < minimum:
        return
    location = context.prompt.messages[place.slot.message].locate(place.slot.span)
    if location is None:
        return
    sure = place.before < minimum and place.slot.purpose not in _LARGE
    yield Finding(
        location,
        {
            "name": place.slot.name,
            "behind": f"{place.behind:,}",
            "before": f"{place.before:,}",
            "minimum": f"{minimum:,}",
        },
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        severity=None if sure else Severity.INFO,
    )
