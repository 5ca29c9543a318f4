from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from promptlint.cli import _watching, run
from promptlint.cli._watching import INTERVAL, SHARE, observe, stamps


def test_stamps_follow_every_kind_of_change(tmp_path: Path) -> None:
    seen = [stamps([tmp_path])]
    file = tmp_path / "a" / "b.md"
    file.parent.mkdir()
    file.write_text("one")
    seen.append(stamps([tmp_path]))
    file.write_text("longer")
    seen.append(stamps([tmp_path]))
    file.rename(file.with_name("c.md"))
    seen.append(stamps([tmp_path]))
    file.with_name("c.md").unlink()
    seen.append(stamps([tmp_path]))
    assert seen[0] == seen[4]
    assert len({tuple(each.items()) for each in seen}) == 4


def test_what_is_not_looked_at_and_what_is_written_are_left_out(tmp_path: Path) -> None:
    for name in (".git/index", "node_modules/a.md", "out.sarif", ".github/a.md", "a.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    found = stamps([tmp_path, tmp_path / "missing"], {str(tmp_path / "out.sarif")})
    assert {Path(path).relative_to(tmp_path).as_posix() for path in found} == {".github/a.md", "a.md"}


class EndedError(Exception):
    pass


def test_the_loop_runs_once_and_then_for_every_change() -> None:
    looks = iter([0, 0, 0, 1, 1, 1, 2, 2])  # a change is seen, and looked at again before the job
    log: list[object] = []

    def look():
        try:
            return {"a": (next(looks), 0)}
        except StopIteration:
            raise EndedError from None

    with pytest.raises(EndedError):
        observe(lambda: log.append("job"), look, sleep=log.append, clock=lambda: 0.0)
    assert log == ["job", INTERVAL, INTERVAL, "job", INTERVAL, "job"]


def test_a_change_during_the_job_is_not_missed() -> None:
    state = {"a": (0, 0)}
    jobs: list[int] = []

    def job() -> None:
        jobs.append(len(jobs))
        if len(jobs) == 1:
            state["a"] = (1, 0)
        elif len(jobs) == 2:
            raise EndedError

    with pytest.raises(EndedError):
        observe(job, lambda: dict(state), sleep=lambda _: None)
    assert jobs == [0, 1]


def test_a_slow_look_makes_a_longer_pause() -> None:
    times = iter([0.0, 2.0])
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        raise EndedError

    with pytest.raises(EndedError):
        observe(lambda: None, dict, sleep=sleep, clock=lambda: next(times))
    assert pauses == [2.0 * SHARE]


@pytest.mark.parametrize("arguments", [["--fix"], ["--diff"], ["--fix-only"], ["-"], ["--add-ignore=reason"]])
def test_what_does_not_go_with_it(invoke, arguments: list[str]) -> None:
    outcome = invoke("check", "--watch", *arguments)
    assert outcome.code == 2 and "--watch" in outcome.err


def test_check_again_after_a_change_and_control_c(invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path("prompts", "a.md")
    file.parent.mkdir()
    file.write_text("Name the capital of France in one word.\n", "utf-8")
    changes = iter([lambda: file.write_text("In order to win, name the capital in one word.\n", "utf-8"), None])

    def sleep(_: float) -> None:
        change = next(changes)
        if change is None:
            raise KeyboardInterrupt
        change()

    original = _watching.observe
    monkeypatch.setattr(_watching, "observe", lambda job, look: original(job, look, sleep=sleep))
    outcome = invoke("check", "--watch", "--output-format", "concise", "--output-format", "json:out.json")
    assert outcome.code == 130
    assert outcome.out.count("Looked at 1 file") == 2
    assert outcome.out.count("verbose-phrase") == 1
    assert outcome.err.count("Ctrl-C") == 2
    assert "\x1b" not in outcome.out  # only a terminal is cleared


def test_wrong_configuration_does_not_end_it(invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("promptlint.toml").write_text("selct = []\n", "utf-8")
    steps = iter([lambda: Path("promptlint.toml").write_text("", "utf-8"), None])

    def sleep(_: float) -> None:
        step = next(steps)
        if step is None:
            raise KeyboardInterrupt
        step()

    original = _watching.observe
    monkeypatch.setattr(_watching, "observe", lambda job, look: original(job, look, sleep=sleep))
    outcome = invoke("check", "--watch")
    assert outcome.code == 130
    assert "promptlint.toml:1:1" in outcome.err and "no prompt files found" in outcome.err


if sys.platform != "win32":

    def test_an_interrupt_ends_a_process_with_130(start) -> None:
        process = start("check", "--watch")
        heard = threading.Event()
        threading.Thread(target=lambda: (process.stderr.readline(), heard.set()), daemon=True).start()
        assert heard.wait(60)
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert b"Traceback" not in err


def test_without_it_nothing_is_watched() -> None:
    assert run(["check", "--quiet"]) == 0
