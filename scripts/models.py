"""Makes promptlint/models.json: what models cost, hold and are called.

    python scripts/models.py --date 2026-11-10 --litellm model_prices_and_context_window_backup.json --litellm-version 1.109.1
    python scripts/models.py --date 2026-11-10    keeps what the file has from litellm
    python scripts/models.py --check              gives 1 when the file is not what this would make of the installed genai-prices

Names and prices are those of the installed genai-prices; litellm's table adds what that has not: the longest answer, dates of
retirement, batch prices, reasoning, the least that is cached. To refresh: install the new genai-prices, take litellm's table
out of its wheel (``litellm/model_prices_and_context_window_backup.json``), and give the day on which genai-prices was
released as ``--date``. Prices that depend on the date are those of that day, at noon UTC: where a price depends on the hour
(DeepSeek), that is the one for the greater part of the day. Nothing here looks at the clock or the network.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from genai_prices import types
from genai_prices.data import providers as known_providers

__all__ = ["FILE", "build", "from_file", "from_litellm", "main", "render"]

FILE = Path(__file__).parent.parent / "promptlint" / "models.json"

Entry = dict[str, Any]
Facts = Mapping[tuple[str, str], Entry]
"""What is known of a model beside genai-prices, by provider and id."""

PROVIDERS = {
    # those that sell what they made, in the order in which a bare name is looked for
    "openai": ("openai", "text-completion-openai"),
    "anthropic": ("anthropic",),
    "google": ("gemini", "vertex_ai-language-models", "vertex_ai-anthropic_models"),
    "mistral": ("mistral",),
    "deepseek": ("deepseek",),
    "x-ai": ("xai",),
    "cohere": ("cohere_chat", "cohere"),
    "perplexity": ("perplexity",),
    "moonshotai": ("moonshot",),
    "zai": ("zai",),
    "minimax": ("minimax",),
    "meta": ("meta_llama", "meta"),
    # those that sell what others made
    "azure": ("azure", "azure_ai"),
    "aws": ("bedrock_converse", "bedrock"),
    "github-copilot": ("github_copilot",),
    "groq": ("groq",),
    "cerebras": ("cerebras",),
    "together": ("together_ai",),
    "fireworks": ("fireworks_ai",),
    "cloudflare": ("cloudflare",),
    "databricks": ("databricks",),
    "openrouter": ("openrouter",),
}
"""The providers that are taken, and what litellm calls them. zhipuai is left out (converted from yuan; zai sells the same)."""

MAKERS = tuple(PROVIDERS)[: tuple(PROVIDERS).index("azure")]

_OWN = {"perplexity": ["^sonar", "^pplx-"], "zai": "^glm-"}
"""What the names of makers' own models begin with, where genai-prices does not say."""

_OTHER_MEDIA = re.compile(
    r"(?:^|[-/.])(?:audio|embed\w*|guard|image|imagen|live|lyria|moderation|ocr|omni|orpheus|realtime|rerank|robotics|"
    r"speech|transcribe|tts|veo|voice|voxtral|whisper)(?:$|[-.:])"
)
"""Ids of models that do not answer a prompt with text."""

_NOT_SOLD = {("openai", "gpt-oss-120b"), ("openai", "gpt-oss-20b"), ("openai", "gpt-oss-safeguard-20b")}
"""Entries of makers for open models that only others sell; their prices there are OpenRouter's cheapest."""

# -- facts that neither source has, each with where it is written -------------------------------------------------------

_LLAMA = "https://github.com/meta-llama/llama-models/blob/main/models"
LANGUAGES = (
    (
        re.compile(r"llama-?v?(?:3[.p-][123])(?![0-9])"),
        "en de fr it pt hi es th",
        f"{_LLAMA}/llama3_1/MODEL_CARD.md (the same list in llama3_2 and llama3_3)",
    ),
    (
        re.compile(r"llama-?4(?![0-9])"),
        "ar en fr de hi id it pt es tl th vi",
        f"{_LLAMA}/llama4/MODEL_CARD.md",
    ),
)
"""Languages that a vendor's short list says are supported; no entry: no list, which says nothing about any language."""

CACHE_MINIMUM = (
    (re.compile(r"(?:openai|azure)/"), 1024, "https://platform.openai.com/docs/guides/prompt-caching"),
    (
        re.compile(r"anthropic/claude-(?:3-haiku|3-5-haiku)"),
        2048,
        "https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching",
    ),
    (
        re.compile(r"anthropic/claude-(?:3-opus|3-5-sonnet|3-7-sonnet|opus-4-[01]|sonnet-4-0)"),
        1024,
        "https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching",
    ),
    (re.compile(r"google/gemini-2\.5-(?:flash|pro)$"), 2048, "https://ai.google.dev/gemini-api/docs/caching"),
)
"""The least that is cached, by provider and id, where litellm does not say. Holds only for models that sell cached tokens."""

_ANTHROPIC_RETIRED = "https://platform.claude.com/docs/en/about-claude/model-deprecations"
_GOOGLE_RETIRED = "https://ai.google.dev/gemini-api/docs/deprecations"
_VERTEX_RETIRED = "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions"
_OPENAI_RETIRED = "https://developers.openai.com/api/docs/deprecations"
RETIRED = (
    (re.compile(r"openai/(?:ada|babbage|curie|davinci|text-davinci-00[23])$"), "2024-01-04", _OPENAI_RETIRED),
    (re.compile(r"openai/gpt-3\.5-(?:turbo-0613|0301)$"), "2024-09-13", _OPENAI_RETIRED),
    (re.compile(r"openai/gpt-4-vision-preview"), "2024-12-06", _OPENAI_RETIRED),
    (re.compile(r"openai/gpt-4-32k"), "2025-06-06", _OPENAI_RETIRED),
    (re.compile(r"openai/gpt-4\.5-preview"), "2025-07-14", _OPENAI_RETIRED),
    (re.compile(r"openai/o1-preview"), "2025-07-28", _OPENAI_RETIRED),
    (re.compile(r"openai/o1-mini"), "2025-10-27", _OPENAI_RETIRED),
    (re.compile(r"anthropic/claude-v1"), "2024-11-06", _ANTHROPIC_RETIRED),
    (re.compile(r"anthropic/claude-(?:2|3-sonnet)$"), "2025-07-21", _ANTHROPIC_RETIRED),
    (re.compile(r"anthropic/claude-3-5-sonnet"), "2025-10-28", _ANTHROPIC_RETIRED),
    (re.compile(r"anthropic/claude-3-opus"), "2026-01-05", _ANTHROPIC_RETIRED),
    (re.compile(r"anthropic/claude-3-(?:7-sonnet|5-haiku)"), "2026-02-19", _ANTHROPIC_RETIRED),
    (re.compile(r"anthropic/claude-3-haiku"), "2026-04-20", _ANTHROPIC_RETIRED),
    (re.compile(r"anthropic/claude-(?:opus|sonnet)-4-0"), "2026-06-15", _ANTHROPIC_RETIRED),
    (re.compile(r"anthropic/claude-opus-4-1"), "2026-08-05", _ANTHROPIC_RETIRED),
    (re.compile(r"google/gemini-(?:pro$|1\.0-pro)"), "2025-04-09", _VERTEX_RETIRED),
    (re.compile(r"google/gemini-(?:1\.5|(?:flash|pro)-1\.5)"), "2025-09-24", _VERTEX_RETIRED),
    (re.compile(r"google/gemini-2\.0-flash"), "2026-06-01", _GOOGLE_RETIRED),
    (re.compile(r"google/gemini-3-pro-preview"), "2026-03-09", _GOOGLE_RETIRED),
)
"""When models were retired, by provider and id, of which litellm says nothing (it drops some of them)."""

_OPENAI = "https://platform.openai.com/docs/guides/reasoning"
_GOOGLE = "https://ai.google.dev/gemini-api/docs/thinking"
_ANTHROPIC = "https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking"
REASONING = (
    # the first that is found in the id
    (re.compile(r"non-reasoning|non-thinking"), "never", "by its name"),
    (re.compile(r"(?:^|/|\.)o[134](?![0-9])"), "always", _OPENAI),
    (re.compile(r"gpt-oss"), "always", "https://openai.com/index/introducing-gpt-oss/"),
    (re.compile(r"gpt-5-chat|gpt-3|gpt-4(?![0-9])|davinci|babbage"), "never", _OPENAI),
    (re.compile(r"gpt-5(?:-(?:mini|nano|pro|codex))?$"), "always", _OPENAI),
    (re.compile(r"gemini-(?:2\.5|3|3\.1)-pro"), "always", _GOOGLE),
    (re.compile(r"gemini-(?:2\.5)-flash"), "optional", _GOOGLE),
    (re.compile(r"gemini-(?:1|2\.0|pro)|gemma-?[123]"), "never", _GOOGLE),
    (re.compile(r"claude-(?:3-7|3\.7|4|(?:opus|sonnet|haiku|fable|mythos)-[4-9])"), "optional", _ANTHROPIC),
    (re.compile(r"claude-(?:[12]|v|instant|3)"), "never", _ANTHROPIC),
    (
        re.compile(r"qwq|-thinking|[-.]r1(?![0-9])|deepseek-reasoner|magistral|[-/]reasoning|sonar-reasoning"),
        "always",
        "by its name",
    ),
    (re.compile(r"deepseek-chat|deepseek-v3(?:-|$)"), "never", "https://api-docs.deepseek.com/quick_start/pricing"),
    (re.compile(r"llama-?v?[234](?![0-9])|codellama"), "never", f"{_LLAMA}/"),
    (
        re.compile(r"mixtral|mistral-(?:7b|nemo|tiny)|codestral|pixtral|ministral-(?:3b|8b)(?!-2)"),
        "never",
        "https://docs.mistral.ai/",
    ),
    (re.compile(r"qwen-?(?:1|2)(?!.*vl-thinking)"), "never", "https://qwenlm.github.io/"),
    (re.compile(r"command-(?:r|light)|phi-[34](?!.*reasoning)"), "never", "its model card"),
)
"""Whether a model thinks before it answers. Else litellm's flags say so: it reasons, and it can or cannot be told not to."""


# -- genai-prices ------------------------------------------------------------------------------------------------------


def _clause(clause: Any) -> Any:
    """A clause of genai-prices as data: "=x" equals, "^x" begins, "$x" ends, "*x" contains, "~x" pattern; a list: any of
    these, a list that begins with "&": all of these. Names are compared in lower case.
    """
    match clause:
        case types.ClauseEquals():
            return f"={clause.equals.lower()}"
        case types.ClauseStartsWith():
            return f"^{clause.starts_with.lower()}"
        case types.ClauseEndsWith():
            return f"${clause.ends_with.lower()}"
        case types.ClauseContains():
            return f"*{clause.contains.lower()}"
        case types.ClauseRegex():
            return f"~{clause.regex}"
        case types.ClauseOr():
            found: list[Any] = []
            for each in map(_clause, clause.or_):
                found += each if isinstance(each, list) and each[0] != "&" else [each]
            return list(dict.fromkeys(found)) if all(isinstance(each, str) for each in found) else found
        case types.ClauseAnd():
            return ["&", *map(_clause, clause.and_)]
    raise TypeError(clause)


_KINDS = ("input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok")
"""The order of prices in the file."""


def _number(value: Decimal | float) -> float | int:
    number = float(value)
    return int(number) if number.is_integer() else number


def _rates(price: Callable[[str], Decimal | types.TieredPrices | None], above: int | None = None) -> list[Any]:
    """Prices in the order of `_KINDS`, as they are for prompts of more than `above` tokens."""
    found: list[Any] = []
    for kind in _KINDS:
        value = price(kind)
        if isinstance(value, types.TieredPrices):
            tiers = [tier.price for tier in value.tiers if above is not None and tier.start <= above]
            value = tiers[-1] if tiers else value.base
        found.append(None if value is None else _number(value))
    while found and found[-1] is None:
        found.pop()
    return found


def _prices(model: types.ModelInfo, at: datetime) -> Entry:
    """price: the standard prices; batch: those of the batch API; long: [above, ...] for each step of the prompt's length."""
    entry: Entry = {}
    standard = model.get_prices(at)
    batch = model.get_prices(at, {"processing": "batch"})
    if getattr(standard, "input_mtok", None) is None and getattr(standard, "output_mtok", None) is None:
        return {"price": [0, 0]} if "free" in f"{model.id} {model.name}".lower() else {}
    entry["price"] = _rates(lambda kind: getattr(standard, kind))
    has_batch = batch.__dict__ != standard.__dict__
    if has_batch:
        entry["batch"] = _rates(lambda kind: getattr(batch, kind))
    steps = {
        tier.start
        for prices in (standard, batch)
        for kind in _KINDS
        if isinstance(value := getattr(prices, kind), types.TieredPrices)
        for tier in value.tiers
    }
    for above in sorted(steps):
        rates = [above, _rates(lambda kind: getattr(standard, kind), above)]
        entry.setdefault("long", []).append(
            [*rates, _rates(lambda kind: getattr(batch, kind), above)] if has_batch else rates
        )
    return entry


def _is_taken(provider: str, model: types.ModelInfo, prices: Entry) -> bool:
    if provider == "openrouter" and "/" not in model.id:
        return False  # OpenRouter's names have makers in front; these are copies without
    if provider != "openrouter" and model.id.endswith((":free", ":extended")):
        return False  # OpenRouter's variants, listed with those who made the model
    if (provider, model.id) in _NOT_SOLD or _OTHER_MEDIA.search(model.id.lower()):
        return False
    return len(prices.get("price", ())) > 1 or (not prices and model.context_window is not None)


def build(facts: Facts, day: date, left_out: Mapping[str, list[str]]) -> dict[str, Entry]:
    """The providers with their models, from the installed genai-prices and what else is known.

    `left_out` are names that the sources take for different models, by provider: nobody can say what these cost.
    """
    at = datetime.combine(day, time(12), UTC)
    by_id = {provider.id: provider for provider in known_providers}
    found: dict[str, Entry] = {}
    for name in PROVIDERS:
        provider = by_id[name]
        entry: Entry = {"name": provider.name}
        if name in MAKERS:
            entry["maker"] = _clause(provider.model_match) if provider.model_match else _OWN[name]
        fallback = [each for each in provider.fallback_model_providers or () if each in PROVIDERS]
        if fallback:
            entry["sells"] = fallback
        priced = [(model, _prices(model, at)) for model in provider.models]
        taken = [(model, prices) for model, prices in priced if _is_taken(name, model, prices)]
        for model, _ in priced:
            # what is left out must not be taken for something else
            if not any(model is each for each, _ in taken) and any(each.is_match(model.id) for each, _ in taken):
                taken.append((model, {}))
        order = {model.id: number for number, model in enumerate(provider.models)}
        entry["models"] = [
            _model(name, model, prices, facts.get((name, model.id), {}), left_out.get(name, []))
            for model, prices in sorted(taken, key=lambda item: order[item[0].id])
        ]
        found[name] = entry
    return found


def _model(provider: str, model: types.ModelInfo, prices: Entry, fact: Entry, left_out: list[str]) -> Entry:
    clause = _clause(model.match)
    entry: Entry = {"id": model.id}
    if model.name is not None and _plain(model.name) != _plain(model.id):
        entry["name"] = model.name
    if isinstance(clause, list) and clause[0] != "&":
        clause = [each for each in clause if each not in [f"={name}" for name in left_out]]
        clause = clause[0] if len(clause) == 1 else clause
    if clause != f"={model.id.lower()}":
        entry["match"] = clause
    entry["window"] = model.context_window or fact.get("window")
    entry["answer"] = fact.get("answer")
    key = f"{provider}/{model.id.lower()}"
    entry["retired"] = next((day for pattern, day, _ in RETIRED if pattern.search(key)), fact.get("retired"))
    entry["reasoning"] = next(
        (value for pattern, value, _ in REASONING if pattern.search(model.id.lower())), fact.get("reasoning")
    )
    entry["languages"] = next((value for pattern, value, _ in LANGUAGES if pattern.search(model.id.lower())), None)
    if len(prices.get("price", ())) > 2 and prices["price"][2] is not None:
        entry["cache"] = fact.get("cache") or next(
            (value for pattern, value, _ in CACHE_MINIMUM if pattern.search(key)), None
        )
    entry |= prices
    if "batch" not in entry and "price" in entry:
        entry["batch"] = fact.get("batch")
    return {key: value for key, value in entry.items() if value is not None}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


# -- litellm -----------------------------------------------------------------------------------------------------------


def from_litellm(table: Mapping[str, Entry], day: date) -> tuple[dict[tuple[str, str], Entry], dict[str, list[str]]]:
    """What litellm's table knows of genai-prices' models, and the moving names on which the two do not agree."""
    at = datetime.combine(day, time(12), UTC)
    facts: dict[tuple[str, str], Entry] = {}
    left_out: dict[str, list[str]] = {}
    by_id = {provider.id: provider for provider in known_providers}
    for name, theirs in PROVIDERS.items():
        rows: dict[str, list[tuple[str, Entry]]] = {}
        for source in theirs:
            for key, row in table.items():
                if row.get("litellm_provider") != source or row.get("mode") not in ("chat", "completion", "responses"):
                    continue
                ref = _ref(key)
                model = by_id[name].find_model(ref)
                if model is not None and all(ref != other for other, _ in rows.get(model.id, ())):
                    rows.setdefault(model.id, []).append((ref, row))
        for model in by_id[name].models:
            found = rows.get(model.id)
            if not found:
                continue
            prices = _prices(model, at)
            named = _as_list(_clause(model.match))
            doubtful = [
                ref
                for ref, row in found
                if name in MAKERS and ref.endswith("-latest") and f"={ref}" in named and not _agree(prices, row)
            ]
            if doubtful:
                left_out.setdefault(name, []).extend(doubtful)
            found = [(ref, row) for ref, row in found if ref not in doubtful]
            if found:
                facts[name, model.id] = _facts(model.id.lower(), found, prices)
    return facts, {name: sorted(refs) for name, refs in left_out.items()}


def _as_list(clause: Any) -> list[Any]:
    return clause if isinstance(clause, list) else [clause]


_ROUTE = re.compile(
    r"^(?:openai|gemini|vertex_ai|mistral|deepseek|xai|cohere|perplexity|moonshot|zai|minimax|meta_llama|azure|azure_ai|"
    r"bedrock|bedrock_converse|github_copilot|groq|cerebras|together_ai|fireworks_ai|cloudflare|databricks|openrouter)/"
)


_SNAPSHOT = re.compile(r"[-@]20\d\d-?\d\d-?\d\d$")


def _ref(key: str) -> str:
    return _ROUTE.sub("", key.lower())


def _agree(prices: Entry, row: Entry) -> bool:
    """Whether litellm has the same price for input and output."""
    theirs = [row.get("input_cost_per_token"), row.get("output_cost_per_token")]
    ours = prices.get("price", [])[:2]
    return len(ours) == 2 and all(
        value is not None and their is not None and abs(their * 1e6 - value) < 1e-6
        for value, their in zip(ours, theirs, strict=True)
    )


def _facts(model: str, rows: list[tuple[str, Entry]], prices: Entry) -> Entry:
    """What the rows for one model say: the row of its own id first, else what most of them say."""
    own = [row for ref, row in rows if ref == model]
    every = [row for _, row in rows]
    entry: Entry = {}

    def said(*keys: str) -> Any:
        for key in keys:
            for group in (own, every):
                values = [value for row in group if (value := row.get(key)) is not None]
                if values:
                    return Counter(values).most_common(1)[0][0]
        return None

    for name, keys in {
        "window": ("max_input_tokens",),
        "answer": ("max_output_tokens",),
        "cache": ("prompt_cache_min_tokens",),
    }.items():
        value = said(*keys)
        if isinstance(value, int | float) and value > 0:
            entry[name] = int(value)
    # a name that moves is served as long as the last of its snapshots
    snapshots = [row for ref, row in rows if _SNAPSHOT.search(ref)]
    dates = [row.get("deprecation_date") for row in snapshots or own or every]
    if all(isinstance(each, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", each) for each in dates):
        entry["retired"] = max(str(each) for each in dates)
    if said("supports_reasoning"):
        entry["reasoning"] = "always" if said("supports_none_reasoning_effort") is False else "optional"
    batch = [said("input_cost_per_token_batches"), said("output_cost_per_token_batches")]
    if all(isinstance(each, int | float) for each in batch) and any(_agree(prices, row) for row in own or every):
        entry["batch"] = [_number(round(each * 1e6, 6)) for each in batch]
    return entry


# -- the file ----------------------------------------------------------------------------------------------------------


def from_file(data: Entry) -> tuple[dict[tuple[str, str], Entry], dict[str, list[str]]]:
    """What a file of this script knows beside genai-prices."""
    facts = {(name, model["id"]): model for name, entry in data["providers"].items() for model in entry["models"]}
    return facts, data["left-out"]


def _sources(litellm: str, day: date) -> list[Entry]:
    return [
        {
            "name": "genai-prices",
            "version": importlib.metadata.version("genai-prices"),
            "date": day.isoformat(),
            "licence": "MIT, Copyright (c) Pydantic Services Inc. 2025 to present",
            "for": "names, prices, windows",
        },
        {
            "name": "litellm",
            "version": litellm,
            "licence": "MIT, Copyright (c) 2023 Berri AI",
            "for": "longest answers, retirement, reasoning, cache minimum, windows and batch prices that genai-prices lacks",
        },
        *({"name": source, "for": "languages"} for _, _, source in LANGUAGES),
        *({"name": source, "for": "retirement"} for source in dict.fromkeys(each for _, _, each in RETIRED)),
        *({"name": source, "for": "cache minimum"} for source in dict.fromkeys(each for _, _, each in CACHE_MINIMUM)),
        *(
            {"name": source, "for": "reasoning"}
            for source in dict.fromkeys(each for _, _, each in REASONING)
            if source.startswith("http")
        ),
    ]


def render(data: Entry) -> str:
    """The file's text: a line for each model, so that a refresh can be read as a diff."""
    lines = [f'{{"date":{_json(data["date"])},', f'"sources":{_json(data["sources"])},']
    lines += [f'"left-out":{_json(data["left-out"])},', '"providers":{']
    for number, (name, provider) in enumerate(data["providers"].items()):
        head = {key: value for key, value in provider.items() if key != "models"}
        lines.append(f'{"," if number else ""}{_json(name)}:{_json(head)[:-1]},"models":[')
        lines.append(",\n".join(_json(model) for model in provider["models"]))
        lines.append("]}")
    return "\n".join([*lines, "}}"]) + "\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def made(facts: Facts, left_out: Mapping[str, list[str]], litellm: str, day: date) -> Entry:
    """All that the file holds."""
    return {
        "date": day.isoformat(),
        "sources": _sources(litellm, day),
        "left-out": dict(left_out),
        "providers": build(facts, day, left_out),
    }


def _from_itself(text: str, day: str | None) -> Entry:
    before = json.loads(text)
    litellm = next(source["version"] for source in before["sources"] if source["name"] == "litellm")
    return made(*from_file(before), litellm, date.fromisoformat(day or before["date"]))


def main(arguments: list[str]) -> int:
    """Write the file, or with ``--check`` give 1 when it is stale."""
    parser = argparse.ArgumentParser(prog="models.py")
    parser.add_argument("--date", help="the day on which the installed genai-prices was released")
    parser.add_argument("--litellm", type=Path, help="litellm's model_prices_and_context_window_backup.json")
    parser.add_argument("--litellm-version", default="")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    before = FILE.read_text("utf-8") if FILE.is_file() else ""
    if given.litellm is None:
        data = _from_itself(before, given.date)
    elif given.date and given.litellm_version:
        day = date.fromisoformat(given.date)
        table = json.loads(given.litellm.read_text("utf-8"))
        data = made(*from_litellm(table, day), given.litellm_version, day)
    else:
        parser.error("--litellm needs --litellm-version and --date")
    after = render(data)
    if not given.check:
        FILE.write_text(after, "utf-8", newline="\n")
        return 0
    if before != after:
        sys.stderr.write(f"{FILE.name} is not what scripts/models.py makes of the installed genai-prices\n")
    return int(before != after)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
