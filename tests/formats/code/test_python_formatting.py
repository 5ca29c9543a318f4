from __future__ import annotations

from string import Template

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from promptlint.formats.code.pieces import pure_text
from promptlint.formats.code.python_formatting import (
    Argument,
    Arguments,
    dollar_filled,
    format_filled,
    percent_filled,
    scalar_text,
)
from promptlint.formats.code.values import Hole, Literal, Name, Notation, Scalar, Text
from promptlint.source import Span, TextMap, plain

PLAIN = Notation("plain", plain)
NOWHERE = Span(0, 0)


def text_of(text: str, cut: int = 0) -> Text:
    """A string that stands in the file as it is, as two literals."""
    halves = [(0, cut % (len(text) + 1)), (cut % (len(text) + 1), len(text))]
    pieces = [
        Literal(text[start:end], ((end - start, Span(start, end)),), "a.py", PLAIN)
        for start, end in halves
        if start < end
    ]
    return Text(Span(0, len(text)), "a.py", tuple(pieces))


def argument(value: Text | Scalar | Name) -> Argument:
    return Argument(value, ("value",), NOWHERE)


KNOWN = Arguments(
    (argument(text_of("one")), argument(Scalar(NOWHERE, "a.py", 2))),
    {
        "a": argument(text_of("A")),
        "b": argument(Scalar(NOWHERE, "a.py", None)),
        "c": argument(Scalar(NOWHERE, "a.py", True)),
    },
)
UNKNOWN = Arguments((argument(Name(NOWHERE, "a.py", "x")),), {"a": argument(Name(NOWHERE, "a.py", "y"))})
TEMPLATES = st.lists(
    st.sampled_from(
        [
            "{",
            "}",
            "{{",
            "}}",
            "{a}",
            "{b}",
            "{c!s}",
            "{0}",
            "{1}",
            "%",
            "%%",
            "%s",
            "%(a)s",
            "$",
            "$$",
            "$a",
            "${b}",
            "x ",
            "é",
        ]
    ),
    max_size=6,
).map("".join)


@given(TEMPLATES, st.integers(0, 20))
def test_format_is_that_of_strings(template: str, cut: int) -> None:
    try:
        expected = template.format("one", 2, a="A", b=None, c=True)
    except ValueError:
        expected = template
    except (IndexError, KeyError):  # a field made of neighbours
        return
    assert pure_text(format_filled(text_of(template, cut), KNOWN)) == expected


@given(TEMPLATES, st.integers(0, 20))
def test_percent_is_that_of_strings(template: str, cut: int) -> None:
    positional = template.count("%s")
    assume(not (positional and "%(" in template))  # then the whole dictionary goes into %s
    values = Arguments((argument(text_of("one")),) * positional, {"a": argument(text_of("A"))})
    try:
        expected = template % ({"a": "A"} if "%(" in template else ("one",) * positional)
    except (TypeError, ValueError):
        return
    assert pure_text(percent_filled(text_of(template, cut), values)) == expected


@given(TEMPLATES, st.integers(0, 20), st.booleans())
def test_substitution_is_that_of_templates(template: str, cut: int, safe: bool) -> None:
    try:
        values = {"a": "A", "b": None, "c": True}
        expected = Template(template).safe_substitute(values) if safe else Template(template).substitute(values)
    except ValueError:
        expected = template
    except KeyError:  # "$" and "x" side by side
        return
    assert pure_text(dollar_filled(text_of(template, cut), KNOWN, safe=safe)) == expected


@given(TEMPLATES, st.sampled_from([format_filled, percent_filled]))
def test_a_hole_is_written_as_it_stands(template: str, fill: type) -> None:
    found = fill(text_of(template), UNKNOWN)
    assert found.filled
    for piece in found.pieces:
        if isinstance(piece, Hole):
            assert template[piece.span.start : piece.span.end] == piece.text


def test_text_that_is_written_after_a_name_would_belong_to_it() -> None:
    filled = dollar_filled(text_of("$a b"), UNKNOWN, safe=False)
    hole, literal = filled.pieces
    assert isinstance(hole, Hole) and isinstance(literal, Literal)
    places = TextMap.build("a.py", literal.runs, literal.notation.encode)
    assert not places.is_exact(Span(0, 0))
    assert places.is_exact(Span(1, 2))


@pytest.mark.parametrize(("value", "text"), [(1, "1"), (1.5, "1.5"), (True, "True"), (None, "None")])
def test_what_str_makes_of_a_value(value: float | bool | None, text: str) -> None:
    assert scalar_text(Scalar(NOWHERE, "a.py", value)) == text
