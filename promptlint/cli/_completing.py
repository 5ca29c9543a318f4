"""What a shell may complete: names of rules, of what selects them, and of models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

__all__ = ["complete_models", "complete_rules", "complete_selectors"]


def complete_rules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The rules whose name starts so."""
    del context, parameter
    return _starting(_rules(), incomplete)


def complete_selectors(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The rules, families and presets whose name starts like the last of several names with commas between them."""
    del context, parameter
    from promptlint.rules import FAMILIES, PRESETS

    before, comma, last = incomplete.rpartition(",")
    given = set(before.split(","))
    found = _starting((*_rules(), *FAMILIES, *PRESETS, "all"), last)
    return [f"{before}{comma}{name}" for name in found if name not in given]


def complete_models(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The models whose name starts so, of those whose tokens are counted or whose error is measured."""
    del context, parameter
    from promptlint.tokens import MODELS

    return _starting(MODELS, incomplete)


def _rules() -> Iterable[str]:
    """The rules that a run here would have; where the configuration is wrong, those that promptlint brings."""
    from promptlint.config import ConfigError, Configurations
    from promptlint.rules import load_rules

    try:
        return Configurations().rules
    except ConfigError:
        return load_rules()


def _starting(names: Iterable[str], start: str) -> list[str]:
    return [name for name in names if name.startswith(start)]
