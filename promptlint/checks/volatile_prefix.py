"""A value that is never the same twice, near the start of a long prompt: the rule `volatile-prefix`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.checks._caching import cache_minimum, first_slot
from promptlint.diagnostic import Confidence, Finding, Severity

__all__ = ["check"]

_NEAR_START = 0.2
"""The share of the fixed text that may stand before a value near the start."""


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the first time, random value or id."""
    options = context.rule.options
    place = first_slot(context, ("volatile", "session"), int(str(options["static-tokens"])))
    if place is None or place.before > _NEAR_START * place.total:
        return
    minimum = cache_minimum(context, int(str(options["cache-minimum"])))
    if minimum is None or place.total < minimum:
        return
    location = context.prompt.messages[place.slot.message].locate(place.slot.span)
    if location is None:
        return
    sure = place.slot.purpose == "volatile"  # within one session, the prefix stays the same
    yield Finding(
        location,
        {
            "name": place.slot.name,
            "often": "with every call" if sure else "with every session",
            "behind": f"{place.behind:,}",
        },
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        severity=None if sure else Severity.INFO,
    )
