from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.prompt import Kind, Text
from promptlint.source import Source, Span

WHOLE = """\
---
name: Chat
model:
  api: chat
  configuration:
    type: azure_openai
    azure_deployment: ${env:DEPLOYMENT:gpt-4o}
  parameters:
    temperature: 0.5
    max_tokens: ${env:LIMIT:250}
    tools: ${file:tools.json}
inputs:
  question:
    type: string
sample:
  question: Why?
  name: Jane
---
system:
You help {{ name }}.

# user:
{{ question }}
assistant[x="1"]:
"""


def roles(document):
    return [(message.role, message.text) for message in document.prompts[0].messages]


def test_role_lines_split_the_body(read_text):
    document = read_text("chat.prompty", WHOLE)
    assert document.format == "prompty"
    assert roles(document) == [("system", "You help {{ name }}."), ("user", "{{ question }}"), ("assistant", "")]
    for message in document.prompts[0].messages[:2]:
        (use,) = message.uses
        assert document.source.slice(message.locate(use.span).span) == use.name
    assert document.problems == ()


def test_settings(read_text):
    found = read_text("a/chat.prompty", WHOLE, **{"a/tools.json": '[{"type": "function"}]'}).prompts[0].settings
    assert (found.model.value, found.temperature.value, found.max_output_tokens.value) == ("gpt-4o", 0.5, 250)
    assert found.tools.value == [{"type": "function"}]


def test_what_is_only_known_at_run_time_stays_an_expression(read_text):
    source = "---\nmodel:\n  configuration:\n    azure_deployment: ${env:D}\n  parameters:\n    max_tokens: ${env:LIMIT}\n---\nHi.\n"
    found = read_text("a.prompty", source).prompts[0].settings
    assert found.model is None
    assert found.max_output_tokens.value == "${env:LIMIT}"


def test_parameters_in_another_file_stand_there(read_text):
    source = "---\nmodel:\n  parameters: ${file:p.json}\n---\nHi.\n"
    document = read_text("a/a.prompty", source, **{"a/p.json": '{"max_tokens": 9}'})
    setting = document.prompts[0].settings.max_output_tokens
    assert setting.value == 9
    assert (setting.location.path, setting.location.span) == ("a/p.json", Span(15, 16))
    assert document.dependencies == ("a/p.json",)


def test_inputs_and_samples_declare_variables(read_text):
    document = read_text("chat.prompty", WHOLE)
    declared = document.prompts[0].declared
    assert [(each.name, each.sample) for each in declared] == [("question", "Why?"), ("name", "Jane")]
    assert document.source.position(declared[1].location.span.start).line == 17


@pytest.mark.parametrize(
    ("front", "names"),
    [
        ("inputs: {}", []),
        ("inputs: [a, b]", ["a", "b"]),
        ("inputs:\n  - name: a\n    kind: string\n  - name: b", ["a", "b"]),
        ("inputs:\n  a: x\n  b: {type: string}", ["a", "b"]),
        ("inputs:\n  type: object\n  properties:\n    a: {}\n    b: {}", ["a", "b"]),
        ("name: x", None),
        ("inputs:", None),
        ("inputs: ${file:inputs.json}", None),
        ("inputs: [a]\nbase: other.prompty", None),
        ("inputs: [a]\nsample: missing.json", None),
        ("inputs: [a]\ntemplate: mustache", ["a"]),
        ("inputs: [a]\ntemplate: liquid", None),
        ("inputs: [a]\nsample: there.json", ["a", "b"]),
        ("inputs: [a]\nsample: ${file:there.json}", ["a", "b"]),
        ("inputs: [a, b]\ntools:\n  - bindings:\n      unit: {input: b}", ["a"]),
    ],
)
def test_declarations(read_text, front, names):
    document = read_text("x.prompty", f"---\n{front}\n---\nHello {{{{a}}}}.\n", **{"there.json": '{"b": 1}'})
    declared = document.prompts[0].declared
    assert (None if declared is None else [each.name for each in declared]) == names


def test_what_was_looked_up_is_a_dependency(read_text):
    source = "---\nsample: data/x.json\n---\nHello {{a}}.\n"
    assert read_text("a/b/x.prompty", source).dependencies == ("a/b/data/x.json",)


def test_version_2(read_text):
    source = (
        "---\nmodel:\n  id: gpt-5\n  apiType: chat\n  options:\n    maxOutputTokens: 80\n    temperature: 1\n"
        "inputs:\n  - name: q\n    kind: string\noutputs:\n  - name: answer\n    kind: string\n---\nsystem:\nHi.\nuser:\n{{q}}\n"
    )
    document = read_text("x.prompty", source)
    found = document.prompts[0].settings
    assert (found.model.value, found.max_output_tokens.value, found.temperature.value) == ("gpt-5", 80, 1)
    assert found.response_format.value == "json_schema"
    assert found.schema.value == {
        "type": "object",
        "properties": {"answer": {"type": "string"}},
        "required": ["answer"],
        "additionalProperties": False,
    }
    assert document.source.slice(found.schema.inside(("properties", "answer", "type")).span) == "string"
    assert roles(document) == [("system", "Hi."), ("user", "{{q}}")]


def test_outputs_of_version_1_are_only_documentation(read_text):
    source = "---\nmodel:\n  api: chat\noutputs:\n  answer: {type: string}\n---\nHi.\n"
    assert read_text("x.prompty", source).prompts[0].settings.schema is None


def test_a_scalar_model_is_version_2(read_text):
    assert read_text("x.prompty", "---\nmodel: gpt-5\n---\nHi.\n").prompts[0].settings.model.value == "gpt-5"


def test_text_before_the_first_role_line_is_the_systems(read_text):
    document = read_text("x.prompty", "---\nname: x\n---\nBe brief.\nuser:\nHi.\n")
    assert roles(document) == [("system", "Be brief."), ("user", "Hi.")]


def test_role_lines_that_are_not_literal_text_are_no_markers(read_text):
    body = "system:\nHi.\n{#\nuser:\n#}\n{{ x(\n'''\nuser:\n''') }}\n# Users:\nuser: inline\n"
    document = read_text("x.prompty", "---\nname: x\n---\n" + body)
    assert [role for role, _ in roles(document)] == ["system"]


def test_a_loop_may_span_messages(read_text):
    body = "{% for turn in history %}\nuser:\n{{ turn.user }}\nassistant:\n{{ turn.bot }}\n{% endfor %}\nuser:\n{% if x %}a{% endif %}\n"
    document = read_text("x.prompty", "---\nname: x\n---\n" + body)
    assert document.problems == ()
    assert [role for role, _ in roles(document)] == ["system", "user", "assistant", "user"]
    uses = {use.name for message in document.prompts[0].messages for use in message.uses}
    assert uses == {"history", "x"}
    last = document.prompts[0].messages[-1]
    assert [part.partner for part in last.parts if not isinstance(part, Text)] == [2, 0]


def test_an_unclosed_block_is_reported_in_the_body(read_text):
    document = read_text("x.prompty", "---\nname: x\n---\nsystem:\nHi.\nuser:\n{% if x %}\n")
    (problem,) = document.problems
    assert problem.rule == "unbalanced-delimiter"
    assert document.source.slice(problem.location.span).startswith("{%")


@pytest.mark.parametrize("template", ["mustache", "{format: mustache, parser: prompty}", "{format: {kind: mustache}}"])
def test_mustache(read_text, template):
    document = read_text(
        "x.prompty", f"---\ntemplate: {template}\n---\nsystem:\n{{{{#x}}}}\nuser:\n{{{{y}}}}{{{{/x}}}}\n"
    )
    messages = document.prompts[0].messages
    assert [message.template for message in messages] == ["mustache", "mustache"]
    assert [(use.name, use.sure) for message in messages for use in message.uses] == [("x", True), ("y", False)]
    assert document.problems == ()


@pytest.mark.parametrize(
    ("front", "model", "cap"),
    [
        ("model: gpt-5", "gpt-5", None),
        ("model: {id: gpt-5, options: {maxOutputTokens: 9}}", "gpt-5", 9),
        ("model: {api: chat, connection: {azure_deployment: gpt-4o}}", "gpt-4o", None),
        ("model: {connection: {kind: reference, name: mine}}", None, None),
        ("model: {id: a, options: {additionalProperties: {max_tokens: 9}}}", "a", 9),
        ("model: {id: a, options: {maxOutputTokens: 8, additionalProperties: {max_tokens: 9}}}", "a", 8),
        ("model: {id: a, parameters: {max_completion_tokens: 9}}", "a", 9),
        ("model: {id: a, configuration: {azure_deployment: b}}", "b", None),
        ("model: {id: a, options: '${file:o.json}'}", "a", 7),
        ("model: ${file:m.json}", "c", 7),
        ("model: ${file:none.json}", None, None),
    ],
)
def test_models_of_both_versions(read_text, front, model, cap):
    files = {"o.json": '{"maxOutputTokens": 7}', "m.json": '{"id": "c", "options": {"maxOutputTokens": 7}}'}
    found = read_text("x.prompty", f"---\n{front}\n---\nHi.\n", **files).prompts[0].settings
    assert (found.model and found.model.value) == model
    assert (found.max_output_tokens and found.max_output_tokens.value) == cap


@pytest.mark.parametrize(
    ("front", "schema"),
    [
        ("model: m\noutputs: {a: {kind: float}}", {"a": {"type": "number"}}),
        ("model: m\noutputs: {a: x}", {"a": {"type": "string"}}),
        ("outputs: [{name: a, kind: string}]", {"a": {"type": "string"}}),
        ("model: m\noutputSchema: {properties: [{name: a}]}", {"a": {"type": "string"}}),
        ("model: m\noutputs: ${file:out.json}", {"a": {"type": "boolean"}}),
        ("model: m\noutputs: {type: object, properties: {a: {type: string}}}", {"a": {"type": "string"}}),
    ],
)
def test_outputs_are_the_schema(read_text, front, schema):
    found = read_text("x.prompty", f"---\n{front}\n---\nHi.\n", **{"out.json": '{"a": {"kind": "boolean"}}'})
    settings = found.prompts[0].settings
    assert (settings.schema.value["properties"], settings.response_format.value) == (schema, "json_schema")


@pytest.mark.parametrize("outputs", ["{a: {kind: thread}}", "${file:none.json}"])
def test_outputs_that_json_schema_cannot_say(read_text, outputs):
    found = read_text("x.prompty", f"---\nmodel: m\noutputs: {outputs}\n---\nHi.\n").prompts[0].settings
    assert found.response_format.value == "json_schema"
    assert not isinstance(found.schema.value, dict)


@pytest.mark.parametrize("outputs", ["outputs:", "outputs: []", "outputs: {a: {type: string}}"])
def test_outputs_that_are_no_schema(read_text, outputs):
    found = read_text("x.prompty", f"---\nmodel: {{api: chat}}\n{outputs}\n---\nHi.\n").prompts[0].settings
    assert (found.schema, found.response_format) == (None, None)


@pytest.mark.parametrize(
    ("front", "names"),
    [
        ("inputs: [{name: a}, {name: old, kind: thread}]", ["a"]),
        ("inputs: {a: x, old: {kind: thread}, pic: {kind: image}}", ["a", "pic"]),
        ("inputSchema: {properties: [{name: a}, {name: b}]}", ["a", "b"]),
        ("inputSchema: {a: {kind: string}}", ["a"]),
        ("inputs: ${file:in.json}", ["a", "b"]),
    ],
)
def test_kinds_of_inputs(read_text, front, names):
    document = read_text("x.prompty", f"---\n{front}\n---\n{{{{a}}}}\n", **{"in.json": '{"a": 1, "b": 2}'})
    assert [each.name for each in document.prompts[0].declared] == names


def test_the_mark_of_a_thread_is_a_place_that_is_filled_in(read_text):
    body = "system:\n{% if a %}Hi.\n![thread]\nbye ![thread]{% endif %}\n  ![thread]\n"
    document = read_text("x.prompty", f"---\ninputs: [a]\n---\n{body}")
    (message,) = document.prompts[0].messages
    assert [(use.name, use.sure) for use in message.uses] == [("a", True), ("thread", False), ("thread", False)]
    assert message.literal == "Hi.\n\nbye ![thread]\n"


@pytest.mark.parametrize(("api", "kind"), [("chat", None), ("embedding", Kind.FRAGMENT), ("image", Kind.FRAGMENT)])
def test_embeddings_and_images_have_no_answer_in_words(read_text, api, kind):
    assert read_text("x.prompty", f"---\nmodel: {{id: m, apiType: {api}}}\n---\nHi.\n").prompts[0].kind == kind


def test_without_front_matter_it_is_of_version_2(read_text):
    document = read_text("x.prompty", "system:\nHi.\n")
    assert document.problems == ()
    assert roles(document) == [("system", "Hi.")]


@pytest.mark.parametrize(
    ("source", "at", "detail"),
    [
        ("---\nname: x\nsystem:\nHi.\n", "---", "never closed"),
        ("---\nname: [x\nmodel: m\n---\nHi.\n", None, ""),
        ("---\nname: x\nname: y\n---\nHi.\n", None, ""),
    ],
)
def test_broken_front_matter(read_text, source, at, detail):
    document = read_text("x.prompty", source)
    (problem,) = document.problems
    assert (problem.rule, problem.severity) == ("invalid-front-matter", None)
    assert detail in problem.detail
    if at:
        assert document.source.slice(problem.location.span) == at
    assert document.prompts, "the body is read all the same"


@pytest.mark.parametrize("source", ["", "\n\n", "---\nname: x\n---\n\n"])
def test_nothing_to_send_is_no_prompt(read_text, source):
    document = read_text("x.prompty", source)
    assert document.prompts == ()
    assert document.problems == ()


def test_comments_silence_rules(read_text):
    source = "---\n# promptlint: ignore[unused-variable]\ninputs: [a]\n---\nsystem:\n{# promptlint: ignore[b] #}\nHi.\n"
    document = read_text("x.prompty", source)
    scopes = [document.source.slice(each.scope) for each in document.suppressions]
    assert scopes == ["inputs: [a]", "Hi."]


@given(
    st.lists(
        st.sampled_from(
            [
                "system:\n",
                "user:\n",
                "# assistant:\n",
                "{% for x in y %}",
                "{% endfor %}\n",
                "{{ a }}",
                "{#",
                "#}",
                "{%- if a -%}",
                "{%- endif -%}",
                "{% raw %}",
                "{% endraw %}",
                "![thread]\n",
                "\n",
                " ",
                "\r",
                "word",
                "---\n",
            ]
        )
        | st.text(max_size=3),
        max_size=30,
    ).map("".join)
)
@settings(max_examples=200, deadline=None)
def test_any_body(verify, body):
    document = verify(formats.read(Source("x.prompty", "---\nname: x\n---\n" + body)))
    for prompt in document.prompts:
        for message in prompt.messages:
            assert message.text == message.text.strip()


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, data):
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, len(WHOLE)))
    put = data.draw(st.text(max_size=5) | st.sampled_from(["- ", ": ", "\n", "---\n", "*a ", "{{", "{%", "!x ", "|"]))
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    verify(formats.read(Source("x.prompty", (WHOLE[:start] + put + WHOLE[end:]).replace("\n", newline))))
