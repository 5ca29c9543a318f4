from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.diagnostic import Severity
from promptlint.formats import text
from promptlint.prompt import Kind
from promptlint.source import Source


def test_plain_text_is_one_prompt_of_one_message(read_text):
    document = read_text("prompts/answer.txt", "Answer the question.\n")
    (prompt,) = document.prompts
    (message,) = prompt.messages
    assert (document.format, prompt.name, message.role, message.text) == (
        "text",
        "answer",
        None,
        "Answer the question.\n",
    )
    assert document.source.slice(prompt.location.span) == "Answer the question."
    assert prompt.declared is None
    assert not document.agent_file


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_front_matter_is_not_part_of_the_body(read_text, newline):
    lines = ["---", "model: gpt-5-mini", "max_tokens: 200", "---", "Answer {question} for {name}.", ""]
    document = read_text("prompts/answer.md", newline.join(lines))
    (prompt,) = document.prompts
    assert prompt.messages[0].text == "Answer {question} for {name}." + newline
    assert prompt.messages[0].template == "braces"
    assert [use.name for use in prompt.messages[0].uses] == ["question", "name"]
    assert prompt.settings.model.value == "gpt-5-mini"
    assert prompt.settings.max_output_tokens.value == 200
    assert document.source.slice(prompt.settings.max_output_tokens.location.span) == "200"


@pytest.mark.parametrize(
    ("front", "body"),
    [
        ("\n\n---\nmodel: m\n---\nHello.\n", "Hello.\n"),
        ("````prompt\n---\nmodel: m\n---\n\nHello.\n```\ncode\n```\n````\n", "\nHello.\n```\ncode\n```\n"),
        ("```markdown\n---\nmodel: m\n---\nHello.\n```", "Hello.\n"),
        ("```markdown\n---\nmodel: m\n---\nHello.\n", "Hello.\n"),
        ("---  \nmodel: m\n--- \t\nHello.", "Hello."),
    ],
)
def test_front_matter_after_blank_lines_and_inside_a_fence(read_text, front, body):
    (prompt,) = read_text("prompts/a.md", front).prompts
    assert prompt.messages[0].text == body
    assert prompt.settings.model.value == "m"


@pytest.mark.parametrize(
    "whole",
    [
        "---\n\nA rule above.\n\n---\nText.\n",
        "Text.\n\n---\nmodel: m\n---\n",
        "---\nmodel: m\nText without an end.\n",
        "---\nNote: this is prose.\nIt goes on here without any key,\nand here: nothing more\nthan words in lines\n---\nText.\n",
        "---\n- a list\n- of items\n---\nText.\n",
    ],
)
def test_rules_are_not_front_matter(read_text, whole):
    document = read_text("prompts/a.md", whole)
    assert document.prompts[0].messages[0].text == whole
    assert document.problems == ()


def test_front_matter_that_is_not_yaml_is_read_line_by_line(read_text):
    source = "---\ndescription: Use when: always\nmodel: gpt-4o\nglobs: **/*.ts\ntools: [a, b]\n---\nHello.\n"
    document = read_text("prompts/a.md", source)
    (prompt,) = document.prompts
    assert prompt.messages[0].text == "Hello.\n"
    assert prompt.settings.model.value == "gpt-4o"
    assert document.source.slice(prompt.settings.model.location.span) == "gpt-4o"
    assert prompt.settings.tools.value == ["a", "b"]
    (problem,) = document.problems
    assert (problem.rule, problem.severity) == ("invalid-front-matter", Severity.INFO)
    assert document.source.position(problem.location.span.start).line == 2


def test_declared_variables(read_text):
    source = "---\ninputs:\n  - name: topic\n    default: tea\n  - name: tone\n---\nWrite about {{ topic }}.\n"
    (prompt,) = read_text("prompts/a.md", source).prompts
    assert [(each.name, each.sample) for each in prompt.declared] == [("topic", "tea"), ("tone", None)]
    assert prompt.messages[0].template == "double-braces"


def test_declared_names_say_which_braces_are_variables(read_text):
    source = "---\nvariables: [Topic]\n---\nWrite about ${Topic}.\n"
    (prompt,) = read_text("prompts/a.txt", source).prompts
    assert [use.name for use in prompt.messages[0].uses] == ["Topic"]


def test_declarations_are_unknown_in_a_dialect_that_is_not_read(read_text):
    source = "---\ninputs: [topic]\n---\nWrite about {{#start.topic#}}.\n"
    (prompt,) = read_text("prompts/a.txt", source).prompts
    assert prompt.messages[0].template == "none"
    assert prompt.declared is None


def test_declared_template_language(read_text):
    source = "---\ntemplate: jinja2\n---\nWrite about {{ topic }}.\n"
    (prompt,) = read_text("prompts/a.md", source).prompts
    assert prompt.messages[0].template == "jinja"


def test_own_key(read_text):
    source = (
        "---\nmodel: a\npromptlint:\n  kind: system\n  language: de\n  model: b\n"
        "  ignore:\n    verbose-phrase: quoted from the law\n    output:\n---\nBe brief.\n"
    )
    document = read_text("prompts/a.md", source)
    (prompt,) = document.prompts
    assert (prompt.kind, prompt.language, prompt.settings.model.value) == (Kind.SYSTEM, "de", "b")
    assert [(each.rules, each.scope, each.reason) for each in document.suppressions] == [
        (("verbose-phrase",), None, "quoted from the law"),
        (("output",), None, ""),
    ]
    assert document.source.slice(document.suppressions[0].location.span) == "verbose-phrase"
    assert document.problems == ()


def test_mistakes_in_the_own_key(read_text):
    source = "---\npromptlint:\n  kind: novel\n  ignore: []\n  colour: red\n---\nBe brief.\n"
    problems = read_text("prompts/a.md", source).problems
    assert [problem.rule for problem in problems] == [
        "invalid-front-matter",
        "invalid-suppression",
        "invalid-front-matter",
    ]
    assert "'novel'" in problems[0].detail
    assert "'colour'" in problems[2].detail


@pytest.mark.parametrize("content", ["", "\n \t\r\n", "---\nmodel: m\n---\n", "---\nmodel: m\n---"])
def test_nothing_to_send_is_no_prompt(read_text, content):
    assert read_text("prompts/a.md", content).prompts == ()


def test_byte_order_mark_before_front_matter(verify):
    source = Source.from_bytes("prompts/a.md", b"\xef\xbb\xbf---\nmodel: m\n---\nHello.\n")
    (prompt,) = verify(formats.read(source)).prompts
    assert prompt.settings.model.value == "m"
    assert prompt.messages[0].text == "Hello.\n"


def test_html_comments_silence_rules(read_text):
    source = "Write. <!-- promptlint: ignore[filler-phrase] asked for -->\n\n<!-- promptlint: ignore[output] -->\n\nMore.\nEnd.\n"
    document = read_text("prompts/a.md", source)
    first, second = document.suppressions
    assert first.reason == "asked for"
    assert document.source.slice(first.scope) == source.split("\n", maxsplit=1)[0]
    assert document.source.slice(second.scope) == "More."


def test_comments_shown_in_code_silence_nothing(read_text):
    source = "Like `<!-- promptlint: ignore[a] -->` or\n\n```\n<!-- promptlint: nonsense -->\n```\n"
    document = read_text("prompts/a.md", source)
    assert document.suppressions == ()
    assert document.problems == ()


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("prompts/a.txt", "anything", "folder 'prompts'"),
        ("src/system_prompts/a.md", "anything", "folder 'system_prompts'"),
        ("preprompts/roadmap", "anything", "folder 'preprompts'"),
        ("src/system_prompt.txt", "anything", "name holds 'prompt'"),
        ("a.prompt", "anything", "name ends in .prompt"),
        ("notes/a.md", "You are a careful editor.\n", "instructs a model ('You are a')"),
        ("notes/a.txt", "Du bist ein Lektor.\n", "instructs a model ('Du bist ein')"),
        ("templates/a.txt", "Summarise {{ text }}.\n", "folder 'templates', instructs a model ('Summarise')"),
        ("src/a.txt", "Translate {text} into {language}.\n", "holds placeholders ({text})"),
    ],
)
def test_recognised(path, content, reason):
    assert text.recognise(path, content, named=False).reason == reason


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("prompts/README.md", "You are a careful editor."),
        ("prompts/README.de.md", "anything"),
        ("LICENSE", "anything"),
        ("requirements.txt", "click>=8"),
        ("prompts/requirements-dev.txt", "click>=8"),
        ("docs/guide.md", "If you are a developer, call `render({name})`."),
        ("docs/prompts.md", "This page lists the prompts."),
        ("src/notes.txt", "The value {name} is a placeholder in the manual."),
        ("prompts/build.md", "#!/bin/sh\nexit 1\n"),
        ("src/main.py", "prompt = 'You are a careful editor.'"),
        ("robots.txt", "User-agent: *"),
    ],
)
def test_not_recognised(path, content):
    assert text.recognise(path, content, named=False) is None


def test_a_named_file_is_text():
    assert text.recognise("README.md", "Hello", named=True).format == "markdown"
    assert text.recognise("notes.rst", "Hello", named=True).format == "text"
    assert text.recognise("a.go", "x := 1", named=True).reason == "promptlint does not read .go files yet"


PIECES = st.sampled_from(
    [
        "---",
        "\n",
        "\r",
        "\r\n",
        "```",
        "````",
        "model:",
        ":",
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{x}",
        "${y}",
        "$1",
        "<!--",
        "-->",
        "promptlint:",
        "ignore[a]",
        "inputs:",
        "-",
        "[",
        "]",
        "|",
        ">",
        "&",
        "*",
        "!",
        "#",
        '"',
        "'",
        "é",
        "😀",
        "\u2028",
        "\x0c",
        "\t",
        "word",
        "system:",
        "user:",
        "-",
        "role:",
        "content:",
        "messages:",
        "---\n",
        "prompt",
        "markdown",
        "max_tokens:",
        "5",
        "ignore-file[b]",
    ]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join), st.sampled_from(["a.md", "a.txt", "a.prompt"]))
@settings(max_examples=200, deadline=None)
def test_never_raises(verify, content, name):
    verify(formats.read(Source(f"prompts/{name}", content)))


@given(st.text(max_size=60), st.text(alphabet="ab {}$\n", max_size=60))
@settings(max_examples=100, deadline=None)
def test_the_body_is_what_follows_the_front_matter(verify, value, body):
    import json

    head = f"---\ntitle: {json.dumps(value)}\n---\n"
    document = verify(formats.read(Source("prompts/a.md", head + body)))
    assert [prompt.messages[0].text for prompt in document.prompts] == ([body] if body.strip() else [])
