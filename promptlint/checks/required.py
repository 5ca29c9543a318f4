"""Text that every prompt must hold, by a user's rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from promptlint.analysis import MessageAnalysis
from promptlint.checks import Context
from promptlint.checks.pattern import expression, matches
from promptlint.diagnostic import Finding
from promptlint.lazy import regex
from promptlint.prompt import Prompt
from promptlint.source import Location, Span

__all__ = ["check"]

_FIRST_LINE: Final = regex(r"\S[^\r\n]*")


def check(context: Context) -> Iterator[Finding]:
    """The beginning of the prompt, when none of its messages holds the rule's pattern."""
    given = context.rule.rule.given
    kinds, roles = given.get("kinds"), given.get("roles")
    analysis = context.analysis
    if isinstance(kinds, tuple) and analysis.kind.value not in kinds:
        return
    parts = [part for part in analysis.messages if not isinstance(roles, tuple) or part.message.role in roles]
    if not parts:
        return
    pattern, where = expression(str(given["pattern"])), str(given.get("where", "text"))
    if not any(_holds(pattern, part, where) for part in parts):
        yield Finding(_beginning(context.prompt, parts))


def _holds(pattern: re.Pattern[str], part: MessageAnalysis, where: str) -> bool:
    return next(matches(pattern, part, where), None) is not None


def _beginning(prompt: Prompt, parts: Sequence[MessageAnalysis]) -> Location:
    """The first line of text, else where the prompt stands."""
    for part in parts:
        line = _FIRST_LINE.search(part.message.text)
        if line:
            location = part.message.locate(Span(line.start(), line.start() + len(line.group().rstrip())))
            if location is not None:
                return location
    start = prompt.location.span.start
    return Location(prompt.location.path, Span(start, start))
