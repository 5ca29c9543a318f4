"""A run that would say what the last one with the same command line said is answered for from the cache.

After a run it is kept what it printed, and everything that this rests on: the digest of each file that was read, those that
were looked for and are not there, the names in the folders that were walked. If all of that is as it was, the run is over
before anything else of promptlint has been imported. Only runs that do nothing but print are kept.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TextIO

from promptlint.cache import Store, configured_nearby, digest, located, stamp

__all__ = ["Basis", "answer", "digest_of", "keep", "listing", "listing_of", "surroundings"]

_COMMAND: Final = "check"
_WITHOUT: Final = ("--no-cache", "-")
"""Arguments with which nothing is looked for."""

_VARIABLES: Final = (
    *("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM", "TERM_PROGRAM", "VTE_VERSION", "WT_SESSION"),
    *("KONSOLE_VERSION", "CI", "HOME", "XDG_CONFIG_HOME", "APPDATA", "USERPROFILE", "GITHUB_STEP_SUMMARY"),
)
"""The environment variables that the output may depend on."""

MOST: Final = 16_000_000
"""Characters of output that are kept."""

Basis = Mapping[str, Mapping[str, Any]]
"""What an output rests on.

``files``: path -> digest of what it holds, None for what is no file. ``folders``: path -> digest of the names in it.
``present``: path -> whether there is anything.
"""


def answer(arguments: Sequence[str], environ: Mapping[str, str]) -> int | None:
    """Print what the last run with these arguments printed, and give its exit code; None where that may not be right.

    Raises:
        OSError: the output cannot be written.
    """
    if not arguments or arguments[0] != _COMMAND or environ.get("PROMPTLINT_DEBUG"):
        return None
    if any(each in _WITHOUT for each in arguments):
        return None
    try:
        cwd = os.getcwd()
        folder = located(environ, configured_nearby(cwd))
        if folder is None:
            return None
        content = Store(os.path.join(cwd, folder)).get(_key(arguments, environ, cwd, stamp()))
        if content is None:
            return None
        head, _, output = content.partition(b"\n")
        kept = json.loads(head)
        if not _holds(kept["basis"]):
            return None
        code, errors = int(kept["code"]), str(kept["errors"]).encode("utf-8", "backslashreplace")
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    _print(sys.stderr, errors)
    _print(sys.stdout, output)
    return code


def keep(
    store: Store,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    cwd: str,
    mark: str,
    *,
    basis: Basis,
    output: str,
    errors: str,
    code: int,
) -> None:
    """Keep what a run printed; `mark` is the stamp of what made it."""
    if len(output) > MOST:
        return
    head = json.dumps({"basis": basis, "code": code, "errors": errors}, separators=(",", ":"))
    store.put(_key(arguments, environ, cwd, mark), head.encode() + b"\n" + output.encode("utf-8", "backslashreplace"))


def _key(arguments: Sequence[str], environ: Mapping[str, str], cwd: str, mark: str) -> str:
    surroundings = [f"{name}={environ.get(name)}" for name in _VARIABLES]
    return digest("run", mark, cwd, str(sys.stdout.isatty()), *surroundings, "", *arguments)


def _print(stream: TextIO, data: bytes) -> None:
    """Write to a stream as the command line does: UTF-8, line ends as they are."""
    try:
        stream.flush()
        stream.buffer.write(data)
        stream.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


# ---------------------------------------------------------------------------------------------------------------------
# what it rests on


def _holds(basis: Basis) -> bool:
    """Whether everything is as it was."""
    return (
        all(listing_of(path) == mark for path, mark in basis["folders"].items())
        and all(os.path.exists(path) == there for path, there in basis["present"].items())
        and all(digest_of(path) == mark for path, mark in basis["files"].items())
    )


def digest_of(path: str) -> str | None:
    """What stands for the content of a file; None for what is no file that can be read."""
    try:
        if not os.path.isfile(path):
            return None  # a pipe or a device may have no end
        with open(path, "rb") as stream:
            return digest(stream.read())
    except (OSError, ValueError):
        return None


def listing_of(folder: str) -> str | None:
    """What stands for the names in a folder; None for what is no folder that can be read."""
    try:
        with os.scandir(folder) as entries:
            return listing({entry.name: _sort(entry) for entry in entries})
    except OSError:
        return None


def listing(entries: Mapping[str, str]) -> str:
    """What stands for the entries of a folder, as a `promptlint.discovery.Listener` is told them."""
    return digest(*(f"{kind}{name}" for name, kind in sorted(entries.items())))


def _sort(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "l"
    if entry.is_dir(follow_symlinks=False):
        return "d"
    return "f" if entry.is_file(follow_symlinks=False) else "o"


def surroundings(folders: Iterable[str], names: Sequence[str]) -> tuple[set[str], set[str]]:
    """What may stand in some folders and those above them and change what is found.

    Gives the files of these `names` in all of them and what tells git's patterns; and what tells repositories.
    """
    above: set[str] = set()
    for folder in folders:
        while folder not in above:
            above.add(folder)
            folder = os.path.dirname(folder)
    files = {os.path.join(folder, name) for folder in above for name in (*names, ".gitignore")}
    files |= {os.path.join(folder, ".git", "info", "exclude") for folder in above}
    return files, {os.path.join(folder, ".git") for folder in above}
