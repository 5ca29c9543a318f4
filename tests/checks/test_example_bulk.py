"""The rule `few-shot-bulk`: when examples are many, and when they are much."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]

SHOT = "Text: The parcel came a week late and the box was open when I found it at my neighbour's door this morning.\nTopic: delivery\n\n"
TASK = "Name the topic of the text in one word.\n\n"
END = "Text: {{ text }}\nTopic:"


@pytest.fixture
def bulk(found_by: Callable[[str], Run]) -> Run:
    return found_by("few-shot-bulk")


def test_many(bulk: Run) -> None:
    (finding,) = bulk(TASK + SHOT * 12 + END, "prompts/a.j2")
    assert finding.severity is Severity.INFO
    assert finding.message.startswith("examples (12 inputs with their answers) take ")


@pytest.mark.parametrize("count", [0, 1, 5])
def test_few(bulk: Run, count: int) -> None:
    assert bulk(TASK + SHOT * count + END, "prompts/a.j2", **{"min-tokens": 1}) == ()


def test_few_but_much(bulk: Run) -> None:
    text = TASK + SHOT * 3 + END
    assert len(bulk(text, "prompts/a.j2", **{"bulk-tokens": 60})) == 1
    assert bulk(text, "prompts/a.j2", **{"bulk-tokens": 600}) == ()


def test_many_but_little(bulk: Run) -> None:
    text = TASK + "Text: a\nTopic: b\n\n" * 12 + END
    assert bulk(text, "prompts/a.j2") == ()
    assert len(bulk(text, "prompts/a.j2", **{"min-tokens": 50})) == 1


def test_a_small_share(bulk: Run) -> None:
    text = TASK * 60 + SHOT * 12 + END
    assert bulk(text, "prompts/a.j2") == ()
    assert len(bulk(text, "prompts/a.j2", **{"max-share": 20})) == 1


def test_one_for_each_label(bulk: Run) -> None:
    labels = ", ".join(f"topic{number}" for number in range(12))
    assert bulk(f"Answer with one of these topics: {labels}.\n\n" + SHOT * 12 + END, "prompts/a.j2") == ()


def test_turns(bulk: Run) -> None:
    turn = "user:\n" + SHOT.replace("Text: ", "").split("\n")[0] + "\n\nassistant:\ndelivery\n\n"
    text = "---\nname: a\n---\nsystem:\nName the topic.\n\n" + turn * 12 + "user:\n{{text}}\n"
    (finding,) = bulk(text, "a.prompty", **{"min-tokens": 100})
    assert finding.message.startswith("examples (12 inputs")


def test_many_on_purpose(bulk: Run) -> None:
    assert bulk("Many-shot prompt. " + TASK + SHOT * 12 + END, "prompts/a.j2") == ()


@pytest.mark.parametrize("path", ["AGENTS.md", ".claude/commands/a.md"])
def test_files_and_commands_for_agents(bulk: Run, path: str) -> None:
    assert bulk(TASK + SHOT * 12 + "Text: $ARGUMENTS\nTopic:", path) == ()
