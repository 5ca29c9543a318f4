from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from promptlint.reporters.terminal.lines import wrapped

WORDS = st.text(st.sampled_from("ab-.,'é漢—"), min_size=1, max_size=30)


@given(st.lists(WORDS, max_size=12), st.integers(12, 40), st.text(" ", max_size=4), st.text(" ", max_size=10))
def test_lines_are_those_of_textwrap(words, columns, first, other):
    text = " ".join(words)
    same = textwrap.wrap(
        text,
        columns,
        initial_indent=first,
        subsequent_indent=other,
        break_long_words=False,
        break_on_hyphens=False,
    )
    assert wrapped(text, columns, first=first, other=other) == same
