from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def pressure(found_by: Callable[[str], Run]) -> Run:
    return found_by("emotional-pressure")


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Translate the letter into Spanish. I'll tip you $50 if there is no mistake.\n\n{letter}", "I'll tip you $50"),
        ("List three risks of the plan. You'll be fired if you miss one.\n\n{plan}", "You'll be fired"),
        ("Find the bug in the function below. My job\ndepends on it.\n\n{code}", "My job\ndepends"),
        ("You are a tutor. I will pay you 100 dollars for a good answer.\n\n{question}", "I will pay you 100 dollars"),
        ("Übersetze den Brief ins Englische. Du wirst bestraft, wenn etwas fehlt.\n\n{brief}", "Du wirst bestraft"),
        ("Schreibe eine Zusammenfassung in drei Sätzen. Ich gebe dir 100 Euro Trinkgeld.\n\n{text}", "Ich gebe dir 100 Euro Trinkgeld"),
        ("Traduis la lettre en anglais. C'est très important pour ma carrière.\n\n{lettre}", "important pour ma carrière"),
        ("Traduce la carta al inglés. Serás castigado si falta algo.\n\n{carta}", "Serás castigado"),
    ],
)  # fmt: skip
def test_pressure_is_a_note_at_its_words(pressure: Run, text: str, phrase: str) -> None:
    (finding,) = pressure(text, "prompts/a.txt")
    assert text[finding.location.span.start : finding.location.span.end] == phrase
    assert (finding.severity, finding.confidence) == (Severity.INFO, Confidence.HIGH)
    assert " ".join(phrase.split()) in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "Explain in two sentences how much people tip in {country}, and when you will be charged a bonus for service.",
        "Decide whether the employee will be fired. Answer yes or no.\n\n{case}",
        "Write tests like your life depends on it.\n\n{code}",
        "Wrong amounts are paid out without another check, so leave out what you cannot read.\n\n{invoice}",
        'Classify the sentence as polite or rude: "I will tip you $20, or you will be punished".',
        "Classify the messages.\n\nExample:\nMessage: You will be fired!\nLabel: threat\n\nMessage: {message}\nLabel:",
        "```\nYou will be punished.\n```\nCount the words of the code above.",
        "Berechne das Trinkgeld für {betrag} und antworte nur mit der Zahl.",
    ],
)
def test_topics_reasons_and_quotations_are_left_alone(pressure: Run, text: str) -> None:
    assert pressure(text, "prompts/a.txt") == ()


def test_encouragement_is_shown_on_request_only(pressure: Run) -> None:
    (finding,) = pressure("I believe in you, so work through the problem step by step.\n\n{problem}")
    assert finding.confidence is Confidence.LOW


def test_the_models_own_words_are_left_alone(pressure: Run) -> None:
    turns = "messages:\n  - role: {}\n    content: I will tip you $20 for the best of all answers to the question.\n"
    assert len(pressure(turns.replace("{}", "user"), "prompts/a.prompt.yml")) == 1
    assert pressure(turns.replace("{}", "assistant"), "prompts/a.prompt.yml") == ()
