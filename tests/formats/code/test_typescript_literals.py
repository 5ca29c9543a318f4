from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from promptlint.formats.code import typescript_literals as literals
from promptlint.formats.code.typescript import module
from promptlint.formats.code.values import Hole, Literal, Text
from promptlint.source import Span, TextMap

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
QUOTES = st.sampled_from(["'", '"', "`"])
_NAMED = {"\n": "\\n", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\v": "\\v"}


@st.composite
def written(draw: st.DrawFn, quote: str) -> tuple[str, str]:
    """A text, and the same as somebody may write it between these quotes."""
    text = draw(TEXTS)
    parts = []
    for character in text:
        code = ord(character)
        ways = [f"\\u{{{code:x}}}"]
        if code < 0x10000:
            ways.append(f"\\u{code:04X}")
        else:
            ways.append(f"\\ud{0x800 + ((code - 0x10000) >> 10):03x}\\ud{0xC00 + ((code - 0x10000) & 0x3FF):03x}")
        if code < 256:
            ways.append(f"\\x{code:02x}")
        if character in _NAMED:
            ways.append(_NAMED[character])
        if character in "'\"`\\${}":
            ways.append("\\" + character)
        must = character in "\\\r" or character == quote or (character == "\n" and quote != "`")
        if not must and not (quote == "`" and character == "$") and character != "\0":
            ways += [character] * 4
        parts.append(draw(st.sampled_from(ways)))
        if draw(st.integers(0, 15)) == 0:
            parts.append("\\\n")
    return text, "".join(parts)


def literal_of(source: str) -> Literal:
    text = module("a.ts", f"f({source})", lambda _: None).sites[0].resolve().arguments[0]
    assert isinstance(text, Text)
    (piece,) = text.pieces
    assert isinstance(piece, Literal)
    return piece


@given(st.data(), QUOTES)
def test_what_is_written_is_read(data: st.DataObject, quote: str) -> None:
    text, raw = data.draw(written(quote))
    assume(raw)
    piece = literal_of(quote + raw + quote)
    assert piece.text == text
    reading = literals.COOKED if quote == "`" else literals.STRING
    source = f"f({quote}{raw}{quote})"
    at, behind = 0, len("f(") + 1
    for length, origin in piece.runs:
        assert origin is not None
        assert origin.start == behind  # the runs tile the literal
        again = literals.literal(source, origin, "a.ts", reading, piece.notation)
        assert again.text == text[at : at + length]
        at, behind = at + length, origin.end
    assert (at, behind) == (len(text), len(source) - 2)


@given(st.data(), QUOTES, TEXTS)
def test_a_replacement_changes_that_literal_only(data: st.DataObject, quote: str, replacement: str) -> None:
    text, raw = data.draw(written(quote))
    assume(raw)
    source = f"const before = 'a';\nf({quote}{raw}{quote});\nconst after = `b${{before}}`;\n"
    (site,) = module("a.ts", source, lambda _: None).sites
    (argument,) = site.resolve().arguments
    assert isinstance(argument, Text)
    (piece,) = argument.pieces
    assert isinstance(piece, Literal)
    where = TextMap.build("a.ts", piece.runs, piece.notation.encode)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    place = where.locate(Span(start, end))
    assume(place is not None and where.is_exact(Span(start, end)))
    assert place is not None
    new = piece.notation.encode(replacement)
    assert new is not None
    changed = source[: place.span.start] + new + source[place.span.end :]
    assume(
        "${" not in changed[place.span.start - 1 : place.span.start + 1] or quote != "`"
    )  # a seam that only a guard sees
    found = module("a.ts", changed, lambda _: None)
    assert found.fault is None
    (site,) = found.sites
    (argument,) = site.resolve().arguments
    assert isinstance(argument, Text)
    assert "".join(each.text for each in argument.pieces) == text[:start] + replacement + text[end:]
    assert changed.startswith("const before = 'a';\nf(") and changed.endswith(");\nconst after = `b${before}`;\n")


def test_escapes() -> None:
    assert literal_of(r"'a\n\x41B\u{1F600}\ud83d\ude00\101\0\q\'\"'").text == "a\nAB\U0001f600\U0001f600A\0q'\""


def test_half_a_surrogate_pair_is_what_is_sent_for_it() -> None:
    assert literal_of(r'"\ud83d \ude00"').text == "\ufffd \ufffd"


def test_a_continued_line_leaves_nothing_but_its_place() -> None:
    piece = literal_of("'a\\\r\nb'")
    assert piece.text == "ab"
    assert piece.runs == ((1, Span(3, 4)), (0, Span(4, 7)), (1, Span(7, 8)))


def test_all_line_ends_of_a_template_literal_are_line_feeds() -> None:
    piece = literal_of("`a\r\nb\rc`")
    assert piece.text == "a\nb\nc"
    assert piece.runs[1] == (1, Span(4, 6))
    assert piece.notation.encode("x\ny") == "x\r\ny"  # as the file's other lines end


@pytest.mark.parametrize(
    ("quote", "text", "expected"),
    [
        ("'", 'it\'s\n"ok" \\', 'it\\\'s\\n"ok" \\\\'),
        ('"', 'it\'s\n"ok"', 'it\'s\\n\\"ok\\"'),
        ("`", "a\n`b` ${c} $5", "a\n\\`b\\` \\${c} $5"),
        ("`", "{a} costs $", "\\{a} costs \\$"),  # a dollar sign may stand before it, a brace behind it
        ("`", "a\r\n", "a\\r\n"),
        ("'", "\0\x1b\t", "\\x00\\x1b\t"),
        ("raw`", "plain text", "plain text"),
        ("raw`", "a\\b", None),
        ("raw`", "a`", None),
        ("raw`", "a${b}", None),
        ("dedent`", "two\nlines", None),
        ("'", "\ud800", None),
    ],
)
def test_replacements(quote: str, text: str, expected: str | None) -> None:
    assert literals.quoted(quote, "\n").encode(text) == expected


INDENTED = """
      first

        second
      third ${x}
   """


@pytest.mark.parametrize(
    ("start", "tag", "expected"),
    [
        ("import dedent from 'dedent';", "dedent", "first\n\n  second\nthird ${x}"),
        ("import ded from 'dedent';", "ded", "first\n\n  second\nthird ${x}"),
        ("import { dedent } from 'ts-dedent';", "dedent", "first\n\n  second\nthird ${x}"),
        ("import endent from 'endent';", "endent", "first\n\n  second\nthird ${x}"),
        ("import { outdent as o } from 'outdent';", "o", "first\n\n  second\nthird ${x}"),
        ("import { stripIndent } from 'common-tags';", "stripIndent", "first\n\n  second\nthird ${x}"),
        ("import { stripIndents } from 'common-tags';", "stripIndents", "first\n\nsecond\nthird ${x}"),
        ("", "dedent", "first\n\n  second\nthird ${x}"),
        ("", "markdown", INDENTED),
        ("import { prompt } from './tags';", "prompt", INDENTED),
    ],
)
def test_tags(start: str, tag: str, expected: str) -> None:
    source = f"{start} f({tag}`{INDENTED}`)"
    text = module("a.ts", source, lambda _: None).sites[0].resolve().arguments[0]
    assert isinstance(text, Text)
    assert "".join(piece.text for piece in text.pieces) == expected
    for piece in text.pieces:
        if isinstance(piece, Hole):
            assert source[piece.span.start : piece.span.end] == piece.text
            continue
        at = 0
        for length, origin in piece.runs:
            if origin is not None and len(origin) == length:
                assert source[origin.start : origin.end] == piece.text[at : at + length]
            at += length
        assert at == len(piece.text)


def test_a_blank_that_an_escape_stands_for_is_no_indentation() -> None:
    source = r"import dedent from 'dedent'; f(dedent`\n  a" + "\n    b`)"
    text = module("a.ts", source, lambda _: None).sites[0].resolve().arguments[0]
    assert isinstance(text, Text)
    assert "".join(piece.text for piece in text.pieces) == "\n  a\nb"


def test_a_tag_that_is_no_plain_name_is_a_call() -> None:
    source = "f(sql.raw`select 1`, String.raw`a\\n${b}`)"
    first, second = module("a.ts", source, lambda _: None).sites[0].resolve().arguments
    assert not isinstance(first, Text)
    assert isinstance(second, Text)
    assert [piece.text for piece in second.pieces] == ["a\\n", "${b}"]
