from __future__ import annotations

from dataclasses import replace

from promptlint.costs import Costs
from promptlint.reporters import Options
from promptlint.reporters.cost.markdown import render


def test_a_table(costs: Costs, snapshot) -> None:
    assert render(costs, Options()) == snapshot


def test_parts(broken_down: Costs, snapshot) -> None:
    assert render(broken_down, Options()) == snapshot


def test_every_row_has_as_many_cells_as_the_head(costs: Costs) -> None:
    rows = [line for line in render(costs, Options()).split("\n") if line.startswith("|")]
    assert len(rows) == 6
    assert {line.replace("\\|", "").count("|") for line in rows} == {11}


def test_a_comment_has_room_for_it(costs: Costs) -> None:
    many = replace(
        costs, costs=tuple(replace(costs.costs[0], path=f"prompts/{number:04}.md") for number in range(1_000))
    )
    out = render(many, Options())
    assert len(out) < 60_000
    assert "900 more are left out" in out


def test_nothing() -> None:
    assert render(Costs(()), Options()) == "## promptlint cost\n\nNo prompts.\n"
