from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.source import Location, Position, Segment, Source, SourceError, Span, TextMap, one_line

# ---------------------------------------------------------------------------------------------------------------------
# Span


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^not a span: 3\.\.2$"):
        Span(3, 2)
    with pytest.raises(ValueError, match=r"^not a span: -1\.\.2$"):
        Span(-1, 2)


SPANS = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda ends: Span(min(ends), max(ends)))


@given(SPANS, SPANS)
def test_spans_are_sets_of_offsets(one: Span, other: Span) -> None:
    a, b = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert len(one) == len(a)
    assert one.overlaps(other) == other.overlaps(one)
    if a and b:
        assert one.overlaps(other) == bool(a & b)
        assert one.contains(other) == (b <= a)


def test_empty_spans() -> None:
    assert Span(2, 4).contains(Span(4, 4)), "a place at the edge is inside"
    assert not Span(2, 4).contains(Span(5, 5))
    assert not Span(2, 4).overlaps(Span(2, 2)), "it shares no character"
    assert Span(2, 4).shift(3) == Span(5, 7)


# ---------------------------------------------------------------------------------------------------------------------
# from bytes and back


@pytest.mark.parametrize(
    ("data", "text", "encoding", "bom"),
    [
        (b"", "", "utf-8", False),
        (b"\xef\xbb\xbf", "", "utf-8", True),
        ("Grüße, 漢字, 😀".encode(), "Grüße, 漢字, 😀", "utf-8", False),
        (b"\xef\xbb\xbfa\r\nb", "a\r\nb", "utf-8", True),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", "\ufeffa", "utf-8", True),
        (b"\xff\xfea\0\r\0\n\0", "a\r\n", "utf-16-le", True),
        (b"\xfe\xff\0a\xd8\x3d\xde\x00", "a😀", "utf-16-be", True),
    ],
    ids=["empty", "only a mark", "UTF-8", "UTF-8 with mark", "a second mark is text", "UTF-16-LE", "UTF-16-BE"],
)
def test_encodings(data: bytes, text: str, encoding: str, bom: bool) -> None:
    source = Source.from_bytes("a.md", data)
    assert source == Source("a.md", text, encoding, bom)
    assert source.to_bytes(source.text) == data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "binary file (it holds NUL bytes)"),
        (b"\xff\xfeA\0\0\0b\0", "binary file (it holds NUL bytes)"),
        ("text".encode("utf-32"), "binary file (it holds NUL bytes)"),
        (b"a\nb\xe9c", "not valid UTF-8: byte 0xE9 at line 2, column 2"),
        (b"\xef\xbb\xbf\xe9", "not valid UTF-8: byte 0xE9 at line 1, column 1"),
        ("éé\r€\r\n".encode() + b"\x80", "not valid UTF-8: byte 0x80 at line 3, column 1"),
        (b"\xed\xa0\x80", "not valid UTF-8: byte 0xED at line 1, column 1"),
        (b"\xff\xfea\0\n\0b\0c", "not valid UTF-16-LE: byte 0x63 at line 2, column 2"),
        (b"\xfe\xff\xdc\x00\0a", "not valid UTF-16-BE: byte 0xDC at line 1, column 1"),
    ],
    ids=[
        "binary", "NUL in UTF-16", "UTF-32", "Latin-1", "behind a mark", "columns are characters", "surrogate", "half a unit",
        "half a pair",
    ],
)  # fmt: skip
def test_what_is_not_text(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        Source.from_bytes("a.md", data)
    assert caught.value.reason == str(caught.value) == reason


@given(st.binary(max_size=40) | st.sampled_from([b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"]).flatmap(
    lambda mark: st.binary(max_size=40).map(lambda data: mark + data)))  # fmt: skip
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        source = Source.from_bytes("a.md", data)
    except SourceError:
        return
    assert source.to_bytes(source.text) == data
    assert "\0" not in source.text


@given(st.text(max_size=30), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]))
def test_text_survives_its_file(text: str, encoding: str) -> None:
    text = text.replace("\0", "")
    source = Source("a.md", "", encoding, bom=True)
    assert Source.from_bytes("a.md", source.to_bytes(text)) == Source("a.md", text, encoding, bom=True)


# ---------------------------------------------------------------------------------------------------------------------
# lines

LIKE_LINE_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""What ``str.splitlines`` takes for line ends and no editor counts as one."""


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("", (0,)),
        ("a", (0,)),
        ("a\n", (0, 2)),
        ("a\r\nb", (0, 3)),
        ("a\rb\r", (0, 2, 4)),
        ("\r\r\n\n", (0, 1, 3, 4)),
        ("\n\r", (0, 1, 2)),
        (f"a{LIKE_LINE_ENDS}b\nc", (0, 11)),
    ],
)
def test_line_starts(text: str, starts: tuple[int, ...]) -> None:
    assert Source("a.md", text).line_starts == starts


@pytest.mark.parametrize(
    ("text", "newline"),
    [("", "\n"), ("a", "\n"), ("\u2028a", "\n"), ("a\r\nb\n", "\r\n"), ("a\rb\r\n", "\r"), ("a\n\r", "\n")],
)
def test_a_fix_writes_the_first_line_end(text: str, newline: str) -> None:
    assert Source("a.md", text).newline == newline


def test_columns_are_code_points() -> None:
    source = Source("a.md", "😀e\u0301\n漢\u2028字")
    places = [source.position(offset) for offset in range(len(source.text) + 1)]
    assert places == [Position(1, column) for column in range(1, 5)] + [Position(2, column) for column in range(1, 5)]


LINED = st.text(st.sampled_from("ab\n\r\n\r" + LIKE_LINE_ENDS), max_size=20)


@given(LINED)
def test_lines_tile_the_text(text: str) -> None:
    source = Source("a.md", text)
    lines = range(1, len(source.line_starts) + 1)
    ends = [*source.line_starts[1:], len(text)]
    pieces = [text[start:end] for start, end in zip(source.line_starts, ends, strict=True)]
    assert "".join(pieces) == text
    assert all(re.fullmatch(r"[^\r\n]*(\r\n|\r|\n)", piece) for piece in pieces[:-1])
    assert not re.search(r"[\r\n]", pieces[-1])
    assert [source.slice(source.line_span(line)) for line in lines] == [piece.rstrip("\r\n") for piece in pieces]


@given(LINED)
def test_positions_go_there_and_back(text: str) -> None:
    source = Source("a.md", text)
    places = [source.position(offset) for offset in range(len(text) + 1)]
    assert [source.line_starts[place.line - 1] + place.column - 1 for place in places] == [*range(len(text) + 1)]
    assert places == sorted(places)
    assert all(place.line >= 1 and place.column >= 1 for place in places)


def test_locations() -> None:
    source = Source("prompts/a.md", "abc")
    assert source.location(1, 2) == Location("prompts/a.md", Span(1, 2))
    assert source.slice(Span(1, 2)) == "b"


def test_a_very_long_line_and_very_many_lines() -> None:
    assert Source("a.md", "x" * 1_000_000).position(999_999) == Position(1, 1_000_000)
    source = Source("a.md", "\r\n" * 200_000)
    assert [source.position(offset).line for offset in range(0, 400_000, 2)] == [*range(1, 200_001)]


# ---------------------------------------------------------------------------------------------------------------------
# TextMap, by example: a YAML block scalar, '  in\torder \' + line end + '  to' -> 'in\torder to', and what surrounds it

ESCAPED = TextMap.build(
    "p.yaml",
    [
        (2, Span(10, 12)),  # in
        (1, Span(12, 14)),  # \t
        (6, Span(14, 20)),  # "order "
        (0, Span(20, 24)),  # a line end that stands for nothing
        (2, Span(24, 26)),  # to
        (1, None),  # a line end that the reader adds
        (1, Span(26, 26)),  # a line end without a character of its own
    ],
)


def test_build_joins_what_runs_on() -> None:
    runs = [(1, Span(5, 6)), (2, Span(6, 8)), (1, Span(9, 10)), (0, Span(10, 10)), (2, None), (1, Span(10, 13))]
    assert TextMap.build("p", runs).segments == (
        Segment(0, 3, Span(5, 8)),
        Segment(3, 4, Span(9, 10)),
        Segment(4, 6, None),
        Segment(6, 7, Span(10, 13)),
    )


@pytest.mark.parametrize(
    ("span", "place"),
    [
        (Span(0, 2), Span(10, 12)),
        (Span(1, 2), Span(11, 12)),
        (Span(2, 3), Span(12, 14)),
        (Span(1, 4), Span(11, 15)),
        (Span(3, 9), Span(14, 20)),
        (Span(9, 11), Span(24, 26)),
        (Span(8, 10), Span(19, 25)),
        (Span(0, 12), Span(10, 26)),
        (Span(11, 12), None),
        (Span(11, 13), Span(26, 26)),
        (Span(0, 0), Span(10, 10)),
        (Span(2, 2), Span(12, 12)),
        (Span(3, 3), Span(14, 14)),
        (Span(9, 9), Span(24, 24)),
    ],
)
def test_locate(span: Span, place: Span | None) -> None:
    assert ESCAPED.locate(span) == (None if place is None else Location("p.yaml", place))


@pytest.mark.parametrize(
    ("span", "exact"),
    [
        (Span(0, 2), True),
        (Span(1, 3), True),
        (Span(2, 3), True),
        (Span(8, 10), True),
        (Span(9, 11), True),
        (Span(10, 12), False),
        (Span(11, 12), False),
        (Span(12, 13), False),
        (Span(12, 12), True),
        (Span(2, 2), True),
        (Span(3, 3), True),
        (Span(11, 11), False),
    ],
)
def test_is_exact(span: Span, exact: bool) -> None:
    assert ESCAPED.is_exact(span) is exact


def test_half_an_escape() -> None:
    folded = TextMap.build("p", [(2, Span(4, 9)), (2, Span(9, 11))])
    assert folded.locate(Span(1, 2)) == folded.locate(Span(0, 1)) == Location("p", Span(4, 9)), "all of it or nothing"
    assert not folded.is_exact(Span(1, 2))
    assert not folded.is_exact(Span(1, 4))
    assert not folded.is_exact(Span(1, 1))
    assert folded.is_exact(Span(0, 3))


def test_what_stands_before_the_first_line_of_a_block_is_no_place_to_insert_at() -> None:
    block = TextMap.build("p", [(1, Span(5, 5)), (2, Span(5, 7))])
    assert [block.is_exact(Span(at, at)) for at in range(4)] == [False, True, True, True]


def test_one_place_may_stand_for_two_pieces() -> None:
    """Where text in a text ends in the middle of an escape."""
    assert TextMap.build("p", [(1, Span(3, 6)), (1, Span(3, 6))]).decoded_offset(4) == 0


def test_empty_text() -> None:
    assert TextMap.of("p", Span(7, 7)).locate(Span(0, 0)) == Location("p", Span(7, 7))
    assert TextMap.build("p", []).locate(Span(0, 0)) is None
    assert TextMap.build("p", []).decoded_offset(0) is None


def test_decoded_offset() -> None:
    offsets = [ESCAPED.decoded_offset(offset) for offset in range(9, 28)]
    assert offsets == [None, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 10, None, None]


def test_maps_of_parts_encode_like_the_whole() -> None:
    shouting = TextMap.of("p", Span(0, 9), str.upper)
    assert shouting.slice(Span(2, 4)).encode("a") == "A"
    assert shouting.encode("a") == "A"
    assert TextMap.of("p", Span(0, 9)).encode("a'\n") == "a'\n", "a plain file takes text as it is"


def test_a_map_through_a_map_encodes_from_the_inside_out() -> None:
    outer = TextMap.of("p", Span(0, 9), lambda text: text.replace("'", "''"))
    inner = TextMap.of("p", Span(0, 4), lambda text: None if "\n" in text else f"'{text}'")
    assert outer.through(inner).encode("a") == "''a''"
    assert outer.through(inner).encode("\n") is None


# ---------------------------------------------------------------------------------------------------------------------
# TextMap, against a model that knows for each character where it comes from


@dataclass(frozen=True)
class Run:
    """Decoded text of one sort: as it is, an escape, or without a place; `skip` characters of the file stand before it."""

    skip: int
    length: int
    width: int | None
    """Of its origin; None: it stands nowhere."""


AS_IS = st.integers(0, 4).map(lambda length: (length, length))
ESCAPE = st.integers(0, 2).flatmap(lambda length: st.tuples(st.just(length), st.integers(length + 1, length + 3)))
NOWHERE = st.integers(1, 2).map(lambda length: (length, None))
ADDED = st.integers(1, 2).map(lambda length: (length, 0))


def runs(*sorts: st.SearchStrategy[tuple[int, int | None]]) -> st.SearchStrategy[list[Run]]:
    run = st.builds(lambda skip, sort: Run(skip, *sort), st.sampled_from([0, 0, 0, 2]), st.one_of(*sorts))
    return st.lists(run, max_size=8)


def built(made: list[Run], start: int = 3) -> TextMap:
    pairs: list[tuple[int, Span | None]] = []
    at = start
    for run in made:
        at += run.skip
        pairs.append((run.length, None if run.width is None else Span(at, at + run.width)))
        at += run.width or 0
    return TextMap.build("p", pairs)


@dataclass(frozen=True)
class Letter:
    """One decoded character: where it comes from, and the whole that it is part of (itself, or an escape's characters)."""

    origin: Span | None
    whole: Span


def letters(made: list[Run], start: int = 3) -> list[Letter]:
    found: list[Letter] = []
    at = start
    for run in made:
        at += run.skip
        first = len(found)
        for index in range(run.length):
            if run.width is None:
                found.append(Letter(None, Span(first, first + run.length)))
            elif run.width == run.length:
                found.append(Letter(Span(at + index, at + index + 1), Span(first + index, first + index + 1)))
            else:
                found.append(Letter(Span(at, at + run.width), Span(first, first + run.length)))
        at += run.width or 0
    return found


def subspans(length: int) -> list[Span]:
    """Every range of a text that is not empty."""
    return [Span(start, end) for start in range(length) for end in range(start + 1, length + 1)]


EVERY_SORT = runs(AS_IS, AS_IS, ESCAPE, NOWHERE, ADDED)


@given(EVERY_SORT)
def test_segments_tile_the_text(made: list[Run]) -> None:
    segments = built(made).segments
    assert [segment.start for segment in segments] == [0, *(segment.end for segment in segments)][: len(segments)]
    assert sum(segment.end - segment.start for segment in segments) == sum(run.length for run in made)


@given(EVERY_SORT)
def test_a_range_stands_where_its_characters_stand(made: list[Run]) -> None:
    text_map, model = built(made), letters(made)
    for span in subspans(len(model)):
        places = [letter.origin for letter in model[span.start : span.end] if letter.origin is not None]
        hull = Span(min(place.start for place in places), max(place.end for place in places)) if places else None
        assert text_map.locate(span) == (None if hull is None else Location("p", hull))


@given(EVERY_SORT)
def test_a_range_can_be_replaced_when_it_is_all_of_what_its_place_stands_for(made: list[Run]) -> None:
    text_map, model = built(made), letters(made)
    for span in subspans(len(model)):
        inside = model[span.start : span.end]
        replaceable = all(
            letter.origin is not None and len(letter.origin) and span.contains(letter.whole) for letter in inside
        )
        assert text_map.is_exact(span) == replaceable


@given(EVERY_SORT)
def test_decoded_offset_is_the_first_character_that_comes_from_there(made: list[Run]) -> None:
    text_map, model = built(made), letters(made)
    for offset in range(3, 60):
        from_there = (
            index
            for index, letter in enumerate(model)
            if letter.origin and letter.origin.start <= offset < letter.origin.end
        )
        found = text_map.decoded_offset(offset)
        expected = next(from_there, None)
        # an escape that stands for nothing has no character, but a place in the text
        assert found == expected or (expected is None and found is not None and found <= len(model))


@given(EVERY_SORT)
def test_a_slice_knows_what_the_whole_knows(made: list[Run]) -> None:
    text_map, model = built(made), letters(made)
    for span in subspans(len(model)):
        part = text_map.slice(span)
        assert sum(segment.end - segment.start for segment in part.segments) == len(span)
        for inner in subspans(len(span)):
            assert part.locate(inner) == text_map.locate(inner.shift(span.start))


SHORT_ESCAPE = st.tuples(st.just(1), st.integers(2, 4))


@given(runs(AS_IS, ESCAPE, NOWHERE), runs(AS_IS, SHORT_ESCAPE, NOWHERE))
def test_through_is_one_map_after_the_other(outer_runs: list[Run], inner_runs: list[Run]) -> None:
    outer = built(outer_runs)
    while sum(run.skip + (run.width or 0) for run in inner_runs) > len(letters(outer_runs)):
        inner_runs = inner_runs[:-1]
    composed = outer.through(built(inner_runs, start=0))
    model = letters(inner_runs, start=0)
    for span in subspans(len(model)):
        between = [letter.origin for letter in model[span.start : span.end] if letter.origin]
        places = [place.span for place in map(outer.locate, between) if place]
        hull = Span(min(place.start for place in places), max(place.end for place in places)) if places else None
        assert composed.locate(span) == (None if hull is None else Location("p", hull))


def test_looking_up_many_places_is_fast() -> None:
    """30,000 lines of an indented block: each look-up must not walk through all lines."""
    block = TextMap.build("p", [(40, Span(at * 42 + 2, at * 42 + 42)) for at in range(30_000)])
    for at in range(0, 1_200_000, 40):
        place = block.locate(Span(at, at + 40))
        assert place is not None
        assert block.decoded_offset(place.span.start) == at


def test_what_is_fixed_cannot_be_replaced_nor_put_next_to() -> None:
    origin = replace(TextMap.of("a", Span(10, 20)), fixed=(Span(4, 6),))
    for span in (Span(4, 6), Span(3, 5), Span(4, 4), Span(5, 5), Span(6, 6), Span(0, 10)):
        assert not origin.is_exact(span), span
    for span in (Span(0, 4), Span(6, 10), Span(3, 3)):
        assert origin.is_exact(span), span
    assert origin.locate(Span(4, 6)) == Location("a", Span(14, 16))
    assert origin.slice(Span(5, 9)).fixed == (Span(0, 1),)
    whole = TextMap.of("a", Span(100, 200))
    assert whole.through(origin).fixed == (Span(4, 6),)


def test_one_line_leaves_nothing_that_a_terminal_or_a_log_acts_on() -> None:
    assert one_line("prompts/für\t日本.md") == "prompts/für\t日本.md"
    assert one_line("a\n::error::\r\x1b[31m\x9b\u2028\u202e\udcff") == (
        "a<U+000A>::error::<U+000D><U+001B>[31m<U+009B><U+2028><U+202E><U+DCFF>"
    )
