"""``promptlint check``: lint prompt files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from promptlint.cli import EXIT_FINDINGS, EXIT_OK, EXIT_TROUBLE
from promptlint.cli._options import configurations, discovery_options, names, targets
from promptlint.cli._output import error, style_for, write

if TYPE_CHECKING:
    from promptlint.config import Config, RunConfig
    from promptlint.diagnostic import Severity
    from promptlint.runner import Report

__all__ = ["command"]

_HELP = """Lint prompt files. PATHS are files and folders (default: the current folder), or - for standard input.

\b
Exit codes:
  0  nothing at or above --fail-on
  1  findings at or above --fail-on
  2  the job could not be done: bad usage, bad configuration,
     a named path that does not exist or cannot be read
"""  # \b keeps click from wrapping the paragraph


@click.command("check", help=_HELP)
@discovery_options
@click.option(
    "--output-format",
    type=click.Choice(["full", "concise", "json"]),
    help="How to print the findings.  [default: full]",
)
@click.option("--output-file", type=click.Path(dir_okay=False), metavar="FILE", help="Write the findings to FILE.")
@click.option(
    "--select",
    multiple=True,
    callback=names,
    metavar="NAMES",
    help="Rules, families or presets to check, and no others.",
)
@click.option("--extend-select", multiple=True, callback=names, metavar="NAMES", help="Rules to check as well.")
@click.option("--ignore", multiple=True, callback=names, metavar="NAMES", help="Rules not to check.")
@click.option(
    "--fail-on",
    type=click.Choice(["info", "warning", "error", "never"]),
    help="The severity from which on findings give exit code 1.  [default: warning]",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 also when there are findings.")
@click.option("--pedantic", is_flag=True, help="Also show findings of low confidence.")
@click.option("--model", metavar="NAME", help="Count tokens for this model, whatever the files declare.")
@click.option(
    "--color", "when", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to colour the output."
)
@click.option("--quiet", "-q", is_flag=True, help="Print the findings and nothing else.")
def command(
    *,
    paths: tuple[str, ...],
    config_file: str | None,
    isolated: bool,
    exclude: tuple[str, ...],
    force_exclude: bool,
    stdin_filename: str | None,
    output_format: str | None,
    output_file: str | None,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    exit_zero: bool,
    pedantic: bool,
    model: str | None,
    when: str,
    quiet: bool,
) -> int:
    """Print what is wrong in the files that PATHS stand for, and give the exit code."""
    from promptlint.config import Config, ConfigError, with_overrides
    from promptlint.runner import check, disk

    paths = paths or (".",)
    here = Path.cwd()

    def overridden(config: Config) -> Config:
        return with_overrides(
            config,
            select=select or None,
            extend_select=extend_select,
            ignore=ignore,
            pedantic=pedantic or None,
            model=model,
        )

    try:
        overridden(Config())  # names a wrong --select before any file is read
        chosen = configurations(config_file, isolated, overridden)
        run = chosen.run_config(here)
    except ConfigError as fault:
        error(str(fault))
        return EXIT_TROUBLE
    report = check(
        targets(paths, run, exclude, force_exclude, stdin_filename),
        chosen.for_file,
        disk(here),
        debug=bool(os.environ.get("PROMPTLINT_DEBUG")),
    )
    for message in report.errors:
        error(message)
    if not report.files and not report.errors and not quiet:
        error(f"no prompt files found in {', '.join(paths)}")
    written = _print(report, output_format or run.output_format, output_file, when, quiet)
    if report.errors or not written:
        return EXIT_TROUBLE
    threshold = _threshold(fail_on, run)
    return EXIT_FINDINGS if report.fails(threshold) and not exit_zero else EXIT_OK


def _threshold(fail_on: str | None, run: RunConfig) -> Severity | None:
    from promptlint.diagnostic import Severity

    if fail_on is None:
        return run.fail_on
    return None if fail_on == "never" else Severity.named(fail_on)


def _print(report: Report, output_format: str, output_file: str | None, when: str, quiet: bool) -> bool:
    """Print the report; False, with a message, when its file cannot be written."""
    from promptlint.reporters import Options, load

    style = style_for(when, None if output_file else sys.stdout, os.environ)
    text = load(output_format)(report, Options(style, quiet))
    if output_file is None:
        write(text)
        return True
    try:
        Path(output_file).write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as fault:
        error(f"{output_file}: {fault.strerror or fault}")
        return False
    return True
