"""A comparison for people at a terminal: a table, and below it what pays from when on."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from promptlint.reporters.compare.words import HEAD, RIGHT, closing, row, sections, title
from promptlint.reporters.terminal.cells import visible
from promptlint.reporters.terminal.figures import aligned

if TYPE_CHECKING:
    from promptlint.comparison import Comparison
    from promptlint.reporters.terminal.style import Style

__all__ = ["render"]

_WIDTH: Final = 100
_MONTH: Final = HEAD.index("USD per month")


def render(comparisons: Sequence[Comparison], style: Style) -> str:
    """Every prompt with its table and its sections, and the day of the prices."""
    lines: list[str] = []
    for each in comparisons:
        path = style.link(each.path, style.paint("path", visible(each.path)))
        lines += [f"{path}: {title(each)}", ""]
        left_out = {_MONTH} if each.calls is None else set()
        columns = [column for column in range(len(HEAD)) if column not in left_out]
        rows = [[cells[column] for column in columns] for cells in (HEAD, *(row(each, one) for one in each.rows))]
        right = [index for index, column in enumerate(columns) if column in RIGHT]
        first, *rest = aligned(rows, right)
        lines += [style.paint("strong", first), *rest, ""]
        for heading, said in sections(each):
            lines.append(style.paint("strong", heading))
            for line in said:
                lines += textwrap.wrap(
                    line,
                    _WIDTH,
                    initial_indent="  ",
                    subsequent_indent="    ",
                    break_long_words=False,
                    break_on_hyphens=False,
                )
            lines.append("")
    lines.append(closing())
    return "".join(f"{line}\n" for line in lines)
