from __future__ import annotations

from typing import Any

import pytest

from promptlint.examples import findings
from promptlint.rules import Example, rule_from_data


def found(text: str, path: str = "prompts/a.md", **options: Any):
    rule = rule_from_data(
        {
            "id": "own",
            "family": "hygiene",
            "severity": "info",
            "summary": "A.",
            "message": "it is missing",
            "check": "required",
            "options": options,
        }
    )
    source, items = findings(rule, Example("a", "md", text, path=path))
    return [(source.slice(item.location.span), item.prompt, item.message) for item in items]


def test_it_is_there_or_the_first_line_is_found() -> None:
    assert found("\n  Summarise this.  \nBriefly.", pattern="foo") == [("Summarise this.", "a", "it is missing")]
    assert found("Summarise this.\nBriefly foo.", pattern="foo") == []


def test_where() -> None:
    text = "Summarise this.\n\n```\nfoo\n```\n"
    assert found(text, pattern="foo") == []
    assert len(found(text, pattern="foo", where="instructions")) == 1
    assert found("Summarise {{ foo }}.", "prompts/a.j2", pattern=r"\{\{ foo \}\}") == []


@pytest.mark.parametrize(("kinds", "times"), [(["task"], 1), (["system", "fragment"], 0), (["system", "task"], 1)])
def test_kinds(kinds: list[str], times: int) -> None:
    assert len(found("Summarise this text in three sentences.", pattern="foo", kinds=tuple(kinds))) == times


CHAT = """\
messages:
  - role: system
    content: You are a foo.
  - role: user
    content: Say it.
"""


def test_roles() -> None:
    assert found(CHAT, "a.prompt.yml", pattern="foo") == []
    assert found(CHAT, "a.prompt.yml", pattern="foo", roles=("system", "user")) == []
    assert [each[0] for each in found(CHAT, "a.prompt.yml", pattern="foo", roles=("user",))] == ["Say it."]
    assert found(CHAT, "a.prompt.yml", pattern="foo", roles=("developer",)) == []
    assert found("Summarise this.", pattern="foo", roles=("system",)) == [], (
        "a prompt without roles has no such message"
    )


def test_a_prompt_without_text() -> None:
    assert found("messages:\n  - role: user\n    content: ''\n", "a.prompt.yml", pattern="foo")[0][0] == ""


def test_each_prompt_of_a_file_is_judged() -> None:
    text = '[first]\nprompt = "Say foo to {name}."\n[second]\nprompt = "Say bar to {name}."\n'
    names = [name for _, name, _ in found(text, "prompts/a.toml", pattern="foo")]
    assert names == ["a/second"]
