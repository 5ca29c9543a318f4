"""What an Estimate rests on beside the prompt: the model, what it costs, how long the variables are, how often it is called."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Final

from promptlint.lazy import dataclass, regex
from promptlint.prices import Lookup, find_model
from promptlint.tokens import Counting, counting_for

__all__ = [
    "CALLS_EXAMPLE",
    "CALLS_PATTERN",
    "DAYS_A_MONTH",
    "PERIODS",
    "Basis",
    "CallsError",
    "Size",
    "calls_per_month",
]

DAYS_A_MONTH: Final = 30
"""A month has 30 days here, and 30 / 7 weeks: promptlint has no calendar."""

PERIODS: Final[Mapping[str, float]] = {"day": DAYS_A_MONTH, "week": DAYS_A_MONTH / 7, "month": 1.0}
"""How often each period comes in a month."""

CALLS_EXAMPLE: Final = "'100k/month', '2.5M/week' or '800/day'"

CALLS_PATTERN: Final = (
    r"^\s*([0-9][0-9_,]*(?:\.[0-9]+)?|\.[0-9]+)\s*([kKmM]?)\s*(?:(?:/|\s[pP][eE][rR]\s)\s*("
    + "|".join("".join(f"[{letter}{letter.upper()}]" for letter in period) for period in PERIODS)
    + r")\s*)?$"
)
"""What a number of calls looks like: digits (``_`` and ``,`` between them), perhaps k or M, perhaps a period. Made for ECMAScript,
too, which has no flag for upper case inside a pattern.
"""

_FACTORS: Final = {"": 1, "k": 1_000, "m": 1_000_000}
_CALLS: Final = regex(CALLS_PATTERN)
_MOST: Final = 10**15
"""More calls than that a month are a slip of the pen."""


class CallsError(ValueError):
    """Something is no number of calls. The message says what is expected."""


@dataclass(frozen=True, slots=True)
class Size:
    """What is stated about a variable: the tokens that a value has, the most that it may have, how many items a list has.

    Of a list `tokens` and `maximum` are those of one item, and `items` is both what is expected and the most. None: not stated.
    """

    tokens: int | None = None
    maximum: int | None = None
    items: int | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What an Estimate rests on beside the prompt.

    model: the one to count and pay for, in place of what the file declares. find: gives the Model of a name. sizes: what is
    stated about variables, by name. calls: calls per month. counting: says how the tokens of a named model are counted.
    """

    model: str | None = None
    find: Callable[[str], Lookup] = find_model
    sizes: Mapping[str, Size] = field(default_factory=dict, hash=False)
    calls: float | None = None
    counting: Callable[[str | None], Counting] = counting_for


def calls_per_month(said: str | float) -> float:
    """Calls per month of ``100k/month``, ``2.5M/week``, ``800/day``; a number without a period is one of calls per month.

    Raises:
        CallsError: that is not what it says.
    """
    if isinstance(said, str):
        match = _CALLS.match(said)
        if match is None:
            raise CallsError(f"must be a number of calls per day, week or month, such as {CALLS_EXAMPLE}")
        number = float(match[1].replace(",", "").replace("_", "")) * _FACTORS[match[2].lower()]
        calls = number * PERIODS[(match[3] or "month").lower()]
    else:
        calls = float(said)
    if not math.isfinite(calls) or not 0 < calls <= _MOST:
        raise CallsError(f"must be above 0 and at most {_MOST:,} calls a month")
    return calls
