"""Costs for programs. The shape is a contract: docs/cost.schema.json. Fields may be added, never changed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from promptlint.costs import Cost, Costs
    from promptlint.reporters import Options

__all__ = ["VERSION", "cost_data", "render"]

VERSION: Final = 1
"""Of the format. It changes only if a field has to change its meaning."""


def _prompt(cost: Cost) -> dict[str, Any]:
    estimate = cost.estimate
    data: dict[str, Any] = {
        "path": cost.path,
        "prompt": cost.prompt,
        "kind": str(cost.kind),
        "language": cost.language,
        "model": estimate.model,
        "provider": estimate.found.provider if estimate.found is not None else None,
        "encoding": estimate.counting.encoding,
        "count": estimate.counting.count,
        "error": estimate.counting.error,
        "input_tokens": asdict(estimate.input),
        "output_tokens": asdict(estimate.output),
        "usd": asdict(estimate.usd) if estimate.usd is not None else None,
        "calls_per_month": estimate.calls,
        "variables": [{**asdict(each), "total": each.total} for each in estimate.variables],
        "assumptions": list(estimate.assumptions),
    }
    if cost.breakdown is not None:
        data["breakdown"] = asdict(cost.breakdown)
    return data


def cost_data(costs: Costs) -> dict[str, Any]:
    """The costs as plain data."""
    total = costs.total
    return {
        "version": VERSION,
        "price_date": costs.date,
        "prompts": [_prompt(cost) for cost in costs.costs],
        "total": {
            "prompts": total.prompts,
            "input_tokens": {"literal": total.literal, "expected": total.expected},
            "usd": {
                "input": total.input,
                "per_call": total.per_call,
                "input_per_month": total.input_per_month,
                "per_month": total.per_month,
            },
            "known": {"input": total.priced, "per_call": total.with_call, "per_month": total.with_month},
        },
        "skipped": [{"path": each.path, "reason": each.reason} for each in costs.skipped],
        "unread": [{"path": path, "reason": reason} for path, reason in costs.unread],
    }


def render(costs: Costs, options: Options) -> str:
    """The costs as one JSON object; `options` change nothing."""
    del options
    return json.dumps(cost_data(costs), ensure_ascii=False, indent=2) + "\n"
