from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from promptlint.diagnostic import Severity
from promptlint.discovery import Skipped
from promptlint.reporters import Options
from promptlint.reporters.junit import render
from promptlint.runner import Report
from promptlint.source import Source

SCHEMA = xmlschema.XMLSchema10(str(Path(__file__).parents[1] / "schemas" / "junit-10.xsd"))


def tree(report: Report, options: Options | None = None) -> ET.Element:
    text = render(report, options or Options())
    SCHEMA.validate(ET.fromstring(text.encode()))
    return ET.fromstring(text.encode())


def outcomes(root: ET.Element) -> dict[str, list[str]]:
    return {
        suite.attrib["name"]: [next((child.tag for child in case), "passed") for case in suite.iter("testcase")]
        for suite in root
    }


def test_the_schema_notices_what_is_wrong(clean: Report) -> None:
    root = tree(clean)
    root[0].attrib["failed"] = "0"
    assert not SCHEMA.is_valid(root)


def test_awkward_report(nasty: Report, snapshot: SnapshotAssertion) -> None:
    tree(nasty)
    assert render(nasty, Options()) == snapshot


@pytest.mark.parametrize(
    ("fail_on", "failures"), [(Severity.INFO, 4), (Severity.WARNING, 2), (Severity.ERROR, 1), (None, 0)]
)
def test_failures_are_what_fails_the_run(nasty: Report, fail_on: Severity | None, failures: int) -> None:
    root = tree(nasty, Options(fail_on=fail_on))
    assert len(list(root.iter("failure"))) == failures == int(root.attrib["failures"])
    assert len(list(root.iter("system-out"))) == 4 - failures
    assert bool(failures) == nasty.fails(fail_on)


def test_files_that_are_clean_skipped_and_missing(clean: Report) -> None:
    report = replace(
        clean,
        skipped=(Skipped("b.md", "binary file", named=False), Skipped("c.md", "no such file", named=True)),
        errors=("c.md: no such file", "promptlint.toml:1:1: unknown key 'x'"),
    )
    root = tree(report)
    assert outcomes(root) == {"promptlint": ["error"], "a.md": ["passed"], "b.md": ["skipped"], "c.md": ["error"]}
    assert (root.attrib["tests"], root.attrib["errors"], root.attrib["failures"]) == ("4", "2", "0")
    assert root.find("testsuite[@name='b.md']/testcase/skipped").attrib["message"] == "binary file"  # type: ignore[union-attr]


def test_counts_are_those_of_the_elements(nasty: Report) -> None:
    root = tree(nasty)
    for suite in root:
        assert int(suite.attrib["tests"]) == len(list(suite.iter("testcase")))
        assert int(suite.attrib["failures"]) == len(list(suite.iter("failure")))
        assert int(suite.attrib["skipped"]) == len(list(suite.iter("skipped")))
    assert int(root.attrib["tests"]) == sum(int(suite.attrib["tests"]) for suite in root)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec=None), min_size=1))
def test_any_text_makes_valid_xml(make: SimpleNamespace, text: str) -> None:
    source = Source(f"{text}.md", "word\n")
    found = make.diagnostic(source, "word", message=text, help=text, severity=Severity.ERROR)
    tree(replace(Report(files=(make.file(source, found),)), errors=(text,)))


def test_characters_that_xml_does_not_have_are_named(make: SimpleNamespace) -> None:
    source = Source("a.md", "word\n")
    found = make.diagnostic(source, "word", message="\uffff \x00 ]]> & \ud800", severity=Severity.ERROR)
    failure = next(tree(Report(files=(make.file(source, found),))).iter("failure"))
    assert failure.attrib["message"] == "<U+FFFF> <U+0000> ]]> & <U+D800>"
