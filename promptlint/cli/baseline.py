"""``promptlint baseline``: make and keep the file of known findings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from promptlint.cli import EXIT_FINDINGS, EXIT_OK, EXIT_TROUBLE
from promptlint.cli._baseline import file_of, known, load, shown, stale_lines
from promptlint.cli._options import configurations, discovery_options, targets, whole_project
from promptlint.cli._output import error, write

if TYPE_CHECKING:
    from promptlint.baseline import Baseline
    from promptlint.runner import Known, Report

__all__ = ["command"]

_HELP = """Make and keep a baseline: a file of known findings, which are no longer reported.

\b
  create  write everything that is found now
  update  add what is found and not yet known, and prune
  prune   drop what is no longer found, and follow renamed files
  check   change nothing; exit with 1 when there is something to prune

PATHS are the files and folders to look at (default: the current folder). What the baseline knows of other files stays.

The file is the one that --baseline or the configuration names (key baseline), else .promptlint-baseline.json in the root of
the project.
"""


@click.command("baseline", help=_HELP, short_help="Make and keep a file of known findings.")
@click.argument("action", type=click.Choice(["create", "update", "prune", "check"]))
@discovery_options
@click.option(
    "--baseline", "baseline_file", type=click.Path(dir_okay=False), metavar="FILE", help="The file of known findings."
)
@click.option("--force", is_flag=True, help="With create: replace a file that exists.")
def command(
    *,
    action: str,
    paths: tuple[str, ...],
    config_file: str | None,
    isolated: bool,
    exclude: tuple[str, ...],
    force_exclude: bool,
    stdin_filename: str | None,
    baseline_file: str | None,
    force: bool,
) -> int:
    """Do what ACTION says with the findings in PATHS, and give the exit code."""
    from promptlint.baseline import NAME, Baseline, prune, update
    from promptlint.config import ConfigError
    from promptlint.project import Projects
    from promptlint.runner import check, disk

    if "-" in paths:
        raise click.UsageError("Standard input has no baseline of its own.")
    here = Path.cwd()
    projects = Projects(here)
    try:
        chosen = configurations(config_file, isolated)
        run = chosen.run_config(here)
        file = file_of(baseline_file, run, here) or projects.root(here) / NAME
        name = shown(file, here)
        if action == "create":
            if file.exists() and not force:
                error(
                    f"{name} exists: bring it up to date with 'promptlint baseline update', or replace it with --force"
                )
                return EXIT_TROUBLE
            before = known(Baseline(), file, projects)
        else:
            found = load(name, run, projects, here)
            assert found is not None, "its file is named"
            before = found
    except ConfigError as fault:
        error(str(fault))
        return EXIT_TROUBLE
    report = check(
        targets(paths or (".",), run, exclude, force_exclude, stdin_filename, configurations=chosen),
        chosen.for_file,
        disk(here),
        debug=bool(os.environ.get("PROMPTLINT_DEBUG")),
        project_path=projects.path,
        known=before,
        project=whole_project(
            projects,
            lambda folder: targets(
                (folder,), run, exclude, force_exclude=False, stdin_filename=None, configurations=chosen
            ),
        ),
    )
    for message in report.errors:
        error(message)
    if report.errors and action != "check":
        error(f"{name} is left as it is")
        return EXIT_TROUBLE
    if action == "check":
        return _check(report, name)
    change = prune if action == "prune" else update
    return _write(change(before.baseline, report.files, before.exists), before, file, name, named=bool(run.baseline))


def _check(report: Report, name: str) -> int:
    for line in stale_lines(name, report.stale):
        error(line)
    if report.errors:
        return EXIT_TROUBLE
    if report.stale:
        error(f"{name} knows more than is found; drop that with: promptlint baseline prune")
        return EXIT_FINDINGS
    write(f"{name} is up to date.\n")
    return EXIT_OK


def _write(after: Baseline, before: Known, file: Path, name: str, *, named: bool) -> int:
    from promptlint.baseline import render
    from promptlint.cli._outputs import save
    from promptlint.reporters.terminal.lines import count

    try:
        save(str(file), render(after))
    except OSError as fault:
        error(f"{name}: {fault.strerror or fault}")
        return EXIT_TROUBLE
    change = after.count - before.baseline.count
    more = f" ({change:+,})" if before.baseline.entries and change else ""
    write(f"{name}: {count(after.count, 'finding')} in {count(len(after.by_path), 'file')}{more}.\n")
    if not named and not before.baseline.entries:
        write(f'Name it in the configuration: baseline = "{file.name}"\n')
    return EXIT_OK
