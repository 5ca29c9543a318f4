"""Costs for spreadsheets: a line for each prompt, or for each part of one. Empty cells are figures that are not known."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.costs import Cost, Costs
    from promptlint.reporters import Options

__all__ = ["COLUMNS", "PARTS", "render"]

COLUMNS: Final = (
    *("path", "prompt", "kind", "model", "encoding", "count", "error"),
    *("literal", "variables", "schema", "tools", "framing", "minimum", "expected", "maximum", "cacheable_prefix"),
    *("output_expected", "output_maximum", "output_source"),
    *("usd_input", "usd_output", "usd_per_call", "usd_per_call_maximum", "calls_per_month"),
    *("usd_input_per_month", "usd_per_month", "price_date"),
)
PARTS: Final = ("path", "prompt", "by", "part", "kind", "tokens", "share")


def render(costs: Costs, options: Options) -> str:
    """RFC 4180, but for line ends, which are single line feeds; `options` change nothing."""
    del options
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    parts = any(cost.breakdown for cost in costs.costs)
    writer.writerow(PARTS if parts else COLUMNS)
    for cost in costs.costs:
        for row in _parts(cost) if parts else [_row(cost, costs.date)]:
            writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _row(cost: Cost, date: str) -> list[object]:
    estimate, usd = cost.estimate, cost.usd
    sent, answer = estimate.input, estimate.output
    return [
        *(cost.path, cost.prompt, str(cost.kind), estimate.model),
        *(estimate.counting.encoding, estimate.counting.count, estimate.counting.error),
        *(sent.literal, sent.variables, sent.schema, sent.tools, sent.framing),
        *(sent.minimum, sent.expected, sent.maximum, sent.cacheable_prefix),
        *(answer.expected, answer.maximum, answer.source),
        *(usd and usd.input, usd and usd.output, usd and usd.per_call, usd and usd.per_call_maximum),
        *(estimate.calls, usd and usd.input_per_month, usd and usd.per_month, date),
    ]


def _parts(cost: Cost) -> Iterator[list[object]]:
    if cost.breakdown is None:
        return
    expected = cost.estimate.input.expected
    for each in cost.breakdown.shares:
        share = round(each.tokens / expected, 6) if expected else 0.0
        yield [cost.path, cost.prompt, cost.breakdown.by, each.name, each.kind, each.tokens, share]


def _cell(value: object) -> object:
    """A value as a cell. Text that a spreadsheet would take for a formula is marked as text; no amount has an exponent."""
    if isinstance(value, float):
        text = f"{value:.12f}".rstrip("0")
        return f"{text}0" if text.endswith(".") else text
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value
