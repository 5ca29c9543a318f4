"""``promptlint check`` with ``--fix`` and its relatives."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from conftest import Invoke

WORDY = "In order to name {{country}}, note that one word is enough.\r\nSay it in one word."
PLAIN = "To name {{country}}, note that one word is enough.\r\nSay it in one word."
POLITE = "Please name the capital of {{country}} in one word.\n"
UNSURE = "Name {{country}} in one word.\n\u200b```\nx\n```\n"
BROKEN = "In order to name {{ country, say one word.\n"


@pytest.fixture(autouse=True)
def prompts() -> Path:
    folder = Path("prompts")
    folder.mkdir()
    (folder / "wordy.md").write_bytes(WORDY.encode())
    (folder / "clean.md").write_bytes(b"Name the capital of {{country}} in one word.\n")
    return folder


def contents() -> dict[str, bytes]:
    return {each.as_posix(): each.read_bytes() for each in sorted(Path().rglob("*")) if each.is_file()}


def test_fix_writes_the_files_and_reports_what_remains(invoke: Invoke) -> None:
    Path("prompts/error.j2").write_bytes(BROKEN.encode())
    before = contents()
    outcome = invoke("check", "--fix", "--output-format", "concise")
    assert outcome.code == 1
    assert "prompts/error.j2:1:" in outcome.out and "wordy.md" not in outcome.out
    assert "1 error" in outcome.out and "fixed" in outcome.out
    after = contents()
    assert after["prompts/wordy.md"] == PLAIN.encode()
    assert after["prompts/clean.md"] == before["prompts/clean.md"]
    assert set(after) == set(before), "no other file is left behind"


def test_a_second_run_finds_nothing_to_do(invoke: Invoke) -> None:
    assert "1 fixed" in invoke("check", "--fix").out
    stamp = Path("prompts/wordy.md").stat().st_mtime_ns
    outcome = invoke("check", "--fix", "--output-format", "json")
    assert json.loads(outcome.out)["summary"]["fixed"] == 0
    assert json.loads(outcome.out)["fixed"] == []
    assert Path("prompts/wordy.md").stat().st_mtime_ns == stamp


def test_nothing_left(invoke: Invoke) -> None:
    outcome = invoke("check", "--fix", "prompts/wordy.md", "--select", "verbose-phrase", "--output-format", "concise")
    assert (outcome.code, outcome.out) == (0, "Looked at 1 file with 1 prompt: nothing left; 1 fixed.\n")


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        (["--fix"], 0),
        (["--fix", "--exit-non-zero-on-fix"], 1),
        (["--fix", "--exit-non-zero-on-fix", "--exit-zero"], 0),
        (["--fix-only"], 0),
        (["--fix-only", "--exit-non-zero-on-fix"], 1),
        (["--diff"], 1),
        (["--diff", "--exit-zero"], 0),
        (["--diff", "--fix"], 1),
        (["--fix", "missing.md"], 2),
        (["--fix-only", "missing.md"], 2),
        (["--diff", "missing.md"], 2),
        (["--unsafe-fixes"], 2),
        (["--show-fixes"], 2),
        (["--exit-non-zero-on-fix"], 2),
    ],
)
def test_exit_codes(invoke: Invoke, flags: list[str], code: int) -> None:
    assert invoke("check", "prompts/wordy.md", *flags).code == code


def test_exit_codes_when_there_is_nothing_to_fix(invoke: Invoke) -> None:
    for flags in (["--diff"], ["--fix", "--exit-non-zero-on-fix"], ["--fix-only", "--exit-non-zero-on-fix"]):
        assert invoke("check", "prompts/clean.md", *flags).code == 0


def test_fix_counts_what_remains(invoke: Invoke) -> None:
    arguments = ("check", "prompts/wordy.md", "--fail-on", "info", "--select", "verbose-phrase")
    assert invoke(*arguments).code == 1
    assert invoke(*arguments, "--fix").code == 0


def test_fix_only_says_nothing_of_what_remains(invoke: Invoke) -> None:
    Path("prompts/error.j2").write_bytes(BROKEN.encode())
    outcome = invoke("check", "--fix-only")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "Fixed 2 findings in 2 files.\n", "also in the file with the error"
    assert Path("prompts/wordy.md").read_bytes() == PLAIN.encode()


def test_show_fixes(invoke: Invoke) -> None:
    Path("prompts/b.md").write_bytes(b"In order to win {{x}}, utilize it. Note that it is one word.\n")
    outcome = invoke("check", "--fix", "--show-fixes", "--output-format", "concise")
    assert outcome.err == (
        "Fixed 4 findings in 2 files:\n"
        "  prompts/b.md: 1 filler-phrase, 2 verbose-phrase\n"
        "  prompts/wordy.md: 1 verbose-phrase\n"
    )


def test_unsafe_fixes_are_asked_for(invoke: Invoke) -> None:
    Path("prompts/polite.md").write_bytes(POLITE.encode())
    invoke("check", "--fix", "prompts/polite.md")
    assert Path("prompts/polite.md").read_bytes() == POLITE.encode()
    outcome = invoke("check", "--diff", "--unsafe-fixes", "prompts/polite.md")
    assert "-Please name" in outcome.out and "+Name" in outcome.out
    invoke("check", "--fix", "--unsafe-fixes", "prompts/polite.md")
    assert Path("prompts/polite.md").read_bytes() == POLITE.replace("Please name", "Name").encode()


def test_a_fix_that_is_left_out_is_named(invoke: Invoke) -> None:
    Path("prompts/unsure.md").write_bytes(UNSURE.encode())
    outcome = invoke("check", "--fix", "prompts/unsure.md", "--output-format", "json")
    assert Path("prompts/unsure.md").read_bytes() == UNSURE.encode()
    assert outcome.err.startswith("prompts/unsure.md:2:1: fix left out (invisible-character, Delete it): ")
    (dropped,) = json.loads(outcome.out)["dropped"]
    assert (dropped["rule"], dropped["path"], dropped["range"]["start"]) == (
        "invisible-character",
        "prompts/unsure.md",
        {"line": 2, "column": 1},
    )
    assert json.loads(outcome.out)["summary"]["fixable"] == 0
    assert invoke("check", "--fix", "prompts/unsure.md", "--quiet").err == ""


def test_json_tells_what_was_fixed(invoke: Invoke) -> None:
    data = json.loads(invoke("check", "--fix", "--output-format", "json").out)
    assert data["fixed"] == [{"path": "prompts/wordy.md", "rule": "verbose-phrase", "count": 1}]
    assert data["summary"]["fixed"] == 1
    assert data["dropped"] == []


def test_diff_writes_nothing_and_is_exact(invoke: Invoke) -> None:
    before = contents()
    outcome = invoke("check", "--diff")
    assert contents() == before
    assert outcome.out == (
        "--- prompts/wordy.md\n"
        "+++ prompts/wordy.md\n"
        "@@ -1,2 +1,2 @@\n"
        "-In order to name {{country}}, note that one word is enough.\r\n"
        "+To name {{country}}, note that one word is enough.\r\n"
        " Say it in one word.\n"
        "\\ No newline at end of file\n"
    )
    assert outcome.err == "Would fix 1 finding in 1 file.\n"


@pytest.mark.skipif(shutil.which("git") is None, reason="git applies the diff")
def test_git_takes_the_diff(invoke: Invoke) -> None:
    Path("prompts/with blank.md").write_bytes(
        b"\xef\xbb\xbfIn order to win,\nplay.\n\n\nx\n\n\n\n\nIn order to lose, stop"
    )
    Path("prompts/mixed.md").write_bytes(b"In order to win,\rplay.\n\x0c\xe2\x80\xa8In order to lose,\r\nstop.\r")
    invoke("check", "--diff", "--output-file", "fixes.diff", "--quiet")
    subprocess.run(["git", "init", "--quiet"], check=True)
    subprocess.run(["git", "apply", "-p0", "--whitespace=nowarn", "fixes.diff"], check=True)
    patched = contents()
    subprocess.run(["git", "apply", "-p0", "--whitespace=nowarn", "-R", "fixes.diff"], check=True)
    assert contents()["prompts/wordy.md"] == WORDY.encode()
    invoke("check", "--fix")
    for name in ("wordy", "with blank", "mixed"):
        assert contents()[f"prompts/{name}.md"] == patched[f"prompts/{name}.md"]


def test_a_diff_for_people_is_coloured_and_cannot_steer_the_terminal(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("prompts/wordy.md").write_bytes(b"In order to win \x1b[2J, play.\n")
    assert "\x1b[32m+" in invoke("check", "--diff", "--color", "always").out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    outcome = invoke("check", "--diff", "--color", "never")
    assert "+To win <U+001B>[2J, play.\n" in outcome.out


# ---------------------------------------------------------------------------------------------------------------------
# standard input


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_standard_input_comes_out_fixed_and_the_report_goes_elsewhere(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, WORDY.encode())
    outcome = invoke("check", "-", "--fix", "--stdin-filename", "prompts/new.md", "--output-format", "concise")
    assert outcome.out == PLAIN
    assert outcome.err.endswith("1 fixed.\n")
    assert not Path("prompts/new.md").exists()
    assert Path("prompts/wordy.md").read_bytes() == WORDY.encode()


def test_standard_input_with_fix_only_and_diff(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, WORDY.encode())
    outcome = invoke("check", "-", "--fix-only", "--quiet")
    assert (outcome.code, outcome.out, outcome.err) == (0, PLAIN, "")
    piped(monkeypatch, WORDY.encode())
    outcome = invoke("check", "-", "--diff", "--stdin-filename", "prompts/wordy.md")
    assert outcome.code == 1
    assert outcome.out.startswith("--- prompts/wordy.md\n+++ prompts/wordy.md\n@@ ")


@pytest.mark.parametrize(
    "data",
    [b"", b"Name {{x}}\r\nin one word", "\ufeffIn order".encode("utf-16-le"), b"\xef\xbb\xbfName it", b"a\0b", b"\xff"],
)
def test_what_is_piped_in_is_never_lost(invoke: Invoke, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    piped(monkeypatch, data)
    out = io.BytesIO()

    class Stream(io.TextIOWrapper):
        pass

    monkeypatch.setattr("sys.stdout", Stream(out, encoding="utf-8", newline="\n"))
    outcome = invoke("check", "-", "--fix-only")
    assert out.getvalue() == data
    assert outcome.code == (2 if data in (b"a\0b", b"\xff") else 0)


def test_excluded_standard_input_comes_out_as_it_is(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, WORDY.encode())
    arguments = ("--stdin-filename", "prompts/a.md", "--exclude", "prompts/", "--force-exclude")
    assert invoke("check", "-", "--fix", "--quiet", *arguments).out == WORDY


# ---------------------------------------------------------------------------------------------------------------------
# files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encoding_stays(invoke: Invoke, encoding: str) -> None:
    Path("prompts/wordy.md").write_bytes(WORDY.encode(encoding))
    invoke("check", "--fix")
    assert Path("prompts/wordy.md").read_bytes() == PLAIN.encode(encoding)


def test_the_mode_stays(invoke: Invoke) -> None:
    Path("prompts/wordy.md").chmod(0o640)
    mode = Path("prompts/wordy.md").stat().st_mode
    invoke("check", "--fix")
    assert Path("prompts/wordy.md").read_bytes() == PLAIN.encode()
    assert Path("prompts/wordy.md").stat().st_mode == mode


def test_a_file_with_two_names_is_fixed_once(invoke: Invoke) -> None:
    try:
        Path("prompts/link.md").symlink_to("wordy.md")
    except OSError:  # Windows, where links are a privilege
        os.link("prompts/wordy.md", "prompts/link.md")
    outcome = invoke("check", "prompts/link.md", "prompts/wordy.md", "--fix", "--exit-zero", "--output-format", "json")
    assert outcome.code == 0, outcome.err
    data = json.loads(outcome.out)
    assert [each["count"] for each in data["fixed"]] == [1] or not Path("prompts/link.md").is_symlink()
    assert data["summary"]["files"] == 2
    assert Path("prompts/wordy.md").read_bytes() == PLAIN.encode()


def test_a_file_that_cannot_be_written_is_named_and_the_rest_is_fixed(invoke: Invoke) -> None:
    Path("prompts/a.md").write_bytes(WORDY.encode())
    Path("prompts/a.md").chmod(stat.S_IREAD)
    outcome = invoke("check", "--fix", "--output-format", "json")
    Path("prompts/a.md").chmod(stat.S_IREAD | stat.S_IWRITE)
    assert outcome.code == 2
    assert outcome.err == "prompts/a.md: cannot be written: it is read-only\n"
    assert Path("prompts/a.md").read_bytes() == WORDY.encode()
    assert Path("prompts/wordy.md").read_bytes() == PLAIN.encode()
    data = json.loads(outcome.out)
    assert [each["path"] for each in data["diagnostics"] if each["rule"] == "verbose-phrase"] == ["prompts/a.md"]
    assert data["summary"]["fixed"] == 1


def test_a_file_that_changes_in_the_meantime_is_left_alone(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    from promptlint import rewrite as module

    rewrite = module.rewrite

    def slow(*arguments: object, **options: object) -> object:
        Path("prompts/wordy.md").write_bytes(b"In order to go on.\n")
        return rewrite(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "rewrite", slow)
    outcome = invoke("check", "prompts/wordy.md", "--fix")
    assert outcome.code == 2
    assert "prompts/wordy.md: it has changed since it was read" in outcome.err
    assert Path("prompts/wordy.md").read_bytes() == b"In order to go on.\n"


def test_ctrl_c_leaves_no_half_written_file(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("prompts/a.md").write_bytes(WORDY.encode())
    before = set(contents())
    real = os.fsync

    def interrupt(descriptor: int) -> None:
        real(descriptor)
        if Path("prompts/a.md").read_bytes() == PLAIN.encode():
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    assert invoke("check", "--fix").code == 130
    assert set(contents()) == before
    assert contents()["prompts/a.md"] == PLAIN.encode()
    assert contents()["prompts/wordy.md"] == WORDY.encode()


def test_a_full_disk(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = contents()
    monkeypatch.setattr(os, "fsync", full)
    outcome = invoke("check", "--fix", "--quiet")
    assert outcome.code == 2
    assert outcome.err == "prompts/wordy.md: cannot be written: No space left on device\n"
    assert contents() == before


def test_a_failure_while_fixing_is_reported_and_leaves_the_file_alone(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise RecursionError("too deep")

    monkeypatch.setattr("promptlint.rewrite.rewrite", fail)
    outcome = invoke("check", "prompts/wordy.md", "--fix", "--output-format", "concise")
    assert outcome.code == 1
    assert "internal-error" in outcome.out and "too deep" in outcome.out
    assert Path("prompts/wordy.md").read_bytes() == WORDY.encode()
