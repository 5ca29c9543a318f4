from __future__ import annotations

import pytest

from promptlint.analysis.shape import NOT_APPLICABLE, trailing_cue
from promptlint.diagnostic import Confidence
from promptlint.prompt import Kind

# name, prompt, limit, format; a "|" between two that are both defensible
ENGLISH = [
    # nothing bounds a free-form answer
    ("summary", "Summarize the following article.\n\n{{article}}", "open", "prose"),
    ("essay", "Write an essay about {{topic}}.", "open", "prose"),
    ("explanation", "Explain how {{concept}} works to a beginner.", "open", "prose"),
    ("e-mail", "Draft an email to {{name}} about the delay.", "open", "prose"),
    ("review", "Review the following code and give feedback on its style.\n\n{{code}}", "open", "prose"),
    ("persona and task", "You are a travel agent. Plan a trip to {{city}} and write an itinerary.", "open", "prose"),
    ("answer", "Answer the question based on the context below.\n\nContext: {{context}}\n\nQuestion: {{question}}\n\nAnswer:", "open", "prose"),
    ("a question alone", "What are the causes of {{event}}?", "open", "prose"),
    ("list without a count", "List the tourist attractions in {{city}}.", "open", "prose|should-be-json"),
    ("minimum only", "Write a story about {{hero}} with at least 500 words.", "open", "prose"),
    ("length of the input", "The input is a 500 word article. Write a summary.\n\n{{article}}", "open", "prose"),
    ("conditional bound", "Explain the error message. If the fix is one line, show it in one line.\n\n{{error}}", "open", "prose"),
    ("bound in an example", "Write a product description for {{product}}.\n\n## Examples\nIn at most 20 words: A great lamp.", "open", "prose"),
    ("bound in code", "Explain this prompt:\n\n```\nAnswer in one word.\n```\n\nReader: {{reader}}", "open", "prose"),
    ("bound in quoted words", 'Explain the phrase "in 3 sentences" to a learner of English. Learner: {{name}}', "open", "prose"),
    # countable bounds
    ("sentences", "Summarize the article in at most 3 sentences.\n\n{{article}}", "bounded", "prose"),
    ("words", "Write a product description of no more than 100 words for {{product}}.", "bounded", "prose"),
    ("words or less", "Summarize the text in {{n}} words or less:\n{{text}}", "bounded", "prose"),
    ("range of words", "Write a 150-200 word cover letter for {{job}}.", "bounded", "prose"),
    ("one sentence", "Describe {{product}} in one sentence.", "bounded", "prose"),
    ("a single paragraph", "Summarize the paper in a single paragraph.\n\n{{paper}}", "bounded", "prose"),
    ("bullet points", "Give me 5 bullet points on the main risks in this report:\n{{report}}", "bounded", "prose"),
    ("characters", "Write a title under 60 characters for the blog post below.\n\n{{post}}", "bounded", "prose"),
    ("top ten", "List the top 10 tourist attractions in {{city}}.", "bounded", "prose|should-be-json"),
    ("a form of known length", "Write a haiku about {{topic}}.", "bounded", "prose"),
    ("tweet", "Write a tweet about {{announcement}}.", "bounded", "prose"),
    ("in a sentence of its own", "Write a reply to the customer. Do not write more than two paragraphs.\n\n{{mail}}", "bounded", "prose"),
    ("in a rule", "Summarize the report.\n\nRules:\n- Use at most 5 sentences.\n- Name the author.\n\n{{report}}", "bounded", "prose"),
    ("about the answer", "Explain the term {{term}}. Your answer must not exceed 80 words.", "bounded", "prose"),
    # soft bounds
    ("concise", "Be concise. Explain what this function does.\n\n{{code}}", "soft", "prose"),
    ("briefly", "Briefly describe the plot of {{film}}.", "soft", "prose"),
    ("short summary", "Write a short summary of the meeting:\n\n{{transcript}}", "soft", "prose"),
    ("a few sentences", "Explain the joke in a few sentences:\n{{joke}}", "soft", "prose"),
    ("keep it short", "Answer the question and keep it short.\n\n{{question}}", "soft", "prose"),
    # labels, numbers, yes or no
    ("one word", "Classify the review as positive, negative or neutral. Answer with one word.\n\nReview: {{review}}", "bounded", "structured"),
    ("label only", "Classify the sentiment of the tweet. Respond only with the label.\n\nTweet: {{tweet}}\nLabel:", "bounded", "structured"),
    ("yes or no", "Is this email spam? Answer yes or no.\n\n{{email}}", "bounded", "structured"),
    ("score", "Rate the answer on a scale from 1 to 10. Return only the number.\n\n{{answer}}", "bounded", "structured"),
    ("one of", "Assign the ticket to one of the following categories: billing, bug, other.\n\n{{ticket}}", "bounded", "structured"),
    # machine-readable shapes
    ("JSON keys", "Extract the name, date and total from the invoice. Return JSON with the keys name, date and total.\n\n{{invoice}}", "bounded|na", "structured"),
    ("JSON object", "Summarize the call and return a JSON object.\n\n{{call}}", "na|open|bounded", "structured"),
    ("table", "Compare the two products in a table with the columns feature, A and B.\n\n{{a}}\n{{b}}", "na|bounded|open", "structured"),
    ("tags", "Write your summary inside <summary> tags.\n\n{{text}}", "na|open", "structured"),
    ("SQL", "Write a SQL query that answers the question.\n\nSchema: {{schema}}\nQuestion: {{question}}", "bounded|na", "structured"),
    ("function", "Write a Python function that parses {{format}}.", "bounded|na", "structured"),
    ("command", "Give me the shell command to {{action}}. Output only the command.", "bounded", "structured"),
    # the length follows from the input
    ("translate", "Translate the text to French:\n\n{{text}}", "na", "prose"),
    ("rewrite", "Rewrite the email in a friendlier tone.\n\n{{email}}", "na", "prose"),
    ("grammar", "Correct the grammar and spelling of the text below.\n\n{{text}}", "na", "prose"),
    ("no explanations", "Translate {{word}} into German. No explanations.", "na", "prose"),
    # data asked for as free text
    ("extract", "Extract the name, the date of birth and the address from the letter.\n\n{{letter}}", "na|bounded", "should-be-json"),
    ("extract all", "Extract all phone numbers from the text, one per line.\n\n{{text}}", "na", "should-be-json"),
    ("layout", "Evaluate the essay. Use the following format:\n\nScore: <1-10>\nReason: <explanation>\n\nEssay: {{essay}}", "open|bounded|na", "should-be-json"),
    ("layout behind the input", "Evaluate this essay: {{essay}}\n\nUse the following format:\n\nScore: [1-10]\nReason: [explanation]", "open|bounded|na", "should-be-json"),
    ("label with reason", "Classify the comment as toxic or not toxic and explain your reasoning.\n\n{{comment}}", "open", "should-be-json"),
    ("separated by commas", "List the keywords of the text, separated by commas.\n\n{{text}}", "na|open|bounded", "should-be-json"),
    # what is forbidden is not asked for
    ("no JSON", "Explain the code. Do not return JSON.\n\n{{code}}", "open", "prose"),
]  # fmt: skip

GERMAN = [
    ("Zusammenfassung", "Fasse den folgenden Artikel zusammen.\n\n{{artikel}}", "open", "prose"),
    ("Erklärung", "Erkläre einem Anfänger, wie {{begriff}} funktioniert.", "open", "prose"),
    ("Stellenanzeige", "Verfasse eine Stellenanzeige für {{beruf}}.", "open", "prose"),
    ("Frage", "Beantworte die Frage anhand des Kontexts.\n\nKontext: {{kontext}}\nFrage: {{frage}}\nAntwort:", "open", "prose"),
    ("Sie-Form", "Bitte schreiben Sie einen Bericht über {{thema}}.", "open", "prose"),
    ("mindestens", "Schreibe eine Geschichte über {{held}} mit mindestens 500 Wörtern.", "open", "prose"),
    ("Sätze", "Fasse den Text in höchstens drei Sätzen zusammen.\n\n{{text}}", "bounded", "prose"),
    ("Wörter", "Schreibe eine Produktbeschreibung mit maximal 100 Wörtern.\n\nProdukt: {{produkt}}", "bounded", "prose"),
    ("ein Satz", "Beschreibe das Produkt in einem Satz.\n\n{{produkt}}", "bounded", "prose"),
    ("Zeichen", "Der Titel darf höchstens 60 Zeichen lang sein. Schreibe einen Titel für den Artikel.\n\n{{artikel}}", "bounded", "prose"),
    ("die 5 wichtigsten", "Nenne die 5 wichtigsten Risiken aus dem Bericht.\n\n{{bericht}}", "bounded", "prose"),
    ("kurz", "Erkläre kurz, was die Funktion tut.\n\n{{code}}", "soft", "prose"),
    ("kurze Zusammenfassung", "Schreibe eine kurze Zusammenfassung des Gesprächs:\n{{gespraech}}", "soft", "prose"),
    ("ja oder nein", "Ist diese E-Mail Spam? Antworte nur mit Ja oder Nein.\n\n{{mail}}", "bounded", "structured"),
    ("Kategorie", "Klassifiziere das Ticket. Antworte ausschließlich mit der Kategorie.\n\n{{ticket}}", "bounded", "structured"),
    ("eine der Kategorien", "Ordne die Anfrage einer der folgenden Kategorien zu: Rechnung, Technik, Sonstiges.\n\n{{anfrage}}", "bounded", "structured"),
    ("Skala", "Bewerte die Antwort auf einer Skala von 1 bis 10. Gib nur die Zahl zurück.\n\n{{antwort}}", "bounded", "structured"),
    ("JSON", "Extrahiere Name, Datum und Betrag und gib sie als JSON zurück.\n\n{{rechnung}}", "na|bounded", "structured"),
    ("Tabelle", "Vergleiche die beiden Angebote in einer Tabelle.\n\n{{a}}\n{{b}}", "na|open|bounded", "structured"),
    ("SQL", "Schreibe eine SQL-Abfrage, die die Frage beantwortet.\n\n{{frage}}", "na|bounded", "structured"),
    ("übersetze", "Übersetze den Text ins Englische:\n\n{{text}}", "na", "prose"),
    ("korrigiere", "Korrigiere Rechtschreibung und Grammatik des folgenden Textes.\n\n{{text}}", "na", "prose"),
    ("formuliere um", "Formuliere die E-Mail freundlicher um.\n\n{{mail}}", "na", "prose"),
    ("extrahiere", "Extrahiere den Namen, das Datum und den Betrag aus der Rechnung.\n\n{{rechnung}}", "na|bounded", "should-be-json"),
    ("Format", "Bewerte den Aufsatz. Antworte im folgenden Format:\n\nNote: <1-6>\nBegründung: <Text>\n\n{{aufsatz}}", "open|na|bounded", "should-be-json"),
    ("Format am Ende", "Bewerte diesen Aufsatz: {{aufsatz}}\n\nAntworte im folgenden Format:\n\nNote: [1-6]\nBegründung: [Text]", "open|na|bounded", "should-be-json"),
    ("durch Kommas getrennt", "Nenne die Schlagwörter des Textes, durch Kommas getrennt.\n\n{{text}}", "na|open|bounded", "should-be-json"),
]  # fmt: skip

FRENCH = [
    ("résumé", "Résume l'article suivant.\n\n{{article}}", "open", "prose"),
    ("explication", "Explique à un débutant comment fonctionne {{concept}}.", "open", "prose"),
    ("courriel", "Rédigez un courriel à {{nom}} au sujet du retard.", "open", "prose"),
    ("phrases", "Résumez le texte en trois phrases au maximum.\n\n{{texte}}", "bounded", "prose"),
    ("mots", "Rédige une description du produit de 100 mots maximum.\n\n{{produit}}", "bounded", "prose"),
    ("idées", "Donne 5 idées de titres pour l'article.\n\n{{article}}", "bounded", "prose"),
    ("brièvement", "Explique brièvement ce que fait ce code.\n\n{{code}}", "soft", "prose"),
    ("oui ou non", "Ce courriel est-il un spam ? Réponds uniquement par oui ou non.\n\n{{courriel}}", "bounded", "structured"),
    ("catégorie", "Classe le ticket dans l'une des catégories suivantes : facture, panne, autre.\n\n{{ticket}}", "bounded", "structured"),
    ("échelle", "Note la réponse sur une échelle de 1 à 10. Donne uniquement la note.\n\n{{reponse}}", "bounded", "structured"),
    ("JSON", "Extrais le nom et la date et réponds au format JSON.\n\n{{facture}}", "na|bounded", "structured"),
    ("traduction", "Traduis le texte suivant en anglais :\n\n{{texte}}", "na", "prose"),
    ("extraction", "Extrais le nom, la date et le montant de la facture.\n\n{{facture}}", "na|bounded", "should-be-json"),
]  # fmt: skip

SPANISH = [
    ("resumen", "Resume el siguiente artículo.\n\n{{articulo}}", "open", "prose"),
    ("explicación", "Explica a un principiante cómo funciona {{concepto}}.", "open", "prose"),
    ("correo", "Redacta un correo a {{nombre}} sobre el retraso.", "open", "prose"),
    ("frases", "Resume el texto en un máximo de tres frases.\n\n{{texto}}", "bounded", "prose"),
    ("palabras", "Escribe una descripción del producto de no más de 100 palabras.\n\n{{producto}}", "bounded", "prose"),
    ("ideas", "Dame 5 ideas de títulos para el artículo.\n\n{{articulo}}", "bounded", "prose"),
    ("brevemente", "Explica brevemente qué hace este código.\n\n{{codigo}}", "soft", "prose"),
    ("sí o no", "¿Es este correo spam? Responde solo sí o no.\n\n{{correo}}", "bounded", "structured"),
    ("categoría", "Clasifica el ticket en una de las siguientes categorías: factura, avería, otro.\n\n{{ticket}}", "bounded", "structured"),
    ("escala", "Puntúa la respuesta en una escala de 1 a 10. Devuelve solo el número.\n\n{{respuesta}}", "bounded", "structured"),
    ("JSON", "Extrae el nombre y la fecha y devuelve un objeto JSON.\n\n{{factura}}", "na|bounded", "structured"),
    ("traducción", "Traduce el siguiente texto al inglés:\n\n{{texto}}", "na", "prose"),
    ("extracción", "Extrae el nombre, la fecha y el importe de la factura.\n\n{{factura}}", "na|bounded", "should-be-json"),
]  # fmt: skip

TABLES = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
ROWS = [
    pytest.param(language, *row[1:], id=f"{language} {row[0]}") for language, rows in TABLES.items() for row in rows
]


@pytest.mark.parametrize(("language", "text", "limit", "form"), ROWS)
def test_prompts(make, language, text, limit, form):
    analysis = make.analysis(text)
    assert (analysis.language, analysis.kind) == (language, Kind.TASK)
    assert analysis.shape.limit in limit.split("|")
    assert analysis.shape.format in form.split("|")


@pytest.mark.parametrize(("language", "text", "limit", "form"), ROWS)
def test_evidence_lies_in_the_prompt(make, language, text, limit, form):
    shape = make.analysis(text).shape
    asked = (shape.asked,) if shape.asked else ()
    for evidence in (*shape.limit_evidence, *shape.format_evidence, *asked):
        assert evidence.message == 0
        assert 0 <= evidence.span.start < evidence.span.end <= len(text)


class TestSettings:
    """What is declared beside the text counts before what the text says."""

    @pytest.mark.parametrize("cap", [200, "{{ max_tokens }}"], ids=["number", "expression"])
    def test_a_token_cap_bounds(self, make, cap):
        shape = make.analysis("Write an essay about {{topic}}.", settings={"max_output_tokens": cap}).shape
        assert (shape.limit, shape.limit_confidence, shape.format) == ("bounded", Confidence.HIGH, "prose")
        assert [evidence.what for evidence in shape.limit_evidence] == ["settings"]

    def test_a_schema_bounds_and_is_a_format(self, make):
        shape = make.analysis(
            "Extract the names and the dates.\n\n{{text}}", settings={"schema": {"type": "object"}}
        ).shape
        assert (shape.limit, shape.format, shape.format_confidence) == ("bounded", "structured", Confidence.HIGH)

    @pytest.mark.parametrize(
        ("declared", "expected"), [("json", "structured"), ("json_schema", "structured"), ("text", "should-be-json")]
    )
    def test_response_format(self, make, declared, expected):
        text = "Extract the name, the date and the address.\n\n{{text}}"
        assert make.analysis(text, settings={"response_format": declared}).shape.format == expected

    def test_other_settings_say_nothing(self, make):
        shape = make.analysis("Write an essay about {{topic}}.", settings={"model": "gpt-4o", "temperature": 0.5}).shape
        assert shape.limit == "open"


class TestConfidence:
    def test_a_request_for_prose_alone_is_sure(self, make):
        shape = make.analysis("Write an essay about {{topic}}.").shape
        assert (shape.limit, shape.limit_confidence) == ("open", Confidence.HIGH)

    def test_prose_behind_other_work_is_less_sure(self, make):
        shape = make.analysis("Translate the text and explain the hard words.\n\n{{text}}").shape
        assert shape.limit != "open" or shape.limit_confidence < Confidence.HIGH

    def test_data_named_in_a_command_is_unsure(self, make):
        text = "Evaluate $ARGUMENTS. Use the following format:\n\nScore: <1-10>\nReason: <explanation>"
        shape = make.analysis(text, template="arguments").shape
        assert shape.format != "should-be-json" or shape.format_confidence is Confidence.LOW


class TestKinds:
    @pytest.mark.parametrize("kind", [Kind.SYSTEM, Kind.REFERENCE, Kind.FRAGMENT])
    def test_only_a_task_has_an_answer(self, make, kind):
        assert make.analysis("Write an essay about {{topic}}.", kind=kind).shape == NOT_APPLICABLE

    def test_an_unknown_language_says_nothing(self, make):
        analysis = make.analysis("Napisz wiersz o jesieni.", kind=Kind.TASK)
        assert (analysis.shape.limit, analysis.fields) == ("na", None)


class TestMessages:
    def test_bounds_of_every_message_count(self, make):
        shape = make.analysis(("system", "Answer in at most 3 sentences."), ("user", "Explain {{term}}.")).shape
        assert shape.limit == "bounded"
        assert {evidence.message for evidence in shape.limit_evidence} == {0}

    def test_the_request_is_found_in_its_message(self, make):
        shape = make.analysis(("system", "You are a teacher."), ("user", "Explain {{term}}.")).shape
        assert shape.asked is not None
        assert shape.asked.message == 1

    @pytest.mark.parametrize("name", ["question", "query"])
    def test_a_users_question_alone_asks_for_an_answer(self, make, name):
        shape = make.analysis(("system", "You are a friendly teacher of history."), ("user", f"{{{{{name}}}}}")).shape
        assert shape.limit == "open"

    def test_what_the_assistant_says_bounds_nothing(self, make):
        shape = make.analysis(("user", "Explain {{term}}."), ("assistant", "I answer in one sentence.")).shape
        assert shape.limit == "open"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Text: {{x}}\nAnswer:", "Answer", id="at the end"),
        pytest.param("Text\nYour answer: \n", "Your answer", id="blanks behind it"),
        pytest.param("Text\n**Summary:**", "Summary", id="bold"),
        pytest.param("Text\n## Answer:\n\n", "Answer", id="heading"),
        pytest.param('Text\nAnswer: "', "Answer", id="an opened quotation"),
        pytest.param("Answer: yes", None, id="text behind it"),
        pytest.param("Write the answer.", None, id="no label"),
        pytest.param("Text\nAnswer: {{answer}}", None, id="a variable behind it"),
        pytest.param("", None, id="empty"),
    ],
)
def test_trailing_cue(make, text, expected):
    cue = trailing_cue(make.message(text, "double-braces"))
    assert (cue and cue[0]) == expected
    if cue:
        assert text[cue[1].start : cue[1].end] == cue[0]
