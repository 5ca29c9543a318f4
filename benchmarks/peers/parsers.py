"""What each tool prints, as findings. Every parser takes the text and the path of the file, where one file was given.

Paths come back as the tool wrote them. A tool that gives no line gives None. ValueError: the output is not what the
parser knows, which a run must not take for "nothing found".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """`serious`: the tool itself calls it a warning or worse."""

    path: str
    line: int | None
    rule: str
    serious: bool
    message: str


Parser = Callable[[str, str], list[Finding]]

SERIOUS = frozenset({"warning", "warn", "error", "critical", "high", "medium", "fail"})


def _finding(path: str, line: Any, rule: Any, severity: Any, message: Any) -> Finding:
    place = line if isinstance(line, int) and line > 0 else None
    return Finding(path, place, str(rule), str(severity).lower() in SERIOUS, str(message))


def _documents(text: str) -> Iterator[Any]:
    """The JSON documents that stand one after the other in the text."""
    decoder = json.JSONDecoder()
    rest = text.strip()
    if not rest:
        raise ValueError("no output")
    while rest:
        document, end = decoder.raw_decode(rest)
        yield document
        rest = rest[end:].strip()


def promptlint(text: str, _path: str) -> list[Finding]:
    (report,) = _documents(text)
    return [
        _finding(each["path"], each["range"]["start"]["line"], each["rule"], each["severity"], each["message"])
        for each in report["diagnostics"]
    ]


def promptlint_cli(text: str, _path: str) -> list[Finding]:
    return [
        _finding(report["file"], each["line"], each["rule"], each["level"], each["message"])
        for report in _documents(text)
        for each in report["findings"]
    ]


def promptlint_ai(text: str, _path: str) -> list[Finding]:
    (report,) = _documents(text)
    return [_finding(each["path"], each["line"], each["rule_id"], each["severity"], each["message"]) for each in report]


def promptlint_pypi(text: str, path: str) -> list[Finding]:
    """The promptlint of PyPI has no names for its rules: the category and the words before the colon stand for one.

    Its suggestions carry no line, and count as remarks.
    """
    (report,) = _documents(text)
    issues = [
        _finding(
            path,
            each["location"],
            f"{each['category']}: {each['description'].split(':')[-1 if 'RISK' in each['description'] else 0].strip()}",
            each["severity"],
            each["description"],
        )
        for each in report["issues"]
    ]
    return issues + [_finding(path, None, f"suggestion: {each}", "info", each) for each in report["suggestions"]]


def lintlang(text: str, _path: str) -> list[Finding]:
    """H5 and H6 cover several things; what a finding is about stands in its description only."""
    (reports,) = _documents(text)
    return [
        _finding(report["file"], each["line"], _lintlang_rule(each), each["severity"], each["description"])
        for report in reports
        for each in report["structural_findings"]
    ]


def _lintlang_rule(finding: dict[str, Any]) -> str:
    code, words = str(finding["code"]), str(finding["description"]).lower()
    for name, mark in (("vague", "vague"), ("vague", "ambiguous"), ("format", "no explicit output format")):
        if mark in words:
            return f"{code} {name}"
    return code


def promptdoctor(text: str, _path: str) -> list[Finding]:
    (report,) = _documents(text)
    return [
        _finding(result["source"], each["line"], each["rule"], each["severity"], each["message"])
        for result in report["results"]
        for each in result["findings"]
    ]


def promptproof(text: str, _path: str) -> list[Finding]:
    (report,) = _documents(text)
    return [
        _finding(each["path"], each["line"], each["rule"], each["severity"], each["message"])
        for each in report["findings"]
    ]


def skill_lint(text: str, _path: str) -> list[Finding]:
    (reports,) = _documents(text)
    return [
        _finding(report["file"], each["line"], each["rule_id"], each["severity"], each["message"])
        for report in reports
        for each in report["issues"]
    ]


_SAVING = re.compile(r"^ *\d+ +(?P<what>\S.*?) {2,}.*\b(?P<status>review|applied)\b *$", re.MULTILINE)
_AT_LINE = re.compile(r" +line (\d+)$")


def tokensaver(text: str, path: str) -> list[Finding]:
    """The rows of its table; wide output is needed, or they are broken. What it applies by itself is white space."""
    if not text.startswith("tokensaver optimize"):
        raise ValueError("no heading")
    found = []
    for row in _SAVING.finditer(text):
        at = re.search(r" line (\d+) ", row[0])
        what = _AT_LINE.sub("", row["what"])
        rule = "whitespace" if row["status"] == "applied" else what.split(":")[0].strip()
        found.append(_finding(path, int(at[1]) if at else None, rule, "info", what))
    return found


def promptctl(text: str, path: str) -> list[Finding]:
    (report,) = _documents(text)
    return [_finding(path, each["line"], each["rule"], each["severity"], each["message"]) for each in report["results"]]


def context_lint(text: str, _path: str) -> list[Finding]:
    """One report for one file, a list of them under `results` for several."""
    (document,) = _documents(text)
    return [
        _finding(report["source"], None, each["rule_id"], each["severity"], each["message"])
        for report in document.get("results", [document])
        for each in report["issues"]
    ]


def promptkit_core(text: str, path: str) -> list[Finding]:
    """It names the prompt, not the file; the material gives both one name. A broken template gives a line of text."""
    if text.startswith("Error: "):
        return [_finding(path, None, "Error", "error", text.strip())]
    (reports,) = _documents(text)
    return [
        _finding(f"prompts/{report['prompt']}.yaml", None, each["code"], each["severity"], each["message"])
        for report in reports
        for each in report["findings"]
    ]


def agnix(text: str, _path: str) -> list[Finding]:
    (report,) = _documents(text)
    return [
        _finding(each["file"], each["line"], each["rule"], each["level"], each["message"])
        for each in report["diagnostics"]
    ]


_PROMPTLINT_LINE = re.compile(r"^(?P<path>.+?):(?P<line>\d+):\d+: (?P<rule>PL\d+) (?P<level>\w+) (?P<message>.*)$")


def llm_promptlint(text: str, _path: str) -> list[Finding]:
    if "promptlint:" not in text and "No issues" not in text:
        raise ValueError("no summary")
    rows = (_PROMPTLINT_LINE.match(line) for line in text.split("\n"))
    return [_finding(row["path"], int(row["line"]), row["rule"], row["level"], row["message"]) for row in rows if row]


def promptlint_tool(text: str, path: str) -> list[Finding]:
    (report,) = _documents(text)
    return [_finding(path, None, each["code"], each["severity"], each["message"]) for each in report["issues"]]


def scaffold_lint(text: str, path: str) -> list[Finding]:
    (report,) = _documents(text)
    return [
        _finding(
            path, each.get("line"), each.get("rule") or each.get("rule_id"), each.get("level"), each.get("message")
        )
        for each in report["issues"]
    ]


def overllm(text: str, _path: str) -> list[Finding]:
    (found,) = _documents(text)
    return [_finding(each["path"], each["line"], each["rule"], each["severity"], each["message"]) for each in found]


_TOKENLINT_ROW = re.compile(r"^ +(?P<level>FAIL|WARN|INFO) (?P<rule>[RE]\d+-[\w-]+) +line (?P<line>\d+)")


def tokenlint(text: str, _path: str) -> list[Finding]:
    """Findings stand under the path of their file, which is indented by two."""
    if "TokenLint" not in text:
        raise ValueError("no heading")
    found, path = [], ""
    for line in text.split("\n"):
        if row := _TOKENLINT_ROW.match(line):
            found.append(_finding(path, int(row["line"]), row["rule"], row["level"], ""))
        elif re.match(r"^ {2}\S+\.py$", line):
            path = line.strip()
    return found


def tokentoll(text: str, _path: str) -> list[Finding]:
    """It reports what calls cost, and no faults."""
    (report,) = _documents(text)
    if "calls" not in report:
        raise ValueError("no calls")
    return []


def lines(text: str, _path: str) -> list[Finding]:
    """What our drivers of libraries print: a JSON object a line, and at least the one that says how many files."""
    rows = list(_documents(text))
    if "files" not in rows[-1]:
        raise ValueError("the driver did not finish")
    return [_finding(row["path"], row["line"], row["rule"], row["severity"], row["message"]) for row in rows[:-1]]
