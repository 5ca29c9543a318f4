"""A plan for programs. Its shape is a contract: docs/optimize.schema.json. Fields may be added, never changed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from promptlint.prices import data_date
from promptlint.reporters.terminal.unified import unified

if TYPE_CHECKING:
    from promptlint.plan import Plan, Step, Total
    from promptlint.reporters.optimize import Options

__all__ = ["VERSION", "render"]

VERSION = 1
"""Of the format. It changes only if a field has to change its meaning."""


def render(plan: Plan, options: Options) -> str:
    """The whole plan as one JSON object; `options` change nothing."""
    del options
    before, safe, after = (plan.total("before"), plan.total("safe"), plan.total("after"))
    data = {
        "version": VERSION,
        "price_date": data_date(),
        "steps": [_step(each) for each in plan.steps],
        "written": list(plan.written),
        "total": {
            "files": len(plan.files),
            "prompts": plan.prompts,
            "before": asdict(before),
            "safe": asdict(safe),
            "after": asdict(after),
            "saved_safe": _less(before, safe),
            "saved": _less(before, after),
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _step(step: Step) -> dict[str, Any]:
    start, end = (step.before.position(at) for at in (step.location.span.start, step.location.span.end))
    return {
        "kind": step.kind,
        "rules": [{"rule": rule, "count": number} for rule, number in step.rules],
        "title": step.title,
        "path": step.location.path,
        "prompt": step.prompt,
        "range": {"start": asdict(start), "end": asdict(end)},
        "diff": None if step.after is None else unified(step.before, step.after),
        "lines": list(step.lines),
        "model": step.model,
        "saved": None if step.saved is None else asdict(step.saved),
        "unknown": step.unknown or None,
        "rests_on": list(step.rests_on),
        "caveats": list(step.caveats),
    }


def _less(before: Total, after: Total) -> dict[str, Any]:
    return {
        "tokens": before.tokens - after.tokens,
        "usd": before.usd - after.usd if before.priced else None,
        "month": before.month - after.month if before.monthly else None,
    }
