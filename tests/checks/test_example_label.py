"""The rule `example-label-unknown`: realistic prompts with and without the flaw."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]

TICKETS = "Sort the support ticket below into one of these queues: billing, shipping, returns.\n\n"
ANFRAGEN = "Ordne die folgende Kundenanfrage ein. Zulässige Kategorien: Rechnung, Versand, Rückgabe.\n\n"
AVIS = "Classe l'avis ci-dessous comme positif, négatif ou neutre.\n\n"
CORREOS = "Clasifica el correo siguiente como urgente, normal o publicidad.\n\n"


@pytest.fixture
def labels(found_by: Callable[[str], Run]) -> Callable[..., list[str]]:
    """The labels that are found in a text."""

    def run(text: str, path: str = "prompts/a.j2", **options: object) -> list[str]:
        found = found_by("example-label-unknown")(text, path, **options)
        assert all(item.rule == "example-label-unknown" for item in found)
        return [text[item.location.span.start : item.location.span.end] for item in found]

    return run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{TICKETS}Ticket: I was charged twice.\nQueue: billing\n\nTicket: It never came.\nQueue: delivery\n\nTicket: {{{{ t }}}}\nQueue:", ["delivery"]),
        (f'{TICKETS}Examples:\n- "charged twice" -> billing\n- "never came" -> shiping\n\n{{{{ t }}}}', ["shiping"]),
        (f"{TICKETS}<example>\n<input>It is broken.</input>\n<output>repairs</output>\n</example>\n\n{{{{ t }}}}", ["repairs"]),
        (f"{TICKETS}Example:\nInput: broken and late\nOutput: returns, complaints\n\n{{{{ t }}}}", ["complaints"]),
        (
            'Return JSON. "priority" must be one of: "low", "high".\n\nExample:\nOutput: {"priority": "urgent", "team": "web"}\n\nExample:\nOutput: {"priority": "low", "team": "app"}\n\n{{ t }}',
            ["urgent"],
        ),
        (
            'Return this JSON:\n{"mood": "good|bad", "why": "..."}\n\nExample output:\n{"mood": "god", "why": "likes it"}\n\n{{ t }}',
            ["god"],
        ),
        (f"{ANFRAGEN}Anfrage: Ich zahle doppelt.\nKategorie: Rechnung\n\nAnfrage: Wo bleibt es?\nKategorie: Lieferung\n\nAnfrage: {{{{ a }}}}\nKategorie:", ["Lieferung"]),
        (f"{ANFRAGEN}Beispiel:\nEingabe: Wo bleibt es?\nAusgabe: Versandt\n\n{{{{ a }}}}", ["Versandt"]),
        (f"{AVIS}Exemples :\n\nEntrée : Génial !\nSortie : positif\n\nEntrée : Bof.\nSortie : mitigé\n\nEntrée : {{{{ avis }}}}\nSortie :", ["mitigé"]),
        (f"{CORREOS}Ejemplos:\n\nEntrada: ¡Gana dinero!\nSalida: spam\n\nEntrada: Se cayó el servidor.\nSalida: urgente\n\nEntrada: {{{{ c }}}}\nSalida:", ["spam"]),
    ],
    ids=["records", "arrows", "tags", "several", "a field", "a shape", "German", "German slip", "French", "Spanish"],
)  # fmt: skip
def test_with_the_flaw(labels: Callable[..., list[str]], text: str, expected: list[str]) -> None:
    assert labels(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"{TICKETS}Ticket: I was charged twice.\nQueue: billing\n\nTicket: It never came.\nQueue: shipping\n\nTicket: {{{{ t }}}}\nQueue:",
        f'{TICKETS}When none fits, write unknown.\n\nExamples:\n- "charged twice" -> billing\n- "hello" -> unknown\n\n{{{{ t }}}}',
        f"{TICKETS}Example:\nInput: late\nOutput: The ticket belongs to the team that sends parcels.\n\n{{{{ t }}}}",
        f"{TICKETS}Example:\nInput: late\nOutput: {{{{ label }}}}\n\n{{{{ t }}}}",
        f"{TICKETS}## Wrong example\nInput: late\nOutput: delivery\n\n## Ticket\n{{{{ t }}}}",
        "Name a topic, for example sports or politics.\n\nText: a\nTopic: sports\n\nText: b\nTopic: music\n\nText: {{ t }}\nTopic:",
        "Use one of: {{ labels }}.\n\nText: a\nTopic: sports\n\nText: b\nTopic: music\n\nText: {{ t }}\nTopic:",
        'Return JSON. "priority" must be one of: "low", "high".\n\nExample output:\n{"priority": "low", "team": "web"}\n\n{{ t }}',
        f"{ANFRAGEN}Beispiel:\nEingabe: Wo bleibt es?\nAusgabe: Versand\n\n{{{{ a }}}}",
        f"{AVIS}Exemple :\nEntrée : Génial !\nSortie : positif\n\n{{{{ avis }}}}",
        f"{CORREOS}Ejemplo:\nEntrada: ¡Gana dinero!\nSalida: publicidad\n\n{{{{ c }}}}",
        "Write the answer in one of: French, German.\n\nText: a\nSummary: short\n\nText: b\nSummary: longer\n\nText: {{ t }}\nSummary:",
    ],
    ids=["records", "special case", "prose", "a variable", "wrong on purpose", "open", "labels from a variable", "a field", "German", "French", "Spanish", "another set"],
)  # fmt: skip
def test_without_the_flaw(labels: Callable[..., list[str]], text: str) -> None:
    assert labels(text) == []


def test_how_sure(found_by: Callable[[str], Run]) -> None:
    def one(text: str) -> Diagnostic:
        (finding,) = found_by("example-label-unknown")(text, "prompts/a.j2")
        return finding

    known = 'Examples:\n- "charged twice" -> billing\n'
    sure = one(f'{TICKETS}{known}- "never came" -> delivery\n\n{{{{ t }}}}')
    assert (sure.confidence, sure.severity) == (Confidence.HIGH, Severity.WARNING)
    alone = one(f"{TICKETS}Example:\nInput: never came\nOutput: delivery\n\n{{{{ t }}}}")
    assert (alone.confidence, alone.severity) == (Confidence.MEDIUM, Severity.INFO)
    two = 'Answer with "safe" or "unsafe". Then name a topic, one of: a, b.\n\nExample:\nInput: Capital of France?\nOutput: Paris\n\n{{ t }}'
    assert one(two).confidence is Confidence.LOW
    case = one(f'{TICKETS}{known}- "never came" -> Shipping\n\n{{{{ t }}}}')
    assert case.severity is Severity.INFO
    assert "the prompt writes it 'shipping'" in case.message
    ((place),) = sure.related
    assert place.message == "the labels"


def test_case_is_told_once(labels: Callable[..., list[str]]) -> None:
    text = f'{TICKETS}Examples:\n- "a" -> Billing\n- "b" -> Shipping\n- "c" -> Returns\n\n{{{{ t }}}}'
    assert labels(text) == ["Billing"]


def test_an_enum_in_the_settings(labels: Callable[..., list[str]]) -> None:
    head = '---\nname: a\nmodel:\n  parameters:\n    response_format:\n      type: json_schema\n      json_schema: {"name": "a", "schema": {"enum": ["bug", "wish"]}}\n---\nuser:\n'
    text = f"{head}Sort the ticket.\n\nExamples:\n- crash -> bug\n- colour -> whish\n\n{{{{ t }}}}\n"
    assert labels(text, "a.prompty") == ["whish"]


def test_files_for_agents(labels: Callable[..., list[str]]) -> None:
    assert labels(f"{TICKETS}Example:\nInput: late\nOutput: delivery\n", "AGENTS.md") == []
