from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from promptlint import guard as guarding
from promptlint.analysis.regions import RegionKind
from promptlint.diagnostic import Applicability, Aspect, Edit, Fix
from promptlint.fixes import apply_fixes
from promptlint.formats import read
from promptlint.guard import guard
from promptlint.prompt import Document
from promptlint.source import Source


def replacing(text: str, *changes: tuple[str, str], touches: tuple[Aspect, ...] = ()) -> Fix:
    """A fix that replaces the first place of each text; the place is what stands between ``[`` and ``]``, if they are there."""
    edits = []
    source = Source("prompts/a.md", text)
    for old, new in changes:
        low = old.index("[") if "[" in old else 0
        high = old.index("]") - 1 if "]" in old else len(old)
        start = text.index(old.replace("[", "").replace("]", ""))
        edits.append(Edit(source.location(start + low, start + high), new))
    return Fix("Change it", tuple(edits), Applicability.SAFE, frozenset(touches))


def judged(path: str, text: str, *changes: tuple[str, str], touches: tuple[Aspect, ...] = ()) -> str | None:
    before = read(Source(path, text))
    fix = replacing(text, *changes, touches=touches)
    fix = replace(fix, edits=tuple(Edit(replace(each.location, path=path), each.replacement) for each in fix.edits))
    after = read(Source(path, apply_fixes(text, [fix])), format=before.format)
    return guard(before, after, [fix])


PROMPTY = """---
name: a
model:
  api: chat
  configuration:
    name: gpt-4o
  parameters:
    max_tokens: 100
inputs:
  question: why
---
system:
In order to win, play `In order to`.

user:
In order to ask: {{question}}
"""
YAML = """messages:
  - role: system
    content: "In order to win,\\tplay \\"In order to\\"."
  - role: user
    content: |
      In order to ask: {{question}}

      In order to stop.
  - role: assistant
    content: In order to # comment
model: gpt-4o
"""
JINJA = """In order to win{# promptlint: ignore[filler-phrase] why #}, play {{ In }}.
{% if order %}In order to{% endif %}
```
In order to
```
See <data>In order to</data>, https://in.order/to and "In order to".
"""


@pytest.mark.parametrize(
    ("path", "text", "change"),
    [
        ("prompts/a.md", "In order to win, play.\n", ("In order to", "To")),
        ("prompts/a.md", "In order to win, play {{x}}.", ("In order to win, ", "")),
        ("prompts/a.md", "Play {{x}} in order to win.", (" in order to win", "")),
        ("a.prompty", PROMPTY, ("In order to win", "To win")),
        ("a.prompty", PROMPTY, ("In order to ask", "To ask")),
        ("a.prompt.yml", YAML, ("In order to win", "To win")),
        ("a.prompt.yml", YAML, ("In order to ask", "To ask")),
        ("a.prompt.yml", YAML, ("In order to stop", "To stop")),
        ("a.prompt.yml", YAML, ("[In order to] # ", "To")),
        ("prompts/a.j2", JINJA, ("In order to win", "To win")),
        ("prompts/a.j2", JINJA, ("[In order to]{% endif", "To")),
        ("prompts/a.j2", JINJA, ("%}[In order to]{%", "")),
    ],
)
def test_wording_may_change(path: str, text: str, change: tuple[str, str]) -> None:
    assert judged(path, text, change) is None


@pytest.mark.parametrize(
    ("path", "text", "change", "reason"),
    [
        ("prompts/a.j2", JINJA, ("```\n[In order to]", "To"), "code"),
        ("prompts/a.j2", JINJA, ("order/[to]", "from"), "code"),
        ("prompts/a.j2", JINJA, ("```\nIn", "``\nIn"), "code"),
        ("prompts/a.j2", JINJA, ("<data>", "<date>"), "quotation"),
        ("prompts/a.j2", JINJA, ('"[In order to]"', "To"), "quotation"),
        ("prompts/a.j2", JINJA, ("{{ [In] }}", "Out"), "template syntax"),
        ("prompts/a.j2", JINJA, ("if [order]", "older"), "template syntax"),
        ("prompts/a.j2", JINJA, ("{% endif %}", ""), "fault"),
        ("prompts/a.j2", JINJA, ("win{#", "win {{ x }}{#"), "template syntax"),
        (
            "prompts/a.j2",
            JINJA,
            ("filler-phrase", "verbose-phrase"),
            "template syntax",
        ),
        ("a.prompty", PROMPTY, ("play `[In]", "Out"), "code"),
        ("a.prompty", PROMPTY, ("gpt-4o", "gpt-4"), "setting"),
        ("a.prompty", PROMPTY, ("100", "200"), "setting"),
        ("a.prompty", PROMPTY, ("question: [why]", "how"), "declared variables"),
        ("a.prompty", PROMPTY, ("  question: why\n", ""), "declared variables"),
        ("a.prompty", PROMPTY, ("system:", "assistant:"), "roles"),
        ("a.prompty", PROMPTY, ("user:\n", ""), "messages"),
        ("a.prompt.yml", YAML, ("model: [gpt-4o]", "gpt-4"), "setting"),
        ("a.prompt.yml", YAML, ("role: [user]", "system"), "roles"),
        ("a.prompt.yml", YAML, ('"In order to win', '"In order to "win'), "fault"),
        ("a.prompt.yml", YAML, ('"In order to win', '"In order to \\"win'), "quotation"),
        ("a.prompt.yml", YAML, ("      [In order to ask]", "# To ask"), None),
        ("a.prompt.yml", YAML, ("      In order to stop", "    In order to stop"), "fault"),
        ("a.prompt.yml", YAML, ("In order to[ # ]comment", "#"), "text around it"),
        ("prompts/a.md", "\u200b```\nx\n```\n", ("\u200b", ""), "code"),
        ("prompts/a.md", "\u200b```\nx\n```\n{{y}}", ("\u200b", ""), "template language"),
        ("prompts/a.md", "Say {{x}}.", ("x", "y"), "template syntax"),
        ("prompts/a.md", "Say {{x}}.", ("{{x}}", "it"), "template"),
    ],
)
def test_what_a_fix_is_not_about_may_not(path: str, text: str, change: tuple[str, str], reason: str | None) -> None:
    found = judged(path, text, change)
    if reason is None:
        assert found is None
    else:
        assert found is not None and reason in found, found


@pytest.mark.parametrize(
    ("path", "text", "change", "touches"),
    [
        ("prompts/a.j2", JINJA, ("```\n[In order to]", "To"), "code"),
        ("prompts/a.j2", JINJA, ('"[In order to]"', "To"), "quotations"),
        ("prompts/a.j2", JINJA, ("{{ [In] }}", "Out"), "template"),
        ("a.prompty", PROMPTY, ("gpt-4o", "gpt-4"), "settings"),
        ("a.prompty", PROMPTY, ("  question: why\n", "  question: why\n  more: x\n"), "declarations"),
    ],
)
def test_what_a_fix_is_about_may_change(path: str, text: str, change: tuple[str, str], touches: Aspect) -> None:
    assert judged(path, text, change) is not None
    assert judged(path, text, change, touches=(touches,)) is None


def test_a_fix_about_code_may_not_make_code_of_something_else() -> None:
    text = "\u200b```\nIn order\n```\n"
    assert judged("prompts/a.md", text, ("\u200b", ""), touches=("code", "quotations")) is not None


def test_a_fix_about_code_does_not_excuse_another_one() -> None:
    text = "Use `in order to` and `so as to` well.\n"
    before = read(Source("prompts/a.md", text))
    first = replacing(text, ("`[in order to]", "to"), touches=("code",))
    second = replacing(text, ("`[so as to]", "to"))
    for fixes, passes in (([first], True), ([second], False), ([first, second], False)):
        after = read(Source("prompts/a.md", apply_fixes(text, fixes)), format=before.format)
        assert (guard(before, after, fixes) is None) == passes


def test_suppressions_stay() -> None:
    text = "# promptlint: ignore-file[filler-phrase] why\n" + YAML
    assert judged("a.prompt.yml", text, ("filler-phrase", "verbose-phrase")) == "a suppression comment would change"
    assert judged("a.prompt.yml", text, ("filler-phrase", "verbose-phrase"), touches=("suppressions",)) is None


def test_a_program_stays_valid() -> None:
    before = read(Source("a.py", 'SUMMARY_PROMPT = "You are an editor. Sum up the text."\n'))
    broken = replace(before, fault=before.source.location(0, 1))
    assert guard(before, broken, []) == "the file would no longer be valid"
    assert guard(broken, broken, []) is None


def test_nothing_speaks_against_no_fix() -> None:
    for path, text in (("a.prompty", PROMPTY), ("a.prompt.yml", YAML), ("prompts/a.j2", JINJA), ("a.md", "")):
        document = read(Source(path, text))
        assert guard(document, read(Source(path, text), format=document.format), []) is None


def test_another_format_or_prompt_is_noticed() -> None:
    document = read(Source("prompts/a.md", "Say {{x}}."))
    assert "another format" in str(guard(document, replace(document, format="text"), []))
    assert "other prompts" in str(guard(document, replace(document, prompts=()), []))
    (prompt,) = document.prompts
    other: Document = replace(document, prompts=(replace(prompt, language="de"),))
    assert "kind or language" in str(guard(document, other, []))


def test_many_fixes_in_a_long_text() -> None:
    text = "In order to win, play {{x}} and `y`.\n" * 3_000
    before = read(Source("prompts/a.md", text))
    source = before.source
    starts = [at for at in range(len(text)) if text.startswith("In order to", at)]
    fixes = [Fix("", (Edit(source.location(at, at + 11), "To"),), Applicability.SAFE) for at in starts]
    after = read(Source("prompts/a.md", apply_fixes(text, fixes)), format=before.format)
    assert guard(before, after, fixes) is None


def test_every_kind_of_region_is_guarded() -> None:
    assert set(guarding._ASPECT_OF) == set(get_args(RegionKind))


def test_a_quoted_line_stays_but_for_a_fix_that_is_about_quotations() -> None:
    text = "Answer the mail in one sentence.\n\n> In order to win, play.\n"
    before = read(Source("prompts/a.md", text))
    for touches, passes in (((), False), (("quotations",), True)):
        fix = replacing(text, ("In order to", "To"), touches=touches)
        after = read(Source("prompts/a.md", apply_fixes(text, [fix])), format=before.format)
        assert (guard(before, after, [fix]) is None) == passes
