from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.basis import CALLS_PATTERN, CallsError, calls_per_month


@pytest.mark.parametrize(
    ("said", "calls"),
    [
        ("100k/month", 100_000),
        ("100K / Month", 100_000),
        ("2.5M/week", 2_500_000 * 30 / 7),
        ("800/day", 24_000),
        ("1,000 per day", 30_000),
        ("1_000", 1_000),
        (".5k", 500),
        (250, 250),
        (0.5, 0.5),
    ],
)
def test_calls_per_month(said: str | float, calls: float) -> None:
    assert calls_per_month(said) == pytest.approx(calls)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "many",
        "100k/year",
        "100g",
        "1 000",
        "-5",
        "5/",
        "/day",
        "1e9",
        "٣/day",
        0,
        -1,
        float("inf"),
        float("nan"),
        2e15,
        "0/day",
    ],
)
def test_what_is_no_number_of_calls(said: str | float) -> None:
    with pytest.raises(CallsError, match="must be "):
        calls_per_month(said)


@given(st.text("0123456789.,_kM/ perdaywkmonth", max_size=15))
def test_what_is_a_number_looks_like_one(said: str) -> None:
    # the pattern is what the JSON Schema of configuration files has
    try:
        calls = calls_per_month(said)
    except CallsError:
        return
    assert calls > 0
    assert re.search(CALLS_PATTERN, said)
