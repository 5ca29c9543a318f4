from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import Recognition, home_made
from promptlint.formats._format import Refusal
from promptlint.formats._tables import read_tables
from promptlint.source import Source

LONG = "You are an expert who explains every topic to a child."


def messages(document):
    return [
        (prompt.name, [(message.role, message.template, message.text) for message in prompt.messages])
        for prompt in document.prompts
    ]


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("prompts/a.yaml", "template: Say what {x} is\n", "folder 'prompts', holds prompts"),
        ("src/my_prompts.toml", "[a]\nsystem = 'Say what it is'\n", "name holds 'prompt'"),
        ("prompts/a.json", '{"system": "Say what it is"}', "folder 'prompts', holds prompts"),
        (
            "prompts/a.yaml",
            f"child: |\n  {LONG}\n  Respond only with text that is as short as it can be.\n",
            "folder 'prompts', instructs a model",
        ),
        ("config/agent.yaml", f"agent:\n  system_template: |\n    {LONG}\n", "holds 'system_template'"),
        ("src/a.json", json.dumps({"config": {"systemRole": f'C\'est "{LONG}"'}}), "holds 'systemRole'"),
        ("settings/pr_docs.toml", f'[x]\nsystem="""{LONG}"""\n', "holds 'system'"),
        ("config.yaml", f"llm: x\nprompts:\n  # one\n  sum: |\n    {LONG}\n", "holds 'prompts'"),
        ("data/cot.json", json.dumps({"prompt": LONG}), "holds 'prompt', instructs a model ('You are an')"),
    ],
)
def test_what_is_taken(path, text, reason):
    found = home_made.recognise(path, text, named=False)
    assert isinstance(found, Recognition)
    assert found.reason == reason
    assert home_made.may_hold_prompts(path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", json.dumps({"prompt": LONG})),
        ("prompts/package.json", json.dumps({"prompt": LONG})),
        ("k8s/deploy.yaml", "spec:\n  template:\n    spec: {containers: []}\n"),
        ("prompts/settings.yaml", "user: postgres\nsystem: linux\nprompt: 'Name:'\ntemplate: a/b.j2\n"),
        ("prompts/items.json", '[{"name": "a", "description": "b"}]'),
        ("ci/pipeline.yml", "prompt: Enter your name now please\n"),
        ("docs/example.yaml", f"system_prompt: |\n  {LONG}\n"),
        ("data/all.json", json.dumps([{"prompt": LONG}, {"prompt": LONG}])),
        ("data/images.json", json.dumps({"prompt": "a cat on a roof in the moonlight, oil on canvas"})),
        ("prompts/a.yaml", "{% for x in y %}\nprompt: [\n{% endfor %}"),
        ("prompts/a.jsonl", '{"prompt": "Say what it is"}'),
        ("prompts/a.csv", "prompt: Say what it is"),
    ],
)
def test_what_is_not(path, text):
    assert home_made.recognise(path, text, named=False) is None


def test_a_named_file():
    assert isinstance(home_made.recognise("a.yaml", "prompt: Say what it is\n", named=True), Recognition)
    for path, text in (("a.yaml", "a: b\n"), ("package.json", json.dumps({"prompt": LONG}))):
        assert isinstance(home_made.recognise(path, text, named=True), Refusal)
    assert "[[formats]]" in formats.refusal("a.yaml", "a: b\n", named=True)


def test_a_broken_file_of_prompts(read_text):
    document = read_text("prompts/a.yaml", f"system_prompt: |\n  {LONG}\nx: [\n")
    assert (document.format, document.prompts) == ("yaml", ())
    assert {problem.rule for problem in document.problems} == {"invalid-file"}


def test_system_and_user_are_one_prompt(read_text):
    text = '[one]\nuser = "Title: {{ title }}"\nsystem = """\nYou review code.\n{% if x %}Be {{ x }}.{% endif %}"""\n'
    assert messages(read_text("settings/one_prompts.toml", text)) == [
        (
            "one_prompts",
            [
                ("system", "jinja", "You review code.\n{% if x %}Be {{ x }}.{% endif %}"),
                ("user", "jinja", "Title: {{ title }}"),
            ],
        )
    ]


def test_a_list_of_prompts_with_tasks(read_text):
    text = """\
prompts:
  - task: first
    content: |-
      {{ instructions | upper }}
      Do it.
    max_tokens: 3000
  - task: second
    messages:
      - type: system
        content: "{{ instructions }} Do that."
      - "{{ history | to_messages }}"
"""
    document = read_text("llm/prompts.yml", text)
    assert messages(document) == [
        ("prompts/first", [(None, "jinja", "{{ instructions | upper }}\nDo it.")]),
        (
            "prompts/second",
            [("system", "jinja", "{{ instructions }} Do that."), (None, "jinja", "{{ history | to_messages }}")],
        ),
    ]
    first, second = document.prompts
    assert (first.settings.max_output_tokens.value, second.settings.max_output_tokens) == (3000, None)


def test_declared_input_types(read_text):
    text = "rag:\n  template: >\n    Answer {query} with {context}\n  input_types:\n    query: str\n    other: str\n"
    (prompt,) = read_text("prompts/rag.yaml", text).prompts
    assert [each.name for each in prompt.declared] == ["query", "other"]
    assert [use.name for use in prompt.messages[0].uses] == ["query", "context"]


def test_settings_around_an_agent(read_text):
    text = json.dumps(
        {"config": {"systemRole": LONG * 2, "model": "gpt-4o", "params": {"max_tokens": 40, "temperature": 0.5}}}
    )
    document = read_text("agents/child.json", text)
    (prompt,) = document.prompts
    assert (prompt.name, prompt.messages[0].role) == ("child", "system")
    declared = prompt.settings
    assert (declared.model.value, declared.max_output_tokens.value, declared.temperature.value) == ("gpt-4o", 40, 0.5)
    assert document.source.slice(declared.max_output_tokens.location.span) == "40"


def test_texts_below_prompts(read_text):
    text = "prompts:\n  sum: Summarise the text {text}\n  title: Hi\n  nested:\n    prompt: Find a title for {text}\n"
    assert messages(read_text("prompts/all.yaml", text)) == [
        ("all/prompts.sum", [(None, "braces", "Summarise the text {text}")]),
        ("all/prompts.nested", [(None, "braces", "Find a title for {text}")]),
    ]


def test_long_texts_that_instruct(read_text):
    text = f"child: |\n  {LONG}\n  Respond only with text that is short.\ndescription: |\n  These are prompts for all kinds of things, and they are good ones.\n"
    assert [name for name, _ in messages(read_text("prompts/all.yaml", text))] == ["all"]


WHOLE = """\
# promptlint: ignore[hygiene] as it is
prompts:
  - task: first
    content: |-
      {{ instructions | upper }}
    max_tokens: 3000
  - messages: [{type: system, content: "Do \\"it\\""}, "{{ h }}"]
agent: {system_prompt: &s You are it all, user: *s, inputs: [x]}
"""


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, data):
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, len(WHOLE)))
    put = data.draw(
        st.text(max_size=5) | st.sampled_from(["- ", ": ", "\n", "  ", "&a ", "*s ", "{{", "!x ", "\t", "|", '"'])
    )
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = (WHOLE[:start] + put + WHOLE[end:]).replace("\n", newline)
    for path in ("prompts/a.yaml", "prompts/a.toml", "prompts/a.json"):
        home_made.recognise(path, text, named=False)
        verify(formats.read(Source(path, text), format=path.rpartition(".")[2]))


KEYS = st.sampled_from(["prompt", "prompts", "system", "content", "other", "note", "role", "messages"])
TEXTS = st.sampled_from(["", "Short.", "You are a helpful tool.", "You are a poet. " * 6, "Two words " * 9, "{{x}}"])
NESTED = st.recursive(
    TEXTS | st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


@given(NESTED)
@settings(deadline=None)
def test_texts_that_are_passed_over_for_their_length_are_no_prompts(data):
    source = Source("a.json", json.dumps(data))
    plain = tuple(replace(table, least=0) for table in home_made._TABLES)
    assert read_tables(source, "json", home_made._TABLES) == read_tables(source, "json", plain)


def test_a_large_file_is_no_trouble(verify):
    data = {"items": [{"id": index, "tags": [1, {"a": "b"}], "prompt": "Say it all now"} for index in range(500)]}
    assert len(verify(formats.read(Source("prompts/a.json", json.dumps(data)), format="json")).prompts) == 500
