"""Which literals a text holds, and that what patterns need is in all that they match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from promptlint.analysis.contradictions import _topics
from promptlint.analysis.cues import cues
from promptlint.analysis.length import _grammar
from promptlint.analysis.lexicon import LANGUAGES, lexicon, load_data
from promptlint.analysis.literals import HeldLiterals, Literals, Words, holds_any, places_of, words_in
from promptlint.analysis.statements import vocabulary

SHORT = st.text("ab c'é€\U0001f600", min_size=1, max_size=6)
ANY = st.text("ab c'é€\n", max_size=6)
TEXT = st.text("ab c'é€\n\u00a0\ud800\U0001f600", max_size=60)


@given(st.lists(SHORT, unique=True, max_size=12), st.lists(TEXT, max_size=4))
@example(["a", "aé"], ["\ud800 aé"])
def test_literals_are_held_where_they_stand(literals: list[str], texts: list[str]) -> None:
    known = Literals(literals)
    for text in texts:
        expected = {literal for literal in literals if literal in text}
        assert known.held(text) == expected
        expected_often = sorted(each for each in literals for _ in places_of(each, text))
        assert sorted(known.found(text)) == expected_often
        for more in (5_000, 500_000):  # from now on by the automaton, then by the large one
            known.found("-" * more)
            assert sorted(known.found(text)) == expected_often
        assert holds_any(text, literals) == bool(expected)


@given(st.lists(st.lists(ANY, unique=True, max_size=12).map(tuple), max_size=3), st.lists(TEXT, max_size=4))
def test_literals_are_held_whether_they_were_asked_for_before_or_not(
    asked: list[tuple[str, ...]], texts: list[str]
) -> None:
    for text in texts:
        known = HeldLiterals(text)
        for literals in asked:
            assert known.held(literals) == [literal for literal in literals if literal in text]
            words = [max(literal.split(), key=len, default="") for literal in literals]
            assert known.perhaps(literals) == [
                literal for word, literal in zip(words, literals, strict=True) if word in text
            ]


def test_what_earlier_texts_were_asked_for_is_looked_for_at_once() -> None:
    literals = ("needle one", "pin")
    HeldLiterals("").held(literals)
    known = HeldLiterals("a needle and a pin")
    assert known.perhaps(literals) == ["needle one", "pin"]
    assert known.__dict__["_found"] >= {"needle", "pin"}
    assert known.held(literals) == ["pin"]


def test_literals_are_asked_for_by_many_at_once() -> None:
    asked = [(f"held {number}", f"other {number}") for number in range(200)]
    text = " ".join(f"held {number}" for number in range(200))

    def ask(literals: tuple[str, ...]) -> list[str]:
        return HeldLiterals(text).held(literals)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, asked)) == [[literals[0]] for literals in asked]


def test_words_of_a_text() -> None:
    assert words_in("don't invent 3 urls: élan_2!") == {"don", "t", "invent", "3", "urls", "élan_2"}


@pytest.mark.parametrize(
    ("expression", "belongs"),
    [
        (r"\w+", lambda each: each.isalnum() or each == "_"),
        (r"[^\W_]+", str.isalnum),
        (r"[^\W\d_]+", lambda each: each.isalnum() and not each.isdecimal()),
    ],
)
def test_words_are_what_the_expression_finds(expression: str, belongs: Callable[[str], bool]) -> None:
    words = Words(belongs)

    @given(st.text(st.characters(max_codepoint=127)) | st.text() | st.text("aé\ud800\udfff \U0001f600-"))
    def look(text: str) -> None:
        assert words.find(text) == re.findall(expression, text)

    look()
    text = "".join(f"{chr(code)}a" for code in range(0x3400))
    assert words.find(text) == re.findall(expression, text)


@given(st.text("ab -_\n\r1", max_size=20))
def test_line_ends_are_not_blanked(text: str) -> None:
    blanked = Words(str.isalnum).blanked(text)
    assert [len(line) for line in blanked.split("\n")] == [len(line) for line in text.split("\n")]
    assert set(blanked) <= set("ab1 \n\r")


@given(st.text("ab", min_size=1, max_size=3), st.text("ab", max_size=20))
def test_places_of_a_word(word: str, text: str) -> None:
    assert list(places_of(word, text)) == [at for at in range(len(text)) if text.startswith(word, at)]


def expressions(language: str) -> Iterator[tuple[str, Sequence[str], re.Pattern[str]]]:
    """Each expression of a language that stands behind words that it needs, with a name."""
    for pattern in lexicon(language).patterns:
        yield pattern.group, pattern.needs, pattern.regex.compiled
    for topic in load_data("cues"):
        for cue in cues(topic, language):
            if cue.needs:
                yield f"{topic} {cue.name}", cue.needs, cue.expression.compiled
    for values in _topics(language).values.values():
        for value in values:
            yield f"{value.topic} {value.value}", value.needs, re.compile(value.says.pattern, value.says.flags)
    for name, slot in vocabulary(language).slots.items():
        yield name, slot.needs, re.compile(slot.says.pattern, slot.says.flags)
    words = vocabulary(language)
    for name, needs in (("doublet", words.doubled), ("deictic", words.pointers)):
        yield name, needs, re.compile(words.patterns[name].pattern, words.patterns[name].flags)


# no letters of other alphabets: without case they equal some of ours, and have another lower case
LETTERS = "".join(map(chr, range(32, 127))) + "äöüßéèêàçîôûñóíáúÄÖÜÉ¿¡’“”„«»‘€…–—≤×\n"


def wrong(expression: re.Pattern[str], right: Callable[[str], bool], examples: int = 6) -> list[str]:
    """Matches of an expression, out of texts that are made up from it, that are not right."""
    found: list[str] = []

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.from_regex(expression, alphabet=LETTERS))
    def look(text: str) -> None:
        match = expression.search(text)
        if match and not right(match.group()):
            found.append(match.group())

    look()
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_pattern_needs_is_in_whatever_it_matches(language: str) -> None:
    """Otherwise it is not looked for where it would be found."""
    assert [
        (name, text)
        for name, needs, each in expressions(language)
        for text in wrong(
            each, lambda text, needs=needs: any(need in text.lower().replace("\n", " ") for need in needs)
        )
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_length_holds_the_start_of_a_unit(language: str) -> None:
    units = re.compile("|".join(load_data("lengths")[language]["units"].values()), re.IGNORECASE)
    assert wrong(units, lambda text: holds_any(text.lower(), _grammar(language).units), examples=300) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_pattern_that_counts_matches_holds_a_number(language: str) -> None:
    words = lexicon(language)

    def is_tried(text: str, index: int) -> bool:
        return bool(words.patterns_of(text, text.lower()) >> index & 1)

    assert [
        (pattern.regex.pattern, text)
        for index, pattern in enumerate(words.patterns)
        if pattern.counts
        for text in wrong(pattern.regex.compiled, lambda text, index=index: is_tried(text, index), examples=40)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_splits_holds_one_of_its_words(language: str) -> None:
    words = lexicon(language)
    known = words.set("splits")
    assert known
    assert wrong(words.word("splits").compiled, lambda text: not known.isdisjoint(words_in(text.lower())), 40) == []
