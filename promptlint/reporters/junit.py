"""JUnit XML, which every CI service shows: a test suite for each file, a test case for each finding.

A finding at or above ``--fail-on`` is a failure, one below it a test that passed with output, a file without findings one
test that passed, a file that could not be looked at a skipped test or, if it was named, an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.lazy import dataclass, regex
from promptlint.reporters.ci.places import faults
from promptlint.reporters.terminal.cells import visible
from promptlint.reporters.terminal.lines import head
from promptlint.reporters.terminal.style import PLAIN

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic
    from promptlint.reporters import Options
    from promptlint.runner import Report

__all__ = ["render"]

_TOOL = "promptlint"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_NOT_XML = regex("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def _text(text: str) -> str:
    """Text as content or as a quoted attribute."""
    return _NOT_XML.sub(lambda match: f"&lt;U+{ord(match[0]):04X}&gt;", text.translate(_ENTITIES))


def _line(text: str) -> str:
    return visible(" ".join(text.split()))


@dataclass(frozen=True)
class _Case:
    """A test case. `outcome` is the element that says what became of it; a test that passed has ``system-out`` or none."""

    name: str
    outcome: str = ""
    message: str = ""
    kind: str = ""
    body: str = ""

    def lines(self, classname: str) -> list[str]:
        start = f'    <testcase name="{_text(self.name)}" classname="{_text(classname)}"'
        if not self.outcome:
            return [f"{start}/>"]
        attributes = "".join(
            f' {name}="{_text(value)}"' for name, value in (("type", self.kind), ("message", self.message)) if value
        )
        body = f"<{self.outcome}{attributes}" + (f">{_text(self.body)}</{self.outcome}>" if self.body else "/>")
        return [f"{start}>", f"      {body}", "    </testcase>"]


@dataclass(frozen=True)
class _Suite:
    name: str
    cases: tuple[_Case, ...]

    def count(self, outcome: str) -> int:
        return sum(case.outcome == outcome for case in self.cases)

    def lines(self) -> list[str]:
        name = _line(self.name)
        counts = (
            f'tests="{len(self.cases)}" failures="{self.count("failure")}" errors="{self.count("error")}"'
            f' skipped="{self.count("skipped")}"'
        )
        cases = [line for case in self.cases for line in case.lines(name)]
        return [f'  <testsuite name="{_text(name)}" {counts}>', *cases, "  </testsuite>"]


def _case(report: Report, item: Diagnostic, options: Options) -> _Case:
    source = report.source(item.location.path)
    start = source and source.position(item.location.span.start)
    name = f"{item.rule} at {start.line}:{start.column}" if start else item.rule
    body = head(report, item, PLAIN) + (f"\n{_line(item.help)}" if item.help else "")
    if options.fail_on is not None and item.severity >= options.fail_on:
        return _Case(name, "failure", _line(item.message), item.severity.label, body)
    return _Case(name, "system-out", body=body)


def _suites(report: Report, options: Options) -> list[_Suite]:
    by_path: dict[str, list[_Case]] = {file.path: [] for file in report.files}
    for item in report.diagnostics:
        by_path.setdefault(item.location.path, []).append(_case(report, item, options))
    for each in report.skipped:
        outcome = "error" if each.named else "skipped"
        by_path.setdefault(each.path, []).append(_Case(_TOOL, outcome, _line(each.reason)))
    suites = [_Suite(path, tuple(cases) or (_Case(_TOOL),)) for path, cases in sorted(by_path.items())]
    if others := tuple(_Case(_TOOL, "error", _line(text)) for text in faults(report)):
        suites.insert(0, _Suite(_TOOL, others))
    return suites


def render(report: Report, options: Options) -> str:
    """One ``testsuites`` element. There are no times in it, so that the same input gives the same report."""
    suites = _suites(report, options)
    total = {outcome: sum(suite.count(outcome) for suite in suites) for outcome in ("failure", "error")}
    tests = sum(len(suite.cases) for suite in suites)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="{_TOOL}" tests="{tests}" failures="{total["failure"]}" errors="{total["error"]}">',
        *(line for suite in suites for line in suite.lines()),
        "</testsuites>",
    ]
    return "".join(f"{line}\n" for line in lines)
