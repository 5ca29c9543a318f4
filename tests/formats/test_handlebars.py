from __future__ import annotations

import pytest

from promptlint import formats
from promptlint.source import Source


@pytest.mark.parametrize(
    ("path", "text", "format"),
    [
        ("prompts/a.hbs", "Write about {{topic}}.", "handlebars"),
        ("src/prompt-a.handlebars", "{{a}}", "handlebars"),
        ("src/a.hbs", "You are a helpful assistant. {{a}}", "handlebars"),
        ("prompts/a.mustache", "{{a}}", "mustache"),
        ("prompts/a.liquid", "{{ a | upcase }}", "liquid"),
        ("views/a.hbs", "<html>{{body}}</html>", None),
        ("mails/a.hbs", "Dear {{name}}, please confirm your order. Do not reply to this mail.", None),
        ("templates/a.ts.hbs", "You are here: {{a}}", None),
    ],
)
def test_recognition(path, text, format):  # noqa: A002
    found = formats.recognise(path, text)
    assert (found and found.format) == format


def test_a_named_file_is_taken():
    assert formats.recognise("views/a.hbs", "<html>", named=True).reason == "name ends in .hbs, named"


@pytest.mark.parametrize(
    ("path", "text", "uses"),
    [
        ("a.hbs", "{{#each items}}{{this}}{{/each}} {{role}}", ["items", "role"]),
        ("a.mustache", "{{=<% %>=}}<% name %>", ["name"]),
        ("a.liquid", "{{ name }}", []),
    ],
)
def test_variables(read_text, path, text, uses):
    (prompt,) = read_text(path, text).prompts
    assert prompt.name == "a"
    assert [use.name for message in prompt.messages for use in message.uses] == uses


def test_front_matter_declares(read_text):
    document = read_text("a.hbs", "---\nmodel: gpt-5\ninputs: [name]\n---\nHi {{name}}.\n")
    (prompt,) = document.prompts
    assert (prompt.settings.model.value, [each.name for each in prompt.declared]) == ("gpt-5", ["name"])


def test_problems_stand_in_the_file(read_text):
    document = read_text("a.hbs", "---\nmodel: m\n---\n{{#if a}}b")
    (problem,) = document.problems
    assert document.source.slice(problem.location.span) == "{{#if a}}"


@pytest.mark.parametrize(
    "comment",
    [
        "{{!-- promptlint: ignore[filler-phrase] why --}}",
        "{{! promptlint: ignore[filler-phrase] why }}",
        "{{~!-- promptlint: ignore[filler-phrase] why --~}}",
    ],
)
def test_comments_silence_rules(read_text, comment):
    document = read_text("a.hbs", f"{comment}\nHi.\n")
    (silenced,) = document.suppressions
    assert (silenced.rules, silenced.reason, document.source.slice(silenced.scope)) == (
        ("filler-phrase",),
        "why",
        "Hi.",
    )


def test_a_text_is_handlebars_by_what_it_holds(read_text):
    (prompt,) = read_text("prompts/a.md", "Hi {{#if name}}{{name}}{{/if}}.").prompts
    assert prompt.messages[0].template == "handlebars"


def test_any_text_reads(verify):
    for path in ("a.hbs", "a.mustache", "a.liquid"):
        for text in ("", "---\n---\n", "{{", "\r\n{{~#a~}}\r", "---\na: {{b}}\n---\n{{/c}}"):
            verify(formats.read(Source(path, text)))
