"""What was found out about a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.memory import Memory, remembered


def test_a_value_is_made_once():
    made = []
    memory = Memory()
    for _ in range(3):
        assert memory.get(("a",), lambda text: made.append(text) or 1) == 1
    assert made == ["a"]


@pytest.mark.parametrize("limits", [{"texts": 10}, {"characters": 20}])
def test_it_stays_small(limits):
    memory = Memory(**limits)
    for number in range(10, 95):
        assert memory.get((str(number),), int) == number
        assert len(memory._young) + len(memory._old) <= 20


def test_what_is_asked_for_again_and_again_stays():
    made = []
    memory = Memory(texts=4)
    for number in range(40):
        memory.get(("always",), made.append)
        memory.get((str(number),), int)
    assert made == ["always"]


def test_all_arguments_count():
    @remembered
    def joined(text, *others):
        calls.append(text)
        return " ".join((text, *others))

    calls = []
    assert [joined("a", "b"), joined("a", "c"), joined("a", "b")] == ["a b", "a c", "a b"]
    assert calls == ["a", "a"]


def test_the_same_sentence_at_another_place_means_the_same_there(make):
    sentence = "In at most 3 sentences, summarise the report as JSON."
    one, two = make.analysis(sentence), make.analysis(f"Be kind to everybody.\n\n{sentence}")
    shift = two.prompt.messages[0].text.index(sentence)
    first, second = one.instructions[0], two.instructions[1]
    assert second.signals == tuple((group, span.shift(shift)) for group, span in first.signals)
    assert [ask.span for ask in second.asks] == [ask.span.shift(shift) for ask in first.asks]
    assert [each.span for each in two.lengths] == [each.span.shift(shift) for each in one.lengths]
    assert [each.words for each in two.statements][1:] == [each.words for each in one.statements]


@given(st.lists(st.lists(st.text("ab", max_size=3), max_size=8), max_size=8))
def test_several_are_those_that_are_asked_for_one_by_one(rounds):
    memory = Memory[tuple[str], str](texts=4, characters=9)
    for texts in rounds:
        assert memory.several(((text,) for text in texts), str.upper) == [text.upper() for text in texts]
