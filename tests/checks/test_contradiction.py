"""The rule `contradictory-instructions`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]

LANGUAGES = "Always answer in English.\n\n{question}\n\nAnswer in German.\n"


@pytest.fixture
def contradictions(found_by: Callable[[str], Run]) -> Run:
    return found_by("contradictory-instructions")


def test_both_places_are_shown(contradictions: Run) -> None:
    (found,) = contradictions(LANGUAGES)
    assert found.message == "'Answer in German' contradicts 'Always answer in English'"
    (related,) = found.related
    assert LANGUAGES[related.location.span.start : related.location.span.end] == "Always answer in English"


@pytest.mark.parametrize(
    ("text", "severity", "confidence"),
    [
        (LANGUAGES, Severity.WARNING, Confidence.HIGH),
        ("Answer the question below. Be concise.\n\nBe as detailed as possible.\n", Severity.INFO, Confidence.MEDIUM),
    ],
)
def test_length_in_words_is_a_matter_of_degree(
    contradictions: Run, text: str, severity: Severity, confidence: Confidence
) -> None:
    (found,) = contradictions(text)
    assert (found.severity, found.confidence) == (severity, confidence)


def test_documentation_for_agents_is_not_judged(contradictions: Run) -> None:
    assert contradictions(LANGUAGES, "CLAUDE.md") == ()


def test_quotations_say_nothing(contradictions: Run) -> None:
    assert contradictions('Always answer in English.\n\nWrite "answer in German" on the form.\n') == ()
