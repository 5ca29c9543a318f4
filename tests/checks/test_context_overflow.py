"""The rule `context-overflow`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint import formats
from promptlint.config import Config
from promptlint.diagnostic import Confidence, Diagnostic, Severity
from promptlint.engine import lint
from promptlint.prices import find_model
from promptlint.source import Source
from promptlint.tokens import counter

Run = Callable[..., tuple[Diagnostic, ...]]

TEXT = "model: {model}\nmodelParameters:\n  maxCompletionTokens: {cap}\nmessages:\n  - role: user\n    content: {content}\n"
QUESTIONS = {
    "en": "Summarize the report in three sentences.",
    "de": "Fasse den Bericht in drei Sätzen zusammen.",
    "fr": "Résume le rapport en trois phrases.",
    "es": "Resume el informe en tres frases.",
}


@pytest.fixture
def overflowing(found_by: Callable[[str], Run]) -> Run:
    return found_by("context-overflow")


@pytest.mark.parametrize("language", QUESTIONS)
@pytest.mark.parametrize(
    ("model", "encoding"),
    [("openai/gpt-4", "cl100k_base"), ("gpt-3.5-turbo", "cl100k_base"), ("openai/gpt-4o", "o200k_base")],
)
def test_one_token_too_many(overflowing: Run, language: str, model: str, encoding: str) -> None:
    known = find_model(model).model
    assert known is not None and known.window is not None
    room = known.window - counter(encoding).count(QUESTIONS[language])
    fits = TEXT.format(model=model, cap=room, content=QUESTIONS[language])
    assert overflowing(fits, "prompts/a.prompt.yml") == ()
    text = TEXT.format(model=model, cap=room + 1, content=QUESTIONS[language])
    (finding,) = overflowing(text, "prompts/a.prompt.yml")
    assert (finding.severity, finding.confidence) == (Severity.ERROR, Confidence.HIGH)
    assert text[finding.location.span.start : finding.location.span.end] == str(room + 1)
    assert f"needs at least {known.window + 1:,} tokens" in finding.message
    assert [text[each.location.span.start : each.location.span.end] for each in finding.related] == [model]


def test_text_that_is_too_long_by_itself(overflowing: Run) -> None:
    text = f"model: openai/gpt-4\nmessages:\n  - role: user\n    content: {'word and other words ' * 3000}\n"
    (finding,) = overflowing(text, "prompts/a.prompt.yml")
    assert text[finding.location.span.start : finding.location.span.end] == "openai/gpt-4"


def test_samples_count_where_they_are_used(overflowing: Run) -> None:
    head = "---\nname: a\nmodel:\n  api: chat\n  configuration:\n    type: openai\n    name: gpt-4\nsample:\n  report: {}\n---\nuser:\nSummarize in three sentences. {}\n"
    sample = "word and other words " * 3000
    (finding,) = overflowing(head.format(sample, "{{report}}"), "a.prompty")
    assert (finding.confidence, finding.severity) == (Confidence.MEDIUM, Severity.WARNING)
    assert "of declared values" in finding.message
    assert overflowing(head.format(sample, "{{other}}"), "a.prompty") == ()
    assert overflowing(head.format("short", "{{report}}"), "a.prompty") == ()


@pytest.mark.parametrize("model", ["our-own-model", "${MODEL}", "inherit"])
def test_models_whose_window_is_not_known(overflowing: Run, model: str) -> None:
    text = TEXT.format(model=model, cap=9_999_999, content=QUESTIONS["en"])
    assert overflowing(text, "prompts/a.prompt.yml") == ()


def test_a_window_that_is_for_the_prompt_alone(overflowing: Run) -> None:
    text = TEXT.format(model="google/gemini-2.5-flash", cap=1_048_576, content=QUESTIONS["en"])
    assert overflowing(text, "prompts/a.prompt.yml") == ()


def test_a_count_that_may_be_too_high_has_to_be_too_high_at_its_low_end(overflowing: Run) -> None:
    window = find_model("anthropic/claude-3-haiku-20240307").model
    assert window is not None and window.window == 200_000
    content = "word and other words " * 52_000  # about 208,000 tokens by another model's count
    text = f"model: anthropic/claude-3-haiku-20240307\nmessages:\n  - role: user\n    content: {content}\n"
    assert overflowing(text, "prompts/a.prompt.yml") == ()


def test_the_configured_model_counts() -> None:
    source = Source("prompts/a.prompt.yml", TEXT.format(model="openai/gpt-4.1", cap=8192, content=QUESTIONS["en"]))
    document = formats.read(source)
    assert lint(document, Config(select=("context-overflow",))).diagnostics == ()
    (finding,) = lint(document, Config(select=("context-overflow",), model="gpt-4")).diagnostics
    assert "the window of gpt-4 has 8,192" in finding.message


def test_a_cap_that_is_only_known_at_run_time(overflowing: Run) -> None:
    text = TEXT.format(model="openai/gpt-4", cap="${CAP}", content=QUESTIONS["en"])
    assert overflowing(text, "prompts/a.prompt.yml") == ()


def test_the_longest_value_that_is_declared_counts_at_four_letters_a_token(overflowing: Run) -> None:
    text = (
        "---\nmodel: openai/gpt-4\ninput:\n  schema:\n    type: object\n    properties:\n"
        "      report: {{type: string, maxLength: {}}}\n---\nSummarize in three sentences. {{{{report}}}}\n"
    )
    assert overflowing(text.format(4 * 8_192), "prompts/a.prompt") != ()
    (finding,) = overflowing(text.format(4 * 8_192), "prompts/a.prompt")
    assert finding.confidence is Confidence.MEDIUM
    assert "8,192 of declared values" in finding.message
    assert overflowing(text.format(4 * 8_000), "prompts/a.prompt") == ()
