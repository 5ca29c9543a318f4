"""Data that a program will parse, asked for as free text: the rule `free-text-output`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.diagnostic import Confidence, Finding, Severity

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the words that ask for the data; the message names the fields, the help shows a JSON shape."""
    if context.document.agent_file:
        return
    shape = context.analysis.shape
    fields = context.analysis.fields if shape.format == "should-be-json" else None
    if fields is None:
        return
    location = context.prompt.messages[fields.evidence.message].locate(fields.evidence.span)
    if location is None:
        return
    # the program may have a parser for just this text; of findings in programs every fourth was right
    confidence = Confidence.LOW if context.document.program else shape.format_confidence
    yield Finding(
        location,
        values={"fields": ", ".join(field.name for field in fields.items)},
        confidence=confidence,
        severity=None if confidence is Confidence.HIGH else Severity.INFO,
        help=f"Ask for JSON, for example {fields.json_shape()}, and enforce it with the provider's structured output where it has one.",
    )
