"""The installed command ends as a Python that is taken apart would, only sooner."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from promptlint import __version__


def ended(entry: str, *arguments: str, before: str = "", python: tuple[str, ...] = (), **options):
    """Run one of the two ways into the command line: `program` or `main`."""
    code = f"{before}\nfrom promptlint.cli import {entry}\n{entry}()"
    command = [sys.executable, *python, "-c", code, *arguments]
    return subprocess.run(command, check=False, **{"capture_output": True, "text": True, **options})


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        ("check", "--isolated", "--no-cache", "prompts"),
        ("check", "--isolated", "--no-cache", "--exit-zero", "--output-format", "json", "prompts"),
        ("check", "--isolated", "prompts/missing.md"),
        ("check", "--no-such-option"),
    ],
    ids=" ".join,
)
def test_says_the_same_and_has_the_same_exit_code(arguments):
    Path("prompts").mkdir()
    for number in range(30):  # more than a pipe takes at once
        Path(f"prompts/{number}.md").write_text(
            "In order to answer, {{name}}, basically write a report.\n" * 40, "utf-8"
        )
    quick, slow = (ended(entry, *arguments) for entry in ("program", "main"))
    assert (quick.returncode, quick.stdout, quick.stderr) == (slow.returncode, slow.stdout, slow.stderr)


_LATE = "late = open('late.txt', 'w'); late.write('late')"
"""Is in the file when the interpreter has been taken apart."""


def late() -> bool:
    return Path("late.txt").read_text("utf-8") == "late"


def test_ends_without_taking_the_interpreter_apart():
    ended("main", "--version", before=_LATE)
    assert late()
    ended("program", "--version", before=_LATE)
    assert not late()


@pytest.mark.parametrize(
    "before",
    [
        "import atexit; atexit.register(print, 'late')",
        "import threading, time; threading.Thread(target=lambda: (time.sleep(0.3), print('late'))).start()",
        "import sys; sys.stdout.reconfigure(line_buffering=False); print('late')",
        "import tempfile; late = tempfile.TemporaryDirectory(); late._finalizer.atexit = True; print('late', end='')",
    ],
    ids=["atexit", "thread", "buffer", "folder"],
)
def test_what_waits_for_the_end_happens(before, tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "TMP": str(tmp_path)}
    folders = set(tmp_path.iterdir())
    for entry in ("main", "program"):
        done = ended(entry, "--version", before=before, env=environment)
        assert (done.returncode, "late" in done.stdout, __version__ in done.stdout) == (0, True, True)
    assert set(tmp_path.iterdir()) == folders


@pytest.mark.parametrize("watch", ["sys.settrace(lambda *_: None)", "sys.setprofile(lambda *_: None)"])
def test_does_not_end_before_who_looks_on(watch):
    done = ended("program", "--version", before=f"{_LATE}\nimport sys; {watch}")
    assert (done.returncode, late()) == (0, True)


def test_a_profile_is_printed(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from promptlint.cli import program\nprogram()\n", "utf-8")
    command = [sys.executable, "-m", "cProfile", str(script), "--version"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "function calls" in done.stdout


def test_a_process_that_stays_open_for_questions_does():
    done = ended("program", "--version", python=("-i",), input="print('late')\n")
    assert "late" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_streams_that_cannot_be_flushed():
    # what is written to standard output before is in its buffer still when the command line is done with `--version`
    before = "import sys, os\nos.set_inheritable(1, True)\nsys.stdout.write('early')"
    outcomes = []
    for entry in ("program", "main"):
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            done = ended(entry, "--version", before=before, capture_output=False, stdout=full, stderr=subprocess.PIPE)
        outcomes.append((done.returncode, done.stderr))
    assert outcomes[0] == outcomes[1]
