"""``promptlint baseline``, and the baseline as every other command meets it."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest

from promptlint.config import OUTPUT_FORMATS

WORDY = "Sort it in order to win.\n"
FILE = Path(".promptlint-baseline.json")

# a quotation mark may be escaped
KNOWN = re.compile(r"in order to.{1,6} is wordy")
NEW = re.compile(r"Due to the fact that.{1,6} is wordy")


@pytest.fixture(autouse=True)
def project() -> Path:
    folder = Path("prompts")
    folder.mkdir()
    (folder / "a.md").write_text(WORDY)
    (folder / "b.md").write_text("Note that it rains.\n")
    return folder


@pytest.fixture
def adopted(invoke, project: Path) -> Path:
    invoke("baseline", "create")
    Path("promptlint.toml").write_text(f'fail-on = "info"\nbaseline = "{FILE}"\n')
    return project


def summary(outcome) -> dict[str, int]:
    return json.loads(outcome.out)["summary"]


def test_create_writes_what_is_found_and_says_what_is_next(invoke) -> None:
    outcome = invoke("baseline", "create")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        ".promptlint-baseline.json: 2 findings in 2 files.\n"
        'Name it in the configuration: baseline = ".promptlint-baseline.json"\n'
    )
    assert [each["path"] for each in json.loads(FILE.read_text())["findings"]] == ["prompts/a.md", "prompts/b.md"]


def test_create_replaces_nothing_unasked(invoke, adopted: Path) -> None:
    before = FILE.read_text()
    (adopted / "a.md").write_text("Sort it.\n")
    outcome = invoke("baseline", "create")
    assert outcome.code == 2 and "exists" in outcome.err and FILE.read_text() == before
    assert invoke("baseline", "create", "--force").code == 0
    assert FILE.read_text() != before


def test_sarif_marks_what_is_known(invoke, adopted: Path) -> None:
    (adopted / "a.md").write_text(WORDY + "Due to the fact that it rains, go.\n")
    results = json.loads(invoke("check", "--output-format", "sarif").out)["runs"][0]["results"]
    assert [each["suppressions"] for each in results] == [[{"kind": "external"}], [], [{"kind": "external"}]]


@pytest.mark.parametrize("name", [name for name in OUTPUT_FORMATS if name != "sarif"])
def test_what_is_known_is_in_no_report(invoke, adopted: Path, name: str) -> None:
    outcome = invoke("check", "--output-format", name)
    assert outcome.code == 0
    assert not KNOWN.search(outcome.out)
    (adopted / "a.md").write_text(WORDY + "Due to the fact that it rains, go.\n")
    outcome = invoke("check", "--output-format", name)
    assert outcome.code == 1
    assert NEW.search(outcome.out) and not KNOWN.search(outcome.out)


def test_it_is_counted(invoke, adopted: Path) -> None:
    assert "2 in the baseline" in invoke("check").out
    counted = summary(invoke("check", "--output-format", "json"))
    assert (counted["baselined"], counted["stale"], counted["infos"]) == (2, 0, 0)


def test_it_can_be_shown(invoke, adopted: Path) -> None:
    outcome = invoke("check", "--no-baseline", "--output-format", "json")
    assert outcome.code == 1 and summary(outcome)["infos"] == 2


def test_it_is_the_same_from_everywhere(invoke, adopted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path.cwd()
    monkeypatch.chdir(adopted)
    for arguments in ([], ["a.md"], [str(root)], ["../prompts/b.md"]):
        outcome = invoke("check", *arguments)
        assert outcome.code == 0 and "in the baseline" in outcome.out
    assert invoke("baseline", "check").out == f"{(root / FILE).as_posix()} is up to date.\n"


def test_standard_input_has_one_too(invoke, adopted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def piped(name: str) -> int:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(("Hello.\n\n" + WORDY).encode())))
        return invoke("check", "-", "--stdin-filename", name).code

    assert (piped("prompts/a.md"), piped("prompts/c.md")) == (0, 1)


def test_fixes_leave_alone_what_is_known(invoke, adopted: Path) -> None:
    (adopted / "a.md").write_text(WORDY + "Due to the fact that it rains, go.\n")
    assert invoke("check", "--fix").code == 0
    assert (adopted / "a.md").read_text() == WORDY + "Because it rains, go.\n"
    assert invoke("check", "--add-ignore", "--diff").out == ""


def test_fixes_know_renamed_files(invoke, adopted: Path) -> None:
    (adopted / "a.md").rename(adopted / "c.md")
    assert invoke("check", "--fix").code == 0
    assert (adopted / "c.md").read_text() == WORDY


def test_the_ratchet(invoke, adopted: Path) -> None:
    (adopted / "a.md").write_text("Sort it.\n")
    (adopted / "b.md").unlink()
    outcome = invoke("check", "--quiet")
    assert outcome.code == 0
    outcome = invoke("check", "--no-stale-baseline")
    assert outcome.code == 1
    assert "2 of the baseline no longer found (promptlint baseline prune)" in outcome.out
    assert outcome.err.split("\n")[0] == (
        ".promptlint-baseline.json: no longer found in prompts/a.md: 1 verbose-phrase ('in order to' is wordy: write 'to')"
    )
    assert invoke("check", "--no-stale-baseline", "--exit-zero").code == 0
    with Path("promptlint.toml").open("a") as file:
        file.write("no-stale-baseline = true\n")
    assert invoke("check").code == 1
    assert invoke("check", "--no-baseline").code == 0
    assert invoke("baseline", "check").code == 1
    assert invoke("baseline", "prune").out == ".promptlint-baseline.json: 0 findings in 0 files (-2).\n"
    assert (invoke("check").code, invoke("baseline", "check").code) == (0, 0)


def test_update_adds_and_leaves_other_files_alone(invoke, adopted: Path) -> None:
    before = json.loads(FILE.read_text())["findings"]
    (adopted / "a.md").write_text(WORDY + "File them in order to keep them.\n")
    (adopted / "b.md").write_text("Note that it rains. Note that it snows.\n")
    assert (
        invoke("baseline", "update", "prompts/a.md").out == ".promptlint-baseline.json: 3 findings in 2 files (+1).\n"
    )
    after = json.loads(FILE.read_text())["findings"]
    assert after == [{**before[0], "count": 2}, before[1]]


@pytest.mark.parametrize("command", [["check"], ["baseline", "prune"], ["baseline", "check"]])
def test_a_baseline_that_is_missing_or_broken_stops_the_run(invoke, adopted: Path, command: list[str]) -> None:
    FILE.write_text("{\n")
    outcome = invoke(*command)
    assert outcome.code == 2 and outcome.err.startswith(".promptlint-baseline.json:2:1: not a baseline: ")
    FILE.write_bytes(b"\xff")
    assert invoke(*command).code == 2
    FILE.unlink()
    outcome = invoke(*command)
    assert (outcome.code, outcome.out) == (2, "")
    assert "there is no baseline .promptlint-baseline.json; make it with: promptlint baseline create" in outcome.err
    FILE.mkdir()
    assert invoke(*command).code == 2


def test_a_missing_one_is_named_where_it_is_asked_for(invoke, adopted: Path) -> None:
    FILE.unlink()
    assert invoke("check").err.startswith("promptlint.toml:2:12: there is no baseline")
    assert invoke("check", "--baseline", "x.json").err.startswith("x.json: there is no baseline")


def test_another_file(invoke, project: Path) -> None:
    assert invoke("baseline", "create", "--baseline", "x.json", "prompts/a.md").code == 0
    outcome = invoke("check", "--baseline", "x.json", "--output-format", "json")
    assert (summary(outcome)["baselined"], summary(outcome)["infos"]) == (1, 1)


def test_what_goes_wrong_leaves_the_file_as_it_is(invoke, adopted: Path) -> None:
    before = FILE.read_text()
    outcome = invoke("baseline", "update", "nothing.md", "prompts")
    assert outcome.code == 2 and "is left as it is" in outcome.err and FILE.read_text() == before
    assert invoke("baseline", "check", "nothing.md").code == 2
    assert invoke("baseline", "update", "--baseline", "no/such/folder/x.json").code == 2
    assert invoke("baseline", "create", "--baseline", "no/such/folder/x.json").code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["baseline"],
        ["baseline", "mend"],
        ["baseline", "create", "-"],
        ["check", "--no-baseline", "--no-stale-baseline"],
        ["check", "--no-baseline", "--baseline", "x.json"],
    ],
)
def test_wrong_usage(invoke, arguments: list[str]) -> None:
    assert invoke(*arguments).code == 2
