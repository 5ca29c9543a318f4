"""Reasons that are asked for although nothing but a label may be answered: the rule `unneeded-rationale`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.analysis.answers import unread_reason
from promptlint.analysis.task import invoked
from promptlint.checks import Context
from promptlint.diagnostic import Finding, Related
from promptlint.prompt import Kind

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the words that ask for reasons, with the words that leave no room for them."""
    if context.document.agent_file or invoked(context.prompt) or context.analysis.kind is not Kind.TASK:
        return
    settings = context.prompt.settings
    if settings.schema is not None or (settings.response_format and settings.response_format.value != "text"):
        return
    found = unread_reason(context.analysis)
    if found is None:
        return
    places = [context.prompt.messages[each.message].locate(each.span) for each in found]
    reason, contract = places
    if reason is not None:
        related = (Related(contract, "only this may be answered"),) if contract is not None else ()
        yield Finding(reason, related=related)
