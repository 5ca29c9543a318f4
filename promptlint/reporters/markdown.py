"""Markdown for a comment on a pull request or a job's summary: a table for each file.

Text from prompts is escaped, so that it neither forms Markdown or HTML nor notifies anybody.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from promptlint.diagnostic import Severity
from promptlint.reporters.ci.markup import code, escaped
from promptlint.reporters.terminal.lines import closing, count
from promptlint.reporters.terminal.style import PLAIN

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic
    from promptlint.reporters import Options
    from promptlint.runner import Report

__all__ = ["document", "render"]

MAX_ROWS: Final = 100
MAX_BYTES: Final = 60_000
"""A comment on GitHub may have 65,536 characters; this leaves room for what else stands in it."""

_MAX_FAULTS: Final = 10
_HEAD = "| Place | Severity | Rule | Message |\n|---|---|---|---|\n"


def _row(report: Report, item: Diagnostic) -> str:
    source = report.source(item.location.path)
    start = source and source.position(item.location.span.start)
    place = f"{start.line}:{start.column}" if start else ""
    severity = item.severity.label if item.severity is Severity.INFO else f"**{item.severity.label}**"
    return f"| {place} | {severity} | `{item.rule}` | {escaped(item.message)} |\n"


def _heading(path: str) -> str:
    return f"\n### {code(path)}\n\n{_HEAD}"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _left_out(items: list[Diagnostic]) -> str:
    by_severity = Counter(item.severity for item in items)
    numbers = ", ".join(count(by_severity[each], each.label) for each in sorted(by_severity, reverse=True))
    files = count(len({item.location.path for item in items}), "file")
    return f"\nNot shown, for there is no room: {numbers} in {files}.\n"


def document(report: Report, *, rows: int, size: int) -> str:
    """The report with at most `rows` findings in, as far as that is possible, at most `size` bytes of UTF-8.

    If there is no room for all, the most severe ones are shown, and the last paragraph says what is left out.
    """
    top = f"## promptlint\n\n{escaped(closing(report, PLAIN))}\n"
    if report.errors:
        listed = "".join(f"- **error** {escaped(text)}\n" for text in report.errors[:_MAX_FAULTS])
        more = len(report.errors) - _MAX_FAULTS
        top += f"\n{listed}" + (f"- {more:,} more\n" if more > 0 else "")
    found = report.diagnostics
    written = [_row(report, item) for item in found]
    room = size - _size(top) - _size(_left_out(list(found)))
    chosen: set[int] = set()
    headed: set[str] = set()
    for index in sorted(range(len(found)), key=lambda index: -found[index].severity):
        path = found[index].location.path
        needed = _size(written[index]) + (0 if path in headed else _size(_heading(path)))
        if len(chosen) >= rows or needed > room:
            break
        room -= needed
        chosen.add(index)
        headed.add(path)
    parts = [top]
    last = None
    for index in sorted(chosen):
        path = found[index].location.path
        if path != last:
            parts.append(_heading(path))
        last = path
        parts.append(written[index])
    if left_out := [item for index, item in enumerate(found) if index not in chosen]:
        parts.append(_left_out(left_out))
    return "".join(parts)


def render(report: Report, options: Options) -> str:
    """As much as a comment on a pull request holds; `options` change nothing."""
    del options
    return document(report, rows=MAX_ROWS, size=MAX_BYTES)
