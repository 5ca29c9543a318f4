"""Text that a pattern of a user's rule matches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from promptlint.analysis import MessageAnalysis
from promptlint.checks import Context
from promptlint.diagnostic import Finding
from promptlint.linear import compiled
from promptlint.source import Span

__all__ = ["check", "expression", "matches"]

_SHOWN: Final = 60
"""Code points of a match that a message shows."""


def check(context: Context) -> Iterator[Finding]:
    """Every match of the rule's pattern, in instructions or in the whole text."""
    given = context.rule.rule.given
    where = str(given.get("where", "instructions"))
    options = context.rule.options["allow"]
    allowed = {str(text).lower() for text in options} if isinstance(options, tuple | list) else set()
    for index, part in enumerate(context.analysis.messages):
        if where == "instructions" and index not in context.analysis.instructing:
            continue  # a conversation that the model is shown instructs nobody
        for match in matches(expression(str(given["pattern"])), part, where):
            location = part.message.locate(Span(*match.span()))
            if location is None or match.group().lower() in allowed:
                continue
            groups = {name: _shown(text or "") for name, text in match.groupdict().items()}
            yield Finding(location, {"match": _shown(match.group()), **groups})


def matches(pattern: re.Pattern[str], part: MessageAnalysis, where: str) -> Iterator[re.Match[str]]:
    """The matches in a message; `where` is ``instructions`` or ``text``."""
    text = part.message.text
    searched = part.instruction_text if where == "instructions" else text
    for match in pattern.finditer(searched):
        # a match must not reach across what is blanked, nor consist of it
        if match.group() == text[match.start() : match.end()]:
            yield match


@lru_cache(maxsize=256)
def expression(pattern: str) -> re.Pattern[str]:
    """The compiled pattern of a rule. Raises PatternError for one that no rule file may hold."""
    return compiled(pattern)


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
