"""The rule `output-cap-missing`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint import formats
from promptlint.config import Config
from promptlint.diagnostic import Confidence, Diagnostic
from promptlint.engine import lint
from promptlint.prompt import Kind
from promptlint.source import Source

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def uncapped(found_by: Callable[[str], Run]) -> Run:
    """What is found in a dotprompt file with that front matter and text."""

    def run(front: str, text: str, path: str = "a.prompt", **others: object) -> tuple[Diagnostic, ...]:
        return found_by("output-cap-missing")(f"---\n{front}\n---\n{text}\n", path, **others)

    return run


OPEN = "Write a letter to the customer: {{notes}}"


@pytest.mark.parametrize("model", ["openai/gpt-4o", "googleai/gemini-2.5-pro", "mistral-large", "my-deployment"])
def test_a_model_without_a_cap(uncapped: Run, model: str) -> None:
    (finding,) = uncapped(f"model: {model}", OPEN)
    assert finding.confidence is Confidence.HIGH
    assert model in finding.message


@pytest.mark.parametrize(
    "front",
    [
        "model: openai/gpt-4o\nconfig:\n  maxOutputTokens: 300",
        "model: openai/gpt-4o\nconfig:\n  maxOutputTokens: '{{cap}}'",
        "model: openai/gpt-4o\noutput:\n  schema:\n    text: string",
        "input:\n  schema:\n    notes: string",
        "model: anthropic/claude-sonnet-4-5",
        "model: vertexai/imagen3-fast",
        "model: text-embedding-3-small",
    ],
)
def test_nothing_to_say(uncapped: Run, front: str) -> None:
    assert uncapped(front, OPEN) == ()


@pytest.mark.parametrize(
    "text",
    ["Is it urgent? Answer yes or no. {{ticket}}", "Translate into French: {{text}}", "Return a list as JSON. {{x}}"],
)
def test_answers_that_have_their_length(uncapped: Run, text: str) -> None:
    assert uncapped("model: openai/gpt-4o", text) == ()


def test_a_stated_length_lowers_the_confidence(uncapped: Run) -> None:
    (finding,) = uncapped("model: openai/gpt-4o", "Write a letter of at most 100 words: {{notes}}")
    assert finding.confidence is Confidence.LOW


@pytest.mark.parametrize("path", [".claude/agents/a.md", ".claude/commands/a.md", ".github/prompts/a.prompt.md"])
def test_what_an_agent_runs_has_no_cap_to_set(uncapped: Run, path: str) -> None:
    text = "Write a letter to the customer. $ARGUMENTS"
    assert uncapped("name: a\ndescription: b\nmodel: gpt-4o", text, path, kind=Kind.TASK) == ()


@pytest.mark.parametrize("kind", [Kind.SYSTEM, Kind.REFERENCE, Kind.FRAGMENT])
def test_only_tasks_are_looked_at(uncapped: Run, kind: Kind) -> None:
    assert uncapped("model: openai/gpt-4o", OPEN, kind=kind) == ()


def test_a_model_that_another_file_declares() -> None:
    clients = 'client<llm> Fast {\n  provider openai\n  options { model "gpt-4o" }\n}\n'
    text = 'function Letter(notes: string) -> string {\n  client Fast\n  prompt #"Write a letter to the customer: {{ notes }}"#\n}\n'
    files = {"baml_src/clients.baml": Source("baml_src/clients.baml", clients)}
    document = formats.read(Source("baml_src/letter.baml", text), files.get)
    (finding,) = lint(document, Config(select=("output-cap-missing",))).diagnostics
    assert finding.location.path == "baml_src/letter.baml"
    assert [each.location.path for each in finding.related] == ["baml_src/clients.baml"]
