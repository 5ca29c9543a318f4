from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import registries
from promptlint.prompt import Control
from promptlint.source import Source

LANGFUSE = {
    "name": "letter",
    "version": 3,
    "type": "chat",
    "labels": ["production"],
    "prompt": [
        {"role": "system", "content": "@@@langfusePrompt:name=base|label=x@@@ You are {{tone}}."},
        {"type": "placeholder", "name": "history"},
        {"role": "user", "content": 'Write about "{{topic}}".'},
    ],
    "config": {"model": "gpt-4o", "temperature": 0.7, "max_tokens": 500},
}
PROMPTLAYER = {
    "prompt_name": "letter",
    "prompt_template": {
        "type": "chat",
        "input_variables": ["topic", "unused"],
        "messages": [
            {
                "role": "system",
                "content": [{"type": "text", "text": "Write about {topic}."}],
                "template_format": "f-string",
            },
            {"role": "placeholder", "name": "history"},
            {"role": "user", "content": [{"type": "text", "text": "{{ q }}"}], "template_format": "jinja2"},
        ],
    },
    "metadata": {"model": {"provider": "openai", "name": "gpt-4o-mini", "parameters": {"max_tokens": 64}}},
}
MLFLOW = {
    "name": "letter",
    "template": "Write about {{topic}}.",
    "commit_message": "first",
    "response_format": {"type": "object", "properties": {"letter": {"type": "string"}}},
    "model_config": {"model_name": "gpt-4o", "max_tokens": 80, "temperature": 0.1},
    "tags": {},
}
PATH = "prompts/letter.json"


def read_json(read_text, data, path=PATH):
    return read_text(path, json.dumps(data, indent=2))


def test_langfuse(read_text):
    document = read_json(read_text, LANGFUSE)
    (prompt,) = document.prompts
    assert (document.format, prompt.name, prompt.declared) == ("langfuse", "letter", None)
    assert [message.role for message in prompt.messages] == ["system", None, "user"]
    assert [use.name for message in prompt.messages for use in message.uses] == ["tone", "history", "topic"]
    (include,) = [part for part in prompt.messages[0].parts if isinstance(part, Control)]
    assert include.kind == "include"
    assert prompt.messages[0].literal == " You are ."
    found = prompt.settings
    assert (found.model.value, found.max_output_tokens.value, found.temperature.value) == ("gpt-4o", 500, 0.7)
    assert document.source.slice(found.max_output_tokens.location.span) == "500"


@pytest.mark.parametrize("wrap", [lambda each: [each], lambda each: {"data": [each]}, lambda each: {"prompts": [each]}])
def test_lists_of_prompts(read_text, wrap):
    one = {"name": "a", "version": 1, "type": "text", "prompt": "Say {{x}}."}
    (prompt,) = read_json(read_text, wrap(one)).prompts
    assert prompt.messages[0].text == "Say {{x}}."


def test_several_prompts_are_named_after_themselves(read_text):
    one = {"name": "a", "version": 1, "type": "text", "prompt": "Say {{x}}."}
    names = [prompt.name for prompt in read_json(read_text, [one, {**one, "name": "b"}, one, {}]).prompts]
    assert names == ["letter/a", "letter/b", "letter/a-2"]


def test_promptlayer(read_text):
    document = read_json(read_text, PROMPTLAYER)
    (prompt,) = document.prompts
    assert document.format == "promptlayer"
    assert [(message.role, message.text, message.template) for message in prompt.messages] == [
        ("system", "Write about {topic}.", "braces"),
        (None, "history", "none"),
        ("user", "{{ q }}", "jinja"),
    ]
    assert [each.name for each in prompt.declared] == ["topic", "unused"]
    assert (prompt.settings.model.value, prompt.settings.max_output_tokens.value) == ("gpt-4o-mini", 64)


def test_a_completion_of_promptlayer(read_text):
    template = {"type": "completion", "content": [{"type": "text", "text": "Say {x}."}], "input_variables": ["x"]}
    (prompt,) = read_json(read_text, {"prompt_template": template}).prompts
    assert [(message.role, message.text) for message in prompt.messages] == [(None, "Say {x}.")]
    assert [each.name for each in prompt.declared] == ["x"]


def test_mlflow(read_text):
    document = read_json(read_text, MLFLOW)
    (prompt,) = document.prompts
    assert document.format == "mlflow"
    assert (prompt.messages[0].template, prompt.messages[0].literal) == ("double-braces", "Write about .")
    found = prompt.settings
    assert (found.model.value, found.max_output_tokens.value, found.response_format.value) == (
        "gpt-4o",
        80,
        "json_schema",
    )
    assert document.source.slice(found.schema.inside(["properties", "letter", "type"]).span) == '"string"'


def test_statements_make_a_template_of_mlflow_jinja(read_text):
    data = {**MLFLOW, "template": [{"role": "user", "content": "{% if a %}Say {{ b }}{% endif %}"}]}
    (prompt,) = read_json(read_text, data).prompts
    assert [(message.role, message.template) for message in prompt.messages] == [("user", "jinja")]


@pytest.mark.parametrize(
    ("path", "data", "format"),
    [
        (PATH, LANGFUSE, "langfuse"),
        (PATH, PROMPTLAYER, "promptlayer"),
        (PATH, MLFLOW, "mlflow"),
        ("langfuse/export.json", LANGFUSE, "langfuse"),
        ("data/a.json", LANGFUSE, None),
        ("prompts/package.json", {"name": "a", "version": "1.0", "type": "module", "prompt": "x"}, None),
        (PATH, {"prompt": "x", "type": "text"}, None),
        (PATH, {"prompt_template": "x", "type": "chat"}, None),
        (PATH, {"name": "a", "template": "x"}, None),
    ],
)
def test_recognised_by_keys(path, data, format):  # noqa: A002
    found = registries.recognise(path, json.dumps(data), named=False)
    assert (found.format if found else None) == format


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, data):
    name, value = data.draw(st.sampled_from([("langfuse", LANGFUSE), ("promptlayer", PROMPTLAYER), ("mlflow", MLFLOW)]))
    whole = json.dumps(value, indent=1)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 100)))
    put = data.draw(st.text(max_size=4) | st.sampled_from(["null", "[", "]", "{", "}", '"', ",", "3", "@@@"]))
    other = data.draw(st.sampled_from(["langfuse", "promptlayer", "mlflow", name]))
    verify(formats.read(Source(PATH, whole[:start] + put + whole[end:]), format=other))
