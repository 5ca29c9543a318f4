"""Processes that examine files. They are started as the platform starts a fresh program, so that it is the same everywhere.

Only the parent writes to the terminal and to files that people own. What a worker that dies was given is done by another one,
file by file: one at which that dies, too, is given up.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from typing import Final

from promptlint.discovery import Candidate, Skipped, read_bytes
from promptlint.examiner import BYTES_TOGETHER, Content, Examiner, Result, Setup, unread
from promptlint.lazy import dataclass

__all__ = ["PoolError", "WorkerDiedError", "Workers"]

AHEAD: Final = 32
"""Files that a worker is given at a time, so that it never waits for the next ones."""

_TOGETHER: Final = 16
"""Files that a worker reads before it lints the first of them (see `Examiner.results`)."""

_GARBAGE: Final = 200_000
"""New objects that may be kept before garbage is looked for: by default it is looked for some dozen times in each file, and found in few."""

_READY: Final = "ready"


class PoolError(Exception):
    """Processes cannot be started here."""


class WorkerDiedError(Exception):
    """The process that was at work on a file ended."""


@dataclass(frozen=True, slots=True)
class _Task:
    """A file to examine. `alone`: without others, for a process that was given it together with others ended."""

    number: int
    candidate: Candidate
    alone: bool = False


@dataclass(slots=True, eq=False)
class _Worker:
    process: SpawnProcess
    connection: Connection
    given: dict[int, _Task] = field(default_factory=dict)


class Workers:
    """Examines files in `number` processes. Files are told apart by the number that `give` is called with.

    Raises:
        PoolError: on entering, where processes cannot be started.
    """

    def __init__(self, setup: Setup, number: int) -> None:
        self._setup = setup
        self._number = number
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._waiting: deque[_Task] = deque()

    def start(self) -> None:
        """Start the processes, and wait until the first of them is up.

        Raises:
            PoolError: none can be started.
        """
        with _deaf_to_interrupts():
            self._workers = [self._started() for _ in range(self._number)]
        first = self._workers[0]
        try:
            is_up = first.connection.recv() == _READY
        except (EOFError, OSError):
            is_up = False
        if not is_up:
            self.stop()
            raise PoolError("processes cannot be started here")

    def _started(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self._setup), daemon=True)
        try:
            process.start()
        except OSError as error:
            self.stop()
            raise PoolError(str(error)) from None
        finally:
            theirs.close()
        return _Worker(process, ours)

    def give(self, number: int, candidate: Candidate) -> None:
        """Have a file examined."""
        self._waiting.append(_Task(number, candidate))
        self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting:
            worker = min(self._workers, key=lambda each: len(each.given))
            if len(worker.given) >= AHEAD:
                return
            self._send(worker, self._waiting.popleft())

    def _send(self, worker: _Worker, task: _Task) -> None:
        worker.given[task.number] = task
        with contextlib.suppress(OSError):  # it died, which `done` is told
            worker.connection.send(task)

    def done(self) -> Iterator[tuple[int, Result | WorkerDiedError]]:
        """Wait until something is done, and give it. WorkerDiedError stands for a file whose process ended.

        Raises:
            Exception: what went wrong inside, where the setup lets it through.
        """
        ready = wait([worker.connection for worker in self._workers])
        for worker in [each for each in self._workers if each.connection in ready]:
            try:
                message = worker.connection.recv()
            except (EOFError, OSError):
                yield from self._replaced(worker)
                continue
            if message == _READY:
                continue
            if isinstance(message, Exception):
                raise message
            del worker.given[message[0]]
            yield message
        self._hand_out()

    def _replaced(self, worker: _Worker) -> Iterator[tuple[int, WorkerDiedError]]:
        worker.process.join()
        worker.connection.close()
        self._workers.remove(worker)
        with _deaf_to_interrupts():
            self._workers.append(self._started())
        left = list(worker.given.values())
        if left and left[0].alone:
            yield left.pop(0).number, WorkerDiedError(_ended(worker.process.exitcode))
        self._waiting.extendleft(replace(task, alone=True) for task in reversed(left))

    def stop(self) -> None:
        """End the processes at once, whatever they are doing."""
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()
        self._workers = []


def _ended(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return f"the process that examined it was ended by {signal.Signals(-code).name}"
    return f"the process that examined it ended with code {code}"


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Have processes that are started meanwhile ignore Ctrl-C from their first moment: the parent ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(connection: Connection, setup: Setup) -> None:
    """What a worker does: examine what it is given, until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(_GARBAGE)
    with contextlib.suppress(EOFError, OSError):
        examiner = Examiner(setup)
        connection.send(_READY)
        tasks: SimpleQueue[_Task | None] = SimpleQueue()
        # so that the parent, which may have much to give, never waits for a worker that waits for it
        threading.Thread(target=_receive, args=(connection, tasks), daemon=True).start()
        for group in _groups(tasks, connection):
            try:
                results = examiner.results((task.candidate, content) for task, content in group)
                for (task, _), result in zip(group, results, strict=True):
                    connection.send((task.number, _without_lines(result)))
            except Exception as error:  # noqa: BLE001 - only in a debugged run, which the parent ends
                connection.send(error)
                return


def _receive(connection: Connection, tasks: SimpleQueue[_Task | None]) -> None:
    """Take what is given; None when there is nobody any more to give something, or it cannot be taken."""
    try:
        with contextlib.suppress(EOFError, OSError):
            while True:
                tasks.put(connection.recv())
    finally:
        tasks.put(None)


def _groups(tasks: SimpleQueue[_Task | None], connection: Connection) -> Iterator[list[tuple[_Task, Content]]]:
    """What is given: as many files as are there and are examined together. What cannot be read is answered at once."""
    alone: _Task | None = None
    while True:
        group: list[tuple[_Task, Content]] = []
        size = 0
        while not group or (len(group) < _TOGETHER and size < BYTES_TOGETHER and not tasks.empty()):
            task, alone = alone or tasks.get(), None
            if task is None:
                return
            if task.alone and group:
                alone = task
                break
            data = read_bytes(task.candidate)
            if isinstance(data, Skipped):
                connection.send((task.number, unread(data)))
                continue
            group.append((task, Content(data)))
            size += len(data)
            if task.alone:
                break
        yield group


def _without_lines(result: Result) -> Result:
    """A result as it is sent: a Source remembers where its lines start."""
    source = result.source
    return replace(result, source=replace(source)) if source is not None and source.__dict__ else result
