"""``--output-format jsonl`` to standard output: each file is reported when it is done, and then forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from promptlint.discovery import Candidate, Skipped
from promptlint.many import Done, examined
from promptlint.replay import MOST
from promptlint.reporters.jsonl import Stream
from promptlint.runner import Project, Report, with_project

if TYPE_CHECKING:
    from promptlint.cli._keeping import Witness
    from promptlint.diagnostic import Diagnostic, Severity
    from promptlint.engine import FileReport
    from promptlint.examiner import Examiner

__all__ = ["Streaming"]


class Streaming:
    """Reports on files one after the other.

    Files about which a rule on the whole project may have to say something come last. `errors` say, ready to print, what could
    not be done, `files` is the number of files that were looked at, `worst` the highest severity of what was found. `asked` gives the file with a path, if the run is
    about it. What is written is kept as long as the `witness` knows all that it depends on.
    """

    def __init__(
        self,
        items: Iterable[Candidate | Skipped],
        examiner: Examiner,
        asked: Callable[[str], Candidate | None],
        write: Callable[[str], None],
        witness: Witness,
    ) -> None:
        self.errors: list[str] = []
        self.files = 0
        self.worst: Severity | None = None
        self._texts: list[str] | None = []
        self._length = 0
        self._items = items
        self._examiner = examiner
        self._write = write
        self._stream = Stream(self._own)
        self._held: list[Done] = []
        self._asked = asked
        self._witness = witness

    def run(self, jobs: int, project: Project[Candidate]) -> None:
        """Look at the files, in `jobs` processes, and write."""
        for done in examined(self._items, self._examiner, jobs=jobs, together=1):
            self._witness.take(done)
            outcome = done.outcome
            if outcome.error is not None and outcome.error not in self.errors:
                self.errors.append(outcome.error)
            if outcome.report is not None and outcome.report.facts is not None:
                self._held.append(done)
            elif outcome.report is not None:
                self._say(Report((outcome.report,), others=outcome.others or {}))
            elif outcome.skipped is not None:
                self._say(Report(skipped=(outcome.skipped,)))
        self._finish(project)
        self._put(self._stream.summary())

    def _finish(self, project: Project[Candidate]) -> None:
        files: list[FileReport] = [done.outcome.report for done in self._held if done.outcome.report is not None]
        places: dict[str, Path] = {
            done.item.path: done.item.file for done in self._held if isinstance(done.item, Candidate)
        }
        others = {path: source for done in self._held for path, source in (done.outcome.others or {}).items()}
        files = with_project(files, places, project, self._examiner.facts)
        others |= {file.path: file.document.source for file in files}
        others |= self._examiner.beside(files, others)
        for file in sorted(files, key=lambda each: each.path):
            self._say(Report((file,), others=others))

    def _own(self, path: str) -> Iterable[Diagnostic]:
        """What is found in a file that others refer to, if the run is asked about it."""
        candidate = self._asked(path)
        if candidate is None:
            return ()
        report = self._examiner.outcome(candidate, self._examiner.again(candidate)).report
        return () if report is None else report.diagnostics

    def _say(self, report: Report) -> None:
        self.files += len(report.files)
        for each in report.diagnostics:
            self.worst = each.severity if self.worst is None else max(self.worst, each.severity)
        self._put(self._stream.lines(report))

    def _put(self, text: str) -> None:
        self._write(text)
        self._length += len(text)
        if self._length > MOST or not self._witness.is_whole:
            self._texts = None
        elif self._texts is not None and text:
            self._texts.append(text)

    @property
    def text(self) -> str | None:
        """Everything that was written; None where that was too much to keep, or of no use to a later run."""
        return None if self._texts is None else "".join(self._texts)
