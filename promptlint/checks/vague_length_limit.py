"""Free text that only vague words keep short ("be concise"): the rule `vague-length-limit`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.analysis.length import vague_limit
from promptlint.analysis.task import invoked
from promptlint.checks import Context
from promptlint.diagnostic import Finding

__all__ = ["check"]

_FREE = frozenset({"prose", "answer"})


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the first words of brevity about the whole answer."""
    shape = context.analysis.shape
    if context.document.agent_file or shape.limit != "soft" or shape.format != "prose" or invoked(context.prompt):
        return
    if shape.asked is None or shape.asked.what not in _FREE:
        return  # the length of a translation, a label or code follows from something else
    place = vague_limit(context.analysis)
    location = None if place is None else context.prompt.messages[place.message].locate(place.span)
    if location is not None:
        yield Finding(location)
