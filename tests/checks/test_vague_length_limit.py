"""The rule `vague-length-limit`. Which words are about the whole answer is for the analysis to say, and tested there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Diagnostic, Severity
from promptlint.prompt import Kind

Run = Callable[..., tuple[Diagnostic, ...]]

VAGUE = "Explain the error to a customer. Be concise.\n\n{{ error }}\n"


@pytest.fixture
def vague(found_by: Callable[[str], Run]) -> Run:
    return found_by("vague-length-limit")


def test_one_note_at_the_first_vague_words(vague: Run) -> None:
    text = f"{VAGUE}\nKeep it short.\n"
    (finding,) = vague(text, "prompts/a.j2")
    assert text[finding.location.span.start : finding.location.span.end] == "concise"
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize(
    "more",
    ["Use at most 3 sentences.", "Return JSON.", "List 5 reasons.", "Answer yes or no, in one word."],
)
def test_what_says_more_is_enough(vague: Run, more: str) -> None:
    assert vague(f"{VAGUE}\n{more}\n", "prompts/a.j2") == ()


@pytest.mark.parametrize(
    "task", ["Translate the text into French.", "Write a function that adds.", "Rewrite the text."]
)
def test_only_free_text_is_looked_at(vague: Run, task: str) -> None:
    assert vague(f"{task} Be concise.\n\n{{{{ text }}}}\n", "prompts/a.j2") == ()


@pytest.mark.parametrize("path", ["CLAUDE.md", ".claude/commands/explain.md", ".github/prompts/explain.prompt.md"])
def test_agents_and_commands_are_left_alone(vague: Run, path: str) -> None:
    assert vague("Explain the error to a customer. Be concise. $ARGUMENTS\n", path, kind=Kind.TASK) == ()
