"""The prompts in examples/ give the output that the documentation shows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

if TYPE_CHECKING:
    from conftest import Invoke

PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def examples() -> None:
    """A copy in the test's own folder, where no configuration but the default holds."""
    shutil.copytree(PROJECT / "examples", "examples")


@pytest.mark.parametrize("output_format", ["full", "concise", "json"])
def test_output(invoke: Invoke, snapshot: SnapshotAssertion, output_format: str) -> None:
    outcome = invoke("check", "examples/prompts", "--output-format", output_format)
    assert outcome.code == 1
    assert outcome.err == ""
    assert outcome.out == snapshot


def test_json_follows_its_schema(invoke: Invoke) -> None:
    schema = json.loads((PROJECT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    data = json.loads(invoke("check", "examples", "--output-format", "json").out)
    assert data["diagnostics"] and data["prompts"]
    jsonschema.Draft202012Validator(schema).validate(data)


def test_files(invoke: Invoke, snapshot: SnapshotAssertion) -> None:
    assert invoke("files", "examples").out == snapshot
