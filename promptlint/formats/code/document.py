"""The Document of a program's file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from typing import TypeAlias

from promptlint.formats import _comments
from promptlint.formats.code.constants import prompts as constant_prompts
from promptlint.formats.code.prompts import read_program
from promptlint.formats.code.sdk import Language, ends_with, imports, is_sending, names_called, sdks, sendings_at
from promptlint.formats.code.values import Module
from promptlint.prompt import Document, Lookup
from promptlint.source import Location, Source, Span

__all__ = ["cap_place", "comment_line", "document", "found_in"]

MakeModule: TypeAlias = Callable[[str, str, Lookup], Module]
"""Makes the Module of a path and a text."""


def found_in(path: str, text: str, name: str) -> str | None:
    """Why a program is taken: the first call of an SDK or the first constant that is a prompt; None where there is neither."""
    from promptlint.formats import nothing

    language, make = language_of(name)
    with closing(make(path, text, nothing)) as module:
        packages = module.packages
        for site in module.sites_named(names_called(language)):
            if any(sendings_at(site, packages, language)):
                return f"calls {'.'.join(site.callee.split('.')[-3:])}"
        for sdk in sdks():
            for each in module.classes if sdk.signatures and imports(packages, sdk.packages) else ():
                if any(ends_with(base, sdk.signatures) for base in each.bases):
                    return f"holds a {sdk.name} signature ({each.name})"
        constant = next(constant_prompts(module, path, ()), None)
        return None if constant is None else f"holds a prompt ({constant.constant.name})"


def document(source: Source, lookup: Lookup, name: str) -> Document:
    """The Document of a program; never raises on what the file holds."""
    language, make = language_of(name)
    with closing(make(source.path, source.text, lookup)) as module:
        program = read_program(source, module, language, lookup)
        addressed = _comments.MARK in source.text  # else none of the comments matters
        comments = [_comments.Comment(each.text, each.span) for each in module.comments] if addressed else []
        silenced, wrong = _comments.suppressions(source, comments, extents(source, program.extents))
        fault = module.fault
        return Document(
            source,
            name,
            program.prompts,
            (*program.problems, *wrong),
            silenced,
            module.dependencies,
            program=True,
            fault=None if fault is None else Location(source.path, fault),
        )


def comment_line(found: Document, offset: int) -> Span | None:
    """The start of the line above which a comment covers the literal or the call that an offset of a program is in."""
    from promptlint.formats import nothing

    source = found.source
    language, make = language_of(found.format)
    program = read_program(source, make(source.path, source.text, nothing), language, nothing)
    starts = [start for start, span in program.extents if span.start <= offset < max(span.end, span.start + 1)]
    if not starts:
        return None
    line = source.position(max(starts)).line
    while line > 1 and source.slice(source.line_span(line - 1)).endswith("\\"):
        line -= 1  # the lines of one statement
    start = source.line_span(line).start
    return Span(start, start)


def cap_place(found: Document, span: Span) -> str | None:
    """The path in the call at a place under which its SDK takes a cap on the tokens of the answer."""
    from promptlint.formats import nothing

    language, make = language_of(found.format)
    module = make(found.source.path, found.source.text, nothing)
    site = next((each for each in module.sites_named(names_called(language)) if each.span == span), None)
    if site is None:
        return None
    call = site.resolve()
    caps = [
        cap
        for _, sending in sendings_at(site, module.packages, language)
        if is_sending(call, sending)
        for cap in sending.declares.cap
        if not cap.startswith("self.")
    ]
    # some interfaces have names in the styles of two languages
    camels = [cap for cap in caps if language == "typescript" and "_" not in cap]
    return next(iter(camels or caps), None)


def language_of(name: str) -> tuple[Language, MakeModule]:
    """The language of a format, and what makes its modules."""
    if name in ("python", "notebook"):
        from promptlint.formats.code import python

        return "python", python.module
    from promptlint.formats.code import typescript

    return "typescript", typescript.module


def extents(source: Source, found: Iterable[tuple[int, Span]]) -> Mapping[int, Span]:
    """By line, what a comment at that line covers: all of the literals and calls that start there."""
    lines: dict[int, Span] = {}
    for start, span in found:
        line = source.position(start).line
        known = lines.get(line, span)
        lines[line] = Span(min(known.start, span.start), max(known.end, span.end))
    return lines
