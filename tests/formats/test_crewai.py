from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import crewai
from promptlint.prompt import Kind
from promptlint.source import Source

AGENTS = """\
researcher:
  role: >
    {topic} Senior
    Researcher
  goal: Find out all about {topic}
  backstory: >
    You know
    a lot.
  llm: openai/gpt-4o
writer:
  role: Writer
  goal: Write
  backstory: You write.
  llm:
    model: gpt-5
    max_tokens: 300
    temperature: 0.2
"""
TASKS = """\
research:
  # promptlint: ignore[verbose-phrase] the customer's words
  description: >
    Look into {topic}
    in order to learn.
  expected_output: A list of 5 points
  agent: researcher
"""


@pytest.mark.parametrize(
    ("path", "text", "named", "taken"),
    [
        ("src/x/config/agents.yaml", AGENTS, False, True),
        ("config/tasks.yml", TASKS, False, True),
        ("config/my_agents.yaml", AGENTS, False, True),
        ("config/team.yaml", AGENTS, False, False),
        ("config/team.yaml", AGENTS, True, True),
        ("tasks.yaml", "build:\n  description: Builds\n  command: make\n", True, False),
        ("agents.yaml", "a:\n  role: admin\n  goal: none\n", False, False),
        ("agents.json", AGENTS, True, False),
    ],
)
def test_recognition(path, text, named, taken):
    assert (crewai.recognise(path, text, named=named) is not None) is taken


def test_agents(read_text):
    document = read_text("config/agents.yaml", AGENTS)
    first, second = document.prompts
    assert (document.format, first.name, first.kind) == ("crewai", "agents/researcher", Kind.SYSTEM)
    assert [(message.role, message.text) for message in first.messages] == [
        ("system", "{topic} Senior Researcher\n"),
        ("system", "You know a lot.\n"),
        ("system", "Find out all about {topic}"),
    ]
    assert (first.settings.model.value, first.settings.max_output_tokens) == ("openai/gpt-4o", None)
    assert document.source.slice(first.settings.model.location.span) == "openai/gpt-4o"
    declared = second.settings
    assert (declared.model.value, declared.max_output_tokens.value, declared.temperature.value) == ("gpt-5", 300, 0.2)
    assert document.source.slice(declared.max_output_tokens.location.span) == "300"


def test_places_in_folded_text(read_text):
    document = read_text("config/agents.yaml", AGENTS)
    message = document.prompts[0].messages[0]
    (use,) = message.uses
    place = message.locate(use.span)
    assert document.source.position(place.span.start).line == 3
    assert document.source.slice(place.span) == "topic"


def test_tasks(read_text):
    document = read_text("config/tasks.yaml", TASKS)
    (prompt,) = document.prompts
    assert (prompt.kind, [message.role for message in prompt.messages]) == (Kind.TASK, ["user", "user"])
    assert prompt.messages[1].text == "A list of 5 points"
    (suppression,) = document.suppressions
    assert "in order to" in document.source.slice(suppression.scope)
    assert "expected_output" not in document.source.slice(suppression.scope)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_never_raises(verify, data):
    whole = AGENTS + TASKS
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    put = data.draw(st.text(max_size=5) | st.sampled_from(["- ", ": ", "\n", "{", "}", "&a ", "*a ", "<<: *a\n", "|"]))
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = (whole[:start] + put + whole[end:]).replace("\n", newline)
    verify(formats.read(Source("agents.yaml", text), format="crewai"))
