"""The rule `duplicate-instruction`: what it says, and what its fixes delete."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.checks.repetition import without
from promptlint.diagnostic import Applicability, Confidence, Diagnostic, Severity
from promptlint.source import Span

Run = Callable[..., tuple[Diagnostic, ...]]

RULE = "Always name the clause that your answer rests on."


@pytest.fixture
def repeated(found_by: Callable[[str], Run]) -> Run:
    return found_by("duplicate-instruction")


def test_both_places_are_shown(repeated: Run) -> None:
    (found,) = repeated(f"{RULE}\nWrite in plain words.\n{RULE}\n", language="en")
    assert found.message == f"repeats, word for word, '{RULE}'"
    assert found.related[0].location.span == Span(0, len(RULE)) != found.location.span
    assert (found.severity, found.confidence) == (Severity.INFO, Confidence.HIGH)


def test_a_long_first_place_is_cut(repeated: Run) -> None:
    rule = "Always name the clause of the contract that each sentence of your answer rests on."
    (found,) = repeated(f"{rule}\n\n{rule}\n", language="en")
    assert found.message.endswith("each sentence o…'")


@pytest.mark.parametrize(
    ("text", "applicability"),
    [
        (f"{RULE}\nWrite in plain words.\n{RULE}\n", Applicability.SAFE),
        (f"# Rules\n{RULE}\n\n# Output\n- {RULE}\n- Write in plain words.\n", Applicability.DISPLAY),
        (
            "Always name the `clause` of the signed contract.\nBe kind.\nAlways name the `clause` of the signed contract.\n",
            Applicability.DISPLAY,
        ),
        ("Return only the category.\nThink of the customer.\nDo not add an explanation.\n", Applicability.DISPLAY),
    ],
)
def test_only_exact_repetition_in_one_place_is_fixed(repeated: Run, text: str, applicability: Applicability) -> None:
    (found,) = repeated(text, language="en")
    assert found.fix is not None and found.fix.applicability is applicability
    assert found.saving is not None and found.saving.input_tokens > 3


@pytest.mark.parametrize("end", ["", "The shop is open. " * 200])
def test_a_reminder_at_the_end_of_a_long_prompt(repeated: Run, end: str) -> None:
    (found,) = repeated(f"{RULE}\n\n" + "The shop sells bikes. " * 800 + f"\n\n{RULE}\n\n{end}", language="en")
    assert (found.confidence is Confidence.LOW, found.fix is None) == (not end, not end)


def test_documentation_for_agents_is_read_for_exact_repetition(repeated: Run) -> None:
    text = f"{RULE}\n\nReturn only the category.\n\nDo not add an explanation.\n\n{RULE}\n"
    assert [each.confidence for each in repeated(text, "CLAUDE.md", language="en")] == [Confidence.HIGH]


@pytest.mark.parametrize(
    ("before", "marked", "behind", "left"),
    [
        ("A.\n", "B.", "\nC.\n", "A.\nC.\n"),
        ("A. ", "B.", " C.\n", "A. C.\n"),
        ("A.\n", "B.", " C.\n", "A.\nC.\n"),
        ("- A.\n- ", "B.", "\n- C.\n", "- A.\n- C.\n"),
        ("A.\r\n\r\n", "B.", "\r\n\r\nC.\r\n", "A.\r\n\r\nC.\r\n"),
        ("A.\n\n", "B.", "", "A."),
        ("A.\n\n- ", "B.", "\n", "A.\n"),
        ("1. A.\n2. ", "B.", "\n3. C.\n", None),
        ("# A\n\n", "B.", "\n\n# C\n", None),
        ("# A\n\n- ", "B.", "\n\nC.\n", None),
        ("# A\n\n- ", "B.", "\n- C.\n", "# A\n\n- C.\n"),
        ("A:\n- ", "B.", "\n\nC.\n", None),
        ("- A.\n- ", "B.", "\n  - C.\n", None),
        ("A.\n", "B.", " It is C.\n", None),
        ("A. **", "B.", "** C.\n", None),
        ("A. ", "**B.", "** C.\n", None),
        ("A (", "B.", ")\n", None),
    ],
)
def test_what_is_deleted(before: str, marked: str, behind: str, left: str | None) -> None:
    text = before + marked + behind
    span = without(text, Span(len(before), len(before) + len(marked)), "en")
    assert (None if span is None else text[: span.start] + text[span.end :]) == left


@pytest.mark.parametrize(
    "between",
    [
        "1. **Update**: change the entry.\n2. **Delete**: drop it.\n",
        "Report: {name}\n",
        "BACK\nGo back if nothing changed.\nSTOP\n",
    ],
)
def test_what_may_belong_to_another_step_is_not_deleted_unasked(repeated: Run, between: str) -> None:
    (found,) = repeated(f"{RULE}\n{between}{RULE}\n", "prompts/a.txt", language="en")
    assert found.fix is None or found.fix.applicability is Applicability.DISPLAY


def test_a_rule_on_both_sides_of_a_long_text_is_a_reminder(repeated: Run) -> None:
    (found,) = repeated(f"{RULE}\n\n{{contract_text}}\n\n{RULE}\n", "prompts/a.txt", language="en")
    assert (found.confidence, found.fix) == (Confidence.LOW, None)


def test_a_step_that_comes_twice_is_no_rule(repeated: Run) -> None:
    step = "Then add a short description of the data below it."
    assert repeated(f"Write a heading. {step} Write a table. {step}\n", language="en") == ()
