from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import jsonschema

from promptlint.diagnostic import Severity
from promptlint.reporters import Options
from promptlint.reporters.terminal.statistics import as_json, as_text, counts
from promptlint.reporters.terminal.style import Style
from promptlint.runner import Report
from promptlint.source import Source

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "report.schema.json").read_text(encoding="utf-8"))


def test_sorted_by_frequency_and_name(nasty: Report) -> None:
    assert [(each.count, each.rule, each.fixable) for each in counts(nasty)] == [
        (2, "verbose-phrase", 2),
        (1, "invisible-character", 0),
        (1, "missing-output-limit", 0),
    ]


def test_a_table(nasty: Report) -> None:
    assert as_text(nasty, Options(quiet=True)) == (
        "count  rule                  severity  fixable\n"
        "    2  verbose-phrase        info      2 (100 %)\n"
        "    1  invisible-character   error\n"
        "    1  missing-output-limit  warning\n"
    )
    lines = as_text(nasty, Options()).split("\n")
    assert lines[4] == "" and lines[5].startswith("Looked at 2 files")


def test_nothing_found(clean: Report) -> None:
    assert as_text(clean, Options()) == "Looked at 1 file with 1 prompt: nothing found.\n"
    assert as_text(clean, Options(quiet=True)) == ""


def test_the_severity_is_the_highest_one(make: SimpleNamespace) -> None:
    source = Source("a.md", "word\n")
    found = [make.diagnostic(source, "word", severity=each) for each in (Severity.INFO, Severity.WARNING)]
    report = Report(files=(make.file(source, *found),))
    (made,) = counts(report)
    assert (made.severity, made.errors, made.warnings, made.infos) == (Severity.WARNING, 0, 1, 1)
    assert "\x1b[1;33mwarning" in as_text(report, Options(Style(colour=True)))


def test_json_follows_the_schema(nasty: Report, clean: Report) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA).evolve(schema=SCHEMA["$defs"]["statistics"])
    for report in (nasty, clean):
        made = json.loads(as_json(report))
        validator.validate(made)
        assert [each["rule"] for each in made["statistics"]] == [each.rule for each in counts(report)]
    del made["summary"]
    assert not validator.is_valid(made)
