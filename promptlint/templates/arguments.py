"""``$ARGUMENTS`` and ``$1`` to ``$9``, the arguments of slash commands of coding agents.

``$ARGUMENTS[0]`` is one argument of several. A digit after a dollar is more often a price or a parameter of a shell
function, so ``$2`` counts only beside a ``$0`` or ``$1``, never as the start of an amount, and never inside a code fence.
"""

from __future__ import annotations

import re

from promptlint.lazy import regex
from promptlint.prompt import Use, Variable
from promptlint.source import Span
from promptlint.templates import markdown
from promptlint.templates.scanning import Scan, tiled

__all__ = ["scan"]

_ALL = r"(?P<all>ARGUMENTS)\b(?:\[\d++\])?"
_ONE = r"(?P<one>[0-9])(?![\w%]|[.,]\d)"
# what stands before the dollar is looked at behind it: the engine finds a pattern fast that begins with what it must hold
_ARGUMENT = regex(rf"\$(?<![\\$\w]\$)(?:{_ALL}|{_ONE})")


def scan(text: str) -> Scan:
    """The arguments that the text uses; a use's name is what follows the dollar."""
    if "$" not in text:
        return Scan(tiled(text, ()))
    matches = list(_ARGUMENT.finditer(text))
    if any(match["one"] for match in matches):
        fences = markdown.fences(text)
        matches = [match for match in matches if match["all"] or not markdown.inside(fences, match.start())]
        if not any(match["one"] in ("0", "1") for match in matches):
            matches = [match for match in matches if match["all"]]
    return Scan(tiled(text, map(_variable, matches)))


def _variable(match: re.Match[str]) -> Variable:
    group = "all" if match["all"] else "one"
    return Variable(Span(*match.span()), (Use(match[group], Span(*match.span(group))),))
