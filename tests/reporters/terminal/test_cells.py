from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.reporters.terminal.cells import TAB_WIDTH, cells, visible, width

any_text = st.text(alphabet=st.characters(blacklist_characters="\r\n"), max_size=40)


@pytest.mark.parametrize(
    ("text", "shown", "columns"),
    [
        ("plain", "plain", 5),
        ("Größe", "Größe", 5),
        ("e\u0301", "e\u0301", 1),  # a letter and a combining accent
        ("要約", "要約", 4),
        ("🙂", "🙂", 2),
        ("❤\ufe0f", "❤\ufe0f", 1),
        ("한", "한", 2),
        ("\u1112\u1161\u11ab", "\u1112\u1161\u11ab", 2),  # the same syllable in pieces
        ("a\tb", "a" + " " * TAB_WIDTH + "b", 2 + TAB_WIDTH),
        ("a\u200bb", "a<U+200B>b", 10),
        ("\x1b[31m", "<U+001B>[31m", 12),
        ("\u202eabc", "<U+202E>abc", 11),
        ("\u2028", "<U+2028>", 8),
        ("\U000e0041", "<U+E0041>", 9),
        ("\U000e0100", "<U+E0100>", 9),
        ("\u3164", "<U+3164>", 8),
        ("\ud800", "<U+D800>", 8),
        ("\ue000", "<U+E000>", 8),
    ],
)
def test_what_is_shown_and_how_wide(text: str, shown: str, columns: int) -> None:
    assert visible(text) == shown
    assert width(text) == columns


@given(any_text)
@settings(max_examples=200, deadline=None)
def test_one_cell_for_each_code_point(text: str) -> None:
    assert len(cells(text)) == len(text)
    assert width(text) == sum(cell.width for cell in cells(text))


@given(any_text)
@settings(max_examples=200, deadline=None)
def test_nothing_that_steers_a_terminal_is_shown(text: str) -> None:
    assert not [char for char in visible(text) if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]
