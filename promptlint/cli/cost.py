"""``promptlint cost``: what prompts cost, the dearest first, and where their tokens go."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from promptlint.cli import EXIT_OK, EXIT_TROUBLE
from promptlint.cli._options import (
    calls_option,
    colour_option,
    configurations,
    discovery_options,
    paid_model_option,
    targets,
)
from promptlint.cli._output import error, style_for
from promptlint.cli._printing import printed
from promptlint.cli._progress import progress, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from promptlint.breakdown import By
    from promptlint.config import Config, Configurations
    from promptlint.costs import Cost
    from promptlint.runner import Report

__all__ = ["command"]

_FORMATS = ("text", "json", "csv", "markdown")
_BY = ("message", "section", "variable")

_HELP = """Print what the prompts in PATHS cost, the dearest first: tokens, the length of the answer as far as it is known, USD.

Literal text is counted. What variables hold is taken from the file (samples, defaults, declared lengths), else from
[variables] in the configuration, else assumed; every assumption is named. Figures that are not known are shown as - or +.

\b
Exit codes:
  0  done
  2  the job could not be done: bad usage, bad configuration,
     a named path that does not exist, or cannot be read or
     written
"""  # \b keeps click from wrapping the paragraph


@click.command("cost", help=_HELP, short_help="Print what prompts cost, and where their tokens go.")
@discovery_options
@calls_option
@paid_model_option
@click.option("--by", type=click.Choice(_BY), help="Show where each prompt's tokens go.")
@click.option(
    "--output-format", type=click.Choice(_FORMATS), default="text", show_default=True, help="How to print the costs."
)
@click.option("--output-file", type=click.Path(dir_okay=False), metavar="FILE", help="Write the costs to FILE.")
@colour_option
@click.option("--quiet", "-q", is_flag=True, help="Print the table and nothing else.")
def command(
    *,
    paths: tuple[str, ...],
    config_file: str | None,
    isolated: bool,
    exclude: tuple[str, ...],
    force_exclude: bool,
    stdin_filename: str | None,
    calls: float | None,
    model: str | None,
    by: str | None,
    output_format: str,
    output_file: str | None,
    when: str,
    quiet: bool,
) -> int:
    """Print what the prompts in PATHS cost, and give the exit code."""
    from promptlint.config import ConfigError, with_overrides
    from promptlint.costs import Costs, in_order
    from promptlint.reporters import Options
    from promptlint.reporters.cost import load
    from promptlint.runner import check, disk

    paths = paths or (".",)
    here = Path.cwd()
    begun = time.monotonic()

    def overridden(config: Config) -> Config:
        # no rule looks at the prompts: what they cost does not depend on any
        return with_overrides(config, select=(), model=model, calls=calls)

    try:
        chosen = configurations(config_file, isolated, overridden)
        run = chosen.run_config(here)
    except ConfigError as fault:
        error(str(fault))
        return EXIT_TROUBLE
    found = targets(paths, run, exclude, force_exclude, stdin_filename, configurations=chosen)
    line = sys.stderr if not quiet and wanted(sys.stderr, os.environ) else None
    report = check(
        progress(found, lambda: len(found), lambda each: each.path, line, started=begun),
        chosen.for_file,
        disk(here),
        debug=bool(os.environ.get("PROMPTLINT_DEBUG")),
    )
    for message in report.errors:
        error(message)
    if not report.files and not report.errors and not quiet:
        error(f"no prompt files found in {', '.join(paths)}")
    costs = Costs(
        in_order(_costs(report, chosen, cast("By", by) if by is not None else None)),
        report.skipped,
        tuple(_unread(report)),
    )
    style = style_for(when, None if output_file else sys.stdout, os.environ)
    done = printed(load(output_format)(costs, Options(style, quiet)), output_file)
    return EXIT_TROUBLE if report.errors or not done else EXIT_OK


def _costs(report: Report, chosen: Configurations, by: By | None) -> Iterator[Cost]:
    from promptlint.analysis import analyse
    from promptlint.breakdown import breakdown
    from promptlint.costs import Cost

    for file in report.files:
        for each in file.prompts:
            parts = None
            if by is not None:
                # what the run found out about the prompt is not kept
                basis = chosen.for_file(file.path).basis
                parts = breakdown(analyse(each.prompt, each.language), by, basis)
            yield Cost(file.path, each.prompt.name, each.kind, each.language, each.estimate, parts)


def _unread(report: Report) -> Iterator[tuple[str, str]]:
    for file in report.files:
        for item in file.diagnostics:
            if item.rule in ("invalid-file", "internal-error"):
                yield file.path, item.message
                break
