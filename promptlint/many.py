"""Many files: in the order of their paths, by as many processes as are of use, with what earlier runs found out.

How many processes there are and what the cache knows changes nothing in what is said. Nothing is kept of a file that is done
but what is said about it, and files wait for their turn in a window of fixed size.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from promptlint.discovery import Candidate, Skipped, examine, read_bytes
from promptlint.engine import FileReport
from promptlint.examiner import BYTES_TOGETHER, Content, Examiner, Outcome, Result, unread
from promptlint.lazy import dataclass
from promptlint.runner import Fixing, Known, Project, Report, check, concluded, disk, with_project
from promptlint.source import Source, one_line

if TYPE_CHECKING:
    from promptlint.rewrite import Rewrite
    from promptlint.workers import Workers

__all__ = ["ALONE", "Done", "check_many", "examined", "usable_cores"]

ALONE: Final = 40
"""Files that have to be examined before other processes are started for them: to start one takes as long as some dozens."""

_WINDOW: Final = 400
"""Files that wait for their turn to be reported."""

_TOGETHER: Final = 200
"""Files that this process reads before it lints the first of them: what each step needs stays in the processor's caches."""


def usable_cores() -> int:
    """How many processes can work at a time."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Done:
    """A file that is done: the candidate, what was found out, and what there is to say. A Skipped was none to begin with."""

    item: Candidate | Skipped
    result: Result
    outcome: Outcome


@dataclass(slots=True)
class _Place:
    """A file's place in the window; `result` is None while it is examined, `content` what this process will examine."""

    number: int
    item: Candidate | Skipped
    result: Result | None = None
    content: Content | None = None


_NOTHING: Final = Result(None, {})


class _Line:
    """Files in the order in which they are reported."""

    def __init__(self, examiner: Examiner, jobs: int, alone: int, together: int) -> None:
        self._examiner = examiner
        self._jobs = jobs
        self._alone = alone
        self._together = together
        self._places: deque[_Place] = deque()
        self._open: dict[int, _Place] = {}
        self._workers: Workers | None = None
        self._bytes = 0
        self._here: Iterator[tuple[_Place, Result]] = iter(())

    def run(self, items: Iterable[Candidate | Skipped]) -> Iterator[_Place]:
        for number, item in enumerate(items):
            self._enter(_Place(number, item))
            if len(self._open) > self._alone and self._workers is None and self._jobs > 1:
                self._start()
            full = self._is_full
            while self._places and (full or self._places[0].result is not None or len(self._places) >= _WINDOW):
                yield self._first()
        while self._places:
            yield self._first()

    def _enter(self, place: _Place) -> None:
        self._places.append(place)
        if isinstance(place.item, Skipped):
            place.result = _NOTHING
            return
        known = self._examiner.known(place.item)
        if isinstance(known, Result):
            place.result = known
            return
        self._open[place.number] = place
        if self._workers is not None:
            self._workers.give(place.number, place.item)
        elif self._jobs == 1:
            place.content = known
            self._bytes += len(known.data)

    @property
    def _is_full(self) -> bool:
        """Whether as many files wait for this process as it examines together."""
        return self._jobs == 1 and (len(self._open) >= self._together or self._bytes >= BYTES_TOGETHER)

    def _start(self) -> None:
        from promptlint.workers import PoolError, Workers  # a short run does without

        workers = Workers(self._examiner.setup, self._jobs)
        try:
            workers.start()
        except PoolError:
            self._jobs = 1
            return
        self._workers = workers
        for place in list(self._open.values()):
            assert isinstance(place.item, Candidate), "nothing else is examined"
            workers.give(place.number, place.item)

    def _first(self) -> _Place:
        """The first file in the line, when it is done."""
        place = self._places[0]
        while place.result is None:
            if self._workers is None:
                done = next(self._here, None)
                if done is None:
                    self._here = self._examined()
                else:
                    self._finish(*done)
                continue
            for number, result in self._workers.done():
                other = self._open[number]
                assert isinstance(other.item, Candidate), "nothing else is examined"
                self._finish(other, result if isinstance(result, Result) else self._examiner.failed(other.item, result))
        return self._places.popleft()

    def _examined(self) -> Iterator[tuple[_Place, Result]]:
        """The next open files, examined by this process."""
        places: list[_Place] = []
        files: list[tuple[Candidate, Content]] = []
        size = 0
        for place in list(self._open.values()):
            assert isinstance(place.item, Candidate), "nothing else is examined"
            content = place.content
            if content is None:
                data = read_bytes(place.item)
                if isinstance(data, Skipped):
                    yield place, unread(data)
                    continue
                content = Content(data)
            places.append(place)
            files.append((place.item, content))
            size += len(content.data)
            if len(places) >= self._together or size >= BYTES_TOGETHER:
                break
        yield from zip(places, self._examiner.results(files, here=True), strict=True)

    def _finish(self, place: _Place, result: Result) -> None:
        place.result = result
        del self._open[place.number]
        if place.content is not None:
            self._bytes -= len(place.content.data)
            place.content = None

    def stop(self) -> None:
        if self._workers is not None:
            self._workers.stop()


def examined(
    items: Iterable[Candidate | Skipped],
    examiner: Examiner,
    *,
    jobs: int = 1,
    alone: int | None = None,
    together: int | None = None,
) -> Iterator[Done]:
    """Every item with what there is to say about it, one after the other in their order.

    Args:
        items: what was found, gone through as files are done.
        examiner: for the files that this process looks at itself.
        jobs: how many processes may be at work.
        alone: how many files this process examines itself before others are started, by default `ALONE`.
        together: how many files this process reads before it lints the first of them, by default `_TOGETHER`.

    """
    line = _Line(examiner, jobs, ALONE if alone is None else alone, _TOGETHER if together is None else together)
    try:
        for place in line.run(items):
            item, result = place.item, place.result
            assert result is not None, "the line gives what is done"
            if isinstance(item, Skipped):
                error = f"{one_line(item.path)}: {item.reason}" if item.named else None
                yield Done(item, result, Outcome(skipped=item, error=error))
            else:
                yield Done(item, result, examiner.outcome(item, result))
    finally:
        line.stop()


def check_many(
    items: Iterable[Candidate | Skipped],
    examiner: Examiner,
    *,
    jobs: int = 1,
    fixing: Fixing | None = None,
    known: Known | None = None,
    project: Project[Candidate] | None = None,
    listen: Callable[[Done], None] | None = None,
) -> Report:
    """Lint every file that was found, and with `fixing` fix it.

    Args:
        items: what was found, gone through as files are done.
        examiner: for the files that this process looks at itself.
        jobs: how many processes may be at work. This one alone writes fixed files.
        fixing: how files are fixed; None: they are not.
        known: what is not to be reported, and not to be fixed.
        project: for the rules that look at whole projects, which are silent without it.
        listen: is told of each file that is done, before anything is fixed.

    """
    run = _Run(examiner)
    for done in examined(items, examiner, jobs=jobs):
        run.take(done, keep=fixing is not None)
        if listen is not None:
            listen(done)
    rewrites = run.fix(fixing, known) if fixing is not None else ()
    files = with_project(list(run.files.values()), run.places, project, examiner.facts)
    others = {**run.others, **examiner.beside(files, run.others)} if project is not None else run.others
    return concluded(files, skipped=run.skipped, errors=run.errors, others=others, rewrites=rewrites, known=known)


class _Run:
    """What has been found so far."""

    def __init__(self, examiner: Examiner) -> None:
        self._examiner = examiner
        self.files: dict[str, FileReport] = {}
        self.places: dict[str, str] = {}
        self.skipped: list[Skipped] = []
        self.errors: list[str] = []
        self.others: dict[str, Source] = {}
        self._done: list[Done] = []

    def take(self, done: Done, *, keep: bool) -> None:
        """Note what there is to say about a file; with `keep` also what it takes to fix it."""
        item, outcome = done.item, done.outcome
        if outcome.error is not None:
            self.errors.append(outcome.error)
        if outcome.skipped is not None:
            self.skipped.append(outcome.skipped)
        if outcome.report is None or isinstance(item, Skipped):
            return
        self.files[item.path] = outcome.report
        self.places[item.path] = item.place
        self.others.update(outcome.others or {})
        if keep:
            self._done.append(done)

    def fix(self, fixing: Fixing, known: Known | None) -> tuple[Rewrite, ...]:
        """Fix the files in which something was found, each as it is now, and look again at those that read a changed one."""
        chosen, setup = self._examiner.chosen, self._examiner.setup
        todo = [each.item for each in self._done if each.result.fixable and isinstance(each.item, Candidate)]
        found = (examine(item, chosen.formats_of) for item in todo)
        report = check(
            (target for target in found if target is not None),
            chosen.for_file,
            disk(setup.cwd),
            debug=setup.debug,
            fixing=fixing,
            project_path=self._examiner.projects.path,
            known=known,
            before=tuple(self.files.values()),
        )
        for item in todo:
            del self.files[item.path]
        self.files |= {file.path: file for file in report.files}
        self.skipped += report.skipped
        self.errors += report.errors
        self.others.update(report.others)
        changed = {os.path.normpath(setup.cwd / each.before.path) for each in report.rewrites if each.changed}
        done_already = {item.path for item in todo}
        for each in self._done:
            read = {os.path.normpath(setup.cwd / path) for path in each.result.seen}
            if isinstance(each.item, Candidate) and each.item.path not in done_already and read & changed:
                again = self._examiner.again(each.item)
                self.take(Done(each.item, again, self._examiner.outcome(each.item, again)), keep=False)
        return report.rewrites
