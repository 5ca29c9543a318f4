from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Invoke


@pytest.fixture(autouse=True)
def prompts() -> None:
    Path("prompts").mkdir()
    Path("prompts/a.md").write_text("Name the capital of {{country}}.\n")
    Path("prompts/b.j2").write_text("Name the capital of {{ country }}.\n")
    Path("prompts/photo.md").write_bytes(b"\x89PNG\0")


def test_what_is_taken_as_what_and_why(invoke: Invoke) -> None:
    outcome = invoke("files", "prompts")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["prompts/a.md", "markdown"],
        ["prompts/b.j2", "jinja"],
        ["prompts/photo.md", "skipped"],
    ]
    assert "binary" in lines[2]


def test_json(invoke: Invoke) -> None:
    data = json.loads(invoke("files", "prompts", "--output-format", "json").out)
    assert data["version"] == 1
    assert [(each["path"], each["format"]) for each in data["files"]] == [
        ("prompts/a.md", "markdown"),
        ("prompts/b.j2", "jinja"),
    ]
    assert all(each["reason"] for each in data["files"])
    assert [each["path"] for each in data["skipped"]] == ["prompts/photo.md"]


def test_columns_are_aligned_by_display_width(invoke: Invoke) -> None:
    Path("prompts/photo.md").unlink()
    Path("prompts/要約.md").write_text("Name the capital of {{country}}.\n")
    lines = invoke("files", "prompts").out.splitlines()
    assert lines[0].startswith("prompts/a.md     markdown  ")
    assert lines[2].startswith("prompts/要約.md  markdown  ")


def test_a_missing_path(invoke: Invoke) -> None:
    outcome = invoke("files", "prompts", "missing")
    assert outcome.code == 2
    assert "prompts/a.md" in outcome.out and "missing" in outcome.out


def test_nothing_found_is_a_notice(invoke: Invoke) -> None:
    Path("empty").mkdir()
    outcome = invoke("files", "empty")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "no prompt files found in empty\n"


def test_a_broken_configuration(invoke: Invoke) -> None:
    Path("promptlint.toml").write_text("exclude = 1\n")
    outcome = invoke("files")
    assert outcome.code == 2
    assert outcome.err.startswith("promptlint.toml:1:11: ")
