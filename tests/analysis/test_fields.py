from __future__ import annotations

import pytest

from promptlint.analysis.fields import Field, Fields, find_fields
from promptlint.analysis.task import Evidence
from promptlint.diagnostic import Confidence
from promptlint.source import Span


@pytest.fixture(scope="session")
def fields(make):
    """The fields that a prompt names, or None."""

    def find(text, **options):
        analysis = make.analysis(text, **options)
        return find_fields(analysis.prompt, analysis.instructions, analysis.lexicon)

    return find


def names(found):
    return None if found is None else [field.key for field in found.items]


class TestLayouts:
    @pytest.mark.parametrize(
        ("layout", "expected"),
        [
            pytest.param("Name: <name>\nAge: <age>", ["name", "age"], id="angle brackets"),
            pytest.param("Name: [name]\nAge: [age]", ["name", "age"], id="square brackets"),
            pytest.param("Name: ...\nAge: ...", ["name", "age"], id="dots"),
            pytest.param("Name: ___\nAge: ___", ["name", "age"], id="blanks"),
            pytest.param("- Name: [name]\n- Age: [age]", ["name", "age"], id="list"),
            pytest.param("1. Name: [name]\n2. Age: [age]", ["name", "age"], id="numbered"),
            pytest.param("**Name:** [name]\n**Age:** [age]", ["name", "age"], id="bold"),
            pytest.param("Name: [name]\n\nAge: [age]", ["name", "age"], id="blank lines"),
            pytest.param(
                "First name: [name]\nShoe size: [n]", ["first_name", "shoe_size"], id="names of several words"
            ),
            pytest.param("Name: [name]\nAge: [age]\nName: [name]", ["name", "age"], id="each once"),
        ],
    )
    def test_named_lines(self, fields, layout, expected):
        found = fields(f"Describe this person: {{{{text}}}}\n\nUse the following format:\n\n{layout}")
        assert names(found) == expected
        assert found.confidence is Confidence.HIGH
        assert not found.repeated

    @pytest.mark.parametrize(
        "text", ["{{text}}", "Text: {{text}}", "## Text\n{{text}}", "<text>{{text}}</text>", "```\n{{text}}\n```"]
    )
    def test_the_input_may_follow(self, fields, text):
        found = fields(f"Describe the person. Use the following format:\n\nName: [name]\nAge: [age]\n\n{text}")
        assert names(found)[:2] == ["name", "age"]

    @pytest.mark.parametrize(
        ("language", "text", "expected"),
        [
            pytest.param("de", "Bewerte den Aufsatz. Antworte im folgenden Format:\n\nNote: [1-6]\nBegründung: [Text]", ["note", "begründung"], id="de"),
            pytest.param("fr", "Évalue l'essai. Réponds au format suivant :\n\nNote : [1-20]\nRaison : [texte]", ["note", "raison"], id="fr"),
            pytest.param("es", "Evalúa el ensayo. Responde con el siguiente formato:\n\nNota: [1-10]\nMotivo: [texto]", ["nota", "motivo"], id="es"),
        ],
    )  # fmt: skip
    def test_languages(self, fields, language, text, expected):
        assert names(fields(text, language=language)) == expected

    @pytest.mark.parametrize(
        ("line", "kind"),
        [
            pytest.param("Score: [1-10]", "number", id="score"),
            pytest.param("Total amount: [amount]", "number", id="amount"),
            pytest.param("Spam: yes/no", "boolean", id="yes/no"),
            pytest.param("Toxic: true or false", "boolean", id="true or false"),
            pytest.param("Words: [comma-separated list]", "array", id="list"),
            pytest.param("City: [city]", "string", id="text"),
        ],
    )
    def test_types(self, fields, line, kind):
        found = fields(f"Describe the mail. Use the following format:\n\n{line}\nSender: [name]")
        assert [field.type for field in found.items] == [kind, "string"]

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param('Describe it. Use the following format:\n\n{"name": "...", "age": 0}', id="JSON"),
            pytest.param("Describe it. Use the following format:\n\n<name>...</name>\n<age>...</age>", id="XML"),
            pytest.param(
                "Write a report. Use the following format:\n\n## Summary\n...\n## Risks\n...", id="Markdown sections"
            ),
            pytest.param("Describe it. Use the following format:\n\n| Name | Age |\n|---|---|", id="table"),
            pytest.param(
                "Answer the question. Use the following format:\n\nThought: <think>\nAction: <tool>\nObservation: <result>",
                id="agent loop",
            ),
            pytest.param("Answer in the following format:\n\nDear <name>,\n\nthank you for your letter.", id="letter"),
            pytest.param("Name: <name>\nAge: <age>", id="nothing asks for it"),
            pytest.param("Write a story.\n\nName: {{name}}\nAge: {{age}}", id="input"),
        ],
    )
    def test_none(self, fields, text):
        assert fields(text, language="en") is None

    def test_evidence_is_the_words_that_ask(self, fields):
        text = "Describe it. Use the following format:\n\nName: [name]\nAge: [age]"
        evidence = fields(text).evidence
        assert "following format" in text[evidence.span.start : evidence.span.end]
        assert evidence.message == 0


class TestExtraction:
    @pytest.mark.parametrize(
        ("language", "text", "expected"),
        [
            pytest.param("en", "Extract the name, the date of birth and the address from the letter.\n\n{{letter}}", ["name", "date", "address"], id="in a sentence"),
            pytest.param("en", "Extract the following fields: name, age, city.\n\n{{text}}", ["name", "age", "city"], id="behind a colon"),
            pytest.param("en", "Extract the following fields:\n- Name\n- Age\n- City\n\n{{text}}", ["name", "age", "city"], id="as a list"),
            pytest.param("en", "Extract the following fields:\n1. Name: the full name\n2. Age (in years)\n\n{{text}}", ["name", "age"], id="as a described list"),
            pytest.param("de", "Extrahiere den Namen, das Datum und den Betrag aus der Rechnung.\n\n{{rechnung}}", ["namen", "datum", "betrag"], id="de"),
            pytest.param("fr", "Extrais le nom, la date et le montant de la facture.\n\n{{facture}}", ["nom", "date", "montant"], id="fr"),
            pytest.param("es", "Extrae el nombre, la fecha y el importe de la factura.\n\n{{factura}}", ["nombre", "fecha", "importe"], id="es"),
        ],
    )  # fmt: skip
    def test_named(self, fields, language, text, expected):
        found = fields(text, language=language)
        assert found is not None
        keys = names(found)
        assert len(keys) == len(expected)
        assert all(key.startswith(start) for key, start in zip(keys, expected, strict=True))
        assert found.repeated
        assert found.confidence is Confidence.HIGH

    @pytest.mark.parametrize(
        ("language", "text", "expected"),
        [
            pytest.param("en", "Extract the number, the date and the total of the invoice.\n\n{{text}}", "total_of_the_invoice", id="en"),
            pytest.param("de", "Extrahiere die Nummer, das Datum und die Summe der Rechnung.\n\n{{text}}", "summe_der_rechnung", id="de"),
            pytest.param("fr", "Extrais le numéro, la date et le total de la facture.\n\n{{text}}", "total_de_la_facture", id="fr"),
            pytest.param("es", "Extrae el número, la fecha y el total de la factura.\n\n{{text}}", "total_de_la_factura", id="es"),
        ],
    )  # fmt: skip
    def test_a_name_of_two_nouns(self, fields, language, text, expected):
        assert names(fields(text, language=language))[-1] == expected

    def test_one_kind_of_thing(self, fields):
        found = fields("Extract all phone numbers from the text.\n\n{{text}}")
        assert names(found) == ["numbers"]
        assert found.confidence is Confidence.MEDIUM

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("Extract the essence of the text and tell it to a child.\n\n{{text}}", id="no data"),
            pytest.param("Extract the names and the dates, then write a story about them.\n\n{{text}}", id="for prose"),
        ],
    )
    def test_none(self, fields, text):
        assert fields(text) is None


class TestVerdicts:
    @pytest.mark.parametrize(
        ("language", "text", "expected"),
        [
            pytest.param("en", "Classify the comment as toxic or not and explain your reasoning.\n\n{{comment}}", ["label", "reason"], id="en label"),
            pytest.param("en", "Determine whether the mail is spam. Give a short reason.\n\n{{mail}}", ["label", "reason"], id="en whether"),
            pytest.param("en", "Rate the answer from 1 to 5 and justify the score.\n\n{{answer}}", ["score", "reason"], id="en score"),
            pytest.param("de", "Klassifiziere den Kommentar als positiv oder negativ und begründe es.\n\n{{kommentar}}", ["label", "reason"], id="de"),
            pytest.param("fr", "Classe l'avis comme positif ou négatif et justifie ta réponse.\n\n{{avis}}", ["label", "reason"], id="fr"),
            pytest.param("es", "Clasifica el comentario como positivo o negativo y justifica tu respuesta.\n\n{{comentario}}", ["label", "reason"], id="es"),
        ],
    )  # fmt: skip
    def test_with_a_reason(self, fields, language, text, expected):
        found = fields(text, language=language)
        assert names(found) == expected
        assert found.items[0].type == ("number" if expected[0] == "score" else "string")
        assert found.confidence is Confidence.MEDIUM
        assert found.wordy

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("Classify the comment as toxic or not.\n\n{{comment}}", id="a label alone"),
            pytest.param("Classify the comment. Do not explain.\n\n{{comment}}", id="no reason wanted"),
            pytest.param("Explain the rules of chess.", id="an explanation alone"),
            pytest.param("Write an essay on whether tea is good and explain your view.", id="prose"),
        ],
    )
    def test_none(self, fields, text):
        assert fields(text) is None


class TestDelimited:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            pytest.param("en", "List the keywords, separated by commas.\n\n{{text}}", id="en commas"),
            pytest.param("en", "Give the tags as a comma-separated list.\n\n{{text}}", id="en comma-separated"),
            pytest.param("en", "List all cities, one per line.\n\n{{text}}", id="en lines"),
            pytest.param("de", "Nenne die Schlagwörter, durch Kommas getrennt.\n\n{{text}}", id="de"),
            pytest.param("fr", "Liste les mots-clés séparés par des virgules.\n\n{{texte}}", id="fr"),
            pytest.param("es", "Enumera las palabras clave separadas por comas.\n\n{{texto}}", id="es"),
        ],
    )
    def test_lists(self, fields, language, text):
        found = fields(text, language=language)
        assert [(field.key, field.type) for field in found.items] == [("items", "array")]

    def test_the_input_is_not_the_answer(self, fields):
        assert fields("The names stand on separate lines.\n\n{{names}}", language="en") is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("en", "Write a letter to {{name}} and mention the date, the place and the price.", id="en letter"),
        pytest.param("en", "Summarize the article.\n\n{{article}}", id="en summary"),
        pytest.param("en", "Review the code and explain the problems.\n\n{{code}}", id="en review"),
        pytest.param(
            "en", "Answer the question.\n\nContext: {{context}}\nQuestion: {{question}}\nAnswer:", id="en question"
        ),
        pytest.param("en", "Write a haiku.", id="en poem"),
        pytest.param("de", "Schreibe einen Brief an {{name}} und nenne Datum, Ort und Preis.", id="de letter"),
        pytest.param("fr", "Rédige une lettre à {{nom}} et explique le retard.", id="fr letter"),
        pytest.param("es", "Redacta una carta a {{nombre}} y explica el retraso.", id="es letter"),
    ],
)
def test_prose_has_no_fields(fields, language, text):
    assert fields(text, language=language) is None


class TestShape:
    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("Name", "name"),
            ("Date of birth", "date_of_birth"),
            ("E-Mail", "e_mail"),
            ("Größe", "größe"),
            (" *Score* ", "score"),
            ("...", "value"),
        ],
    )
    def test_keys(self, name, key):
        assert Field(name).key == key

    @pytest.mark.parametrize(
        ("repeated", "expected"),
        [
            (False, '{"name": "...", "age": 0, "spam": true, "tags": ["..."]}'),
            (True, '[{"name": "...", "age": 0, "spam": true, "tags": ["..."]}]'),
        ],
    )
    def test_json(self, repeated, expected):
        items = (Field("Name"), Field("Age", "number"), Field("Spam", "boolean"), Field("Tags", "array"))
        found = Fields(items, repeated, Evidence("layout", 0, Span(0, 1)), Confidence.HIGH)
        assert found.json_shape() == expected

    @pytest.mark.parametrize(
        ("language", "label", "wordy"),
        [
            pytest.param("en", "Explanation", True, id="explanation"),
            pytest.param("en", "Reason", True, id="reason"),
            pytest.param("en", "Score", False, id="score"),
            pytest.param("de", "Begründung", True, id="de reason"),
            pytest.param("de", "Name", False, id="de name"),
            pytest.param("fr", "Résumé", True, id="fr summary"),
            pytest.param("es", "Respuesta", True, id="es answer"),
        ],
    )
    def test_a_field_of_free_text(self, fields, language, label, wordy):
        ask = {
            "en": "Use the following format:",
            "de": "Antworte im folgenden Format:",
            "fr": "Réponds au format suivant :",
            "es": "Responde con el siguiente formato:",
        }
        assert fields(f"{ask[language]}\n\nId: [id]\n{label}: [...]", language=language).wordy is wordy
