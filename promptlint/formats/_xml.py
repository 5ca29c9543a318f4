"""A tolerant scan of XML-like text: tags, attributes, comments and text with their places, whatever the text holds.

Nothing is refused: what is no markup is text. The scan is linear and looks at every character once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from promptlint.lazy import dataclass, regex
from promptlint.source import Span

__all__ = ["Attribute", "Comment", "Event", "Markup", "Tag", "Verbatim", "pair", "scan"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a tag. `span` is the value without its quotes, None where only the name is written."""

    name: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: ``open`` (``<a>``), ``close`` (``</a>``) or ``empty`` (``<a/>``). `name` is as it is written."""

    name: str
    kind: Literal["open", "close", "empty"]
    span: Span
    attributes: tuple[Attribute, ...] = ()

    def attribute(self, name: str) -> Attribute | None:
        """The first attribute of that name, in whatever case."""
        return next((each for each in self.attributes if each.name.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Comment:
    """``<!-- ... -->``; `inner` is what stands between the delimiters."""

    span: Span
    inner: Span


@dataclass(frozen=True, slots=True)
class Markup:
    """``<?...?>``, ``<!DOCTYPE ...>`` and the two ends of a CDATA section."""

    span: Span


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Text between tags; `cdata` says that it stands in a CDATA section, where entities are not decoded."""

    span: Span
    cdata: bool = False


Event: TypeAlias = Tag | Comment | Markup | Verbatim

_NAME = r"[^\W\d][\w.:-]*+"
_OPENING = regex(rf"<(?P<close>/?)(?P<name>{_NAME})")
_ATTRIBUTE = regex(r"\s*+(?P<name>[^\s=<>/\"']++)(?P<equals>\s*+=\s*+)?")
_BARE = regex(r"[^\s<>\"']++")
_BLANK = regex(r"\s*+")
_CDATA = "<![CDATA["


def scan(text: str) -> tuple[Event, ...]:
    """The events of a text; their spans tile it in order, and no two texts outside CDATA follow each other."""
    return tuple(_Scanner(text).run())


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.missing: set[str] = set()

    def find(self, what: str, start: int) -> int:
        """`str.find`, which does not look again for what was not found: searches only move forward."""
        if what in self.missing:
            return -1
        found = self.text.find(what, start)
        if found < 0:
            self.missing.add(what)
        return found

    def run(self) -> list[Event]:
        events: list[Event] = []
        text = self.text
        begin = at = 0
        while (at := text.find("<", at)) >= 0:
            found, behind = self.markup(at)
            if found:
                if begin < at:
                    events.append(Verbatim(Span(begin, at)))
                events += found
                begin = behind
            at = behind
        if begin < len(text):
            events.append(Verbatim(Span(begin, len(text))))
        return events

    def markup(self, at: int) -> tuple[list[Event], int]:
        """What stands at a ``<``, and the offset behind it; no events when it is text."""
        text = self.text
        if text.startswith("<!--", at):
            end = self.find("-->", at + 4)
            if end < 0:
                return [], at + 4
            return [Comment(Span(at, end + 3), Span(at + 4, end))], end + 3
        if text.startswith(_CDATA, at):
            end = self.find("]]>", at + len(_CDATA))
            if end < 0:
                return [], at + len(_CDATA)
            inner = Span(at + len(_CDATA), end)
            content = [Verbatim(inner, cdata=True)] if len(inner) else []
            return [Markup(Span(at, inner.start)), *content, Markup(Span(end, end + 3))], end + 3
        for start, close in (("<?", "?>"), ("<!DOCTYPE", ">"), ("<!doctype", ">")):
            if text.startswith(start, at):
                end = self.find(close, at)
                if end < 0:
                    return [], at + len(start)
                return [Markup(Span(at, end + len(close)))], end + len(close)
        return self.tag(at)

    def tag(self, at: int) -> tuple[list[Event], int]:
        text = self.text
        opening = _OPENING.match(text, at)
        if opening is None:
            return [], at + 1
        name, position = opening["name"], opening.end()
        attributes: list[Attribute] = []
        while True:
            blank = _BLANK.match(text, position)
            position = blank.end() if blank else position
            if text.startswith("/>", position):
                kind: Literal["open", "close", "empty"] = "close" if opening["close"] else "empty"
                return [Tag(name, kind, Span(at, position + 2), tuple(attributes))], position + 2
            if text.startswith(">", position):
                kind = "close" if opening["close"] else "open"
                return [Tag(name, kind, Span(at, position + 1), tuple(attributes))], position + 1
            match = _ATTRIBUTE.match(text, position)
            if match is None:
                # no tag after all; what was looked at is not looked at again
                return [], max(position, at + 1)
            position = match.end()
            value: Span | None = None
            if match["equals"]:
                value, position = self.value(position)
                if value is None:
                    return [], position
            attributes.append(Attribute(match["name"], value))

    def value(self, at: int) -> tuple[Span | None, int]:
        """The value of an attribute at an offset and the offset behind it; None when none can be read."""
        text = self.text
        quote = text[at : at + 1]
        if quote in ('"', "'") and quote:
            end = self.find(quote, at + 1)
            return (None, at + 1) if end < 0 else (Span(at + 1, end), end + 1)
        if text.startswith("{{", at):
            end = self.find("}}", at)
            return (None, at + 2) if end < 0 else (Span(at, end + 2), end + 2)
        bare = _BARE.match(text, at)
        if bare is None:
            return None, at
        end = bare.end()
        if text.startswith("/>", end - 1):
            end -= 1
        return Span(at, end), end


def pair(events: Sequence[Event]) -> tuple[dict[int, int], list[int]]:
    """The indices of the tags that belong together, both ways, and those of open and close tags without a partner."""
    partners: dict[int, int] = {}
    stack: list[int] = []
    waiting: dict[str, int] = {}
    alone: list[int] = []
    for index, event in enumerate(events):
        if not isinstance(event, Tag) or event.kind == "empty":
            continue
        if event.kind == "open":
            stack.append(index)
            waiting[event.name] = waiting.get(event.name, 0) + 1
        elif not waiting.get(event.name):
            alone.append(index)
        else:
            while True:
                opened = stack.pop()
                name = _name(events, opened)
                waiting[name] -= 1
                if name == event.name:
                    break
                alone.append(opened)
            partners[index], partners[opened] = opened, index
    return partners, sorted([*alone, *stack])


def _name(events: Sequence[Event], index: int) -> str:
    event = events[index]
    assert isinstance(event, Tag)
    return event.name
