"""``promptlint compare``: the same prompt across models."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from promptlint.cli import EXIT_OK, EXIT_TROUBLE
from promptlint.cli._completing import complete_models
from promptlint.cli._options import calls_option, colour_option, configurations, names, targets
from promptlint.cli._output import error, style_for
from promptlint.cli._printing import printed

if TYPE_CHECKING:
    from promptlint.breakeven import Tuning
    from promptlint.comparison import Asked, Cascade, Comparison
    from promptlint.config import Config, Configurations
    from promptlint.prompt import Prompt

__all__ = ["command"]

FORMATS: Final = ("text", "json", "markdown")
_LISTED: Final = 10
"""Prompts that a message names."""

_HELP = """Compare what PROMPT (a file, or - for standard input) costs and needs at several models: money, use of the window,
how far its count can be off, languages, reasoning, and the day of retirement. Below that stands from how many calls on
prompt caching, batches or fine-tuning pay.

Without --models these are the model that the prompt declares and smaller ones of its maker.

Figures that are not known are said to be unknown. Prices are in USD, of the day that is shown.
"""


@click.command("compare", short_help="Compare what a prompt costs at several models.", help=_HELP)
@click.argument("prompt", metavar="PROMPT")
@click.option(
    "--models",
    "-m",
    "models",
    multiple=True,
    callback=names,
    shell_complete=complete_models,
    metavar="NAMES",
    help="Models to compare, with commas between them.",
)
@click.option(
    "--prompt", "only", metavar="NAME", help="Compare only the prompt of this name, where the file has several."
)
@calls_option
@click.option(
    "--output-tokens",
    type=click.IntRange(min=0),
    metavar="N",
    help="Take the answer to have N tokens, whatever the prompt says.",
)
@click.option(
    "--cascade",
    metavar="MODEL:SHARE,MODEL",
    help="What it costs to ask one model after the other; SHARE of the first one's answers are accepted (small:0.8,large).",
)
@click.option(
    "--tuned-input-price", type=click.FloatRange(min=0), metavar="USD", help="Of a tuned model, per million tokens."
)
@click.option(
    "--tuned-output-price", type=click.FloatRange(min=0), metavar="USD", help="Of a tuned model, per million tokens."
)
@click.option(
    "--training-cost", type=click.FloatRange(min=0), metavar="USD", help="What the training costs as a whole."
)
@click.option(
    "--tuned-input-tokens",
    type=click.IntRange(min=0),
    metavar="N",
    help="The tokens of the prompt for the tuned model.  [default: as many as now]",
)
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to print it.")
@click.option("--output-file", type=click.Path(dir_okay=False), metavar="FILE", help="Write it to FILE.")
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Use this configuration file.",
)
@click.option("--isolated", is_flag=True, help="Read no configuration files.")
@click.option("--stdin-filename", metavar="NAME", help="With -: the name that standard input is read under.")
@colour_option
def command(
    *,
    prompt: str,
    models: tuple[str, ...],
    only: str | None,
    calls: float | None,
    output_tokens: int | None,
    cascade: str | None,
    tuned_input_price: float | None,
    tuned_output_price: float | None,
    training_cost: float | None,
    tuned_input_tokens: int | None,
    output_format: str,
    output_file: str | None,
    config_file: str | None,
    isolated: bool,
    stdin_filename: str | None,
    when: str,
) -> int:
    """Print the comparison."""
    from promptlint.comparison import Asked, Unknown
    from promptlint.config import ConfigError, with_overrides
    from promptlint.reporters.compare import load

    asked = Asked(
        models,
        output_tokens,
        None if cascade is None else _cascade(cascade),
        _tuning(tuned_input_price, tuned_output_price, training_cost, tuned_input_tokens),
    )
    if prompt != "-" and Path(prompt).is_dir():
        raise click.UsageError(f"'{prompt}' is a folder; compare looks at one file.")

    def overridden(config: Config) -> Config:
        return with_overrides(config, calls=calls)

    try:
        found = _prompts(prompt, stdin_filename, configurations(config_file, isolated, overridden))
        if found is None:
            return EXIT_TROUBLE
        compared = _compared(*found, only, asked)
    except (ConfigError, Unknown) as fault:
        error(str(fault))
        return EXIT_TROUBLE
    style = style_for(when, None if output_file else sys.stdout, os.environ)
    return EXIT_OK if printed(load(output_format)(compared, style), output_file) else EXIT_TROUBLE


def _cascade(said: str) -> Cascade:
    """Read ``small:0.8,large`` or ``small:80%,large``. Names may have colons themselves."""
    from promptlint.comparison import Cascade

    models, accepted = [], []
    *first, last = (each.strip() for each in said.split(","))
    for each in first:
        name, _, share = each.rpartition(":")
        value = _share(share)
        if not name or value is None:
            raise click.UsageError(
                f"--cascade: '{each}' is no MODEL:SHARE with a share between 0 and 1, as in small:0.8,large"
            )
        models.append(name)
        accepted.append(value)
    if not first or not last:
        raise click.UsageError("--cascade: needs two models or more, as in small:0.8,large")
    if len({*models, last}) <= len(models):
        raise click.UsageError("--cascade: names a model twice")
    return Cascade((*models, last), tuple(accepted))


def _share(said: str) -> float | None:
    match = re.fullmatch(r"\s*(\d{0,3}(?:\.\d{1,12})?)\s*(%?)\s*", said, re.ASCII)
    if match is None or not match[1]:
        return None
    share = float(match[1]) / (100 if match[2] else 1)
    return share if 0 <= share <= 1 else None


def _tuning(read: float | None, written: float | None, training: float | None, sent: int | None) -> Tuning | None:
    from promptlint.breakeven import Tuning

    if read is None and written is None and training is None and sent is None:
        return None
    if read is None or written is None or training is None:
        raise click.UsageError(
            "fine-tuning needs --tuned-input-price, --tuned-output-price and --training-cost together"
        )
    return Tuning(read, written, training, sent)


def _prompts(
    path: str, stdin_filename: str | None, configured: Configurations
) -> tuple[tuple[Prompt, ...], str, Config] | None:
    """The prompts of a file with its path and its configuration; None, with a message, where there are none."""
    from promptlint.discovery import Skipped
    from promptlint.formats import read
    from promptlint.runner import disk

    here = Path.cwd()
    run = configured.run_config(here)
    (target,) = targets((path,), run, (), force_exclude=False, stdin_filename=stdin_filename, configurations=configured)
    if isinstance(target, Skipped):
        error(f"{target.path}: {target.reason}")
        return None
    config = configured.for_file(target.file)
    document = read(target.source, disk(here), target.recognition.format, config.formats)
    if not document.prompts:
        why = f": {document.problems[0].detail}" if document.problems else ""
        error(f"{target.path}: no prompt in it{why}")
        return None
    return document.prompts, target.path, config


def _compared(prompts: Sequence[Prompt], path: str, config: Config, only: str | None, asked: Asked) -> list[Comparison]:
    from promptlint.comparison import compare

    chosen = [each for each in prompts if only is None or each.name == only]
    if not chosen:
        listed = ", ".join(f"'{each.name}'" for each in prompts[:_LISTED])
        raise click.UsageError(
            f"{path} has no prompt '{only}'; it has {listed}{', ...' if len(prompts) > _LISTED else ''}"
        )
    return [compare(path, each, config, asked) for each in chosen]
