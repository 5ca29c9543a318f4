from __future__ import annotations

from typing import Any

import pytest

from promptlint.examples import findings
from promptlint.rules import Example, rule_from_data


def found(text: str, path: str = "prompts/a.md", message: str = "{match}", allow: tuple[str, ...] = (), **options: Any):
    rule = rule_from_data(
        {
            "id": "own",
            "family": "hygiene",
            "severity": "info",
            "summary": "A.",
            "message": message,
            "check": "pattern",
            "options": options,
        }
    )
    source, items = findings(rule, Example("a", "md", text, path=path, options={"allow": allow} if allow else {}))
    return [(source.slice(item.location.span), item.message) for item in items]


def test_every_match() -> None:
    assert found("Use foo1 and foo2.\nNo Foo3.", pattern="foo[0-9]") == [("foo1", "foo1"), ("foo2", "foo2")]
    assert found("No Foo3.", pattern="(?i)foo[0-9]") == [("Foo3", "Foo3")]


TEXT = "Summarise foo.\n\n```\nfoo = 1\n```\n\nUse `foo` and {{foo}}."


def test_where() -> None:
    assert len(found(TEXT, "prompts/a.j2", pattern="foo")) == 2
    assert len(found(TEXT, "prompts/a.j2", pattern="foo", where="instructions")) == 2
    assert len(found(TEXT, "prompts/a.j2", pattern="foo", where="text")) == 4


def test_blanked_text_is_no_white_space() -> None:
    assert found("Summarise {{ x }} now.", "prompts/a.j2", pattern=r"e\s{1,20}now") == []
    assert found("Summarise  now.", "prompts/a.j2", pattern=r"e\s{1,20}now") == [("e  now", "e now")]


CHAT = """\
messages:
  - role: user
    content: Say foo.
  - role: assistant
    content: It's foo.
"""


def test_roles() -> None:
    assert len(found(CHAT, "a.prompt.yml", pattern="foo")) == 1
    assert len(found(CHAT, "a.prompt.yml", pattern="foo", where="text")) == 2


def test_the_place_is_that_in_the_file() -> None:
    text = 'messages:\n  - role: user\n    content: "Say \\"foo\\" now, f\\u006fo."\n'
    assert [each for each, _ in found(text, "a.prompt.yml", pattern="foo")] == ["foo", "f\\u006fo"]


def test_groups_fill_the_message() -> None:
    message = "{day} of {month}: {match}"
    assert found("On 3/4 go.", pattern="(?P<day>[0-9])/(?P<month>[0-9])", message=message) == [("3/4", "3 of 4: 3/4")]
    assert found("On 3 go.", pattern="(?P<day>[0-9])(?P<more>/)?", message="{day}{more}") == [("3", "3")]


def test_long_matches_are_cut_in_the_message() -> None:
    ((text, message),) = found("Say " + "x" * 200, pattern="x{200}")
    assert (len(text), len(message)) == (200, 60)


@pytest.mark.parametrize(("allow", "left"), [((), 2), (("FOO1",), 1), (("foo",), 2)])
def test_what_is_allowed(allow: tuple[str, ...], left: int) -> None:
    assert len(found("Use foo1 and foo2.", pattern="foo[0-9]", allow=allow)) == left
