"""The rule `invalid-json-schema`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from promptlint import formats
from promptlint.analysis import analyse
from promptlint.checks import Context
from promptlint.checks.json_schema import _is_plain, check
from promptlint.config import ActiveRule
from promptlint.diagnostic import Diagnostic, Finding, Severity
from promptlint.prompt import Prompt, Setting, Settings
from promptlint.rules import load_rules
from promptlint.source import Location, Source, Span

Run = Callable[..., tuple[Diagnostic, ...]]

HEAD = "messages:\n  - role: user\n    content: Name the capital of {{country}}.\nresponseFormat: json_schema\njsonSchema: |\n"


@pytest.fixture
def schema(found_by: Callable[[str], Run]) -> Run:
    """What is found in a GitHub Models file with that schema."""

    def run(schema: str) -> tuple[Diagnostic, ...]:
        return found_by("invalid-json-schema")(
            HEAD + "".join(f"  {line}\n" for line in schema.split("\n")), "a.prompt.yml"
        )

    return run


GOOD = '{"type": "object", "properties": {"a": {"type": "string"}}}'


def test_a_good_schema(schema: Run) -> None:
    assert schema(GOOD) == ()


def test_a_mistake(schema: Run) -> None:
    (finding,) = schema(GOOD.replace('"string"', '"text"'))
    assert finding.severity is Severity.ERROR
    assert "'text' is not valid" in finding.message


def test_a_mistake_is_shown_where_it_stands(found_by: Callable[[str], Run]) -> None:
    text = f"""\
---
name: a
model:
  parameters:
    response_format:
      type: json_schema
      json_schema: {{"name": "a", "schema": {GOOD.replace("string", "text")}}}
---
user:
Name the capital of France.
"""
    (finding,) = found_by("invalid-json-schema")(text, "a.prompty")
    assert text[finding.location.span.start : finding.location.span.end] == '"text"'
    assert finding.message.startswith("'text' is not valid"), "the place says it all"


def test_a_schema_that_is_no_json_is_reported_once_by_the_reader(schema: Run) -> None:
    (finding,) = schema(GOOD[:-1])
    assert finding.message == "this '{' is never closed"


def run(value: object, inside: Callable[[Sequence[str | int]], Location | None] | None = None) -> list[Finding]:
    """The check alone, on a declared value of any shape."""
    document = formats.read(Source("prompts/a.md", "Name the capital of France.\n"))
    setting = Setting(value, Location("prompts/a.md", Span(1, 2)), inside)
    prompt = Prompt("a", document.prompts[0].location, document.prompts[0].messages, settings=Settings(schema=setting))
    rule = load_rules()["invalid-json-schema"]
    return list(check(Context(ActiveRule(rule, rule.severity, rule.defaults), document, prompt, analyse(prompt))))


def test_without_a_place_of_its_own_a_mistake_is_named_by_its_path() -> None:
    (finding,) = run({"properties": {"a": {"type": "text"}}})
    assert finding.location == Location("prompts/a.md", Span(1, 2))
    assert finding.values["detail"].startswith("at 'properties/a/type': 'text' is not valid")
    (finding,) = run({"properties": {"a": {"type": "text"}}}, lambda path: None)
    assert finding.values["detail"].startswith("at 'properties/a/type': ")


def test_with_a_place_of_its_own_the_path_is_not_repeated() -> None:
    place = Location("prompts/a.md", Span(5, 9))
    asked: list[Sequence[str | int]] = []

    def inside(path: Sequence[str | int]) -> Location:
        asked.append(path)
        return place

    (finding,) = run({"anyOf": [{}, {"minLength": -1}]}, inside)
    assert finding.location == place
    assert list(map(list, asked)) == [["anyOf", 1, "minLength"]]
    assert finding.values["detail"] == "-1 is less than the minimum of 0"


@pytest.mark.parametrize(
    "value",
    [
        {"type": "text"},
        {"type": []},
        {"required": "a"},
        {"properties": []},
        {"minimum": "0"},
        {"enum": "a"},
        {"pattern": "["},
        {"items": 3},
        {"$schema": "http://json-schema.org/draft-07/schema#", "definitions": 1},
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": []},
    ],
    ids=str,
)
def test_mistakes(value: object) -> None:
    (finding,) = run(value)
    assert finding.values["detail"]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": True},
        {"$schema": "https://example.com/a dialect of our own"},
        {"x-order": ["a"], "title": "unknown keys are comments"},
        "the name of a schema",
        ["a", "list"],
        True,
        3,
        None,
    ],
    ids=str,
)
def test_no_mistakes(value: object) -> None:
    assert run(value) == []


@pytest.mark.parametrize(
    "value",
    [{"$schema": 5}, {"$schema": ["a"]}, {"$schema": {}}, {"$schema": "http://[bad"}, {"$schema": None}],
    ids=str,
)
def test_a_dialect_that_cannot_be_one(value: object) -> None:
    assert len(run(value)) <= 1, "which is at most a mistake, never a failure"


def test_a_deep_schema_is_no_failure() -> None:
    value: dict[str, Any] = {"type": "string"}
    for _ in range(3_000):
        value = {"items": value}
    assert run(value) == []


KEYS = st.sampled_from(
    ["type", "properties", "items", "required", "enum", "$ref", "$schema", "pattern", "anyOf", "$defs", "$id", "a"]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["string", "object", "#/$defs/a", "["])
    | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.integers(0, 2) | st.booleans(), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(KEYS | st.integers(0, 2) | st.none(), VALUES, max_size=5))
def test_whatever_is_declared(value: dict[Any, Any]) -> None:
    for finding in run(value):
        assert finding.values["detail"]


EVERYDAY = [
    "type",
    "title",
    "properties",
    "items",
    "additionalProperties",
    "required",
    "enum",
    "anyOf",
    "minItems",
    "maximum",
    "const",
]


@given(
    st.recursive(
        st.booleans()
        | st.integers(-1, 3)
        | st.floats()
        | st.sampled_from(["string", "object", "text", "", ["string", "null"]]),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*EVERYDAY, "$ref"]), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_what_is_taken_for_plain_is_a_schema(value: Any) -> None:
    if _is_plain(value):
        Draft202012Validator.check_schema(value)


def test_an_everyday_schema_is_plain() -> None:
    names = {"type": "array", "items": {"type": "string", "maxLength": 20}, "minItems": 1}
    value = {
        "type": "object",
        "properties": {"names": names, "score": {"type": "number", "minimum": 0.5, "description": "How sure."}},
        "required": ["names", "score"],
        "additionalProperties": False,
    }
    assert _is_plain(value)
    assert _is_plain({**value, "type": ["object", "null"]})
    for types in ([], ["object", "object"], ["object", 1], ["text"]):
        assert not _is_plain({**value, "type": types})
        assert run({**value, "type": types}) != []
    assert not _is_plain({**value, "required": ["score", "score"]})
    assert run({**value, "required": ["score", "score"]}) != []


def test_no_schema_no_finding(found_by: Callable[[str], Run]) -> None:
    assert found_by("invalid-json-schema")("Answer {{ question }}.", "prompts/a.j2") == ()
