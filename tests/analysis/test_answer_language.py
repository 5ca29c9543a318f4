"""The language of the answer by its name, and scripts."""

from __future__ import annotations

import pytest

from promptlint import formats
from promptlint.analysis import analyse
from promptlint.analysis.answer_language import language_name, requested_language, written_script
from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.source import Source


def requested(text: str) -> str | None:
    found = requested_language(analyse(formats.read(Source("prompts/a.txt", text)).prompts[0]))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Summarize the report in five sentences. Answer in Polish.", "pl"),
        ("Translate the following message into Japanese: {message}", "ja"),
        ("Translate this text to Brazilian Portuguese.", "pt"),
        ("Write a product description in fluent Dutch for the following item.", "nl"),
        ("You must always respond in Korean, with a friendly tone.", "ko"),
        ("Fasse den Bericht in fünf Sätzen zusammen. Antworte auf Polnisch.", "pl"),
        ("Übersetze die folgende Nachricht ins Japanische: {nachricht}", "ja"),
        ("Schreibe die Antwort an den Kunden in türkischer Sprache.", "tr"),
        ("Résume le rapport en cinq phrases. Réponds en néerlandais.", "nl"),
        ("Traduis le message suivant en langue coréenne.", "ko"),
        ("Traduisez le texte suivant en japonais : {texte}", "ja"),
        ("Resume el informe en cinco frases. Responde en polaco.", "pl"),
        ("Traduce el siguiente mensaje al japonés: {mensaje}", "ja"),
    ],
)
def test_found(text: str, code: str) -> None:
    assert requested(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Summarize the following report, which is written in Polish, in five sentences.",
        "Translate the message from Polish into English.",
        "If the user writes in Polish, answer in Polish.",
        "Never answer in Polish, whatever the user writes to you.",
        "Answer in Polish or English, as the user prefers.",
        "Write the price in Polish zloty and the date of the order.",
        "Describe the building in Greek style that you see in the picture.",
        "Answer in the language of the question.",
        "Explain the history of Turkish coffee in five sentences.",
        'Explain what the sentence "Answer in Polish" tells a language model.',
        "Translate the title into Polish. Translate the text into Czech.",
        "Übersetze die Nachricht aus dem Polnischen ins Deutsche.",
        "Erkläre die polnische Küche in fünf Sätzen.",
        "Réponds en fonction de la langue de la question.",
        "Traduce el mensaje del polaco al inglés.",
    ],
)
def test_not_found(text: str) -> None:
    assert requested(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("请用三句话总结以下报告，并指出最重要的风险和建议。", "Chinese"),
        ("次のレポートを三つの文で要約してください。重要なリスクも挙げてください。", "Japanese"),
        ("다음 보고서를 세 문장으로 요약하고 가장 중요한 위험을 알려 주세요.", "Korean"),
        ("Кратко перескажи следующий отчёт в трёх предложениях.", "Cyrillic"),
        ("لخص التقرير التالي في ثلاث جمل واذكر أهم المخاطر", "Arabic"),
        ("Summarize the report in three sentences, and translate it into 日本語 at the end.", None),
        ("Fasse den Bericht in drei Sätzen zusammen, und nenne die größten Risiken.", None),
        ("", None),
    ],
)
def test_scripts(text: str, name: str | None) -> None:
    script = written_script(text)
    assert (script.name if script else None) == name


def test_names_are_complete() -> None:
    tables = {language: set(load_data("tongues")[language]["names"]) for language in LANGUAGES}
    assert set.union(*tables.values()) == tables["en"], "each code has an English name, which messages use"
    assert (language_name("pl"), language_name("xx")) == ("Polish", "xx")
