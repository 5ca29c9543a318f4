from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.analysis import Analysis, analyse
from promptlint.basis import Basis, Size
from promptlint.breakdown import BY, By, breakdown
from promptlint.estimate import estimate
from promptlint.formats import read
from promptlint.source import Source
from promptlint.tokens import counter

COUNT = counter("o200k_base").count

SECTIONS = """You sort tickets.

# Rules

Be quick.

```
# no heading
```
<style>
Write plainly.
## Tone
Be kind.
</style>
More rules.

# Ticket

{{ ticket }}
"""


def analysis(text: str, path: str = "prompts/p.j2") -> Analysis:
    return analyse(read(Source.from_bytes(path, text.encode()), lambda _: None).prompts[0], "en")


def parts(text: str, by: By, basis: Basis | None = None) -> dict[str, int]:
    return {share.name: share.tokens for share in breakdown(analysis(text), by, basis).shares}


def test_sections_are_headings_and_tags() -> None:
    found = parts(SECTIONS, "section", Basis(sizes={"ticket": Size(200)}))
    assert list(found) == ["(beginning)", "Rules", "<style>", "Tone", "Ticket", "chat format"]
    assert found["(beginning)"] == COUNT("You sort tickets.\n\n")
    assert found["<style>"] == COUNT("<style>\nWrite plainly.\n")
    # the border tokens belong to the one or to the other
    assert found["Ticket"] == pytest.approx(COUNT("# Ticket\n\n\n") + 200, abs=1)
    assert found["Rules"] == pytest.approx(
        COUNT("# Rules\n\nBe quick.\n\n```\n# no heading\n```\n\nMore rules.\n\n"), abs=1
    )


def test_a_prompt_without_headings_is_one_section() -> None:
    assert list(parts("Sort {{ x }}.", "section")) == ["(no headings)", "chat format"]


def test_tags_that_are_not_closed_open_no_section() -> None:
    assert list(parts("<a>\nSort.\n<b>\nHi.\n</b>\n</c>\n", "section")) == ["(beginning)", "<b>", "chat format"]


CHAT = """---
model: gpt-4o
---
system:
Sort tickets.
user:
{{ticket}}
"""


def test_messages_are_named_by_number_and_role() -> None:
    made = analyse(read(Source.from_bytes("p.prompty", CHAT.encode()), lambda _: None).prompts[0], "en")
    found = breakdown(made, "message", Basis(sizes={"ticket": Size(90)})).shares
    assert [(each.kind, each.name, each.message) for each in found] == [
        ("message", "message 1 (system)", 0),
        ("message", "message 2 (user)", 1),
        ("framing", "chat format", None),
    ]
    assert found[1].tokens >= 90 > found[0].tokens
    sections = [each.name for each in breakdown(made, "section").shares]
    assert sections[0] == "message 1 (system): (no headings)"


def test_variables_the_largest_first_and_the_text() -> None:
    basis = Basis(sizes={"a": Size(10), "b": Size(20), "xs": Size(5, items=3)})
    found = parts("Go {{ a }} {{ b }} {{ b }}{% for x in xs %}{{ x }}{% endfor %}", "variable", basis)
    assert list(found) == ["b (2 times)", "x (3 times)", "a", "literal text", "chat format"]
    assert (found["b (2 times)"], found["x (3 times)"], found["a"], found["chat format"]) == (40, 15, 10, 7)


SHOTS = """Sort the ticket.

<examples>
Input: The printer is on fire.
Output: hardware
</examples>

Ticket: {{ ticket }}
"""


def test_worked_examples_are_counted() -> None:
    found = breakdown(analysis(SHOTS), "section")
    shown = COUNT("<examples>\nInput: The printer is on fire.\nOutput: hardware\n</examples>")
    assert 0.5 * shown <= found.examples <= shown
    assert breakdown(analysis("Sort {{ ticket }}."), "section").examples == 0


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize(
    "text", [SECTIONS, SHOTS, CHAT, "", "{{ x }}", "{% for x in xs %}# A\n{{ x }}\n# B\n{% endfor %}"]
)
def test_the_shares_add_up(by: By, text: str) -> None:
    made = analysis(f"Go.\n{text}")
    found = breakdown(made, by)
    assert sum(share.tokens for share in found.shares) == estimate(made).input.expected
    assert all(share.tokens >= 0 for share in found.shares)


@given(
    st.lists(
        st.sampled_from(["# A\n", "<b>\n", "</b>\n", "text ", "\n", "{{ x }}", "!\n\n", "```\n", "  ", "日本"]),
        max_size=20,
    ),
    st.sampled_from(BY),
)
def test_the_shares_of_anything_add_up(pieces: list[str], by: By) -> None:
    made = analysis("Go. " + "".join(pieces))
    found = breakdown(made, by)
    expected = estimate(made).input.expected
    assert sum(share.tokens for share in found.shares) == expected
    assert all(share.tokens >= 0 for share in found.shares)
    assert 0 <= found.examples <= expected
