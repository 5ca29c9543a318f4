from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.checks.undeclared_variable import _closest
from promptlint.diagnostic import Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]

HEAD = "---\nname: a\ninputs:\n  question:\n    type: string\n  user_name:\n    type: string\n---\nuser:\n"


@pytest.fixture
def undeclared(found_by: Callable[[str], Run]) -> Run:
    """What is found in the body of a Prompty file that declares `question` and `user_name`."""

    def run(body: str, **options: object) -> tuple[Diagnostic, ...]:
        return found_by("undeclared-variable")(HEAD + body, "a.prompty", **options)

    return run


def test_all_declared(undeclared: Run) -> None:
    assert undeclared("{{question}} of {{ user_name | upper }}, {{question}}") == ()


def test_every_use_is_reported_where_the_name_stands(undeclared: Run) -> None:
    body = "{{question}} {{ style }} {% if depth > 1 %}{{ style|upper }}{% endif %}"
    found = undeclared(body)
    text = HEAD + body
    assert [text[item.location.span.start : item.location.span.end] for item in found] == ["style", "depth", "style"]
    assert all(item.severity is Severity.WARNING for item in found)
    assert len({item.location for item in found}) == 3


def test_names_that_the_template_sets_itself(undeclared: Run) -> None:
    body = "{% for line in question %}{{ loop.index }} {{ line }}{% endfor %}{% set n = 3 %}{{ n }}"
    assert undeclared(body) == ()


@pytest.mark.parametrize("name", ["questoin", "Question", "userName", "user-name", "username"])
def test_a_slip_is_shown_with_what_was_meant(undeclared: Run, name: str) -> None:
    (finding,) = undeclared(f"{{{{ {name.replace('-', '')} }}}}")
    meant = "question" if name.lower().startswith("q") else "user_name"
    assert finding.message.endswith(f"(did you mean '{meant}'?)")
    (related,) = finding.related
    assert related.message == f"'{meant}' is declared here"
    assert HEAD[related.location.span.start :].startswith(meant)


def test_a_name_like_no_other(undeclared: Run) -> None:
    (finding,) = undeclared("{{ zebra }}")
    assert "did you mean" not in finding.message
    assert finding.related == ()


def test_known_names(undeclared: Run) -> None:
    assert undeclared("{{ now }} {{ model }}", known=["now", "model"]) == ()
    assert len(undeclared("{{ now }} {{ model }}", known=("now",))) == 1


def test_files_that_declare_nothing(found_by: Callable[[str], Run]) -> None:
    run = found_by("undeclared-variable")
    assert run("Answer {{ question }}.", "prompts/a.j2") == ()
    assert run("---\nname: a\n---\nuser:\nAnswer {{question}}.\n", "a.prompty") == ()


def test_a_file_that_declares_that_there_are_none(found_by: Callable[[str], Run]) -> None:
    text = "---\nname: a\ninputs: {}\n---\nuser:\nAnswer {{question}}.\n"
    (finding,) = found_by("undeclared-variable")(text, "a.prompty")
    assert "'question'" in finding.message


@pytest.mark.parametrize(
    ("name", "candidates", "closest"),
    [
        ("user-name", ("user_name", "name"), "user_name"),
        ("x", ("y", "z"), None),
        ("context", (), None),
        ("contxt", ("context", "contexts"), "context"),
    ],
)
def test_closest(name: str, candidates: tuple[str, ...], closest: str | None) -> None:
    assert _closest(name, candidates) == closest


def test_very_many_undeclared_names(undeclared: Run) -> None:
    assert len(undeclared(" ".join(f"{{{{ style_{number} }}}}" for number in range(2_000)))) == 2_000
