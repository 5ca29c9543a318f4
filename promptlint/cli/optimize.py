"""``promptlint optimize``: a plan for cheaper prompts."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

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
    from promptlint.config import Config
    from promptlint.discovery import Found
    from promptlint.engine import FileReport
    from promptlint.plan import FilePlan
    from promptlint.prompt import Document, Lookup
    from promptlint.source import Source

__all__ = ["command"]

FORMATS: Final = ("text", "json", "markdown")

_HELP = """Print a plan that makes the prompts in PATHS cheaper, the most money first: safe fixes, then suggestions that need a person,
each with its diff or a snippet, what it saves, what that rests on and what speaks against it.

Savings are differences of estimates, before and after; those of several steps do not add up, so the totals are recomputed. Rules that
the configuration turns off make no steps.

\b
Exit codes:
  0  done
  2  the job could not be done: bad usage, bad configuration,
     a named path that does not exist, or cannot be read or
     written
"""  # \b keeps click from wrapping the paragraph


@click.command("optimize", help=_HELP, short_help="Print a plan for cheaper prompts, and apply its safe fixes.")
@discovery_options
@click.option("--write", "writing", is_flag=True, help="Apply the safe fixes. Suggestions are never applied.")
@calls_option
@paid_model_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="How many steps of each kind to show; 0: all. JSON always has all.",
)
@click.option(
    "--output-format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to print the plan."
)
@click.option("--output-file", type=click.Path(dir_okay=False), metavar="FILE", help="Write the plan to FILE.")
@colour_option
def command(
    *,
    paths: tuple[str, ...],
    config_file: str | None,
    isolated: bool,
    exclude: tuple[str, ...],
    force_exclude: bool,
    stdin_filename: str | None,
    writing: bool,
    calls: float | None,
    model: str | None,
    limit: int,
    output_format: str,
    output_file: str | None,
    when: str,
) -> int:
    """Print the plan, and with --write apply its safe fixes."""
    from promptlint.config import ConfigError, with_overrides
    from promptlint.discovery import Found
    from promptlint.plan import Plan
    from promptlint.project import Projects
    from promptlint.reporters.optimize import Options, load
    from promptlint.runner import check, disk

    paths = paths or (".",)
    if writing and "-" in paths:
        raise click.UsageError("--write needs files: standard input cannot be written to.")
    here = Path.cwd()
    begun = time.monotonic()

    def overridden(config: Config) -> Config:
        return _for_cost(with_overrides(config, model=model, calls=calls))

    try:
        chosen = configurations(config_file, isolated, overridden)
        run = chosen.run_config(here)
    except ConfigError as fault:
        error(str(fault))
        return EXIT_TROUBLE
    found = targets(paths, run, exclude, force_exclude, stdin_filename, configurations=chosen)
    line = sys.stderr if wanted(sys.stderr, os.environ) else None
    debug = bool(os.environ.get("PROMPTLINT_DEBUG"))
    projects = Projects(here)
    report = check(
        progress(found, lambda: len(found), lambda each: each.path, line, started=begun),
        chosen.for_file,
        disk(here),
        debug=debug,
        project_path=projects.path,
    )
    by_path = {each.path: each for each in found if isinstance(each, Found)}
    plans: list[FilePlan] = []
    faults: list[str] = []
    for file in report.files:
        faults += (f"{file.path}: {each.message}" for each in file.diagnostics if each.rule == "internal-error")
        try:
            plans.append(_plan(file, chosen.for_file(by_path[file.path].file), disk(here), writing=writing))
        except Exception as fault:
            if debug:
                raise
            faults.append(f"{file.path}: internal error: {type(fault).__name__}: {fault}")
    written, unwritten = _write(plans, by_path) if writing else ((), [])
    for message in (*report.errors, *faults, *unwritten):
        error(message)
    if not report.files and not report.errors:
        error(f"no prompt files found in {', '.join(paths)}")
    style = style_for(when, None if output_file else sys.stdout, os.environ)
    text = load(output_format)(Plan(tuple(plans), written), Options(style, limit or None))
    done = printed(text, output_file)
    return EXIT_TROUBLE if report.errors or faults or unwritten or not done else EXIT_OK


def _for_cost(config: Config) -> Config:
    """The configuration with everything on that a plan is made of, apart from what it turns off itself."""
    from promptlint.config import rank, with_overrides
    from promptlint.plan import PRESETS

    on = {rule.rule.id for rule in config.active}
    ignored = [name for layer in (*config.below, config.selection) for name in layer.ignore]
    off = tuple(
        rule.id
        for rule in config.rules.values()
        if rule.id not in on and any(rank(name, rule) >= 0 for name in ignored)
    )
    return with_overrides(config, extend_select=PRESETS, ignore=off)


def _plan(file: FileReport, config: Config, lookup: Lookup, *, writing: bool) -> FilePlan:
    from promptlint.engine import lint
    from promptlint.formats import read
    from promptlint.plan import plan_file

    def again(source: Source) -> Document:
        return read(source, lookup, file.document.format, config.formats)

    def lint_again(document: Document) -> FileReport:
        return lint(document, config, file.project_path)

    return plan_file(file, config, again, lint_again, write=writing)


def _write(plans: Iterable[FilePlan], by_path: Mapping[str, Found]) -> tuple[tuple[str, ...], list[str]]:
    """Write what the safe fixes change; the paths that were written, and what could not be."""
    from promptlint.cli._fixing import save
    from promptlint.overwrite import OverwriteError

    written: list[str] = []
    faults: list[str] = []
    done: set[str] = set()
    for plan in plans:
        path = plan.rewrite.before.path
        place = os.path.realpath(by_path[path].file)  # a file may be met under several names
        if not plan.rewrite.changed or place in done:
            continue
        done.add(place)
        try:
            save(by_path[path], plan.rewrite)
            written.append(path)
        except OverwriteError as fault:
            faults.append(f"{path}: {fault.reason}")
    return tuple(written), faults
