from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

TEXT = "---\nmodel: gpt-4o\ninputs: [report]\n---\nSummarise {{report}} in 3 sentences.\n"


@pytest.fixture(autouse=True)
def prompts() -> None:
    Path("prompts").mkdir()
    Path("prompts", "a.md").write_text(TEXT, "utf-8")


def test_text(invoke) -> None:
    outcome = invoke("explain", "prompts/a.md")
    assert (outcome.code, outcome.err) == (0, "")
    flat = [" ".join(line.split()) for line in outcome.out.split("\n")]
    assert flat[0].startswith("prompts/a.md: markdown (")
    assert "kind task (detected)" in flat
    assert "task 5:1 prose: 'Summarise'" in flat
    assert "length bounded (confidence: high)" in flat
    assert '2:8 model = "gpt-4o"' in flat
    assert "report: declared at 3:10; used at 5:13; holds: document" in flat
    assert any(line.startswith("5:1 [prose, ") and "Summarise {{report}}" in line for line in flat)


def test_json(invoke) -> None:
    outcome = invoke("explain", "prompts", "--output-format", "json", "--model", "gpt-4")
    data = json.loads(outcome.out)
    assert data["version"] == 1
    (file,) = data["files"]
    assert (file["path"], file["format"]) == ("prompts/a.md", "markdown")
    assert file["format_reason"]
    (prompt,) = file["prompts"]
    assert prompt["task"]["place"] == {"path": "prompts/a.md", "line": 5, "column": 1}
    assert prompt["estimate"]["counting"]["encoding"] == "cl100k_base"


def test_configuration_holds(invoke) -> None:
    Path("promptlint.toml").write_text('kind = "reference"\n', "utf-8")
    assert "reference (configured)" in invoke("explain", "prompts/a.md").out


def test_nothing_of_the_prompt_steers_the_terminal(invoke) -> None:
    Path("prompts", "b.md").write_text('Summarise "\x1b[31mit\u202e" now.\n', "utf-8")
    out = invoke("explain", "prompts/b.md").out
    assert "\x1b" not in out and "\u202e" not in out


def test_standard_input(invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(TEXT.encode())))
    assert invoke("explain", "-", "--stdin-filename", "prompts/x.md").out.startswith("prompts/x.md: markdown")


def test_faults(invoke) -> None:
    assert invoke("explain").code == 2
    outcome = invoke("explain", "prompts/a.md", "missing.md")
    assert outcome.code == 2 and "missing.md" in outcome.err and "prompts/a.md" in outcome.out
    Path("empty").mkdir()
    outcome = invoke("explain", "empty")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "no prompt files found in empty\n")
    Path("promptlint.toml").write_text("selct = 1\n", "utf-8")
    assert invoke("explain", "prompts/a.md").code == 2
