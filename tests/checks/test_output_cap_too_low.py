"""The rule `output-cap-too-low`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def low(found_by: Callable[[str], Run]) -> Run:
    """What is found in a dotprompt file with that cap and text, and perhaps a schema."""

    def run(cap: object, text: str, schema: str = "") -> tuple[Diagnostic, ...]:
        front = f"model: openai/gpt-4o\nconfig:\n  maxOutputTokens: {cap}\n{schema}"
        return found_by("output-cap-too-low")(f"---\n{front}---\n{text}\n", "a.prompt")

    return run


@pytest.mark.parametrize(
    "text",
    [
        "Write an essay of 500 words about {{x}}.",
        "Write an essay of at least 500 words about {{x}}.",
        "Write an essay about {{x}}. It must have 30 sentences.",
        "Write a 2-page report about {{x}}.",
        "Write 20 paragraphs about {{x}}.",
        "Write a letter of 3,000 characters about {{x}}.",
        "Escribe un ensayo de 500 palabras sobre {{x}}.",
        "Schreibe einen Aufsatz von 500 Wörtern über {{x}}.",
        "Rédige un article de 500 mots sur {{x}}.",
    ],
)
def test_a_length_that_does_not_fit(low: Run, text: str) -> None:
    (finding,) = low(200, text)
    assert finding.severity is Severity.WARNING
    assert len(finding.related) == 1
    assert low(10_000, text) == ()


def test_the_cap_is_what_is_reported(low: Run) -> None:
    (finding,) = low(200, "Write an essay of 500 words about {{x}}.")
    assert finding.message == "the cap of 200 output tokens is too low: 500 words take 550 or more"
    assert finding.location.span.end - finding.location.span.start == 3


@pytest.mark.parametrize(
    ("cap", "severity", "confidence"),
    [(100, Severity.WARNING, Confidence.HIGH), (400, Severity.INFO, Confidence.MEDIUM)],
)
def test_an_upper_limit_may_stay_unused(low: Run, cap: int, severity: Severity, confidence: Confidence) -> None:
    (finding,) = low(cap, "Summarize {{x}} in at most 500 words.")
    assert (finding.severity, finding.confidence) == (severity, confidence)


@pytest.mark.parametrize("cap", [550, 1000])
def test_what_may_fit_is_not_reported(low: Run, cap: int) -> None:
    assert low(cap, "Write an essay of 500 words about {{x}}.") == ()


@pytest.mark.parametrize("cap", ["'{{cap}}'", 0, -1])
def test_caps_that_are_no_numbers(low: Run, cap: object) -> None:
    assert low(cap, "Write an essay of 500 words about {{x}}.") == ()


SCHEMA = "output:\n  schema:\n    {}\n"


def test_a_schema_that_does_not_fit(low: Run) -> None:
    schema = SCHEMA.format("\n    ".join(f"property_number_{i}: string" for i in range(9)))
    (finding,) = low(30, "Read {{x}}.", schema)
    assert "schema" in finding.message
    assert low(100, "Read {{x}}.", schema) == ()


def test_optional_properties_may_be_left_out(low: Run) -> None:
    schema = SCHEMA.format("\n    ".join(f"property_number_{i}?: string" for i in range(9)))
    assert low(5, "Read {{x}}.", schema) == ()


def test_a_schema_without_a_finite_answer(found_by: Callable[[str], Run]) -> None:
    text = """\
modelParameters: {maxTokens: 5}
messages: [{role: user, content: "Read {{x}}."}]
responseFormat: json_schema
jsonSchema: {type: object, properties: {next: {$ref: "#"}}, required: [next]}
"""
    assert found_by("output-cap-too-low")(text, "a.prompt.yml") == ()
