from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import semantic_kernel
from promptlint.prompt import Kind
from promptlint.source import Source, Span

PATH = "plugins/Summarise/skprompt.txt"
CONFIG = "plugins/Summarise/config.json"
TEXT = "Summarise {{$input}} for {{$reader}}.\nIt is {{time.Now}}.\n"
SETTINGS = {
    "schema": 1,
    "input_variables": [{"name": "input", "default": "a text"}, {"name": "reader"}, {"name": "unused"}],
    "execution_settings": {
        "small": {"model_id": "gpt-4o-mini", "max_tokens": 10},
        "default": {"max_tokens": 300, "temperature": 0.2},
    },
}
JSON = json.dumps(SETTINGS, indent=2)

YAML = """\
name: GetIntent
template: |
  <message role="system">Choose one of {{$choices}}.</message>
  {{recall $topic}}
  <message role="user">
    {{$request}}
  </message>
template_format: semantic-kernel
input_variables:
  - name: choices
    default: a, b
  - name: request
execution_settings:
  default:
    max_tokens: 10
    response_format:
      type: json_schema
      json_schema:
        name: intent
        schema:
          type: object
          properties:
            intent: {type: string}
"""


def at(location, **files):
    return files[location.path][location.span.start : location.span.end]


def test_a_text_is_joined_with_the_configuration_beside_it(read_text):
    document = read_text(PATH, TEXT, **{CONFIG: JSON})
    (prompt,) = document.prompts
    assert (document.format, prompt.name, document.dependencies) == ("semantic-kernel", "Summarise", (CONFIG,))
    (message,) = prompt.messages
    assert (message.role, message.text, message.template) == (None, TEXT, "semantic-kernel")
    assert [use.name for use in message.uses] == ["input", "reader"]
    assert [(each.name, each.sample) for each in prompt.declared] == [
        ("input", "a text"),
        ("reader", None),
        ("unused", None),
    ]
    files = {PATH: TEXT, CONFIG: JSON}
    assert at(prompt.declared[2].location, **files) == '"unused"'
    cap = prompt.settings.max_output_tokens
    assert (cap.value, cap.location.path, at(cap.location, **files)) == (300, CONFIG, "300")
    assert (prompt.settings.temperature.value, prompt.settings.model.value) == (0.2, "gpt-4o-mini")
    assert document.problems == ()


def test_a_text_without_a_configuration_declares_nothing(read_text):
    (prompt,) = read_text(PATH, TEXT).prompts
    assert prompt.declared is None
    assert prompt.settings.max_output_tokens is None


@pytest.mark.parametrize("variables", ["[]", "null", '"input"'])
def test_an_empty_list_of_variables_declares_nothing(read_text, variables):
    (prompt,) = read_text(PATH, TEXT, **{CONFIG: f'{{"input_variables": {variables}}}'}).prompts
    assert prompt.declared is None


def test_the_older_configuration(read_text):
    config = '{"completion": {"max_tokens": 50, "temperature": 0}, "input": {"parameters": [{"name": "reader", "defaultValue": "me"}]}}'
    (prompt,) = read_text(PATH, TEXT, **{CONFIG: config}).prompts
    assert prompt.settings.max_output_tokens.value == 50
    assert [(each.name, each.sample) for each in prompt.declared] == [("reader", "me"), ("input", None)]


def test_the_case_of_names_does_not_count(read_text):
    config = '{"input_variables": [{"name": "Input"}, {"name": "READER"}]}'
    text = "{{$input}} {{$INPUT}} {{$reader}}"
    (prompt,) = read_text(PATH, text, **{CONFIG: config}).prompts
    assert [each.name for each in prompt.declared] == ["INPUT", "input", "reader"]


def test_a_broken_configuration_is_reported_in_it(read_text):
    document = read_text(PATH, TEXT, **{CONFIG: '{"completion": '})
    (problem,) = document.problems
    assert (problem.rule, problem.location.path) == ("invalid-file", CONFIG)
    assert len(document.prompts) == 1


def test_the_model_is_only_told_where_one_service_has_it(read_text):
    config = {"execution_settings": {"a": {"model_id": "gpt-4o"}, "b": {"model_id": "gpt-4o-mini"}}}
    (prompt,) = read_text(PATH, TEXT, **{CONFIG: json.dumps(config)}).prompts
    assert prompt.settings.model.value == "gpt-4o"
    config["execution_settings"]["default"] = {"temperature": 1}
    (prompt,) = read_text(PATH, TEXT, **{CONFIG: json.dumps(config)}).prompts
    assert prompt.settings.model is None


def test_a_yaml_function(read_text):
    document = read_text("functions/intent.yaml", YAML)
    (prompt,) = document.prompts
    assert prompt.name == "intent"
    assert [(message.role, message.text) for message in prompt.messages] == [
        ("system", "Choose one of {{$choices}}."),
        (None, "{{recall $topic}}"),
        ("user", "{{$request}}"),
    ]
    for message in prompt.messages:
        place = message.locate(Span(0, len(message.text)))
        assert document.source.slice(place.span) == message.text
    assert [each.name for each in prompt.declared] == ["choices", "request"]
    schema = prompt.settings.schema
    assert (prompt.settings.response_format.value, schema.value["type"]) == ("json_schema", "object")
    assert document.source.slice(schema.inside(["properties", "intent", "type"]).span) == "string"


def test_handlebars_helpers_make_messages(read_text):
    text = (
        "template_format: handlebars\ninput_variables:\n  - name: history\ntemplate: |\n"
        '  {{#message role="system"}}Be kind.{{/message}}\n'
        "  {{#each history}}{{#message role=role}}{{content}}{{/message}}{{/each}}\n"
        '  {{! <message role="user">no</message> }}\n'
    )
    (prompt,) = read_text("a.prompt.yaml", text).prompts
    assert [(message.role, message.literal) for message in prompt.messages] == [
        ("system", "Be kind."),
        (None, ""),
        (None, ""),
    ]
    assert [use.name for message in prompt.messages for use in message.uses if use.sure] == ["history"]


def test_ends_without_a_beginning_are_text(read_text):
    text = "<reply>ok</reply>\n<message>{{$input}}</message>\nAnswer."
    (prompt,) = read_text(PATH, text).prompts
    assert [message.text for message in prompt.messages] == [text]


def test_a_variable_that_only_a_role_reads_is_no_unused_one(read_text):
    text = "<message role='{{$who}}'>Hi {{$name}}</message>"
    config = '{"input_variables": [{"name": "who"}, {"name": "name"}]}'
    (prompt,) = read_text(PATH, text, **{CONFIG: config}).prompts
    assert [each.name for each in prompt.declared] == ["name"]


def test_an_agent_is_a_system_prompt(read_text):
    text = (
        "type: chat_completion_agent\nname: Host\ninstructions: Answer about {{$topic}}.\n"
        "inputs:\n  topic:\n    default: soup\nmodel:\n  id: gpt-4o\n  options:\n    temperature: 0.4\n    max_tokens: 99\n"
    )
    (prompt,) = read_text("host.yaml", text).prompts
    assert (prompt.kind, prompt.messages[0].role) == (Kind.SYSTEM, "system")
    assert (prompt.settings.model.value, prompt.settings.max_output_tokens.value) == ("gpt-4o", 99)
    assert [(each.name, each.sample) for each in prompt.declared] == [("topic", "soup")]


def test_comments_silence_rules(read_text):
    document = read_text("f.yaml", "# promptlint: ignore[wording] as agreed\n" + YAML.replace("name: G", "title: G"))
    (found,) = document.suppressions
    assert found.rules == ("wording",)
    moved = YAML.replace("template: |", "# promptlint: ignore[wording]\ntemplate: |")
    document = read_text("f.yaml", moved)
    scope = document.source.slice(document.suppressions[0].scope)
    assert scope.startswith("template: |")
    assert scope.rstrip().endswith("</message>")


@pytest.mark.parametrize(
    ("path", "text", "taken"),
    [
        (PATH, "Hello.", True),
        ("a.yaml", YAML, True),
        ("a.prompt.yaml", "template: Tell {{$input}}\n", True),
        ("deploy.yaml", "template: x\nspec: y\n", False),
        ("deploy.yaml", "apiVersion: v1\ntemplate: x\nexecution_settings: y\n", False),
        ("prompt.yaml", "_type: prompt\ntemplate: x\ninput_variables:\n  - name: a\n", False),
        ("prompt.yaml", "template: x\ninput_variables: [a]\n", False),
        ("config.json", JSON, False),
        ("a.yaml", "type: object\ninstructions: x\n", False),
        ("a.yaml", "template_format: semantic-kernel\nname: x\n", False),
    ],
)
def test_recognised_by_name_and_content(path, text, taken):
    found = semantic_kernel.recognise(path, text, named=False)
    assert (found is not None) == taken


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, data):
    whole = data.draw(st.sampled_from([YAML, TEXT, '<message role="a">{{$x}}</message> {{#message role="b"}}']))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    put = data.draw(
        st.text(max_size=4) | st.sampled_from(["<message role='user'>", "</message>", "{{", "}}", "- ", ": "])
    )
    config = JSON[: data.draw(st.integers(0, len(JSON)))]
    text = (whole[:start] + put + whole[end:]).replace("\n", data.draw(st.sampled_from(["\n", "\r\n", "\r"])))
    for path in (PATH, "a.yaml"):
        verify(formats.read(Source(path, text), lambda name: Source(name, config), format="semantic-kernel"))


@pytest.mark.parametrize(
    "piece", ['<message role="', '<message role="user">', "{{#message role=", "{{$a}}", "</message>"]
)
def test_time_is_linear(linear_time, piece):
    linear_time(lambda count: formats.read(Source(PATH, piece * count)), 100_000 // len(piece))
