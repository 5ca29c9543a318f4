"""A cap on the answer's tokens that the answer asked for does not fit under: the rule `output-cap-too-low`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.analysis.instance import minimal_instance
from promptlint.analysis.length import StatedLength
from promptlint.checks import Context
from promptlint.diagnostic import Confidence, Finding, Related, Severity
from promptlint.prompt import Setting
from promptlint.source import Location

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """At most one finding, at the cap, with the place that asks for more."""
    cap = context.prompt.settings.max_output_tokens
    if cap is None or context.document.agent_file or not isinstance(cap.value, int) or cap.value <= 0:
        return
    found = _schema(context, cap, cap.value) or _length(context, cap, cap.value)
    if found is not None:
        yield found


def _schema(context: Context, cap: Setting[int | str], tokens: int) -> Finding | None:
    schema = context.prompt.settings.schema
    if schema is None or not isinstance(schema.value, dict):
        return None
    smallest = minimal_instance(schema.value)
    # a token holds at least one character
    if smallest is None or len(smallest) <= tokens:
        return None
    needed = context.tokens(smallest)
    if needed <= tokens:
        return None
    return _finding(cap, f"the smallest answer that the schema allows takes {needed:,}", schema.location)


def _length(context: Context, cap: Setting[int | str], tokens: int) -> Finding | None:
    lengths = [length for length in context.analysis.lengths if length.least_tokens > tokens]
    if not lengths:
        return None
    # what must be that long speaks louder than what may
    worst = max(lengths, key=lambda length: (length.bound != "upper", length.least_tokens))
    place = context.prompt.messages[worst.message].locate(worst.span)
    finding = _finding(cap, f"{worst} take {worst.least_tokens:,} or more", place)
    return finding if _sure(worst, tokens) else _weak(finding)


def _sure(length: StatedLength, cap: int) -> bool:
    """An answer may stay far below an upper limit; only where half of it is cut off, the two cannot both be meant."""
    return length.bound != "upper" or length.least_tokens >= 2 * cap


def _weak(finding: Finding) -> Finding:
    return Finding(
        finding.location, finding.values, Confidence.MEDIUM, Severity.INFO, help=finding.help, related=finding.related
    )


def _finding(cap: Setting[int | str], reason: str, place: Location | None) -> Finding:
    related = (Related(place, "this asks for more"),) if place is not None else ()
    return Finding(cap.location, {"cap": f"{cap.value:,}", "reason": reason}, related=related)
