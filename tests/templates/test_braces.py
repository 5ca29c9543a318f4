from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.prompt import Text

LANGUAGE = "braces"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{name} and {other_name}", ["name", "other_name"]),
        ("{user.name} {items[0]} {items[key].x}", ["user", "items", "items"]),
        ("{a!r} {price:.2f} {name:>10} {n:,} {when:%Y-%m-%d} {x!s:^8}", ["a", "price", "name", "n", "when", "x"]),
        ("{客户发送的动态消息} {ユースケースID} {größe}", ["客户发送的动态消息", "ユースケースID", "größe"]),
        ("{first}{second}", ["first", "second"]),
        ("{{{name}}}", ["name"]),
        ("/users/{id}", ["id"]),
        ("{{name}} {} {0} {1a} { name } {two words} {a,b}", []),
        ('{"a": 1} {"name": value} {key: value} {Agent:Id@content}', []),
        ("```\n{in_fence}\n``` and `{in_code}`", []),
        (r"\frac{a}{b} \text{word} \begin{align} x^{n} x_{i} \sqrt[3]{x}", []),
        ("file_{number}.txt", ["number"]),
        ("{a\nb} {a", []),
    ],
)
def test_variables(names, text, found):
    assert names(text, LANGUAGE) == found


def literal(result):
    return "".join(part.text for part in result.parts if isinstance(part, Text))


def test_escapes_are_one_brace(check):
    assert literal(check('{{"a": "{b}"}}', LANGUAGE)) == '{"a": ""}'
    assert literal(check("```json\n{{}}\n```\n{name}", LANGUAGE)) == "```json\n{}\n```\n"


def test_doubled_braces_stay_where_the_text_is_no_format_string(check):
    assert literal(check('{"a": {"b": {"c": 1}}} {name}', LANGUAGE)) == '{"a": {"b": {"c": 1}}} '


PIECES = st.sampled_from(["{a}", "{b}", "{long_name}", "{a!r}", "{b:>8}", "{{", "}}", "text ", "\n", "é", ":", "."])


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(PIECES, max_size=20))
def test_the_parts_say_what_str_format_makes(pieces):
    from promptlint.templates import scan

    text = "".join(pieces)
    values = {"a": "A", "b": "Bee", "long_name": "x"}
    made = "".join(
        part.text if isinstance(part, Text) else text[part.span.start : part.span.end].format(**values)
        for part in scan(text, LANGUAGE).parts
    )
    assert made == text.format(**values)
