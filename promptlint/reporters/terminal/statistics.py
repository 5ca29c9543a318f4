"""How often each rule found something, in place of the findings."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING

from promptlint.diagnostic import Applicability, Severity
from promptlint.lazy import dataclass
from promptlint.reporters.json import VERSION
from promptlint.reporters.terminal.lines import closing

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic
    from promptlint.reporters import Options
    from promptlint.runner import Report

__all__ = ["Count", "as_json", "as_text", "counts"]


@dataclass(frozen=True)
class Count:
    """What one rule found: in how many places, how severely, and in how many of these it has a safe fix."""

    rule: str
    family: str
    count: int
    errors: int
    warnings: int
    infos: int
    fixable: int

    @property
    def severity(self) -> Severity:
        """The highest severity among its findings."""
        return Severity.ERROR if self.errors else Severity.WARNING if self.warnings else Severity.INFO


def counts(report: Report) -> tuple[Count, ...]:
    """A Count for each rule that found something, the most frequent one first."""
    by_rule: defaultdict[str, list[Diagnostic]] = defaultdict(list)
    for item in report.diagnostics:
        by_rule[item.rule].append(item)
    made: list[Count] = []
    for rule, found in by_rule.items():
        severities = [item.severity for item in found]
        fixable = [item for item in found if item.fix and item.fix.applicability is Applicability.SAFE]
        made.append(
            Count(
                rule,
                found[0].family,
                len(found),
                severities.count(Severity.ERROR),
                severities.count(Severity.WARNING),
                severities.count(Severity.INFO),
                len(fixable),
            )
        )
    return tuple(sorted(made, key=lambda each: (-each.count, each.rule)))


def as_text(report: Report, options: Options) -> str:
    """A table and, unless quiet, the last line of a report."""
    style, made = options.style, counts(report)
    lines: list[str] = []
    if made:
        rows = [("count", "rule", "severity", "fixable"), *map(_row, made)]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row, each in zip(rows, (None, *made), strict=True):
            number, rule, severity = row[0].rjust(widths[0]), row[1].ljust(widths[1]), row[2].ljust(widths[2])
            if each is None:
                lines.append(style.paint("strong", f"{number}  {rule}  {severity}  {row[3]}"))
            else:
                shown = f"{style.paint('rule', rule)}  {style.severity(each.severity, severity)}"
                lines.append(f"{number}  {shown}  {row[3]}".rstrip())
        if not options.quiet:
            lines.append("")
    if not options.quiet:
        lines.append(closing(report, style))
    return "".join(f"{line}\n" for line in lines)


def _row(each: Count) -> tuple[str, str, str, str]:
    share = f"{each.fixable:,} ({each.fixable * 100 // each.count} %)" if each.fixable else ""
    return f"{each.count:,}", each.rule, each.severity.label, share


def as_json(report: Report) -> str:
    """The counts and the summary; docs/report.schema.json describes them as ``$defs/statistics``."""
    data = {
        "version": VERSION,
        "statistics": [asdict(each) for each in counts(report)],
        "summary": report.summary.as_dict(),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
