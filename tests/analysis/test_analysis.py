from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis import analyse
from promptlint.analysis.lexicon import LANGUAGES, lexicon
from promptlint.prompt import Kind


class TestLanguage:
    def test_is_detected(self, make):
        assert make.analysis("Schreibe ein Gedicht über die See.").language == "de"

    def test_declared_by_the_file(self, make):
        assert analyse(make.prompt("Write a poem.", language="de")).language == "de"

    def test_given_by_the_user(self, make):
        assert analyse(make.prompt("Write a poem.", language="de"), "fr").language == "fr"

    def test_of_all_messages_together(self, make):
        assert (
            make.analysis(("system", "Tone: formal."), ("user", "Fasse den folgenden Artikel zusammen.")).language
            == "de"
        )

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_has_a_lexicon(self, make, language):
        assert make.analysis("", language=language).lexicon is lexicon(language)

    @pytest.mark.parametrize("language", ["it", "xx"])
    def test_without_a_lexicon(self, make, language):
        analysis = make.analysis("Write a poem in order to win.", language=language)
        assert analysis.language == language
        assert analysis.lexicon is None
        assert tuple(analysis.instructions) == ()
        assert analysis.phrases == ((),)
        assert analysis.kind is Kind.FRAGMENT
        assert analysis.shape.limit == "na"


class TestHolding:
    PIECES = (
        "Write",
        "word",
        "words",
        ".",
        ". ",
        "\n",
        "\n\n",
        "- ",
        "# ",
        " ",
        "İ",
        "`word`",
        "{{word}}",
        "sword.",
        "a b",
        "WORD",
    )

    @given(
        st.lists(st.lists(st.sampled_from(PIECES), max_size=20), min_size=1, max_size=3),
        st.sets(st.sampled_from(["word", "words", "a b", ".", "i", "rd. w", "-"]), max_size=4),
    )
    def test_is_what_a_look_at_each_sentence_finds(self, make, messages, literals):
        roles = ("user", "assistant", "user")
        analysis = make.analysis(*zip(roles, map("".join, messages), strict=False), language="en")
        assert analysis.holding(literals) == [
            instruction
            for instruction in analysis.instructions
            if any(literal in instruction.sentence.text.lower() for literal in literals)
        ]

    def test_in_a_language_that_promptlint_does_not_speak(self, make):
        assert make.analysis("Scrivi una word.", language="it").holding(["word"]) == []


class TestViews:
    TEXT = 'Write "a poem" for {{name}}.\n\n```\nin order to\n```\n\n<example>in order to</example>\n'

    def test_keep_offsets(self, make):
        (message,) = make.analysis(self.TEXT).messages
        assert len(message.wording) == len(message.instruction_text) == len(self.TEXT)

    def test_wording_leaves_out_quotations(self, make):
        (message,) = make.analysis(self.TEXT).messages
        assert message.wording.split() == ["Write", "for", "\ufffc" * 8 + "."]

    def test_instructions_keep_quotations(self, make):
        (message,) = make.analysis(self.TEXT).messages
        assert message.instruction_text.split()[:3] == ["Write", '"a', 'poem"']
        assert "in order to" not in message.instruction_text

    def test_instructions_have_the_place_of_their_message(self, make):
        analysis = make.analysis(("system", "Be kind."), ("user", "Explain {{term}}. Be brief."))
        assert [(found.message, found.sentence.span.start) for found in analysis.instructions] == [
            (0, 0),
            (1, 0),
            (1, 18),
        ]

    def test_what_the_assistant_and_tools_say_is_no_instruction(self, make):
        turns = (
            ("user", "Explain it."),
            ("assistant", "Write a poem."),
            ("tool", "Write an essay."),
            ("user", "Sum it up."),
        )
        assert [found.message for found in make.analysis(*turns).instructions] == [3]


class TestPhrases:
    def test_for_each_message(self, make):
        analysis = make.analysis(("system", "Act in order to win."), ("user", "Explain it."))
        assert [[match.phrase.find for match in found] for found in analysis.phrases] == [["in order to"], []]

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("Replace `in order to`.", id="inline code"),
            pytest.param('Replace "in order to".', id="quotation"),
            pytest.param("Replace:\n```\nin order to\n```", id="code"),
            pytest.param("Replace it.\n\nExample: in order to win", id="example"),
            pytest.param("Replace it in <text>in order to</text>.", id="data"),
            pytest.param("Replace it. <!-- in order to -->", id="comment"),
            pytest.param("Replace it in {{order}} to win.", id="variable"),
        ],
    )
    def test_only_in_the_prompts_own_words(self, make, text):
        assert make.analysis(text, language="en").phrases == ((),)

    def test_places(self, make):
        text = "Hi {{name}},\r\nact in order to win."
        ((match,),) = make.analysis(text, language="en").phrases
        assert text[match.start : match.end] == "in order to"


PIECES = (
    "Write a summary", "Extract the name, the date and the age", "Use the following format:", "Name: <name>", "at most 3 words", "Answer yes or no",
    "Answer:", "in order to", "If", "and", "not", "JSON", "{{x}}", "{{", "```", '"', "'", "<data>", "</data>", "# ", "- ", ":", ".", ",", " ", "\n",
    "\r\n", "\r", "\n\n", "Fasse es zusammen", "Résume", "Escribe una carta", "\ufffc", "é", "\x00",
)  # fmt: skip


@given(
    st.lists(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=20).map("".join), max_size=3),
    st.sampled_from([None, *LANGUAGES]),
)
def test_any_prompt_can_be_analysed(make, messages, language):
    analysis = make.analysis(*messages, language=language)
    shape = analysis.shape
    assert analysis.kind is Kind.TASK or shape.limit == "na"
    for evidence in (*shape.limit_evidence, *shape.format_evidence, *((shape.asked,) if shape.asked else ())):
        assert evidence.span.end <= len(messages[evidence.message])
    for message, phrases in zip(messages, analysis.phrases, strict=True):
        assert all(0 <= match.start < match.end <= len(message) for match in phrases)


@pytest.mark.parametrize(
    ("start", "unit"),
    [
        pytest.param("", "Write a summary and list the names. ", id="a long line"),
        pytest.param("", "Write a summary.\n", id="many lines"),
        pytest.param("", "Write 3 words, ", id="bounds"),
        pytest.param("", "and write ", id="clauses"),
        pytest.param("not ", "a ", id="negation far away"),
        pytest.param("", "Use the following format:\n", id="announced layouts"),
        pytest.param("Use the following format:\n", "Name: [name]\n", id="a long layout"),
        pytest.param("Extract the names: ", "a, ", id="a long enumeration"),
        pytest.param("Extract the names: ", "aaaa", id="a long word"),
        pytest.param("Write 1 word: ", "1,", id="a long row of numbers"),
        pytest.param("# a", "  ", id="blanks in a heading"),
        pytest.param("# a ", "##", id="hashes in a heading"),
        pytest.param("", "<!--a", id="unclosed comments"),
        pytest.param("", "Example: a\n\n", id="examples"),
        pytest.param("", "{{a}} ", id="variables"),
    ],
)
def test_time_is_linear(make, linear_time, start, unit):
    def analysing(count):
        analysis = make.analysis(start + unit * count + "b", language="en")
        assert analysis.shape.limit
        assert len(analysis.phrases) == 1

    linear_time(analysing, 20_000 // len(unit))


def test_no_messages(make):
    analysis = make.analysis()
    assert (analysis.language, analysis.kind, analysis.shape.limit) == (None, Kind.FRAGMENT, "na")


def test_the_same_prompt_gives_the_same_analysis(make):
    text = "Evaluate the essay. Use the following format:\n\nScore: <1-10>\nReason: <explanation>\n\nEssay: {{essay}}"
    first, second = make.analysis(text), make.analysis(text)
    assert first.shape == second.shape
    said = [[(each.sentence, each.asks, each.signals) for each in one.instructions] for one in (first, second)]
    assert said[0] == said[1]
