"""What a shell may complete: names of rules and of what selects them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

__all__ = ["complete_rules", "complete_selectors"]


def complete_rules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The rules whose name starts so."""
    del context, parameter
    from promptlint.rules import load_rules

    return _starting(load_rules(), incomplete)


def complete_selectors(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The rules, families and presets whose name starts like the last of several names with commas between them."""
    del context, parameter
    from promptlint.rules import FAMILIES, PRESETS, load_rules

    before, comma, last = incomplete.rpartition(",")
    given = set(before.split(","))
    found = _starting((*load_rules(), *FAMILIES, *PRESETS, "all"), last)
    return [f"{before}{comma}{name}" for name in found if name not in given]


def _starting(names: Iterable[str], start: str) -> list[str]:
    return [name for name in names if name.startswith(start)]
