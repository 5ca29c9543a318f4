"""Which text every call sends, and how much of it stands before the first thing that changes."""

from __future__ import annotations

import pytest

from promptlint.analysis.prefix import cacheable_prefix, fixed_text, prefix_messages, sending_order


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("One two.", "One two."),
        ("One {{ a }} two.", "One "),
        ("{{ a }} two.", ""),
        ("One {# note #}two {{ a }}.", "One two "),
        ("One {% if a %}two{% endif %} three.", "One "),
        ("One {% for a in b %}two{% endfor %} three.", "One "),
        ("One {% include 'x' %} three.", "One "),
        ("One {% set a = 1 %}two.", "One two."),
    ],
)
def test_the_prefix_of_one_message(make, text: str, prefix: str) -> None:
    assert cacheable_prefix(make.prompt(text, template="jinja").messages) == (prefix,)


def test_a_whole_message_goes_on_into_the_next(make) -> None:
    messages = make.prompt(("user", "Four {{ a }} five."), ("system", "One two."), ("user", "Six.")).messages
    assert sending_order(messages) == (1, 0, 2)
    assert cacheable_prefix(messages) == ("One two.", "Four ")
    assert [message.literal for message in prefix_messages(messages)] == ["One two.", "Four "]


def test_nothing_changes(make) -> None:
    assert cacheable_prefix(make.prompt(("system", "One."), ("user", "Two.")).messages) == ("One.", "Two.")
    assert cacheable_prefix(()) == ()


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("One {{ a }} two.", ["One ", " two."]),
        ("One {% if a %}two {{ a }} three{% else %}four{% endif %} five.", ["One ", " five."]),
        ("One {% for a in b %}two{% if a %}three{% endif %}four{% endfor %} five.", ["One ", " five."]),
        ("One {% if a %}two", ["One "]),
    ],
)
def test_fixed_text(make, text: str, fixed: list[str]) -> None:
    messages = make.prompt(text, template="jinja").messages
    found = list(fixed_text(messages))
    assert [piece.text for piece in found] == fixed
    assert [messages[0].text[piece.span.start : piece.span.end] for piece in found] == fixed


def test_fixed_text_of_messages_in_the_order_in_which_they_are_sent(make) -> None:
    messages = make.prompt(("user", "Two."), ("developer", "One.")).messages
    assert [(piece.message, piece.text) for piece in fixed_text(messages)] == [(1, "One."), (0, "Two.")]
