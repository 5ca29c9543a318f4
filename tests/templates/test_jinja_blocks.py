from __future__ import annotations

import pytest

from promptlint.templates.jinja_blocks import pair
from promptlint.templates.jinja_tags import find_tags


def paired(text):
    return pair(find_tags(text)[0])


@pytest.mark.parametrize(
    ("text", "kinds", "roles"),
    [
        ("{% if a %}{% elif b %}{% else %}{% endif %}", ["branch"] * 4, ["open", "middle", "middle", "close"]),
        ("{% for a in b %}{% else %}{% endfor %}", ["loop"] * 3, ["open", "middle", "close"]),
        ("{% set a = 1 %}", ["set"], ["single"]),
        ("{% set a = [1, dict(b=2)] %}", ["set"], ["single"]),
        ("{% set a %}x{% endset %}", ["set"] * 2, ["open", "close"]),
        ("{% set a | f(b=1) %}x{% endset %}", ["set"] * 2, ["open", "close"]),
        ("{% block a %}{% endblock a %}", ["block"] * 2, ["open", "close"]),
        ("{% macro f(a) %}{% endmacro %}", ["macro"] * 2, ["open", "close"]),
        ("{% call f() %}{% endcall %}", ["other"] * 2, ["open", "close"]),
        ("{% raw %}x{% endraw %}", ["raw"] * 2, ["open", "close"]),
        (
            "{% include 'a' %}{% extends 'a' %}{% import 'a' as b %}{% from 'a' import b %}",
            ["include"] * 4,
            ["single"] * 4,
        ),
        ("{# a #}{{ b }}", ["comment", "other"], ["single"] * 2),
        ("{% message role='user' %}{% endmessage %}", ["other"] * 2, ["open", "close"]),
        ("{% image url %}{% do f() %}{% break %}", ["other"] * 3, ["single"] * 3),
        ("{% trans 'a' %}", ["other"], ["single"]),
        ("{% trans %}{% pluralize %}{% endtrans %}", ["other"] * 3, ["open", "middle", "close"]),
        ("{% asyncEach a in b %}{% endeach %}", ["loop"] * 2, ["open", "close"]),
        ("{% ifAsync a %}{% else %}{% endif %}", ["branch"] * 3, ["open", "middle", "close"]),
        ("{% if a %}{% elseif b %}{% endif %}", ["branch"] * 3, ["open", "middle", "close"]),
        ("{% if a %}{% foo %}{% endif %}", ["branch", "other", "branch"], ["open", "single", "close"]),
    ],
)
def test_kinds_and_roles(text, kinds, roles):
    places, problems = paired(text)
    assert [place.kind for place in places] == kinds
    assert [place.role for place in places] == roles
    assert problems == []


def test_partners():
    places, _ = paired("{% if a %}{% for b in c %}{% if d %}{% endif %}{% endfor %}{% else %}{% endif %}")
    assert [place.partner for place in places] == [6, 4, 3, 2, 1, None, 0]
    assert places[5].owner == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{% if a %}x", [("{% if a %}", "'if' is never closed by 'endif'", [])]),
        ("x{% endif %}", [("{% endif %}", "'endif' ends no 'if'", [])]),
        ("{% else %}", [("{% else %}", "'else' stands outside 'if' and 'for'", [])]),
        (
            "{% if a %}{% if b %}{% endif %}",
            [("{% if a %}", "'if' is never closed by 'endif'", [("{% endif %}", "this 'endif' ends an inner 'if'")])],
        ),
        (
            "{% if a %}{% for b in c %}{% endif %}",
            [
                (
                    "{% for b in c %}",
                    "'for' is never closed by 'endfor'",
                    [("{% endif %}", "'endif' ends an outer block here")],
                )
            ],
        ),
        (
            "{% if a %}{% for b in c %}{% endif %}{% endfor %}",
            [
                (
                    "{% for b in c %}",
                    "'for' is never closed by 'endfor'",
                    [("{% endif %}", "'endif' ends an outer block here")],
                )
            ],
        ),
        ("{% raw %}x", [("{% raw %}", "'raw' is never closed by 'endraw'", [])]),
        ("{% set a %}x", [("{% set a %}", "'set' is never closed by 'endset'", [])]),
        ("{% endfoo %}{% trans 'a' %}{% foo %}", []),
        ("{% foo %}{% if a %}{% endif %}{% endfoo %}{% foo %}", []),
    ],
)
def test_problems(text, found):
    _, problems = paired(text)
    assert all(problem.rule == "unbalanced-delimiter" for problem in problems)

    def cut(span):
        return text[span.start : span.end]

    assert [(cut(p.span), p.detail, [(cut(span), why) for span, why in p.related]) for p in problems] == found
