"""One line on standard error that says how far a long run has come. Only a person at a terminal sees it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TextIO, TypeVar

from promptlint.cli._output import understand_codes
from promptlint.reporters.terminal.cells import visible

__all__ = ["progress", "wanted"]

T = TypeVar("T")

PATIENCE: Final = 1.0
"""Seconds that a run may take without a word."""

PERIOD: Final = 0.1
"""Seconds between two changes of the line."""

_ERASE: Final = "\r\x1b[K"
_WIDTH: Final = 60
"""Code points of a path that are shown: the line must not wrap, or it could not be erased."""


def wanted(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a person is looking: a terminal that can erase a line, and no CI service."""
    if not stream.isatty() or environment.get("TERM") == "dumb" or environment.get("CI"):
        return False
    understand_codes()
    return True


def progress(
    items: Iterable[T],
    total: Callable[[], int],
    name: Callable[[T], str],
    stream: TextIO | None,
    *,
    started: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[T]:
    """The items, one by one, with a line on `stream` about the one that is being worked on; None: without.

    `total` says how many there are, and is only asked when somebody is shown it. `started` is when the run began by the same
    clock. The line is gone when the last item is done, or the work breaks off.
    """
    if stream is None:
        yield from items
        return
    last = clock() if started is None else started
    patience, of = PATIENCE, 0
    try:
        for number, item in enumerate(items, start=1):
            now = clock()
            if now - last >= patience:
                of = of or total()
                path = visible(name(item))
                short = path if len(path) <= _WIDTH else f"…{path[1 - _WIDTH :]}"
                stream.write(f"{_ERASE}{number:,} of {of:,}: {short}")
                stream.flush()
                last, patience = now, PERIOD
            yield item
    finally:
        if of:
            stream.write(_ERASE)
            stream.flush()
