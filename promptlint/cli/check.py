"""``promptlint check``: lint prompt files."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from promptlint.cli import EXIT_FINDINGS, EXIT_OK, EXIT_TROUBLE
from promptlint.cli._baseline import baseline_options, file_of, load, shown, stale_lines
from promptlint.cli._completing import complete_models, complete_selectors
from promptlint.cli._ignoring import ignore_option, silenced, with_value
from promptlint.cli._options import (
    colour_option,
    configurations,
    discovery_options,
    fix_options,
    names,
    targets,
    whole_project,
)
from promptlint.cli._output import error, links_for, style_for, write, write_bytes
from promptlint.cli._outputs import FORMATS, Target, completions, folder, named, render, save, summarise
from promptlint.cli._outputs import targets as outputs
from promptlint.cli._progress import progress, wanted
from promptlint.cli._watching import watching

if TYPE_CHECKING:
    from promptlint.config import Config, RunConfig
    from promptlint.diagnostic import Severity
    from promptlint.reporters.terminal.style import Style
    from promptlint.runner import Fixing, Report

__all__ = ["command"]

_HELP = """Lint prompt files. PATHS are files and folders (default: the current folder), or - for standard input.

\b
Exit codes:
  0  nothing at or above --fail-on
  1  findings at or above --fail-on
  2  the job could not be done: bad usage, bad configuration,
     a named path that does not exist, or cannot be read or
     written
"""  # \b keeps click from wrapping the paragraph


@dataclass(frozen=True)
class _Fixes:
    """What was said about fixing."""

    fix: bool
    unsafe: bool
    only: bool
    diff: bool
    show: bool
    non_zero: bool
    ignore: str | None = None

    @property
    def any(self) -> bool:
        """Whether anything is to be fixed, if only on paper."""
        return self.fix or self.only or self.diff or self.ignore is not None

    def fixing(self, *, standard_input: bool) -> Fixing | None:
        """How the runner is to fix; None: not at all."""
        if not self.any:
            return None
        from promptlint.cli._fixing import save, write_nothing
        from promptlint.runner import Fixing

        return Fixing(write_nothing if self.diff or standard_input else save, self.unsafe, self.ignore)


@click.command("check", help=_HELP, cls=with_value("--add-ignore"))
@discovery_options
@fix_options
@ignore_option
@baseline_options
@click.option(
    "--output-format",
    "output_formats",
    multiple=True,
    callback=named,
    shell_complete=completions,
    metavar="FORMAT[:PATH]",
    help=f"How to print the findings, or write them to PATH; may be repeated. {', '.join(FORMATS)}.  [default: full]",
)
@click.option("--output-file", type=click.Path(dir_okay=False), metavar="FILE", help="Write the findings to FILE.")
@click.option("--statistics", is_flag=True, help="Print how often each rule found something in place of the findings.")
@click.option(
    "--select",
    multiple=True,
    callback=names,
    shell_complete=complete_selectors,
    metavar="NAMES",
    help="Rules, families or presets to check, and no others.",
)
@click.option(
    "--extend-select",
    multiple=True,
    callback=names,
    shell_complete=complete_selectors,
    metavar="NAMES",
    help="Rules to check as well.",
)
@click.option(
    "--ignore",
    multiple=True,
    callback=names,
    shell_complete=complete_selectors,
    metavar="NAMES",
    help="Rules not to check.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["info", "warning", "error", "never"]),
    help="The severity from which on findings give exit code 1.  [default: warning]",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 also when there are findings.")
@click.option("--pedantic", is_flag=True, help="Also show findings of low confidence.")
@click.option(
    "--model",
    metavar="NAME",
    shell_complete=complete_models,
    help="Count tokens for this model, whatever the files declare.",
)
@colour_option
@click.option(
    "--hyperlinks",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="When to make links of paths. Files never get any.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print the findings and nothing else.")
@watching
def command(
    *,
    paths: tuple[str, ...],
    config_file: str | None,
    isolated: bool,
    exclude: tuple[str, ...],
    force_exclude: bool,
    stdin_filename: str | None,
    fix: bool,
    unsafe_fixes: bool,
    fix_only: bool,
    diff: bool,
    show_fixes: bool,
    exit_non_zero_on_fix: bool,
    add_ignore: str | None,
    baseline_file: str | None,
    no_baseline: bool,
    no_stale_baseline: bool,
    output_formats: tuple[Target, ...],
    output_file: str | None,
    statistics: bool,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    exit_zero: bool,
    pedantic: bool,
    model: str | None,
    when: str,
    hyperlinks: str,
    quiet: bool,
) -> int:
    """Print what is wrong in the files that PATHS stand for, and give the exit code."""
    from promptlint.baseline import BaselineError
    from promptlint.config import Config, ConfigError, with_overrides
    from promptlint.project import Projects
    from promptlint.reporters import Options
    from promptlint.runner import check, disk

    fixes = _Fixes(fix, unsafe_fixes, fix_only, diff, show_fixes, exit_non_zero_on_fix, add_ignore)
    if add_ignore is not None and (fix or fix_only or unsafe_fixes):
        raise click.UsageError("--add-ignore and --fix contradict each other.")
    if no_baseline and (baseline_file or no_stale_baseline):
        raise click.UsageError("--no-baseline contradicts the other options about the baseline.")
    if (unsafe_fixes or show_fixes or exit_non_zero_on_fix) and not fixes.any:
        raise click.UsageError(
            "--unsafe-fixes, --show-fixes and --exit-non-zero-on-fix need --fix, --fix-only or --diff."
        )
    paths = paths or (".",)
    here = Path.cwd()
    begun = time.monotonic()
    piped = paths == ("-",)

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
        chosen = configurations(config_file, isolated, overridden)
        overridden(Config(rules=chosen.rules))  # names a wrong --select before any prompt is read
        run = chosen.run_config(here)
        reports = outputs(output_formats, output_file, run.output_format, statistics=statistics)
        projects = Projects(here)
        known = None if no_baseline else load(baseline_file, run, projects, here)
    except (ConfigError, BaselineError) as fault:
        error(str(fault))
        return EXIT_TROUBLE
    if (fixes.diff or fixes.only) and (statistics or not all(target.main for target in reports)):
        raise click.UsageError(
            "--diff and --fix-only write no report, so neither --statistics nor FORMAT:PATH goes with them."
        )
    # What is piped through comes out again, whatever becomes of it: read it first.
    given = sys.stdin.buffer.read() if piped and fixes.any and not diff else None
    found = targets(
        paths,
        run,
        exclude,
        force_exclude,
        stdin_filename,
        standard_input=None if given is None else lambda: given,
        configurations=chosen,
    )
    line = sys.stderr if not quiet and wanted(sys.stderr, os.environ) else None
    report = check(
        progress(found, lambda each: each.path, line, started=begun),
        chosen.for_file,
        disk(here),
        debug=bool(os.environ.get("PROMPTLINT_DEBUG")),
        fixing=fixes.fixing(standard_input=piped),
        project_path=projects.path,
        known=known,
        project=whole_project(
            projects,
            lambda folder: targets(
                (folder,), run, exclude, force_exclude=False, stdin_filename=None, configurations=chosen
            ),
        ),
    )
    for message in report.errors:
        error(message)
    if not report.files and not report.errors and not quiet:
        error(f"no prompt files found in {', '.join(paths)}")
    if given is not None:
        write_bytes(_fixed(report, given))
    threshold = _threshold(fail_on, run)
    output = _Output(output_file, when, quiet, hyperlinks, to_stderr=given is not None)
    written = _say(report, fixes, output)
    if not fixes.diff and not fixes.only:
        place = folder(here)
        for target in reports:
            to = replace(output, file=target.file)
            options = Options(to.style, quiet, threshold, place)
            written = to.print(render(report, target, options, statistics=statistics)) and written
        if any(target.format == "github" for target in reports):
            summarise(report, os.environ)
    if report.errors or not written:
        return EXIT_TROUBLE
    fails = not fixes.only and not fixes.diff and report.fails(threshold)
    if fixes.diff or fixes.non_zero:
        fails = fails or any(each.fixed or each.silenced for each in report.rewrites)
    if no_stale_baseline or (run.no_stale_baseline and not no_baseline):
        file = file_of(baseline_file, run, here)
        for line in stale_lines(shown(file, here) if file else "baseline", report.stale):
            error(line)
        fails = fails or bool(report.stale)
    return EXIT_FINDINGS if fails and not exit_zero else EXIT_OK


def _fixed(report: Report, given: bytes) -> bytes:
    """Standard input with the fixes, in its encoding."""
    for each in report.rewrites:
        return each.before.to_bytes(each.after.text)
    return given


def _threshold(fail_on: str | None, run: RunConfig) -> Severity | None:
    from promptlint.diagnostic import Severity

    if fail_on is None:
        return run.fail_on
    return None if fail_on == "never" else Severity.named(fail_on)


@dataclass(frozen=True)
class _Output:
    """Where findings are printed, and how."""

    file: str | None
    when: str
    quiet: bool
    hyperlinks: str = "never"
    to_stderr: bool = False

    @property
    def style(self) -> Style:
        """The colours and links of where it goes."""
        stream = None if self.file else sys.stderr if self.to_stderr else sys.stdout
        base = links_for(self.hyperlinks, stream, os.environ, Path.cwd())
        return replace(style_for(self.when, stream, os.environ), base=base)

    def print(self, text: str) -> bool:
        """Print it; False, with a message, when the file cannot be written."""
        if self.file is None:
            if self.to_stderr:
                sys.stderr.write(text)
            else:
                write(text)
            return True
        try:
            save(self.file, text)
        except OSError as fault:
            error(f"{self.file}: {fault.strerror or fault}")
            return False
        return True


def _say(report: Report, fixes: _Fixes, output: _Output) -> bool:
    """Print what fixing has to say, and the diff; False when that could not be written."""
    if fixes.any and not output.quiet:
        from promptlint.cli._fixing import fixed, notices

        for line in notices(report):
            error(line)
        # Otherwise the report's last line has the number.
        if fixes.only or fixes.diff or fixes.show:
            for line in fixed(report, "Would fix" if fixes.diff else "Fixed", listed=fixes.show):
                error(line)
        if fixes.ignore is not None:
            for line in silenced(report, "Would silence" if fixes.diff else "Silenced"):
                error(line)
    if fixes.diff:
        from promptlint.cli._fixing import diff

        shown = output.file is None and sys.stdout.isatty()
        return output.print(diff(report, output.style, shown=shown))
    return True
