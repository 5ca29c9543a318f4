"""The code frame: source lines with their numbers, and carets under exactly the range that is meant."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.diagnostic import Severity
from promptlint.lazy import dataclass
from promptlint.reporters.terminal.cells import cells, width
from promptlint.reporters.terminal.style import PLAIN, Style
from promptlint.source import Source, Span

__all__ = ["ELLIPSIS", "LINE_WIDTH", "Row", "Window", "code_frame", "rows", "window"]

LINE_WIDTH = 100
"""Columns of source text in a frame. Fixed, not the terminal's width: the same findings give the same output."""

ELLIPSIS = "…"
_CONTEXT = 24  # columns in front of a range that a cut line keeps
_MAX_LINES = 6  # lines of a range that are shown; of a longer one the first lines and the last


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a line that is shown: offsets in the line, and whether something is left out on either side."""

    start: int
    end: int
    cut_left: bool
    cut_right: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a frame. `number` is None for the row that stands for lines left out.

    `carets` are a column (from 0) and a number of columns, under `text`.
    """

    number: int | None
    text: str
    carets: tuple[int, int]


def window(line: str, start: int, limit: int = LINE_WIDTH) -> Window:
    """The part of a line to show so that what begins at `start` is in it, with a little of what stands before.

    Looks at no more of the line than it shows, however long the line is.
    """
    # A character without width costs nothing, so a run of combining marks must be bounded by its length as well.
    reach = 4 * limit
    if len(line) <= reach and width(line) <= limit:
        return Window(0, len(line), cut_left=False, cut_right=False)
    left, used = start, 0
    while left > 0 and start - left < reach // 2:
        step = width(line[left - 1])
        if used + step > _CONTEXT:
            break
        left, used = left - 1, used + step
    right = left
    used = 0
    while right < len(line) and right - left < reach:
        step = width(line[right])
        if used + step > limit:
            break
        right, used = right + 1, used + step
    while right == len(line) and left > 0 and right - left < reach:
        step = width(line[left - 1])
        if used + step > limit:
            break
        left, used = left - 1, used + step
    right = max(right, min(start + 1, len(line)))
    return Window(left, right, cut_left=left > 0, cut_right=right < len(line))


def _row(number: int, line: str, start: int, end: int) -> Row:
    """The row of one line with carets under ``line[start:end]``; at least one caret, also under no or zero-width text."""
    part = window(line, start)
    row = cells(line[part.start : part.end])
    prefix = ELLIPSIS if part.cut_left else ""
    text = prefix + "".join(cell.shown for cell in row) + (ELLIPSIS if part.cut_right else "")
    first, last = start - part.start, min(end, part.end) - part.start
    column = width(row[:first])
    length = width(row[first:last])
    if length == 0 and first < last:
        # only characters without a width of their own: point at what they join
        length = width(row[first - 1 : first]) or 1
        column = max(column - length, 0)
    return Row(number, text, (len(prefix) + column, max(length, 1)))


def rows(source: Source, span: Span) -> tuple[Row, ...]:
    """The rows of the lines that `span` touches. A span that ends with a line end does not touch the next line."""
    first = source.position(span.start).line
    last = source.position(max(span.end - 1, span.start)).line
    numbers: list[int | None] = list(range(first, min(last, first + _MAX_LINES - 1) + 1))
    if last - first >= _MAX_LINES:
        numbers[-2:] = [None, last]
    result: list[Row] = []
    for number in numbers:
        if number is None:
            result.append(Row(None, ELLIPSIS, (0, 0)))
            continue
        line = source.line_span(number)
        start, end = max(span.start, line.start), min(span.end, line.end)
        if first < number and start >= end:
            result.append(Row(number, "", (0, 0)))  # an empty line inside the range
        else:
            start = min(start, line.end)
            result.append(_row(number, source.slice(line), start - line.start, max(end, start) - line.start))
    return tuple(result)


def code_frame(source: Source, span: Span, severity: Severity, style: Style = PLAIN) -> list[str]:
    """The printed lines of a frame.

    ::

          |
        3 | In order to help, answer at length.
          | ^^^^^^^^^^^
    """
    shown: Sequence[Row] = rows(source, span)
    digits = max(len(str(row.number or "")) for row in shown)
    bar = style.paint("gutter", f"{' ' * digits} |")
    lines = [bar]
    for row in shown:
        number = str(row.number) if row.number is not None else ""
        lines.append(f"{style.paint('gutter', f'{number:>{digits}} |')} {row.text}".rstrip())
        column, length = row.carets
        if length:
            lines.append(f"{bar} {' ' * column}{style.severity(severity, '^' * length)}")
    return lines
