from __future__ import annotations

import pytest

from promptlint.templates.jinja_parser import parse
from promptlint.templates.jinja_tags import find_tags


def verdict(text):
    return parse(text, find_tags(text)[0])


def test_names():
    assert verdict("{% for a in b %}{{ a.c | d(e) is f }}{% endfor %}").names == {"a", "b", "e"}


def test_filters_and_tests_need_not_exist():
    result = verdict("{{ a | no_such_filter }}{{ a is no_such_test }}")
    assert result.problem is None
    assert result.names == {"a"}


@pytest.mark.parametrize(
    ("text", "tag", "detail"),
    [
        ("{{ a }} {{ b c }} {{ d }}", "{{ b c }}", "expected '}}', got 'c'"),
        ("{{ a }} {{ }}", "{{ }}", "expected an expression, got '}}'"),
        ("{% if a = 1 %}x{% endif %}", "{% if a = 1 %}", "expected '%}', got '='"),
        ("{% if %}x{% endif %}", "{% if %}", "expected an expression, got '%}'"),
        ("{{ a\n}}\r\n{{\r\n b |\r\n}}", "{{\r\n b |\r\n}}", "expected 'name', got '}}'"),
        ("{{ 'a\nb\rc' }}{{ d. }}", "{{ d. }}", "expected"),
    ],
)
def test_a_problem_stands_at_its_tag(text, tag, detail):
    problem = verdict(text).problem
    assert problem is not None
    assert problem.rule == "invalid-template"
    assert text[problem.span.start : problem.span.end] == tag
    assert detail in problem.detail


@pytest.mark.parametrize("text", ["{{ " + "(" * 5000 + "a" + ")" * 5000 + " }}", "{{ " + "9" * 5000 + " }}"])
def test_what_the_parser_cannot_take_is_no_problem(text):
    result = verdict(text)
    assert result.problem is None


def test_nothing_is_evaluated():
    assert verdict("{{ 9 ** 9 ** 9 ** 9 }}{{ 'a' * 99999999999 }}").problem is None
