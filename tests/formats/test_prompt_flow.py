from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import Recognition, prompt_flow
from promptlint.formats._format import Refusal
from promptlint.source import Source

TEMPLATE = """\
# system:
Sort the mail.
# user:
{% for each in examples %}
Mail: {{ each.mail }}
{% endfor %}
Mail: {{ mail }}
"""
FLOW = """\
inputs:
  mail: {type: string}
nodes:
- name: examples
  type: python
  source: {type: code, path: examples.py}
  inputs: {}
- name: sort
  type: llm
  source:
    type: code
    path: sort.jinja2
  inputs:
    deployment_name: gpt-4o
    max_tokens: 128
    temperature: 0.2
    response_format: {type: json_object}
    mail: ${inputs.mail}
    examples: ${examples.output}
    tone: friendly
  api: chat
- name: other
  use_variants: true
node_variants:
  other:
    default_variant_id: variant_0
    variants:
      variant_0:
        node:
          type: llm
          source: {type: code, path: prompts/other.jinja2}
          inputs: {deployment_name: gpt-4o-mini, max_tokens: "${inputs.limit}", text: "${inputs.mail}"}
"""
PATH = "flows/sort/sort.jinja2"
DAG = "flows/sort/flow.dag.yaml"


def test_a_template_is_joined_with_the_flow_beside_it(read_text):
    document = read_text(PATH, TEMPLATE, **{DAG: FLOW})
    (prompt,) = document.prompts
    assert document.format == "prompt-flow"
    assert [(message.role, message.literal.split("\n")[0]) for message in prompt.messages] == [
        ("system", "Sort the mail."),
        ("user", ""),
    ]
    found = prompt.settings
    assert (found.model.value, found.max_output_tokens.value, found.temperature.value, found.response_format.value) == (
        "gpt-4o",
        128,
        0.2,
        "json",
    )
    for setting, written in ((found.model, "gpt-4o"), (found.max_output_tokens, "128")):
        assert setting.location.path == DAG
        assert FLOW[setting.location.span.start : setting.location.span.end] == written
    assert [(each.name, each.sample) for each in prompt.declared] == [
        ("mail", None),
        ("examples", None),
        ("tone", "friendly"),
    ]
    assert DAG in document.dependencies


def test_a_flow_one_folder_up_and_a_node_in_a_variant(read_text):
    document = read_text("flows/sort/prompts/other.jinja2", "Summarise {{ text }}.", **{DAG: FLOW})
    (prompt,) = document.prompts
    assert document.format == "jinja"
    assert prompt.settings.model.value == "gpt-4o-mini"
    assert prompt.settings.max_output_tokens.value == "${inputs.limit}"
    assert [each.name for each in prompt.declared] == ["text"]
    assert {"flows/sort/prompts/flow.dag.yaml", DAG} <= set(document.dependencies)


@pytest.mark.parametrize(
    "flow", ["", "nodes: 3", "nodes:\n- name: x\n  source: {path: else.jinja2}", "nodes: [{source: "]
)
def test_a_flow_that_does_not_name_the_file_says_nothing(read_text, flow):
    (prompt,) = read_text(PATH, TEMPLATE, **{DAG: flow}).prompts
    assert prompt.declared is None
    assert prompt.settings.model is None
    assert [message.role for message in prompt.messages] == ["system", "user"]


def test_an_input_of_the_model_that_the_template_reads_is_declared(read_text):
    flow = "nodes:\n- type: llm\n  source: {path: a.jinja2}\n  inputs: {user: x, stop: y}\n"
    (prompt,) = read_text("a.jinja2", "Write to {{ user }}.", **{"flow.dag.yaml": flow}).prompts
    assert [each.name for each in prompt.declared] == ["user"]


@pytest.mark.parametrize(
    ("path", "text", "taken"),
    [
        ("a.jinja2", TEMPLATE, True),
        ("a.jinja2", "\n\nsystem:\nBe kind.\n\nuser:\n{{ x }}", True),
        ("a.jinja2", "# system:\nBe kind.", True),
        ("a.jinja2", "# system:\r\rBe kind.", True),
        ("a.jinja2", "system:\n  key: value\n", False),
        ("hosts.yaml.j2", "system:\n  a: b\nuser:\n  c: d\n", False),
        ("a.jinja2", "Answer.\nsystem:\nuser:\n", False),
        ("a.txt", TEMPLATE, False),
    ],
)
def test_recognised_by_role_lines(path, text, taken):
    found = prompt_flow.recognise(path, text, named=False)
    assert isinstance(found, Recognition) == taken


def test_a_flow_itself_has_no_text():
    assert prompt_flow.recognise(DAG, FLOW, named=False) is None
    assert isinstance(prompt_flow.recognise(DAG, FLOW, named=True), Refusal)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_never_raises(verify, data):
    start = data.draw(st.integers(0, len(FLOW)))
    end = data.draw(st.integers(start, len(FLOW)))
    put = data.draw(st.text(max_size=4) | st.sampled_from(["- ", ": ", "\n", "  ", "&a ", "*a "]))
    flow = FLOW[:start] + put + FLOW[end:]
    cut = data.draw(st.integers(0, len(TEMPLATE)))
    text = (TEMPLATE[cut:] + TEMPLATE[:cut]).replace("\n", data.draw(st.sampled_from(["\n", "\r\n", "\r"])))
    verify(formats.read(Source(PATH, text), lambda name: Source(name, flow) if name == DAG else None))
