"""``promptlint check --add-ignore``."""

from __future__ import annotations

from pathlib import Path

import pytest

WORDY = "Sort it in order to win.\n"
SILENT = "Sort it in order to win.{# promptlint: ignore[verbose-phrase] #}\n"


@pytest.fixture(autouse=True)
def project() -> Path:
    folder = Path("prompts")
    folder.mkdir()
    (folder / "a.j2").write_text(WORDY)
    return folder


def test_comments_are_written_once(invoke, project: Path) -> None:
    outcome = invoke("check", "--add-ignore", "--fail-on", "info", "prompts")
    assert (outcome.code, outcome.err) == (0, "Silenced 1 finding in 1 file.\n")
    assert (project / "a.j2").read_text() == SILENT
    outcome = invoke("check", "--add-ignore", "prompts")
    assert outcome.err == "" and (project / "a.j2").read_text() == SILENT


def test_the_reason_follows_an_equals_sign(invoke, project: Path) -> None:
    assert invoke("check", "--add-ignore=  quoted from\tthe contract ", "prompts").code == 0
    assert "ignore[verbose-phrase] quoted from the contract #}" in (project / "a.j2").read_text()


def test_a_path_is_never_taken_for_the_reason(invoke, project: Path) -> None:
    (project / "b.j2").write_text(WORDY)
    invoke("check", "--add-ignore", "prompts/a.j2")
    assert (project / "b.j2").read_text() == WORDY
    assert invoke("check", "--", "--add-ignore").code == 2, "behind -- it is a path"


@pytest.mark.parametrize("reason", ["a #} b", "a -- b", "a }} b", "a\nb"])
def test_a_reason_must_fit_into_a_comment(invoke, project: Path, reason: str) -> None:
    assert invoke("check", f"--add-ignore={reason}").code == 2
    assert (project / "a.j2").read_text() == WORDY


def test_what_cannot_be_silenced_is_said(invoke, project: Path) -> None:
    (project / "a.txt").write_text(WORDY)
    outcome = invoke("check", "--add-ignore", "--fail-on", "info")
    assert outcome.code == 1
    assert "1 finding cannot be silenced by a comment that is not sent to the model" in outcome.err
    assert "[[overrides]]" in outcome.err and "baseline" in outcome.err
    assert "prompts/a.txt:1:9" in outcome.out
    assert (project / "a.txt").read_text() == WORDY


def test_a_diff_writes_nothing(invoke, project: Path) -> None:
    outcome = invoke("check", "--add-ignore", "--diff")
    assert outcome.code == 1 and f"+{SILENT}" in outcome.out
    assert outcome.err == "Would silence 1 finding in 1 file.\n"
    assert (project / "a.j2").read_text() == WORDY


@pytest.mark.parametrize("option", ["--fix", "--fix-only", "--unsafe-fixes"])
def test_it_does_not_go_with_fixing(invoke, option: str) -> None:
    assert invoke("check", "--add-ignore", option).code == 2
