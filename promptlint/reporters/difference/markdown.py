"""The difference as Markdown for a comment on a pull request.

It starts with a tag that nobody sees and that never changes, by which a comment is found again and updated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from promptlint.diagnostic import Severity
from promptlint.reporters.ci.markup import escaped
from promptlint.reporters.difference.words import (
    INPUT_ALONE,
    cell,
    closing,
    compared,
    dated,
    has_months,
    moves,
    named,
    totals,
    uses_input_alone,
)
from promptlint.reporters.markdown import MAX_BYTES
from promptlint.reporters.terminal.lines import count, place

if TYPE_CHECKING:
    from promptlint.baseline import Entry
    from promptlint.diagnostic import Diagnostic
    from promptlint.difference import Change, Difference, Figure
    from promptlint.reporters.difference import Options

__all__ = ["TAG", "render"]

TAG: Final = "<!-- promptlint diff -->"
"""The first line."""

_ROWS: Final = 100
_OPEN: Final = 10
"""Prompts that are shown without a click."""


def render(difference: Difference, options: Options) -> str:
    """As much as a comment holds; what is left out is counted. `options` change nothing."""
    del options
    for rows in (_ROWS, 30, 10, 3, 0):
        text = _document(difference, rows)
        if len(text.encode("utf-8", "surrogatepass")) <= MAX_BYTES:
            break
    return text


def _document(difference: Difference, rows: int) -> str:
    parts = [f"{TAG}\n## promptlint: what this change costs\n", f"{escaped(closing(difference))}\n"]
    broken = [each for each in difference.budgets if each.severity is Severity.ERROR]
    if broken:
        lines = [f"- **{escaped(place(difference.after, each.location))}** {escaped(each.message)}" for each in broken]
        parts.append("**Budgets are broken**\n\n" + _listed(lines, rows))
    if difference.changes:
        parts.append("".join(f"- {escaped(line)}\n" for line in totals(difference)))
    if difference.edited:
        table = _table(difference, rows)
        many = len(difference.edited)
        parts.append(table if many <= _OPEN else _folded(count(many, "prompt"), table))
    if moved := [f"- {escaped(line)}" for line in moves(difference)]:
        parts.append(_folded(f"Moved as they are: {count(len(moved), 'prompt')}", _listed(moved, rows)))
    if difference.new:
        lines = [_finding(difference, each) for each in difference.new]
        parts.append(_folded(count(len(lines), "new finding"), _listed(lines, rows)))
    if difference.fixed:
        gone = sum(entry.count for entry in difference.fixed)
        parts.append(_folded(f"{count(gone, 'finding')} gone", _listed(list(map(_gone, difference.fixed)), rows)))
    unchecked = [f"- {escaped(each.message)}" for each in difference.budgets if each.severity is not Severity.ERROR]
    notes = [*unchecked, *(f"- {escaped(note)}" for note in difference.notes)]
    if notes:
        parts.append(_folded("Notes", _listed(notes, rows)))
    parts.append(_folded("What the figures rest on", _listed(_basis(difference), rows)))
    return "\n".join(parts)


def _folded(title: str, body: str) -> str:
    # the empty line lets Markdown begin inside HTML
    return f"<details><summary>{escaped(title)}</summary>\n\n{body}\n</details>\n"


def _listed(lines: Sequence[str], rows: int) -> str:
    more = f"- {len(lines) - rows:,} more\n" if len(lines) > rows else ""
    return "".join(f"{line}\n" for line in lines[:rows]) + more


def _finding(difference: Difference, item: Diagnostic) -> str:
    at = escaped(place(difference.after, item.location))
    return f"- {at} {item.severity.label} `{item.rule}` {escaped(item.message)}"


def _gone(entry: Entry) -> str:
    times = f" ({entry.count:,} times)" if entry.count > 1 else ""
    return f"- {escaped(entry.path)} `{entry.rule}` {escaped(entry.message)}{times}"


def _table(difference: Difference, rows: int) -> str:
    figures: list[Figure] = ["literal", "expected", "usd_per_call"]
    titles = ["Literal tokens", "Expected tokens", "USD per call"]
    if has_months(difference):
        figures.append("usd_per_month")
        titles.append("USD per month")
    lines = [f"| | Prompt | {' | '.join(titles)} |", f"|---|---|{'---:|' * len(titles)}"]
    # those that change most come first where there is no room for all
    order = sorted(difference.edited, key=lambda each: -abs(each.difference("expected") or 0))
    chosen = {id(each) for each in order[:rows]}
    lines += [_row(each, figures) for each in difference.edited if id(each) in chosen]
    left = len(difference.edited) - len(chosen)
    text = "".join(f"{line}\n" for line in lines)
    return f"{text}\n{left:,} more, which change less.\n" if left else text


def _row(change: Change, figures: Sequence[Figure]) -> str:
    name = escaped(named(change.side))
    if change.status == "moved" and change.before is not None:
        name += f" (from {escaped(named(change.before))})"
    cells = []
    for figure in figures:
        value, grown = cell(change, figure)
        cells.append(f"{value} ({grown})" if grown not in ("", value) else value)
    return f"| {change.status} | {name} | {' | '.join(cells)} |"


def _basis(difference: Difference) -> list[str]:
    lines = [f"- {escaped(compared(difference))}; the configuration of the working tree holds for both sides"]
    if difference.edited:
        lines.append("- tokens are those that are sent: literal text, and with variables of the expected size")
    if uses_input_alone(difference):
        lines.append(f"- {INPUT_ALONE}: the input alone, because nothing says how long the answer is")
    if day := dated(difference):
        lines.append(f"- {day[:1].lower()}{day[1:].rstrip('.')}")
    for text, number in difference.assumptions:
        lines.append(f"- assumed: {escaped(text)}" + (f" ({count(number, 'prompt')})" if number > 1 else ""))
    return lines
