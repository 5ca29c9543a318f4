from __future__ import annotations

import tree_sitter
import tree_sitter_typescript
from hypothesis import given
from hypothesis import strategies as st

from promptlint.formats.code.trees import Nest, Tree
from promptlint.source import Span

LANGUAGE = tree_sitter.Language(tree_sitter_typescript.language_typescript())
STRINGS = tree_sitter.Query(LANGUAGE, "[(string) (identifier)] @found")


def test_places_are_code_points() -> None:
    tree = Tree("é = '😀x'; ñ = \"ü\"", LANGUAGE)
    found = tree.captures(STRINGS)["found"]
    assert [tree.text_of(node) for node in found] == ["é", "'😀x'", "ñ", '"ü"']
    assert [tree.text[tree.span(node).start : tree.span(node).end] for node in found] == [
        tree.text_of(node) for node in found
    ]


@given(st.text())
def test_every_byte_offset_is_that_of_its_character(text: str) -> None:
    tree = Tree(text, LANGUAGE)
    byte = 0
    for index, character in enumerate(text):
        width = len(character.encode("utf-8", "surrogatepass"))
        assert [tree.offset(byte + inside) for inside in range(width)] == [index] * width
        byte += width
    assert tree.offset(byte) == len(text)


def test_the_text_may_hold_any_line_end() -> None:
    text = "a\r\n'b\u2028c'\r'd'"
    tree = Tree(text, LANGUAGE)
    assert tree.span(tree.root).end == len(text)
    assert tree.span(tree.captures(STRINGS)["found"][1]) == Span(3, 8)


def test_the_innermost_range() -> None:
    nest = Nest([(0, 100), (10, 40), (20, 30), (50, 60)])
    assert [nest.innermost(at) for at in (0, 10, 25, 35, 45, 55, 99, 100)] == [0, 1, 2, 1, 0, 3, 0, -1]
    assert nest.parents == [-1, 0, 1, 0]


def test_ranges_that_lie_too_deep_are_left_out() -> None:
    nest = Nest([(at, 10_000 - at) for at in range(1_000)])
    assert nest.innermost(5_000) == len(nest.starts) - 1 == 399
