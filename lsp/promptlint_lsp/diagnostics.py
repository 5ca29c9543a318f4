"""Diagnostics in the words of the protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lsprotocol import types

from promptlint.diagnostic import Diagnostic, Severity
from promptlint.facts import head_line
from promptlint.source import Location, Span
from promptlint_lsp.buffers import uri_of
from promptlint_lsp.linting import Analysis, path_of
from promptlint_lsp.pages import Pages
from promptlint_lsp.positions import Text
from promptlint_lsp.variables import is_program

__all__ = ["SOURCE", "Abilities", "place_of", "result_id", "shown_at", "to_client"]

SOURCE: Final = "promptlint"

_SEVERITIES: Final = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_TAGS: Final = {
    "unused-variable": [types.DiagnosticTag.Unnecessary],
    "unused-suppression": [types.DiagnosticTag.Unnecessary],
    "retired-model": [types.DiagnosticTag.Deprecated],
}


@dataclass(frozen=True)
class Abilities:
    """What of a diagnostic a client shows."""

    related: bool = False
    tags: bool = False
    description: bool = False
    data: bool = False


def to_client(analysis: Analysis, abilities: Abilities, pages: Pages) -> list[types.Diagnostic]:
    """The diagnostics of a document, in the order of the command line."""
    return [_diagnostic(each, analysis, abilities, pages) for each in analysis.diagnostics]


def _diagnostic(item: Diagnostic, analysis: Analysis, abilities: Abilities, pages: Pages) -> types.Diagnostic:
    here = item.location.path == analysis.source.path
    rule = analysis.report.known.get(item.rule)
    href = pages.uri(rule) if abilities.description and rule is not None else None
    related = [(each.location, each.message) for each in item.related]
    if not here:  # what stands in another file is shown at the prompt, with a link to its place
        related.insert(0, (item.location, item.message))
    shown = [each for each in (_related(*one, analysis) for one in related) if each is not None]
    return types.Diagnostic(
        range=analysis.buffer.text.range(shown_at(item, analysis)),
        message=f"{item.message}\n{item.help}" if item.help else item.message,
        severity=_SEVERITIES[item.severity],
        code=item.rule,
        code_description=types.CodeDescription(href) if href else None,
        source=SOURCE,
        tags=_TAGS.get(item.rule) if abilities.tags else None,
        related_information=shown if shown and abilities.related else None,
        data=_data(item) if abilities.data else None,
    )


def shown_at(item: Diagnostic, analysis: Analysis) -> Span:
    """Where a finding is shown in the document: one in another file at the first line of its prompt, else at the top."""
    if item.location.path == analysis.source.path:
        return item.location.span
    document = analysis.report.document
    places = (head_line(document, each) for each in document.prompts if each.name == item.prompt)
    place = next((place for place in places if place.path == analysis.source.path), None)
    return Span(0, 0) if place is None or not is_program(document) else place.span


def _data(item: Diagnostic) -> dict[str, Any]:
    fix = item.fix and {"title": item.fix.title, "applicability": str(item.fix.applicability)}
    return {"fingerprint": item.fingerprint, "fix": fix}


def _related(location: Location, message: str, analysis: Analysis) -> types.DiagnosticRelatedInformation | None:
    place = place_of(location, analysis)
    return None if place is None else types.DiagnosticRelatedInformation(place, message)


def place_of(location: Location, analysis: Analysis) -> types.Location | None:
    """Where something stands, in this document or in one that it refers to; None where that is not known."""
    buffer = analysis.buffer
    if location.path == analysis.source.path:
        return types.Location(buffer.uri, buffer.text.range(location.span))
    source = analysis.others.get(location.path) or analysis.lookup(location.path)
    if source is None:
        return None
    text = Text(source.text, buffer.text.encoding)
    return types.Location(uri_of(absolute(location.path, analysis)), text.range(location.span))


def absolute(path: str, analysis: Analysis) -> Path:
    """The file at a reported path."""
    if path == analysis.source.path:
        return path_of(analysis.buffer, analysis.root)
    return analysis.root.folder / path


def result_id(items: Iterable[types.Diagnostic]) -> str:
    """Names a list of diagnostics: the same name, the same diagnostics."""
    # what is written of an object names all that is in it, in the order of its class
    return hashlib.sha256(repr(list(items)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
