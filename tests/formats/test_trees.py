from __future__ import annotations

import json
import math
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from promptlint.formats import trees
from promptlint.formats.trees import yaml_reader
from promptlint.source import Source, SourceError, Span, TextMap

if TYPE_CHECKING:
    from conftest import LinearTime

Reader = Callable[[str, TextMap], trees.Tree]
READERS: dict[str, Reader] = {"yaml": trees.read_yaml, "json": trees.read_json, "toml": trees.read_toml}
BREAKS = "\n\r\x85\u2028\u2029"


def read(format_: str, text: str, before: str = "") -> trees.Tree:
    """Read text that stands in a file behind `before`."""
    return READERS[format_](text, TextMap.of("file", Span(len(before), len(before) + len(text))))


def scalars(tree: trees.Tree) -> Iterator[trees.Scalar]:
    for root in (tree.root, *tree.more):
        for _, node in trees.walk(root):
            if isinstance(node, trees.Mapping):
                yield from (entry.key for entry in node.entries)
            if isinstance(node, trees.Scalar):
                yield node


def check_places(tree: trees.Tree, file: str) -> None:
    """Every decoded character has a place, inside its scalar, and one that was found by the notation's rules."""
    for scalar in scalars(tree):
        map_ = scalar.map
        assert "".join(segment_text(scalar.text, segment) for segment in map_.segments) == scalar.text
        pieces, _ = scalar.derive(scalar)
        assert "".join(decoded for decoded, _, _ in pieces) == scalar.text or scalar.value is None, scalar
        for segment in map_.segments:
            assert segment.origin is not None
            assert scalar.span.contains(segment.origin), scalar
            if not segment.exact:
                continue
            for decoded, written in zip(
                segment_text(scalar.text, segment), file[segment.origin.start : segment.origin.end], strict=True
            ):
                # where lines fold without indentation, one line end stands for one character
                assert decoded == written or (decoded in "\n " and written in BREAKS), scalar
        for at in range(len(scalar.text)):
            location = map_.locate(Span(at, at + 1))
            assert location is not None
            assert scalar.span.contains(location.span)


def segment_text(text: str, segment: object) -> str:
    return text[segment.start : segment.end]  # type: ignore[attr-defined]


def same(one: object, other: object) -> bool:
    return repr(one) == repr(other)


# Strategies ----------------------------------------------------------------------------------------------------------

CHARACTERS = st.sampled_from("ab  \n\n:#-'\"\\{}[],&*!|>%@`\té漢😀\xa0\u200b\ufeff?.01") | st.characters(codec="utf-8")
TEXTS = st.text(CHARACTERS, max_size=30)
WORDS = st.text(st.sampled_from("ab c"), min_size=1, max_size=60)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS | WORDS | st.dates()
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS | st.integers(), inner, max_size=4),
    max_leaves=8,
)
JSON_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


@st.composite
def dumped_yaml(draw: st.DrawFn) -> str:
    return yaml.dump(
        draw(DATA),
        default_style=draw(st.sampled_from([None, None, "'", '"', "|", ">"])),
        default_flow_style=draw(st.sampled_from([True, False, None])),
        width=draw(st.sampled_from([10, 40, math.inf])),
        indent=draw(st.sampled_from([2, 4])),
        allow_unicode=draw(st.booleans()),
        line_break=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        explicit_start=draw(st.booleans()),
    )


BLOCK_LINES = st.lists(
    st.tuples(
        st.sampled_from(["", "", " ", "  ", "   ", "    ", "\t"]),
        st.sampled_from(["", "a", "b c ", "# no", "- d", "\tx", "e:"]),
    ).map("".join),
    max_size=8,
)
LINE_END = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\x85", "\u2028"])


@st.composite
def block_scalars(draw: st.DrawFn) -> str:
    header = (
        draw(st.sampled_from("|>"))
        + draw(st.sampled_from(["", "-", "+"]))
        + draw(st.sampled_from(["", "", "1", "2", "3"]))
    )
    comment = draw(st.sampled_from(["", "", " # note"]))
    first = draw(st.sampled_from(["", "k: ", "- ", "k:\n  - ", "k: !Tag ", "k: &x !Tag # note\n  "]))
    lines = draw(BLOCK_LINES)
    ends = draw(st.lists(LINE_END, min_size=len(lines) + 1, max_size=len(lines) + 1))
    body = "".join(line + end for line, end in zip([header + comment, *lines], ends, strict=True))
    return (
        first
        + (body if draw(st.booleans()) else body.rstrip("\r\n"))
        + draw(st.sampled_from(["", "z: 1\n", "# end\n", "- q\n"]))
    )


FLOW = st.lists(st.sampled_from(["a", "b", " ", "  ", "\t", "\n", "\n  ", "\r\n", "\u2028", "''", "\\n", "\\\\", "\\ ", "\\\n", "\\x41", "\\u00e9", "\\U0001F600", "😀", '\\"', "#", ":", "'"])).map("".join)  # fmt: skip


@st.composite
def flow_scalars(draw: st.DrawFn) -> str:
    quote = draw(st.sampled_from(["'", '"', '"', ""]))
    scalar = quote + draw(FLOW) + quote
    return draw(
        st.sampled_from(["k: {}", "- {}\n- 1", "[{}, 1]", "{}", "k: !T {} # c", "{{a: {}}}", "k:\n    {}\nl: 1"])
    ).format(scalar)


JSON_TEXTS = st.builds(
    lambda data, ascii_, indent: json.dumps(data, ensure_ascii=ascii_, indent=indent),
    JSON_DATA,
    st.booleans(),
    st.sampled_from([None, 2]),
)

TOML_STRING = st.lists(
    st.sampled_from(["a", "b ", '"', '""', "'", "\\n", "\\\\", '\\"', "\\u00e9", "\n", "\r\n", "\\\n  ", "\\  \n\n", "😀", "\\d", "#", "\t", "\r"]),
    max_size=8,
).map("".join)  # fmt: skip
TOML_KEY = st.sampled_from(["a", "b", '"c d"', "'e'", "a.b", 'a . "x"', "1", "é"])
TOML_VALUE = st.recursive(
    st.builds(lambda quote, body: quote + body + quote, st.sampled_from(['"', "'", '"""', "'''"]), TOML_STRING)
    | st.sampled_from(["1", "1.5", "-0", "0x1f", "true", "inf", "nan", "1979-05-27", "1979-05-27 07:32:00Z", "07:32:00", "1_000", "x", "", "01"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: "[ # c\n" + ",\n".join(items) + "\n]")
    | st.lists(st.tuples(TOML_KEY, inner), max_size=3).map(lambda pairs: "{" + ", ".join(f"{k} = {v}" for k, v in pairs) + "}"),
    max_leaves=4,
)  # fmt: skip
TOML_LINE = (
    st.builds(lambda key, value, end: f"{key} = {value}{end}", TOML_KEY, TOML_VALUE, st.sampled_from(["", " # c"]))
    | TOML_KEY.map(lambda key: f"[{key}]")
    | TOML_KEY.map(lambda key: f"[[ {key} ]]")
    | st.sampled_from(["# c", "  "])
)
TOML_TEXTS = st.builds(
    lambda lines, end: end.join(lines) + end, st.lists(TOML_LINE, max_size=6), st.sampled_from(["\n", "\n", "\r\n"])
)

PIECES = ["{", "}", "[", "]", ",", ":", '"', "\\", "/", " ", "\n", "\t", "-", "?", "&", "*", "!", "|", ">", "%", "@", "`", "#", "'", "0", ".", "e", "a", "=", "b: ", "- ", "\n  ", "<<: ", "*a", "&a ", "!t ", "---\n", "...\n", "\ufeff", "😀", "|\n", ">-\n", "\x01", "\ud800", "null", "NaN", "// c\n", "/* c */", '"a"', '"b":', "\\u12", '"""', "\r"]  # fmt: skip
RUBBISH = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


# What is read is what the formats' usual readers read -----------------------------------------------------------------


class TagBlind(yaml.SafeLoader):
    """PyYAML's safe loader in Python, which reads what has a custom tag as if it had none."""


class FastTagBlind(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same on libyaml."""


def without_tag(loader: yaml.SafeLoader, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value


for tag_blind in (TagBlind, FastTagBlind):
    tag_blind.add_constructor(None, without_tag)


def check_yaml(text: str, loader: type = FastTagBlind) -> None:
    tree = read("yaml", text, before="é\n")
    try:
        expected = list(yaml.load_all(text, Loader=loader))
    except yaml.YAMLError:
        assert tree.broken
        return
    assert not tree.broken
    assert same([trees.to_data(root) for root in (tree.root, *tree.more)], expected or [None])
    check_places(tree, "é\n" + text)


def check_json(text: str) -> None:
    tree = read("json", text, before="é\n")
    try:
        expected = json.loads(text)
    except ValueError:
        assert tree.broken
        return
    assert not tree.broken or re.search("NaN|Infinity", text)
    assert same(trees.to_data(tree.root), expected)
    check_places(tree, "é\n" + text)


def check_toml(text: str) -> None:
    tree = read("toml", text, before="é\n")
    try:
        expected = tomllib.loads(text)
    except ValueError:
        assert tree.broken
        return
    assert not tree.problems
    assert sorted_repr(trees.to_data(tree.root)) == sorted_repr(expected)
    check_places(tree, "é\n" + text)


def sorted_repr(data: object) -> str:
    if isinstance(data, dict):
        return repr(sorted((key, sorted_repr(value)) for key, value in data.items()))
    return repr([sorted_repr(item) for item in data] if isinstance(data, list) else data)


@settings(max_examples=200)
@given(dumped_yaml())
def test_dumped_yaml(text: str) -> None:
    check_yaml(text)


@settings(max_examples=200)
@given(block_scalars())
def test_yaml_block_scalars(text: str) -> None:
    check_yaml(text)


@settings(max_examples=200)
@given(flow_scalars())
def test_yaml_flow_scalars(text: str) -> None:
    check_yaml(text)


@settings(max_examples=100)
@given(dumped_yaml())
def test_yaml_without_libyaml(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_reader, "_parser", lambda: yaml.SafeLoader)
        check_yaml(text, TagBlind)


@settings(max_examples=200)
@given(JSON_TEXTS)
def test_dumped_json(text: str) -> None:
    check_json(text)


@settings(max_examples=100)
@given(st.lists(st.sampled_from(["\\u00e9", "\\ud83d", "\\ude00", "\\n", "a", "\\\\", "\\/", "😀"])).map("".join))
def test_json_escapes(body: str) -> None:
    check_json(f'{{"k": "{body}"}}')


@settings(max_examples=200)
@given(TOML_TEXTS)
def test_toml(text: str) -> None:
    check_toml(text)


@settings(max_examples=200)
@given(RUBBISH)
def test_rubbish_never_raises_and_every_fault_is_found(text: str) -> None:
    if not text.startswith("\ufeff"):
        check_json(text)
        check_toml(text)
    tree = read("yaml", text)
    for problem in tree.problems:
        assert 0 <= problem.location.span.start <= problem.location.span.end <= len(text)
    try:
        list(yaml.parse(text, Loader=FastTagBlind))
    except (yaml.YAMLError, UnicodeEncodeError):
        assert tree.broken


@pytest.mark.parametrize("format_", READERS)
def test_a_byte_order_mark_is_no_text(format_: str) -> None:
    text = {"yaml": "\ufeffa: 1 # c", "json": '\ufeff{"a": 1}', "toml": "\ufeffa = 1 # c"}[format_]
    tree = read(format_, text)
    assert trees.to_data(tree.root) == {"a": 1}
    assert not tree.problems
    node = trees.find(tree.root, ["a"])
    assert node is not None
    assert text[node.span.start : node.span.end] == "1"


# Places ---------------------------------------------------------------------------------------------------------------


def scalar(format_: str, text: str, *path: str | int) -> trees.Scalar:
    node = trees.find(read(format_, text).root, path)
    assert isinstance(node, trees.Scalar)
    return node


def written(format_: str, text: str, part: str, *path: str | int) -> str:
    """The source text of a part of a scalar's decoded text."""
    node = scalar(format_, text, *path)
    start = node.text.index(part)
    location = node.map.locate(Span(start, start + len(part)))
    assert location is not None
    return text[location.span.start : location.span.end]


@pytest.mark.parametrize(
    ("format_", "text", "part", "expected"),
    [
        ("yaml", "k: one two", "two", "two"),
        ("yaml", "k: &x !T 'it''s'", "'", "''"),
        ("yaml", 'k: "a\\nb"', "\nb", "\\nb"),
        ("yaml", 'k: "a \\\n   b"', "a b", "a \\\n   b"),
        ("yaml", "k: |\n  one\n  two\n", "one\ntwo", "one\n  two"),
        ("yaml", "k: |\r\n  one\r\n\r\n  two\r\n", "\n\n", "\r\n\r\n  "),
        ("yaml", "k: >-\n  one\n  two\n", "e t", "e\n  t"),
        ("yaml", "k: >\n  one\n    two\n", "\n  two", "\n    two"),
        ("yaml", "k: |2\n    one\n", "  one", "  one"),
        ("yaml", "k: one\n\n  two", "\n", "\n\n  "),
        ("json", '{"k": "a\\ud83d\\ude00b"}', "😀", "\\ud83d\\ude00"),
        ("json", '{"k": "a\\/b"}', "/b", "\\/b"),
        ("toml", 'k = """\none \\\n   two"""', "one two", "one \\\n   two"),
        ("toml", 'k = "\\u00e9"', "é", "\\u00e9"),
        ("toml", "k = '''\na'b'''", "a'b", "a'b"),
    ],
)
def test_where_text_is_written(format_: str, text: str, part: str, expected: str) -> None:
    assert written(format_, text, part, "k") == expected


@pytest.mark.parametrize(
    ("format_", "text", "path", "expected"),
    [
        ("yaml", "a:\n  b: 1 # c\n\n  c: [x, y]\n# end\nd: 2\n", ["a"], "b: 1 # c\n\n  c: [x, y]"),
        ("yaml", "a: &x !m\n  b: 1\nc: *x\n", ["c"], "b: 1"),
        ("yaml", "a: { b: 1 } # c", ["a"], "{ b: 1 }"),
        ("yaml", "a:\n- b\n- - c\nd: 1", ["a"], "- b\n- - c"),
        ("yaml", "a: |\n  x\n\n\nb: 1", ["a"], "|\n  x"),
        ("yaml", "a: |+\n  x\n\nb: 1", ["a"], "|+\n  x\n\n"),
        ("yaml", "a: !T # c\n  'x'\n", ["a"], "'x'"),
        ("json", ' {"a": [1, {"b": "c"}]} ', ["a", 1, "b"], '"c"'),
        ("json", ' {"a": [1, {"b": "c"}]} ', ["a"], '[1, {"b": "c"}]'),
        ("toml", "[a]\nb = 1\n[a.c]\nd = [2]\n[e]\n", ["a"], "[a]\nb = 1\n[a.c]\nd = [2]"),
        ("toml", "[[a]]\nb = 1\n[[a]]\nb.c = { d = 1 }\n", ["a", 1, "b", "c"], "{ d = 1 }"),
    ],
)
def test_spans(format_: str, text: str, path: list[str | int], expected: str) -> None:
    node = trees.find(read(format_, text).root, path)
    assert node is not None
    assert text[node.span.start : node.span.end] == expected


def test_an_entry_spans_key_and_value_but_not_an_alias_target() -> None:
    root = read("yaml", "a: &x [1]\nb: *x\n").root
    assert isinstance(root, trees.Mapping)
    assert [entry.span for entry in root.entries] == [Span(0, 9), Span(10, 11)]


def test_text_that_cannot_be_placed_exactly_has_one_coarse_origin() -> None:
    node = scalar("yaml", "k: 'value'", "k")
    wrong = trees.Scalar("other", "other", "double", node.start, node.end, node.origin, node.derive)
    assert [(segment.exact, segment.origin) for segment in wrong.map.segments] == [(False, node.span)]
    assert wrong.map.encode("x") is None
    as_long = trees.Scalar("1234567", "1234567", "double", node.start, node.end, node.origin, node.derive)
    assert not as_long.map.is_exact(Span(1, 2))


# YAML -----------------------------------------------------------------------------------------------------------------


def test_yaml_types_are_those_of_version_1_1_and_the_text_is_kept() -> None:
    text = "on: yes\nn: 0o7\no: 017\nt: 1:30\nd: 2023-02-31\nm: ~\nf: .inf\nq: 'yes'\ns: !!str 5\ni: !!int '5'"
    root = read("yaml", text).root
    assert isinstance(root, trees.Mapping)
    assert trees.to_data(root) == {
        True: True, "n": "0o7", "o": 15, "t": 90, "d": "2023-02-31", "m": None, "f": math.inf, "q": "yes", "s": "5", "i": 5,
    }  # fmt: skip
    on = root.get("on")
    assert isinstance(on, trees.Scalar)
    assert on is root.get(True)
    assert (on.text, on.style, on.is_string) == ("yes", "plain", False)


def test_custom_tags_are_kept() -> None:
    root = read("yaml", "a: !Template\n  b: !function x.y\nc: !T [1]").root
    assert trees.to_data(root) == {"a": {"b": "x.y"}, "c": [1]}
    assert [node.tag for _, node in trees.walk(root)] == [None, "!Template", "!function", "!T", None]


def test_aliases_and_merge_keys() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*b, *a], z: 3}\nd: {<<: *a, <<: *b}\ne: *a\n"
    root = read("yaml", text).root
    assert isinstance(root, trees.Mapping)
    assert trees.to_data(root) == yaml.safe_load(text)
    merged = root.get("c")
    assert isinstance(merged, trees.Mapping)
    assert trees.to_data(merged.get("x")) == 1
    assert [entry.key.text for entry in merged.entries] == ["z"]
    assert root.get("e") is root.get("a")


def test_documents_behind_the_first() -> None:
    tree = read("yaml", "a: &x 1\n---\nb: 2\n--- |\n c\n")
    assert [trees.to_data(root) for root in (tree.root, *tree.more)] == [{"a": 1}, {"b": 2}, "c\n"]


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("# one\na: b # two\n", [" one", " two"]),
        ("a: b#c 'd # e'\n", [" e'"]),
        ("a: b#c 'd #e'#'\n", ["e'#'"]),
        ("a: 'b # c' #d", ["d"]),
        ("a: |  # head\n  # text\n# end\nb: 1", [" head", " end"]),
        ("a: >2 # head\n   # text\n", [" head"]),
        ("a: [b, # c\n  'd']# e", [" c", " e"]),
        ("a: !T # c\n  &x # d\n  b", [" c", " d"]),
        ("a: b\r# c\r\n#\n", [" c", ""]),
        ("a: &b 1\nc: *b # c", [" c"]),
        ("# one\na: [ # two", [" one", " two"]),
        ("# only", [" only"]),
    ],
)
def test_yaml_comments(text: str, comments: list[str]) -> None:
    tree = read("yaml", text)
    assert [comment.text for comment in tree.comments] == comments
    for comment in tree.comments:
        span = comment.location.span
        assert text[span.start : span.end] == "#" + comment.text


def test_toml_and_json_comments() -> None:
    toml = "# one\na = [ # two\n1, # three\n]\n[b] # four\nc = '#'"
    assert [comment.text for comment in read("toml", toml).comments] == [" one", " two", " three", " four"]
    tree = read("json", '{"a": 1, // one\n /* two */ "b": "// no"}')
    assert [comment.text for comment in tree.comments] == [" one", " two "]
    assert trees.to_data(tree.root) == {"a": 1, "b": "// no"}


# Faults ---------------------------------------------------------------------------------------------------------------

FAULTS = [
    ("yaml", "a: b: c", 4, "unexpected ':'", None),
    ("yaml", "a: 1\nb: 'c\nd: 1\n", 8, "never closed", {"a": 1}),
    ("yaml", "globs: **/*.ts", 7, "'*' starts an alias", None),
    ("yaml", "a: 1\nb: *c\n", 8, "no anchor &c", {"a": 1, "b": None}),
    ("yaml", "a: &a [*a]", 7, "inside what it refers to", {"a": [None]}),
    ("yaml", "a: {{ b }}", 3, "cannot be a key", None),
    ("yaml", "a: @b", 3, "cannot start with '@'", None),
    ("yaml", 'a: "b" c', 7, "behind the end of the value", {"a": "b"}),
    ("yaml", "a: [b, c\nd: e\n", 10, "expected ',' or ']'", None),
    ("yaml", "a: {b: c\n", 3, "never closed", None),
    ("yaml", "a: 1\n\tb: 2", 5, "tab", None),
    ("yaml", "a: b\x01", 4, "U+0001", None),
    ("yaml", "a: b\ud800", 4, "U+D800", None),
    ("yaml", "<<: 1", 4, "merges mappings only", {}),
    ("json", "", 0, "expected a value", None),
    ("json", '{"a": [1, 2', 6, "never closed", {"a": [1, 2]}),
    ("json", '{"a": 1 "b": 2}', 8, "expected ',' or '}'", {"a": 1}),
    ("json", '{"a": 1,}', 7, "no comma before '}'", {"a": 1}),
    ("json", '{"a": "b\nc"}', 8, "line", {}),
    ("json", '{"a": "\\d"}', 7, "unknown escape", {"a": "\\d"}),
    ("json", "{'a': 1}", 1, "key in double quotes", {}),
    ("json", "[1] [2]", 4, "one value", [1]),
    ("json", "[01]", 1, "expected a value", []),
    ("json", "[True]", 1, "not JSON", [True]),
    ("toml", "a = b", 4, "strings stand in quotes", {}),
    ("toml", "a = 1\na = 2", 6, "appears twice", {"a": 1}),
    ("toml", "a = 1\n[a]\nb = 1", 7, "appears twice", {"a": 1}),
    ("toml", 'a = """\nb\\d"""', 9, "unknown escape", {"a": "b\\d"}),
    ("toml", 'a = "b\nc = 1', 6, "missing", {}),
    ("toml", "a = [1", 4, "never closed", {}),
    ("toml", 'a = "b" c', 8, "end of the line", {"a": "b"}),
    ("toml", "# \x01\r\nb = '\x02'", 2, "invalid character", None),
]


@pytest.mark.parametrize(("format_", "text", "at", "words", "data"), FAULTS)
def test_faults_have_places_and_words(format_: str, text: str, at: int, words: str, data: object) -> None:
    tree = read(format_, text)
    assert tree.broken
    assert (tree.problems[0].location.span.start, words in tree.problems[0].message) == (at, True), tree.problems
    if data is not None:
        assert trees.to_data(tree.root) == data


def test_a_bracket_that_is_not_closed_is_named_beside_the_fault() -> None:
    (problem,) = read("yaml", "a: [b, c\nd: e\n").problems
    assert problem.related is not None
    assert problem.related.span == Span(3, 4)


@pytest.mark.parametrize(("format_", "text"), [("yaml", "a: 1\nb: 2\na: 3\n"), ("json", '{"a": 1, "b": 2, "a": 3}')])
def test_duplicate_keys(format_: str, text: str) -> None:
    tree = read(format_, text)
    (problem,) = tree.problems
    assert (problem.kind, tree.broken) == ("duplicate-key", False)
    assert problem.related is not None
    assert problem.related.span.start < problem.location.span.start
    assert trees.to_data(tree.root) == {"a": 3, "b": 2}
    assert trees.to_data(trees.find(tree.root, ["a"])) == 3


DEEP = 10_000
HOSTILE = {
    "yaml flow": ("yaml", "[" * DEEP),
    "yaml mappings": ("yaml", "{a: " * DEEP),
    "yaml block": ("yaml", "- " * DEEP),
    "json": ("json", '{"a":[' * DEEP),
    "toml": ("toml", "a = " + "[" * DEEP),
    "toml tables": ("toml", "a = " + "{a = " * DEEP),
    "toml keys": ("toml", ".".join("a" * DEEP) + " = 1"),
    "laughs": ("yaml", "a0: &a0 [x, x, x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 40))),
    "chain": ("yaml", "a0: &a0 {}\n" + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}}}\n" for n in range(1, 2000))),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_nesting_is_a_problem_and_no_more(case: str) -> None:
    format_, text = HOSTILE[case]
    tree = read(format_, text)
    assert tree.problems[0].kind == "limit"
    assert len(repr(trees.to_data(tree.root))) < 3_000_000
    assert sum(1 for _ in trees.walk(tree.root)) < 200_000


LINES = {
    "plain": ("yaml", "a: ", "x ", "x"),
    "double": ("yaml", 'a: "', "x\\n", '"'),
    "spaces": ("yaml", 'a: "x', " ", '\n  y"'),
    "blank lines": ("yaml", "a: |\n", "\n", "  x"),
    "slashes": ("yaml", 'a: "', "\\\\", '"'),
    "json": ("json", '{"a": "', "x\\n", '"}'),
    "toml": ("toml", 'a = """', "x\\\n", '"""'),
    "toml slashes": ("toml", 'a = "', "\\\\", '"'),
}


@pytest.mark.parametrize("case", LINES)
def test_long_text_takes_linear_time(linear_time: LinearTime, case: str) -> None:
    format_, before, piece, after = LINES[case]

    def reading(count: int) -> None:
        node = scalar(format_, before + piece * count + after, "a")
        assert node.map.segments[-1].end == len(node.text)

    linear_time(reading, 60_000)


# Writing back ---------------------------------------------------------------------------------------------------------

REPLACEMENTS = st.sampled_from(
    [
        "",
        "x",
        "to",
        "x y",
        "x\ny",
        "x\n\ny",
        '"',
        "it's",
        "\\",
        "a: b",
        "# c",
        "- d",
        "é😀",
        "x:",
        "[a]",
        "{b}",
        "\t",
        '"""',
        "'''",
        "&",
        "5",
        "\r",
        "\u2028",
        "\x01",
        " x",
        "x ",
        "\n",
    ]
)
EDITED = (
    st.tuples(st.just("yaml"), dumped_yaml() | block_scalars() | flow_scalars())
    | st.tuples(st.just("json"), JSON_TEXTS)
    | st.tuples(st.just("toml"), TOML_TEXTS)
)


@settings(max_examples=200)
@given(EDITED, st.integers(0, 20), st.integers(0, 40), st.integers(0, 5), REPLACEMENTS)
def test_an_edit_changes_what_it_should_and_nothing_else(
    case: tuple[str, str], pick: int, start: int, length: int, replacement: str
) -> None:
    format_, text = case
    tree = read(format_, text)
    strings = [
        (path, node) for path, node in trees.walk(tree.root) if isinstance(node, trees.Scalar) and node.is_string
    ]
    assume(strings and not tree.problems)
    path, node = strings[pick % len(strings)]
    start = start % (len(node.text) + 1)
    span = Span(start, min(start + length, len(node.text)))
    location = node.map.locate(span)
    assert location is not None
    encoded = node.map.encode(replacement) if node.map.is_exact(span) else None
    before, after = node.text[:start], node.text[span.end :]
    if encoded is None:
        # one-line styles with escapes hold everything, everywhere
        assert node.style not in ("json", "toml-basic") or not node.map.is_exact(span)
        return
    if node.style not in ("json", "toml-basic"):
        # an encoder does not know where in its scalar the text will stand: white space that comes to the edge of a line
        # may be lost, and a scalar whose beginning is taken away may be none any more
        assume(replacement == replacement.strip() and before == before.rstrip() and after == after.lstrip())
        assume(replacement or (before and after))
        # a folded line that starts with a blank is kept apart from its neighbours, one that no longer does is joined
        removed = node.text[start : span.end]
        assume(node.style != "folded" or removed == removed.strip())
    read_again = read(format_, text[: location.span.start] + encoded + text[location.span.end :])
    changed = trees.find(read_again.root, path)
    assert not read_again.problems
    assert isinstance(changed, trees.Scalar)
    assert changed.text == before + replacement + after


@pytest.mark.parametrize(
    ("format_", "text", "old", "new", "expected"),
    [
        ("yaml", "k: |\n    one\n    two\n", "one", "1\n2", "k: |\n    1\n    2\n    two\n"),
        ("yaml", "k: |\r\n  one\r\n  two\r\n", "one\n", "", "k: |\r\n  two\r\n"),
        ("yaml", "k: |\n  one\n\n  two\n", "\n\n", "\n", "k: |\n  one\n  two\n"),
        ("yaml", "k: |\n  one\n  two\n", "two\n", "", None),
        ("yaml", "k: |\n\n  one\n", "\none", "x", None),
        ("yaml", "k: >\n  one\n  two\n", "one two", "1 2", "k: >\n  1 2\n"),
        ("yaml", "k: >\n  one\n", "one", "1\n2", None),
        ("yaml", "k: one two", "two", "a: b", None),
        ("yaml", "k: [one, two]", "one", "a, b", None),
        ("yaml", "k: [one, two]", "one", "a b", "k: [a b, two]"),
        ("yaml", "k: 'one'", "one", "it's", "k: 'it''s'"),
        ("yaml", "k: 'one'", "one", "1\n2", None),
        ("yaml", 'k: "one"', "one", '1\n"\u2028', 'k: "1\\n\\"\\u2028"'),
        ("yaml", 'k: "one\n  two"', "one", " x ", 'k: "\\x20x\\x20\n  two"'),
        ("json", '{"k": "one"}', "one", '1\n"é\ud800', '{"k": "1\\n\\"é\\ud800"}'),
        ("toml", 'k = "one"', "one", '1\n"\\', 'k = "1\\n\\"\\\\"'),
        ("toml", 'k = """one"""', "one", '\n1"""2"', 'k = """\\n1\\"""2\\""""'),
        ("toml", 'k = """\r\none"""', "one", "1\n2", 'k = """\r\n1\r\n2"""'),
        ("toml", 'k = """one \\\n two"""', "two", " x", 'k = """one \\\n \\u0020x"""'),
        ("toml", "k = 'one'", "one", "it's", None),
        ("toml", "k = '''one'''", "one", "it's", "k = '''it's'''"),
        ("toml", "k = '''one'''", "one", "\nx", None),
    ],
)
def test_edits(format_: str, text: str, old: str, new: str, expected: str | None) -> None:
    node = trees.find(read(format_, text).root, ["k"])
    node = node.items[0] if isinstance(node, trees.Sequence) else node
    assert isinstance(node, trees.Scalar)
    start = node.text.index(old)
    span = Span(start, start + len(old))
    encoded = node.map.encode(new) if node.map.is_exact(span) else None
    location = node.map.locate(span)
    assert location is not None
    after = None if encoded is None else text[: location.span.start] + encoded + text[location.span.end :]
    assert after == expected


def test_where_a_block_scalar_takes_insertions() -> None:
    # never behind the last line end, which is where the next entry stands, nor before a line that nothing indents
    map_ = scalar("yaml", "k: |\n  one\n  two\n", "k").map
    assert [at for at in range(9) if map_.is_exact(Span(at, at))] == [0, 1, 2, 3, 4, 5, 6, 7]
    map_ = scalar("yaml", "k: |\n\n\n  one\n", "k").map
    assert [at for at in range(7) if map_.is_exact(Span(at, at))] == [2, 3, 4, 5]


@pytest.mark.parametrize("text", ["k:", "k: |", "k: ''", 'k: ""', "k: !T"])
def test_empty_text_has_a_place(text: str) -> None:
    node = scalar("yaml", text, "k")
    location = node.map.locate(Span(0, 0))
    assert location is not None
    quoted = text.endswith(("'", '"'))
    assert location.span == (Span(4, 4) if quoted else Span(len(text), len(text)))
    assert node.map.encode("x") == ("x" if quoted else None)


# Text within text -----------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(JSON_DATA, st.sampled_from(["'", '"', "|", ">"]), st.sampled_from([20, math.inf]), st.booleans())
def test_json_in_yaml(data: object, style: str, width: float, ascii_: bool) -> None:
    inner = json.dumps(data, ensure_ascii=ascii_)
    text = yaml.dump({"k": inner}, default_style=style, width=width, allow_unicode=True)
    outer = scalar("yaml", text, "k")
    assert outer.text == yaml.safe_load(text)["k"]
    assume(outer.text == inner)  # PyYAML writes U+0085 as it is, which YAML reads as a line end
    tree = trees.read_json(outer.text, outer.map)
    assert sorted_repr(trees.to_data(tree.root)) == sorted_repr(data)
    for inside in scalars(tree):
        assert outer.span.contains(inside.span)
        for at in range(len(inside.text)):
            location = inside.map.locate(Span(at, at + 1))
            assert location is not None
            assert inside.span.contains(location.span)


def test_an_edit_through_two_notations() -> None:
    text = 'k: "{\\"a\\": \\"one\\"}"'
    outer = scalar("yaml", text, "k")
    inside = trees.find(trees.read_json(outer.text, outer.map).root, ["a"])
    assert isinstance(inside, trees.Scalar)
    location = inside.map.locate(Span(0, 3))
    assert location is not None
    after = text[: location.span.start] + str(inside.map.encode('"\n')) + text[location.span.end :]
    assert json.loads(yaml.safe_load(after)["k"]) == {"a": '"\n'}
    empty = trees.find(trees.read_json('{"a": ""}', TextMap.of("file", Span(5, 14))).root, ["a"])
    assert isinstance(empty, trees.Scalar)
    location = empty.map.locate(Span(0, 0))
    assert location is not None
    assert location.span == Span(12, 12)


# Access ---------------------------------------------------------------------------------------------------------------


def test_find_and_walk() -> None:
    root = read("json", '{"a": [1, {"b": null}], "c": "d"}').root
    assert [path for path, _ in trees.walk(root)] == [(), ("a",), ("a", 0), ("a", 1), ("a", 1, "b"), ("c",)]
    assert trees.find(root, []) is root
    assert trees.to_data(trees.find(root, ["a", 1])) == {"b": None}
    for path in (["x"], ["a", 2], ["a", "b"], ["c", 0], ["a", -1]):
        assert trees.find(root, path) is None
    assert trees.find(None, ["a"]) is None
    assert trees.to_data(None) is None
    assert list(trees.walk(None)) == []


@pytest.mark.parametrize(("format_", "root"), [("yaml", None), ("toml", {})])
def test_empty_text(format_: str, root: object) -> None:
    tree = read(format_, "")
    assert not tree.problems
    assert trees.to_data(tree.root) == root


# Real files -----------------------------------------------------------------------------------------------------------

FRONT_MATTER = re.compile(r"---[ \t]*(?:\r\n|\n|\r)(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
CHECKS = {"yaml": check_yaml, "yml": check_yaml, "json": check_json, "toml": check_toml}

if "PROMPTLINT_CORPUS" in os.environ:

    @pytest.mark.parametrize("kind", ["yaml", "yml", "json", "toml", "md", "mdc", "prompty", "prompt"])
    def test_corpus(kind: str) -> None:
        checked = 0
        for path in sorted(Path(os.environ["PROMPTLINT_CORPUS"], "files").rglob(f"*.{kind}")):
            try:
                text = Source.from_bytes(path.name, path.read_bytes()).text
            except SourceError:
                continue
            if kind in CHECKS:
                CHECKS[kind](text)
            elif match := FRONT_MATTER.match(text):
                check_yaml(match[1])
            else:
                continue
            checked += 1
        assert checked > 5
