"""Many files: read and lint each, and put together the Report that the reporters print.

The order is fixed and one file's trouble never stops the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path

from promptlint.config import Config, ConfigError
from promptlint.diagnostic import Applicability, Confidence, Diagnostic, Severity
from promptlint.discovery import Found, Skipped
from promptlint.engine import FileReport, fingerprint, lint
from promptlint.formats import read
from promptlint.prompt import Document, Lookup
from promptlint.rules import load_rules
from promptlint.source import Location, Source, SourceError, Span

__all__ = ["Report", "Summary", "check", "check_source", "disk"]

_MAX_LOOKUP_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a Report. `fixable` are the diagnostics with a safe fix."""

    files: int = 0
    prompts: int = 0
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    fixable: int = 0
    suppressed: int = 0
    baselined: int = 0
    hidden: int = 0

    @property
    def findings(self) -> int:
        """Errors, warnings and infos together."""
        return self.errors + self.warnings + self.infos

    def as_dict(self) -> dict[str, int]:
        """The counts by name, in the order of the JSON report."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True)
class Report:
    """Everything found, suppressed, hidden and skipped.

    `files` are sorted by path. `errors` say, ready to print, what the run was asked for and could not do (exit code 2).
    `others` are the files beside these that diagnostics may point into.
    """

    files: tuple[FileReport, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    errors: tuple[str, ...] = ()
    others: Mapping[str, Source] = field(default_factory=dict)

    @cached_property
    def _sources(self) -> Mapping[str, Source]:
        return {**self.others, **{file.path: file.document.source for file in self.files}}

    def source(self, path: str) -> Source | None:
        """The Source that a Location of this report points into."""
        return self._sources.get(path)

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The diagnostics of all files by path, place, rule and message."""
        found = (diagnostic for file in self.files for diagnostic in file.diagnostics)
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
            hidden=sum(len(file.hidden) for file in self.files),
        )

    def fails(self, fail_on: Severity | None) -> bool:
        """Whether a diagnostic is at or above `fail_on`; None: nothing fails."""
        return fail_on is not None and any(each.severity >= fail_on for each in self.diagnostics)


def disk(folder: Path) -> Lookup:
    """The lookup that reads files beside a prompt; paths are relative to `folder`. What is no readable text is None."""

    def lookup(path: str) -> Source | None:
        file = folder / path
        try:
            if not file.is_file() or file.stat().st_size > _MAX_LOOKUP_BYTES:
                return None
            return Source.from_bytes(path, file.read_bytes())
        except (OSError, SourceError, ValueError):
            return None

    return lookup


def _failed(document: Document, error: Exception) -> FileReport:
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
        fingerprint=fingerprint(path, None, rule.id, "", 0),
    )
    return FileReport(path=path, document=document, diagnostics=(diagnostic,), suppressed=(), hidden=(), prompts=())


def check_source(
    source: Source, format_name: str | None, config: Config, lookup: Lookup, *, debug: bool = False
) -> FileReport:
    """Read and lint one file. What goes wrong inside becomes a diagnostic of the rule internal-error, unless `debug`."""
    document = Document(source, format_name or "", ())
    try:
        document = read(source, lookup, format_name)
        return lint(document, config)
    except Exception as error:
        if debug:
            raise
        return _failed(document, error)


def check(
    targets: Iterable[Found | Skipped],
    config_for: Callable[[Path], Config],
    lookup: Lookup,
    *,
    debug: bool = False,
) -> Report:
    """Read and lint every target that was found.

    A file whose configuration is invalid is skipped; the fault is named once among the report's errors.
    """
    files: list[FileReport] = []
    skipped: list[Skipped] = []
    errors: list[str] = []
    others: dict[str, Source] = {}

    def remembering(path: str) -> Source | None:
        source = lookup(path)
        if source is not None:
            others[source.path] = source
        return source

    for target in targets:
        if isinstance(target, Skipped):
            skipped.append(target)
            if target.named:
                errors.append(f"{target.path}: {target.reason}")
            continue
        try:
            config = config_for(target.file)
        except ConfigError as error:
            skipped.append(Skipped(target.path, "its configuration is invalid", target.named))
            errors.append(str(error))
            continue
        files.append(check_source(target.source, target.recognition.format, config, remembering, debug=debug))
    return Report(
        files=tuple(sorted(files, key=lambda file: file.path)),
        skipped=tuple(sorted(skipped, key=lambda each: (each.path, each.reason))),
        errors=tuple(dict.fromkeys(errors)),
        others=others,
    )
