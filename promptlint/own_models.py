"""Models that a configuration prices itself: private, negotiated, and on one's own hardware (``[models]``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any, Final

from promptlint.prices import Lookup, Model, Price, Rates, Tier, bare_name, find_model, tier_of

__all__ = ["FACTS", "HARDWARE", "OWN", "PRICES", "REASONING", "OwnModelError", "find_among", "own_model"]

OWN: Final = "own"
"""The provider of these models."""

PRICES: Final = ("input", "output", "cached-input", "cache-write", "batch-input", "batch-output")
"""Keys of prices in USD per million tokens."""

HARDWARE: Final = ("price-per-hour", "tokens-per-second", "input-tokens-per-second")
"""Keys of what one's own hardware costs in USD per hour, and how many tokens it writes and reads per second."""

FACTS: Final = ("window", "max-output", "reasoning", "languages", "cache-minimum")
"""Keys of what is known of a model beside its price."""

REASONING: Final = ("never", "optional", "always", "unknown")

_FIELDS: Final = {
    "input": "input",
    "output": "output",
    "cached-input": "cached_read",
    "cache-write": "cache_write",
    "batch-input": "batch_input",
    "batch-output": "batch_output",
}
_SECONDS: Final = 3600


class OwnModelError(ValueError):
    """What is said about a model does not make a price. The message says what is missing."""


def own_model(name: str, said: Mapping[str, Any], base: Model | None) -> Model:
    """The model that a table of ``[models]`` describes on top of `base`, the one it is like or has the name of.

    A table that states `input` or `output` has a price of its own: what it leaves out (cached and batch prices, those for
    long prompts) is not taken from `base`, only the other one of these two is. `discount` is a fraction off every price.

    Raises:
        OwnModelError: it states a price, but not enough of one.
    """
    before = base.price if base is not None else None
    price = _discounted(_price(said, before), said.get("discount", 0.0))
    model = base or Model(name, OWN, name)
    return replace(
        model,
        id=name,
        provider=OWN,
        name=name,
        window=said.get("window", model.window),
        max_output=said.get("max-output", model.max_output),
        reasoning=said.get("reasoning", model.reasoning),
        languages=tuple(said["languages"]) if "languages" in said else model.languages,
        cache_minimum=said.get("cache-minimum", model.cache_minimum),
        tier=None if price is None else tier_of(price),
        price=price,
    )


def _price(said: Mapping[str, Any], before: Price | None) -> Price | None:
    stated = {_FIELDS[key]: said[key] for key in PRICES if key in said}
    if any(key in said for key in HARDWARE):
        stated = {**_of_hardware(said), **stated}
    if not stated:
        return before
    if "input" in stated or "output" in stated:
        if before is not None:
            stated = {"input": before.input, "output": before.output, **stated}
        if "input" not in stated:
            raise OwnModelError("a price needs 'input', or 'like' for a model that has one")
        return Price(**stated)
    if before is None:
        raise OwnModelError("a price needs 'input' and 'output', or 'like' for a model that has them")
    return replace(before, **stated)


def _of_hardware(said: Mapping[str, Any]) -> dict[str, float]:
    """Prices from what an hour costs and what it yields: all of it goes to the output, unless reading has a rate as well."""
    if "price-per-hour" not in said or "tokens-per-second" not in said:
        raise OwnModelError("hardware needs 'price-per-hour' and 'tokens-per-second'")
    hourly = said["price-per-hour"] * 1_000_000 / _SECONDS
    reading = said.get("input-tokens-per-second")
    return {"input": hourly / reading if reading else 0.0, "output": hourly / said["tokens-per-second"]}


def _discounted(price: Price | None, discount: float) -> Price | None:
    if price is None or not discount:
        return price
    tiers = tuple(Tier(above=tier.above, **_scaled(tier, 1 - discount)) for tier in price.tiers)
    return Price(**_scaled(price, 1 - discount), tiers=tiers)


_RATES: Final = tuple(field.name for field in fields(Rates))


def _scaled(rates: Rates, factor: float) -> dict[str, Any]:
    values = asdict(rates)
    return {name: None if values[name] is None else values[name] * factor for name in _RATES}


def find_among(own: Mapping[str, Model], name: str) -> Lookup:
    """What a name stands for, where the models in `own` (by name in lower case) come first.

    ``gpt-5-mini`` among them is also meant by ``openai/gpt-5-mini`` and by the dated name of a snapshot; ``azure/gpt-5-mini``
    is meant only as it stands.
    """
    if not own:
        return find_model(name)
    for each in (name.strip().lower(), bare_name(name)):
        if each in own:
            return Lookup(own[each])
    found = find_model(name)
    if found.model is not None:
        mine = own.get(found.model.id.lower())
        return found if mine is None else Lookup(mine)
    if found.hosts:
        return found

    def suggest() -> tuple[str, ...]:
        import difflib

        close = difflib.get_close_matches(bare_name(name), own, n=3)
        return tuple(dict.fromkeys((*close, *found.suggestions)))[:3]

    return Lookup(suggest=suggest)
