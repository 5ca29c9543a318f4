from __future__ import annotations

import pytest

from promptlint.formats import _schemas, trees
from promptlint.source import Source, Span, TextMap


def convert(text):
    return _schemas.property_list(trees.read_yaml(text, TextMap.of("p", Span(0, len(text)))).root)


def whole(**properties):
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("- name: a\n  kind: string\n  description: what", whole(a={"type": "string", "description": "what"})),
        ("a: {type: float}\nb: {kind: boolean}", whole(a={"type": "number"}, b={"type": "boolean"})),
        (
            "a: x\nb: 1\nc: 1.5\nd: true\ne: []",
            whole(
                **{
                    name: {"type": kind}
                    for name, kind in zip("abcde", ["string", "integer", "number", "boolean", "array"], strict=True)
                }
            ),
        ),
        ("- name: a", whole(a={"type": "string"})),
        ("a: {kind: array}", whole(a={"type": "array", "items": {"type": "string"}})),
        ("a: {kind: array, items: {kind: integer}}", whole(a={"type": "array", "items": {"type": "integer"}})),
        ("a: {kind: object, properties: [{name: b}]}", whole(a=whole(b={"type": "string"}))),
        ("a: {kind: object}", whole(a=whole())),
        (
            "a: {kind: string, enumValues: [x, y], nullable: true}",
            whole(a={"type": ["string", "null"], "enum": ["x", "y"]}),
        ),
        (
            "a: {kind: union, oneOf: [{kind: string}, {kind: integer}]}",
            whole(a={"oneOf": [{"type": "string"}, {"type": "integer"}]}),
        ),
    ],
)
def test_property_lists(text, schema):
    assert convert(text).schema == schema


@pytest.mark.parametrize(
    "text",
    ["- kind: string", "a: {kind: thread}", "[1]", "x", "{}", "[]", "a: {kind: union}", "a: {type: [string]}", "a: ~"],
)
def test_what_has_no_exact_meaning(text):
    assert convert(text) is None


def test_parts_know_their_places():
    text = "- name: a\n  kind: array\n  items: {kind: string, enumValues: [x]}\n"
    node = trees.read_yaml(text, TextMap.of("p", Span(0, len(text)))).root
    setting = convert(text).setting(node.location)
    source = Source("p", text)
    assert source.slice(setting.inside(("properties", "a", "type")).span) == "array"
    assert source.slice(setting.inside(("properties", "a", "items", "enum", 0)).span) == "[x]"
    assert source.slice(setting.inside(("properties", "a", "items")).span) == source.slice(
        setting.inside(("properties", "a")).span
    )
