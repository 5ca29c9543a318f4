from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.linear import MAX_LENGTH, PatternError, compiled

if TYPE_CHECKING:
    from conftest import LinearTime


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bfoo\b", "a foo"),
        (r"(?i)do\s{1,5}not", "DO  NOT"),
        (r"(?:an?|the) [a-z]{1,20}", "a model"),
        (r"(?P<day>[0-9]{1,2})/[0-9]{4}", "1/2026"),
        (r"(?:[0-9]{3}-){2}[0-9]", "123-456-7"),
        (r"(?:very ?){1,3}good", "very very good"),
        (r"(?:so\s{1,3})?long", "so long"),
        (r"(?>a{1,9})b", "aaab"),
        (r"a{1,9}+b", "aaab"),
        (r"[[a]", "a"),
        (r"(?m)^x$", "y\nx"),
    ],
)
def test_what_is_taken(pattern: str, text: str) -> None:
    assert compiled(pattern).search(text)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"a(?=b)", "lookahead"),
        (r"a(?!b)", "lookahead"),
        (r"(?<=a)b", "lookbehind"),
        (r"(?<!a)b", "lookbehind"),
        (r"(a)\1", "references"),
        (r"(?P<x>a)(?P=x)", "references"),
        (r"(a)?(?(1)b|c)", "references"),
        (r"a+", "bound"),
        (r"a*b", "bound"),
        (r"a+?b", "bound"),
        (r"a++b", "bound"),
        (r"x{2,}", "bound"),
        (r"x{1001}", "bound"),
        (r"(?:a{1,3}){1,3}", "in another"),
        (r"(?:(?:a|bc{1,3})d){2}", "in another"),
        (r"x{600}y{600}", "longer than 1,000"),
        (r"a{0,200}a{0,200}b", "ways"),
        (r"(?:a|ab){1,100}c", "ways"),
        (r"(?:a|ab)(?:a|ab)(?:a|ab)(?:a|ab)" * 5, "ways"),
        (r"a?", "nothing"),
        (r"\b", "nothing"),
        (r"|a", "nothing"),
        ("(", "not a regular expression"),
        ("a" * (MAX_LENGTH + 1), "longer than"),
        ("a{99999999999999999999}", "too large"),
    ],
)
def test_what_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(PatternError, match=re.escape(reason)):
        compiled(pattern)


def test_where_a_pattern_is_none() -> None:
    with pytest.raises(PatternError) as caught:
        compiled("ab[c")
    assert caught.value.offset == 2


def test_nesting() -> None:
    compiled("(" * 20 + "a" + ")" * 20)
    # how deep is too deep depends on the version of Python; what matters is that nothing else is raised
    with suppress(PatternError):
        compiled("(" * 249 + "a" + ")" * 249)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=r"ab()[]{}|?*+\.^$<>=!:P0123,-", max_size=30))
def test_every_text_is_taken_or_refused(linear_time: LinearTime, pattern: str) -> None:
    try:
        taken = compiled(pattern)
    except PatternError:
        return

    def search(size: int) -> None:
        assert all(match.group() for match in taken.finditer("ab" * size))

    linear_time(search, 4_000)


def test_what_is_taken_is_quick_on_a_long_line(linear_time: LinearTime) -> None:
    pattern = compiled(r"(?i)a{1,40}a{1,40}b")

    def search(size: int) -> None:
        assert pattern.search("a" * size) is None

    linear_time(search, 8_000)
