"""One text that holds several messages: where the marks between them stand, and the text cut there.

The text is scanned as a whole first, so that a loop around a mark is still a loop; the parts are cut with the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from promptlint.formats._body import role_named
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Control, Message, Part, Role, Text, Variable
from promptlint.source import Span, TextMap

__all__ = ["Section", "at_role_lines", "cut", "role_lines", "says_something", "stripped"]

_ROLE_LINE = regex(
    r"(?:\A|(?<=[\r\n]))[ \t]*#?[ \t]*(?P<role>system|user|assistant|developer|function|tool)(?:\[[^\]\r\n]*\])?[ \t]*:[ \t]*(?=[\r\n]|\Z)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Section:
    """A range of a text that is a message, and who speaks. Without `certain`, it is one only if it says something."""

    role: Role | None
    span: Span
    certain: bool = True


def at_role_lines(message: Message, first: Role | None = "system") -> tuple[Message, ...]:
    """The messages between lines such as ``system:`` and ``# user:``. Text before the first line is `first`'s."""
    marks = list(role_lines(message.text, message.parts))
    starts = [0, *(match.end() for match in marks)]
    ends = [*(match.start() for match in marks), len(message.text)]
    roles = [first, *(role_named(match["role"]) for match in marks)]
    sections = [
        Section(role, Span(start, end), certain=index > 0 or not marks)
        for index, (role, start, end) in enumerate(zip(roles, starts, ends, strict=True))
    ]
    return tuple(cut(message, sections))


def role_lines(text: str, parts: Sequence[Part]) -> Iterator[re.Match[str]]:
    """The role lines that are literal text: in a comment or an expression such a line is no mark."""
    index = 0
    for match in _ROLE_LINE.finditer(text):
        while index < len(parts) and parts[index].span.end < match.end():
            index += 1
        if index < len(parts) and isinstance(parts[index], Text) and parts[index].span.start <= match.start("role"):
            yield match


def cut(message: Message, sections: Iterable[Section]) -> Iterator[Message]:
    """The messages that the sections (in order, without overlaps) of a text are, white space around them left out."""
    cutter = _Cutter(message.text, message.parts)
    for section in sections:
        span = stripped(message.text, section.span)
        parts = cutter.cut(span)
        if section.certain or says_something(parts):
            yield Message(
                section.role,
                message.text[span.start : span.end],
                _slice(message.map, span),
                parts,
                message.template,
            )


def says_something(parts: Iterable[Part]) -> bool:
    """Whether parts send text or read a variable."""
    return any(
        isinstance(part, Variable)
        or (isinstance(part, Control) and part.uses)
        or (isinstance(part, Text) and part.text.strip())
        for part in parts
    )


def stripped(text: str, span: Span) -> Span:
    """A range of a text without the white space at its ends."""
    inner = text[span.start : span.end]
    start = min(span.start + len(inner) - len(inner.lstrip()), span.end)
    return Span(start, start + len(inner.strip()))


def _slice(origin: TextMap, span: Span) -> TextMap:
    """The map of a range; an empty one keeps its place."""
    place = origin.locate(span)
    return origin.slice(span) if len(span) or place is None else TextMap.of(origin.path, place.span, origin.encode)


class _Cutter:
    """Cuts the parts of a text into those of its ranges, which must be asked for in order."""

    def __init__(self, text: str, parts: Sequence[Part]) -> None:
        self.text = text
        self.parts = parts
        self.first = 0

    def cut(self, span: Span) -> tuple[Part, ...]:
        """The parts inside a range, with spans, uses and partners counted from its start."""
        while self.first < len(self.parts) and self.parts[self.first].span.end <= span.start:
            self.first += 1
        last = self.first
        while last < len(self.parts) and self.parts[last].span.start < span.end:
            last += 1
        found = [self._inside(index, span, last) for index in range(self.first, last)]
        return tuple(part for part in found if len(part.span))

    def _inside(self, index: int, span: Span, last: int) -> Part:
        part = self.parts[index]
        low, high = max(part.span.start, span.start), min(part.span.end, span.end)
        moved = Span(low - span.start, max(low, high) - span.start)
        if isinstance(part, Text):
            return Text(moved, self._text(part, low, high))
        # of a tag that a cut goes through, only the uses inside the range are left
        uses = tuple(
            replace(use, span=Span(use.span.start - span.start, use.span.end - span.start))
            for use in part.uses
            if span.contains(use.span)
        )
        if isinstance(part, Variable):
            return Variable(moved, uses)
        partner = part.partner - self.first if part.partner is not None and self.first <= part.partner < last else None
        return replace(part, span=moved, uses=uses, partner=partner)

    def _text(self, part: Text, low: int, high: int) -> str:
        """What is sent of the range `low` to `high` of a literal part, of which white space may have been taken off."""
        written = self.text[part.span.start : part.span.end]
        if written == part.text:
            return self.text[low:high]
        if (low, high) == (part.span.start, part.span.end):
            return part.text
        lead = part.span.start + max(written.find(part.text), 0)
        return part.text[max(low - lead, 0) : max(high - lead, 0)]
