from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from promptlint.discovery import Candidate, candidates
from promptlint.examiner import Content, Examiner, Result, Setup
from promptlint.workers import AHEAD, PoolError, WorkerDiedError, Workers

from .conftest import put


@pytest.fixture
def items(tmp_path: Path) -> list[Candidate]:
    (tmp_path / "prompts").mkdir()
    for number in range(2 * AHEAD + 2):
        (tmp_path / "prompts" / f"{number:02}.md").write_bytes(f"Summarise report {number}.\n".encode())
    return [each for each in candidates(["prompts"], cwd=tmp_path) if isinstance(each, Candidate)]


def collect(workers: Workers, number: int) -> dict[int, Result | WorkerDiedError]:
    done: dict[int, Result | WorkerDiedError] = {}
    while len(done) < number:
        done |= dict(workers.done())
    return done


def test_another_process_finds_the_same(tmp_path: Path, items: list[Candidate]) -> None:
    setup = Setup(tmp_path, options=(("pedantic", True),))
    workers = Workers(setup, 2)
    workers.start()
    try:
        for number, item in enumerate(items):
            workers.give(number, item)
        done = collect(workers, len(items))
    finally:
        workers.stop()
    examiner = Examiner(setup)
    for number, item in enumerate(items):
        assert done[number] == examiner.result(item, Content(item.file.read_bytes()))


def test_what_a_worker_was_given_that_dies_is_done_by_another(tmp_path: Path, items: list[Candidate]) -> None:
    workers = Workers(Setup(tmp_path), 1)
    workers.start()
    try:
        (process,) = [each.process for each in workers._workers]
        process.kill()
        process.join()
        for number, item in enumerate(items):
            workers.give(number, item)
        done = collect(workers, len(items))
        assert all(isinstance(each, Result) for each in done.values())
    finally:
        workers.stop()
    assert not process.is_alive() and workers._workers == []


DEADLY = """
import os, promptlint.discovery as discovery
read = discovery.read_bytes
discovery.read_bytes = lambda candidate: os._exit(9) if candidate.path == "prompts/{name}" else read(candidate)
"""


@pytest.mark.parametrize("deadly", [0, 5, AHEAD])
def test_only_the_file_at_which_processes_die_is_given_up(
    tmp_path: Path, items: list[Candidate], monkeypatch: pytest.MonkeyPatch, deadly: int
) -> None:
    put(tmp_path, "site/sitecustomize.py", DEADLY.format(name=items[deadly].file.name))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "site"), *sys.path]))
    workers = Workers(Setup(tmp_path), 2)
    workers.start()
    try:
        for number, item in enumerate(items):
            workers.give(number, item)
        done = collect(workers, len(items))
    finally:
        workers.stop()
    died = {number: str(each) for number, each in done.items() if isinstance(each, WorkerDiedError)}
    assert died == {deadly: "the process that examined it ended with code 9"}
    assert len(done) == len(items)


def test_a_file_that_vanishes(tmp_path: Path, items: list[Candidate]) -> None:
    workers = Workers(Setup(tmp_path), 1)
    workers.start()
    try:
        items[0].file.unlink()
        workers.give(0, items[0])
        result = collect(workers, 1)[0]
    finally:
        workers.stop()
    assert isinstance(result, Result)
    assert result.data["skipped"] == ["prompts/00.md", "cannot be read: No such file or directory", False]


def test_where_no_process_can_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", refuse)
    with pytest.raises(PoolError, match="Resource temporarily unavailable"):
        Workers(Setup(tmp_path), 2).start()
