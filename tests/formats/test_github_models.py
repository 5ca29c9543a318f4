from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import Refusal, github_models
from promptlint.source import Source

WHOLE = """\
name: Summarise
model: openai/gpt-4o-mini
modelParameters:
  temperature: 0.2
  maxCompletionTokens: 300
messages:
  - role: system
    content: You summarise for {{reader}}.
  - role: user
    content: |
      Summarise
      {{ text }}
responseFormat: json_schema
jsonSchema: "{\\"name\\": \\"s\\", \\"schema\\": {\\"type\\": \\"object\\"}}"
testData:
  - text: A long text.
    reader: children
    expected: short
    city: Bonn
    unused: 1
evaluators:
  - name: names the city
    string:
      contains: "{{city}}"
  - name: judge
    llm:
      modelId: openai/gpt-4o
      systemPrompt: You judge.
      prompt: Is {{completion}} right?
      choices:
        - choice: "yes"
          score: 1
        - choice: "no"
          score: 0
"""
PATH = "prompts/summarise.prompt.yml"


def test_messages_and_roles(read_text):
    document = read_text(PATH, WHOLE)
    prompt = document.prompts[0]
    assert (document.format, prompt.name) == ("github-models", "summarise")
    assert [(message.role, message.text) for message in prompt.messages] == [
        ("system", "You summarise for {{reader}}."),
        ("user", "Summarise\n{{ text }}\n"),
    ]
    for message, name in zip(prompt.messages, ("reader", "text"), strict=True):
        (use,) = message.uses
        assert use.name == name
        assert document.source.slice(message.locate(use.span).span) == name
    assert document.problems == ()


def test_settings(read_text):
    document = read_text(PATH, WHOLE)
    found = document.prompts[0].settings
    assert (found.model.value, found.temperature.value, found.max_output_tokens.value) == (
        "openai/gpt-4o-mini",
        0.2,
        300,
    )
    assert document.source.slice(found.max_output_tokens.location.span) == "300"
    assert found.response_format.value == "json_schema"
    assert found.schema.value == {"type": "object"}
    assert document.source.slice(found.schema.inside(["type"]).span).strip('\\"') == "object"


def test_test_data_declares_variables_that_are_not_only_for_evaluators(read_text):
    document = read_text(PATH, WHOLE)
    prompt = document.prompts[0]
    assert [(each.name, each.sample) for each in prompt.declared] == [
        ("text", "A long text."),
        ("reader", "children"),
        ("unused", "1"),
    ]
    assert document.source.slice(prompt.declared[2].location.span) == "unused"


@pytest.mark.parametrize("rows", ["", "testData: []\n", "testData: tests.csv\n"])
def test_without_test_data_nothing_is_declared(read_text, rows):
    (prompt,) = read_text("a.prompt.yml", f"messages:\n  - role: user\n    content: Hello {{{{x}}}}\n{rows}").prompts
    assert prompt.declared is None


def test_evaluators_that_ask_a_model_are_prompts(read_text):
    judge = read_text(PATH, WHOLE).prompts[1]
    assert judge.name == "summarise/judge"
    assert [(message.role, message.text) for message in judge.messages] == [
        ("system", "You judge."),
        ("user", "Is {{completion}} right?"),
    ]
    assert judge.settings.model.value == "openai/gpt-4o"
    assert judge.settings.schema.value == {"enum": ["yes", "no"]}
    assert judge.declared is None


def test_evaluators_of_the_same_name_are_told_apart(read_text):
    source = "messages: []\nevaluators:\n" + 3 * "  - name: a\n    llm: {prompt: Judge.}\n"
    names = [prompt.name for prompt in read_text("x.prompt.yml", source).prompts]
    assert names == ["x/a", "x/a-2", "x/a-3"]


def test_a_schema_that_is_no_json_is_reported_where_it_breaks(read_text):
    source = 'messages:\n  - role: user\n    content: Hi\njsonSchema: "{\\"type\\" 5}"\n'
    document = read_text("a.prompt.yml", source)
    (problem,) = document.problems
    assert problem.rule == "invalid-json-schema"
    assert document.source.text[problem.location.span.start] == "5"


def test_a_schema_in_a_block_is_located(read_text):
    source = "messages: []\njsonSchema: |\n  {\n    'a': 1\n  }\n"
    (problem,) = read_text(
        "a.prompt.yml", "messages: [{role: user, content: Hi}]\n" + source.split("\n", 1)[1]
    ).problems
    assert problem.location.span.start == ("messages: [{role: user, content: Hi}]\n" + source.split("\n", 1)[1]).index(
        "'a'"
    )


def test_a_schema_may_be_a_mapping(read_text):
    source = "messages:\n  - {role: user, content: Hi}\njsonSchema:\n  type: object\n"
    assert read_text("a.prompt.yml", source).prompts[0].settings.schema.value == {"type": "object"}


def test_a_list_of_content_parts(read_text):
    source = (
        "messages:\n  - role: user\n    content:\n      - type: text\n        text: Look.\n      - type: image_url\n"
    )
    (prompt,) = read_text("a.prompt.yml", source).prompts
    assert [(message.role, message.text) for message in prompt.messages] == [("user", "Look.")]


@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("messages:\n  - role: user\n   content: x\n", None),
        ("messages: [", None),
        ("messages: Hello\n", "Hello"),
        ("messages:\n  - Hello\n", "Hello"),
        ("messages:\n  - role: user\n", "role: user"),
        ("messages:\n  - role: user\n    content:\n", "content"),
        ("[{messages: x}]\n", "[{messages: x}]"),
    ],
)
def test_files_that_cannot_be_read(read_text, source, at):
    document = read_text("a.prompt.yml", source)
    assert document.prompts == ()
    assert document.problems[0].rule == "invalid-file"
    if at is not None:
        assert document.source.slice(document.problems[0].location.span).strip() == at


def test_comments_silence_the_value_that_starts_on_their_line(read_text):
    source = (
        "# promptlint: ignore-file[meta]\n"
        "messages:\n"
        "  - role: user\n"
        "    content: | # promptlint: ignore[wording]\n"
        "      Please write.\n"
        "      # promptlint: ignore[not-a-comment]\n"
        "  - role: user\n"
        "    # promptlint: ignore[output]\n"
        "    content: >-\n"
        "      Please\n"
        "      write.\n"
        "model: x # promptlint: ignore[model]\n"
    )
    document = read_text("a.prompt.yml", source)
    covered = {each.rules[0]: each.scope and document.source.slice(each.scope) for each in document.suppressions}
    assert covered["meta"] is None
    assert "Please write." in covered["wording"]
    assert covered["output"].strip().startswith("content: >-")
    assert covered["output"].rstrip().endswith("write.")
    assert "Please" in covered["output"]
    assert covered["model"] == "model: x # promptlint: ignore[model]"
    assert "not-a-comment" not in covered


@pytest.mark.parametrize(
    ("path", "content", "format"),
    [
        ("a.prompt.yml", "messages: []", "github-models"),
        ("a.prompt.yaml", '{"messages": []}', "github-models"),
    ],
)
def test_recognised_by_content(path, content, format):  # noqa: A002
    assert github_models.recognise(path, content, named=False).format == format


def test_other_content_is_refused_or_left_to_others():
    assert isinstance(github_models.recognise("a.prompt.yml", "hello: 1", named=False), Refusal)
    assert github_models.recognise("a.prompt.yaml", "name: x\ntemplate: Tell {{$input}}\n", named=False) is None


def test_other_yaml_is_none_of_its_business():
    assert github_models.recognise("a.yml", "messages: []", named=False) is None


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["{{x}}", "user", "{", '{"a": 1}'])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["role", "content", "llm", "prompt", "name", "text", "choices", "choice", "model", "ignore", "kind"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "messages",
        "model",
        "modelParameters",
        "responseFormat",
        "jsonSchema",
        "testData",
        "evaluators",
        "promptlint",
        "tools",
    ]
)


@given(st.dictionaries(KEYS, VALUES | st.lists(VALUES, max_size=3), max_size=6))
@settings(max_examples=200, deadline=None)
def test_any_data_of_that_shape(verify, data):
    verify(formats.read(Source("a.prompt.yml", json.dumps(data, indent=1)), format="github-models"))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, data):
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, len(WHOLE)))
    put = data.draw(
        st.text(max_size=5) | st.sampled_from(["- ", ": ", "\n", "  ", "&a ", "*a ", "{{", "!x ", "\t", "|", ">"])
    )
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    verify(
        formats.read(Source(PATH, (WHOLE[:start] + put + WHOLE[end:]).replace("\n", newline)), format="github-models")
    )
