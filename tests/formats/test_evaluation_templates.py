from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import evaluation_templates
from promptlint.source import Source, Span

TEMPLATES = """\
dataset: news
templates:
  11-22: !Template
    answer_choices: yes ||| no
    id: 11-22
    jinja: 'Is this news?


      {{ text }}

      |||

      {{ answer_choices[label] }}'
    metadata: !TemplateMetadata
      metrics: []
    name: is news
  33-44: !Template
    jinja: "{% if label %}Say \\"{{text}}\\" \\
      \\ again.\\n|||x{% endif %}"
    name: is news
  55-66: !Template
    jinja: ' ||| {{ label }}'
    name: nothing to ask
"""
TASK = """\
# made up
include: base_yaml
task: news
description: "Read the news.\\n"
doc_to_text: 'Question: {{question}}

  Answer:'
doc_to_target: !function utils.target
generation_kwargs:
  max_gen_toks: 64
  temperature: 0.0
"""


def test_promptsource_templates_end_before_the_target(read_text):
    document = read_text("news/templates.yaml", TEMPLATES)
    assert document.format == "promptsource"
    first, second = document.prompts
    assert (first.name, second.name) == ("templates/is news", "templates/is news-2")
    assert first.messages[0].text == "Is this news?\n\n{{ text }}"
    assert [use.name for use in first.messages[0].uses] == ["text"]
    place = first.messages[0].locate(Span(0, 16))
    assert document.source.slice(place.span) == "Is this news?\n\n\n      {"
    assert second.messages[0].text == '{% if label %}Say "{{text}}"  again.'
    assert [use.name for use in second.messages[0].uses] == ["label", "text"]
    quote = second.messages[0].locate(Span(18, 19))
    assert document.source.slice(quote.span) == '\\"'
    assert document.problems == ()


def test_a_task_of_the_harness(read_text):
    document = read_text("tasks/news.yaml", TASK)
    assert document.format == "lm-eval"
    (prompt,) = document.prompts
    assert [message.text for message in prompt.messages] == ["Read the news.\n", "Question: {{question}}\nAnswer:"]
    assert (prompt.settings.max_output_tokens.value, prompt.settings.temperature.value) == (64, 0.0)
    assert document.source.slice(prompt.settings.max_output_tokens.location.span) == "64"
    assert prompt.declared is None
    assert document.source.slice(prompt.location.span).startswith("'Question")


@pytest.mark.parametrize(
    ("path", "text", "format"),
    [
        ("a/templates.yaml", TEMPLATES, "promptsource"),
        ("tasks/a.yaml", TASK, "lm-eval"),
        ("tasks/a.yaml", 'task: a\ndoc_to_text: "Say {{x}}"', "lm-eval"),
        ("tasks/a.yaml", "task: a\ndoc_to_text: |\n  Say {{x}}", "lm-eval"),
        ("tasks/a.yaml", "task: a\ndoc_to_text:\n  Say {{x}}", "lm-eval"),
        ("tasks/a.yaml", "task: a\ninclude: b\n", None),
        ("tasks/a.yaml", "task: a\ndoc_to_text: question\n", None),
        ("tasks/a.yaml", 'task: a\ndoc_to_text: "{{query}}"\n', None),
        ("tasks/a.yaml", "task: a\ndoc_to_text: !function utils.f\n", None),
        ("tasks/a.yaml", "task: a\ndoc_to_text: question\ndescription: Answer it.\n", "lm-eval"),
        ("tasks/main.yaml", "- name: install\n  template: a.j2\n", None),
        ("deploy.yaml", TASK, None),
    ],
)
def test_recognised_by_content(path, text, format):  # noqa: A002
    found = evaluation_templates.recognise(path, text, named=False)
    assert (found.format if found else None) == format


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_never_raises(verify, data):
    name, whole = data.draw(st.sampled_from([("promptsource", TEMPLATES), ("lm-eval", TASK)]))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    put = data.draw(st.text(max_size=4) | st.sampled_from(["- ", ": ", "\n", "!Template ", "|||", "'", '"', "{%"]))
    text = (whole[:start] + put + whole[end:]).replace("\n", data.draw(st.sampled_from(["\n", "\r\n", "\r"])))
    verify(formats.read(Source("templates.yaml", text), format=name))
