from __future__ import annotations

import pytest

from promptlint.prompt import Text, Variable
from promptlint.templates import scan

LANGUAGE = "semantic-kernel"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write about {{$topic}} in {{ $style }}.", ["topic", "style"]),
        ("{{plugin.function $input}}", ["input"]),
        ("{{recall $input limit=$count relevance='0.8'}}", ["input", "count"]),
        ("{{time.Date}} {{year}}", []),
        ("{{\n  $name\n}}", ["name"]),
        ("{{{$name}}}", ["name"]),
        ('{{ask "what is $this?" $that}}', ["that"]),
        ("{{ask 'it\\'s $this' $that}}", ["that"]),
        ("{{\"{{\"}}$name{{ '}}' }}", []),
        ("{{#if x}}{{$inside}}{{/if}} {{> partial}} {{a | b}} {{$a.b}} {{a b}}", ["inside"]),
        ("$plain {$single} {{}} {{ }} {{$}}", []),
        ("{{$größe}}", []),
        ("`{{$in_code}}`", ["in_code"]),
    ],
)
def test_variables(names, text, found):
    assert names(text, LANGUAGE) == found


def test_calls_and_quoted_texts_are_variables(check):
    parts = check('It is {{time.Now}}: {{"{{"}}', LANGUAGE).parts
    assert [type(part) for part in parts] == [Text, Variable, Text, Variable]
    assert not any(part.uses for part in parts if isinstance(part, Variable))


def test_what_other_languages_mean_stays_text(check):
    text = "{{#each items}}{{this.name | upper}}{{/each}}"
    assert all(isinstance(part, Text) for part in check(text, LANGUAGE).parts)


@pytest.mark.parametrize(
    ("text", "span", "detail"),
    [
        ("Hi {{$name}, welcome.", (3, 11), "'{{' is closed by a single '}'"),
        ("Hi {$name}}, {{$x}}", (3, 11), "'}}' closes a single '{'"),
    ],
)
def test_lost_braces_are_reported(check, text, span, detail):
    (problem,) = check(text, LANGUAGE).problems
    assert problem.rule == "unbalanced-delimiter"
    assert (problem.span.start, problem.span.end) == span
    assert problem.detail == detail


@pytest.mark.parametrize("text", ["{$name}", "`{{$name}`", "{{{$name}}}", "{{$name", "a}} {{b", "{ {$name}} }"])
def test_other_braces_are_not(check, text):
    assert check(text + " {{$x}}", LANGUAGE).problems == ()


@pytest.mark.parametrize("unit", ["{{", "{{ '", "{{'\\'", '{{"{{"', '""{{', "{{a $b ", "{{$", "{{a.b c=", "{{$x} "])
def test_time_is_linear(linear_time, unit):
    linear_time(lambda count: scan(unit * count, LANGUAGE), 200_000 // len(unit))
