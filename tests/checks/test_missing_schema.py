"""The rule `missing-schema`. What may name the parts of the JSON is for the analysis to say, and tested there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Diagnostic
from promptlint.prompt import Kind

Run = Callable[..., tuple[Diagnostic, ...]]

UNNAMED = "Extract the important information from the contract. Return only valid JSON."


@pytest.fixture
def missing(found_by: Callable[[str], Run]) -> Run:
    return found_by("missing-schema")


def test_at_the_word(missing: Run) -> None:
    text = f"{UNNAMED}\n\n{{{{ contract }}}}\n\nJSON:\n"
    (finding,) = missing(text, "prompts/a.j2")
    assert text[finding.location.span.start :].startswith("JSON.")


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ("", 1),
        ("output:\n  format: json\n", 1),
        ("output:\n  schema:\n    name: string\n", 0),
        ("output:\n  schema: Contract\n", 0),
        ("tools: [save_contract]\n", 0),
    ],
)
def test_what_the_file_declares(missing: Run, settings: str, count: int) -> None:
    assert len(missing(f"---\nmodel: openai/gpt-4o\n{settings}---\n{UNNAMED} {{{{contract}}}}\n", "a.prompt")) == count


def test_an_earlier_message_may_name_the_keys(missing: Run) -> None:
    head = 'messages:\n- {role: system, content: \'Contracts have a "number": text and a "date": text.\'}\n'
    body = f"- {{role: user, content: '{UNNAMED} {{{{contract}}}}'}}\n"
    assert len(missing(f"messages:\n{body}", "a.prompt.yml")) == 1
    assert missing(head + body, "a.prompt.yml") == ()


@pytest.mark.parametrize("path", ["CLAUDE.md", ".claude/commands/extract.md"])
def test_agents_and_commands_are_left_alone(missing: Run, path: str) -> None:
    assert missing(f"{UNNAMED} $ARGUMENTS\n", path, kind=Kind.TASK) == ()
