"""The rule `unescaped-brace`, against what Python's own formatter does."""

from __future__ import annotations

import json
from collections.abc import Callable
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint import formats
from promptlint.config import Config
from promptlint.diagnostic import Applicability, Diagnostic
from promptlint.engine import lint
from promptlint.fixes import apply_fixes
from promptlint.guard import guard
from promptlint.source import Source

PATH = "prompts/a_prompt.json"
VALUES = {"text": "T", "name": "N"}


def template_file(template: str, **others: object) -> str:
    return json.dumps({"_type": "prompt", "input_variables": list(VALUES), "template": template, **others})


def found(text: str, **options: object) -> tuple[Diagnostic, ...]:
    config = Config(select=("unescaped-brace",), options={"unescaped-brace": options} if options else {})
    return lint(formats.read(Source(PATH, text)), config).diagnostics


def filled_in(template: str) -> str | None:
    """What the formatter makes of a template, None where it fails."""
    try:
        return Formatter().vformat(template, (), VALUES)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError):
        return None


PIECES = st.sampled_from(
    [
        "{text}", "{name}", "{name!r}", "{text:>10}", "{{", "}}", "{", "}", " ", ",", "\n", ":", '"', "[", "]", "!",
        '{"a": 1}', '{"a": {"b": "{name}"}}', '{{"a": 1}}', "{}", "{0}", '{\n  "a": []\n}', "{'a': 1}", "{...}", "{1, 2}",
    ]
)  # fmt: skip


@given(st.lists(PIECES, min_size=1, max_size=8).map("".join).filter(str.strip))
def test_it_finds_what_the_formatter_refuses(template: str) -> None:
    (prompt,) = formats.read(Source(PATH, template_file(template))).prompts
    assert prompt.messages[0].template == "braces"
    assert bool(found(template_file(template))) == (filled_in(template) is None)


@given(st.lists(PIECES, min_size=1, max_size=8).map("".join).filter(str.strip))
def test_a_fix_leaves_a_template_that_can_be_filled_in(template: str) -> None:
    text = template_file(template)
    for item in found(text):
        if item.fix is not None:
            before = formats.read(Source(PATH, text))
            fixed = apply_fixes(text, [item.fix])
            after = formats.read(Source(PATH, fixed))
            assert filled_in(after.prompts[0].messages[0].text) is not None
            assert found(fixed) == ()
            assert guard(before, after, [item.fix]) is None


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ('{text} {"a": 1}', 'T {"a": 1}'),
        ('{text} {"a": {"b": "{name}"}}', 'T {"a": {"b": "N"}}'),
        ('{"a": {name}}', '{"a": N}'),
        ('{"a": {other}}', '{"a": {other}}'),
        ("{} and {{}}", "{} and {}"),
        ('{"a": "{name!r}"}', '{"a": "\'N\'"}'),
        ('```json\n{"a": 1}\n```', '```json\n{"a": 1}\n```'),
    ],
)
def test_braces_are_doubled_and_variables_kept(template: str, result: str) -> None:
    text = template_file(template)
    (finding,) = found(text)
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.SAFE
    fixed = formats.read(Source(PATH, apply_fixes(text, [finding.fix])))
    assert filled_in(fixed.prompts[0].messages[0].text) == result


@pytest.mark.parametrize("template", ['{{"a": 1}', '{"a": {{"b": 1}}}', "a } b", "a { b", '{"a": 1} }'])
def test_what_was_meant_is_not_guessed(template: str) -> None:
    (finding,) = found(template_file(template))
    assert finding.fix is None


def test_one_message_is_one_finding() -> None:
    (finding,) = found(template_file('{"a": 1} {text} {"b": 2}'))
    assert "2 such places" in finding.message


def test_names_that_a_caller_may_supply_are_left_alone() -> None:
    for template in ("{user-name}", "{user name}", "{a.b} {a[0]}", "{größe}", "{date:%Y-%m-%d}", "{x:{width}}"):
        assert found(template_file(template)) == ()


def test_other_template_languages_and_formats_are_left_alone(found_by: Callable[..., Callable[..., object]]) -> None:
    assert found(template_file('{"a": 1}', template_format="jinja2")) == ()
    assert found(template_file('{"a": 1}', template_format="mustache")) == ()
    tasks = 'answer:\n  description: Answer {question}\n  expected_output: \'{"answer": ""}\'\n  agent: a\n'
    assert found_by("unescaped-brace")(tasks, "config/tasks.yaml") == ()
    assert len(found_by("unescaped-brace")(tasks, "config/tasks.yaml", formats=["crewai"])) == 1  # type: ignore[arg-type]


def test_many_open_braces_are_read_in_one_pass() -> None:
    assert len(found(template_file("{ " * 50_000))) == 1
    assert len(found(template_file('{"a": ' * 20_000 + "}" * 19_999))) == 1
