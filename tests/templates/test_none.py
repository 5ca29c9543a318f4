from __future__ import annotations

from promptlint.prompt import Text
from promptlint.source import Span


def test_all_is_text(check):
    text = "{{ a }} {b} {% if %} $ARGUMENTS\n"
    result = check(text, "none")
    assert result.parts == (Text(Span(0, len(text)), text),)
    assert result.problems == ()
