"""The lines that declare a cap are read as one, where they are put as a person would."""

from __future__ import annotations

import textwrap

import pytest

from promptlint.formats import cap_lines, formats, read
from promptlint.source import Source

CAP = 123


def lines(name: str, indent: str = "") -> str:
    return textwrap.indent("\n".join(cap_lines(name, CAP)), indent)


FILES = {
    "langchain": (
        "a.json",
        '{"_type": "llm_chain", "prompt": {"_type": "prompt", "input_variables": ["x"], "template": "Sum up {x}."}, '
        + lines("langchain")
        + "}",
    ),
    "mlflow": ("a.json", '{"name": "a", "template": "Sum up {{x}}.", "tags": {}, ' + lines("mlflow") + "}"),
    "promptlayer": (
        "a.json",
        '{"prompt_name": "a", "prompt_template": {"type": "chat", "messages": [{"role": "user", "content": [{"type":'
        ' "text", "text": "Sum up {x}."}], "template_format": "f-string"}]}, ' + lines("promptlayer") + "}",
    ),
    "crewai": (
        "config/agents.yaml",
        "writer:\n  role: Writer\n  goal: Write about {x}\n  backstory: You write.\n" + lines("crewai", "  ") + "\n",
    ),
    "semantic-kernel": ("a.yaml", "name: a\ntemplate: Sum up {{$x}}.\n" + lines("semantic-kernel") + "\n"),
    "promptfoo": (
        "promptfooconfig.yaml",
        "prompts:\n  - Sum up {{x}}.\n"
        + lines("promptfoo").replace("- config", "- id: openai:gpt-4o\n    config")
        + "\n",
    ),
    "langfuse": (
        "a.json",
        '{"type": "text", "name": "a", "version": 1, "labels": [], "prompt": "Sum up {{x}}.", '
        + lines("langfuse")
        + "}",
    ),
    "lm-eval": ("a.yaml", "task: a\ndoc_to_text: 'Sum up {{x}}.'\ndoc_to_target: '{{y}}'\n" + lines("lm-eval") + "\n"),
    "baml": (
        "a.baml",
        "client<llm> C {\n  provider openai\n"
        + lines("baml", "  ")
        + '\n}\nfunction F(x: string) -> string {\n  client C\n  prompt #"Sum up {{x}}."#\n}\n',
    ),
    "github-models": (
        "a.prompt.yml",
        "model: openai/gpt-4o\n" + lines("github-models") + "\nmessages:\n  - role: user\n    content: Sum up {{x}}.\n",
    ),
    "poml": ("a.poml", "<poml>\n" + lines("poml") + "\n<task>Sum up {{x}}.</task>\n</poml>\n"),
    "prompty": ("a.prompty", "---\nname: a\n" + lines("prompty") + "\n---\nuser:\nSum up {{x}}.\n"),
    "dotprompt": (
        "a.prompt",
        "---\nmodel: googleai/gemini-2.5-flash\n" + lines("dotprompt") + "\n---\nSum up {{x}}.\n",
    ),
    "chat-request": (
        "a.json",
        '{"model": "gpt-4o", "messages": [{"role": "user", "content": "Sum it up."}], ' + lines("chat-request") + "}",
    ),
    "yaml": ("prompts/a.yaml", "prompt: Sum up {{x}} for a reader who has no time.\n" + lines("yaml") + "\n"),
    "json": ("prompts/a.json", '{"prompt": "Sum up {{x}} for a reader who has no time.", ' + lines("json") + "}"),
    "toml": ("prompts/a.toml", 'prompt = "Sum up {{x}} for a reader who has no time."\n' + lines("toml") + "\n"),
    **{
        name: (path, "\n".join(cap_lines(name, CAP, front_matter=False)) + "\nSum up {{x}}.\n")
        for name, path in (
            ("handlebars", "prompts/a.hbs"),
            ("mustache", "prompts/a.mustache"),
            ("liquid", "prompts/a.liquid"),
            ("jinja", "prompts/a.j2"),
            ("markdown", "prompts/a.md"),
            ("text", "prompts/a.txt"),
        )
    },
}


@pytest.mark.parametrize("name", FILES)
def test_the_lines_are_read_as_a_cap(name: str) -> None:
    path, text = FILES[name]
    document = read(Source(path, text), format=name)
    caps = [each.settings.max_output_tokens for each in document.prompts]
    assert caps and all(each is not None and each.value == CAP for each in caps), (document.problems, document.prompts)


def test_front_matter_that_is_there_gets_a_key() -> None:
    assert cap_lines("markdown", CAP) == (f"max_tokens: {CAP}",)
    assert cap_lines("markdown", CAP, front_matter=False) == ("---", f"max_tokens: {CAP}", "---")
    assert cap_lines("yaml", CAP, front_matter=False) == (f"max_tokens: {CAP}",)


def test_formats_without_a_place_for_it() -> None:
    assert {name for name in formats() if not cap_lines(name, CAP)} >= {"gemini-command", "mcp-tools", "promptsource"}
    assert cap_lines("no such format", CAP) == ()


def test_a_flow_declares_it_in_the_node() -> None:
    node = (
        "nodes:\n- name: sum\n  type: llm\n  source: {type: code, path: sum.jinja2}\n"
        + lines("prompt-flow", "  ")
        + "\n"
    )
    flow = Source("flow.dag.yaml", node)
    document = read(Source("sum.jinja2", "# user:\nSum up {{x}}.\n"), {"flow.dag.yaml": flow}.get, "prompt-flow")
    (prompt,) = document.prompts
    assert prompt.settings.max_output_tokens is not None and prompt.settings.max_output_tokens.value == CAP


def test_every_format_that_has_one_is_tried() -> None:
    assert {name for name in formats() if cap_lines(name, CAP)} == {*FILES, "prompt-flow"}
