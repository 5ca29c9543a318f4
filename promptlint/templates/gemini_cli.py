"""The commands of Gemini CLI: ``{{args}}``, ``!{shell command}`` and ``@{file}``.

``{{args}}`` is what the user wrote behind the command, also inside a shell command. The output of a shell command and the
content of a file take the place of what names them; braces inside must balance. All three count in code, too, because the
program looks at nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lazy import regex
from promptlint.prompt import Control, Part, Use, Variable
from promptlint.source import Span
from promptlint.templates.scanning import Scan, TemplateProblem, tiled

__all__ = ["scan"]

_START = regex(r"\{\{args\}\}|[!@]\{")
_BRACE = regex(r"[{}]")
_ARGS = regex(r"\{\{(args)\}\}")


def scan(text: str) -> Scan:
    """The places that Gemini CLI fills in, and the one that is never closed, which makes it refuse the command."""
    parts: list[Part] = []
    at = 0
    while (match := _START.search(text, at)) is not None:
        if match.group() == "{{args}}":
            parts.append(Variable(Span(*match.span()), tuple(_uses(text, *match.span()))))
            at = match.end()
            continue
        end = _closed(text, match.end())
        if end is None:
            fault = TemplateProblem(
                "unbalanced-delimiter",
                Span(*match.span()),
                f"'{match.group()}' is never closed: its braces must balance",
            )
            return Scan(tiled(text, parts), (fault,))
        span = Span(match.start(), end)
        uses = tuple(_uses(text, span.start, span.end))
        parts.append(Variable(span, uses) if match.group() == "!{" else Control(span, "include", uses=uses))
        at = end
    return Scan(tiled(text, parts))


def _closed(text: str, start: int) -> int | None:
    """The offset behind the brace that closes the one before `start`."""
    depth = 1
    for match in _BRACE.finditer(text, start):
        depth += 1 if match.group() == "{" else -1
        if not depth:
            return match.end()
    return None


def _uses(text: str, start: int, end: int) -> Iterator[Use]:
    for match in _ARGS.finditer(text, start, end):
        yield Use("args", Span(*match.span(1)))
