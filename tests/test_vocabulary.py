"""The tables count what tiktoken counts, or say that they do not."""

from __future__ import annotations

import os
import random
from functools import cache
from pathlib import Path

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint import tokens, vocabulary
from promptlint.tokens import ENCODINGS
from promptlint.vocabulary import CLASSES, PATTERNS, Table, TableCounter, pack, parse_classes

CLASSES_FILE = Path(tokens.__file__).with_name("vocabularies") / "classes.txt"
CORPUS = os.environ.get("PROMPTLINT_CORPUS")


@pytest.fixture(scope="module")
def classes():
    return parse_classes(CLASSES_FILE.read_text("ascii").split("\n")[:-1])


@pytest.fixture(scope="module", params=ENCODINGS)
def pair(request, tmp_path_factory, classes):
    """A counter on a table that is made here, and what tiktoken counts."""
    encoding = request.param
    ranks = tokens._read_ranks(encoding)
    file = tmp_path_factory.mktemp("tables") / f"{encoding}.table"
    file.write_bytes(pack(list(ranks)))
    definition = tokens._DEFINITIONS[encoding]
    engine = tiktoken.Encoding(
        encoding, pat_str=definition.pattern, mergeable_ranks=ranks, special_tokens=definition.special_tokens
    )
    quick = TableCounter(vocabulary.re.compile(PATTERNS[encoding]), Table(str(file)), lambda: classes)
    quick._left = 10**12
    return quick, cache(lambda text: len(engine.encode(text, disallowed_special=())))


def agree(pair, text: str) -> bool:
    """Whether both count the same; the quick one may pass."""
    count = pair[0].count(text)
    return count is None or count == pair[1](text)


ORDINARY = [
    "",
    "hello world",
    "I'LL we've don't DON'T it's 'S 'sit x'D",
    "CamelCaseWordsAndHTTPServers",
    "1234567890 12,345.67 ١٢٣٤ ⅻ²",
    "./path/to/file.py\n//comment\n///\n!/\n",
    "\t \n \r\n  x   \n\n ",
    "trailing blanks   ",
    "\x1c\x1d x\x85y\u2028z\u00a0\u00a0w\u3000\u3000\n",
    "Grüße aus Köln, straße, ÄÖÜ ǅǈ ʰʲ ªº ßẞ e\u0301 \u0301\u0301",
    "日本語のテキスト、漢字とかな。 مرحبا नमस्ते 👩‍👩‍👧‍👦🏳️‍🌈👍🏽",
    "{{ name }} {% for x in xs %}{# note #}{% endfor %} ${name} $ARGUMENTS",
    "\U0010ffff\U000e0041\ue000\ufffe",
    "=" * 300 + "\n" + "ab" * 150 + " " * 300,
]


@pytest.mark.parametrize("text", ORDINARY, ids=range(len(ORDINARY)))
def test_ordinary_texts_are_counted(pair, text):
    assert pair[0].count(text) == pair[1](text)


def test_the_names_of_special_tokens_are_text(pair):
    for name in (*tokens._DEFINITIONS["cl100k_base"].special_tokens, "<|im_start|>", "<|endofprompt|>"):
        for text in (name, f"a {name}b", f"\n{name}\n" * 2):
            assert pair[0].count(text) == pair[1](text)


def test_characters_are_cut_as_tiktoken_cuts_them(pair, classes):
    ends = {start + step for start in classes._starts for step in (-1, 0, 1)} | set(range(0x300))
    points = sorted(each for each in ends if 0 <= each < 0xD800 or 0xE000 <= each < 0x110000)
    for start in range(0, len(points), 64):
        text = "".join(f"a{each}B {each}x'{each}1{each}\n" for each in map(chr, points[start : start + 64]))
        assert pair[0].count(text) == pair[1](text) or "\u017f" in text, f"U+{points[start]:04X} ..."


def test_the_classes_are_those_of_tiktokens_engine(classes):
    patterns = {
        "upper": r"[\p{Lu}\p{Lt}]",
        "lower": r"\p{Ll}",
        "letter": r"[\p{Lm}\p{Lo}]",
        "mark": r"\p{M}",
        "number": r"\p{N}",
        "blank": r"[^\S\r\n]",
    }
    everything = "".join(map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x110000))))
    for name, pattern in patterns.items():
        engine = tiktoken.Encoding(
            name, pat_str=pattern, mergeable_ranks={bytes([each]): each for each in range(256)}, special_tokens={}
        )
        # what the pattern does not match is dropped
        expected = engine.decode(engine.encode(everything, disallowed_special=()))
        assert "".join(each for each in everything if classes.sign(each) == CLASSES[name]) == expected, name


@given(text=st.text(st.characters(), max_size=300))
@settings(max_examples=200)
def test_any_text(pair, text):
    assert agree(pair, text)


@given(
    text=st.lists(
        st.sampled_from(
            ["a", "Ab", "'s", "'LL", "12", ".", "/", "!/", " ", "\n", "\r\n", "\t", "é", "É", "字", "\u00a0", "\u0301"]
        )
    ).map("".join)
)
@settings(max_examples=400)
def test_text_around_the_borders_of_pieces(pair, text):
    assert pair[0].count(text) == pair[1](text)


@given(text=st.text("abcdefgh", min_size=40, max_size=390))
@settings(max_examples=100)
def test_long_words(pair, text):
    assert pair[0].count(text) == pair[1](text)


if CORPUS:

    def test_the_corpus(pair):
        files = sorted(each for each in Path(CORPUS).rglob("*") if each.is_file())
        counted = 0
        for file in random.Random(1).sample(files, 400):
            text = file.read_bytes().decode("utf-8", "replace")
            assert agree(pair, text), file
            counted += pair[0].count(text) is not None
        assert counted > 350


# -- what is left to tiktoken -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a\ud800", "it'\u017f", "x" * 500, " " * 500])
def test_odd_texts_are_not_counted(pair, text):
    assert pair[0].count(text) is None


def test_after_much_text_tiktoken_is_worth_its_price(pair):
    quick = TableCounter(pair[0]._pieces, pair[0]._table, pair[0]._classes)
    text = "all work and no play\n" * 1000
    counts = [quick.count(text) for _ in range(vocabulary._BUDGET // len(text) + 2)]
    assert counts[0] == pair[1](text) and counts[-1] is None


# -- the file ---------------------------------------------------------------------------------------------------------


def test_a_table_knows_its_tokens(tmp_path):
    words = [b"b", b"a", b"ab", b"\xff", b"abc"]
    file = tmp_path / "small.table"
    file.write_bytes(pack(words))
    table = Table(str(file))
    assert table.tokens() == words
    assert [table.rank(word) for word in words] == [0, 1, 2, 3, 4]
    assert [table.rank(word) for word in (b"", b"c", b"abcd", b"ba")] == [None] * 4


@pytest.mark.parametrize("data", [b"\n", b"PLV1", b"PLV2" + bytes(12), b"PLV1" + b"\xff" * 12 + bytes(64)])
def test_another_file_is_refused(tmp_path, data):
    file = tmp_path / "x.table"
    file.write_bytes(data)
    with pytest.raises(ValueError, match="not a vocabulary"):
        Table(str(file))


def test_a_missing_file_is_an_oserror(tmp_path):
    with pytest.raises(OSError, match=r"no\.table"):
        Table(str(tmp_path / "no.table"))


def test_on_a_big_endian_machine_there_is_no_table(tmp_path, monkeypatch):
    file = tmp_path / "x.table"
    file.write_bytes(pack([b"a"]))
    monkeypatch.setattr(vocabulary.sys, "byteorder", "big")
    with pytest.raises(ValueError, match="little endian"):
        Table(str(file))
