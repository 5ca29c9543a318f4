"""JSON that only words ask for where the settings could make sure of it: the rule `schema-not-enforced`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.analysis.answers import json_asked
from promptlint.analysis.task import invoked
from promptlint.checks import Context
from promptlint.diagnostic import Confidence, Finding, Related, Severity
from promptlint.lazy import regex

__all__ = ["check"]

_ENFORCES = regex(
    r"(?:^|[^a-z0-9])(?:gpt-?4o|gpt-?4\.1|gpt-?4-?turbo|gpt-?5|gpt-?3\.?5-?turbo(?!-instruct|-0[36])|o[134](?:-|$)|"
    r"gemini-(?:1\.5|[2-9]|pro-latest|flash-latest)|claude-(?:opus|sonnet|haiku)-(?:4-[5-9]|[5-9])|"
    r"(?:mistral|ministral|codestral|pixtral)-(?:small|medium|large|latest|\d))",
    re.IGNORECASE,
)
"""Models that are known to take a schema, or at least a JSON mode, with the call.

OpenAI: JSON mode since gpt-4-turbo and gpt-3.5-turbo-1106, schemas since gpt-4o-2024-08-06; Gemini 1.5 and later:
responseSchema; Claude 4.5 and later: structured outputs; Mistral: response_format. Others are left alone.
"""


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the word JSON. A note where the file says nothing about the call but the model."""
    prompt = context.prompt
    settings = prompt.settings
    model = settings.model
    if model is None or settings.schema or settings.response_format or settings.tools:
        return
    if context.document.agent_file or invoked(prompt) or not _ENFORCES.search(model.value):
        return
    asked = json_asked(context.analysis)
    location = None if asked is None else prompt.messages[asked.message].locate(asked.span)
    if location is None:
        return
    configured = settings.temperature is not None or settings.max_output_tokens is not None
    yield Finding(
        location,
        {"model": model.value},
        confidence=Confidence.HIGH if configured else Confidence.MEDIUM,
        severity=None if configured else Severity.INFO,
        related=(Related(model.location, "the model that could be held to it"),),
    )
