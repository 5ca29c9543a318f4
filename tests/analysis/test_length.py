from __future__ import annotations

import re
from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.length import answer_length, measures_twice, stated_lengths, vague_limit
from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.prompt import Kind


@pytest.fixture
def stated(make):
    """The lengths that a text states, in words, each with its scope."""

    def run(text, language="en"):
        return [(str(each), each.scope) for each in stated_lengths(make.analysis(text, language=language))]

    return run


STATED = [
    ("en", "Summarize the text in at most three sentences.", "at most 3 sentences"),
    ("en", "Write no more than 1,000 words about it.", "at most 1,000 words"),
    ("en", "Write an essay of 2k words.", "2,000 words"),
    ("en", "Explain it in 50 words or less.", "at most 50 words"),
    ("en", "Explain it in about 50 words.", "50 words"),
    ("en", "Write a 200-word essay.", "200 words"),
    ("en", "Write 2-3 short, clear paragraphs.", "2 to 3 paragraphs"),
    ("en", "Write between 100 and 120 words.", "100 to 120 words"),
    ("en", "Write at least 500 words.", "at least 500 words"),
    ("en", "Write 500 words or more.", "at least 500 words"),
    ("en", "Answer in one sentence.", "1 sentence"),
    ("en", "Write a one-line reply.", "1 line"),
    ("en", "Explain it in a single paragraph.", "1 paragraph"),
    ("en", "Limit your answer to 100 tokens.", "at most 100 tokens"),
    ("en", "Keep your reply under 280 characters.", "at most 280 characters"),
    ("en", "List the top 5 risks.", "5 items"),
    ("en", "Give up to two pages of advice.", "at most 2 pages"),
    ("de", "Fasse den Text in höchstens drei Sätzen zusammen.", "at most 3 sentences"),
    ("de", "Schreibe 200 bis 300 Wörter über das Thema.", "200 to 300 words"),
    ("de", "Schreibe mindestens 1.500 Wörter.", "at least 1,500 words"),
    ("de", "Antworte in einem Satz.", "1 sentence"),
    ("de", "Nenne fünf Gründe.", "5 items"),
    ("fr", "Résume le texte en trois phrases maximum.", "at most 3 sentences"),
    ("fr", "Écris au moins 200 mots.", "at least 200 words"),
    ("fr", "Réponds en une phrase.", "1 sentence"),
    ("fr", "Rédige deux paragraphes.", "2 paragraphs"),
    ("es", "Resume el texto en un máximo de 50 palabras.", "at most 50 words"),
    ("es", "Escribe al menos tres párrafos.", "at least 3 paragraphs"),
    ("es", "Responde en una frase.", "1 sentence"),
]


@pytest.mark.parametrize(("language", "text", "expected"), STATED)
def test_a_length(stated, language, text, expected):
    assert stated(text, language) == [(expected, "answer")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Explain the last 3 sentences."),
        ("en", "Explain what happens every two lines."),
        ("en", "Explain the words."),
        ("en", "Explain the meaning of a word."),
        ("en", "Show 3 lines of context and explain the change."),
        ("en", "If the text is long, write 3 sentences."),
        ("en", "This is a document of 30 pages."),
        ("en", "Write {{ number }} words."),
        ("en", "Explain why 50% words is wrong."),
        ("en", "Explain it at $50 words."),
        ("en", 'Explain the phrase "write 500 words".'),
        ("de", "Erkläre die letzten drei Sätze."),
        ("fr", "Explique les trois phrases suivantes."),
        ("es", "Explica las tres frases siguientes."),
        ("it", "Scrivi 50 parole."),
    ],
)
def test_no_length(stated, language, text):
    assert stated(text, language) == []


@pytest.mark.parametrize(
    "text",
    [
        "List the risks, each in at most 10 words.",
        "Write a letter with a subject line of 60 characters.",
        "Describe the product (20 words).",
        "- Summary: 2 sentences",
        "Write a 25-word sentence in a section called IDEA.",
    ],
)
def test_a_length_of_a_part(stated, text):
    assert [scope for _, scope in stated(text)] == ["part"]


def test_what_follows_in_the_same_sentence_has_its_own_scope(stated):
    text = "Summarize the report in at most 3 sentences and give it a title (max 60 characters)."
    assert stated(text) == [("at most 3 sentences", "answer"), ("at most 60 characters", "part")]


def test_a_length_knows_its_place(make):
    text = "Hello.\n\nWrite 2-3 short paragraphs."
    (found,) = stated_lengths(make.analysis(text))
    assert text[found.span.start : found.span.end] == "2-3 short paragraphs"
    assert (found.message, found.least, found.number, found.bound) == (0, 2, 3, "exact")


@pytest.mark.parametrize(
    ("language", "text", "least", "most"),
    [
        ("en", "Write 100 words.", 110, 133),
        ("de", "Schreibe 100 Wörter.", 135, 170),
        ("en", "Write 3 sentences.", 26, 66),
        ("en", "Write 100 tokens.", 100, 100),
    ],
)
def test_tokens(make, language, text, least, most):
    (found,) = stated_lengths(make.analysis(text, language=language))
    assert (found.least_tokens, found.tokens) == (least, most)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "unit", ["words", "sentences", "characters", "tokens", "lines", "paragraphs", "pages", "items"]
)
def test_every_language_knows_every_unit(language, unit):
    assert unit in load_data("lengths")[language]["units"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_entries(language):
    words = load_data("lengths")
    assert words[language].keys() == words["en"].keys()
    for body in words[language].values():
        if isinstance(body, str):
            re.compile(body)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Explain it in a single paragraph of no more than 100 words.", "at most 100 words"),
        ("Give 5 tips in at most 80 words.", "at most 80 words"),
        ("Write at least 500 words.", None),
        ("Write a letter with a subject line of 60 characters.", None),
        ("Write the plot in 20 words. Write the review in 100 words.", None),
        ("Write a letter.", None),
    ],
)
def test_the_length_of_the_whole_answer(make, text, expected):
    found = answer_length(stated_lengths(make.analysis(text)))
    assert (None if found is None else str(found)) == expected


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "Explain the error to a customer. Be concise.", "concise"),
        ("en", "Write a brief letter to the customer.", "brief"),
        ("en", "Explain the error.\n\n- Use the customer's name\n- Keep the answer brief", "brief"),
        ("de", "Erkläre den Fehler. Fasse dich kurz.", "kurz"),
        ("fr", "Explique l'erreur. Sois concis.", "concis"),
        ("es", "Explica el error. Sé breve.", "breve"),
    ],
)
def test_a_vague_limit(make, language, text, words):
    analysis = make.analysis(text, language=language, kind=Kind.TASK)
    found = vague_limit(analysis)
    assert found is not None
    assert text[found.span.start : found.span.end] == words


@pytest.mark.parametrize(
    "text",
    [
        "Explain the error.",
        "Explain the error in 3 sentences. Be concise.",
        "Explain the error.\n\n- Include a short description of the machine",
        "Explain the error. If it is known, be brief.",
        "Answer the question without any explanation.",
        "Tell me a very short joke.",
        "Explain the error briefly. The text is read aloud and takes 30 seconds.",
        "Give a brief answer, criticise it and refine it.",
        "Explain the error briefly, in the following format:\nError: <name>\nReason: <text>",
    ],
)
def test_no_vague_limit(make, text):
    assert vague_limit(make.analysis(text, language="en", kind=Kind.TASK)) is None


def test_a_number_without_end(stated):
    assert stated(f"Write 1{',000' * 5_000} words.") == []


@given(st.sampled_from(LANGUAGES), st.text(alphabet="3 ,.-–at mosinwrdxezehnbi\n(", max_size=200))
def test_any_text(make, language, text):
    for found in stated_lengths(make.analysis(text, language=language)):
        assert 0 <= found.span.start < found.span.end <= len(text)
        assert 0 <= found.least <= found.number
        assert 0 <= found.least_tokens <= found.tokens


@given(st.lists(st.sampled_from(STATED), max_size=5), st.sampled_from(LANGUAGES))
def test_where_two_sentences_measure_text_that_is_known_beforehand(make, said, language):
    text = "\n\n".join(each for own, each, _ in said if own == language)
    analysis = make.analysis(text, language=language)
    starts = [each.sentence.start for each in analysis.instructions]
    lengths = [each for each in stated_lengths(analysis) if each.unit != "items"]
    if len({bisect_right(starts, each.span.start) for each in lengths}) > 1:
        assert measures_twice(analysis)
