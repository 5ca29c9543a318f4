"""``{name}``, as Python's ``str.format`` and its many look-alikes read it.

A field is a name of any script with attributes, indexes, a conversion and a format; positional fields (``{}``, ``{0}``)
and anything else between braces stay text, as do fields inside Markdown code and the groups of LaTeX commands.

``{{`` and ``}}`` are escapes where the whole text is a valid format string. Where it holds other single braces (JSON,
code), ``str.format`` would refuse it, so something simpler fills it in, and doubled braces are sent as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.lazy import regex
from promptlint.prompt import Part, Text, Use, Variable
from promptlint.source import Span
from promptlint.templates import markdown
from promptlint.templates.scanning import NAME, Scan, tiled

__all__ = ["pieces", "scan"]

_FORMAT = r":(?:[^{}\r\n]?[<>=^])?[-+ ]?\#?0?\d*+[,_]?(?:\.\d++)?[deEfFgGsxX%]?|:[^\s{}]*%[^{}\r\n]*+"
# begins with characters that the engine can search for, which is five times as fast as to try everything everywhere
_PIECE = regex(
    rf"""
    [\\^_{{}}]
    (?:
      (?P<latex> (?<=\\) [A-Za-z]++\*?+ (?:\[[^\]\[{{}}\r\n]*+\])?+ (?:\{{[^{{}}\r\n]*+\}})++
        | (?<=\^) \{{[^{{}}\r\n]*+\}} | (?<=_) \{{[^{{}}\r\n]{{0,2}}\}} )
    | (?P<escape> (?<=\{{)\{{ | (?<=\}})\}} )
    | (?<=\{{) (?P<name> {NAME} ) (?: \.{NAME} | \[[^\[\]{{}}\r\n]*+\] )*+ (?: ![rsa] )? (?: {_FORMAT} )? \}}
    | (?P<positional> (?<=\{{)\d*+\}} )
    | (?P<brace> (?<=[{{}}]) )
    )
    """,
    re.VERBOSE,
)


def pieces(text: str) -> Iterator[re.Match[str]]:
    """Everything in the text that has to do with braces, in order.

    The match's `lastgroup` says what: ``latex`` (a command with its groups), ``escape`` (a doubled brace), ``name`` (a field),
    ``positional`` (a field without name) or ``brace`` (a single brace of anything else).
    """
    return _PIECE.finditer(text)


def scan(text: str) -> Scan:
    """The fields of the text, and its escapes where they are some."""
    if "{" not in text and "}" not in text:
        return Scan(tiled(text, ()))
    found = list(pieces(text))
    escapes = not any(piece.lastgroup in ("brace", "latex") for piece in found)
    return Scan(tiled(text, _parts(found, markdown.code(text), escapes=escapes)))


def _parts(found: list[re.Match[str]], code: tuple[Span, ...], *, escapes: bool) -> Iterator[Part]:
    for piece in found:
        span = Span(*piece.span())
        if piece.lastgroup == "name" and not markdown.inside(code, span.start):
            yield Variable(span, (Use(piece["name"], Span(*piece.span("name"))),))
        elif piece.lastgroup == "escape" and escapes:
            yield Text(span, piece.group()[0])
