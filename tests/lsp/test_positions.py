from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from promptlint.source import Span
from promptlint_lsp.positions import BOM, Text

from .conftest import position_of

ENCODINGS = ("utf-8", "utf-16", "utf-32")
PIECES = (
    "a",
    "bc",
    "é",
    "ß",
    "😀",
    "𝕏",
    "\n",
    "\r\n",
    "\r",
    "\u2028",
    "\u2029",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "e\u0301",
    "\t",
    BOM,
)
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(st.data(), texts, st.sampled_from(ENCODINGS))
def test_positions_there_and_back(data, text, encoding):
    known = Text(text, encoding)
    lead = 1 if text.startswith(BOM) else 0
    offset = data.draw(st.integers(0, len(known.bare)))
    if known.bare[offset - 1 : offset + 1] == "\r\n" and offset:
        offset -= 1  # no position is inside a line end
    place = known.position(offset)
    assert place == position_of(text, offset + lead, encoding)
    assert known.offset(place) == offset


@given(st.data(), texts, texts, st.sampled_from(ENCODINGS))
def test_an_edit_changes_what_it_names(data, text, new, encoding):
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, len(text)))
    inside = [end.start() + 1 for end in re.finditer("\r\n", text)]
    first, last = (each - 1 if each in inside else each for each in (first, last))
    place = types.Range(position_of(text, first, encoding), position_of(text, last, encoding))
    assert Text(text, encoding).edited(place, new).text == text[:first] + new + text[last:]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_places_behind_the_end_are_the_end(encoding):
    text = Text("ab😀\r\ncd", encoding)
    assert text.offset(types.Position(0, 99)) == 3
    assert text.offset(types.Position(1, 99)) == 7
    assert text.offset(types.Position(9, 0)) == 7
    assert text.edited(types.Range(types.Position(9, 0), types.Position(9, 0)), "!").text == "ab😀\r\ncd!"


def test_a_place_inside_a_character_is_before_it():
    assert Text("a😀b", "utf-16").offset(types.Position(0, 2)) == 1
    assert Text("aéb", "utf-8").offset(types.Position(0, 2)) == 1


def test_a_line_ends_where_the_protocol_says():
    text = Text("a\u2028b\x0cc\x85d\ne")
    assert text.position(7) == types.Position(0, 7)
    assert text.position(8) == types.Position(1, 0)


def test_a_byte_order_mark_counts_for_the_editor_only():
    text = Text(f"{BOM}ab")
    assert text.has_mark and text.bare == "ab"
    assert text.range(Span(0, 1)) == types.Range(types.Position(0, 1), types.Position(0, 2))
    assert text.offset(types.Position(0, 0)) == 0


def test_half_a_character_is_no_text():
    text = Text("a\ud83db")
    assert text.text == "a\ufffdb"
    assert text.position(2) == types.Position(0, 2)
    assert Text("\ud83d\ude00").text == "😀"
