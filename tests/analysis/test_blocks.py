"""Blocks that several files share, and what are copies of one prompt."""

from __future__ import annotations

import pytest

from promptlint.analysis.blocks import Mark, is_copy_name, marks, shared_blocks
from promptlint.source import Location, Span

from .conftest import Make


def lines(text: str, path: str = "a.md") -> list[Mark]:
    """A file of lines that are single letters, each of 10 tokens."""
    return [
        Mark("" if letter == "|" else letter, 10, Location(path, Span(at, at + 1))) for at, letter in enumerate(text)
    ]


def shared(
    *texts: str, names: tuple[str, ...] = (), tokens: int = 30, files: int = 3
) -> list[tuple[int, int, int, int]]:
    """File, start, end and the number of other files of each block."""
    paths = names or tuple(f"{'xyzuvw'[number] * 3}.md" for number in range(len(texts)))
    found = shared_blocks([lines(text) for text in texts], paths, tokens, files, range(len(texts)))
    return [(each.file, each.place.span.start, each.place.span.end, len(each.others)) for each in found]


def test_a_block_of_three_files() -> None:
    assert shared("1abcd2", "abcd34", "567abcd8") == [(0, 1, 5, 2), (1, 0, 4, 2), (2, 3, 7, 2)]


@pytest.mark.parametrize(
    "texts", [("1abcd2", "abcd34", "5678"), ("1ab2", "ab34", "567ab8"), ("1ab|cd2", "ab|cd34", "567ab|cd8")]
)
def test_too_few_files_or_tokens_or_two_messages(texts: tuple[str, ...]) -> None:
    assert shared(*texts) == []


def test_the_longest_block_in_enough_files() -> None:
    assert [each[:3] for each in shared("abcdef1", "abcdef2", "abcdef3", "abc4")] == [
        (0, 0, 6),
        (1, 0, 6),
        (2, 0, 6),
        (3, 0, 3),
    ]


def test_copies_count_once() -> None:
    assert shared("abcdefghij", "abcdefghij", "1abcd23456") == []
    assert shared("1abcd2", "3abcd4", "5abcd6", names=("p/ask.de.md", "p/ask.fr.md", "p/sort.md")) == []


@pytest.mark.parametrize(
    ("one", "other", "copies"),
    [
        ("prompts/ask.de.md", "prompts/ask.fr.md", True),
        ("prompts/de/ask.md", "prompts/fr/ask.md", True),
        ("prompts/v1/ask.md", "prompts/v2/ask.md", True),
        ("prompts/ask_v2.md", "prompts/ask.md", True),
        (".claude/commands/ask.md", ".cursor/commands/ask.md", True),
        ("create_plan.md", "create-plan.md", True),
        ("prompts/ask.md", "prompts/sort.md", False),
        ("ask/system.md", "sort/system.md", False),
    ],
)
def test_names_of_copies(one: str, other: str, copies: bool) -> None:
    assert is_copy_name(one, other) is copies


def test_marks_are_the_lines_with_words(make: Make) -> None:
    found = list(marks(make.message("  Be   kind.\n\n---\nBe quick.\r\n"), len))
    assert [(mark.location.span.start, mark.location.span.end) for mark in found[:-1]] == [(2, 12), (18, 27)]
    assert found[-1].digest == ""
    other = list(marks(make.message("Be kind."), len))
    assert other[0].digest == found[0].digest != found[1].digest
