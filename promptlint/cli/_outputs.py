"""Reports of one run: in which formats, and where each goes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from promptlint.cli._output import error
from promptlint.lazy import dataclass
from promptlint.reporters import formats

if TYPE_CHECKING:
    from promptlint.reporters import Options
    from promptlint.runner import Report

__all__ = ["FORMATS", "Target", "completions", "folder", "named", "render", "save", "summarise", "targets"]

FORMATS: Final = formats()
"""The names of the output formats."""

STATISTICS: Final = ("full", "concise", "json")
"""The formats that ``--statistics`` has."""

SUMMARY_LIMIT: Final = 1024 * 1024
"""Bytes that GitHub takes as the summary of a step; it drops a longer one whole."""

_SUMMARY_ROWS: Final = 1000


@dataclass(frozen=True)
class Target:
    """A report's format and its file, None for standard output.

    `main` is the report that ``--output-file``, ``--statistics`` and the configuration are about: the one without ``:PATH``.
    """

    format: str
    file: str | None = None
    main: bool = True


def named(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Target, ...]:
    """Read ``FORMAT`` and ``FORMAT:PATH``."""
    del context, parameter
    return tuple(_target(value) for value in values)


def _target(value: str) -> Target:
    name, colon, file = value.partition(":")
    if name not in FORMATS:
        import difflib

        close = difflib.get_close_matches(name, FORMATS, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"choose from {', '.join(FORMATS)}."
        raise click.BadParameter(f"'{name}' is no output format; {hint}")
    if colon and not file:
        raise click.BadParameter(f"'{value}' names no file behind the colon.")
    return Target(name, file or None, main=not colon)


def completions(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """What a shell may complete ``--output-format`` with."""
    del context, parameter
    return [name for name in FORMATS if name.startswith(incomplete)]


def targets(
    asked: Sequence[Target], output_file: str | None, configured: str, *, statistics: bool = False
) -> tuple[Target, ...]:
    """What ``--output-format`` (`asked`), ``--output-file`` and the configured format make together.

    Raises:
        click.UsageError: they contradict each other.
    """
    made = list(asked) or [Target(configured)]
    main = [each for each in made if each.main]
    if len(main) > 1:
        raise click.UsageError(
            "Only one output format can go to standard output: give the others a file, as in json:report.json."
        )
    if statistics and not main:
        made.append(Target("full"))
    if statistics and main and main[0].format not in STATISTICS:
        raise click.UsageError(
            f"--statistics needs the output format {', '.join(STATISTICS[:-1])} or {STATISTICS[-1]}."
        )
    if output_file is not None:
        if not main and not statistics:
            raise click.UsageError("--output-file needs an output format that names no file itself.")
        made = [replace(each, file=output_file) if each.main else each for each in made]
    seen: set[str] = set()
    for each in made:
        if each.file is None:
            continue
        place = os.path.realpath(each.file)
        if place in seen:
            raise click.UsageError(f"Two output formats cannot be written to one file: {each.file}.")
        seen.add(place)
    return tuple(made)


def render(report: Report, target: Target, options: Options, *, statistics: bool = False) -> str:
    """The text of one report."""
    if statistics and target.main:
        from promptlint.reporters.terminal.statistics import as_json, as_text

        return as_json(report) if target.format == "json" else as_text(report, options)
    from promptlint.reporters import load

    return load(target.format)(report, options)


def save(file: str, text: str) -> None:
    """Write a report: beside the file and renamed, so that nobody ever reads half of one.

    A symbolic link stays one, an existing file keeps its mode, and a device or a pipe is written to.

    Raises:
        OSError: it cannot be written.
    """
    import secrets
    import shutil

    data = text.encode("utf-8", "backslashreplace")
    if os.path.exists(file) and not os.path.isfile(file):  # noqa: PTH110, PTH113 - Path raises on some devices
        Path(file).write_bytes(data)
        return
    place = Path(os.path.realpath(file))
    beside = place.with_name(f".promptlint-{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as stream:
            stream.write(data)
        if place.exists():
            shutil.copymode(place, beside)
        beside.replace(place)
    except PermissionError:
        if not place.exists():
            raise
        place.write_bytes(data)  # in a folder in which files may be changed, but not made
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def summarise(report: Report, environment: Mapping[str, str]) -> None:
    """Append the report to the summary of a GitHub Actions job, where there is one. What goes wrong is said, no more."""
    name = environment.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    from promptlint.reporters.markdown import document

    file = Path(name)
    try:
        before = file.read_bytes() if file.exists() else b""
        gap = "" if not before else "\n" if before.endswith(b"\n") else "\n\n"
        room = SUMMARY_LIMIT - len(before) - len(gap)
        data = document(report, rows=_SUMMARY_ROWS, size=room).encode("utf-8", "backslashreplace")
        if len(data) > room:
            error("The job summary is full; this report is not in it.")
            return
        with file.open("ab") as stream:
            stream.write(gap.encode() + data)
    except OSError as fault:
        error(f"The job summary cannot be written: {fault.strerror or fault}")


def folder(here: Path) -> str:
    """A folder as a path from its repository's root; empty where it is the root or in no repository."""
    for root in (here, *here.parents):
        if (root / ".git").exists():
            return "" if root == here else here.relative_to(root).as_posix()
    return ""
