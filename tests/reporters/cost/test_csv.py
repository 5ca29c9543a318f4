from __future__ import annotations

import csv
import io

from promptlint.costs import Costs
from promptlint.reporters import Options
from promptlint.reporters.cost.csv import COLUMNS, PARTS, render


def rows(costs: Costs) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(costs, Options()))))


def test_a_line_for_each_prompt(costs: Costs) -> None:
    found = rows(costs)
    assert tuple(found[0]) == COLUMNS
    assert [row["prompt"] for row in found] == ["a", "one", "p", "two"]
    assert (found[0]["usd_per_call"], found[0]["usd_per_month"], found[0]["maximum"]) == ("0.00038675", "38.675", "")
    assert (found[1]["usd_input"], found[1]["usd_per_call"], found[1]["calls_per_month"]) == ("0.003057", "", "")
    assert (found[2]["model"], found[2]["usd_input"]) == ("", "")


def test_a_name_is_no_formula(costs: Costs) -> None:
    assert rows(costs)[2]["path"].startswith("'=1+1")


def test_a_line_for_each_part(broken_down: Costs) -> None:
    found = rows(broken_down)
    assert tuple(found[0]) == PARTS
    assert len(found) == 8
    assert (found[1]["part"], found[1]["tokens"], found[1]["share"]) == ("chat format", "7", "0.006869")


def test_nothing_has_a_head() -> None:
    assert render(Costs(()), Options()) == ",".join(COLUMNS) + "\n"
