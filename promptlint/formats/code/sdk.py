"""What the tables of the SDKs are made of: which calls send a prompt, and where its text and its settings stand in them.

A place in a call is a path: names of keyword arguments and keys (``config.system_instruction``), numbers of positional
arguments (``0``), ``self`` for what the method is called on, ``*`` for the first entry of a dictionary whatever its key. In TypeScript the properties of an object that is passed count
as keyword arguments. A path also leads into calls (``config=GenerateContentConfig(system_instruction=...)``).
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Literal, TypeAlias

from promptlint.formats.code.values import Call, Entry, Items, Name, Record, Site, Subscript, Value
from promptlint.lazy import dataclass
from promptlint.prompt import Kind, Role

__all__ = [
    "Chains",
    "Declares",
    "Language",
    "Sdk",
    "Sending",
    "Slot",
    "ends_with",
    "imports",
    "is_open",
    "is_sending",
    "lead",
    "names_called",
    "sdks",
    "sendings",
    "sendings_at",
]

Language: TypeAlias = Literal["python", "typescript"]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a call takes text: a string, a list of messages, a message, or a list of blocks of text.

    `role` is that of text which names none itself. `template` is the language that the SDK fills the text in with, None where
    it sends the text as it is. `literal` are the first words of classes of messages whose text is sent as it is all the same.
    Not `text`: a string is no prompt there (a name, data), only messages are. `tags`: ``<message role="...">`` in the text makes
    messages of it.
    """

    at: str
    role: Role | None = None
    template: str | None = None
    literal: tuple[str, ...] = ()
    text: bool = True
    tags: bool = False


@dataclass(frozen=True, slots=True)
class Declares:
    """Where settings stand; of several paths the first counts that leads anywhere.

    `answer` are the places of the answer's format and schema: what all of them say counts.
    """

    model: tuple[str, ...] = ("model",)
    cap: tuple[str, ...] = ("max_tokens",)
    temperature: tuple[str, ...] = ("temperature",)
    answer: tuple[str, ...] = ()
    tools: tuple[str, ...] = ("tools",)


@dataclass(frozen=True, slots=True)
class Sending:
    """A call that sends a prompt, or makes one.

    `callees` are the last names of what is called (``chat.completions.create``). `packages`: one of them must be imported;
    none where the call says enough. `needs`: one of these paths must lead somewhere, as other functions have that name, too.
    `each` leads to a list, each item of which is a prompt of its own. `variables` leads to the names of the template's
    variables, `template_at` to the name of its language. `joined` is what stands between the texts of the slots where all of
    them are one text. `chained`: the settings are those of what it is called on; strings
    are prompts only where that is known to be a model.
    """

    callees: tuple[str, ...]
    slots: tuple[Slot, ...]
    declares: Declares = Declares()
    packages: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    each: str = ""
    variables: tuple[str, ...] = ()
    template_at: tuple[str, ...] = ()
    joined: str | None = None
    chained: bool = False
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Chains:
    """How a template and a model are put together (``(prompt | llm).invoke(...)``), so that the one has the other's settings.

    `callees` are the last names of calls on a chain, `parts` the places of the template and the model where they are
    arguments. `declares` says where a model has its settings; `structured` are functions whose first argument is the schema.
    """

    callees: tuple[str, ...]
    parts: tuple[str, ...] = ()
    declares: Declares = Declares()
    structured: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sdk:
    """An SDK: its name, the languages of which it is read, its calls.

    `signatures` are bases of classes whose docstring and fields are a prompt. `packages`: chains and signatures are read only
    where one of them is imported. `unread` says what the SDK has besides.
    """

    name: str
    languages: tuple[Language, ...]
    sendings: tuple[Sending, ...]
    chains: Chains | None = None
    signatures: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    unread: str = ""


@cache
def sdks() -> tuple[Sdk, ...]:
    """The tables, each in a module of ``sdks``, by their names."""
    from promptlint.formats.code import sdks as package

    modules = (import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__))
    return tuple(sorted((module.SDK for module in modules), key=lambda sdk: sdk.name.lower()))


@cache
def sendings(language: Language) -> Mapping[str, tuple[tuple[Sdk, Sending], ...]]:
    """The calls of all SDKs in a language, by the last of their names, those with more names first."""
    found: dict[str, dict[Sending, tuple[int, Sdk]]] = {}
    for sdk in sdks():
        if language in sdk.languages:
            for sending in sdk.sendings:
                for callee in sending.callees:
                    each = found.setdefault(callee.rpartition(".")[2], {})
                    each.setdefault(sending, (callee.count("."), sdk))
    return {
        name: tuple((sdk, sending) for sending, (_, sdk) in sorted(each.items(), key=lambda item: -item[1][0]))
        for name, each in found.items()
    }


@cache
def names_called(language: Language) -> frozenset[str]:
    """The last names of all calls that say something of a prompt."""
    chains = (sdk.chains for sdk in sdks() if sdk.chains is not None)
    return frozenset((*sendings(language), *(name.rpartition(".")[2] for each in chains for name in each.callees)))


def sendings_at(site: Site, packages: Iterable[str], language: Language) -> Iterator[tuple[Sdk, Sending]]:
    """The calls of SDKs that a call of a program may be, by its name and what the program imports."""
    for sdk, sending in sendings(language).get(site.callee.rpartition(".")[2], ()):
        if ends_with(site.callee, sending.callees) and (not sending.packages or imports(packages, sending.packages)):
            yield sdk, sending


def is_sending(call: Call, sending: Sending) -> bool:
    """Whether a call has what tells it from others of its name."""
    return not sending.needs or any(True for path in sending.needs for _ in lead(call, path))


def ends_with(callee: str, names: Iterable[str]) -> bool:
    """Whether what is called has one of these as its last names. (``().`` behind a call inside the name counts as a dot.)"""
    return any(callee == name or callee.endswith(f".{name}") for name in names)


def imports(packages: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether one of the wanted packages, or a part of it, is among the imported ones."""
    return any(
        package == name or package.startswith((f"{name}.", f"{name}/")) for package in packages for name in wanted
    )


def lead(start: Value, path: str) -> Iterator[tuple[Value, Entry | None]]:
    """The value that a path leads to, with its key if it has one; nothing where it leads nowhere."""
    value: Value | None = start
    entry: Entry | None = None
    for step in path.split("."):
        entry = None
        if step == "self":
            value = value.receiver if isinstance(value, Call) else None
        elif step.isdigit():
            items = value.arguments if isinstance(value, Call) else value.items if isinstance(value, Items) else ()
            value = items[int(step)] if int(step) < len(items) else None
        elif step == "*":
            entry = next(iter(value.entries), None) if isinstance(value, Record) else None
            value = entry.value if entry is not None else None
        else:
            group = value.keywords if isinstance(value, Call) else value
            entry = group.get(step) if isinstance(group, Record) else None
            value = entry.value if entry is not None else None
        if value is None:
            return
    if value is not None:
        yield value, entry


def _makes_anything(value: Value | None) -> bool:
    """Whether a value is what a function gives, of which the arguments say nothing: no object of a class."""
    return isinstance(value, Call) and not value.callee.removesuffix("()").rpartition(".")[2][:1].isupper()


def is_open(start: Value, path: str) -> bool:
    """Whether something may stand at a path that leads nowhere: part of what is on the way is only known at run time."""
    value: Value | None = start
    for step in path.split("."):
        group = value.keywords if isinstance(value, Call) else value
        if isinstance(group, Name | Subscript) or (value is not start and _makes_anything(value)):
            return True
        if not isinstance(group, Record):
            return False
        entry = group.get(step)
        if entry is None:
            return not group.complete
        value = entry.value
    return False
