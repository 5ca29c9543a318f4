from __future__ import annotations

import re
import unicodedata
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from syrupy.assertion import SnapshotAssertion

from promptlint.diagnostic import Saving
from promptlint.reporters import Options
from promptlint.reporters.full import render
from promptlint.reporters.terminal.style import Style
from promptlint.runner import Report
from promptlint.source import Source

if TYPE_CHECKING:
    from conftest import LinearTime


def test_awkward_report(nasty: Report, snapshot: SnapshotAssertion) -> None:
    assert render(nasty, Options()) == snapshot


def test_awkward_report_in_colour(nasty: Report, snapshot: SnapshotAssertion) -> None:
    assert render(nasty, Options(Style(colour=True))) == snapshot


def test_clean_report(clean: Report) -> None:
    assert render(clean, Options()) == (
        "path  prompt  tokens  counted with\n"
        "a.md  a            6  o200k_base (no model named)\n"
        "\n"
        "Looked at 1 file with 1 prompt: nothing found.\n"
    )


def test_nothing_looked_at() -> None:
    assert render(Report(), Options()) == "Looked at 0 files with 0 prompts: nothing found.\n"


def test_quiet_prints_findings_only(clean: Report, nasty: Report) -> None:
    assert render(clean, Options(quiet=True)) == ""
    printed = render(nasty, Options(quiet=True))
    assert "Looked at" not in printed and "counted with" not in printed
    assert "In order to" in printed


def test_nothing_of_the_source_steers_the_terminal(nasty: Report) -> None:
    printed = render(nasty, Options())
    assert {char for char in printed if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")} == {"\n"}


def test_many_prompts_show_the_largest(make: SimpleNamespace) -> None:
    files = []
    for number in range(60):
        source = Source(f"{number:02}.md", "x")
        files.append(make.file(source, counted=make.counted(number)))
    printed = render(Report(tuple(files)), Options()).split("\n")
    assert printed[1].startswith("10.md")
    assert printed[50].startswith("59.md")
    assert printed[51] == "The 50 largest; 10 more in --output-format json."


@pytest.mark.parametrize(
    ("saving", "words"),
    [
        (Saving(1), "saves 1 token per call"),
        (Saving(1500), "saves 1,500 tokens per call"),
        (Saving(0, 1), "saves 1 token of output per call"),
        (Saving(2, 300), "saves 2 tokens and 300 tokens of output per call"),
        (Saving(2, 0, 0.005), "saves 2 tokens per call, USD 0.005 per 1,000 calls"),
    ],
)
def test_savings(make: SimpleNamespace, saving: Saving, words: str) -> None:
    source = Source("a.md", "abc")
    printed = render(Report((make.file(source, make.diagnostic(source, "b", saving=saving)),)), Options())
    assert f"\n  {words}\n" in printed


def test_many_findings_on_one_very_long_line_take_linear_time(make: SimpleNamespace, linear_time: LinearTime) -> None:
    def printing(count: int) -> None:
        source = Source("a.md", "word due to the fact that " * 8 * count)
        found = make.diagnostic(source, "due")
        printed = render(Report((make.file(source, *[found] * count),)), Options())
        assert max(map(len, printed.split("\n"))) < 200

    linear_time(printing, 1000)


def test_links_change_nothing_but_the_links(nasty: Report) -> None:
    linked = render(nasty, Options(Style(base="file:///here/")))
    assert "\x1b]8;;file:///here/" in linked
    assert re.sub(r"\x1b\]8;;.*?\x1b\\", "", linked) == render(nasty, Options())
