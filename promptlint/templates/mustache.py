"""Mustache: variables, sections, partials and set delimiters.

A section may be a loop, so a name inside may be a member of the item or a variable: its uses are not `sure`. A tag that holds
braces is JSON or code, and stays text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from promptlint.lazy import regex
from promptlint.prompt import Use
from promptlint.source import Span
from promptlint.templates.curly_tags import Tag, lay_out, lost_braces, pair
from promptlint.templates.jinja_blocks import ControlKind
from promptlint.templates.scanning import Scan, tiled

__all__ = ["scan"]

_NAME = regex(r"\s*+(?P<name>[\w$-]++)(?:\.[\w$-]++)*+\s*+")
_DELIMITERS = regex(r"=\s*+(?P<open>[^\s=]{1,20})\s++(?P<close>[^\s=]{1,20})\s*+=")
_KINDS: dict[str, ControlKind] = {"#": "loop", "^": "branch", "<": "include", "$": "block"}


def scan(text: str) -> Scan:
    """The parts of a template and its problems."""
    if "{{" not in text and "}}" not in text:
        return Scan(tiled(text, ()))
    tags = _without_lonely_parents(list(_tags(text)))
    problems = pair(text, tags)
    _mark_uses(tags, broken=bool(problems))
    parts = lay_out(text, tags)
    problems += lost_braces(text, parts) if tags else ()
    return Scan(parts, tuple(sorted(problems, key=lambda problem: problem.span)))


def _tags(text: str) -> Iterator[Tag]:
    opener, pattern = "{{", _DEFAULT
    at = comment_end = 0
    while (start := text.find(opener, at)) >= 0:
        inner = start + len(opener)
        if pattern is _DEFAULT and text.startswith("!", inner) and comment_end >= 0:
            # a comment may hold braces; its end is remembered, so that the text is searched once
            comment_end = comment_end if comment_end > inner else text.find("}}", inner)
            if comment_end >= 0:
                yield Tag(Span(start, comment_end + 2), "comment", alone=True)
                at = comment_end + 2
                continue
        match = pattern.match(text, start)
        if match is None:
            at = start + 1
            continue
        at = match.end()
        delimiters = _DELIMITERS.fullmatch(text, *match.span("inner"))
        if delimiters is not None:
            opener, pattern = delimiters["open"], _pattern(delimiters["open"], delimiters["close"])
            yield Tag(Span(*match.span()), "other", alone=True)
        else:
            yield _tag(text, Span(*match.span()), *match.span("inner"))


_DEFAULT = regex(r"\{\{(?P<inner>\{[^{}]*+\}(?=\}\})|[^{}]*+)\}\}")


def _pattern(opener: str, closer: str) -> re.Pattern[str]:
    """The tags between other delimiters; none holds a delimiter."""
    if (opener, closer) == ("{{", "}}"):
        return _DEFAULT
    first, last = re.escape(opener), re.escape(closer)
    return re.compile(f"{first}(?P<inner>(?:(?!{first}|{last}).)*+){last}", re.DOTALL)


def _tag(text: str, span: Span, inner: int, end: int) -> Tag:
    sigil = text[inner] if inner < end else ""
    known = sigil in tuple("#^/><$&{!")
    last = end - 1 if sigil == "{" else end
    name = _NAME.fullmatch(text, inner + known, last)
    written = text[inner + 1 : last].strip()
    uses = (Use(name["name"], Span(*name.span("name"))),) if name else ()
    match sigil:
        case "#" | "^":
            return Tag(span, _KINDS[sigil], "open", written, uses, alone=True)
        case "/":
            return Tag(span, "block", "close", written, alone=True)
        case ">":
            return Tag(span, "include", alone=True)
        case "!":
            return Tag(span, "comment", alone=True)
        case "<" | "$":
            return Tag(span, _KINDS[sigil], "open", written, alone=True)
    return Tag(span, uses=uses)


def _without_lonely_parents(tags: list[Tag]) -> list[Tag]:
    """The tags; ``{{$x}}`` and ``{{<x}}`` that nothing ends are no blocks: another dialect's variables, which we do not know."""
    ends = Counter(tag.name for tag in tags if tag.role == "close")
    ends.subtract(tag.name for tag in tags if tag.role == "open")
    for tag in tags:
        if tag.role == "open" and tag.kind in ("include", "block") and ends[tag.name] < 0:
            ends[tag.name] += 1
            tag.kind, tag.role, tag.alone = None, "single", False
    return tags


def _mark_uses(tags: list[Tag], *, broken: bool) -> None:
    """Say of each use whether it is surely one of the template's variables."""
    depth = 0
    for tag in tags:
        section = tag.kind == "loop" and tag.partner is not None
        if section and tag.role == "close":
            depth -= 1
        if depth or broken:
            tag.uses = tuple(Use(use.name, use.span, sure=False) for use in tag.uses)
        if section and tag.role == "open":
            depth += 1
