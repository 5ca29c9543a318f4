"""Literal braces that Python's str.format takes for fields: the rule `unescaped-brace`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from promptlint.checks import Context
from promptlint.diagnostic import Applicability, Aspect, Finding, Fix
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Message
from promptlint.source import Span

__all__ = ["check"]

_SHOWN = 30
"""Code points of a group of braces that a message shows."""
_TOUCHES: frozenset[Aspect] = frozenset(("template", "code", "quotations"))
"""JSON stands in examples and in code, and doubling its braces makes template syntax of them."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """Braces that make str.format fail: a group with its content, or a single brace without partner."""

    span: Span
    closed: bool


def check(context: Context) -> Iterator[Finding]:
    """At most one finding for a message, at the first place where filling it in fails; its fix covers the whole message."""
    formats = context.rule.options["formats"]
    if not isinstance(formats, tuple | list) or context.document.format not in formats:
        return
    declared = frozenset(each.name for each in context.prompt.declared or ())
    for message in context.prompt.messages:
        if message.template != "braces":
            continue
        faults = tuple(_faults(message.text, declared))
        location = message.locate(faults[0].span) if faults else None
        if location is not None:
            yield Finding(location, {"detail": _described(message.text, faults)}, fix=_fix(message, faults, declared))


def _described(text: str, faults: tuple[_Fault, ...]) -> str:
    fault = faults[0]
    shown = " ".join(text[fault.span.start : fault.span.end].split())
    shown = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
    others = f" ({len(faults)} such places)" if len(faults) > 1 else ""
    if fault.closed:
        return f"the braces of '{shown}' are read as a variable, which nobody can fill in{others}"
    return f"'{shown}' has no partner, so the template cannot be filled in{others}"


_BRACE = regex(r"[{}]")
_NAME = regex(r"\s*[^\W\d][\w .\[\]-]*")
_SPEC = regex(r"(?:[^{}\r\n]?[<>=^])?[-+ ]?z?#?0?\d*[,_]?(?:\.\d+)?[bcdeEfFgGnosxX%]?|[^\s{}\"']*%[^{}\r\n\"']*")
_FIELD_INSIDE = regex(r"\{([^\W\d]\w*)(?:![rsa])?\}")


def _faults(text: str, declared: Collection[str]) -> Iterator[_Fault]:
    """Where str.format fails whatever it is given, read from left to right as it reads."""
    partner = _partners(text)
    at = 0
    while (match := _BRACE.search(text, at)) is not None:
        start = match.start()
        brace = text[start]
        if text[start + 1 : start + 2] == brace:
            at = start + 2
            continue
        close = partner.get(start)
        at = start + 1
        if brace == "}" or close is None:
            yield _Fault(Span(start, start + 1), closed=False)
            continue
        at = close + 1
        if not _is_field(text[start + 1 : close], declared):
            yield _Fault(Span(start, close + 1), closed=True)


def _partners(text: str) -> dict[int, int]:
    """The closing brace of each opening one, doubled braces counted as two."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACE.finditer(text):
        if match.group() == "{":
            opened.append(match.start())
        elif opened:
            found[opened.pop()] = match.start()
    return found


def _is_field(content: str, declared: Collection[str]) -> bool:
    """Whether a value may be given for what stands between braces; a name with a blank in it is one that a caller may use."""
    if content in declared:
        return True
    name, colon, spec = content.partition(":")
    name = re.sub(r"![rsa]$", "", name)
    if not name.strip() or not _NAME.fullmatch(name):
        return False
    return not colon or "{" in spec or _SPEC.fullmatch(spec) is not None


def _fix(message: Message, faults: tuple[_Fault, ...], declared: Collection[str]) -> Fix | None:
    """Double the braces, all of them or none, and only where the result is a template with the same variables."""
    text = message.text
    braces: list[int] = []
    for fault in faults:
        inside = text[fault.span.start : fault.span.end]
        if not fault.closed or "{{" in inside:
            return None  # what was meant is not known
        kept = [match.span() for match in _FIELD_INSIDE.finditer(inside) if not declared or match[1] in declared]
        fields = {offset for start, end in kept for offset in (start, end - 1)}
        braces += [fault.span.start + match.start() for match in _BRACE.finditer(inside) if match.start() not in fields]
    edits = [message.edit(Span(place, place + 1), text[place] * 2) for place in braces]
    if any(edit is None for edit in edits) or any(_faults(_doubled(text, braces), declared)):
        return None
    return Fix("Double the braces", tuple(edit for edit in edits if edit), Applicability.SAFE, _TOUCHES)


def _doubled(text: str, braces: list[int]) -> str:
    pieces: list[str] = []
    at = 0
    for place in braces:
        pieces += (text[at : place + 1], text[place])
        at = place + 1
    return "".join((*pieces, text[at:]))
