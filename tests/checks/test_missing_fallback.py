"""The rule `missing-fallback`. Which tasks need a way out is for the analysis to say, and tested there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity
from promptlint.prompt import Kind

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def missing(found_by: Callable[[str], Run]) -> Run:
    return found_by("missing-fallback")


WITHOUT = [
    "You are a helpful assistant. Use the following pieces of context to answer the question at the end.\n\n{context}\n\nQuestion: {question}\n",
    "Answer the user's question based only on the documents below.\n\n{documents}\n\nQuestion: {question}\n",
    "Given the search results, answer the query in one sentence.\n\n{search_results}\n\n{query}\n",
    "Answer questions about our handbook from the excerpts below.\n\n{excerpts}\n\nQuestion: {question}\n",
    "Extract the sender, the subject and the due date from the letter below.\n\n{letter}\n",
    "Beantworte die Frage auf Grundlage des folgenden Kontexts.\n\n{kontext}\n\nFrage: {frage}\n",
    "Beantworte die Frage des Kunden mit den folgenden Auszügen.\n\n{auszüge}\n\nFrage: {frage}\n",
    "Réponds à la question en utilisant les extraits suivants.\n\n{extraits}\n\nQuestion : {question}\n",
    "Responde a la pregunta a partir del contexto.\n\n{contexto}\n\nPregunta: {pregunta}\n",
]
WITH = [
    "Use the context to answer the question. If it is not there, just say that you don't know.\n\n{context}\n\nQuestion: {question}\n",
    "Answer the question from the documents below. Otherwise apologize.\n\n{documents}\n\nQuestion: {question}\n",
    "Answer the question from the excerpts. Reply NOT_FOUND when nothing fits.\n\n{excerpts}\n\nQuestion: {question}\n",
    "Extract the sender, the subject and the due date. Leave out what is not stated.\n\n{letter}\n",
    "Extract all phone numbers from the letter below.\n\n{letter}\n",
    "Summarize the letter below in three sentences.\n\n{letter}\n",
    "Rate the letter below from 1 to 5.\n\n{letter}\n",
    'Beantworte die Frage anhand des Kontexts. Falls er nichts dazu sagt, antworte "Keine Angabe".\n\n{kontext}\n\nFrage: {frage}\n',
    "Réponds à la question à partir du texte. Si la réponse manque, dis-le.\n\n{texte}\n\nQuestion : {question}\n",
    "Responde a la pregunta usando el texto. Si no aparece, dilo.\n\n{texto}\n\nPregunta: {pregunta}\n",
    "Answer the question of the customer kindly.\n\nQuestion: {question}\n",
]  # fmt: skip


@pytest.mark.parametrize("text", WITHOUT)
def test_without_a_way_out(missing: Run, text: str) -> None:
    (finding,) = missing(text, "prompts/a.txt")
    assert (finding.confidence, finding.severity) == (Confidence.MEDIUM, Severity.INFO)
    assert finding.help.startswith("Say it: ")


@pytest.mark.parametrize("text", WITH)
def test_with_a_way_out(missing: Run, text: str) -> None:
    assert missing(text, "prompts/a.txt") == ()


def test_labels_are_shown_on_request(missing: Run) -> None:
    text = "Classify the ticket as one of: billing, delivery, returns.\n\n{ticket}\n"
    (finding,) = missing(text, "prompts/a.txt")
    assert finding.confidence is Confidence.LOW
    assert text[finding.location.span.start : finding.location.span.end] == "billing, delivery, returns"
    assert missing(text.replace("returns", "other"), "prompts/a.txt") == ()


@pytest.mark.parametrize("kind", [Kind.SYSTEM, Kind.REFERENCE, Kind.FRAGMENT])
def test_only_tasks_are_looked_at(missing: Run, kind: Kind) -> None:
    assert missing(WITHOUT[0], "prompts/a.txt", kind=kind) == ()


def test_agent_files_and_commands_are_left_alone(missing: Run) -> None:
    text = "Answer the question based on the documents: $ARGUMENTS\n"
    assert missing(text, "CLAUDE.md") == missing(text, ".claude/commands/a.md") == ()


def test_in_a_program_it_is_not_shown_unasked(found_by: Callable[[str], Run]) -> None:
    text = "Answer the question from the document in one sentence.\n\nDocument: {document}\nQuestion: {question}\n"
    assert found_by("missing-fallback")(text, "prompts/a.txt")[0].confidence is Confidence.MEDIUM
    call = f'client.responses.create(model=\'gpt-5\', input=f"""{text}""")\n'
    assert found_by("missing-fallback")(call, "app.py")[0].confidence is Confidence.LOW
