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


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("a.md", "file:///home/me/x%20y/a.md"),
        ("a b/ü.md", "file:///home/me/x%20y/a%20b/%C3%BC.md"),
        ("../\x1b#?.md", "file:///home/me/x%20y/../%1B%23%3F.md"),
        ("/etc/a.md", "file:///etc/a.md"),
        ("C:/a.md", "file:///C:/a.md"),
    ],
)
def test_links(path: str, address: str) -> None:
    style = Style(base="file:///home/me/x%20y/")
    assert style.link(path, "shown") == f"\x1b]8;;{address}\x1b\\shown\x1b]8;;\x1b\\"


def test_no_links_without_a_folder_or_a_text() -> None:
    assert PLAIN.link("a.md", "a.md:1:1") == "a.md:1:1"
    assert Style(base="file:///x/").link("a.md", "") == ""
