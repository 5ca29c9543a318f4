"""Options and arguments that several commands share, and what they stand for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from promptlint.cli._completing import complete_models

if TYPE_CHECKING:
    from promptlint.config import Config, Configurations, RunConfig
    from promptlint.discovery import Discovery, Found, Skipped
    from promptlint.formats import OwnFormat
    from promptlint.project import Projects
    from promptlint.runner import Project

__all__ = [
    "calls_option",
    "candidates",
    "colour_option",
    "configurations",
    "discovery_options",
    "fix_options",
    "names",
    "paid_model_option",
    "rebased",
    "targets",
    "whole_project",
]

F = TypeVar("F", bound=Callable[..., object])
T = TypeVar("T")


def names(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split values that may be comma separated, repeated, or both."""
    del context, parameter
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def discovery_options(command: F) -> F:
    """PATHS and the options that say which files are looked at and which configuration holds."""
    for decorate in reversed(
        (
            click.argument("paths", nargs=-1, type=click.Path(path_type=str)),
            click.option(
                "--config",
                "config_file",
                type=click.Path(exists=True, dir_okay=False),
                metavar="FILE",
                help="Use this configuration file for every prompt.",
            ),
            click.option("--isolated", is_flag=True, help="Read no configuration files."),
            click.option(
                "--exclude",
                multiple=True,
                callback=names,
                metavar="PATTERNS",
                help="Also leave out what matches these patterns (.gitignore syntax).",
            ),
            click.option(
                "--force-exclude",
                is_flag=True,
                help="Leave out what is excluded even if it is named. Made for hooks.",
            ),
            click.option(
                "--stdin-filename",
                metavar="NAME",
                help="With - as path: the name that standard input is read, configured and reported under.",
            ),
        )
    ):
        command = decorate(command)
    return command


def _calls(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    """Calls per month."""
    del context, parameter
    if value is None:
        return None
    from promptlint.basis import CallsError, calls_per_month

    try:
        return calls_per_month(value)
    except CallsError as fault:
        raise click.UsageError(f"--calls {fault}") from None


calls_option = click.option(
    "--calls",
    callback=_calls,
    metavar="NUMBER",
    help="How often each prompt is called, whatever the configuration says: 100k/month, 2.5M/week, 800/day.",
)
paid_model_option = click.option(
    "--model",
    metavar="NAME",
    shell_complete=complete_models,
    help="Count and pay for this model, whatever the files declare.",
)
colour_option = click.option(
    "--color", "when", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to colour the output."
)


def fix_options(command: F) -> F:
    """The options that say whether and how files are fixed."""
    for decorate in reversed(
        (
            click.option("--fix", is_flag=True, help="Apply the safe fixes, and report what remains."),
            click.option(
                "--unsafe-fixes", is_flag=True, help="Apply those fixes too whose result a person should look at."
            ),
            click.option(
                "--fix-only", is_flag=True, help="Apply the fixes, report nothing of what remains, exit with 0."
            ),
            click.option(
                "--diff",
                is_flag=True,
                help="Print what --fix would change, change nothing, and exit with 1 if there is anything to fix.",
            ),
            click.option("--show-fixes", is_flag=True, help="List what was fixed in each file."),
            click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 also when something was fixed."),
        )
    ):
        command = decorate(command)
    return command


def configurations(
    config_file: str | None, isolated: bool, adjust: Callable[[Config], Config] | None = None
) -> Configurations:
    """What ``--config`` and ``--isolated`` choose between; `adjust` is what the command line says on top."""
    from promptlint.config import Configurations

    if config_file and isolated:
        raise click.UsageError("--config and --isolated contradict each other.")
    return Configurations(config=Path(config_file) if config_file else None, isolated=isolated, adjust=adjust)


def targets(
    paths: tuple[str, ...],
    run: RunConfig,
    exclude: tuple[str, ...],
    force_exclude: bool,
    stdin_filename: str | None,
    *,
    standard_input: Callable[[], bytes] | None = None,
    configurations: Configurations | None = None,
) -> list[Found | Skipped]:
    """The files that PATHS stand for, by path; ``-`` is what `standard_input` gives, by default standard input.

    `configurations` say which formats a project describes itself.
    """
    from promptlint.discovery import Skipped, discover

    if stdin_filename is not None and paths != ("-",):
        raise click.UsageError("--stdin-filename needs - as the only path.")
    if "-" in paths and len(paths) > 1:
        raise click.UsageError("- (standard input) cannot be combined with other paths.")
    here = Path.cwd()
    patterns = (*run.exclude, *(rebased(pattern, here, run.root) for pattern in exclude))

    own = configurations.formats_of if configurations else lambda _: ()

    def find(*names: str) -> list[Found | Skipped]:
        return list(discover(names, exclude=patterns, force_exclude=force_exclude, root=run.root, cwd=here, own=own))

    if paths != ("-",):
        return find(*paths)
    file = here / (stdin_filename or "stdin")
    if force_exclude and stdin_filename is not None:
        # Discovery settles exclusion before it looks at the file, which need not exist.
        excluded = [each for each in find(stdin_filename) if isinstance(each, Skipped) and not each.named]
        if excluded:
            return list(excluded)
    return [_standard_input(file, here, standard_input or sys.stdin.buffer.read, own)]


def candidates(
    paths: tuple[str, ...],
    run: RunConfig,
    exclude: tuple[str, ...],
    configurations: Configurations,
    *,
    force_exclude: bool,
    cwd: Path,
) -> Discovery:
    """The files that PATHS may stand for, none of which has been opened."""
    from promptlint.discovery import candidates

    patterns = (*run.exclude, *(rebased(pattern, cwd, run.root) for pattern in exclude))
    return candidates(
        paths, exclude=patterns, force_exclude=force_exclude, root=run.root, cwd=cwd, own=configurations.formats_of
    )


def whole_project(projects: Projects, find: Callable[[str], Iterable[T]]) -> Project[Any]:
    """The projects of what is checked. `find` gives the files below a folder; where nothing marks a project's root, there are none."""
    from promptlint.runner import Project

    def files(root: Path) -> Iterable[T]:
        return find(str(root)) if projects.is_marked(root) else ()

    return Project(lambda folder: projects.root(Path.cwd() / folder), files)


def _standard_input(
    file: Path, here: Path, read: Callable[[], bytes], own: Callable[[Path], tuple[OwnFormat, ...]]
) -> Found | Skipped:
    from promptlint.discovery import Found, Skipped, project_path, reported_path
    from promptlint.formats import own_format, recognise, refusal
    from promptlint.source import Source, SourceError

    path = reported_path(file, here)
    try:
        source = Source.from_bytes(path, read())
    except SourceError as fault:
        return Skipped(path, fault.reason, named=True)
    inside = project_path(file, here)
    described = own_format(own(file), file)
    recognition = described.recognition if described else recognise(inside, source.text, named=True)
    if recognition is None:
        return Skipped(path, refusal(inside, source.text, named=True) or "not a prompt", named=True)
    return Found(path, file, named=True, recognition=recognition, source=source)


def rebased(pattern: str, here: Path, root: Path) -> str:
    """A pattern of the command line, which is relative to `here`, as one that is relative to `root`.

    Where `here` does not lie below `root` the pattern stays as it is.
    """
    try:
        folder = here.relative_to(root).as_posix()
    except ValueError:
        return pattern
    if folder == ".":
        return pattern
    negation, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    anchored = "/" in body.rstrip("/")
    return f"{negation}/{folder}/{'' if anchored else '**/'}{body.lstrip('/')}"
