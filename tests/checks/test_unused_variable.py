from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def unused(found_by: Callable[[str], Run]) -> Callable[[str, str], list[str]]:
    """The names that are reported for a Prompty file with those declarations and that body."""

    def names(declared: str, body: str) -> list[str]:
        text = f"---\nname: a\ninputs:\n{declared}---\nuser:\n{body}\n"
        found = found_by("unused-variable")(text, "a.prompty")
        assert all(item.severity is Severity.WARNING for item in found)
        return [text[item.location.span.start : item.location.span.end] for item in found]

    return names


DECLARED = "  question:\n    type: string\n  tone:\n    type: string\n"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("Answer {{question}} in a {{tone}} tone.", []),
        ("Answer {{question}}.", ["tone"]),
        ("Answer.", ["question", "tone"]),
        ("{% if tone %}Be kind.{% endif %} Answer {{question}}.", []),
        ("{% for line in question.lines %}{{line}}{% endfor %}", ["tone"]),
        ("Answer {{ question | replace('a', tone) }}.", []),
        ("Answer {{question}}. {# tone #}", ["tone"]),
        ("Answer {{questions}}.", ["question", "tone"]),
        ("Answer {{question}}. {% include 'tone.j2' %}", []),
    ],
)
def test_unused(unused: Callable[[str, str], list[str]], body: str, names: list[str]) -> None:
    assert unused(DECLARED, body) == names


def test_the_finding_is_at_the_declaration(found_by: Callable[[str], Run]) -> None:
    text = f"---\nname: a\ninputs:\n{DECLARED}---\nuser:\nAnswer {{{{question}}}}.\n"
    (finding,) = found_by("unused-variable")(text, "a.prompty")
    assert finding.location.span.start == text.index("tone")
    assert "'tone'" in finding.message


def test_every_message_counts(found_by: Callable[[str], Run]) -> None:
    text = f"---\nname: a\ninputs:\n{DECLARED}---\nsystem:\nBe {{{{tone}}}}.\n\nuser:\nAnswer {{{{question}}}}.\n"
    assert found_by("unused-variable")(text, "a.prompty") == ()


def test_files_that_declare_nothing(found_by: Callable[[str], Run]) -> None:
    run = found_by("unused-variable")
    assert run("Answer {{ question }}.", "prompts/a.j2") == ()
    assert run("---\nname: a\n---\nuser:\nAnswer {{question}}.\n", "a.prompty") == ()
