"""Lines that more than one format prints: the head of a diagnostic and the last line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.diagnostic import Severity
from promptlint.reporters.terminal.cells import visible
from promptlint.reporters.terminal.style import Style

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic
    from promptlint.runner import Report
    from promptlint.source import Location

__all__ = ["closing", "count", "head", "place", "wrapped"]


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 file``, ``2,000 files``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def place(report: Report, location: Location) -> str:
    """``path:line:column`` of the start of a location; the path alone where the file is not part of the report."""
    source = report.source(location.path)
    path = visible(location.path)
    if source is None:
        return path
    start = source.position(location.span.start)
    return f"{path}:{start.line}:{start.column}"


def head(report: Report, diagnostic: Diagnostic, style: Style) -> str:
    """``path:line:column: severity rule message`` on one line."""
    at = style.link(diagnostic.location.path, style.paint("path", place(report, diagnostic.location)))
    return (
        f"{at}:"
        f" {style.severity(diagnostic.severity, diagnostic.severity.label)}"
        f" {style.paint('rule', diagnostic.rule)} {visible(' '.join(diagnostic.message.split()))}"
    )


def closing(report: Report, style: Style) -> str:
    """The last line: looked at, found by severity, fixed, fixable, hidden, suppressed, baselined, skipped."""
    counts = report.summary
    found = [
        style.severity(severity, count(number, severity.label))
        for number, severity in (
            (counts.errors, Severity.ERROR),
            (counts.warnings, Severity.WARNING),
            (counts.infos, Severity.INFO),
        )
        if number
    ]
    rest = [", ".join(found) or ("nothing left" if counts.fixed else "nothing found")]
    if counts.fixed:
        rest.append(f"{counts.fixed:,} fixed")
    if counts.fixable:
        rest.append(f"{counts.fixable:,} fixable")
    if counts.hidden:
        rest.append(f"{counts.hidden:,} hidden (--pedantic shows them)")
    if counts.suppressed:
        rest.append(f"{counts.suppressed:,} suppressed")
    if counts.baselined:
        rest.append(f"{counts.baselined:,} in the baseline")
    if counts.stale:
        rest.append(f"{counts.stale:,} of the baseline no longer found (promptlint baseline prune)")
    if report.skipped:
        rest.append(f"{count(len(report.skipped), 'file')} skipped (promptlint files says why)")
    return f"Looked at {count(counts.files, 'file')} with {count(counts.prompts, 'prompt')}: {'; '.join(rest)}."


def wrapped(text: str, columns: int, *, first: str, other: str) -> list[str]:
    """Words with single blanks between them on lines of so many columns, the first line and the others behind some indentation.

    A word that is too long has a line for itself. So does `textwrap`, which takes longer to import than all that is printed.
    """
    lines: list[str] = []
    line, begun = first, False
    for word in text.split():
        if begun and len(line) + 1 + len(word) > columns:
            lines.append(line)
            line, begun = other, False
        line += f" {word}" if begun else word
        begun = True
    return [*lines, line] if begun else lines
