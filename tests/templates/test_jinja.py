from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, TemplateSyntaxError

from promptlint.prompt import Control, Text, Variable
from promptlint.templates import scan

LANGUAGE = "jinja"


def test_parts(check):
    text = "Hi {{ name }}!\r\n{% if a -%}\n  x\n{%- endif %}{# note #}\n"
    result = check(text, LANGUAGE)
    assert result.problems == ()
    assert [(type(part).__name__, text[part.span.start : part.span.end]) for part in result.parts] == [
        ("Text", "Hi "),
        ("Variable", "{{ name }}"),
        ("Text", "!\r\n"),
        ("Control", "{% if a -%}"),
        ("Text", "\n  "),
        ("Text", "x"),
        ("Text", "\n"),
        ("Control", "{%- endif %}"),
        ("Control", "{# note #}"),
        ("Text", "\n"),
    ]
    assert [part.text for part in result.parts if isinstance(part, Text)] == ["Hi ", "!\r\n", "", "x", "", "\n"]
    assert [(part.kind, part.role, part.partner) for part in result.parts if isinstance(part, Control)] == [
        ("branch", "open", 7),
        ("branch", "close", 3),
        ("comment", "single", None),
    ]


def test_code_is_no_exception(names):
    assert names("```\n{{ a }}\n``` `{{ b }}`", LANGUAGE) == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        # unknown statements, filters and tests
        "{% message role='user' %}{{ x | templatize_part }}{% endmessage %}",
        "{% generation %}{{ a is special }}{% endgeneration %}",
        "{% trans %}{% if a %}{% endif %}{% endtrans %}",
        "{% for a in b %}{% break %}{% continue %}{% endfor %}",
        "{% do a.append(1) %}",
        # relatives
        "{% if a %}{% elseif b %}{% else if c %}{% endif %}",
        "{% if a && b || !c %}{{ a === b ? c : d }}{% endif %}",
        "{{ a ?? b }} {{ a?.b }}",
        "{% switch a %}{% case 1 %}x{% default %}y{% endswitch %}",
        "{% asyncEach a in b %}{{ a }}{% endeach %}{% ifAsync c %}{{ d }}{% endif %}",
        "{{ a.replace(/(/, b) }} {{ c => d }}",
        "{% unless a %}{{ b | default: 'c' }}{% endunless %}",
        "{% assign a = b %}{% case a %}{% when 1 %}{% else %}{% endcase %}",
        "{{#if a}}{{a}}{{else}}{{b}}{{/if}}",
        "{{> partial }} {{.Name}}",
        "{{$input}} {{plugin.fn $input}}",
        # braces that are not Jinja's
        '{"a": {"b": {{ c }}}}',
        '{"a": {"b": 1}} {{ c }}',
        "{{ a }} `{ b }}`",
        "{{ a }}\n```\n{ b }}\n```",
        "{% raw %}{{ a {% if {% endraw %}",
        "{# {{ a #}",
        # valid, if unusual
        "{{ {'a': {'b': '}}'}} }}",
        "{% set a = '%}' %}{{ a }}",
        "{% extends 'x' %}{% block a scoped required %}{% endblock a %}",
        "{{ a if b }}{{ a[1:2] }}{{ -a ** 2 // 3 }}{{ a.0 }}",
        "{{ '\\d' }}",
    ],
)
def test_no_problem(check, text):
    assert check(text, LANGUAGE).problems == ()


@pytest.mark.parametrize(
    ("text", "rule", "span"),
    [
        ("Hi {{ name", "unbalanced-delimiter", "{{"),
        ("Hi {{ name }!", "unbalanced-delimiter", "{{ name }"),
        ("Hi { name }} and {{ other }}", "unbalanced-delimiter", "{ name }}"),
        ("{% if a %}x", "unbalanced-delimiter", "{% if a %}"),
        ("{% for a in b %}{{ a }}{% endif %}", "unbalanced-delimiter", "{% for a in b %}"),
        ("{{ a }}{# b", "unbalanced-delimiter", "{#"),
        ("{% if a x{% endif %}", "unbalanced-delimiter", "{%"),
        ("{{ Name of the person }}", "invalid-template", "{{ Name of the person }}"),
        ("{% if a = b %}{% endif %}", "invalid-template", "{% if a = b %}"),
        ("{{ a }}{% %}", "invalid-template", "{% %}"),
        ("{{ a | }}", "invalid-template", "{{ a | }}"),
        ("{{ user's name }}", "invalid-template", "{{ user's name }}"),
        ("{{ user's name }}\n{{ a }} it's", "invalid-template", "{{ user's name }}"),
        ("{{ user's name }}\n{{ a's b }}", "invalid-template", "{{ user's name }}"),
        ("{{ user's name }}\n{{ a('b') }}", "invalid-template", "{{ user's name }}"),
        ("{% if a %}{% else %}{% elif b %}{% endif %}", "invalid-template", "{% elif b %}"),
        ("{% for a of b %}{% endfor %}", "invalid-template", "{% for a of b %}"),
    ],
)
def test_problem(check, text, rule, span):
    problem = check(text, LANGUAGE).problems[0]
    assert problem.rule == rule
    assert text[problem.span.start : problem.span.end] == span


def test_a_name_that_jinja2_does_not_read_is_no_use(names):
    # bound by a statement that jinja2 is not asked about, read by one that it is
    assert names("{% set a = 1 %}{% if a %}{{ b }}{% endif %}{% image url=c %}", LANGUAGE) == ["b", "c"]


PIECES = st.sampled_from(
    [
        *("{{ a }}", "{{- a }}", "{{ b -}}", "{{- b -}}", "{{+ a }}"),
        *("{# x #}", "{#- x #}", "{# x -#}", "{#- {{ a }} -#}", "{#+ x +#}"),
        *("{% raw %}{{ a }}{% endraw %}", "{%- raw -%} { {%- endraw -%}", "{% raw -%}\n x {%- endraw %}"),
        *(" ", "\n", "  \n\t", "\u00a0", "\u2028", "\x0c", "text", "}", "}}", "%}", "é", "{ "),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=15))
def test_the_parts_say_what_jinja_renders(pieces):
    text = "".join(pieces)
    values = {"a": "<A>", "b": ""}
    parts = scan(text, LANGUAGE).parts
    made = "".join(
        part.text if isinstance(part, Text) else values[part.uses[0].name] if isinstance(part, Variable) else ""
        for part in parts
    )
    rendered = Environment(keep_trailing_newline=True, autoescape=False).from_string(text).render(values)
    assert made == rendered


TAGS = st.sampled_from(
    [
        *(
            "{{ a }}",
            "{{ a.b|c(d) }}",
            "{{ {'x': {'y': a}} }}",
            "{{ 'it''s' }}",
            '{{ "}}" }}',
            "{{ a b }}",
            "{{ }}",
            "{{ f( }}",
        ),
        *(
            "{% if a %}",
            "{% elif b %}",
            "{% else %}",
            "{% endif %}",
            "{% for a in b %}",
            "{% endfor %}",
            "{% endfor x %}",
        ),
        *(
            "{% set a = '%}' %}",
            "{% set a %}",
            "{% endset %}",
            "{% raw %}",
            "{% endraw %}",
            "{%- with a=1 -%}",
            "{% endwith %}",
        ),
        *(
            "{% block a %}",
            "{% endblock %}",
            "{% endblock a %}",
            "{% macro f(a) %}",
            "{% endmacro %}",
            "{% call f() %}",
        ),
        *(
            "{% endcall %}",
            "{% filter upper %}",
            "{% endfilter %}",
            "{% include 'a' %}",
            "{% from 'a' import b as c %}",
        ),
        *("{# {{ #}", "{#", "#}", "{{", "}}", "{%", "%}", "'", '"', "text ", "\n", " ", "-", "(", ")", "{", "}"),
    ]
)


def _accepts(text):
    try:
        Environment(autoescape=False).parse(text)
    except TemplateSyntaxError:
        return False
    return True


@settings(max_examples=200, deadline=None)
@given(st.lists(TAGS, max_size=8))
def test_what_jinja2_accepts_has_no_problem(pieces):
    # jinja2 overlooks an open comment or `raw` only where nothing at all follows
    text = "".join(pieces) + "."
    assert not (_accepts(text) and scan(text, LANGUAGE).problems)
