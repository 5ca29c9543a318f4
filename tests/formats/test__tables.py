from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.formats._tables import PathError, Slot, Table, Wild, notation_of, parse_path, read_tables
from promptlint.prompt import Kind
from promptlint.source import Source

BODY = Slot("prompts.*.body", "user")


def table(*slots: Slot, **others: object) -> Table:
    return Table(slots or (BODY,), **others)


def messages(document):
    return [[(message.role, message.text) for message in prompt.messages] for prompt in document.prompts]


@pytest.fixture
def read(verify):
    def reading(text: str, *tables: Table, path: str = "file.yaml", **others):
        return verify(read_tables(Source(path, text), "test", tables, **others))

    return reading


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("$", ()),
        ("a", ("a",)),
        ("$.a", ("a",)),
        ("a.b c.d-e", ("a", "b c", "d-e")),
        ('"a.b".c', ("a.b", "c")),
        ("a[].b[2]", ("a", Wild.ITEM, "b", 2)),
        ("[].a", (Wild.ITEM, "a")),
        ("$[]", (Wild.ITEM,)),
        ("**.a.*", (Wild.ANY, "a", Wild.KEY)),
        ("$ref", ("$ref",)),
    ],
)
def test_paths(text, steps):
    assert parse_path(text) == steps


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "must not be empty"),
        ("a.", "end in '.'"),
        (".a", "before and behind"),
        ("a..b", "before and behind"),
        ("a.[]", "behind '.'"),
        ("a[x]", "'[' is not expected"),
        ("a]", "']' is not expected"),
        ("a[]b", "separated by '.'"),
        ("a*.b", "a whole key"),
        ("a. .b", "must have a key"),
        ("**.a.**", "one '**'"),
        ('a."b', "'\"' is not expected"),
    ],
)
def test_what_is_no_path(text, reason):
    with pytest.raises(PathError, match=reason.replace("[", r"\[").replace("*", r"\*").replace("]", r"\]")):
        parse_path(text)


def test_the_notation_is_that_of_the_suffix():
    names = ("a/b.YML", "b.yaml", "c.json", "d.jsonl", "e.toml", "f.md", "yaml")
    assert list(map(notation_of, names)) == ["yaml", "yaml", "json", "jsonl", "toml", None, "yaml"]


def test_one_prompt_for_each_match_with_its_own_settings(read):
    document = read(
        "limit: 9\nprompts:\n  one: {body: First {x}, limit: 5, engine: gpt-4o}\n".replace("{x}", "")
        + "  two: {body: Second}\n",
        table(max_output_tokens=("prompts.*.limit", "limit"), model=("prompts.*.engine",), near=False),
    )
    assert messages(document) == [[("user", "First")], [("user", "Second")]]
    assert [prompt.name for prompt in document.prompts] == ["file/prompts.one", "file/prompts.two"]
    caps = [prompt.settings.max_output_tokens for prompt in document.prompts]
    assert [(cap.value, document.source.slice(cap.location.span)) for cap in caps] == [(5, "5"), (9, "9")]
    assert document.prompts[0].settings.model.value == "gpt-4o"
    assert document.prompts[1].settings.model is None


def test_wildcards_that_paths_share_stand_for_the_same_keys(read):
    text = json.dumps({"a": {"x": {"t": "1", "m": "m1"}, "y": {"t": "2"}}, "b": {"x": {"t": "3", "m": "m3"}}})
    document = read(text, table(Slot("*.*.t"), model=("*.*.m",), near=False), path="f.json")
    models = [prompt.settings.model for prompt in document.prompts]
    assert [model and model.value for model in models] == ["m1", None, "m3"]


def test_any_number_of_steps(read):
    document = read("p: top\na:\n  - b: {p: below}\n", table(Slot("**.p"), name=("**.p",)))
    assert messages(document) == [[(None, "top")], [(None, "below")]]


def test_the_slots_of_a_table_are_one_prompt(read):
    text = '[one]\nuser = "Do {{ x }}"\nsystem = """\nYou are it."""\n[two]\nuser = "Only this"\n'
    document = read(text, table(Slot("*.system", "system"), Slot("*.user", "user")), path="f.toml")
    assert messages(document) == [[("system", "You are it."), ("user", "Do {{ x }}")], [("user", "Only this")]]
    first, second = document.prompts
    assert (first.name, second.name) == ("f/one", "f/two")
    assert not first.location.span.overlaps(second.location.span)
    for message in first.messages:
        place = message.locate(next(part.span for part in message.parts))
        assert document.source.slice(place.span) in message.text


def test_lists_of_messages_and_of_blocks(read):
    text = """\
m:
  - role: system
    content: One
  - {role: user, content: [{type: text, text: Two}, {type: image_url, image_url: {url: u}}, {type: input_text, text: Three}]}
  - {role: model, parts: [{text: Four}]}
  - {type: human, content: Five}
  - {role: user, content: [{type: tool_result, content: Six}]}
  - {role: assistant, content: null}
  - Seven
"""
    document = read(text, table(Slot("m")))
    assert messages(document) == [
        [
            ("system", "One"),
            ("user", "Two"),
            ("user", "Three"),
            ("assistant", "Four"),
            ("user", "Five"),
            ("tool", "Six"),
            (None, "Seven"),
        ]
    ]


def test_only_some_roles(read):
    text = '[{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]'
    document = read(text, table(Slot("$"), roles=frozenset(("system",))), path="f.json")
    assert messages(document) == [[("system", "S")]]


def test_the_role_at_a_path(read):
    document = read("prompts:\n  a: {body: b, who: ai}\n", table(Slot("prompts.*.body", role_at="prompts.*.who")))
    assert messages(document) == [[("assistant", "b")]]


def test_names(read):
    text = "prompts:\n  - {title: Same, body: a}\n  - {title: Same, body: b}\n  - {body: c}\n"
    document = read(text, table(Slot("prompts[].body"), name=("prompts[].title",)))
    assert [prompt.name for prompt in document.prompts] == ["file/Same", "file/Same-2", "file/prompts.2"]
    alone = read(
        text.partition("  - {title: Same, body: b}")[0], table(Slot("prompts[].body"), name=("prompts[].title",))
    )
    assert [prompt.name for prompt in alone.prompts] == ["file"]


def test_a_text_belongs_to_the_first_table_that_claims_it(read):
    document = read("a: one\nb: two\n", table(Slot("a"), kind=Kind.SYSTEM), table(Slot("*")))
    assert [(prompt.kind, prompt.messages[0].text) for prompt in document.prompts] == [
        (Kind.SYSTEM, "one"),
        (None, "two"),
    ]


def test_texts_that_are_none(read):
    assert not read(
        "prompts:\n  a: {body: }\n  b: {body: 5}\n  c: {body: '  '}\n  d: {body: {x: 1}}\n", table()
    ).prompts
    accepting = table(accepts=lambda texts: "yes" in texts)
    assert len(read("prompts:\n  a: {body: yes sir}\n  b: {body: 'yes'}\n", accepting).prompts) == 1


def test_settings_beside_and_around(read):
    text = """\
model: gpt-4o
temperature: 0.5
prompts:
  a:
    body: Say {{x}}
    temperature: 0.1
    parameters: {max_tokens: 7}
    response_format: {type: json_schema, json_schema: {schema: {type: object}}}
    inputs: {x: a sample}
"""
    found = read(text, table()).prompts[0]
    declared = found.settings
    assert (declared.model.value, declared.temperature.value, declared.max_output_tokens.value) == ("gpt-4o", 0.1, 7)
    assert (declared.response_format.value, declared.schema.value) == ("json_schema", {"type": "object"})
    assert [(each.name, each.sample) for each in found.declared] == [("x", "a sample")]
    assert read(text, table(near=False)).prompts[0].settings.model is None


def test_places_inside_a_schema(read):
    text = 'prompts:\n  a:\n    body: x\n    schema: \'{"type": "object", "properties": {"a b": {"type": "strin"}}}\'\n'
    for source in (text, text.replace("'", "")):
        document = read(source, table(schema=("prompts.*.schema",)))
        schema = document.prompts[0].settings.schema
        place = schema.inside(("properties", "a b", "type"))
        assert document.source.slice(place.span) == '"strin"'
        assert schema.inside(("properties", "c")) is None


def test_a_schema_that_is_no_json(read):
    document = read("prompts:\n  a:\n    body: x\n    schema: '{\"type\": }'\n", table(schema=("prompts.*.schema",)))
    assert [(problem.rule, document.source.slice(problem.location.span)) for problem in document.problems] == [
        ("invalid-json-schema", "}")
    ]
    assert document.prompts[0].settings.schema is None


def test_declared_variables(read):
    text = "prompts:\n  a: {body: 'Say {x}', vars: [x, y]}\n  b: {body: 'Say {x}', inputs: [z]}\n"
    document = read(text, table(variables=("prompts.*.vars",), template="braces"))
    first, second = document.prompts
    assert [each.name for each in first.declared] == ["x", "y"]
    assert second.declared is None, "what 'inputs' holds need not be variables: none of them is used"


def test_template_languages(read):
    text = "prompts:\n  a: {body: 'Say {x} of {y}', fmt: f-string}\n  b: {body: 'Say {x} of {y}', fmt: other}\n  c: {body: plain}\n"
    document = read(text, table(template_at=("prompts.*.fmt",)))
    assert [prompt.messages[0].template for prompt in document.prompts] == ["braces", "none", "none"]


def test_a_file_has_one_engine(read):
    text = "prompts:\n  a: {body: '{% if x %}{{ x }}{% endif %}'}\n  b: {body: 'Say {{ y }}'}\n  c: {body: plain}\n"
    document = read(text, table())
    assert [prompt.messages[0].template for prompt in document.prompts] == ["jinja", "jinja", "none"]
    assert read("prompts:\n  b: {body: 'Say {{ y }}'}\n", table()).prompts[0].messages[0].template == "double-braces"


def test_escapes_and_folds_keep_their_places(read):
    text = 'prompts:\n  a:\n    body: "Say \\"{{x}}\\" caf\\u00e9 {{y}}"\n  b:\n    body: >-\n      Folded\n      {{z}} text\n'
    document = read(text, table())
    for prompt in document.prompts:
        for message in prompt.messages:
            for use in message.uses:
                assert document.source.slice(message.locate(use.span).span) == use.name


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_of_json(read, newline):
    lines = ['{"t": "One"}', "", '  {"t": "Two \\u00e9 {{x}}"}  ', "{broken", "[1]", '{"t": "Three"}']
    document = read(newline.join(lines), table(Slot("t")), path="f.jsonl")
    assert messages(document) == [[(None, "One")], [(None, "Two é {{x}}")], [(None, "Three")]]
    assert [prompt.name for prompt in document.prompts] == ["f/1", "f/3", "f/6"]
    assert [document.source.position(problem.location.span.start).line for problem in document.problems] == [4]
    use = next(document.prompts[1].messages[0].uses)
    assert document.source.slice(document.prompts[1].messages[0].locate(use.span).span) == "x"


def test_what_cannot_be_read(read):
    for path, text in (("f.yaml", "prompts: [a"), ("f.json", '{"a": }'), ("f.toml", "a = ")):
        document = read(text, table(), path=path)
        assert not document.prompts
        assert {problem.rule for problem in document.problems} == {"invalid-file"}
    assert not read("", table()).problems


def test_every_document_of_a_stream(read):
    assert messages(read("p: one\n---\np: two\n", table(Slot("p")))) == [[(None, "one")], [(None, "two")]]


def test_the_own_key(read):
    text = "promptlint: {kind: system, model: gpt-4o, ignore: [verbose-phrase]}\np: text\n"
    document = read(text, table(Slot("p")))
    prompt = document.prompts[0]
    assert (prompt.kind, prompt.settings.model.value) == (Kind.SYSTEM, "gpt-4o")
    assert [suppression.rules for suppression in document.suppressions] == [("verbose-phrase",)]


@pytest.mark.parametrize(("path", "head", "key"), [("f.yaml", "", "p: |\n  "), ("f.toml", "", 'p = """\n')])
def test_comments_cover_the_whole_value(read, path, head, key):
    text = f"{head}# promptlint: ignore[verbose-phrase] quoted\n{key}One\n  two\n" + (
        '"""\n' if path == "f.toml" else ""
    )
    document = read(text, table(Slot("p")), path=path)
    (suppression,) = document.suppressions
    assert suppression.scope.contains(
        document.prompts[0].messages[0].locate(document.prompts[0].messages[0].parts[0].span).span
    )


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=8) | st.sampled_from(["Say {{x}} now", "{% if a %}", "{a}", "$b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "b", "role", "content", "type", "text", "model", "schema", "inputs"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
TABLES = (
    Table((Slot("a"), Slot("b[].content", "user")), schema=("schema",), variables=("inputs",)),
    Table((Slot("**.text", role_at="**.role"),), name=("**.type",), model=("*.model", "model")),
    Table((Slot("*.*"),), template_at=("*.type",)),
    Table((Slot("$"),)),
)


@given(VALUES, st.sampled_from(["f.json", "f.yaml", "f.jsonl"]))
@settings(max_examples=200, deadline=None)
def test_any_data(verify, data, path):
    verify(read_tables(Source(path, json.dumps(data, indent=None if path == "f.jsonl" else 1)), "test", TABLES))


WHOLE = """\
# promptlint: ignore[hygiene] because
a: &x "Say \\"{{x}}\\" \\u00e9"
b:
  - role: user
    content: >
      Folded
      {{y}} text
  - *x
schema: '{"type": "object"}'
inputs: [x, y]
"""


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, data):
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, len(WHOLE)))
    put = data.draw(
        st.text(max_size=5) | st.sampled_from(["- ", ": ", "\n", "  ", "&a ", "*x ", "{{", "!x ", "\t", "|", '"'])
    )
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = (WHOLE[:start] + put + WHOLE[end:]).replace("\n", newline)
    path = data.draw(st.sampled_from(["f.yaml", "f.toml", "f.json", "f.jsonl"]))
    verify(read_tables(Source(path, text), "test", TABLES))


def test_deep_and_long_files_are_no_trouble(read):
    depth = 5_000
    assert not read('{"a":' * depth + '"x"' + "}" * depth, *TABLES, path="f.json").prompts
    many = json.dumps({"prompts": {str(index): {"body": "Say it"} for index in range(2_000)}})
    assert len(read(many, table(), path="f.json").prompts) == 2_000
