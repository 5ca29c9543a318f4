from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.diagnostic import Applicability, Edit, Fix
from promptlint.fixes import apply_fixes, compatible
from promptlint.source import Location, Span


def fix(*edits: tuple[int, int, str]) -> Fix:
    made = tuple(Edit(Location("a.md", Span(start, end)), replacement) for start, end, replacement in edits)
    return Fix("Change it", made, Applicability.SAFE)


@pytest.mark.parametrize(
    ("fixes", "fixed"),
    [
        ([], "0123456789"),
        ([fix((2, 5, "-"))], "01-56789"),
        ([fix((5, 8, "long text")), fix((0, 1, ""))], "1234long text89"),
        ([fix((2, 4, "a")), fix((4, 6, "b"))], "01ab6789"),
        ([fix((3, 3, "+"))], "012+3456789"),
        ([fix((10, 10, "."))], "0123456789."),
        ([fix((0, 10, ""))], ""),
        ([fix((7, 8, "c"), (1, 2, "a"))], "0a23456c89"),
        ([fix((2, 3, "a"), (2, 3, "a"))], "01a3456789"),
        ([fix()], "0123456789"),
        ([fix((4, 4, "+"), (2, 4, ""))], "01+456789"),
    ],
    ids=[
        "none", "one", "longer and shorter", "next to each other", "an insertion", "at the end", "everything",
        "several edits", "the same edit twice", "no edit", "an insertion behind what is changed",
    ],
)  # fmt: skip
def test_fixes(fixes: list[Fix], fixed: str) -> None:
    assert apply_fixes("0123456789", fixes) == fixed


@pytest.mark.parametrize(
    "other",
    [(2, 5, "b"), (4, 6, "b"), (0, 3, "b"), (3, 4, "b"), (0, 9, "b"), (3, 3, "b"), (2, 2, "b")],
    ids=["the same", "its end", "its start", "a part", "around it", "an insertion inside", "an insertion at its start"],
)
def test_of_two_that_clash_the_first_wins(other: tuple[int, int, str]) -> None:
    assert apply_fixes("0123456789", [fix((2, 5, "a")), fix(other)]) == "01a56789"
    alone = apply_fixes("0123456789", [fix(other)])
    assert apply_fixes("0123456789", [fix(other), fix((2, 5, "a"))]) == alone


def test_two_insertions_at_one_place_clash() -> None:
    assert apply_fixes("01", [fix((1, 1, "a")), fix((1, 1, "b"))]) == "0a1"


def test_a_fix_is_applied_all_or_not_at_all() -> None:
    first, clashing, free = fix((2, 4, "a")), fix((0, 1, "b"), (3, 5, "b")), fix((0, 1, "c"))
    assert apply_fixes("0123456789", [first, clashing]) == "01a456789"
    assert apply_fixes("0123456789", [first, clashing, free]) == "c1a456789", "what was left out is in nobody's way"


def test_a_fix_that_clashes_with_itself_is_left_out() -> None:
    assert apply_fixes("0123456789", [fix((2, 5, "a"), (4, 6, "b")), fix((4, 6, "c"))]) == "0123c6789"


def test_compatible_names_those_that_go_together_in_the_order_given() -> None:
    first, clashing, empty, second = fix((5, 8, "a")), fix((7, 9, "b")), fix(), fix((0, 2, "c"), (8, 9, "c"))
    assert compatible([first, clashing, empty, second]) == [first, empty, second]
    assert compatible([clashing, second, first], beside=[first]) == [second], "those beside it go first"
    assert compatible([first, second], beside=[]) == compatible([first, second])


# ---------------------------------------------------------------------------------------------------------------------

TEXT = "0123456789abcdef"
EDITS = st.tuples(st.integers(0, 16), st.integers(0, 4), st.text("+-", max_size=3)).map(
    lambda item: (item[0], min(item[0] + item[1], len(TEXT)), item[2])
)
FIXES = st.lists(st.lists(EDITS, min_size=1, max_size=3).map(lambda edits: fix(*edits)), max_size=6)


def clash(one: Edit, other: Edit) -> bool:
    """Said with sets: an edit owns its characters and the places between them, and its start."""

    def owned(edit: Edit) -> set[float]:
        span = edit.location.span
        return {span.start - 0.1, *range(span.start, span.end), *(at - 0.1 for at in range(span.start, span.end))}

    return one != other and bool(owned(one) & owned(other))


def naively(text: str, fixes: Sequence[Fix]) -> str:
    taken: list[Edit] = []
    for item in fixes:
        if not any(clash(edit, other) or edit in taken for edit in item.edits for other in (*taken, *item.edits)):
            taken += dict.fromkeys(item.edits)
    for edit in sorted(taken, key=lambda edit: edit.location.span, reverse=True):
        span = edit.location.span
        text = text[: span.start] + edit.replacement + text[span.end :]
    return text


@given(FIXES)
def test_the_result_is_that_of_one_edit_after_the_other(fixes: list[Fix]) -> None:
    assert apply_fixes(TEXT, fixes) == naively(TEXT, fixes)


@given(FIXES, st.randoms(use_true_random=False))
def test_the_order_of_fixes_that_go_together_does_not_matter(fixes: list[Fix], random: object) -> None:
    together = compatible(fixes)
    assert compatible(together) == together
    shuffled = list(together)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert apply_fixes(TEXT, shuffled) == apply_fixes(TEXT, together)


def test_very_many_fixes() -> None:
    text = "please " * 50_000
    fixes = [fix((at, at + 7, "x")) for at in range(0, len(text), 7)]
    assert apply_fixes(text, reversed(fixes)) == apply_fixes(text, fixes) == "x" * 50_000
