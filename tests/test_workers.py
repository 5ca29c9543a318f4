from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from pickle import UnpicklingError
from queue import SimpleQueue
from typing import Any, NoReturn, cast

import pytest

from promptlint.discovery import Candidate, candidates
from promptlint.examiner import Content, Examiner, Result, Setup
from promptlint.workers import AHEAD, PoolError, WorkerDiedError, Workers, _receive


@pytest.fixture
def items(tmp_path: Path) -> list[Candidate]:
    (tmp_path / "prompts").mkdir()
    for number in range(2 * AHEAD + 2):
        (tmp_path / "prompts" / f"{number:02}.md").write_bytes(f"Summarise report {number}.\n".encode())
    return [each for each in candidates(["prompts"], cwd=tmp_path) if isinstance(each, Candidate)]


@contextmanager
def working(setup: Setup, number: int) -> Iterator[Workers]:
    """Workers at work, which are ended."""
    workers = Workers(setup, number)
    workers.start()
    try:
        yield workers
    finally:
        workers.stop()


def examined(workers: Workers, items: Iterable[Candidate]) -> dict[int, Result | WorkerDiedError]:
    """What workers say of files, by their numbers."""
    given = list(enumerate(items))
    for number, item in given:
        workers.give(number, item)
    done: dict[int, Result | WorkerDiedError] = {}
    while len(done) < len(given):
        done |= dict(workers.done())
    return done


def test_another_process_finds_the_same(tmp_path: Path, items: list[Candidate]) -> None:
    setup = Setup(tmp_path, options=(("pedantic", True),))
    with working(setup, 2) as workers:
        done = examined(workers, items)
    examiner = Examiner(setup)
    for number, item in enumerate(items):
        assert done[number] == examiner.result(item, Content(item.file.read_bytes()))


def test_what_a_worker_was_given_that_dies_is_done_by_another(tmp_path: Path, items: list[Candidate]) -> None:
    with working(Setup(tmp_path), 1) as workers:
        (process,) = [each.process for each in workers._workers]
        process.kill()
        process.join()
        done = examined(workers, items)
        assert all(isinstance(each, Result) for each in done.values())
    assert not process.is_alive() and workers._workers == []


@pytest.mark.parametrize("number", [0, 5, AHEAD])
def test_only_the_file_at_which_processes_die_is_given_up(
    tmp_path: Path, items: list[Candidate], deadly: Callable[[str], None], number: int
) -> None:
    deadly(items[number].path)
    with working(Setup(tmp_path), 2) as workers:
        done = examined(workers, items)
    died = {at: str(each) for at, each in done.items() if isinstance(each, WorkerDiedError)}
    assert died == {number: "the process that examined it ended with code 9"}
    assert len(done) == len(items)


def test_who_waits_for_files_is_told_when_none_can_come() -> None:
    class Broken:
        def recv(self) -> NoReturn:
            raise UnpicklingError

    tasks: SimpleQueue[Any] = SimpleQueue()
    with pytest.raises(UnpicklingError):
        _receive(cast("Connection", Broken()), tasks)
    assert tasks.get_nowait() is None


def test_a_file_that_vanishes(tmp_path: Path, items: list[Candidate]) -> None:
    with working(Setup(tmp_path), 1) as workers:
        items[0].file.unlink()
        result = examined(workers, items[:1])[0]
    assert isinstance(result, Result)
    assert result.data["skipped"] == ["prompts/00.md", "cannot be read: No such file or directory", False]


def test_where_no_process_can_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", refuse)
    with pytest.raises(PoolError, match="Resource temporarily unavailable"):
        Workers(Setup(tmp_path), 2).start()
