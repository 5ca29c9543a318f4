"""Models that a configuration prices itself."""

from __future__ import annotations

import pytest

from promptlint.own_models import OwnModelError, find_among, own_model
from promptlint.prices import Model, Price, Tier, find_model

BASE = Model(
    "base",
    "openai",
    "Base",
    window=100_000,
    max_output=8_000,
    reasoning="optional",
    tier="medium",
    price=Price(
        input=2.0,
        output=8.0,
        cached_read=0.5,
        batch_input=1.0,
        batch_output=4.0,
        tiers=(Tier(above=50_000, input=4.0, output=16.0),),
    ),
)


def price(said: dict[str, object], base: Model | None = BASE) -> Price | None:
    return own_model("mine", said, base).price


def test_what_is_not_said_is_that_of_the_model_it_is_like() -> None:
    mine = own_model("mine", {"window": 50_000, "languages": ("de", "en")}, BASE)
    assert (mine.id, mine.name, mine.provider) == ("mine", "mine", "own")
    assert (mine.window, mine.max_output, mine.reasoning) == (50_000, 8_000, "optional")
    assert (mine.languages, mine.price, mine.tier) == (("de", "en"), BASE.price, "medium")


def test_a_price_of_ones_own_stands_alone() -> None:
    assert price({"input": 1.5}) == Price(input=1.5, output=8.0)
    assert price({"output": 5.0, "cached-input": 0.1}) == Price(input=2.0, output=5.0, cached_read=0.1)


def test_one_price_among_those_that_are_known_is_replaced() -> None:
    mine = price({"cached-input": 0.1, "batch-output": 3.0})
    assert (mine.input, mine.cached_read, mine.batch_output, mine.tiers) == (2.0, 0.1, 3.0, BASE.price.tiers)


def test_a_discount_is_off_every_price() -> None:
    mine = price({"discount": 0.25})
    assert (mine.input, mine.output, mine.cached_read, mine.cache_write) == (1.5, 6.0, 0.375, None)
    assert (mine.batch_input, mine.tiers) == (0.75, (Tier(above=50_000, input=3.0, output=12.0),))
    assert price({"discount": 0.5, "input": 1.0, "output": 2.0}) == Price(input=0.5, output=1.0)


def test_hardware_is_charged_to_what_it_writes() -> None:
    # 3.60 USD an hour are a tenth of a cent a second, in which 1,000 tokens are written: a millionth of a dollar each
    mine = price({"price-per-hour": 3.6, "tokens-per-second": 1_000}, None)
    assert (mine.input, mine.output) == (0.0, pytest.approx(1.0))
    mine = price({"price-per-hour": 3.6, "tokens-per-second": 1_000, "input-tokens-per-second": 10_000}, BASE)
    assert (mine.input, mine.output) == (pytest.approx(0.1), pytest.approx(1.0))
    assert (mine.cached_read, mine.tiers) == (None, ())
    assert price({"price-per-hour": 3.6, "tokens-per-second": 1_000, "input": 0.2}, None).input == 0.2


def test_a_model_may_have_no_price() -> None:
    mine = own_model("mine", {"window": 8_192, "reasoning": "never"}, None)
    assert (mine.price, mine.tier, mine.window, mine.reasoning) == (None, None, 8_192, "never")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"output": 1.0}, "needs 'input'"),
        ({"cached-input": 1.0}, "needs 'input' and 'output'"),
        ({"price-per-hour": 1.0}, "'tokens-per-second'"),
        ({"tokens-per-second": 1.0}, "'price-per-hour'"),
        ({"input-tokens-per-second": 1.0}, "'price-per-hour'"),
    ],
)
def test_half_a_price_is_none(said: dict[str, object], message: str) -> None:
    with pytest.raises(OwnModelError, match=message):
        price(said, None)


OWN = {
    name: own_model(name, {"input": 1.0, "output": 2.0}, None)
    for name in ("gpt-5-mini", "house-model", "azure/gpt-4o", "llama-3.1-8b", "eastus-gpt-4o")
}


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("gpt-5-mini", "gpt-5-mini"),
        ("GPT-5-mini", "gpt-5-mini"),
        ("openai/gpt-5-mini", "gpt-5-mini"),
        ("openai:chat:gpt-5-mini", "gpt-5-mini"),
        ("gpt-5-mini-2025-08-07", "gpt-5-mini"),
        ("house-model", "house-model"),
        ("azure/gpt-4o", "azure/gpt-4o"),
        ("azure:chat:eastus-gpt-4o", "eastus-gpt-4o"),
        ("llama-3.1-8b", "llama-3.1-8b"),
    ],
)
def test_own_models_come_first(name: str, own: str) -> None:
    assert find_among(OWN, name).model is OWN[own]


@pytest.mark.parametrize("name", ["gpt-4o", "openai/gpt-4o", "llama-3.3-70b", "${MODEL}"])
def test_other_names_are_looked_up_in_the_table(name: str) -> None:
    assert find_among(OWN, name) == find_model(name)
    assert find_among({}, name) == find_model(name)


def test_own_names_are_suggested() -> None:
    assert find_among(OWN, "house-modle").suggestions[0] == "house-model"
