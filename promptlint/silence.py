"""Write comments that silence what is found. Pure: what is read, linted and written is for the caller.

The comments go through the same guard as fixes. Besides, what is sent to the model has to stay the same to the character,
and the comments have to work: what they are for must no longer be reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from promptlint.diagnostic import Diagnostic, Fix
from promptlint.engine import FileReport
from promptlint.formats import WAYS, ignore_here
from promptlint.prompt import Document
from promptlint.rewrite import Candidate, Rewrite, Round
from promptlint.source import Source

__all__ = ["is_silenced_by_comments", "silence"]

_NOT_SILENCED: Final = "meta"
"""The family of rules about comments and about promptlint's own failures: to silence these would be beside the point."""


def is_silenced_by_comments(diagnostic: Diagnostic) -> bool:
    """Whether comments are written for a diagnostic, where the format has any."""
    return diagnostic.family != _NOT_SILENCED


def silence(
    report: FileReport,
    read: Callable[[Source], Document],
    lint: Callable[[Document], FileReport],
    reason: str = "",
) -> Rewrite:
    """Silence everything that is reported of a file, as far as its format has comments that are not sent to the model.

    Args:
        report: of the file as it is.
        read: reads the file in the format that it was read in.
        lint: lints it with its configuration.
        reason: what the comments give as reason.

    """
    before = report.document.source
    silenced: list[Diagnostic] = []
    for way in WAYS:
        found = [each for each in report.diagnostics if is_silenced_by_comments(each)]
        groups: dict[int, list[Diagnostic]] = {}
        fixes: dict[int, Fix] = {}
        for index, fix in sorted(ignore_here(report.document, found, reason, way).items()):
            fixes[id(fix)] = fix
            groups.setdefault(id(fix), []).append(found[index])
        if not groups:
            continue
        done = _Silencing(report, read, lint, groups)
        done.run([(group[0], fixes[key]) for key, group in groups.items()])
        silenced += [each for _, fix in done.kept for each in groups[id(fix)]]
        report = done.report
    return Rewrite(before, report, silenced=tuple(silenced))


class _Silencing(Round):
    """A round of comments, each of which is for a group of diagnostics."""

    def __init__(
        self,
        report: FileReport,
        read: Callable[[Source], Document],
        lint: Callable[[Document], FileReport],
        groups: dict[int, list[Diagnostic]],
    ) -> None:
        super().__init__(report, read, lint)
        self.groups = groups

    def objection(self, report: FileReport, some: Sequence[Candidate]) -> str | None:
        """Besides new errors: text that would be sent, and findings that the comments would not silence."""
        reason = super().objection(report, some)
        if reason is not None:
            return reason
        if _sent(report.document) != _sent(self.start.document):
            return "the model would get another text"
        meant = Counter(each.rule for _, fix in (*self.kept, *some) for each in self.groups[id(fix)])
        allowed = _rules(self.start) - meant
        return "the comment would not silence it" if _rules(report) - allowed else None


def _rules(report: FileReport) -> Counter[str]:
    return Counter(each.rule for each in report.diagnostics)


def _sent(document: Document) -> list[list[str]]:
    return [[message.literal for message in prompt.messages] for prompt in document.prompts]
