from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from promptlint.diagnostic import Severity
from promptlint.reporters import Options
from promptlint.reporters.gitlab import render
from promptlint.runner import Report
from promptlint.source import Source

SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "gitlab-code-quality.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def data(report: Report, options: Options | None = None) -> Any:
    return json.loads(render(report, options or Options()))


@pytest.mark.parametrize("name", ["clean", "nasty"])
def test_reports_follow_the_schema(name: str, request: pytest.FixtureRequest) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    VALIDATOR.validate(data(request.getfixturevalue(name)))


def test_the_schema_notices_what_is_wrong(nasty: Report) -> None:
    for key, value in (
        ("severity", "warning"),
        ("fingerprint", ""),
        ("location", {"path": "./a.md", "lines": {"begin": 1}}),
    ):
        made = data(nasty)
        made[0][key] = value
        assert not VALIDATOR.is_valid(made)


def test_awkward_report(nasty: Report, snapshot: SnapshotAssertion) -> None:
    assert render(nasty, Options()) == snapshot


def test_fingerprints_are_unique_and_stable(make: SimpleNamespace) -> None:
    source = Source("a.md", "word\n")
    found = [make.diagnostic(source, "word", message=message) for message in ("one", "two", "three")]
    marks = [each["fingerprint"] for each in data(Report(files=(make.file(source, *found),)))]
    assert len(set(marks)) == 3 and marks[0] in {each.fingerprint for each in found}
    fewer = data(Report(files=(make.file(source, *found[:2]),)))
    assert {each["fingerprint"] for each in fewer} < set(marks)


def test_severities(make: SimpleNamespace) -> None:
    source = Source("a.md", "word\n")
    found = [make.diagnostic(source, "word", severity=each, message=each.label) for each in Severity]
    made = data(Report(files=(make.file(source, *found),)))
    assert {each["description"]: each["severity"] for each in made} == {
        "info": "info",
        "warning": "minor",
        "error": "major",
    }


def test_places_count_from_the_root_of_the_repository(make: SimpleNamespace) -> None:
    source = Source("a.md", "one\r\ntwo words\r\n")
    (made,) = data(Report(files=(make.file(source, make.diagnostic(source, "words")),)), Options(folder="packages/bot"))
    assert made["location"] == {
        "path": "packages/bot/a.md",
        "lines": {"begin": 2, "end": 2},
        "positions": {"begin": {"line": 2, "column": 5}, "end": {"line": 2, "column": 10}},
    }


def test_nothing_found(clean: Report) -> None:
    assert render(clean, Options()) == "[]\n"
