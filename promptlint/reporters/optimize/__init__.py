"""What a plan looks like: one module for each output format of ``promptlint optimize``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from promptlint.lazy import dataclass
from promptlint.reporters.terminal.style import PLAIN, Style

if TYPE_CHECKING:
    from promptlint.plan import Plan

__all__ = ["Options", "load"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to print: the colours, and how many steps of each kind are shown to people (None: all)."""

    style: Style = PLAIN
    limit: int | None = None


def load(name: str) -> Callable[[Plan, Options], str]:
    """The `render` of the output format `name`: ``text``, ``json`` or ``markdown``."""
    module = importlib.import_module(f"{__name__}.{name}")
    return cast("Callable[[Plan, Options], str]", module.render)
