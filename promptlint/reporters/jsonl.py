"""The JSON report line by line, for programs that read while promptlint writes, and for tools such as grep and jq.

Each line is an object with the key ``type``: ``diagnostic``, ``prompt``, ``fixed``, ``dropped`` or ``skipped`` for what the
JSON report lists, and at the end one ``summary`` with the version of the format. docs/report.schema.json describes a line as ``$defs/line``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from promptlint.reporters.json import VERSION, report_data

if TYPE_CHECKING:
    from promptlint.reporters import Options
    from promptlint.runner import Report

__all__ = ["render"]

_TYPES = {
    "diagnostics": "diagnostic",
    "prompts": "prompt",
    "fixed": "fixed",
    "dropped": "dropped",
    "skipped": "skipped",
}


def render(report: Report, options: Options) -> str:
    """Everything that the JSON report holds; `options` change nothing."""
    del options
    data = report_data(report)
    lines = [{"type": name, **item} for key, name in _TYPES.items() for item in data[key]]
    lines.append({"type": "summary", "version": VERSION, **data["summary"]})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
