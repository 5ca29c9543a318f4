from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from promptlint.reporters import Options
from promptlint.reporters.json import report_data
from promptlint.reporters.jsonl import Stream, render
from promptlint.runner import Report
from promptlint.source import Location, Span

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


def test_file_by_file_it_is_the_same(nasty: Report) -> None:
    stream = Stream(lambda path: ())
    made = [stream.lines(replace(nasty, files=(file,), skipped=(), rewrites=())) for file in nasty.files]
    made += [stream.lines(replace(nasty, files=(), skipped=(each,), rewrites=())) for each in nasty.skipped]
    lines = "".join([*made, stream.summary()]).split("\n")
    assert sorted(lines) == sorted(render(nasty, Options()).split("\n"))


def test_what_several_files_find_in_one_is_said_once(nasty: Report) -> None:
    file = next(each for each in nasty.files if each.diagnostics)
    found = replace(file.diagnostics[0], location=Location("shared.baml", Span(0, 1)))
    reports = [Report((replace(file, path=name, diagnostics=(found,), prompts=()),)) for name in ("a", "b")]
    for own, expected in (((), [1, 0]), ((found,), [0, 0])):
        stream = Stream({"shared.baml": own}.__getitem__)
        assert [stream.lines(each).count('"type": "diagnostic"') for each in reports] == expected
        summary = json.loads(stream.summary())
        assert sum(summary[name] for name in ("errors", "warnings", "infos")) == sum(expected)


def test_awkward_report(nasty: Report, snapshot: SnapshotAssertion) -> None:
    assert render(nasty, Options()) == snapshot
