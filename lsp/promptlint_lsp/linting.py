"""One open document: read and linted as the command line does it (`promptlint.runner.check` with ``--force-exclude``)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from promptlint.baseline import applier
from promptlint.config import Config, ConfigError
from promptlint.diagnostic import Diagnostic
from promptlint.discovery import MAX_BYTES, Found, project_path, reported_path
from promptlint.engine import FileReport, facts_of, lint, lint_project, with_diagnostics
from promptlint.facts import Facts
from promptlint.formats import own_format, read, recognise
from promptlint.prompt import Document, Lookup
from promptlint.runner import check_source, disk
from promptlint.source import Source
from promptlint_lsp.buffers import Buffer
from promptlint_lsp.roots import Root, stamp_of

__all__ = ["NO_PROMPT", "Analysis", "Linter", "Unlinted", "path_of", "source_of"]

_SUFFIXES: Final = {
    "markdown": ".md",
    "prompt": ".prompt.md",
    "instructions": ".instructions.md",
    "chatagent": ".agent.md",
    "plaintext": ".txt",
    "text": ".txt",
    "jinja": ".j2",
    "jinja2": ".j2",
    "jinja-html": ".j2",
    "handlebars": ".hbs",
    "mustache": ".mustache",
    "yaml": ".yaml",
    "json": ".json",
    "toml": ".toml",
    "prompty": ".prompty",
    "dotprompt": ".prompt",
    "poml": ".poml",
    "baml": ".baml",
    "python": ".py",
    "typescript": ".ts",
    "typescriptreact": ".tsx",
    "javascript": ".js",
    "javascriptreact": ".jsx",
}
"""What a document that has no name yet would be saved as, by the editor's name for its language."""


NO_PROMPT: Final = "no prompt"


@dataclass(frozen=True)
class Unlinted:
    """A document that is not linted, and why: it is no prompt, it is excluded, its configuration is wrong."""

    buffer: Buffer
    root: Root
    reason: str
    fault: str = ""


@dataclass(frozen=True)
class Analysis:
    """What was found in one state of a document.

    `others` are the files that it refers to, as they were; `stamps` tell whether they still are.
    """

    buffer: Buffer
    root: Root
    config: Config
    report: FileReport
    others: Mapping[str, Source]
    lookup: Lookup = field(repr=False)
    again: Callable[[Document], FileReport] = field(repr=False)
    stamps: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def source(self) -> Source:
        """The document as it was linted."""
        return self.report.document.source

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is reported, in the order of the command line."""
        return tuple(sorted(self.report.diagnostics, key=lambda each: (each.location, each.rule, each.message)))

    def reread(self, source: Source) -> Document:
        """Another text of this document, read in the same format."""
        return read(source, self.lookup, self.report.document.format, self.config.formats)


def path_of(buffer: Buffer, root: Root) -> Path:
    """Where a document is, or would be if it were saved under the editor's name for it."""
    if buffer.file is not None:
        return buffer.file
    name = buffer.uri.rpartition("/")[2].partition(":")[2] or buffer.uri.rpartition("/")[2] or "untitled"
    name = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name)
    suffix = _SUFFIXES.get(buffer.language, "")
    return root.folder / (name if name.endswith(suffix) else name + suffix)


def source_of(buffer: Buffer, path: str) -> Source:
    """The Source of an open document."""
    return Source(path, buffer.text.bare, bom=buffer.text.has_mark)


class Linter:
    """Lints documents one after another. Not for several threads.

    `buffers` are the open documents by their files: what is in the editor holds, not what is on disk.
    """

    def __init__(self) -> None:
        self.buffers: Mapping[Path, Buffer] = {}
        self._facts: dict[Path, tuple[object, Config, Source, Facts | None]] = {}
        self._projects: dict[tuple[int, Path], tuple[Root, list[Found]]] = {}

    def forget(self) -> None:
        """Look anew for the files of projects."""
        self._projects.clear()

    def lint(self, buffer: Buffer, root: Root, stop: Callable[[], bool] | None = None) -> Analysis | Unlinted:
        """What is found in a document. `stop` is asked now and then whether nobody waits for it any more.

        Raises:
            StoppedError: `stop` said so.
        """
        file = path_of(buffer, root)
        try:
            config = root.config_for(file)
            _ = root.known
        except ConfigError as fault:
            root.watch_configuration_of(file)
            return Unlinted(buffer, root, "its configuration is invalid", str(fault))
        root.watch_configuration_of(file)
        source = source_of(buffer, reported_path(file, root.folder))
        if root.excludes(file):
            return Unlinted(buffer, root, "excluded")
        if "\0" in source.text or len(source.text) > MAX_BYTES:
            return Unlinted(buffer, root, "binary, or too large")
        described = own_format(config.formats, file)
        found = described.recognition if described else recognise(project_path(file, root.folder), source.text)
        if found is None:
            return Unlinted(buffer, root, NO_PROMPT)
        taken = Found(source.path, file, named=False, recognition=found, source=source)
        try:
            return self._linted(buffer, config, taken, root, stop)
        except ConfigError as fault:  # a tokenizer that the configuration asks for and that is not installed
            return Unlinted(buffer, root, "its configuration is invalid", str(fault))

    def _linted(
        self, buffer: Buffer, config: Config, found: Found, root: Root, stop: Callable[[], bool] | None
    ) -> Analysis:
        file = found.file
        others: dict[str, Source] = {}
        stamps: dict[str, object] = {}
        seen = self._lookup(root)

        def lookup(path: str) -> Source | None:
            stamps[path] = self.stamp(root.folder / path)
            source = seen(path)
            if source is not None:
                others[path] = source
            return source

        inside = root.projects.path(file)
        report = check_source(found.source, found.recognition.format, config, lookup, inside, stop=stop)
        report = self._with_project(report, root, file, others, stamps)
        applied = self._applier(root, report)

        def again(document: Document) -> FileReport:
            return applied(lint(document, config, inside))

        return Analysis(buffer, root, config, applied(report), others, seen, again, stamps)

    @staticmethod
    def _applier(root: Root, report: FileReport) -> Callable[[FileReport], FileReport]:
        if root.known is None:
            return lambda each: each
        return applier(root.known.baseline, (report,), root.known.exists)

    def stamp(self, file: Path) -> object:
        """What tells whether a file has changed, in the editor or on disk."""
        buffer = self.buffers.get(Path(os.path.normpath(file)))
        return buffer.number if buffer is not None else stamp_of(file)

    def is_fresh(self, analysis: Analysis) -> bool:
        """Whether an analysis holds for what its files are now."""
        root = analysis.root
        return root.is_fresh and all(self.stamp(root.folder / path) == was for path, was in analysis.stamps.items())

    def _lookup(self, root: Root) -> Lookup:
        on_disk = disk(root.folder)

        def lookup(path: str) -> Source | None:
            buffer = self.buffers.get(Path(os.path.normpath(root.folder / path)))
            return on_disk(path) if buffer is None else source_of(buffer, path)

        return lookup

    def _with_project(
        self,
        report: FileReport,
        root: Root,
        file: Path,
        others: dict[str, Source],
        stamps: dict[str, object],
    ) -> FileReport:
        """The report with what the rules about the whole project find, if one of them is on."""
        own = report.facts
        if own is None:
            return report
        facts = {report.path: own}
        place = root.projects.root(file.parent)
        if own.needs_others and root.projects.is_marked(place):
            here = os.path.realpath(file)
            for each in self._files(root, place):
                if os.path.realpath(each.file) == here:
                    continue
                stamps[each.path] = self.stamp(each.file)
                source, gathered = self._facts_of(each, root) or (each.source, None)
                if gathered is not None:
                    facts[each.path] = gathered
                    others[each.path] = source
        found = lint_project([each for _, each in sorted(facts.items())], [report.path])
        return with_diagnostics(report, found.get(report.path, ()))

    def _files(self, root: Root, place: Path) -> list[Found]:
        known = self._projects.get((id(root), place))
        if known is None or known[0] is not root:
            known = root, [each for each in root.prompts_below(place) if isinstance(each, Found)]
            self._projects[id(root), place] = known
        return known[1]

    def _facts_of(self, found: Found, root: Root) -> tuple[Source, Facts | None] | None:
        try:
            config = root.config_for(found.file)
        except ConfigError:
            return None
        stamp = self.stamp(found.file)
        known = self._facts.get(found.file)
        if known is None or known[:2] != (stamp, config):
            lookup = self._lookup(root)
            source = lookup(found.path) or found.source
            try:
                document = read(source, lookup, found.recognition.format, config.formats)
                gathered = facts_of(document, config, root.projects.path(found.file))
            except Exception:  # noqa: BLE001 - what one file does to promptlint is reported where that file is linted
                gathered = None
            known = self._facts[found.file] = (stamp, config, source, gathered)
        return known[2], known[3]
