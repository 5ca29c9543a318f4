from __future__ import annotations

import pytest

from promptlint.diagnostic import Severity
from promptlint.reporters.terminal.style import PLAIN, Style


@pytest.mark.parametrize("severity", list(Severity))
def test_each_severity_has_its_colour_and_the_colour_is_reset(severity: Severity) -> None:
    painted = Style(colour=True).severity(severity, "text")
    assert painted.startswith("\x1b[") and painted.endswith("text\x1b[0m")


def test_severities_differ_in_colour() -> None:
    assert len({Style(colour=True).severity(severity, "x") for severity in Severity}) == len(Severity)


def test_without_colour_text_stays_as_it_is() -> None:
    assert PLAIN.paint("path", "a.md") == "a.md"
    assert PLAIN.severity(Severity.ERROR, "error") == "error"


def test_empty_text_gets_no_codes() -> None:
    assert Style(colour=True).paint("gutter", "") == ""
