"""Where output goes can be closed, full, or of an encoding that lacks what is printed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = "In order to win, utilize the ball. \u65e5\u672c \u201cquoted\u201d\n"
COMMANDS = [["--version"], ["--help"], ["check"], ["check", "--output-format", "json"], ["files"], ["rule"]]

posix = pytest.mark.skipif(sys.platform == "win32", reason="file descriptors and /dev are of POSIX")


@pytest.fixture(autouse=True)
def prompt(folder: Path) -> None:
    (folder / "prompts" / "a.md").write_text(TEXT * 50, "utf-8")


@posix
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_that_has_gone_away(command, start) -> None:
    read, write = os.pipe()
    os.close(read)
    with start(*command, stdout=write) as process:
        os.close(write)
        _, err = process.communicate()
    assert err == b""
    assert process.returncode in (0, 141)


@posix
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_space_for_standard_output(command, start) -> None:
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        return  # only Linux has a disk that is always full
    with open("/dev/full", "wb") as full, start(*command, stdout=full) as process:  # noqa: PTH123
        _, err = process.communicate()
    assert err == b"promptlint: the output cannot be written: No space left on device\n"
    assert process.returncode == 2


@posix
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(closed) -> None:
    program = ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "promptlint"]
    done = subprocess.run([*program, "check", "prompts", "nothing.md"], capture_output=True, check=False)
    assert done.returncode == 2, "nothing.md does not exist"
    assert b"Traceback" not in done.stdout + done.stderr and b"internal error" not in done.stderr


@posix
def test_standard_error_that_is_full(start) -> None:
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        return
    with open("/dev/full", "wb") as full, start("check", "prompts", "nothing.md", stderr=full) as process:  # noqa: PTH123
        out, _ = process.communicate()
    assert b"verbose-phrase" in out
    assert process.returncode == 2


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"LC_ALL": "xx_YY.no-such-locale"},
    ],
    ids=str,
)
def test_encodings_that_lack_characters(environment, start) -> None:
    with start("check", "--output-format", "full", env=os.environ | environment) as process:
        out, err = process.communicate()
    assert err == b"" and process.returncode == 0
    assert "\u65e5\u672c \u201cquoted\u201d".encode() in out


@posix
@pytest.mark.parametrize(
    "environment", [{"HOME": None, "XDG_CONFIG_HOME": None}, {"HOME": "/dev/null", "XDG_CONFIG_HOME": None}], ids=str
)
def test_without_a_home(environment, start) -> None:
    surroundings = {name: value for name, value in (os.environ | environment).items() if value is not None}
    with start("check", env=surroundings) as process:
        out, err = process.communicate()
    assert b"verbose-phrase" in out and err == b"" and process.returncode == 0


@posix
@pytest.mark.parametrize("command", [["check"], ["check", "-"], ["files"], ["init"], ["rule", "verbose-phrase"]])
def test_a_working_directory_that_is_gone(command, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    program = ["/bin/sh", "-c", 'cd "$0" && rmdir "$0" && exec "$@"', str(tmp_path / "gone"), sys.executable]
    done = subprocess.run([*program, "-m", "promptlint", *command], capture_output=True, check=False)
    assert done.stderr == b"promptlint: the working directory is no longer there.\n"
    assert done.returncode == 2


@posix
def test_the_root_of_the_file_system_as_working_directory(folder: Path, start) -> None:
    with start("check", "--output-format", "concise", str(folder / "prompts"), cwd="/") as process:
        out, err = process.communicate()
    assert b"prompts/a.md:1:1: info verbose-phrase" in out and err == b"" and process.returncode == 0


def test_standard_input_that_is_no_text(start) -> None:
    with start("check", "--fix", "-") as process:
        out, err = process.communicate(b"abc\xff\0")
    assert out == b"abc\xff\0", "what is piped through comes out again"
    assert err.startswith(b"stdin: binary file (it holds NUL bytes)\n")
    assert process.returncode == 2
