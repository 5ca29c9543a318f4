"""The JSON report line by line, for programs that read while promptlint writes, and for tools such as grep and jq.

Each line is an object with the key ``type``: ``diagnostic``, ``prompt``, ``fixed``, ``dropped`` or ``skipped`` for what the
JSON report lists, one file after the other, and at the end one ``summary`` with the version of the format.
docs/report.schema.json describes a line as ``$defs/line``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from promptlint.reporters.json import VERSION, report_data

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic
    from promptlint.reporters import Options
    from promptlint.runner import Report

__all__ = ["Stream", "render"]

_TYPES: Final = {
    "diagnostics": "diagnostic",
    "prompts": "prompt",
    "fixed": "fixed",
    "dropped": "dropped",
    "skipped": "skipped",
}


def render(report: Report, options: Options) -> str:
    """Everything that the JSON report holds; `options` change nothing."""
    del options
    return "".join(_lines(report)) + _line("summary", {"version": VERSION, **report.summary.as_dict()})


def _lines(report: Report) -> Iterator[str]:
    """The lines of a report but for the last, those about one path together."""
    data = report_data(report)
    found = [
        (item["path"], number, name, item) for number, (key, name) in enumerate(_TYPES.items()) for item in data[key]
    ]
    found.sort(key=lambda each: each[:2])
    for _, group in groupby(found, key=lambda each: each[0]):
        for _, _, name, item in group:
            yield _line(name, item)


def _line(name: str, item: dict[str, Any]) -> str:
    return json.dumps({"type": name, **item}, ensure_ascii=False) + "\n"


class Stream:
    """The lines of a run that is not over, file by file. Nothing is kept of a file but numbers.

    `own` gives what a file that the run is asked about is found to hold itself: what others find in it, too, is its own.
    """

    def __init__(self, own: Callable[[str], Iterable[Diagnostic]]) -> None:
        self._own = own
        self._numbers: dict[str, int] = {}
        self._said: set[tuple[object, ...]] = set()

    def lines(self, report: Report) -> str:
        """The lines about one file; `report` is of it alone."""
        from dataclasses import replace

        files = tuple(
            replace(file, diagnostics=tuple(each for each in file.diagnostics if self._is_new(each, file.path)))
            for file in report.files
        )
        report = replace(report, files=files)
        for name, number in report.summary.as_dict().items():
            self._numbers[name] = self._numbers.get(name, 0) + number
        return "".join(_lines(report))

    def _is_new(self, diagnostic: Diagnostic, path: str) -> bool:
        """Whether a finding of the file at `path` is its own to report, or the first of those in a file beside it."""
        where = diagnostic.location.path
        if where == path:
            return True
        mark = _mark(diagnostic)
        if mark in self._said or any(_mark(each) == mark for each in self._own(where)):
            return False
        self._said.add(mark)
        return True

    def summary(self) -> str:
        """The last line."""
        from promptlint.runner import Summary

        return _line("summary", {"version": VERSION, **Summary(**self._numbers).as_dict()})


def _mark(diagnostic: Diagnostic) -> tuple[object, ...]:
    return diagnostic.location, diagnostic.rule, diagnostic.message
