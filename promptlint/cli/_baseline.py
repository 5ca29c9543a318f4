"""What commands do with a baseline: find it, read it, say what of it is stale."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from promptlint.baseline import Baseline, Entry
    from promptlint.config import RunConfig
    from promptlint.project import Projects
    from promptlint.runner import Known

__all__ = ["baseline_options", "file_of", "known", "load", "shown", "stale_lines"]

F = TypeVar("F", bound=Callable[..., object])


def baseline_options(command: F) -> F:
    """The options of ``check`` about the baseline."""
    for decorate in reversed(
        (
            click.option(
                "--baseline",
                "baseline_file",
                type=click.Path(dir_okay=False),
                metavar="FILE",
                help="Do not report the findings that FILE knows (see promptlint baseline).",
            ),
            click.option("--no-baseline", is_flag=True, help="Report also what the configured baseline knows."),
            click.option(
                "--no-stale-baseline",
                is_flag=True,
                help="Exit with 1 also when the baseline knows findings that are no longer there.",
            ),
        )
    ):
        command = decorate(command)
    return command


def shown(file: Path, here: Path) -> str:
    """How a file is called in messages."""
    return file.relative_to(here).as_posix() if file.is_relative_to(here) else file.as_posix()


def file_of(option: str | None, run: RunConfig, here: Path) -> Path | None:
    """The baseline of a run: the one that the command line names, else the configuration's; None without one."""
    return here / option if option else run.baseline


def load(option: str | None, run: RunConfig, projects: Projects, here: Path) -> Known | None:
    """The baseline of a run.

    Raises:
        BaselineError: the file does not exist, cannot be read or is no baseline.

    """
    file = file_of(option, run, here)
    if file is None:
        return None
    from promptlint.baseline import BaselineError, parse

    name = shown(file, here)
    place = name if option else run.baseline_at
    try:
        if file.exists() and not file.is_file():  # a pipe or a device may have no end
            raise BaselineError(f"{place}: the baseline {name} cannot be read: not a regular file")
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BaselineError(f"{place}: there is no baseline {name}; make it with: promptlint baseline create") from None
    except OSError as error:
        raise BaselineError(f"{place}: the baseline {name} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise BaselineError(f"{name}:1:1: not a baseline: not valid UTF-8") from None
    except ValueError:  # a name that no file can have
        raise BaselineError(f"{place}: there is no baseline {name}") from None
    return known(parse(text, name), file, projects)


def known(baseline: Baseline, file: Path, projects: Projects) -> Known:
    """A baseline with what it takes to apply it; its paths start at the root of the project that its file is in."""
    from promptlint.runner import Known

    root = projects.root(file.parent)
    found: dict[str, bool] = {}

    def exists(path: str) -> bool:
        if path not in found:
            try:
                found[path] = (root / path).is_file()
            except (OSError, ValueError):
                found[path] = False
        return found[path]

    return Known(baseline, exists, root)


def stale_lines(name: str, entries: Iterable[Entry]) -> list[str]:
    """What a baseline, whose file is called `name`, knows and is no longer found, a line for each entry."""
    from promptlint.reporters.terminal.cells import visible

    return [
        f"{name}: no longer found in {visible(entry.path)}: {entry.count:,} {entry.rule} ({visible(entry.message)})"
        for entry in entries
    ]
