"""Indentation of the source file that is sent with the text of a literal: the rule `source-indentation`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.checks import Context
from promptlint.diagnostic import Applicability, Edit, Finding, Fix
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Message, Text
from promptlint.source import Source, Span

__all__ = ["check"]

_LINE_END = regex(r"\r\n|\n|\r")
_BLANKS = regex(r"[ \t]*+")


def check(context: Context) -> Iterator[Finding]:
    """At most one finding for each literal: at the indentation of its first line that has some."""
    source = context.document.source
    if context.document.agent_file:
        return
    least = context.rule.options["min-saving"]
    for message in context.prompt.messages:
        if message.map.path != source.path:
            continue
        for literal in _literals(message, source):
            lines = [line for span in literal for line in _lines(message, span, source)]
            width = _leaked(message, literal, lines, source)
            if not width:
                continue
            removed = [
                Span(line.start, line.start + min(width, line.indentation)) for line in lines if line.indentation
            ]
            if (
                isinstance(least, int)
                and _saved(context, message, Span(literal[0].start, literal[-1].end), removed) < least
            ):
                continue
            place = message.locate(next(span for span in removed if len(span) == width))
            if place is not None:
                count = sum(1 for line in lines if line.indentation and not line.blank)
                values = {"width": _times(width, "blank"), "lines": _times(count, "line")}
                yield Finding(place, values, fix=_fix(message, removed))


def _times(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


_FILLED_IN = regex(r"(?:\$?\{[^\r\n{}]*+\})++")
"""What stands in a literal where the text of other ones is put in."""
_QUOTES = ('"', "'", "`")


def _literals(message: Message, source: Source) -> Iterator[tuple[Span, ...]]:
    """The ranges of a message's text that a literal holds which starts behind a quotation mark on the same line."""
    found: list[list[Span]] = []
    ends: list[int] = []  # where each literal's last range ends in the file
    for text, origin in _runs(message):
        before = next((at for at, end in enumerate(ends) if _FILLED_IN.fullmatch(source.text, end, origin.start)), None)
        if before is not None:
            found[before].append(text)
            ends[before] = origin.end
        elif source.text.startswith(_QUOTES, max(origin.start - 1, 0)):
            found.append([text])
            ends.append(origin.end)
        elif found and source.text.startswith("}", max(origin.start - 1, 0)):
            # the rest of a literal whose beginning is not known
            del found[-1], ends[-1]
    yield from map(tuple, found)


def _runs(message: Message) -> Iterator[tuple[Span, Span]]:
    """The ranges of a message's text that stand in one piece in the file, each with its place there."""
    first: tuple[int, int] | None = None
    end = 0, 0
    for segment in message.map.segments:
        origin = segment.origin
        if first is not None and (origin is None or origin.start != end[1]):
            yield Span(first[0], end[0]), Span(first[1], end[1])
            first = None
        if origin is not None:
            first = first or (segment.start, origin.start)
            end = segment.end, origin.end
    if first is not None:
        yield Span(first[0], end[0]), Span(first[1], end[1])


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a message's text that starts a line of the file: where it starts, and the length of its leading blanks in code points.

    `blank`: it holds nothing else. `filled`: what follows is filled in at run time, however long that is.
    """

    start: int
    indentation: int
    blank: bool
    filled: bool


def _lines(message: Message, literal: Span, source: Source) -> list[_Line]:
    """The lines that start in a range of a message's text."""
    starts = [literal.start, *(match.end() for match in _LINE_END.finditer(message.text, literal.start, literal.end))]
    holes = [part.span for part in message.parts if not isinstance(part, Text)]
    lines: list[_Line] = []
    at = 0
    for start in starts:
        while at < len(holes) and holes[at].end <= start:
            at += 1
        hole = holes[at] if at < len(holes) else None
        if (hole is not None and hole.start < start) or not _starts_line(message, start, source):
            continue  # inside an expression, or behind the opening quotation mark
        blanks = _BLANKS.match(message.text, start, literal.end)
        end = blanks.end() if blanks else start
        rest = message.text[end : end + 1] if end < literal.end else ""
        lines.append(_Line(start, end - start, rest in ("", "\r", "\n"), hole is not None and hole.start == end))
    return lines


def _starts_line(message: Message, start: int, source: Source) -> bool:
    """Whether a character of the text is the first of a line of the file, or follows a line end that is written as an escape."""
    if start and message.text[start - 1] in "\r\n":
        return True
    place = message.locate(Span(start, min(start + 1, len(message.text))))
    return place is not None and source.text[max(place.span.start - 1, 0) : place.span.start] in ("\r", "\n")


def _leaked(message: Message, literal: Sequence[Span], lines: Sequence[_Line], source: Source) -> int:
    """How many blanks at the start of every line are there for the source file's sake."""
    indented = [line for line in lines if not line.blank and not (line.filled and not line.indentation)]
    if not indented:
        return 0
    prefixes = [message.text[line.start : line.start + line.indentation] for line in indented]
    shared = _common_start(prefixes)
    start = literal[0].start
    opening = message.text[start : lines[0].start].rstrip("\r\n")
    if not opening.strip():
        return len(shared)
    # The text starts right behind the quotation mark, so that only the file tells indentation from structure.
    place = message.locate(Span(start, start + 1))
    if place is None or not shared:
        return 0
    line = source.slice(source.line_span(source.position(place.span.start).line))
    own = line[: len(line) - len(line.lstrip(" \t"))]
    if not own or not shared.startswith(own):
        return 0
    return len(own) if opening.rstrip().endswith(":") else len(shared)


def _common_start(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    length = next(
        (index for index, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1), len(first)
    )
    return first[:length]


def _saved(context: Context, message: Message, literal: Span, removed: Sequence[Span]) -> int:
    text, at = "", literal.start
    for span in removed:
        text += message.text[at : span.start]
        at = span.end
    return context.tokens(message.text[literal.start : literal.end]) - context.tokens(
        text + message.text[at : literal.end]
    )


def _fix(message: Message, removed: Sequence[Span]) -> Fix | None:
    edits: list[Edit] = []
    for span in removed:
        edit = message.edit(span, "")
        if edit is None:
            return None
        edits.append(edit)
    # every line moves by the same width, so what stands in code, data or examples keeps its own layout
    return Fix(
        "Remove the indentation from the text", tuple(edits), Applicability.SAFE, frozenset({"code", "quotations"})
    )
