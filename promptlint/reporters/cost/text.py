"""Costs for a person: a table, or bars that show where the tokens go, then totals and what all of it rests on."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from promptlint.reporters.cost.lines import assumptions, names, prices, sums
from promptlint.reporters.terminal.cells import visible
from promptlint.reporters.terminal.figures import UNKNOWN, aligned, bar, dollars, percent, tokens
from promptlint.reporters.terminal.lines import count

if TYPE_CHECKING:
    from promptlint.breakdown import Breakdown
    from promptlint.costs import Cost, Costs
    from promptlint.reporters import Options
    from promptlint.reporters.terminal.style import Style

__all__ = ["render"]

_WIDTH: Final = 110
_BAR: Final = 30
_MAX_NAME: Final = 60
_HEAD: Final = (
    "USD a month",
    "USD a call",
    "tokens",
    "text",
    "variables",
    "cacheable",
    "answer",
    "at most",
    "prompt",
    "model",
    "what the answer's length rests on",
)
_MONTH: Final = 0
_MONEY: Final = 2
_RIGHT: Final = frozenset(range(8))


def render(costs: Costs, options: Options) -> str:
    """The table or the bars and, unless quiet, what they rest on."""
    lines = _bars(costs, options.style) if any(cost.breakdown for cost in costs.costs) else _table(costs, options.style)
    if not options.quiet and costs.costs:
        lines += ["", *map(visible, sums(costs)), "", options.style.paint("strong", "What this rests on")]
        for assumption in (*assumptions(costs), prices(costs)):
            lines += textwrap.wrap(
                visible(assumption), _WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
            )
    if costs.unread and not options.quiet:
        lines += ["", *(visible(f"{path} has no prompt that can be read: {reason}") for path, reason in costs.unread)]
    return "".join(f"{line}\n" for line in lines)


def _table(costs: Costs, style: Style) -> list[str]:
    if not costs.costs:
        return []
    called = names(costs)
    rows = [_HEAD, *(_row(cost, called[cost.path, cost.prompt]) for cost in costs.costs)]
    if any(cost.usd is not None and cost.usd.per_call is None for cost in costs.costs):
        # so that what has no plus behind it stands below what has one
        rows = [tuple(_with_room(cell) if column < _MONEY else cell for column, cell in enumerate(row)) for row in rows]
    if not costs.has_calls:
        rows = [(*row[:_MONTH], *row[_MONTH + 1 :]) for row in rows]
    shift = 0 if costs.has_calls else 1
    head, *lines = aligned(rows, {column - shift for column in _RIGHT})
    return [style.paint("strong", head), *lines]


def _row(cost: Cost, name: str) -> tuple[str, ...]:
    sent, answer = cost.estimate.input, cost.estimate.output
    return (
        _month(cost),
        _call(cost),
        tokens(sent.expected),
        tokens(sent.literal),
        tokens(sent.variables),
        tokens(sent.cacheable_prefix),
        tokens(answer.expected),
        tokens(answer.maximum),
        visible(name),
        visible(cost.estimate.model or UNKNOWN),
        visible(answer.source),
    )


def _with_room(cell: str) -> str:
    return cell if cell.endswith("+") else f"{cell}  "


def _call(cost: Cost) -> str:
    usd = cost.usd
    if usd is None:
        return UNKNOWN
    return dollars(usd.per_call) if usd.per_call is not None else f"{dollars(usd.input)} +"


def _month(cost: Cost) -> str:
    usd = cost.usd
    if usd is None or usd.input_per_month is None:
        return UNKNOWN
    return dollars(usd.per_month) if usd.per_month is not None else f"{dollars(usd.input_per_month)} +"


def _bars(costs: Costs, style: Style) -> list[str]:
    called = names(costs)
    lines: list[str] = []
    for cost in costs.costs:
        if cost.breakdown is None:
            continue
        expected = cost.estimate.input.expected
        title = style.paint("strong", visible(called[cost.path, cost.prompt]))
        lines += [f"{title}: {count(expected, 'token')} expected{_price(cost)}"]
        lines += [f"  {line}" for line in _parts(cost.breakdown, expected)]
        lines.append("")
    return lines[:-1]


def _price(cost: Cost) -> str:
    usd = cost.usd
    if usd is None:
        return ""
    whole = usd.per_call is not None
    call, month = (usd.per_call, usd.per_month) if whole else (usd.input, usd.input_per_month)
    monthly = "" if month is None else f", {dollars(month)} a month"
    return f", USD {dollars(call)} a call{'' if whole else ' without the answer'}{monthly}"


def _parts(found: Breakdown, expected: int) -> list[str]:
    rows = [
        (_short(share.name), tokens(share.tokens), percent(share.tokens, expected), bar(share.tokens, expected, _BAR))
        for share in found.shares
    ]
    lines = aligned(rows, {1, 2})
    if found.examples:
        lines.append(
            f"worked examples (few-shot) are {tokens(found.examples)} of them, {percent(found.examples, expected)}"
        )
    return lines


def _short(name: str) -> str:
    shown = visible(" ".join(name.split()))
    return shown if len(shown) <= _MAX_NAME else f"{shown[: _MAX_NAME - 1]}…"
