from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.prompt import Control, Kind, Text
from promptlint.source import Source

WHOLE = """\
# Copyright: nobody
---
model: googleai/gemini-2.5-flash
config:
  temperature: 0.4
  maxOutputTokens: 300
input:
  schema:
    topic: string, what it is about
    tone?(enum): [dry, warm]
    points(array): string
  default:
    topic: rivers
output:
  format: json
  schema:
    title: string
    lines(array, one for each point):
      text: string
tools: [search]
---
{{role "system"}}
You write about {{topic}}.
{{#if tone}}Be {{tone}}.{{/if}}
{{history}}
{{role "user"}}
{{#each points}}
- {{this}} {{note}}
{{/each}}
{{role "model"}}
Here it is:
"""


def roles(document):
    return [(message.role, message.text) for message in document.prompts[0].messages]


def test_role_tags_split_the_body(read_text):
    document = read_text("a/poem.long.prompt", WHOLE)
    assert (document.format, document.problems, document.prompts[0].name) == ("dotprompt", (), "poem.long")
    assert roles(document) == [
        ("system", "You write about {{topic}}.\n{{#if tone}}Be {{tone}}.{{/if}}\n{{history}}"),
        ("user", "{{#each points}}\n- {{this}} {{note}}\n{{/each}}"),
        ("assistant", "Here it is:"),
    ]
    for message in document.prompts[0].messages:
        for use in message.uses:
            assert document.source.slice(message.locate(use.span).span) == use.name


def test_settings(read_text):
    document = read_text("poem.prompt", WHOLE)
    found = document.prompts[0].settings
    assert (found.model.value, found.max_output_tokens.value, found.temperature.value) == (
        "googleai/gemini-2.5-flash",
        300,
        0.4,
    )
    assert (found.response_format.value, found.tools.value) == ("json", ["search"])
    assert document.source.slice(found.max_output_tokens.location.span) == "300"
    assert found.schema.value["required"] == ["title", "lines"]
    inside = found.schema.inside(("properties", "lines", "items", "properties", "text", "type"))
    assert document.source.position(inside.span.start).line == 19


def test_the_input_declares_variables(read_text):
    document = read_text("poem.prompt", WHOLE)
    declared = document.prompts[0].declared
    assert [(each.name, each.sample) for each in declared] == [("topic", "rivers"), ("tone", None), ("points", None)]
    assert [document.source.slice(each.location.span) for each in declared] == ["topic", "tone", "points"]


@pytest.mark.parametrize(
    ("front", "names"),
    [
        ("input: {schema: {a: string}}", ["a"]),
        ("input: {schema: {a: Thing, b: string}}", ["a", "b"]),
        ("input: {schema: {a: string}, default: {b: 1}}", ["a", "b"]),
        ("input: {schema: {type: object, properties: {a: {type: string}}}}", ["a"]),
        ("input: {type: object, properties: {a: {type: string}}}", ["a"]),
        ("variables: {a: {type: string}}", ["a"]),
        ("input: {schema: Thing}", None),
        ("input: {schema: {a: string, (*): any}}", None),
        ("input: {default: {a: 1}}", None),
        ("input: {schema: }", None),
        ("input:", None),
        ("model: m", None),
    ],
)
def test_declarations(read_text, front, names):
    declared = read_text("x.prompt", f"---\n{front}\n---\nHi {{{{a}}}}.\n").prompts[0].declared
    assert (None if declared is None else [each.name for each in declared]) == names


@pytest.mark.parametrize(
    ("front", "schema", "format"),
    [
        ("output: {schema: Thing}", "Thing", "json_schema"),
        ("output: {schema: {a: Thing}}", ["a"], "json_schema"),
        ("output: {format: json}", None, "json"),
        ("output: {format: text}", None, "text"),
        ("output: {schema: {type: string}}", {"type": "string"}, "json_schema"),
        ("output: {format: enum, schema: {type: string, enum: [a]}}", {"type": "string", "enum": ["a"]}, None),
    ],
)
def test_schemas_of_the_answer(read_text, front, schema, format):  # noqa: A002
    found = read_text("x.prompt", f"---\n{front}\n---\nHi.\n").prompts[0].settings
    assert (found.schema and found.schema.value, found.response_format and found.response_format.value) == (
        schema,
        format,
    )


def test_text_before_the_first_role_is_the_users(read_text):
    assert roles(read_text("x.prompt", "---\nmodel: m\n---\nHi.\n{{role 'system'}}Be brief.\n")) == [
        ("user", "Hi."),
        ("system", "Be brief."),
    ]


def test_the_history_marks_a_chat_and_declares_nothing(read_text):
    document = read_text("x.prompt", "---\ninput: {schema: {a: string}}\n---\n{{history}}\nGo on about {{a}}.\n")
    assert [role for role, _ in roles(document)] == ["user", "assistant"]
    uses = [(use.name, use.sure) for message in document.prompts[0].messages for use in message.uses]
    assert uses == [("history", False), ("a", True)]


def test_a_partial_may_change_the_role(read_text):
    body = '---\nmodel: m\n---\n{{role "system"}}A\n{{> style tone=t}}\nB\n'
    partial = "---\nmodel: m\n---\n{{> deep}}C"
    document = read_text("p/q/x.prompt", body, **{"p/q/_style.prompt": partial, "p/_deep.prompt": '{{role "user"}}'})
    assert roles(document) == [("system", "A\n{{> style tone=t}}"), ("user", "B")]
    assert document.dependencies == ("p/q/_style.prompt", "p/q/_deep.prompt", "p/_deep.prompt")


def test_partials_in_a_circle_or_missing_change_nothing(read_text):
    document = read_text("x.prompt", "---\nmodel: m\n---\n{{> a}} {{> b}} C\n", **{"_a.prompt": "{{> a}}"})
    assert roles(document) == [("user", "{{> a}} {{> b}} C")]
    assert document.dependencies == ("_a.prompt", "_b.prompt")


def test_a_partial_is_a_fragment(read_text):
    document = read_text("_style.prompt", "Be {{#if tone}}{{tone}}{{else}}kind{{/if}}.\n")
    assert (document.format, document.prompts[0].kind, document.prompts[0].declared) == (
        "dotprompt",
        Kind.FRAGMENT,
        None,
    )


def test_a_block_may_span_messages(read_text):
    body = "{{#each turns}}{{role 'user'}}{{q}}{{role 'model'}}{{a}}{{/each}}{{role 'user'}}Go on."
    document = read_text("x.prompt", f"---\nmodel: m\n---\n{body}")
    assert document.problems == ()
    assert [role for role, _ in roles(document)] == ["user", "user", "assistant", "user"]
    assert not any(
        isinstance(part, Control) and part.partner is not None
        for message in document.prompts[0].messages
        for part in message.parts
        if not isinstance(part, Text)
    )


def test_a_body_in_jinja_is_read_as_jinja(read_text):
    document = read_text("x.prompt", "---\nmodel: m\n---\n{% if a %}{{ b | upper }}{% endif %}\n")
    assert (document.prompts[0].messages[0].template, document.problems) == ("jinja", ())


@pytest.mark.parametrize(
    ("text", "rule", "at"),
    [
        ("---\nmodel: [x\n---\nHi.\n", "invalid-front-matter", None),
        ("---\nmodel: m\nHi. {{role 'user'}}\n", "invalid-front-matter", "---"),
        ("---\nmodel: m\n---\n{{#if a}}Hi.\n", "unbalanced-delimiter", "{{#if a}}"),
        ("---\ninput: {schema: {a(text): b}}\n---\nHi.\n", "invalid-json-schema", "a(text)"),
        ("---\noutput: {schema: {a: 1}}\n---\nHi.\n", "invalid-json-schema", "1"),
    ],
)
def test_problems(read_text, text, rule, at):
    document = read_text("x.prompt", text)
    (problem,) = document.problems
    assert (problem.rule, problem.severity) == (rule, None)
    if at:
        assert document.source.slice(problem.location.span) == at


@pytest.mark.parametrize(
    ("path", "text", "format"),
    [
        ("a.prompt", "---\nmodel: m\n---\nHi.", "dotprompt"),
        ("a.prompt", "---\nname: x\noutput:\n  format: json\n---\nHi.", "dotprompt"),
        ("a.prompt", 'Hi {{role "user"}}', "dotprompt"),
        ("a.prompt", "\n# note\n---\r\nmodel: m\r\n---\r\nHi.", "dotprompt"),
        ("a.prompt", "Hi {{name}}.", "text"),
        ("a.prompt", "{{#if a}}b{{/if}}", "text"),
        ("a.prompt", "---\ntitle: x\n---\nmodel: m\n", "text"),
        ("a.prompt", "{% if a %}b{% endif %}", "text"),
        ("_a.prompt", "{{name}}", "text"),
        ("_schema_A.partial.prompt", '{"type": "object"}', None),
    ],
)
def test_recognition(path, text, format):  # noqa: A002
    found = formats.recognise(path, text)
    assert (found and found.format) == format
    assert formats.may_hold_prompts(path)


@pytest.mark.parametrize("line", ["\r\n", "# note\r\n", "\r", "--- \r\n", "a: b\r\n", "{{role "])
def test_recognition_takes_linear_time(linear_time, line):
    def recognising(count):
        for text in (line * count, "---\r\n" + line * count):
            formats.recognise("x.prompt", text)

    linear_time(recognising, 40_000)


def test_comments_silence_rules(read_text):
    text = "---\n# promptlint: ignore[unused-variable]\ninput: {schema: {a: string}}\n---\n{{! promptlint: ignore[b] }}\nHi.\n"
    document = read_text("x.prompt", text)
    assert [document.source.slice(each.scope) for each in document.suppressions] == [
        "input: {schema: {a: string}}",
        "Hi.",
    ]


def test_own_key(read_text):
    found = read_text("x.prompt", "---\nmodel: m\npromptlint: {kind: system, language: de}\n---\nHi.\n").prompts[0]
    assert (found.kind, found.language) == (Kind.SYSTEM, "de")


@pytest.mark.parametrize("text", ["", "---\nmodel: m\n---\n", "---\nmodel: m\n---\n\n {{role 'user'}} \n"])
def test_nothing_to_send_is_no_prompt(verify, text):
    assert verify(formats.read(Source("x.prompt", text), format="dotprompt")).prompts == ()


PIECES = st.sampled_from(
    [
        '{{role "user"}}',
        "{{role 'model'}}",
        "{{history}}",
        "{{> p}}",
        "{{#if a}}",
        "{{/if}}",
        "{{else}}",
        "{{a}}",
        "{{~a~}}",
        "{{",
        "}}",
        "\\{{",
        "\n",
        "\r",
        " ",
        "word",
        "---\n",
        "{{! c }}",
    ]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join), st.sampled_from(["\n", "\r\n", "\r"]))
@settings(max_examples=200, deadline=None)
def test_any_body(verify, body, newline):
    text = ("---\nmodel: m\n---\n" + body).replace("\n", newline)

    def lookup(path):
        return Source(path, "{{role 'system'}}{{> p}}") if path == "_p.prompt" else None

    verify(formats.read(Source("x.prompt", text), lookup, "dotprompt"))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, data):
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, len(WHOLE)))
    put = data.draw(
        st.text(max_size=5) | st.sampled_from(["- ", ": ", "\n", "---\n", "*a ", "{{", "(", "!x ", "|", "?", ","])
    )
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    source = Source("x.prompt", (WHOLE[:start] + put + WHOLE[end:]).replace("\n", newline))
    formats.recognise(source.path, source.text)
    verify(formats.read(source, format="dotprompt"))
