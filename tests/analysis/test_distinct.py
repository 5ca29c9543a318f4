"""Which literals a long text holds, told by its different words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.cues import cues, heard
from promptlint.analysis.distinct import Distinct
from promptlint.analysis.lexicon import LANGUAGES

LITERALS = st.lists(st.text("ab c'é€\n", max_size=6), unique=True, max_size=12)


@given(LITERALS, st.text("ab c'é€\n\u00a0", max_size=60))
def test_literals_are_held_where_they_stand(literals: list[str], text: str) -> None:
    assert Distinct(text).held(tuple(literals)) == [literal for literal in literals if literal in text]


def needs_of(topic: str) -> list[str]:
    return sorted({need for language in LANGUAGES for cue in cues(topic, language) for need in cue.needs})


@given(
    st.lists(
        st.sampled_from(
            [*needs_of("pressure"), "I will tip you $200", "you will be fired", "what is\nthe date", "\n", "."]
        )
    ),
    st.sampled_from(LANGUAGES),
)
def test_what_is_heard_in_a_part_of_a_text_is_heard_with_the_words_of_the_text(
    pieces: list[str], language: str
) -> None:
    text = " ".join(pieces)
    part = text[: len(text) // 2] + " " * (len(text) - len(text) // 2)
    words = Distinct(text.lower()).words
    for topic in ("pressure", "clock", "routine"):
        assert heard(topic, language, part, words=words) == heard(topic, language, part)
        assert heard(topic, language, text, words=words) == heard(topic, language, text)
