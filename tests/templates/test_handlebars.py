from __future__ import annotations

import pytest

from promptlint.prompt import Control, Text, Variable
from promptlint.templates import scan

LANGUAGE = "handlebars"


def uses(result):
    return [(use.name, use.sure) for part in result.parts if not isinstance(part, Text) for use in part.uses]


def sent(text):
    return "".join(part.text for part in scan(text, LANGUAGE).parts if isinstance(part, Text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{a}} {{ b.c }} {{{d}}} {{&e}} {{~f~}}", ["a", "b", "d", "e", "f"]),
        ("{{this}} {{.}} {{@index}} {{@state.name}} {{1}} {{true}}", []),
        ("{{media url=photo}} {{json data indent=2}} {{upper (trim name)}}", ["photo", "data", "name"]),
        ('{{role "system"}} {{section "x"}}', []),
        ('{{set name="a" value=(f b)}}{{a}} {{set "c" 1}}{{c}}{{d}}', ["b", "d"]),
        ("{{#if a}}{{b}}{{else if c}}{{d}}{{/if}}", ["a", "b", "c", "d"]),
        ("{{#ifEquals a 'x'}}{{b}}{{/ifEquals}}", ["a", "b"]),
        ("{{#each a as |x i|}}{{x.y}} {{i}} {{../b}}{{else}}{{c}}{{/each}}", ["a", "b", "c"]),
        ("{{#each a}}{{this.b}}{{@root.c}}{{/each}}{{this.d}}", ["a", "c", "d"]),
        ('{{#message role="user"}}{{a}}{{/message}}', ["a"]),
        ("{{> part name=a b}}", ["a", "b"]),
        ("{{ユースケースID}} {{user-name}} {{[two words]}}", ["ユースケースID", "user-name", "two words"]),
        ("{{! {{a}} {{!-- {{b}} --}} {{{{raw}}}}{{c}}{{{{/raw}}}} \\{{d}}", []),
        ("```\n{{a}}\n```", ["a"]),
    ],
)
def test_variables(check, text, found):
    result = check(text, LANGUAGE)
    assert result.problems == ()
    assert uses(result) == [(name, True) for name in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{#each a}}{{b}}{{#if c}}{{d}}{{/if}}{{/each}}{{e}}", "bcd"),
        ("{{#with a}}{{b}}{{/with}}", "b"),
        ("{{#a}}{{b}}{{/a}}", "ab"),
        ("{{#custom x}}{{b}}{{/custom}}", "b"),
        ("{{../a}}", "a"),
        ("{{#each a}}{{#each b}}{{../c}}{{../../d}}{{/each}}{{/each}}", "bc"),
        ("{{#if a}}{{b}}", "ab"),
    ],
)
def test_names_that_may_be_members_are_not_sure(check, text, found):
    assert [name for name, sure in uses(check(text, LANGUAGE)) if not sure] == list(found)


def test_parts():
    parts = scan('{{role "user"}}{{#each a}}b{{else}}c{{/each}}{{> d}}{{! e}}', LANGUAGE).parts
    controls = [(part.kind, part.role, part.partner) for part in parts if isinstance(part, Control)]
    assert controls == [
        ("other", "single", None),
        ("loop", "open", 5),
        ("loop", "middle", None),
        ("loop", "close", 1),
        ("include", "single", None),
        ("comment", "single", None),
    ]
    assert [part.text for part in parts if isinstance(part, Text)] == ["b", "c"]


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("a\n{{#if b}}\nc\n{{/if}}\nd", "a\nc\nd"),
        ("a\r\n  {{! b }}  \r\nd", "a\r\nd"),
        ("{{> b}}\nc", "c"),
        ("a {{#if b}}\nc{{/if}} d", "a \nc d"),
        ("{{#if a}}{{#if b}}\nc{{/if}}{{/if}}\n", "\nc\n"),
        ("a\n{{b}}\nc", "a\n\nc"),
        ("a \n {{~b~}} \n c", "ac"),
        ("\\{{a}} \\\\{{b}} \\c", "{{a}} \\ \\c"),
        ("{{{{raw}}}} {{a}} {{{{/raw}}}}", " {{a}} "),
        ("{{else}}", ""),
    ],
)
def test_what_is_sent(text, literal):
    assert sent(text) == literal


@pytest.mark.parametrize(
    ("text", "span", "rule", "word"),
    [
        ("{{#if a}}b", "{{#if a}}", "unbalanced-delimiter", "never closed by '{{/if}}'"),
        ("b{{/if}}", "{{/if}}", "unbalanced-delimiter", "ends no block"),
        ("b{{else}}c", "{{else}}", "unbalanced-delimiter", "outside a block"),
        ("{{#each a}}{{#if b}}{{/each}}", "{{#if b}}", "unbalanced-delimiter", "never closed"),
        ("{{#if a == b}}{{/if}}", "{{#if a == b}}", "invalid-template", "'=='"),
        ("{{ a | upper }}", "{{ a | upper }}", "invalid-template", "'|'"),
        ("a {{}} b", "{{}}", "invalid-template", "must name something"),
        ("{{h (a}} b", "{{h (a}}", "invalid-template", "'('"),
        ("{{a}} {{b}", "{{b}", "unbalanced-delimiter", "single '}'"),
        ("{{a}} { b }}", "{ b }}", "unbalanced-delimiter", "single '{'"),
    ],
)
def test_problems(check, text, span, rule, word):
    (problem,) = check(text, LANGUAGE).problems
    assert (text[problem.span.start : problem.span.end], problem.rule) == (span, rule)
    assert word in problem.detail


def test_the_tag_that_cut_a_block_off_is_related(check):
    text = "{{#each a}}{{#if b}}{{/each}}"
    ((span, words),) = check(text, LANGUAGE).problems[0].related
    assert text[span.start : span.end] == "{{/each}}"
    assert "outer block" in words


@pytest.mark.parametrize(
    "text",
    [
        '{"a": {"b": 1}} {c} }}',
        "`{{a}` {{b}}",
        '{{h "{{a}}"}}',
        "{{#> layout}}{{/layout}}{{#*inline 'a'}}{{/inline}}{{#(h a) b}}{{/x}}",
        "{{#\"a b\"}}{{/'a b'}}",
        "{{#if a}}{{else}}{{/if}}{{#b}}{{^}}{{/b}}",
        "{{&a}} {{a.[0].b}} {{a/b}} {{helper-name x}} ${{a}}",
        "{{a}}}",
    ],
)
def test_no_problems(check, text):
    assert check(text, LANGUAGE).problems == ()


def test_what_could_not_be_read_is_not_held_against_the_rest(check):
    assert len(check("{{#if a\n b {{/if}}", LANGUAGE).problems) == 1


def test_ten_thousand_nested_blocks(check):
    result = check("{{#each a}}" * 10_000 + "{{b}}" + "{{/each}}" * 10_000, LANGUAGE)
    assert result.problems == ()
    assert result.parts[0].partner == len(result.parts) - 1


def test_a_variable_is_a_variable(check):
    assert check("{{a}}", LANGUAGE).parts == (
        Variable(check("{{a}}", LANGUAGE).parts[0].span, scan("{{a}}", LANGUAGE).parts[0].uses),
    )
