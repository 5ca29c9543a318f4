"""SARIF 2.1.0 (OASIS standard with errata 01) for code scanning services and viewers.

Message strings are written as they are. The standard wants braces doubled in them, but viewers leave that alone where a
message has no arguments, and doubled braces in messages about ``{{name}}`` would mislead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from promptlint import __version__
from promptlint.diagnostic import Applicability, Severity
from promptlint.reporters.ci.places import faults, in_repository, is_absolute, uri
from promptlint.reporters.terminal.cells import visible
from promptlint.rules import Rule, load_rules

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic, Fix
    from promptlint.engine import FileReport
    from promptlint.reporters import Options
    from promptlint.runner import Report
    from promptlint.source import Location, Span

__all__ = ["FINGERPRINT", "render"]

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

FINGERPRINT: Final = "promptlint/v1"
"""The key of the fingerprint. A new way of computing it gets a new number, so that old and new are never compared."""

_ROOT: Final = "%SRCROOT%"
_LEVELS: Final[Mapping[Severity, str]] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_MAX_DESCRIPTION: Final = 1024  # characters that GitHub takes; it refuses longer ones


class _Log:
    """Makes the parts of one log; the report says where things are, the options from where paths count."""

    def __init__(self, report: Report, options: Options) -> None:
        self._report, self._options = report, options
        silenced = (item for file in report.files for item in (*file.suppressed, *file.baselined))
        found = [*report.diagnostics, *silenced]
        self._rules = sorted({item.rule for item in found})
        self._known = {name: rule for file in report.files for name, rule in file.known.items()} or load_rules()
        self._index = {rule: index for index, rule in enumerate(self._rules)}

    def run(self) -> dict[str, Any]:
        return {
            "tool": {
                "driver": {
                    "name": "promptlint",
                    "version": __version__,
                    "rules": [_rule(name, self._known.get(name)) for name in self._rules],
                }
            },
            "invocations": [self._invocation()],
            "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
            "columnKind": "unicodeCodePoints",
            "newlineSequences": ["\r\n", "\n", "\r"],
            "results": self._results(),
        }

    def _results(self) -> list[dict[str, Any]]:
        found: list[tuple[Diagnostic, list[dict[str, str]]]] = [(item, []) for item in self._report.diagnostics]
        for file in self._report.files:
            found += [(item, [_suppression(item, file)]) for item in file.suppressed]
            found += [(item, [{"kind": "external"}]) for item in file.baselined]
        found.sort(key=lambda pair: (pair[0].location, pair[0].rule, pair[0].message))
        return [self._result(item, suppressions) for item, suppressions in found]

    def _invocation(self) -> dict[str, Any]:
        # The time of day and the command line are left out: the same input gives the same log.
        invocation: dict[str, Any] = {
            "executionSuccessful": not self._report.errors,
            "toolExecutionNotifications": [
                {
                    "level": "error" if each.named else "warning",
                    "message": {"text": f"Skipped: {each.reason}"},
                    "locations": [{"physicalLocation": {"artifactLocation": self._artifact(each.path)}}],
                }
                for each in self._report.skipped
            ],
        }
        if notifications := [{"level": "error", "message": {"text": text}} for text in faults(self._report)]:
            invocation["toolConfigurationNotifications"] = notifications
        return invocation

    def _artifact(self, path: str) -> dict[str, str]:
        path = in_repository(path, self._options)
        if is_absolute(path) or path.startswith("../"):
            return {"uri": uri(path)}
        return {"uri": uri(path), "uriBaseId": _ROOT}

    def _region(self, path: str, span: Span) -> dict[str, int]:
        region = {"charOffset": span.start, "charLength": len(span)}
        source = self._report.source(path)
        if source is None:
            return region
        start, end = source.position(span.start), source.position(span.end)
        return {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
            **region,
        }

    def _place(self, location: Location) -> dict[str, Any]:
        return {
            "artifactLocation": self._artifact(location.path),
            "region": self._region(location.path, location.span),
        }

    def _result(self, item: Diagnostic, suppressions: list[dict[str, str]]) -> dict[str, Any]:
        result: dict[str, Any] = {
            "ruleId": item.rule,
            "ruleIndex": self._index[item.rule],
            "level": _LEVELS[item.severity],
            "message": {"text": _line(item.message)},
            "locations": [{"physicalLocation": self._place(item.location)}],
        }
        if item.related:
            result["relatedLocations"] = [
                {
                    "id": index,
                    "physicalLocation": self._place(related.location),
                    "message": {"text": _line(related.message)},
                }
                for index, related in enumerate(item.related)
            ]
        if item.fingerprint:
            result["partialFingerprints"] = {FINGERPRINT: item.fingerprint}
        if item.fix is not None and item.fix.edits and item.fix.applicability is not Applicability.DISPLAY:
            result["fixes"] = [self._fix(item.fix)]
        result["suppressions"] = suppressions  # an empty list says that the result is not suppressed
        result["properties"] = {
            "confidence": item.confidence.label,
            "help": item.help,
            "language": item.language,
            "prompt": item.prompt,
        }
        return result

    def _fix(self, fix: Fix) -> dict[str, Any]:
        paths = dict.fromkeys(edit.location.path for edit in fix.edits)
        return {
            "description": {"text": _line(fix.title)},
            "artifactChanges": [
                {
                    "artifactLocation": self._artifact(path),
                    "replacements": [
                        {
                            "deletedRegion": self._region(path, edit.location.span),
                            "insertedContent": {"text": edit.replacement},
                        }
                        for edit in fix.edits
                        if edit.location.path == path
                    ],
                }
                for path in paths
            ],
            "properties": {"applicability": str(fix.applicability)},
        }


def _rule(name: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"id": name}
    text = "\n\n".join(part for part in (rule.why.strip(), rule.help.strip()) if part) or rule.summary
    return {
        "id": name,
        "shortDescription": {"text": _short([rule.summary])},
        "fullDescription": {"text": _short((rule.why.strip() or rule.summary).split("\n\n"))},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.family]},
    }


def _line(text: str) -> str:
    """Text for people on one line, with what they would not see named."""
    return visible(" ".join(text.split()))


def _short(paragraphs: Iterable[str]) -> str:
    """The first paragraph on one line, no longer than a description may be."""
    text = " ".join(next(iter(paragraphs)).split())
    return text if len(text) <= _MAX_DESCRIPTION else f"{text[: _MAX_DESCRIPTION - 1]}…"


def _suppression(item: Diagnostic, file: FileReport) -> dict[str, str]:
    offset = item.location.span.start
    reasons = (
        each.reason
        for each in file.document.suppressions
        if each.covers(item.rule, item.family, offset) and each.reason
    )
    reason = next(reasons, "")
    return {"kind": "inSource", "justification": reason} if reason else {"kind": "inSource"}


def render(report: Report, options: Options) -> str:
    """One log with one run. Suppressed and baselined findings are in it, marked as such; hidden ones are not."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_Log(report, options).run()]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"
