from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.discovery import (
    MAX_BYTES,
    Candidate,
    Found,
    Skipped,
    candidates,
    discover,
    project_path,
    reported_path,
)
from promptlint.formats import OwnFormat

PROMPT = "You are a careful editor.\n"


def put(root: Path, *names: str, text: str = PROMPT) -> None:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")


def found(folder: Path, *paths: str, **options) -> list[str]:
    return [each.path for each in discover(paths or ["."], cwd=folder, **options) if isinstance(each, Found)]


def skipped(folder: Path, *paths: str, **options) -> list[tuple[str, str, bool]]:
    return [
        (each.path, each.reason, each.named)
        for each in discover(paths or ["."], cwd=folder, **options)
        if isinstance(each, Skipped)
    ]


def test_folders_are_walked_in_order(tmp_path):
    put(tmp_path, "b.prompt", "prompts/z.md", "prompts/a/b.txt", "CLAUDE.md", "src/code.py", "prompts/README.md")
    assert found(tmp_path) == ["CLAUDE.md", "b.prompt", "prompts/a/b.txt", "prompts/z.md"]
    assert found(tmp_path, "prompts") == ["prompts/a/b.txt", "prompts/z.md"]
    assert skipped(tmp_path) == []


def test_a_found_file_carries_its_source_and_reason(tmp_path):
    put(tmp_path, "prompts/a.md", text="\ufeffHello.")
    (only,) = discover(["prompts"], cwd=tmp_path)
    assert (only.source.path, only.source.text, only.source.bom) == ("prompts/a.md", "Hello.", True)
    assert (only.file, only.named) == (tmp_path / "prompts" / "a.md", False)
    assert (only.recognition.format, only.recognition.reason) == ("markdown", "folder 'prompts'")


def test_overlapping_paths_give_each_file_once(tmp_path):
    put(tmp_path, "prompts/a.md", "prompts/b.md")
    results = list(discover(["prompts/b.md", ".", "prompts", "./prompts/../prompts/a.md"], cwd=tmp_path))
    assert [(each.path, each.named) for each in results] == [("prompts/a.md", True), ("prompts/b.md", True)]


def test_named_files_are_taken_whatever_they_are_called(tmp_path):
    put(tmp_path, "README.md", "notes.rst", text="Hello.")
    assert found(tmp_path, "README.md", "notes.rst") == ["README.md", "notes.rst"]
    assert found(tmp_path) == []


def test_what_is_named_and_cannot_be_read(tmp_path):
    put(tmp_path, "a.go", "x.prompt.yaml", text="jobs: x")
    (tmp_path / "b.md").write_bytes(b"a\0b")
    (tmp_path / "c.md").write_bytes(b"a\nb\xff")
    assert skipped(tmp_path, "a.go", "b.md", "c.md", "missing.md", "x.prompt.yaml") == [
        ("a.go", "promptlint does not read .go files yet", True),
        ("b.md", "binary file (it holds NUL bytes)", True),
        ("c.md", "not valid UTF-8: byte 0xFF at line 2, column 2", True),
        ("missing.md", "no such file or folder", True),
        ("x.prompt.yaml", "YAML without 'messages', so not a GitHub Models prompt", True),
    ]


def test_what_is_met_and_cannot_be_read_is_listed_when_its_name_promises_a_prompt(tmp_path):
    put(tmp_path, "x.prompt.yaml", text="jobs: x")
    for name in ("CLAUDE.md", "notes.md", "prompts/a.md"):
        put(tmp_path, name)
        (tmp_path / name).write_bytes(b"\xff")
    assert [(path, named) for path, _, named in skipped(tmp_path)] == [
        ("CLAUDE.md", False),
        ("prompts/a.md", False),
        ("x.prompt.yaml", False),
    ]


def test_large_files_are_skipped(tmp_path):
    with (tmp_path / "CLAUDE.md").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert skipped(tmp_path) == [("CLAUDE.md", "larger than 10 MB", False)]


def test_gitignore_at_every_level(tmp_path):
    put(
        tmp_path,
        "prompts/a.md",
        "prompts/b.md",
        "prompts/deep/b.md",
        "prompts/deep/keep.md",
        "build/prompts/a.md",
        "prompts/deep/drop/a.md",
        "prompts/local.md",
    )
    put(tmp_path, ".gitignore", text="build/\nb.md\n# a comment\n\n[z-\n")
    put(tmp_path, "prompts/deep/.gitignore", text="/drop\r\n!b.md\r\nkeep.md\n!keep.md\n")
    put(tmp_path, ".git/info/exclude", text="local.md\n")
    assert found(tmp_path) == ["prompts/a.md", "prompts/deep/b.md", "prompts/deep/keep.md"]
    assert found(tmp_path, "prompts/deep") == ["prompts/deep/b.md", "prompts/deep/keep.md"]


def test_gitignore_holds_outside_a_repository_too(tmp_path):
    put(tmp_path, "prompts/a.md", "prompts/b.md")
    put(tmp_path, "prompts/.gitignore", text="b.md")
    assert found(tmp_path) == ["prompts/a.md"]


def test_a_repository_inside_another_has_its_own_rules(tmp_path):
    put(tmp_path, ".git/HEAD", "inner/.git/HEAD", "inner/prompts/a.md", "prompts/a.md")
    put(tmp_path, ".gitignore", text="a.md")
    assert found(tmp_path) == ["inner/prompts/a.md"]


def test_who_names_an_ignored_folder_means_it(tmp_path):
    put(tmp_path, ".git/HEAD", "build/prompts/a.md", "build/prompts/b.md")
    put(tmp_path, ".gitignore", text="build/")
    put(tmp_path, "build/.gitignore", text="b.md")
    assert found(tmp_path, "build") == ["build/prompts/a.md"]
    assert found(tmp_path) == []


def test_folders_that_hold_no_prompts_of_the_project(tmp_path):
    put(
        tmp_path,
        "node_modules/x/prompts/a.md",
        ".git/prompts/a.md",
        ".hidden/prompts/a.md",
        "lib/site-packages/x/prompts/a.md",
        "myenv/prompts/a.md",
        ".claude/agents/a.md",
        ".github/copilot-instructions.md",
        ".prompts/a.md",
    )
    put(tmp_path, "myenv/pyvenv.cfg")
    assert found(tmp_path) == [".claude/agents/a.md", ".github/copilot-instructions.md", ".prompts/a.md"]
    assert found(tmp_path, "node_modules") == ["node_modules/x/prompts/a.md"]


def test_excluded_files(tmp_path):
    put(tmp_path, "prompts/a.md", "prompts/old/b.md", "prompts/c.md", "sub/prompts/a.md")
    exclude = ["old/", "/prompts/c.md"]
    assert found(tmp_path, exclude=exclude) == ["prompts/a.md", "sub/prompts/a.md"]
    assert found(tmp_path, "prompts/old", exclude=exclude) == []
    assert found(tmp_path, "prompts/c.md", exclude=exclude) == ["prompts/c.md"]
    assert found(tmp_path, "prompts/c.md", exclude=exclude, force_exclude=True) == []
    assert skipped(tmp_path, "prompts/c.md", exclude=exclude, force_exclude=True) == [
        ("prompts/c.md", "excluded", False)
    ]
    assert found(tmp_path, "sub", exclude=["/prompts"], root=tmp_path / "sub") == []


def test_paths_outside_the_working_directory_are_absolute(tmp_path):
    put(tmp_path, "prompts/a.md", "work/x.prompt")
    here = tmp_path / "work"
    assert [each.path for each in discover(["../prompts", "."], cwd=here)] == [
        (tmp_path / "prompts" / "a.md").as_posix(),
        "x.prompt",
    ]
    assert reported_path(here / "a" / "b.md", here) == "a/b.md"


def test_the_working_directory_counts_for_what_a_file_is(tmp_path):
    put(tmp_path, "prompts/a.md", "prompts/sub/b.md", text="Hello.")
    assert found(tmp_path / "prompts") == ["a.md", "sub/b.md"]
    assert found(tmp_path, "prompts/sub") == ["prompts/sub/b.md"]
    put(tmp_path, ".git/HEAD")
    assert found(tmp_path / "prompts" / "sub") == ["b.md"]
    assert project_path(tmp_path / "prompts" / "sub" / "b.md", tmp_path / "prompts") == "prompts/sub/b.md"


if sys.platform != "win32":  # where making a link needs a privilege

    def test_links(tmp_path):
        put(tmp_path, "AGENTS.md", "real/text.dat", "prompts/a.md")
        for name, target in (
            ("CLAUDE.md", "AGENTS.md"),
            ("GEMINI.md", "real/text.dat"),
            ("prompts/loop", "../prompts"),
            ("SKILL.md", "nowhere"),
            ("AGENT.md", "AGENT.md"),
            ("my_prompts", "prompts"),
            ("other", "real"),
        ):
            (tmp_path / name).symlink_to(target)
        assert found(tmp_path) == ["AGENTS.md", "GEMINI.md", "prompts/a.md"]
        assert {path: reason for path, reason, _ in skipped(tmp_path)} == {
            "CLAUDE.md": "symbolic link to AGENTS.md, which is looked at itself",
            "SKILL.md": "symbolic link that leads nowhere",
            "AGENT.md": "symbolic link that leads nowhere",
            "prompts/loop": "symbolic link to a folder, which is not followed",
            "my_prompts": "symbolic link to a folder, which is not followed",
        }
        assert skipped(tmp_path, "SKILL.md") == [("SKILL.md", "symbolic link that leads nowhere", True)]
        assert found(tmp_path, "CLAUDE.md") == ["CLAUDE.md"]
        assert found(tmp_path, "prompts/loop") == ["prompts/loop/a.md"]


@pytest.fixture
def close(monkeypatch):
    """Folders of that name cannot be listed any more."""
    listing = os.scandir

    def closed(name):
        def refuse(path):
            if Path(path).name == name:
                raise PermissionError(13, "Permission denied")
            return listing(path)

        monkeypatch.setattr(os, "scandir", refuse)

    return closed


def test_folders_that_cannot_be_listed(tmp_path, close):
    put(tmp_path, "prompts/a.md", "closed/prompts/a.md")
    close("closed")
    assert found(tmp_path) == ["prompts/a.md"]
    assert skipped(tmp_path) == [("closed", "folder cannot be read: Permission denied", False)]
    assert skipped(tmp_path, "closed") == [("closed", "folder cannot be read: Permission denied", True)]


def test_files_that_vanish(tmp_path, monkeypatch):
    put(tmp_path, "prompts/a.md")

    def vanish(self):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "read_bytes", vanish)
    assert skipped(tmp_path) == [("prompts/a.md", "cannot be read: No such file or directory", False)]


@pytest.mark.parametrize("name", ["", "\0", "a" * 5000, "prompts/\udc80.md"])
def test_impossible_names(tmp_path, name):
    results = list(discover([name], cwd=tmp_path))
    assert all(isinstance(each, Skipped) and each.named for each in results)


@given(
    st.lists(
        st.sampled_from(["*", "!", "/", "a", "b.md", "**", "[", "]", "\\", " ", "#", "?", "prompts/"]), max_size=8
    ).map("".join),
)
@settings(max_examples=100, deadline=None)
def test_any_pattern(tmp_path_factory, pattern):
    root = tmp_path_factory.mktemp("any")
    put(root, "prompts/a.md", "prompts/b.md")
    put(root, ".gitignore", text=pattern)
    assert set(found(root)) <= {"prompts/a.md", "prompts/b.md"}
    assert set(found(root, exclude=[pattern])) <= {"prompts/a.md", "prompts/b.md"}


def test_formats_of_the_projects_own(tmp_path):
    put(tmp_path, "llm/a.conf", "llm/b.conf", "llm/c.md", "other/a.conf", text="prompt: Say it\n")
    described = OwnFormat("formats-1", ("llm/*", "!b.conf"), tmp_path)

    def own(file):
        assert file.is_absolute()
        return (described,)

    results = list(discover(["."], cwd=tmp_path, own=own))
    assert [(each.path, each.recognition.format) for each in results] == [
        ("llm/a.conf", "formats-1"),
        ("llm/c.md", "formats-1"),
    ]
    assert "llm/*" in results[0].recognition.reason
    (named,) = discover(["llm/a.conf"], cwd=tmp_path, own=own)
    assert named.recognition.format == "formats-1"
    assert found(tmp_path, own=own, exclude=["llm/"]) == []


def test_under_force_exclude_a_named_file_is_judged_as_if_it_was_met(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# A tool\n\nIt sorts files.\n")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "a.md").write_text("Summarise {{text}} in one sentence.\n")
    names = ["README.md", "prompts/a.md"]
    assert [type(each) for each in discover(names, cwd=tmp_path)] == [Found, Found]
    assert [each.path for each in discover(names, cwd=tmp_path, force_exclude=True)] == ["prompts/a.md"]


NAMES = st.lists(st.text("aAb-. /é", min_size=1, max_size=8), min_size=1, max_size=8, unique=True)


def made(root: Path, names: list[str]) -> list[str]:
    """Put prompts under those of some names that can be paths, and say what these are."""
    out = []
    for name in names:
        parts = [part.strip(". ") for part in name.split("/")]
        file = root.joinpath("prompts", *filter(None, parts[:-1]), f"{parts[-1]}x.md")
        try:
            put(root, file.relative_to(root).as_posix())
        except OSError:
            continue  # a name in the way
        out.append(file.relative_to(root).as_posix())
    return sorted(set(out))


@given(NAMES, st.data())
@settings(max_examples=100, deadline=None)
def test_the_order_is_that_of_the_whole_paths_and_each_file_comes_once(tmp_path_factory, names, data):
    root = tmp_path_factory.mktemp("any")
    expected = made(root, names)
    assert [item.path for item in candidates(["."], cwd=root)] == expected
    folders = sorted({parent.as_posix() for path in expected for parent in Path(path).parents})
    some = data.draw(st.lists(st.sampled_from([*expected, *folders]), max_size=5))
    below = {path for path in expected for each in some if each in (path, ".") or path.startswith(f"{each}/")}
    assert [item.path for item in candidates(some, cwd=root)] == sorted(below)
    here = root / data.draw(st.sampled_from(folders))
    shown = [reported_path(root / path, here) for path in expected]
    assert [item.path for item in candidates([root], cwd=here)] == sorted(shown)


def test_what_cannot_be_listed_stands_where_it_is_sorted(tmp_path, close):
    put(tmp_path, "prompts/a/x.md", "prompts/a-b/x.md", "prompts/a.md", "prompts/b.md")
    close("a")
    paths = [item.path for item in candidates(["prompts", "prompts/b.md"], cwd=tmp_path)]
    assert paths == ["prompts/a", "prompts/a-b/x.md", "prompts/a.md", "prompts/b.md"]


def test_a_folder_is_listed_when_it_is_its_turn(tmp_path, monkeypatch):
    put(tmp_path, *(f"prompts/{number}/x.md" for number in range(9)))
    listed = []
    listing = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(Path(path).name) or listing(path))
    items = iter(candidates(["."], cwd=tmp_path))
    assert next(items).path == "prompts/0/x.md" and "3" not in listed
    assert len(list(items)) == 8 and "8" in listed


def test_a_candidate_by_its_path(tmp_path):
    put(tmp_path, "prompts/a.md", "prompts/b.md", "prompts/drop/c.md", "notes.rst", "node_modules/prompts/d.md")
    put(tmp_path, ".gitignore", text="drop/\n")
    found = candidates([".", "notes.rst", "missing.md"], cwd=tmp_path)
    met = {item.path: item for item in found if isinstance(item, Candidate)}
    assert sorted(met) == ["notes.rst", "prompts/a.md", "prompts/b.md"]
    assert met == {path: found.at(path) for path in met}
    for path in ("prompts", "prompts/drop/c.md", "node_modules/prompts/d.md", "missing.md", "prompts/missing.md", "\0"):
        assert found.at(path) is None
    assert candidates(["prompts/drop"], cwd=tmp_path).at("prompts/drop/c.md") is not None


if sys.platform != "win32":

    def test_the_first_link_to_a_file_that_is_not_looked_at_itself(tmp_path):
        put(tmp_path, "real/text.dat", "b/prompts/x.md")
        for name in ("b/CLAUDE.md", "CLAUDE.md", "GEMINI.md", ".claude/AGENTS.md"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).symlink_to(tmp_path / "real" / "text.dat")
        # those in a folder go before those below it
        assert found(tmp_path) == ["CLAUDE.md", "b/prompts/x.md"]
        assert {reason for _, reason, _ in skipped(tmp_path)} == {
            "symbolic link to real/text.dat, which is looked at itself"
        }
        assert found(tmp_path, "b", "GEMINI.md") == ["GEMINI.md", "b/prompts/x.md"]

    def test_which_link_is_the_first(tmp_path):
        put(tmp_path, "real/text.dat")
        for name in ("a", "a-b", "a.b"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "CLAUDE.md").symlink_to("../real/text.dat")
        # by the names of the folders, though a-b/CLAUDE.md is reported before, and in the order of the arguments
        assert found(tmp_path) == found(tmp_path, "a", ".") == ["a/CLAUDE.md"]
        assert found(tmp_path, "a.b", "a-b", "a") == ["a.b/CLAUDE.md"]
        assert [path for path, _, _ in skipped(tmp_path)] == ["a-b/CLAUDE.md", "a.b/CLAUDE.md"]
        assert found(tmp_path, "a", "a-b/CLAUDE.md") == ["a-b/CLAUDE.md"]

    def test_links_to_what_is_looked_at_elsewhere(tmp_path):
        put(tmp_path, "prompts/a.md", "prompts/drop/b.md")
        put(tmp_path, ".gitignore", text="drop/\n")
        for name in ("a", "b"):
            (tmp_path / f"{name}.prompt").symlink_to(next((tmp_path / "prompts").rglob(f"{name}.md")))
        assert found(tmp_path) == ["b.prompt", "prompts/a.md"]
        assert found(tmp_path, "prompts/drop", ".") == ["prompts/a.md", "prompts/drop/b.md"]
        (tmp_path / "again").symlink_to("prompts")
        (tmp_path / "prompts" / "CLAUDE.md").symlink_to("a.md")
        assert found(tmp_path, "again") == ["again/a.md", "again/drop/b.md"]
        assert ("again/CLAUDE.md", "symbolic link to prompts/a.md, which is looked at itself", False) in skipped(
            tmp_path, "again"
        )
