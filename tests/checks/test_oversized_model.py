"""The rule `oversized-model`: for which models and tasks it speaks, and what it says about money."""

from __future__ import annotations

import re

import pytest

from promptlint import formats
from promptlint.checks.oversized_model import smaller
from promptlint.config import Config
from promptlint.diagnostic import Diagnostic, Severity
from promptlint.engine import lint
from promptlint.own_models import OWN
from promptlint.prices import Model, Price, find_model
from promptlint.source import Source

TASK = "Classify the ticket as one of: bug, feature, question. Answer with the label only.\n\n{{ticket}}"


def found(text: str = TASK, model: str = "openai/gpt-5.5", head: str = "", **config: object) -> tuple[Diagnostic, ...]:
    source = Source("prompts/a.prompt", f"---\n{head}model: {model}\n---\n{text}\n")
    settings = Config(select=("oversized-model",), pedantic=True, **config)  # type: ignore[arg-type]
    return lint(formats.read(source), settings).diagnostics


@pytest.mark.parametrize(
    ("model", "count"),
    [
        ("openai/gpt-5.5", 1),
        ("claude-opus-5", 1),
        ("azure/o1-preview", 1),
        ("googleai/gemini-2.5-pro", 1),  # of the middle band, and reasons before every answer
        ("openai/gpt-5-mini", 0),  # reasons, too, and is small
        ("openai/gpt-5.4", 0),
        ("openai/gpt-6-luna", 0),
        ("openai/gpt-4", 0),  # retired
        ("some-model", 0),
        ("${MODEL}", 0),
    ],
)
def test_models(model: str, count: int) -> None:
    diagnostics = found(model=model)
    assert len(diagnostics) == count
    assert all(item.severity is Severity.INFO and item.fix is None for item in diagnostics)


@pytest.mark.parametrize(
    "text",
    [
        "Decide whether the comment below is spam. Answer yes or no.\n\n{{comment}}",
        "Determine the sentiment of the review. Respond with one of: positive, negative, neutral.\n\n{{review}}",
        "Classify the e-mail into one of these categories: invoice, complaint, order.\n\n{{email}}",
        "Is the message below an order? Decide, and answer true or false.\n\n{{message}}",
        "Ordne die E-Mail einer der folgenden Kategorien zu: Rechnung, Beschwerde, Bestellung. Antworte nur mit der Kategorie.\n\n{{mail}}",
        "Classe le message suivant dans une des catégories : facture, plainte, commande. Réponds uniquement par la catégorie.\n\n{{message}}",
        "Clasifica el siguiente mensaje en una de estas categorías: factura, queja, pedido. Responde solo con la categoría.\n\n{{mensaje}}",
    ],
)
def test_simple_tasks(text: str) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Classify the ticket as one of: bug, feature, question. Explain your choice.\n\n{{ticket}}",
        "Classify the ticket as one of: bug, feature, question. Then draft a reply to the customer.\n\n{{ticket}}",
        "Think step by step. Classify the ticket as one of: bug, feature, question.\n\n{{ticket}}",
        "Decide whether the answer is supported by the text. Answer yes or no.\n\n{{text}}\n\n{{answer}}",
        "Decide whether the model's answer is polite. Answer yes or no.\n\n{{message}}",
        "Decide whether the patient needs to see a doctor today. Answer yes or no.\n\n{{report}}",
        "Decide whether the contract can be ended this year. Answer yes or no.\n\n{{text}}",
        "Check whether the source code has a bug. Answer yes or no.\n\n{{file}}",
        "Summarize the ticket in one sentence.\n\n{{ticket}}",
        "Write a reply to the ticket in at most five sentences.\n\n{{ticket}}",
        "Entscheide, ob der Vertrag dieses Jahr gekündigt werden kann. Antworte mit Ja oder Nein.\n\n{{text}}",
        "Classify the ticket as one of: bug, feature, question.\n\n"
        + "The shop sells garden tools to customers. " * 120
        + "{{ticket}}",
        "You can chat with the user. Whenever the user greets you, greet back. Classify tickets as bug or feature.",
    ],
)
def test_tasks_that_may_be_hard(text: str) -> None:
    assert found(text) == ()


@pytest.mark.parametrize("head", ["# justified: the small models mixed up two labels\n", "# chosen deliberately\n"])
def test_a_reason_beside_the_model(head: str) -> None:
    assert len(found(head="# tickets\n")) == 1
    assert found(head=head) == ()


@pytest.mark.parametrize(
    ("schema", "count"),
    [
        ("    vendor: string\n    total: number\n", 1),
        ("    vendor: string\n    summary: string\n", 0),  # free text
        ("    vendor: string\n    items(array):\n      name: string\n", 0),
        ("".join(f"    field{n}: string\n" for n in range(9)), 0),
    ],
)
def test_schemas(schema: str, count: int) -> None:
    head = f"output:\n  format: json\n  schema:\n{schema}"
    assert len(found("Extract the data from the receipt below.\n\n{{receipt}}", head=head)) == count


def test_tools_are_more_than_a_label() -> None:
    assert found(head="tools: [search]\n") == ()


@pytest.mark.parametrize("name", ["openai/gpt-5.5", "anthropic/claude-opus-5"])
def test_the_price_of_a_smaller_model_is_the_table_s(name: str) -> None:
    model = find_model(name).model
    assert model is not None
    other = smaller(model)
    assert other is not None and other.price is not None and model.price is not None
    assert (other.provider, other.tier, other.retired) == (model.provider, "small", None)
    (finding,) = found(model=name)
    stated = re.search(r"cost ([\d.]+) times", finding.message)
    assert stated is not None
    assert float(stated[1]) == pytest.approx(model.price.input / other.price.input, rel=0.01)
    assert other.id in finding.message


def test_no_price_no_claim() -> None:
    own = Model("big", OWN, "big", tier="large", price=Price(input=20, output=40))
    (finding,) = found(model="big", models={"big": own})
    assert "times" not in finding.message
    (finding,) = found(model="googleai/gemini-2.5-pro")
    assert "times" not in finding.message, "half the price or more is not worth a number"
    assert smaller(Model("x", "azure", "x", tier="large")) is None


def test_agents_and_commands_are_left_alone() -> None:
    text = f"---\nname: a\ndescription: Labels tickets.\nmodel: gpt-5.5\n---\n{TASK}\n"
    config = Config(select=("oversized-model",), pedantic=True)
    for path in (".claude/agents/a.md", ".github/agents/a.agent.md"):
        assert lint(formats.read(Source(path, text)), config).diagnostics == ()
