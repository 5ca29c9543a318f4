"""What was found out about a sentence."""

from __future__ import annotations

from promptlint.analysis.memory import Memory


def test_a_value_is_made_once():
    made = []
    memory = Memory()
    for _ in range(3):
        assert memory.get("a", lambda: made.append("a") or 1) == 1
    assert made == ["a"]


def test_it_stays_small():
    memory = Memory(size=10)
    for number in range(95):
        assert memory.get(number, lambda number=number: -number) == -number
        assert len(memory._known) <= 10


def test_the_same_sentence_at_another_place_means_the_same_there(make):
    sentence = "In at most 3 sentences, summarise the report as JSON."
    one, two = make.analysis(sentence), make.analysis(f"Be kind to everybody.\n\n{sentence}")
    shift = two.prompt.messages[0].text.index(sentence)
    first, second = one.instructions[0], two.instructions[1]
    assert second.signals == tuple((group, span.shift(shift)) for group, span in first.signals)
    assert [ask.span for ask in second.asks] == [ask.span.shift(shift) for ask in first.asks]
    assert [each.span for each in two.lengths] == [each.span.shift(shift) for each in one.lengths]
    assert [each.words for each in two.statements][1:] == [each.words for each in one.statements]
