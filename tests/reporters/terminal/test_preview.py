from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.diagnostic import Applicability, Edit, Fix
from promptlint.reporters.terminal.preview import Change, changes, preview
from promptlint.reporters.terminal.style import Style
from promptlint.source import Source


def fix_of(text: str, *edits: tuple[int, int, str]) -> tuple[Fix, Source]:
    source = Source("a.md", text)
    made = tuple(Edit(source.location(start, end), replacement) for start, end, replacement in edits)
    return Fix("Change it", made, Applicability.SAFE), source


def shown(text: str, *edits: tuple[int, int, str]) -> list[str]:
    fix, source = fix_of(text, *edits)
    return preview(fix, {"a.md": source}.get)


def test_a_replacement_shows_the_line_before_and_after() -> None:
    assert shown("one\nIn order to go\nthree", (4, 15, "To")) == ["- In order to go", "+ To go"]


def test_a_deleted_line_and_an_added_line() -> None:
    assert shown("one\ntwo\nthree\n", (4, 8, "")) == ["- two"]
    assert shown("one\nthree\n", (4, 4, "two\n")) == ["+ two"]
    assert shown("one", (3, 3, "\ntwo")) == ["+ two"]


def test_edits_on_one_line_are_shown_together_and_others_apart() -> None:
    assert shown("a b c\nd\ne", (0, 1, "A"), (4, 5, "C"), (8, 9, "E")) == ["- a b c", "+ A b C", "- e", "+ E"]


def test_line_ends_of_every_kind() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert shown(f"one{end}two{end}", (0, 3, "1")) == ["- one", "+ 1"]


def test_a_changed_line_end_alone_shows_nothing() -> None:
    assert shown("one\r\ntwo", (3, 5, "\n")) == []


def test_hidden_characters_are_spelt_out() -> None:
    assert shown("a\u200bb", (1, 2, "")) == ["- a<U+200B>b", "+ ab"]


def test_overlapping_edits_are_left_out() -> None:
    assert shown("abcdef", (0, 3, "x"), (2, 4, "y")) == ["- abcdef", "+ xdef"]


def test_long_lines_are_cut_and_long_changes_shortened() -> None:
    text = "word " * 40_000
    old, new = shown(text, (100_000, 100_004, "WORD"))
    assert "WORD" in new and len(old) < 120 and old.startswith("- …")
    many = shown("", (0, 0, "\n".join("abcdefghij")))
    assert many[-1] == "+ … 4 more" and len(many) == 8


def test_a_cut_line_and_its_replacement_begin_at_the_same_character() -> None:
    text = "word " * 18 + "due to the fact that it is so late"
    old, new = shown(text, (90, 110, "as"))
    start = old.index("due to")
    assert old.startswith("- …") and len(old) <= 104
    assert old.endswith("due to the fact that it is so late") and new == f"+{old[1:start]}as it is so late"


def test_files_that_are_not_known_are_left_out() -> None:
    fix, _ = fix_of("abc", (0, 1, ""))
    assert preview(fix, lambda path: None) == []


def test_colours() -> None:
    fix, source = fix_of("abc", (0, 1, "x"))
    assert preview(fix, {"a.md": source}.get, Style(colour=True)) == ["\x1b[31m- abc\x1b[0m", "\x1b[32m+ xbc\x1b[0m"]


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_what_is_removed_was_there_and_what_is_added_will_be(data: st.DataObject) -> None:
    text = data.draw(st.text("ab \n\r", max_size=40))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    replacement = data.draw(st.text("xy\n", max_size=5))
    fix, source = fix_of(text, (start, end, replacement))
    after = Source("a.md", text[:start] + replacement + text[end:])
    for change in changes(fix, {"a.md": source}.get):
        assert set(change.removed) <= _lines(source)
        assert set(change.added) <= _lines(after)
    if text == after.text:
        assert changes(fix, {"a.md": source}.get) == ()


def _lines(source: Source) -> set[str]:
    return {source.slice(source.line_span(line)) for line in range(1, len(source.line_starts) + 1)}


def test_a_change_is_what_differs() -> None:
    fix, source = fix_of("a\nb\nc", (0, 5, "a\nB\nc"))
    assert changes(fix, {"a.md": source}.get) == (Change(("b",), ("B",)),)
