"""A comparison for programs. Its shape is a contract: docs/compare.schema.json. Fields may be added, never changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from promptlint.prices import data_date

if TYPE_CHECKING:
    from promptlint.comparison import CascadeCost, Comparison, Row
    from promptlint.reporters.terminal.style import Style

__all__ = ["VERSION", "render"]

VERSION = 1
"""Of the format. It changes only if a field has to change its meaning."""


def render(comparisons: Sequence[Comparison], style: Style) -> str:
    """All of it as one JSON object; `style` changes nothing."""
    del style
    data = {"version": VERSION, "price_date": data_date(), "prompts": [_comparison(each) for each in comparisons]}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _comparison(each: Comparison) -> dict[str, Any]:
    return {
        "path": each.path,
        "prompt": each.prompt,
        "kind": each.kind,
        "language": each.language,
        "calls_per_month": each.calls,
        "models": [_row(each, row) for row in each.rows],
        "cascade": None if each.cascade is None else _cascade(each.cascade),
        "tuning": None if each.tuning is None else asdict(each.tuning),
        "assumptions": list(each.assumptions),
    }


def _row(comparison: Comparison, row: Row) -> dict[str, Any]:
    made, model = row.estimate, row.model
    return {
        "model": row.name,
        "provider": model.provider,
        "id": model.id,
        "encoding": made.counting.encoding,
        "count": made.counting.count,
        "error": made.counting.error,
        "input_tokens": asdict(made.input),
        "output_tokens": asdict(made.output),
        "usd": None if made.usd is None else asdict(made.usd),
        "compared": row.compared,
        "window": model.window,
        "window_use": row.window_use,
        "max_output": model.max_output,
        "language_supported": row.language,
        "reasoning": model.reasoning,
        "retired": model.retired,
        "caching": {
            "minimum": model.cache_minimum,
            "reached": row.reaches_cache,
            "lifetimes": [asdict(each) for each in row.caching],
        },
        "batch": None
        if row.batching is None
        else {"pays": row.batching.pays, "saved": row.batching.saved, "saved_input": row.batching.saved_input},
        "tuned": None if row.tuned is None else {"per_call": row.tuned[0], "calls": row.tuned[1]},
        "assumptions": list(comparison.own(row)),
    }


def _cascade(each: CascadeCost) -> dict[str, Any]:
    shares = [*each.cascade.accepted, None]
    return {
        "models": [
            {"model": name, "accepted": share, "per_call": cost}
            for name, share, cost in zip(each.cascade.models, shares, each.costs, strict=True)
        ],
        "per_call": each.per_call,
        "per_month": each.per_month,
        "last_per_call": each.last,
        "least_accepted": each.least,
    }
