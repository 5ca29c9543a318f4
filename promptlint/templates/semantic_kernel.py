"""Semantic Kernel's own template language: ``{{$name}}``, ``{{plugin.function $argument key="value"}}``, ``{{"text"}}``.

What a call or a quoted text sends is only known at run time, so both are variables; of a call, the arguments that start
with a dollar are uses. Double braces around anything else stay text, as other dialects mean something by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.lazy import regex
from promptlint.prompt import Part, Text, Use, Variable
from promptlint.source import Span
from promptlint.templates import markdown
from promptlint.templates.scanning import Scan, TemplateProblem, tiled

__all__ = ["scan"]

# braces in a quoted text are only allowed as its whole content, which is how they are escaped: {{"{{"}}
_QUOTED = r"""(?:"(?:[^"\\\r\n{}]|\\[^\r\n{}])*+(?:\{\{|\}\})?"|'(?:[^'\\\r\n{}]|\\[^\r\n{}])*+(?:\{\{|\}\})?')"""
_NAME = r"[A-Za-z0-9_]++"
_VALUE = rf"(?:\${_NAME}|{_QUOTED})"
_CALL = rf"{_NAME}(?:\.{_NAME})?+(?:\s++(?:{_NAME}\s*+=\s*+)?+{_VALUE})*+"
_BLOCK = regex(rf"\{{\{{\s*+(?:{_VALUE}|{_CALL})\s*+\}}\}}", re.ASCII)
_ARGUMENT = regex(rf"{_QUOTED}|\$(?P<name>{_NAME})", re.ASCII)
_HALF = regex(
    rf"(?<!\{{)\{{(?P<open>\{{)?+[ \t]*+\${_NAME}[ \t]*+\}}(?P<close>\}})?+(?!\}})",
    re.ASCII,
)


def scan(text: str) -> Scan:
    """The variables and calls of the text, and variables that surely lost a brace."""
    if "{{" not in text and "}}" not in text:
        return Scan(tiled(text, ()))
    parts = tiled(text, _blocks(text))
    return Scan(parts, tuple(_lost_braces(text, parts)))


def _blocks(text: str) -> Iterator[Part]:
    for match in _BLOCK.finditer(text):
        uses = tuple(
            Use(found["name"], Span(*found.span("name")))
            for found in _ARGUMENT.finditer(text, match.start(), match.end())
            if found["name"]
        )
        yield Variable(Span(*match.span()), uses)


def _lost_braces(text: str, parts: tuple[Part, ...]) -> Iterator[TemplateProblem]:
    code = None
    for part in parts:
        if not isinstance(part, Text):
            continue
        for match in _HALF.finditer(text, part.span.start, part.span.end):
            if bool(match["open"]) == bool(match["close"]) or _is_nested(text, match):
                continue
            code = markdown.code(text) if code is None else code
            if markdown.inside(code, match.start()):
                continue
            detail = "'{{' is closed by a single '}'" if match["open"] else "'}}' closes a single '{'"
            yield TemplateProblem("unbalanced-delimiter", Span(*match.span()), detail)


def _is_nested(text: str, match: re.Match[str]) -> bool:
    """Whether the odd brace may belong to another one on its line, as in ``{"key": {$name}}``."""
    if match["open"]:
        return bool(_CLOSED.match(text, match.end()))
    before = text[max(match.start() - _REACH, 0) : match.start()]
    line = re.split(r"[\r\n]", before)[-1]
    return line.count("{") > line.count("}")


_REACH = 200
_CLOSED = regex(rf"[^\r\n{{}}]{{0,{_REACH}}}\}}")
