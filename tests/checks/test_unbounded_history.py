"""The rule `unbounded-history`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def unbounded(found_by: Callable[[str], Run]) -> Run:
    return found_by("unbounded-history")


@pytest.mark.parametrize(
    "text",
    [
        "{{ chat_history }}\n\nAnswer the question: {{ question }}",
        "{% for turn in history %}{{ turn.role }}: {{ turn.content }}\n{% endfor %}",
        "{% for m in messages %}{{ m.content }}\n{% endfor %}\nUser: {{ user_input }}",
        "Conversation:\n{{ conversation }}\n\nThe user now says:\n{{ user_message }}",
        "Bisher: {{ gesprächsverlauf }}\nFrage: {{ frage }}",
        "Échange : {{ historique }}\nQuestion : {{ question }}",
        "Historial: {{ historial }}\nPregunta: {{ pregunta }}",
    ],
)
def test_the_whole_history(unbounded: Run, text: str) -> None:
    (finding,) = unbounded(f"Answer kindly.\n{text}\n", "prompts/a.j2")
    assert (finding.confidence, finding.severity) == (Confidence.MEDIUM, Severity.INFO)


@pytest.mark.parametrize(
    "text",
    [
        "{{ chat_history[-6:] }}\n\nAnswer the question: {{ question }}",
        "{{ recent_history }}\n\nAnswer the question: {{ question }}",
        "{{ history_summary }}\n\nAnswer the question: {{ question }}",
        "{% for turn in history | last_turns(4) %}{{ turn.content }}\n{% endfor %}\nAnswer: {{ question }}",
        "Summarize this conversation in three sentences:\n{{ conversation }}",  # what the task is about
        "{{ sample_conversation }}\n\nAnswer the question: {{ question }}",
        "Answer the question: {{ question }}",
    ],
)
def test_a_part_of_it(unbounded: Run, text: str) -> None:
    assert unbounded(f"{text}\n", "prompts/a.j2") == ()


def test_once_for_each_prompt(unbounded: Run) -> None:
    assert len(unbounded("{{ history }}\n{{ thread }}\nAnswer: {{ question }}\n", "prompts/a.j2")) == 1


def test_agent_files_are_left_alone(unbounded: Run) -> None:
    assert unbounded("{{ history }}\nAnswer: {{ question }}\n", "CLAUDE.md") == ()
