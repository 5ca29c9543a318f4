from __future__ import annotations

import pytest

from promptlint.prompt import Control, Text
from promptlint.templates import scan

LANGUAGE = "mustache"


def uses(result):
    return [(use.name, use.sure) for part in result.parts if not isinstance(part, Text) for use in part.uses]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{a}} {{ b.c }} {{{ d }}} {{&e}}", ["a", "b", "d", "e"]),
        ("{{.}} {{two words}} {{$a}} {{<b}} {{! c }} {{> d}}", []),
        ("{{^a}}{{b}}{{/a}}", ["a", "b"]),
        ("{{=<% %>=}}<% a %> {{b}} <%={{ }}=%>{{c}}", ["a", "c"]),
        ('{"a": {{a}}} {{"b": {"c": 1}}}', ["a"]),
        ("{{! {{a}} }}", []),
        ("{{user-name}} {{名前}}", ["user-name", "名前"]),
    ],
)
def test_variables(check, text, found):
    result = check(text, LANGUAGE)
    assert result.problems == ()
    assert uses(result) == [(name, True) for name in found]


def test_names_in_a_section_may_be_members(check):
    result = check("{{#a}}{{b}}{{^c}}{{d}}{{/c}}{{/a}}{{e}}", LANGUAGE)
    assert [name for name, sure in uses(result) if not sure] == ["b", "c", "d"]


def test_parents_and_their_blocks(check):
    result = check("{{<a}}{{$b}}{{c}}{{/b}}{{/a}} {{$c}}", LANGUAGE)
    assert [(part.kind, part.role) for part in result.parts if isinstance(part, Control)] == [
        ("include", "open"),
        ("block", "open"),
        ("block", "close"),
        ("include", "close"),
    ]


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("a\n{{#b}}\nc\n{{/b}}\nd", "a\nc\nd"),
        ("a {{! b }}\nc", "a \nc"),
        ("{{=| |=}}\n|b|\n", "\n"),
        ("{{b}}\n\\{{c}}", "\n\\"),
    ],
)
def test_what_is_sent(text, literal):
    assert "".join(part.text for part in scan(text, LANGUAGE).parts if isinstance(part, Text)) == literal


@pytest.mark.parametrize(
    ("text", "span", "word"),
    [
        ("{{#a}}b", "{{#a}}", "never closed by '{{/a}}'"),
        ("b{{/a}}", "{{/a}}", "ends no block"),
        ("{{a}} {{b}", "{{b}", "single '}'"),
    ],
)
def test_problems(check, text, span, word):
    (problem,) = check(text, LANGUAGE).problems
    assert text[problem.span.start : problem.span.end] == span
    assert (problem.rule, word in problem.detail) == ("unbalanced-delimiter", True)


@pytest.mark.parametrize(
    "text", ["{{", "}}", "{{else}}", '{{"a"}}', "{{=a=}}", "{{#a}}{{#a}}{{/a}}{{/a}}", "`{{a}` {{b}}"]
)
def test_no_problems(check, text):
    assert check(text, LANGUAGE).problems == ()
