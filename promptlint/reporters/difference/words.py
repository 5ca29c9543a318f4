"""What the output formats for people say in the same words: figures with their change, sums, what is compared with what."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from promptlint.budgets import dollars
from promptlint.difference import percent
from promptlint.prices import data_date
from promptlint.reporters.terminal.lines import count

if TYPE_CHECKING:
    from promptlint.difference import Change, Difference, Figure, Side

__all__ = [
    "INPUT_ALONE",
    "UNKNOWN",
    "cell",
    "closing",
    "compared",
    "has_months",
    "moves",
    "named",
    "signed",
    "totals",
    "uses_input_alone",
]

UNKNOWN: Final = "unknown"
INPUT_ALONE: Final = "in"
"""Stands behind an amount that is that of the input alone, because nothing says how long the answer is."""

_TOKENS: Final = ("literal", "expected")


def _shown(value: float, figure: Figure) -> str:
    return f"{round(value):,}" if figure in _TOKENS else dollars(value)


def signed(value: float, figure: Figure) -> str:
    """A change with its sign."""
    text = _shown(value, figure)
    return text if text.startswith("-") else f"+{text}"


def named(side: Side) -> str:
    """A prompt by its file, and by its name where that says something else."""
    file = PurePosixPath(side.path).name
    return side.path if file == side.name or file.startswith(f"{side.name}.") else f"{side.path}: {side.name}"


def moves(difference: Difference) -> list[str]:
    """The prompts that only moved: from where to where."""
    return [
        f"{named(change.before)} -> {named(change.after)}"
        for change in difference.only_moved
        if change.before is not None and change.after is not None
    ]


def compared(difference: Difference) -> str:
    """What is compared with what."""
    base = difference.base
    what = "the working tree" if difference.to is None else _called(difference.to.name, difference.to.short)
    name = _called(base.name, base.short)
    return f"{what} compared with {base.short if base.why else name}" + (f" ({base.why})" if base.why else "")


def _called(name: str, short: str) -> str:
    return short if name.startswith(short) else f"{name} ({short})"


def has_months(difference: Difference) -> bool:
    """Whether something is known of a month."""
    sides = (side for change in difference.edited for side in (change.before, change.after) if side is not None)
    return any(side.figures.usd_per_month is not None for side in sides)


def uses_input_alone(difference: Difference) -> bool:
    """Whether an amount stands for the input alone."""
    return any(_figure(change) == "usd_input" for change in difference.edited)


def _figure(change: Change) -> Figure:
    """What of a call's price can be told: with the answer where that is known on both sides."""
    sides = [side.figures for side in (change.before, change.after) if side is not None]
    known = all(side.usd_per_call is not None for side in sides)
    return "usd_per_call" if known or any(side.usd_input is None for side in sides) else "usd_input"


def cell(change: Change, figure: Figure) -> tuple[str, str]:
    """A figure of a prompt, and by how much it changed."""
    mark = ""
    if figure == "usd_per_call":
        figure = _figure(change)
        mark = f" {INPUT_ALONE}" if figure == "usd_input" else ""
    value = None if change.after is None else change.after.figures.value(figure)
    grown = change.difference(figure)
    shown = "-" if change.after is None else UNKNOWN if value is None else _shown(value, figure)
    if value is not None:
        shown += mark
    return shown, UNKNOWN if grown is None else "" if not grown else signed(grown, figure) + mark


def totals(difference: Difference) -> list[str]:
    """What all prompts take, a line for each figure of which something is known."""
    lines: list[str] = []
    tokens = difference.total("expected")
    literal = difference.total("literal")
    lines.append(
        f"{round(tokens.before):,} -> {round(tokens.after):,} input tokens in one call of each prompt "
        f"({signed(tokens.difference, 'expected')}{_share(tokens.before, tokens.difference)}), "
        f"{signed(literal.difference, 'literal')} of them literal text"
    )
    whole = difference.total("usd_per_call")
    if difference.total("usd_input").unknown < whole.unknown:
        lines += _sum(difference, "usd_input", "USD for the input alone of one call of each prompt")
    lines += _sum(difference, "usd_per_call", "USD in one call of each prompt, with the answer")
    return [*lines, *_sum(difference, "usd_per_month", "USD per month")]


def _sum(difference: Difference, figure: Figure, what: str) -> list[str]:
    """One amount of all prompts; nothing where it is known of none."""
    total = difference.total(figure)
    if total.unknown == len(difference.prompts):
        return []
    unknown = f"; not known for {count(total.unknown, 'prompt')}" if total.unknown else ""
    share = _share(total.before, total.difference)
    return [
        f"{dollars(total.before)} -> {dollars(total.after)} {what} ({signed(total.difference, figure)}{share}){unknown}"
    ]


def _share(before: float, grown: float) -> str:
    if not before or not grown:
        return ""
    share = percent(grown / before)
    return f", {share}" if share.startswith("-") else f", +{share}"


def closing(difference: Difference) -> str:
    """What happened, in one line."""
    happened = [
        f"{number:,} {status}"
        for status in ("changed", "added", "removed", "moved")
        if (number := difference.count(status))
    ]
    same = len(difference.prompts) - len(difference.changes)
    prompts = f"{', '.join(happened)}, {same:,} as before" if happened else f"{same:,} as before"
    parts = [f"Prompts: {prompts}"]
    fixed = sum(entry.count for entry in difference.fixed)
    if difference.new or fixed:
        parts.append(f"findings: {len(difference.new):,} new, {fixed:,} gone")
    broken = sum(each.severity.label == "error" for each in difference.budgets)
    if broken:
        parts.append(count(broken, "budget broken", "budgets broken"))
    return f"{'; '.join(parts)}."


def dated(difference: Difference) -> str:
    """The day of the prices, where one is used; else nothing."""
    sides = (side for change in difference.edited for side in (change.before, change.after) if side is not None)
    return f"Prices of {data_date()}." if any(side.report.estimate.usd is not None for side in sides) else ""
