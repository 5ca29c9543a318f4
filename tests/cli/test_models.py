import json
import re
from pathlib import Path

import pytest

from promptlint.prices import data_date, find_model, models

CONFIG = """
[models."house-model"]
like = "claude-haiku-4-5"
input = 0.8
output = 4.0
[models."llama-3.1-8b"]
price-per-hour = 3.6
tokens-per-second = 1000
"""


@pytest.mark.parametrize(
    "name", ["gpt-4o", "claude-sonnet-4-5-20250929", "groq/llama-3.1-8b-instant", "GPT-4.1 (copilot)"]
)
def test_one_model(invoke, snapshot, name) -> None:
    outcome = invoke("models", name)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == snapshot


def test_a_name_that_several_hosts_have(invoke, snapshot) -> None:
    outcome = invoke("models", "llama-3.1-405b")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == snapshot


def test_the_list_is_of_current_models_of_their_makers(invoke) -> None:
    outcome = invoke("models")
    assert outcome.code == 0
    assert all(len(line) <= 160 for line in outcome.out.split("\n"))
    rows = [line.split() for line in outcome.out.split("\n")[1:] if line and not line.startswith("USD")]
    listed = {(row[0], row[1]) for row in rows}
    assert {("openai", "gpt-4o"), ("anthropic", "claude-sonnet-4-5"), ("mistral", "mistral-large-2512")} <= listed
    assert {provider for provider, _ in listed} & {"aws", "openrouter", "groq"} == set()
    assert ("openai", "gpt-4") not in listed  # retired
    assert data_date() in outcome.out


def test_all_models_and_those_of_a_provider(invoke) -> None:
    every = json.loads(invoke("models", "--all", "--output-format", "json").out)["models"]
    assert [(each["provider"], each["id"]) for each in every] == [(each.provider, each.id) for each in models()]
    groq = json.loads(invoke("models", "--provider", "groq", "--output-format", "json").out)["models"]
    assert groq == [each for each in every if each["provider"] == "groq"] != []


def test_json(invoke) -> None:
    data = json.loads(invoke("models", "openai:chat:gpt-4o", "--output-format", "json").out)
    assert (data["version"], data["date"]) == (1, data_date())
    assert data["sources"][0]["name"] == "genai-prices"
    (model,) = data["models"]
    known = find_model("gpt-4o").model
    assert (model["provider"], model["id"], model["window"]) == ("openai", "gpt-4o", known.window)
    assert model["price"]["input"] == known.price.input and model["price"]["tiers"] == []
    assert model["tokens"] == {"encoding": "o200k_base", "count": "exact", "error": 0.0}


def test_own_models(invoke) -> None:
    Path("promptlint.toml").write_text(CONFIG, "utf-8")
    out = invoke("models", "llama-3.1-8b").out
    assert "this configuration" in out and re.search(r"output +1\.00", out)
    assert invoke("models").out.split("\n")[1].split()[:2] == ["own", "house-model"]
    assert [
        each["id"]
        for each in json.loads(invoke("models", "--provider", "own", "--output-format", "json").out)["models"]
    ] == [
        "house-model",
        "llama-3.1-8b",
    ]
    assert "several hosts" in invoke("models", "llama-3.1-8b", "--isolated").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gpt-4oo"], "unknown model 'gpt-4oo' (did you mean 'gpt-4o'"),
        (["nothing like it"], "unknown model 'nothing like it'; promptlint models lists those that are known"),
        (["--provider", "nobody"], "unknown provider 'nobody'; there are openai, anthropic"),
        (["gpt-4o", "--all"], "NAME goes without --provider and --all"),
        (["gpt-4o", "--config", "a.toml", "--isolated"], "a.toml"),
    ],
)
def test_bad_usage(invoke, arguments, message) -> None:
    outcome = invoke("models", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err


def test_a_wrong_configuration(invoke) -> None:
    Path("promptlint.toml").write_text("[models.x]\nimput = 1\n", "utf-8")
    outcome = invoke("models", "gpt-4o")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "promptlint.toml:2:1: unknown key 'imput' (did you mean 'input'?)\n"


def test_names_are_shown_as_they_are(invoke) -> None:
    Path("promptlint.toml").write_text('[models."a\\u202eb"]\ninput = 1\noutput = 1\n', "utf-8")
    out = invoke("models", "a\u202eb").out
    assert "\u202e" not in out and "U+202E" in out
