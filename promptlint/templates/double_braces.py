"""``{{name}}``, as GitHub Models and simple substitution code read it.

Only plain names and dotted paths are variables; of a path the first name is used. Everything else stays text. Code is no
exception: substitution does not know Markdown.
"""

from __future__ import annotations

from promptlint.lazy import regex
from promptlint.prompt import Use, Variable
from promptlint.source import Span
from promptlint.templates import markdown
from promptlint.templates.scanning import NAME, Scan, half_delimiters, tiled

__all__ = ["scan"]

# names with dashes are common here, and nothing else can be meant by them
_VARIABLE = regex(rf"(?<!\{{)\{{\{{\s*+(?P<name>{NAME}(?:-\w++)*+)(?:\.[\w-]++)*+\s*+\}}\}}")


def scan(text: str) -> Scan:
    """The variables of the text, and delimiters that surely lost a brace."""
    parts = tiled(
        text, (Variable(Span(*m.span()), (Use(m["name"], Span(*m.span("name"))),)) for m in _VARIABLE.finditer(text))
    )
    problems = tuple(half_delimiters(text, parts))
    if problems:
        code = markdown.code(text)
        problems = tuple(problem for problem in problems if not markdown.inside(code, problem.span.start))
    return Scan(parts, problems)
