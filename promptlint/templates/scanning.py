"""What the scanners of all template languages share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from promptlint.lazy import dataclass, regex
from promptlint.prompt import Part, Text
from promptlint.source import Span

__all__ = ["NAME", "PATH", "Scan", "TemplateProblem", "half_delimiters", "tiled"]

NAME = r"[^\W\d]\w*+"
"""A pattern for the name of a variable: letters of any script, digits and underscores."""

PATH = rf"{NAME}(?:\.\w++)*+"
"""A pattern for a name and the attributes that are taken of it: ``user.name``."""


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """A fault in the template syntax of a text.

    `rule` is ``unbalanced-delimiter`` or ``invalid-template``, `span` a range of the scanned text, `detail` what is wrong
    in words, `related` other ranges that explain it.
    """

    rule: str
    span: Span
    detail: str
    related: tuple[tuple[Span, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned text: `parts` tile it from end to end in order; `problems` are in the order of their spans."""

    parts: tuple[Part, ...]
    problems: tuple[TemplateProblem, ...] = ()


def tiled(text: str, found: Iterable[Part]) -> tuple[Part, ...]:
    """`found` (in order, without overlaps) with the text between them as Text parts."""
    parts: list[Part] = []
    at = 0
    for part in found:
        if at < part.span.start:
            parts.append(Text(Span(at, part.span.start), text[at : part.span.start]))
        parts.append(part)
        at = part.span.end
    if at < len(text):
        parts.append(Text(Span(at, len(text)), text[at:]))
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class _Run:
    """One or more equal braces in literal text; `depth` is how many single braces before it are open."""

    text: str
    start: int
    end: int
    depth: int


_BRACES = regex(r"\{\{*|\}\}*")
_LINE_END = regex(r"[\r\n]")
_ONLY_NAME = regex(rf"[ \t]*+{PATH}[ \t]*+")
_STARTS_WITH_NAME = regex(rf"[ \t]?{NAME}")


def half_delimiters(text: str, parts: Iterable[Part]) -> Iterator[TemplateProblem]:
    """Delimiters of ``{{ name }}`` that lost a brace: ``{{ name }``, ``{ name }}`` and ``{{ name`` at the line's end.

    Braces are common in JSON, code and formulas, so a line is only judged when it has no other braces in its literal
    text, and nothing before it is left open.
    """
    for line in _brace_lines(parts):
        first = line[0]
        before = text[first.start - 1 : first.start]
        if first.depth or first.text not in ("{", "{{") or before.isalnum() or before in tuple("$\\^_=}"):
            continue
        if len(line) == 1 and first.text == "{{" and _STARTS_WITH_NAME.match(text, first.end):
            yield TemplateProblem("unbalanced-delimiter", Span(first.start, first.end), "'{{' is never closed")
        if len(line) != 2 or _ONLY_NAME.fullmatch(text, first.end, line[1].start) is None:
            continue
        span = Span(first.start, line[1].end)
        if (first.text, line[1].text) == ("{{", "}"):
            yield TemplateProblem("unbalanced-delimiter", span, "'{{' is closed by a single '}'")
        elif (first.text, line[1].text) == ("{", "}}"):
            yield TemplateProblem("unbalanced-delimiter", span, "'}}' closes a single '{'")


def _brace_lines(parts: Iterable[Part]) -> Iterator[list[_Run]]:
    """The runs of braces in the literal text, line by line; lines without any are left out."""
    line: list[_Run] = []
    depth = 0
    for part in parts:
        if not isinstance(part, Text):
            continue
        at = 0
        for match in _BRACES.finditer(part.text):
            if line and _LINE_END.search(part.text, at, match.start()):
                yield line
                line = []
            run = match.group()
            line.append(_Run(run, part.span.start + match.start(), part.span.start + match.end(), depth))
            depth = depth + len(run) if run[0] == "{" else max(depth - len(run), 0)
            at = match.end()
        if line and _LINE_END.search(part.text, at):
            yield line
            line = []
    if line:
        yield line
