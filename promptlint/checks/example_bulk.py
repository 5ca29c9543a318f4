"""Examples that take most of a prompt: the rule `few-shot-bulk`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.analysis.demonstrations import shown_text
from promptlint.analysis.labels import label_sets
from promptlint.analysis.task import invoked
from promptlint.checks import Context
from promptlint.diagnostic import Finding
from promptlint.source import Span

__all__ = ["check"]

_SHOTS = 2
"""Worked examples below which a long one is no bulk of examples."""


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the first line of the first example."""
    prompt = context.prompt
    if context.document.agent_file or invoked(prompt):
        return
    shots = [shot for shot in context.analysis.demonstrations if shot.answer is not None]
    if len(shots) < _SHOTS or any("many-shot" in message.text.lower() for message in prompt.messages):
        return
    options = context.rule.options
    most, share, least, bulk = (options[name] for name in ("max-examples", "max-share", "min-tokens", "bulk-tokens"))
    if not (isinstance(most, int) and isinstance(share, int) and isinstance(least, int) and isinstance(bulk, int)):
        return
    # a classifier may show each of its labels
    labels = max((len(each.values) for each in label_sets(context.analysis, shots)), default=0)
    taken = sum(map(context.tokens, shown_text(prompt, shots)))
    if taken < (least if len(shots) > max(most, labels) else bulk):
        return
    total = sum(context.tokens(message.literal) for message in prompt.messages)
    if taken * 100 <= total * share:
        return
    first = shots[0].whole[0]
    message = prompt.messages[first.message]
    line = message.text[first.span.start : first.span.end].replace("\r", "\n").split("\n", 1)[0]
    location = message.locate(Span(first.span.start, first.span.start + len(line)))
    if location is not None:
        values = {"count": str(len(shots)), "tokens": f"{taken:,}", "total": f"{total:,}"}
        yield Finding(location, values)
