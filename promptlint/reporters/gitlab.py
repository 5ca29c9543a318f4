"""GitLab's Code Quality report: what a merge request shows as new and as resolved.

The format is described at https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from promptlint.diagnostic import Severity
from promptlint.reporters.ci.places import in_repository
from promptlint.reporters.terminal.cells import visible

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic
    from promptlint.reporters import Options
    from promptlint.runner import Report

__all__ = ["render"]

_SEVERITIES: Final[Mapping[Severity, str]] = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def _unique(fingerprint: str, seen: set[str]) -> str:
    """A fingerprint that is not in `seen`: GitLab drops all but one of equal ones."""
    mark, number = fingerprint, 0
    while mark in seen:
        number += 1
        mark = hashlib.sha256(f"{fingerprint}\0{number}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    seen.add(mark)
    return mark


def _location(report: Report, item: Diagnostic, options: Options) -> dict[str, Any]:
    path = in_repository(item.location.path, options)
    source = report.source(item.location.path)
    if source is None:
        return {"path": path, "lines": {"begin": 1}}
    start, end = source.position(item.location.span.start), source.position(item.location.span.end)
    return {
        "path": path,
        "lines": {"begin": start.line, "end": end.line},
        "positions": {
            "begin": {"line": start.line, "column": start.column},
            "end": {"line": end.line, "column": end.column},
        },
    }


def render(report: Report, options: Options) -> str:
    """A JSON array with one object for each diagnostic."""
    seen: set[str] = set()
    data = [
        {
            "description": visible(" ".join(item.message.split())),
            "check_name": item.rule,
            "fingerprint": _unique(item.fingerprint, seen),
            "severity": _SEVERITIES[item.severity],
            "location": _location(report, item, options),
        }
        for item in report.diagnostics
    ]
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
