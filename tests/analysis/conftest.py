"""Prompts and messages made from plain text, for the tests of the analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from promptlint.analysis import Analysis, analyse
from promptlint.prompt import Message, Prompt, Role, Setting, Settings
from promptlint.source import Location, Span, TextMap
from promptlint.templates import scan

PATH = "prompt.txt"
NOWHERE = Location(PATH, Span(0, 0))


class Make:
    """Builds what the tests look at from plain text."""

    def message(self, text: str, template: str = "none", role: Role | None = None) -> Message:
        return Message(role, text, TextMap.of(PATH, Span(0, len(text))), scan(text, template).parts, template)

    def prompt(
        self,
        *messages: str | tuple[Role, str],
        template: str = "double-braces",
        settings: Mapping[str, object] | None = None,
        **fields: Any,
    ) -> Prompt:
        """A prompt of messages, each a text without a role or a pair of role and text; `settings` by name."""
        pairs = [(None, message) if isinstance(message, str) else message for message in messages]
        declared = {name: Setting(value, NOWHERE) for name, value in (settings or {}).items()}
        return Prompt(
            "prompt",
            NOWHERE,
            tuple(self.message(text, template, role) for role, text in pairs),
            settings=Settings(**declared),  # type: ignore[arg-type]
            **fields,
        )

    def analysis(self, *messages: str | tuple[Role, str], language: str | None = None, **options: Any) -> Analysis:
        """The analysis of such a prompt; without `language` it is detected."""
        return analyse(self.prompt(*messages, **options), language)


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()
