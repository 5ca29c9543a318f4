"""The rule `volatile-prefix`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]

RULES = {
    "en": "Parcels arrive within two to four days, and furniture is delivered by a carrier who calls the day before.\n"
    * 60,
    "de": "Pakete kommen nach zwei bis vier Tagen an, und Möbel liefert eine Spedition, die am Tag davor anruft.\n"
    * 60,
    "fr": "Les colis arrivent en deux à quatre jours, et un transporteur livre les meubles après avoir appelé la veille.\n"
    * 60,
    "es": "Los paquetes llegan en dos a cuatro días, y un transportista entrega los muebles tras llamar el día anterior.\n"
    * 60,
}


@pytest.fixture
def volatile(found_by: Callable[[str], Run]) -> Run:
    return found_by("volatile-prefix")


@pytest.mark.parametrize(
    ("language", "head"),
    [
        ("en", "Current time: {{ current_time }}"),
        ("en", "It is {{ now() }}. You answer customers."),
        ("en", "Request {{ request_id }}"),
        ("en", "You answer customers of our shop. Trace: {{ trace_id }}"),
        ("en", "Now: {{ now().strftime('%Y-%m-%d %H:%M:%S') }}"),
        ("en", "Seed {{ random_seed }}"),
        ("de", "Es ist {{ uhrzeit }} Uhr."),
        ("de", "Zeitstempel: {{ zeitstempel }}"),
        ("fr", "Il est {{ heure_actuelle }}."),
        ("es", "Son las {{ hora_actual }}."),
    ],
)
def test_never_the_same_twice(volatile: Run, language: str, head: str) -> None:
    (finding,) = volatile(f"{head}\n\n{RULES[language]}", "prompts/a.j2")
    assert (finding.confidence, finding.severity) == (Confidence.HIGH, Severity.WARNING)
    assert "new with every call" in finding.message
    assert volatile(f"{RULES[language]}\n\n{head}", "prompts/a.j2") == ()


@pytest.mark.parametrize(
    "head",
    [
        "Today is {{ today }}.",
        "Date: {{ current_date }}",
        "Today is {{ now().strftime('%Y-%m-%d') }}.",
        "Customer: {{ customer_name }}",
        "Question: {{ question }}",
        "Version {{ version }}",
        "The time zone is {{ timezone }}.",
    ],
)
def test_what_stays_or_is_input(volatile: Run, head: str) -> None:
    assert volatile(f"{head}\n\n{RULES['en']}", "prompts/a.j2") == ()


def test_the_id_of_a_session_is_a_note(volatile: Run) -> None:
    (finding,) = volatile(f"Session {{{{ session_id }}}}\n\n{RULES['en']}", "prompts/a.j2")
    assert (finding.confidence, finding.severity) == (Confidence.MEDIUM, Severity.INFO)
    assert "new with every session" in finding.message


def test_a_short_prompt(volatile: Run) -> None:
    assert volatile("It is {{ current_time }}.\n\nAnswer in one sentence: {{ question }}\n", "prompts/a.j2") == ()


@pytest.mark.parametrize(("model", "found"), [("openai/gpt-4.1", 1), ("openai/gpt-3.5-turbo", 0), ("some-model", 1)])
def test_models(volatile: Run, model: str, found: int) -> None:
    rules = "\n".join(f"      {line}" for line in RULES["en"].strip().split("\n"))
    text = f"model: {model}\nmessages:\n  - role: system\n    content: |\n      Time: {{{{current_time}}}}\n{rules}\n  - role: user\n    content: '{{{{question}}}}'\n"
    assert len(volatile(text, "prompts/a.prompt.yml")) == found


def test_agent_files_are_left_alone(volatile: Run) -> None:
    assert volatile(f"{{{{ current_time }}}}\n\n{RULES['en']}", "CLAUDE.md") == ()
