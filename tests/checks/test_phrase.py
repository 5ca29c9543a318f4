"""The rules `verbose-phrase` and `filler-phrase`, which the check `phrase` serves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.analysis.lexicon import LANGUAGES, Phrase, PhraseMatch, lexicon
from promptlint.checks.phrase import replacement
from promptlint.config import Config
from promptlint.diagnostic import Applicability, Confidence, Diagnostic
from promptlint.engine import lint
from promptlint.fixes import apply_fixes
from promptlint.prompt import Kind
from promptlint.source import Source

EVERY_CLASS = ("verbose", "nominal", "redundant", "meta", "polite", "hedge", "filler", "intensifier", "persona")

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def phrases(found_by: Callable[[str], Run]) -> Run:
    """What is found of the phrases of every class."""

    def run(text: str, path: str = "prompts/a.md", **others: Any) -> tuple[Diagnostic, ...]:
        return found_by("verbose-phrase")(text, path, **{"language": "en", "classes": EVERY_CLASS, **others})

    return run


def fixed(text: str, found: tuple[Diagnostic, ...]) -> str:
    return apply_fixes(text, [item.fix for item in found if item.fix is not None])


# ---------------------------------------------------------------------------------------------------------------------
# every entry of every lexicon, in a sentence of words that no lexicon knows

ENTRIES = [(language, phrase) for language in LANGUAGES for phrase in lexicon(language).phrases]
PLACES = [
    pytest.param(language, phrase, place, id=f"{language}-{place}-{phrase.find}")
    for language, phrase in ENTRIES
    for place in ("start", "mid")
    if phrase.position in ("any", place)
]


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def carrier(phrase: Phrase, place: str) -> tuple[str, str, str]:
    """A sentence in three pieces: what stands before the phrase, the phrase as it is written there, and what stands behind."""
    behind = " fnord gleep."
    if phrase.before is not None:
        article = next(word for word in ("the", "la") if phrase.before.match(word))
        behind = f" {article}{behind}"
    if place == "start":
        return "", capitalised(phrase.find), behind
    ahead = "Zork blib"
    return ahead if phrase.find.startswith(",") else ahead + " ", phrase.find, behind


def only_match(language: str, text: str) -> PhraseMatch:
    (match,) = lexicon(language).find_phrases(text)
    return match


def plain(find: str) -> str:
    return find.lower().replace("’", "'")


@pytest.mark.parametrize(("language", "phrase", "place"), PLACES)
def test_every_phrase_is_found_where_it_stands(language: str, phrase: Phrase, place: str) -> None:
    ahead, written, behind = carrier(phrase, place)
    match = only_match(language, ahead + written + behind)
    assert plain(match.phrase.find) == plain(phrase.find)
    assert (match.start, match.end) == (len(ahead), len(ahead + written))


@pytest.mark.parametrize(("language", "phrase"), ENTRIES, ids=lambda value: getattr(value, "find", value))
def test_every_phrase_is_found_however_it_is_written(language: str, phrase: Phrase) -> None:
    ahead, written, behind = carrier(phrase, "mid" if phrase.position == "mid" else "start")
    for other in (
        "ß".join(map(str.upper, written.split("ß"))),
        written.lower(),
        written.replace("'", "’"),
        written.replace(" ", "\n"),
        written.replace(" ", "\r\n  "),
        written.replace(" ", "\t \u00a0"),
    ):
        match = only_match(language, ahead + other + behind)
        assert plain(match.phrase.find) == plain(phrase.find)
        assert (match.start, match.end) == (len(ahead), len(ahead + other))
    apart = ahead + written.replace(" ", "\n\n") + behind
    assert all(plain(match.phrase.find) != plain(phrase.find) for match in lexicon(language).find_phrases(apart)) or (
        " " not in written
    ), "words of two paragraphs are no phrase"


SAFE = [place for place in PLACES if isinstance(place.values[1], Phrase) and place.values[1].safe]


@pytest.mark.parametrize(("language", "phrase", "place"), SAFE)
def test_every_safe_phrase_gives_a_sentence(language: str, phrase: Phrase, place: str) -> None:
    ahead, written, behind = carrier(phrase, place)
    text = ahead + written + behind
    change = replacement(text, text, only_match(language, text), language)
    if phrase.find.startswith(","):
        assert change is None, "its two commas may also close and open a clause"
        return
    assert change is not None
    span, new = change
    result = text[: span.start] + new + text[span.end :]
    words = phrase.to + behind if phrase.to else behind.lstrip()
    if place == "start":
        assert result == capitalised(words)
    elif phrase.comma:
        assert result == f"{ahead.rstrip()}, {words}"
    else:
        assert result == ahead + words


@pytest.mark.parametrize(("language", "phrase"), ENTRIES, ids=lambda value: getattr(value, "find", value))
def test_no_replacement_is_a_phrase_again(language: str, phrase: Phrase) -> None:
    """Else fixing would go on for ever, or a user would be told to write what is then reported."""
    again = [match.phrase for match in lexicon(language).find_phrases(f"Zork blib {phrase.to} fnord gleep.")]
    assert all(len(other.to) < len(phrase.to) for other in again)


# ---------------------------------------------------------------------------------------------------------------------
# what a fix writes, example by example


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # the beginning of a sentence keeps its capital
        ("In order to win, play.", "To win, play."),
        ("- in order to win, play", "- to win, play"),
        ("Go. Please note that time flies.", "Go. Time flies."),
        ("1. Make sure to Add it.", "1. Add it."),
        ("(So to speak do it.)", "(Do it.)"),
        ("I want you to act as a judge.", "Act as a judge."),
        ("How To Play In Order To Win", "How To Play To Win"),
        ("Please, name it.", "Name it."),
        # the article agrees with the word behind it
        ("It is an end result.", "It is a result."),
        ("An end result is a list.", "A result is a list."),
        ("Name a most optimal way.", "Name an optimal way."),
        ("Name a completely unique way.", "Name a unique way."),
        ("Name an already existing way.", "Name an existing way."),
        ("Show an\nend result.", "Show a\nresult."),
        # commas, full stops and blanks
        ("Sort the list, please.", "Sort the list."),
        ("Sort the list , please.", "Sort the list."),
        ("Sort the list please; then stop.", "Sort the list; then stop."),
        ("Sort (the list please) now.", "Sort (the list) now."),
        ("Sort a, b, and so on and so forth.", "Sort a, b, etc."),
        ("Sort a, b, and so on and so forth, too.", "Sort a, b, etc., too."),
        ("Sort it so to speak  now.", "Sort it now."),
        ("Sort it\nso to speak now.", "Sort it\nnow."),
    ],
)
def test_english(phrases: Run, before: str, after: str) -> None:
    assert fixed(before, phrases(before)) == after


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        # a German conjunction has a comma before it, where none stands yet and a sentence is going on
        ("de", "Lass es aufgrund der Tatsache, dass es fehlt.", "Lass es, weil es fehlt."),
        ("de", "Lass es  aufgrund der Tatsache, dass es fehlt.", "Lass es, weil es fehlt."),
        ("de", "Lass es, aufgrund der Tatsache, dass es fehlt.", "Lass es, weil es fehlt."),
        ("de", "Lass es (aufgrund der Tatsache, dass es fehlt).", "Lass es (weil es fehlt)."),
        ("de", "Halt! Für den Fall, dass es fehlt, warte.", "Halt! Falls es fehlt, warte."),
        ("de", "- Für den Fall, dass es fehlt, warte.", "- Falls es fehlt, warte."),
        ("de", "2) für den Fall, dass es fehlt, warte.", "2) falls es fehlt, warte."),
        # nouns keep their capital to themselves
        ("de", "Diese Regel soll zum Einsatz kommen.", "Diese Regel soll eingesetzt werden."),
        ("de", "Berücksichtigung finden diese Regeln.", "Berücksichtigt werden diese Regeln."),
        ("de", "Nenne den Sinn und Zweck.", "Nenne den Zweck."),
        ("de", "Nenne A, B und so weiter.", "Nenne A, B usw."),
        # "an" and "a" are articles in English only
        ("de", "Fang an mit Hilfe von Werten.", "Fang an mit Werten."),
        ("es", "Vas a realizar un análisis de ventas.", "Vas a analizar ventas."),
        ("fr", "Il y a un grand nombre de cas.", "Il y a beaucoup de cas."),
    ],
)
def test_other_languages(phrases: Run, language: str, before: str, after: str) -> None:
    assert fixed(before, phrases(before, language=language)) == after


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("It is, so to speak, a map.", "whether both commas go depends on the sentence"),
        ("It is a so to speak empty map.", "a or an"),
        ("Sort it (please).", "empty brackets"),
        ("Sort it: please.", "a colon before nothing"),
        ("Sort it – please.", "a dash before nothing"),
        ("IN ORDER TO WIN, PLAY.", "a replacement in capitals was not looked at"),
        ("Name it and please `x`.", "the word behind is code"),
        ("Please", "nothing would be left"),
        ("Please:\n- sort it", "nothing would be left of the line"),
        ("Please note that 3 is odd.", "a sentence that starts with a figure"),
        ("Please note that https://example.com is down.", "a sentence that starts with an address"),
        ("**Sort it please** now.", "a blank before the end of the emphasis"),
        ("Please note that retry-limit: 3 is low.", "a name"),
        ("Please note that iOS is one.", "a name"),
        ("Your task is to sort it and to name it.", "what follows hangs on the phrase"),
        ("Your job is to flag, not to argue.", "what follows hangs on the phrase"),
        ("Note that it is odd and that it is low.", "what follows hangs on the phrase"),
        ("Make sure you sort it\nand you name it.", "what follows hangs on the phrase"),
        ("Give a summary of the map and a title.", "the title is not to be summarized"),
        ("Provide a list of maps, plus suggestions.", "the suggestions are not to be listed"),
        ("Make changes to improve it.", "an infinitive, no object"),
    ],
)
def test_no_fix_where_the_sentence_may_suffer(phrases: Run, text: str, why: str) -> None:
    (finding,) = phrases(text)
    assert finding.fix is None, why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Fais-le à l'aide de mots simples.", "'avec des mots'"),
        ("Fais un résumé de textes.", "'résume des textes'"),
    ],
)
def test_no_fix_where_an_article_would_be_missing(phrases: Run, text: str, why: str) -> None:
    (finding,) = phrases(text, language="fr")
    assert finding.fix is None, why


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Write a summary of at most 30 words."),
        ("en", "Make sure you fully understand it."),
        ("en", "What you need to do is simple."),
        ("en", "It does not have the ability to win."),
        ("de", "Zeig es für die Art und Weise, wie es geht."),
        ("de", "Es ist ganz und gar nicht gut."),
        ("fr", "Réponds de manière claire et concise."),
        ("es", "Responde de manera clara y concisa."),
        ("es", "Debido a que falta, espera."),
    ],
)
def test_guards_of_the_lexicons(phrases: Run, language: str, text: str) -> None:
    """Sentences in which the shorter form would be wrong."""
    assert phrases(text, language=language) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Call utilize() first.",
        "Set utilize_gpu and max-utilize.",
        "Read please.txt and ./basically now.",
        "Write to please@example.com now.",
        "Show the back-end result and the end result-oriented one.",
        "Use --utilize or $utilize.",
    ],
)
def test_a_part_of_a_name_or_of_a_compound_is_no_phrase(phrases: Run, text: str) -> None:
    assert phrases(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        'Replace "in order to" in it.',
        "Replace `in order to` in it.",
        "Sort it:\n\n```\nin order to win\n```\n",
        "Sort it.\n\n## Examples\n\nInput: in order to win\nOutput: to win\n",
        "Sort it.\n<document>\nin order to win\n</document>\n",
        "See https://example.com/in/order and [in](order-to) it.",
    ],
)
def test_what_is_not_an_instruction_is_left_alone(phrases: Run, text: str) -> None:
    assert phrases(text) == ()


def test_what_the_model_is_said_to_have_answered_is_no_instruction(phrases: Run) -> None:
    text = "messages:\n  - {role: %s, content: In order to win I play.}\n"
    assert phrases(text % "user", "a.prompt.yml") != ()
    assert phrases(text % "assistant", "a.prompt.yml") == ()


@pytest.mark.parametrize("between", ["{{ x }} ", "`x` ", '"x" ', "{# x #}", "<b>"])
def test_what_stands_between_words_is_not_bridged(phrases: Run, between: str) -> None:
    assert phrases(f"Win in {between}order to sort.", "prompts/a.j2") == ()


def test_what_the_model_is_shown_as_its_own_words_is_no_instruction(phrases: Run) -> None:
    text = (
        "messages:\n  - role: {}\n    content: Sort it in order to win.\n  - role: user\n    content: Sort {{{{x}}}}.\n"
    )
    assert len(phrases(text.format("system"), "a.prompt.yml")) == 1
    assert phrases(text.format("assistant"), "a.prompt.yml") == ()


def test_a_comma_has_no_place_behind_markup(phrases: Run) -> None:
    (finding,) = phrases("Lass es **aufgrund der Tatsache, dass** es fehlt.", language="de")
    assert finding.fix is None


# ---------------------------------------------------------------------------------------------------------------------
# what a finding says


def test_a_finding_shows_the_phrase_as_it_is_written(phrases: Run) -> None:
    text = "Sort it,\r\nin  order\r\nto win."
    (finding,) = phrases(text)
    assert finding.message == "'in order to' is wordy: write 'to'"
    assert text[finding.location.span.start : finding.location.span.end] == "in  order\r\nto"
    assert finding.fix is not None
    assert finding.fix.title == "Write 'to'"
    assert fixed(text, (finding,)) == "Sort it,\r\nto win."


def test_a_finding_about_words_that_say_nothing(phrases: Run) -> None:
    (finding,) = phrases("Please note that it rains.")
    assert finding.message == "'Please note that' is wordy: leave it out"
    assert finding.fix is not None
    assert finding.fix.title == "Delete 'please note that'"
    assert finding.fix.applicability is Applicability.SAFE


def test_politeness_is_for_a_person_to_judge(phrases: Run) -> None:
    (finding,) = phrases("Sort the list, please.")
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.UNSAFE


def confidences(found: tuple[Diagnostic, ...]) -> list[Confidence]:
    return [item.confidence for item in found]


def test_confidence(phrases: Run) -> None:
    """Safe phrases are sure; the others are shown where they save tokens, and nothing else speaks against it."""
    by_confidence: dict[Confidence, set[str]] = {level: set() for level in Confidence}
    for phrase in lexicon("en").phrases:
        text = "".join(carrier(phrase, "mid" if phrase.position == "mid" else "start"))
        (finding,) = phrases(text, kind=Kind.TASK)
        by_confidence[finding.confidence].add(phrase.find)
        assert (finding.confidence is Confidence.HIGH) == phrase.safe
        assert phrase.safe or finding.fix is None
    contextual = [phrase for phrase in lexicon("en").phrases if not phrase.safe]
    assert by_confidence[Confidence.MEDIUM] == {
        phrase.find for phrase in contextual if phrase.saves >= 2 and not phrase.doubt and phrase.cls != "polite"
    }
    assert all(by_confidence.values())


def test_what_the_task_is_may_be_said_in_standing_instructions(phrases: Run) -> None:
    meta = next(p for p in lexicon("en").phrases if p.cls == "meta" and not p.safe and not p.doubt and p.saves > 1)
    text = "".join(carrier(meta, "mid" if meta.position == "mid" else "start"))
    assert confidences(phrases(text, kind=Kind.TASK)) == [Confidence.MEDIUM]
    assert confidences(phrases(text, kind=Kind.SYSTEM)) == [Confidence.LOW]


def test_options(phrases: Run) -> None:
    text = "Please sort it in order to win."
    assert [item.message[:8] for item in phrases(text)] == ["'Please'", "'in orde"]
    assert [item.message[:8] for item in phrases(text, classes=("verbose",))] == ["'in orde"]
    assert [item.message[:8] for item in phrases(text, allow=("In Order To",))] == ["'Please'"]
    assert phrases(text, classes=()) == ()


def test_a_language_without_a_lexicon(phrases: Run) -> None:
    assert phrases("In order to win, play.", language="it") == ()


def test_both_rules_share_the_check(found_by: Callable[[str], Run]) -> None:
    text = "Basically, sort it in order to win."
    assert [item.message for item in found_by("verbose-phrase")(text)] == ["'in order to' is wordy: write 'to'"]
    (filler,) = found_by("filler-phrase")(text)
    assert "Basically" in filler.message


def test_a_prompt_in_yaml(phrases: Run) -> None:
    """The fix is written in the notation of the scalar: here an apostrophe is doubled."""
    text = "messages:\n  - role: user\n    content: 'Trie la liste, tout d''abord.'\nmodel: openai/gpt-4o\n"
    found = phrases(text, "a.prompt.yml", language="fr")
    assert fixed(text, found) == text.replace("tout d''abord", "d''abord")


# ---------------------------------------------------------------------------------------------------------------------
# what holds for every fix of every sentence

PROTECTED = ["`in order to`", '"due to the fact that"', "{{ please }}", "{% if a %}", "{% endif %}", "{# please #}"]
NEUTRAL = {
    "en": ["list", "answer", "use", "hour", "unique", "item", "Zork", "it", "and", "then", "3", "John"],
    "de": ["Liste", "antworte", "an", "es", "und", "dann", "3"],
    "fr": ["liste", "réponds", "a", "il", "et", "puis", "3"],
    "es": ["lista", "responde", "a", "lo", "y", "luego", "3"],
}
MARKS = [".", ",", ";", ":", "!", "?", " -", " –", "\n", "\n- ", "\n\n", "\n1. ", " (", ")", "**", "  ", "\r\n"]
VOWEL_SOUNDS = re.compile(r"(?i)(?:hour|[aeio]|u(?!se|sing|sed|nique|tili))")


@st.composite
def prompts(draw: st.DrawFn, language: str) -> str:
    """Phrases, words, marks, code, quotations and template tags in any order; articles agree with what they precede."""
    phrase = st.sampled_from([phrase.find for phrase in lexicon(language).phrases])
    word = st.sampled_from(NEUTRAL[language])
    items = draw(
        st.lists(
            st.one_of(phrase, phrase, word, word, st.sampled_from(MARKS), st.sampled_from(PROTECTED)),
            min_size=3,
            max_size=14,
        )
    )
    text = ""
    for item in items:
        if item in MARKS:
            text += item
            continue
        glue = "" if not text or text[-1] in "\n (" else " "
        if language == "en" and draw(st.integers(0, 4)) == 0 and item[0].isalpha():
            glue += "an " if VOWEL_SOUNDS.match(item) else "a "
        written = capitalised(item) if draw(st.integers(0, 2)) == 0 and item not in PROTECTED else item
        text += glue + written
    return text + draw(st.sampled_from(["", ".", "\n", "!\n"]))


UGLY = {
    "two blanks": r"\S(?:  |\t)\S",
    "a blank before a mark": r"[ \t][.,;!?)](?!\w)",
    "two marks": r",[ \t]*[,.;!?]|\.\.(?!\.)",
    "empty brackets": r"\(\s*\)",
    "a mark that opens a line": r"(?m)^[ \t]*[,;.!?)]",
    "a blank that ends a line": r"(?m)\S[ \t]+$",
    "a small letter that opens": r"(?:^|(?<!etc)(?<!Etc)(?<!usw)(?<!Usw)[.!?](?: |\r?\n)|\n\n)[a-zß-ÿ]",
    "a dash or colon before an end": r"[:–][ \t]*[.,;!?)]",
}


def ugliness(text: str) -> Counter[str]:
    return Counter({what: len(re.findall(pattern, text)) for what, pattern in UGLY.items()})


def disagreeing(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?i)(?<![\w'-])(an?)\s+(\w+)", text):
        if bool(VOWEL_SOUNDS.match(match[2])) != (match[1].lower() == "an"):
            yield match.group()


def protected(text: str) -> list[str]:
    return re.findall(r"`[^`]*`|\"[^\"]*\"|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", text)


CONFIGS = {
    language: Config(
        select=("verbose-phrase",),
        options={"verbose-phrase": {"classes": EVERY_CLASS}},
        language=language,
        pedantic=True,
    )
    for language in LANGUAGES
}


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=200)
@given(data=st.data())
def test_fixes_leave_a_well_formed_text(language: str, data: st.DataObject) -> None:
    text = data.draw(prompts(language))
    for _ in range(20):
        found = lint(formats.read(Source("prompts/a.j2", text)), CONFIGS[language]).diagnostics
        new = fixed(text, tuple(item for item in found if item.rule == "verbose-phrase"))
        assert protected(new) == protected(text)
        assert not ugliness(new) - ugliness(text), (text, new)
        if language == "en":
            assert not Counter(disagreeing(new)) - Counter(disagreeing(text))
        assert len(re.findall(r"\r\n|\n", new)) <= len(re.findall(r"\r\n|\n", text))
        if new == text:
            return
        assert len(new) < len(text) + 10
        text = new
    pytest.fail(f"the fixes never end: {text!r}")
