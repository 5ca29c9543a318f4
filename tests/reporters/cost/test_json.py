from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from promptlint.costs import Costs
from promptlint.reporters import Options
from promptlint.reporters.cost.json import render

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "cost.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def data(costs: Costs) -> Any:
    return json.loads(render(costs, Options()))


def test_the_schema_is_one() -> None:
    VALIDATOR.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["costs", "broken_down"])
def test_costs_follow_the_schema(name: str, request: pytest.FixtureRequest) -> None:
    VALIDATOR.validate(data(request.getfixturevalue(name)))
    VALIDATOR.validate(data(Costs(())))


def test_the_schema_notices_what_is_missing_or_wrong(costs: Costs) -> None:
    for path, value in (
        (("prompts", 0, "count"), "guess"),
        (("prompts", 0, "input_tokens", "literal"), None),
        (("prompts", 0, "usd", "input"), None),
        (("prompts", 0, "variables", 0, "source"), "hearsay"),
        (("price_date",), "today"),
    ):
        made = data(costs)
        inner = made
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        assert not VALIDATOR.is_valid(made), path
        del inner[path[-1]]
        assert not VALIDATOR.is_valid(made), path


def test_every_field_that_is_written_is_described(broken_down: Costs) -> None:
    def compare(value: Any, schema: dict[str, Any]) -> None:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] | schema if "$ref" in schema else schema
        if isinstance(value, dict):
            assert set(value) <= set(schema["properties"])
            for key, inner in value.items():
                compare(inner, schema["properties"][key])
        elif isinstance(value, list):
            for inner in value:
                compare(inner, schema["items"])

    compare(data(broken_down), SCHEMA)


def test_the_contract(costs: Costs) -> None:
    first = data(costs)["prompts"][0]
    assert first["path"] == "prompts/a.md"
    assert first["input_tokens"] == {
        "literal": 212,
        "variables": 800,
        "schema": 0,
        "tools": 0,
        "framing": 7,
        "minimum": 219,
        "expected": 1019,
        "maximum": None,
        "cacheable_prefix": 190,
    }
    assert first["output_tokens"] == {"expected": 66, "maximum": 200, "source": "text: at most 3 sentences; cap of 200"}
    assert first["usd"]["per_call"] == 0.00038675
    assert (first["encoding"], first["count"], first["error"]) == ("o200k_base", "exact", 0.0)
    assert data(costs)["total"]["known"] == {"input": 2, "per_call": 1, "per_month": 1}
