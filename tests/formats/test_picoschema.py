from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema.validators import Draft202012Validator

from promptlint.formats import _picoschema, trees
from promptlint.source import Source, Span, TextMap


def convert(text):
    return _picoschema.read(trees.read_yaml(text, TextMap.of("p", Span(0, len(text)))).root)


def closed(required=None, **properties):
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": required} if required else {})


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("string", {"type": "string"}),
        ("number, how many, at most", {"type": "number", "description": "how many, at most"}),
        ("any", {}),
        ("any, a thing", {"description": "a thing"}),
        (
            "a: string\nb?: integer, a count",
            closed(["a"], a={"type": "string"}, b={"type": ["integer", "null"], "description": "a count"}),
        ),
        ("a?: any", closed(a={})),
        (
            "a(array, the list): string",
            closed(["a"], a={"type": "array", "items": {"type": "string"}, "description": "the list"}),
        ),
        ("a?(array): string", closed(a={"type": ["array", "null"], "items": {"type": "string"}})),
        ("a(array):\n  b: boolean", closed(["a"], a={"type": "array", "items": closed(["b"], b={"type": "boolean"})})),
        (
            "a(object, it):\n  b?: 'null'",
            closed(["a"], a={**closed(b={"type": ["null", "null"]}), "description": "it"}),
        ),
        ("a?:\n  b: string", closed(a={**closed(["b"], b={"type": "string"}), "type": ["object", "null"]})),
        (
            "a(enum, one): [X, Y]\nb?(enum): [1]",
            closed(["a"], a={"enum": ["X", "Y"], "description": "one"}, b={"enum": [1, None]}),
        ),
        ("a: string\n(*): number", {**closed(["a"], a={"type": "string"}), "additionalProperties": {"type": "number"}}),
        (
            "a(array, of (some) things): string",
            closed(["a"], a={"type": "array", "items": {"type": "string"}, "description": "of"}),
        ),
        ("type: object\nproperties:\n  a: {type: string}", {"type": "object", "properties": {"a": {"type": "string"}}}),
        ("properties:\n  a: {type: string}", {"type": "object", "properties": {"a": {"type": "string"}}}),
    ],
)
def test_what_it_means_in_json_schema(text, schema):
    found = convert(text)
    assert found.problems == ()
    assert found.converted.schema == schema


@pytest.mark.parametrize(
    ("text", "name"),
    [("Recipe", "Recipe"), ("Recipe, a meal", "Recipe"), ("a: Recipe", None), ("a:", None), ("[a]", None)],
)
def test_what_is_not_said_here(text, name):
    found = convert(text)
    assert (found.converted, found.name, found.problems) == (None, name, ())


@pytest.mark.parametrize(
    ("text", "at", "word"),
    [
        ("a: string\nb(number): how many", "b(number)", "'number' in parentheses"),
        ("a: 5", "5", "must be a type"),
        ("a(enum): X", "X", "must be a list"),
        ("a:\n  b: [x]", "[x]", "must be a type"),
    ],
)
def test_mistakes(text, at, word):
    found = convert(text)
    (problem,) = found.problems
    assert found.converted is None
    assert (problem.rule, text[problem.location.span.start : problem.location.span.end]) == ("invalid-json-schema", at)
    assert word in problem.detail


def test_properties_know_their_places():
    text = "name?: string\nlist(array, of things): string"
    found = convert(text).properties
    assert [(each.name, each.optional) for each in found] == [("name", True), ("list", False)]
    for each in found:
        assert text[each.location.span.start : each.location.span.end] == each.name


@pytest.mark.parametrize(
    "text",
    ["(*): string", "a: string\n(*): any", "Name", "type: object", "properties: {a: {}}\nadditionalProperties: true"],
)
def test_other_properties_may_be_allowed(text):
    assert convert(text).properties is None


def test_parts_know_their_places():
    text = "a: string, what\nb(array):\n  c(enum): [X]\n"
    source = Source("p", text)
    node = trees.read_yaml(text, TextMap.of("p", Span(0, len(text)))).root
    setting = _picoschema.read(node).converted.setting(node.location)

    def at(*path):
        return source.slice(setting.inside(path).span)

    assert at("properties", "a", "type") == "string, what"
    assert at("properties", "a") == "a"
    assert at("properties", "b", "items", "properties", "c", "enum", 0) == "[X]"
    assert setting.inside(()) is None


NAMES = st.sampled_from(
    ["a", "b?", "c(array)", "d?(object, x)", "e(enum)", "f(g)", "(*)", "type", "properties", "(", "?", "h(array, a, b)"]
)
VALUES = st.recursive(
    st.sampled_from(["string", "any", "number, x", "Name", "", "a,\nb", 1, None, True, ["x"], []])
    | st.text(max_size=3),
    lambda inner: st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_never_raises_and_makes_valid_schemas(value):
    import json

    found = convert(json.dumps(value))
    if found.converted is not None and not {"type", "properties"} & set(value if isinstance(value, dict) else ()):
        Draft202012Validator.check_schema(found.converted.schema)
