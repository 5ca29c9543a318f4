"""The difference for a terminal: a table of prompts, sums, findings, budgets, and what the figures rest on."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

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
from promptlint.reporters.terminal.cells import visible, width
from promptlint.reporters.terminal.lines import count, head

if TYPE_CHECKING:
    from promptlint.baseline import Entry
    from promptlint.difference import Change, Difference, Figure
    from promptlint.reporters.difference import Options
    from promptlint.reporters.terminal.style import Role, Style

__all__ = ["render"]

_WIDTH: Final = 100
_ASSUMPTIONS: Final = 8
"""Assumptions that are listed; the JSON report has all."""
_MOVES: Final = 20
"""Prompts that only moved and are listed."""
_TITLES: Final[dict[Figure, str]] = {
    "literal": "literal",
    "expected": "expected",
    "usd_per_call": "USD per call",
    "usd_per_month": "USD per month",
}
_ROLES: Final[dict[str, Role]] = {"added": "added", "removed": "removed", "changed": "strong", "moved": "strong"}


def render(difference: Difference, options: Options) -> str:
    """The whole difference; nothing is left out but assumptions that many prompts do not share."""
    style = options.style
    text = compared(difference)
    blocks = [[visible(text[:1].upper() + text[1:])]]
    if difference.edited:
        blocks.append(_table(difference, style))
        blocks.append(
            [
                f"All prompts: {line}" if not number else f"             {line}"
                for number, line in enumerate(totals(difference))
            ]
        )
    moved = moves(difference)
    if moved:
        more = [f"  and {len(moved) - _MOVES:,} more (--output-format json lists them)"] if len(moved) > _MOVES else []
        blocks.append(["Moved as they are", *(f"  {visible(line)}" for line in moved[:_MOVES]), *more])
    if difference.budgets:
        blocks.append(["Budgets", *(f"  {head(difference.after, each, style)}" for each in difference.budgets)])
    if difference.new:
        blocks.append(["New findings", *(f"  {head(difference.after, each, style)}" for each in difference.new)])
    if difference.fixed:
        blocks.append(["Findings that are gone", *map(_gone, difference.fixed)])
    if difference.notes:
        blocks.append(["Notes", *(f"  {visible(note)}" for note in difference.notes)])
    if difference.edited:
        blocks.append(_basis(difference))
    blocks.append([closing(difference)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _gone(entry: Entry) -> str:
    times = f" ({entry.count:,} times)" if entry.count > 1 else ""
    return f"  {visible(entry.path)}: {entry.rule} {visible(entry.message)}{times}"


def _table(difference: Difference, style: Style) -> list[str]:
    figures: list[Figure] = ["literal", "expected", "usd_per_call"]
    if has_months(difference):
        figures.append("usd_per_month")
    heads = ["", "prompt", *(text for figure in figures for text in (_TITLES[figure], "change"))]
    rows = [_row(change, figures) for change in difference.edited]
    widths = [max(width(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    lines = [style.paint("strong", _line(heads, widths))]
    for change, row in zip(difference.edited, rows, strict=True):
        line = _line(row, widths)
        status = row[0]
        lines.append(style.paint(_ROLES[status], status) + line[len(status) :])
        if change.status == "moved" and change.before is not None:
            lines.append(f"{' ' * widths[0]}    from {visible(named(change.before))}")
    return lines


def _row(change: Change, figures: list[Figure]) -> list[str]:
    return [
        str(change.status),
        visible(named(change.side)),
        *(text for figure in figures for text in cell(change, figure)),
    ]


def _line(row: list[str], widths: list[int]) -> str:
    cells = [
        text + " " * (limit - width(text)) if column < 2 else " " * (limit - width(text)) + text
        for column, (text, limit) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _basis(difference: Difference) -> list[str]:
    lines = ["Tokens are those that are sent: literal text, and with variables of the expected size."]
    if uses_input_alone(difference):
        lines.append(f"{INPUT_ALONE}: the input alone, because nothing says how long the answer is.")
    listed = difference.assumptions
    if listed:
        lines.append("Assumed:")
    for text, number in listed[:_ASSUMPTIONS]:
        many = f" ({count(number, 'prompt')})" if number > 1 else ""
        lines += textwrap.wrap(f"{visible(text)}{many}", _WIDTH, initial_indent="  ", subsequent_indent="    ")
    if len(listed) > _ASSUMPTIONS:
        lines.append(f"  and {len(listed) - _ASSUMPTIONS:,} more (--output-format json lists them)")
    lines.append("The configuration is that of the working tree, for both sides.")
    day = dated(difference)
    return [*lines, day] if day else lines
