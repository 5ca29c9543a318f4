from __future__ import annotations

from promptlint.costs import Costs
from promptlint.reporters import Options
from promptlint.reporters.cost.text import render
from promptlint.reporters.terminal.style import Style


def test_a_table(costs: Costs, snapshot) -> None:
    assert render(costs, Options()) == snapshot


def test_bars(broken_down: Costs, snapshot) -> None:
    assert render(broken_down, Options()) == snapshot


def test_quiet_is_the_table_alone(costs: Costs) -> None:
    whole, table = render(costs, Options()), render(costs, Options(quiet=True))
    assert whole.startswith(table)
    assert len(table.split("\n")) == 1 + len(costs.costs) + 1


def test_nothing_that_steers_a_terminal_gets_through(broken_down: Costs, costs: Costs) -> None:
    for each in (broken_down, costs):
        assert "\u202e" not in render(each, Options())
        assert "\x1b[" in render(each, Options(Style(colour=True)))
        assert "\x1b" not in render(each, Options())


def test_what_is_not_known_is_not_a_number(costs: Costs) -> None:
    lines = render(costs, Options(quiet=True)).split("\n")
    assert lines[1].split()[:2] == ["38.67", "0.00038675"]
    assert lines[2].split()[:3] == ["-", "0.003057", "+"]
    assert lines[3].split()[:2] == ["-", "-"]


def test_nothing_is_nothing() -> None:
    assert render(Costs(()), Options()) == ""
