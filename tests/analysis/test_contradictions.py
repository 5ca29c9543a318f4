"""What contradicts what, told by whole prompts with the flaw and by prompts that come close to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.contradictions import _holders, _opposites, _together, _topics, contradictions
from promptlint.analysis.lexicon import LANGUAGES
from promptlint.analysis.statements import Statement, Vocabulary, vocabulary

from .conftest import Make

# name: language, prompt, topic of the contradiction (None: there is none)
PROMPTS: dict[str, tuple[str, str, str | None]] = {
    "support, brief and detailed": (
        "en",
        "You are the assistant of a bike shop. Keep your answers short.\n\nProvide a comprehensive answer to what customers ask.",
        "length",
    ),
    "review, concise and detailed": (
        "en",
        "Please provide a detailed code review of the diff.\n\n- Name the worst bug.\n- Write a concise review in plain words.",
        "extent",
    ),
    "a report and a summary": (
        "en",
        "Write a detailed report about the outage.\n\nProvide a brief summary to the board.",
        None,
    ),
    "json and a table": (
        "en",
        "Extract the invoice lines. Return only valid JSON.\n\nPresent the lines as a table with a header row.\n{invoice}",
        "format",
    ),
    "json twice": (
        "en",
        "Extract the invoice lines. Return only valid JSON.\n\nRespond only in JSON.\n{invoice}",
        None,
    ),
    "markdown and none": ("en", "Explain the error. Use Markdown.\n\nDo not use markdown.\n{error}", "markdown"),
    "no code fences": ("en", "Explain the error. Use Markdown.\n\nDo not use markdown code fences.\n{error}", None),
    "formal and casual": (
        "en",
        "Write to the customer in a kind way. Use a formal tone.\n\nKeep a casual tone.\n{mail}",
        "tone",
    ),
    "two persons": ("en", "Write the diary in first person.\n\nWrite in the third person.\n{notes}", "person"),
    "the language depends": ("en", "Answer in English.\n\nAnswer in German for the German shop.\n{question}", None),
    "explanation outside the JSON": (
        "en",
        "Rate the essay and explain your rating.\n\nDo not include any explanation outside the JSON.\n{essay}",
        None,
    ),
    "lengths of two parts": (
        "en",
        "Summarize the report in at most 50 words.\n\nEach bullet must have at least 60 words.\n{report}",
        None,
    ),
    "lengths that go together": (
        "en",
        "Summarize the report in at most 200 words.\n\nThe summary must have at least 100 words.\n{report}",
        None,
    ),
    "a list of what not to do": (
        "en",
        "Do:\n- Cite the source of a number.\n\nAvoid:\n- Cite the source of a number.\n\n{text}",
        None,
    ),
    "the opposite for a case": (
        "en",
        "Always include the price in the offer.\nNever include the price in the offer if the customer is new.",
        None,
    ),
    "German, tone": (
        "de",
        "Beantworte die Mail der Kundin. Schreibe in einem lockeren Ton.\n\nVerwende einen förmlichen Stil.\n{mail}",
        "tone",
    ),
    "German, explanation": (
        "de",
        "Bewerte den Aufsatz von 1 bis 5. Begründe deine Bewertung.\n\nGib die Zahl ohne Erklärung aus.\n{aufsatz}",
        "explanation",
    ),
    "German, by case": (
        "de",
        "Antworte auf Deutsch.\nWenn die Kundin Englisch schreibt, antworte auf Englisch.\n{mail}",
        None,
    ),
    "German, negated behind the verb": ("de", "Antworte auf Deutsch.\n\nAntworte nie auf Deutsch.\n{mail}", "opposite"),
    "German, in one language or another": (
        "de",
        "Antworte auf Deutsch.\n\nAntworte nie in einer anderen Sprache als auf Deutsch.\n{mail}",
        None,
    ),
    "a ban, then the same": (
        "en",
        "Do not name the price of the bike.\n\nName the price of the bike.\n{mail}",
        "opposite",
    ),
    "a ban under a heading with the same words": (
        "en",
        "- Do not name the price.\n- Be kind.\n\n## Name the price\n\nOnly the board may do that.\n{mail}",
        None,
    ),
    "French, length": (
        "fr",
        "Tu réponds aux questions des clients. Sois concis.\n\nDonne une réponse détaillée à la question.\n{question}",
        "length",
    ),
    "French, opposite": (
        "fr",
        "- Cite toujours la source des chiffres.\n- Écris des phrases simples.\n- Ne cite jamais la source des chiffres.",
        "opposite",
    ),
    "French, by part": ("fr", "Sois concis dans le résumé.\nSois très détaillé dans les annexes.\n{rapport}", None),
    "Spanish, language": ("es", "Responde siempre en español.\n\n{pregunta}\n\nResponde en inglés.", "language"),
    "Spanish, format": (
        "es",
        "Extrae las líneas de la factura. Devuelve solo JSON.\n\nPresenta las líneas en una tabla.\n{factura}",
        "format",
    ),
    "Spanish, by case": ("es", "Responde en español.\nResponde en inglés cuando el cliente escribe en inglés.", None),
}


@pytest.mark.parametrize(("language", "text", "topic"), PROMPTS.values(), ids=PROMPTS)
def test_contradictions(make: Make, language: str, text: str, topic: str | None) -> None:
    found = list(contradictions(make.analysis(text, language=language)))
    assert [each.second.topic for each in found] == ([] if topic is None else [topic])


def test_both_places_are_shown(make: Make) -> None:
    first, second = "Be concise.", "Be as detailed as possible."
    text = f"Answer the question. {first}\n\n{second}"
    (found,) = contradictions(make.analysis(text, language="en"))
    assert text[found.first.span.start : found.first.span.end] == first[:-1]
    assert text[found.second.span.start : found.second.span.end] == second[:-1]


def test_messages_of_one_prompt_are_held_together(make: Make) -> None:
    analysis = make.analysis(
        ("system", "Always answer in English."), ("user", "Answer in French. {{q}}"), language="en"
    )
    assert [each.second.message for each in contradictions(analysis)] == [1]


def test_arms_of_a_branch_are_not(make: Make) -> None:
    text = "{% if de %}Answer in German.{% else %}Answer in English.{% endif %}"
    assert not list(contradictions(make.analysis(text, template="jinja", language="en")))


def test_another_language_says_nothing(make: Make) -> None:
    assert not list(contradictions(make.analysis("Rispondi in italiano. Rispondi in inglese.", language="it")))


@given(st.lists(st.text("abc", max_size=5)), st.lists(st.text("abc", min_size=1, max_size=2), max_size=3))
def test_sentences_that_hold_a_word(sentences: list[str], words: list[str]) -> None:
    starts = list(accumulate((len(sentence) + 1 for sentence in sentences), initial=0))
    holders = [number for number, sentence in enumerate(sentences) if any(word in sentence for word in words)]
    assert _holders(words, "\n".join(sentences), starts) == holders


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_forbids_stands_in_one_line(language: str) -> None:
    """A title and what announces a list below it are looked at apart."""
    forbids = _topics(language).forbids

    @given(st.from_regex(re.compile(forbids.pattern, forbids.flags)))
    def look(text: str) -> None:
        match = forbids.search(text)
        assert match is not None and "\n" not in match.group()

    look()


def negates(one: Statement, known: Vocabulary) -> bool:
    """Whether all that a rule says is negated, the verb perhaps not."""
    verb = set() if one.opening in known.sets["negation"] else {known.compared(one.opening)}
    return bool(one.banned) and set(one.words) - one.banned == verb


def opposites_among_all(found: Sequence[Statement], language: str) -> list[tuple[int, int]]:
    """Where a rule and its opposite start, by the words of every statement."""
    known = vocabulary(language)
    seen: dict[frozenset[str], list[Statement]] = defaultdict(list)
    out: list[tuple[int, int]] = []
    for one in found:
        words = frozenset(one.words)
        text = one.sentence.text
        if len(words) < 2 or one.narrows or text.rstrip("*_ ").endswith((":", "?")) or one.deictic:
            continue
        for other in seen[words][:10]:
            negated = negates(one, known) and not other.banned
            affirmed = negates(other, known) and not one.banned
            if not (negated or affirmed) or other.literals != one.literals or not _together(other, one):
                continue
            if known.says("urges", text) or known.says("urges", other.sentence.text):
                out.append((other.sentence.span.start, one.sentence.span.start))
                break
        seen[words].append(one)
    return out


RULES = [
    "Do not use tables",
    "Use tables",
    "Never use tables",
    "You must use tables",
    "Only use emojis",
    "Avoid emojis",
]
RULES += [
    "Use tables, never use tables",
    "Not tables but use emojis",
    "If asked, use tables",
    "You should mention prices",
    "Mention no prices",
    "No",
]


@given(st.lists(st.sampled_from(RULES), max_size=8))
def test_opposites_are_those_among_all_statements(rules: list[str]) -> None:
    statements = Make().analysis("".join(f"- {rule}.\n" for rule in rules), language="en").statements
    opposite = [(each.first.span.start, each.second.span.start) for each in _opposites(statements, "en")]
    assert opposite == opposites_among_all(statements, "en")
