"""The variables of a document: where each is declared and used, and renaming one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from keyword import iskeyword
from typing import Final

from promptlint.diagnostic import Applicability, Edit, Fix
from promptlint.engine import PromptReport
from promptlint.fixes import apply_fixes
from promptlint.formats import nothing, read, recognise
from promptlint.formats.code import document as code
from promptlint.formats.code.texts import TEMPLATE
from promptlint.formats.code.values import Text as CodeText
from promptlint.prompt import Document, Prompt
from promptlint.source import Location, Source, Span
from promptlint_lsp.linting import Analysis

__all__ = [
    "Occurrence",
    "RenameError",
    "Variable",
    "constant_at",
    "is_of_program",
    "is_program",
    "may_rename",
    "rename",
    "variable_at",
    "variables",
]


@dataclass(frozen=True)
class Occurrence:
    """A place that names a variable."""

    location: Location
    declares: bool


@dataclass(frozen=True)
class Variable:
    """A variable with all places that name it. `prompts` are those that have it: several may share one declaration."""

    name: str
    prompts: tuple[PromptReport, ...]
    occurrences: tuple[Occurrence, ...]


class RenameError(Exception):
    """A variable cannot be renamed. The message says why."""


def variables(analysis: Analysis) -> list[Variable]:
    """The variables of a document, by name."""
    found: list[tuple[str, list[PromptReport], dict[Location, bool]]] = []
    for report in analysis.report.prompts:
        for name, places in _occurrences(report.prompt, analysis).items():
            declared = {place for place, declares in places.items() if declares}
            shared = next((each for each in found if each[0] == name and declared & set(each[2])), None)
            if shared is None:
                found.append((name, [report], places))
            else:
                shared[1].append(report)
                shared[2].update(places)
    return [
        Variable(name, tuple(prompts), tuple(Occurrence(*place) for place in sorted(places.items())))
        for name, prompts, places in sorted(found, key=lambda each: (each[0], min(each[2], default=None) or _NOWHERE))
    ]


_NOWHERE = Location("", Span(0, 0))


def _occurrences(prompt: Prompt, analysis: Analysis) -> dict[str, dict[Location, bool]]:
    found: dict[str, dict[Location, bool]] = {}
    for declaration in prompt.declared or ():
        place = _bare(declaration.location, declaration.name, analysis)
        if place is not None:
            found.setdefault(declaration.name, {})[place] = True
    for message in prompt.messages:
        for use in message.uses:
            location = message.locate(use.span)
            if location is not None:
                found.setdefault(use.name, {}).setdefault(location, False)
    return found


def _bare(location: Location, name: str, analysis: Analysis) -> Location | None:
    """The place of a name without the quotation marks around it; None where it does not stand as it is."""
    source = _source(location.path, analysis)
    if source is None:
        return None
    at = source.slice(location.span).find(name)
    start = location.span.start + at
    return Location(location.path, Span(start, start + len(name))) if at >= 0 else None


def _source(path: str, analysis: Analysis) -> Source | None:
    return analysis.source if path == analysis.source.path else analysis.others.get(path) or analysis.lookup(path)


def variable_at(analysis: Analysis, offset: int) -> tuple[Variable, Location] | None:
    """The variable that is named at an offset, and the place that names it."""
    for variable in variables(analysis):
        for each in variable.occurrences:
            span = each.location.span
            if each.location.path == analysis.source.path and span.start <= offset <= span.end:
                return variable, each.location
    return None


def is_program(document: Document) -> bool:
    """Whether a document is a program, which has a language server of its own."""
    return document.format in _PROGRAMS


_PROGRAMS: Final = ("python", "notebook", "typescript", "javascript")


def is_of_program(variable: Variable) -> bool:
    """Whether a variable is one of the program around the prompt (a name in an f-string): it stands in more places than these."""
    messages = [message for report in variable.prompts for message in report.prompt.messages]
    return not any(each.declares for each in variable.occurrences) and any(
        message.template == TEMPLATE and any(use.name == variable.name for use in message.uses) for message in messages
    )


def may_rename(analysis: Analysis, variable: Variable) -> bool:
    """Whether the places that name a variable are all there are: in a program only those in one call of ``str.format``."""
    document = analysis.report.document
    if not is_program(document):
        return True
    if document.format != "python" or any(each.location.path != document.source.path for each in variable.occurrences):
        return False
    declared = [each.location.span for each in variable.occurrences if each.declares]
    used = [each.location.span for each in variable.occurrences if not each.declares]
    _, module_of = code.language_of(document.format)
    for site in module_of(document.source.path, document.source.text, nothing).sites:
        if declared and site.callee.endswith(".format") and all(_within(span, site.span) for span in declared):
            call = site.resolve()
            text = call.receiver
            keywords = [entry.key_span for entry in call.keywords.entries]
            # a constant that is filled in here may be filled in elsewhere, too
            if isinstance(text, CodeText) and text.definition is None and all(span in keywords for span in declared):
                return all(_within(span, text.span) for span in used)
    return False


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def constant_at(analysis: Analysis, offset: int) -> Location | None:
    """Where the constant of another file is defined whose name stands at an offset and which a prompt is made of."""
    document = analysis.report.document
    if not is_program(document):
        return None
    line = document.source.line_span(document.source.position(offset).line)
    words = _WORD.finditer(document.source.text, line.start, line.end)
    word = next((match.group() for match in words if match.start() <= offset <= match.end()), None)
    if word is None:
        return None
    for report in analysis.report.prompts:
        for message in report.prompt.messages:
            place = message.locate(Span(0, len(message.text)))
            if place is None or place.path == document.source.path:
                continue
            source, format_of = _source(place.path, analysis), recognise(place.path, "", named=True)
            if source is None or format_of is None or format_of.format not in _PROGRAMS:
                continue
            _, module_of = code.language_of(format_of.format)
            for constant in module_of(place.path, source.text, nothing).constants:
                if constant.name.rpartition(".")[2] == word and _within(place.span, constant.value.span):
                    return Location(place.path, constant.name_span)
    return None


_WORD: Final = re.compile(r"[^\W\d]\w*")


def rename(analysis: Analysis, variable: Variable, name: str) -> Mapping[str, list[Location]]:
    """The places in which a new name is to be written, by path.

    Raises:
        RenameError: it would not be the same prompt with one variable renamed.
    """
    if not name.isidentifier() or iskeyword(name):
        raise RenameError(f"'{name}' is no name for a variable")
    if not may_rename(analysis, variable):
        raise RenameError(f"the program fills in '{variable.name}', which is to be renamed there, too")
    before = analysis.report.document
    prompts = {each.prompt.name for each in variable.prompts}
    if any(name in names for names in _names(before, prompts)):
        raise RenameError(f"there is a variable '{name}' already")
    places: dict[str, list[Location]] = {}
    for each in variable.occurrences:
        places.setdefault(each.location.path, []).append(each.location)
    changed: dict[str, Source] = {}
    for path, locations in places.items():
        source = _source(path, analysis)
        if source is None or any(source.slice(each.span) != variable.name for each in locations):
            raise RenameError(f"'{variable.name}' is written in a way that cannot be renamed")
        edits = tuple(Edit(each, name) for each in locations)
        changed[path] = replace(source, text=apply_fixes(source.text, [Fix("", edits, Applicability.SAFE)]))

    def lookup(path: str) -> Source | None:
        return changed.get(path) or analysis.lookup(path)

    after = read(changed.get(analysis.source.path, analysis.source), lookup, before.format, analysis.config.formats)
    if _named(before, prompts, {variable.name: name}) != _named(after, prompts, {}):
        raise RenameError(f"the prompt would not be the same with '{name}' for '{variable.name}'")
    return places


def _names(document: Document, prompts: Iterable[str]) -> Iterator[set[str]]:
    for prompt in document.prompts:
        if prompt.name in prompts:
            yield {each.name for each in prompt.declared or ()} | {
                use.name for message in prompt.messages for use in message.uses
            }


def _named(document: Document, prompts: Iterable[str], names: Mapping[str, str]) -> object:
    """What must be the same after renaming: the format, the texts, and each prompt's variables under their new names."""
    found = []
    for prompt in document.prompts:
        known = names if prompt.name in prompts else {}
        declared = (
            None if prompt.declared is None else Counter(known.get(each.name, each.name) for each in prompt.declared)
        )
        uses = [[known.get(use.name, use.name) for use in message.uses] for message in prompt.messages]
        found.append((prompt.name, declared, uses, [message.literal for message in prompt.messages]))
    return document.format, [(each.rule, each.detail) for each in document.problems], found
