from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.diagnostic import Severity
from promptlint.reporters.terminal.cells import cells, width
from promptlint.reporters.terminal.frame import ELLIPSIS, LINE_WIDTH, code_frame, rows, window
from promptlint.reporters.terminal.style import Style
from promptlint.source import Source, Span

if TYPE_CHECKING:
    from conftest import LinearTime

alphabet = st.one_of(
    st.sampled_from("abc xyz.\t"),
    st.sampled_from("\n\r"),
    st.sampled_from("要約🙂é\u0301\u200b\u202e\x07\u2028ß"),
)
texts = st.text(alphabet, max_size=60)


def source(text: str) -> Source:
    return Source("a.md", text)


def frame(text: str, part: str) -> str:
    start = text.index(part)
    return "\n".join(code_frame(source(text), Span(start, start + len(part)), Severity.INFO))


def test_one_line() -> None:
    assert frame("one\nIn order to help.\nthree", "order") == ("  |\n2 | In order to help.\n  |    ^^^^^")


def test_columns_follow_tabs_wide_and_combining_characters() -> None:
    assert frame("\tgo", "go").endswith("|     go\n  |     ^^")
    assert frame("要約 now", "now").endswith("  |      ^^^")
    assert frame("要約 now", "約").endswith("  |   ^^")
    assert frame("e\u0301te\u0301 now", "now").endswith("  |     ^^^")


def test_a_range_of_combining_characters_points_at_the_letter_they_join() -> None:
    assert frame("ae\u0301", "\u0301").endswith("|  ^")


def test_hidden_characters_are_spelt_out_under_the_carets() -> None:
    assert frame("a\u202eb", "\u202e").endswith("1 | a<U+202E>b\n  |  ^^^^^^^^")


def test_several_lines_have_carets_under_each() -> None:
    assert frame("a bc\n\nd ef", "bc\n\nd") == ("  |\n1 | a bc\n  |   ^^\n2 |\n3 | d ef\n  | ^")


def test_many_lines_leave_out_the_middle() -> None:
    text = "\n".join(f"line {number}" for number in range(1, 101))
    numbers = [row.number for row in rows(source(text), Span(0, len(text)))]
    assert numbers == [1, 2, 3, 4, None, 100]


def test_an_empty_range_and_the_end_of_the_file_have_one_caret() -> None:
    assert code_frame(source("ab"), Span(2, 2), Severity.INFO)[-1] == "  |   ^"
    assert code_frame(source("ab\n"), Span(3, 3), Severity.INFO)[1:] == ["2 |", "  | ^"]
    assert code_frame(source(""), Span(0, 0), Severity.INFO)[1:] == ["1 |", "  | ^"]


def test_line_ends_are_not_printed() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert frame(f"one{end}two{end}", "two") == "  |\n2 | two\n  | ^^^"


def test_only_real_line_ends_end_a_line() -> None:
    assert "1 | a<U+2028>b<U+000C>c" in frame("a\u2028b\fc", "c")


def test_a_very_long_line_is_cut_around_the_range() -> None:
    printed = frame("word " * 44_000 + "HERE" + " word" * 10, "HERE").split("\n")
    line, carets = printed[1], printed[2]
    assert line.startswith(f"1 | {ELLIPSIS}") and len(line) <= LINE_WIDTH + 8
    assert line[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_a_frame_takes_no_longer_on_a_longer_line(linear_time: LinearTime) -> None:
    """The line grows with the number of frames: if each looked at the whole line, the time would be quadratic."""

    def frames(size: int) -> None:
        long = source("word " * size)
        for _ in range(size // 50):
            code_frame(long, Span(5 * size // 2, 5 * size // 2 + 4), Severity.INFO)

    linear_time(frames, 40_000)


def test_a_range_longer_than_the_frame_is_underlined_as_far_as_it_is_shown() -> None:
    printed = code_frame(source("x" * 5000), Span(10, 4000), Severity.INFO)
    assert printed[1].endswith(ELLIPSIS)
    assert printed[2].count("^") == LINE_WIDTH - 10


def test_numbers_are_aligned() -> None:
    text = "\n".join(map(str, range(1, 13)))
    printed = code_frame(source(text), Span(text.index("9"), len(text)), Severity.INFO)
    assert [line.index("|") for line in printed] == [3] * len(printed)


def test_colours_do_not_change_the_text() -> None:
    plain = code_frame(source("abc"), Span(1, 2), Severity.ERROR)
    painted = code_frame(source("abc"), Span(1, 2), Severity.ERROR, Style(colour=True))
    assert "\x1b[1;31m^\x1b[0m" in painted[2]
    assert painted[1].endswith(" abc") and plain[1].endswith(" abc")


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_carets_stand_under_what_is_meant(data: st.DataObject) -> None:
    text = data.draw(texts)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    file = source(text)
    for row in rows(file, Span(start, end)):
        column, length = row.carets
        if row.number is None or not length:
            continue
        line = file.line_span(row.number)
        low, high = max(start, line.start) - line.start, max(min(end, line.end), min(start, line.end)) - line.start
        low = min(low, high)
        whole = file.slice(line)
        if width(whole) > LINE_WIDTH:
            continue
        shown = cells(whole)
        meant = width(shown[low:high])
        if meant:
            assert (column, length) == (width(shown[:low]), meant)
        else:
            assert 0 <= column <= width(shown[:low])
            assert column + length >= width(shown[:low])


@given(texts, st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_a_window_holds_what_begins_at_its_offset_and_is_not_too_wide(line: str, at: int) -> None:
    at = min(at, len(line))
    part = window(line, at, limit=30)
    assert 0 <= part.start <= at <= part.end <= len(line)
    assert at < part.end or at == len(line)
    assert width(line[part.start : part.end]) <= 30 + 8  # one spelt-out character may be wider than what is left
    assert part.cut_left == (part.start > 0) and part.cut_right == (part.end < len(line))


def test_a_run_of_combining_marks_does_not_make_a_frame_endless() -> None:
    part = window("a" + "\u0301" * 100_000, 50_000)
    assert part.end - part.start <= 4 * LINE_WIDTH
