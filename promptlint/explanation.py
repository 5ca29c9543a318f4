"""What promptlint makes of a file: for each prompt its kind, language, task, bounds, sentences, regions and tokens, with places.

Everything here is found by the reader and by :mod:`promptlint.analysis`; this module puts it side by side and says how it
is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Literal, TypeAlias

from promptlint.analysis import Analysis, analyse
from promptlint.analysis.length import StatedLength
from promptlint.analysis.task import Evidence, Instruction
from promptlint.analysis.variables import purpose_of
from promptlint.config import Config
from promptlint.estimate import Estimate, estimate
from promptlint.lazy import dataclass
from promptlint.prompt import Document, Prompt, Settings
from promptlint.source import Location, Source, Span

__all__ = [
    "Answer",
    "FieldFound",
    "FileExplanation",
    "Found",
    "MessageFound",
    "Place",
    "PromptExplanation",
    "SentenceFound",
    "SettingFound",
    "VariableFound",
    "explain",
]

How: TypeAlias = Literal["configured", "declared", "detected"]
"""How something is known: the configuration says it, the file or its place does, or its text shows it."""

_LONGEST = 120
"""Code points of a quotation from the file; of a longer one the beginning is shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something starts: line and column from 1, in code points. `path` may be another file than the one explained."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Found:
    """Words of the prompt: `what` they say, the words themselves on one line, and their place (None: they stand nowhere)."""

    what: str
    text: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class MessageFound:
    """One message: its role (None: the file does not say), its template language, its place."""

    role: str | None
    template: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class SentenceFound:
    """One sentence and its roles: what it asks for, and the signals found in it. A sentence without a role has none."""

    text: str
    place: Place | None
    block: str
    roles: tuple[str, ...]
    asks: tuple[Found, ...]
    signals: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class FieldFound:
    """A piece of data that the prompt names as part of its answer, with its JSON type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class SettingFound:
    """A declared setting and where its value stands."""

    name: str
    value: object
    place: Place | None


@dataclass(frozen=True, slots=True)
class VariableFound:
    """A variable: where it is declared (None: nowhere), where it is used, and what it holds as far as its name and place say."""

    name: str
    declared: Place | None
    used: tuple[Place, ...]
    holds: str = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """One side of the answer's shape (its length or its format): what was found, how sure that is, and the words that say so."""

    what: str
    confidence: str
    evidence: tuple[Found, ...]


@dataclass(frozen=True)
class PromptExplanation:
    """One prompt. `task` is where the answer is asked for; `lengths` are those that the text states for it and its parts, in numbers;
    `declares` says whether the file declares variables at all.
    """

    name: str
    place: Place | None
    messages: tuple[MessageFound, ...]
    kind: str
    kind_how: How
    language: str | None
    language_how: How
    task: Found | None
    limit: Answer
    format: Answer
    fields: tuple[FieldFound, ...]
    fields_repeated: bool
    lengths: tuple[Found, ...]
    sentences: tuple[SentenceFound, ...]
    regions: tuple[Found, ...]
    settings: tuple[SettingFound, ...]
    declares: bool
    variables: tuple[VariableFound, ...]
    estimate: Estimate


@dataclass(frozen=True)
class FileExplanation:
    """One file: the format it was read as, whether it instructs a coding agent, its prompts, and what the reader found wrong."""

    path: str
    format: str
    agent_file: bool
    prompts: tuple[PromptExplanation, ...]
    problems: tuple[Found, ...]


def explain(document: Document, config: Config) -> FileExplanation:
    """Explain what a reader made of a file, under the configuration that holds for it."""
    places = _Places(document.source)
    return FileExplanation(
        document.source.path,
        document.format,
        document.agent_file,
        tuple(_prompt(prompt, config, places) for prompt in document.prompts),
        tuple(Found(each.rule, _shown(each.detail), places.at(each.location)) for each in document.problems),
    )


class _Places:
    """Lines and columns in the file that is explained."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def at(self, location: Location | None) -> Place | None:
        # of another file only the reader had the text
        if location is None or location.path != self._source.path:
            return None
        position = self._source.position(location.span.start)
        return Place(location.path, position.line, position.column)


def _prompt(prompt: Prompt, config: Config, places: _Places) -> PromptExplanation:
    kind_how: How = "configured" if config.kind else "declared" if prompt.kind else "detected"
    language_how: How = "configured" if config.language else "declared" if prompt.language else "detected"
    if config.kind is not None:
        prompt = replace(prompt, kind=config.kind)
    analysis = analyse(prompt, config.language)
    shape = analysis.shape
    words = _Words(analysis, places)
    return PromptExplanation(
        name=prompt.name,
        place=places.at(prompt.location),
        messages=tuple(
            MessageFound(message.role, message.template, words.place(index, Span(0, 0)))
            for index, message in enumerate(prompt.messages)
        ),
        kind=analysis.kind.value,
        kind_how=kind_how,
        language=analysis.language,
        language_how=language_how,
        task=words.of(shape.asked) if shape.asked else None,
        limit=Answer(shape.limit, shape.limit_confidence.label, tuple(map(words.of, shape.limit_evidence))),
        format=Answer(shape.format, shape.format_confidence.label, tuple(map(words.of, shape.format_evidence))),
        fields=tuple(FieldFound(each.name, each.type) for each in analysis.fields.items) if analysis.fields else (),
        fields_repeated=analysis.fields is not None and analysis.fields.repeated,
        lengths=tuple(words.length(each) for each in analysis.lengths),
        sentences=tuple(words.sentence(each) for each in analysis.instructions),
        regions=tuple(words.regions()),
        settings=tuple(_settings(prompt.settings, places)),
        declares=prompt.declared is not None,
        variables=tuple(_variables(analysis, places)),
        estimate=estimate(analysis, config.basis),
    )


class _Words:
    """Quotes a prompt's messages."""

    def __init__(self, analysis: Analysis, places: _Places) -> None:
        self._analysis = analysis
        self._messages = analysis.prompt.messages
        self._places = places

    def place(self, message: int, span: Span) -> Place | None:
        return self._places.at(self._messages[message].locate(span))

    def found(self, what: str, message: int, span: Span) -> Found:
        return Found(what, _shown(self._messages[message].text[span.start : span.end]), self.place(message, span))

    def of(self, evidence: Evidence) -> Found:
        """Words that speak about the answer; what stands beside the text has message -1."""
        if evidence.message < 0:
            return Found(evidence.what, "", None)
        return self.found(evidence.what, evidence.message, evidence.span)

    def length(self, each: StatedLength) -> Found:
        part = " for a part of the answer" if each.scope == "part" else ""
        tokens = f"{each.tokens:,} tokens" if each.tokens != 1 else "1 token"
        return self.found(f"{each}{part}, about {tokens}", each.message, each.span)

    def sentence(self, each: Instruction) -> SentenceFound:
        quoted = self.found("", each.message, each.sentence.span)
        flags = (("statement", each.declarative), ("about the answer", each.in_output_section))
        roles = (*(ask.what for ask in each.asks), *(group for group, _ in each.signals))
        return SentenceFound(
            quoted.text,
            quoted.place,
            each.sentence.block,
            tuple(dict.fromkeys((*roles, *(name for name, holds in flags if holds)))),
            tuple(self.found(ask.what, each.message, ask.span) for ask in each.asks),
            tuple(self.found(group, each.message, span) for group, span in each.signals),
        )

    def regions(self) -> Iterator[Found]:
        """What is not an instruction, variables and other template syntax apart."""
        for index, message in enumerate(self._analysis.messages):
            for region in message.regions:
                if region.kind not in ("variable", "control"):
                    yield self.found(region.kind, index, region.span)


def _settings(settings: Settings, places: _Places) -> Iterator[SettingFound]:
    for item in fields(settings):
        setting = getattr(settings, item.name)
        if setting is not None:
            yield SettingFound(item.name, setting.value, places.at(setting.location))


def _variables(analysis: Analysis, places: _Places) -> Iterator[VariableFound]:
    """The variables, declared ones first; only uses that are surely variables count."""
    prompt = analysis.prompt
    holds = {slot.name: slot.purpose for slot in reversed(analysis.slots)}
    declared = {each.name: places.at(each.location) for each in prompt.declared or ()}
    used: dict[str, list[Place]] = {}
    for message in prompt.messages:
        for use in message.uses:
            place = places.at(message.locate(use.span))
            if use.sure and place is not None:
                used.setdefault(use.name, []).append(place)
    for name in dict.fromkeys((*declared, *used)):
        purpose = holds.get(name) or purpose_of(name)
        yield VariableFound(name, declared.get(name), tuple(dict.fromkeys(used.get(name, ()))), purpose)


def _shown(text: str) -> str:
    """A quotation on one line, cut where it is long; what is cut off is not looked at."""
    flat = " ".join(text[: 4 * _LONGEST].split())
    if len(flat) > _LONGEST or len(text) > 4 * _LONGEST:
        return f"{flat[: _LONGEST - 1].rstrip()}…"
    return flat
