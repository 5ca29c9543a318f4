"""The rule `unbounded-variable`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Confidence, Diagnostic, Severity

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def unbounded(found_by: Callable[[str], Run]) -> Run:
    return found_by("unbounded-variable")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Explain the failure.\n{{ build_log }}", "'build_log'"),
        ("Review the change.\n{{ git_diff }}", "'git_diff'"),
        ("Review them.\n{% for f in files %}{{ f.content }}{% endfor %}", "the text of every item of 'files'"),
        ("Fasse zusammen.\n{{ sitzungsprotokoll }}", "'sitzungsprotokoll'"),
        ("Résume.\n{{ fichier_complet }}", "'fichier_complet'"),
        ("Resume.\n{{ archivo }}", "'archivo'"),
    ],
)
def test_long_by_nature(unbounded: Run, text: str, what: str) -> None:
    (finding,) = unbounded(f"{text}\n", "prompts/a.j2")
    assert (finding.confidence, finding.severity) == (Confidence.MEDIUM, Severity.INFO)
    assert finding.message.endswith(what)


@pytest.mark.parametrize(
    "text",
    [
        "Explain the failure.\n{{ build_log | truncate(8000) }}",
        "Explain the failure.\n{{ build_log[:8000] }}",
        "Explain the failure.\n{{ log_summary }}",
        "Explain {{ log_level }} in {{ file_name }}, which has {{ file_count }} lines.",
        "Review them.\n{% for f in files[:3] %}{{ f.content }}{% endfor %}",
        "List them.\n{% for f in files %}{{ f.path }}{% endfor %}",
        "Answer from the context.\n{{ context }}\n{{ question }}",
        "Translate.\n{{ text }}",
    ],
)
def test_short_or_cut(unbounded: Run, text: str) -> None:
    assert unbounded(f"{text}\n", "prompts/a.j2") == ()


def test_once_for_each_variable(unbounded: Run) -> None:
    assert len(unbounded("Compare:\n{{ log }}\n{{ log }}\n{{ diff }}\n", "prompts/a.j2")) == 2


def test_a_variable_that_is_cut_at_one_place(unbounded: Run) -> None:
    assert unbounded("Explain:\n{{ log }}\n{{ log | truncate(99) }}\n", "prompts/a.j2") == ()


def test_a_long_sample_bounds_nothing(unbounded: Run) -> None:
    head = "---\nname: a\nmodel:\n  api: chat\nsample:\n  build_log: {}\n---\nuser:\nExplain the failure.\n{{{{build_log}}}}\n"
    assert unbounded(head.format("error"), "a.prompty") == ()
    assert len(unbounded(head.format("error " * 500), "a.prompty")) == 1


def test_the_program_bounds_it(unbounded: Run) -> None:
    assert unbounded("Explain:\n{{ log }}\n", "prompts/a.j2", bounded=["log"]) == ()


def test_agent_files_are_left_alone(unbounded: Run) -> None:
    assert unbounded("Explain:\n{{ log }}\n", "CLAUDE.md") == ()
