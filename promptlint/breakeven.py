"""From how many calls on caching, batches and fine-tuning pay, and what a cascade of models costs. Pure arithmetic.

All of it is one cost model: a call costs what it sends at the price of input (or of cached or written input) and what it answers at the
price of output:

    cost = fresh * P_input + cached * P_read + written * P_write + answer * P_output
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from promptlint.lazy import dataclass
from promptlint.prices import Price, Rates

__all__ = [
    "Batching",
    "Caching",
    "Tuning",
    "batching",
    "cache_uses",
    "caching",
    "cascade_cost",
    "least_acceptance",
    "rates_at",
    "tuning",
    "tuning_calls",
]

_MILLION = 1_000_000


def rates_at(price: Price, input_tokens: int) -> Rates:
    """The prices that hold for a prompt of that length."""
    rates: Rates = price
    for tier in price.tiers:
        if input_tokens > tier.above:
            rates = tier
    return rates


def _exact(price: float) -> Fraction:
    """A price as it is written, so that what is equal in dollars is equal here."""
    return Fraction(repr(price))


# -- caching ----------------------------------------------------------------------------------------------------------


def cache_uses(plain: float, read: float, write: float) -> int | None:
    """The number of uses, within the cache's life time, from which on caching is cheaper; None: it never is.

    Of n uses the first writes and the others read, so that n calls cost ``write + (n - 1) * read`` per token in place of
    ``n * plain``. That is less from the first n above ``1 + (write - plain) / (plain - read)`` on. With writes at 1.25 times and reads at 0.1 times the price
    of input that is the 2nd use (1.35 < 2), with writes at twice the price the 3rd (2.2 < 3).
    """
    saved = _exact(plain) - _exact(read)
    if saved <= 0:
        return None
    return max(1, math.floor(1 + (_exact(write) - _exact(plain)) / saved) + 1)


@dataclass(frozen=True, slots=True)
class Caching:
    """What it means to cache the beginning of a prompt.

    lifetime: ``5 minutes`` or ``1 hour`` where writing has a price for it, None where the provider alone decides. tokens: the
    beginning that stays the same. uses: from which use within the life time on it pays. surcharge: USD that the call which
    writes costs more. saved: USD that each call which reads costs less.
    """

    lifetime: str | None
    tokens: int
    uses: int | None
    surcharge: float
    saved: float


def caching(price: Price, tokens: int, input_tokens: int) -> tuple[Caching, ...]:
    """What caching the first `tokens` of a prompt of `input_tokens` means, for each life time that is sold; none without a price for reading."""
    rates = rates_at(price, input_tokens)
    if rates.cached_read is None:
        return ()
    writes: list[tuple[str | None, float]] = [(None, rates.input)]
    if rates.cache_write is not None:
        writes = [("5 minutes", rates.cache_write)]
    if rates.cache_write_1h is not None:
        writes.append(("1 hour", rates.cache_write_1h))
    return tuple(
        Caching(
            lifetime=lifetime,
            tokens=tokens,
            uses=cache_uses(rates.input, rates.cached_read, write) if tokens else None,
            surcharge=float((_exact(write) - _exact(rates.input)) * tokens / _MILLION),
            saved=float((_exact(rates.input) - _exact(rates.cached_read)) * tokens / _MILLION),
        )
        for lifetime, write in writes
    )


# -- batches ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Batching:
    """What a call costs less in a batch, in USD: all of it (None where the answer's length or price is not known), and its input."""

    saved: float | None
    saved_input: float

    @property
    def pays(self) -> bool:
        """Whether every call that can wait is cheaper in a batch, the first one already: nothing has to be paid for the batch itself."""
        return self.saved_input > 0 or (self.saved or 0) > 0


def batching(price: Price, input_tokens: int, output_tokens: int | None) -> Batching | None:
    """What a batch saves: the difference of both prices for each token; None where there is no batch price."""
    rates = rates_at(price, input_tokens)
    if rates.batch_input is None:
        return None
    read = float((_exact(rates.input) - _exact(rates.batch_input)) * input_tokens / _MILLION)
    if output_tokens is None or rates.output is None or rates.batch_output is None:
        return Batching(None, read)
    written = (_exact(rates.output) - _exact(rates.batch_output)) * output_tokens / _MILLION
    return Batching(read + float(written), read)


# -- fine-tuning ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tuning:
    """What is said about a tuned model: USD per million tokens in and out, USD for the training, and the length of its prompt.

    input_tokens: what the prompt takes once the model is tuned, None: as much as now.
    """

    input_price: float
    output_price: float
    training: float
    input_tokens: int | None = None

    def cost(self, input_tokens: int, output_tokens: int | None) -> float | None:
        """USD for one call of the tuned model in place of one with so many tokens; None where the answer's length is not known."""
        if output_tokens is None:
            return None
        sent = input_tokens if self.input_tokens is None else self.input_tokens
        return float((sent * _exact(self.input_price) + output_tokens * _exact(self.output_price)) / _MILLION)


def tuning_calls(training: float, base: float, tuned: float) -> int | None:
    """The number of calls from which on a tuned model is cheaper; None: it never is.

    n calls cost ``training + n * tuned`` in place of ``n * base``, which is less from the first n above
    ``training / (base - tuned)`` on.
    """
    saved = _exact(base) - _exact(tuned)
    return None if saved <= 0 else math.floor(_exact(training) / saved) + 1


def tuning(
    said: Tuning, base: float | None, input_tokens: int, output_tokens: int | None
) -> tuple[float, int | None] | None:
    """What a call of the tuned model costs, and from how many calls on it pays against `base` USD; None where that is not known."""
    tuned = said.cost(input_tokens, output_tokens)
    return None if tuned is None or base is None else (tuned, tuning_calls(said.training, base, tuned))


# -- cascades ---------------------------------------------------------------------------------------------------------


def cascade_cost(costs: Sequence[float], accepted: Sequence[float]) -> float:
    """The expected USD of a call that goes to one model after the other until an answer is accepted.

    ``c_1 + (1 - p_1) * (c_2 + (1 - p_2) * (...))``: every answer that is not accepted has been paid for. With two models:
    ``c_small + (1 - p) * c_large``.

    Args:
        costs: of one call of each model, in USD.
        accepted: for each model but the last, the share of its answers that are accepted.

    """
    expected = costs[-1]
    for cost, share in zip(reversed(costs[:-1]), reversed(accepted), strict=True):
        expected = cost + (1 - share) * expected
    return expected


def least_acceptance(first: float, rest: float) -> float | None:
    """The share of its answers that have to be accepted for a first model in front of the `rest` to cost nothing more: ``first / rest``.

    None: there is no such share, for the first model costs as much as the rest.
    """
    return first / rest if first < rest else None
