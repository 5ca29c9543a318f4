from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import langchain
from promptlint.source import Source


def template(text, variables, **more):
    return {"_type": "prompt", "input_variables": variables, "template": text, "template_format": "f-string", **more}


CHAIN = {
    "memory": None,
    "llm_chain": {
        "prompt": template('Summarise:\n\n"{text}"\n{{kept}}', ["text"]),
        "llm": {"model_name": "gpt-4o", "temperature": 0.0, "max_tokens": 256, "_type": "openai"},
        "_type": "llm_chain",
    },
    "refine_llm_chain": {"prompt": template("Refine {text} by {gone}.", ["text", "other"]), "_type": "llm_chain"},
    "document_prompt": template("{page_content}", ["page_content"]),
    "_type": "refine_documents_chain",
}


def made(*names, **kwargs):
    return {"lc": 1, "type": "constructor", "id": ["langchain", *names], "kwargs": kwargs}


def said(who, text, variables, form="f-string"):
    inner = made("prompts", "prompt", "PromptTemplate", template=text, input_variables=variables, template_format=form)
    return made("prompts", "chat", f"{who}MessagePromptTemplate", prompt=inner)


CHAT = made(
    "schema",
    "runnable",
    "RunnableSequence",
    first=made(
        "prompts",
        "chat",
        "ChatPromptTemplate",
        messages=[
            said("System", "You help with {topic}.", ["topic"]),
            made("prompts", "chat", "MessagesPlaceholder", variable_name="history"),
            said("Human", "{{question}}", ["question"], "mustache"),
            made("schema", "messages", "AIMessage", content="Let me {think}."),
        ],
        input_variables=["topic", "history", "question"],
        partial_variables={"today": "Monday"},
    ),
    last=made("chat_models", "openai", "ChatOpenAI", model_name="gpt-4o-mini", temperature=0.5, max_tokens=99),
)
PATH = "prompts/chain.json"


def read_json(read_text, data, path=PATH):
    return read_text(path, json.dumps(data, indent=2))


def test_a_prompt(read_text):
    document = read_json(read_text, template('Tell "{name}" about {{x}} and {topic}.', ["name", "topic", "unused"]))
    (prompt,) = document.prompts
    assert (document.format, prompt.name) == ("langchain", "chain")
    (message,) = prompt.messages
    assert (message.template, message.literal) == ("braces", 'Tell "" about {x} and .')
    assert [each.name for each in prompt.declared] == ["name", "topic", "unused"]
    for use in message.uses:
        assert document.source.slice(message.locate(use.span).span) == use.name
    assert document.source.slice(prompt.declared[2].location.span) == '"unused"'


def test_prompts_of_a_chain(read_text):
    document = read_json(read_text, CHAIN)
    first, second = document.prompts
    assert (first.name, second.name) == ("chain/llm_chain", "chain/refine_llm_chain")
    found = first.settings
    assert (found.model.value, found.temperature.value, found.max_output_tokens.value) == ("gpt-4o", 0.0, 256)
    assert document.source.slice(found.max_output_tokens.location.span) == "256"
    assert second.settings.model is None
    assert [each.name for each in second.declared] == ["text", "other"]
    assert [use.name for use in second.messages[0].uses] == ["text", "gone"]


def test_messages_of_the_new_form(read_text):
    document = read_json(read_text, CHAT)
    (prompt,) = document.prompts
    assert [(message.role, message.text) for message in prompt.messages] == [
        ("system", "You help with {topic}."),
        (None, "history"),
        ("user", "{{question}}"),
        ("assistant", "Let me {think}."),
    ]
    assert [use.name for message in prompt.messages for use in message.uses] == ["topic", "history", "question"]
    assert [each.name for each in prompt.declared] == ["topic", "history", "question", "today"]
    found = prompt.settings
    assert (found.model.value, found.temperature.value, found.max_output_tokens.value) == ("gpt-4o-mini", 0.5, 99)


def test_settings_that_are_bound_to_a_model(read_text):
    model = made("chat_models", "ChatX", model="gemini-2.5-flash", temperature=0)
    bound = made("schema", "runnable", "RunnableBinding", bound=model, kwargs={"max_tokens": 7, "tools": [{"a": 1}]})
    data = {"manifest": made("playground", "PromptPlayground", first=said("Human", "Go.", []), last=bound)}
    (prompt,) = read_json(read_text, data).prompts
    found = prompt.settings
    assert (found.model.value, found.max_output_tokens.value, found.tools.value) == ("gemini-2.5-flash", 7, [{"a": 1}])
    data["manifest"]["kwargs"]["middle"] = [model]
    (prompt,) = read_json(read_text, data).prompts
    assert prompt.settings.model is None


def test_a_structured_prompt_has_a_schema(read_text):
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    data = made("prompts", "structured", "StructuredPrompt", messages=[said("Human", "Go.", [])], schema_=schema)
    document = read_json(read_text, data)
    found = document.prompts[0].settings.schema
    assert found.value == schema
    assert document.source.slice(found.inside(["properties", "a", "type"]).span) == '"string"'


def test_examples_lie_between_prefix_and_suffix(read_text):
    text = (
        "_type: few_shot\ninput_variables: [word]\nprefix: Give the opposite.\n"
        "example_prompt:\n  _type: prompt\n  input_variables: [a]\n  template: '{a}'\n"
        "examples:\n  - a: tall\n  # promptlint: ignore[wording]\nsuffix: 'Word: {word}'\n"
    )
    document = read_text("prompts/few.yaml", text)
    (prompt,) = document.prompts
    assert [message.text for message in prompt.messages] == ["Give the opposite.", "Word: {word}"]
    assert [each.name for each in prompt.declared] == ["word"]
    assert document.source.slice(document.suppressions[0].scope) == "suffix: 'Word: {word}'"


def test_an_agent_of_the_older_form(read_text):
    data = {"_type": "zero-shot-react-description", "prefix": "Answer with tools.", "suffix": "Begin!\n{input}"}
    (prompt,) = read_json(read_text, data, "agents/agent.json").prompts
    assert [message.text for message in prompt.messages] == ["Answer with tools.", "Begin!\n{input}"]
    assert prompt.declared is None


def test_variables_in_code_fences_are_not_unused(read_text):
    (prompt,) = read_json(read_text, template("Run:\n```\n{code}\n```\n", ["code", "unused"])).prompts
    assert [each.name for each in prompt.declared] == ["unused"]


@pytest.mark.parametrize(("form", "language"), [("jinja2", "jinja"), ("mustache", "mustache"), ("f-string", "braces")])
def test_template_formats(read_text, form, language):
    (prompt,) = read_json(read_text, template("Hi {{ x }}", ["x"], template_format=form)).prompts
    assert prompt.messages[0].template == language


def test_a_template_in_a_file_of_its_own_is_no_second_copy(read_text):
    data = {"_type": "prompt", "input_variables": ["a"], "template_path": "a.txt", "template": None}
    assert read_json(read_text, data).prompts == ()


@pytest.mark.parametrize(
    ("path", "text", "taken"),
    [
        (PATH, json.dumps(CHAIN), True),
        (PATH, json.dumps(CHAT), True),
        ("prompts/a.yaml", "_type: prompt\ntemplate: x\n", True),
        ("prompts/a.yaml", "input_variables: [a]\ntemplate: x\n", True),
        ("prompts/a.yaml", "input_variables:\n  - a\ntemplate: x\n", True),
        ("prompts/a.yaml", "input_variables:\n  - name: a\ntemplate: x\n", False),
        ("prompts/a.json", '{"_type": "export", "template": "x"}', False),
        ("prompts/a.json", '{"template": "x"}', False),
        ("data/a.json", json.dumps(CHAIN), False),
        ("prompts/a.toml", json.dumps(CHAIN), False),
    ],
)
def test_recognised_by_content(path, text, taken):
    assert (langchain.recognise(path, text, named=False) is not None) == taken


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, data):
    whole = json.dumps(data.draw(st.sampled_from([CHAIN, CHAT])), indent=1)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 200)))
    put = data.draw(st.text(max_size=4) | st.sampled_from(["null", "[", "]", "{", "}", '"', ",", "3", '"lc": 1']))
    verify(formats.read(Source(PATH, whole[:start] + put + whole[end:]), format="langchain"))


VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["{x}", "prompt", "ai", "ChatPromptTemplate", "f-string"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["lc", "id", "kwargs", "messages", "prompt", "template", "_type", "llm", "input_variables", "content"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_any_data_of_that_shape(verify, data):
    verify(formats.read(Source(PATH, json.dumps(data, indent=1)), format="langchain"))
