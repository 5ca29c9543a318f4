from __future__ import annotations

import pytest

from promptlint.templates import detect


@pytest.mark.parametrize(
    "text",
    [
        "{% if a %}x{% endif %}",
        "{%- for a in b -%}{{ a }}{%- endfor -%}",
        "{% set x = 1 %}",
        "{% include 'a.txt' %}",
        "{% raw %}{{ a }}{% endraw %}",
        "Hi {{ name | upper }}",
        'Hi {{ user.name|default("you") }}',
        "Hi {{ name }} {# a note #}",
        "{# promptlint: ignore[filler-phrase] #}\nHi",
        "{% message role='user' %}Hi{% endmessage %}",
        "{% if a %}{b} ${c}{% endif %}",
        "{% if never_closed %}",
    ],
)
def test_jinja(text):
    assert detect(text) == "jinja"


@pytest.mark.parametrize(
    "text",
    [
        "{{#if a}}{{a}}{{/if}}",
        "{{~#each a}}{{this}}{{else}}none{{/each~}}",
        "{{> partial}} {{a}}",
        '{{role "system"}} {{a}}',
        "{{!-- a note --}}{{a}}",
        "{{! promptlint: ignore[filler-phrase] }}Hi",
        "{{#if a}}{b}{{/if}}",
    ],
)
def test_handlebars(text):
    assert detect(text) == "handlebars"


@pytest.mark.parametrize(
    "text", ["Hi {{name}}", "{{ user.name }}", "{{ user-name }}", 'Hi {{name}} {"a": 1}', "{{a}}\n```\n{b}\n```"]
)
def test_double_braces(text):
    assert detect(text) == "double-braces"


@pytest.mark.parametrize(
    "text",
    [
        "Summarise {text}",
        "{first_name} {LAST}",
        "{userName}",
        "{名前}さん",
        'Answer as {{"name": "{name}"}}',
        "{price:.2f}",
        "Hi {name}\n```json\n{\n  1\n}\n```",
        "GET /users/{user_id} for {name}",
    ],
)
def test_braces(text):
    assert detect(text) == "braces"


@pytest.mark.parametrize("text", ["About ${topic}", "Use ${input:name:Your name} here", "${userName} in ${HOME}"])
def test_dollar(text):
    assert detect(text) == "dollar"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain text",
        # code
        "```\n{{ a }} {% if a %} {b} ${c}\n```",
        "Use `{{ a }}`, `{% if a %}`, `{b}` and `${c}`.",
        "if (a) {\n  return {b};\n}",
        'Answer with {"a": {b}}',
        "{{ name",
        # Handlebars, Mustache, Semantic Kernel, Go, Dify, Actions
        "{{#if a}}{{a}}",
        "{{#if a == b}}{{a}}{{/if}}",
        "{{#if a}}{{/if}} {{$b}}",
        "Use {{#if x}} and {{/if}}, or {{#each x}}.",
        "{{#section}}{{a}}{{/section}}",
        "{{role name}} {{a}}",
        "`{{#if a}}` and `{{/if}}`",
        "{{media url=photo}}",
        "{{{a}}}",
        "{{$input}} {{a}}",
        "{{plugin.fn $x}}",
        "{{.Name}}",
        "{{#node.var#}}",
        "${{ github.ref }}",
        "{{! comment }}{{a}}",
        "{{a}}{{else}}{{b}}",
        # Liquid
        "{% assign a = 1 %}{% if a %}b{% endif %}",
        # private dialects and slots for people
        "{Agent:Id@content} {name}",
        "!<INPUT 0>!",
        "{INSERT NAME HERE} and {name}",
        "{SCRIPT} {ARGS}",
        "{NAME}",
        "{0} {}",
        "{a, b} and {name}",
        "GET /users/{user_id}",
        # formulas
        r"\frac{a}{b} and {name}",
        "x^{n} and {name}",
        # two languages
        "{{a}} {b}",
        '{{"a": 1}} {{b}}',
        "{{a}} ${b}",
        "{a_name} ${b}",
        # a shell's
        "${HOME}/bin",
    ],
)
def test_none(text):
    assert detect(text) == "none"
