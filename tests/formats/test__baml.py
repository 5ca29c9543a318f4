import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.formats import _baml
from promptlint.source import Span


def string(text: str) -> _baml.String:
    function = _baml.parse(f"template_string A {text}").functions[0]
    assert function.prompt is not None
    return function.prompt


@pytest.mark.parametrize(
    ("written", "decoded"),
    [
        ('#"one"#', "one"),
        ('#"\n  one\n    two\n\n  three\n  "#', "one\n  two\n\nthree"),
        ('#"\r\n\tone\r\n\ttwo\r\n"#', "one\r\ntwo"),
        ('##"a "# b"##', 'a "# b'),
        ('#"\n\n   \n  a\n   \n  b\n"#', "\n\na\n\nb".removeprefix("\n")),
        ('#""#', ""),
        ('#"  \n "#', ""),
        ('"a\\n\\"b\\" \\\\ \\x"', 'a\n"b" \\ \\x'),
        ('""', ""),
    ],
)
def test_strings(written, decoded):
    text = f"template_string A {written}"
    value, origin = _baml.dedented("a.baml", text, string(written))
    assert value == decoded
    for segment in origin.segments:
        if segment.exact:
            assert text[segment.origin.start : segment.origin.end] == value[segment.start : segment.end]


def test_new_lines_are_indented_as_the_string_is():
    text = 'template_string A #"\n    one\n    two\n"#'
    value, origin = _baml.dedented("a.baml", text, string(text.removeprefix("template_string A ")))
    at = value.index("\n")
    place = origin.locate(Span(at, at + 1))
    assert text[place.span.start : place.span.end] == "\n    "
    assert origin.is_exact(Span(at, at + 4))
    assert origin.encode("x\ny") == "x\n    y"
    assert origin.encode('a "# b') is None
    assert origin.encode('ends in "') is None


@pytest.mark.parametrize(
    ("written", "schema"),
    [
        ("int", {"type": "integer"}),
        ("string[]", {"type": "array", "items": {"type": "string"}}),
        ("(int | string)[]?", {"anyOf": [{"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]}}, {"type": "null"}]}),
        ("map<string, float>", {"type": "object", "additionalProperties": {"type": "number"}}),
        ('"yes" | "no"', {"enum": ["yes", "no"]}),
        ("1 | true | null", {"anyOf": [{"const": 1}, {"const": True}, {"type": "null"}]}),
        ("Colour", {"enum": ["RED", "green"]}),
        ("Open", {"type": "string"}),
        ("Alias", {"enum": ["RED", "green"]}),
        ("Shirt @assert(big)", {"type": "object", "properties": {"c": {"enum": ["RED", "green"]}, "size": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}, "required": ["c"]}),
        ("Tree", None),
        ("Nowhere", None),
        ("int | ", None),
        ("map<string>", None),
        ("(int", None),
        ("image", None),
    ],
)  # fmt: skip
def test_schemas(written, schema):
    declarations = """
enum Colour {
  RED
  GREEN @alias("green") // not the word
  BLUE @skip
}
enum Open { @@dynamic
  A
}
type Alias = Colour
class Shirt {
  colour Colour
    @alias(c) @description("what it is")
    @alias("c")
  size int? @description(#"in cm"#)
}
class Tree {
  children Tree[]
}
"""
    found = _baml.parse(f"function F() -> {written} {{}}\n{declarations}")
    assert _baml.schema_of(found.functions[0].answer, [found]) == schema


def test_schemas_do_not_explode():
    classes = "".join(f"class A{i} {{\n  a A{i + 1}\n  b A{i + 1}\n}}\n" for i in range(60))
    found = _baml.parse(f"function F() -> A0 {{}}\n{classes}class A60 {{\n  x int\n}}\n")
    assert _baml.schema_of(found.functions[0].answer, [found]) is None


def test_values():
    found = _baml.parse(
        'client<llm> A {\n  provider openai // which\n  options {\n    model gpt-4o\n    base_url https://a.b//c\n    n 3, m "x y"\n'
        '    list [\n a\n "b" ]\n    deep { more { here 1\n further { down 2 } } }\n  }\n}\n'
    )
    values = found.clients["A"].values
    assert {".".join(path): value.items or value.text for path, value in values.items()} == {
        "provider": "openai",
        "options.model": "gpt-4o",
        "options.base_url": "https://a.b//c",
        "options.n": "3",
        "options.m": "x y",
        "options.list": ("a", "b"),
        "options.deep.more.here": "1",
    }
    assert [comment.text for comment in found.comments] == ["// which"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *'{}()[]<>|?,"#@ \n',
                "function",
                "client",
                "class",
                "enum",
                "type A =",
                "->",
                "prompt",
                "A",
                "//",
                "{{",
                "}}",
            ]
        ),
        max_size=60,
    )
)
def test_never_raises(pieces):
    text = " ".join(pieces)
    found = _baml.parse(text)
    for function in found.functions:
        _baml.schema_of(function.answer, [found])
        if function.prompt:
            _baml.dedented("a.baml", text, function.prompt)
    for _, span in found.faults:
        assert span.end <= len(text)


@pytest.mark.parametrize(
    "piece", ["{", "(", "{{", '#"', "{//", "function f(", "client<llm> a {", "class A {", "[", "a ", "enum A { a\n"]
)
def test_linear(linear_time, piece):
    linear_time(lambda count: _baml.parse(piece * count), 12_000)
