from __future__ import annotations

import pytest

from promptlint.prompt import Text, Variable
from promptlint.source import Span
from promptlint.templates.scanning import half_delimiters, tiled


def test_tiled_fills_the_gaps():
    variable = Variable(Span(2, 4), ())
    assert tiled("abcdef", [variable]) == (Text(Span(0, 2), "ab"), variable, Text(Span(4, 6), "ef"))
    assert tiled("ab", [Variable(Span(0, 2), ())]) == (Variable(Span(0, 2), ()),)


@pytest.mark.parametrize(
    ("text", "span", "word"),
    [
        ("Hello {{ name }!", "{{ name }", "single '}'"),
        ("Hello { name }}!", "{ name }}", "single '{'"),
        ("Hello {{name and so on\n{a}", "{{", "never closed"),
        ("a {b}\n{{user.name}", "{{user.name}", "single '}'"),
    ],
)
def test_lost_braces(text, span, word):
    (problem,) = half_delimiters(text, tiled(text, ()))
    assert text[problem.span.start : problem.span.end] == span
    assert problem.rule == "unbalanced-delimiter"
    assert word in problem.detail


@pytest.mark.parametrize(
    "text",
    [
        '{"a": {"b": 1}}',
        '{"a": {b}}',
        '{\n  "a": {b}}',
        "{\n {b}}\n",
        "\\frac{{a}",
        "x^{b}}",
        "x = {b}}".replace(" {", "{"),
        "function () {{ return 1 }",
        "{{ two words }",
        "${name}}",
        "{{",
        "{{ \n name }",
        "{name}",
    ],
)
def test_other_braces_are_left_alone(text):
    assert list(half_delimiters(text, tiled(text, ()))) == []
