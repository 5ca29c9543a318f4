"""What a Difference looks like: one module for each output format of ``promptlint diff``, named as the format is.

Each has ``render(difference: Difference, options: Options) -> str``, which is pure and ends in a line end.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from promptlint.lazy import dataclass
from promptlint.reporters.terminal.style import PLAIN, Style

if TYPE_CHECKING:
    from promptlint.difference import Difference

__all__ = ["Options", "load"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to print: the colours."""

    style: Style = PLAIN


def load(name: str) -> Callable[[Difference, Options], str]:
    """The `render` of an output format."""
    module = importlib.import_module(f"{__name__}.{name}")
    return cast("Callable[[Difference, Options], str]", module.render)
