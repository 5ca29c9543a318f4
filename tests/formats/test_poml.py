import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.analysis.regions import find_regions
from promptlint.prompt import Control, Text, Variable
from promptlint.source import Source, Span

WHOLE = """\
<!-- promptlint: ignore-file[filler-phrase] quoted -->
<poml>
  <let name="limit" value="40 + 2" />
  <runtime model="gpt-4o-mini" temperature="0.5" max-output-tokens="300" top-p="1"/>
  <system-msg>
    <role>You plan trips &amp; tours.</role>
    <task>Stay #lt; {{ limit }} lines.</task>
    <examples>
      <example for="shot in shots" if="shot.good"><input>{{ shot.input }}</input><output>{{ shot.output }}</output></example>
    </examples>
  </system-msg>
  <human-msg>Plan {{ days > 3 ? 'a long' : kind }} trip. <document src="{{ file }}" /></human-msg>
  <output-schema>{"type": "object", "properties": {"a&amp;b": {"type": "string"}}}</output-schema>
  <tool-definition name="search" description="Finds hotels">{"type": "object"}</tool-definition>
  <stylesheet>{"p": {"syntax": "json"}}</stylesheet>
</poml>
"""
PATH = "prompts/trip.poml"


def literal(message):
    return " ".join(message.literal.split())


def test_messages(read_text):
    document = read_text(PATH, WHOLE)
    assert not document.problems
    (prompt,) = document.prompts
    assert (document.format, prompt.name) == ("poml", "trip")
    assert [(message.role, literal(message)) for message in prompt.messages] == [
        ("system", "You plan trips & tours. Stay < lines."),
        ("user", "Plan trip."),
    ]
    system, user = prompt.messages
    at = system.text.index("&")
    assert document.source.slice(system.map.locate(Span(at, at + 1)).span) == "&amp;"
    assert [use.name for use in system.uses] == ["limit", "shots"]
    assert [use.name for use in user.uses] == ["days", "kind", "file"]
    assert document.suppressions[0].rules == ("filler-phrase",)


def test_settings(read_text):
    document = read_text(PATH, WHOLE)
    found = document.prompts[0].settings
    assert (found.model.value, found.temperature.value, found.max_output_tokens.value) == ("gpt-4o-mini", 0.5, 300)
    assert found.schema.value == {"type": "object", "properties": {"a&b": {"type": "string"}}}
    assert document.source.slice(found.schema.inside(["properties", "a&b", "type"]).span) == '"string"'
    assert found.schema.inside(["nothing"]) is None
    assert found.response_format.value == "json_schema"
    assert found.tools.value == [{"name": "search", "description": "Finds hotels", "parameters": {"type": "object"}}]
    for setting in (found.model, found.temperature, found.max_output_tokens):
        assert document.source.slice(setting.location.span) == str(setting.value)


def test_parts(read_text):
    system = read_text(PATH, WHOLE).prompts[0].messages[0]
    assert [part.text for part in system.parts if isinstance(part, Text) and part.text.strip()] == [
        "You plan trips & tours.",
        "Stay < ",
        " lines.",
    ]
    loop = next(part for part in system.parts if isinstance(part, Control) and part.kind == "loop")
    assert (loop.role, [use.name for use in loop.uses]) == ("open", ["shots"])
    assert isinstance(system.parts[loop.partner], Control)
    kinds = {part.kind for part in system.parts if isinstance(part, Control)}
    assert kinds == {"block", "comment", "set", "other", "loop"}
    assert [system.text[part.span.start : part.span.end] for part in system.parts if isinstance(part, Variable)] == [
        "{{ limit }}",
        "{{ shot.input }}",
        "{{ shot.output }}",
    ]


def test_examples_are_examples(read_text):
    system = read_text(PATH, WHOLE).prompts[0].messages[0]
    spans = [region.span for region in find_regions(system) if region.kind == "example"]
    assert any("shot.input" in system.text[span.start : span.end] for span in spans)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("<poml><p>Hi there</p></poml>", ["user"]),
        ("no markup at all", ["user"]),
        ("<p>One</p><p>Two</p>", ["user"]),
        ("<p>One</p><p speaker='ai'>Two</p>", ["user", "assistant"]),
        ("<p>One</p><p speaker='system'>Two</p><p>Three</p>", ["user", "system", "user"]),
        (
            "<p>One</p><HumanMessage>Two</HumanMessage><p>Three</p><ai-msg>Four</ai-msg>",
            ["system", "user", "assistant"],
        ),
        ("<task>One</task><input>Two</input><output>Three</output>", ["system", "user", "assistant"]),
        ("<poml syntax='xml'><task>One</task><input>Two</input></poml>", ["user"]),
        ("<example><input>One</input><output>Two</output></example>", ["user"]),
        ("<task>One</task><human-msg> </human-msg>", ["user"]),
        ("<human-msg><object data='{{ x }}'/></human-msg>", ["user"]),
        ("<poml><!-- nothing --></poml>", []),
        (
            "<p>One</p><user-msg><b>Two</b></user-msg><tool-response id='1'>Three</tool-response>",
            ["system", "user", "tool"],
        ),
    ],
)
def test_roles(read_text, text, roles):
    document = read_text("a.poml", text)
    messages = [message for prompt in document.prompts for message in prompt.messages]
    assert [message.role for message in messages] == roles
    assert "".join(message.text for message in messages) == (text if roles else "")


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("<let name='a' value='1'/><p>{{ a }}</p>", ["a"]),
        ("<let name='a' value='1'/><let name='b'>text</let><p>{{ a }}</p>", ["a", "b"]),
        ("<let name='a' value='1'/><p>{{ a }} {{ from_outside }}</p>", None),
        ("<let src='data.json'/><p>{{ a }}</p>", None),
        ("<context>{}</context><let name='a' value='1'/><p>{{ a }}</p>", None),
        ("<p>{{ a }}</p>", None),
        ("<let name='a' value='1'/><p for='x in a'>{{ x }} {{ loop.index }}</p>", ["a"]),
    ],
)
def test_declared(read_text, text, declared):
    found = read_text("a.poml", text).prompts[0].declared
    assert (None if found is None else [each.name for each in found]) == declared


def test_loop_variables_end_with_their_element(read_text):
    text = "<list><item for='x in xs'>{{ x }}</item></list><p>{{ x }}</p>"
    assert [use.name for use in read_text("a.poml", text).prompts[0].messages[0].uses] == ["xs", "x"]


def test_includes(read_text):
    parts = read_text("a.poml", "<poml>Hello<include src='b.poml' if='c'/></poml>").prompts[0].messages[0].parts
    assert [(part.kind, part.uses[0].name) for part in parts if isinstance(part, Control) and part.uses] == [
        ("include", "c")
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<poml><p>a</poml>", [("invalid-file", "<p>", "'<p>' is never closed")]),
        ("<poml>a</p></poml>", [("invalid-file", "</p>", "'</p>' closes nothing")]),
        ("a <b> c", []),
        ("<poml>Say {{ name }</poml>", [("unbalanced-delimiter", "{{ name }", "'{{' is closed by a single '}'")]),
        ('<poml>x<output-schema>{"a": }</output-schema></poml>', [("invalid-json-schema", "}", None)]),
        ('<poml>x<output-schema>{"a": {{ b }}}</output-schema></poml>', []),
        ("<!-- promptlint: ignore -->", [("invalid-suppression", "<!-- promptlint: ignore -->", None)]),
    ],
)
def test_problems(read_text, text, found):
    document = read_text("a.poml", text)
    assert [(problem.rule, document.source.slice(problem.location.span)) for problem in document.problems] == [
        (rule, place) for rule, place, _ in found
    ]
    for problem, (_, _, detail) in zip(document.problems, found, strict=True):
        assert detail is None or problem.detail == detail


@pytest.mark.parametrize("schema", ["z.object({a: z.string()})", "{{ schema }}", '{"a": {{ b }}}', "parser"])
def test_schemas_in_code_are_text(read_text, schema):
    found = read_text("a.poml", f"<p>x</p><output-schema>\n{schema}\n</output-schema>").prompts[0].settings.schema
    assert found.value == schema


def test_runtime_values_known_later(read_text):
    found = read_text("a.poml", "<p>x</p><runtime model='{{ m }}' max-tokens='{{ n }}' temperature='warm'/>").prompts[0]
    assert found.settings.model is None
    assert found.settings.max_output_tokens.value == "{{ n }}"
    assert found.settings.temperature is None
    assert [use.name for use in found.messages[0].uses] == ["m", "n"]


def test_edits(read_text):
    message = read_text("a.poml", "<p>In order to go &amp; see</p>").prompts[0].messages[0]
    at = message.text.index("In order to")
    assert message.edit(Span(at, at + 11), "To").replacement == "To"
    assert message.edit(Span(at, at + 11), "<b>") is None
    assert message.edit(Span(at, at + 11), "&") is None


def test_entities(read_text):
    message = (
        read_text("a.poml", "#lbrace;#lbrace;x#rbrace;#rbrace; &#65;&#x42; &#0; &nbsp; #x;<![CDATA[&lt;]]>")
        .prompts[0]
        .messages[0]
    )
    assert message.literal == "{{x}} AB &#0; &nbsp; #x;&lt;"
    assert not list(message.uses)


def test_recognise():
    assert formats.recognise("a.POML", "").reason == "name ends in .poml"
    assert formats.may_hold_prompts("a/b.poml")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([WHOLE[i : i + 23] for i in range(0, len(WHOLE), 23)]) | st.text(max_size=4), max_size=30)
)
def test_never_raises(verify, pieces):
    verify(formats.read(Source(PATH, "".join(pieces))))
