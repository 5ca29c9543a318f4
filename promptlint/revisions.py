"""What a git repository held at a revision, read through ``git`` without touching the working tree, the index or the network.

Nothing is checked out: names come from ``git ls-tree``, contents from ``git cat-file``.
"""

from __future__ import annotations

import difflib
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Final

from promptlint import formats
from promptlint.discovery import MAX_BYTES, Found, Skipped, Walk, reported_path
from promptlint.formats import OwnFormat
from promptlint.lazy import dataclass
from promptlint.source import Source, SourceError

__all__ = ["GitError", "Repository", "Revision", "Snapshot"]

DEFAULT_BRANCHES: Final = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
"""Where the default branch is looked for, in this order."""

_LINK = "120000"
_SUBMODULE = "160000"
_LINKS: Final = 10
"""Symbolic links that are followed one after the other."""
_LFS: Final = b"version https://git-lfs.github.com/spec/"


class GitError(Exception):
    """A repository or a revision cannot be read. The message says why and what helps, ready to print."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit. `name` is how it was asked for, `why` how it was chosen where nobody named it."""

    name: str
    commit: str
    why: str = ""

    @property
    def short(self) -> str:
        """The commit as people write it. The length is fixed: git's own depends on what else the repository holds."""
        return self.commit[:10]


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    id: str


def _environment() -> dict[str, str]:
    """The surroundings of git: messages in English, no question, no lock, and nothing fetched behind one's back."""
    dropped = ("GIT_ALLOW_PROTOCOL", "GIT_TRACE", "GIT_TRACE_SETUP", "GIT_EXTERNAL_DIFF")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}


def _command(folder: Path, *arguments: str) -> list[str]:
    # a partial clone would otherwise fetch what it lacks
    return ["git", "-C", str(folder), "-c", "protocol.allow=never", *arguments]


def _git(folder: Path, *arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603
            _command(folder, *arguments),
            input=b"" if given is None else given,
            capture_output=True,
            env=_environment(),
            check=False,
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror or error}; revisions are read with it") from None


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _first_line(data: bytes) -> str:
    return _text(data).strip().split("\n")[0].removeprefix("fatal: ") or "it gave no reason"


@dataclass(frozen=True)
class Repository:
    """A git repository with a working tree, whose root is `root`.

    `shallow` says that its history was cut off when it was cloned.
    """

    root: Path
    shallow: bool = False

    @classmethod
    def of(cls, folder: Path) -> Repository:
        """The repository that a folder, whose path is absolute, belongs to.

        Raises:
            GitError: there is none, or it has no working tree.

        """
        asked = ("--is-bare-repository", "--is-inside-work-tree", "--is-shallow-repository", "--show-cdup")
        done = _git(folder, "rev-parse", *asked)
        if done.returncode:
            if b"not a git repository" in done.stderr:
                raise GitError("not in a git repository: there is no revision to compare with")
            raise GitError(f"git cannot read the repository: {_first_line(done.stderr)}")
        bare, inside, shallow, *up = _text(done.stdout).split("\n")
        if inside != "true":
            what = "this repository is bare" if bare == "true" else "this is the inside of a .git folder"
            raise GitError(f"{what}: there is no working tree, and the configuration is read from one")
        return cls(Path(os.path.normpath(folder / up[0])) if up else folder, shallow == "true")

    def find(self, name: str) -> Revision | None:
        """The commit that a name stands for; None: there is no such revision here."""
        if not name or "\0" in name:
            return None
        asked = ("--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        done = _git(self.root, "rev-parse", *asked)
        return None if done.returncode else Revision(name, _text(done.stdout).strip())

    def resolve(self, name: str) -> Revision:
        """The commit that a name stands for.

        Raises:
            GitError: there is no such revision here. The message says how it may be fetched.

        """
        found = self.find(name)
        if found is None:
            raise GitError(self.missing(name))
        return found

    def missing(self, name: str) -> str:
        """What to say about a revision that is not here."""
        close = difflib.get_close_matches(name, self._names(), n=1)
        hint = f" (did you mean '{close[0]}'?)" if close else ""
        remote, slash, branch = name.partition("/")
        if slash and remote in self._remotes():
            return f"there is no revision '{name}' here{hint}; fetch it with: git fetch {remote} {branch}"
        if self.shallow:
            return (
                f"there is no revision '{name}' in this shallow clone{hint}; fetch the history with: git fetch --unshallow "
                "(in GitHub Actions: fetch-depth: 0 for actions/checkout)"
            )
        if name.partition("~")[0].partition("^")[0] == "HEAD" and self.find("HEAD") is None:
            return "there is no commit yet to compare with"
        return f"there is no revision '{name}'{hint}"

    def _names(self) -> list[str]:
        done = _git(self.root, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
        return _text(done.stdout).split()

    def _remotes(self) -> list[str]:
        return _text(_git(self.root, "remote").stdout).split()

    def holds(self, revision: Revision, file: Path) -> bool:
        """Whether there is a file or a folder at an absolute path in a revision."""
        try:
            inside = Path(os.path.normpath(file)).relative_to(self.root).as_posix()
        except ValueError:
            return False
        return not _git(self.root, "cat-file", "-e", f"{revision.commit}:{inside}").returncode

    def merge_base(self, one: Revision, other: Revision) -> Revision:
        """The commit at which two revisions parted.

        Raises:
            GitError: they have none in common, as far as this clone's history goes.

        """
        done = _git(self.root, "merge-base", one.commit, other.commit)
        if done.returncode:
            both = f"'{one.name}' and '{other.name}'"
            if self.shallow:
                raise GitError(
                    f"the history of this shallow clone ends before {both} meet; fetch it with: git fetch --unshallow "
                    "(in GitHub Actions: fetch-depth: 0 for actions/checkout), or name the revision to compare with"
                )
            raise GitError(f"{both} have no commit in common; name the revision to compare with")
        commit = _text(done.stdout).split("\n")[0]
        return Revision(one.name, commit, f"where {other.name} parted from {one.name}")

    def default_base(self, to: Revision) -> Revision:
        """What `to` is compared with when nobody says: where it parted from the default branch, else itself.

        Raises:
            GitError: this clone's history does not reach that far.

        """
        for reference in DEFAULT_BRANCHES:
            found = self.find(reference)
            if found is not None:
                # origin/HEAD is the name of another one
                name = _text(_git(self.root, "rev-parse", "--abbrev-ref", reference).stdout).strip() or reference
                return self.merge_base(Revision(name, found.commit), to)
        if self.shallow:
            raise GitError(
                "this shallow clone has no default branch to compare with; name a revision, or fetch the history with: "
                "git fetch --unshallow (in GitHub Actions: fetch-depth: 0 for actions/checkout)"
            )
        return Revision(to.name, to.commit, "no default branch is known: neither origin/HEAD nor main nor master")

    @contextmanager
    def snapshot(self, revision: Revision, cwd: Path) -> Iterator[Snapshot]:
        """What the repository held at a revision. Paths are reported relative to `cwd`.

        Raises:
            GitError: it cannot be read.

        """
        done = _git(self.root, "ls-tree", "-r", "-z", "--full-tree", revision.commit)
        if done.returncode:
            raise GitError(f"git cannot read {revision.name} ({revision.short}): {_first_line(done.stderr)}")
        entries: dict[str, _Entry] = {}
        for line in filter(None, done.stdout.split(b"\0")):
            about, _, path = line.partition(b"\t")
            mode, _, identity = about.decode("ascii").split(" ")
            entries[_text(path)] = _Entry(mode, identity)
        with _contents(self.root) as content:
            yield Snapshot(self.root, cwd, entries, content)

    def changed(self, base: Revision) -> frozenset[str]:
        """The files, by absolute path, that are not now as they were at a revision, or are there no more, and the untracked ones.

        What git ignores is none of them.

        Raises:
            GitError: git cannot tell.

        """
        found: list[str] = []
        for asked in (
            ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-relative", base.commit, "--"),
            ("ls-files", "--others", "--exclude-standard", "-z", "--full-name"),
        ):
            done = _git(self.root, *asked)
            if done.returncode:
                raise GitError(f"git cannot tell what has changed: {_first_line(done.stderr)}")
            found += filter(None, _text(done.stdout).split("\0"))
        return frozenset(os.path.normpath(self.root / path) for path in found)

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The files of a sparse checkout that are not in the working tree, though nobody removed them."""
        sparse = _git(self.root, "config", "--type=bool", "core.sparseCheckout")
        if _text(sparse.stdout).strip() != "true":
            return frozenset()
        listed = _git(self.root, "ls-files", "-t", "-z", "--full-name")
        lines = _text(listed.stdout).split("\0")
        return frozenset(line[2:] for line in lines if line.startswith("S "))

    def checked_out_with_crlf(self, paths: Sequence[str]) -> frozenset[str]:
        r"""Those of some files in which git itself writes ``\r\n`` on checkout where the repository holds ``\n``."""
        if not paths:
            return frozenset()
        given = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
        done = _git(self.root, "check-attr", "-z", "--stdin", "text", "eol", given=given)
        fields = _text(done.stdout).split("\0")
        said: dict[str, dict[str, str]] = {}
        for path, name, value in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
            said.setdefault(path, {})[name] = value
        everywhere = _text(_git(self.root, "config", "core.autocrlf").stdout).strip() == "true"
        return frozenset(
            path
            for path, each in said.items()
            if each.get("text") != "unset"
            and (each.get("eol") == "crlf" or (everywhere and each.get("eol") == "unspecified"))
        )


@contextmanager
def _contents(root: Path) -> Iterator[Callable[[str], bytes | None]]:
    """A function that gives the content of an object; None: it is not here."""
    try:
        process = subprocess.Popen(  # noqa: S603
            _command(root, "cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror or error}; revisions are read with it") from None
    assert process.stdin is not None and process.stdout is not None, "they are pipes"
    requests, answers = process.stdin, process.stdout

    def content(identity: str) -> bytes | None:
        try:
            requests.write(identity.encode("ascii") + b"\n")
            requests.flush()
            head = answers.readline().split()
            if len(head) != 3:
                return None  # "missing": a partial clone left it out
            data = answers.read(int(head[2]))
            answers.read(1)
        except (OSError, ValueError):
            return None
        return data

    try:
        yield content
    finally:
        try:
            requests.close()
        except OSError:
            process.kill()
        answers.close()
        process.wait()


@dataclass(frozen=True)
class Snapshot:
    """The files of a repository at a revision, by path from its root. `cwd` is what reported paths start from."""

    root: Path
    cwd: Path
    entries: Mapping[str, _Entry] = field(repr=False)
    content: Callable[[str], bytes | None] = field(repr=False)

    @cached_property
    def _folders(self) -> frozenset[str]:
        found: set[str] = {""}
        for path in self.entries:
            folder = path.rpartition("/")[0]
            while folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    @property
    def submodules(self) -> tuple[str, ...]:
        """The folders that are repositories of their own."""
        return tuple(path for path, entry in self.entries.items() if entry.mode == _SUBMODULE)

    def inside(self, file: Path) -> str | None:
        """The path from the repository's root of an absolute path; empty for the root, None for what lies elsewhere."""
        try:
            path = Path(os.path.normpath(file)).relative_to(self.root).as_posix()
        except ValueError:
            return None
        return "" if path == "." else path

    def holds(self, path: str) -> bool:
        """Whether there is a file or a folder at a path."""
        return path in self.entries or path in self._folders

    def _target(self, path: str) -> str | None:
        """The file that a path leads to through symbolic links; None: to none that the repository holds."""
        for _ in range(_LINKS):
            entry = self.entries.get(path)
            if entry is None or entry.mode == _SUBMODULE:
                return None
            if entry.mode != _LINK:
                return path
            link = _text(self.content(entry.id) or b"")
            if not link or link.startswith("/"):
                return None
            path = os.path.normpath(f"{path.rpartition('/')[0] or '.'}/{link}").replace(os.sep, "/")
        return None

    def lookup(self, path: str) -> Source | None:
        """The text of a file beside a prompt, as :data:`promptlint.prompt.Lookup` wants it. What is no readable text is None."""
        inside = self.inside(self.cwd / path)
        target = None if inside is None else self._target(inside)
        data = None if target is None else self.content(self.entries[target].id)
        if data is None or len(data) > MAX_BYTES:
            return None
        try:
            return Source.from_bytes(path, data)
        except SourceError:
            return None

    def discover(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        exclude: Sequence[str] = (),
        force_exclude: bool = False,
        root: Path | None = None,
        own: Callable[[Path], tuple[OwnFormat, ...]] = lambda _: (),
    ) -> list[Found | Skipped]:
        """The prompt files, as :func:`promptlint.discovery.discover` finds them on disk; what is not here is passed over.

        ``.gitignore`` is that of the working tree, so that the same rules hold for all revisions.
        """
        walk = Walk(self.root, exclude, self.root if root is None else root, self._has_environment)
        results: dict[str, Found | Skipped] = {}
        links: dict[str, str] = {}
        for given in paths:
            path = self.inside(self.cwd / given)
            if path is None:
                continue
            entry = self.entries.get(path)
            if entry is not None and entry.mode != _SUBMODULE:
                if not (force_exclude and walk.excludes(path)):
                    target = self._target(path)
                    self._take(results, path, target, own, named=not force_exclude)
                continue
            for below, each in self.entries.items() if path in self._folders else ():
                if each.mode == _SUBMODULE or (path and not below.startswith(f"{path}/")) or below in results:
                    continue
                if not self._is_candidate(below, own) or not walk.reaches(below, path):
                    continue
                if each.mode == _LINK:
                    target = self._target(below)
                    if target is not None:
                        links[below] = target
                else:
                    self._take(results, below, below, own, named=False)
        taken = {path for path, each in results.items() if isinstance(each, Found)}
        for path, target in links.items():
            if target not in taken:
                self._take(results, path, target, own, named=False)
                taken.add(target)
        return sorted(results.values(), key=lambda each: (each.path, isinstance(each, Skipped)))

    def _has_environment(self, folder: str) -> bool:
        return f"{folder}/pyvenv.cfg" in self.entries

    def _is_candidate(self, path: str, own: Callable[[Path], tuple[OwnFormat, ...]]) -> bool:
        file = self.root / path
        return formats.may_hold_prompts(path) or formats.own_format(own(file), file) is not None

    def _take(
        self,
        results: dict[str, Found | Skipped],
        path: str,
        target: str | None,
        own: Callable[[Path], tuple[OwnFormat, ...]],
        *,
        named: bool,
    ) -> None:
        """Note what a file is: a prompt, or why a file that should be one is none."""
        file = self.root / path
        reported = reported_path(file, self.cwd)

        def skip(reason: str) -> None:
            results[path] = Skipped(reported, reason)

        data = None if target is None else self.content(self.entries[target].id)
        if data is None:
            skip("not in this partial clone" if target is not None else "symbolic link that leads nowhere")
            return
        if len(data) > MAX_BYTES:
            skip(f"larger than {MAX_BYTES // 1_000_000} MB")
            return
        if data.startswith(_LFS):
            skip("kept in Git LFS")
            return
        try:
            source = Source.from_bytes(reported, data)
        except SourceError as error:
            if named or formats.claims(path):
                skip(error.reason)
            return
        described = formats.own_format(own(file), file)
        recognition = described.recognition if described else formats.recognise(path, source.text, named=named)
        if recognition is not None:
            results[path] = Found(reported, file, named, recognition, source)
