"""A plan for people at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from promptlint.reporters.optimize.words import closing, diff, groups, place, rules, saving
from promptlint.reporters.terminal.cells import visible

if TYPE_CHECKING:
    from promptlint.plan import Plan, Step
    from promptlint.reporters.optimize import Options
    from promptlint.reporters.terminal.style import Style

__all__ = ["render"]

_WIDTH: Final = 100
_MAX_LINES: Final = 16
"""Lines of a diff that are shown."""
_LONGEST: Final = 110
"""Characters of such a line."""
_LEAD: Final = 30
"""Characters of a long line before what changes in it."""


def render(plan: Plan, options: Options) -> str:
    """The steps under their headings, and the totals."""
    lines: list[str] = []
    for heading, some in groups(plan, options.limit):
        lines += [options.style.paint("strong", heading), ""]
        for number, step in some:
            lines += [*_step(number, step, options.style), ""]
    if not plan.steps:
        lines += ["Nothing to save was found.", ""]
    lines += closing(plan, options.limit)
    return "".join(f"{line}\n" for line in lines)


def _step(number: int, step: Step, style: Style) -> Iterator[str]:
    at = style.link(step.location.path, style.paint("path", visible(place(step))))
    yield f"{number:>3}. {at}: {visible(_flat(step.title))} ({style.paint('rule', rules(step))})"
    yield from _wrapped(saving(step))
    shown = diff(step)
    yield from (f"       {_painted(line, style)}" for line in _cut(shown)[:_MAX_LINES])
    if len(shown) > _MAX_LINES:
        yield f"       … {len(shown) - _MAX_LINES:,} more lines"
    if step.kind == "snippet":
        yield from (f"       {style.paint('added', f'+ {visible(line)}')}" for line in step.lines)
    else:
        yield from (each for line in step.lines for each in _wrapped(_flat(line)))
    yield from (each for line in step.rests_on for each in _wrapped(f"rests on: {_flat(line)}"))
    yield from (each for line in step.caveats[:1] for each in _wrapped(f"caveat: {_flat(line)}"))


def _cut(lines: Sequence[str]) -> list[str]:
    """The lines of a diff without most of what is long in them; of a line and the one in its place the same part is shown."""
    starts = dict.fromkeys(range(len(lines)), 0)
    at = 0
    while at < len(lines):
        removed = _run(lines, at, "-")
        added = _run(lines, removed, "+")
        for one, other in zip(range(at, removed), range(removed, added), strict=False):
            pairs = zip(lines[one][1:], lines[other][1:], strict=False)
            same = next((index for index, (a, b) in enumerate(pairs) if a != b), 0)
            if max(len(lines[one]), len(lines[other])) > _LONGEST:
                starts[one] = starts[other] = max(0, same - _LEAD)
        at = max(added, at + 1)
    return [_part(line, starts[index]) for index, line in enumerate(lines)]


def _run(lines: Sequence[str], at: int, sign: str) -> int:
    """Where a run of lines with that sign ends."""
    while at < len(lines) and lines[at].startswith(sign):
        at += 1
    return at


def _part(line: str, start: int) -> str:
    body = line[1:]
    before = "…" if start else ""
    after = "…" if len(body) - start > _LONGEST else ""
    return f"{line[:1]}{before}{body[start : start + _LONGEST]}{after}"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        visible(text),
        _WIDTH,
        initial_indent="     ",
        subsequent_indent="       ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _painted(line: str, style: Style) -> str:
    if line.startswith("@@"):
        return style.paint("gutter", line)
    return style.paint("removed" if line[0] == "-" else "added", line) if line[:1] in ("-", "+") else line
