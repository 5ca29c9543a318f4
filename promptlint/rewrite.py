"""Lint, fix, lint again until nothing changes any more. Pure: what is read, linted and written is for the caller.

A fix after which the file would not be read as before (`promptlint.guard`), or would have a new error, is left out, named,
and keeps no other fix from being applied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from promptlint.diagnostic import Applicability, Diagnostic, Fix, Severity
from promptlint.engine import FileReport
from promptlint.fixes import apply_fixes, compatible
from promptlint.guard import guard
from promptlint.lazy import dataclass
from promptlint.prompt import Document
from promptlint.source import Source

__all__ = ["Candidate", "Dropped", "Rewrite", "Round", "rewrite"]

MAX_ROUNDS: Final = 20
"""Rounds after which fixes that keep making room for others are given up."""

MAX_TRIES: Final = 200
"""Times that a round reads a file anew to find the fixes that break it; each of them costs about twice the logarithm of all."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A diagnostic whose fix is not applied, and why. Its place is one in the text that the rewrite ends with."""

    diagnostic: Diagnostic
    fix: Fix
    reason: str


@dataclass(frozen=True)
class Rewrite:
    """What fixing made of one file.

    `report` is of the text with the fixes, `fixed` are the diagnostics that they dealt with, with their places in the
    text as it was when their turn came, `silenced` those that a new comment silences (`promptlint.silence`). `stable` says
    that another run would change nothing.
    """

    before: Source
    report: FileReport
    fixed: tuple[Diagnostic, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    stable: bool = True
    silenced: tuple[Diagnostic, ...] = ()

    @property
    def after(self) -> Source:
        """The file with the fixes."""
        return self.report.document.source

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.before.text != self.after.text


def rewrite(
    report: FileReport,
    read: Callable[[Source], Document],
    lint: Callable[[Document], FileReport],
    *,
    unsafe: bool = False,
) -> Rewrite:
    """Apply the safe fixes (with `unsafe` those too that a person should look at) of a file until no more can be applied.

    Args:
        report: of the file as it is.
        read: reads the file in the format that it was read in.
        lint: lints it with its configuration.
        unsafe: whether to apply unsafe fixes.

    """
    before = report.document.source
    fixed: list[Diagnostic] = []
    for _ in range(MAX_ROUNDS):
        done = Round(report, read, lint)
        done.run(_fixable(report, unsafe=unsafe))
        if not done.kept:
            return Rewrite(before, _without(report, done.dropped), tuple(fixed), tuple(done.dropped))
        fixed += [diagnostic for diagnostic, _ in done.kept]
        report = done.report
    return Rewrite(before, report, tuple(fixed), stable=False)


Candidate = tuple[Diagnostic, Fix]


def _fixable(report: FileReport, *, unsafe: bool) -> list[Candidate]:
    wanted = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}
    source = report.document.source
    return [
        (each, each.fix)
        for each in report.diagnostics
        if each.fix is not None
        and each.fix.applicability in wanted
        and all(edit.location.path == source.path for edit in each.fix.edits)
        and any(edit.replacement != source.slice(edit.location.span) for edit in each.fix.edits)
    ]


def _without(report: FileReport, dropped: Sequence[Dropped]) -> FileReport:
    """The report without the fixes that turned out to be none."""
    if not dropped:
        return report
    broken = {id(each.diagnostic) for each in dropped}
    kept = (replace(each, fix=None, saving=None) if id(each) in broken else each for each in report.diagnostics)
    return replace(report, diagnostics=tuple(kept))


class Round:
    """The fixes of one report, applied together as far as they go together and the file stays what it is."""

    def __init__(
        self, report: FileReport, read: Callable[[Source], Document], lint: Callable[[Document], FileReport]
    ) -> None:
        self.start = self.report = report
        self.read, self.lint = read, lint
        self.kept: list[Candidate] = []
        self.dropped: list[Dropped] = []
        self.tries = 0

    def run(self, candidates: Sequence[Candidate]) -> None:
        """Take what can be taken. What clashes with it has its turn in the next round."""
        while candidates:
            chosen = {id(fix) for fix in compatible([fix for _, fix in candidates], [fix for _, fix in self.kept])}
            self._take([each for each in candidates if id(each[1]) in chosen])
            candidates = [each for each in candidates if id(each[1]) not in chosen] if chosen else []

    def _take(self, group: Sequence[Candidate]) -> None:
        """Add a group of fixes; if it does not go, its halves, down to the single fixes that have to be left out."""
        waiting = [group] if group else []
        while waiting:
            some = waiting.pop()
            reason = self._try(some)
            if reason is None:
                self.kept += some
            elif len(some) == 1:
                ((diagnostic, fix),) = some
                self.dropped.append(Dropped(diagnostic, fix, reason))
            else:
                middle = len(some) // 2
                waiting += (some[middle:], some[:middle])

    def _try(self, some: Sequence[Candidate]) -> str | None:
        """Why these fixes cannot be added to those that are kept; None: they can, and the report is that of the result."""
        if self.tries == MAX_TRIES:
            return "not tried, too many fixes of this file cannot be applied"
        self.tries += 1
        fixes = [fix for _, fix in (*self.kept, *some)]
        document = self.start.document
        source = document.source
        after = self.read(replace(source, text=apply_fixes(source.text, fixes)))
        reason = guard(document, after, fixes)
        if reason is not None:
            return reason
        report = self.lint(after)
        reason = self.objection(report, some)
        if reason is None:
            self.report = report
        return reason

    def objection(self, report: FileReport, some: Sequence[Candidate]) -> str | None:  # noqa: ARG002 - for subclasses
        """What speaks against adding `some` to the fixes that are kept, given the report of the result."""
        new = _errors(report) - _errors(self.start)
        return f"the file would have an error ({min(new)})" if new else None


def _errors(report: FileReport) -> Counter[str]:
    everything = (*report.diagnostics, *report.suppressed, *report.hidden, *report.baselined)
    return Counter(each.rule for each in everything if each.severity is Severity.ERROR)
