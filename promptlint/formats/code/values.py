"""What an expression in a program is, as far as that can be told without running it; the same for every language.

A language module (``python``, ``typescript``) makes a `Module` of a file's text; the tables of the SDKs say which of its
calls send a prompt, and ``prompts`` makes messages and settings of the values. All spans are ranges of the text of the file
that the value stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field
from typing import Protocol, TypeAlias

from promptlint.lazy import dataclass
from promptlint.source import Encoder, Span

__all__ = [
    "Binary",
    "Call",
    "Class",
    "Comment",
    "Constant",
    "Entry",
    "Field",
    "Given",
    "Hole",
    "Items",
    "Literal",
    "Module",
    "Name",
    "Notation",
    "Piece",
    "Record",
    "Scalar",
    "Site",
    "Subscript",
    "Text",
    "Value",
]


@dataclass(frozen=True, slots=True)
class Notation:
    """How text is written in a literal: `name` tells notations apart (``"``, ``f\"\"\"``, backticks), `encode` writes a replacement.

    What `encode` gives can replace any range of the literal's text: it needs no other quotes, escapes or prefix. It gives
    None where the literal cannot hold the text so.
    """

    name: str
    encode: Encoder = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that the program holds: what is sent, escapes decoded.

    `runs` are (length of decoded text, where it stands) in order, as `TextMap.build` takes them: an escape is a run whose
    origin is longer than its text; an escape of the template (``{{`` in an f-string or under ``.format``) is one, too. What
    lies between two literals that are joined (quotes, blanks, operators) is a run of length 0 without a place, so that no fix
    reaches across it. `path` is the file that it stands in.
    """

    text: str
    runs: tuple[tuple[int, Span | None], ...]
    path: str
    notation: Notation


@dataclass(frozen=True, slots=True)
class Hole:
    """A place that is filled in at run time.

    `text` is how the file writes it, with the braces of an f-string or template literal (``{name}``, ``${user.name}``,
    ``%(name)s``), without any where an expression is joined to text (``name``). `span` is where that stands in `path`.
    `uses` are the names that it reads, each with its place in `text`; of an expression those that come from outside it (no
    properties, no functions that are called, no names of the language).
    """

    text: str
    span: Span
    path: str
    uses: tuple[tuple[str, Span], ...]


Piece: TypeAlias = Literal | Hole


@dataclass(frozen=True, slots=True)
class Given:
    """A name that a call fills in (a keyword of ``.format``), and where it stands."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """A string, its pieces in order. `span` is the whole expression.

    `given` are the names that the call which fills it in provides, None where no call does or not all can be told. `filled`
    says that a call in the program fills the text in or that it is an f-string or template literal, so that braces which are
    left in its literals are plain text. `definition` is where the name that stands for it is defined (its whole value), if it
    was read by name.
    """

    span: Span
    path: str
    pieces: tuple[Piece, ...]
    given: tuple[Given, ...] | None = None
    filled: bool = False
    definition: Span | None = None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, a truth value or nothing (``None``, ``null``, ``undefined``)."""

    span: Span
    path: str
    value: int | float | bool | None


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or array. Not `complete`: others may stand between them (a spread, what a condition appends).

    `spreads` are those of which it can be told where they stand: what is spread in before the item of that index.
    """

    span: Span
    path: str
    items: tuple[Value, ...]
    complete: bool = True
    spreads: tuple[tuple[int, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value."""

    key: str
    key_span: Span
    value: Value


@dataclass(frozen=True, slots=True)
class Record:
    """A dictionary, an object, the keyword arguments of a call. Not `complete`: it may hold others (``**options``)."""

    span: Span
    path: str
    entries: tuple[Entry, ...]
    complete: bool = True

    def get(self, key: str) -> Entry | None:
        """The last entry of that key."""
        for entry in reversed(self.entries):
            if entry.key == key:
                return entry
        return None


@dataclass(frozen=True, slots=True)
class Name:
    """A name or dotted name whose value cannot be told; `text` is how it is written."""

    span: Span
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Subscript:
    """``base[items]``, as annotations write ``list[Item]``; the base is a name as it is written."""

    span: Span
    path: str
    base: str
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """Two values joined with ``|``: a union in an annotation, a chain in LangChain."""

    span: Span
    path: str
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a class: its annotation (None: none) and its default (None: none)."""

    name: str
    name_span: Span
    annotation: Value | None
    default: Value | None


@dataclass(frozen=True, slots=True)
class Class:
    """A class: the names of its bases as they are written, its docstring and annotated or assigned fields, in order."""

    span: Span
    path: str
    name: str
    name_span: Span
    bases: tuple[str, ...]
    doc: Text | None
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call.

    `callee` is the dotted name without white space, as it is written but for aliases of imports, which are resolved
    (``import openai as o``: ``openai.chat``); the arguments of calls inside it are left out (``OpenAI().chat``). In TypeScript,
    the properties of the only or last argument that is an object are `keywords` too. `receiver` is the value of what a method
    is called on, as far as it can be told.
    """

    span: Span
    path: str
    callee: str
    callee_span: Span
    arguments: tuple[Value, ...]
    keywords: Record
    receiver: Value | None = None


Value: TypeAlias = Text | Scalar | Items | Record | Name | Subscript | Binary | Class | Call


@dataclass(frozen=True, slots=True)
class Site:
    """Where a call stands, before its arguments are looked at; `inside` is the dotted name of the function around it, or ``""``.

    `target` is the name that its value is assigned to, or ``""``.
    """

    callee: str
    span: Span
    inside: str
    target: str
    resolve: Callable[[], Call] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """A name that the module or a class gives to a string (``SYSTEM_PROMPT``, ``Prompts.SUMMARY``), or an entry of a constant dictionary.

    `statement` is the whole assignment.
    """

    name: str
    name_span: Span
    statement: Span
    value: Text


@dataclass(frozen=True, slots=True)
class Comment:
    """The text of a comment without its delimiters, and the whole comment's place."""

    text: str
    span: Span


class Module(Protocol):
    """A program's file."""

    def close(self) -> None:
        """Let go of what was found out about it, values that are not worked out yet included."""

    @property
    def packages(self) -> frozenset[str]:
        """The packages that it imports, by the names of their roots (``openai``, ``google.genai``, ``@ai-sdk/openai``) and of all modules below (``langchain.prompts``)."""

    @property
    def sites(self) -> Sequence[Site]:
        """Its calls in the order of the file."""

    def sites_named(self, names: AbstractSet[str]) -> Sequence[Site]:
        """The calls whose callee's last name is one of `names`."""

    @property
    def constants(self) -> Sequence[Constant]:
        """Its constant strings in the order of the file."""

    def constants_named(self, wanted: Callable[[str], bool]) -> Sequence[Constant]:
        """The constant strings without those, not worked out, of whose names it can be told that they are not `wanted`."""

    @property
    def classes(self) -> Sequence[Class]:
        """Its classes in the order of the file, nested ones too."""

    @property
    def comments(self) -> Sequence[Comment]:
        """Its comments in the order of the file."""

    @property
    def fault(self) -> Span | None:
        """The first place at which it is not valid."""

    @property
    def dependencies(self) -> tuple[str, ...]:
        """The paths of other files that were looked up so far."""
