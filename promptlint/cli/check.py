"""``promptlint check``: lint prompt files."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from promptlint.cli import EXIT_FINDINGS, EXIT_OK, EXIT_TROUBLE
from promptlint.cli._baseline import baseline_options, file_of, load, shown, stale_lines
from promptlint.cli._completing import complete_models, complete_selectors
from promptlint.cli._ignoring import ignore_option, silenced, with_value
from promptlint.cli._options import (
    candidates,
    colour_option,
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
from promptlint.lazy import dataclass

if TYPE_CHECKING:
    from promptlint.cache import Store
    from promptlint.cli._changed import Changes
    from promptlint.cli._keeping import Witness
    from promptlint.cli._streaming import Streaming
    from promptlint.config import RunConfig
    from promptlint.diagnostic import Severity
    from promptlint.discovery import Candidate, Discovery, Found, Skipped
    from promptlint.examiner import Examiner, Setup
    from promptlint.reporters.terminal.style import Style
    from promptlint.runner import Fixing, Known, Project, Report

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


@click.command("check", help=_HELP, cls=with_value("--add-ignore", "--changed"))
@discovery_options
@click.option(
    "--changed",
    metavar="[=BASE]",
    help="Check only what differs from the git revision BASE, by default from the default branch, and what depends on that.",
)
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
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="How many processes may be at work.  [default: one for each core, one alone for few files]",
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep results of earlier runs.")
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
    jobs: int | None,
    no_cache: bool,
    changed: str | None,
) -> int:
    """Print what is wrong in the files that PATHS stand for, and give the exit code."""
    from promptlint.config import Config, ConfigError
    from promptlint.examiner import Examiner
    from promptlint.reporters import Options

    fixes = _Fixes(fix, unsafe_fixes, fix_only, diff, show_fixes, exit_non_zero_on_fix, add_ignore)
    if add_ignore is not None and (fix or fix_only or unsafe_fixes):
        raise click.UsageError("--add-ignore and --fix contradict each other.")
    if no_baseline and (baseline_file or no_stale_baseline):
        raise click.UsageError("--no-baseline contradicts the other options about the baseline.")
    if changed is not None and paths == ("-",):
        raise click.UsageError("Standard input is no part of a repository: --changed does not go with it.")
    if (unsafe_fixes or show_fixes or exit_non_zero_on_fix) and not fixes.any:
        raise click.UsageError(
            "--unsafe-fixes, --show-fixes and --exit-non-zero-on-fix need --fix, --fix-only or --diff."
        )
    paths = paths or (".",)
    here = Path.cwd()
    begun = time.monotonic()
    piped = paths == ("-",)
    context = click.get_current_context()

    setup = _setup(
        config_file,
        isolated,
        select=select or None,
        extend_select=extend_select,
        ignore=ignore,
        pedantic=pedantic or None,
        model=model,
    )
    try:
        chosen = setup.chosen
        setup.adjust(Config(rules=chosen.rules))  # names a wrong --select before any prompt is read
        run = chosen.run_config(here)
        reports = outputs(output_formats, output_file, run.output_format, statistics=statistics)
        examiner = Examiner(setup if no_cache or piped or setup.debug else _caching(setup, run))
        known = None if no_baseline else load(baseline_file, run, examiner.projects, here)
    except ConfigError as fault:
        error(str(fault))
        return EXIT_TROUBLE
    if (fixes.diff or fixes.only) and (statistics or not all(target.main for target in reports)):
        raise click.UsageError(
            "--diff and --fix-only write no report, so neither --statistics nor FORMAT:PATH goes with them."
        )
    changes = None if changed is None else _changes(here, changed)
    if changed is not None and changes is None:
        return EXIT_TROUBLE
    # What is piped through comes out again, whatever becomes of it: read it first.
    given = sys.stdin.buffer.read() if piped and fixes.any and not diff else None
    witness: Witness | None = None
    wish = _Wish(paths, run, exclude, force_exclude, stdin_filename, changes)
    fixing = fixes.fixing(standard_input=piped)
    threshold = _threshold(fail_on, run)
    line = sys.stderr if not piped and not quiet and wanted(sys.stderr, os.environ) else None
    plain = len(reports) == 1 and reports[0].file is None and not fixes.any
    if plain and reports[0].format == "jsonl" and known is None and not piped and not statistics:
        many = _Many(wish, examiner, jobs, line, begun)
        return _stream(many, context.obj, threshold, quiet=quiet, exit_zero=exit_zero)
    if piped:
        report = _check_input(wish, given, examiner, fixing, known)
    else:
        many = _Many(wish, examiner, jobs, line, begun)
        report, witness = many.report(fixing, known), many.witness
    remarks = [*report.errors]
    if not report.files and not report.errors and not quiet:
        remarks.append(wish.nothing)
    for message in remarks:
        error(message)
    if given is not None:
        write_bytes(_fixed(report, given))
    file = file_of(baseline_file, run, here)
    output = _Output(output_file, when, quiet, hyperlinks, to_stderr=given is not None)
    written = _say(report, fixes, output)
    text = ""
    if not fixes.diff and not fixes.only:
        place = folder(here)
        for target in reports:
            to = replace(output, file=target.file)
            options = Options(to.style, quiet, threshold, place)
            text = render(report, target, options, statistics=statistics)
            written = to.print(text) and written
        if any(target.format == "github" for target in reports):
            summarise(report, os.environ)
    if report.errors or not written:
        return EXIT_TROUBLE
    fails = not fixes.only and not fixes.diff and report.fails(threshold)
    if fixes.diff or fixes.non_zero:
        fails = fails or any(each.fixed or each.silenced for each in report.rewrites)
    if no_stale_baseline or (run.no_stale_baseline and not no_baseline):
        for message in stale_lines(shown(file, here) if file else "baseline", report.stale):
            error(message)
            remarks.append(message)
        fails = fails or bool(report.stale)
    code = EXIT_FINDINGS if fails and not exit_zero else EXIT_OK
    if witness is not None:
        _finish(
            examiner,
            context.obj,
            witness if plain and reports[0].format != "github" else None,
            lambda: _Said(text, remarks, code, known, file),
            quiet=quiet,
        )
    return code


def _setup(config_file: str | None, isolated: bool, **options: object) -> Setup:
    from promptlint.examiner import Setup

    if config_file and isolated:
        raise click.UsageError("--config and --isolated contradict each other.")
    return Setup(
        Path.cwd(),
        Path(config_file) if config_file else None,
        isolated,
        tuple(options.items()),
        debug=bool(os.environ.get("PROMPTLINT_DEBUG")),
    )


def _changes(here: Path, base: str) -> Changes | None:
    """What has changed since BASE; None, with a message, where git cannot tell."""
    from promptlint.cli._changed import Changes
    from promptlint.revisions import GitError

    try:
        return Changes(here, base or None)
    except GitError as fault:
        error(str(fault))
        return None


def _caching(setup: Setup, run: RunConfig) -> Setup:
    """The setup with the cache of the run, where there is one."""
    from promptlint.cache import located, stamp

    folder = located(os.environ, str(run.cache_dir) if run.cache_dir else None)
    return setup if folder is None else replace(setup, cache=str(setup.cwd / folder), stamp=stamp())


@dataclass(frozen=True)
class _Wish:
    """Which files are meant."""

    paths: tuple[str, ...]
    run: RunConfig
    exclude: tuple[str, ...]
    force_exclude: bool
    stdin_filename: str | None
    changes: Changes | None = None

    @property
    def nothing(self) -> str:
        """What to say when there are none."""
        base = self.changes.base if self.changes else None
        what = f" that differ from {base.name} ({base.short})" if base else ""
        return f"no prompt files{what} found in {', '.join(self.paths)}"


def _check_input(
    wish: _Wish, given: bytes | None, examiner: Examiner, fixing: Fixing | None, known: Known | None
) -> Report:
    """Lint standard input; `given` is what it holds, None where it has not been read."""
    from promptlint.runner import check, disk

    def find(paths: tuple[str, ...], force_exclude: bool, stdin_filename: str | None) -> list[Found | Skipped]:
        return targets(
            paths,
            wish.run,
            wish.exclude,
            force_exclude,
            stdin_filename,
            standard_input=None if given is None else lambda: given,
            configurations=examiner.chosen,
        )

    return check(
        find(wish.paths, wish.force_exclude, wish.stdin_filename),
        examiner.chosen.for_file,
        disk(examiner.setup.cwd),
        debug=examiner.setup.debug,
        fixing=fixing,
        project_path=examiner.projects.path,
        known=known,
        project=whole_project(examiner.projects, lambda folder: find((folder,), False, None)),
    )


class _Many:
    """Lints files and folders."""

    def __init__(self, wish: _Wish, examiner: Examiner, jobs: int | None, line: TextIO | None, begun: float) -> None:
        from promptlint.cli._keeping import Witness
        from promptlint.many import usable_cores

        if wish.stdin_filename is not None:
            raise click.UsageError("--stdin-filename needs - as the only path.")
        if "-" in wish.paths:
            raise click.UsageError("- (standard input) cannot be combined with other paths.")
        self.wish = wish
        self.examiner = examiner
        self._jobs = 1 if examiner.setup.debug else jobs or usable_cores()
        self.witness = Witness(examiner)
        self._found = self._find(wish.paths, force_exclude=wish.force_exclude)
        self._changed = None if wish.changes is None else tuple(wish.changes.among(self._found, examiner))
        if wish.changes is not None or examiner.store is None:
            self.witness.give_up()
        items: Iterable[Candidate | Skipped] = self._changed if self._changed is not None else self._walk()
        self._items = progress(items, self._total, lambda each: each.path, line, started=begun)

    def _walk(self) -> Iterator[Candidate | Skipped]:
        return self._found.walk(self.witness if self.witness.is_whole else None)

    def _total(self) -> int:
        """How many there are: nothing is kept of a walk that could tell, so this is one more."""
        return sum(1 for _ in self._found) if self._changed is None else len(self._changed)

    def _find(self, paths: tuple[str, ...], *, force_exclude: bool) -> Discovery:
        wish, examiner = self.wish, self.examiner
        return candidates(
            paths, wish.run, wish.exclude, examiner.chosen, force_exclude=force_exclude, cwd=examiner.setup.cwd
        )

    @property
    def _project(self) -> Project[Candidate]:
        def find(folder: str) -> Iterable[Candidate | Skipped]:
            return self._find((folder,), force_exclude=False)

        return whole_project(self.examiner.projects, find)

    def report(self, fixing: Fixing | None, known: Known | None) -> Report:
        """What there is to say about all of them."""
        from promptlint.many import check_many

        return check_many(
            self._items,
            self.examiner,
            jobs=self._jobs,
            fixing=fixing,
            known=known,
            project=self._project,
            listen=self.witness.take if self.witness.is_whole and fixing is None else None,
        )

    def stream(self) -> Streaming:
        """What there is to say, file by file to standard output."""
        from promptlint.cli._streaming import Streaming
        from promptlint.discovery import Candidate

        def asked(path: str) -> Candidate | None:
            if self._changed is None:
                return self._found.at(path)
            found = (each for each in self._changed if isinstance(each, Candidate))
            return next((each for each in found if each.path == path), None)

        done = Streaming(self._items, self.examiner, asked, write, self.witness)
        done.run(self._jobs, self._project)
        return done


def _stream(many: _Many, arguments: object, threshold: Severity | None, *, quiet: bool, exit_zero: bool) -> int:
    """Report file by file, and give the exit code."""
    done = many.stream()
    remarks = [*done.errors]
    if not done.files and not done.errors and not quiet:
        remarks.append(many.wish.nothing)
    for message in remarks:
        error(message)
    fails = threshold is not None and done.worst is not None and done.worst >= threshold
    code = EXIT_TROUBLE if done.errors else EXIT_FINDINGS if fails and not exit_zero else EXIT_OK
    text = done.text
    is_whole = text is not None and not done.errors
    _finish(
        many.examiner,
        arguments,
        many.witness if is_whole else None,
        lambda: _Said(text or "", remarks, code),
        quiet=quiet,
    )
    return code


@dataclass(frozen=True)
class _Said:
    """What a run said, and what it knew."""

    text: str
    remarks: Sequence[str]
    code: int
    known: Known | None = None
    baseline: Path | None = None


def _finish(
    examiner: Examiner, arguments: object, witness: Witness | None, said: Callable[[], _Said], *, quiet: bool
) -> None:
    """Keep what was said for a run that would say the same, where the witness knows all that it depends on."""
    if examiner.store is None:
        return
    if witness is not None and witness.is_whole and isinstance(arguments, tuple):
        from promptlint.replay import keep

        what = said()
        keep(
            examiner.store,
            arguments,
            os.environ,
            str(examiner.setup.cwd),
            examiner.setup.stamp,
            basis=witness.basis(what.known, what.baseline),
            output=what.text,
            errors="".join(f"{message}\n" for message in what.remarks),
            code=what.code,
        )
    _close(examiner.store, quiet=quiet)


def _close(store: Store, *, quiet: bool) -> None:
    """Let the cache tidy itself up. That it cannot be written is worth a word and no more."""
    store.close()
    if store.fault is not None and not quiet:
        error(f"results cannot be kept in {store.folder}: {store.fault} (--no-cache does without)")


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
