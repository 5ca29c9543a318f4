from __future__ import annotations

import pytest

from promptlint.analysis.labels import _words, bare, label_sets, same_label
from promptlint.analysis.lexicon import LANGUAGES, folded


@pytest.fixture(scope="session")
def sets(make):
    """(key, labels) of each set of a text, and what stands at its place."""

    def find(text, language, **options):
        analysis = make.analysis(text, language=language, **options)
        found = label_sets(analysis, analysis.demonstrations)
        return [(each.key, each.values) for each in found]

    return find


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Classify the ticket as one of: bug, feature, question.", (None, ("bug", "feature", "question"))),
        (
            "en",
            "Pick one of the following categories:\n- bug: a fault\n- **feature**\n\n{{t}}",
            (None, ("bug", "feature")),
        ),
        (
            "en",
            "Classify the mood of this text as positive, negative or neutral.",
            (None, ("positive", "negative", "neutral")),
        ),
        ("en", 'The `verdict` key should strictly be either "yes" or "no".', ("verdict", ("yes", "no"))),
        ("en", "Allowed values: low / medium / high", (None, ("low", "medium", "high"))),
        ("en", 'Answer with "yes" or "no".', (None, ("yes", "no"))),
        ("en", 'Return {"mood": "good|bad", "text": "..."}', ("mood", ("good", "bad"))),
        (
            "de",
            "Antworte mit einer der Kategorien: Rechnung, Technik oder Sonstiges.",
            (None, ("Rechnung", "Technik", "Sonstiges")),
        ),
        ("de", "Klassifiziere das Ticket als Fehler, Wunsch oder Frage.", (None, ("Fehler", "Wunsch", "Frage"))),
        ("de", "Zulässige Werte: hoch, mittel, niedrig", (None, ("hoch", "mittel", "niedrig"))),
        (
            "fr",
            "Choisis une des catégories suivantes : facture, technique ou autre.",
            (None, ("facture", "technique", "autre")),
        ),
        ("fr", "Classe le message comme positif, négatif ou neutre.", (None, ("positif", "négatif", "neutre"))),
        (
            "es",
            "Elige una de las siguientes categorías: factura, técnico u otro.",
            (None, ("factura", "técnico", "otro")),
        ),
        ("es", "Clasifica el mensaje como positivo, negativo o neutro.", (None, ("positivo", "negativo", "neutro"))),
    ],
)
def test_closed_sets(sets, language, text, expected):
    assert sets(text, language) == [expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Use a label such as sports, politics or science."),
        ("en", "Answer with one of: {{ labels }}, other."),
        ("en", "Answer with one of {{ labels }}."),
        ("en", "Pick one of the topics that you like most and write about it, please do so in detail and at length."),
        ("en", "The score is one of: 1, 2, 3."),
        ("en", "## Categories: a, b"),
        ("en", 'Return {"mood": "<one of the moods>|..."}'),
        ("de", "Nimm ein Thema wie Sport, Politik oder Kultur."),
        ("it", "Classifica come positivo, negativo o neutro."),
    ],
)
def test_open_sets_and_none(sets, language, text):
    assert sets(text, language) == []


def test_an_enum_of_the_settings(sets):
    assert sets("Classify it.", "en", settings={"schema": {"type": "string", "enum": ["a", "b"]}}) == [
        (None, ("a", "b"))
    ]
    assert sets("Classify it.", "en", settings={"schema": {"enum": [1, 2]}}) == []
    assert sets("Classify it.", "en", settings={"schema": "name"}) == []


def test_the_place_of_a_set(make):
    text = "Hello.\n\nClassify it as one of: bug, feature."
    (found,) = label_sets(make.analysis(text, language="en"))
    assert text[found.place.span.start : found.place.span.end] == "bug, feature"


def test_spellings_of_a_label():
    assert bare('"**Bug**".') == "Bug"
    assert same_label("Not_Spam") == same_label("not spam")
    assert same_label("spam") != same_label("spams")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("said", ["as {one}", "Either {one} or {one}", "one of: {one}", "als {one} oder", "comme {one}", "una de las opciones: {one}", "İ one of the categories: {one}"])  # fmt: skip
def test_a_folded_sentence_says_where_labels_are_as_the_sentence_does(language, said):
    words = _words(language)
    for text in (
        form for each in ("Bug", "straße", "ſ") for form in (said.format(one=each), said.format(one=each).upper())
    ):
        for expression in (words.starts, words.as_):
            found = [match.span() for match in expression.finditer(text)]
            assert [match.span() for match in expression.lower.finditer(folded(text))] == found
