"""Which files to look at: the named ones, and those below named folders that are prompts by name and content.

Folders are walked as git sees them: what ``.gitignore`` files name is left out. Nothing here raises on what the file
system holds; what cannot be read comes back as `Skipped`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol, TypeAlias

from promptlint import formats
from promptlint.formats import OwnFormat, Recognition
from promptlint.gitignore import (
    MARKS,
    OwnPatterns,
    Patterns,
    compile_patterns,
    is_ignored,
    levels_above,
    own_patterns,
    pattern_file,
)
from promptlint.lazy import dataclass
from promptlint.source import Source, SourceError

__all__ = [
    "ENVIRONMENT",
    "MAX_BYTES",
    "Candidate",
    "Discovery",
    "Found",
    "Listener",
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


class Listener(Protocol):
    """Who is told what a walk looks at."""

    def listed(self, folder: str, entries: Mapping[str, str]) -> None:
        """A folder was listed: name -> ``f`` (file), ``d`` (folder), ``l`` (symbolic link) or ``o`` (anything else)."""

    def linked(self) -> None:
        """A symbolic link was met; what it leads to is not among the folders."""


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
    for each in candidates(paths, exclude=exclude, force_exclude=force_exclude, root=root, cwd=cwd, own=own):
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
    return Discovery(paths, cwd=here, root=anchor, exclude=exclude, force_exclude=force_exclude, own=own)


def examine(
    candidate: Candidate, own: Callable[[Path], tuple[OwnFormat, ...]] = lambda _: ()
) -> Found | Skipped | None:
    """Read a file and say what it is. None: no prompt, which nobody expected it to be."""
    data = read_bytes(candidate)
    return recognised(candidate, data, own(candidate.file)) if isinstance(data, bytes) else data


def read_bytes(candidate: Candidate) -> bytes | Skipped:
    """What a file holds, or why it cannot be read."""
    try:
        if os.stat(candidate.place).st_size > MAX_BYTES:  # noqa: PTH116  # of very many files
            return Skipped(candidate.path, _too_large(candidate.path), candidate.named)
        return candidate.file.read_bytes()
    except OSError as error:
        return Skipped(candidate.path, _reason(error), candidate.named)


def recognised(candidate: Candidate, data: bytes, own: tuple[OwnFormat, ...] = ()) -> Found | Skipped | None:
    """What a file is by what it holds, with the formats of its configuration. None: no prompt, which nobody expected it to be."""
    inside, named = candidate.inside, candidate.named
    try:
        source = Source.from_bytes(candidate.path, data)
    except SourceError as error:
        # of a text file in any folder only its content could say that it is a prompt
        return Skipped(candidate.path, error.reason, named) if named or formats.claims(inside) else None
    described = formats.own_format(own, candidate.place)
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


def _sort(entry: os.DirEntry[str]) -> str:
    """What an entry of a folder is: the letter that a `Listener` is told."""
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


def is_walked(entry: os.DirEntry[str]) -> bool:
    """Whether a folder met on the way may hold prompts by its name and is no virtual environment; False for what is no folder."""
    try:
        if not entry.is_dir(follow_symlinks=False):
            return False
    except OSError:
        return False
    return _is_walked_by_name(entry.name, lambda: os.path.exists(_joined(entry.path, ENVIRONMENT)))  # noqa: PTH110


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
        self._exclude = compile_patterns(exclude, anchor) if exclude else None
        self._is_environment = is_environment
        self._own = pattern_file(repository / ".git" / "info" / "exclude", repository)
        self._levels: dict[str, Patterns | None] = {}
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
        if start and is_ignored(str(self._root / start), above, folder=True):
            above = []  # who names an ignored folder means it
        levels = [*above, *self._from(start, path)]
        return is_ignored(str(self._root / path), levels, folder=folder) or self.excludes(path, folder=folder)

    def _above(self, start: str) -> list[Patterns]:
        """The patterns of the folders above `start`."""
        parents = start.split("/") if start else []
        found = [self._own, *(self._level("/".join(parents[:count])) for count in range(len(parents)))]
        return [level for level in found if level is not None]

    def _from(self, start: str, path: str) -> list[Patterns]:
        """The patterns of the folders from `start` down to the one that `path` is in."""
        below = path[len(start) :].lstrip("/").split("/")[:-1]
        found = [self._level("/".join(filter(None, (start, *below[:count])))) for count in range(len(below) + 1)]
        return [level for level in found if level is not None]

    def _level(self, folder: str) -> Patterns | None:
        if folder not in self._levels:
            at = self._root / folder
            self._levels[folder] = pattern_file(at / ".gitignore", at)
        return self._levels[folder]


class Discovery:
    """What there is to look at, by path, each once, without a look into any file.

    Folders are walked as one asks for the next item, so that nothing is kept of what has been given; going through it again
    walks again. What came by a symbolic link is remembered, because a file is looked at under one name.
    """

    def __init__(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        cwd: Path,
        root: Path,
        exclude: Sequence[str],
        force_exclude: bool,
        own: Callable[[Path], tuple[OwnFormat, ...]],
    ) -> None:
        self._cwd = cwd
        self._own = own
        self._exclude = compile_patterns(exclude, root) if exclude else None
        self._force_exclude = force_exclude
        self._named: dict[str, Candidate | Skipped] = {}
        self._names_link = False
        self._links: dict[str, Candidate | Skipped] = {}
        self._patterns_in: dict[str, OwnPatterns | None] = {}
        starts: dict[str, Path] = {}
        for path in (_absolute(path, cwd) for path in paths):
            if _is_folder(path):
                starts.setdefault(os.path.normcase(path), path)
            else:
                self._name(path)
        self._starts = tuple(map(self._start, starts.values()))

    def __iter__(self) -> Iterator[Candidate | Skipped]:
        return self.walk()

    def walk(self, listener: Listener | None = None) -> Iterator[Candidate | Skipped]:
        """The items one by one; `listener` is told what they rest on."""
        if listener is not None and self._names_link:
            listener.linked()
        named = sorted(self._named.values(), key=_order)
        walks = [self._walked(each, listener) for start in self._starts for each in self._parts(start)]
        if not walks:
            return iter(named)
        return self._each_once(named, walks) if named or len(walks) > 1 else walks[0]

    def at(self, path: str) -> Candidate | None:
        """The candidate that is reported as `path`, None without one."""
        key = os.path.normcase(path)
        if key in self._named:
            found = self._named[key]
            return found if isinstance(found, Candidate) else None
        file = _absolute(path, self._cwd)
        meeting = self._meeting(file, self._starts_by_place) if _is_file_at(file) else iter(())
        _, folder = next(meeting, ("", None))
        if folder is None:
            return None
        met = self._judged(folder, file.name) if file.is_symlink() else _candidate(folder, file.name)
        return met if isinstance(met, Candidate) else None

    # -- what is named ------------------------------------------------------------------------------------------------

    def _name(self, file: Path) -> None:
        path = reported_path(file, self._cwd)
        self._named.setdefault(os.path.normcase(path), self._named_as(file, path))

    def _named_as(self, file: Path, path: str) -> Candidate | Skipped:
        if self._force_exclude and self._is_excluded(str(file), folder=False):
            return Skipped(path, "excluded")
        try:
            self._names_link = self._names_link or file.is_symlink()
            mode = file.stat().st_mode
        except FileNotFoundError:
            broken = file.is_symlink()
            reason = "symbolic link that leads nowhere" if broken else "no such file or folder"
            return Skipped(path, reason, named=True)
        except (OSError, ValueError) as error:
            reason = _reason(error) if isinstance(error, OSError) else "no such file or folder"
            return Skipped(path, reason, named=True)
        if not stat.S_ISREG(mode):
            return Skipped(path, "not a regular file", named=True)
        # A hook passes every file of a commit: it means "those of them that are prompts", as if they were met on the way.
        return Candidate(path, str(file), project_path(file, self._cwd), named=not self._force_exclude)

    # -- walks --------------------------------------------------------------------------------------------------------

    def _start(self, folder: Path) -> _Folder:
        """A folder to start from."""
        repository = _repository(folder)
        base = repository or (self._cwd.parent if folder.is_relative_to(self._cwd) else folder.parent)
        levels = levels_above(folder, repository)
        if is_ignored(str(folder), levels, folder=True):
            levels = ()  # who names an ignored folder means it
        shown, inside = reported_path(folder, self._cwd), folder.relative_to(base).as_posix()
        return _Folder(str(folder), _prefix(shown), _prefix(inside), levels, is_start=True)

    def _parts(self, start: _Folder) -> Iterator[_Folder]:
        """Where to walk for a start: below the working directory paths are reported in another way, and so sorted apart."""
        yield start
        here = Path(start.place)
        if here != self._cwd and self._cwd.is_relative_to(here):
            below = self._reached(start, self._cwd.relative_to(here).parts)
            if below is not None:
                yield below

    def _each_once(
        self, named: Sequence[Candidate | Skipped], walks: Sequence[Iterator[Candidate | Skipped]]
    ) -> Iterator[Candidate | Skipped]:
        """What is named and what is met, in order. The first walk that meets a file says what it is."""
        from heapq import merge

        # where case does not count, a folder may be given in two spellings, whose files are far from each other
        seen: set[str] | None = set() if len(walks) > 1 and os.path.normcase("A") != "A" else None
        last = None
        for item in merge(named, *walks, key=_order):
            key = os.path.normcase(item.path)
            if key == last or (seen is not None and key in seen) or self._named.get(key, item) is not item:
                continue
            last = key
            if seen is not None:
                seen.add(key)
            yield item

    def _walked(self, start: _Folder, listener: Listener | None) -> Iterator[Candidate | Skipped]:
        """What is below a folder, in the order of the paths that are reported."""
        first = self._listed(start, listener)
        if isinstance(first, Skipped):
            yield first
            return
        stack = [self._in_order(first, listener)]
        while stack:
            item = next(stack[-1], None)
            if item is None:
                stack.pop()
            elif isinstance(item, _Listed):
                stack.append(self._in_order(item, listener))
            else:
                yield item

    def _in_order(self, listed: _Listed, listener: Listener | None) -> Iterator[Candidate | Skipped | _Listed]:
        """What is in a folder; a folder that was listed stands for all below it.

        What is below ``a`` comes behind ``a-b`` and ``a.md``, because of its slash. That ``a`` cannot be listed comes before.
        """
        folder = listed.folder
        waiting: list[_Listed] = []
        for name in listed.names:
            path = folder.shown + name
            while waiting and waiting[-1].folder.shown < path:
                yield waiting.pop()
            if name not in listed.folders:
                yield self._judged(folder, name) if name in listed.links else _candidate(folder, name)
                continue
            if self._is_here(_joined(folder.place, name)):
                continue  # the working directory has a walk of its own
            below = self._listed(self._below(folder, name, listed.levels), listener)
            if isinstance(below, Skipped):
                yield below
            else:
                waiting.append(below)
        yield from reversed(waiting)

    def _below(self, folder: _Folder, name: str, levels: tuple[Patterns, ...]) -> _Folder:
        place = _joined(folder.place, name)
        shown = "" if self._is_here(place) else f"{folder.shown}{name}/"
        return _Folder(place, shown, f"{folder.inside}{name}/", levels)

    def _is_here(self, place: str) -> bool:
        return os.path.normcase(place) == os.path.normcase(self._cwd)

    def _listed(self, folder: _Folder, listener: Listener | None) -> _Listed | Skipped:
        """What is in a folder; Skipped where it cannot be read."""
        entries: dict[str, str] = {}
        marks, folders, files, links = set[str](), set[str](), list[str](), list[str]()
        try:
            with os.scandir(folder.place) as found:
                for entry in found:
                    name, kind = entry.name, _sort(entry)
                    if listener is not None:
                        entries[name] = kind
                    if name in MARKS:
                        marks.add(name)
                    if kind == "d":
                        if is_walked(entry):
                            folders.add(name)
                    elif self._is_candidate(entry.path, folder.inside + name, link=kind == "l") and _is_file(entry):
                        (links if kind == "l" else files).append(name)
        except OSError as error:
            path = reported_path(Path(folder.place), self._cwd)
            return Skipped(path, f"folder {_reason(error)}", folder.is_start)
        if listener is not None:
            listener.listed(folder.place, entries)
        levels = folder.levels_below(own_patterns(folder.place, marks))

        def is_kept(name: str, *, folder_: bool = False) -> bool:
            return not self._left_out(_joined(folder.place, name), levels, folder=folder_)

        kept = {name for name in folders if is_kept(name, folder_=True)}
        linked = set(filter(is_kept, links))
        if linked and listener is not None:
            listener.linked()
        return _Listed(folder, levels, sorted((*filter(is_kept, files), *linked, *kept)), kept, linked)

    def _is_candidate(self, place: str, inside: str, *, link: bool) -> bool:
        """Whether a file is worth a look, by its name alone."""
        if formats.may_hold_prompts(inside):
            return True
        # that a link whose name is that of a folder of prompts is not followed is worth a word
        if link and formats.may_hold_prompts(f"{inside}/prompt"):
            return True
        return formats.own_format(self._own(Path(place)), place) is not None

    def _left_out(self, place: str, levels: Sequence[Patterns], *, folder: bool) -> bool:
        return is_ignored(place, levels, folder=folder) or self._is_excluded(place, folder=folder)

    def _is_excluded(self, place: str, *, folder: bool) -> bool:
        return self._exclude is not None and bool(self._exclude.decides(place, folder=folder))

    # -- single files, without a walk ---------------------------------------------------------------------------------

    def _reached(self, start: _Folder, names: Iterable[str]) -> _Folder | None:
        """The folder that a walk comes to by way of these; None: it does not."""
        folder = start
        for name in names:
            own = self._patterns_of(folder.place)
            if own is None:
                return None
            below = self._below(folder, name, folder.levels_below(own))
            if self._left_out(below.place, below.levels, folder=True) or not _is_walked_by_name(
                name, partial(_exists, Path(below.place, ENVIRONMENT))
            ):
                return None
            folder = below
        return folder

    def _patterns_of(self, place: str) -> OwnPatterns | None:
        """A folder's own patterns; None where it cannot be listed."""
        if place not in self._patterns_in:
            marks = {name for name in MARKS if os.path.lexists(_joined(place, name))}
            self._patterns_in[place] = own_patterns(place, marks) if _is_listable(place) else None
        return self._patterns_in[place]

    def _meeting(self, file: Path, starts: _Starts) -> Iterator[tuple[str, _Folder]]:
        """The folder of a file in each walk that meets it, with its place there. `starts` are those by the names in its path."""
        above = (
            (number, top, start) for top in file.parents for number, start in starts.get(os.path.normcase(top), ())
        )
        for _, top, start in sorted(above, key=lambda each: each[0]):
            *names, name = file.relative_to(top).parts
            folder = self._reached(start, names)
            own = None if folder is None else self._patterns_of(folder.place)
            if folder is None or own is None:
                continue
            place = _joined(folder.place, name)
            if self._is_candidate(place, folder.inside + name, link=Path(place).is_symlink()) and not self._left_out(
                place, folder.levels_below(own), folder=False
            ):
                yield place, folder

    # -- symbolic links -----------------------------------------------------------------------------------------------

    def _judged(self, folder: _Folder, name: str) -> Candidate | Skipped:
        """What becomes of a link met on the way: one to a file that is not looked at itself is taken (``CLAUDE.md -> AGENTS.md``)."""
        link = _candidate(folder, name)
        if link.place not in self._links:
            target = self._target(link)
            if isinstance(target, Skipped):
                self._links[link.place] = target
            elif self._is_looked_at(self._same(target)):
                self._links[link.place] = self._same_as(link, target)
            else:
                self._links[link.place] = self._settled.get(link.place, link)
        return self._links[link.place]

    @cached_property
    def _settled(self) -> Mapping[str, Candidate | Skipped]:
        """What becomes of the links to files that are not looked at themselves: of several to one file the first is taken.

        Which is the first only a walk can tell, and few projects have such links.
        """
        settled: dict[str, Candidate | Skipped] = {}
        taken: dict[str, Candidate] = {}
        for link in self._links_in_turn():
            target = self._target(link)
            if isinstance(target, Skipped) or link.place in settled:
                continue
            key = os.path.normcase(target)
            if self._is_looked_at(taken.get(key) or self._same(target)):
                settled[link.place] = self._same_as(link, target)
                continue
            settled[link.place] = link
            known_as = self._named.get(os.path.normcase(link.path), link)
            if isinstance(known_as, Candidate):
                taken[key] = known_as
        return settled

    def _links_in_turn(self) -> Iterator[Candidate]:
        """All links, start by start, those in a folder before those below it."""
        for start in self._starts:
            stack = [start]
            while stack:
                listed = self._listed(stack.pop(), None)
                if isinstance(listed, _Listed):
                    yield from (_candidate(listed.folder, name) for name in sorted(listed.links))
                    below = sorted(listed.folders, reverse=True)
                    stack.extend(self._below(listed.folder, name, listed.levels) for name in below)

    def _target(self, link: Candidate) -> Path | Skipped:
        """The file that a link leads to; Skipped where it is not followed."""
        try:
            target = link.file.resolve(strict=True)
            if not target.is_file():
                reason = "symbolic link to a folder, which is not followed" if target.is_dir() else "not a regular file"
                return Skipped(link.path, reason)
            if target.is_relative_to(os.path.realpath(self._project(link.file.parent))):
                return target
            return Skipped(link.path, "symbolic link that leads out of the project, which is not followed")
        except (OSError, RuntimeError):  # RuntimeError: a loop, before Python 3.13
            return Skipped(link.path, "symbolic link that leads nowhere")

    def _same_as(self, link: Candidate, target: Path) -> Skipped:
        shown = reported_path(target, self._cwd)
        return Skipped(link.path, f"symbolic link to {shown}, which is looked at itself")

    def _is_looked_at(self, candidate: Candidate | None) -> bool:
        return candidate is not None and isinstance(examine(candidate, self._own), Found)

    def _same(self, target: Path) -> Candidate | None:
        """The candidate whose file is `target`, in which there are no links: as it was met, or else as it was named."""
        met: dict[str, Candidate] = {}
        for place, folder in self._meeting(target, self._starts_by_real_place):
            met.setdefault(place, _candidate(folder, target.name))
        *_, last = [None, *(each for each in met.values() if os.path.normcase(each.path) not in self._named)]
        return last or self._named_files.get(os.path.normcase(target))

    @cached_property
    def _starts_by_place(self) -> _Starts:
        return _by_place(self._starts, lambda place: place)

    @cached_property
    def _starts_by_real_place(self) -> _Starts:
        return _by_place(self._starts, os.path.realpath)

    @cached_property
    def _named_files(self) -> dict[str, Candidate]:
        """The named files by their paths in which there are no links."""
        named = (each for each in self._named.values() if isinstance(each, Candidate))
        return {os.path.normcase(os.path.realpath(each.place)): each for each in named}

    def _project(self, folder: Path) -> Path:
        """The folder that links met in `folder` may not lead out of: the repository, outside of one the working directory."""
        return _repository(folder) or (self._cwd if folder.is_relative_to(self._cwd) else folder)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that a walk comes to.

    `place` is where it lies; `shown` and `inside` are what the paths in it start with: those that are reported, and those by
    which files are recognised. `levels` are the patterns of the folders above it.
    """

    place: str
    shown: str
    inside: str
    levels: tuple[Patterns, ...]
    is_start: bool = False

    def levels_below(self, own: OwnPatterns) -> tuple[Patterns, ...]:
        """The patterns that hold for what is in it."""
        # a repository inside another one is its own
        above = () if own.is_repository and not self.is_start else self.levels
        return (*above, *own.patterns)


@dataclass(frozen=True, slots=True)
class _Listed:
    """The names in a folder that a walk goes on with, in order; `folders` and `links` are those of them that are such."""

    folder: _Folder
    levels: tuple[Patterns, ...]
    names: list[str]
    folders: set[str]
    links: set[str]


def _joined(folder: str, name: str) -> str:
    return os.path.join(folder, name)  # noqa: PTH118  # of very many files


_Starts: TypeAlias = Mapping[str, Sequence[tuple[int, _Folder]]]
"""The folders where walks start, numbered, by their places."""


def _by_place(starts: Iterable[_Folder], of: Callable[[str], str]) -> _Starts:
    found: dict[str, list[tuple[int, _Folder]]] = {}
    for number, start in enumerate(starts):
        found.setdefault(os.path.normcase(of(start.place)), []).append((number, start))
    return found


def _candidate(folder: _Folder, name: str) -> Candidate:
    """A file that was met."""
    return Candidate(folder.shown + name, _joined(folder.place, name), folder.inside + name, named=False)


def _is_file_at(place: Path) -> bool:
    try:
        return place.is_file()
    except (OSError, ValueError):
        return False


def _order(item: Candidate | Skipped) -> tuple[str, bool]:
    return item.path, isinstance(item, Skipped)


def _prefix(folder: str) -> str:
    """What the paths below a folder start with."""
    return "" if folder == "." else f"{folder.rstrip('/')}/"


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_listable(place: str) -> bool:
    try:
        os.scandir(place).close()
    except OSError:
        return False
    return True


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() or entry.is_file()
    except OSError:
        return True  # let reading it say what is wrong
