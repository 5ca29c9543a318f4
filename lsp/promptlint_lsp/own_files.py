"""promptlint's own files in the editor: mistakes in configuration files and in users' rule files, at their places."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lsprotocol import types

from promptlint.config import FILE_NAMES, ConfigError, mistakes
from promptlint.examples import broken
from promptlint.own_rules import OwnRules, rule_files
from promptlint.rules import RuleFileError
from promptlint.source import Source, Span
from promptlint_lsp.buffers import Buffer
from promptlint_lsp.diagnostics import SOURCE
from promptlint_lsp.roots import Root

__all__ = ["is_configuration", "is_rule_file", "own_diagnostics", "place_in"]

_PLACE: Final = re.compile(r"(?P<path>.*?):(?P<line>\d+):(?P<column>\d+): (?P<what>.*)")


def is_configuration(file: Path | None) -> bool:
    """Whether a file configures promptlint, by its name."""
    return file is not None and file.name in FILE_NAMES


def is_rule_file(file: Path | None, root: Root) -> bool:
    """Whether a file is one of the rule files that the configuration names."""
    if file is None or file.suffix not in (".yaml", ".yml"):
        return False
    try:
        return any(file in rule_files(path) for path, _ in root.configurations.rule_paths)
    except (ConfigError, OSError):
        return False


def own_diagnostics(buffer: Buffer, root: Root) -> list[types.Diagnostic]:
    """What is wrong in a document that is one of promptlint's own files; nothing in any other."""
    if is_configuration(buffer.file) and buffer.file is not None:
        return list(_of_configuration(buffer, buffer.file, root))
    if is_rule_file(buffer.file, root) and buffer.file is not None:
        return list(_of_rule_file(buffer, buffer.file, root))
    return []


def _of_configuration(buffer: Buffer, file: Path, root: Root) -> Iterator[types.Diagnostic]:
    found = False
    for span, message in mistakes(file, buffer.text.bare, root.rules):
        found = True
        yield _error(buffer.text.range(span), message, "configuration")
    if found or not _is_saved(buffer, file):
        return
    # what takes other files to know: those that it extends, rule files, the baseline
    try:
        root.config_for(file)
    except ConfigError as fault:
        yield from _from_lines(str(fault), buffer, file, root, "configuration")


def _is_saved(buffer: Buffer, file: Path) -> bool:
    try:
        return Source.from_bytes("", file.read_bytes()).text == buffer.text.bare
    except Exception:  # noqa: BLE001 - whatever is the matter with the file: it is not what is in the editor
        return False


def _of_rule_file(buffer: Buffer, file: Path, root: Root) -> Iterator[types.Diagnostic]:
    with tempfile.TemporaryDirectory(prefix="promptlint-") as folder:
        copy = Path(folder) / file.name
        copy.write_bytes(buffer.text.bare.encode())
        try:
            rule = OwnRules().read(copy, file.as_posix())
        except RuleFileError as fault:
            yield from _from_lines(str(fault), buffer, file, root, "rule-file")
            return
    for example in rule.examples:
        for line in broken(rule, example):
            yield _error(types.Range(*_TOP), f"the example '{example.name}' does not hold: {line}", "rule-file")


_TOP: Final = (types.Position(0, 0), types.Position(0, 0))


def place_in(text: str, folder: Path) -> Iterator[tuple[Path | None, int, int, str]]:
    """The lines of a message that begin with a place: the file, the line and the column (from 1), what is wrong there."""
    for line in text.split("\n"):
        match = _PLACE.fullmatch(line)
        if match is None:
            yield None, 1, 1, line
        else:
            yield folder / match["path"], int(match["line"]), int(match["column"]), match["what"]


def _from_lines(text: str, buffer: Buffer, file: Path, root: Root, code: str) -> Iterator[types.Diagnostic]:
    source = Source("", buffer.text.bare)
    for path, line, column, what in place_in(text, root.folder):
        if path != file or line > len(source.line_starts):
            # the mistake is in another file, which this one names somewhere
            shown = f"{path.name}:{line}:{column}: {what}" if path is not None else what
            yield _error(types.Range(*_TOP), shown, code)
            continue
        span = source.line_span(line)
        start = min(span.start + column - 1, span.end)
        yield _error(buffer.text.range(Span(start, span.end)), what, code)


def _error(place: types.Range, message: str, code: str) -> types.Diagnostic:
    return types.Diagnostic(
        range=place, message=message, severity=types.DiagnosticSeverity.Error, code=code, source=SOURCE
    )
