from __future__ import annotations

import pytest

from promptlint.source import Span
from promptlint.templates.handlebars_tags import find_tags, parse


def sorts(text):
    return [(tag.sort, text[tag.inner.start : tag.inner.end].strip()) for tag in find_tags(text).tags]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{a}} {{{ a }}} {{&a}} {{~a~}}", [("value", "a")] * 4),
        ("{{#if a}}{{else if b}}{{^}}{{/if}}", [("open", "if a"), ("middle", "if b"), ("middle", ""), ("close", "if")]),
        ("{{^a}}{{/a}}", [("inverse", "a"), ("close", "a")]),
        ("{{> p}}{{#> p}}{{/p}}", [("include", "p"), ("partial-block", "p"), ("close", "p")]),
        ('{{#*inline "a"}}{{* d}}', [("decorator-block", 'inline "a"'), ("decorator", "d")]),
        ("{{! a }}{{!-- }} --}}", [("comment", "a"), ("comment", "}} --")]),
        ("{{{{raw}}}}{{a}}{{{{/raw}}}}", [("raw-open", "raw"), ("raw-close", "raw")]),
        ("{{a \"}}\" '}}' [}}]}}", []),
        ("{{a \"}}\" '}}'}}", [("value", "a \"}}\" '}}'")]),
        ("{{elsewhere}}", [("value", "elsewhere")]),
        ("{{a", []),
        ("\\{{a}}", []),
    ],
)
def test_tags(text, found):
    assert sorts(text) == found


@pytest.mark.parametrize(
    ("text", "escapes"), [("\\{{a}}", [0]), ("\\\\{{a}}", [1]), ("a\\b {{a}}\\", []), ("{{a}}\\{{b", [5])]
)
def test_backslashes_escape(text, escapes):
    assert find_tags(text).escapes == escapes


@pytest.mark.parametrize(
    ("text", "span", "word"),
    [
        ("{{!-- a }} b", "{{!--", "'--}}'"),
        ("{{#if a\nb", "{{#", "'{{#' is never closed"),
        ("{{{name}} b", "{{{name}}", "'{{{' is closed by '}}'"),
    ],
)
def test_what_the_lexer_cannot_read(text, span, word):
    (problem,) = find_tags(text).problems
    assert text[problem.span.start : problem.span.end] == span
    assert word in problem.detail


@pytest.mark.parametrize("text", ["{{", "{{a", '{{#if "a', "{{ {a}", "{{a}", "{ a }}", "{{{{a}}}}"])
def test_what_may_be_no_tag_at_all(text):
    assert find_tags(text).problems == []


def said(text):
    return parse(text, Span(0, len(text)))


@pytest.mark.parametrize(
    ("text", "head", "paths"),
    [
        ("a", "a", []),
        ("a.b/c", "a.b/c", []),
        ("h a b.c ../d @index @root.e this.f this . .. ./g", "h", ["a", "b", "d", "e", "f", "g"]),
        ("h 1 -2.5 true null undefined 'x' \"y\"", "h", []),
        ("h x=a y=(g b z=c)", "h", ["a", "b", "c"]),
        ("if (and a (not b))", "if", ["a", "b"]),
        ("each [two words].c as |x y|", "each", ["two words"]),
        ("(h a)", "", ["a"]),
    ],
)
def test_expressions(text, head, paths):
    found = said(text)
    assert found.fault is None
    assert (found.head, [path.name for path in found.paths]) == (head, paths)
    for path in found.paths:
        assert text[path.span.start : path.span.end] == path.name


def test_what_an_expression_is():
    assert said("a").plain
    assert not said("a b").plain
    assert said('role "user"').quoted
    assert not said("role user").quoted
    assert not said('role name="user"').quoted
    assert said("each a as |item index|").bound == {"item", "index"}
    assert (said("../../a").first.up, said("this.a").first.own, said("@root.a").first.root) == (2, True, True)


@pytest.mark.parametrize(
    ("text", "fault"),
    [("a == b", "=="), ("a | upper", "|"), ("a && b", "&&"), ("a)", ")"), ("a, b", ","), ("(a", "(a")],
)
def test_what_is_no_expression(text, fault):
    found = said(text).fault
    assert text[found.start : found.end] == fault
