from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from promptlint.reporters import Options
from promptlint.reporters.json import report_data
from promptlint.reporters.jsonl import render
from promptlint.runner import Report

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
LINE = jsonschema.Draft202012Validator(SCHEMA).evolve(schema=SCHEMA["$defs"]["line"])


def lines(report: Report) -> list[Any]:
    return [json.loads(line) for line in render(report, Options()).removesuffix("\n").split("\n")]


@pytest.mark.parametrize("name", ["clean", "nasty"])
def test_lines_follow_the_schema(name: str, request: pytest.FixtureRequest) -> None:
    for line in lines(request.getfixturevalue(name)):
        # As in the test of the JSON report: a place in a file that the report does not hold has no lines.
        if "related" in line:
            line["related"] = [each for each in line["related"] if each["path"] != "elsewhere.json"]
        LINE.validate(line)


def test_the_schema_notices_what_is_wrong(nasty: Report) -> None:
    for line in lines(nasty):
        line["type"] = "remark"
        assert not LINE.is_valid(line)
    summary = lines(nasty)[-1]
    del summary["hidden"]
    assert not LINE.is_valid(summary)


def test_everything_that_the_json_report_holds(nasty: Report) -> None:
    whole = json.loads(json.dumps(report_data(nasty)))
    made = lines(nasty)
    for key, name in (("diagnostics", "diagnostic"), ("prompts", "prompt"), ("skipped", "skipped")):
        assert [{"type": name, **item} for item in whole[key]] == [line for line in made if line["type"] == name]
        assert any(line["type"] == name for line in made)
    assert made[-1] == {"type": "summary", "version": 1, **whole["summary"]}


def test_awkward_report(nasty: Report, snapshot: SnapshotAssertion) -> None:
    assert render(nasty, Options()) == snapshot
