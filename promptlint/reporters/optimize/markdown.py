"""A plan as Markdown, for an issue or a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from promptlint.reporters.ci.markup import code, escaped
from promptlint.reporters.optimize.words import closing, diff, groups, place, rules, saving
from promptlint.reporters.terminal.cells import visible

if TYPE_CHECKING:
    from promptlint.plan import Plan, Step
    from promptlint.reporters.optimize import Options

__all__ = ["render"]


def render(plan: Plan, options: Options) -> str:
    """The steps under their headings, and the totals."""
    parts: list[str] = []
    for heading, some in groups(plan, options.limit):
        parts.append(f"## {heading}\n")
        parts += ["\n".join(_step(number, step)) for number, step in some]
    if not plan.steps:
        parts.append("Nothing to save was found.\n")
    parts += ["## Total\n", "".join(f"- {escaped(line)}\n" for line in closing(plan, options.limit))]
    return "\n".join(parts)


def _step(number: int, step: Step) -> Iterator[str]:
    yield f"### {number}. {escaped(step.title)}\n"
    yield f"{code(place(step))} (`{rules(step)}`): {escaped(saving(step))}\n"
    shown = diff(step)
    if shown:
        yield _block(shown, "diff")
    if step.kind == "snippet":
        yield _block([visible(line) for line in step.lines], "text")
    else:
        yield from (f"{escaped(line)}\n" for line in step.lines)
    notes = [f"- rests on: {escaped(line)}\n" for line in step.rests_on]
    notes += [f"- caveat: {escaped(line)}\n" for line in step.caveats]
    if notes:
        yield "".join(notes)


def _block(lines: Sequence[str], language: str) -> str:
    """A fenced block, with a fence that nothing in it can close."""
    longest = max((len(run) for line in lines for run in _runs(line)), default=0)
    fence = "`" * max(3, longest + 1)
    body = "".join(f"{line}\n" for line in lines)
    return f"{fence}{language}\n{body}{fence}\n"


def _runs(line: str) -> Iterator[str]:
    import re

    return iter(re.findall("`+", line))
