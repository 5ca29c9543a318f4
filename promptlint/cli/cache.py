"""``promptlint cache``: where results are kept for the next run, how much there is, and away with it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from promptlint.cli import EXIT_OK, EXIT_TROUBLE
from promptlint.cli._output import error, write

__all__ = ["command"]

_HELP = """Say what is kept of earlier runs, or remove it.

\b
  dir    print the folder
  info   print the folder, the number of entries and their size
  clean  remove all entries

The folder is the one that PROMPTLINT_CACHE_DIR names, else the configuration (key cache-dir), else the user's folder for
caches. It can be removed at any time; what is in it is found out again.
"""


@click.command("cache", help=_HELP, short_help="Say what is kept of earlier runs, or remove it.")
@click.argument("action", type=click.Choice(["dir", "info", "clean"]))
def command(*, action: str) -> int:
    """Do what ACTION says, and give the exit code."""
    from promptlint.cache import Store, located
    from promptlint.config import ConfigError, Configurations

    here = Path.cwd()
    try:
        configured = Configurations().run_config(here).cache_dir
    except ConfigError as fault:
        error(str(fault))
        return EXIT_TROUBLE
    folder = located(os.environ, str(configured) if configured else None)
    if folder is None:
        error("there is no folder for it: no home is known, and neither PROMPTLINT_CACHE_DIR nor 'cache-dir' names one")
        return EXIT_TROUBLE
    place = str(here / folder)
    store = Store(place)
    if action == "dir":
        write(f"{place}\n")
    elif action == "info":
        sizes = [size for _, size, _ in store.entries()]
        write(f"{place}\n{_counted(len(sizes))}, {_megabytes(sum(sizes))}\n")
    else:
        try:
            number, size = store.clean()
        except OSError as fault:
            error(f"{place}: {fault.strerror or fault}")
            return EXIT_TROUBLE
        write(f"Removed {_counted(number)}, {_megabytes(size)}.\n")
    return EXIT_OK


def _counted(number: int) -> str:
    return f"{number:,} {'entry' if number == 1 else 'entries'}"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
