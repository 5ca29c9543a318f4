from __future__ import annotations

import errno
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from promptlint.reporters import formats

if TYPE_CHECKING:
    from conftest import Invoke

Start = Callable[..., "subprocess.Popen[bytes]"]

CLEAN = "Name the capital of {{country}} in one word.\n"
ERROR = "Name the capital of {{ country in one word.\n"
INFO = "Name the capital of France in one word.\u200b Go.\n"
WARNING = "---\ninputs: [country, unused]\n---\nName the capital of {{country}} in one word.\n"


@pytest.fixture(autouse=True)
def prompts() -> None:
    """One file for each severity."""
    for name, text in (("clean", CLEAN), ("error", ERROR), ("info", INFO), ("warning", WARNING)):
        file = Path("prompts", f"{name}.md" if name != "error" else "error.j2")
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode())


def severities(text: str) -> list[str]:
    return [diagnostic["severity"] for diagnostic in json.loads(text)["diagnostics"]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["clean.md"], 0),
        (["info.md"], 0),
        (["warning.md"], 1),
        (["error.j2"], 1),
        (["."], 1),
        (["info.md", "--fail-on", "info"], 1),
        (["warning.md", "--fail-on", "error"], 0),
        (["error.j2", "--fail-on", "error"], 1),
        (["error.j2", "--fail-on", "never"], 0),
        (["error.j2", "--exit-zero"], 0),
        (["clean.md", "missing.md"], 2),
        (["error.j2", "missing.md", "--exit-zero"], 2),
        (["clean.md", "--select", "no-such-rule"], 2),
        (["clean.md", "--no-such-option"], 2),
        (["clean.md", "--fail-on", "sometimes"], 2),
        (["clean.md", "--config", "missing.toml"], 2),
        (["clean.md", "--stdin-filename", "a.md"], 2),
        (["-", "clean.md"], 2),
        (["--isolated", "--config", "../pyproject.toml"], 2),
    ],
)
@pytest.mark.parametrize("output_format", formats())
def test_exit_codes_do_not_depend_on_the_format(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, output_format: str
) -> None:
    Path("pyproject.toml").write_text("[tool.promptlint]\n")
    monkeypatch.chdir("prompts")
    assert invoke("check", *arguments, "--output-format", output_format).code == code
    if arguments[0] != "-":  # nothing is piped in
        assert invoke("check", *arguments, "--output-format", f"{output_format}:../report").code == code


def test_severities_are_what_the_table_above_takes_them_for(invoke: Invoke) -> None:
    for name in ("info.md", "warning.md", "error.j2"):
        found = severities(invoke("check", f"prompts/{name}", "--output-format", "json").out)
        assert found == [name.split(".")[0]]


def test_the_rest_is_checked_when_a_named_path_is_missing(invoke: Invoke) -> None:
    outcome = invoke("check", "missing.md", "prompts/error.j2", "--output-format", "json")
    assert outcome.code == 2
    assert outcome.err.startswith("missing.md: ")
    data = json.loads(outcome.out)
    assert data["summary"]["errors"] == 1
    assert [each["path"] for each in data["skipped"]] == ["missing.md"]


def test_a_binary_file_is_an_error_only_when_it_is_named(invoke: Invoke) -> None:
    Path("prompts/photo.md").write_bytes(b"\x89PNG\0\1\2")
    assert invoke("check", "prompts/clean.md", "prompts/photo.md").code == 2
    outcome = invoke("check", "prompts", "--fail-on", "never")
    assert outcome.code == 0
    assert "1 file skipped" in outcome.out


def test_an_unreadable_file(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_bytes

    def refuse(file: Path) -> bytes:
        if file.name == "clean.md":
            raise PermissionError(errno.EACCES, "Permission denied")
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    outcome = invoke("check", "prompts/clean.md", "prompts/info.md")
    assert outcome.code == 2
    assert outcome.err == "prompts/clean.md: cannot be read: Permission denied\n"
    assert "Looked at 1 file " in outcome.out
    assert invoke("check", "prompts", "--fail-on", "never").code == 0


def test_help_lists_the_exit_codes(invoke: Invoke) -> None:
    assert "\n    1  findings at or above --fail-on\n    2  the job could not be done" in invoke("check", "-h").out


def test_no_files_found_is_a_notice(invoke: Invoke) -> None:
    Path("empty").mkdir()
    outcome = invoke("check", "empty")
    assert outcome.code == 0
    assert outcome.err == "no prompt files found in empty\n"


def test_the_current_folder_is_the_default(invoke: Invoke) -> None:
    outcome = invoke("check", "--output-format", "concise")
    assert "prompts/error.j2:1:" in outcome.out
    assert "Looked at 4 files with 4 prompts: 1 error, 1 warning, 1 info" in outcome.out


def test_select_extend_select_and_ignore(invoke: Invoke) -> None:
    def rules(*arguments: str) -> set[str]:
        data = json.loads(invoke("check", "prompts", "--output-format", "json", *arguments).out)
        return {diagnostic["rule"] for diagnostic in data["diagnostics"]}

    everything = rules()
    assert {"invisible-character", "unused-variable"} < everything
    assert rules("--select", "invisible-character,unused-variable") >= {"invisible-character", "unused-variable"}
    assert "unused-variable" not in rules("--select", "invisible-character")
    assert "unused-variable" in rules("--select", "invisible-character", "--extend-select", "unused-variable")
    assert rules("--ignore", "invisible-character", "--ignore", "unused-variable") == everything - {
        "invisible-character",
        "unused-variable",
    }


def test_an_unknown_rule_is_named(invoke: Invoke) -> None:
    outcome = invoke("check", "prompts", "--ignore", "unused-variabel")
    assert outcome.code == 2
    assert "unused-variabel" in outcome.err and "did you mean 'unused-variable'" in outcome.err
    assert outcome.out == ""


def test_a_broken_configuration_is_named_with_its_place(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text('selct = ["all"]\n')
    outcome = invoke("check", "prompts")
    assert outcome.code == 2
    assert outcome.err.startswith("promptlint.toml:1:1: ")
    assert invoke("check", "prompts/clean.md", "--isolated").code == 0


def test_a_broken_configuration_of_a_folder_leaves_the_rest_checked(invoke: Invoke) -> None:
    Path("prompts/sub").mkdir()
    Path("prompts/sub/clean.md").write_text(CLEAN)
    Path("prompts/sub/promptlint.toml").write_text("model = 1\n")
    outcome = invoke("check", "prompts", "--output-format", "json")
    assert outcome.code == 2
    assert outcome.err.startswith("prompts/sub/promptlint.toml:1:9: ")
    assert json.loads(outcome.out)["summary"]["files"] == 4


def test_settings_of_the_configuration_hold_and_the_command_line_wins(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text('fail-on = "never"\noutput-format = "concise"\nexclude = ["warning.md"]\n')
    outcome = invoke("check", "prompts")
    assert outcome.code == 0
    assert outcome.out.startswith("prompts/error.j2:1:")
    assert "warning.md" not in outcome.out
    assert invoke("check", "prompts", "--fail-on", "error").code == 1


def test_exclude_and_force_exclude(invoke: Invoke) -> None:
    def files(*arguments: str) -> int:
        outcome = invoke("check", *arguments, "--output-format", "json", "--exit-zero")
        assert outcome.code == 0, outcome.err
        return int(json.loads(outcome.out)["summary"]["files"])

    assert files("prompts", "--exclude", "info.md,error.j2") == 2
    assert files("prompts/info.md", "--exclude", "info.md") == 1
    assert files("prompts/info.md", "--exclude", "info.md", "--force-exclude") == 0


def test_model(invoke: Invoke) -> None:
    data = json.loads(invoke("check", "prompts/clean.md", "--model", "gpt-4", "--output-format", "json").out)
    (prompt,) = data["prompts"]
    assert (prompt["model"], prompt["encoding"], prompt["count"]) == ("gpt-4", "cl100k_base", "exact")


def test_standard_input_under_a_name(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ERROR.encode())))
    outcome = invoke("check", "-", "--stdin-filename", "prompts/new.j2", "--output-format", "concise")
    assert outcome.code == 1
    assert outcome.out.startswith("prompts/new.j2:1:")


def test_standard_input_takes_the_configuration_of_its_name(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("prompts/promptlint.toml").write_text('ignore = ["invisible-character"]\n')
    for name, expected in (("prompts/new.md", []), ("new.md", ["info"])):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(INFO.encode())))
        outcome = invoke("check", "-", "--stdin-filename", name, "--output-format", "json")
        assert severities(outcome.out) == expected


def test_standard_input_without_a_name(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(INFO.encode())))
    outcome = invoke("check", "-", "--output-format", "concise")
    assert outcome.out.startswith("stdin:1:")


def test_standard_input_that_is_excluded(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    for flags, files in ((["--force-exclude"], 0), ([], 1)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ERROR.encode())))
        outcome = invoke(
            "check",
            "-",
            "--stdin-filename",
            "prompts/new.j2",
            "--exclude",
            "prompts/",
            "--output-format",
            "json",
            *flags,
        )
        assert json.loads(outcome.out)["summary"]["files"] == files
        assert outcome.code == files  # the file has an error


def test_binary_standard_input(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a\0b")))
    outcome = invoke("check", "-")
    assert outcome.code == 2
    assert outcome.err.startswith("stdin: binary file")


def test_output_file(invoke: Invoke) -> None:
    outcome = invoke("check", "prompts", "--output-format", "json", "--output-file", "report.json")
    assert (outcome.code, outcome.out) == (1, "")
    assert json.loads(Path("report.json").read_text(encoding="utf-8"))["summary"]["errors"] == 1
    outcome = invoke("check", "prompts", "--output-file", "no/such/folder/report.txt")
    assert outcome.code == 2
    assert outcome.err.startswith("no/such/folder/report.txt: ")


def test_quiet(invoke: Invoke) -> None:
    outcome = invoke("check", "prompts/clean.md", "--quiet")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_pedantic_shows_what_is_hidden(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from promptlint import checks, engine
    from promptlint.diagnostic import Confidence

    def doubting(name: str) -> Callable[[checks.Context], object]:
        check = checks.check_named(name)
        return lambda context: [replace(finding, confidence=Confidence.LOW) for finding in check(context)]

    monkeypatch.setattr(engine, "check_named", doubting)
    outcome = invoke("check", "prompts/info.md", "--fail-on", "info")
    assert outcome.code == 0 and "1 hidden (--pedantic shows them)" in outcome.out
    outcome = invoke("check", "prompts/info.md", "--fail-on", "info", "--pedantic")
    assert outcome.code == 1 and "hidden" not in outcome.out


@pytest.mark.parametrize(
    ("flags", "environment", "coloured"),
    [
        ([], {}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"CLICOLOR_FORCE": "1"}, True),
        ([], {"CLICOLOR_FORCE": "0"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colour(
    invoke: Invoke,
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    environment: dict[str, str],
    coloured: bool,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in invoke("check", "prompts", *flags).out) == coloured


def test_json_is_never_coloured(invoke: Invoke) -> None:
    assert "\x1b" not in invoke("check", "prompts", "--output-format", "json", "--color", "always").out


def test_the_same_run_gives_the_same_output(invoke: Invoke) -> None:
    first = invoke("check", "prompts", "--output-format", "json")
    second = invoke("check", "prompts/warning.md", "prompts", "prompts/clean.md", "--output-format", "json")
    assert first.out == second.out


def test_an_internal_error_is_one_message(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr("promptlint.many.check_many", fail)
    outcome = invoke("check", "prompts")
    assert outcome.code == 2
    assert "internal error: KeyError: 'oops'" in outcome.err and "report" in outcome.err
    assert "Traceback" not in outcome.err
    monkeypatch.setenv("PROMPTLINT_DEBUG", "1")
    with pytest.raises(KeyError):
        invoke("check", "prompts")


def test_ctrl_c(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("promptlint.many.check_many", interrupt)
    outcome = invoke("check", "prompts")
    assert outcome.code == 130
    assert "Traceback" not in outcome.err


def test_a_reader_that_goes_away_is_no_fault(start: Start) -> None:
    for number in range(300):
        Path(f"prompts/{number}.md").write_text(INFO * 20, encoding="utf-8")
    process = start("check", "prompts/")
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 1


def test_output_is_utf_8_whatever_the_console_is(start: Start) -> None:
    Path("prompts/要約.md").write_bytes("要約\u200b {{text}}\r\n".encode())
    out, _ = start(
        "check", "prompts/要約.md", "--color", "never", PYTHONIOENCODING="cp1252", PYTHONUTF8="0"
    ).communicate()
    assert "prompts/要約.md:1:3: info" in out.decode("utf-8")
    assert b"\r" not in out


def test_formats_of_the_configuration(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("promptlint.toml").write_text(
        '[[formats]]\nfiles = ["llm/*.conf"]\ntext = "*.body"\nvariables = "*.vars"\ntemplate = "braces"\n',
        encoding="utf-8",
    )
    Path("llm").mkdir()
    text = 'a:\n  body: "Name the \\"{thing}\\" of {country} in one word."\n  vars: [country]\n'
    Path("llm", "all.conf").write_text(text, encoding="utf-8")
    outcome = invoke("check", "llm", "--output-format", "json")
    report = json.loads(outcome.out)
    (diagnostic,) = report["diagnostics"]
    assert (outcome.code, diagnostic["rule"], diagnostic["prompt"]) == (1, "undeclared-variable", "all.conf")
    assert text[slice(*diagnostic["offsets"])] == "thing"
    assert [prompt["path"] for prompt in report["prompts"]] == ["llm/all.conf"]
    assert "formats-1" in invoke("files", "llm").out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    piped = invoke("check", "-", "--stdin-filename", "llm/new.conf", "--output-format", "json")
    assert [each["rule"] for each in json.loads(piped.out)["diagnostics"]] == ["undeclared-variable"]
    assert "0 files" in invoke("check", "llm", "--isolated").out


def test_hyperlinks_go_to_streams_and_never_to_files(invoke: Invoke) -> None:
    linked = invoke("check", "prompts/warning.md", "--hyperlinks", "always").out
    assert f"\x1b]8;;{Path('prompts', 'warning.md').absolute().as_uri()}\x1b\\" in linked
    assert "\x1b" not in invoke("check", "prompts/warning.md").out
    invoke("check", "prompts/warning.md", "--hyperlinks", "always", "--output-file", "out.txt")
    assert "\x1b" not in Path("out.txt").read_text("utf-8")


def test_progress_is_for_terminals(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promptlint.cli._progress.PATIENCE", 0.0)
    assert "prompts/clean.md" not in invoke("check", "prompts/clean.md", "--quiet").err
    monkeypatch.setattr("promptlint.cli.check.wanted", lambda stream, environment: True)
    monkeypatch.setattr("promptlint.cli._progress.PERIOD", 0.0)
    assert "1 of 1: prompts/clean.md\r\x1b[K" in invoke("check", "prompts/clean.md").err
    lines = invoke("check", "prompts").err.split("\r\x1b[K")
    assert [line.split(":")[0] for line in lines] == ["", "1 of 4", "2 of 4", "3 of 4", "4 of 4", ""]
    assert invoke("check", "prompts/clean.md", "--quiet").err == ""
