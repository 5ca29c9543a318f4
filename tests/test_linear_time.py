"""The fixture `linear_time` tells linear from quadratic, on a clock of its own and on the real one."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import LinearTime

Spend = Callable[[float], None]


@pytest.fixture
def spend(monkeypatch: pytest.MonkeyPatch) -> Spend:
    """Lets seconds pass on a clock that otherwise stands still."""
    now = 0.0

    def spend(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(time, "thread_time", lambda: now)
    return spend


@pytest.mark.parametrize("power", [0, 0.5, 1, 1.25])
def test_what_is_about_linear_passes(linear_time: LinearTime, spend: Spend, power: float) -> None:
    linear_time(lambda size: spend((size / 1000) ** power), 1000)


@pytest.mark.parametrize("power", [2, 3])
def test_what_is_quadratic_or_worse_fails(linear_time: LinearTime, spend: Spend, power: float) -> None:
    with pytest.raises(AssertionError, match=r"250 and 1,000 took .* 1\.0000 s; .* more than 8 times"):
        linear_time(lambda size: spend((size / 1000) ** power), 1000)


def test_what_takes_hardly_any_time_passes(linear_time: LinearTime, spend: Spend) -> None:
    linear_time(lambda size: spend(0.019 * (size / 1000) ** 2), 1000)


@pytest.mark.parametrize("slowed", [0, 1, 2])
def test_a_run_that_something_slows_down_changes_nothing(linear_time: LinearTime, spend: Spend, slowed: int) -> None:
    """Whichever of the three runs of an attempt it is, and for all attempts but one."""
    runs: list[int] = []

    def action(size: int, power: int) -> None:
        runs.append(size)
        slow = len(runs) <= 12 and len(runs) % 3 == slowed
        spend((size / 1000) ** power * (10 if slow else 1))

    linear_time(lambda size: action(size, 1), 1000)
    runs.clear()
    with pytest.raises(AssertionError):
        linear_time(lambda size: action(size, 2), 1000)
    assert len(runs) == len(set(runs)) == 15, "no size comes twice: the answer could be remembered"


def test_nothing_is_collected_meanwhile(linear_time: LinearTime) -> None:
    seen = []
    linear_time(lambda _: seen.append(gc.isenabled()), 1000)
    assert not any(seen)
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        linear_time(lambda size: size / 0, 1000)
    assert gc.isenabled()
    gc.disable()
    try:
        linear_time(lambda _: None, 1000)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_by_the_real_clock(linear_time: LinearTime) -> None:
    def count(to: int) -> None:
        for _ in range(to):
            pass

    linear_time(lambda size: count(2500 * size), 2500)
    with pytest.raises(AssertionError, match="2,500"):
        linear_time(lambda size: count(size * size), 2500)
