from __future__ import annotations

import re

import pytest

from promptlint.analysis.answers import json_asked, unnamed_json, unread_reason
from promptlint.analysis.lexicon import LANGUAGES, load_data


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_entries(language):
    words = load_data("answers")
    assert words[language].keys() == words["en"].keys()
    for body in words[language].values():
        re.compile(body)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Extract the names. Return JSON."),
        ("en", "Respond with valid JSON only."),
        ("en", "The output must be a JSON object."),
        ("en", "Summarize the text as JSON."),
        ("en", "You classify tickets and reply in JSON."),
        ("en", "Rules:\n- Output only JSON\n- Be polite"),
        ("de", "Fasse den Text zusammen. Antworte im JSON-Format."),
        ("de", "Gib das Ergebnis als JSON zurück."),
        ("fr", "Résume le texte. Réponds en JSON."),
        ("es", "Resume el texto. Devuelve un objeto JSON."),
    ],
)
def test_json_is_asked_for(make, language, text):
    found = json_asked(make.analysis(text, language=language))
    assert found is not None
    assert text[found.span.start : found.span.end] == "JSON"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Explain the following JSON."),
        ("en", "Write a function that returns JSON."),
        ("en", "Update package.json and report."),
        ("en", "Explain how JSON came about."),
        ("en", "If a tool is needed, respond with JSON."),
        ("en", "Rules:\n- For machines: respond with JSON\n- For people: respond with prose"),
        ("en", 'Explain the words "return JSON".'),
        ("en", "# Return JSON\n\nExplain it."),
        ("de", "Erkläre die folgende JSON-Datei."),
        ("fr", "Explique le fichier JSON."),
        ("es", "Explica el archivo JSON."),
        ("it", "Rispondi in JSON."),
    ],
)
def test_json_is_not_asked_for(make, language, text):
    assert json_asked(make.analysis(text, language=language)) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Extract the important information from the contract. Return only valid JSON.\n\n{{ contract }}"),
        ("en", "Return structured JSON about the topic.\n\n{{ topic }}"),
        ("en", "Analyze the review and respond with JSON."),
        ("de", "Werte den Vertrag aus. Gib nur JSON zurück."),
        ("fr", "Analyse le contrat. Renvoie uniquement du JSON."),
        ("es", "Analiza el contrato. Devuelve solo JSON."),
    ],
)
def test_nothing_says_what_is_in_the_json(make, language, text):
    assert unnamed_json(make.analysis(text, language=language)) is not None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", 'Return JSON: {"name": "..."}'),
        ("en", "Return JSON with name and date."),
        ("en", "Extract name, date and total as JSON."),
        ("en", "Return JSON.\n\n```\n{}\n```"),
        ("en", "Return JSON in the format below.\n\nname: text"),
        ("en", "Return JSON.\n\n- name\n- date"),
        ("en", "Return a JSON array."),
        ("en", "Return the answer as a JSON number."),
        ("en", "Return JSON.\n\n{{ output_format }}"),
        ("en", "Return JSON.\n\n{{ ctx.schema }}"),
        ("en", "Return JSON. Use {name: string, age: number}."),
        ("en", "Return JSON. The keys of the JSON are those of the form."),
        ("en", "Return JSON.\n\nExample:\nInput: a\nOutput: b"),
        ("de", "Antworte als JSON mit Name und Datum."),
        ("fr", "Réponds en JSON avec le nom et la date."),
        ("es", "Responde en JSON con el nombre y la fecha."),
        ("en", "Explain it."),
    ],
)
def test_something_says_what_is_in_the_json(make, language, text):
    assert unnamed_json(make.analysis(text, language=language)) is None


def test_an_included_file_may_say_it(make):
    text = "Return JSON.\n\n{% include 'rules.j2' %}"
    assert unnamed_json(make.analysis(text, language="en", template="jinja")) is None


@pytest.mark.parametrize(
    ("language", "text", "reason", "contract"),
    [
        (
            "en",
            "Rate the essay from 1 to 5. Explain your rating. Output only the number.",
            "Explain your",
            "Output only the number",
        ),
        (
            "en",
            "Is the review positive? Answer with one word. Justify your answer.",
            "Justify your",
            "Answer with one word",
        ),
        ("de", "Antworte nur mit der Zahl. Begründe deine Note.", "Begründe", "Antworte nur mit der Zahl"),
        ("fr", "Réponds par un seul mot. Justifie ton choix.", "Justifie", "par un seul mot"),
        ("es", "Responde con una sola palabra. Explica tu decisión.", "Explica", "con una sola palabra"),
    ],
)
def test_reasons_without_a_place(make, language, text, reason, contract):
    found = unread_reason(make.analysis(text, language=language))
    assert found is not None
    assert [text[each.span.start : each.span.end] for each in found] == [reason, contract]


@pytest.mark.parametrize(
    "text",
    [
        "Rate the essay from 1 to 5. Output only the number.",
        "Rate the essay from 1 to 5. Explain your rating.",
        "Rate the essay from 1 to 5. Explain your rating, then output only the number.",
        "Rate the essay. First explain your rating. Output only the number.",
        "Rate the essay. Return only the number. If it is 1, explain why.",
        "Rate the essay. Explain your rating. Return only the number and the explanation.",
        "Rate the essay. Explain your rating. Return only JSON.",
        "Write a guide. Explain each step. Avoid jargon without explanation.",
    ],
)
def test_reasons_with_a_place(make, text):
    assert unread_reason(make.analysis(text, language="en")) is None
