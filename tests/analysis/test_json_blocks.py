from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis.json_blocks import HOLE, json_blocks, sent_text, within, yaml_blocks
from promptlint.source import Span


@pytest.fixture(scope="session")
def blocks(make):
    """The blocks of a text, and the texts that their spans cut out of it."""

    def find(text, template="none"):
        part = make.analysis(text, template=template).messages[0]
        found = json_blocks(part)
        return found, [part.message.text[block.span.start : block.span.end] for block in found]

    return find


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('Say {"a": 1}.', ['{"a": 1}'], id="in a line"),
        pytest.param('[\n  {"a": [1, 2]},\n  {}\n]', ['[\n  {"a": [1, 2]},\n  {}\n]'], id="outermost only"),
        pytest.param('{"a": "}"} {"b": 1}', ['{"a": "}"}', '{"b": 1}'], id="a bracket in a string"),
        pytest.param('{"a": "\\"}"}', ['{"a": "\\"}"}'], id="an escaped quotation mark"),
        pytest.param('5" wide: {"a": 1}', ['{"a": 1}'], id="an odd quotation mark before it"),
        pytest.param('{ "a": 1\n\n{"b": 2}', ['{"b": 2}'], id="something unclosed before it"),
        pytest.param("[link](https://a.b) {name} [INSERT TEXT]", [], id="prose"),
        pytest.param("(a) } ] {", [], id="strays"),
        pytest.param('{"a": ]} {"b": 1}', ['{"a": ]}', '{"b": 1}'], id="a wrong bracket"),
    ],
)
def test_where_json_stands(blocks, text, expected):
    assert blocks(text)[1] == expected


def test_values_know_their_places(blocks):
    text = 'x {"a": {"b": ["one", 2.50]}}'
    (block,), _ = blocks(text)
    assert block.value == {"a": {"b": ["one", 2.5]}}
    assert block.keys == ("a",)
    assert text[slice(*_ends(block.place(["a", "b", 1])))] == "2.50"
    assert text[slice(*_ends(block.place(["a"], "b")))] == '"b"'
    assert block.place(["a", "c"]) is None
    assert block.place(["a"], "c") is None
    assert [(path, string) for path, string, _ in block.strings] == [(("a", "b", 0), "one")]


def test_escaped_braces_are_braces_and_their_places_stay(blocks):
    text = 'x {{"a": {{"b": 1}}}} y'
    (block,), (cut,) = blocks(text, "braces")
    assert block.text == '{"a": {"b": 1}}'
    assert cut == '{{"a": {{"b": 1}}}}'
    assert text[slice(*_ends(block.place(["a", "b"])))] == "1"


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ('{"a": {{ b }}}', "double-braces"),
        ('{"a": 1, // why\n"b": 2}', "none"),
        ('{"a": number}', "none"),
        ('{"a": 1,}', "none"),
    ],
    ids=["a variable", "a comment", "a word", "a comma"],
)
def test_what_is_not_only_data_has_no_root(blocks, text, template):
    (block,), _ = blocks(text, template)
    assert block.root is None
    assert block.keys is None
    assert list(block.strings) == []


def test_the_code_block_around_it(blocks):
    text = 'a\n```JSON\n{"a": 1}\n```\n{"b": 1}\n~~~\n[1]\n~~~'
    found, _ = blocks(text)
    assert [(block.info, block.fence is not None) for block in found] == [("json", True), ("", False), ("", True)]


def test_blocks_inside_a_range(blocks):
    text = '{"a": 1} {"b": 1} {"c": 1}'
    found, _ = blocks(text)
    assert within(found, Span(0, len(text))) == list(found)
    assert within(found, Span(5, 17)) == [found[1]]
    assert within(found, Span(10, 17)) == []


def test_yaml_in_code_blocks(make):
    text = "a\n```yaml\nwhen: 2024-01-02\nwho: [Ann]\n```\n```yml\nb: {{ c }}\n```\n```json\n{}\n```"
    (block,) = yaml_blocks(make.analysis(text, template="double-braces").messages[0])
    assert block.value == {"when": "2024-01-02", "who": ["Ann"]}, "a schema knows no dates"
    assert text[slice(*_ends(block.place(["who", 0])))] == "Ann"


def test_text_as_it_is_sent(make):
    message = make.message("a {{b}} {c}", "braces")
    text, places = sent_text(message)
    assert text == f"a {{b}} {HOLE}"
    assert places.locate(Span(8, 9)).span == Span(8, 11)


PIECES = (
    "{",
    "}",
    "[",
    "]",
    '"',
    "\\",
    ":",
    ",",
    "\n",
    "\r\n",
    " ",
    "1",
    "a",
    "{{",
    "}}",
    "{x}",
    "```json\n",
    "```yaml\n",
    "```",
    "true",
    "- ",
)


@given(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.sampled_from(["none", "braces", "jinja", "double-braces"]),
)
def test_any_text(make, text, template):
    part = make.analysis(text, template=template).messages[0]
    last = 0
    for block in json_blocks(part):
        assert last <= block.span.start < block.span.end <= len(text)
        last = block.span.end
        for _, node in block.nodes:
            assert block.span.contains(node.span)
    for block in yaml_blocks(part):
        assert Span(0, len(text)).contains(block.span)


def _ends(span):
    return span.start, span.end
