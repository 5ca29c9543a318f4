"""What promptlint says: diagnostics, their fixes and savings, and the findings and problems they are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import IntEnum, StrEnum
from typing import Literal, TypeAlias

from promptlint.lazy import dataclass
from promptlint.source import Location

__all__ = [
    "Applicability",
    "Aspect",
    "Confidence",
    "Diagnostic",
    "Edit",
    "Finding",
    "Fix",
    "Problem",
    "Related",
    "Saving",
    "Severity",
]


class _Ordered(IntEnum):
    """Levels that compare by rank and read and print by their lower-case name."""

    def __str__(self) -> str:
        return self.name.lower()

    @property
    def label(self) -> str:
        """The name used in configuration, rule files and reports."""
        return self.name.lower()


class Severity(_Ordered):
    """How much a diagnostic matters; ``--fail-on`` compares against it."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @classmethod
    def named(cls, name: str) -> Severity:
        """The severity with that lower-case name. Raises KeyError for any other."""
        return cls[name.upper()]


class Confidence(_Ordered):
    """How sure the check is; low-confidence findings are hidden unless asked for."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Applicability(StrEnum):
    """What may be done with a fix.

    safe: meaning cannot change. unsafe: a person should look at the result. display: shown, never applied.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


Aspect: TypeAlias = Literal["code", "quotations", "template", "declarations", "settings", "suppressions"]
"""What of a file, beside its wording, a fix may be about. Everything else has to be the same after it.

code: fenced and inline code, links, tags. quotations: quoted text, examples, data, comments. template: variables and control.
declarations: the variables that are declared. settings: model, cap, schema ... suppressions: comments that silence rules.
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text at `location` by `replacement`, which is already in the file's own notation.

    `text` is what the replacement stands for, where that is something else (an apostrophe that YAML doubles).
    """

    location: Location
    replacement: str
    text: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together; `title` says in the imperative what they do, `touches` what they are about beside wording."""

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability
    touches: frozenset[Aspect] = frozenset()


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a diagnostic."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class Saving:
    """What a fix saves: tokens per call of its prompt, and USD per 1,000 calls at the prompt's model (None: price unknown)."""

    input_tokens: int
    output_tokens: int = 0
    usd_per_1000_calls: float | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault that a reader met: which reader's rule it is a case of, where, and what in words (the rule message's ``{detail}``).

    `severity` may lower the rule's severity, never raise it.
    """

    rule: str
    location: Location
    detail: str
    severity: Severity | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a check, before the engine makes a Diagnostic of it.

    `values` fill the placeholders of the rule's message. `severity` may lower the rule's severity, never raise it. `secret`:
    what stands at the location must not be repeated in a report.
    """

    location: Location
    values: Mapping[str, str] = field(default_factory=dict)
    confidence: Confidence = Confidence.HIGH
    severity: Severity | None = None
    help: str = ""
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding as it is reported. `prompt` is the name of the prompt it is about, None when it is about the file."""

    rule: str
    family: str
    severity: Severity
    confidence: Confidence
    message: str
    location: Location
    help: str = ""
    prompt: str | None = None
    language: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    saving: Saving | None = None
    fingerprint: str = ""
    secret: bool = False
