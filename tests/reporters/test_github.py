from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from promptlint.diagnostic import Severity
from promptlint.reporters import Options
from promptlint.reporters.github import LIMIT, render
from promptlint.runner import Report
from promptlint.source import Source

COMMAND = re.compile(r"::(?P<level>error|warning|notice)(?: (?P<properties>[^:]*))?::(?P<message>[^\r\n]*)")


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it."""
    match = COMMAND.fullmatch(line)
    assert match is not None, line

    def plain(text: str) -> str:
        for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            text = text.replace(escape, char)
        return text

    pairs = (pair.split("=", 1) for pair in (match["properties"] or "").split(",") if pair)
    message = match["message"].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    return match["level"], {name: plain(value) for name, value in pairs}, message


def many(make: SimpleNamespace, errors: int, warnings: int, infos: int) -> Report:
    source = Source("a.md", "word\n")
    severities = [Severity.INFO] * infos + [Severity.WARNING] * warnings + [Severity.ERROR] * errors
    found = [make.diagnostic(source, "word", severity=each) for each in severities]
    return Report(files=(make.file(source, *found),))


def test_awkward_report(nasty: Report, snapshot: SnapshotAssertion) -> None:
    assert render(nasty, Options()) == snapshot


def test_columns_only_where_one_line_is_meant(nasty: Report) -> None:
    found = {
        properties["title"]: properties
        for _, properties, _ in map(read, render(nasty, Options(quiet=True)).splitlines())
        if "long" not in properties["file"]
    }
    assert found["promptlint: verbose-phrase"] == {
        "file": "prompts/要約 \x1b[2J.md",
        "line": "1",
        "col": "2",
        "endLine": "1",
        "endColumn": "13",
        "title": "promptlint: verbose-phrase",
    }
    over_lines = found["promptlint: missing-output-limit"]
    assert (over_lines["line"], over_lines["endLine"]) == ("2", "4")
    assert "col" not in over_lines and "endColumn" not in over_lines


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(st.characters(exclude_categories=["Cs", "Zl", "Zp"]), min_size=1), message=st.text(min_size=1))
def test_nothing_in_a_path_or_a_message_ends_the_command(make: SimpleNamespace, path: str, message: str) -> None:
    source = Source(path.lstrip("/") or "a", "word\n")
    report = Report(files=(make.file(source, make.diagnostic(source, "word", message=message)),))
    lines = render(report, Options(quiet=True)).split("\n")
    assert len(lines) == 2 and lines[1] == ""
    level, properties, text = read(lines[0])
    assert level == "notice"
    assert properties["file"] == source.path
    assert "verbose-phrase" in text


def test_a_message_that_looks_like_a_command(make: SimpleNamespace) -> None:
    source = Source("::error::x,y.md", "word\n")
    found = make.diagnostic(source, "word", message="100%\n::set-output name=a::b", help="50%")
    (line,) = render(Report(files=(make.file(source, found),)), Options(quiet=True)).splitlines()
    assert line == (
        "::notice file=%3A%3Aerror%3A%3Ax%2Cy.md,line=1,col=1,endLine=1,endColumn=5,title=promptlint%3A verbose-phrase::"
        "::error::x,y.md:1:1: info verbose-phrase 100%25 ::set-output name=a::b%0A50%25"
    )


def test_as_many_as_are_shown(make: SimpleNamespace) -> None:
    lines = render(many(make, LIMIT, LIMIT, LIMIT), Options(quiet=True)).splitlines()
    assert [read(line)[0] for line in lines] == ["error"] * LIMIT + ["warning"] * LIMIT + ["notice"] * LIMIT
    assert not any("not shown" in line for line in lines)


def test_the_last_notice_says_how_many_are_missing(make: SimpleNamespace) -> None:
    lines = render(many(make, LIMIT + 3, 0, LIMIT + 1), Options(quiet=True)).splitlines()
    assert [read(line)[0] for line in lines] == ["error"] * LIMIT + ["notice"] * LIMIT
    assert read(lines[-1])[2].startswith("3 errors, 2 infos not shown here: GitHub shows at most 10 annotations")


def test_a_single_missing_one(make: SimpleNamespace) -> None:
    lines = render(many(make, 0, LIMIT + 1, 1), Options(quiet=True)).splitlines()
    assert len(lines) == LIMIT + 2
    assert read(lines[-1])[2].startswith("1 warning not shown here")


def test_what_could_not_be_done_comes_first(nasty: Report) -> None:
    faulty = replace(nasty, errors=("b.toml:1:1: unknown key 'x'\nb.toml:2:1: unknown key 'y'",))
    level, properties, message = read(render(faulty, Options()).splitlines()[0])
    assert (level, properties) == ("error", {})
    assert message == "b.toml:1:1: unknown key 'x'\nb.toml:2:1: unknown key 'y'"


def test_files_count_from_the_root_of_the_repository(clean: Report, make: SimpleNamespace) -> None:
    report = many(make, 1, 0, 0)
    (line,) = render(report, Options(quiet=True, folder="packages/bot")).splitlines()
    assert read(line)[1]["file"] == "packages/bot/a.md"
    assert render(clean, Options()) == "Looked at 1 file with 1 prompt: nothing found.\n"
    assert render(clean, Options(quiet=True)) == ""
