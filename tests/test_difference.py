from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.config import Config
from promptlint.difference import FIGURES, Difference, compare, percent
from promptlint.discovery import Found
from promptlint.formats import Recognition
from promptlint.revisions import Revision
from promptlint.runner import Report, check
from promptlint.source import Source

BASE = Revision("main", "0" * 40)
CONFIG = Config(model="gpt-4o")
SENTENCES = [f"Look at part {number} of the text and say what it is about." for number in range(30)]


def report(files: dict[str, str]) -> Report:
    found = [
        Found(path, Path(path), True, Recognition("markdown", "named"), Source(path, text))
        for path, text in files.items()
    ]
    return check(found, lambda _: CONFIG, lambda _: None)


def compared(before: dict[str, str], after: dict[str, str]) -> Difference:
    return compare(report(before), report(after), lambda _: CONFIG, base=BASE, exists=after.__contains__)


def happened(difference: Difference) -> dict[str, str]:
    def shown(path: str | None) -> str:
        return "" if path is None else path

    return {
        f"{shown(each.before and each.before.path)}>{shown(each.after and each.after.path)}": str(each.status)
        for each in difference.changes
    }


def text(*numbers: int) -> str:
    return "".join(f"{SENTENCES[number]}\n" for number in numbers)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a.md": text(1)}, {"a.md": text(1)}, {}),
        ({"a.md": text(1)}, {"a.md": text(2)}, {"a.md>a.md": "changed"}),
        ({"a.md": text(1)}, {"b.md": text(1)}, {"a.md>b.md": "moved"}),
        ({"a.md": text(1)}, {"a.md": text(1), "b.md": text(1)}, {">b.md": "added"}),
        ({"a.md": text(1), "b.md": text(1)}, {"b.md": text(1)}, {"a.md>": "removed"}),
        ({"a.md": text(1, 2, 3, 4)}, {"b.md": text(1, 2, 3, 5)}, {"a.md>b.md": "moved"}),
        ({"a.md": text(1, 2, 3, 4)}, {"b.md": text(1, 5, 6, 7)}, {"a.md>": "removed", ">b.md": "added"}),
        # the whole text moved, and something else took its place
        ({"a.md": text(1, 2)}, {"a.md": text(8, 9), "b.md": text(1, 2)}, {"a.md>a.md": "changed", ">b.md": "added"}),
        # two that swapped their names, and what became of each by its text
        (
            {"a.md": text(1, 2, 3), "b.md": text(4, 5, 6)},
            {"c.md": text(4, 5, 7), "d.md": text(1, 2, 8)},
            {"a.md>d.md": "moved", "b.md>c.md": "moved"},
        ),
        # the one with the same name goes first
        (
            {"x/a.md": text(1), "x/b.md": text(1)},
            {"y/b.md": text(1), "y/a.md": text(1)},
            {"x/a.md>y/a.md": "moved", "x/b.md>y/b.md": "moved"},
        ),
    ],
)
def test_which_prompts_belong_together(before: dict[str, str], after: dict[str, str], expected: dict[str, str]) -> None:
    assert happened(compared(before, after)) == expected


FILES = st.dictionaries(
    st.sampled_from(["a.md", "b.md", "c/a.md", "c/d.md", "e.md"]),
    st.lists(st.integers(0, 12), min_size=1, max_size=5).map(lambda numbers: text(*numbers)),
    max_size=5,
)


@given(FILES, FILES)
def test_every_prompt_is_there_once_and_sums_are_those_of_the_reports(
    before: dict[str, str], after: dict[str, str]
) -> None:
    difference = compared(before, after)
    assert sorted(each.before.path for each in difference.prompts if each.before) == sorted(before)
    assert sorted(each.after.path for each in difference.prompts if each.after) == sorted(after)
    total = difference.total("expected")
    for value, side in ((total.before, difference.before), (total.after, difference.after)):
        assert value == sum(prompt.estimate.input.expected for file in side.files for prompt in file.prompts)
    assert total.difference == sum(each.difference("expected") or 0 for each in difference.prompts)
    backwards = compared(after, before)
    for figure in FIGURES:
        assert backwards.total(figure).difference == -difference.total(figure).difference


@given(FILES)
def test_nothing_changed(files: dict[str, str]) -> None:
    difference = compared(files, files)
    assert (difference.changes, difference.new, difference.fixed, difference.budgets) == ((), (), (), ())


def test_findings_move_with_their_prompt() -> None:
    wordy = "Please note that it is important to be exact.\n"
    difference = compared({"a.md": wordy + text(1, 2, 3)}, {"b.md": wordy + text(1, 2, 4)})
    assert (difference.new, difference.fixed) == ((), ())
    twice = compared({"a.md": wordy + text(1)}, {"a.md": wordy + text(1) + wordy})
    assert [each.rule for each in twice.new] == ["filler-phrase"]
    assert [
        entry.count for entry in compared({"a.md": wordy * 3}, {"a.md": text(1)}).fixed if entry.rule == "filler-phrase"
    ] == [3]


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [
        (0.05, "5 %"),
        (0.0251, "2.5 %"),
        (1, "100 %"),
        (12.345, "1,234.5 %"),
        (0.0004, "0.04 %"),
        (-0.1, "-10 %"),
        (0, "0 %"),
    ],
)
def test_percent(fraction: float, shown: str) -> None:
    assert percent(fraction) == shown
