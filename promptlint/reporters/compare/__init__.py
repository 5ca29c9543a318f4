"""What a comparison of models looks like: one module for each output format of ``promptlint compare``."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from promptlint.comparison import Comparison
    from promptlint.reporters.terminal.style import Style

__all__ = ["load"]


def load(name: str) -> Callable[[Sequence[Comparison], Style], str]:
    """The `render` of the output format `name`: ``text``, ``json`` or ``markdown``."""
    module = importlib.import_module(f"{__name__}.{name}")
    return cast("Callable[[Sequence[Comparison], Style], str]", module.render)
