from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.reporters.terminal.style import Style
from promptlint.reporters.terminal.unified import unified
from promptlint.source import Source


def diff(
    before: str, after: str, path: str = "a.md", *, shown: bool = False, colour: bool = False, bom: bool = False
) -> str:
    return unified(Source(path, before, bom=bom), Source(path, after, bom=bom), Style(colour), shown=shown)


def test_nothing_changed() -> None:
    assert diff("a\nb", "a\nb") == ""


def test_a_change_in_its_context() -> None:
    before = "".join(f"{number}\n" for number in range(1, 21))
    after = before.replace("10\n", "ten\n")
    assert diff(before, after) == ("--- a.md\n+++ a.md\n@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n")


def test_changes_that_are_near_share_a_hunk_and_others_do_not() -> None:
    lines = [f"{number}\n" for number in range(1, 31)]
    for distance, hunks in ((1, 1), (7, 1), (8, 2)):
        changed = list(lines)
        changed[9], changed[9 + distance] = "x\n", "y\n"
        assert diff("".join(lines), "".join(changed)).count("@@ -") == hunks


@pytest.mark.parametrize(
    ("before", "after", "body"),
    [
        ("a", "b", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"),
        ("a\n", "b", "@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n"),
        ("a\r\n", "b\r\n", "@@ -1 +1 @@\n-a\r\n+b\r\n"),
        (
            "a\rb\r",
            "a\rc\r",
            "@@ -1 +1 @@\n-a\rb\r\n\\ No newline at end of file\n+a\rc\r\n\\ No newline at end of file\n",
        ),
        ("a\n", "", "@@ -1 +0,0 @@\n-a\n"),
        ("a\nb\n", "a\n", "@@ -1,2 +1 @@\n a\n-b\n"),
        ("a\n", "b\na\n", "@@ -1 +1,2 @@\n+b\n a\n"),
    ],
)
def test_line_ends(before: str, after: str, body: str) -> None:
    assert diff(before, after) == f"--- a.md\n+++ a.md\n{body}"


def test_the_byte_order_mark_belongs_to_the_first_line() -> None:
    assert diff("a\n", "b\n", bom=True) == "--- a.md\n+++ a.md\n@@ -1 +1 @@\n-\ufeffa\n+\ufeffb\n"


def test_for_people() -> None:
    assert "+b<U+001B>[2J\n" in diff("a\r\n", "b\x1b[2J\r\n", shown=True)
    coloured = diff("a\n", "b\n", colour=True)
    assert "\x1b[31m-a\x1b[0m\n" in coloured and "\x1b[32m+b\x1b[0m\n" in coloured


LINES = st.lists(
    st.sampled_from(["a\n", "b\n", "\n", "c\r\n", "d\r", "e\u2028\x0c", "-- x\n", "+\n"]), max_size=30
).map("".join)


@pytest.mark.skipif(shutil.which("git") is None, reason="git applies the diff")
@given(LINES, LINES, st.sampled_from(["a.md", "a b.md", "ä/b.md"]))
@settings(max_examples=60)
def test_git_applies_every_diff(before: str, after: str, path: str) -> None:
    text = diff(before, after, path)
    if not text or not before or not after:  # an empty side is a file that comes or goes, to git
        return
    with TemporaryDirectory() as folder:
        file = Path(folder, path)
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(before.encode())
        command = ["git", "apply", "-p0", "--whitespace=nowarn", "--unidiff-zero", "-"]
        subprocess.run(command, input=text.encode(), cwd=folder, check=True, capture_output=True)
        assert file.read_bytes() == after.encode()


def test_very_many_lines() -> None:
    before = "same\n" * 100_000
    after = before[: len(before) // 2] + "other\n" + before[len(before) // 2 :]
    assert "+other\n" in diff(before, after)
