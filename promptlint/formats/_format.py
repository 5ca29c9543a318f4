"""What every format module speaks in: recognitions, refusals, names.

A format module is a file of this package with ``RANK`` (specific formats are asked before general ones), ``FORMATS``
(name -> description), ``may_hold_prompts``, ``recognise`` and ``read``. Modules whose name starts with an underscore, and
``trees``, are what format modules share.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, Protocol, TypeAlias

from promptlint.lazy import dataclass
from promptlint.prompt import Document, Lookup
from promptlint.source import Source

__all__ = [
    "NOTATIONS",
    "Coverage",
    "FormatModule",
    "Notation",
    "Recognition",
    "Refusal",
    "UniqueNames",
    "prompt_name",
    "split_path",
]

Notation: TypeAlias = Literal["yaml", "json", "jsonl", "toml"]

NOTATIONS: dict[str, Notation] = {
    "yaml": "yaml",
    "yml": "yaml",
    "json": "json",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "toml": "toml",
}
"""Suffixes of files of data, and the notations that they say."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which format a file is taken as, and in words why."""

    format: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The name promised a prompt, the content is something else; `reason` says what, without the path."""

    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is read of a format, in the words of docs/formats.md; an empty text: nothing, or the format has no such thing.

    `messages`: which text, and in which roles. `variables`: the template language, and what declares variables. `model`,
    `cap` (on the tokens of the answer), `schema` (of the answer): where they are declared. `comments`: those that can
    silence rules. `unread`: what the format has besides.
    """

    messages: str
    variables: str = ""
    model: str = ""
    cap: str = ""
    schema: str = ""
    comments: str = ""
    unread: str = ""


class FormatModule(Protocol):
    """The face of a format module: its place in the order of recognition, and its formats with description and coverage."""

    RANK: int
    FORMATS: Mapping[str, str]
    COVERAGE: Mapping[str, Coverage]

    def may_hold_prompts(self, path: str) -> bool:
        """Whether a file of this name is worth opening when it is met on the way."""

    def recognise(self, path: str, text: str, *, named: bool) -> Recognition | Refusal | None:
        """Whether the file is of one of these formats; None leaves it to the modules that come after."""

    def read(self, source: Source, lookup: Lookup, name: str) -> Document:
        """The Document of a file that was recognised as the format `name`."""


@lru_cache(maxsize=64)
def split_path(path: str) -> tuple[tuple[str, ...], str]:
    """The folders and the file name of a path with forward slashes."""
    *folders, name = path.split("/")
    return tuple(part for part in folders if part not in ("", ".")), name


_SUFFIXES = frozenset(
    [
        "agent",
        "chatmode",
        "handlebars",
        "hbs",
        "instructions",
        "j2",
        "jinja",
        "jinja2",
        "json",
        "jsonl",
        "liquid",
        "markdown",
        "md",
        "mdc",
        "mdx",
        "mustache",
        "poml",
        "prompt",
        "prompty",
        "toml",
        "txt",
        "yaml",
        "yml",
    ]
)


def prompt_name(path: str) -> str:
    """The name of a file's only or first prompt: the file's name without the suffixes that say its format."""
    name = split_path(path)[1]
    stem = name
    while True:
        head, dot, suffix = stem.rpartition(".")
        if not dot or not head or suffix.lower() not in _SUFFIXES:
            return stem
        stem = head


class UniqueNames:
    """Hands out names, adding ``-2``, ``-3`` ... to those that were given before."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._next: dict[str, int] = {}

    def of(self, name: str) -> str:
        """`name`, or the first free variation of it."""
        unique = name
        while unique in self._given:
            self._next[name] = self._next.get(name, 1) + 1
            unique = f"{name}-{self._next[name]}"
        self._given.add(unique)
        return unique
