"""Instructions that cannot both be followed: the rule `contradictory-instructions`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.analysis.contradictions import Claim, contradictions
from promptlint.checks import Context
from promptlint.diagnostic import Confidence, Finding, Related, Severity

__all__ = ["check"]

_DEGREE = frozenset({"length", "extent", "markdown"})
"""Topics of which a prompt can ask for some of both."""


def check(context: Context) -> Iterator[Finding]:
    """Each contradiction at the later of its two places."""
    if context.document.agent_file:
        return
    messages = context.prompt.messages

    def words(claim: Claim) -> str:
        return " ".join(messages[claim.message].text[claim.span.start : claim.span.end].split())

    for found in contradictions(context.analysis):
        location = messages[found.second.message].locate(found.second.span)
        other = messages[found.first.message].locate(found.first.span)
        if location is None or other is None:
            continue
        degree = found.second.topic in _DEGREE
        yield Finding(
            location,
            {"first": words(found.first), "second": words(found.second)},
            confidence=Confidence.MEDIUM if degree else Confidence.HIGH,
            severity=Severity.INFO if degree else None,
            related=(Related(other, "this asks for something else"),),
        )
