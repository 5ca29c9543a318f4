"""The difference for programs. Its shape is a contract: docs/diff.schema.json. Fields may be added, never changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from promptlint.difference import FIGURES
from promptlint.prices import data_date

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic
    from promptlint.difference import Change, Difference, Figure, Side
    from promptlint.reporters.difference import Options
    from promptlint.revisions import Revision

__all__ = ["VERSION", "difference_data", "render"]

VERSION = 1
"""Of the format. It changes only if a field has to change its meaning."""


def _revision(revision: Revision | None) -> dict[str, object] | None:
    if revision is None:
        return None
    return {"name": revision.name, "commit": revision.commit, "why": revision.why or None}


def _side(side: Side | None) -> dict[str, object] | None:
    if side is None:
        return None
    estimate = side.report.estimate
    usd = estimate.usd
    return {
        "path": side.path,
        "prompt": side.name,
        "kind": str(side.report.kind),
        "model": estimate.model,
        "encoding": estimate.counting.encoding,
        "count": estimate.counting.count,
        "error": estimate.counting.error,
        "input_tokens": {"literal": estimate.input.literal, "expected": estimate.input.expected},
        "output_tokens": {
            "expected": estimate.output.expected,
            "maximum": estimate.output.maximum,
            "source": estimate.output.source,
        },
        "usd": None
        if usd is None
        else {"input": usd.input, "output": usd.output, "per_call": usd.per_call, "per_month": usd.per_month},
        "assumptions": list(estimate.assumptions),
    }


def _figures(change: Change) -> dict[str, object]:
    def value(figure: Figure) -> float | None:
        grown = change.difference(figure)
        return grown if grown is None or figure not in ("literal", "expected") else round(grown)

    return {figure: value(figure) for figure in FIGURES}


def _change(change: Change) -> dict[str, object]:
    return {
        "status": change.status,
        "edited": change.edited,
        "path": change.side.path,
        "prompt": change.side.name,
        "before": _side(change.before),
        "after": _side(change.after),
        "change": _figures(change),
    }


def _finding(difference: Difference, item: Diagnostic) -> dict[str, object]:
    source = difference.after.source(item.location.path)
    start = None if source is None else source.position(item.location.span.start)
    return {
        "rule": item.rule,
        "family": item.family,
        "severity": item.severity.label,
        "confidence": item.confidence.label,
        "message": item.message,
        "help": item.help,
        "path": item.location.path,
        "prompt": item.prompt,
        "line": None if start is None else start.line,
        "column": None if start is None else start.column,
        "offsets": [item.location.span.start, item.location.span.end],
        "fingerprint": item.fingerprint or None,
    }


def difference_data(difference: Difference) -> dict[str, Any]:
    """The whole difference as plain data."""
    totals = {figure: difference.total(figure) for figure in FIGURES}
    return {
        "version": VERSION,
        "base": _revision(difference.base),
        "to": _revision(difference.to),
        "prices": data_date(),
        "prompts": [_change(change) for change in difference.changes],
        "findings": {
            "new": [_finding(difference, item) for item in difference.new],
            "fixed": [
                {
                    "path": entry.path,
                    "rule": entry.rule,
                    "message": entry.message,
                    "count": entry.count,
                    "fingerprint": entry.fingerprint,
                }
                for entry in difference.fixed
            ],
        },
        "budgets": [_finding(difference, item) for item in difference.budgets],
        "total": {
            figure: {
                "before": round(total.before) if figure in ("literal", "expected") else total.before,
                "after": round(total.after) if figure in ("literal", "expected") else total.after,
                "unknown": total.unknown,
            }
            for figure, total in totals.items()
        },
        "notes": list(difference.notes),
        "summary": {
            "prompts": len(difference.prompts),
            **{status: difference.count(status) for status in ("added", "removed", "changed", "moved")},
            "new": len(difference.new),
            "fixed": sum(entry.count for entry in difference.fixed),
            "broken_budgets": sum(item.severity.label == "error" for item in difference.budgets),
        },
    }


def render(difference: Difference, options: Options) -> str:
    """The whole difference as one JSON object; `options` change nothing."""
    del options
    return json.dumps(difference_data(difference), ensure_ascii=False, indent=2) + "\n"
