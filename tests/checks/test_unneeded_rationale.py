"""The rule `unneeded-rationale`. What contradicts what is for the analysis to say, and tested there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Diagnostic
from promptlint.prompt import Kind

Run = Callable[..., tuple[Diagnostic, ...]]

BOTH = "Classify the ticket as bug or question. Explain your reasoning. Return only the label.\n\n{{ticket}}\n"


@pytest.fixture
def unneeded(found_by: Callable[[str], Run]) -> Run:
    return found_by("unneeded-rationale")


def test_both_places_are_shown(unneeded: Run) -> None:
    (finding,) = unneeded(BOTH, "prompts/a.j2")
    (related,) = finding.related
    spans = (finding.location.span, related.location.span)
    assert [BOTH[span.start : span.end] for span in spans] == ["Explain your", "Return only the label"]


def test_the_two_may_stand_in_two_messages(unneeded: Run) -> None:
    text = "messages:\n- {role: system, content: Return only the label.}\n- {role: user, content: 'Classify {{x}}. Explain your choice.'}\n"
    (finding,) = unneeded(text, "a.prompt.yml")
    assert text[finding.location.span.start : finding.location.span.end] == "Explain your"


@pytest.mark.parametrize(
    "settings", ["responseFormat: json_object\n", "responseFormat: json_schema\njsonSchema: {type: object}\n"]
)
def test_structured_answers_have_a_place_for_reasons(unneeded: Run, settings: str) -> None:
    content = " ".join(BOTH.split())
    assert len(unneeded(f"messages: [{{role: user, content: '{content}'}}]\n", "a.prompt.yml")) == 1
    assert unneeded(f"messages: [{{role: user, content: '{content}'}}]\n{settings}", "a.prompt.yml") == ()


@pytest.mark.parametrize("kind", [Kind.SYSTEM, Kind.REFERENCE, Kind.FRAGMENT])
def test_only_tasks_are_looked_at(unneeded: Run, kind: Kind) -> None:
    assert unneeded(BOTH, "prompts/a.j2", kind=kind) == ()


@pytest.mark.parametrize("path", ["CLAUDE.md", ".claude/commands/classify.md"])
def test_agents_and_commands_are_left_alone(unneeded: Run, path: str) -> None:
    assert unneeded(BOTH.replace("{{ticket}}", "$ARGUMENTS"), path, kind=Kind.TASK) == ()
