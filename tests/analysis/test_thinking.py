"""Instructions to think, in four languages, and what only looks like one."""

from __future__ import annotations

import pytest

from promptlint import formats
from promptlint.analysis import analyse
from promptlint.analysis.thinking import thinking_triggers
from promptlint.source import Source


def triggers(text: str) -> list[tuple[str, bool]]:
    prompt = formats.read(Source("prompts/a.txt", text)).prompts[0]
    return [
        (prompt.messages[each.message].text[each.span.start : each.span.end], each.sentence is not None)
        for each in thinking_triggers(analyse(prompt))
    ]


@pytest.mark.parametrize(
    ("text", "found", "alone"),
    [
        ("Which of these is best for the customer? Let's think step by step.", "Let's think step by step", True),
        ("Please think step by step before answering. Which of these is the best?", "think step by step", True),
        ("Take a deep breath and think step-by-step. Which of these is the best?", "think step-by-step", True),
        (
            "First, think through the question step by step, then name the best offer.",
            "think through the question step by step",
            False,
        ),
        (
            "Use chain-of-thought reasoning. Which of these offers is the best one?",
            "Use chain-of-thought reasoning",
            True,
        ),
        ("Before answering, reason step by step. Which of these offers is the best?", "reason step by step", True),
        ("Welches Angebot ist das beste für den Kunden? Denke Schritt für Schritt.", "Denke Schritt für Schritt", True),
        (
            "Denken Sie Schritt für Schritt nach, bevor Sie antworten. Welches ist das beste?",
            "Denken Sie Schritt für Schritt nach",
            True,
        ),
        ("Überlege schrittweise, welches der Angebote für den Kunden das beste ist.", "Überlege schrittweise", False),
        (
            "Quelle est la meilleure offre pour le client ? Réfléchissez étape par étape.",
            "Réfléchissez étape par étape",
            True,
        ),
        ("Raisonne pas à pas avant de répondre. Quelle est la meilleure offre pour lui ?", "Raisonne pas à pas", True),
        (
            "¿Cuál de las siguientes ofertas es la mejor para el cliente? Pensemos paso a paso.",
            "Pensemos paso a paso",
            True,
        ),
        (
            "Razona paso a paso antes de responder. ¿Cuál de las siguientes ofertas es la mejor para el cliente?",
            "Razona paso a paso",
            True,
        ),
    ],
)
def test_found(text: str, found: str, alone: bool) -> None:
    ((words, only),) = triggers(text)
    assert words == found or words.endswith(found)
    assert only is alone


@pytest.mark.parametrize(
    "text",
    [
        "Think step by step and write down your reasoning. Which of these is the best?",
        "Think step by step inside <thinking> tags. Which of these is the best?",
        "Think step by step. Which is the best? Answer in the form\nReasoning: your thoughts\nAnswer: a letter",
        "Write a step-by-step guide for the customer. Think step by step.",
        "Explain to the customer step by step how to return the goods.",
        'Explain what "think step by step" does to a language model, in two sentences.',
        "When a user asks you to think step by step, decline politely.",
        "Do not think step by step. Answer at once with the name of the best offer.",
        "Think carefully about the tone of the reply that you give to the customer.",
        "You are a math tutor for children. Think step by step.",
        "Erstelle eine Schritt-für-Schritt-Anleitung für den Kunden. Denke Schritt für Schritt.",
        "Denke Schritt für Schritt und zeige deinen Rechenweg. Welches ist das beste?",
        "Réfléchis étape par étape et écris ton raisonnement. Quelle est la meilleure offre ?",
        "Piensa paso a paso y muestra tu razonamiento. ¿Cuál es la mejor de las ofertas?",
        "Explica paso a paso cómo puede el cliente devolver los productos que ha comprado.",
        "Step 1: read the offers. Step 2: think step by step. Step 3: name one.",
    ],
)
def test_not_found(text: str) -> None:
    assert triggers(text) == []


def test_long_texts() -> None:
    assert triggers("step by step " * 20_000) == []
    ((words, _),) = triggers("Give the name. " * 20_000 + "Let's think step by step.")
    assert words == "Let's think step by step"
