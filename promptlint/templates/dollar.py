"""``${name}``, ``${user.name}`` and the ``${input:name:placeholder}`` of VS Code's prompt files.

The variable of ``${input:name:...}`` is ``name``. Other prefixes (``${env:HOME}``, ``${file:sample.json}``) are filled in
from elsewhere: a Variable that uses no template variable. ``$name`` without braces stays text, since too much else looks
like it, and so does any other expression. ``$$`` and a backslash escape the dollar. In Markdown code, where ``${name}``
is a shell's or a script's own, only the prefixed forms count.
"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.lazy import regex
from promptlint.prompt import Use, Variable
from promptlint.source import Span
from promptlint.templates import markdown
from promptlint.templates.scanning import NAME, Scan, tiled

__all__ = ["scan"]

# names of inputs may hold dashes
_INPUT = rf"input:(?P<input>{NAME}(?:-\w++)*+)(?::[^{{}}]*+)?"
_OTHER = r"(?P<other>[A-Za-z]++):[^{}\s]++"
_PLAIN = rf"(?P<plain>(?P<name>{NAME})(?:\.\w++)*+)"
# what stands before it is looked at behind its start: the engine finds a pattern fast that begins with what it must hold
_VARIABLE = regex(rf"\$\{{(?<![\\$]\$\{{)(?:{_INPUT}|{_OTHER}|{_PLAIN})\}}")


def scan(text: str) -> Scan:
    """The variables of the text."""
    return Scan(tiled(text, _variables(text)))


def _variables(text: str) -> Iterator[Variable]:
    matches = list(_VARIABLE.finditer(text))
    code = markdown.code(text) if any(match["plain"] for match in matches) else ()
    for match in matches:
        span = Span(*match.span())
        if match["input"]:
            yield Variable(span, (Use(match["input"], Span(*match.span("input"))),))
        elif match["other"]:
            yield Variable(span, ())
        elif not markdown.inside(code, match.start()):
            yield Variable(span, (Use(match["name"], Span(*match.span("name"))),))
