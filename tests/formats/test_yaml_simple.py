"""What reads simple YAML gives the tree that PyYAML's events give, or leaves the text to them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.formats import trees
from promptlint.formats.trees import yaml_reader
from promptlint.formats.trees.nodes import Origin
from promptlint.formats.trees.yaml_simple import read_simple
from promptlint.source import Span, TextMap

BEFORE = 4
"""The text stands behind a line of three hyphens."""
WRITTEN = ("", "new", "a: b", "#1", "'", '"', "\\", "two\nlines", "- x", "é", "yes")


def mapped(text: str) -> TextMap:
    return TextMap.of("file", Span(BEFORE, BEFORE + len(text)))


def about(node: trees.Node) -> object:
    """All that can be known of a node."""
    common = (type(node).__name__, node.start, node.end, node.span, node.location, node.tag)
    if isinstance(node, trees.Mapping):
        return (*common, node.merged, [(about(entry.key), about(entry.value), entry.span) for entry in node.entries])
    if isinstance(node, trees.Sequence):
        return (*common, [about(item) for item in node.items])
    encoded = [node.map.encode(each) for each in WRITTEN]
    value = (type(node.value), repr(node.value), node.text, node.style, node.derive)
    return (*common, *value, node.map.segments, node.map.path, encoded)


def same(text: str) -> bool:
    """Whether the text is taken as simple; then both trees must be the same."""
    found = read_simple(Origin(text, mapped(text)))
    if found is None:
        return False
    whole = yaml_reader.read_yaml(text, mapped(text))
    assert found.root is not None and whole.root is not None, (text, whole.problems)
    assert about(found.root) == about(whole.root)
    assert (found.problems, found.comments, found.more) == (whole.problems, whole.comments, whole.more)
    assert trees.to_data(found.root) == yaml.safe_load(text)
    return True


@pytest.mark.parametrize(
    "text",
    [
        "a: b",
        "a: b\n",
        "\n\r\na: b   \r\n\r\nc: d",
        "model: gpt-4o\ninputs:\n  - report\n  - audience\n",
        "tools:\n- Read\n\n- Write\n   \nmodel: opus",
        "name: 'it is: so'\ndescription: \"a, b - [c] {d} & e\"\nglobs: /src/**/*.ts",
        "a:\nb:\n\n   \nc: 1\nd: 0.25\ne: true\nf: false",
        "url: https://example.com/a?b=c:80\nwhen: see 12:30\nx.y-z: Read, Grep(a:*)",
        "title: Größe 漢字 😀 — mehr\nname: é\n",
        "a: ''\nb: \"\"\nc:\n  - ' '\n  -   x  \n  - 12",
        "ja: nein\non_call: nobody\ny: n\nnulls: nullable\ninfinity: inf",
        f"a: {'x ' * 3000}\nb: c\n  ",
    ],
)
def test_simple(text):
    assert same(text)


@pytest.mark.parametrize(
    "value", ["yes", "No", "ON", "off", "True", "FALSE", "null", "Null", "~", "nan", ".inf", "-.INF"]
)
@pytest.mark.parametrize("place", ["a: {}", "{}: a", "a:\n- {}", "a: {}\nb: c"])
def test_words_that_are_more_than_text(value, place):
    assert same(place.format(value)) is (value == "nan")


@pytest.mark.parametrize(
    "value",
    [
        *(
            "1e3",
            "0x1F",
            "0o7",
            "017",
            "00",
            "08",
            "1_000",
            "12:30:00",
            "190:20:30",
            "12:30",
            "+1",
            "-1",
            "0b1",
            "1.",
            ".5",
        ),
        *(
            "1.5e3",
            "1.5e+3",
            "2026-11-23",
            "2026-11-23 10:00:00",
            "2026-11-23T10:00:00Z",
            "1.2.3",
            "4o",
            "00.5",
            "0.1.",
            "=",
            "<<",
        ),
        *("9" * 19, "1" * 5000, "0." + "1" * 18, "٣", "1٣", "²"),
    ],
)
def test_numbers_and_times(value):
    for text in (f"a: {value}\n", f"a:\n  - {value}\n", f"a: {value}  \nb: 1"):
        assert same(text) is (value in ("٣", "²"))


@pytest.mark.parametrize(
    "text",
    [
        *("", "\n", "   ", "a", "- a", "- a: b", "[]", "{}", "'a': b", '"a": b', "a : b", "a:b", "? a\n: b", "1: a", "_: a: b"),
        *("a: b # c", "# c\na: b", "a: b\n# c\n", "a: C#", "a: b\tc", "a:\tb", "a: b\x0bc", "a: b\x85c: d", "a: b\u2028c: d"),
        *("\ufeffa: b", " a: b", "a: b\n c", "a: b\n\n  c", "a: b\n - c", "a:\n  b: c", "a:\n  b", "a:\n - b\n  - c", "a:\n  - b\n - c"),
        *("a: *b", "a: &b c", "a: !b c", "a: |\n  b", "a: >-\n  b", "a: [b]", "a: {b: c}", "a: %b", "a: @b", "a: `b`", "a: ,b"),
        *("a: 'b", 'a: "b', "a: 'b' c", "a: 'it''s'", r'a: "b\n"', 'a: "b\n  c"', "a: b: c", "a: b:", "a: -", "a: - b", "a: ? b"),
        *("a: b\na: c", "a:\n- b: c", "a:\n-\n", "a:\n- - b", "a:\n-b", "a: b\r", "a: b\rc: d", "---\na: b", "a: b\n---\nc: d", "a: b\n..."),
        *("%YAML 1.1\n---\na: b", f"{'a' * 2000}: b", "é: a", "a: {{ b }}", "{{ a }}: b", "a: b\x00", "<<: b", "a: \ue000", "a: \ud800"),
    ],
)  # fmt: skip
def test_what_is_left_to_pyyaml(text):
    assert read_simple(Origin(text, mapped(text))) is None


# around the subset, so that most texts are simple or nearly so
KEYS = st.sampled_from(
    ["a", "b", "model", "x-y", "x.y", "_z", "yes", "on", "no", "true", "null", "A", "1", "é", "'q'", "<<", "a b", "-"]
)
PLAIN = st.text(st.sampled_from("abeonxyZ01.:-_/ é😀'\"\\,[]{}#&*!|>%@`?=~<+\t\xa0\u200b$(^;"), min_size=1, max_size=8)
WORDS = st.sampled_from(
    [
        *(
            "yes",
            "No",
            "true",
            "True",
            "false",
            "on",
            "OFF",
            "null",
            "~",
            "y",
            "n",
            "1",
            "0",
            "01",
            "1.5",
            "1e3",
            "0x1F",
            "12:30:00",
        ),
        *(
            "2026-01-01",
            ".inf",
            "-1",
            "1_0",
            "text",
            "two words",
            "a: b",
            "http://x",
            "'q'",
            '"q"',
            "'q' x",
            '""',
            "''",
            "[a]",
            "{a: b}",
        ),
    ]
)
VALUES = st.one_of(WORDS, PLAIN, st.text(max_size=6))
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\n\n", " \n", "  \n \n", "\r", ""])
BLANKS = st.sampled_from(["", " ", " ", " ", "  ", "\t"])
INDENTS = st.sampled_from(["", "", "  ", "  ", " ", "    "])
KEY_LINES = st.tuples(
    INDENTS.map(lambda each: each[:1] if len(each) == 4 else ""), KEYS, st.just(":"), BLANKS, VALUES, ENDS
)
OPEN_LINES = st.tuples(KEYS, st.just(":"), st.sampled_from(["", "", " "]), ENDS)
LISTS = st.tuples(INDENTS, st.lists(st.tuples(st.just("-"), BLANKS, VALUES, ENDS), max_size=3)).map(
    lambda made: [made[0] + "".join(item) for item in made[1]]
)
PARTS = st.one_of(
    KEY_LINES.map("".join),
    st.tuples(OPEN_LINES.map("".join), LISTS.map("".join)).map("".join),
    st.tuples(INDENTS, st.just("-"), BLANKS, VALUES, ENDS).map("".join),
    ENDS,
)
TEXTS = st.lists(PARTS, max_size=5).map("".join)


def test_the_trees_are_the_same():
    taken = []

    @settings(max_examples=3000, deadline=None)
    @given(TEXTS)
    def compare(text):
        taken.append(same(text))

    compare()
    assert taken.count(True) > 50


NICE_VALUES = st.one_of(
    WORDS,
    st.text(st.sampled_from("abc XYZ01-_/.,:()é"), min_size=1, max_size=20),
    st.text(st.sampled_from("abc XYZ01-_/.,:()é"), max_size=20).map(lambda each: f'"{each}"'),
)


@settings(max_examples=500, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.one_of(NICE_VALUES, st.lists(NICE_VALUES, max_size=3)), min_size=1)
)
def test_keys_with_values_and_lists(data):
    lines = []
    for key, value in data.items():
        lines += [f"{key}:", *(f"  - {item}" for item in value)] if isinstance(value, list) else [f"{key}: {value}"]
    same("\n".join(lines))


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ("a: x", " ", ": b"),
        ("a: x", " ", "\nb"),
        ("a:", " \n", "!"),
        ("a:\n", "- b\n\n", "-"),
        ("", "a: b\n", ""),
        ("a: ", ":", ""),
        ("a:\n", " ", "x"),
    ],
    ids=range(7),
)
def test_takes_linear_time(linear_time, before, piece, after):
    def reading(count):
        text = before + piece * count + after
        assert read_simple(Origin(text, mapped(text))) is None

    linear_time(reading, 100_000)


def test_simple_front_matter_does_not_need_pyyaml(tmp_path):
    file = tmp_path / "a.md"
    file.write_text("---\nmodel: gpt-4o\ninputs:\n  - report\n---\nSummarise {{report}} in three sentences.\n", "utf-8")
    code = (
        "import sys\n"
        "from promptlint.formats import read\n"
        "from promptlint.source import Source\n"
        f"document = read(Source.from_bytes({str(file)!r}, open({str(file)!r}, 'rb').read()))\n"
        "print(document.prompts[0].settings.model.value, 'yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["gpt-4o", "False"], done.stderr


if "PROMPTLINT_CORPUS" in os.environ:

    def test_the_front_matter_of_a_corpus():
        files = sorted(path for path in Path(os.environ["PROMPTLINT_CORPUS"], "files").rglob("*") if path.is_file())
        blocks = re.compile(r"\A\s*---[ \t]*(?:\r\n|\n|\r)(.*?)(?<=[\r\n])---[ \t]*(?:[\r\n]|\Z)", re.DOTALL)
        taken = []
        for path in files:
            text = path.read_bytes().decode("utf-8", "replace")
            block = blocks.match(text)
            if block:
                taken.append(same(block[1]))
            if path.suffix in (".yaml", ".yml"):
                same(text)
        assert taken.count(True) > 0.2 * len(taken) > 20
