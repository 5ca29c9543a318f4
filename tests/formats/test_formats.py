"""The package itself: which reader a file gets, and that all readers hold their contract."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import formats
from promptlint.formats import Recognition, _cues, _format
from promptlint.source import Source


def test_every_format_is_named_and_described():
    known = formats.formats()
    assert {"text", "markdown", "jinja", "github-models", "prompty", "skill", "command"} <= known.keys()
    assert all(description for description in known.values())


@pytest.mark.parametrize("name", sorted(formats.formats()))
def test_every_format_can_be_asked_for(verify, name):
    document = verify(formats.read(Source("some/file", "---\na: 1\n---\nHello.\n"), format=name))
    assert document.format == name


def test_an_unknown_format_is_a_mistake():
    with pytest.raises(ValueError, match="no such format: 'docx'"):
        formats.read(Source("a", ""), format="docx")


@pytest.mark.parametrize(
    ("path", "content", "format"),
    [
        ("prompts/a.md", "x", "markdown"),
        ("prompts/a.txt", "x", "text"),
        ("prompts/CLAUDE.md", "x", "agent-memory"),
        ("prompts/a.j2", "Write.", "jinja"),
        ("prompts/a.prompty", "x", "prompty"),
        ("prompts/a.prompt.yml", "messages: []", "github-models"),
        ("agents/a.md", "---\nname: a\ndescription: b\n---\nx", "claude-agent"),
        ("agents/a.md", "You are a tester.", "markdown"),
    ],
)
def test_specific_formats_go_before_general_ones(path, content, format):  # noqa: A002
    assert formats.may_hold_prompts(path)
    assert formats.recognise(path, content).format == format


@pytest.mark.parametrize("path", ["a.go", "a.css", "README.md", "src/LICENSE", "src/Makefile", "a.j2.bak"])
def test_files_not_worth_opening(path):
    assert not formats.may_hold_prompts(path)


def test_refusals_have_reasons():
    assert formats.recognise("a.css", "{}", named=True) is None
    assert formats.refusal("a.css", "{}", named=True) == "promptlint does not read .css files yet"
    assert formats.refusal("a.css", "{}") is None
    assert formats.refusal("a.md", "x", named=True) is None
    assert "GitHub Models" in formats.refusal("a.prompt.yaml", "jobs: x")


def test_a_refused_file_that_is_read_all_the_same_says_why(verify):
    document = verify(formats.read(Source("a.prompt.yaml", "jobs: x")))
    assert document.prompts == ()
    assert [problem.rule for problem in document.problems] == ["invalid-file"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/summarise.prompt.yml", "summarise"),
        ("a/letter.md.j2", "letter"),
        ("ner.v1.jinja", "ner.v1"),
        ("x.prompty", "x"),
        (".cursorrules", ".cursorrules"),
        ("css.instructions.md", "css"),
        ("roadmap", "roadmap"),
    ],
)
def test_names_of_prompts(path, name):
    assert _format.prompt_name(path) == name


def test_unique_names():
    names = _format.UniqueNames()
    assert [names.of(name) for name in ("a", "a", "a-2", "a", "b")] == ["a", "a-2", "a-2-2", "a-3", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "You are an expert in taxes.",
        "# Role\n\nAct as a travel guide.",
        "Your task is to sort mails.",
        "Sie sind ein Steuerberater.",
        "Tu es un relecteur.",
        "Eres un profesor de historia.",
        "你是一个翻译。",
        "x " * 400 + "\nYou will be given a text.\n\nRespond only with JSON.",
    ],
)
def test_texts_that_instruct(text):
    assert _cues.instructs(text)


@pytest.mark.parametrize(
    "text",
    [
        "If you are a developer, install it.",
        "Use this when you are the owner.",
        "```\nYou are a helpful assistant.\n```\nThis is how prompts look.",
        "x " * 400 + "\nYou will be given a receipt.",
        "This library answers questions.",
        "",
    ],
)
def test_texts_that_do_not(text):
    assert _cues.instructs(text) is None


@pytest.mark.parametrize(
    "piece",
    ["a", " ", "`", "{{", "<!-- promptlint: ", "{#", "[", "* ", "\n", "a: b\n", "system:\n", "---\n", "you are a "],
)
@pytest.mark.parametrize("path", ["a.md", "a.prompty", "a.prompt.yml", "a.j2", "a.mdc"])
def test_time_grows_with_the_text_and_no_faster(linear_time, path, piece):
    def reading(count):
        whole = piece * count
        for text in (whole, f"---\na: b: c\n{whole}\n---\n{whole}"):
            formats.recognise(path, text)
            formats.read(Source(path, text))

    linear_time(reading, 60_000 // len(piece))


def test_reading_markdown_loads_nothing_heavy():
    program = (
        "import sys; from promptlint.formats import read; from promptlint.source import Source;"
        "read(Source('prompts/a.md', 'Write about {topic}.'));"
        "print(sorted({'yaml', 'jinja2', 'jsonschema', 'tiktoken', 'click', 'pathspec'} & set(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"


NAMES = st.lists(
    st.sampled_from(
        [
            "prompts",
            "docs",
            ".claude",
            "agents",
            "commands",
            "a",
            "README",
            "CLAUDE.md",
            "a.md",
            "x.prompt.yml",
            "b.j2",
            ".",
            "..",
            "c.txt",
        ]
    )
    | st.text(alphabet="ab./ é", max_size=6),
    min_size=1,
    max_size=5,
).map("/".join)


@given(NAMES, st.text(max_size=40), st.booleans())
@settings(max_examples=200, deadline=None)
def test_recognition_never_raises_and_keeps_to_its_word(path, text, named):
    found = formats.recognise(path, text, named=named)
    assert found is None or isinstance(found, Recognition)
    if found is not None and not named:
        assert formats.may_hold_prompts(path)
        assert found.format in formats.formats()
        assert found.reason
    formats.read(Source(path, text))
