"""Workflow commands that GitHub Actions shows as annotations.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the others without a word. So no more than that
are printed, and the last notice says how many are missing. Every line about a finding is a command, because a plain line
could be taken for one: what is found in a prompt may look like anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from promptlint.diagnostic import Severity
from promptlint.reporters.ci.places import in_repository
from promptlint.reporters.terminal.cells import visible
from promptlint.reporters.terminal.lines import closing, count, head
from promptlint.reporters.terminal.style import PLAIN
from promptlint.source import one_line

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic
    from promptlint.reporters import Options
    from promptlint.runner import Report

__all__ = ["LIMIT", "render"]

LIMIT: Final = 10
"""How many annotations of each level GitHub shows for a step."""

_LEVELS: Final[Mapping[Severity, str]] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _command(level: str, message: str, properties: Mapping[str, object] | None = None) -> str:
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in (properties or {}).items())
    return f"::{level}{' ' if listed else ''}{listed}::{_data(message)}"


def _annotation(report: Report, item: Diagnostic, options: Options) -> str:
    properties: dict[str, object] = {"file": in_repository(item.location.path, options)}
    source = report.source(item.location.path)
    if source is not None:
        start, end = source.position(item.location.span.start), source.position(item.location.span.end)
        if start.line == end.line:  # GitHub refuses columns of a range over several lines
            properties |= {"line": start.line, "col": start.column, "endLine": end.line, "endColumn": end.column}
        else:
            properties |= {"line": start.line, "endLine": end.line}
    properties["title"] = f"promptlint: {item.rule}"
    # The log shows the message without the properties, so the message names the place, too.
    message = head(report, item, PLAIN)
    if item.help:
        message += f"\n{visible(' '.join(item.help.split()))}"
    return _command(_LEVELS[item.severity], message, properties)


def render(report: Report, options: Options) -> str:
    """The most severe findings first, as many as GitHub shows, how many more there are and, unless quiet, the last line."""
    items: dict[str, list[str]] = {
        "error": [_command("error", "\n".join(map(one_line, text.split("\n")))) for text in report.errors]
    }
    items |= {"warning": [], "notice": []}
    for item in report.diagnostics:
        items[_LEVELS[item.severity]].append(_annotation(report, item, options))
    if any(len(commands) > LIMIT for commands in items.values()):
        shown = {level: commands[: LIMIT - (level == "notice")] for level, commands in items.items()}
    else:
        shown = items
    lines = [line for commands in shown.values() for line in commands]
    missing = [
        count(len(commands) - len(shown[level]), level if level != "notice" else "info")
        for level, commands in items.items()
        if len(commands) > len(shown[level])
    ]
    if missing:
        text = (
            f"{', '.join(missing)} not shown here: GitHub shows at most {LIMIT} annotations of each level for a step."
        )
        lines.append(_command("notice", text, {"title": "promptlint"}))
    if not options.quiet:
        lines.append(closing(report, PLAIN))
    return "".join(f"{line}\n" for line in lines)
