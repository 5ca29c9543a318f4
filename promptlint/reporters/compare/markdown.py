"""A comparison as Markdown, for a pull request or a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from promptlint.reporters.ci.markup import code, escaped
from promptlint.reporters.compare.words import HEAD, RIGHT, closing, row, sections, title

if TYPE_CHECKING:
    from promptlint.comparison import Comparison
    from promptlint.reporters.terminal.style import Style

__all__ = ["render"]


def render(comparisons: Sequence[Comparison], style: Style) -> str:
    """Every prompt with its table and its sections; `style` changes nothing."""
    del style
    parts: list[str] = []
    for each in comparisons:
        parts += [f"## {code(each.path)}\n", f"{escaped(title(each))}\n"]
        lines = [_line(HEAD), _line(["---:" if column in RIGHT else "---" for column in range(len(HEAD))])]
        lines += [_line([escaped(cell) for cell in row(each, one)]) for one in each.rows]
        parts.append("".join(lines))
        for heading, said in sections(each):
            parts += [f"### {heading}\n", "".join(f"- {escaped(line)}\n" for line in said)]
    parts.append(f"{escaped(closing())}\n")
    return "\n".join(parts)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
