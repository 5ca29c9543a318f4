"""A task whose free-form answer nothing bounds: the rule `missing-output-limit`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.diagnostic import Confidence, Finding, Severity

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the words that ask for the answer."""
    if context.document.agent_file:
        return
    shape = context.analysis.shape
    if shape.limit != "open" or shape.asked is None:
        return
    place = shape.limit_evidence[0]
    location = context.prompt.messages[place.message].locate(place.span)
    if location is None:
        return
    sure = shape.limit_confidence is Confidence.HIGH
    yield Finding(location, confidence=shape.limit_confidence, severity=None if sure else Severity.INFO)
