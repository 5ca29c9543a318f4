"""Reports of files as JSON and back: what another process, or a later run, has to say about a file in this one's name.

A stored report says what every reporter prints, what a baseline compares and what project rules need. It says nothing of how
the prompts are written (messages, settings), so it cannot be fixed from: for that the file is read again.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any, Final, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from promptlint.analysis.blocks import Mark
from promptlint.config import Config
from promptlint.diagnostic import Diagnostic
from promptlint.engine import FileReport, PromptReport
from promptlint.estimate import Counted, Estimate
from promptlint.facts import Facts, project_rules
from promptlint.prompt import Document, Kind, Prompt
from promptlint.source import Location, Source
from promptlint.suppression import Suppression

__all__ = ["Unread", "facts_data", "facts_from", "light", "paths_in", "report_data", "report_from"]

Json: TypeAlias = Any
"""What :func:`json.loads` may give."""


class Unread(Source):
    """The Source of a file of which nothing is shown, so that its text need not be kept. Its `text` is empty."""


# ---------------------------------------------------------------------------------------------------------------------
# any dataclass of plain values

Codec: TypeAlias = tuple[Callable[[Any], Json], Callable[[Json], Any]]

_SAME: Final[Codec] = (lambda value: value, lambda value: value)
_PLAIN: Final = (str, int, float, bool, type(None))
_LEFT_OUT: Final = {Estimate: {"found"}}
"""What the table of models holds about a model is not repeated in each report."""


@cache
def _codec(hint: Any) -> Codec:
    """How a value of a type is written and read. A dataclass is the list of its fields' values."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _PLAIN or origin is Literal:
        return _SAME
    if origin in (Union, types.UnionType):
        return _optional([each for each in arguments if each is not type(None)])
    if origin in (tuple, frozenset):
        dump, load = _codec(arguments[0])
        if (dump, load) == _SAME:
            return (list, tuple) if origin is tuple else (sorted, frozenset)
        if origin is tuple:
            return lambda value: [dump(each) for each in value], lambda data: tuple([load(each) for each in data])
        return lambda value: sorted(dump(each) for each in value), lambda data: frozenset(load(each) for each in data)
    if origin is not None and issubclass(origin, Mapping):
        dump, load = _codec(arguments[1])
        return (
            lambda value: {key: dump(each) for key, each in value.items()},
            lambda data: {key: load(each) for key, each in data.items()},
        )
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value: value.value, hint
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _fields(hint)
    raise TypeError(f"cannot be stored: {hint}")


def _optional(kinds: list[Any]) -> Codec:
    if all(each in _PLAIN for each in kinds):
        return _SAME
    (kind,) = kinds
    dump, load = _codec(kind)
    return (
        lambda value: None if value is None else dump(value),
        lambda data: None if data is None else load(data),
    )


def _fields(kind: type[Any]) -> Codec:
    hints = get_type_hints(kind)
    left_out = _LEFT_OUT.get(kind, set())
    names = [each.name for each in dataclasses.fields(kind) if each.name not in left_out]
    # most fields hold what JSON holds: only the others are written and read one by one
    codecs = [(index, *codec) for index, name in enumerate(names) if (codec := _codec(hints[name])) is not _SAME]
    nothing = dict.fromkeys(left_out)

    def dump(value: Any) -> Json:
        data = [getattr(value, name) for name in names]
        for index, write, _ in codecs:
            data[index] = write(data[index])
        return data

    def load(data: Json) -> Any:
        values = dict(zip(names, data, strict=True))
        for index, _, read in codecs:
            values[names[index]] = read(data[index])
        return kind(**values, **nothing)

    return dump, load


# ---------------------------------------------------------------------------------------------------------------------
# reports

_LISTS: Final = ("diagnostics", "suppressed", "hidden")


def _dump(hint: Any, value: Any) -> Json:
    return _codec(hint)[0](value)


def _load(hint: Any, data: Json) -> Any:
    return _codec(hint)[1](data)


def report_data(report: FileReport) -> Json:
    """A report, which no baseline has been applied to, as JSON."""
    document = report.document
    data = {
        "format": document.format,
        "agent_file": document.agent_file,
        "dependencies": list(document.dependencies),
        "suppressions": _dump(tuple[Suppression, ...], document.suppressions),
        "prompts": [
            [
                each.prompt.name,
                _dump(Location, each.prompt.location),
                each.kind.value,
                each.language,
                _dump(Counted, each.counted),
            ]
            for each in report.prompts
        ],
        "project_path": report.project_path,
        "facts": None if report.facts is None else facts_data(report.facts),
    }
    return data | {name: _dump(tuple[Diagnostic, ...], getattr(report, name)) for name in _LISTS}


def report_from(data: Json, source: Source, config: Config) -> FileReport:
    """The report of a file that was made with `config`.

    Raises:
        ValueError, TypeError, KeyError: the data is none of `report_data`.
    """
    prompts = tuple(
        PromptReport(Prompt(name, _load(Location, location), ()), Kind(kind), language, _load(Counted, counted))
        for name, location, kind, language, counted in data["prompts"]
    )
    document = Document(
        source,
        data["format"],
        tuple(each.prompt for each in prompts),
        (),
        _load(tuple[Suppression, ...], data["suppressions"]),
        tuple(data["dependencies"]),
        data["agent_file"],
    )
    return FileReport(
        source.path,
        document,
        **{name: _load(tuple[Diagnostic, ...], data[name]) for name in _LISTS},
        prompts=prompts,
        rules=frozenset(each.rule.id for each in config.active),
        project_path=data["project_path"],
        known=config.rules,
        facts=None if data["facts"] is None else facts_from(data["facts"], config),
    )


def light(report: FileReport, source: Source) -> FileReport:
    """What `report_from` makes of `report_data` of a report, without the way there."""
    document = report.document
    prompts = tuple(
        PromptReport(Prompt(each.prompt.name, each.prompt.location, ()), each.kind, each.language, each.counted)
        for each in report.prompts
    )
    kept = Document(
        source,
        document.format,
        tuple(each.prompt for each in prompts),
        (),
        document.suppressions,
        document.dependencies,
        document.agent_file,
    )
    return dataclasses.replace(report, document=kept, prompts=prompts)


def facts_data(facts: Facts) -> Json:
    """Facts as JSON, but for what the configuration says."""
    return {
        "path": facts.path,
        "project_path": facts.project_path,
        "agent_file": facts.agent_file,
        "lines": _dump(tuple[Mark, ...], facts.lines),
        "estimates": _dump(Mapping[str, Estimate], facts.estimates),
        "places": _dump(Mapping[str, Location], facts.places),
    }


def facts_from(data: Json, config: Config) -> Facts:
    """The facts of a file that `config` holds for. Raises as `report_from` does."""
    return Facts(
        data["path"],
        data["project_path"],
        data["agent_file"],
        _load(tuple[Mark, ...], data["lines"]),
        _load(Mapping[str, Estimate], data["estimates"]),
        project_rules(config.active, config.budgets),
        _load(Mapping[str, Location], data["places"]),
        config.budgets,
    )


def paths_in(report: FileReport) -> set[str]:
    """The files that the findings of a report point into."""
    found: set[str] = set()
    for each in (*report.diagnostics, *report.suppressed, *report.hidden):
        found.add(each.location.path)
        if each.related:
            found.update(related.location.path for related in each.related)
        if each.fix:
            found.update(edit.location.path for edit in each.fix.edits)
    return found
