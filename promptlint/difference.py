"""What a change does to prompts: two Reports of the same files at two revisions, compared. Pure.

Prompts belong together by place, by content, or where both changed by how much of the text stayed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final, Literal, TypeAlias

from promptlint.baseline import Baseline, Entry, apply, stale, update
from promptlint.budgets import GROWTH_RULE, RULES, Limit, dollars
from promptlint.config import Config
from promptlint.diagnostic import Confidence, Diagnostic, Severity
from promptlint.engine import PromptReport
from promptlint.estimate import Estimate
from promptlint.facts import head_line
from promptlint.lazy import dataclass, regex
from promptlint.revisions import Revision
from promptlint.rules import load_rules
from promptlint.runner import Report
from promptlint.source import Location

__all__ = ["FIGURES", "Change", "Difference", "Figure", "Figures", "Side", "Status", "Total", "compare", "percent"]

Status: TypeAlias = Literal["added", "removed", "changed", "moved"]
Figure: TypeAlias = Literal["literal", "expected", "usd_input", "usd_per_call", "usd_per_month"]

FIGURES: Final[tuple[Figure, ...]] = ("literal", "expected", "usd_input", "usd_per_call", "usd_per_month")
"""What is compared: literal and expected input tokens, USD per call for the input alone and with the answer, USD per month."""

DECIMALS: Final = 12
"""Decimals of a difference; behind them stands what binary fractions cannot hold."""

_ALIKE: Final = 0.5
"""The part of the text that a prompt must share with another one to be the same prompt under another name."""
_COMMON: Final = 50
"""A line that more prompts than this have says nothing about which belong together."""


@dataclass(frozen=True)
class Figures:
    """What one prompt takes, None where it is not known. Tokens and USD are those of one call, except per month."""

    literal: int
    expected: int
    usd_input: float | None
    usd_per_call: float | None
    usd_per_month: float | None

    @classmethod
    def of(cls, estimate: Estimate) -> Figures:
        """The figures of an Estimate."""
        usd = estimate.usd
        return cls(
            estimate.input.literal,
            estimate.input.expected,
            None if usd is None else usd.input,
            None if usd is None else usd.per_call,
            None if usd is None else usd.per_month,
        )

    def value(self, figure: Figure) -> float | None:
        """One of them by name."""
        known: float | None = getattr(self, figure)
        return known


@dataclass(frozen=True)
class Side:
    """A prompt at one of the revisions. `location` is its first line."""

    path: str
    project_path: str
    report: PromptReport
    location: Location

    @property
    def name(self) -> str:
        """The prompt's name in its file."""
        return self.report.prompt.name

    @cached_property
    def text(self) -> tuple[tuple[str | None, str], ...]:
        """The messages: role and body each."""
        return tuple((message.role, message.text) for message in self.report.prompt.messages)

    @cached_property
    def settings(self) -> str:
        """What is declared beside the text."""
        settings = self.report.prompt.settings
        names = ("model", "max_output_tokens", "temperature", "response_format", "schema", "tools")
        found = ((name, getattr(settings, name)) for name in names)
        return repr([(name, setting.value) for name, setting in found if setting is not None])

    @cached_property
    def figures(self) -> Figures:
        """What it takes."""
        return Figures.of(self.report.estimate)


@dataclass(frozen=True)
class Change:
    """A prompt before and after; None: it is not there. `edited` says that its text, its settings or its figures differ."""

    before: Side | None
    after: Side | None

    @property
    def side(self) -> Side:
        """The later of the two that is there."""
        found = self.after or self.before
        assert found is not None, "one of them is there"
        return found

    @cached_property
    def edited(self) -> bool:
        if self.before is None or self.after is None:
            return True
        before, after = self.before, self.after
        return (before.text, before.settings, before.report.estimate) != (
            after.text,
            after.settings,
            after.report.estimate,
        )

    @cached_property
    def status(self) -> Status | None:
        """What happened to it; None: nothing."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        if (self.before.project_path, self.before.name) != (self.after.project_path, self.after.name):
            return "moved"
        return "changed" if self.edited else None

    def difference(self, figure: Figure) -> float | None:
        """How much more it takes; None where that is not known. What is not there takes nothing."""
        if not self.edited:
            return 0
        before = 0 if self.before is None else self.before.figures.value(figure)
        after = 0 if self.after is None else self.after.figures.value(figure)
        return None if before is None or after is None else round(after - before, DECIMALS)


@dataclass(frozen=True, slots=True)
class Total:
    """A figure summed up over the prompts of which it is known before and after. `unknown` is the number of the others."""

    before: float = 0
    after: float = 0
    unknown: int = 0

    @property
    def difference(self) -> float:
        """How much more they take."""
        return round(self.after - self.before, DECIMALS)


@dataclass(frozen=True)
class Difference:
    """What changed between two Reports.

    `changes` are all prompts of both, by path and name, those too to which nothing happened. `new` are findings that were not
    there before, `fixed` those that are gone, `budgets` what is found about budgets, at the later revision. `to` None is the
    working tree. `notes` say what could not be compared.
    """

    base: Revision
    to: Revision | None
    before: Report
    after: Report
    prompts: tuple[Change, ...]
    new: tuple[Diagnostic, ...]
    fixed: tuple[Entry, ...]
    budgets: tuple[Diagnostic, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The prompts to which something happened."""
        return tuple(each for each in self.prompts if each.status is not None)

    @cached_property
    def edited(self) -> tuple[Change, ...]:
        """The prompts that take, or say, something else than before."""
        return tuple(each for each in self.changes if each.edited)

    @cached_property
    def only_moved(self) -> tuple[Change, ...]:
        """The prompts that stand elsewhere and are the same."""
        return tuple(each for each in self.changes if not each.edited)

    def count(self, status: Status) -> int:
        """How many prompts something happened to."""
        return sum(each.status == status for each in self.prompts)

    def total(self, figure: Figure) -> Total:
        """A figure summed up over all prompts: one call of each, or a month."""
        return _total(self.prompts, figure)

    @cached_property
    def assumptions(self) -> tuple[tuple[str, int], ...]:
        """What the figures of the edited prompts rest on, each with the number of prompts, the most frequent first."""
        counts: Counter[str] = Counter()
        for change in self.edited:
            sides = [side for side in (change.before, change.after) if side is not None]
            counts.update({text for side in sides for text in side.report.estimate.assumptions})
        return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))

    @property
    def fails(self) -> bool:
        """Whether a budget is broken."""
        return any(each.severity is Severity.ERROR for each in self.budgets)


def compare(
    before: Report,
    after: Report,
    config: Callable[[str], Config],
    *,
    base: Revision,
    to: Revision | None = None,
    exists: Callable[[str], bool] = lambda _: True,
    notes: Iterable[str] = (),
) -> Difference:
    """Compare the same prompt files at two revisions.

    Args:
        before: what was found at the revision that is compared with.
        after: what is found now.
        config: gives the configuration that holds for a file by its reported path, at both revisions.
        base: the revision that is compared with.
        to: the later one; None: the working tree.
        exists: whether there is a file now at a path from the project's root.
        notes: what could not be compared.

    """
    prompts = tuple(
        sorted(
            (Change(*pair) for pair in _pairs(_sides(before), _sides(after))),
            key=lambda each: (each.side.path, each.side.name, each.after is None),
        )
    )
    renamed = {
        each.before.project_path: each.after.project_path
        for each in prompts
        if each.before is not None and each.after is not None and not exists(each.before.project_path)
    }
    entries = update(Baseline(), before.files).entries
    known = Baseline(tuple(sorted(replace(entry, path=renamed.get(entry.path, entry.path)) for entry in entries)))
    judged = apply(known, after.files, exists)
    new = [item for file in judged for item in file.diagnostics if item.rule not in RULES]
    fixed = [entry for entry in stale(known, after.files, exists) if entry.rule not in RULES]
    found = [item for item in after.diagnostics if item.rule in RULES]
    found += _growth(prompts, config, base.name)
    return Difference(
        base,
        to,
        before,
        after,
        prompts,
        tuple(sorted(new, key=lambda each: (each.location, each.rule, each.message))),
        tuple(fixed),
        tuple(sorted(found, key=lambda each: (-each.severity, each.location, each.rule, each.message))),
        tuple(notes),
    )


# -- which prompts belong together ------------------------------------------------------------------------------------


def _sides(report: Report) -> list[Side]:
    return [
        Side(file.path, file.project_path, prompt, head_line(file.document, prompt.prompt))
        for file in report.files
        for prompt in file.prompts
    ]


def _pairs(before: Sequence[Side], after: Sequence[Side]) -> Iterator[tuple[Side | None, Side | None]]:
    old, new = list(before), list(after)
    keys: tuple[Callable[[Side], Hashable | None], ...] = (
        lambda side: (side.project_path, side.name, side.text),
        # a prompt that another one was put in front of has another number in its file
        lambda side: (side.project_path, _written(side)) if _written(side) else None,
        lambda side: (side.project_path, side.name),
        lambda side: (side.name, _written(side)) if _written(side) else None,
        _written,
    )
    for key in keys:
        waiting: defaultdict[Hashable, list[Side]] = defaultdict(list)
        for side in old:
            if (found := key(side)) is not None:
                waiting[found].append(side)
        used: set[int] = set()
        rest: list[Side] = []
        for side in new:
            same = waiting.get(key(side))
            if same:
                partner = same.pop(0)
                used.add(id(partner))
                yield partner, side
            else:
                rest.append(side)
        old, new = [side for side in old if id(side) not in used], rest
    for one, other in _alike(old, new):
        old.remove(one)
        new.remove(other)
        yield one, other
    yield from ((side, None) for side in old)
    yield from ((None, side) for side in new)


def _written(side: Side) -> tuple[tuple[str | None, str], ...] | None:
    """The text of a prompt; None where there is none, which says nothing about what belongs together."""
    return side.text if any(text.strip() for _, text in side.text) else None


_PIECE = regex(r"[^.!?\n]*[.!?\n]?")


def _pieces(side: Side) -> Counter[str]:
    """The lines and sentences of a prompt."""
    found = (piece.strip() for _, text in side.text for piece in _PIECE.findall(text))
    return Counter(piece for piece in found if piece)


def _alike(old: Sequence[Side], new: Sequence[Side]) -> list[tuple[Side, Side]]:
    """The prompts that share so much text that one must have become the other; those that share most first."""
    if not old or not new:
        return []
    before, after = [_pieces(side) for side in old], [_pieces(side) for side in new]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, pieces in enumerate(before):
        for piece in pieces:
            holders[piece].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for index, pieces in enumerate(after):
        for piece, times in pieces.items():
            if len(holders[piece]) <= _COMMON:
                for other in holders[piece]:
                    shared[other, index] += len(piece) * min(times, before[other][piece])
    sizes = [[sum(len(piece) * times for piece, times in each.items()) for each in side] for side in (before, after)]
    scores = {pair: 2 * common / (sizes[0][pair[0]] + sizes[1][pair[1]]) for pair, common in shared.items()}
    found: list[tuple[Side, Side]] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for (one, other), score in sorted(scores.items(), key=lambda each: (-each[1], each[0])):
        if score >= _ALIKE and one not in taken[0] and other not in taken[1]:
            taken[0].add(one)
            taken[1].add(other)
            found.append((old[one], new[other]))
    return found


# -- sums -------------------------------------------------------------------------------------------------------------


def _total(changes: Iterable[Change], figure: Figure) -> Total:
    before = after = 0.0
    unknown = 0
    for change in changes:
        one = 0 if change.before is None else change.before.figures.value(figure)
        other = 0 if change.after is None else change.after.figures.value(figure)
        if one is None or other is None:
            unknown += 1
        else:
            before, after = before + one, after + other
    return Total(round(before, DECIMALS), round(after, DECIMALS), unknown)


_MEASURES: Final[Mapping[Figure, str]] = {
    "expected": "input tokens in one call of each",
    "usd_input": "USD for the input of one call of each",
    "usd_per_call": "USD in one call of each",
    "usd_per_month": "USD per month",
}
"""What may not grow, and how it is called."""


def _growth(changes: Iterable[Change], config: Callable[[str], Config], base: str) -> Iterator[Diagnostic]:
    """The budgets of growth that are broken: of each at most one finding, about the figure that grew most."""
    groups: defaultdict[Limit, list[Change]] = defaultdict(list)
    severities: dict[Limit, Severity] = {}
    for change in changes:
        said = config(change.side.path)
        rule = next((each for each in said.active if each.rule.id == GROWTH_RULE), None)
        if said.budgets.growth is not None and rule is not None:
            groups[said.budgets.growth].append(change)
            severities[said.budgets.growth] = rule.severity
    for limit, group in groups.items():
        worst: tuple[float, Figure, Total] | None = None
        for figure in _MEASURES:
            total = _total(group, figure)
            grown = total.difference / total.before if total.before > 0 else 0.0
            # a sum of fractions that did not change may differ in its last digits
            if grown > limit.value + 1e-9 and (worst is None or grown > worst[0]):
                worst = (grown, figure, total)
        if worst is None:
            continue
        grown, figure, total = worst
        most = max(
            (each for each in group if each.after is not None),
            key=lambda each: each.difference(figure) or 0,
        )
        values = {
            "after": _shown(total.after, figure),
            "before": _shown(total.before, figure),
            "figure": _MEASURES[figure],
            "growth": percent(grown),
            "base": base,
            "budget": percent(limit.value),
            "place": limit.place,
        }
        yield _grown(most, severities[limit], values)


def _shown(value: float, figure: Figure) -> str:
    return f"{round(value):,}" if figure == "expected" else dollars(value)


def _grown(change: Change, severity: Severity, values: Mapping[str, str]) -> Diagnostic:
    rule = load_rules()[GROWTH_RULE]
    return Diagnostic(
        rule=rule.id,
        family=rule.family,
        severity=severity,
        confidence=Confidence.HIGH,
        message=re.sub(r"\{(\w+)\}", lambda match: values[match[1]], rule.message),
        location=change.side.location,
        help=rule.help,
        prompt=change.side.name,
    )


def percent(fraction: float) -> str:
    """A fraction as a percentage with at most one decimal, two where it would be 0."""
    text = f"{fraction * 100:,.1f}" if abs(fraction) >= 0.001 else f"{fraction * 100:.2g}"
    return f"{text.removesuffix('.0')} %"
