"""The rule `unknown-model`: slips are told from names that somebody else gave."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint import formats
from promptlint.config import Config
from promptlint.diagnostic import Confidence, Diagnostic, Severity
from promptlint.engine import lint
from promptlint.prices import Model, data_date
from promptlint.source import Source

Run = Callable[..., tuple[Diagnostic, ...]]

BODY = "messages:\n  - role: user\n    content: Summarize the report in five sentences. {{report}}\n"


@pytest.fixture
def unknown(found_by: Callable[[str], Run]) -> Run:
    run = found_by("unknown-model")
    return lambda name, **others: run(f"model: {name}\n{BODY}", "prompts/a.prompt.yml", **others)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("gpt-4o-mnii", "gpt-4o-mini"),
        ("gtp-4o", "gpt-4o"),
        ("gpt-4-trubo", "gpt-4-turbo"),
        ("cluade-opus-4-5", "claude-opus-4-5"),
        ("claude-sonet-4-5", "claude-sonnet-4-5"),
        ("claude-haikuu-4-5", "claude-haiku-4-5"),
        ("gemini-2.5-flsh", "gemini-2.5-flash"),
        ("gemini-2.5-por", "gemini-2.5-pro"),
        ("mistral-larg-latest", "mistral-large"),
        ("deepseek-chta", "deepseek-chat"),
        ("openai:chat:gpt-4o-mni", "gpt-4o-mini"),
        ("openai/gpt4o", "gpt-4o"),
    ],
)
def test_a_slip_names_what_is_meant(unknown: Run, name: str, meant: str) -> None:
    (finding,) = unknown(name)
    assert finding.message.endswith(f"table of {data_date()} (did you mean '{meant}'?)")
    assert (finding.severity, finding.confidence) == (Severity.WARNING, Confidence.HIGH)


@pytest.mark.parametrize(
    "name",
    [
        "gpt-4o-mini",
        "GPT-4.1 (copilot)",
        "gpt-4o-mini-2024-07-18",
        "gpt4o",  # how many call a deployment
        "gpt-4.2",  # so they may here, too
        "gpt-4o-mini-eu",
        "my-gpt4",
        "eastus-gpt-4o",
        "acme/llama-3.1-8b-tickets",
        "ollama/lama3",
        "text-embedding-3-small",
        "openai/gpt-image-1",
        "dall-e-3",
        "test-model",
        "${MODEL}",
        '"{{ model }}"',
        "openai/gpt-${VERSION}",
        "auto",
    ],
)
def test_names_that_may_be_meant_are_left_alone(unknown: Run, name: str) -> None:
    assert unknown(name) == ()


@pytest.mark.parametrize(
    ("name", "confidence"),
    [
        ("openai/gpt-4.2", Confidence.MEDIUM),
        ("anthropic/claude-3-5", Confidence.MEDIUM),
        ("googleai/gemini-ultra", Confidence.MEDIUM),
        ("openai/gpt-99", Confidence.LOW),
        ("googleai/gemini-77.5-flash", Confidence.LOW),
    ],
)
def test_what_may_be_younger_than_the_data_is_hidden(unknown: Run, name: str, confidence: Confidence) -> None:
    (finding,) = unknown(name)
    assert (finding.severity, finding.confidence) == (Severity.INFO, confidence)
    assert data_date() in finding.message


def test_other_hosts_name_models_as_they_like(found_by: Callable[[str], Run]) -> None:
    text = "---\nname: a\nmodel:\n  configuration:\n    type: {}\n    name: gpt-4o-mnii\n---\nuser:\nSummarize {{{{report}}}}.\n"
    run = found_by("unknown-model")
    assert len(run(text.format("openai"), "a.prompty")) == 1
    assert run(text.format("azure_openai"), "a.prompty") == ()


@pytest.mark.parametrize(
    ("name", "count"), [("sonnet", 0), ("inherit", 0), ("opus", 0), ("sonet", 1), ("claude-opus-5", 0)]
)
def test_aliases_of_agents(found_by: Callable[[str], Run], name: str, count: int) -> None:
    text = f"---\nname: reviewer\ndescription: Reviews changes.\nmodel: {name}\n---\nYou review changes.\n"
    found = found_by("unknown-model")(text, ".claude/agents/reviewer.md")
    assert len(found) == count
    assert all(item.severity is Severity.INFO for item in found)


def test_models_of_the_configuration_are_known_and_suggested() -> None:
    models = {"ticket-tuned": Model("ticket-tuned", "own", "ticket-tuned")}
    config = Config(select=("unknown-model",), models=models)

    def run(name: str) -> tuple[str, ...]:
        document = formats.read(Source("prompts/a.prompt.yml", f"model: {name}\n{BODY}"))
        return tuple(item.message for item in lint(document, config).diagnostics)

    assert run("ticket-tuned") == ()
    (message,) = run("ticket-tunde")
    assert "did you mean 'ticket-tuned'" in message


def test_a_long_name_is_no_burden(unknown: Run) -> None:
    assert unknown("gpt-" + "4o-" * 50_000) == ()
