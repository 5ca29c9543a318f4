"""A task whose free-form answer nothing bounds: the rule `missing-output-limit`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.checks._models import answers_in_text
from promptlint.diagnostic import Confidence, Finding, Severity

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the words that ask for the answer."""
    if context.document.agent_file:
        return
    shape = context.analysis.shape
    if shape.limit != "open" or shape.asked is None:
        return
    if context.model is not None and not answers_in_text(context.model):
        return
    place = shape.limit_evidence[0]
    location = context.prompt.messages[place.message].locate(place.span)
    if location is None:
        return
    # of findings in programs every second one was right: a program bounds answers in more ways than can be seen
    unsure = context.document.program
    confidence = min(shape.limit_confidence, Confidence.MEDIUM) if unsure else shape.limit_confidence
    yield Finding(location, confidence=confidence, severity=None if confidence is Confidence.HIGH else Severity.INFO)
