"""Counters of other packages on the command line: asked for by `tokenizers`, and an error where they are missing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from promptlint import tokens
from promptlint.tokens import counter

if TYPE_CHECKING:
    from conftest import Invoke

HAS_CTOK = sys.version_info >= (3, 12)
TEXT = "Fasse den Bericht über die Straßenbahnhaltestellen zusammen, in order to win.\n"
MODELS = {"llama": "groq/llama-3.1-8b-instant", "gemini": "gemini-2.5-pro", "gpt": "gpt-4o", "grok": "grok-4"}


@pytest.fixture(autouse=True)
def prompts() -> None:
    Path("promptlint.toml").write_text('tokenizers = "reconstructed"\n', "utf-8")
    Path("prompts").mkdir()
    for name, model in MODELS.items():
        prompt(name, model)


def prompt(name: str, model: str) -> None:
    Path(f"prompts/{name}.md").write_text(f"---\nmodel: {model}\n---\n{TEXT}", "utf-8")


@pytest.fixture
def without_splintr(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is not there, and was not loaded by another test either."""
    fresh = {name: tokens._OtherCounter(name, each._load) for name, each in tokens._OTHER_COUNTERS.items()}
    monkeypatch.setattr(tokens, "_OTHER_COUNTERS", fresh)
    monkeypatch.setattr(tokens, "_COUNTERS", {**tokens._COUNTERS, **fresh})
    monkeypatch.setitem(sys.modules, "splintr", None)


MISSING = (
    "promptlint.toml:1:14: with 'tokenizers' at 'reconstructed', '{model}' is counted by the package splintr-rs, "
    "which is not installed: in promptlint's checkout, pip install '.[tokenizers]'\n"
)


def costs(invoke: Invoke, *arguments: str) -> dict[str, Any]:
    made = json.loads(invoke("cost", *arguments, "--output-format", "json").out)
    return {each["path"]: each for each in made["prompts"]}


def test_costs_say_what_was_counted_with(invoke: Invoke) -> None:
    found = costs(invoke, "prompts")
    said = {Path(path).stem: (each["encoding"], each["count"], each["error"]) for path, each in found.items()}
    assert said == {
        "llama": ("llama3 (splintr)", "exact", 0.0),
        "gemini": ("gemma3 (splintr)", "reconstructed", 0.0),
        "gpt": ("o200k_base", "exact", 0.0),
        "grok": ("o200k_base", "factor", 0.482),
    }
    assert all(each["input_tokens"]["literal"] == counter(each["encoding"]).count(TEXT) for each in found.values())
    # by default nothing of that
    assert {each["encoding"] for each in costs(invoke, "prompts", "--isolated").values()} == {"o200k_base"}


def test_costs_by_message_add_up(invoke: Invoke) -> None:
    made = json.loads(invoke("cost", "prompts/llama.md", "--by", "message", "--output-format", "json").out)
    (only,) = made["prompts"]
    assert sum(share["tokens"] for share in only["breakdown"]["shares"]) == only["input_tokens"]["expected"]


def test_check(invoke: Invoke) -> None:
    report = json.loads(invoke("check", "prompts/gemini.md", "--output-format", "json").out)
    (only,) = report["prompts"]
    assert (only["encoding"], only["count"]) == ("gemma3 (splintr)", "reconstructed")


def test_text_outputs(invoke: Invoke) -> None:
    assert "llama3 (splintr), exact for groq/llama-3.1-8b-instant" in invoke("check", "prompts").out
    assert "gemma3 (splintr), reconstructed for gemini-2.5-pro" in invoke("check", "prompts").out
    explained = invoke("explain", "prompts/gemini.md").out
    assert (
        "gemma3 (splintr), reconstructed (gemini-2.5-pro is counted with the vocabulary of Gemma 3 in splintr"
        in explained
    )
    compared = invoke(
        "compare", "prompts/gpt.md", "--models", "gpt-4o,gemini-2.5-pro,groq/llama-3.1-8b-instant,grok-4"
    ).out
    cells = {line.split("  ")[0]: line for line in compared.split("\n")[3:7]}
    assert [word in cells[name] for name, word in (
        ("gpt-4o", "exact"), ("gemini-2.5-pro", "reconstructed"), ("groq/llama-3.1-8b-instant", "exact"), ("grok-4", "off by up to 48")
    )] == [True] * 4  # fmt: skip


def test_models_say_how_counts_are_known(invoke: Invoke) -> None:
    shown = " ".join(invoke("models", "claude-opus-4-8").out.split())
    assert "claude-opus-4-8 is counted with the reconstruction in ctok 1.3 or later" in shown
    (known,) = json.loads(invoke("models", "gemini-2.5-pro", "--output-format", "json").out)["models"]
    assert known["tokens"] == {"encoding": "gemma3 (splintr)", "count": "reconstructed", "error": 0.0}
    assert "llama3 (splintr)" in invoke("models", "llama-3.1-8b").out
    assert "splintr" not in invoke("models", "llama-3.1-8b", "--isolated").out


def test_the_configuration_shows_it(invoke: Invoke) -> None:
    shown = json.loads(invoke("config", "prompts/llama.md", "--output-format", "json").out)
    (said,) = (each for each in shown["settings"] if each["key"] == "tokenizers")
    assert said["value"] == "reconstructed"


@pytest.mark.usefixtures("without_splintr")
def test_what_is_missing_is_an_error_with_its_place(invoke: Invoke) -> None:
    outcome = invoke("check", "prompts", "--output-format", "json")
    assert outcome.code == 2
    assert outcome.err == "".join(MISSING.format(model=MODELS[name]) for name in ("gemini", "llama"))
    report = json.loads(outcome.out)
    assert [each["path"] for each in report["prompts"]] == ["prompts/gpt.md", "prompts/grok.md"]
    assert [each["reason"] for each in report["skipped"]] == ["its configuration is invalid"] * 2


@pytest.mark.usefixtures("without_splintr")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "prompts/llama.md"),
        ("cost", "prompts/llama.md"),
        ("optimize", "prompts/llama.md"),
        ("explain", "prompts/llama.md"),
        ("compare", "prompts/gpt.md", "--models", "gpt-4o,groq/llama-3.1-8b-instant"),
        ("cost", "prompts/gpt.md", "--model", "groq/llama-3.1-8b-instant"),
        ("baseline", "create", "prompts/llama.md"),
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_every_command_says_so(invoke: Invoke, arguments: tuple[str, ...]) -> None:
    outcome = invoke(*arguments)
    assert (outcome.code, outcome.err.split("\n")[0]) == (2, MISSING.format(model=MODELS["llama"]).strip())


@pytest.mark.usefixtures("without_splintr")
def test_what_no_prompt_needs_is_not_missed(invoke: Invoke) -> None:
    assert invoke("check", "prompts/gpt.md", "prompts/grok.md").err == ""
    assert invoke("check", "prompts", "--isolated").err == ""
    assert invoke("models", "groq/llama-3.1-8b-instant").code == 0


def test_claude(invoke: Invoke) -> None:
    prompt("claude", "claude-sonnet-4-5")
    outcome = invoke("cost", "prompts/claude.md", "--output-format", "json")
    if HAS_CTOK:
        (only,) = json.loads(outcome.out)["prompts"]
        assert (only["encoding"], only["count"], only["error"]) == ("claude-3 (ctok)", "reconstructed", 0.0)
    else:
        assert outcome.code == 2
        assert outcome.err == (
            "promptlint.toml:1:14: with 'tokenizers' at 'reconstructed', 'claude-sonnet-4-5' is counted by the package ctok, "
            "which needs Python 3.12 or later (this is 3.11); there the extra has it: in promptlint's checkout, pip install '.[tokenizers]'\n"
        )
