"""The rule `free-text-output`. Which data a prompt asks for is for the analysis to say, and tested there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity
from promptlint.prompt import Kind

Run = Callable[..., tuple[Diagnostic, ...]]

FIELDS = "Extract the following fields from the text: name, date, amount.\n\n{{ text }}\n"


@pytest.fixture
def free_text(found_by: Callable[[str], Run]) -> Run:
    return found_by("free-text-output")


def test_data_asked_for_as_free_text(free_text: Run) -> None:
    (finding,) = free_text(FIELDS, "prompts/a.j2")
    assert "name, date, amount" in finding.message
    shown = FIELDS[finding.location.span.start : finding.location.span.end]
    assert shown
    assert shown in FIELDS.split("\n", maxsplit=1)[0]
    assert finding.prompt == "a"
    assert finding.fix is None


def test_the_help_shows_an_object_with_those_fields(free_text: Run) -> None:
    (finding,) = free_text(FIELDS, "prompts/a.j2")
    shape = re.search(r"\{.*\}|\[.*\]", finding.help)
    assert shape is not None
    value = json.loads(shape.group())
    assert list(value[0] if isinstance(value, list) else value) == ["name", "date", "amount"]


def test_a_sure_finding_is_a_warning_and_a_less_sure_one_a_note(free_text: Run) -> None:
    texts = (
        FIELDS,
        "Extract the name, the date and the amount from this: {{ text }}",
        "Find the title and the author in {{ text }}.",
        "List the name and the price of each item in {{ text }}.",
        "For each product in {{ text }}, give the name, price and colour.",
    )
    found = [item for text in texts for item in free_text(text, "prompts/a.j2", kind=Kind.TASK)]
    assert (Confidence.HIGH, Severity.WARNING) in {(item.confidence, item.severity) for item in found}
    for item in found:
        assert item.severity == (Severity.WARNING if item.confidence is Confidence.HIGH else Severity.INFO)


@pytest.mark.parametrize(
    "text",
    ["Return JSON.\n" + FIELDS, FIELDS + "\nAnswer as a CSV table with these columns.\n", "Summarise {{ text }}."],
)
def test_data_in_a_format_and_prose_are_not_reported(free_text: Run, text: str) -> None:
    assert free_text(text, "prompts/a.j2") == ()


def test_a_declared_format_is_enough(free_text: Run) -> None:
    head = "---\nname: a\nmodel:\n  parameters:\n    temperature: 0\n---\nuser:\n"
    assert len(free_text(head + FIELDS, "a.prompty")) == 1
    declared = head.replace("temperature: 0", "response_format:\n      type: json_object")
    assert free_text(declared + FIELDS, "a.prompty") == ()


@pytest.mark.parametrize("kind", [Kind.SYSTEM, Kind.REFERENCE, Kind.FRAGMENT])
def test_only_tasks_are_looked_at(free_text: Run, kind: Kind) -> None:
    assert free_text(FIELDS, "prompts/a.j2", kind=kind) == ()


@pytest.mark.parametrize("path", ["CLAUDE.md", "AGENTS.md", ".github/copilot-instructions.md"])
def test_files_for_agents_are_left_alone(free_text: Run, path: str) -> None:
    assert free_text(FIELDS, path, kind=Kind.TASK) == ()


def test_in_a_program_it_is_not_shown_unasked(found_by: Callable[[str], Run]) -> None:
    text = "Extract the name, the date and the amount from the invoice and answer in this form:\nName: ...\nDate: ...\nAmount: ...\n\n{x}\n"
    (sure,) = found_by("free-text-output")(text, "prompts/a.txt")
    (found,) = found_by("free-text-output")(
        f'client.responses.create(model=\'gpt-5\', input=f"""{text}""")\n', "app.py"
    )
    assert (found.confidence, sure.confidence) == (Confidence.LOW, Confidence.HIGH)
