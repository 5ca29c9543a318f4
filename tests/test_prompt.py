from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint import templates
from promptlint.diagnostic import Edit
from promptlint.prompt import Control, Kind, Message, Setting, Text, Use, Variable
from promptlint.source import Location, Span, TextMap


def jinja(text: str, start: int = 0) -> Message:
    """A message in a plain file, `start` characters from its beginning."""
    text_map = TextMap.of("p.j2", Span(start, start + len(text)))
    return Message(None, text, text_map, templates.scan(text, "jinja").parts, "jinja")


# ---------------------------------------------------------------------------------------------------------------------
# Message.edit


def test_an_edit_stands_where_the_text_stands() -> None:
    message = jinja("In order to win", start=20)
    assert message.locate(Span(3, 8)) == Location("p.j2", Span(23, 28))
    assert message.edit(Span(0, 11), "To") == Edit(Location("p.j2", Span(20, 31)), "To")


def test_an_edit_is_written_in_the_notation_of_its_place() -> None:
    text_map = TextMap.of("p.yaml", Span(5, 12), lambda text: text.replace("'", "''"))
    message = Message("user", "at once", text_map, (Text(Span(0, 7), "at once"),))
    edit = message.edit(Span(0, 2), "l'an")
    assert edit == Edit(Location("p.yaml", Span(5, 7)), "l''an")
    assert edit.text == "l'an", "what it stands for is what its tokens are counted of"
    plain = message.edit(Span(0, 2), "ab")
    assert plain == Edit(Location("p.yaml", Span(5, 7)), "ab")
    assert plain.text is None


def test_there_is_no_edit_that_the_notation_cannot_hold() -> None:
    text_map = TextMap.of("p.yaml", Span(0, 3), lambda text: None if "#" in text else text)
    message = Message("user", "a b", text_map, (Text(Span(0, 3), "a b"),))
    assert message.edit(Span(0, 1), "#") is None
    assert message.edit(Span(0, 1), "-") is not None


@pytest.mark.parametrize(
    ("runs", "why"),
    [
        ([(2, Span(0, 2)), (4, Span(2, 8)), (1, Span(8, 9))], "it would cut an escape"),
        ([(4, Span(0, 4)), (2, None), (1, Span(4, 5))], "the file does not hold all of the text"),
        ([(7, None)], "the file does not hold the text"),
    ],
)
def test_there_is_no_edit_where_it_would_change_more_or_less(runs: list[tuple[int, Span | None]], why: str) -> None:
    message = Message("user", "a\nb c d", TextMap.build("p.yaml", runs), (Text(Span(0, 7), "a\nb c d"),))
    assert message.edit(Span(1, 5), "x") is None, why


@given(st.text("ab\\\"' \n", max_size=12), st.data())
def test_an_edit_changes_the_text_and_nothing_else(text: str, data: st.DataObject) -> None:
    """In a notation with escapes: what the edited file decodes to is the edited text."""
    escapes = {"\n": "\\n", '"': '\\"', "\\": "\\\\"}

    def encode(plain: str) -> str:
        return "".join(escapes.get(character, character) for character in plain)

    def decode(written: str) -> str:
        for plain, escape in (("\0", "\\\\"), ("\n", "\\n"), ('"', '\\"')):
            written = written.replace(escape, plain)
        return written.replace("\0", "\\")

    runs, at = [], 0
    for character in text:
        runs.append((1, Span(at, at + len(encode(character)))))
        at += len(encode(character))
    message = Message("user", text, TextMap.build("p", runs, encode), (Text(Span(0, len(text)), text),))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    edit = message.edit(Span(start, end), '"n\n')
    if not text:
        assert edit is None
        return
    assert edit is not None
    place, file = edit.location.span, encode(text)
    assert decode(file[: place.start] + edit.replacement + file[place.end :]) == text[:start] + '"n\n' + text[end:]


# ---------------------------------------------------------------------------------------------------------------------
# literal, uses


def test_literal_is_what_is_left_of_the_template() -> None:
    message = jinja("Hi {{ name }},{# note #}\n{% if a %}yes{% else %}no{% endif %}{{ '{{' }}.")
    assert message.literal == "Hi ,\nyesno."


def test_an_escape_counts_as_what_the_model_gets() -> None:
    text = "Answer {{}} for {q}"
    message = Message("user", text, TextMap.of("p", Span(0, len(text))), templates.scan(text, "braces").parts, "braces")
    assert message.literal == "Answer {} for "
    assert [use.name for use in message.uses] == ["q"]


def test_uses_come_in_order_with_their_places() -> None:
    message = jinja("{{ b }} {% if a.x and c %}{{ b | join(d) }}{% endif %}", start=9)
    uses = list(message.uses)
    assert [use.name for use in uses] == ["b", "a", "c", "b", "d"]
    assert [message.text[use.span.start : use.span.end] for use in uses] == [use.name for use in uses]


def test_a_message_without_parts() -> None:
    message = Message(None, "", TextMap.of("p", Span(0, 0)), ())
    assert message.literal == ""
    assert list(message.uses) == []


def test_uses_of_control_and_of_variables() -> None:
    use = Use("x", Span(0, 1))
    parts = (Control(Span(0, 1), "loop", uses=(use,)), Text(Span(1, 2), "x"), Variable(Span(2, 3), (use, use)))
    assert list(Message("user", "xxx", TextMap.of("p", Span(0, 3)), parts).uses) == [use, use, use]


@given(st.text("ab {}%#\n", max_size=40))
def test_literal_is_shorter_than_the_template(text: str) -> None:
    message = jinja(text)
    assert len(message.literal) <= len(text)
    if "{" not in text:
        assert message.literal == text


# ---------------------------------------------------------------------------------------------------------------------
# the rest of the vocabulary


def test_kinds_are_their_names() -> None:
    assert [Kind(name) for name in ("task", "system", "reference", "fragment")] == list(Kind)


def test_settings_compare_without_the_way_to_their_parts() -> None:
    place = Location("p", Span(0, 1))
    assert Setting({"a": 1}, place, lambda path: place) == Setting({"a": 1}, place)
    assert Setting(1, place) != Setting(2, place)
