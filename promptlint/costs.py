"""What the prompts of a Report cost: the dearest first, with totals of what is known. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from promptlint.lazy import dataclass
from promptlint.prices import data_date

if TYPE_CHECKING:
    from promptlint.breakdown import Breakdown
    from promptlint.discovery import Skipped
    from promptlint.estimate import Estimate, Money
    from promptlint.prompt import Kind

__all__ = ["Cost", "Costs", "Total", "in_order", "total"]


@dataclass(frozen=True)
class Cost:
    """What one prompt takes: where it stands, its Estimate and, where that was asked for, where its tokens go."""

    path: str
    prompt: str
    kind: Kind
    language: str | None
    estimate: Estimate
    breakdown: Breakdown | None = None

    @property
    def usd(self) -> Money | None:
        """What a call costs, where a price is known."""
        return self.estimate.usd


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over prompts: USD only of those whose figure is known (None: of none), beside how many have one.

    Sums per call are those of one call of each prompt. `input` is what the prompts cost without their answers.
    """

    prompts: int
    literal: int
    expected: int
    input: float | None
    per_call: float | None
    input_per_month: float | None
    per_month: float | None
    priced: int
    with_call: int
    with_month: int


@dataclass(frozen=True)
class Costs:
    """Everything that ``promptlint cost`` has to say.

    `costs` are the prompts, the dearest first. `unread` are files that a prompt was looked for in, and why there is none.
    """

    costs: tuple[Cost, ...]
    skipped: tuple[Skipped, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()

    @cached_property
    def total(self) -> Total:
        """The sums."""
        return total(self.costs)

    @cached_property
    def date(self) -> str:
        """The day whose prices are used."""
        return data_date()

    @property
    def has_calls(self) -> bool:
        """Whether it is known of a prompt how often it is called."""
        return any(cost.estimate.calls is not None for cost in self.costs)


_PER_MONTH: Final = 2
_PER_CALL: Final = 1


def in_order(costs: Iterable[Cost]) -> tuple[Cost, ...]:
    """The dearest first: by what they cost in a month where calls are known, else in a call, else by tokens.

    Where the length of the answer is not known, the prompt alone counts.
    """

    def rank(cost: Cost) -> tuple[int, float, int, str, str]:
        usd, tokens = cost.usd, cost.estimate.input.expected
        if usd is None:
            return 0, 0.0, -tokens, cost.path, cost.prompt
        if usd.input_per_month is not None:
            month = usd.input_per_month if usd.per_month is None else usd.per_month
            return -_PER_MONTH, -month, -tokens, cost.path, cost.prompt
        call = usd.input if usd.per_call is None else usd.per_call
        return -_PER_CALL, -call, -tokens, cost.path, cost.prompt

    return tuple(sorted(costs, key=rank))


def total(costs: Sequence[Cost]) -> Total:
    """The sums over some prompts."""
    money = [cost.usd for cost in costs if cost.usd is not None]
    per_call = [each.per_call for each in money if each.per_call is not None]
    per_month = [each.per_month for each in money if each.per_month is not None]
    input_per_month = [each.input_per_month for each in money if each.input_per_month is not None]
    return Total(
        prompts=len(costs),
        literal=sum(cost.estimate.input.literal for cost in costs),
        expected=sum(cost.estimate.input.expected for cost in costs),
        input=_sum([each.input for each in money]),
        per_call=_sum(per_call),
        input_per_month=_sum(input_per_month),
        per_month=_sum(per_month),
        priced=len(money),
        with_call=len(per_call),
        with_month=len(per_month),
    )


def _sum(amounts: Sequence[float]) -> float | None:
    from math import fsum

    return round(fsum(amounts), 12) if amounts else None
