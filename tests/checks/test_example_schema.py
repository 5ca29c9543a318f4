"""The rule `example-breaks-schema`: what its examples do not show."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from promptlint.diagnostic import Diagnostic

Run = Callable[..., tuple[Diagnostic, ...]]

HEAD = """\
---
name: order
model:
  parameters:
    response_format:
      type: json_schema
      json_schema:
        name: order
        schema: {schema}
---
user:
"""
SCHEMA = {
    "type": "object",
    "required": ["name", "count"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 2, "pattern": "^[A-Z]"},
        "count": {"type": ["integer", "null"]},
        "kind": {"enum": ["a", "b"]},
        "parts": {"type": "array", "items": {"type": "object", "properties": {"id": {"const": 1}}}},
        "size": {"anyOf": [{"type": "number"}, {"type": "boolean"}]},
    },
}


@pytest.fixture
def broken(found_by: Callable[[str], Run]) -> Callable[..., list[tuple[str, str]]]:
    """(place, message) of what is found in a Prompty file with that schema."""

    def run(body: str, schema: object = SCHEMA) -> list[tuple[str, str]]:
        text = HEAD.replace("{schema}", json.dumps(schema)) + body
        found = found_by("example-breaks-schema")(text, "a.prompty")
        assert all(item.rule == "example-breaks-schema" for item in found)
        return [(text[item.location.span.start : item.location.span.end], item.message) for item in found]

    return run


@pytest.mark.parametrize(
    ("answer", "place", "words"),
    [
        ('{"name": "Ann", "count": "2"}', '"2"', "is a string, and the schema wants integer or null"),
        ('{"name": "Ann", "count": 2.5}', "2.5", "is a number"),
        ('{"name": "Ann"}', '{"name": "Ann"}', "the key 'count' is missing"),
        ('{"kind": "a"}', '{"kind": "a"}', "the keys 'name', 'count' are missing"),
        ('{\n  "name": "Ann"\n}', "{", "the key 'count' is missing"),
        ('{"name": "Ann", "count": 2, "colour": "red"}', '"colour"', "has no key 'colour'"),
        ('{"name": "Ann", "count": 2, "kind": "c"}', '"c"', 'is none of "a", "b"'),
        ('{"name": "Ann", "count": 2, "parts": [{"id": 2}]}', "2", "is not 1"),
        ('{"name": "Ann", "count": 2, "size": "big"}', '"big"', "fits none of the alternatives"),
        ('{"name": "ann", "count": 2}', '"ann"', "breaks 'pattern"),
        ('{"name": "A", "count": 2}', '"A"', "breaks 'minLength: 2'"),
        ('{"name": "Ann", "count": 2,}', ",", "is not JSON"),
        ('{"name": "Ann" "count": 2}', '"', "is not JSON"),
    ],
)
def test_faults(broken: Callable[..., list[tuple[str, str]]], answer: str, place: str, words: str) -> None:
    ((found, message),) = broken(f"Extract it.\n\nExample:\nInput: two\nOutput: {answer}\n\n{{{{x}}}}")
    assert found == place
    assert words in message


@pytest.mark.parametrize(
    "body",
    [
        'Output: {"name": "Ann", "count": null, "kind": "b", "size": true}',
        'Output: {"name": "...", "count": "..."}',
        'Output: {"name": "<name>", "count": "number"}',
        'Output: {"name": "Ann", "count": "{{n}}"}',
        'Output: {"name": "Ann", "count": number}',
        'Output: {"name": "Ann", // the customer\n"count": 2}',
        'Output: {"tool": "search", "query": "Ann", "name": "x"}',
        'Output: first {"name": "Ann"} and then {"count": 2}',
        "Output: nothing was found",
    ],
    ids=["right", "ellipses", "slots", "a variable", "a type", "a comment", "something else", "two", "no JSON"],
)
def test_what_is_right_or_no_answer(broken: Callable[..., list[tuple[str, str]]], body: str) -> None:
    assert broken(f"Extract it.\n\nExample:\nInput: two\n{body}\n\n{{{{x}}}}") == []


def test_wrong_answers_on_purpose(broken: Callable[..., list[tuple[str, str]]]) -> None:
    assert broken('Extract it.\n\n## Bad example\nOutput: {"name": "Ann"}\n\n## Rest\n{{x}}') == []


def test_turns_of_the_assistant(broken: Callable[..., list[tuple[str, str]]]) -> None:
    found = broken('two for Ann\n\nassistant:\n{"name": "Ann", "count": "two"}\n\nuser:\n{{x}}\n')
    assert [place for place, _ in found] == ['"two"']


def test_yaml(broken: Callable[..., list[tuple[str, str]]]) -> None:
    text = "Extract it.\n\nExample output:\n```yaml\nname: Ann\ncount: many\n```\n\n{{x}}"
    assert [place for place, _ in broken(text)] == ["many"]
    assert broken(text.replace("many", "3")) == []


def test_no_more_than_three_of_one_example(broken: Callable[..., list[tuple[str, str]]]) -> None:
    parts = json.dumps([{"id": number} for number in range(2, 20)])
    assert (
        len(broken(f'Extract it.\n\nExample output: {{"name": "Ann", "count": 1, "parts": {parts}}}\n\n{{{{x}}}}')) == 3
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "text"},
        {"$ref": "https://example.com/schema.json", "properties": {"name": {}}},
        {"properties": {"name": {"pattern": "(a+)+$"}}},
        {"properties": {"name": {"pattern": "("}}},
        {"properties": {"name": {"$ref": "#/properties/name"}}},
        {"$schema": "https://example.com/dialect", "properties": {"name": {}}},
        True,
        "a name",
    ],
    ids=["no schema", "an address", "a slow pattern", "no pattern", "a circle", "a dialect", "true", "a name"],
)
def test_schemas_that_cannot_be_used(broken: Callable[..., list[tuple[str, str]]], schema: object) -> None:
    assert (
        broken('Extract it.\n\nExample output: {"name": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}\n\n{{x}}', schema)
        == []
    )


def test_the_place_in_the_schema(found_by: Callable[[str], Run]) -> None:
    schema = '{"type": "object", "properties": {"count": {"type": "integer"}}}'
    text = f'Answer with JSON that follows this schema:\n\n{schema}\n\nExample output:\n{{"count": "two"}}\n\n{{{{ x }}}}\n'
    (finding,) = found_by("example-breaks-schema")(text, "prompts/a.j2")
    ((place),) = finding.related
    assert text[place.location.span.start : place.location.span.end] == '"integer"'


def test_escaped_braces(found_by: Callable[[str], Run]) -> None:
    text = (
        'Answer with JSON that follows this schema:\n\n{{"type": "object", "properties": {{"count": {{"type": "integer"}}}}}}\n\n'
        'Example output:\n{{"count": "two"}}\n\nText: {text}\n'
    )
    (finding,) = found_by("example-breaks-schema")(text)
    assert text[finding.location.span.start : finding.location.span.end] == '"two"'


def test_two_schemas_in_the_text_are_none(found_by: Callable[[str], Run]) -> None:
    one = '{"type": "object", "properties": {"count": {"type": "integer"}}}'
    text = f'Input schema:\n{one}\n\nOutput schema:\n{one}\n\nExample output:\n{{"count": "two"}}\n\n{{{{ x }}}}\n'
    assert found_by("example-breaks-schema")(text, "prompts/a.j2") == ()


def test_files_for_agents(found_by: Callable[[str], Run]) -> None:
    text = 'Only return JSON.\n\nExample JSON:\n{"a": "b" "c": 1}\n'
    assert len(found_by("example-breaks-schema")(text)) == 1
    assert found_by("example-breaks-schema")(text, "CLAUDE.md") == ()


def test_slips_where_no_json_is_asked_for(found_by: Callable[[str], Run]) -> None:
    assert found_by("example-breaks-schema")('Write a note.\n\nExample output:\n{"a": "b" "c": 1}\n') == ()
