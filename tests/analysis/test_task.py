from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.lexicon import LANGUAGES, folded, lexicon
from promptlint.analysis.sentences import split_sentences
from promptlint.analysis.task import Instructions, Told, _asks, _asks_at_end, _Said, invoked


def told(text, language="en"):
    """A message without code, examples or variables."""
    return Told(0, text, text, split_sentences(text), lexicon(language), tuple)


def of(text, language="en"):
    """Its instructions."""
    return Instructions([told(text, language)])


def asks(text, language="en"):
    """What is asked for, in order: ``what`` at the head of a sentence, ``(what)`` in a later clause."""
    return [ask.what if ask.leading else f"({ask.what})" for found in of(text, language) for ask in found.asks]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        # each kind of verb, at the head of the sentence
        pytest.param("en", "Summarize the article.", ["prose"], id="prose"),
        pytest.param("en", "Write an essay about rain.", ["prose"], id="make: a piece of prose"),
        pytest.param("en", "Write a function that adds.", ["code"], id="make: code"),
        pytest.param("en", "Write it.", ["make"], id="make: nothing says what"),
        pytest.param("en", "Write the content of each file.", ["code"], id="make: the content of a file is the file"),
        pytest.param("en", "Answer the question.", ["answer"], id="answer"),
        pytest.param("en", "Review the plan.", ["review"], id="review"),
        pytest.param("en", "List the risks.", ["list"], id="list"),
        pytest.param("en", "Translate the text.", ["transform"], id="transform"),
        pytest.param("en", "Implement the feature.", ["code"], id="code"),
        pytest.param("en", "Extract the dates.", ["extract"], id="extract"),
        pytest.param("en", "Classify the ticket.", ["label"], id="label"),
        pytest.param("en", "SUMMARIZE THE ARTICLE.", ["prose"], id="capitals"),
        pytest.param("en", "The article is long.", [], id="a statement"),
        pytest.param("en", "A summary of the article.", [], id="a noun"),
        # what may stand before the verb
        pytest.param("en", "Please summarize it.", ["prose"], id="please"),
        pytest.param("en", "Your task is to summarize it.", ["prose"], id="your task is to"),
        pytest.param("en", "You will summarize it.", ["prose"], id="you will"),
        pytest.param("en", "I want you to explain it.", ["prose"], id="I want you to"),
        pytest.param("en", "Can you please explain it?", ["prose"], id="can you please"),
        pytest.param("en", "Based on the text above, answer the question.", ["answer"], id="based on"),
        pytest.param("en", "Given a list of names, classify each.", ["label"], id="given"),
        pytest.param("en", "Using simple words, explain the term.", ["prose"], id="using"),
        pytest.param("en", "Step 2: summarize it.", ["prose"], id="step"),
        pytest.param("en", "**Task:** Summarize it.", ["prose"], id="bold label"),
        pytest.param("en", "Carefully explain it.", ["prose"], id="adverb"),
        pytest.param("en", "- Explain it.", ["prose"], id="item"),
        # later clauses
        pytest.param("en", "Translate it and explain the terms.", ["transform", "(prose)"], id="and"),
        pytest.param("en", "Read it, then summarize it.", ["(prose)"], id="then"),
        pytest.param("en", "The text is long: please summarize it.", ["prose"], id="behind a colon"),
        pytest.param("en", "Classify it; explain why.", ["label", "(prose)"], id="semicolon"),
        # negation and nouns
        pytest.param("en", "Do not explain it.", [], id="not"),
        pytest.param("en", "Never answer it.", [], id="never"),
        pytest.param("en", "Don't explain it.", [], id="contracted"),
        pytest.param("en", "Classify it, but do not explain it.", ["label"], id="negated later"),
        pytest.param("en", "Answer:", [], id="label: answer"),
        pytest.param("en", "Code: 12", [], id="label: code"),
        pytest.param("en", "# Summarize", [], id="a heading"),
        # German
        pytest.param("de", "Fasse den Artikel zusammen.", ["prose"], id="de prose with a prefix"),
        pytest.param("de", "Erkläre den Begriff.", ["prose"], id="de prose"),
        pytest.param("de", "Schreibe einen Brief.", ["prose"], id="de make: prose"),
        pytest.param("de", "Schreibe ein Skript.", ["code"], id="de make: code"),
        pytest.param("de", "Beantworte die Frage.", ["answer"], id="de answer"),
        pytest.param("de", "Übersetze den Text.", ["transform"], id="de transform"),
        pytest.param("de", "Extrahiere die Namen.", ["extract"], id="de extract"),
        pytest.param("de", "Klassifiziere das Ticket.", ["label"], id="de label"),
        pytest.param("de", "Bitte erkläre den Begriff.", ["prose"], id="de bitte"),
        pytest.param(
            "de",
            "Deine Aufgabe ist es, den Text zu lesen und die Frage zu beantworten.",
            ["(answer)"],
            id="de your task",
        ),
        pytest.param("de", "Lies den Text und erkläre ihn.", ["prose"], id="de lead-in 'read'"),
        pytest.param("de", "Klassifiziere es und begründe es.", ["label"], id="de and"),
        pytest.param("de", "Der Artikel ist lang.", [], id="de statement"),
        pytest.param("de", "Bitte schreiben Sie einen Bericht.", ["prose"], id="de formal"),
        # French
        pytest.param("fr", "Résume l'article.", ["prose"], id="fr prose"),
        pytest.param("fr", "Écris une lettre.", ["prose"], id="fr make: prose"),
        pytest.param("fr", "Écris un script.", ["code"], id="fr make: code"),
        pytest.param("fr", "Réponds à la question.", ["answer"], id="fr answer"),
        pytest.param("fr", "Traduis le texte.", ["transform"], id="fr transform"),
        pytest.param("fr", "Extrais les noms.", ["extract"], id="fr extract"),
        pytest.param("fr", "Classe le ticket.", ["label"], id="fr label"),
        pytest.param("fr", "Veuillez résumer l'article.", ["prose"], id="fr veuillez"),
        pytest.param("fr", "Ta tâche est de résumer l'article.", ["prose"], id="fr your task"),
        pytest.param("fr", "Traduis le texte et explique les termes.", ["transform", "(prose)"], id="fr and"),
        pytest.param("fr", "L'article est long.", [], id="fr statement"),
        # Spanish
        pytest.param("es", "Resume el artículo.", ["prose"], id="es prose"),
        pytest.param("es", "Escribe una carta.", ["prose"], id="es make: prose"),
        pytest.param("es", "Escribe un script.", ["code"], id="es make: code"),
        pytest.param("es", "Responde a la pregunta.", ["answer"], id="es answer"),
        pytest.param("es", "Traduce el texto.", ["transform"], id="es transform"),
        pytest.param("es", "Extrae los nombres.", ["extract"], id="es extract"),
        pytest.param("es", "Clasifica el ticket.", ["label"], id="es label"),
        pytest.param("es", "Por favor, explica el término.", ["prose"], id="es por favor"),
        pytest.param("es", "Tu tarea es resumir el artículo.", ["prose"], id="es your task"),
        pytest.param("es", "Traduce el texto y explica los términos.", ["transform", "(prose)"], id="es and"),
        pytest.param("es", "El artículo es largo.", [], id="es statement"),
    ],
)
def test_asks(language, text, expected):
    assert asks(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("de", "Erkläre es nicht.", id="de nicht"),
        pytest.param("fr", "N'explique pas ta réponse.", id="fr ne pas"),
        pytest.param("es", "No expliques nada; no resumas.", id="es no"),
        pytest.param("es", "No escribe una carta.", id="es no, indicative"),
    ],
)
def test_negated(language, text):
    assert asks(text, language) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Write a report in Python.", "Write a report", id="to the end of its object"),
        pytest.param("Please explain it.", "explain", id="the verb alone"),
        pytest.param("  - Create a unit test.", "Create a unit test", id="of an item"),
    ],
)
def test_place_of_an_ask(text, expected):
    ((ask,),) = [instruction.asks for instruction in of(text)]
    assert text[ask.span.start : ask.span.end] == expected
    assert text[ask.span.start :].lower().startswith(ask.verb)


def test_an_object_is_not_looked_for_behind_a_new_phrase():
    assert asks("Write it based on the report.") == ["make"]
    assert asks("Provide help with the essay.") == ["make"]


class TestSignals:
    def test_places(self):
        text = "Be kind.\nSummarize it in at most 3 sentences."
        last = of(text)[-1]
        spans = [text[span.start : span.end] for group, span in last.signals if group == "bounded"]
        assert "at most 3 sentences" in spans

    def test_headings_have_signals_but_no_asks(self):
        (instruction,) = of("## Write at most 3 sentences")
        assert instruction.asks == ()
        assert instruction.has("bounded")

    def test_has(self):
        (instruction,) = of("Translate it.")
        assert instruction.has("json", "transform")
        assert not instruction.has("soft")
        assert not instruction.has()


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param("en", "The text is long.", True, id="states"),
        pytest.param("en", "You are a teacher.", True, id="you are"),
        pytest.param("de", "Der Text ist lang.", True, id="de"),
        pytest.param("fr", "Le texte est long.", True, id="fr"),
        pytest.param("es", "El texto es largo.", True, id="es"),
        pytest.param("en", "The text must be short.", False, id="must"),
        pytest.param("de", "Der Text darf nicht lang sein.", False, id="darf"),
        pytest.param("fr", "Le texte doit être court.", False, id="doit"),
        pytest.param("es", "El texto debe ser corto.", False, id="debe"),
        pytest.param("en", "Write a text.", False, id="asks"),
    ],
)
def test_declarative(language, text, expected):
    (instruction,) = of(text, language)
    assert instruction.declarative is expected


class TestContext:
    def test_items_below_a_prohibition_ask_for_nothing(self):
        assert asks("Do not:\n- explain it\n- summarize it") == []
        assert asks("Do:\n- explain it\n- summarize it") == ["prose", "prose"]

    @pytest.mark.parametrize(
        ("below", "expected"),
        [("```bash\nmake report\n```", "code"), ("```\n# Title\n```", "prose"), ("- a title", "prose")],
    )
    def test_a_command_line_below_is_what_is_made(self, make, below, expected):
        (found, *_) = make.analysis(f"Generate a report with:\n{below}", language="en").instructions
        assert [ask.what for ask in found.asks] == [expected]

    def test_a_slot_of_a_layout_asks_for_nothing(self):
        assert asks("Bug: [describe the bug]") == []

    @pytest.mark.parametrize(
        ("heading", "expected"), [("Output", True), ("Output format", True), ("Input", False), ("Task", False)]
    )
    def test_sections_about_the_answer(self, heading, expected):
        assert of(f"# {heading}\nThree lines.")[-1].in_output_section is expected


def test_every_sentence_is_an_instruction_in_order():
    found = of("# Task\nOne. Two.\n- Three")
    assert [instruction.sentence.text for instruction in found] == ["# Task", "One.", "Two.", "Three"]
    assert {instruction.message for instruction in found} == {0}


WORDS = (
    "write",
    "a",
    "summary",
    "and",
    "explain",
    "not",
    "Please",
    "fasse",
    "zusammen",
    "résume",
    "escribe",
    ":",
    ",",
    ".",
    "\n",
    "- ",
    "# ",
    "**",
    "\ufffc",
    "in",
    "3",
    "words",
)


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=30).map(" ".join), st.sampled_from(LANGUAGES))
def test_spans_lie_in_their_sentence(text, language):
    for instruction in of(text, language):
        span = instruction.sentence.span
        assert all(span.contains(ask.span) for ask in instruction.asks)
        assert all(span.contains(place) for _, place in instruction.signals)
        assert len({ask.span.start for ask in instruction.asks}) == len(instruction.asks)


class TestGivenText:
    @pytest.mark.parametrize(
        ("text", "at"),
        [
            pytest.param(
                "Translate the labels into English.\n\nPlease choose a date", "Please", id="below the request"
            ),
            pytest.param("Translate the labels into English.\n\n{{labels}}", None, id="it is filled in"),
            pytest.param(
                "Translate the labels into English.\n\n- Please keep names.", None, id="a list of instructions"
            ),
            pytest.param("Summarize the labels.\n\nPlease choose a date", None, id="another request"),
            pytest.param("Translate the labels into English.", None, id="nothing below"),
        ],
    )
    def test_where_it_begins(self, make, text, at):
        expected = None if at is None else (0, text.index(at))
        assert make.analysis(text).given_text == expected


WORDS = (
    "Summarise", "summarise", "_list_", "3write", "write2", "carefully", "explain", "Analyse-les", "the", "report", "to", ",",
    "and", "²check", "user", "If", "JSON", "answer", "label", "or", "No", ":", "Translate", "5", "sentences", "please",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from(LANGUAGES))
def test_a_sentence_without_verbs_asks_for_what_its_verbs_would(words, language):
    text = " ".join(words)
    for instruction in of(text, language):
        sentence, known = instruction.sentence, lexicon(language)
        low = folded(sentence.text)
        plain = tuple(_asks(low, known)) or tuple(_asks_at_end(low, known))
        plain = () if known.word("negation_after").match(sentence.text) else plain
        assert _Said(sentence.text, known).asks == plain
        expected = () if sentence.block == "heading" else plain
        assert [(ask.verb, ask.leading) for ask in instruction.asks] == [(ask.verb, ask.leading) for ask in expected]


@given(st.lists(st.sampled_from((*WORDS, "\n", ". ", "İ", "ſ")), max_size=30), st.sampled_from(LANGUAGES))
def test_instructions_of_a_group_are_all_that_have_it(words, language):
    text = " ".join(words)
    asked = of(text, language)
    groups = sorted({pattern.group for pattern in lexicon(language).patterns})
    for group in groups:
        assert [each for each in asked.of(group) if each.has(group)] == [each for each in asked if each.has(group)]
    found = [(group, asked[0].message, span) for each in asked for group, span in each.found(*groups)]
    assert [(each.what, each.message, each.span) for each in asked.evidence(*groups)] == found
    assert [ask for _, ask in asked.asks] == [ask for each in of(text, language) for ask in each.asks]


@given(
    st.lists(st.sampled_from((*WORDS, "\n", ". ", "İ", "Split", "into", "2IN")), max_size=30),
    st.sampled_from(LANGUAGES),
)
def test_instructions_that_hold_a_word_are_all_that_do(words, language):
    asked = of(" ".join(words), language)
    known = lexicon(language).set("splits")
    held = [each for each in asked if not known.isdisjoint(re.findall(r"[^\W\d_]+", each.sentence.text.lower()))]
    assert asked.saying(known) == held


@given(st.lists(st.sampled_from(("First one.", "Do two\n\n- a\n- b", "", "List all.")), max_size=5))
def test_instructions_are_those_of_each_message_in_turn(texts):
    several = [told(text) for text in texts]
    asked = Instructions(several)
    sentences = [sentence for each in several for sentence in each.sentences]
    assert len(asked) == len(sentences)
    assert [each.sentence for each in asked] == sentences
    assert [asked[number].sentence for number in range(len(asked))] == sentences
    assert [each.sentence for each in asked[1:4]] == sentences[1:4]


MESSAGES = st.tuples(
    st.sampled_from(["none", "arguments", "dollar", "jinja"]),
    st.sampled_from(["Do it.", "Read ${file}.", "Read $ARGUMENTS.", "Read ${name}.", "Read ${input:what}.", "Read {{ name }}."]),
)  # fmt: skip


@given(st.lists(MESSAGES, max_size=3))
def test_a_prompt_is_invoked_if_one_of_its_messages_says_so(make, messages):
    prompt = replace(make.prompt(), messages=tuple(make.message(text, template) for template, text in messages))
    names = [use.name for message in prompt.messages for use in message.uses]
    editors = not names or any(name in ("file", "ARGUMENTS") for name in names)
    assert invoked(prompt) == any(
        template == "arguments" or (template == "dollar" and (editors or "${input:" in text or "${file}" in text))
        for template, text in messages
    )
