"""The rule `retired-model`: which names it speaks of, and where it cannot know."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint import formats
from promptlint.config import Config
from promptlint.diagnostic import Diagnostic, Severity
from promptlint.engine import lint
from promptlint.prices import Model, data_date
from promptlint.source import Source

Run = Callable[..., tuple[Diagnostic, ...]]

BODY = "messages:\n  - role: user\n    content: Summarize the report in five sentences. {{report}}\n"


@pytest.fixture
def retired(found_by: Callable[[str], Run]) -> Run:
    run = found_by("retired-model")
    return lambda name, **others: run(f"model: {name}\n{BODY}", "prompts/a.prompt.yml", **others)


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("gpt-4", "2026-10-23"),
        ("openai/gpt-3.5-turbo", "2026-10-23"),
        ("openai:chat:gpt-4-32k", "2025-06-06"),
        ("claude-3-opus-20240229", "2026-01-05"),
        ("vertexai/gemini-1.5-pro-001", "2025-09-24"),
    ],
)
def test_the_date_is_named(retired: Run, name: str, date: str) -> None:
    (finding,) = retired(name)
    assert finding.message.endswith(f"on {date}") and f"'{name}'" in finding.message
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "name",
    [
        "gpt-5.4",  # served
        "gpt-4o",  # to be retired after the date of the data
        "${MODEL}",
        "gpt-35-turbo",  # Azure's spelling
        "azure/gpt-4",
        "anthropic.claude-3-haiku-20240307-v1:0",  # Bedrock
        "ollama/gemma",
        "llama-3.2-3b",  # several hosts
        "our-gpt-4",
    ],
)
def test_what_is_served_or_cannot_be_known_is_left_alone(retired: Run, name: str) -> None:
    assert retired(name) == ()


def test_other_hosts_in_the_settings(found_by: Callable[[str], Run]) -> None:
    head = "---\nname: a\nmodel:\n  api: chat\n  configuration:\n    type: {}\n    name: gpt-4\n---\nuser:\nSummarize {{{{report}}}} in one sentence.\n"
    run = found_by("retired-model")
    assert len(run(head.format("openai"), "a.prompty")) == 1
    assert run(head.format("azure_openai"), "a.prompty") == ()
    talk = head.replace("Summarize", "Compare the endpoint on Azure and summarize")
    assert len(run(talk.format("openai"), "a.prompty")) == 1, "a message says nothing about who serves the model"


def test_each_place_once(found_by: Callable[[str], Run]) -> None:
    shared = "model: {}\nprompts:\n  a: Summarize {{x}} in one sentence.\n  b: Translate {{x}} into French.\n"
    (finding,) = found_by("retired-model")(shared.format("gpt-4"), "prompts/prompts.yaml")
    assert finding.location.span.start == len("model: ")


def test_editors_have_days_of_their_own(found_by: Callable[[str], Run]) -> None:
    run = found_by("retired-model")
    text = "---\ndescription: Review\nmodel: {}\n---\nReview the change.\n"
    (finding,) = run(text.format("GPT-4.1"), ".github/prompts/a.prompt.md")
    assert "GitHub Copilot" in finding.message
    assert finding.severity is Severity.INFO, "the editor takes another model"
    assert run(text.format("Claude Haiku 4.5"), ".github/prompts/a.prompt.md") == ()


def test_models_that_the_configuration_knows_or_names() -> None:
    document = formats.read(Source("prompts/a.prompt.yml", f"model: gpt-4\n{BODY}"))
    own = Config(select=("retired-model",), models={"gpt-4": Model("gpt-4", "own", "gpt-4", retired="2020-01-01")})
    assert lint(document, own).diagnostics == ()
    assert lint(document, Config(select=("retired-model",), model="gpt-5.4")).diagnostics == ()
    assert len(lint(document, Config(select=("retired-model",))).diagnostics) == 1


def test_no_clock(retired: Run) -> None:
    (finding,) = retired("gpt-4")
    assert finding.message.rpartition(" ")[2] <= data_date()
