from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.instance import minimal_instance, typical_instance

TICKET = {
    "type": "object",
    "properties": {
        "label": {"enum": ["bug", "feature"]},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}, "minItems": 2},
        "note": {"type": ["string", "null"]},
    },
    "required": ["label", "tags"],
    "$defs": {"tag": {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}},
}
TREE = {
    "type": "object",
    "properties": {
        "value": {"type": "number"},
        "next": {"$ref": "#"},
        "all": {"type": "array", "items": {"$ref": "#"}},
    },
    "required": ["value"],
}


@pytest.mark.parametrize(
    ("schema", "minimal"),
    [
        (TICKET, '{"label":"bug","tags":[{"id":0},{"id":0}]}'),
        (TREE, '{"value":0}'),
        ({"const": {"a": 1}}, '{"a":1}'),
        ({"enum": ["positive", "no"]}, '"no"'),
        ({"type": "string"}, '""'),
        ({"type": "string", "minLength": 9}, '"word word"'),
        ({"type": "string", "format": "date"}, '"2026-01-31"'),
        ({"type": "integer", "minimum": 100}, "100"),
        ({"type": "number", "minimum": -5}, "0"),
        ({"type": "boolean"}, "true"),
        ({"type": "null"}, "null"),
        ({"type": "array"}, "[]"),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, '["",""]'),
        ({"type": "array", "prefixItems": [{"type": "null"}], "minItems": 2, "items": {"type": "integer"}}, "[null,0]"),
        ({"anyOf": [{"type": "string", "minLength": 20}, {"type": "boolean"}]}, "true"),
        ({"oneOf": [{"$ref": "#"}, {"type": "null"}]}, "null"),
        ({"properties": {"a": {"type": "null"}}, "required": ["a"]}, '{"a":null}'),
        ({"type": "object", "required": ["a"]}, '{"a":0}'),
        (
            {
                "allOf": [
                    {"properties": {"a": {"type": "null"}}, "required": ["a"]},
                    {"properties": {"b": {"type": "null"}}, "required": ["b"]},
                ]
            },
            '{"a":null,"b":null}',
        ),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "null"}}}, "null"),
        ({"$ref": "https://example.com/schema"}, "0"),
        ({}, "0"),
        (True, "0"),
    ],
)
def test_the_smallest_answer(schema, minimal):
    found = minimal_instance(schema)
    assert found == minimal
    if "$ref" not in json.dumps(schema) or "$defs" in json.dumps(schema):
        jsonschema.validate(json.loads(found), schema)


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"$ref": "#"},
        {"properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"type": "array", "items": {"$ref": "#"}, "minItems": 1},
        {"anyOf": [False]},
        {"allOf": [False]},
    ],
)
def test_no_answer_at_all(schema):
    assert minimal_instance(schema) is None
    assert typical_instance(schema) is None


def test_a_usual_answer():
    found = json.loads(typical_instance(TICKET))
    jsonschema.validate(found, TICKET)
    assert list(found) == ["label", "tags", "note"]
    assert found["label"] == "feature"
    assert len(found["tags"]) == 3
    assert len(found["note"].split()) == 8


def test_a_usual_answer_ends():
    assert json.loads(typical_instance(TREE)) == {"value": 10, "all": []}


def test_a_usual_answer_keeps_to_the_sizes():
    schema = {"type": "array", "items": {"type": "string", "maxLength": 7}, "maxItems": 2}
    assert typical_instance(schema) == '["a short", "a short"]'
    assert len(json.loads(typical_instance({"type": "array", "items": {"type": "null"}, "minItems": 5}))) == 5


def test_sizes_that_cannot_be_meant_cost_nothing():
    assert len(minimal_instance({"type": "string", "minLength": 10**12})) < 100_000
    assert len(minimal_instance({"type": "array", "minItems": 10**12})) < 100_000


def test_a_schema_that_grows_without_end_is_given_up():
    wide = {"type": "object", "properties": {f"p{i}": {"$ref": "#/$defs/a"} for i in range(60)}}
    schema = {
        "$ref": "#/$defs/top",
        "$defs": {
            "top": wide,
            "a": {**wide, "properties": {f"q{i}": {"anyOf": [{"type": "null"}] * 60} for i in range(60)}},
        },
    }
    assert typical_instance(schema) is None


def test_deep_nesting():
    schema: dict[str, object] = {"type": "null"}
    for _ in range(3_000):
        schema = {"type": "array", "items": schema, "minItems": 1}
    assert minimal_instance(schema) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 30) | st.sampled_from(["#", "object", "array", "string", "a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "required",
                    "items",
                    "anyOf",
                    "allOf",
                    "$ref",
                    "enum",
                    "const",
                    "minItems",
                    "minLength",
                    "a",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_value_is_taken_for_a_schema(schema):
    for found in (minimal_instance(schema), typical_instance(schema)):
        assert found is None or json.dumps(json.loads(found))
