"""The report for programs. Its shape is a contract: docs/report.schema.json. Fields may be added, never changed."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic, Fix, Saving
    from promptlint.engine import FileReport, PromptReport
    from promptlint.reporters import Options
    from promptlint.rewrite import Dropped
    from promptlint.runner import Report
    from promptlint.source import Location, Source

__all__ = ["VERSION", "render", "report_data"]

VERSION = 1
"""Of the format. It changes only if a field has to change its meaning."""


def _position(source: Source, offset: int) -> dict[str, int]:
    position = source.position(offset)
    return {"line": position.line, "column": position.column}


def _place(report: Report, location: Location) -> dict[str, object]:
    source, span = report.source(location.path), location.span
    return {
        "path": location.path,
        "range": source and {"start": _position(source, span.start), "end": _position(source, span.end)},
        "offsets": [span.start, span.end],
    }


def _fix(fix: Fix) -> dict[str, object]:
    return {
        "title": fix.title,
        "applicability": str(fix.applicability),
        "edits": [
            {
                "path": edit.location.path,
                "offsets": [edit.location.span.start, edit.location.span.end],
                "replacement": edit.replacement,
            }
            for edit in fix.edits
        ],
    }


def _saving(saving: Saving) -> dict[str, object]:
    return {
        "input_tokens": saving.input_tokens,
        "output_tokens": saving.output_tokens,
        "usd_per_1000_calls": saving.usd_per_1000_calls,
    }


def _diagnostic(report: Report, diagnostic: Diagnostic) -> dict[str, object]:
    place = _place(report, diagnostic.location)
    return {
        "rule": diagnostic.rule,
        "family": diagnostic.family,
        "severity": diagnostic.severity.label,
        "confidence": diagnostic.confidence.label,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "path": place["path"],
        "prompt": diagnostic.prompt,
        "language": diagnostic.language,
        "range": place["range"],
        "offsets": place["offsets"],
        "related": [{**_place(report, related.location), "message": related.message} for related in diagnostic.related],
        "fix": diagnostic.fix and _fix(diagnostic.fix),
        "saving": diagnostic.saving and _saving(diagnostic.saving),
        "fingerprint": diagnostic.fingerprint,
    }


def _prompt(file: FileReport, prompt: PromptReport) -> dict[str, object]:
    counted = prompt.counted
    return {
        "path": file.path,
        "prompt": prompt.prompt.name,
        "kind": str(prompt.kind),
        "language": prompt.language,
        "model": counted.model,
        "encoding": counted.counting.encoding,
        "count": counted.counting.count,
        "error": counted.counting.error,
        "assumption": counted.counting.assumption,
        "input_tokens": {"literal": counted.literal},
    }


def _dropped(report: Report, dropped: Dropped) -> dict[str, object]:
    return {
        "rule": dropped.diagnostic.rule,
        **_place(report, dropped.diagnostic.location),
        "title": dropped.fix.title,
        "reason": dropped.reason,
    }


def report_data(report: Report) -> dict[str, Any]:
    """The whole report as plain data."""
    return {
        "version": VERSION,
        "diagnostics": [_diagnostic(report, diagnostic) for diagnostic in report.diagnostics],
        "prompts": [_prompt(file, prompt) for file in report.files for prompt in file.prompts],
        "fixed": [
            {"path": each.before.path, "rule": rule, "count": count}
            for each in report.rewrites
            for rule, count in sorted(Counter(one.rule for one in each.fixed).items())
        ],
        "dropped": [_dropped(report, dropped) for each in report.rewrites for dropped in each.dropped],
        "skipped": [{"path": each.path, "reason": each.reason} for each in report.skipped],
        "summary": report.summary.as_dict(),
    }


def render(report: Report, options: Options) -> str:
    """The whole report as one JSON object; `options` change nothing."""
    del options
    return json.dumps(report_data(report), ensure_ascii=False, indent=2) + "\n"
