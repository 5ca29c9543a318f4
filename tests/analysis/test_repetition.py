"""What repeats what, sentence against sentence and block against block."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.repetition import _CODE, _FEWEST, _alike, begins_with_reference, restatements

from .conftest import Make


def found(make: Make, text: str, language: str = "en", template: str = "none") -> list[tuple[str, str, str]]:
    """How, what and what it repeats."""
    return [
        (each.how, text[each.span.start : each.span.end], text[each.other_span.start : each.other_span.end])
        for each in restatements(make.analysis(text, template=template, language=language))
    ]


NEAR = {
    "more is said elsewhere": (
        "en",
        (
            "## Task\n\nWrite a short reply to the complaint of the customer in the tone of the shop.\n\n## Style\n\n"
            "Write the reply in the tone of the shop."
        ),
    ),
    "one word less, in another section": (
        "en",
        (
            "## Task\n\nList every open invoice of the customer with number and amount, sorted by date.\n\n## Output\n\n"
            "- List all open customer invoices sorted by their date."
        ),
    ),
    "nothing but the answer": (
        "en",
        "Classify the ticket. Return only the category.\n{ticket}\n\nDo not add an explanation.",
    ),
    "facts alone": ("en", "Answer the question. Never make up answers.\n{question}\n\nDo not invent anything."),
    "brevity": ("en", "Answer the customer. Be concise and friendly.\n{question}\n\nKeep it short."),
    "the language": ("en", "Reply to the mail. Always answer in German.\n{mail}\n\nWrite your answer in German."),
    "German, brevity": ("de", "Beantworte die Mail. Fasse dich kurz.\n{mail}\n\nAntworte knapp."),
    "German, the answer alone": (
        "de",
        "Ordne das Ticket ein. Gib nur die Kategorie aus.\n{ticket}\n\nGib nichts anderes aus.",
    ),
    "French, the answer alone": (
        "fr",
        "Classe le message. Réponds uniquement avec la catégorie.\n{m}\n\nN'ajoute aucune explication.",
    ),
    "Spanish, brevity": (
        "es",
        "Responde a la pregunta. Sé breve.\n{pregunta}\n\nDa respuestas cortas y responde brevemente.",
    ),
}


@pytest.mark.parametrize(("language", "text"), NEAR.values(), ids=NEAR)
def test_said_again_in_other_words(make: Make, language: str, text: str) -> None:
    assert [how for how, _, _ in found(make, text, language)] == ["near"]


CLEAN = {
    "another word in its place": "- Write the habits as bullets of 16 words.\n- Write the quotes as bullets of 16 words.",
    "another number": "Write the summary of the report in 3 sentences.\n\nWrite the summary of the report in 5 sentences.",
    "another number in words, and more": "## Task\n\nWrite the summary of the report for the board in three plain sentences.\n\n"
    "## Output\n\nWrite the summary of the report for the board in five.",
    "another variable": "Compare the price of the offer with {{ a }}.\n\nCompare the price of the offer with {{ b }}.",
    "the opposite": "Name the price of every product.\n\nDo not name the price of every product.",
    "only under a condition": "Answer the customer in the tone of the shop.\n\nIf the customer is angry, answer in the tone of the shop.",
    "a question": "What does the contract of the customer say?\n\nWhat does the contract of the customer say?",
    "an example": "Name the city of the offer.\n\nExample:\nName the city of the offer.",
    "a label of a form": "Reason: give the reason in five words.\n\nReason: give the reason in five words.",
    "pointing at something near": "Give the answer to this as five short bullets.\n\nGive the answer to this as five short bullets.",
    "an announcement": "Write the offer with these parts of the contract:\n\nWrite the offer with these parts of the contract:",
    "too short to tell": "Be kind.\n\nBe kind.",
    "a statement": "The shop sells bikes and helmets of two brands.\n\nThe shop sells bikes and helmets of two brands.",
    "who the model is": "You are an expert in writing formal letters of complaint.\n\nWrite formal letters of complaint.",
    "the answer's language, and never that": "Always answer in English.\n\nNever answer in English.",
    "the answer's language for a reason, and never that": "To be safe, always answer in English.\n\nNever answer in English.",
    "never the answer's language, and that for a reason": "Never answer in English.\n\nTo be safe, always answer in English.",
    "only the reason, only JSON": "Return only JSON with the reason.\n\nOutput only the reason and nothing else.",
}


@pytest.mark.parametrize("text", CLEAN.values(), ids=CLEAN)
def test_no_repetition(make: Make, text: str) -> None:
    assert found(make, text, template="jinja") == []


RULE = "Always name the clause that your answer rests on."
BLOCK = (
    "- Always name the clause that your answer rests on.\n"
    "- Never promise a refund that the terms of the shop exclude.\n"
    "- Write the order number, the date and the name of the customer in full and without abbreviations.\n"
    "- Keep every price in the currency of the offer, with two digits behind the point, and never round it."
)


@pytest.mark.parametrize(
    "text",
    [
        f"{RULE}\n\nWrite in plain words.\n\n{RULE}",
        f"# Rules\n\n{RULE}\n\n# Output\n\n- {RULE.upper()}",
        f"# Rules\n\n- {RULE}\n- Write in plain words.\n- **{RULE}**",
    ],
)
def test_word_for_word(make: Make, text: str) -> None:
    ((how, _, _),) = found(make, text)
    assert how == "exact"


def test_a_block_counts_wherever_it_stands_and_once(make: Make) -> None:
    text = f"# Refunds\n\n{BLOCK}\n\n# Deliveries\n\n{BLOCK}\n"
    ((how, again, first),) = found(make, text)
    assert how == "block" and again == first == BLOCK.removeprefix("- ")
    (restatement,) = restatements(make.analysis(text, language="en"))
    assert restatement.count == 4 and not restatement.near_by


def test_a_sentence_of_one_section_holds_for_that(make: Make) -> None:
    assert found(make, f"# Refunds\n\n{RULE}\n\n# Deliveries\n\n{RULE}\n") == []


def test_in_the_turns_of_a_conversation_the_same_is_asked_again(make: Make) -> None:
    shots = make.analysis(("user", RULE), ("assistant", "Clause 3."), ("user", RULE), language="en")
    assert not list(restatements(shots))
    assert len(list(restatements(make.analysis(("system", RULE), ("user", RULE), language="en")))) == 1


def test_words_side_by_side_that_mean_the_same(make: Make) -> None:
    assert found(make, "Answer briefly, succinctly and in a kind way.") == [("doublet", "succinctly", "briefly")]


def test_only_what_is_repeated_word_for_word(make: Make) -> None:
    text = f"{RULE}\n\nReturn only the category.\n\nDo not add an explanation.\n\n{RULE}"
    analysis = make.analysis(text, language="en")
    assert [each.how for each in restatements(analysis, exact_only=True)] == ["exact"]


@pytest.mark.parametrize("text", ["word " * 40_000, "- Name the price.\n" * 3_000, '"a" <b> `c` {{ d }} ' * 5_000])
def test_long_texts(make: Make, text: str) -> None:
    list(restatements(make.analysis(text, template="jinja", language="en")))


def test_a_reference_to_the_sentence_before() -> None:
    assert begins_with_reference("It must be short.", "en") and begins_with_reference("- Otherwise stop.", "en")
    assert not begins_with_reference("Write in plain words.", "en")


@pytest.mark.parametrize(("mark", "repeated"), [("- ", True), ("* ", True), ("1. ", False)])
def test_a_rule_that_comes_again_in_its_list_is_said_twice_and_a_step_is_not(
    make: Make, mark: str, repeated: bool
) -> None:
    rule = "State every amount with its currency."
    items = "".join(f"{mark}{each}\n" for each in (rule, "Never invent a number.", rule))
    assert found(make, f"Summarise the invoice in two sentences.\n\n{items}") == (
        [("exact", rule, rule)] if repeated else []
    )


@given(st.text("aé1_ ({[]}<>|=$-.", max_size=12))
def test_code_is_told_by_any_of_its_signs(text: str) -> None:
    signs = re.search(r"[{}<>|=$]|->|=>|\[[^\]\[]{2,80}\]|\w\(|_\w|\w_", text)
    assert (_CODE.search(text) is None) == (signs is None)


@given(st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=8), max_size=60))
def test_what_says_nothing_beyond_another_is_alike(sentences: list[list[str]]) -> None:
    """However many sentences share their words."""
    said = list(map(set, sentences))
    assert _alike(sentences) >= {
        number
        for one, few in enumerate(said)
        for other, many in enumerate(said)
        if one != other and len(few & many) >= _FEWEST + len(few - many) and len(few - many) < 2
        for number in (one, other)
    }


def test_sentences_that_share_no_more_than_some_words_are_not_alike() -> None:
    assert not _alike(["abcdef", "cdefgh", "efghai", "b"])
