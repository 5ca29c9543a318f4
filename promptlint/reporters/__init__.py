"""What a Report looks like: one module for each output format, named as the format is.

Each has ``render(report: Report, options: Options) -> str``, which is pure and ends in a line end. A new format is a new
module; what several of them share is in the packages beside them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from promptlint.diagnostic import Severity
from promptlint.lazy import dataclass
from promptlint.modules import module_names
from promptlint.reporters.terminal.style import PLAIN, Style

if TYPE_CHECKING:
    from promptlint.runner import Report

__all__ = ["Options", "formats", "load"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to print: the colours, and whether only the diagnostics are wanted (`quiet`).

    `fail_on` is the severity from which on a diagnostic fails the run, None: none does. `folder` is the working directory
    as a path from the repository's root, empty where it is the root; services look for files from there.
    """

    style: Style = PLAIN
    quiet: bool = False
    fail_on: Severity | None = Severity.WARNING
    folder: str = ""


def formats() -> tuple[str, ...]:
    """The names of the output formats in order."""
    return tuple(module_names(__path__))


def load(name: str) -> Callable[[Report, Options], str]:
    """The `render` of the output format `name`, one of :func:`formats`."""
    module = importlib.import_module(f"{__name__}.{name}")
    return cast("Callable[[Report, Options], str]", module.render)
