"""The rule `variable-before-static`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity
from promptlint.tokens import counter

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
def early(found_by: Callable[[str], Run]) -> Run:
    return found_by("variable-before-static")


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "question"),
        ("en", "user_input"),
        ("en", "customer_message"),
        ("en", "ticket.body"),
        ("de", "frage"),
        ("de", "kundenmail"),
        ("de", "anfrage"),
        ("fr", "question_client"),
        ("fr", "demande"),
        ("es", "pregunta"),
        ("es", "mensaje_usuario"),
    ],
)
def test_input_before_the_rules(early: Run, language: str, name: str) -> None:
    variable = f"{{{{ {name} }}}}"
    text = f"Input: {variable}\n\n{RULES[language]}"
    (finding,) = early(text, "prompts/a.j2")
    assert (finding.confidence, finding.severity) == (Confidence.HIGH, Severity.WARNING)
    assert text[finding.location.span.start : finding.location.span.end] == variable
    behind = counter("o200k_base").count(f"\n\n{RULES[language]}")
    assert f"before {behind:,} tokens" in finding.message
    assert early(f"{RULES[language]}\n\nInput: {variable}\n", "prompts/a.j2") == ()


@pytest.mark.parametrize("name", ["language", "persona", "company_name", "selection", "format_instructions", "today"])
def test_what_may_be_the_same_in_every_call(early: Run, name: str) -> None:
    assert early(f"{{{{ {name} }}}}\n\n{RULES['en']}", "prompts/a.j2") == ()


def test_a_document_first_is_a_note(early: Run) -> None:
    (finding,) = early(f"{{{{ document }}}}\n\n{RULES['en']}", "prompts/a.j2")
    assert (finding.confidence, finding.severity) == (Confidence.MEDIUM, Severity.INFO)


def test_where_enough_stands_before_it_the_finding_is_a_note(early: Run) -> None:
    (finding,) = early(f"{RULES['en']}{{{{ question }}}}\n{RULES['en']}", "prompts/a.j2")
    assert (finding.confidence, finding.severity) == (Confidence.MEDIUM, Severity.INFO)


def test_short_prompts(early: Run) -> None:
    assert early("{{ question }}\n\nAnswer in one sentence.\n", "prompts/a.j2") == ()
    assert early(f"{RULES['en']}{{{{ question }}}}\nAnswer in one sentence.\n", "prompts/a.j2") == ()


def test_branches_and_loops_are_not_fixed(early: Run) -> None:
    assert early(f"{{{{ question }}}}\n{{% if long %}}{RULES['en']}{{% endif %}}", "prompts/a.j2") == ()


def test_standing_instructions_are_sent_first(early: Run) -> None:
    rules = "\n".join(f"      {line}" for line in RULES["en"].strip().split("\n"))
    user = "  - role: user\n    content: '{{question}}'\n"
    system = f"  - role: system\n    content: |\n{rules}\n"
    assert early(f"messages:\n{user}{system}", "prompts/a.prompt.yml") == ()
    assert early(f"messages:\n{system}{user}", "prompts/a.prompt.yml") == ()
    late = system.replace("system", "user")
    assert len(early(f"messages:\n{user}{late}", "prompts/a.prompt.yml")) == 1


@pytest.mark.parametrize(
    ("model", "found"),
    [
        ("openai/gpt-4o", 1),  # caches 1,024 tokens or more
        ("openai/gpt-4", 0),  # caches nothing
        ("some-model", 1),
        ("${MODEL}", 1),
    ],
)
def test_models(early: Run, model: str, found: int) -> None:
    rules = "\n".join(f"      {line}" for line in RULES["en"].strip().split("\n"))
    text = f"model: {model}\nmessages:\n  - role: user\n    content: |\n      {{{{question}}}}\n{rules}\n"
    assert len(early(text, "prompts/a.prompt.yml")) == found


@pytest.mark.parametrize("path", ["CLAUDE.md", ".claude/commands/a.md"])
def test_what_a_person_invokes(early: Run, path: str) -> None:
    assert early(f"$ARGUMENTS\n\n{RULES['en']}", path) == ()
