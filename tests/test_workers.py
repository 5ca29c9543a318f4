from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.discovery import Candidate, candidates
from promptlint.examiner import Content, Examiner, Result, Setup
from promptlint.workers import AHEAD, PoolError, WorkerDiedError, Workers


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


def test_a_worker_that_dies_costs_one_file(tmp_path: Path, items: list[Candidate]) -> None:
    workers = Workers(Setup(tmp_path), 1)
    workers.start()
    try:
        (process,) = [each.process for each in workers._workers]
        process.kill()
        process.join()
        for number, item in enumerate(items):
            workers.give(number, item)
        done = collect(workers, len(items))
        died = {number: each for number, each in done.items() if isinstance(each, WorkerDiedError)}
        assert list(died) == [0]
        assert str(died[0]).startswith("the process that examined it ")
    finally:
        workers.stop()
    assert not process.is_alive() and workers._workers == []


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
