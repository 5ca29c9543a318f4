from __future__ import annotations

from promptlint.prompt import Control, Text, Variable
from promptlint.source import Span
from promptlint.templates.curly_tags import Tag, lay_out, lost_braces, pair


def tag(start, end, role="single", name="", kind="block", **more):
    return Tag(Span(start, end), kind, role, name, **more)


def test_blocks_are_paired_by_name():
    tags = [tag(0, 1, "open", "a"), tag(1, 2, "open", "b"), tag(2, 3, "close", "b"), tag(3, 4, "close", "a")]
    assert pair("abba", tags) == []
    assert [each.partner for each in tags] == [3, 2, 1, 0]


def test_a_block_without_a_name_is_closed_by_any_end():
    tags = [tag(0, 1, "open"), tag(1, 2, "close", "x")]
    assert pair("ab", tags) == []
    assert tags[0].partner == 1


def test_a_block_that_is_cut_off_is_reported_once():
    tags = [tag(0, 1, "open", "a"), tag(1, 2, "open", "b"), tag(2, 3, "close", "a"), tag(3, 4, "close", "b")]
    (problem,) = pair("abcd", tags)
    assert problem.span == Span(1, 2)
    assert problem.related[0][0] == Span(2, 3)


def test_a_long_tag_is_not_quoted_in_full():
    text = "{{#" + "x" * 100 + "}}"
    (problem,) = pair(text, [tag(0, len(text), "open", "x")])
    assert "..." in problem.detail
    assert len(problem.detail) < 90


def test_what_is_not_sent_makes_parts_of_its_own():
    text = " a \n{x}\nb"
    parts = lay_out(text, [tag(4, 7, alone=True)])
    assert [(type(part), getattr(part, "text", None)) for part in parts] == [
        (Text, " a \n"),
        (Control, None),
        (Text, ""),
        (Text, "b"),
    ]
    assert [part.span for part in lay_out("a\\b", (), [1])] == [Span(0, 1), Span(1, 2), Span(2, 3)]


def test_a_tag_of_no_kind_is_a_variable():
    assert lay_out("x", [Tag(Span(0, 1))]) == (Variable(Span(0, 1), ()),)


def test_braces_are_not_judged_in_code():
    for text, count in (("Hi {{name}", 1), ("`{{name}`", 0), ("```\n{{name}\n```", 0)):
        assert len(list(lost_braces(text, lay_out(text, ())))) == count
