from __future__ import annotations

import pytest

from promptlint.templates.jinja_tags import find_tags


def shown(text):
    tags, _ = find_tags(text)
    return [text[tag.span.start : tag.span.end] for tag in tags]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("a {{ b }} c", ["{{ b }}"]),
        ('{{ \'}}\' }}x{{ "a\\"}}" }}', ["{{ '}}' }}", '{{ "a\\"}}" }}']),
        ("{{ {'a': {'b': 1}} }}", ["{{ {'a': {'b': 1}} }}"]),
        ("{{{'a': 1}}}", ["{{{'a': 1}}}"]),
        ("{% set x = '%}' %}y", ["{% set x = '%}' %}"]),
        ("{% set x = {'a': 7 %2} %}", ["{% set x = {'a': 7 %2} %}"]),
        ("{# {{ a }} {% b #}c", ["{# {{ a }} {% b #}"]),
        ("{#-#}a", ["{#-#}"]),
        ("{% raw %}{{ a }}{% if %}{% endraw %}b", ["{% raw %}", "{% endraw %}"]),
        ("{%- raw -%} a {%- endraw +%}", ["{%- raw -%}", "{%- endraw +%}"]),
        ("{{ a\n  + b }}", ["{{ a\n  + b }}"]),
        ("{{ 'a\nb' }}", ["{{ 'a\nb' }}"]),
        ("no tags { } }} %}", []),
    ],
)
def test_where_tags_end(text, tags):
    assert shown(text) == tags
    assert find_tags(text)[1] == []


def test_whitespace_control():
    tags, _ = find_tags("{{- a -}}{%+ b -%}{#- c #}{%- d +%}")
    assert [(tag.trims_before, tag.trims_after) for tag in tags] == [
        (True, True),
        (False, True),
        (True, False),
        (True, False),
    ]


def test_tokens_know_their_place():
    text = "x {{ user.name | default('a b') ~ 1.5 }}"
    (tag,) = find_tags(text)[0]
    assert all(text[token.span.start : token.span.end] == token.value for token in tag.tokens)
    assert [token.value for token in tag.tokens] == ["user", ".", "name", "|", "default", "(", "'a b'", ")", "~", "1.5"]


@pytest.mark.parametrize(
    ("text", "span", "detail"),
    [
        ("a {{ b", "{{", "'{{' is never closed"),
        ("a {% if b", "{%", "'{%' is never closed"),
        ("a {# b", "{#", "'{#' is never closed"),
        ("a {{ b\nc {{ d }}", "{{", "'{{' is never closed"),
        ("a {{ b c {{ d }}", "{{", "'{{' is never closed"),
        ("a {{ b } c", "{{ b }", "'{{' is closed by a single '}'"),
        ("a {{ b } c {{ d }}", "{{ b }", "'{{' is closed by a single '}'"),
        ("a {{ user.b }\n{{ d }}", "{{ user.b }", "'{{' is closed by a single '}'"),
    ],
)
def test_unclosed(text, span, detail):
    (problem,) = find_tags(text)[1]
    assert problem.rule == "unbalanced-delimiter"
    assert text[problem.span.start : problem.span.end] == span
    assert problem.detail == detail


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("{{ user's name }}", "a string that starts with ' is never closed"),
        ("{{ f(a }}", "'(' is never closed"),
        ("{{ a) }}", "unexpected ')'"),
        ("{{ a[1) }}", "unexpected ')'"),
    ],
)
def test_expressions_that_hide_the_end_of_their_tag(text, detail):
    (tag,), (problem,) = find_tags(text)
    assert tag.broken
    assert problem.rule == "invalid-template"
    assert tag.span == problem.span
    assert len(tag.span) == len(text)
    assert detail in problem.detail
