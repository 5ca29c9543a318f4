from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.language import detect_language

LONG = {
    "en": """You are a helpful assistant for the customers of an online shop. Answer the questions that they ask about their orders.
        If you do not know the answer, say so and give them the address of the support team.""",
    "de": """Du bist ein hilfreicher Assistent für die Kunden eines Online-Shops. Beantworte die Fragen, die sie zu ihren Bestellungen stellen.
        Wenn du die Antwort nicht kennst, sage das und nenne die Adresse des Supports.""",
    "fr": """Tu es un assistant utile pour les clients d'une boutique en ligne. Réponds aux questions qu'ils posent sur leurs commandes.
        Si tu ne connais pas la réponse, dis-le et donne l'adresse du service client.""",
    "es": """Eres un asistente útil para los clientes de una tienda en línea. Responde a las preguntas que hacen sobre sus pedidos.
        Si no conoces la respuesta, dilo y da la dirección del servicio de atención al cliente.""",
}  # fmt: skip

SHORT = {
    "en": [
        "Write a poem.",
        "Summarize the text.",
        "Translate to English.",
        "Explain how this works.",
        "Is this email spam?",
        "Classify the review as positive or negative.",
        "You are a teacher.",
        "Rate the answer from 1 to 5.",
    ],
    "de": [
        "Schreibe ein Gedicht.",
        "Fasse den Text zusammen.",
        "Erkläre kurz, was die Funktion tut.",
        "Übersetze den Text ins Englische.",
        "Ist diese E-Mail Spam?",
        "Du bist ein Lehrer.",
        "Bewerte die Antwort von 1 bis 5.",
        "Nenne drei Gründe.",
    ],
    "fr": [
        "Écris un poème.",
        "Résume le texte.",
        "Explique à un débutant comment cela fonctionne.",
        "Traduis le texte en anglais.",
        "Tu es un professeur.",
        "Note la réponse de 1 à 5.",
        "Classe le commentaire comme positif ou négatif.",
        "Donne trois raisons.",
    ],
    "es": [
        "Escribe un poema.",
        "Resume el texto.",
        "Explica a un principiante cómo funciona.",
        "Traduce el texto al inglés.",
        "Eres un profesor.",
        "Puntúa la respuesta de 1 a 5.",
        "Clasifica el comentario como positivo o negativo.",
        "Da tres razones.",
    ],
}

FOREIGN = {
    "it": "Sei un assistente utile per i clienti di un negozio online. Rispondi alle domande sugli ordini. Se non conosci la risposta, dillo e fornisci l'indirizzo dell'assistenza.",
    "nl": "Je bent een behulpzame assistent voor de klanten van een webwinkel. Beantwoord hun vragen over bestellingen. Als je het antwoord niet weet, zeg dat dan en geef het adres van de helpdesk.",
    "pt": "Você é um assistente útil para os clientes de uma loja virtual. Responda às perguntas sobre os pedidos. Se você não souber a resposta, diga isso e informe o endereço do suporte.",
    "sv": "Du är en hjälpsam assistent för kunderna i en nätbutik. Svara på deras frågor om beställningar. Om du inte vet svaret, säg det och ge dem adressen till kundtjänst.",
    "pl": "Jesteś pomocnym asystentem klientów sklepu internetowego. Odpowiadaj na pytania dotyczące zamówień. Jeśli nie znasz odpowiedzi, powiedz to i podaj adres obsługi klienta.",
    "zh": "你是一个网店的客服助手。请回答客户关于订单的问题。如果不知道答案,请直接说明,并提供客服的联系方式。",
    "ja": "あなたはオンラインショップの親切なアシスタントです。注文に関する質問に答えてください。答えがわからない場合は、そう伝えてください。",
    "ru": "Ты полезный помощник клиентов интернет-магазина. Отвечай на вопросы о заказах. Если ты не знаешь ответа, скажи об этом и дай адрес поддержки.",
    "ko": "당신은 온라인 상점 고객을 위한 유용한 도우미입니다. 주문에 관한 질문에 답하세요. 답을 모르면 그렇게 말하세요.",
}


@pytest.mark.parametrize("language", LONG)
def test_long_prompts(language):
    assert detect_language(LONG[language]) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [pytest.param(language, text, id=f"{language} {text}") for language, texts in SHORT.items() for text in texts],
)
def test_short_prompts(language, text):
    assert detect_language(text) == language


@pytest.mark.parametrize("language", LONG)
def test_case_does_not_matter(language):
    assert detect_language(LONG[language].upper()) == language


@pytest.mark.parametrize("language", FOREIGN)
def test_other_languages(language):
    assert detect_language(FOREIGN[language]) is None


@pytest.mark.parametrize("language", FOREIGN)
def test_an_english_word_in_another_language_changes_nothing(language):
    assert detect_language(f"{FOREIGN[language]} JSON, email, chatbot, Assistant API.") is None


@pytest.mark.parametrize(
    "text", ["", " \n", "123 + 4 = 127", "x = foo(bar)", "\ufffc\ufffc\ufffc", "| --- | --- |", "JSON"]
)
def test_nothing_to_tell_by(text):
    assert detect_language(text) is None


@pytest.mark.parametrize("language", LONG)
def test_the_language_of_most_words_wins(language):
    other = "de" if language == "en" else "en"
    assert detect_language(LONG[language] + LONG[language] + "\n" + SHORT[other][0]) == language


def test_code_is_not_looked_at(make):
    code = "```python\n# return the value of the given key, or None if it is not in the map\nfor key in keys:\n    print(key)\n```"
    assert make.analysis(code).language is None
    assert make.analysis(f"Erkläre die Funktion und nenne die Fehler.\n{code}").language == "de"


@given(
    st.lists(st.sampled_from(["the", "und", "les", "una", "och", "Straße", "prompt", "слово", "à"]), max_size=12),
    st.integers(1, 2_000),
    st.integers(1, 200),
)
def test_how_far_apart_words_stand_changes_nothing(words, blanks, times):
    assert detect_language((" " * blanks).join(words * times)) == detect_language(" ".join(words * times))
