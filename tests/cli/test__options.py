from __future__ import annotations

from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

from promptlint.cli._options import rebased

ROOT = Path("/project").absolute()


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.md", "sub/a.md", True),
        ("*.md", "sub/deep/a.md", True),
        ("*.md", "a.md", False),
        ("/a.md", "sub/a.md", True),
        ("/a.md", "sub/deep/a.md", False),
        ("deep/", "sub/deep/a.md", True),
        ("deep/a.md", "sub/deep/a.md", True),
        ("deep/a.md", "sub/other/deep/a.md", False),
    ],
)
def test_patterns_of_the_command_line_hold_below_the_working_directory(pattern: str, path: str, matches: bool) -> None:
    spec = GitIgnoreSpec.from_lines([rebased(pattern, ROOT / "sub", ROOT)])
    assert spec.match_file(path) == matches


def test_a_negated_pattern_stays_negated() -> None:
    spec = GitIgnoreSpec.from_lines(["*.md", rebased("!a.md", ROOT / "sub", ROOT)])
    assert spec.match_file("sub/b.md") and not spec.match_file("sub/a.md")


def test_in_or_outside_the_root_a_pattern_stays_as_it_is() -> None:
    assert rebased("a/b", ROOT, ROOT) == "a/b"
    assert rebased("a/b", ROOT.parent, ROOT) == "a/b"
