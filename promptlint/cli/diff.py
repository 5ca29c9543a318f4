"""``promptlint diff``: what a change does to the cost of prompts, and to what is found in them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from promptlint.cli import EXIT_FINDINGS, EXIT_OK, EXIT_TROUBLE
from promptlint.cli._options import (
    calls_option,
    colour_option,
    configurations,
    discovery_options,
    paid_model_option,
    rebased,
    targets,
    whole_project,
)
from promptlint.cli._output import error, style_for
from promptlint.cli._printing import printed
from promptlint.lazy import dataclass

if TYPE_CHECKING:
    from promptlint.config import Config, Configurations, RunConfig
    from promptlint.diagnostic import Severity
    from promptlint.difference import Difference
    from promptlint.discovery import Found, Skipped
    from promptlint.project import Projects
    from promptlint.revisions import Repository, Revision, Snapshot
    from promptlint.runner import Report

__all__ = ["command"]

FORMATS = ("text", "json", "markdown")

_HELP = """Say what a change costs: prompts added, removed, changed and moved, tokens, USD, new and fixed findings.

The working tree, or --to, is compared with the git revision BASE; by default with the commit at which it parted from the
default branch (origin/HEAD, else main or master). PATHS are files and folders (default: the current folder). The configuration
is that of the working tree, for both sides. Nothing is checked out or fetched.

\b
Exit codes:
  0  no budget is broken
  1  a budget is broken, or there is a new finding at or
     above --fail-on
  2  the job could not be done: bad usage, bad configuration,
     not in a repository, no such revision
"""  # \b keeps click from wrapping the paragraph


@click.command("diff", help=_HELP, short_help="Say what a change does to the cost of prompts.")
@click.argument("base", required=False)
@discovery_options
@click.option("--to", metavar="REV", help="Look at this revision in place of the working tree.")
@click.option("--merge-base", is_flag=True, help="Compare with the commit at which BASE and the other side parted.")
@paid_model_option
@calls_option
@click.option(
    "--fail-on",
    type=click.Choice(["info", "warning", "error", "never"]),
    default="never",
    show_default=True,
    help="The severity from which on new findings give exit code 1, too.",
)
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to print it.")
@click.option("--output-file", type=click.Path(dir_okay=False), metavar="FILE", help="Write it to FILE.")
@colour_option
def command(
    *,
    base: str | None,
    paths: tuple[str, ...],
    config_file: str | None,
    isolated: bool,
    exclude: tuple[str, ...],
    force_exclude: bool,
    stdin_filename: str | None,
    to: str | None,
    merge_base: bool,
    model: str | None,
    calls: float | None,
    fail_on: str,
    output_format: str,
    output_file: str | None,
    when: str,
) -> int:
    """Print what changed between two revisions, and give the exit code."""
    from promptlint.config import Config, ConfigError, with_overrides
    from promptlint.reporters.difference import Options, load
    from promptlint.revisions import GitError, Repository

    if stdin_filename is not None or "-" in (base, *paths):
        raise click.UsageError("Standard input is no part of a repository: it cannot be compared.")

    def overridden(config: Config) -> Config:
        return with_overrides(config, model=model, calls=calls)

    here = Path.cwd()
    try:
        chosen = configurations(config_file, isolated, overridden)
        overridden(Config(rules=chosen.rules))
        repository = Repository.of(here)
        revisions = _revisions(repository, base, paths, to, here, merge_base=merge_base)
        looked_for = _Wanted(revisions.paths, exclude, force_exclude)
        difference, errors = _Comparison(repository, chosen, looked_for, here).run(revisions.base, revisions.to)
    except (ConfigError, GitError) as fault:
        error(str(fault))
        return EXIT_TROUBLE
    for message in errors:
        error(message)
    style = style_for(when, None if output_file else sys.stdout, os.environ)
    if not printed(load(output_format)(difference, Options(style)), output_file) or errors:
        return EXIT_TROUBLE
    return EXIT_FINDINGS if difference.fails or _worse(difference, fail_on) else EXIT_OK


def _worse(difference: Difference, fail_on: str) -> bool:
    from promptlint.diagnostic import Severity

    threshold: Severity | None = None if fail_on == "never" else Severity.named(fail_on)
    return threshold is not None and any(each.severity >= threshold for each in difference.new)


@dataclass(frozen=True)
class _Revisions:
    """What is compared, and of which paths. `to` None is the working tree."""

    base: Revision
    to: Revision | None
    paths: tuple[str, ...]


def _revisions(
    repository: Repository, base: str | None, paths: tuple[str, ...], to: str | None, here: Path, *, merge_base: bool
) -> _Revisions:
    """What the arguments stand for: the first may be a revision or, when none is named, a path.

    Raises:
        GitError: a revision is not there.

    """
    from promptlint.revisions import GitError

    later = None if to is None else repository.resolve(to)
    current = repository.resolve("HEAD") if later is None else later
    found = None if base is None else repository.find(base)
    if base is not None:
        exists = os.path.lexists(here / base)
        if found is not None and exists:
            raise click.UsageError(
                f"'{base}' is both a revision and a path: write ./{base} for the path, or refs/heads/{base} for the branch."
            )
        if found is None and not exists:
            # a path may also be one that is there no more
            exists = repository.holds(current, here / base)
            if not exists:
                raise GitError(repository.missing(base))
        if found is None:
            paths = (base, *paths)
    if found is None:
        if merge_base:
            raise click.UsageError("--merge-base needs BASE; without it the default branch's is taken anyway.")
        found = repository.default_base(current)
    elif merge_base:
        found = repository.merge_base(found, current)
    return _Revisions(found, later, paths or (".",))


@dataclass(frozen=True)
class _Wanted:
    """Which files are looked at."""

    paths: tuple[str, ...]
    exclude: tuple[str, ...]
    force_exclude: bool


class _Comparison:
    """Reads and lints both sides.

    Raises:
        ConfigError: the configuration of the run is wrong.

    """

    def __init__(self, repository: Repository, chosen: Configurations, wanted: _Wanted, here: Path) -> None:
        from promptlint.project import Projects

        self._repository = repository
        self._chosen = chosen
        self._run: RunConfig = chosen.run_config(here)
        self._wanted = wanted
        self._here = here
        self._projects: Projects = Projects(here)
        self._debug = bool(os.environ.get("PROMPTLINT_DEBUG"))
        self._notes: list[str] = []

    def run(self, base: Revision, to: Revision | None) -> tuple[Difference, tuple[str, ...]]:
        """What changed, and what could not be done.

        Raises:
            GitError: a revision cannot be read.

        """
        from contextlib import ExitStack

        from promptlint.difference import compare

        with ExitStack() as stack:
            old = stack.enter_context(self._repository.snapshot(base, self._here))
            new = None if to is None else stack.enter_context(self._repository.snapshot(to, self._here))
            missing = self._missing(old, new)
            now, then = self._comparable(self._found(new), self._found(old), old)
            if new is None:
                then = self._with_line_ends(then, now)
            after = self._lint(now, new)
            before = self._before(then, old, now, after)
        held = {file.project_path for file in after.files}

        def exists(path: str) -> bool:
            return path in held or (new.holds(path) if new else (self._repository.root / path).is_file())

        difference = compare(
            before,
            after,
            lambda path: self._chosen.for_file(self._here / path),
            base=base,
            to=to,
            exists=exists,
            notes=self._notes,
        )
        return difference, tuple(dict.fromkeys((*missing, *after.errors, *before.errors)))

    # -- which files --------------------------------------------------------------------------------------------------

    def _found(self, snapshot: Snapshot | None, paths: Sequence[str] | None = None) -> list[Found | Skipped]:
        wanted = self._wanted
        paths = wanted.paths if paths is None else paths
        if snapshot is None:
            return targets(
                tuple(paths), self._run, wanted.exclude, wanted.force_exclude, None, configurations=self._chosen
            )
        patterns = (*self._run.exclude, *(rebased(pattern, self._here, self._run.root) for pattern in wanted.exclude))
        return snapshot.discover(
            paths,
            exclude=patterns,
            force_exclude=wanted.force_exclude,
            root=self._run.root,
            own=self._chosen.formats_of,
        )

    def _missing(self, old: Snapshot, new: Snapshot | None) -> list[str]:
        """What to say about the named paths that neither side has."""
        found = []
        for path in self._wanted.paths:
            inside = old.inside(self._here / path)
            if inside is None:
                found.append(f"{path}: not in this repository")
            elif not old.holds(inside) and not (
                new.holds(inside) if new is not None else os.path.lexists(self._here / path)
            ):
                found.append(f"{path}: no such file or folder, neither now nor then")
        return found

    def _comparable(
        self, now: Sequence[Found | Skipped], then: Sequence[Found | Skipped], old: Snapshot
    ) -> tuple[list[Found], list[Found]]:
        """The files of both sides without those that one of them cannot tell anything about, which are noted."""
        from promptlint.discovery import Found

        nested = _Nested(self._repository.root)
        inner = sorted({place for each in now if isinstance(each, Found) and (place := nested.of(each.file))})
        shown = [f"{place}/" for place in inner]
        if shown:
            self._notes.append(f"a repository of its own, not compared: {', '.join(shown)}")
        now = [each for each in now if not (isinstance(each, Found) and nested.of(each.file))]
        sparse = self._repository.left_out
        left_out = {each.path for each in then if isinstance(each, Found) and old.inside(each.file) in sparse}
        if left_out:
            self._notes.append(f"not in this sparse checkout, not compared: {len(left_out):,} files")
        then = [each for each in then if each.path not in left_out]
        found = [{each.path for each in side if isinstance(each, Found)} for side in (now, then)]
        unreadable = {
            each.path: each.reason
            for side, others in ((now, found[1]), (then, found[0]))
            for each in side
            if not isinstance(each, Found) and each.path in others and not each.reason.startswith("no such")
        }
        self._notes += [f"{path}: {reason} on one side, not compared" for path, reason in sorted(unreadable.items())]
        both = [
            [each for each in side if isinstance(each, Found) and each.path not in unreadable] for side in (now, then)
        ]
        return both[0], both[1]

    def _with_line_ends(self, then: list[Found], now: Iterable[Found]) -> list[Found]:
        """The files of a revision with the line ends that git gives them on checkout, where the working tree has those."""
        from promptlint.source import Source

        windows = {each.path for each in now if "\r\n" in each.source.text}
        if not windows:
            return then
        present = {each.path for each in now}
        candidates = {
            each.path: each.file.relative_to(self._repository.root).as_posix()
            for each in then
            if "\r" not in each.source.text and (each.path in windows or each.path not in present)
        }
        converted = self._repository.checked_out_with_crlf(tuple(candidates.values()))

        def checked_out(each: Found) -> Found:
            if candidates.get(each.path) not in converted:
                return each
            text = each.source.text.replace("\n", "\r\n")
            return replace(each, source=Source.from_bytes(each.path, each.source.to_bytes(text)))

        return list(map(checked_out, then))

    # -- what is found ------------------------------------------------------------------------------------------------

    def _lint(self, found: Iterable[Found], snapshot: Snapshot | None) -> Report:
        from promptlint.runner import check, disk

        return check(
            found,
            self._chosen.for_file,
            disk(self._here) if snapshot is None else snapshot.lookup,
            debug=self._debug,
            project_path=self._projects.path,
            project=whole_project(self._projects, self._everything(snapshot)),
        )

    def _everything(self, snapshot: Snapshot | None) -> Callable[[str], Iterable[Found | Skipped]]:
        """Gives the files of the whole project, for the rules that look at all of it."""
        return lambda folder: self._found(snapshot, (folder,))

    def _before(self, then: list[Found], old: Snapshot, now: Iterable[Found], after: Report) -> Report:
        """What is found at the base. What holds the same text as now, and reads no other file, is not looked at again."""
        texts = {each.path: (each.source.text, each.recognition.format) for each in now}
        reports = {file.path: file for file in after.files if file.facts is None and not file.document.dependencies}
        same = [
            each.path
            for each in then
            if each.path in reports and texts.get(each.path) == (each.source.text, each.recognition.format)
        ]
        known = set(same)
        report = self._lint([each for each in then if each.path not in known], old)
        files = sorted((*report.files, *(reports[path] for path in same)), key=lambda file: file.path)
        return replace(report, files=tuple(files))


class _Nested:
    """Tells files of the working tree that belong to a repository inside another one, such as a submodule."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[Path, str | None] = {root: None}

    def of(self, file: Path) -> str | None:
        """The inner repository that a file is in, from the root of the outer one; None: in none."""
        return self._folder(file.parent)

    def _folder(self, folder: Path) -> str | None:
        if folder not in self._known:
            if not folder.is_relative_to(self._root):
                self._known[folder] = None
            elif os.path.lexists(folder / ".git"):
                self._known[folder] = folder.relative_to(self._root).as_posix()
            else:
                self._known[folder] = self._folder(folder.parent)
        return self._known[folder]
