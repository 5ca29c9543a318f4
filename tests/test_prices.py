"""The table of models: its prices against a second calculation, and the names that find them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import pickle
import re
import subprocess
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from genai_prices import Usage
from genai_prices.data import providers as genai_providers

import promptlint
from promptlint import prices
from promptlint.prices import Lookup, Model, Price, Tier, data_date, find_model, makers_models, models, tier_of
from promptlint.tokens import MODELS

PACKAGED = Path(promptlint.__file__).parent / "models.json"
CHECKOUT = Path(__file__).parent.parent
DATA = json.loads(PACKAGED.read_text("utf-8"))
GENAI = {provider.id: provider for provider in genai_providers}
PRICED = [model for model in models() if model.price is not None]


def priced(name: str) -> Price:
    model = find_model(name).model
    assert model is not None and model.price is not None
    return model.price


# ---------------------------------------------------------------------------------------------------------------------
# the data


def test_the_packaged_file_is_the_one_in_the_checkout() -> None:
    assert PACKAGED.read_bytes() == (CHECKOUT / "promptlint" / "models.json").read_bytes()


def test_the_file_is_small_dated_and_names_its_sources() -> None:
    assert PACKAGED.stat().st_size < 250_000
    assert date.fromisoformat(data_date()) >= date(2026, 11, 10)
    named = {source.name: source for source in prices.sources()}
    assert named["genai-prices"].licence.startswith("MIT") and named["litellm"].licence.startswith("MIT")
    assert {source.about for source in prices.sources()} >= {"languages", "cache minimum", "reasoning", "retirement"}
    licences = (PACKAGED.parent / "models.LICENSE").read_text("utf-8")
    assert all(source.licence.split("MIT, ")[1] in licences for source in prices.sources() if source.licence)


def test_the_file_is_what_the_script_makes() -> None:
    assert importlib.metadata.version("genai-prices") == DATA["sources"][0]["version"], "the test extra pins it"
    spec = importlib.util.spec_from_file_location("models_script", CHECKOUT / "scripts" / "models.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    again = script.made(*script.from_file(DATA), DATA["sources"][1]["version"], date.fromisoformat(DATA["date"]))
    assert script.render(again) == PACKAGED.read_text("utf-8")


def test_the_file_is_read_by_its_lines() -> None:
    table = prices._table()
    assert table.date == DATA["date"] and len(table.sources) == len(DATA["sources"])
    assert list(table.providers) == list(DATA["providers"])
    for name, said in DATA["providers"].items():
        provider = table.providers[name]
        assert (provider.id, provider.name, provider.maker) == (name, said["name"], said.get("maker"))
        assert provider.sells == tuple(said.get("sells", ()))
        assert list(prices._entries(name)) == said["models"]


def test_a_lookup_reads_the_models_of_one_provider() -> None:
    code = (
        "from promptlint import prices\n"
        "found = prices.find_model('gpt-4o').model\n"
        "print(found.id, prices._entries.cache_info().currsize, prices._sold.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["gpt-4o", "1", "0"]


def test_litellms_table_adds_what_genai_prices_lacks() -> None:
    spec = importlib.util.spec_from_file_location("models_script", CHECKOUT / "scripts" / "models.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    row = {
        "litellm_provider": "openai",
        "mode": "chat",
        "input_cost_per_token": 2.5e-06,
        "output_cost_per_token": 1e-05,
    }
    table = {
        "gpt-4o": row | {"max_output_tokens": 16384, "input_cost_per_token_batches": 1e-06},
        "gpt-4o-2024-08-06": row | {"max_output_tokens": 16384, "deprecation_date": "2027-01-14"},
        "openai/gpt-4o-2024-11-20": row | {"deprecation_date": "2027-02-01"},
        "gpt-5": row | {"supports_reasoning": True, "supports_none_reasoning_effort": False},
        "gpt-5.1": row | {"supports_reasoning": True, "deprecation_date": "soon"},
        "mistral/mistral-medium-latest": row | {"litellm_provider": "mistral", "max_output_tokens": 9},
        "whisper-1": row | {"mode": "audio_transcription", "max_output_tokens": 5},
    }
    facts, left_out = script.from_litellm(table, date(2026, 11, 10))
    assert facts["openai", "gpt-4o"] == {"answer": 16384, "retired": "2027-02-01"}
    assert facts["openai", "gpt-5"] == {"reasoning": "always"}
    assert facts["openai", "gpt-5.1"] == {"reasoning": "optional"}
    # the two disagree on the price of a name that moves: nobody knows what it stands for
    assert left_out == {"mistral": ["mistral-medium-latest"]}
    assert ("mistral", "mistral-medium-latest") not in facts


def test_every_model_is_plausible() -> None:
    for model in models():
        assert model.id and model.name and model.provider in prices.provider_names()
        assert model.window is None or 256 <= model.window <= 20_000_000
        assert model.max_output is None or 1 <= model.max_output <= 2_000_000
        assert model.reasoning in ("never", "optional", "always", "unknown")
        assert model.retired is None or date.fromisoformat(model.retired)
        assert model.cache_minimum is None or 256 <= model.cache_minimum <= 32_768
        assert model.languages is None or all(re.fullmatch("[a-z]{2}", code) for code in model.languages)
        if model.price is not None:
            assert model.tier == tier_of(model.price)
            thresholds = [tier.above for tier in model.price.tiers]
            assert thresholds == sorted(set(thresholds))


# ---------------------------------------------------------------------------------------------------------------------
# what a call costs

USES = [
    {"input_tokens": 1_234, "output_tokens": 567},
    {"input_tokens": 60_000, "output_tokens": 1, "cached_tokens": 50_001},
    {"input_tokens": 60_000, "output_tokens": 1, "cache_write_tokens": 1_024, "cached_tokens": 9_000},
    {"input_tokens": 900_000, "output_tokens": 70_000, "cached_tokens": 300_000},
]


def genai_cost(model: Model, use: dict[str, int], *, batch: bool = False) -> float:
    """The same call as genai-prices calculates it, without fees that are not for tokens."""
    provider = GENAI[model.provider]
    theirs = next(each for each in provider.models if each.id == model.id)
    usage = Usage(
        input_tokens=use["input_tokens"],
        output_tokens=use["output_tokens"],
        cache_read_tokens=use.get("cached_tokens", 0),
        cache_write_tokens=use.get("cache_write_tokens", 0),
    )
    found = theirs.calc_price(
        usage,
        provider,
        genai_request_timestamp=datetime.combine(date.fromisoformat(data_date()), time(12), UTC),
        price_context={"processing": "batch"} if batch else None,
    )
    return float(found.input_price + found.output_price)


@pytest.mark.parametrize("provider", prices.provider_names())
def test_costs_are_those_that_genai_prices_calculates(provider: str) -> None:
    sold = [model for model in PRICED if model.provider == provider]
    assert sold
    for model in sold:
        for use in USES:
            ours = model.price.cost(**use)
            assert ours == pytest.approx(genai_cost(model, use), rel=1e-9), (model.id, use)


def test_batch_costs_are_those_that_genai_prices_calculates() -> None:
    compared = 0
    for model in PRICED:
        theirs = next(each for each in GENAI[model.provider].models if each.id == model.id)
        if any(variant.when == {"processing": "batch"} for variant in theirs.price_variants or ()):
            for use in USES:
                ours = model.price.cost(**use, batch=True)
                assert ours == pytest.approx(genai_cost(model, use, batch=True), rel=1e-9), (model.id, use)
            compared += 1
    assert compared >= 50


def test_the_comparison_is_worth_something() -> None:
    """Enough models, with cached tokens, cache writes and long prompts among them; and a wrong price would be seen."""
    assert len(PRICED) > 1_000
    assert sum(model.price.cached_read is not None for model in PRICED) > 300
    assert sum(model.price.cache_write is not None for model in PRICED) > 100
    assert sum(bool(model.price.tiers) for model in PRICED) > 50
    sonnet = find_model("claude-sonnet-4-5").model
    assert sonnet.price.cost(**USES[3]) != pytest.approx(genai_cost(sonnet, USES[0]))


PRICE = Price(
    input=2.0,
    output=8.0,
    cached_read=0.5,
    cache_write=2.5,
    batch_input=1.0,
    batch_output=4.0,
    tiers=(Tier(above=100_000, input=4.0, output=16.0), Tier(above=500_000, input=6.0, output=24.0)),
)


@pytest.mark.parametrize(
    ("use", "dollars"),
    [
        ({"input_tokens": 1_000_000}, 2.0 * 3),
        ({"input_tokens": 1_000, "output_tokens": 1_000}, 0.010),
        ({"input_tokens": 1_000, "cached_tokens": 1_000}, 0.0005),
        ({"input_tokens": 1_000, "cached_tokens": 600, "cache_write_tokens": 400}, 0.0013),
        ({"input_tokens": 100_000, "output_tokens": 1_000}, 0.208),
        ({"input_tokens": 100_001, "output_tokens": 1_000}, 0.416004),
        # no price for the cache in that tier: like other input
        ({"input_tokens": 200_000, "cached_tokens": 100_000}, 0.8),
        ({"input_tokens": 1_000, "output_tokens": 1_000, "batch": True}, 0.005),
        ({"input_tokens": 1_000, "cached_tokens": 1_000, "batch": True}, 0.001),
        ({"input_tokens": 0}, 0.0),
    ],
)
def test_a_call_costs(use: dict[str, int], dollars: float) -> None:
    assert PRICE.cost(**use) == pytest.approx(dollars)


@pytest.mark.parametrize(
    ("price", "use"),
    [
        (PRICE, {"input_tokens": 10, "cached_tokens": 11}),
        (PRICE, {"input_tokens": 10, "cached_tokens": 6, "cache_write_tokens": 5}),
        (PRICE, {"input_tokens": -1}),
        (PRICE, {"input_tokens": 1, "output_tokens": -1}),
        (Price(input=1.0), {"input_tokens": 1, "output_tokens": 1}),
        (Price(input=1.0, output=1.0), {"input_tokens": 1, "batch": True}),
    ],
)
def test_no_figure_is_made_up(price: Price, use: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        price.cost(**use)


@pytest.mark.parametrize(
    ("price", "tier"),
    [
        (Price(input=1.0, output=5.0), "small"),
        (Price(input=1.01, output=5.0), "medium"),
        (Price(input=3.0, output=15.0), "medium"),
        (Price(input=4.0, output=20.0), "large"),
        (Price(input=1.0), None),
    ],
)
def test_tiers_are_bands_of_price(price: Price, tier: str | None) -> None:
    assert tier_of(price) == tier


@pytest.mark.parametrize(
    ("tier", "names"),
    [
        (
            "small",
            "gpt-5-mini gpt-5-nano gpt-4o-mini claude-haiku-4-5 gemini-2.5-flash deepseek-chat mistral-small-latest",
        ),
        ("medium", "gpt-5 gpt-4o gpt-4.1 claude-sonnet-4-5 gemini-2.5-pro o3 grok-4"),
        ("large", "gpt-4 gpt-5.5 claude-opus-4-5 o1 o1-pro gpt-4-turbo"),
    ],
)
def test_the_bands_part_the_lines_of_the_vendors(tier: str, names: str) -> None:
    assert {name: find_model(name).model.tier for name in names.split()} == dict.fromkeys(names.split(), tier)


# ---------------------------------------------------------------------------------------------------------------------
# names

FOUND = {
    # as the maker names it
    "gpt-4o": "openai/gpt-4o",
    "GPT-4.1": "openai/gpt-4.1",
    " gpt-5-mini ": "openai/gpt-5-mini",
    "gpt-35-turbo": "openai/gpt-3.5-turbo",
    "o3": "openai/o3",
    "claude-sonnet-4": "anthropic/claude-sonnet-4-0",
    "claude-3.5-sonnet": "anthropic/claude-3-5-sonnet",
    "Claude Sonnet 4.5": "anthropic/claude-sonnet-4-5",
    "gemini-2.5-pro": "google/gemini-2.5-pro",
    "mistral-small-latest": "mistral/mistral-small-latest",
    "codestral": "mistral/codestral",
    "deepseek-chat": "deepseek/deepseek-chat",
    "grok-4": "x-ai/grok-4-0709",
    "command-r-plus": "cohere/command-r-plus",
    "sonar-pro": "perplexity/sonar-pro",
    "kimi-k2": "moonshotai/kimi-k2",
    "glm-4.5": "zai/GLM-4.5",
    "MiniMax-M2": "minimax/MiniMax-M2",
    # dated snapshots, those that the table does not list among them
    "gpt-4o-2024-08-06": "openai/gpt-4o",
    "gpt-4o-2024-05-13": "openai/gpt-4o-2024-05-13",
    "gpt-5-mini-2099-12-31": "openai/gpt-5-mini",
    "claude-sonnet-4-5-20250929": "anthropic/claude-sonnet-4-5",
    "claude-3-5-sonnet-latest": "anthropic/claude-3-5-sonnet",
    "gemini-2.5-pro-preview-05-06": "google/gemini-2.5-pro",
    # with a provider in front
    "openai/gpt-4o": "openai/gpt-4o",
    "openai:chat:gpt-5": "openai/gpt-5",
    "openai:responses:gpt-4.1-mini": "openai/gpt-4.1-mini",
    "anthropic:messages:claude-opus-4-5": "anthropic/claude-opus-4-5",
    "anthropic/claude-sonnet-4-5-20250929": "anthropic/claude-sonnet-4-5",
    "googleai/gemini-2.5-flash": "google/gemini-2.5-flash",
    "google-ai/gemini-2.5-flash": "google/gemini-2.5-flash",
    "vertexai/gemini-2.5-flash": "google/gemini-2.5-flash",
    "vertex_ai/claude-opus-4-5@20251101": "google/claude-opus-4-5",
    "models/gemini-2.5-flash": "google/gemini-2.5-flash",
    "projects/p/locations/l/publishers/google/models/gemini-2.5-flash": "google/gemini-2.5-flash",
    "litellm:openai/gpt-4o": "openai/gpt-4o",
    "github:openai/gpt-4o-mini": "openai/gpt-4o-mini",
    "ft:gpt-4o-mini-2024-07-18:acme::x": "openai/ft:gpt-4o-mini",
    # a host
    "azure/gpt-4o": "azure/gpt-4o",
    "azure:chat:gpt-35-turbo": "azure/gpt-3.5-turbo",
    "azure_ai/phi-4": "azure/phi-4",
    "groq/llama-3.1-8b-instant": "groq/llama-3.1-8b-instant",
    "groq/openai/gpt-oss-120b": "groq/openai/gpt-oss-120b",
    "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo": "together/meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "accounts/fireworks/models/llama-v3p1-8b-instruct": "fireworks/llama-v3p1-8b-instruct",
    "@cf/meta/llama-3.1-8b-instruct": "cloudflare/@cf/meta/llama-3.1-8b-instruct",
    "openrouter/anthropic/claude-sonnet-4.5": "openrouter/anthropic/claude-sonnet-4.5",
    "openrouter:meta-llama/llama-3.1-8b-instruct": "openrouter/meta-llama/llama-3.1-8b-instruct",
    "anthropic.claude-3-haiku-20240307-v1:0": "aws/regional.anthropic.claude-3-haiku-20240307-v1:0",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0": "aws/regional.anthropic.claude-haiku-4-5-20251001-v1:0",
    "bedrock/global.anthropic.claude-haiku-4-5-20251001-v1:0": "aws/global.anthropic.claude-haiku-4-5-20251001-v1:0",
    "bedrock:meta.llama3-1-8b-instruct-v1:0": "aws/meta.llama3-1-8b-instruct-v1:0",
    "arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-8b-instruct-v1:0": "aws/meta.llama3-1-8b-instruct-v1:0",
    "GPT-4.1 (copilot)": "github-copilot/gpt-4.1",
    "GPT-5 mini (copilot)": "github-copilot/gpt-5-mini",
}


@pytest.mark.parametrize("name", FOUND)
def test_a_name_finds(name: str) -> None:
    lookup = find_model(name)
    assert f"{lookup.model.provider}/{lookup.model.id}" == FOUND[name]
    assert lookup.hosts == () == lookup.suggestions and lookup.every == (lookup.model,)


@pytest.mark.parametrize(
    ("name", "hosts"),
    [
        ("llama-3.1-8b", {"aws", "groq", "together", "openrouter", "cloudflare"}),
        ("llama3.1-8b", {"aws", "groq", "together", "openrouter", "cloudflare"}),
        ("meta-llama/Llama-3.1-8B-Instruct", {"aws", "groq", "together"}),
        ("Meta-Llama-3.1-70B-Instruct", {"aws", "together"}),
        ("llama-3.1-405b", {"together", "openrouter"}),
        ("meta/llama-3.3-70b-instruct", {"groq", "together", "aws"}),
        ("qwen3-32b", {"aws", "groq"}),
        ("gpt-oss-120b", {"groq", "together"}),
        ("openai/gpt-oss-120b", {"groq", "together"}),
        ("gemma-2-9b-it", {"groq"}),
        ("phi-4", {"azure", "openrouter"}),
    ],
)
def test_an_open_model_has_hosts(name: str, hosts: set[str]) -> None:
    lookup = find_model(name)
    assert lookup.model is None and lookup.suggestions == ()
    assert hosts <= {host.provider for host in lookup.hosts}
    assert lookup.every == lookup.hosts
    assert not any(host.id.endswith(":free") for host in lookup.hosts)


@pytest.mark.parametrize("name", ["llama-3.1-8b", "llama-3.1-70b", "llama-3.3-70b", "llama-3.2-3b"])
def test_hosts_of_one_name_serve_one_model(name: str) -> None:
    size = name.rpartition("-")[2]
    for host in find_model(name).hosts:
        assert size in re.split(r"[^a-z0-9]", host.id.lower()), host.id
        assert host.languages == ("en", "de", "fr", "it", "pt", "hi", "es", "th")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "  ",
            "${MODEL}",
            "{{ model }}",
            "<your-deployment>",
            "$MODEL",
            "auto",
            "Auto (copilot)",
            "inherit",
            "default",
        ),
        *("ollama/llama3.1:8b", "ollama:chat:llama3.1", "vllm/meta-llama/Llama-3.1-8B", "lm-studio/qwen3-32b"),
        *("x" * 500, "gpt-4o" * 100),
    ],
)
def test_names_that_stand_for_nothing_known(name: str) -> None:
    assert find_model(name) == Lookup()


@pytest.mark.parametrize(
    ("name", "close"),
    [
        ("gpt-4oo", "gpt-4o"),
        ("cluade-sonnet-4-5", "claude-sonnet-4-5"),
        ("gemini-2.5-flsh", "gemini-2.5-flash"),
        ("openai/gpt-5-mni", "gpt-5-mini"),
        ("lama-3.1-8b", "llama-3-1-8b"),
        ("mistral-large-latest", "mistral-large-4"),
        ("sonnet", "claude-sonnet-5-5"),
        ("opus", "claude-opus-5-5"),
    ],
)
def test_unknown_names_are_not_guessed(name: str, close: str) -> None:
    lookup = find_model(name)
    assert lookup.every == () and close in lookup.suggestions and len(lookup.suggestions) <= 3


@pytest.mark.parametrize(
    "name", ["dall-e-3", "text-embedding-3-small", "whisper-1", "gpt-4o-mini-tts", "Dummy", "test-model"]
)
def test_what_does_not_answer_with_text_is_not_found(name: str) -> None:
    assert find_model(name).every == ()


def test_every_model_has_a_name_that_finds_it() -> None:
    asked = {(model.provider, model.id): find_model(f"{model.provider}/{model.id}").model for model in models()}
    differ = {key: found and found.id for key, found in asked.items() if not found or (found.provider, found.id) != key}
    assert differ == {}


@pytest.mark.parametrize("name", ["gpt-4oo", "cluade-sonnet-4-5", "lama-3.1-8b", "sonnet", "gemini-2.5-flsh"])
def test_suggestions_can_be_asked_for(name: str) -> None:
    assert all(find_model(suggested).every for suggested in find_model(name).suggestions)


def test_makers_models_are_what_their_bare_ids_mean() -> None:
    wrong = [model.id for model in makers_models() if find_model(model.id).model != model]
    assert wrong == []
    assert len(makers_models()) > 150


@pytest.mark.parametrize("provider", prices.provider_names())
def test_a_provider_finds_what_genai_prices_finds(provider: str) -> None:
    ids = [model.id for model in models() if model.provider == provider]
    ours = {name: prices._table().providers[provider].find(name.lower()) for name in ids}
    theirs = {name: GENAI[provider]._match_model(name.lower()) for name in ids}  # it does not know all its ids by name
    differ = {name: ours[name].id for name, found in theirs.items() if found and ours[name].id != found.id}
    assert differ == {}


# ---------------------------------------------------------------------------------------------------------------------
# facts beside the price


@pytest.mark.parametrize(
    ("name", "fact", "value"),
    [
        ("gpt-4o", "reasoning", "never"),
        ("o3", "reasoning", "always"),
        ("gpt-5", "reasoning", "always"),
        ("gpt-5.1", "reasoning", "optional"),
        ("claude-3-5-sonnet", "reasoning", "never"),
        ("claude-sonnet-4-5", "reasoning", "optional"),
        ("gemini-2.5-flash", "reasoning", "optional"),
        ("gemini-2.5-pro", "reasoning", "always"),
        ("deepseek-reasoner", "reasoning", "always"),
        ("groq/llama-3.1-8b-instant", "reasoning", "never"),
        ("gpt-4o", "cache_minimum", 1024),
        ("claude-haiku-4-5", "cache_minimum", 4096),
        ("claude-sonnet-4-5", "cache_minimum", 1024),
        ("claude-opus-5", "cache_minimum", 512),
        ("gemini-2.5-flash", "cache_minimum", 2048),
        ("gemini-3.5-flash", "cache_minimum", 4096),
        ("deepseek-chat", "cache_minimum", None),
        ("gpt-4", "cache_minimum", None),  # nothing is cached
        ("gpt-4o", "max_output", 16_384),
        ("gpt-4o", "window", 128_000),
        ("claude-3-opus", "retired", "2026-01-05"),
        ("gpt-5-mini", "retired", "2026-12-11"),
        ("gemini-1.5-pro", "retired", "2025-09-24"),
        ("gpt-4o", "languages", None),
        ("groq/llama-3.1-8b-instant", "languages", ("en", "de", "fr", "it", "pt", "hi", "es", "th")),
        ("together/meta-llama/Meta-Llama-3-8B-Instruct-Turbo", "languages", None),
    ],
)
def test_a_fact(name: str, fact: str, value: object) -> None:
    assert getattr(find_model(name).model, fact) == value


@pytest.mark.parametrize("name", MODELS)
def test_models_whose_counting_is_known_are_known_or_nearly_so(name: str) -> None:
    lookup = find_model(name)
    assert lookup.every or (name == "deepseek-v3" and "deepseek-v3-0324" in lookup.suggestions)  # only sold as that


def test_what_a_host_sells_for_a_maker_is_not_retired_on_the_makers_day() -> None:
    own, hosted = find_model("gpt-5-mini").model, find_model("azure/gpt-5-mini").model
    assert (own.retired, hosted.retired) == ("2026-12-11", None)
    assert own.price == hosted.price


# ---------------------------------------------------------------------------------------------------------------------


def test_the_table_is_read_by_the_first_question() -> None:
    code = (
        "from promptlint import prices, config; n = prices._table.cache_info().currsize; prices.data_date(); print(n)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_models_travel_between_processes() -> None:
    lookup = find_model("claude-sonnet-4-5")
    assert pickle.loads(pickle.dumps(lookup)) == lookup
