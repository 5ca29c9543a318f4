"""What pays from when on. What is expected is counted out call by call, or calculated by genai-prices or by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import product

import pytest
from genai_prices import Usage
from genai_prices.data import providers as genai_providers
from hypothesis import given
from hypothesis import strategies as st

from promptlint.breakeven import (
    Tuning,
    batching,
    cache_uses,
    caching,
    cascade_cost,
    least_acceptance,
    rates_at,
    tuning,
    tuning_calls,
)
from promptlint.prices import Price, Tier, data_date, find_model

GENAI = {provider.id: provider for provider in genai_providers}
CENTS = st.integers(0, 5_000).map(lambda number: number / 100)
SHARES = st.integers(0, 100).map(lambda number: number / 100)
COSTS = st.floats(0, 10, allow_nan=False)


def priced(name: str) -> Price:
    model = find_model(name).model
    assert model is not None and model.price is not None
    return model.price


@pytest.mark.parametrize(
    ("plain", "read", "write", "uses"),
    [
        (3.0, 0.3, 3.75, 2),  # 1.25 + 0.1 < 2
        (3.0, 0.3, 6.0, 3),  # 2 + 0.1 > 2, but 2 + 0.2 < 3
        (2.5, 1.25, 2.5, 2),  # writing costs nothing more
        (1.0, 0.5, 1.5, 3),  # at the second use it is even: 1.5 + 0.5 = 2
        (0.1, 0.05, 0.15, 3),  # the same in numbers that binary fractions do not have
        (1.0, 1.0, 1.25, None),
        (1.0, 2.0, 1.0, None),
        (1.0, 0.1, 0.5, 1),
        (0.0, 0.0, 0.0, None),
    ],
)
def test_uses_of_a_cache(plain: float, read: float, write: float, uses: int | None) -> None:
    assert cache_uses(plain, read, write) == uses


@given(CENTS, CENTS, CENTS)
def test_a_cache_pays_from_the_first_use_at_which_it_is_cheaper(plain: float, read: float, write: float) -> None:
    one, other, first = (Decimal(str(each)) for each in (plain, read, write))
    uses = cache_uses(plain, read, write)
    if uses is None:
        assert other >= one
        return

    def cheaper(number: int) -> bool:
        return first + (number - 1) * other < number * one

    assert cheaper(uses) and cheaper(uses + 1) and cheaper(10 * uses)
    assert uses == 1 or not cheaper(uses - 1)


@pytest.mark.parametrize(("name", "provider"), [("claude-sonnet-4-5", "anthropic"), ("gpt-4o", "openai")])
@pytest.mark.parametrize("sent", [3_000, 250_000])
def test_what_caching_saves_is_what_genai_prices_calculates(name: str, provider: str, sent: int) -> None:
    theirs = next(each for each in GENAI[provider].models if each.id == name)
    day = datetime.combine(date.fromisoformat(data_date()), time(12), UTC)

    def cost(read: int, written: int) -> float:
        usage = Usage(input_tokens=sent, cache_read_tokens=read, cache_write_tokens=written)
        return float(theirs.calc_price(usage, GENAI[provider], genai_request_timestamp=day).input_price)

    made = caching(priced(name), 2_000, sent)[0]
    assert made.tokens == 2_000
    assert made.saved == pytest.approx(cost(0, 0) - cost(2_000, 0))
    assert made.surcharge == pytest.approx(cost(0, 2_000) - cost(0, 0))
    calls = range(1, 10)
    pays = next(n for n in calls if cost(0, 2_000) + (n - 1) * cost(2_000, 0) < n * cost(0, 0) - 1e-12)
    assert made.uses == pays == 2


def test_life_times() -> None:
    assert [(each.lifetime, each.uses) for each in caching(priced("claude-sonnet-4-5"), 2_000, 2_500)] == [
        ("5 minutes", 2),
        ("1 hour", 3),
    ]
    assert [(each.lifetime, each.uses, each.surcharge) for each in caching(priced("gpt-4o"), 2_000, 2_500)] == [
        (None, 2, 0.0)
    ]
    assert caching(Price(input=1.0), 2_000, 2_500) == ()
    assert [each.uses for each in caching(priced("gpt-4o"), 0, 100)] == [None]


def test_prices_of_long_prompts() -> None:
    price = Price(
        input=1.0, cached_read=0.5, tiers=(Tier(above=100, input=3.0, cached_read=1.0), Tier(above=200, input=5.0))
    )
    assert [rates_at(price, number).input for number in (0, 100, 101, 200, 201)] == [1.0, 1.0, 3.0, 3.0, 5.0]
    assert caching(price, 50, 150)[0].saved == pytest.approx(50 * 2 / 1_000_000)
    assert caching(price, 50, 300) == ()


@given(st.integers(0, 300_000), st.integers(0, 10_000))
def test_a_batch_saves_the_difference_of_the_two_calls(sent: int, answer: int) -> None:
    price = priced("gpt-4o")
    made = batching(price, sent, answer)
    whole = price.cost(input_tokens=sent, output_tokens=answer)
    assert made is not None and made.saved is not None
    assert made.saved == pytest.approx(whole - price.cost(input_tokens=sent, output_tokens=answer, batch=True))
    assert made.saved_input == pytest.approx(price.cost(input_tokens=sent) - price.cost(input_tokens=sent, batch=True))
    assert made.pays == (sent + answer > 0)


def test_a_batch_whose_price_is_not_known() -> None:
    assert batching(Price(input=1.0, output=2.0), 10, 10) is None
    unknown = batching(Price(input=1.0, output=2.0, batch_input=0.5), 1_000_000, 10)
    assert unknown is not None and (unknown.saved, unknown.saved_input, unknown.pays) == (None, 0.5, True)
    half = batching(Price(input=1.0, output=2.0, batch_input=0.5, batch_output=1.0), 1_000_000, None)
    assert half is not None and (half.saved, half.saved_input) == (None, 0.5)
    none = batching(Price(input=1.0, output=2.0, batch_input=1.0, batch_output=2.0), 10, 10)
    assert none is not None and not none.pays


@given(CENTS, CENTS, CENTS)
def test_tuning_pays_from_the_first_call_at_which_it_is_cheaper(training: float, base: float, tuned: float) -> None:
    cost, before, after = (Decimal(str(each)) for each in (training, base, tuned))
    calls = tuning_calls(training, base, tuned)
    if calls is None:
        assert after >= before
        return
    assert cost + calls * after < calls * before
    assert not cost + (calls - 1) * after < (calls - 1) * before


def test_tuning_by_hand() -> None:
    said = Tuning(input_price=0.3, output_price=1.2, training=200.0)
    # 1,229 * 0.30 + 160 * 1.20 = 560.7 millionths; 200 / (0.0046725 - 0.0005607) = 48,640.5
    assert tuning(said, 0.0046725, 1_229, 160) == (pytest.approx(0.0005607), 48_641)
    shorter = Tuning(0.3, 1.2, 200.0, input_tokens=100)
    assert tuning(shorter, 0.0046725, 1_229, 160) == (pytest.approx(0.000222), 44_939)
    assert tuning(said, None, 1_229, 160) is None
    assert tuning(said, 0.1, 1_229, None) is None
    assert tuning(Tuning(0.3, 1.2, 0.0), 0.1, 1_000, 0) == (pytest.approx(0.0003), 1)


def test_a_cascade_by_hand() -> None:
    assert cascade_cost([1.0, 10.0], [0.8]) == pytest.approx(1 + 0.2 * 10)
    assert cascade_cost([1.0, 4.0, 10.0], [0.5, 0.25]) == pytest.approx(1 + 0.5 * (4 + 0.75 * 10))
    assert cascade_cost([1.0, 10.0], [1.0]) == 1.0
    assert cascade_cost([1.0, 10.0], [0.0]) == 11.0
    assert least_acceptance(1.0, 10.0) == pytest.approx(0.1)
    assert least_acceptance(10.0, 10.0) is None


@given(st.lists(st.tuples(COSTS, SHARES), min_size=1, max_size=4), COSTS)
def test_a_cascade_costs_what_its_courses_cost_on_average(first: list[tuple[float, float]], last: float) -> None:
    costs, accepted = [cost for cost, _ in first], [share for _, share in first]
    expected = 0.0
    for course in product((True, False), repeat=len(first)):
        chance, paid = 1.0, 0.0
        for taken, share in zip(course, accepted, strict=True):
            chance *= share if taken else 1 - share
        for taken, cost in zip(course, costs, strict=True):
            paid += cost
            if taken:
                break
        else:
            paid += last
        expected += chance * paid
    assert cascade_cost([*costs, last], accepted) == pytest.approx(expected)


@given(COSTS, COSTS, SHARES)
def test_a_cascade_pays_above_the_least_acceptance(small: float, large: float, share: float) -> None:
    least = least_acceptance(small, large)
    cost = cascade_cost([small, large], [share])
    if least is None:
        assert cost >= large * (1 - 1e-12)
    elif abs(share - least) > 1e-9:
        assert (cost < large) == (share > least)
