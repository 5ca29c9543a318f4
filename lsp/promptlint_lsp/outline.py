"""The outline of a document, and links to the files that it includes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from lsprotocol import types

from promptlint.analysis.regions import find_regions, heading_title, lines_of
from promptlint.prompt import Control, Message, Prompt
from promptlint.source import Location, Span
from promptlint_lsp.buffers import uri_of
from promptlint_lsp.linting import Analysis, path_of
from promptlint_lsp.variables import Variable, variables

__all__ = ["links", "symbols"]

_QUOTED: Final = re.compile(r"""(["'])(?P<path>[^"'\r\n]{1,500})\1""")
_LONGEST: Final = 80


def symbols(analysis: Analysis) -> list[types.DocumentSymbol]:
    """The prompts of a document with their messages, sections and variables."""
    return [found for report in analysis.report.prompts if (found := _prompt(report.prompt, analysis)) is not None]


def _prompt(prompt: Prompt, analysis: Analysis) -> types.DocumentSymbol | None:
    inside: list[types.DocumentSymbol] = []
    for number, message in enumerate(prompt.messages, 1):
        sections = list(_sections(message, analysis))
        place = message.locate(Span(0, len(message.text)))
        if len(prompt.messages) == 1:
            inside += sections
        elif place is not None:
            name = message.role or f"message {number}"
            symbol = _symbol(name, types.SymbolKind.String, (place, place), analysis, sections)
            inside += [symbol] if symbol is not None else sections
    inside += filter(None, (_variable(each, prompt, analysis) for each in variables(analysis)))
    return _symbol(prompt.name, types.SymbolKind.Module, (prompt.location, prompt.location), analysis, inside)


def _sections(message: Message, analysis: Analysis) -> Iterator[types.DocumentSymbol]:
    code = [each.span for each in find_regions(message) if each.kind in ("code", "example", "data", "comment")]
    headings = [
        (line, heading[1])
        for line in lines_of(message.text)
        if (heading := heading_title(line.text)) and not any(span.start <= line.start < span.end for span in code)
    ]
    for index, (line, title) in enumerate(headings):
        end = headings[index + 1][0].start if index + 1 < len(headings) else len(message.text)
        whole, head = message.locate(Span(line.start, end)), message.locate(Span(line.start, line.end))
        if whole is not None and head is not None:
            symbol = _symbol(title[:_LONGEST], types.SymbolKind.Namespace, (whole, head), analysis)
            if symbol is not None:
                yield symbol


def _variable(variable: Variable, prompt: Prompt, analysis: Analysis) -> types.DocumentSymbol | None:
    if not any(each.prompt.name == prompt.name for each in variable.prompts):
        return None
    places = sorted(variable.occurrences, key=lambda each: (not each.declares, each.location))
    here = next((each.location for each in places if each.location.path == analysis.source.path), None)
    return None if here is None else _symbol(variable.name, types.SymbolKind.Variable, (here, here), analysis)


def _symbol(
    name: str,
    kind: types.SymbolKind,
    places: tuple[Location, Location],
    analysis: Analysis,
    inside: Sequence[types.DocumentSymbol] = (),
) -> types.DocumentSymbol | None:
    """A part of the outline; `places` are the whole of it and what names it. None where it stands in another file."""
    if any(place.path != analysis.source.path for place in places):
        return None
    whole, head = (analysis.buffer.text.range(place.span) for place in places)
    return types.DocumentSymbol(name.strip() or "?", kind, whole, head, children=list(inside))


def links(analysis: Analysis) -> list[types.DocumentLink]:
    """Links to the files that the prompts include, as far as these are there."""
    folder = path_of(analysis.buffer, analysis.root).parent
    bases = (folder, analysis.root.projects.root(folder), analysis.root.folder)
    found: list[types.DocumentLink] = []
    for report in analysis.report.prompts:
        for message in report.prompt.messages:
            for part in message.parts:
                if isinstance(part, Control) and part.kind == "include":
                    found += _link(message, part, bases, analysis)
    return found


def _link(message: Message, part: Control, bases: tuple[Path, ...], analysis: Analysis) -> Iterator[types.DocumentLink]:
    for match in _QUOTED.finditer(message.text, part.span.start, part.span.end):
        target = next((file for base in bases if _is_file(file := Path(os.path.normpath(base / match["path"])))), None)
        place = message.locate(Span(*match.span("path")))
        if target is not None and place is not None and place.path == analysis.source.path:
            yield types.DocumentLink(analysis.buffer.text.range(place.span), uri_of(target))


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):
        return False
