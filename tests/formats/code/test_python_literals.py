from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from itertools import accumulate

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from promptlint.formats.code.python_literals import Run, Style, decode, notation, style
from promptlint.source import Span, TextMap

PREFIXES = ("", "r", "f", "rf", "u", "R", "Fr")
QUOTES = ("'", '"', "'''", '"""')
INSIDE = st.text(st.sampled_from("\\\\\\\"\"''{}nNxuU0123478aA \t\n\rd\u2028é😀\x0c\x01#%$"), max_size=12) | st.lists(
    st.sampled_from(
        [
            "\\n",
            "\\\n",
            "\\\r\n",
            "\r\n",
            "\\x41",
            "\\u0041",
            "\\U0001F600",
            "\\N{DASH}",
            "\\7",
            "\\101",
            "\\400",
            "{{",
            "}}",
            '""',
            "a",
        ]
    ),
    max_size=6,
).map("".join)
TEXT = st.text(st.sampled_from("\\\"'{}nxN0123ab \t\n\r\u2028é😀\x0c\x01\0"), max_size=6)


def evaluated(source: str) -> str | None:
    """What Python makes of a literal; None where it refuses it or finds more than one, or a hole in an f-string."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(f"({source})", mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if isinstance(body, ast.JoinedStr):
        if not all(isinstance(part, ast.Constant) for part in body.values):
            return None
        return "".join(str(part.value) for part in body.values if isinstance(part, ast.Constant))
    return body.value if isinstance(body, ast.Constant) and isinstance(body.value, str) else None


def decoded(source: str) -> tuple[str, tuple[Run, ...], Span]:
    how = style_of(source)
    start = source.index(how.quote) + len(how.quote)
    inside = Span(start, len(source) - len(how.quote))
    return *decode(source, inside, how), inside


def style_of(source: str) -> Style:
    how = style(source, Span(0, len(source)), "\n")
    assert how is not None
    return how


def literal(prefix: str, quote: str, inside: str) -> str:
    """The literal, if it is one that Python takes."""
    bare = re.sub(r"\\.", "", inside, flags=re.DOTALL)
    assume(quote not in bare and not bare.endswith((quote[0], "\\")))
    source = f"{prefix}{quote}{inside}{quote}"
    assume(evaluated(source) is not None)
    return source


@given(st.sampled_from(PREFIXES), st.sampled_from(QUOTES), INSIDE)
def test_the_text_is_what_python_makes_of_it(prefix: str, quote: str, inside: str) -> None:
    source = literal(prefix, quote, inside)
    text, runs, _ = decoded(source)
    assert text == evaluated(source)
    assert sum(length for length, _ in runs) == len(text)


@given(st.sampled_from(PREFIXES), st.sampled_from(QUOTES), INSIDE)
def test_each_run_stands_for_its_text(prefix: str, quote: str, inside: str) -> None:
    source = literal(prefix, quote, inside)
    text, runs, around = decoded(source)
    ends = list(accumulate(length for length, _ in runs))
    for (length, origin), end in zip(runs, ends, strict=True):
        if origin is None:
            continue
        assert around.contains(origin)
        found = source[origin.start : origin.end]
        if length == len(origin):
            assert text[end - length : end] == found.replace("\r", "\n")
        else:
            assert decode(source, origin, style_of(source))[0] == text[end - length : end]


@given(st.data(), st.sampled_from(PREFIXES), st.sampled_from(QUOTES), INSIDE, TEXT)
def test_what_is_written_into_a_literal_changes_it_and_nothing_else(
    data: st.DataObject, prefix: str, quote: str, inside: str, replacement: str
) -> None:
    source = literal(prefix, quote, inside)
    text, runs, around = decoded(source)
    places = TextMap.build("a.py", runs or ((0, around),), notation(style_of(source)).encode)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    place = places.locate(Span(start, end))
    written = places.encode(replacement)
    if written is None or place is None or not places.is_exact(Span(start, end)):
        return
    low, high = place.span.start, place.span.end
    if not replacement:  # two quotes that meet may become three
        assume(not (len(quote) == 3 and source[low - 1] == source[high] == quote[0]))
    changed = f"{source[:low]}{written}{source[high:]}"
    assert evaluated(changed) == text[:start] + replacement + text[end:]


@pytest.mark.parametrize(
    ("source", "text", "written"),
    [
        ('"a b"', 'say "hi"\n', 'say \\"hi\\"\\n'),
        ("'a b'", "it's\ta \\", "it\\'s\\ta \\\\"),
        ('"""a\nb"""', 'say "hi"\n', 'say "hi"\n'),
        ('"""a\nb"""', '"""', '\\""\\"'),
        ('f"a"', "{x}", "{{x}}"),
        ('r"a"', "\\d+", "\\d+"),
        ('r"a"', 'say "hi"', None),
        ('r"a"', "two\nlines", None),
        ('r"a"', "\\", None),
        ('"a"', "\ud800", None),
        ('"a"', "\x00\x1b\x7f\u2028", "\\x00\\x1b\\x7f\u2028"),
    ],
)
def test_text_is_written_as_the_literal_writes_it(source: str, text: str, written: str | None) -> None:
    assert notation(style_of(source)).encode(text) == written


@pytest.mark.parametrize(("newline", "written"), [("\r\n", "a\r\nb"), ("\n", "a\\nb")])
def test_line_ends_are_those_of_the_literal_where_they_are_all_alike(newline: str, written: str) -> None:
    source = '"""x\r\ny"""'
    how = style(source, Span(0, len(source)), newline)
    assert how is not None
    assert notation(how).encode("a\nb") == written


@pytest.mark.parametrize(
    ("source", "runs"),
    [
        ('"a\\n\\u00e9b"', ((1, Span(1, 2)), (1, Span(2, 4)), (1, Span(4, 10)), (1, Span(10, 11)))),
        ('"a\\\nb"', ((1, Span(1, 2)), (0, Span(2, 4)), (1, Span(4, 5)))),
        ('"""a\r\nb"""', ((1, Span(3, 4)), (1, Span(4, 6)), (1, Span(6, 7)))),
        ('f"{{a"', ((1, Span(2, 4)), (1, Span(4, 5)))),
        # writing "n" for the d would make an escape of it
        ('"\\d+"', ((1, Span(1, 2)), (0, None), (1, None), (1, Span(3, 4)))),
        ('"\\0a"', ((1, Span(1, 3)), (0, None), (1, None))),
    ],
)
def test_escapes_are_runs_of_their_own(source: str, runs: Sequence[Run]) -> None:
    assert decoded(source)[1] == runs
