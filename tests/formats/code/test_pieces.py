from __future__ import annotations

import inspect
import textwrap
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.formats.code.pieces import (
    Tape,
    cleandoc,
    dedent,
    doubling,
    pure_text,
    renoted,
    repeated,
    strip,
    written,
)
from promptlint.formats.code.values import Hole, Literal, Notation, Piece, Text
from promptlint.source import Span, plain

PLAIN = Notation("plain", plain)
BLANKS = st.text(st.sampled_from(" \t\nab"), max_size=40)
UNTABBED = st.text(st.sampled_from("  \nab"), max_size=40)


def pieces_of(text: str, cuts: Sequence[int] = ()) -> list[Piece]:
    """The text, which stands in the file as it is, cut into literals."""
    edges = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [
        Literal(text[start:end], ((end - start, Span(start, end)),), "a.py", PLAIN) for start, end in pairwise(edges)
    ]


def assert_placed(pieces: Sequence[Piece], source: str) -> None:
    """Each run holds what stands at its place; what was dropped keeps its place; all are in order."""
    last = 0
    for piece in pieces:
        assert isinstance(piece, Literal)
        at = 0
        for length, origin in piece.runs:
            assert origin is not None
            assert origin.start >= last
            last = origin.end
            assert length in (0, len(origin))
            assert piece.text[at : at + length] == (source[origin.start : origin.end] if length else "")
            at += length
        assert at == len(piece.text)


@given(BLANKS, st.lists(st.integers(0, 40), max_size=3))
def test_dedent_is_that_of_textwrap(text: str, cuts: list[int]) -> None:
    found = dedent(pieces_of(text, cuts))
    assert written(found) == textwrap.dedent(text)
    assert_placed(found, text)


@given(UNTABBED, st.lists(st.integers(0, 40), max_size=3))
def test_cleandoc_is_that_of_inspect(text: str, cuts: list[int]) -> None:
    found = cleandoc(pieces_of(text, cuts))
    assert found is not None
    assert written(found) == inspect.cleandoc(text)
    assert_placed(found, text)


@given(
    BLANKS,
    st.lists(st.integers(0, 40), max_size=3),
    st.sampled_from([None, " ", "a", "\n "]),
    st.booleans(),
    st.booleans(),
)
def test_strip_is_that_of_strings(text: str, cuts: list[int], characters: str | None, left: bool, right: bool) -> None:
    found = strip(pieces_of(text, cuts), characters, left=left, right=right)
    expected = text.lstrip(characters) if left else text
    assert written(found) == (expected.rstrip(characters) if right else expected)
    assert_placed(found, text)


@given(BLANKS, st.lists(st.integers(0, 40), max_size=3), st.lists(st.integers(0, 40), max_size=4))
def test_ranges_laid_end_to_end_are_the_pieces(text: str, cuts: list[int], edges: list[int]) -> None:
    tape = Tape(pieces_of(text, cuts))
    marks = sorted({0, len(text), *(edge % (len(text) + 1) for edge in edges)})
    taken = [piece for start, end in pairwise(marks) for piece in tape.take(start, end)]
    assert written(taken) == text
    assert_placed(taken, text)


def test_tabs_are_expanded_by_cleandoc_so_that_nothing_is_told() -> None:
    assert cleandoc(pieces_of("a\n\tb")) is None


def test_a_hole_is_text_for_dedent_and_strip() -> None:
    hole = Hole("{x}", Span(4, 7), "a.py", ())
    indented: list[Piece] = [
        Literal("\n  ", ((3, Span(1, 4)),), "a.py", PLAIN),
        hole,
        Literal("\n    b ", ((7, Span(7, 14)),), "a.py", PLAIN),
    ]
    assert written(dedent(indented)) == "\n{x}\n  b "
    assert written(strip(indented, None, left=True, right=True)) == "{x}\n    b"


def test_what_is_written_into_dedented_text_is_indented() -> None:
    (piece,) = dedent(pieces_of("\n    a\n    b"))
    assert isinstance(piece, Literal)
    assert piece.notation.encode("c\n\nd\n") == "c\n\n    d\n    "
    assert piece.notation.encode("c\n  \nd") is None  # dedent drops blanks of a line that has nothing else


def test_the_place_of_a_range_covers_escapes_and_is_none_across_files() -> None:
    escape = Literal("\n", ((1, Span(3, 5)),), "a.py", PLAIN)
    other = Literal("b", ((1, Span(9, 10)),), "b.py", PLAIN)
    tape = Tape([*pieces_of("abc"), escape, other])
    assert tape.place(2, 4) == ("a.py", Span(2, 5))
    assert tape.place(3, 5) is None


def test_the_characters_of_a_template_are_written_twice() -> None:
    pieces = renoted(pieces_of("ab", [1]), doubling("{}"))
    first, second = pieces
    assert isinstance(first, Literal) and isinstance(second, Literal)
    assert first.notation is second.notation
    assert first.notation.name != PLAIN.name
    assert first.notation.encode("{a}") == "{{a}}"


def test_repeated_text_has_no_place() -> None:
    assert [piece.runs for piece in repeated(pieces_of("ab")) if isinstance(piece, Literal)] == [((2, None),)]


@pytest.mark.parametrize(("hole", "text"), [(False, "ab"), (True, None)])
def test_text_is_known_if_it_has_no_hole(hole: bool, text: str | None) -> None:
    pieces = [*pieces_of("ab"), *([Hole("x", Span(3, 4), "a.py", ())] if hole else [])]
    assert pure_text(Text(Span(0, 4), "a.py", tuple(pieces))) == text
