"""CrewAI's agents and tasks: ``agents.yaml`` and ``tasks.yaml``.

CrewAI puts an agent's role, backstory and goal together to its system prompt, and sends a task's description with the
expected output as the user's message. ``{topic}`` is filled in with the crew's inputs.
"""

from __future__ import annotations

import re

from promptlint.formats._format import Coverage, Recognition, split_path
from promptlint.formats._tables import Slot, Table, read_tables
from promptlint.lazy import regex
from promptlint.prompt import Document, Kind, Lookup
from promptlint.source import Source

RANK = 20
FORMATS = {"crewai": "CrewAI agents and tasks (agents.yaml, tasks.yaml)"}
COVERAGE = {
    "crewai": Coverage(
        messages="an agent's `role`, `backstory` and `goal` (system); a task's `description` and `expected_output` (user)",
        variables="`{name}`",
        model="`llm` of the agent",
        cap="`llm.max_tokens`, `max_tokens` of the agent",
        comments="`#`",
        unread="the crew's Python, the variables that it fills in, `output_json`",
    ),
}

_NAME = regex(r"(?:.*[-_.])?(?:agents?|tasks?|crew)(?:[-_.].*)?\.ya?ml", re.IGNORECASE)
_AGENT = (regex(r"[\r\n][ \t]+goal[ \t]*:"), regex(r"[\r\n][ \t]+backstory[ \t]*:"))
_TASK = (regex(r"[\r\n][ \t]+description[ \t]*:"), regex(r"[\r\n][ \t]+expected_output[ \t]*:"))


def _tables(at: str) -> tuple[Table, ...]:
    return (
        Table(
            tuple(Slot(f"{at}.{key}", "system") for key in ("role", "backstory", "goal")),
            model=(f"{at}.llm", f"{at}.llm.model"),
            max_output_tokens=(f"{at}.llm.max_tokens", f"{at}.max_tokens"),
            temperature=(f"{at}.llm.temperature", f"{at}.temperature"),
            template="braces",
            kind=Kind.SYSTEM,
            near=False,
        ),
        Table(
            (Slot(f"{at}.description", "user"), Slot(f"{at}.expected_output", "user")),
            template="braces",
            kind=Kind.TASK,
            near=False,
        ),
    )


_TABLES = (*_tables("*"), *_tables("agents.*"), *_tables("tasks.*"))


def may_hold_prompts(path: str) -> bool:
    return _NAME.fullmatch(split_path(path)[1]) is not None


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    if not path.lower().endswith((".yaml", ".yml")) or not (named or may_hold_prompts(path)):
        return None
    if all(key.search(text) for key in _AGENT):
        return Recognition("crewai", "agents with goal and backstory")
    if all(key.search(text) for key in _TASK):
        return Recognition("crewai", "tasks with description and expected_output")
    return None


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    return read_tables(source, name, _TABLES, notation="yaml")
