from __future__ import annotations

from promptlint.prompt import Control, Text, Variable
from promptlint.templates import scan


def kinds(text):
    return [(type(part), text[part.span.start : part.span.end]) for part in scan(text, "gemini-cli").parts]


def test_what_is_filled_in():
    assert kinds("Do {{args}}, !{ls {a} {{args}}} and @{a b.md}.") == [
        (Text, "Do "),
        (Variable, "{{args}}"),
        (Text, ", "),
        (Variable, "!{ls {a} {{args}}}"),
        (Text, " and "),
        (Control, "@{a b.md}"),
        (Text, "."),
    ]


def test_uses():
    text = "{{args}} !{x {{args}} {{args}}} @{dir/{{args}}.md}"
    uses = [use for part in scan(text, "gemini-cli").parts if not isinstance(part, Text) for use in part.uses]
    assert [(use.name, text[use.span.start : use.span.end]) for use in uses] == [("args", "args")] * 4


def test_all_else_is_text():
    text = "{{ args }} {args} {{other}} $ARGUMENTS ! {x} @file {% if x %}"
    assert kinds(text) == [(Text, text)]


def test_it_counts_in_code_too():
    assert (Variable, "!{ls}") in kinds("```\n!{ls}\n```\n")


def test_an_open_injection_ends_the_scan():
    text = "a !{b {c} @{d} {{args}}"
    found = scan(text, "gemini-cli")
    assert [(problem.rule, text[problem.span.start : problem.span.end]) for problem in found.problems] == [
        ("unbalanced-delimiter", "!{")
    ]
    assert len(found.parts) == 1
    assert not scan("a !{b {c}} @{d}", "gemini-cli").problems
    assert len(scan("!{" * 50_000, "gemini-cli").problems) == 1
