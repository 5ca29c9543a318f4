from __future__ import annotations

import pytest

from promptlint.discovery import Skipped
from promptlint.reporters import Options
from promptlint.reporters.ci.places import faults, in_repository, is_absolute, uri
from promptlint.runner import Report


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.md", "a.md"),
        ("prompts/要約 1.md", "prompts/%E8%A6%81%E7%B4%84%201.md"),
        ("a:b.md", "a%3Ab.md"),  # unescaped, it would be a scheme
        ("100%#?.md", "100%25%23%3F.md"),
        ("../a.md", "../a.md"),
        ("/tmp/a b.md", "file:///tmp/a%20b.md"),
        ("C:/prompts/a b.md", "file:///C:/prompts/a%20b.md"),
        ("//host/share/a.md", "file://host/share/a.md"),
        ("\udcff.md", "%FF.md"),  # a name that is not UTF-8, as the system gives it
        ("\ud800.md", "%ED%A0%80.md"),
    ],
)
def test_uri(path: str, expected: str) -> None:
    assert uri(path) == expected


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("a.md", "", "a.md"),
        ("a.md", "packages/bot", "packages/bot/a.md"),
        ("../a.md", "packages/bot", "packages/a.md"),
        ("/elsewhere/a.md", "packages/bot", "/elsewhere/a.md"),
        ("D:/elsewhere/a.md", "packages/bot", "D:/elsewhere/a.md"),
    ],
)
def test_in_repository(path: str, folder: str, expected: str) -> None:
    assert in_repository(path, Options(folder=folder)) == expected


def test_is_absolute() -> None:
    assert is_absolute("/a") and is_absolute("C:/a")
    assert not is_absolute("a/b") and not is_absolute("c:a")


def test_faults_leave_out_what_is_listed_as_skipped() -> None:
    report = Report(
        skipped=(
            Skipped("a.md", "no such file", named=True),
            Skipped("b.md", "its configuration is invalid", named=True),
        ),
        errors=("a.md: no such file", "promptlint.toml:1:1: unknown key 'x'"),
    )
    assert faults(report) == ("promptlint.toml:1:1: unknown key 'x'",)
