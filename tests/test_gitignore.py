"""What git ignores."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptlint.gitignore import compile_patterns, is_ignored, levels_above, own_patterns, pattern_file


def test_the_closest_folder_that_says_anything_decides(tmp_path: Path) -> None:
    above = compile_patterns(["*.md"], tmp_path)
    below = compile_patterns(["!kept.md"], tmp_path / "a")
    assert above and below
    assert is_ignored(str(tmp_path / "a" / "kept.md"), [above], folder=False)
    assert not is_ignored(str(tmp_path / "a" / "kept.md"), [above, below], folder=False)
    assert is_ignored(str(tmp_path / "a" / "other.md"), [above, below], folder=False)
    assert not is_ignored(str(tmp_path / "kept.txt"), [above, below], folder=False)


def test_a_pattern_with_a_slash_behind_it_is_about_folders(tmp_path: Path) -> None:
    found = compile_patterns(["build/"], tmp_path)
    assert found is not None
    assert found.decides(str(tmp_path / "build"), folder=True)
    assert not found.decides(str(tmp_path / "build"), folder=False)
    assert found.decides(str(tmp_path.parent / "build"), folder=True) is None, "it lies elsewhere"


@pytest.mark.parametrize("lines", [[], ["", "  ", "# a comment"]])
def test_no_patterns(lines: list[str], tmp_path: Path) -> None:
    assert compile_patterns(lines, tmp_path) is None


def test_a_pattern_that_git_cannot_read_is_passed_over(tmp_path: Path) -> None:
    found = compile_patterns(["!", "a.md"], tmp_path)
    assert found is not None
    assert found.decides(str(tmp_path / "a.md"), folder=False)


def test_files_that_are_none(tmp_path: Path) -> None:
    assert pattern_file(tmp_path / "missing", tmp_path) is None
    assert pattern_file(tmp_path, tmp_path) is None


def test_what_a_folder_says_itself(tmp_path: Path) -> None:
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("a.md\n")
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbfb.md\n")
    own = own_patterns(str(tmp_path), {".git", ".gitignore"})
    assert own.is_repository
    assert [is_ignored(str(tmp_path / name), own.patterns, folder=False) for name in ("a.md", "b.md", "c.md")] == [
        True,
        True,
        False,
    ]
    assert not own_patterns(str(tmp_path), set()).patterns, "only what the listing showed is opened"


def test_the_folders_above_a_start(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "a", tmp_path / "a" / "b"):
        (folder / ".gitignore").write_text("x\n")
    found = levels_above(tmp_path / "a" / "b", tmp_path)
    assert [each.folder for each in found] == [str(tmp_path), str(tmp_path / "a")]
    assert levels_above(tmp_path, tmp_path) == levels_above(tmp_path, None) == ()


PATTERNS = st.lists(
    st.sampled_from(
        ["a", "/a", "a/", "*.md", "!a.md", "a/*.md", "**/b", "a/**", "!b", "[ab].md", "?.md", "\\!a.md", "#a"]
    ),
    min_size=1,
    max_size=4,
)
PATHS = ("a", "b", "a.md", "b.md", "!a.md", "c/a", "c/a.md", "c/b", "#a")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=PATTERNS)
def test_files_are_ignored_as_git_says(lines: list[str], tmp_path: Path) -> None:
    if not (tmp_path / ".git").exists():
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("\n".join(lines) + "\n")
    asked = subprocess.run(
        ["git", "-C", str(tmp_path), "check-ignore", "--no-index", "--stdin"],
        input="\n".join(PATHS),
        capture_output=True,
        text=True,
        check=False,
    )
    own = own_patterns(str(tmp_path), {".gitignore"})

    def left_out(path: str) -> bool:
        # git does not look into a folder that is ignored
        above = str(tmp_path / Path(path).parent)
        return (len(Path(path).parts) > 1 and is_ignored(above, own.patterns, folder=True)) or is_ignored(
            str(tmp_path / path), own.patterns, folder=False
        )

    assert [path for path in PATHS if left_out(path)] == asked.stdout.split("\n")[:-1]
