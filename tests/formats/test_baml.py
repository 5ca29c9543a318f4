import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import baml
from promptlint.prompt import Control, Kind, Variable
from promptlint.source import Source, Span

WHOLE = """\
// What people ask for
enum Topic {
  Refund
  Other
}

client<llm> Small {
  provider openai
  options {
    model "gpt-4o-mini"
    max_tokens 200 // enough
    temperature 0.25
    api_key env.KEY
  }
}

client<llm> Safe {
  provider fallback
  options { strategy [
    Small
    Large
  ] }
}

// promptlint: ignore[filler-phrase] quoted
function Classify(text: string, history: map<string, string>[], unused: image?) -> Topic {
  client Safe
  prompt #"
    {# a remark #}
    {{ _.role("system") }}
    Classify the request.
      {{ ctx.output_format(prefix=null) }}

    {% if history %}
    {{ Shown(history) }} {{ Topic.Refund }}
    {% endif %}
    {{ _.role('user') }}
    {{ text | upper }}
  "#
}

template_string Shown(items: string[]) ##"
  {% for item in items %}
  {{ _.role(item.role) }} {{ item.text }} "#
  {% endfor %}
"##

function Say(what: string) -> string {
  prompt #"Say {{ what }}"#
  client "anthropic/claude-3-5-haiku"
}

test Classifies {
  functions [Classify]
  args { text #"function Not(x: int) -> int { prompt #" "# }
}
"""
PATH = "project/baml_src/topics/classify.baml"


def prompts(read_text, text, **others):
    return {prompt.name: prompt for prompt in read_text(PATH, text, **others).prompts}


def test_messages(read_text):
    system = """\
{# a remark #}
{{ _.role("system") }}
Classify the request.
  {{ ctx.output_format(prefix=null) }}

{% if history %}
{{ Shown(history) }} {{ Topic.Refund }}
{% endif %}"""
    shown = '{% for item in items %}\n{{ _.role(item.role) }} {{ item.text }} "#\n{% endfor %}'
    found = prompts(read_text, WHOLE)
    assert {name: [(each.role, each.text) for each in prompt.messages] for name, prompt in found.items()} == {
        "Classify": [("system", system), ("user", "{{ text | upper }}")],
        "Shown": [(None, shown)],
        "Say": [(None, "Say {{ what }}")],
    }


def test_variables(read_text):
    document = read_text(PATH, WHOLE)
    found = {prompt.name: prompt for prompt in document.prompts}
    assert {name: [each.name for each in prompt.declared] for name, prompt in found.items()} == {
        "Classify": ["text", "history", "unused"],
        "Shown": ["items"],
        "Say": ["what"],
    }
    assert {name: [use.name for each in prompt.messages for use in each.uses] for name, prompt in found.items()} == {
        "Classify": ["history", "history", "text"],
        "Shown": ["items"],
        "Say": ["what"],
    }
    declaration = found["Classify"].declared[1]
    assert document.source.slice(declaration.location.span) == "history"
    marker = next(
        part for part in found["Shown"].messages[-1].parts if isinstance(part, Control) and part.kind == "other"
    )
    assert marker.uses == ()
    assert sum(isinstance(part, Variable) for part in found["Classify"].messages[-1].parts) == 1


def test_settings(read_text):
    document = read_text(PATH, WHOLE)
    classify, shown, say = (prompt.settings for prompt in document.prompts)
    assert (classify.model.value, classify.max_output_tokens.value, classify.temperature.value) == (
        "gpt-4o-mini",
        200,
        0.25,
    )
    assert document.source.slice(classify.model.location.span) == "gpt-4o-mini"
    assert classify.schema.value == {"enum": ["Refund", "Other"]}
    assert document.source.slice(classify.schema.location.span) == "Topic"
    assert (shown.model, shown.schema) == (None, None)
    assert (say.model.value, say.response_format.value, say.schema) == ("anthropic/claude-3-5-haiku", "text", None)
    assert [prompt.kind for prompt in document.prompts] == [Kind.TASK, Kind.FRAGMENT, None]


FUNCTION = 'function F(a: string) -> Answer {\n  client Mine\n  prompt #"Do {{ a }}"#\n}\n'
CLIENT = "client<llm> Mine {\n  options {\n    model_id m-1\n    inference_configuration { max_tokens 5 }\n  }\n}\n"


def test_other_files(read_text):
    others = {
        "project/baml_src/clients.baml": CLIENT,
        "project/baml_src/topics/types.baml": "class Answer {\n  yes bool\n}\n",
    }
    document = read_text(PATH, FUNCTION, **others)
    found = document.prompts[0].settings
    assert (found.model.value, found.max_output_tokens.value) == ("m-1", 5)
    assert found.model.location.path == "project/baml_src/clients.baml"
    assert found.schema.value["properties"] == {"yes": {"type": "boolean"}}
    assert set(document.dependencies) == {
        "project/baml_src/topics/clients.baml",
        "project/baml_src/clients.baml",
        "project/baml_src/topics/types.baml",
        "project/baml_src/types.baml",
    }


def test_what_no_file_declares(read_text):
    found = read_text("a.baml", FUNCTION).prompts[0].settings
    assert (found.model, found.schema.value) == (None, "Answer")


def test_circular_fallbacks(read_text):
    text = "client<llm> Mine {\n options { strategy [Mine] }\n}\n" + FUNCTION
    assert read_text("a.baml", text).prompts[0].settings.model is None


def test_suppressions(read_text):
    document = read_text(PATH, WHOLE)
    (suppression,) = document.suppressions
    start = document.prompts[0].location.span.start
    assert suppression.covers("filler-phrase", "verbosity", start)
    assert not suppression.covers("filler-phrase", "verbosity", document.prompts[2].location.span.start)
    text = 'template_string A #"\n  {# promptlint: ignore[shouting] #}\n  STOP\n"#\n'
    assert read_text("a.baml", text).suppressions[0].rules == ("shouting",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('function A() -> int {\n prompt #"x {{ y "#\n}', [("unbalanced-delimiter", "{{")]),
        ('template_string A #"never', [("invalid-file", '#"')]),
        ("function A() -> int {", [("invalid-file", "{")]),
        ('template_string A #"\n  {% if x %}\n"#', [("unbalanced-delimiter", "{% if x %}")]),
        ("// promptlint: ignore", [("invalid-suppression", "// promptlint: ignore")]),
    ],
)
def test_problems(read_text, text, found):
    document = read_text("a.baml", text)
    assert [(problem.rule, document.source.slice(problem.location.span)) for problem in document.problems] == found


def test_edits(read_text):
    message = read_text("a.baml", 'template_string A #"\n    In order to\n    win\n"#').prompts[0].messages[0]
    assert message.edit(Span(0, 11), "To").replacement == "To"
    edit = message.edit(Span(9, 15), "x\ny")
    assert edit.replacement == "x\n    y"


@pytest.mark.parametrize(
    ("path", "text", "named", "reason"),
    [
        ("a.baml", "function A() -> int {}", False, "name ends in .baml, declares a function"),
        ("a.baml", '\n  template_string A #""#', False, "name ends in .baml, declares a function"),
        ("a.baml", "class A {}", False, None),
        ("a.baml", "class A {}", True, "name ends in .baml, named"),
        ("a.txt", "function A() -> int {}", True, None),
    ],
)
def test_recognise(path, text, named, reason):
    found = baml.recognise(path, text, named=named)
    assert (found and found.reason) == reason


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([WHOLE[i : i + 31] for i in range(0, len(WHOLE), 31)]) | st.text(max_size=4), max_size=30)
)
def test_never_raises(verify, pieces):
    verify(formats.read(Source(PATH, "".join(pieces)), format="baml"))
