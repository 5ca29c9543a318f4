"""What holds for every template language."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.prompt import Text
from promptlint.source import Span
from promptlint.templates import LANGUAGES, detect, scan

FRAGMENTS = st.sampled_from(
    [
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{",
        "}",
        "{{-",
        "-}}",
        "{{~",
        "~}}",
        "{{#",
        "{{^",
        "{{/",
        "{{>",
        "{{{",
        "}}}",
        "{{!",
        "{{!--",
        "--}}",
        "{{=",
        "=}}",
        "{{{{",
        "}}}}",
        "{{else}}",
        "{{#each x}}",
        "{{/each}}",
        "\n",
        "{%-",
        "-%}",
        "{%+",
        "+%}",
        "(",
        ")",
        "[",
        "]",
        "'",
        '"',
        "\\",
        "|",
        ".",
        ",",
        ":",
        "=",
        "==",
        "name",
        "user.name",
        "ümlaut",
        "名前",
        "${a}",
        "${input:b:c}",
        "$ARGUMENTS",
        "$1",
        "```",
        "`",
        "~~~",
        "if",
        "for",
        "in",
        "x",
        "endif",
        "endfor",
        "else",
        "elif",
        "set",
        "endset",
        "raw",
        "endraw",
        "macro",
        "call",
        "with",
        "include",
        "block",
        "foo",
        "endfoo",
        "not",
        "is",
        "and",
        "loop",
        "12",
        "1.5",
        "\u2028",
        "\x0c",
        "{name}",
        "{a!r:>8}",
        "{0}",
        "{}",
        "\\frac{a}{b}",
    ]
)
TEXTS = st.lists(FRAGMENTS | st.sampled_from([" ", "\n", "\r\n", "\r", "\t"]) | st.text(max_size=4), max_size=40).map(
    "".join
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_tile_any_text(language, check):
    @settings(max_examples=200, deadline=None)
    @given(TEXTS)
    def holds(text):
        check(text, language)

    holds()


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_language_is_detected_for_any_text(text):
    assert detect(text) in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_parts_in_an_empty_text(language):
    assert scan("", language).parts == ()


def test_an_unknown_language_is_plain_text():
    assert scan("{{ a }} {b}", "klingon").parts == (Text(Span(0, 11), "{{ a }} {b}"),)


def test_jinja2_is_only_imported_where_it_is_needed():
    program = """
import sys
from promptlint.templates import scan, detect
for language in ("jinja", "double-braces", "braces", "dollar", "arguments", "none"):
    scan("Hi {{ name }}, {{ user.name }} and {{- title | trim | upper -}} {# note #} {b} ${c} $1", language)
    detect("Hi {{ name }}")
scan("{% if a == 'x' %}b{% else %}c{% endif %}", "jinja")
assert "jinja2" not in sys.modules
scan("{% if a | length %}b{% endif %}", "jinja")
assert "jinja2" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    "unit",
    [
        "{{ ",
        "{% if x %}",
        "{# ",
        "{% raw %}",
        "{{ (",
        '{{ "{{" ',
        "{{ '\\' ",
        "{",
        "}",
        "{a.",
        "{a[",
        "\\a{b}",
        "${input:a-",
        "$1 ",
        "` `` ",
        "{{x   ",
        "{% if x %}{% for a in b %}",
        "{{a}}{ a }} ",
        "{{#each a}}",
        "{{#a}}{{b}}{{/c}}",
        "{{else}}",
        "{{!--",
        "{{! ",
        "{{ [",
        "{{{{a}}}} ",
        "\\{{",
        "{{{a}} ",
        "{{=<% %>=}}<%={{ }}=%>",
    ],
)
def test_time_is_linear_in_the_length_of_a_line(linear_time, unit):
    def scanning(count):
        text = unit * count
        for language in LANGUAGES:
            scan(text, language)
        detect(text)

    linear_time(scanning, 60_000 // len(unit))


def test_ten_thousand_nested_blocks(check):
    result = check("{% if a %}" * 10_000 + "{{ b }}" + "{% endif %}" * 10_000, "jinja")
    assert result.problems == ()
    assert result.parts[0].partner == len(result.parts) - 1
