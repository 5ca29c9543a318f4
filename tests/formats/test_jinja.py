from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import jinja
from promptlint.source import Source


def test_jinja_with_front_matter(read_text):
    source = "---\nmodel: gpt-5\n---\nWrite to {{ customer.name }}.\n{% if late %}Apologise.{% endif %}\n"
    document = read_text("prompts/letter.md.j2", source)
    (prompt,) = document.prompts
    (message,) = prompt.messages
    assert (document.format, prompt.name, message.template) == ("jinja", "letter", "jinja")
    assert [use.name for use in message.uses] == ["customer", "late"]
    assert prompt.settings.model.value == "gpt-5"
    use = next(message.uses)
    assert document.source.slice(message.locate(use.span).span) == "customer"


def test_front_matter_with_template_syntax_belongs_to_the_body(read_text):
    source = "---\ntitle: {{ title }}\n---\nWrite.\n"
    document = read_text("prompts/page.j2", source)
    assert document.prompts[0].messages[0].text == source
    assert [use.name for use in document.prompts[0].messages[0].uses] == ["title"]


def test_template_problems_stand_at_their_place(read_text):
    document = read_text("prompts/a.j2", "---\nmodel: m\n---\nWrite.\n{{ name\n")
    (problem,) = document.problems
    assert problem.rule == "unbalanced-delimiter"
    assert document.source.slice(problem.location.span) == "{{"


def test_jinja_comments_silence_rules(read_text):
    source = (
        "{# promptlint: ignore[output-limit] long on purpose #}\n"
        "{#- promptlint: ignore[wording] -#}\n"
        "Write a novel.\n"
        "{# promptlint: ignore-file[context] #}\n"
        "And {# promptlint: ignore[x] #} more.\n"
    )
    document = read_text("prompts/a.j2", source)
    scopes = [each.scope and document.source.slice(each.scope) for each in document.suppressions]
    assert scopes == ["Write a novel.", "Write a novel.", None, source.split("\n")[4]]
    assert document.suppressions[0].reason == "long on purpose"
    assert document.source.slice(document.suppressions[0].location.span) == source.split("\n", maxsplit=1)[0]


@pytest.mark.parametrize("comment", ["{# promptlint: ignore #}", "{# promptlint: disable[x] #}"])
def test_wrong_comments_are_reported(read_text, comment):
    (problem,) = read_text("prompts/a.j2", f"Write.\n{comment}\n").problems
    assert problem.rule == "invalid-suppression"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("prompts/a.j2", "{{ summary }}"),
        ("templates/a.jinja", "Write a poem about {{ topic }}."),
        ("a_prompt.jinja2", "{{ x }}"),
        ("prompts/reply.xml.j2", "You are a judge.\n<answer>{{ x }}</answer>\n"),
        ("resolver/issue.j2", "You are given an issue.\n\n{{ body }}\n"),
    ],
)
def test_recognised(path, content):
    assert jinja.recognise(path, content, named=False).format == "jinja"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("docker/Dockerfile.j2", "FROM python:3.12\nRUN pip install {{ package }}\n"),
        ("prompts/Dockerfile.j2", "FROM python:3.12\nRUN pip install {{ package }}\n"),
        ("templates/main.py.j2", "import os\nprint('You are a {{ x }}')\n"),
        ("templates/page.html.j2", "<html><body>You are a {{ role }}</body></html>"),
        ("templates/card.jinja", '<div class="card">\n<p>{{ text }}</p>\n</div>\n'),
        ("deploy/service.yaml.j2", "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ name }}\n"),
        ("bin/run.j2", "#!/bin/sh\nexec {{ command }}\n"),
        ("a.txt", "Write {{ x }}."),
    ],
)
def test_code_generators_are_no_prompts(path, content):
    assert jinja.recognise(path, content, named=False) is None


def test_a_named_template_is_taken():
    assert jinja.recognise("Dockerfile.j2", "FROM x", named=True).format == "jinja"


@given(
    st.lists(
        st.sampled_from(
            [
                "{{",
                "}}",
                "{%",
                "%}",
                "{#",
                "#}",
                " promptlint: ignore[a] ",
                "if x",
                "endif",
                "\n",
                "\r",
                "---",
                "---\n",
                "a: b\n",
                "x",
            ]
        )
        | st.text(max_size=3),
        max_size=40,
    ).map("".join)
)
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, content):
    verify(formats.read(Source("prompts/a.j2", content)))
