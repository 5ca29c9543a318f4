"""What a reader makes of a Source: documents, prompts, messages and their parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Generic, Literal, TypeAlias, TypeVar

from promptlint.diagnostic import Edit, Problem
from promptlint.lazy import dataclass
from promptlint.source import Location, Source, Span, TextMap
from promptlint.suppression import Suppression

__all__ = [
    "Control",
    "Declaration",
    "Document",
    "Kind",
    "Lookup",
    "Message",
    "Part",
    "Prompt",
    "Role",
    "Setting",
    "Settings",
    "Text",
    "Use",
    "Variable",
]

T_co = TypeVar("T_co", covariant=True)

Role: TypeAlias = Literal["system", "developer", "user", "assistant", "tool"]
"""Who speaks. A message whose file does not say has role None."""

Lookup: TypeAlias = Callable[[str], "Source | None"]
"""Gives the Source at a path relative to the working directory, or None; what was looked up is a dependency."""


class Kind(StrEnum):
    """What a prompt is for.

    task: one answer is expected. system: standing instructions for many turns. reference: documentation for an agent.
    fragment: data, a partial, an example list, or no prompt at all.
    """

    TASK = "task"
    SYSTEM = "system"
    REFERENCE = "reference"
    FRAGMENT = "fragment"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a template variable inside a part: its name, and where the name stands in the message's text.

    Not `sure`: where it stands, the name may also mean something else, such as a member of a loop's item.
    """

    name: str
    span: Span
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text. `text` is what the model gets; it differs from the body only in an escape (``{{`` for ``{``)."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A place that is filled in at run time. `uses` are the variables its expression reads (usually one)."""

    span: Span
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Control:
    """Template syntax that sends nothing itself.

    `kind` says what (``loop``, ``branch``, ``include``, ``comment``, ``set``, ``block``, ``macro``, ``raw``, ``other``),
    `role` its place (an ``open``, ``middle`` or ``close`` tag, or ``single``), `partner` the index, among the message's
    parts, of the close tag that belongs to an open one and the other way round.
    """

    span: Span
    kind: Literal["loop", "branch", "include", "comment", "set", "block", "macro", "raw", "other"]
    role: Literal["open", "middle", "close", "single"] = "single"
    partner: int | None = None
    uses: tuple[Use, ...] = ()


Part: TypeAlias = Text | Variable | Control


@dataclass(frozen=True)
class Message:
    """One message of a prompt.

    `text` is the message's body as the file holds it, decoded from the file's notation (YAML, JSON ...) but with its
    template syntax; `map` says where each character stands. `parts` tile `text` from end to end in order. `template`
    names the template language (``jinja``, ``double-braces``, ``braces``, ``dollar``, ``arguments``, ``none``), or says that
    the program around the text fills it in (``code``).
    """

    role: Role | None
    text: str
    map: TextMap
    parts: tuple[Part, ...]
    template: str = "none"

    def locate(self, span: Span) -> Location | None:
        """Where a range of `text` stands in the file."""
        return self.map.locate(span)

    def edit(self, span: Span, replacement: str) -> Edit | None:
        """The Edit that replaces a range of `text`, or None where the file's notation cannot hold it."""
        location = self.map.locate(span)
        if location is None or not self.map.is_exact(span):
            return None
        written = self.map.encode(replacement)
        return None if written is None else Edit(location, written, None if written == replacement else replacement)

    @property
    def literal(self) -> str:
        """The literal parts joined, everything else left out: the text whose tokens are counted."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def uses(self) -> Iterator[Use]:
        """Every use of a variable, in order."""
        for part in self.parts:
            if not isinstance(part, Text):
                yield from part.uses


@dataclass(frozen=True, slots=True)
class Declaration:
    """A variable that the file (or metadata joined to it) declares.

    `sample` is a default or example value, if one is given; a list or an object as JSON. `max_length` is the most characters
    (code points) that a declared schema allows.
    """

    name: str
    location: Location
    sample: str | None = None
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Setting(Generic[T_co]):
    """A declared value and where the value stands.

    `inside` gives the Location of a part of a structured value by its path of keys and indices (None: it cannot be told).
    """

    value: T_co
    location: Location
    inside: Callable[[Sequence[str | int]], Location | None] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is declared beside a prompt's text; None where the file says nothing.

    `max_output_tokens` is the declared cap in tokens (or the text of an expression that is only known at run time).
    `response_format` is ``text``, ``json`` (any JSON) or ``json_schema``. `schema` is the declared schema of the answer.
    """

    model: Setting[str] | None = None
    max_output_tokens: Setting[int | str] | None = None
    temperature: Setting[float | str] | None = None
    response_format: Setting[str] | None = None
    schema: Setting[object] | None = None
    tools: Setting[object] | None = None


@dataclass(frozen=True)
class Prompt:
    """One template as it is sent to a model. `name` is unique in its file.

    `declared` is None where the file has no way of declaring variables or does not use it; an empty tuple means that it
    declares that there are none. `kind` and `language` are what the file (or its place) declares, else None.
    """

    name: str
    location: Location
    messages: tuple[Message, ...]
    declared: tuple[Declaration, ...] | None = None
    settings: Settings = Settings()
    kind: Kind | None = None
    language: str | None = None


@dataclass(frozen=True)
class Document:
    """What a reader made of a Source.

    `format` is the reader's name for it (``markdown``, ``prompty`` ...). `agent_file` marks documentation and standing
    instructions for coding agents, which some rules leave alone. `program`: the prompts stand in a program, which may add to them,
    and bound and read their answers, in ways that cannot be seen. `fault` is the first place at which a program is not valid in
    its language: that is for others to report, but no fix may cause it.
    """

    source: Source
    format: str
    prompts: tuple[Prompt, ...]
    problems: tuple[Problem, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    dependencies: tuple[str, ...] = ()
    agent_file: bool = False
    program: bool = False
    fault: Location | None = None
