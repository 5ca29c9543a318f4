from __future__ import annotations

import pytest

LANGUAGE = "double-braces"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{name}} and {{ other_name }}", ["name", "other_name"]),
        ("{{user.name}} {{ a.b.c }}", ["user", "a"]),
        ("{{user-name}}", ["user-name"]),
        ("{{ユースケースID}}", ["ユースケースID"]),
        ("```\n{{in_code}}\n```", ["in_code"]),
        ('{"user": {{user}}}', ["user"]),
        ("${{price}}", ["price"]),
        ("{{\n name\n}}", ["name"]),
        ("{{Name of the person}} {{#if x}} {{/if}} {{> partial}} {{$x}} {{else}}", ["else"]),
        ("{{{raw}}}", []),
        ("{{}} {{ }} {{1a}} {{a b}} {{a|b}} {single}", []),
    ],
)
def test_variables(names, text, found):
    assert names(text, LANGUAGE) == found


def test_lost_braces_are_reported(check):
    (problem,) = check("Hi {{ name }, your {{ order }}.", LANGUAGE).problems
    assert (problem.span.start, problem.span.end) == (3, 12)


@pytest.mark.parametrize("text", ["`{{ name }`", "```\n{{ name }\n```", '{"a": {"b": {{c}}}}', "{{ a }} { b }"])
def test_other_braces_are_not(check, text):
    assert check(text, LANGUAGE).problems == ()
