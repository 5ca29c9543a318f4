from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import promptfoo
from promptlint.source import Source, Span

CONFIG = """\
description: Letters
prompts:
  - "Write about {{topic}} in {{ style | upper }}."
  - id: short
    label: short letter
    raw: |
      Summarise {{text}}
      in a line.
  - file://letters.txt
  - make.py:letter
  - '[{"role": "system", "content": "Be \\"{{tone}}\\"."}, {"role": "user", "content": [{"type": "text", "text": "{{topic}}"}]}]'
providers:
  - id: openai:chat:gpt-4o-mini
    config:
      max_tokens: 200
      temperature: 0.1
      response_format: {type: json_object}
defaultTest:
  vars:
    style: plain
tests:
  - vars:
      topic: rain
      text: A text.
    assert:
      - type: contains
        value: rain
"""
PATH = "evals/promptfooconfig.yaml"


def written(document, location):
    return document.source.slice(location.span)


def test_prompts_written_in_the_configuration(read_text):
    document = read_text(PATH, CONFIG)
    assert document.format == "promptfoo"
    assert [prompt.name for prompt in document.prompts] == [
        "promptfooconfig/prompt",
        "promptfooconfig/short letter",
        "promptfooconfig/prompt-2",
    ]
    first, second, chat = document.prompts
    assert [(message.role, message.template) for message in first.messages] == [(None, "jinja")]
    assert second.messages[0].text == "Summarise {{text}}\nin a line.\n"
    assert [(message.role, message.text) for message in chat.messages] == [
        ("system", 'Be "{{tone}}".'),
        ("user", "{{topic}}"),
    ]
    place = chat.messages[0].locate(Span(3, 4))
    assert written(document, place) == '\\"'


def test_tests_declare_what_a_prompt_uses(read_text):
    first, second, chat = read_text(PATH, CONFIG).prompts
    assert [(each.name, each.sample) for each in first.declared] == [("topic", "rain"), ("style", "plain")]
    assert [each.name for each in second.declared] == ["text"]
    assert [each.name for each in chat.declared] == ["topic"]


@pytest.mark.parametrize(
    "tests", ["tests: data.csv", "tests: [file://a.yaml]", "tests:\n  - vars: file://a.yaml", "scenarios: []", ""]
)
def test_variables_from_elsewhere_leave_it_open(read_text, tests):
    (prompt,) = read_text(PATH, f"prompts: ['Hi {{{{x}}}}']\n{tests}\n").prompts
    assert prompt.declared is None


def test_what_promptfoo_fills_in_itself_is_declared(read_text):
    text = "prompts: ['{{env.KEY}} {{x}} {{y}}']\ntests: [{vars: {x: 1}}]\n"
    (prompt,) = read_text(PATH, text).prompts
    assert [each.name for each in prompt.declared] == ["env", "x"]


def test_settings_of_the_provider(read_text):
    document = read_text(PATH, CONFIG)
    found = document.prompts[0].settings
    assert (found.model.value, found.max_output_tokens.value, found.temperature.value, found.response_format.value) == (
        "gpt-4o-mini",
        200,
        0.1,
        "json",
    )
    assert written(document, found.model.location) == "gpt-4o-mini"
    assert written(document, found.max_output_tokens.location) == "200"


@pytest.mark.parametrize(
    ("providers", "model", "cap"),
    [
        ("openai:gpt-4o", "gpt-4o", None),
        ("[openai:gpt-4o, openai:o3]", None, None),
        ("[{id: openai:gpt-4o, config: {max_tokens: 5}}, {id: openai:gpt-4o, config: {max_tokens: 9}}]", "gpt-4o", 9),
        ("[{id: openai:gpt-4o, config: {max_tokens: 5}}, openai:gpt-4o]", "gpt-4o", None),
        ("[{'anthropic:messages:claude-x': {config: {max_tokens: 7}}}]", "claude-x", 7),
        ("[{id: google:gemini-2, config: {generationConfig: {maxOutputTokens: 3}}}]", "gemini-2", 3),
        ("[python:run.py, 'file://x.js']", None, None),
        ("[exec:./run]", None, None),
        ("['{{ env.P }}']", None, None),
        ("3", None, None),
        ("[]", None, None),
    ],
)
def test_what_several_providers_agree_on(read_text, providers, model, cap):
    (prompt,) = read_text(PATH, f"prompts: [Write a poem.]\nproviders: {providers}\n").prompts
    found = prompt.settings
    assert (found.model.value if found.model else None) == model
    assert (found.max_output_tokens.value if found.max_output_tokens else None) == cap


@pytest.mark.parametrize(
    "text",
    [
        "file://a/b.txt",
        "prompts.py:make",
        "a/*.txt",
        "prompt.txt",
        "chat.json",
        "exec:./x",
        "langfuse://a:1",
        "x.j2",
        "file://p.py:f.g",
    ],
)
def test_names_of_files_are_no_prompts(read_text, text):
    assert read_text(PATH, f"prompts: ['{text}']\n").prompts == ()
    assert read_text(PATH, f"prompts: '{text}'\n").prompts == ()


@pytest.mark.parametrize(
    "text", ["Write about Node.js", "Name a file: a.b", "{{x}}", "Say hi.", "Which is it: a or b?"]
)
def test_other_texts_are(read_text, text):
    assert len(read_text(PATH, f'prompts: ["{text}"]\n').prompts) == 1


def test_older_configurations_map_files_to_labels(read_text):
    document = read_text(PATH, "prompts: {a.txt: first, 'Say {{x}}': second}\n")
    assert [prompt.name for prompt in document.prompts] == ["promptfooconfig/second"]


def test_a_chat_in_yaml(read_text):
    text = "prompts:\n  - |\n    - role: system\n      content: Be kind.\n    - role: user\n      content: '{{q}}'\n"
    (prompt,) = read_text(PATH, text).prompts
    assert [(message.role, message.text) for message in prompt.messages] == [("system", "Be kind."), ("user", "{{q}}")]


def test_a_chat_that_is_none_before_it_is_filled_in_is_text(read_text):
    (prompt,) = read_text(PATH, "prompts: ['[{\"role\": {{role}}}]']\n").prompts
    assert [message.text for message in prompt.messages] == ['[{"role": {{role}}}]']


def test_a_text_file_is_joined_with_the_configuration_that_names_it(read_text):
    text = "Write about {{topic}}.\n---\nWrite of {{ nothing }}.\n\n--- \n\n"
    document = read_text("evals/letters.txt", text, **{PATH: CONFIG})
    assert document.format == "text"
    first, second = document.prompts
    assert (first.name, second.name) == ("letters", "letters-2")
    assert [message.text for message in second.messages] == ["Write of {{ nothing }}."]
    assert document.source.slice(second.location.span) == "Write of {{ nothing }}."
    assert [each.name for each in first.declared] == ["topic"]
    assert second.declared == ()
    for prompt in document.prompts:
        assert prompt.messages[0].template == "jinja"
        assert prompt.settings.max_output_tokens.location.path == PATH
    assert PATH in document.dependencies


@pytest.mark.parametrize("name", ["file://prompts/*.md", "prompts/a.md", "./prompts/a.md"])
def test_a_file_in_a_folder_below(read_text, name):
    config = f"prompts: ['{name}']\nproviders: openai:gpt-4o\n"
    (prompt,) = read_text("evals/prompts/a.md", "Write about {{x}}.\n\n---\n\nBe brief.", **{PATH: config}).prompts
    assert prompt.settings.model.value == "gpt-4o"


def test_a_file_that_the_configuration_does_not_name_stays_as_it_is(read_text):
    document = read_text("evals/prompts/b.txt", "Write about {topic}.", **{PATH: CONFIG})
    (prompt,) = document.prompts
    assert (prompt.messages[0].template, prompt.declared, prompt.settings.model) == ("braces", None, None)
    assert PATH in document.dependencies


def test_faults_of_nunjucks_are_reported_in_the_text(read_text):
    config = "prompts: [file://prompt.txt]\n"
    document = read_text("prompt.txt", "Write {% if x %} about {y}.", **{"promptfooconfig.yaml": config})
    assert [problem.rule for problem in document.problems] == ["unbalanced-delimiter"]


@pytest.mark.parametrize(
    ("path", "text", "taken"),
    [
        (PATH, CONFIG, True),
        ("promptfooconfig.eval.json", '{"prompts": []}', True),
        ("promptfooconfig.yaml", "hello: 1", False),
        ("config.yaml", CONFIG, False),
    ],
)
def test_recognised_by_name(path, text, taken):
    assert (promptfoo.recognise(path, text, named=True) is not None) == taken


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_never_raises(verify, data):
    start = data.draw(st.integers(0, len(CONFIG)))
    end = data.draw(st.integers(start, len(CONFIG)))
    put = data.draw(st.text(max_size=4) | st.sampled_from(["- ", ": ", "\n", "  ", "&a ", "*a ", "{{", "'", "[", "{"]))
    text = CONFIG[:start] + put + CONFIG[end:]
    verify(formats.read(Source(PATH, text.replace("\n", data.draw(st.sampled_from(["\n", "\r\n", "\r"]))))))
    lookup = {PATH: Source(PATH, text)}.get
    verify(formats.read(Source("evals/letters.txt", CONFIG[start:] + "\n---\n{{ x }}"), lookup, format="text"))


def test_many_prompts_with_many_variables_take_linear_time(linear_time):
    def reading(count):
        prompts = "".join(f"  - 'Say {{{{x{number}}}}}'\n" for number in range(count))
        variables = "".join(f"      x{number}: 1\n" for number in range(count))
        document = formats.read(Source(PATH, f"prompts:\n{prompts}tests:\n  - vars:\n{variables}"))
        assert len(document.prompts) == count
        assert document.prompts[-1].declared[0].name == f"x{count - 1}"

    linear_time(reading, 4000)
