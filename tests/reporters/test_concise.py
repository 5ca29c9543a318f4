from __future__ import annotations

from syrupy.assertion import SnapshotAssertion

from promptlint.reporters import Options
from promptlint.reporters.concise import render
from promptlint.reporters.terminal.style import Style
from promptlint.runner import Report


def test_awkward_report(nasty: Report, snapshot: SnapshotAssertion) -> None:
    assert render(nasty, Options()) == snapshot


def test_one_line_each_and_the_last_line(nasty: Report) -> None:
    lines = render(nasty, Options()).split("\n")
    assert len(lines) == len(nasty.diagnostics) + 2  # the last line, and the end of it
    assert lines[-2].startswith("Looked at 2 files with 2 prompts: 1 error, 1 warning, 2 infos; 2 fixable;")
    assert lines[-2].endswith(
        "12 hidden (--pedantic shows them); 2 suppressed; 1 file skipped (promptlint files says why)."
    )


def test_quiet(clean: Report) -> None:
    assert render(clean, Options(quiet=True)) == ""


def test_colours_stand_round_the_severity(nasty: Report) -> None:
    assert "\x1b[1;31merror\x1b[0m" in render(nasty, Options(Style(colour=True)))
