"""Running one rule over one text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint import formats
from promptlint.config import Config
from promptlint.diagnostic import Diagnostic
from promptlint.engine import lint
from promptlint.prompt import Kind
from promptlint.source import Source

Run = Callable[..., tuple[Diagnostic, ...]]


def diagnostics(
    rule: str,
    text: str,
    path: str = "prompts/a.md",
    *,
    kind: Kind | None = None,
    language: str | None = None,
    **options: object,
) -> tuple[Diagnostic, ...]:
    """What `rule` finds in a text that stands in a file of that name, low-confidence findings included."""
    config = Config(
        select=(rule,), options={rule: options} if options else {}, kind=kind, language=language, pedantic=True
    )
    document = formats.read(Source(path, text))
    return tuple(item for item in lint(document, config).diagnostics if item.rule in (rule, "internal-error"))


@pytest.fixture
def found_by() -> Callable[[str], Run]:
    """The findings of a rule, as a function of the text and the file's name."""

    def of(rule: str) -> Run:
        return lambda text, path="prompts/a.md", **others: diagnostics(rule, text, path, **others)

    return of
