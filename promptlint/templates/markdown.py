"""Where a text holds Markdown code, in which braces and dollars are usually no template syntax."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from promptlint.lazy import regex
from promptlint.source import Span

__all__ = ["code", "fences", "inside", "without"]

# A line that starts with a fence, also inside lists and quotations, from the end of the line before: all that follow begin
# with characters that the engine can search for. `^` would only know \n as line end.
_FENCE = regex(r"[\r\n][ \t>]*+(?P<fence>`{3,}+|~{3,}+)(?P<info>[^\r\n]*+)")
_TICKS_OR_BLANK_LINE = regex(r"``*+|\r\n?[ \t]*+(?:\r\n?|\n)|\n[ \t]*+(?:\r\n?|\n)")


def fences(text: str) -> tuple[Span, ...]:
    """The fenced code blocks, with their fences; one that is never closed runs to the end of the text."""
    found: list[Span] = []
    start, fence = -1, ""
    if "```" not in text and "~~~" not in text:
        return ()
    for match in _FENCE.finditer(f"\n{text}"):  # one character more before all offsets
        mark, info = match["fence"], match["info"]
        if start < 0:
            if mark[0] == "~" or "`" not in info:
                start, fence = match.start(), mark
        elif mark.startswith(fence) and not info.strip():
            found.append(Span(start, match.end() - 1))
            start = -1
    if start >= 0:
        found.append(Span(start, len(text)))
    return tuple(found)


def code(text: str) -> tuple[Span, ...]:
    """The fenced code blocks and the inline code, in order."""
    if "`" not in text and "~~~" not in text:
        return ()
    found: list[Span] = []
    at = 0
    for block in fences(text):
        found += _inline(text, at, block.start)
        found.append(block)
        at = block.end
    return (*found, *_inline(text, at, len(text)))


def _inline(text: str, start: int, end: int) -> list[Span]:
    """Inline code: from a run of backticks to the next run of the same length in the same paragraph."""
    found: list[Span] = []
    paragraph: list[tuple[int, int]] = []
    for match in _TICKS_OR_BLANK_LINE.finditer(text, start, end):
        if match.group()[0] == "`":
            paragraph.append(match.span())
        else:
            found += _pairs(paragraph)
            paragraph = []
    return found + _pairs(paragraph)


def _pairs(runs: Sequence[tuple[int, int]]) -> list[Span]:
    following: list[int | None] = [None] * len(runs)
    last: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        following[index] = last.get(length)
        last[length] = index
    found: list[Span] = []
    index = 0
    while index < len(runs):
        partner = following[index]
        if partner is None:
            index += 1
        else:
            found.append(Span(runs[index][0], runs[partner][1]))
            index = partner + 1
    return found


def inside(spans: Sequence[Span], offset: int) -> bool:
    """Whether one of the spans (in order, without overlaps) holds the offset."""
    index = bisect_right(spans, offset, key=lambda span: span.start) - 1
    return index >= 0 and offset < spans[index].end


def without(text: str, spans: Sequence[Span]) -> str:
    """The text without the spans; a NUL stands for each, so that what surrounds it does not grow together."""
    kept: list[str] = []
    at = 0
    for span in spans:
        kept.append(text[at : span.start])
        at = span.end
    return "\0".join([*kept, text[at:]])
