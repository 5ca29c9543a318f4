"""``--watch``: run a command again whenever a file changes. Polls; needs nothing of the operating system."""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

import click

from promptlint.cli._output import error, understand_codes, write
from promptlint.cli._outputs import Target

__all__ = ["Stamps", "observe", "stamps", "watching"]

Stamps: TypeAlias = Mapping[str, tuple[int, int]]
"""When each file was last changed (in nanoseconds), and its size in bytes."""

INTERVAL: Final = 0.5
"""Seconds between two looks."""

SHARE: Final = 10
"""How many times longer than a look the pause after it is at least, so that a large tree does not keep a core busy."""

_CLEAR: Final = "\x1b[2J\x1b[3J\x1b[H"


def stamps(paths: Iterable[Path], ignored: Collection[str] = ()) -> Stamps:
    """The stamps of the files at and below some paths, but for the `ignored` ones. What cannot be seen is left out."""
    found: dict[str, tuple[int, int]] = {}
    for path in paths:
        for file in _files(path):
            if file in ignored:
                continue
            try:
                status = os.stat(file)  # noqa: PTH116 - in a loop over many files
            except OSError:
                continue  # gone since it was listed
            found[file] = (status.st_mtime_ns, status.st_size)
    return found


def _files(start: Path) -> Iterator[str]:
    from promptlint.discovery import is_walked

    if not start.is_dir():
        yield os.path.normpath(start)
        return
    folders = [os.path.normpath(start)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if is_walked(entry):
                        folders.append(entry.path)
                    elif not entry.is_dir(follow_symlinks=False):
                        yield entry.path
        except OSError:
            continue


def observe(
    job: Callable[[], object],
    look: Callable[[], Stamps],
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> NoReturn:
    """Do a job, and do it again whenever `look` gives something new. Ends with the exception that one of them raises."""
    while True:
        before = look()  # before the job: what changes while it is at work must not be missed
        job()
        while True:
            started = clock()
            now = look()
            if now != before:
                break
            sleep(max(INTERVAL, SHARE * (clock() - started)))


def watching(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command over PATHS the option ``--watch``."""

    @click.option("--watch", is_flag=True, help="Look again whenever a file changes, until Ctrl-C.")
    @functools.wraps(command)
    def wrapper(*, watch: bool, **arguments: object) -> int:
        if not watch:
            return command(**arguments)
        refused = [name for name in _ALONE if arguments.get(name) not in (None, False)]
        if refused:
            raise click.UsageError(
                f"--watch changes no files, so --{refused[0].replace('_', '-')} does not go with it."
            )
        paths = arguments["paths"]
        assert isinstance(paths, tuple), "PATHS are a tuple of strings"
        if "-" in paths:
            raise click.UsageError("--watch needs files: standard input comes but once.")
        here = Path.cwd()
        watched = [here / path for path in paths or (".",)]
        watched += _configurations([here, *watched], arguments.get("config_file"), here)
        ignored = _written(arguments, here)

        def job() -> None:
            if sys.stdout.isatty():
                understand_codes()
                write(_CLEAR)
            command(**arguments)
            if not arguments.get("quiet"):
                error("Watching for changes; Ctrl-C ends it.")

        observe(job, lambda: stamps(watched, ignored))

    return wrapper


_ALONE: Final = ("fix", "fix_only", "diff", "add_ignore")
"""The options that change files, or say what would change, which is done once."""


def _configurations(starts: Iterable[Path], named: object, here: Path) -> list[Path]:
    """Where configuration may stand for some paths: in any folder above them, in a person's own file, in the named file; and rules."""
    from promptlint.config import FILE_NAMES, ConfigError, Configurations, user_config_file

    folders = dict.fromkeys(folder for start in starts for folder in (start, *start.parents))
    found = [folder / name for folder in folders for name in FILE_NAMES]
    user = user_config_file(os.environ)
    found += [user] if user else []
    found += [here / named] if isinstance(named, str) else []
    try:
        chosen = Configurations(config=here / named if isinstance(named, str) else None, cwd=here)
        found += [path for path, _ in chosen.rule_paths]
    except ConfigError:
        pass  # the run says so
    return found


def _written(arguments: Mapping[str, object], here: Path) -> frozenset[str]:
    """The files that the command writes its reports to."""
    targets = arguments.get("output_formats")
    named = [target.file for target in (targets if isinstance(targets, tuple) else ()) if isinstance(target, Target)]
    named.append(file if isinstance(file := arguments.get("output_file"), str) else None)
    return frozenset(os.path.normpath(here / file) for file in named if file)
