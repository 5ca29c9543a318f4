"""Which files to look at: the named ones, and those below named folders that are prompts by name and content.

Folders are walked as git sees them: what ``.gitignore`` files name is left out. Nothing here raises on what the file
system holds; what cannot be read comes back as `Skipped`.
"""

from __future__ import annotations

import os
import stat
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from promptlint import formats
from promptlint.formats import OwnFormat, Recognition
from promptlint.lazy import dataclass
from promptlint.source import Source, SourceError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = [
    "ENVIRONMENT",
    "MAX_BYTES",
    "Candidate",
    "Discovery",
    "Found",
    "Skipped",
    "Walk",
    "candidates",
    "discover",
    "examine",
    "is_walked",
    "project_path",
    "read_bytes",
    "recognised",
    "reported_path",
]

MAX_BYTES = 10_000_000
"""Files larger than this are skipped. The largest real prompt files are below 1 MB."""

_NEVER = frozenset(("node_modules", "venv", "__pycache__", "site-packages", "bower_components", "jspm_packages"))
ENVIRONMENT = "pyvenv.cfg"
"""The file that makes a folder a virtual environment."""
_DOT_FOLDERS = frozenset(
    [
        ".agent",
        ".agents",
        ".ai",
        ".aider",
        ".amazonq",
        ".augment",
        ".claude",
        ".claude-plugin",
        ".clinerules",
        ".codex",
        ".continue",
        ".copilot",
        ".cursor",
        ".factory",
        ".gemini",
        ".github",
        ".goose",
        ".junie",
        ".kilocode",
        ".kiro",
        ".llm",
        ".openhands",
        ".opencode",
        ".qwen",
        ".roo",
        ".specify",
        ".trae",
        ".vscode",
        ".windsurf",
    ]
)
"""The folders that start with a dot and hold prompts, beside those that start with ``.prompt``."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to look at. `path` is how it is reported; `named` says that it was itself given, not met below a folder."""

    path: str
    file: Path
    named: bool
    recognition: Recognition
    source: Source = field(repr=False)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that is not looked at, and why."""

    path: str
    reason: str
    named: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be a prompt by its name, and has not been opened.

    `path` is how it is reported, `place` where it lies, `inside` the path by which it is recognised, from the repository's
    root. `named` says that it is taken as a prompt if it can be. Large runs hold very many of these: paths are text here.
    """

    path: str
    place: str
    inside: str
    named: bool

    @property
    def file(self) -> Path:
        """Where it lies."""
        return Path(self.place)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What there is to look at, by path, without a look into any file.

    `folders` are the entries of the folders that were listed: name -> ``f`` (file), ``d`` (folder), ``l`` (symbolic link) or
    ``o`` (anything else). `links` says that symbolic links were met; what they lead to is not among these folders.
    """

    items: tuple[Candidate | Skipped, ...]
    folders: Mapping[str, Mapping[str, str]]
    links: bool


def reported_path(file: Path, cwd: Path) -> str:
    """How an absolute path is reported: relative to `cwd` where it lies below it, with forward slashes."""
    try:
        return file.relative_to(cwd).as_posix()
    except ValueError:
        return file.as_posix()


def project_path(file: Path, cwd: Path) -> str:
    """The path by which a file is recognised: from the repository's root.

    Outside a repository the working directory's own name counts too, as it would in a report from its parent.
    """
    root = _repository(file.parent)
    if root is None:
        root = cwd.parent if file.is_relative_to(cwd) else file.parent.parent
    return file.relative_to(root).as_posix()


def discover(
    paths: Iterable[str | os.PathLike[str]],
    *,
    exclude: Sequence[str] = (),
    force_exclude: bool = False,
    root: Path | None = None,
    cwd: Path | None = None,
    own: Callable[[Path], tuple[OwnFormat, ...]] = lambda _: (),
) -> Iterator[Found | Skipped]:
    """Find the files to look at, sorted by reported path, each once. Each is read when it is its turn.

    Args:
        paths: files and folders, relative to `cwd` or absolute.
        exclude: patterns in the syntax of .gitignore, relative to `root`, for what is met below the folders.
        force_exclude: whether named files are treated as if they were met on the way: the patterns hold for them, and
            what is no prompt is passed over.
        root: where the patterns are anchored; `cwd` when not given.
        cwd: the working directory.
        own: the formats that the configuration of a file describes; they go before all others.

    """
    found = candidates(paths, exclude=exclude, force_exclude=force_exclude, root=root, cwd=cwd, own=own)
    for each in found.items:
        result = examine(each, own) if isinstance(each, Candidate) else each
        if result is not None:
            yield result


def candidates(
    paths: Iterable[str | os.PathLike[str]],
    *,
    exclude: Sequence[str] = (),
    force_exclude: bool = False,
    root: Path | None = None,
    cwd: Path | None = None,
    own: Callable[[Path], tuple[OwnFormat, ...]] = lambda _: (),
) -> Discovery:
    """What `discover` looks into; its arguments are the same."""
    here = _absolute(cwd or Path.cwd(), Path.cwd())
    anchor = _absolute(root, here) if root else here
    return _Discovery(here, anchor, exclude, own, force_exclude=force_exclude).run(paths)


def examine(
    candidate: Candidate, own: Callable[[Path], tuple[OwnFormat, ...]] = lambda _: ()
) -> Found | Skipped | None:
    """Read a file and say what it is. None: no prompt, which nobody expected it to be."""
    data = read_bytes(candidate)
    return recognised(candidate, data, own) if isinstance(data, bytes) else data


def read_bytes(candidate: Candidate) -> bytes | Skipped:
    """What a file holds, or why it cannot be read."""
    try:
        if candidate.file.stat().st_size > MAX_BYTES:
            return Skipped(candidate.path, _too_large(candidate.path), candidate.named)
        return candidate.file.read_bytes()
    except OSError as error:
        return Skipped(candidate.path, _reason(error), candidate.named)


def recognised(
    candidate: Candidate, data: bytes, own: Callable[[Path], tuple[OwnFormat, ...]] = lambda _: ()
) -> Found | Skipped | None:
    """What a file is by what it holds. None: no prompt, which nobody expected it to be."""
    inside, named = candidate.inside, candidate.named
    try:
        source = Source.from_bytes(candidate.path, data)
    except SourceError as error:
        # of a text file in any folder only its content could say that it is a prompt
        return Skipped(candidate.path, error.reason, named) if named or formats.claims(inside) else None
    described = formats.own_format(own(candidate.file), candidate.file)
    recognition = described.recognition if described else formats.recognise(inside, source.text, named=named)
    if recognition is not None:
        return Found(source.path, candidate.file, named, recognition, source)
    reason = formats.refusal(inside, source.text, named=named)
    return Skipped(candidate.path, reason or "not a prompt", named) if reason is not None or named else None


def _too_large(path: str) -> str:
    hint = "; it can be split at any line" if path.lower().endswith((".jsonl", ".ndjson")) else ""
    return f"larger than {MAX_BYTES // 1_000_000} MB{hint}"


def _absolute(path: str | os.PathLike[str], cwd: Path) -> Path:
    """An absolute path without ``..``; symbolic links stay as they are."""
    return Path(os.path.abspath(cwd / path))  # noqa: PTH100


def _repository(folder: Path) -> Path | None:
    """The root of the repository that a folder lies in."""
    return next((each for each in (folder, *folder.parents) if _exists(each / ".git")), None)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _is_prompt_link(entry: os.DirEntry[str], path: str) -> bool:
    """Whether an entry is a link whose name is that of a folder of prompts: worth saying that it is not followed."""
    try:
        return entry.is_symlink() and formats.may_hold_prompts(f"{path}/prompt")
    except OSError:
        return False


def _sort(entry: os.DirEntry[str]) -> str:
    """What an entry of a folder is: the letter that `Discovery.folders` has for it."""
    try:
        if entry.is_symlink():
            return "l"
        if entry.is_dir(follow_symlinks=False):
            return "d"
        return "f" if entry.is_file(follow_symlinks=False) else "o"
    except OSError:
        return "o"


def _reason(error: OSError) -> str:
    return f"cannot be read: {error.strerror or type(error).__name__}"


@dataclass(frozen=True, slots=True)
class _Ignore:
    """The patterns of one .gitignore file, and the folder that they are relative to."""

    folder: str
    spec: GitIgnoreSpec

    def decides(self, path: str, *, folder: bool) -> bool | None:
        """Whether the patterns ignore a path (True), take it back (False) or say nothing about it."""
        base = self.folder.rstrip(os.sep) + os.sep
        if not path.startswith(base):
            return None
        relative = path[len(base) :].replace(os.sep, "/")
        return self.spec.check_file(relative + "/" if folder else relative).include


def _patterns(lines: Iterable[str], folder: Path) -> _Ignore | None:
    from pathspec import GitIgnoreSpec

    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    if not kept:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of `re`, about sets such as [[a]
        try:
            return _Ignore(str(folder), GitIgnoreSpec.from_lines(kept))
        except ValueError:
            # git passes over a pattern that it cannot read
            return _Ignore(str(folder), GitIgnoreSpec.from_lines([line for line in kept if _is_pattern(line)]))


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _ignore_file(file: Path, folder: Path) -> _Ignore | None:
    try:
        if not file.is_file():
            return None
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return None
    return _patterns(text.split("\n"), folder)


def _ignored(path: str, levels: Sequence[_Ignore], *, folder: bool) -> bool:
    """Whether a path is ignored; the closest .gitignore that says anything decides."""
    for level in reversed(levels):
        decision = level.decides(path, folder=folder)
        if decision is not None:
            return decision
    return False


def is_walked(entry: os.DirEntry[str]) -> bool:
    """Whether a folder met on the way may hold prompts by its name and is no virtual environment; False for what is no folder."""
    try:
        if not entry.is_dir(follow_symlinks=False):
            return False
    except OSError:
        return False
    return _is_walked_by_name(entry.name, lambda: _exists(Path(entry.path) / ENVIRONMENT))


def _is_walked_by_name(name: str, is_environment: Callable[[], bool]) -> bool:
    if name in _NEVER:
        return False
    if name.startswith("."):
        return name in _DOT_FOLDERS or name.startswith(".prompt")
    return not is_environment()


class Walk:
    """Which files of a repository a walk meets, told by their paths from its root: the files need not be on disk.

    `exclude` are patterns in the syntax of .gitignore, relative to `anchor`; ``.gitignore`` files are those on disk.
    `is_environment` says whether a folder is a virtual environment.
    """

    def __init__(
        self, repository: Path, exclude: Sequence[str], anchor: Path, is_environment: Callable[[str], bool]
    ) -> None:
        self._root = repository
        self._exclude = _patterns(exclude, anchor) if exclude else None
        self._is_environment = is_environment
        self._own = _ignore_file(repository / ".git" / "info" / "exclude", repository)
        self._levels: dict[str, _Ignore | None] = {}
        self._entered: dict[tuple[str, str], bool] = {}

    def excludes(self, path: str, *, folder: bool = False) -> bool:
        """Whether the patterns leave a path out."""
        return self._exclude is not None and bool(self._exclude.decides(str(self._root / path), folder=folder))

    def reaches(self, path: str, start: str) -> bool:
        """Whether a walk from the folder `start` (empty: the root) meets the file at `path`."""
        return self._enters(path.rpartition("/")[0], start) and not self._left_out(path, start, folder=False)

    def _enters(self, folder: str, start: str) -> bool:
        if folder == start:
            return True
        key = (folder, start)
        if key not in self._entered:
            above, _, name = folder.rpartition("/")
            self._entered[key] = (
                self._enters(above, start)
                and _is_walked_by_name(name, lambda: self._is_environment(folder))
                and not self._left_out(folder, start, folder=True)
            )
        return self._entered[key]

    def _left_out(self, path: str, start: str, *, folder: bool) -> bool:
        above = self._above(start)
        if start and _ignored(str(self._root / start), above, folder=True):
            above = []  # who names an ignored folder means it
        levels = [*above, *self._from(start, path)]
        return _ignored(str(self._root / path), levels, folder=folder) or self.excludes(path, folder=folder)

    def _above(self, start: str) -> list[_Ignore]:
        """The patterns of the folders above `start`."""
        parents = start.split("/") if start else []
        found = [self._own, *(self._level("/".join(parents[:count])) for count in range(len(parents)))]
        return [level for level in found if level is not None]

    def _from(self, start: str, path: str) -> list[_Ignore]:
        """The patterns of the folders from `start` down to the one that `path` is in."""
        below = path[len(start) :].lstrip("/").split("/")[:-1]
        found = [self._level("/".join(filter(None, (start, *below[:count])))) for count in range(len(below) + 1)]
        return [level for level in found if level is not None]

    def _level(self, folder: str) -> _Ignore | None:
        if folder not in self._levels:
            at = self._root / folder
            self._levels[folder] = _ignore_file(at / ".gitignore", at)
        return self._levels[folder]


class _Discovery:
    def __init__(
        self,
        cwd: Path,
        root: Path,
        exclude: Sequence[str],
        own: Callable[[Path], tuple[OwnFormat, ...]],
        *,
        force_exclude: bool,
    ) -> None:
        self.cwd = cwd
        self.own = own
        self.exclude = _patterns(exclude, root) if exclude else None
        self.force_exclude = force_exclude
        self.results: dict[str, Candidate | Skipped] = {}
        self.links: list[tuple[Path, str]] = []
        self.folders: dict[str, dict[str, str]] = {}
        self.linked = False

    def run(self, paths: Iterable[str | os.PathLike[str]]) -> Discovery:
        given = [_absolute(path, self.cwd) for path in paths]
        folders: list[Path] = []
        for path in given:
            if self._is_folder(path):
                folders.append(path)
            else:
                self._named(path)
        for folder in folders:
            self._walk(folder)
        if self.links:
            self._take_links()
        items = sorted(self.results.values(), key=lambda each: (each.path, isinstance(each, Skipped)))
        return Discovery(tuple(items), self.folders, self.linked)

    @staticmethod
    def _is_folder(path: Path) -> bool:
        try:
            return path.is_dir()
        except OSError:
            return False

    def _report(self, file: Path) -> str:
        return reported_path(file, self.cwd)

    def _skip(self, file: Path, reason: str, *, named: bool = False) -> None:
        self.results.setdefault(os.path.normcase(file), Skipped(self._report(file), reason, named))

    def _is_excluded(self, path: Path, *, folder: bool) -> bool:
        return self.exclude is not None and bool(self.exclude.decides(str(path), folder=folder))

    def _named(self, file: Path) -> None:
        if self.force_exclude and self._is_excluded(file, folder=False):
            self._skip(file, "excluded")
            return
        try:
            self.linked = self.linked or file.is_symlink()
            mode = file.stat().st_mode
        except FileNotFoundError:
            broken = file.is_symlink()
            reason = "symbolic link that leads nowhere" if broken else "no such file or folder"
            self._skip(file, reason, named=True)
            return
        except (OSError, ValueError) as error:
            reason = _reason(error) if isinstance(error, OSError) else "no such file or folder"
            self._skip(file, reason, named=True)
            return
        if not stat.S_ISREG(mode):
            self._skip(file, "not a regular file", named=True)
            return
        # A hook passes every file of a commit: it means "those of them that are prompts", as if they were met on the way.
        self._take(file, project_path(file, self.cwd), named=not self.force_exclude)

    def _take(self, file: Path, inside: str, *, named: bool) -> None:
        self.results.setdefault(os.path.normcase(file), Candidate(self._report(file), str(file), inside, named))

    def _walk(self, start: Path) -> None:
        repository = _repository(start)
        base = repository or (self.cwd.parent if start.is_relative_to(self.cwd) else start.parent)
        levels = self._levels_above(start, repository)
        if _ignored(str(start), levels, folder=True):
            levels = []  # who names an ignored folder means it
        stack = [(start, start.relative_to(base).as_posix(), levels)]
        while stack:
            folder, place, levels = stack.pop()
            below: list[tuple[Path, str, list[_Ignore]]] = []
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self._skip(folder, f"folder {_reason(error)}", named=folder == start)
                continue
            names = self.folders[str(folder)] = {entry.name: _sort(entry) for entry in entries}
            if ".git" in names and folder != start:
                levels = []  # a repository inside another one is its own
            if ".git" in names:
                levels = [*levels, *filter(None, [_ignore_file(folder / ".git" / "info" / "exclude", folder)])]
            if ".gitignore" in names:
                levels = [*levels, *filter(None, [_ignore_file(folder / ".gitignore", folder)])]
            for entry in entries:
                known_as = entry.name if place == "." else f"{place}/{entry.name}"
                if is_walked(entry):
                    if not self._left_out(folder / entry.name, levels, folder=True):
                        below.append((folder / entry.name, known_as, levels))
                elif self._is_candidate(entry, known_as, folder / entry.name) and self._is_file(entry):
                    self._meet(entry, folder / entry.name, known_as, levels)
            stack.extend(reversed(below))

    def _is_candidate(self, entry: os.DirEntry[str], path: str, file: Path) -> bool:
        """Whether an entry is worth a look, by its name alone."""
        if formats.may_hold_prompts(path) or _is_prompt_link(entry, path):
            return True
        return formats.own_format(self.own(file), file) is not None

    @staticmethod
    def _levels_above(start: Path, repository: Path | None) -> list[_Ignore]:
        """The .gitignore files between the repository's root and the folder where a walk starts, that one not included."""
        if repository is None or repository == start:
            return []
        parts = start.relative_to(repository).parts
        above = [repository.joinpath(*parts[:count]) for count in range(len(parts))]
        found = [_ignore_file(repository / ".git" / "info" / "exclude", repository)]
        found += [_ignore_file(folder / ".gitignore", folder) for folder in above]
        return [level for level in found if level is not None]

    @staticmethod
    def _is_file(entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_symlink() or entry.is_file()
        except OSError:
            return True  # let reading it say what is wrong

    def _left_out(self, path: Path, levels: Sequence[_Ignore], *, folder: bool) -> bool:
        return _ignored(str(path), levels, folder=folder) or self._is_excluded(path, folder=folder)

    def _meet(self, entry: os.DirEntry[str], file: Path, path: str, levels: Sequence[_Ignore]) -> None:
        if self._left_out(file, levels, folder=False):
            return
        if entry.is_symlink():
            self.linked = True
            self.links.append((file, path))
        else:
            self._take(file, path, named=False)

    def _project(self, folder: Path) -> Path:
        """The folder that links met in `folder` may not lead out of: the repository, outside of one the working directory."""
        return _repository(folder) or (self.cwd if folder.is_relative_to(self.cwd) else folder)

    def _take_links(self) -> None:
        """Take the links met on the way that lead to files which are not looked at themselves (``CLAUDE.md -> AGENTS.md``)."""
        known = {
            os.path.normcase(os.path.realpath(each.file)): each
            for each in self.results.values()
            if isinstance(each, Candidate)
        }
        for file, path in self.links:
            try:
                target = file.resolve(strict=True)
                if not target.is_file():
                    reason = (
                        "symbolic link to a folder, which is not followed" if target.is_dir() else "not a regular file"
                    )
                    self._skip(file, reason)
                    continue
                if not target.is_relative_to(os.path.realpath(self._project(file.parent))):
                    self._skip(file, "symbolic link that leads out of the project, which is not followed")
                    continue
            except (OSError, RuntimeError):  # RuntimeError: a loop, before Python 3.13
                self._skip(file, "symbolic link that leads nowhere")
                continue
            key = os.path.normcase(target)
            if key in known and isinstance(examine(known[key], self.own), Found):
                self._skip(file, f"symbolic link to {self._report(target)}, which is looked at itself")
                continue
            self._take(file, path, named=False)
            taken = self.results[os.path.normcase(file)]
            if isinstance(taken, Candidate):
                known[key] = taken
