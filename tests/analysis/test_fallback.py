"""Tasks whose answer may not be there, and whether the prompt says what to do then."""

from __future__ import annotations

import pytest

from promptlint.analysis.fallback import unprepared
from promptlint.analysis.lexicon import LANGUAGES, load_data

QUESTION = {
    "en": "Answer the question using the context below.\n\n{{ context }}\n\nQuestion: {{ question }}\n",
    "de": "Beantworte die Frage anhand des folgenden Textes.\n\n{{ text }}\n\nFrage: {{ frage }}\n",
    "fr": "Réponds à la question en te basant sur le contexte suivant.\n\n{{ contexte }}\n\nQuestion : {{ question }}\n",
    "es": "Responde a la pregunta según el documento siguiente.\n\n{{ documento }}\n\nPregunta: {{ pregunta }}\n",
}
WAYS_OUT = {
    "en": [
        "If the answer is not in the context, say so.",
        "If you don't know, say that you don't know.",
        'Reply "unknown" where nothing fits.',
        "Return null for missing values.",
        "When in doubt, leave the field empty.",
        "Otherwise answer with N/A.",
        "Ask for clarification where the question is unclear.",
    ],
    "de": [
        "Wenn die Antwort nicht im Text steht, sage das.",
        'Antworte sonst mit "unbekannt".',
        "Falls etwas fehlt, gib null aus.",
        "Lass das Feld leer.",
    ],
    "fr": [
        "Si la réponse n'y est pas, dis-le.",
        "Si une information est absente, renvoie null.",
        "Sinon, laisse le champ vide.",
    ],
    "es": [
        "Si la respuesta no está en el documento, dilo.",
        "Si falta un dato, devuelve null.",
        "De lo contrario, deja el campo vacío.",
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_about_a_text(make, language: str) -> None:
    found = unprepared(make.analysis(QUESTION[language], language=language))
    assert found is not None and found.what == "answer"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [pytest.param(language, each, id=f"{language}: {each}") for language in WAYS_OUT for each in WAYS_OUT[language]],
)
def test_ways_out(make, language: str, sentence: str) -> None:
    assert unprepared(make.analysis(f"{QUESTION[language]}{sentence}\n", language=language)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Answer the question.\n\nQuestion: {{ question }}",  # from nothing
        "Summarize the context below.\n\n{{ context }}",  # always possible
        "Translate the text below into French.\n\n{{ text }}",
        "Answer the question using the context below. Answer yes or no.\n\n{{ context }}\n{{ question }}",
        "Answer the question using the context below.\n{{ instructions }}\n{{ context }}\n{{ question }}",
        "Answer the question using the context below.\n{{ examples }}\n{{ context }}\n{{ question }}",
        "Extract all names and dates from the text below.\n\n{{ text }}",
        "Extract the names and the places from the text below.\n\n{{ text }}",
        "Extract a list of entities from the text below.\n\n{{ text }}",
        "Extract the sender and the date from the text below.\n{{ ctx.output_format }}\n{{ text }}",
        "Classify the mail as one of: spam, ham, phishing.\n\n{{ email_body }}",
        "Classify the mail as one of: question, order.\n\n{{ email_body }}",
        "Classify the mail as one of: question, order, miscellaneous.\n\n{{ email_body }}",
    ],
)
def test_what_needs_none(make, text: str) -> None:
    assert unprepared(make.analysis(text, language="en")) is None


def test_fields_and_labels(make) -> None:
    fields = unprepared(make.analysis("Extract the sender, the date and the amount from the letter.\n\n{{ letter }}"))
    assert fields is not None and (fields.what, fields.about) == ("extract", "sender, date, amount")
    labels = unprepared(make.analysis("Classify the mail as one of: order, return, warranty.\n\n{{ email_body }}"))
    assert labels is not None and (labels.what, labels.about) == ("classify", "order, return, warranty")


def test_a_schema_says_what_may_be_missing(make) -> None:
    text = "Extract the sender, the date and the amount from the letter.\n\n{{ letter }}"
    assert unprepared(make.analysis(text, settings={"schema": {"type": "object"}})) is None


def test_a_language_without_words(make) -> None:
    assert unprepared(make.analysis(QUESTION["en"], language="it")) is None


def test_every_language_has_the_same_words() -> None:
    data = load_data("fallback")
    assert set(data) == set(LANGUAGES)
    assert len({frozenset(words) for words in data.values()}) == 1
    assert all(isinstance(word, str) for words in data.values() for word in words["total"])
