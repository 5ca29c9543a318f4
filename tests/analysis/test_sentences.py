from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.regions import heading_title
from promptlint.analysis.sentences import _ITEM, _ends, split_sentences


def texts(masked):
    return [sentence.text for sentence in split_sentences(masked)]


def blocks(masked):
    return [(sentence.block, sentence.text) for sentence in split_sentences(masked)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"], id="end marks"),
        pytest.param("What?! Really... Yes…", ["What?!", "Really...", "Yes…"], id="several marks"),
        pytest.param(
            'He said "go." Then he went.', ['He said "go."', "Then he went."], id="quotation marks behind the end"
        ),
        pytest.param("(Be brief.) Write.", ["(Be brief.)", "Write."], id="parentheses behind the end"),
        pytest.param("**Be brief.** Write.", ["**Be brief.**", "Write."], id="bold behind the end"),
        pytest.param(
            "Use v1.2.3 of foo.py at 3.50. Go.", ["Use v1.2.3 of foo.py at 3.50.", "Go."], id="points inside words"
        ),
        pytest.param("¿Qué es? ¡Escribe!", ["¿Qué es?", "¡Escribe!"], id="Spanish marks"),
        pytest.param("Est-ce vrai ? Oui !", ["Est-ce vrai ?", "Oui !"], id="French spacing"),
        pytest.param("Answer yes or no. Do not explain.", ["Answer yes or no.", "Do not explain."], id="no"),
        pytest.param("Sage ja oder nein. Max. drei Wörter.", ["Sage ja oder nein.", "Max. drei Wörter."], id="max."),
        pytest.param("Choose a or b. Then stop.", ["Choose a or b.", "Then stop."], id="a letter"),
        pytest.param("Follow rule no. 5. Then stop.", ["Follow rule no. 5.", "Then stop."], id="a number"),
        pytest.param("Answer:", ["Answer:"], id="a label"),
        pytest.param("", [], id="empty"),
        pytest.param(" \n...\n---\n\n", [], id="no letters or digits"),
    ],
)
def test_ends(text, expected):
    assert texts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Use tools, e.g. search, i.e. the first, etc. where needed.", id="en"),
        pytest.param("Ask Dr. Smith and Mrs. Jones vs. the rest.", id="en titles"),
        pytest.param("Use approx. 3 items, max. 5 words.", id="en measures"),
        pytest.param("Nutze Quellen, z. B. Bücher, d. h. gedruckte, bzw. Artikel usw. aus dem Archiv.", id="de spaced"),
        pytest.param("Nutze z.B. Bücher, d.h. gedruckte, ggf. auch ca. drei Artikel inkl. Titel.", id="de"),
        pytest.param("Utilise des sources, p. ex. des livres, env. trois.", id="fr"),
        pytest.param("Usa fuentes, p. ej. libros, núm. 3 y pág. 4.", id="es"),
    ],
)
def test_abbreviations_end_no_sentence(text):
    assert texts(f"{text} Next.") == [text, "Next."]


class TestBlocks:
    def test_wrapped_lines_are_one_sentence(self):
        assert texts("Write a\nshort text. Then\nstop.") == ["Write a\nshort text.", "Then\nstop."]

    def test_a_blank_line_ends_a_paragraph(self):
        assert texts("one\n\ntwo\n \nthree") == ["one", "two", "three"]

    @pytest.mark.parametrize(
        "mark", ["-", "*", "+", "•", "–", "1.", "12)", "(3)", "a)", "(b)", "#1:", "  -", "\t*", "[ ]", "[x]"]
    )
    def test_list_items_stand_alone(self, mark):
        assert blocks(f"Rules\n{mark} be brief\n{mark} be kind") == [
            ("paragraph", "Rules"),
            ("item", "be brief"),
            ("item", "be kind"),
        ]

    def test_an_item_goes_on_over_wrapped_lines(self):
        assert blocks("- be brief\n  and kind\n- go") == [("item", "be brief\n  and kind"), ("item", "go")]

    def test_a_paragraph_after_a_list(self):
        assert blocks("- be brief\n\nWrite.") == [("item", "be brief"), ("paragraph", "Write.")]

    def test_sentences_of_an_item(self):
        assert blocks("- Be brief. Be kind.") == [("item", "Be brief."), ("item", "Be kind.")]

    def test_headings(self):
        sentences = split_sentences("Start.\n# The Task\nWrite.\n## Tone ##\nBe kind.\n**Length:**\nBe brief.")
        assert [(sentence.block, sentence.text, sentence.heading) for sentence in sentences] == [
            ("paragraph", "Start.", ""),
            ("heading", "# The Task", "the task"),
            ("paragraph", "Write.", "the task"),
            ("heading", "## Tone ##", "tone"),
            ("paragraph", "Be kind.", "tone"),
            ("heading", "**Length:**", "length"),
            ("paragraph", "Be brief.", "length"),
        ]

    def test_underlined_headings(self):
        assert blocks("Title\n=====\nWrite.") == [("heading", "Title"), ("paragraph", "Write.")]

    def test_check_boxes_are_part_of_the_mark(self):
        assert blocks("- [ ] be brief\n- [x] be kind") == [("item", "be brief"), ("item", "be kind")]

    @pytest.mark.parametrize("rule", ["---", "***", "=====", "___"])
    def test_a_rule_separates(self, rule):
        assert texts(f"one\n{rule}\ntwo") == ["one", "two"]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
    def test_line_ends(self, end):
        text = end.join(["# Title", "- one", "- two", "", "A wrapped", "line. End."])
        assert blocks(text) == [
            ("heading", "# Title"),
            ("item", "one"),
            ("item", "two"),
            ("paragraph", f"A wrapped{end}line."),
            ("paragraph", "End."),
        ]

    @pytest.mark.parametrize("other", ["\u2028", "\x0c", "\x85", "\x0b"])
    def test_nothing_else_ends_a_line(self, other):
        assert blocks(f"one{other}- two") == [("paragraph", f"one{other}- two")]


PIECES = (
    "Word",
    "e.g.",
    "z. B.",
    ".",
    "!",
    "?",
    "…",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "- ",
    "1. ",
    "a) ",
    "# ",
    "**",
    ":",
    "---",
    '"',
    ")",
    "\ufffc",
    "  ",
)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join))
def test_sentences_are_ordered_disjoint_slices(text):
    at = 0
    for sentence in split_sentences(text):
        assert at <= sentence.span.start < sentence.span.end <= len(text)
        assert sentence.text == text[sentence.span.start : sentence.span.end]
        assert sentence.text == sentence.text.strip()
        at = sentence.span.end


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join))
def test_nothing_but_marks_is_lost(text):
    """Every letter and digit stands in a sentence, but for those of an item's mark."""
    kept = set().union(*(range(sentence.span.start, sentence.span.end) for sentence in split_sentences(text)))
    lost = [index for index, character in enumerate(text) if character.isalnum() and index not in kept]
    marks = [text[index : index + 4] for index in lost]
    assert all(len(mark) > 1 for mark in marks)
    assert all(any(character in ".):" for character in mark[1:]) for mark in marks)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=9).map("".join))
def test_a_line_by_itself_is_what_the_expressions_say(text):
    line = text.replace("\r", "").replace("\n", "")
    kind = "heading" if heading_title(line) else "item" if _ITEM.match(line) else "paragraph"
    assert {found for found, _ in blocks(line)} <= {kind}


@given(st.lists(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=9).map("".join), max_size=5))
def test_blocks_are_cut_as_if_each_stood_alone(parts):
    assert blocks("\n\n".join(parts)) == [found for part in parts for found in blocks(part)]


@given(st.text(".!?…。！？\"')*_ \na", max_size=30))
def test_ends_are_found_mark_by_mark_as_by_one_expression(text):
    plain = r"[.!?…。！？]+[\"'”’»)\]*_]*(?=\s|$)"
    assert _ends(text) == [match.span() for match in re.finditer(plain, text)]


def test_many_marks_in_a_row_take_linear_time(linear_time):
    linear_time(lambda size: split_sentences("Chapter one " + "." * size + "9"), 20_000)
