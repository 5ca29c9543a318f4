"""Files that promptlint writes: whatever happens, each holds the old or the new bytes, and nothing is left beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from promptlint.cli import run
from promptlint.rewrite import rewrite

TEXT = "In order to win, utilize the ball.\n"
FIXED = "To win, use the ball.\n"

posix = pytest.mark.skipif(sys.platform == "win32", reason="limits, modes and signals of POSIX")


@pytest.fixture
def prompt(folder: Path) -> Path:
    file = folder / "prompts" / "a.md"
    file.write_bytes(TEXT.encode())
    return file


def leftovers(folder: Path) -> list[str]:
    """The files below a folder that no test wrote."""
    return [each.name for each in folder.rglob(".promptlint-*")]


def full_disk(folder: Path, *arguments: str, limit: int = 10) -> subprocess.CompletedProcess[bytes]:
    """Run promptlint where no file can get larger than `limit` bytes."""
    program = f"""
        import resource, sys
        from promptlint.cli import main
        resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
        sys.argv = ["promptlint", *{list(arguments)!r}]
        main()
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False)


@posix
def test_a_full_disk_while_fixing(prompt: Path, folder: Path) -> None:
    done = full_disk(folder, "check", "--fix")
    assert b"prompts/a.md: cannot be written: File too large\n" in done.stderr
    assert done.returncode == 2
    assert prompt.read_bytes() == TEXT.encode() and leftovers(folder) == []


@posix
@pytest.mark.parametrize(
    ("arguments", "file"),
    [
        (["check", "--output-format", "json", "--output-file", "out.json"], "out.json"),
        (["baseline", "create", "--baseline", "out.json"], "out.json"),
        (["init"], "promptlint.toml"),
    ],
    ids=["output file", "baseline", "init"],
)
def test_a_full_disk_while_writing_a_report(arguments, file, prompt: Path, folder: Path) -> None:
    done = full_disk(folder, *arguments)
    assert f"{file}: File too large\n".encode() in done.stderr
    assert done.returncode == 2
    assert not (folder / file).exists() and leftovers(folder) == []


@posix
def test_a_full_disk_leaves_an_old_report_as_it_is(prompt: Path, folder: Path) -> None:
    (folder / "out.json").write_text("old")
    done = full_disk(folder, "check", "--output-format", "json", "--output-file", "out.json")
    assert done.returncode == 2
    assert (folder / "out.json").read_text() == "old" and leftovers(folder) == []


@posix
def test_a_full_disk_for_the_cache(prompt: Path, folder: Path) -> None:
    done = full_disk(folder, "check", "--output-format", "concise", limit=0)
    assert b"verbose-phrase" in done.stdout and b"Traceback" not in done.stderr
    assert done.returncode == 0


def test_a_read_only_file(prompt: Path, folder: Path, invoke) -> None:
    prompt.chmod(0o444)
    done = invoke("check", "--fix")
    assert "prompts/a.md: cannot be written: it is read-only\n" in done.err
    assert done.code == 2
    assert prompt.read_bytes() == TEXT.encode()


@posix
def test_a_read_only_folder(prompt: Path, folder: Path, invoke, monkeypatch) -> None:
    """The superuser may write everywhere, so the refusal is made up where the tests run as that."""
    prompt.parent.chmod(0o555)
    if os.geteuid() == 0:
        opened = os.open

        def refuse(path, flags, *arguments, **named):
            if flags & os.O_CREAT and Path(path).parent == prompt.parent:
                raise PermissionError(13, "Permission denied", path)
            return opened(path, flags, *arguments, **named)

        monkeypatch.setattr(os, "open", refuse)
    done = invoke("check", "--fix")
    assert "prompts/a.md: cannot be written: Permission denied\n" in done.err
    assert done.code == 2
    assert prompt.read_bytes() == TEXT.encode()


def test_somebody_changes_the_file_meanwhile(prompt: Path, folder: Path, invoke, monkeypatch) -> None:
    theirs = "In order to win, run faster.\n"

    def slowly(*arguments, **named):
        prompt.write_text(theirs)
        return rewrite(*arguments, **named)

    monkeypatch.setattr("promptlint.rewrite.rewrite", slowly)
    done = invoke("check", "--fix")
    assert (
        "prompts/a.md: cannot be written: it has changed since it was read, so it is left as it is\n" in done.err
        or ("prompts/a.md: it has changed since it was read, so it is left as it is\n" in done.err)
    )
    assert done.code == 2
    assert prompt.read_text() == theirs


def test_the_file_vanishes_before_it_is_fixed(prompt: Path, folder: Path, invoke, monkeypatch) -> None:
    def slowly(*arguments, **named):
        prompt.unlink()
        return rewrite(*arguments, **named)

    monkeypatch.setattr("promptlint.rewrite.rewrite", slowly)
    done = invoke("check", "--fix")
    assert "prompts/a.md: cannot be written: No such file or directory\n" in done.err
    assert done.code == 2
    assert not prompt.exists()


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interruption_while_a_file_is_written(step, prompt: Path, folder: Path, monkeypatch) -> None:
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), interrupt)
    assert run(["check", "--fix", "--no-cache"]) == 130
    assert prompt.read_bytes() == TEXT.encode() and leftovers(folder) == []


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"])
def test_a_signal_while_files_are_fixed(number, code, folder: Path, start) -> None:
    """Every file holds what it held, or what it is to hold."""
    files = [folder / "prompts" / f"{count:03}.md" for count in range(120)]
    for file in files:
        file.write_text(TEXT)
    process = start("check", "--fix", start_new_session=True)
    until = time.monotonic() + 60
    while files[3].stat().st_size == len(TEXT) and time.monotonic() < until:
        time.sleep(0.001)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert err.strip() == b""
    assert {file.read_text() for file in files} == {TEXT, FIXED}
    assert leftovers(folder) == []


@posix
@pytest.mark.parametrize("arguments", [["check"], ["check", "--watch"], ["cost"], ["files"]], ids=" ".join)
@pytest.mark.parametrize("wait", [0.15, 0.6])
def test_ctrl_c_at_any_moment(arguments, wait, folder: Path, start) -> None:
    for count in range(400):
        (folder / "prompts" / f"{count}.md").write_text(TEXT * 20)
    process = start(*arguments, start_new_session=True)
    time.sleep(wait)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert b"Traceback" not in err
    assert process.returncode in ((130,) if "--watch" in arguments else (0, 130))
