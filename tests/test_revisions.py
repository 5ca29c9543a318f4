from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from promptlint.discovery import Found, Skipped, discover
from promptlint.revisions import GitError, Repository, Revision

Make = Callable[[str], Any]


@pytest.fixture
def repo(git: Make) -> Any:
    made = git("repo")
    made.write("prompts/a.md", "Name the capital of {{country}}.\n")
    made.commit("first")
    return made


def of(made: Any) -> Repository:
    return Repository.of(made.folder)


def head(made: Any) -> Revision:
    return of(made).resolve("HEAD")


# ---------------------------------------------------------------------------------------------------------------------
# repositories and revisions


def test_the_root_is_found_from_below(repo: Any) -> None:
    assert Repository.of(repo.folder / "prompts").root == repo.folder == of(repo).root


def test_a_name_is_a_commit(repo: Any) -> None:
    commit = repo("rev-parse", "HEAD")
    repo("tag", "--annotate", "v1", "--message", "one")
    assert of(repo).resolve("v1") == Revision("v1", commit)
    assert of(repo).resolve("main").short == commit[:10]


@pytest.mark.parametrize("name", ["", "a\0b", "no such", "--all", "HEAD:prompts/a.md", "main..main", "HEAD^{tree}"])
def test_what_is_no_commit(repo: Any, name: str) -> None:
    assert of(repo).find(name) is None


def test_outside_of_repositories(git: Make, tmp_path: Path) -> None:
    git("elsewhere")
    with pytest.raises(GitError, match=r"^not in a git repository"):
        Repository.of(tmp_path)


def test_a_bare_repository_has_no_working_tree(repo: Any, tmp_path: Path) -> None:
    repo("clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))
    with pytest.raises(GitError, match=r"^this repository is bare"):
        Repository.of(tmp_path / "bare")
    with pytest.raises(GitError, match=r"inside of a .git folder"):
        Repository.of(repo.folder / ".git")


def test_without_git(repo: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(GitError, match=r"^git cannot be run: "):
        of(repo)


def test_before_the_first_commit(git: Make) -> None:
    with pytest.raises(GitError, match=r"^there is no commit yet to compare with$"):
        head(git("new"))


def test_a_name_that_is_not_there(repo: Any) -> None:
    repo("branch", "release")
    with pytest.raises(GitError, match=r"^there is no revision 'relaese' \(did you mean 'release'\?\)$"):
        of(repo).resolve("relaese")


def test_a_remote_branch_that_was_not_fetched(repo: Any) -> None:
    repo("remote", "add", "origin", str(repo.folder))
    with pytest.raises(GitError, match=r"fetch it with: git fetch origin feature/x$"):
        of(repo).resolve("origin/feature/x")


# ---------------------------------------------------------------------------------------------------------------------
# what is compared with when nobody says


def test_the_default_is_where_a_branch_parted_from_the_default_branch(repo: Any) -> None:
    parted = repo("rev-parse", "HEAD")
    repo("checkout", "--quiet", "-b", "feature")
    repo.write("prompts/b.md", "Name a river.\n")
    repo.commit()
    repo("checkout", "--quiet", "main")
    repo.write("prompts/c.md", "Name a lake.\n")
    ahead = repo.commit()
    repo("checkout", "--quiet", "feature")
    found = of(repo).default_base(head(repo))
    assert (found.name, found.commit, found.why) == ("main", parted, "where HEAD parted from main")
    repo("merge", "--quiet", "--no-edit", "main")
    assert of(repo).default_base(head(repo)).commit == ahead, "what was merged is no change of this branch"


def test_the_remote_says_which_branch_is_the_default(git: Make, tmp_path: Path) -> None:
    there = git("there")
    there("checkout", "--quiet", "-b", "trunk")
    there.write("prompts/a.md", "Name a river.\n")
    first = there.commit()
    there("clone", "--quiet", ".", str(tmp_path / "here"))
    here = git("here")
    here.write("prompts/b.md", "Name a lake.\n")
    here.commit()
    found = of(here).default_base(head(here))
    assert (found.name, found.commit) == ("origin/trunk", first)


def test_without_a_default_branch_it_is_the_last_commit(repo: Any) -> None:
    repo("branch", "--move", "main", "trunk")
    found = of(repo).default_base(head(repo))
    assert found.commit == repo("rev-parse", "HEAD")
    assert found.why.startswith("no default branch is known")


def test_unrelated_histories(repo: Any) -> None:
    repo("checkout", "--quiet", "--orphan", "other")
    repo.commit()
    with pytest.raises(GitError, match=r"^'main' and 'HEAD' have no commit in common"):
        of(repo).default_base(head(repo))


@pytest.fixture
def shallow(repo: Any, git: Make, tmp_path: Path) -> Any:
    repo("checkout", "--quiet", "-b", "feature")
    for number in range(3):
        repo.write("prompts/a.md", f"Name {number} rivers.\n")
        repo.commit()
    url = (repo.folder).as_uri()
    repo("clone", "--quiet", "--depth", "1", "--no-single-branch", url, str(tmp_path / "shallow"))
    return git("shallow")


def test_a_shallow_clone_says_what_to_fetch(shallow: Any) -> None:
    assert of(shallow).shallow
    with pytest.raises(
        GitError, match=r"in this shallow clone; fetch the history with: git fetch --unshallow \(in Git"
    ):
        of(shallow).resolve("HEAD~2")
    with pytest.raises(
        GitError, match="ends before 'origin/main' and 'HEAD' meet; fetch it with: git fetch --unshallow"
    ):
        of(shallow).merge_base(of(shallow).resolve("origin/main"), head(shallow))
    shallow("fetch", "--quiet", "--unshallow")
    assert of(shallow).merge_base(of(shallow).resolve("origin/main"), head(shallow)).why


def test_a_shallow_clone_of_a_branch_alone_has_no_default(repo: Any, git: Make, tmp_path: Path) -> None:
    repo("branch", "feature")
    repo("clone", "--quiet", "--depth", "1", "--branch", "feature", repo.folder.as_uri(), str(tmp_path / "one"))
    one = git("one")
    with pytest.raises(GitError, match=r"^this shallow clone has no default branch to compare with"):
        of(one).default_base(head(one))


# ---------------------------------------------------------------------------------------------------------------------
# what a revision holds


def found(made: Any, *paths: str, cwd: Path | None = None, **options: Any) -> list[Found | Skipped]:
    here = made.folder if cwd is None else cwd
    with of(made).snapshot(head(made), here) as snapshot:
        return snapshot.discover(paths or (".",), **options)


def names(made: Any, *paths: str, **options: Any) -> list[str]:
    return [each.path for each in found(made, *paths, **options) if isinstance(each, Found)]


@pytest.fixture
def varied(repo: Any) -> Any:
    prompt = "Summarise {{text}} in at most 3 sentences.\n"
    for path in (
        "prompts/sub/b.md",
        "prompts/ignored.md",
        "prompts/kept/ignored.md",
        "prompts/excluded/x.md",
        "prompts/drafts/d.md",
        ".github/prompts/p.prompt.md",
        ".hidden/prompts/h.md",
        "node_modules/prompts/n.md",
        "env/prompts/v.md",
        "AGENTS.md",
        "README.md",
        "src/plain.md",
        "über/prompts/ä b.md",
    ):
        repo.write(path, prompt)
    repo.write("env/pyvenv.cfg", "")
    repo.write("prompts/binary.md", b"\0\1\2")
    repo.write("prompts/latin.md", b"caf\xe9 {{x}}\n")
    repo.write("prompts/empty.md", "")
    repo.write(".gitignore", "ignored.md\ndrafts/\n")
    repo.write("prompts/kept/.gitignore", "!ignored.md\n")
    repo.write(".git/info/exclude", "b.md\n")
    repo.commit()
    return repo


@pytest.mark.parametrize(
    "paths",
    [
        (".",),
        ("prompts",),
        ("prompts/drafts",),
        ("prompts/drafts", "README.md"),
        ("src/plain.md",),
        ("prompts/kept", "."),
    ],
)
@pytest.mark.parametrize("force_exclude", [False, True])
def test_a_revision_is_walked_as_the_disk_is(varied: Any, paths: tuple[str, ...], force_exclude: bool) -> None:
    options: dict[str, Any] = {
        "exclude": ("excluded/", "plain.md"),
        "force_exclude": force_exclude,
        "root": varied.folder,
    }
    here = list(discover(paths, cwd=varied.folder, **options))
    then = found(varied, *paths, **options)
    assert [each for each in then if isinstance(each, Found)] == [each for each in here if isinstance(each, Found)]
    assert {each.path for each in then if isinstance(each, Skipped)} <= {
        each.path for each in here if isinstance(each, Skipped)
    }
    assert here


def test_paths_are_reported_from_where_one_stands(varied: Any) -> None:
    below = varied.folder / "prompts"
    assert names(varied, "sub", "..", cwd=below)[:2] == [
        (varied.folder / ".github/prompts/p.prompt.md").as_posix(),
        (varied.folder / "AGENTS.md").as_posix(),
    ]
    assert names(varied, "kept", cwd=below) == ["kept/ignored.md"]
    assert names(varied, str(varied.folder.parent)) == []


if sys.platform not in ("win32", "darwin"):  # their file systems do not allow such names

    def test_names_that_git_would_quote(repo: Any) -> None:
        awkward = [
            b'prompts/quo"te.md',
            b"prompts/new\nline.md",
            b"prompts/tab\t.md",
            b"prompts/latin-\xe9.md",
            b"prompts/ -x.md",
        ]
        for name in awkward:
            file = os.fsencode(repo.folder) + b"/" + name
            with open(file, "wb") as stream:  # noqa: PTH123 - the name is bytes
                stream.write(b"Name {{x}}.\n")
        repo.commit()
        on_disk = [each.path for each in discover((".",), cwd=repo.folder) if isinstance(each, Found)]
        assert names(repo) == on_disk
        assert {os.fsdecode(name) for name in awkward} <= set(on_disk)


def test_a_file_beside_a_prompt_is_that_of_the_revision(repo: Any) -> None:
    repo.write("prompts/sample.json", '{"x": "old"}')
    old = repo.commit()
    repo.write("prompts/sample.json", '{"x": "new"}')
    repo.commit()
    with of(repo).snapshot(of(repo).resolve(old), repo.folder / "prompts") as snapshot:
        source = snapshot.lookup("sample.json")
        assert source is not None
        assert (source.path, source.text) == ("sample.json", '{"x": "old"}')
        assert snapshot.lookup("no.json") is None
        assert snapshot.lookup("../../outside.json") is None
        assert snapshot.lookup(".") is None


if sys.platform != "win32":  # where links need a privilege

    def test_symbolic_links(repo: Any) -> None:
        repo.write("AGENTS.md", "Answer in English.\n")
        repo.write("text/x.txt", "Name {{x}}.\n")
        for link, target in {
            "CLAUDE.md": "AGENTS.md",
            "prompts/linked.md": "../text/x.txt",
            "prompts/again.md": "linked.md",
            "prompts/nowhere.md": "no.md",
            "prompts/loop.md": "loop.md",
            "prompts/outside.md": "/etc/hostname",
        }.items():
            (repo.folder / link).symlink_to(target)
        repo.commit()
        on_disk = [
            each for each in discover((".",), cwd=repo.folder) if isinstance(each, Found) and "outside" not in each.path
        ]
        assert names(repo) == [each.path for each in on_disk] == ["AGENTS.md", "prompts/a.md", "prompts/again.md"]
        assert found(repo, "prompts/nowhere.md") == [Skipped("prompts/nowhere.md", "symbolic link that leads nowhere")]


def test_submodules_are_not_entered(repo: Any, git: Make) -> None:
    inner = git("inner")
    inner.write("prompts/i.md", "Name {{x}}.\n")
    inner.commit()
    repo("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.folder), "vendor")
    repo.commit()
    assert names(repo) == names(repo, ".", "vendor") == ["prompts/a.md"]
    with of(repo).snapshot(head(repo), repo.folder) as snapshot:
        assert snapshot.submodules == ("vendor",)
        assert snapshot.lookup("vendor") is None


def test_what_is_kept_elsewhere_is_said(repo: Any) -> None:
    repo.write("prompts/big.md", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n")
    repo.commit()
    assert Skipped("prompts/big.md", "kept in Git LFS") in found(repo)


def test_a_partial_clone_fetches_nothing(repo: Any, git: Make, tmp_path: Path) -> None:
    repo("config", "uploadpack.allowFilter", "true")
    repo.write("prompts/a.md", "Name a river of {{country}}.\n")
    repo.commit()
    url = repo.folder.as_uri()
    repo("clone", "--quiet", "--filter=blob:none", url, str(tmp_path / "partial"))
    partial = git("partial")
    assert names(partial) == ["prompts/a.md"]
    with of(partial).snapshot(of(partial).resolve("HEAD~1"), partial.folder) as snapshot:
        assert snapshot.discover((".",)) == [Skipped("prompts/a.md", "not in this partial clone")]


def test_the_files_of_a_sparse_checkout(varied: Any) -> None:
    assert of(varied).left_out == frozenset()
    varied("sparse-checkout", "set", "--no-cone", "/prompts/a.md")
    assert "AGENTS.md" in of(varied).left_out
    assert "prompts/a.md" not in of(varied).left_out


@pytest.mark.parametrize(
    ("autocrlf", "attributes", "converted"),
    [
        ("false", "", False),
        ("true", "", True),
        ("true", "*.md -text\n", False),
        ("true", "*.md eol=lf\n", False),
        ("false", "*.md text eol=crlf\n", True),
        ("false", "*.txt eol=crlf\n", False),
    ],
)
def test_line_ends_that_git_makes(repo: Any, autocrlf: str, attributes: str, converted: bool) -> None:
    repo("config", "core.autocrlf", autocrlf)
    repo.write(".gitattributes", attributes)
    (repo.folder / "prompts/a.md").unlink()
    repo("checkout", "--quiet", "--", "prompts/a.md")
    assert (b"\r\n" in (repo.folder / "prompts/a.md").read_bytes()) is converted, "what git itself does"
    assert of(repo).checked_out_with_crlf(("prompts/a.md",)) == ({"prompts/a.md"} if converted else frozenset())


def test_a_revision_that_cannot_be_read(repo: Any) -> None:
    with (
        pytest.raises(GitError, match=r"^git cannot read gone"),
        of(repo).snapshot(Revision("gone", "0" * 40), repo.folder),
    ):
        pass


def test_nothing_is_touched(repo: Any) -> None:
    repo.write("prompts/b.md", "Name {{y}}.\n")
    before = (repo("status", "--porcelain"), sorted(path.name for path in (repo.folder / ".git").iterdir()))
    found(repo)
    assert (repo("status", "--porcelain"), sorted(path.name for path in (repo.folder / ".git").iterdir())) == before
