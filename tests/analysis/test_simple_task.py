"""Tasks of one label or a few values; what keeps a task from being one is tested with the rule `oversized-model`."""

from __future__ import annotations

import pytest

from promptlint import formats
from promptlint.analysis import analyse
from promptlint.analysis.simple_task import simple_task
from promptlint.source import Source


@pytest.mark.parametrize(
    ("text", "what", "asked"),
    [
        ("Decide whether the ticket is urgent. Answer yes or no.\n\n{{ ticket }}", "label", "Decide"),
        ("Pick the tone of the mail. Allowed values: angry, neutral, happy.\n\n{{ mail }}", "label", "Pick"),
        (
            "Extract the sender and the date from the mail. Use this format:\nSender: <name>\nDate: <date>\n\n{{ mail }}",
            "fields",
            "Extract",
        ),
    ],
)
def test_what_is_asked_for_and_where(text: str, what: str, asked: str) -> None:
    prompt = formats.read(Source("prompts/a.j2", text)).prompts[0]
    found = simple_task(analyse(prompt))
    assert found is not None
    kind, evidence = found
    assert kind == what
    assert prompt.messages[evidence.message].text[evidence.span.start : evidence.span.end] == asked


@pytest.mark.parametrize(
    "text",
    [
        "Extract the claims from the article.\n\n{{ article }}",
        "Pick the tone of the mail.\n\n{{ mail }}",
        "{{ mail }}",
        "",
    ],
)
def test_nothing_says_that_the_answer_is_short(text: str) -> None:
    for prompt in formats.read(Source("prompts/a.j2", text)).prompts:
        assert simple_task(analyse(prompt)) is None
