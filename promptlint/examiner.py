"""What there is to say about a file, worked out once: from its bytes to data that another process or a later run can use."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from promptlint import formats
from promptlint.cache import Store, digest
from promptlint.config import Config, ConfigError, Configurations, with_overrides
from promptlint.discovery import Candidate, Found, Skipped, read_bytes, recognised
from promptlint.engine import FileReport, facts_of, to_count
from promptlint.facts import Facts
from promptlint.lazy import dataclass
from promptlint.project import Projects
from promptlint.prompt import Document, Lookup
from promptlint.runner import disk, failed, lint_document, read_source
from promptlint.source import Source, SourceError, one_line
from promptlint.stored import Unread, facts_data, facts_from, light, paths_in, report_data, report_from
from promptlint.tokens import count_ahead

__all__ = ["BYTES_TOGETHER", "Content", "Examiner", "Outcome", "Result", "Setup", "unread"]

_MOST_FOLDERS: Final = 2_000
"""Folders of which it is remembered what stands for their configuration: files come folder by folder."""

_MOST_SEEN: Final = 10_000
"""Files beside others of which it is remembered what stands for their content."""

BYTES_TOGETHER: Final = 1_000_000
"""What files may hold of which all are read before the first one is linted."""

_IN_TURN: Final = 40
"""Files that are linted in turn, rule by rule."""

_UNSURE: Final = "internal-error"
"""The rule whose findings may have been chance: a report with one is not kept."""


@dataclass(frozen=True)
class Setup:
    """What a run needs to examine files, in any process.

    `cwd` is what paths are relative to, `config` and `isolated` choose the configuration (see Configurations), `options` are
    the command line's (see with_overrides). `cache` is the folder of the cache, None for none, and `stamp` says what made its
    entries. `debug` lets errors inside through.
    """

    cwd: Path
    config: Path | None = None
    isolated: bool = False
    options: tuple[tuple[str, Any], ...] = ()
    cache: str | None = None
    stamp: str = ""
    debug: bool = False

    def adjust(self, config: Config) -> Config:
        """The configuration of a file with what the command line says on top."""
        return with_overrides(config, **dict(self.options))

    @cached_property
    def chosen(self) -> Configurations:
        """The configurations of the run, as far as they have been read by this process."""
        return Configurations(config=self.config, isolated=self.isolated, adjust=self.adjust, cwd=self.cwd)

    def __getstate__(self) -> dict[str, Any]:
        """Without what another process reads for itself."""
        return {key: value for key, value in self.__dict__.items() if key != "chosen"}


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, of which nothing is known yet.

    `digest` stands for it and `key` for its report, None where there is no cache; both are None where they are not worked out.
    """

    data: bytes
    digest: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What was found out about a candidate.

    `digest` stands for its bytes, None where they could not be had or nobody asks for it. `data` is plain data. `source` is its
    text, where that is at hand. `stored` says that it came out of the cache. `report` is what this process found, which `data` then does not hold.
    """

    digest: str | None
    data: Mapping[str, Any]
    source: Source | None = None
    stored: bool = False
    report: FileReport | None = None

    @property
    def seen(self) -> Mapping[str, str | None]:
        """The files that were looked for beside it: the digest of each, None for those that are not there."""
        seen: Mapping[str, str | None] = self.data.get("seen", {})
        return seen

    @property
    def fixable(self) -> bool:
        """Whether something was found that may be fixed or silenced."""
        if self.report is not None:
            return bool(self.report.diagnostics)
        report = self.data.get("report")
        return report is not None and bool(report["diagnostics"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run has to say about a candidate: a report, or why there is none (all None: it is no prompt).

    `error` says, ready to print, what the run was asked for and could not do. `others` are the files beside it that its
    findings point into.
    """

    report: FileReport | None = None
    skipped: Skipped | None = None
    error: str | None = None
    others: Mapping[str, Source] | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """What is to be linted, and how. `document` may be the report that says why the file cannot be read."""

    found: Found
    document: Document | FileReport
    config: Config
    project_path: str


@dataclass(frozen=True, slots=True)
class _Begun:
    """A file that was looked at: what was read, or what there is to say instead. `seen` are the files that were looked for beside it."""

    candidate: Candidate
    content: Content
    seen: dict[str, str | None]
    read: _Read | dict[str, Any]


class Examiner:
    """Examines one file after another, with the help of what the cache knows."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.chosen = setup.chosen
        self.projects = Projects(setup.cwd)
        self.store = Store(setup.cache) if setup.cache else None
        self.marks = True
        """Whether somebody asks for the digests of files even where there is no cache."""
        self._lookup = disk(setup.cwd)
        self._seen: dict[str, str | None] = {}
        self._states: dict[str, str] = {}
        self._texts: dict[Path, str] = {}

    # -- what is known ------------------------------------------------------------------------------------------------

    def known(self, candidate: Candidate) -> Result | Content:
        """What the cache knows about a file as it is, or else what it holds; a file that cannot be read is known to be that."""
        data = read_bytes(candidate)
        if isinstance(data, Skipped):
            return unread(data)
        if self.store is None:
            return Content(data)
        content = self._marked(candidate, data)
        found = None if content.key is None else self._entry(content.key)
        if found is None:
            return content
        return Result(content.digest, found, self._source(candidate, data, found), stored=True)

    def result(self, candidate: Candidate, content: Content) -> Result:
        """What there is to say about a file, as plain data; the cache gets to know it."""
        return next(self.results([(candidate, content)]))

    def results(self, files: Iterable[tuple[Candidate, Content]], *, here: bool = False) -> Iterator[Result]:
        """What there is to say about files, one after the other; the cache gets to know it.

        All are read before the first one is linted, so that their tokens can be counted on end, and some are linted in turn.
        What stays in this process (`here`) is only made plain data of where the cache takes it.
        """
        begun = [self._begun(*each) for each in files]
        count_ahead(text for each in begun for text in _counted(each))
        parts = (begun[start : start + _IN_TURN] for start in range(0, len(begun), _IN_TURN))
        return (
            self._ended(each, *made, here=here)
            for part in parts
            for each, made in zip(part, _in_turn([self._linted(each) for each in part]), strict=True)
        )

    def _begun(self, candidate: Candidate, content: Content) -> _Begun:
        """The first half of an examination."""
        if content.digest is None and (self.marks or self.store is not None):
            content = self._marked(candidate, content.data)
        seen: dict[str, str | None] = {}
        try:
            found = recognised(candidate, content.data, self.chosen.formats_of(candidate.place))
        except Exception as error:
            if self.setup.debug:
                raise
            return _Begun(candidate, content, seen, dict(self.failed(candidate, error).data))
        if not isinstance(found, Found):
            return _Begun(candidate, content, seen, _not_looked_at(found))
        try:
            config = self.chosen.for_file(candidate.place)
            path = self.projects.path(candidate.place)
            document = read_source(
                found.source, found.recognition.format, config, self._watched(seen), path, debug=self.setup.debug
            )
        except ConfigError as error:
            return _Begun(candidate, content, seen, _wrongly_configured(found, error))
        return _Begun(candidate, content, seen, _Read(found, document, config, path))

    def _ended(self, begun: _Begun, made: dict[str, Any], report: FileReport | None, *, here: bool) -> Result:
        """The end of an examination."""
        candidate, content = begun.candidate, begun.content
        made["seen"] = begun.seen
        if report is None or self.store is not None or not here:
            whole = made if report is None else {**made, "report": report_data(report)}
            self._keep(content.key if _is_sure(whole) else None, whole)
            if report is None or not here:
                return Result(content.digest, whole, self._source(candidate, content.data, whole))
        source = report.document.source if _is_shown(report) else None
        return Result(content.digest, made, source, report=light(report, source or Unread(candidate.path, "")))

    def _linted(self, begun: _Begun) -> Generator[None, None, tuple[dict[str, Any], FileReport | None]]:
        """What is said about a file but its report, and its report; step by step."""
        read = begun.read
        if not isinstance(read, _Read):
            return read, None
        report = read.document
        if isinstance(report, Document):
            try:
                report = yield from lint_document(
                    report, read.config, read.project_path, estimates=False, debug=self.setup.debug
                )
            except ConfigError as error:
                return _wrongly_configured(read.found, error), None
        return {"others": sorted(paths_in(report) - {report.path})}, report

    def again(self, candidate: Candidate) -> Result:
        """What there is to say about a file now that others may have changed."""
        self._seen.clear()
        known = self.known(candidate)
        return self.result(candidate, known) if isinstance(known, Content) else known

    def failed(self, candidate: Candidate, error: Exception) -> Result:
        """What there is to say about a file that could not be examined to the end."""
        data = read_bytes(candidate)
        try:
            source = Source.from_bytes(candidate.path, data if isinstance(data, bytes) else b"")
        except SourceError:
            source = Source(candidate.path, "")
        report = failed(Document(source, "", ()), error, self.projects.path(candidate.file))
        return Result(None, {"report": report_data(report), "others": []}, source)

    # -- what it means ------------------------------------------------------------------------------------------------

    def outcome(self, candidate: Candidate, result: Result) -> Outcome:
        """What a run has to say about a file. The text is kept where something is shown of it."""
        data, report = result.data, result.report
        skipped = Skipped(*data["skipped"]) if data.get("skipped") else None
        if skipped is not None or (report is None and data.get("report") is None):
            return Outcome(skipped=skipped, error=data.get("error") or _error(skipped))
        if report is None:
            source = result.source or Unread(candidate.path, "")
            report = report_from(data["report"], source, self.chosen.for_file(candidate.place))
        found = ((path, self._lookup(path)) for path in data["others"])
        return Outcome(report, others={path: other for path, other in found if other is not None})

    def facts(self, candidate: Candidate) -> Facts | None:
        """What rules about the whole project need of a file that is not checked itself; None where it cannot be had."""
        data = read_bytes(candidate)
        if isinstance(data, Skipped):
            return None
        try:
            config = self.chosen.for_file(candidate.file)
        except ConfigError:
            return None
        key = self._key("facts", candidate, digest(data)) if self.store is not None else None
        known = None if key is None else self._entry(key)
        if known is not None:
            return None if known["facts"] is None else facts_from(known["facts"], config)
        seen: dict[str, str | None] = {}
        try:
            made = self._gathered(candidate, data, config, self._watched(seen))
        except ConfigError:
            return None
        except Exception:
            if self.setup.debug:
                raise
            return None
        self._keep(key, {"facts": None if made is None else facts_data(made), "seen": seen})
        return made

    def read_beside(self, candidate: Candidate) -> tuple[Path, ...]:
        """The files that what is said about a file depends on beside itself, there or not: its configuration, and what it reads."""
        data = read_bytes(candidate)
        if isinstance(data, Skipped):
            return ()
        try:
            own = self.chosen.files_of(candidate.file)
            config = self.chosen.for_file(candidate.file)
        except ConfigError:
            return ()  # which a look at the file says
        key = self._key("read", candidate, digest(data)) if self.store is not None else None
        known = None if key is None else self._entry(key)
        if known is None:
            known = {"seen": self._read(candidate, data, config)}
            self._keep(key, known)
        return (*own, *(self.setup.cwd / path for path in known["seen"]))

    def _read(self, candidate: Candidate, data: bytes, config: Config) -> dict[str, str | None]:
        """What a file reads."""
        seen: dict[str, str | None] = {}
        found = recognised(candidate, data, self.chosen.formats_of(candidate.place))
        if isinstance(found, Found):
            try:
                formats.read(found.source, self._watched(seen), found.recognition.format, config.formats)
            except Exception:
                if self.setup.debug:
                    raise
        return seen

    def _gathered(self, candidate: Candidate, data: bytes, config: Config, lookup: Lookup) -> Facts | None:
        found = recognised(candidate, data, self.chosen.formats_of(candidate.place))
        if not isinstance(found, Found):
            return None
        document = formats.read(found.source, lookup, found.recognition.format, config.formats)
        return facts_of(document, config, self.projects.path(found.file))

    def beside(self, files: Iterable[FileReport], known: Mapping[str, Source]) -> dict[str, Source]:
        """The files that findings point into, whose text is not `known` and not among the files'."""
        read = {file.path for file in files if not isinstance(file.document.source, Unread)}
        wanted = {path for file in files for path in paths_in(file)} - read - known.keys()
        return {path: source for path in sorted(wanted) if (source := self._lookup(path)) is not None}

    # -- the cache ----------------------------------------------------------------------------------------------------

    def _entry(self, key: str) -> dict[str, Any] | None:
        """An entry that still holds; None without one."""
        content = self.store.get(key) if self.store is not None else None
        if content is None:
            return None
        try:
            data: dict[str, Any] = json.loads(content)
            holds = all(self._digest_of(path) == mark for path, mark in data["seen"].items())
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return data if holds else None

    def _keep(self, key: str | None, data: Mapping[str, Any]) -> None:
        if key is not None and self.store is not None:
            text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
            self.store.put(key, text.encode("utf-8", "surrogatepass"))

    def _marked(self, candidate: Candidate, data: bytes) -> Content:
        """What a file holds, with what stands for it."""
        mark = digest(data)
        return Content(data, mark, None if self.store is None else self._key("report", candidate, mark))

    def _key(self, kind: str, candidate: Candidate, mark: str) -> str | None:
        """The key of what there is to know about a file; None where its configuration is wrong."""
        try:
            state = self._state(candidate.place)
        except (ConfigError, OSError):
            return None
        named = "named" if candidate.named else "met"
        place = (candidate.path, candidate.inside, self.projects.path(candidate.place), named)
        return digest(self.setup.stamp, kind, state, *place, mark)

    def _state(self, place: str) -> str:
        """What stands for the configuration of the files in a folder. Which of its overrides hold, their paths say."""
        folder = os.path.dirname(place)  # noqa: PTH120  # asked for every file
        if folder not in self._states:
            if len(self._states) >= _MOST_FOLDERS:
                self._states.clear()
            texts = [self._text_of(path) for path in self.chosen.files_of(place)]
            self._states[folder] = digest(self._run_state, *texts)
        return self._states[folder]

    @cached_property
    def _run_state(self) -> str:
        """What stands for the rules, and for what the command line says."""
        return digest(repr(self.setup.options), *map(self._text_of, self.rule_files))

    @property
    def rule_files(self) -> tuple[Path, ...]:
        """The files of the project's own rules, and of the checks in Python that they name."""
        if not self.chosen.rule_paths:
            return ()
        from promptlint.own_rules import check_files, rule_files

        rules = tuple(file for path, _ in self.chosen.rule_paths for file in rule_files(path))
        return (*rules, *check_files(rules))

    @property
    def configuration_files(self) -> tuple[Path, ...]:
        """The files of the configuration and of rules that have been read."""
        return tuple(self._texts)

    @property
    def rule_folders(self) -> tuple[Path, ...]:
        """The folders in which rule files are looked for."""
        return tuple(path for path, _ in self.chosen.rule_paths if path.is_dir())

    def _text_of(self, path: Path) -> str:
        """What stands for a configuration file: what it holds, and how it is called in messages."""
        if path not in self._texts:
            self._texts[path] = digest(str(path), path.read_bytes())
        return self._texts[path]

    def _watched(self, seen: dict[str, str | None]) -> Lookup:
        """The lookup that notes in `seen` what it gave."""

        def lookup(path: str) -> Source | None:
            # most of what is looked for is not there, and many files look for the same
            if path in self._seen and self._seen[path] is None:
                seen[path] = None
                return None
            source = self._lookup(path)
            seen[path] = self._noted(path, source)
            return source

        return lookup

    def _digest_of(self, path: str) -> str | None:
        return self._seen[path] if path in self._seen else self._noted(path, self._lookup(path))

    def _noted(self, path: str, source: Source | None) -> str | None:
        if len(self._seen) >= _MOST_SEEN:
            self._seen.clear()
        self._seen[path] = _mark(source)
        return self._seen[path]

    def _source(self, candidate: Candidate, data: bytes, made: Mapping[str, Any]) -> Source | None:
        """The text of a file of which something is shown."""
        report = made.get("report")
        if report is None or not (report["facts"] or any(report[name] for name in _SHOWN)):
            return None
        try:
            return Source.from_bytes(candidate.path, data)
        except SourceError:
            return None


_SHOWN: Final = ("diagnostics", "suppressed", "hidden")


def _is_shown(report: FileReport) -> bool:
    """Whether something is shown of the text of a file."""
    return report.facts is not None or any(getattr(report, name) for name in _SHOWN)


def unread(skipped: Skipped) -> Result:
    """What there is to say about a file that cannot be read."""
    return Result(None, _not_looked_at(skipped))


def _mark(source: Source | None) -> str | None:
    return None if source is None else digest(source.text)


T = TypeVar("T")


def _in_turn(tasks: Sequence[Generator[None, None, T]]) -> list[T]:
    """What tasks come to which take their steps in turn."""
    results: dict[int, T] = {}
    left = dict(enumerate(tasks))
    while left:
        for number, task in list(left.items()):
            try:
                next(task)
            except StopIteration as end:
                results[number] = end.value
                del left[number]
    return [results[number] for number in range(len(tasks))]


def _not_looked_at(skipped: Skipped | None) -> dict[str, Any]:
    return {"skipped": None if skipped is None else [skipped.path, skipped.reason, skipped.named]}


def _wrongly_configured(found: Found, error: ConfigError) -> dict[str, Any]:
    return {**_not_looked_at(Skipped(found.path, "its configuration is invalid", found.named)), "error": str(error)}


def _counted(begun: _Begun) -> Iterator[tuple[str, str]]:
    """The texts of a file that was read whose tokens are about to be counted, each behind its encoding."""
    read = begun.read
    if isinstance(read, _Read) and isinstance(read.document, Document):
        with contextlib.suppress(ConfigError):  # which linting it says
            yield from to_count(read.document, read.config)


def _error(skipped: Skipped | None) -> str | None:
    return f"{one_line(skipped.path)}: {skipped.reason}" if skipped is not None and skipped.named else None


def _is_sure(made: Mapping[str, Any]) -> bool:
    """Whether the same would be found again."""
    report = made.get("report")
    found: Iterable[list[Any]] = () if report is None else (item for name in _SHOWN for item in report[name])
    return "error" not in made and not any(item[0] == _UNSURE for item in found)
