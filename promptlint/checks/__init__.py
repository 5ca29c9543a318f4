"""Checks: code that finds what one or several rules are about, one file each.

A check named ``output-limit`` is the module ``promptlint.checks.output_limit`` with a function ``check(context)`` that
yields findings. It never knows a file format, and it looks at one prompt (or, for rules of scope ``file``, one document)
at a time. Other packages offer checks for users' rules as entry points of the group ``promptlint.checks``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from promptlint.diagnostic import Finding
from promptlint.lazy import dataclass
from promptlint.own_models import find_among
from promptlint.prices import Lookup, Model
from promptlint.prompt import Document, Prompt
from promptlint.tokens import Counting, Tokenizers, counter, counting_for

if TYPE_CHECKING:
    from promptlint.analysis import Analysis
    from promptlint.config import ActiveRule

__all__ = ["Check", "CheckError", "Context", "check_named"]


class CheckError(Exception):
    """A rule names a check that does not exist."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a check looks at: the rule it runs for, the document, and for rules of scope ``prompt`` the prompt and its analysis.

    `model` is the model that the prompt is judged for: the configured one, else the one that its file declares. `models` are
    those that the configuration describes itself, by name in lower case. `tokenizers` are those that count.
    """

    rule: ActiveRule
    document: Document
    prompt: Prompt
    analysis: Analysis
    model: str | None = None
    models: Mapping[str, Model] = field(default_factory=dict)
    tokenizers: Tokenizers = "openai"

    def find_model(self, name: str) -> Lookup:
        """What a model's name stands for: one that the configuration describes, else one of the table (promptlint.prices)."""
        return find_among(self.models, name)

    @property
    def counting(self) -> Counting:
        """How tokens are counted for the prompt's model."""
        return counting_for(self.model, self.tokenizers)

    def tokens(self, text: str) -> int:
        """The number of tokens of a text, counted for the prompt's model."""
        return counter(self.counting.encoding).count(text)


Check: TypeAlias = Callable[[Context], Iterable[Finding]]


_OURS: dict[str, Check] = {}
_THEIRS: set[str] = set()
"""Our checks, and the names of others, as far as they were asked for."""


def check_named(name: str) -> Check:
    """The check with that name: ours, else one that another package offers. Raises CheckError when there is none."""
    if name in _OURS:
        return _OURS[name]
    if name not in _THEIRS:
        from importlib import import_module

        module = f"promptlint.checks.{name.replace('-', '_')}"
        try:
            ours: Check = import_module(module).check
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            _THEIRS.add(name)
        else:
            _OURS[name] = ours
            return ours
    from promptlint.own_rules import python_check

    offered = python_check(name)
    if offered is None:
        raise CheckError(f"no check is named '{name}'") from None
    theirs: Check = offered.load()
    return theirs
