"""JSON that is asked for without a word on what is to be in it: the rule `missing-schema`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.analysis.answers import unnamed_json
from promptlint.analysis.task import invoked
from promptlint.checks import Context
from promptlint.diagnostic import Finding

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the word JSON."""
    prompt = context.prompt
    settings = prompt.settings
    if context.document.agent_file or invoked(prompt) or settings.schema is not None or settings.tools is not None:
        return
    if settings.response_format is not None and settings.response_format.value == "json_schema":
        return  # declared, though not readable here
    if not any("json" in message.text.lower() for message in prompt.messages):
        return
    found = unnamed_json(context.analysis)
    location = None if found is None else prompt.messages[found.message].locate(found.span)
    if location is not None:
        yield Finding(location)
