"""What the cues need is in whatever they match; which texts they tell apart is tested where texts are recognised."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptlint.formats import _cues

LETTERS = string.ascii_letters + " '\n.,;:äéêâ你是一个专名的任务请根据あなたはです당신은"


@pytest.mark.parametrize(("needs", "turn"), _cues._SURE, ids=[needs[0] for needs, _ in _cues._SURE])
def test_what_a_turn_of_address_needs_is_in_whatever_it_matches(needs: Sequence[str], turn: re.Pattern[str]) -> None:
    found: list[str] = []

    @settings(max_examples=10, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(re.compile(turn.pattern, turn.flags), alphabet=LETTERS))
    def look(text: str) -> None:
        match = turn.search(text)
        if match:
            found.append(match.group().lower())

    look()
    assert found and all(any(need in text for need in needs) for text in found)


WHO_IS_ADDRESSED = re.compile(
    r"(?<![,;] )(?<!\bif )(?<!\bthat )(?<!\bwhen )(?<!\bwhere )(?<!\bas )\byou(?: are|'re) (?:now )?(?:an? |the |tasked |given |acting as )",
    re.IGNORECASE | re.MULTILINE,
)
WORDS = (
    "you",
    "You",
    "are",
    "'re",
    "If",
    "if",
    "that",
    "when",
    "where",
    "as",
    "has",
    "now",
    "a",
    "an",
    "the",
    "given",
    ",",
    ";",
    " ",
    " ",
    " ",
    "\n",
)


@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_conditions_are_no_address(text: str) -> None:
    found = [match.span() for match in _cues._SURE[0][1].finditer(text)]
    assert found == [match.span() for match in WHO_IS_ADDRESSED.finditer(text)]


TURNS = (
    *(need for needs, _ in _cues._SURE for need in needs),
    "İ",
    "an AI ",
    "json",
    "task is",
    "é x",
    " " * 30,
    "please ",
    "\n",
    "as",
)


@given(st.lists(st.sampled_from(TURNS) | st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_a_turn_of_address_is_found_where_a_look_at_the_whole_text_finds_it(text: str) -> None:
    found = [match.span() for match in _cues._surely(text)]
    assert found == [match.span() for _, cue in _cues._SURE if (match := cue.search(text))]
