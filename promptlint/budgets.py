"""Budgets: what prompts may take at most, as ``[budgets]`` in the configuration says, and which of them are broken.

Pure. A figure that is not known breaks no budget and keeps none either: it is reported as one that cannot be checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from promptlint.formats._own import matches
from promptlint.lazy import dataclass, regex

if TYPE_CHECKING:
    from promptlint.estimate import Estimate

__all__ = [
    "FOLDER_KEYS",
    "FOLDER_RULE",
    "GROWTH",
    "GROWTH_RULE",
    "KEYS",
    "NO_BUDGETS",
    "RULES",
    "UNCHECKED_RULE",
    "Broken",
    "Budgets",
    "FolderBudget",
    "Limit",
    "Unit",
    "dollars",
    "folder_broken",
    "prompt_broken",
    "unknown_cost",
]

TOKENS_RULE: Final = "over-token-budget"
COST_RULE: Final = "over-cost-budget"
FOLDER_RULE: Final = "over-folder-budget"
GROWTH_RULE: Final = "over-growth-budget"
UNCHECKED_RULE: Final = "unchecked-budget"
RULES: Final = (TOKENS_RULE, COST_RULE, FOLDER_RULE, GROWTH_RULE, UNCHECKED_RULE)
"""The rules of the family ``budget``."""

KEYS: Final = ("tokens-per-call", "usd-per-call", "usd-per-month", "growth", "folders")
"""The keys of ``[budgets]``."""

FOLDER_KEYS: Final = ("tokens-per-call", "usd-per-month")
"""The keys of a table of ``[budgets.folders]``."""

GROWTH: Final = regex(r"\s*(\d+(?:\.\d+)?)\s*%\s*")
"""What a growth looks like: ``5%``, ``2.5 %``."""

Unit: TypeAlias = Literal["call", "month"]


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that something may take: tokens, USD, or for growth a fraction. `place` is where the configuration says so."""

    value: float
    place: str = ""


@dataclass(frozen=True, slots=True)
class FolderBudget:
    """What all prompts together may take in the files that a pattern (syntax of .gitignore) matches, relative to `folder`.

    `tokens_per_call` is about one call of each prompt.
    """

    pattern: str
    tokens_per_call: Limit | None = None
    usd_per_month: Limit | None = None
    folder: Path = Path()

    def holds(self, file: Path) -> bool:
        """Whether a file, whose path is absolute, counts."""
        return matches((self.pattern,), self.folder, file)


@dataclass(frozen=True, slots=True)
class Budgets:
    """What holds for the prompts of a file; None: nothing is limited.

    `tokens_per_call` are tokens that are sent (expected), `growth` is the fraction by which all prompts together may take
    more than at another revision. `folders` are the budgets that the file counts towards.
    """

    tokens_per_call: Limit | None = None
    usd_per_call: Limit | None = None
    usd_per_month: Limit | None = None
    growth: Limit | None = None
    folders: tuple[FolderBudget, ...] = ()

    def over(self, below: Budgets) -> Budgets:
        """These budgets on top of others, key by key and folder by folder."""
        said = {each.name: value for each in fields(self) if (value := getattr(self, each.name)) is not None}
        own = {each.pattern: each for each in self.folders}
        kept = tuple(each for each in below.folders if each.pattern not in own)
        return replace(below, **{**said, "folders": (*kept, *own.values())})

    def anchored(self, folder: Path) -> Budgets:
        """The same with the patterns relative to a folder."""
        return replace(self, folders=tuple(replace(each, folder=folder) for each in self.folders))

    @property
    def limits_money(self) -> bool:
        """Whether a budget is in USD, which not every prompt's cost is known in."""
        return bool(self.usd_per_call or self.usd_per_month or any(each.usd_per_month for each in self.folders))


NO_BUDGETS: Final = Budgets()
"""Nothing is limited."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A budget that is exceeded: the rule that says so, and what fills the placeholders of its message."""

    rule: str
    values: Mapping[str, str]


_DIGITS: Final = 6
"""Significant digits of an amount below a dollar: calls cost fractions of a cent."""


def dollars(amount: float) -> str:
    """An amount of USD with at least two decimals and as many more, up to six significant ones, as it needs."""
    if not amount:
        return "0.00"
    if abs(amount) >= 1:
        return f"{amount:,.2f}"
    text = f"{amount:.12f}" if abs(amount) >= 1e-12 else f"{amount:.{_DIGITS}g}"
    if "e" in text:
        return text
    whole, _, decimals = text.partition(".")
    zeros = len(decimals) - len(decimals.lstrip("0"))
    rounded = f"{amount:.{min(zeros + _DIGITS, 12)}f}"
    whole, _, decimals = rounded.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def prompt_broken(estimate: Estimate, budgets: Budgets) -> Iterator[Broken]:
    """The budgets that one prompt breaks."""
    limit, tokens = budgets.tokens_per_call, estimate.input.expected
    if limit is not None and tokens > limit.value:
        yield Broken(
            TOKENS_RULE,
            {
                "tokens": f"{tokens:,}",
                "more": f"{tokens - int(limit.value):,}",
                "budget": f"{int(limit.value):,}",
                "place": limit.place,
            },
        )
    units: tuple[tuple[Unit, Limit | None], ...] = (("call", budgets.usd_per_call), ("month", budgets.usd_per_month))
    for unit, limit in units:
        cost = known_cost(estimate, unit)
        if limit is None or cost is None or cost <= limit.value:
            continue
        least = "at least " if unknown_cost(estimate, unit) is not None else ""
        yield Broken(
            COST_RULE,
            {
                "cost": f"{least}{dollars(cost)}",
                "unit": unit,
                "more": dollars(cost - limit.value),
                "budget": dollars(limit.value),
                "place": limit.place,
            },
        )


def known_cost(estimate: Estimate, unit: Unit) -> float | None:
    """USD that one prompt costs, or what is known of it: without the answer, where nothing says how long that is."""
    usd = estimate.usd
    if usd is None:
        return None
    if unit == "call":
        return usd.input if usd.per_call is None else usd.per_call
    return usd.per_month


def unknown_cost(estimate: Estimate, unit: Unit) -> str | None:
    """Why it is not known what a prompt costs; None: it is known."""
    if estimate.model is None:
        return "no model is named"
    if estimate.usd is None:
        return f"the price of '{estimate.model}' is not known"
    if estimate.usd.per_call is None:
        return "nothing says how long the answer is"
    if unit == "month" and estimate.usd.per_month is None:
        return "nothing says how often it is called"
    return None


def folder_broken(budget: FolderBudget, estimates: Iterable[Estimate]) -> Iterator[Broken]:
    """The budgets of a folder that all of its prompts together break. What is not known counts as nothing."""
    estimates = tuple(estimates)
    limit = budget.tokens_per_call
    tokens = sum(each.input.expected for each in estimates)
    if limit is not None and tokens > limit.value:
        yield Broken(
            FOLDER_RULE,
            {
                "folder": budget.pattern,
                "figure": f"{tokens:,} input tokens in one call of each",
                "more": f"{tokens - int(limit.value):,}",
                "budget": f"{int(limit.value):,}",
                "place": limit.place,
            },
        )
    limit = budget.usd_per_month
    known = [cost for each in estimates if (cost := known_cost(each, "month")) is not None]
    if limit is not None and sum(known) > limit.value:
        least = "at least " if len(known) < len(estimates) else ""
        yield Broken(
            FOLDER_RULE,
            {
                "folder": budget.pattern,
                "figure": f"{least}{dollars(sum(known))} USD per month",
                "more": dollars(sum(known) - limit.value),
                "budget": dollars(limit.value),
                "place": limit.place,
            },
        )
