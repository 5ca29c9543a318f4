"""Many files: read and lint each, and put together the Report that the reporters print.

The order is fixed and one file's trouble never stops the run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from promptlint.config import Config, ConfigError
from promptlint.diagnostic import Applicability, Confidence, Diagnostic, Severity
from promptlint.discovery import Found, Skipped
from promptlint.engine import (
    FileReport,
    Linting,
    facts_of,
    fingerprint,
    finished,
    lint,
    lint_project,
    linting,
    with_diagnostics,
)
from promptlint.facts import Facts
from promptlint.formats import read
from promptlint.lazy import dataclass, regex
from promptlint.project import Projects
from promptlint.prompt import Document, Lookup
from promptlint.rules import load_rules
from promptlint.source import Location, Source, SourceError, Span, one_line
from promptlint.stored import Unread

if TYPE_CHECKING:
    from promptlint.baseline import Baseline, Entry
    from promptlint.rewrite import Rewrite

__all__ = [
    "Fixing",
    "Known",
    "Project",
    "Report",
    "Summary",
    "check",
    "check_source",
    "concluded",
    "disk",
    "failed",
    "lint_document",
    "read_source",
    "with_project",
]

_MAX_LOOKUP_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a Report.

    `fixable` are the diagnostics with a safe fix, `fixed` those that were fixed and are no more, `baselined` those that the
    baseline knows. `stale` are the findings that the baseline knows and that are no longer found.
    """

    files: int = 0
    prompts: int = 0
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    fixable: int = 0
    suppressed: int = 0
    baselined: int = 0
    hidden: int = 0
    fixed: int = 0
    stale: int = 0

    @property
    def findings(self) -> int:
        """Errors, warnings and infos together."""
        return self.errors + self.warnings + self.infos

    def as_dict(self) -> dict[str, int]:
        """The counts by name, in the order of the JSON report."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


_LEFT = 4
"""Characters of a secret that are shown, so that its owner knows it."""
_SECRET = regex(r"[^\r\n]")


def _concealed(file: FileReport) -> Source:
    """The Source of a file as it may be printed."""
    source = file.document.source
    found = (*file.diagnostics, *file.suppressed, *file.hidden, *file.baselined)
    text = source.text
    for span in (each.location.span for each in found if each.secret and each.location.path == source.path):
        start = min(span.start + _LEFT, span.end)
        text = text[:start] + _SECRET.sub("•", text[start : span.end]) + text[span.end :]
    return source if text is source.text else replace(source, text=text)


@dataclass(frozen=True)
class Report:
    """Everything found, suppressed, hidden and skipped.

    `files` are sorted by path. `errors` say, ready to print, what the run was asked for and could not do (exit code 2).
    `others` are the files beside these that diagnostics may point into. `rewrites` say what was fixed, and what could not
    be, by path; the files' reports are of what they hold now. `stale` is what the baseline knows and is no longer found.
    """

    files: tuple[FileReport, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    errors: tuple[str, ...] = ()
    others: Mapping[str, Source] = field(default_factory=dict)
    rewrites: tuple[Rewrite, ...] = ()
    stale: tuple[Entry, ...] = ()

    @cached_property
    def _sources(self) -> Mapping[str, Source]:
        # of a file of which nothing is shown the text is not kept, unless another one points into it
        read = {file.path: _concealed(file) for file in self.files if not isinstance(file.document.source, Unread)}
        return {**self.others, **read}

    def source(self, path: str) -> Source | None:
        """The Source that a Location of this report points into, with secrets in it made unreadable; offsets are the file's."""
        return self._sources.get(path)

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The diagnostics of all files by path, place, rule and message.

        What several files have in common (BAML's clients) may be found by each of them, and is said once.
        """
        own = [each for file in self.files for each in file.diagnostics if each.location.path == file.path]
        said = {(each.location, each.rule, each.message) for each in own}
        elsewhere = {
            (each.location, each.rule, each.message): each
            for file in self.files
            for each in file.diagnostics
            if each.location.path != file.path
        }
        found = [*own, *(each for key, each in elsewhere.items() if key not in said)]
        return tuple(sorted(found, key=lambda each: (each.location, each.rule, each.message)))

    @cached_property
    def summary(self) -> Summary:
        """How many of everything."""
        severities = [diagnostic.severity for diagnostic in self.diagnostics]
        return Summary(
            files=len(self.files),
            prompts=sum(len(file.prompts) for file in self.files),
            errors=severities.count(Severity.ERROR),
            warnings=severities.count(Severity.WARNING),
            infos=severities.count(Severity.INFO),
            fixable=sum(
                each.fix is not None and each.fix.applicability is Applicability.SAFE for each in self.diagnostics
            ),
            suppressed=sum(len(file.suppressed) for file in self.files),
            baselined=sum(len(file.baselined) for file in self.files),
            hidden=sum(len(file.hidden) for file in self.files),
            fixed=sum(len(each.fixed) for each in self.rewrites),
            stale=sum(entry.count for entry in self.stale),
        )

    def fails(self, fail_on: Severity | None) -> bool:
        """Whether a diagnostic is at or above `fail_on`; None: nothing fails."""
        return fail_on is not None and any(each.severity >= fail_on for each in self.diagnostics)


def disk(folder: Path) -> Lookup:
    """The lookup that reads files beside a prompt; paths are relative to `folder`. What is no readable text is None.

    So is what lies outside of the project, by its name or behind a symbolic link: a prompt must not make its reader show a file
    that has nothing to do with it. Of a file elsewhere, which is asked for by an absolute path, the project is the one that it
    lies in itself.
    """
    projects = Projects(folder)
    here = str(folder)

    def lookup(path: str) -> Source | None:
        place = os.path.normpath(os.path.join(here, path))  # noqa: PTH118  # most of what is looked up is not there
        try:
            if not os.path.lexists(place):
                return None
            file = Path(place)
            root = projects.root(folder)
            if not file.is_relative_to(root):
                if not os.path.isabs(path):  # noqa: PTH117
                    return None
                root = projects.root(file.parent)
            real = Path(os.path.realpath(file))
            if real != file and not real.is_relative_to(os.path.realpath(root)):
                return None
            if not file.is_file() or file.stat().st_size > _MAX_LOOKUP_BYTES:
                return None
            return Source.from_bytes(path, file.read_bytes())
        except (OSError, SourceError, ValueError):
            return None

    return lookup


def failed(document: Document, error: Exception, project_path: str) -> FileReport:
    """The report of a file at which promptlint itself failed."""
    path, rule = document.source.path, load_rules()["internal-error"]
    detail = f"{type(error).__name__}: {error}"
    diagnostic = Diagnostic(
        rule=rule.id,
        family=rule.family,
        severity=rule.severity,
        confidence=Confidence.HIGH,
        message=rule.message.replace("{detail}", detail),
        location=Location(path, Span(0, 0)),
        help=rule.help,
        fingerprint=fingerprint(project_path, None, rule.id, "", 0),
    )
    return FileReport(path, document, (diagnostic,), (), (), (), project_path=project_path)


def check_source(
    source: Source,
    format_name: str | None,
    config: Config,
    lookup: Lookup,
    project_path: str | None = None,
    *,
    debug: bool = False,
    stop: Callable[[], bool] | None = None,
) -> FileReport:
    """Read and lint one file. What goes wrong inside becomes a diagnostic of the rule internal-error, unless `debug`.

    `project_path` is the file's path from the root of its project, None: as it is reported. `stop` tells whether nobody
    waits any more for what is found.

    Raises:
        ConfigError: `config` asks for what is not here.
        StoppedError: `stop` said so.
    """
    place = source.path if project_path is None else project_path
    document = read_source(source, format_name, config, lookup, place, debug=debug)
    if isinstance(document, FileReport):
        return document
    return finished(lint_document(document, config, place, debug=debug), stop)


def read_source(
    source: Source, format_name: str | None, config: Config, lookup: Lookup, project_path: str, *, debug: bool = False
) -> Document | FileReport:
    """The first half of `check_source`: the document, or the report that says why there is none."""
    try:
        return read(source, lookup, format_name, config.formats)
    except ConfigError:
        raise
    except Exception as error:
        if debug:
            raise
        return failed(Document(source, format_name or "", ()), error, project_path)


def lint_document(
    document: Document, config: Config, project_path: str, *, estimates: bool = True, debug: bool = False
) -> Linting:
    """The second half of `check_source`, step by step."""
    try:
        return (yield from linting(document, config, project_path, estimates=estimates))
    except ConfigError:
        raise
    except Exception as error:
        if debug:
            raise
        return failed(document, error, project_path)


def _facts(
    target: Found, config_for: Callable[[Path], Config], lookup: Lookup, project_path: str, *, debug: bool
) -> Facts | None:
    """What rules about the whole project need of a file that is not checked itself; None where it cannot be had."""
    try:
        config = config_for(target.file)
        document = read(target.source, lookup, target.recognition.format, config.formats)
        return facts_of(document, config, project_path)
    except ConfigError:
        return None
    except Exception:
        if debug:
            raise
        return None


@dataclass(frozen=True)
class Fixing:
    """How files are fixed on the way.

    `unsafe` applies those fixes too that a person should look at. `save` is given every file that changes; it raises
    OverwriteError where that cannot be written. With `ignore`, a reason that may be empty, findings are silenced by
    comments instead.
    """

    save: Callable[[Found, Rewrite], None]
    unsafe: bool = False
    ignore: str | None = None


@dataclass(frozen=True)
class Known:
    """The findings that are not to be reported.

    `exists` says whether there is a file at a path that starts at the project's root, where the baseline's paths start.
    `root` is that folder.
    """

    baseline: Baseline
    exists: Callable[[str], bool]
    root: Path = Path()

    @property
    def files(self) -> set[str]:
        """The files that it knows findings of."""
        return {str(self.root / path) for path in self.baseline.by_path}

    @property
    def misses_files(self) -> bool:
        """Whether files of the baseline are gone, so that others may be what became of them."""
        return not all(map(self.exists, self.baseline.by_path))


def _rewritten(
    report: FileReport,
    config: Config,
    lookup: Lookup,
    fixing: Fixing,
    apply_known: Callable[[FileReport], FileReport],
    *,
    debug: bool,
) -> Rewrite:
    document = report.document

    def again(source: Source) -> Document:
        return read(source, lookup, document.format, config.formats)

    def lint_again(changed: Document) -> FileReport:
        return apply_known(lint(changed, config, report.project_path))

    try:
        if fixing.ignore is not None:
            from promptlint.silence import silence

            return silence(report, again, lint_again, fixing.ignore)
        from promptlint.rewrite import rewrite

        return rewrite(report, again, lint_again, unsafe=fixing.unsafe)
    except Exception as error:
        if debug:
            raise
        from promptlint.rewrite import Rewrite

        return Rewrite(document.source, failed(document, error, report.project_path))


class _File(Protocol):
    @property
    def path(self) -> str: ...

    @property
    def file(self) -> Path: ...


T = TypeVar("T", bound=_File)


@dataclass(frozen=True)
class Project(Generic[T]):
    """The project that a file belongs to, for the rules that look at all of its files.

    `root` gives the root of the project of a folder, `files` the prompt files below a root (none: only those that are checked
    are known).
    """

    root: Callable[[Path], Path]
    files: Callable[[Path], Iterable[T | Skipped]]


def _with_project(
    reports: Mapping[str, FileReport],
    places: Mapping[str, str | Path],
    project: Project[T],
    read_facts: Callable[[T], Facts | None],
) -> dict[str, FileReport]:
    """The reports with what the rules about whole projects find. `places` are the files by the path that is reported."""
    out = dict(reports)
    by_root: dict[Path, list[str]] = {}
    for path, report in reports.items():
        if report.facts is not None:
            by_root.setdefault(project.root(Path(places[path]).parent), []).append(path)
    for root, asked in by_root.items():
        facts = {path: out[path].facts for path in asked}
        seen = {os.path.realpath(places[path]) for path in reports}
        whole = any(each is not None and each.needs_others for each in facts.values())
        for target in project.files(root) if whole else ():
            if not isinstance(target, Skipped) and os.path.realpath(target.file) not in seen:
                facts[target.path] = read_facts(target)
        known = [each for _, each in sorted(facts.items()) if each is not None]
        for path, found in lint_project(known, asked).items():
            out[path] = with_diagnostics(out[path], found)
    return out


def _as_it_is(report: FileReport) -> FileReport:
    return report


def check(
    targets: Iterable[Found | Skipped],
    config_for: Callable[[Path], Config],
    lookup: Lookup,
    *,
    debug: bool = False,
    fixing: Fixing | None = None,
    project_path: Callable[[Path], str] | None = None,
    known: Known | None = None,
    project: Project[Found] | None = None,
    before: Iterable[FileReport] | None = None,
) -> Report:
    """Read and lint every target that was found, and with `fixing` fix it.

    A file whose configuration is invalid is skipped; the fault is named once among the report's errors.

    Args:
        targets: what was found. It is gone through as files are done, so that the caller sees how far the run has come.
        config_for: gives the configuration of a file.
        lookup: gives the files that others refer to.
        debug: whether errors inside are raised.
        fixing: how files are fixed; None: they are not.
        project_path: gives a file's path from the root of its project; None: as it is reported.
        known: what is not to be reported, and not to be fixed.
        project: for the rules that look at whole projects, which are silent without it.
        before: what is found in all files as they are, where that is known; it tells which of a baseline's files were renamed.

    """
    files: list[FileReport] = []
    skipped: list[Skipped] = []
    errors: list[str] = []
    others: dict[str, Source] = {}
    rewrites: list[Rewrite] = []
    places: dict[str, Path] = {}
    changed: dict[str, Source] = {}  # by real path: a file may be met again under another name

    apply_known: Callable[[FileReport], FileReport] = _as_it_is
    if known is not None and fixing is not None:
        # which files were renamed has to be known before the first of them is fixed
        if before is None and known.misses_files:
            targets = list(targets)
            before = check(targets, config_for, lookup, project_path=project_path).files
        from promptlint.baseline import applier

        apply_known = applier(known.baseline, () if before is None else before, known.exists)

    def remembering(path: str) -> Source | None:
        source = lookup(path)
        if source is not None:
            others[source.path] = source
        return source

    for target in targets:
        if isinstance(target, Skipped):
            skipped.append(target)
            if target.named:
                errors.append(f"{one_line(target.path)}: {target.reason}")
            continue
        source, place = target.source, ""
        if fixing is not None:
            place = os.path.realpath(target.file)
            source = replace(changed[place], path=source.path) if place in changed else source
        inside = project_path(target.file) if project_path else None
        try:
            config = config_for(target.file)
            checked = check_source(source, target.recognition.format, config, remembering, inside, debug=debug)
        except ConfigError as error:
            skipped.append(Skipped(target.path, "its configuration is invalid", target.named))
            errors.append(str(error))
            continue
        file = apply_known(checked)
        if fixing is not None:
            from promptlint.overwrite import OverwriteError

            rewritten = _rewritten(file, config, remembering, fixing, apply_known, debug=debug)
            try:
                if rewritten.changed:
                    fixing.save(target, rewritten)
                    changed[place] = rewritten.after
                file = rewritten.report
                rewrites.append(rewritten)
            except OverwriteError as error:
                errors.append(f"{one_line(target.path)}: {error.reason}")
        files.append(file)
        places[file.path] = target.file

    after = {each.after.path: each.after for each in rewrites if each.changed}

    def current(path: str) -> Source | None:
        return after.get(path) or remembering(path)

    for index, file in enumerate(files):
        # what is said about a text of another file is about the text that was there before it was fixed
        if not after.keys().isdisjoint(file.document.dependencies):
            now, format_name = file.document.source, file.document.format
            config = config_for(places[file.path])
            files[index] = apply_known(check_source(now, format_name, config, current, file.project_path, debug=debug))

    def read_facts(target: Found) -> Facts | None:
        inside = project_path(target.file) if project_path else target.path
        facts = _facts(target, config_for, remembering, inside, debug=debug)
        if facts is not None:
            others[target.path] = target.source
        return facts

    files = with_project(files, places, project, read_facts)
    return concluded(files, skipped=skipped, errors=errors, others=others, rewrites=rewrites, known=known)


def with_project(
    files: list[FileReport],
    places: Mapping[str, str | Path],
    project: Project[T] | None,
    read_facts: Callable[[T], Facts | None],
) -> list[FileReport]:
    """The reports with what the rules about whole projects find. `places` are the files by the path that is reported."""
    if project is None or all(file.facts is None for file in files):
        return files
    return list(_with_project({file.path: file for file in files}, places, project, read_facts).values())


def concluded(
    files: Iterable[FileReport],
    *,
    skipped: Iterable[Skipped],
    errors: Iterable[str],
    others: Mapping[str, Source],
    rewrites: Iterable[Rewrite],
    known: Known | None,
) -> Report:
    """The Report of what was found, without what is known."""
    files = tuple(files)
    gone: tuple[Entry, ...] = ()
    if known is not None:
        from promptlint.baseline import apply, stale

        files = apply(known.baseline, files, known.exists)
        gone = stale(known.baseline, files, known.exists)
    return Report(
        files=tuple(sorted(files, key=lambda file: file.path)),
        skipped=tuple(sorted(skipped, key=lambda each: (each.path, each.reason))),
        errors=tuple(dict.fromkeys(errors)),
        others=others,
        rewrites=tuple(sorted(rewrites, key=lambda each: each.before.path)),
        stale=gone,
    )
