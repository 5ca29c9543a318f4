"""What the costs of prompts look like: one module for each output format of ``promptlint cost``, named as the format is.

Each has ``render(costs: Costs, options: Options) -> str``, which is pure and ends in a line end.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from promptlint.costs import Costs
    from promptlint.reporters import Options

__all__ = ["FORMATS", "load"]

FORMATS: Final = ("text", "json", "csv", "markdown")


def load(name: str) -> Callable[[Costs, Options], str]:
    """The `render` of the output format `name`, one of `FORMATS`."""
    module = importlib.import_module(f"{__name__}.{name}")
    return cast("Callable[[Costs, Options], str]", module.render)
