from __future__ import annotations

import pytest

from promptlint.formats import _body, _sections
from promptlint.formats._sections import Section
from promptlint.prompt import Control
from promptlint.source import Location, Span, TextMap


def scanned(text, template="jinja"):
    place = Location("a", Span(0, len(text)))
    return _body.message(None, text, TextMap.of("a", place.span), template, place)[0]


def test_role_lines_split_a_text(verify):
    text = 'Intro.\n# system:\nBe kind.\nuser[name="x"]:\n{{ q }}\n{# \nassistant:\n #}'
    found = _sections.at_role_lines(scanned(text))
    assert [(message.role, message.text) for message in found] == [
        ("system", "Intro."),
        ("system", "Be kind."),
        ("user", "{{ q }}\n{# \nassistant:\n #}"),
    ]
    for message in found:
        place = message.locate(Span(0, len(message.text)))
        assert text[place.span.start : place.span.end] == message.text


def test_nothing_before_the_first_role_line_is_no_message():
    assert [message.role for message in _sections.at_role_lines(scanned("\n{# note #}\nuser:\nHi"))] == ["user"]


def test_a_text_without_role_lines_is_one_message():
    assert [message.text for message in _sections.at_role_lines(scanned(" Hi. "), first=None)] == ["Hi."]


def test_loops_around_a_cut_lose_their_partner_and_inside_keep_it():
    text = "{% for a in b %}\nuser:\n{% if a %}x{% endif %}\n{% endfor %}"
    first, second = _sections.at_role_lines(scanned(text))
    assert [part.partner for part in first.parts if isinstance(part, Control)] == [None]
    assert [part.partner for part in second.parts if isinstance(part, Control)] == [2, 0, None]


@pytest.mark.parametrize(("start", "end"), [(0, 5), (3, 8), (2, 2), (0, 20)])
def test_parts_tile_a_section(start, end):
    text = "ab {{ name }} cd{{- x }}"
    (message,) = _sections.cut(scanned(text), [Section("user", Span(start, end))])
    at = 0
    for part in message.parts:
        assert part.span.start == at
        at = part.span.end
    assert at == len(message.text)
    assert message.text == text[start:end].strip()
    for use in message.uses:
        assert message.text[use.span.start : use.span.end] == use.name


def test_an_uncertain_section_must_say_something():
    message = scanned("a  {# x #}  b")
    sections = [Section(None, Span(1, 11), certain=False), Section(None, Span(11, 13), certain=False)]
    assert [each.text for each in _sections.cut(message, sections)] == ["b"]
