from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.lexicon import (
    _TOKEN,
    LANGUAGES,
    Trie,
    _allowed,
    _joined,
    at_sentence_start,
    find_phrases,
    folded,
    indices,
    lexicon,
    phrase_trie,
)

# For each language and group: sentences in which it is found, and sentences in which it is not.
SENTENCES = {
    "en": {
        "bounded": (
            [
                "Write at most three sentences.",
                "Use no more than 100 words.",
                "Keep it under 280 characters.",
                "Give me 5 bullet points.",
                "Answer in one sentence.",
                "Write a 200-word essay.",
                "List the top 10 risks.",
                "The summary must not exceed two paragraphs.",
                "Describe it in a single paragraph.",
                "Write between 3 and 5 tips.",
                "Use 50 words or less.",
                "Stay within the word limit.",
                "Generate three titles.",
            ],
            ["Write an essay.", "Explain every word.", "Use at least 500 words.", "Answer the following questions.", "Read the 3rd chapter."],
        ),
        "long": (
            ["Write a very long answer.", "Make it as long as possible.", "Write long-form content."],
            ["How long is it?", "Write it as long as needed."],
        ),
        "hollow": (
            [
                "Take a deep breath.", "Think step by step about how to achieve the best results.", "Spend 30 hours thinking.",
                "Draw it on a whiteboard in your mind.", "Ensure you follow all these instructions.", "Follow all the instructions carefully.",
                "Fully understand the input.", "Read the text carefully.", "Make sure you understand the task.",
                "Create the output using the format above.", "Pay close attention.",
            ],
            ["Answer within 48 hours.", "Follow all links.", "Carefully weigh the text.", "Think about the price."],
        ),
        "lines": (["One per line.", "Each on a new line.", "On separate lines."], ["Online only.", "Underline it."]),
        "minimum": (
            ["Use at least 500 words.", "Write a minimum of 3 paragraphs.", "Give no fewer than five reasons."],
            ["Use at most 500 words.", "Say the least."],
        ),
        "soft": (
            ["Be concise.", "Briefly describe the plot.", "Write a short summary.", "Keep it short and simple.", "Do not be too verbose.", "Use a few sentences."],
            ["Write in detail.", "Describe the history of shorts.", "Be thorough."],
        ),
        "label": (
            [
                "Answer yes or no.",
                "Respond only with the label.",
                "Choose exactly one of the categories.",
                "Return a score between 1 and 5.",
                "Output true or false.",
                "Rate it on a scale of 1 to 10.",
                "Return only the number.",
                'Reply with "UNKNOWN".',
            ],
            ["Write a story.", "Explain your answer.", "Respond to the customer."],
        ),
        "structured-word": (["Use JSON.", "The output is YAML.", "Here is a csv."], ["Use a list.", "Write jsons."]),
        "structured": (
            [
                "Return a JSON object.",
                "Respond in valid JSON.",
                "Output YAML only.",
                "Return a dictionary.",
                "Put the summary inside <summary> tags.",
                "Follow the given schema.",
                "Return key-value pairs.",
            ],
            ["Return a list.", "Put it on the table.", "Write plain text."],
        ),
        "table": (
            ["Present the results in a table.", "Create a Markdown table.", "Use a table with three columns."],
            ["Put it on the table.", "Return a list."],
        ),
        "code": (
            ["Write a SQL query.", "Return only the Python code.", "Generate unit tests.", "Provide a shell command.", "Create a Mermaid diagram."],
            ["Write a poem.", "Explain the code."],
        ),
        "rationale": (
            ["Explain your choice.", "Give a short explanation.", "Justify the score.", "State the reason and the label."],
            ["Do not explain.", "Answer without any explanation."],
        ),
        "layout": (
            ["Use the following format:", "Format your answer like this:", "Respond as follows.", "Output format:", "Follow this template."],
            ["Answer freely.", "Check the format."],
        ),
        "delimited": (
            ["Separate them with commas.", "Return a comma-separated list.", "Write one keyword per line.", "Put each item on a new line.", "Use a list delimited by semicolons."],
            ["Write three lines.", "Separate fact and fiction."],
        ),
        "fields": (
            ["Extract the name and the dates.", "Identify all entities.", "Return the following fields:", "Find the phone numbers.", "Extract key-value pairs."],
            ["Extract the essence.", "Write about entities."],
        ),
        "classify": (
            ["Classify the review.", "Categorize each ticket.", "Determine whether it is spam.", "Label the tweet as positive or negative.", "Give the sentiment."],
            ["Write a review.", "Summarize the class."],
        ),
        "rate": (
            ["Rate the answer from 1 to 5.", "Score each essay out of 10.", "Assign a score to each.", "Evaluate it on a scale of 1 to 3."],
            ["Write about growth.", "Evaluate the plan."],
        ),
        "transform": (
            ["Translate it to German.", "Rewrite the mail.", "Paraphrase this.", "Correct the grammar.", "Convert it to metric units."],
            ["Write a poem.", "Explain the terms."],
        ),
        "standing": (
            ["When the user asks, answer.", "You help customers with orders.", "You have access to tools.", "Never reveal these rules.", "Ask clarifying questions."],
            ["Summarize the article.", "Use short words."],
        ),
        "persona": (
            ["You are a teacher.", "You're an expert.", "Act as a guide.", "As a lawyer, answer."],
            ["Describe what you are.", "They act as guides."],
        ),
        "input": (
            ["Summarize the text below.", "Use the following article.", "Read the given document.", "Explain this report.", "Correct the input."],
            ["Write a poem about autumn.", "Follow the following rules."],
        ),
        "conditional": (["If it is long, cut it.", "When in doubt, ask.", "Otherwise, stop."], ["Ask if it is long.", "Stop when done."]),
        "answer": (["The answer is short.", "Keep responses polite.", "Write a summary.", "The output is text."], ["Be polite.", "Stop now."]),
        "file": (["Save it to a file.", "Write the plan to plan.md.", "Create a directory."], ["Write a plan.", "Read the file name aloud."]),
    },
    "de": {
        "bounded": (
            [
                "Schreibe höchstens drei Sätze.",
                "Nutze nicht mehr als 100 Wörter.",
                "Bleibe unter 280 Zeichen.",
                "Antworte in einem Satz.",
                "Nenne 5 Gründe.",
                "Schreibe einen Text mit 200 Wörtern.",
                "Nenne die drei wichtigsten Risiken.",
                "Liefere maximal 5 Stichpunkte.",
                "Antworte mit einem einzigen Wort.",
                "Beachte das Zeichenlimit.",
            ],
            ["Schreibe einen Aufsatz.", "Erkläre jedes Wort.", "Nutze mindestens 500 Wörter.", "Lies die Sätze."],
        ),
        "long": (
            ["Schreibe eine sehr lange Antwort.", "Schreibe einen extrem langen Text.", "Schreibe so lang wie möglich."],
            ["Wie lang ist er?", "Er ist lang."],
        ),
        "hollow": (
            [
                "Denke Schritt für Schritt darüber nach, wie du das beste Ergebnis erzielst.", "Atme tief durch.",
                "Nimm dir 20 Stunden Zeit.", "Befolge alle Anweisungen.", "Stelle sicher, dass du alle Anweisungen befolgst.",
                "Lies den Text sorgfältig durch.",
            ],
            ["Lies den Text vor.", "Antworte in zwei Stunden.", "Befolge das Gesetz."],
        ),
        "lines": (["Eine pro Zeile.", "Je eine eigene Zeile.", "Untereinander."], ["Zeig es.", "Dreizeiler."]),
        "minimum": (
            ["Nutze mindestens 500 Wörter.", "Schreibe mindestens drei Absätze.", "Nenne mindestens zwei Gründe."],
            ["Nutze höchstens 500 Wörter.", "Nenne das Mindeste."],
        ),
        "soft": (
            ["Antworte kurz.", "Fasse dich knapp.", "Schreibe eine prägnante Beschreibung.", "Nutze wenige Sätze.", "Antworte stichpunktartig."],
            ["Antworte ausführlich.", "Beschreibe den Kurzfilm."],
        ),
        "label": (
            ["Antworte mit Ja oder Nein.", "Wähle eine der Kategorien.", "Bewerte es auf einer Skala.", "Gib nur die Zahl aus.", "Gib true oder false aus.", "Antworte ausschließlich mit dem Label."],
            ["Schreibe eine Geschichte.", "Begründe die Antwort."],
        ),
        "structured": (
            ["Gib JSON aus.", "Antworte als Tabelle.", "Nutze das folgende YAML.", "Antworte in Form einer Tabelle.", "Liefere Schlüssel-Wert-Paare."],
            ["Antworte als Liste.", "Stelle es auf den Tisch."],
        ),
        "code": (
            ["Schreibe eine SQL-Abfrage.", "Gib nur den Code aus.", "Erstelle ein Skript.", "Generiere Unit-Tests."],
            ["Schreibe ein Gedicht.", "Erkläre den Code."],
        ),
        "rationale": (
            ["Begründe deine Wahl.", "Gib eine Erklärung dazu.", "Erläutere die Note.", "Sage, warum."],
            ["Nenne die Note.", "Wähle ein Label."],
        ),
        "layout": (
            ["Antworte im folgenden Format:", "Nutze genau diese Struktur.", "Antworte wie folgt:", "Ausgabeformat:"],
            ["Antworte frei.", "Formatiere nichts."],
        ),
        "delimited": (
            ["Gib eine kommagetrennte Liste aus.", "Trenne sie, durch Kommas getrennt.", "Schreibe einen pro Zeile.", "Liste sie zeilengetrennt."],
            ["Schreibe drei Zeilen.", "Trenne Fakten und Meinung."],
        ),
        "fields": (
            ["Extrahiere alle Namen und Beträge.", "Identifiziere die Entitäten.", "Gib folgende Angaben aus:", "Ermittle das Datum."],
            ["Extrahiere das Wesentliche.", "Schreibe über Namen."],
        ),
        "classify": (
            ["Klassifiziere das Ticket.", "Ordne die Mail einer Abteilung zu.", "Entscheide, ob es Spam ist.", "Kategorisiere die Anfrage."],
            ["Schreibe eine Anfrage.", "Lies die Mail."],
        ),
        "rate": (
            ["Bewerte die Antwort von 1 bis 5.", "Benote den Aufsatz auf einer Skala.", "Vergib eine Note zwischen 1 und 6.", "Bewerte den Plan auf einer Skala."],
            ["Schreibe eine Bewertung.", "Bewerte den Plan."],
        ),
        "transform": (
            ["Übersetze den Text.", "Korrigiere die Mail.", "Umformulieren bitte.", "Transkribiere die Aufnahme."],
            ["Schreibe ein Gedicht.", "Erkläre den Begriff."],
        ),
        "standing": (
            ["Wenn der Nutzer fragt, antworte.", "Du hilfst Kunden bei Bestellungen.", "Im Gespräch bleibst du höflich.", "Du unterstützt das Team."],
            ["Fasse den Artikel zusammen.", "Nutze kurze Wörter."],
        ),
        "persona": (
            ["Du bist ein Lehrer.", "Sie sind Anwalt.", "Agiere als Berater.", "Übernimm die Rolle eines Arztes."],
            ["Beschreibe, wer du bist.", "Schreibe eine Rolle."],
        ),
        "input": (
            ["Fasse den folgenden Artikel zusammen.", "Nutze den Text unten.", "Lies das gegebene Dokument.", "Erkläre diesen Bericht.", "Korrigiere die Eingabe."],
            ["Schreibe ein Gedicht über den Herbst.", "Sei höflich."],
        ),
        "conditional": (["Wenn es lang ist, kürze es.", "Falls unklar, frage.", "Andernfalls höre auf."], ["Frage, wenn es lang ist.", "Höre dann auf."]),
        "answer": (["Die Antwort ist kurz.", "Die Ausgabe ist knapp.", "Schreibe eine Zusammenfassung."], ["Sei höflich.", "Höre auf."]),
    },
    "fr": {
        "bounded": (
            [
                "Écris au plus trois phrases.",
                "Utilise moins de 100 mots.",
                "Ne dépasse pas 280 caractères.",
                "Réponds en une phrase.",
                "Donne 5 raisons.",
                "Rédige un texte de 200 mots.",
                "Utilise 50 mots maximum.",
                "Cite les trois risques.",
            ],
            ["Écris un essai.", "Explique chaque mot.", "Utilise au moins 500 mots.", "Lis les phrases."],
        ),
        "long": (
            ["Écris une très longue réponse.", "Écris un texte très long.", "Écris un texte aussi long que possible."],
            ["Le texte est long.", "Depuis longtemps."],
        ),
        "hollow": (
            [
                "Prenez du recul et réfléchissez étape par étape à la façon de réussir.", "Prenez une grande inspiration.",
                "Passez 20 heures à réfléchir.", "Suivez toutes les instructions.", "Lisez attentivement le texte.",
            ],
            ["Lisez le texte à voix haute.", "Réponds en deux heures."],
        ),
        "lines": (["Un par ligne.", "Chacun sur une ligne.", "Sur des lignes séparées."], ["Souligne.", "Aligne."]),
        "minimum": (
            ["Utilise au moins 500 mots.", "Écris au moins trois paragraphes.", "Donne au moins deux raisons."],
            ["Utilise moins de 500 mots.", "Dis-en moins."],
        ),
        "soft": (
            ["Sois concis.", "Explique brièvement.", "Rédige un court résumé.", "Utilise quelques phrases."],
            ["Réponds en détail.", "Décris la cour."],
        ),
        "label": (
            ["Réponds par oui ou non.", "Choisis l'une des catégories.", "Note sur une échelle de 1 à 5.", "Donne uniquement le nombre.", "Réponds vrai ou faux."],
            ["Écris une histoire.", "Explique ta réponse."],
        ),
        "structured": (
            ["Réponds en JSON.", "Réponds sous forme de tableau.", "Utilise YAML.", "Suis le schéma suivant.", "Donne des paires clé-valeur."],
            ["Réponds par une liste.", "Décris le tableau de Monet."],
        ),
        "code": (
            ["Écris une requête SQL.", "Donne uniquement le code.", "Génère un script.", "Fournis une commande."],
            ["Écris un poème.", "Explique le code."],
        ),
        "rationale": (
            ["Justifie ton choix.", "Explique ta note.", "Donne une explication.", "Dis pourquoi."],
            ["Donne la note.", "Choisis une étiquette."],
        ),
        "layout": (
            ["Réponds au format suivant :", "Réponds comme suit :", "Format de sortie :"],
            ["Réponds librement.", "Vérifie le format."],
        ),
        "delimited": (
            ["Donne des mots séparés par des virgules.", "Écris un par ligne.", "Utilise une liste séparée par des points-virgules."],
            ["Écris trois lignes.", "Sépare les faits."],
        ),
        "fields": (
            ["Extrais les noms et les dates.", "Identifie les entités.", "Donne les informations suivantes :", "Relève le montant."],
            ["Extrais l'essentiel.", "Écris sur les noms."],
        ),
        "classify": (
            ["Classe le ticket.", "Catégorise la demande.", "Détermine si c'est un spam.", "Donne le sentiment."],
            ["Écris une demande.", "Lis le courriel."],
        ),
        "rate": (
            ["Note la réponse de 1 à 5.", "Évalue l'essai sur 20.", "Attribue une note entre 1 et 6."],
            ["Écris une évaluation.", "Évalue le plan."],
        ),
        "transform": (
            ["Traduis le texte.", "Corrige le courriel.", "Reformule la phrase.", "Réécris ce passage."],
            ["Écris un poème.", "Explique le terme."],
        ),
        "standing": (
            ["Si l'utilisateur demande, réponds.", "Tu aides les clients.", "Aide les étudiants.", "Pendant la conversation, reste poli.", "Quand le client demande, réponds.", "Reste poli dans cette conversation."],
            ["Résume l'article.", "Utilise des mots simples."],
        ),
        "persona": (
            ["Tu es un professeur.", "Vous êtes avocat.", "Agis comme un guide.", "En tant qu'expert, réponds."],
            ["Décris qui tu es.", "Ils agissent comme des guides."],
        ),
        "input": (
            ["Résume le texte ci-dessous.", "Lis le document suivant.", "Utilise le contexte fourni.", "Explique ce rapport.", "Corrige l'entrée."],
            ["Écris un poème sur l'automne.", "Sois poli."],
        ),
        "conditional": (["Si c'est long, coupe.", "Lorsque tu doutes, demande.", "Sinon, arrête."], ["Demande si c'est long.", "Arrête-toi."]),
        "answer": (["La réponse est courte.", "Écris un résumé.", "La sortie est un texte."], ["Sois poli.", "Arrête-toi."]),
    },
    "es": {
        "bounded": (
            [
                "Escribe como máximo tres frases.",
                "Usa menos de 100 palabras.",
                "No superes 280 caracteres.",
                "Responde en una frase.",
                "Da 5 razones.",
                "Escribe un texto de 200 palabras.",
                "Usa un máximo de 50 palabras.",
                "Menciona los tres riesgos.",
            ],
            ["Escribe un ensayo.", "Explica cada palabra.", "Usa al menos 500 palabras.", "Lee las frases."],
        ),
        "long": (
            ["Escribe una respuesta muy larga.", "Escribe un texto muy extenso.", "Escríbelo lo más largo posible."],
            ["El texto es largo.", "A lo largo del día."],
        ),
        "hollow": (
            [
                "Da un paso atrás y piensa paso a paso.", "Respira hondo.", "Dedica 20 horas a pensar.",
                "Sigue todas las instrucciones.", "Lee atentamente el texto.",
            ],
            ["Lee el texto en voz alta.", "Responde en dos horas."],
        ),
        "lines": (["Uno por línea.", "Cada uno en su propia línea.", "En líneas separadas."], ["Subraya.", "Alinea."]),
        "minimum": (
            ["Usa al menos 500 palabras.", "Escribe como mínimo tres párrafos.", "Da un mínimo de dos razones."],
            ["Usa menos de 500 palabras.", "Di menos."],
        ),
        "soft": (
            ["Sé conciso.", "Explica brevemente.", "Escribe un resumen corto.", "Usa pocas frases."],
            ["Responde en detalle.", "Describe la corte."],
        ),
        "label": (
            ["Responde sí o no.", "Elige una de las categorías.", "Puntúa en una escala de 1 a 5.", "Devuelve solo el número.", "Responde verdadero o falso."],
            ["Escribe una historia.", "Explica tu respuesta."],
        ),
        "structured": (
            ["Responde en JSON.", "Responde en forma de tabla.", "Usa YAML.", "Sigue el siguiente esquema.", "Da pares clave-valor."],
            ["Responde con una lista.", "Describe la mesa."],
        ),
        "code": (
            ["Escribe una consulta SQL.", "Devuelve solo el código.", "Genera un script.", "Proporciona un comando."],
            ["Escribe un poema.", "Explica el código."],
        ),
        "rationale": (
            ["Justifica tu elección.", "Explica la nota.", "Da una explicación.", "Di por qué."],
            ["Da la nota.", "Elige una etiqueta."],
        ),
        "layout": (
            ["Responde en el siguiente formato:", "Sigue la siguiente estructura.", "Formato de salida:"],
            ["Responde libremente.", "Comprueba el formato."],
        ),
        "delimited": (
            ["Da palabras separadas por comas.", "Escribe uno por línea.", "Usa una lista separada por punto y coma."],
            ["Escribe tres líneas.", "Separa los hechos."],
        ),
        "fields": (
            ["Extrae los nombres y las fechas.", "Identifica las entidades.", "Da la siguiente información:", "Localiza el importe y los importes."],
            ["Extrae lo esencial.", "Escribe sobre nombres."],
        ),
        "classify": (
            ["Clasifica el ticket.", "Categoriza la solicitud.", "Determina si es spam.", "Da el sentimiento."],
            ["Escribe una solicitud.", "Lee el correo."],
        ),
        "rate": (
            ["Puntúa la respuesta de 1 a 5, en una escala.", "Califica el ensayo sobre 20.", "Asigna una nota entre 1 y 6.", "Valora el texto sobre 10."],
            ["Escribe una evaluación.", "Evalúa el plan."],
        ),
        "transform": (
            ["Traduce el texto.", "Corrige el correo.", "Reformula la frase.", "Reescribe este pasaje."],
            ["Escribe un poema.", "Explica el término."],
        ),
        "standing": (
            ["Si el usuario pregunta, responde.", "Ayuda a los clientes.", "En la conversación sé amable.", "Guía a los estudiantes."],
            ["Resume el artículo.", "Usa palabras sencillas."],
        ),
        "persona": (
            ["Eres un profesor.", "Usted es abogado.", "Actúa como guía.", "Actúe como experto."],
            ["Describe quién eres.", "Ellos actúan como guías."],
        ),
        "input": (
            ["Resume el texto de abajo.", "Lee el siguiente documento.", "Usa el contexto proporcionado.", "Explica este informe.", "Corrige la entrada."],
            ["Escribe un poema sobre el otoño.", "Sé amable."],
        ),
        "conditional": (["Si es largo, corta.", "Cuando dudes, pregunta.", "De lo contrario, para."], ["Pregunta si es largo.", "Para ya."]),
        "answer": (["La respuesta es corta.", "Escribe un resumen.", "La salida es un texto."], ["Sé amable.", "Para ya."]),
    },
}  # fmt: skip

ALL = [
    (language, sentence)
    for language, groups in SENTENCES.items()
    for found, lacking in groups.values()
    for sentence in (*found, *lacking)
]


def table(index):
    return [
        pytest.param(language, group, sentence, id=f"{language} {group}: {sentence}")
        for language, groups in SENTENCES.items()
        for group, sentences in groups.items()
        for sentence in sentences[index]
    ]


def patterns_of(language, sentence):
    words = lexicon(language)
    return [words.patterns[index] for index in indices(words.patterns_of(sentence, sentence.lower()))]


def groups_in(language, sentence):
    patterns = patterns_of(language, sentence)
    return {pattern.group for pattern in patterns if pattern.regex.search(sentence)}


class TestPatterns:
    @pytest.mark.parametrize(("language", "group", "sentence"), table(0))
    def test_found(self, language, group, sentence):
        assert group in groups_in(language, sentence)

    @pytest.mark.parametrize(("language", "group", "sentence"), table(1))
    def test_not_found(self, language, group, sentence):
        assert group not in groups_in(language, sentence)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_group_has_sentences(self, language):
        assert {pattern.group for pattern in lexicon(language).patterns} == set(SENTENCES[language])
        assert all(len(found) >= 3 and len(lacking) >= 2 for found, lacking in SENTENCES[language].values())

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_needs_are_lower_case_and_not_empty(self, language):
        for pattern in lexicon(language).patterns:
            assert pattern.needs
            assert all(need and need == need.lower() for need in pattern.needs)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_pattern_matches_nothing(self, language):
        assert [pattern.group for pattern in lexicon(language).patterns if pattern.regex.search("")] == []

    @pytest.mark.parametrize(
        ("language", "sentence"),
        [
            ("en", "Write at most 3 sentences."),
            ("de", "Nenne 5 Gründe."),
            ("fr", "Donne 5 raisons."),
            ("es", "Da 5 razones."),
        ],
    )
    def test_case_does_not_matter(self, language, sentence):
        assert groups_in(language, sentence.upper()) == groups_in(language, sentence)
        assert "bounded" in groups_in(language, sentence)

    @pytest.mark.parametrize("variable", ["\ufffc", "\ufffc" * 9, "12"])
    def test_a_variable_stands_for_a_number(self, variable):
        assert "bounded" in groups_in("en", f"Write at most {variable} sentences.")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_patterns_of_sentences_are_those_that_can_match(self, language):
        words = lexicon(language)
        sentences = ["", *(text for found, _ in SENTENCES[language].values() for text in found), "İ! Translate it.", ""]
        for sentence in sentences:
            low = sentence.lower()
            expected = [each for each in words.patterns if any(need in low for need in each.needs)]
            counted = re.search(r"[\d{\ufffc]", low) or set(re.findall(r"\w+", low)) & words.set("numbers")
            assert patterns_of(language, sentence) == [each for each in expected if counted or not each.counts]
            for group in SENTENCES[language]:
                held = any(need in low for need in words.needed_by[group])
                assert held == any(each.group == group for each in expected)


LEXICONS = sorted((Path(__file__).parents[2] / "promptlint" / "analysis" / "lexicons").glob("*.yaml"))


def listed(data: object) -> Iterator[object]:
    """What stands in the lists of a lexicon, and its keys."""
    if isinstance(data, Mapping):
        yield from data
        for value in data.values():
            yield from listed(value)
    elif isinstance(data, list):
        for value in data:
            yield from listed(value) if isinstance(value, Mapping | list) else (value,)


class TestLexicons:
    @pytest.mark.parametrize("file", LEXICONS, ids=lambda file: file.stem)
    def test_no_word_is_taken_for_something_else(self, file):
        """YAML reads ``on``, ``no`` and ``null`` as no words where they are not quoted."""
        found = list(listed(yaml.safe_load(file.read_text("utf-8"))))
        assert found
        assert [each for each in found if each is None or isinstance(each, bool)] == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_verbs_are_single_lower_case_words_of_a_known_kind(self, language):
        verbs = lexicon(language).verbs
        assert all(verb == verb.lower() and " " not in verb for verb in verbs)
        assert set(verbs.values()) == {
            "prose",
            "make",
            "answer",
            "review",
            "list",
            "transform",
            "code",
            "extract",
            "label",
        }

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_replacement_is_a_wordy_phrase_again(self, language):
        words = lexicon(language)
        safe = [phrase for phrase in words.phrases if phrase.safe and phrase.to]
        again = [
            (phrase.find, phrase.to, match.phrase.find)
            for phrase in safe
            for match in words.find_phrases(f"Xyzzy {phrase.to} xyzzy.")
            if match.phrase.safe and not match.phrase.doubt and match.phrase.saves > 0
        ]
        assert again == []

    @pytest.mark.parametrize("language", ["it", "EN", ""])
    def test_other_languages(self, language):
        with pytest.raises(KeyError):
            lexicon(language)

    def test_is_loaded_once(self):
        assert lexicon("en") is lexicon("en")


def word_by_word(trie: Trie, text: str) -> list[tuple[int, int, object]]:
    """The phrases of a text, looked for at each of its words: longest first, without overlaps."""
    tokens = [
        (token.group().lower().replace("’", "'"), *token.span())
        for token in _TOKEN.finditer(text)
    ]  # fmt: skip
    found: list[tuple[int, int, object]] = []
    index = 0
    while index < len(tokens):
        node, best, at = trie.root, None, index
        while at < len(tokens) and (at == index or _joined(text, tokens[at - 1][2], tokens[at][1])):
            node = node.get(tokens[at][0])
            if node is None:
                break
            at += 1
            start, end = tokens[index][1], tokens[at - 1][2]
            phrase = next(
                (trie.phrases[n] for n in node.get("", ()) if _allowed(text, start, end, trie.phrases[n])), None
            )
            best = (at, (start, end, phrase)) if phrase is not None else best
        if best is not None:
            found.append(best[1])
        index = best[0] if best is not None else index + 1
    return found


class TestPhrases:
    """Phrases of the lexicons in sentences; what is expected is the text found, or nothing."""

    @pytest.mark.parametrize(
        ("language", "text", "expected"),
        [
            pytest.param("en", "Do it in order to win.", ["in order to"], id="a phrase"),
            pytest.param("en", "Do it IN ORDER TO win.", ["IN ORDER TO"], id="any case"),
            pytest.param("en", "Do it in  order\n  to win.", ["in  order\n  to"], id="over a line end"),
            pytest.param("en", "Do it in order\r\nto win.", ["in order\r\nto"], id="over CRLF"),
            pytest.param("en", "Do it in order\n\nto win.", [], id="not over a paragraph"),
            pytest.param("en", "Do it in border to win.", [], id="whole words only"),
            pytest.param("en", "Do it in order, to win.", [], id="not over punctuation"),
            pytest.param(
                "en",
                "In order to win, act due to the fact that it is late.",
                ["In order to", "due to the fact that"],
                id="two",
            ),
            pytest.param(
                "en", "Do it despite the fact that it rains.", ["despite the fact that"], id="the longest of several"
            ),
            pytest.param("en", "I’d like you to act.", ["I’d like you to"], id="curly apostrophe"),
            pytest.param(
                "de",
                "Tu es, auf Grund der Tatsache, dass es regnet.",
                ["auf Grund der Tatsache, dass"],
                id="with a comma",
            ),
            pytest.param("fr", "Fais-le afin de gagner.", ["afin de"], id="French"),
            pytest.param("es", "Hazlo con el fin de ganar.", ["con el fin de"], id="Spanish"),
        ],
    )
    def test_words(self, language, text, expected):
        assert [text[match.start : match.end] for match in lexicon(language).find_phrases(text)] == expected

    @pytest.mark.parametrize(
        ("language", "text", "phrase", "found"),
        [
            pytest.param("en", "I want you to act.", "I want you to", True, id="start: at the start"),
            pytest.param("en", "- I want you to act.", "I want you to", True, id="start: of an item"),
            pytest.param("en", "Hello. I want you to act.", "I want you to", True, id="start: of a later sentence"),
            pytest.param("en", "Say what I want you to say.", "I want you to", False, id="start: not in a sentence"),
            pytest.param("en", "I want you to know this.", "I want you to", False, id="not before: a guard word"),
            pytest.param("en", "I want you to knowingly act.", "I want you to", True, id="not before: whole words"),
            pytest.param(
                "en", "Use a large number of words.", "a large number of", True, id="not before: another word"
            ),
            pytest.param(
                "en", "Use a large number of the words.", "a large number of", False, id="not before: an article"
            ),
            pytest.param("en", "Kindly answer.", "kindly", True, id="not after: nothing before"),
            pytest.param("en", "Treat kindly.", "kindly", False, id="not after: a guard word"),
            pytest.param("es", "Hazlo con el fin de que gane.", "con el fin de", False, id="es: not before"),
            pytest.param("es", "Cobra a fin de mes.", "a fin de", False, id="es: an idiom"),
        ],
    )
    def test_guards(self, language, text, phrase, found):
        phrases = {match.phrase.find for match in lexicon(language).find_phrases(text)}
        assert (phrase in phrases) == found

    def test_matches_are_ordered_and_disjoint(self):
        text = "Please note that it is important to note that, in order to act, you have to make use of a large number of tools."
        matches = list(lexicon("en").find_phrases(text))
        assert len(matches) >= 3
        assert all(first.end <= second.start for first, second in pairwise(matches))

    @given(
        st.text(max_size=80)
        | st.lists(
            st.sampled_from(["in order to", "please", "I want you to", ".", "\n", "\r", "-", " ", "’"]), max_size=20
        ).map(" ".join)
    )
    def test_any_text(self, text):
        at = 0
        for match in lexicon("en").find_phrases(text):
            assert at <= match.start < match.end <= len(text)
            at = match.end

    PIECES = (
        "in", "order", "to", "In order", "please", "Kindly", "I want you", "to know", "make use of", "a large number of", "-", "1.",
        ".", ",", " ", "  ", "\n", "\r\n", "\r", "\n\n", "’", "_", "\u2028", "every single one of the lines of a text",
    )  # fmt: skip

    @given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from(["", " "]))
    def test_a_text_holds_what_is_found_word_by_word(self, words, between):
        text = between.join(words)
        trie = lexicon("en").trie
        assert [(each.start, each.end, each.phrase) for each in find_phrases(trie, text)] == word_by_word(trie, text)

    @given(st.lists(st.sampled_from((*PIECES, "(", "(optional)", "'", "o'clock", "a'")), max_size=60))
    def test_so_do_phrases_that_begin_with_a_mark(self, words):
        text = "".join(words)
        few = [replace(lexicon("en").phrases[0], find=find, position="any", not_before=None, not_after=None)
               for find in ("in order to", "(in order", "'to", "o'clock", "a large", "(optional) please")]  # fmt: skip
        for phrases in (few, few[:1], few[3:5]):
            trie = phrase_trie(phrases)
            found = [(each.start, each.end, each.phrase) for each in find_phrases(trie, text)]
            assert found == word_by_word(trie, text)

    def test_a_phrase_may_go_on_in_the_next_line_but_not_behind_a_blank_one(self):
        text = "Do it in\norder to win.\r\n- In order\r\n  to lose, in order\n\nto win."
        found = [text[match.start : match.end] for match in lexicon("en").find_phrases(text)]
        assert found == ["in\norder to", "In order\r\n  to"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param("", True, id="start of the text"),
        pytest.param("One. ", True, id="behind a sentence"),
        pytest.param('One." ', True, id="behind a quotation"),
        pytest.param("One:\n", True, id="a line"),
        pytest.param("- ", True, id="an item"),
        pytest.param("One\n2. ", True, id="a numbered item"),
        pytest.param("One\n> ", True, id="a quotation"),
        pytest.param("**", True, id="bold"),
        pytest.param("One ", False, id="in a sentence"),
        pytest.param("One, ", False, id="behind a comma"),
        pytest.param("One word and another and one more and then some more ", False, id="far from the start"),
    ],
)
def test_at_sentence_start(before, expected):
    assert at_sentence_start(before + "word", len(before)) is expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_expression_compiles(language):
    """They are compiled when they are first used, so a fault would show late."""
    words = lexicon(language)
    guards = [
        guard for phrase in words.phrases for guard in (phrase.not_before, phrase.not_after, phrase.before) if guard
    ]
    patterns = [pattern.regex for pattern in words.patterns]
    for expression in (*words.words.values(), *words.objects.values(), *patterns, *guards):
        assert expression.compiled.flags & re.IGNORECASE


@pytest.mark.parametrize("language", LANGUAGES)
class TestFolded:
    def test_what_is_looked_for_in_lower_case_asks_for_no_capital(self, language):
        words = lexicon(language)
        expressions = [*words.words.values(), *words.objects.values(), *(each.regex for each in words.patterns)]
        assert [each.pattern for each in expressions if "(?-i" in each.pattern] == []

    def test_a_folded_text_holds_what_the_text_holds(self, language):
        words = lexicon(language)
        sentences = [text for found, lacking in SENTENCES[language].values() for text in (*found, *lacking)]
        for expression in [*words.words.values(), *words.objects.values(), *(each.regex for each in words.patterns)]:
            for text in (form for each in sentences for form in (each, each.upper(), each.title(), f"İ{each}ẞ")):
                found = [match.span() for match in expression.finditer(text)]
                assert [match.span() for match in expression.lower.finditer(folded(text))] == found


@given(st.text())
def test_folding_moves_nothing(text):
    assert len(folded(text)) == len(text)
    assert folded(folded(text)) == folded(text)
