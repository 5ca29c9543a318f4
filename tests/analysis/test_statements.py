"""Where sentences apply, and by which words they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.lexicon import LANGUAGES
from promptlint.analysis.statements import (
    _STOPS,
    Statement,
    _tokens,
    _tokens_of,
    _turned,
    titles_and_leads,
    vocabulary,
)

from .conftest import Make


def said(make: Make, text: str, template: str = "none", language: str = "en") -> tuple[Statement, ...]:
    return make.analysis(text, template=template, language=language).statements


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "Return the answers in plain words.", "Your answer: respond in plain words."),
        ("en", "Summaries must be short.", "The summary is brief."),
        ("de", "Schreibe kurze Sätze.", "Du sollst knappe Sätze schreiben."),
        ("fr", "N'invente pas de faits.", "Vous ne devez pas inventer de faits."),
        ("es", "Escribe respuestas breves.", "Escriba una respuesta breve."),
    ],
)
def test_words_are_compared_by_what_they_mean(make: Make, language: str, one: str, other: str) -> None:
    first, second = (said(make, text, language=language)[0] for text in (one, other))
    assert set(first.words) == set(second.words)


def test_stems_keep_three_letters() -> None:
    assert vocabulary("en").compared("uses") == vocabulary("en").compared("use")
    assert vocabulary("en").compared("bed") == "bed"


@pytest.mark.parametrize(
    ("text", "banned"),
    [
        ("Never mention prices.", {"mention", "prices"}),
        ("Mention prices.", set()),
        ("Do not invent but ask.", {"invent"}),
        ("Do not invent; name the source.", {"invent"}),
    ],
)
def test_what_is_banned(make: Make, text: str, banned: set[str]) -> None:
    assert said(make, text)[0].banned == {vocabulary("en").compared(word) for word in banned}


def test_literals_are_what_stands_beside_words(make: Make) -> None:
    (one,) = said(make, 'Write `total` and "Sum" of {{ order }} with 2 digits in three lines.', template="jinja")
    assert one.literals == {"total", "sum", "{{ order }}", "2", "3"}
    assert len(one.plain) == len(one.sentence.text) and "total" not in one.plain


def test_sections_about_the_whole_prompt_are_general(make: Make) -> None:
    text = "# Rules\n\nBe kind.\n\n# Shipping\n\nBe quick.\n\n# Step 2: output\n\nBe exact."
    assert [each.scope.general for each in said(make, text)] == [True, False, False]


def test_lists_below_a_lead_and_their_items(make: Make) -> None:
    text = "Title:\n- Name the shop. Be kind.\n  - Use its full name.\n\nBe quick."
    title, shop, kind, full, quick = said(make, text)
    assert shop.scope.lead == title.sentence.span.start
    assert kind.scope.parents == full.scope.parents == (shop.sentence.span.start,)
    assert not kind.scope.near(shop.scope)
    assert quick.scope.lead == -1 and quick.scope.parents == ()


def test_arms_of_a_branch_are_apart(make: Make) -> None:
    text = "Be kind. {% if a %}Be quick.{% else %}Be exact.{% endif %}"
    kind, quick, exact = said(make, text, template="jinja")
    assert quick.within(kind) and not kind.within(quick)
    assert not quick.within(exact) and not exact.within(quick)


@pytest.mark.parametrize("text", ["1. Be kind.", "# Workflow\n\n- Be kind."])
def test_steps(make: Make, text: str) -> None:
    assert said(make, text)[0].scope.steps


def test_arms_are_told_apart_however_deep_they_stand(make: Make) -> None:
    depth = 130
    opened = "".join(f"{{% if a{number} %}}" for number in range(depth))
    rule = "Always name the clause of the contract.\n\n"
    text = f"{opened}\n\n{rule}{{% else %}}\n\n{rule}" + "{% endif %}" * depth
    one, other = said(make, text, template="jinja")
    assert not one.within(other) and not other.within(one)


def content_word_by_word(text: str, language: str) -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    """The content words of a text, those of them that are banned, and what narrows it down."""
    words = vocabulary(language)
    found: list[str] = []
    banned, narrowing, ban = set[str](), set[str](), False
    for word in _tokens(text, words.whole):
        if word in words.silent:
            continue
        if word in _STOPS or word in words.sets["contrast"]:
            ban = False
        ban = ban or word in words.sets["negation"]
        if word in words.sets["narrows"]:
            narrowing.add(vocabulary(language).compared(word))
        elif word not in words.whole and word[0].isalnum():
            found.append(vocabulary(language).compared(word))
            if ban:
                banned.add(found[-1])
    return tuple(found), frozenset(banned), frozenset(narrowing)


def texts(language: str) -> st.SearchStrategy[str]:
    """Sentences of words that matter, and of others."""
    known = vocabulary(language)
    telling = sorted({*known.numbers, *(str(word) for words in known.sets.values() for word in words)})
    others = ["json", "answers", "n'invente", "l’article", "3", "it's", ",", ".", "(", "–", "-", "_x_", "É", "²"]
    return st.lists(st.one_of(st.sampled_from(telling), st.sampled_from(others)), max_size=8).map(" ".join)


@given(st.sampled_from(LANGUAGES).flatmap(lambda language: st.tuples(st.just(language), texts(language))))
def test_content_is_what_a_look_at_each_word_finds(case: tuple[str, str]) -> None:
    language, text = case
    expected = content_word_by_word(text, language)
    assert _turned(text, language) == expected[1:]
    words = vocabulary(language)
    assert list(_tokens_of(text, words.whole)) == _tokens(text, words.whole)
    opening = next((word for word in _tokens(text, words.whole) if word not in words.empty), "")
    if opening not in words.sets["negation"] | words.sets["narrows"]:
        assert expected[0][:1] == ((words.compared(opening),) if opening else ())


@given(st.sampled_from(LANGUAGES).flatmap(lambda language: st.tuples(st.just(language), texts(language))), st.text())
def test_a_statement_says_what_its_text_says(case: tuple[str, str], behind: str) -> None:
    """Whatever runs of letters its message has, and whether letters or tags become blanks."""
    language, text = case
    for above in ("", "İt. ", "<b>Not</b> if. "):
        for one in Make().analysis(f"{above}Say {text} {behind}", language=language).statements:
            expected = content_word_by_word(one._worded, language)
            assert (one.words, one.banned, one.narrows) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_points_at_something_near_by_its_words_wherever_it_stands(make: Make, language: str) -> None:
    words = vocabulary(language)
    texts = [f"Name the {word.title()} ones." for word in words.pointers] + [
        "Name them all.",
        "Then stop.",
        "- Dann das.",
    ]
    statements = said(make, "\n\n".join(texts), language=language)
    assert [one.deictic for one in statements] == [
        words.patterns["deictic"].search(one.sentence.text) is not None
        or words.patterns["refers_back"].match(one.sentence.text) is not None
        for one in statements
    ]


@given(
    st.lists(
        st.sampled_from(["Do", "not", "d'abord", "**never**", "İt", "ΟΔΟΣ", "3", "the", "<b>", "(only)", ":"]),
        min_size=1,
    )
)
def test_a_sentence_opens_with_its_first_word_that_says_something(words: list[str]) -> None:
    """Whether that is its first word, as in most, or not."""
    known = vocabulary("en")
    for each in Make().analysis(" ".join(words), language="en").statements:
        tokens = _tokens(each._worded, known.whole)
        assert each.opening == next((token for token in tokens if token not in known.empty), "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_above_a_sentence_is_a_title_or_a_lead(make: Make, language: str) -> None:
    text = "# Never do this\n\nBe kind.\n\n**Wrong**\n\nSay:\n\n- Be quick.\n  It is late:\n\nBe exact.\n\nTitle\n---\nBe brief."
    analysis = make.analysis(text, language=language)
    known = {"", *titles_and_leads(analysis.messages[0])}
    assert {part for each in analysis.statements for part in each.scope.above.split("\n")} <= known
