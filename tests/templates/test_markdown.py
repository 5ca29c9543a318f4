from __future__ import annotations

import pytest

from promptlint.templates.markdown import code, fences, inside, without


def shown(text, spans):
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\n```\nb\n```\nc", ["```\nb\n```"]),
        ("a\n```py\nb\n```\nc\n```\nd\n```", ["```py\nb\n```", "```\nd\n```"]),
        ("````\n```\nx\n```\n````\ny", ["````\n```\nx\n```\n````"]),
        ("~~~\n```\n~~~\nx", ["~~~\n```\n~~~"]),
        ("- a\n  ```\n  b\n  ```\n", ["  ```\n  b\n  ```"]),
        ("> ```\n> b\n> ```\n", ["> ```\n> b\n> ```"]),
        ("```\nnever closed", ["```\nnever closed"]),
        ("```\n``` not a close\nx", ["```\n``` not a close\nx"]),
        ("``` not `a` fence\nx", []),
        ("a\r```\rb\r```\rc", ["```\rb\r```"]),
        ("a\r\n```\r\nb\r\n```\r\nc", ["```\r\nb\r\n```"]),
        ("a\u2028```\u2028b", []),
    ],
)
def test_fences(text, found):
    assert shown(text, fences(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a `b` c", ["`b`"]),
        ("``a ` b`` `c`", ["``a ` b``", "`c`"]),
        ("one ` only", []),
        ("`a\n\nb`", []),
        ("`a\nb`", ["`a\nb`"]),
        ("`a\r\rb` `c`", ["` `"]),
        ("Text: ```{x}``` end", ["```{x}```"]),
        ("`a`\n```\n`b\n```\n`c`", ["`a`", "```\n`b\n```", "`c`"]),
    ],
)
def test_code(text, found):
    assert shown(text, code(text)) == found


def test_inside_and_without():
    text = "a `b` c"
    spans = code(text)
    assert [inside(spans, offset) for offset in range(len(text))] == [False, False, True, True, True, False, False]
    assert without(text, spans) == "a \0 c"
    assert without(text, ()) == text
