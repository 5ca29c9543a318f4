"""Schemas of answers, as a program declares them."""

from __future__ import annotations

import pytest

from promptlint import formats
from promptlint.prompt import Setting
from promptlint.source import Source


def schema(path: str, text: str) -> Setting[object] | None:
    (prompt,) = formats.read(Source(path, text)).prompts
    return prompt.settings.schema


def python(declared: str, form: str = "A") -> object:
    text = f"{declared}\nclient.chat.completions.create(messages=[{{'role': 'user', 'content': 'Go.'}}], response_format={form})\n"
    found = schema("app/a.py", text)
    return None if found is None else found.value


def zod(declared: str) -> object:
    text = f"import {{ z }} from 'zod';\ngenerateObject({{ prompt: 'Go.', schema: z.object({{ a: {declared} }}) }});\n"
    found = schema("app/a.ts", text)
    assert found is not None and isinstance(found.value, dict)
    return found.value["properties"]["a"], "required" in found.value


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("str", {"type": "string"}),
        ("int = 3", {"type": "integer"}),
        ("list[float]", {"type": "array", "items": {"type": "number"}}),
        ("Optional[bool]", {"type": ["boolean", "null"]}),
        ("str | None", {"type": ["string", "null"]}),
        ("int | str", {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        ("Literal['x', 'y']", {"type": "string", "enum": ["x", "y"]}),
        ("Annotated[str, Field(max_length=9)]", {"type": "string", "maxLength": 9}),
        ("list[str] = Field(max_length=3)", {"type": "array", "items": {"type": "string"}, "maxItems": 3}),
        (
            "int = Field(..., ge=1, description='how many')",
            {"type": "integer", "minimum": 1, "description": "how many"},
        ),
        ("dict[str, int]", {"type": "object"}),
        ("datetime", {"type": "string"}),
        ("Elsewhere", {}),
        ("int | SkipJsonSchema[None]", {"type": "integer"}),
        ("Annotated[Elsewhere, WithJsonSchema({'type': 'string'})]", {"type": "string"}),
        ("Kind", {"type": "string", "enum": ["soup", "cake"]}),
        ("Inner", {"type": "object", "properties": {"c": {"type": "boolean"}}, "required": ["c"]}),
    ],
)
def test_annotations(annotation: str, expected: object) -> None:
    declared = (
        "class Kind(Enum):\n    SOUP = 'soup'\n    CAKE = 'cake'\n"
        "class Inner(BaseModel):\n    c: bool\n"
        f"class A(BaseModel):\n    b: {annotation}\n"
    )
    found = python(declared)
    assert isinstance(found, dict)
    assert found["properties"] == {"b": expected}


@pytest.mark.parametrize(
    "field",
    [
        "c: SkipJsonSchema[int] = 1",
        "c: Annotated[int, SkipJsonSchema()] = 1",
        "c: list[Other] = Relationship(back_populates='a')",
        "c: ClassVar[int] = 1",
    ],
)
def test_what_is_left_out_of_a_schema(field: str) -> None:
    found = python(f"class A(BaseModel):\n    b: str\n    {field}\n")
    assert found == {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}


@pytest.mark.parametrize(
    ("annotation", "required"),
    [
        ("str", True),
        ("str = 'x'", False),
        ("str = Field()", True),
        ("str = Field(...)", True),
        ("str = Field('x')", False),
    ],
)
def test_what_has_no_default_is_required(annotation: str, required: bool) -> None:
    found = python(f"class A(BaseModel):\n    b: {annotation}\n")
    assert isinstance(found, dict)
    assert ("required" in found) is required


def test_classes_that_hold_each_other_end() -> None:
    found = python("class A(BaseModel):\n    b: list['A']\n    c: 'B'\nclass B(BaseModel):\n    a: A\n")
    assert isinstance(found, dict)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("{'type': 'json_schema', 'json_schema': {'name': 'n', 'schema': {'type': 'object'}}}", {"type": "object"}),
        ("{'type': 'json_object'}", None),
        ("Unknown", None),
        (
            "list[A]",
            {"type": "array", "items": {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}},
        ),
        ("A.model_json_schema()", {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}),
    ],
)
def test_forms(form: str, expected: object) -> None:
    assert python("class A(BaseModel):\n    b: str\n", form) == expected


@pytest.mark.parametrize(
    ("declared", "expected", "required"),
    [
        ("z.string().describe('x')", {"type": "string", "description": "x"}, True),
        ("z.string().max(9)", {"type": "string", "maxLength": 9}, True),
        ("z.number().int().min(1)", {"type": "integer", "minimum": 1}, True),
        ("z.array(z.string()).max(3)", {"type": "array", "items": {"type": "string"}, "maxItems": 3}, True),
        ("z.string().array()", {"type": "array", "items": {"type": "string"}}, True),
        ("z.enum(['x', 'y'])", {"type": "string", "enum": ["x", "y"]}, True),
        ("z.literal('x')", {"type": "string", "enum": ["x"]}, True),
        ("z.union([z.string(), z.number()])", {"anyOf": [{"type": "string"}, {"type": "number"}]}, True),
        ("z.boolean().optional()", {"type": "boolean"}, False),
        ("z.boolean().nullable()", {"type": ["boolean", "null"]}, True),
        ("z.optional(z.boolean())", {"type": "boolean"}, False),
        ("z.record(z.string(), z.number())", {"type": "object"}, True),
        ("z.object({ b: z.null() })", {"type": "object", "properties": {"b": {"type": "null"}}, "required": ["b"]}, True),
        ("elsewhere", {}, True),
    ],
)  # fmt: skip
def test_zod(declared: str, expected: object, required: bool) -> None:
    assert zod(declared) == (expected, required)


def test_parts_know_their_places() -> None:
    text = "class A(BaseModel):\n    b: str = Field(max_length=9)\nclient.responses.parse(input='Go.', text_format=A)\n"
    found = schema("app/a.py", text)
    assert found is not None and found.inside is not None
    for path, place in ((("properties", "b"), "b"), (("properties", "b", "maxLength"), "9")):
        location = found.inside(path)
        assert location is not None and text[location.span.start : location.span.end] == place
