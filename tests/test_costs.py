from __future__ import annotations

import random

from promptlint.costs import Cost, Costs, in_order, total
from promptlint.estimate import Estimate, InputTokens, Money, OutputTokens
from promptlint.prices import data_date
from promptlint.prompt import Kind
from promptlint.tokens import Counting

EXACT = Counting("o200k_base", "exact", 0.0, "")


def cost(name: str, tokens: int = 10, usd: Money | None = None, calls: float | None = None) -> Cost:
    sent = InputTokens(tokens - 7, 0, 0, 0, 7, tokens, tokens, None, 0)
    made = Estimate("m", None, EXACT, sent, OutputTokens(None, None, "unknown"), usd, (), (), calls)
    return Cost(name, "p", Kind.TASK, "en", made)


def money(paid: float, answer: float | None = None, calls: float | None = None) -> Money:
    whole = None if answer is None else paid + answer
    return Money(paid, answer, whole, None, calls and paid * calls, calls and whole and whole * calls)


ORDERED = (
    cost("month-dear", usd=money(0.1, 0.1, 100), calls=100),
    cost("month-open", usd=money(0.15, None, 100), calls=100),
    cost("month-cheap", usd=money(1.0, 1.0, 1), calls=1),
    cost("call-dear", usd=money(50.0, 1.0)),
    cost("call-open", usd=money(50.5)),
    cost("tokens-many", 900),
    cost("tokens-a"),
    cost("tokens-b"),
)


def test_the_dearest_first() -> None:
    shuffled = list(ORDERED)
    random.Random(6).shuffle(shuffled)
    assert [each.path for each in in_order(shuffled)] == [each.path for each in ORDERED]


def test_totals_are_of_what_is_known() -> None:
    found = total(ORDERED)
    assert (found.prompts, found.expected, found.literal) == (8, 970, 970 - 8 * 7)
    assert (found.priced, found.with_call, found.with_month) == (5, 3, 2)
    assert found.input == 0.1 + 0.15 + 1 + 50 + 50.5
    assert found.per_call == 0.2 + 2 + 51
    assert found.per_month == 20 + 2
    assert found.input_per_month == 10 + 15 + 1


def test_of_nothing_known_there_is_no_sum() -> None:
    found = total([cost("a"), cost("b")])
    assert (found.input, found.per_call, found.per_month, found.input_per_month) == (None,) * 4
    assert total([]).prompts == 0


def test_the_date_is_that_of_the_prices() -> None:
    assert Costs(()).date == data_date()
    assert Costs((cost("a", calls=5),)).has_calls and not Costs((cost("a"),)).has_calls
