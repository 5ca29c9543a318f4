from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from promptlint.cli._outputs import (
    FORMATS,
    SUMMARY_LIMIT,
    Target,
    completions,
    folder,
    named,
    save,
    summarise,
    targets,
)
from promptlint.config import OUTPUT_FORMATS
from promptlint.reporters import formats
from promptlint.runner import Report

if TYPE_CHECKING:
    from conftest import Invoke

WORDY = "In order to answer, name the capital of France in one word.\n"


@pytest.fixture
def prompt() -> None:
    Path("a.md").write_text(WORDY)


def names() -> list[str]:
    return sorted(file.name for file in Path().iterdir())


def read(*values: str) -> tuple[Target, ...]:
    command = click.Command("check")
    return named(click.Context(command), click.Argument(["x"]), values)


def test_every_format_may_be_asked_for() -> None:
    assert formats() == FORMATS
    assert set(FORMATS) == set(OUTPUT_FORMATS)


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("json", Target("json")),
        ("sarif:out.sarif", Target("sarif", "out.sarif", main=False)),
        ("sarif:C:\\out.sarif", Target("sarif", "C:\\out.sarif", main=False)),
    ],
)
def test_what_is_read(value: str, target: Target) -> None:
    assert read(value) == (target,)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("sraif", "'sraif' is no output format; did you mean 'sarif'?"),
        ("xyz:a", "'xyz' is no output format; choose from concise, full, "),
        ("", "'' is no output format"),
        ("json:", "'json:' names no file behind the colon."),
    ],
)
def test_what_is_refused(value: str, message: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        read(value)
    assert caught.value.message.startswith(message)


def test_completions() -> None:
    context, argument = click.Context(click.Command("check")), click.Argument(["x"])
    assert completions(context, argument, "j") == ["json", "jsonl", "junit"]
    assert completions(context, argument, "") == list(FORMATS)


@pytest.mark.parametrize(
    ("asked", "output_file", "statistics", "expected"),
    [
        ([], None, False, [("concise", None)]),
        ([], "out.txt", False, [("concise", "out.txt")]),
        (["json"], None, False, [("json", None)]),
        (["json"], "out.json", False, [("json", "out.json")]),
        (["sarif:a.sarif"], None, False, [("sarif", "a.sarif")]),
        (
            ["sarif:a.sarif", "full", "junit:b.xml"],
            None,
            False,
            [("sarif", "a.sarif"), ("full", None), ("junit", "b.xml")],
        ),
        (["sarif:a.sarif", "json"], "b.json", False, [("sarif", "a.sarif"), ("json", "b.json")]),
        (["sarif:a.sarif"], None, True, [("sarif", "a.sarif"), ("full", None)]),
        (["sarif:a.sarif"], "b.txt", True, [("sarif", "a.sarif"), ("full", "b.txt")]),
    ],
)
def test_targets(
    asked: list[str], output_file: str | None, statistics: bool, expected: list[tuple[str, str | None]]
) -> None:
    made = targets(read(*asked), output_file, "concise", statistics=statistics)
    assert [(each.format, each.file) for each in made] == expected


@pytest.mark.parametrize(
    ("asked", "output_file", "statistics", "message"),
    [
        (["json", "full"], None, False, "Only one output format can go to standard output"),
        (["json:a.json"], "b.json", False, "--output-file needs an output format"),
        (["json:a.json", "full"], "a.json", False, "Two output formats cannot be written to one file: a.json."),
        (["json:a", "sarif:./a"], None, False, "Two output formats cannot be written to one file"),
        (["sarif"], None, True, "--statistics needs the output format full, concise or json."),
    ],
)
def test_contradictions(asked: list[str], output_file: str | None, statistics: bool, message: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        targets(read(*asked), output_file, "full", statistics=statistics)
    assert caught.value.message.startswith(message)


@pytest.mark.usefixtures("prompt")
def test_several_reports_of_one_run(invoke: Invoke) -> None:
    outcome = invoke(
        "check", "a.md", "--output-format", "sarif:out.sarif", "--output-format", "concise", "--output-format", "jsonl:o.jsonl"
    )  # fmt: skip
    assert outcome.code == 0
    assert outcome.out.startswith("a.md:1:1: info verbose-phrase")
    assert json.loads(Path("out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert [json.loads(line)["type"] for line in Path("o.jsonl").read_text(encoding="utf-8").splitlines()] == [
        "diagnostic",
        "prompt",
        "summary",
    ]
    assert invoke("check", "a.md", "--output-format", "json:b.json").out == ""


@pytest.mark.usefixtures("prompt")
def test_one_file_that_cannot_be_written_leaves_the_others(invoke: Invoke) -> None:
    outcome = invoke("check", "a.md", "--output-format", "sarif:no/folder/a", "--output-format", "json:b.json")
    assert outcome.code == 2
    assert outcome.err.startswith("no/folder/a: ")
    assert json.loads(Path("b.json").read_text(encoding="utf-8"))["summary"]["infos"] == 1


@pytest.mark.usefixtures("prompt")
def test_contradictions_are_said_before_anything_is_read(invoke: Invoke) -> None:
    outcome = invoke("check", "missing.md", "--output-format", "json", "--output-format", "full")
    assert outcome.code == 2
    assert "Only one output format" in outcome.err and "missing.md" not in outcome.err


@pytest.mark.usefixtures("prompt")
@pytest.mark.parametrize("flag", ["--diff", "--fix-only"])
@pytest.mark.parametrize("report", [["--statistics"], ["--output-format", "sarif:out.sarif"]])
def test_without_a_report_there_is_nothing_to_write(invoke: Invoke, flag: str, report: list[str]) -> None:
    outcome = invoke("check", "a.md", flag, *report)
    assert outcome.code == 2
    assert "write no report" in outcome.err
    assert Path("a.md").read_text() == WORDY and not Path("out.sarif").exists()


@pytest.mark.usefixtures("prompt")
def test_a_file_is_never_coloured(invoke: Invoke) -> None:
    invoke("check", "a.md", "--output-format", "full:a.txt")
    assert "\x1b" not in Path("a.txt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("prompt")
def test_statistics(invoke: Invoke) -> None:
    outcome = invoke("check", "a.md", "--statistics", "--fail-on", "info")
    assert outcome.code == 1
    assert outcome.out.split("\n")[1] == "    1  verbose-phrase  info      1 (100 %)"
    outcome = invoke("check", "a.md", "--statistics", "--output-format", "json", "--output-format", "sarif:out.sarif")
    assert [each["rule"] for each in json.loads(outcome.out)["statistics"]] == ["verbose-phrase"]
    assert "results" in json.loads(Path("out.sarif").read_text(encoding="utf-8"))["runs"][0]


@pytest.mark.usefixtures("prompt")
def test_failures_follow_fail_on(invoke: Invoke) -> None:
    for flags, failures in (([], 0), (["--fail-on", "info"], 1)):
        outcome = invoke("check", "a.md", "--output-format", "junit", *flags)
        assert outcome.out.count("<failure ") == failures
    Path("promptlint.toml").write_text('fail-on = "info"\noutput-format = "junit"\n')
    assert invoke("check", "a.md").out.count("<failure ") == 1


def test_services_get_paths_from_the_root_of_the_repository(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("packages/bot/prompts").mkdir(parents=True)
    Path("packages/bot/prompts/a.md").write_text(WORDY)
    monkeypatch.chdir("packages/bot")
    assert "file=packages/bot/prompts/a.md," in invoke("check", "--output-format", "github").out
    (found,) = json.loads(invoke("check", "--output-format", "gitlab").out)
    assert found["location"]["path"] == "packages/bot/prompts/a.md"


def test_folder(tmp_path: Path) -> None:
    assert folder(tmp_path / "repository") == ""
    assert folder(tmp_path / "repository" / "a" / "b") == "a/b"
    assert folder(Path(tmp_path.anchor)) == ""


def test_save_replaces_a_file_and_keeps_its_mode() -> None:
    save("new.txt", "one\n")
    Path("new.txt").chmod(0o600)
    save("new.txt", "two\ud800\n")
    assert Path("new.txt").read_bytes() == b"two\\ud800\n"
    if sys.platform != "win32":
        assert Path("new.txt").stat().st_mode & 0o777 == 0o600
    assert names() == [".git", "new.txt"]


def test_save_leaves_the_old_file_when_the_disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.txt").write_text("old")

    def full(file: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        save("a.txt", "new")
    assert Path("a.txt").read_text() == "old"
    assert names() == [".git", "a.txt"]


def test_save_in_a_folder_that_takes_no_new_files(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.txt").write_text("old")
    opened = Path.open

    def refuse(file: Path, mode: str = "r", *rest: object, **options: object) -> object:
        if "x" in mode:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(file, mode, *rest, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    save("a.txt", "new")
    assert Path("a.txt").read_text() == "new"
    with pytest.raises(PermissionError):
        save("b.txt", "new")


def test_save_follows_a_link() -> None:
    Path("real.txt").write_text("old")
    try:
        Path("link.txt").symlink_to("real.txt")
    except OSError:  # Windows without the right to make links: a plain file has to do
        Path("link.txt").write_text("old")
        Path("real.txt").write_text("new")
    save("link.txt", "new")
    assert Path("real.txt").read_text() == "new"


def test_save_writes_to_a_device() -> None:
    save(os.devnull, "gone\n")
    assert Path(os.devnull).exists() and not Path(os.devnull).is_file()


def test_the_job_summary(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.md").write_text(WORDY)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary")
    invoke("check", "a.md")
    assert not Path("summary").exists()
    Path("summary").write_bytes(b"# Tests")
    invoke("check", "a.md", "--output-format", "github")
    text = Path("summary").read_text(encoding="utf-8")
    assert text.startswith("# Tests\n\n## promptlint\n\nLooked at 1 file")
    assert "| 1:1 | info | `verbose-phrase` |" in text


def test_a_job_summary_stays_below_the_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "summary"
    environment = {"GITHUB_STEP_SUMMARY": str(file)}
    file.write_bytes(b"x" * (SUMMARY_LIMIT - 5_000))
    errors = tuple(f"{number}: {'word ' * 70}" for number in range(10))
    summarise(Report(errors=errors), environment)
    assert SUMMARY_LIMIT - 5_000 < file.stat().st_size <= SUMMARY_LIMIT
    file.write_bytes(b"x" * (SUMMARY_LIMIT - 10))
    summarise(Report(), environment)
    assert file.stat().st_size == SUMMARY_LIMIT - 10
    assert capsys.readouterr().err == "The job summary is full; this report is not in it.\n"


def test_a_job_summary_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summarise(Report(), {"GITHUB_STEP_SUMMARY": str(tmp_path)})
    assert capsys.readouterr().err.startswith("The job summary cannot be written: ")
    summarise(Report(), {"GITHUB_STEP_SUMMARY": ""})
    assert capsys.readouterr().err == ""
