"""``promptlint models``: what is known of models: prices, limits, names, and how their tokens are counted."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from promptlint.cli import EXIT_OK, EXIT_TROUBLE
from promptlint.cli._completing import complete_models
from promptlint.cli._options import configurations

if TYPE_CHECKING:
    from promptlint.prices import Lookup, Model, Price
    from promptlint.tokens import Tokenizers

__all__ = ["command"]

_ANY = "prompt.md"  # stands for the files of the current folder
_WIDTH = 88


@click.command("models", short_help="List models with their prices and limits, or show one.")
@click.argument("name", required=False, shell_complete=complete_models)
@click.option(
    "--provider", metavar="NAME", help="List only the models of this provider, such as openai, aws or openrouter."
)
@click.option("--all", "everything", is_flag=True, help="List those of hosts and retired ones, too.")
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Take the project's own models from this configuration file.",
)
@click.option("--isolated", is_flag=True, help="Read no configuration files.")
def command(
    *,
    name: str | None,
    provider: str | None,
    everything: bool,
    output_format: str,
    config_file: str | None,
    isolated: bool,
) -> int:
    """Show the model NAME, as prompt files name it. Without NAME, list the current models of those who make them.

    Prices are in USD per million tokens, of the day that is shown; [models] in the configuration adds prices of one's own.
    """
    from promptlint.cli._output import error, write
    from promptlint.config import ConfigError
    from promptlint.prices import data_date, provider_names, sources

    try:
        config = configurations(config_file, isolated).for_file(Path.cwd() / _ANY)
    except ConfigError as fault:
        error(str(fault))
        return EXIT_TROUBLE
    names = provider_names()
    if provider is not None and provider not in (*names, "own"):
        raise click.UsageError(f"unknown provider '{provider}'; there are {', '.join(names)} and own")
    if name is not None:
        if provider is not None or everything:
            raise click.UsageError("NAME goes without --provider and --all.")
        lookup = config.find_model(name)
        if not lookup.every:
            raise click.UsageError(_unknown(name, lookup))
        found: Sequence[Model] = lookup.every
    else:
        found = _listed(config.models.values(), provider, everything)
    if output_format == "json":
        data = {
            "version": 1,
            "date": data_date(),
            "sources": [asdict(source) for source in sources()],
            "models": [_data(model, config.tokenizers) for model in found],
        }
        write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    elif name is not None and len(found) == 1:
        write(_text(name, found[0], names, config.tokenizers))
    else:
        write(_table(found, name, config.tokenizers))
    return EXIT_OK


def _unknown(name: str, lookup: Lookup) -> str:
    if lookup.suggestions:
        return f"unknown model '{name}' (did you mean {' or '.join(map(repr, lookup.suggestions))}?)"
    return f"unknown model '{name}'; promptlint models lists those that are known"


def _listed(own: Iterable[Model], provider: str | None, everything: bool) -> list[Model]:
    from promptlint.prices import data_date, makers_models, models

    if provider is not None:
        return [model for model in (*own, *models()) if model.provider == provider]
    if everything:
        return [*own, *models()]
    today = data_date()
    current = (model for model in makers_models() if model.price is not None)
    return [*own, *(model for model in current if model.retired is None or model.retired > today)]


def _data(model: Model, tokenizers: Tokenizers) -> dict[str, Any]:
    from promptlint.tokens import counting_for

    data = asdict(model)
    counting = counting_for(model.id, tokenizers)
    data["tokens"] = {"encoding": counting.encoding, "count": counting.count, "error": counting.error}
    return data


def _dollars(price: float | None) -> str:
    """At least cents, and no more than it needs."""
    if price is None:
        return "-"
    whole, point, rest = f"{price:.6f}".rstrip("0").partition(".")
    return f"{whole}{point}{rest.ljust(2, '0')}"


def _number(tokens: int | None) -> str:
    return "-" if tokens is None else f"{tokens:,}"


def _counted(model: Model, tokenizers: Tokenizers) -> str:
    """Which tokenizer counts for a model, and what that is worth."""
    from promptlint.tokens import counting_for

    counting = counting_for(model.id, tokenizers)
    return f"{counting.encoding} (off by up to {counting.error:.0%})" if counting.error else counting.encoding


_HEAD = ("provider", "model", "window", "answer", "input", "cached", "output", "tier", "reasoning", "retired", "tokens")
_RIGHT = frozenset({"window", "answer", "input", "cached", "output"})


def _row(model: Model, tokenizers: Tokenizers) -> tuple[str, ...]:
    price = model.price
    return (
        model.provider,
        model.id,
        _number(model.window),
        _number(model.max_output),
        *(_dollars(getattr(price, kind, None)) for kind in ("input", "cached_read", "output")),
        model.tier or "-",
        model.reasoning,
        model.retired or "-",
        _counted(model, tokenizers),
    )


def _table(models: Sequence[Model], name: str | None, tokenizers: Tokenizers) -> str:
    from promptlint.prices import data_date
    from promptlint.reporters.terminal.cells import visible, width

    rows = [_HEAD, *(tuple(map(visible, _row(model, tokenizers))) for model in models)]
    widths = [max(width(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = []
    if name is not None:
        lines += [
            f"{visible(name)} is sold by several hosts; name one, such as {models[0].provider}/{models[0].id}.",
            "",
        ]
    for row in rows:
        cells = [
            " " * (limit - width(cell)) + cell if head in _RIGHT else cell + " " * (limit - width(cell))
            for head, cell, limit in zip(_HEAD, row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    lines += ["", f"USD per million tokens on {data_date()}. promptlint models NAME shows one."]
    return "\n".join(lines) + "\n"


def _text(asked: str, model: Model, names: Mapping[str, str], tokenizers: Tokenizers) -> str:
    from promptlint.prices import data_date, sources
    from promptlint.reporters.terminal.cells import visible
    from promptlint.tokens import counting_for

    entries = [
        ("provider", names.get(model.provider, "this configuration")),
        ("window", _tokens(model.window)),
        ("longest answer", _tokens(model.max_output)),
        ("reasoning", _REASONING[model.reasoning]),
        ("retired", _retired(model.retired)),
        ("languages", ", ".join(model.languages) if model.languages else "its vendor publishes no short list"),
        ("cached from", _tokens(model.cache_minimum)),
        ("price tier", model.tier or "not known"),
        ("counting", counting_for(model.id, tokenizers).assumption),
    ]
    title = model.id if model.name.lower() == model.id.lower() else f"{model.id} ({model.name})"
    lines = [visible(title), ""]
    if asked.strip().lower() != model.id.lower():
        lines[1:1] = [f"  what '{visible(asked)}' means"]
    wide = max(len(label) for label, _ in entries)
    for label, value in entries:
        start = f"  {label.ljust(wide)}  "
        lines += textwrap.wrap(visible(value), _WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
    lines += ["", *_prices(model.price), ""]
    if model.price is None:
        return "\n".join(lines)
    first = sources()[0]
    if model.provider in names:
        lines.append(f"Prices of {data_date()}, from {first.name} {first.version}.")
    else:
        lines.append(
            f"The configuration says so; what it leaves out is of {data_date()}, from {first.name} {first.version}."
        )
    return "\n".join(lines) + "\n"


_REASONING = {
    "never": "answers at once",
    "optional": "can think before it answers, which is paid as output",
    "always": "thinks before it answers, which is paid as output",
    "unknown": "not known",
}


def _tokens(number: int | None) -> str:
    return "not known" if number is None else f"{number:,} tokens"


def _retired(day: str | None) -> str:
    from promptlint.prices import data_date

    if day is None:
        return "no day is known"
    return f"since {day}" if day <= data_date() else f"from {day} on"


def _prices(price: Price | None) -> list[str]:
    """A table of prices: a line for each kind, a column for each step of the prompt's length."""
    if price is None:
        return ["No price is known."]
    kinds = {
        "input": "input",
        "cached input": "cached_read",
        "written to the cache": "cache_write",
        "the same for an hour": "cache_write_1h",
        "output": "output",
        "batch input": "batch_input",
        "batch cached input": "batch_cached_read",
        "batch output": "batch_output",
    }
    columns = (price, *price.tiers)
    rows = [["USD per million tokens", "", *(f"above {tier.above:,}" for tier in price.tiers)]]
    for label, field in kinds.items():
        values = [getattr(each, field) for each in columns]
        if any(value is not None for value in values):
            rows.append([label, *map(_dollars, values)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(["", label.ljust(widths[0]), *map(str.rjust, cells, widths[1:])]).rstrip() for label, *cells in rows
    ]
