"""The rule `schema-not-enforced`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity
from promptlint.prompt import Kind

Run = Callable[..., tuple[Diagnostic, ...]]

ASKED = 'Classify the ticket. Return JSON with the key "label": {{ticket}}'


@pytest.fixture
def loose(found_by: Callable[[str], Run]) -> Run:
    """What is found in a dotprompt file with that front matter."""

    def run(front: str, text: str = ASKED, path: str = "a.prompt", **others: object) -> tuple[Diagnostic, ...]:
        return found_by("schema-not-enforced")(f"---\n{front}\n---\n{text}\n", path, **others)

    return run


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o",
        "openai/gpt-4o-mini",
        "azure/gpt-4.1-nano",
        "gpt-5-mini",
        "o3-mini",
        "o1",
        "gpt-35-turbo",
        "gpt-4-turbo",
        "googleai/gemini-1.5-flash",
        "vertexai/gemini-2.5-pro",
        "gemini-3-flash-preview",
        "anthropic/claude-sonnet-4-5",
        "claude-haiku-4-5-20251001",
        "mistral-large-latest",
    ],
)
def test_models_that_can_be_held_to_json(loose: Run, model: str) -> None:
    (finding,) = loose(f"model: {model}\nconfig:\n  temperature: 0")
    assert finding.severity is Severity.WARNING
    assert model in finding.message


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4",
        "gpt-4-0613",
        "gpt-3.5-turbo-0301",
        "gpt-3.5-turbo-instruct",
        "gemini-1.0-pro",
        "claude-3-haiku-20240307",
        "ollama/llama2",
        "echo",
    ],
)
def test_models_that_may_not(loose: Run, model: str) -> None:
    assert loose(f"model: {model}\nconfig:\n  temperature: 0") == ()


def test_a_note_where_the_file_only_names_the_model(loose: Run) -> None:
    (finding,) = loose("model: openai/gpt-4o")
    assert (finding.severity, finding.confidence) == (Severity.INFO, Confidence.MEDIUM)


@pytest.mark.parametrize(
    "declared",
    ["output:\n  format: json", "output:\n  schema:\n    label: string", "tools: [label_ticket]"],
)
def test_what_is_declared_is_enough(loose: Run, declared: str) -> None:
    assert loose(f"model: openai/gpt-4o\n{declared}") == ()


def test_no_json_is_asked_for(loose: Run) -> None:
    assert loose("model: openai/gpt-4o", "Explain the following JSON: {{payload}}") == ()


@pytest.mark.parametrize("path", [".claude/agents/a.md", ".claude/commands/a.md", ".github/prompts/a.prompt.md"])
def test_agents_and_commands_are_left_alone(loose: Run, path: str) -> None:
    front = "name: a\ndescription: b\nmodel: gpt-4o"
    assert loose(front, "Classify the ticket. Return JSON. $ARGUMENTS", path, kind=Kind.TASK) == ()
