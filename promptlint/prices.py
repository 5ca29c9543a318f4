"""What models cost, hold and are called: a dated table (``models.json``, made by scripts/models.py), and names looked up in it.

Importing this is cheap; the table (0.2 MB) is read by the first question. Nothing depends on the clock: prices are those of
`data_date`. They are for tokens of text; fees for each request, search or image are not in them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cache, lru_cache, partial
from typing import Any, Final, Literal

from promptlint.lazy import dataclass, regex

__all__ = [
    "Lookup",
    "Model",
    "Price",
    "Rates",
    "Source",
    "Tier",
    "bare_name",
    "data_date",
    "find_model",
    "makers_models",
    "models",
    "provider_names",
    "sources",
    "tier_of",
]

Reasoning = Literal["never", "optional", "always", "unknown"]
Size = Literal["small", "medium", "large"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Prices in USD per million tokens; None where there is none.

    cached_read: input that the cache has; None: like other input. cache_write: input that is put there for five minutes
    (cache_write_1h: for an hour), which some providers charge for; None: like other input. The prices of the batch API,
    which answers within a day, are None where there is no such price.
    """

    input: float
    output: float | None = None
    cached_read: float | None = None
    cache_write: float | None = None
    cache_write_1h: float | None = None
    batch_input: float | None = None
    batch_output: float | None = None
    batch_cached_read: float | None = None
    batch_cache_write: float | None = None

    def _cost(self, fresh: int, output: int, cached: int, written: int, batch: bool) -> float:
        plain, answer, read, write = self.input, self.output, self.cached_read, self.cache_write
        if batch:
            if self.batch_input is None:
                raise ValueError("there is no batch price")
            plain, answer = self.batch_input, self.batch_output
            read, write = self.batch_cached_read, self.batch_cache_write
        if output and answer is None:
            raise ValueError("the price of output is not known")
        read = plain if read is None else read
        write = plain if write is None else write
        return (fresh * plain + output * (answer or 0.0) + cached * read + written * write) / 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier(Rates):
    """The prices of a whole call, output too, whose prompt has more than `above` tokens."""

    above: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Rates):
    """What a model costs. `tiers` hold in place of the price itself for long prompts, the shortest first."""

    tiers: tuple[Tier, ...] = ()

    def cost(
        self,
        *,
        input_tokens: int,
        output_tokens: int = 0,
        cached_tokens: int = 0,
        cache_write_tokens: int = 0,
        batch: bool = False,
    ) -> float:
        """USD for one call. `input_tokens` are all of the prompt; those read from the cache or written to it are among them.

        Raises ValueError where the price that is asked for is not known, or the parts are more than the whole.
        """
        fresh = input_tokens - cached_tokens - cache_write_tokens
        if min(fresh, output_tokens, cached_tokens, cache_write_tokens) < 0:
            raise ValueError("cached and written tokens are part of the input tokens, and no number is negative")
        rates: Rates = self
        for tier in self.tiers:
            if input_tokens > tier.above:
                rates = tier
        return rates._cost(fresh, output_tokens, cached_tokens, cache_write_tokens, batch)  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class Model:
    """A model as one provider sells it.

    id: the provider's name for it. window: tokens that prompt and answer share; a few providers give the most that the
    prompt may have. max_output: the longest answer in tokens. reasoning: whether it thinks before it answers, which is paid
    as output. retired: the day from which the provider no longer serves it, which may lie behind `data_date`. languages:
    the short list of those that its vendor supports, None where there is no such list. cache_minimum: the shortest prefix
    in tokens that is cached, None where that is not known. tier: see `tier_of`.
    """

    id: str
    provider: str
    name: str
    window: int | None = None
    max_output: int | None = None
    reasoning: Reasoning = "unknown"
    retired: str | None = None
    languages: tuple[str, ...] | None = None
    cache_minimum: int | None = None
    tier: Size | None = None
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a name stands for.

    `hosts` are all who sell an open model of that name, for which there is no price before a host is chosen; then `model`
    is None. `suggest` looks for close names, where nothing has this one.
    """

    model: Model | None = None
    hosts: tuple[Model, ...] = ()
    suggest: Callable[[], tuple[str, ...]] = field(default=tuple, compare=False, repr=False)

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Close names, where nothing has this one. To find them takes long, and few ask."""
        return self.suggest()

    @property
    def every(self) -> tuple[Model, ...]:
        """The model, or that of each host: what all of them have in common is known whoever serves it."""
        return (self.model,) if self.model is not None else self.hosts


@dataclass(frozen=True, slots=True)
class Source:
    """Where a part of the table is from: a package with version and licence, or the address of a page."""

    name: str
    about: str
    version: str | None = None
    licence: str | None = None


_SMALL: Final = 2.0
_LARGE: Final = 8.0


def tier_of(price: Price) -> Size | None:
    """The band of a price in USD per million tokens, three parts input to one of output: small <= 2 < medium < 8 <= large.

    The bands are promptlint's own. They say what a call costs, not what a model can do; at the end of 2026 they part the
    vendors' lines as these name them (mini and nano, Haiku, Flash | GPT-5, Sonnet, Gemini Pro | Opus, GPT-5.5, o1).
    """
    if price.output is None:
        return None
    blended = (3 * price.input + price.output) / 4
    return "small" if blended <= _SMALL else "medium" if blended < _LARGE else "large"


# -- the table ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Provider:
    """A provider. `maker` is what a bare name has to be for it to be one of its own, None for those who sell others' models.

    `sells` are makers whose models it sells at their prices. `lines` are its models as the file has them.
    """

    id: str
    name: str
    maker: Any
    sells: tuple[str, ...]
    lines: str = field(repr=False)

    def find(self, name: str) -> Model | None:
        entries = _entries(self.id)
        found = next((entry for entry in entries if _matches(_clause(entry), name)), None)
        # ids that are no name for the provider (Bedrock's regional prices) are names to promptlint
        found = found or next((entry for entry in entries if entry["id"].lower() == name), None)
        return None if found is None else _model(self.id, found)


@dataclass(frozen=True, slots=True)
class _Table:
    date: str
    sources: tuple[Source, ...]
    providers: Mapping[str, _Provider]


@lru_cache(maxsize=1)
def _table() -> _Table:
    path = os.path.join(os.path.dirname(__file__), "models.json")  # noqa: PTH118, PTH120
    with open(path, encoding="utf-8") as file:  # noqa: PTH123  (pathlib costs more to import than this takes)
        text = file.read()
    # A line for each model, as scripts/models.py writes them. Most runs ask for models of one or two providers, so a
    # provider's are read when they are asked for.
    head, _, rest = text.partition(',\n"providers":{\n')
    about = json.loads(f"{head}}}")
    providers = dict(_provider(*block.split("\n", 1)) for block in rest.split("\n]}\n")[:-1])
    sources = tuple(
        Source(each["name"], each["for"], each.get("version"), each.get("licence")) for each in about["sources"]
    )
    return _Table(about["date"], sources, providers)


def _provider(line: str, models: str) -> tuple[str, _Provider]:
    name, said = json.loads(f"{{{line.removeprefix(',')}]}}}}").popitem()
    return name, _Provider(name, said["name"], said.get("maker"), tuple(said.get("sells", ())), models)


@cache
def _entries(provider: str) -> tuple[Mapping[str, Any], ...]:
    """What the file says about the models that a provider sells."""
    return tuple(json.loads(f"[{_table().providers[provider].lines}]"))


def _clause(entry: Mapping[str, Any]) -> Any:
    """What a name has to be for it to mean the model of an entry."""
    return entry.get("match", f"={entry['id'].lower()}")


@cache
def _sold(provider: str) -> tuple[Model, ...]:
    """The models that a provider sells."""
    return tuple(_model(provider, entry) for entry in _entries(provider))


@lru_cache(maxsize=1)
def _by_key() -> Mapping[str, tuple[Model, ...]]:
    """The models by what the names of one model at several hosts have in common."""
    found: dict[str, list[Model]] = {}
    for model in models():
        if not model.id.endswith(":free"):  # trials, which no price is to be expected of
            found.setdefault(_key(model.id), []).append(model)
    return {key: tuple(each) for key, each in found.items()}


_STANDARD: Final = ("input", "output", "cached_read", "cache_write", "cache_write_1h")
_BATCH: Final = ("batch_input", "batch_output", "batch_cached_read", "batch_cache_write")


def _rates(standard: Iterable[float | None], batch: Iterable[float | None]) -> dict[str, Any]:
    # lists in the file end with their last number
    return {**dict(zip(_STANDARD, standard, strict=False)), **dict(zip(_BATCH, batch, strict=False))}


def _model(provider: str, entry: Mapping[str, Any]) -> Model:
    price: Price | None = None
    if entry.get("price"):
        tiers = tuple(
            Tier(above=above, **_rates(standard, batch[0] if batch else ()))
            for above, standard, *batch in entry.get("long", ())
        )
        price = Price(**_rates(entry["price"], entry.get("batch", ())), tiers=tiers)
    languages = entry.get("languages")
    return Model(
        id=entry["id"],
        provider=provider,
        name=entry.get("name", entry["id"]),
        window=entry.get("window"),
        max_output=entry.get("answer"),
        reasoning=entry.get("reasoning", "unknown"),
        retired=entry.get("retired"),
        languages=None if languages is None else tuple(languages.split()),
        cache_minimum=entry.get("cache"),
        tier=None if price is None else tier_of(price),
        price=price,
    )


def _matches(clause: Any, name: str) -> bool:
    """Whether a name, in lower case, fulfils a clause (scripts/models.py says how these are written)."""
    if isinstance(clause, list):
        if clause and clause[0] == "&":
            return all(_matches(each, name) for each in clause[1:])
        return any(_matches(each, name) for each in clause)
    sign, text = clause[0], clause[1:]
    if sign == "=":
        return bool(name == text)
    if sign == "^":
        return name.startswith(text)
    if sign == "$":
        return name.endswith(text)
    if sign == "*":
        return text in name
    return re.search(text, name) is not None


def models() -> tuple[Model, ...]:
    """Every model of the table: by provider, makers first."""
    return tuple(model for provider in _table().providers for model in _sold(provider))


def makers_models() -> tuple[Model, ...]:
    """The models that bare names mean: those that a provider both made and sells."""
    return tuple(
        model
        for provider in _table().providers.values()
        if provider.maker is not None
        for model in _sold(provider.id)
        if _matches(provider.maker, model.id.lower())
    )


def data_date() -> str:
    """The day whose prices the table has, in ISO 8601."""
    return _table().date


def sources() -> tuple[Source, ...]:
    """Where the table is from."""
    return _table().sources


def provider_names() -> Mapping[str, str]:
    """The providers of the table: id -> name."""
    return {provider.id: provider.name for provider in _table().providers.values()}


# -- names -------------------------------------------------------------------------------------------------------------

_PREFIXES: Final = {
    "openai": "openai",
    "oai": "openai",
    "chatgpt": "openai",
    "anthropic": "anthropic",
    "claude": "anthropic",
    "google": "google",
    "googleai": "google",
    "google-ai": "google",
    "google-genai": "google",
    "google-vertexai": "google",
    "gemini": "google",
    "vertex": "google",
    "vertexai": "google",
    "vertex-ai": "google",
    "palm": "google",
    "mistral": "mistral",
    "mistralai": "mistral",
    "mistral-ai": "mistral",
    "deepseek": "deepseek",
    "deepseek-ai": "deepseek",
    "xai": "x-ai",
    "x-ai": "x-ai",
    "cohere": "cohere",
    "perplexity": "perplexity",
    "moonshot": "moonshotai",
    "moonshotai": "moonshotai",
    "zai": "zai",
    "z-ai": "zai",
    "zhipuai": "zai",
    "minimax": "minimax",
    "meta": "meta",
    "azure": "azure",
    "azureopenai": "azure",
    "azure-openai": "azure",
    "azure-ai": "azure",
    "bedrock": "aws",
    "bedrock-converse": "aws",
    "aws": "aws",
    "amazon": "aws",
    "amazon-bedrock": "aws",
    "copilot": "github-copilot",
    "github-copilot": "github-copilot",
    "groq": "groq",
    "cerebras": "cerebras",
    "together": "together",
    "togetherai": "together",
    "together-ai": "together",
    "fireworks": "fireworks",
    "fireworks-ai": "fireworks",
    "cloudflare": "cloudflare",
    "cloudflare-ai": "cloudflare",
    "databricks": "databricks",
    "openrouter": "openrouter",
}
"""What tools write in front of a model's name, in lower case with hyphens -> provider."""

_SELF_HOSTED: Final = frozenset(
    {
        "ollama",
        "ollama-chat",
        "lmstudio",
        "lm-studio",
        "vllm",
        "hosted-vllm",
        "llamafile",
        "llamacpp",
        "localai",
        "local",
    }
)
"""Servers of one's own, where the table knows no price."""

_PASSED_ON: Final = frozenset({"litellm", "github", "helicone", "portkey", "vercel"})
"""Gateways and catalogues that sell at the makers' prices: what follows is looked up in their place."""

_APIS: Final = frozenset(
    {
        "chat",
        "completion",
        "completions",
        "responses",
        "messages",
        "embedding",
        "embeddings",
        "assistant",
        "realtime",
        "converse",
    }
)
"""Words for an API that stand between provider and model (``openai:chat:gpt-5``)."""

# As in promptlint.tokens: names that are only known at run time.
_RUN_TIME: Final = regex(r"\$\{|\{\{|\{%|<%|^<.*>$|^\$\w+$|^(?:auto|default|inherit)(?![a-z0-9])")
_COPILOT: Final = regex(r"\s*\(copilot\)$")
_NOTE: Final = regex(r"\s*\([a-z ]{1,20}\)$")
_DATED: Final = regex(r"[-@](?:20\d\d-?\d\d-?\d\d|v\d+:\d+)$")
_RESOURCE: Final = regex(r"^(?:projects/[^/]+/)?(?:locations/[^/]+/)?(?:publishers/[^/]+/)?models/")
_ARN: Final = regex(r"^arn:aws[^/]*/")
_SHAPES: Final = (
    (
        regex(
            r"^(?:[a-z]{2,8}\.)?(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshot(?:ai)?|nvidia|openai|qwen|writer|zai)\.[a-z]"
        ),
        "aws",
    ),
    (regex(r"^accounts/fireworks/"), "fireworks"),
    (regex(r"^@cf/"), "cloudflare"),
    (regex(r"^databricks-"), "databricks"),
    (regex(r"^ft:"), "openai"),
)
"""Names that say by their shape who serves the model."""
_LONGEST_NAME: Final = 200
_SUGGESTED: Final = 3


@lru_cache(maxsize=1024)
def find_model(name: str) -> Lookup:
    """The model that a name in a file, an option or a report means.

    Understands what tools write: ``gpt-4o``, ``openai/gpt-4o``, ``openai:chat:gpt-5``, ``azure/gpt-4o``,
    ``us.anthropic.claude-sonnet-4-5-20250929-v1:0``, ``models/gemini-2.5-pro``, ``GPT-4.1 (copilot)``. A bare name is that of
    its maker's own API; an open model that only others sell has `hosts`. A name that is only known at run time finds nothing.
    """
    text = name.strip().lower()
    if (
        not text
        or len(text) > _LONGEST_NAME
        or _RUN_TIME.search(text)
        or _head(text)[0].replace("_", "-") in _SELF_HOSTED
    ):
        return Lookup()
    provider, rest = _split(text)
    found = _found(provider, rest)
    if found.model is not None or found.hosts:
        return found
    return Lookup(suggest=partial(_close, rest))


def bare_name(name: str) -> str:
    """A model's name in lower case without the provider and the API in front of it."""
    text = name.strip().lower()
    return _split(text)[1] if len(text) <= _LONGEST_NAME else text


def _split(text: str) -> tuple[str | None, str]:
    """The provider that a name begins with, if any, and what follows."""
    if _COPILOT.search(text):
        return "github-copilot", _NOTE.sub("", _COPILOT.sub("", text))
    resource = _RESOURCE.match(text)
    if resource is not None:
        return "google", text[resource.end() :]
    if _ARN.match(text):
        return "aws", _ARN.sub("", text)
    provider: str | None = None
    while True:
        shape = next((each for pattern, each in _SHAPES if pattern.match(text)), None)
        if shape is not None and provider in (None, shape):
            return shape, text
        head, mark, rest = _head(text)
        if not mark or not rest:
            return provider, text
        word = head.replace("_", "-")
        if word in _PASSED_ON or (provider is not None and word in _APIS):
            text = rest
        elif provider is None and word in _PREFIXES:
            provider, text = _PREFIXES[word], rest
            if provider == "openrouter":
                return provider, text  # its names have makers in front
        else:
            return provider, text


_MARK: Final = regex(r"[:/]")


def _head(text: str) -> tuple[str, str, str]:
    cut = _MARK.search(text)
    return (text, "", "") if cut is None else (text[: cut.start()], cut[0], text[cut.end() :])


def _spellings(name: str) -> Iterator[str]:
    """A name as it is written and as an id: without blanks, without the date of a snapshot that the table may not list."""
    for each in (name, re.sub(r"[\s_]+", "-", _NOTE.sub("", name))):
        yield each
        plain = _DATED.sub("", each)
        if plain != each:
            yield plain


def _found(provider: str | None, name: str) -> Lookup:
    providers = _table().providers
    for each in _spellings(name):
        if provider is not None:
            model = _sold_by(providers[provider], each)
            if model is not None:
                return Lookup(model)
        else:
            model = _own(each)
            if model is not None:
                return Lookup(model)
    if provider is None or providers[provider].maker is not None:  # a maker in front does not say who serves it
        for each in _spellings(name):
            hosts = _by_key().get(_key(each), ())
            own = [each for each in hosts if providers[each.provider].maker is not None]
            if own:
                return Lookup(own[0])
            if hosts:
                return Lookup(hosts=hosts)
    return Lookup()


def _sold_by(provider: _Provider, name: str) -> Model | None:
    model = provider.find(name)
    if model is None:
        makers = (_table().providers[each].find(name) for each in provider.sells)
        model = next((each for each in makers if each is not None), None)
        # it costs the same there, and is retired on another day
        model = model and replace(model, provider=provider.id, retired=None)
    return model


def _own(name: str) -> Model | None:
    """The model that a bare name means: its maker's own, or one whose name says who serves it."""
    for provider in _table().providers.values():
        if provider.maker is not None and _matches(provider.maker, name):
            model = provider.find(name)
            if model is not None:
                return model
    return None


_MAKER: Final = regex(
    r"^(?:[a-z]{2,8}-)?(?:meta|mistral|qwen|deepseek|openai|google|cohere|databricks|zai|moonshot(?:ai)?|minimax|nvidia)-+"
    r"(?=(?:meta-)?(?:llama|mistral|mixtral|ministral|qwen|deepseek|gpt-oss|gemma|command|glm|kimi|minimax|nemotron))"
)
_BEDROCK_VERSION: Final = regex(r"-v\d:\d$")
_TUNED: Final = regex(r"-(?:instruct(?:-v0-\d)?|it|chat|hf|free|maas)(?=-|$)")
_SIZED: Final = regex(r"-(?:e?\d+x)?\d+b(?![a-z0-9])")
_SERVED: Final = regex(r"-(?:turbo|lite|fp8|bf16|awq|fast|instant|versatile|reference)(?=-|$)")


def _key(name: str) -> str:
    """What the names of one open model at several hosts have in common."""
    text = _BEDROCK_VERSION.sub("", name.lower().rpartition("/")[2])
    text = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
    text = _MAKER.sub("", text).removeprefix("meta-")
    text = re.sub(r"^(llama|qwen|gemma|phi)-?v?(?=\d)", r"\1-", text)
    text = re.sub(r"(?<=\d)p(?=\d)", "-", text)  # llama-v3p1
    text = _TUNED.sub("", text)
    # the name of a small host's faster or cheaper copy, where the size says that it is the same model
    return _SERVED.sub("", text) if _SIZED.search(text) else text


@lru_cache(maxsize=1024)
def _close(name: str) -> tuple[str, ...]:
    """Names of makers' models, and of open ones, that are close to an unknown one; else those that have it for a part."""
    import difflib

    table = _table()
    known = [
        model.id.lower()
        for provider in table.providers.values()
        if provider.maker is not None
        for model in _sold(provider.id)
        if ":" not in model.id
    ]
    known += (
        key
        for key, found in _by_key().items()
        if len(found) > 1 and all(table.providers[model.provider].maker is None for model in found)
    )
    bare = re.sub(r"[\s_]+", "-", name.rpartition("/")[2])
    close = difflib.get_close_matches(bare, dict.fromkeys(known), n=_SUGGESTED, cutoff=0.7)
    if not close and re.fullmatch(r"[a-z]{4,}", bare):
        close = [each for each in reversed(known) if bare in each.split("-")][:_SUGGESTED]
    return tuple(close)
