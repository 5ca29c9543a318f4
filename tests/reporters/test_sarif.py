from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from promptlint import __version__
from promptlint.diagnostic import Applicability, Edit, Fix
from promptlint.discovery import Skipped
from promptlint.reporters import Options
from promptlint.reporters.sarif import FINGERPRINT, SCHEMA, render
from promptlint.reporters.terminal.style import Style
from promptlint.runner import Report
from promptlint.source import Location, Source, Span
from promptlint.suppression import Suppression

OFFICIAL = json.loads((Path(__file__).parents[1] / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(OFFICIAL)


def log(report: Report, options: Options | None = None) -> Any:
    return json.loads(render(report, options or Options()))


def run(report: Report, options: Options | None = None) -> Any:
    (only,) = log(report, options)["runs"]
    return only


@pytest.fixture
def faulty(nasty: Report) -> Report:
    """A run that could not do all it was asked for."""
    missing = Skipped("missing file.md", "no such file", named=True)
    return replace(
        nasty,
        skipped=(missing, *nasty.skipped),
        errors=("missing file.md: no such file", "promptlint.toml:1:1: unknown key 'x'"),
    )


@pytest.mark.parametrize("name", ["clean", "nasty", "faulty"])
@pytest.mark.parametrize("folder", ["", "packages/bot"])
def test_logs_follow_the_official_schema(name: str, folder: str, request: pytest.FixtureRequest) -> None:
    made = log(request.getfixturevalue(name), Options(folder=folder))
    VALIDATOR.validate(made)
    assert made["$schema"] == OFFICIAL["id"] == SCHEMA


def test_the_schema_notices_what_is_wrong(nasty: Report) -> None:
    made = log(nasty)
    made["runs"][0]["results"][0]["level"] = "info"
    assert not VALIDATOR.is_valid(made)


def test_awkward_report(nasty: Report, snapshot: SnapshotAssertion) -> None:
    assert render(nasty, Options()).replace(f'"version": "{__version__}"', '"version": "0"') == snapshot


def test_what_the_schema_leaves_open(faulty: Report) -> None:
    made = run(faulty)
    assert made["columnKind"] == "unicodeCodePoints"
    rules = made["tool"]["driver"]["rules"]
    for result in made["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert FINGERPRINT in result["partialFingerprints"]
    for rule in rules:
        assert rule["help"]["text"] and len(rule["properties"]["tags"]) == 1


def test_regions_cut_the_findings_out_of_the_text(nasty: Report) -> None:
    sources = {file.path: file.document.source for file in nasty.files}
    expected = {
        "In order to",
        "\u202e",
        "length.\r\n\r\ne\u0301crivez 🙂",
        "due to the fact that",
    }
    found = set()
    for result in run(nasty)["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        path = "prompts/long.txt" if "long" in str(result["locations"]) else "prompts/要約 \x1b[2J.md"
        source = sources[path]
        start = source.line_starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = source.line_starts[region["endLine"] - 1] + region["endColumn"] - 1
        assert (start, end - start) == (region["charOffset"], region["charLength"])
        found.add(source.text[start:end])
    assert found == expected


def test_paths_are_relative_uris_from_the_root_of_the_repository(nasty: Report) -> None:
    def places(folder: str) -> set[tuple[str, str]]:
        results = run(nasty, Options(folder=folder))["results"]
        artifacts = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in results]
        return {(each["uri"], each["uriBaseId"]) for each in artifacts}

    odd = "prompts/%E8%A6%81%E7%B4%84%20%1B%5B2J.md"
    assert places("") == {(odd, "%SRCROOT%"), ("prompts/long.txt", "%SRCROOT%")}
    assert places("a b") == {(f"a%20b/{odd}", "%SRCROOT%"), ("a%20b/prompts/long.txt", "%SRCROOT%")}


def test_a_file_elsewhere_has_an_absolute_uri(make: SimpleNamespace) -> None:
    source = Source("/prompts/a.md", "In order to")
    made = run(Report(files=(make.file(source, make.diagnostic(source, "In order to")),)), Options(folder="x"))
    for result in made["results"]:
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact == {"uri": "file:///prompts/a.md"}


def test_suppressed_findings_say_so(make: SimpleNamespace) -> None:
    source = Source("a.md", "In order to")
    file = make.file(source, make.diagnostic(source, "In order to"))
    comment = Suppression(("verbosity",), None, source.location(0, 1), "quoted")
    document = replace(file.document, suppressions=(comment,))
    file = replace(file, document=document, diagnostics=(make.diagnostic(source, "order", rule="other"),))
    suppressed, shown = run(Report(files=(file,)))["results"]
    assert suppressed["suppressions"] == [{"kind": "inSource", "justification": "quoted"}]
    assert shown["suppressions"] == []


def test_baselined_findings_say_so(make: SimpleNamespace) -> None:
    source = Source("a.md", "In order to")
    known = make.diagnostic(source, "order", rule="known-before")
    file = replace(make.file(source, make.diagnostic(source, "In")), suppressed=(), baselined=(known,))
    made = log(Report(files=(file,)))
    VALIDATOR.validate(made)
    assert {each["ruleId"]: each["suppressions"] for each in made["runs"][0]["results"]} == {
        "verbose-phrase": [],
        "known-before": [{"kind": "external"}],
    }


def test_hidden_findings_are_absent(nasty: Report) -> None:
    assert len(run(nasty)["results"]) == len(nasty.diagnostics) + sum(len(file.suppressed) for file in nasty.files)


def test_fixes_replace_what_they_say_and_display_fixes_are_absent(make: SimpleNamespace) -> None:
    source, other = Source("a.md", "In order to go."), Source("b.md", "name: x\n")
    edits = (
        Edit(source.location(0, 11), "To"),
        Edit(Location("b.md", Span(8, 8)), "y: 1\n"),
        Edit(source.location(14, 15), "!"),
    )
    found = [
        make.diagnostic(source, "In", fix=Fix("Do it", edits, applicability))
        for applicability in (Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY)
    ]
    file = replace(make.file(source, *found), suppressed=())
    made = log(Report(files=(file,), others={"b.md": other}))
    VALIDATOR.validate(made)
    results = made["runs"][0]["results"]
    assert [[fix["properties"]["applicability"] for fix in result.get("fixes", [])] for result in results] == [
        ["safe"],
        ["unsafe"],
        [],
    ]
    first, second = results[0]["fixes"][0]["artifactChanges"]
    assert first["artifactLocation"]["uri"] == "a.md"
    assert [each["insertedContent"]["text"] for each in first["replacements"]] == ["To", "!"]
    assert first["replacements"][0]["deletedRegion"] == {
        "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 12, "charOffset": 0, "charLength": 11,
    }  # fmt: skip
    (insertion,) = second["replacements"]
    assert insertion["deletedRegion"]["charLength"] == 0 and insertion["deletedRegion"]["startLine"] == 2


def test_what_could_not_be_done(clean: Report, faulty: Report) -> None:
    (fine,), (bad,) = run(clean)["invocations"], run(faulty)["invocations"]
    assert fine == {"executionSuccessful": True, "toolExecutionNotifications": []}
    assert not bad["executionSuccessful"]
    assert [each["level"] for each in bad["toolExecutionNotifications"]] == ["error", "warning"]
    place = bad["toolExecutionNotifications"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "missing%20file.md"
    assert [each["message"]["text"] for each in bad["toolConfigurationNotifications"]] == [
        "promptlint.toml:1:1: unknown key 'x'"
    ]


def test_an_unknown_rule_has_its_name_alone(make: SimpleNamespace) -> None:
    source = Source("a.md", "x")
    made = log(Report(files=(make.file(source, make.diagnostic(source, "x", rule="from-elsewhere")),)))
    VALIDATOR.validate(made)
    assert made["runs"][0]["tool"]["driver"]["rules"] == [{"id": "from-elsewhere"}]


def test_colours_and_quiet_change_nothing(nasty: Report) -> None:
    assert render(nasty, Options(Style(colour=True), quiet=True)) == render(nasty, Options())
