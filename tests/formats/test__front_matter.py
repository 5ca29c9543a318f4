from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.formats import _front_matter
from promptlint.formats._front_matter import split
from promptlint.source import Source, Span

PIECES = (
    *("---", "--- ", "---\x1c", "----", " ---", "```prompt", "~~~~md ", "```", "# x", "a: b", "a", "{{", "\u2028"),
    *("\n", "\r\n", "\r", "\n", "\n", " ", "\t"),
)


def is_rule(source: Source, line: int) -> bool:
    return source.slice(source.line_span(line)).rstrip() == "---"


def by_lines(source: Source, *, headers: bool) -> tuple[Span, Span] | Span | None:
    """The block of front matter and what is in it, or its opener, found line by line."""
    count = len(source.line_starts)
    lines = (line for line in range(1, count + 1) if source.slice(source.line_span(line)).strip())
    first = next(lines, None)
    if headers:
        above = first
        while above is not None and source.slice(source.line_span(above)).startswith("#"):
            above = next(lines, None)
        first = above if above is not None and is_rule(source, above) else first
    if first is None:
        return None
    if not is_rule(source, first):
        wrapper = _front_matter._WRAPPER.fullmatch(source.slice(source.line_span(first)).rstrip())
        if not wrapper or first == count or not is_rule(source, first + 1):
            return None
        first += 1
    last = next((line for line in range(first + 1, count + 1) if is_rule(source, line)), None)
    opener = source.line_span(first)
    if last is None:
        return opener
    block = Span(opener.start, source.line_span(last).end)
    return block, Span(source.line_starts[first], source.line_starts[last - 1])


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.booleans())
@settings(max_examples=1_000, deadline=None)
def test_the_block_is_what_a_look_at_each_line_finds(text: str, headers: bool) -> None:
    source = Source("a.md", text)
    expected, found = by_lines(source, headers=headers), split(source, headers=headers)
    assert found.unclosed == (expected if isinstance(expected, Span) else None)
    if found.front is None:
        assert found.body == Span(0, len(text))
    else:
        assert (found.front.span, found.front.inner) == expected
        assert text[found.front.span.end : found.body.start].strip() == ""
        line = source.position(found.front.span.end).line
        behind = source.line_starts[line] if line < len(source.line_starts) else len(text)
        assert found.body.start == behind
