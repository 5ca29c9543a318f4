"""The rule `unresolved-placeholder`. Slots that wait for a person, and slots that the model is to fill."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from promptlint.analysis.cues import heard
from promptlint.analysis.lexicon import LANGUAGES
from promptlint.checks.unresolved_placeholder import _may_hold_slots
from promptlint.diagnostic import Confidence, Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def unresolved(found_by: Callable[[str], Run]) -> Run:
    return found_by("unresolved-placeholder")


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Summarize the article in three sentences.\n\nArticle: [Paste the article here]", "[Paste the article here]"),
        ("Translate the text into French.\n\n<insert your text here>\n", "<insert your text here>"),
        ("Answer from the context in two sentences.\n\n## Context\n\n[ADD CONTEXT HERE]\n\n## Question\n\n{question}", "[ADD CONTEXT HERE]"),
        ("Classify the ticket as bug or question.\n\nTicket:\n[YOUR_TICKET_HERE]", "[YOUR_TICKET_HERE]"),
        ("Classify the review as good or bad.\nReview: [INSERT REVIEW]", "[INSERT REVIEW]"),
        ("Answer in two sentences: {question}\nTODO: mention the opening hours", "TODO: mention the opening hours"),
        ("FIXME(anna): this is the old price list\nAnswer in two sentences: {question}", "FIXME(anna): this is the old price list"),
        ("Übersetze den Text.\n\nText: [Bitte den Text hier einfügen]", "[Bitte den Text hier einfügen]"),
        ("Traduis le texte.\n\nTexte : <collez votre texte ici>", "<collez votre texte ici>"),
        ("Traduce el texto.\n\nTexto: [INSERTAR TEXTO]", "[INSERTAR TEXTO]"),
    ],
)  # fmt: skip
def test_what_was_never_filled_in_is_a_warning(unresolved: Run, text: str, phrase: str) -> None:
    (finding,) = unresolved(text, "prompts/a.txt")
    assert text[finding.location.span.start : finding.location.span.end] == phrase
    assert (finding.severity, finding.confidence) == (Severity.WARNING, Confidence.HIGH)


def test_in_the_middle_of_a_request_it_is_a_note(unresolved: Run) -> None:
    (finding,) = unresolved("Explain [insert topic here] to a child in three sentences.", "prompts/a.txt")
    assert (finding.severity, finding.confidence) == (Severity.INFO, Confidence.MEDIUM)


@pytest.mark.parametrize(
    "text",
    [
        "Write a letter of 100 words to {name}. Start with [insert date here].",
        "Write a letter.\n\n## Output format\n\nText: [insert text here]",
        "Write a reply:\n\nDear [NAME],\n[insert thanks here]\n[insert answer here]\n\n{mail}",
        'Write at most 100 words and mark gaps like this: "[insert date here]".\n\n{notes}',
        "Fill in the form.\n\n```\nText: [insert text here]\n```\n\n{notes}",
        "Write a summary.\n\nExample:\nText: [insert text here]\n\n{notes}",
        "Never write [your text here] or another placeholder.\n\n{notes}",
        "List the todos of the minutes, one to a line, in the form\nTODO: what is to be done\n\n{minutes}",
        "Remove every TODO comment from the code.\n\n{code}",
        "TODO 1: ...\n\nFill in the list: {items}",
        "Explain what lorem ipsum is in one sentence.",
        "See [how to insert text here](https://example.org) and answer {question}",
    ],
)
def test_what_the_model_is_to_write_is_left_alone(unresolved: Run, text: str) -> None:
    assert unresolved(text, "prompts/a.txt") == ()


@pytest.mark.parametrize("path", ["CLAUDE.md", ".claude/skills/a/SKILL.md", ".claude/commands/sum.md"])
def test_agents_fill_slots_themselves(unresolved: Run, path: str) -> None:
    text = "Summarize the text in three sentences for $ARGUMENTS.\n\nText: [Insert the text here]\n"
    assert unresolved(text, path) == ()
    assert len(unresolved(text, "prompts/a.txt")) == 1


PIECES = [
    *"[]<>{} \n_",
    *(
        "insert",
        "PASTE",
        "your",
        "HERE",
        "here",
        "bitte",
        "hier einfügen",
        "votre texte",
        "ici",
        "COLLER LE",
        "pegar",
        "aquí",
    ),
    "[INSERT_NAME_HERE]",
    "{ name }",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("{{[insert the\ntext here]}}")
def test_texts_that_are_passed_over_hold_no_slot(text: str) -> None:
    if any(heard("placeholder", language, text, "slot") for language in LANGUAGES):
        assert _may_hold_slots(text)
