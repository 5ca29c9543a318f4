from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from promptlint.reporters import Options
from promptlint.reporters.json import render
from promptlint.reporters.terminal.style import Style
from promptlint.runner import Report

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))


def data(report: Report) -> Any:
    return json.loads(render(report, Options()))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["clean", "nasty"])
def test_reports_follow_the_schema(name: str, request: pytest.FixtureRequest) -> None:
    # A place in a file that the report does not hold has no lines; nasty has one, the runner makes none.
    made = data(request.getfixturevalue(name))
    for each in made["diagnostics"]:
        each["related"] = [place for place in each["related"] if place["path"] != "elsewhere.json"]
    jsonschema.Draft202012Validator(SCHEMA).validate(made)


def test_the_schema_notices_what_is_missing_or_wrong(clean: Report, nasty: Report) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    made = data(nasty)
    del made["diagnostics"][0]["fingerprint"]
    assert not validator.is_valid(made)
    made = data(clean)
    made["summary"]["errors"] = -1
    assert not validator.is_valid(made)


def test_every_field_that_is_written_is_described(nasty: Report) -> None:
    made = data(nasty)
    definitions = SCHEMA["$defs"]
    for each in made["diagnostics"]:
        assert set(each) == set(definitions["diagnostic"]["properties"])
    for each in made["prompts"]:
        assert set(each) == set(definitions["prompt"]["properties"])
    assert set(made) == set(SCHEMA["properties"])
    assert set(made["summary"]) == set(SCHEMA["properties"]["summary"]["required"])


def test_awkward_report(nasty: Report, snapshot: SnapshotAssertion) -> None:
    assert render(nasty, Options()) == snapshot


def test_places_count_code_points_from_one(nasty: Report) -> None:
    found = {each["rule"]: each for each in data(nasty)["diagnostics"] if "long" not in each["path"]}
    assert found["verbose-phrase"]["range"] == {"start": {"line": 1, "column": 2}, "end": {"line": 1, "column": 13}}
    assert found["verbose-phrase"]["offsets"] == [1, 12]
    assert found["missing-output-limit"]["range"] == {
        "start": {"line": 2, "column": 13},
        "end": {"line": 4, "column": 11},
    }


def test_options_change_nothing(nasty: Report) -> None:
    assert render(nasty, Options(Style(colour=True), quiet=True)) == render(nasty, Options())
