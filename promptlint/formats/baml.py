"""BAML: the functions and template strings of ``*.baml`` files.

A prompt is text in minijinja, which reads as Jinja; ``{{ _.role("user") }}`` starts a message. A client or a type that the
file does not declare is looked for in ``clients.baml`` and ``types.baml`` beside it and above it, up to ``baml_src``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from promptlint import templates
from promptlint.diagnostic import Problem
from promptlint.formats import _baml, _body, _comments
from promptlint.formats._format import Coverage, Recognition, UniqueNames, split_path
from promptlint.lazy import regex
from promptlint.prompt import (
    Control,
    Declaration,
    Document,
    Kind,
    Lookup,
    Message,
    Part,
    Prompt,
    Role,
    Setting,
    Settings,
    Text,
    Use,
    Variable,
)
from promptlint.source import Location, Source, Span, TextMap

RANK = 10
FORMATS = {"baml": "BAML functions and template strings (.baml)"}
COVERAGE = {
    "baml": Coverage(
        messages="the prompts of functions, and template strings as fragments; `{{ _.role() }}` starts a message",
        variables="Jinja; the arguments are declared",
        model="the function's client, here or in `clients.baml` beside or above",
        cap="the client's `max_tokens`",
        schema="the return type; its classes here or in `types.baml`",
        comments="`//`, `{# #}`",
        unread="tests, descriptions of fields, types and clients in other files, the `impl` blocks of old BAML",
    )
}

_CLIENTS = "clients.baml"
_TYPES = "types.baml"
_MODEL = (("options", "model"), ("options", "model_id"), ("model",))
_GROUPS = (("options",), ("options", "generationConfig"), ("options", "inference_configuration"), ())
_CAPS = ("max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens")
_BUILT_IN = frozenset(["_", "ctx", "null", "true", "false", "none", "this"])
_ROLE = regex(
    r"""\{\{-?\s*_\.(?:role|chat)\(\s*(?:role\s*=\s*)?(?:"(?P<double>\w+)"|'(?P<single>\w+)'|(?P<other>[^)]*))"""
)


def may_hold_prompts(path: str) -> bool:
    return path.lower().endswith(".baml")


_DECLARES = regex(r"(?:\A|[\r\n])[ \t]*(?:function|template_string)\s")


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    if not may_hold_prompts(path):
        return None
    if _DECLARES.search(text):
        return Recognition("baml", "name ends in .baml, declares a function")
    # a file of clients or types alone holds no prompt
    return Recognition("baml", "name ends in .baml, named") if named else None


def read(source: Source, lookup: Lookup, name: str) -> Document:
    return _Reader(source, lookup).document(name)


_declarations = lru_cache(maxsize=16)(_baml.parse)
"""What a file declares that others refer to: each file of a project asks for the same ones."""


class _Reader:
    """Reads one file; collects the problems that it meets on the way."""

    def __init__(self, source: Source, lookup: Lookup) -> None:
        self.source = source
        self.lookup = lookup
        self.own = _baml.parse(source.text)
        self.problems: list[Problem] = []
        self.comments = [
            _comments.Comment(source.slice(token.inner).lstrip("/"), token.span) for token in self.own.comments
        ]
        self.extents: dict[int, Span] = {}
        self.beside: dict[str, list[tuple[Source, _baml.Declarations]]] = {}
        self.dependencies: list[str] = []

    def document(self, name: str) -> Document:
        for detail, span in self.own.faults:
            self.problems.append(Problem("invalid-file", self.location(span), detail))
        names = UniqueNames()
        prompts = tuple(
            self.prompt(function, function.prompt, names.of(function.name))
            for function in self.own.functions
            if function.prompt is not None
        )
        silenced, wrong = _comments.suppressions(self.source, self.comments, self.extents)
        return Document(
            self.source,
            name,
            tuple(prompt for prompt in prompts if prompt.messages),
            (*self.problems, *wrong),
            silenced,
            tuple(self.dependencies),
        )

    def location(self, span: Span) -> Location:
        return self.source.location(span.start, span.end)

    def files(self, name: str) -> list[tuple[Source, _baml.Declarations]]:
        """The file itself, and those of a name beside it and above it, up to the project's folder."""
        here = [(self.source, self.own)]
        if name in self.beside:
            return here + self.beside[name]
        folders, own_name = split_path(self.source.path)
        rooted = "/" if self.source.path.startswith("/") else ""
        found: list[tuple[Source, _baml.Declarations]] = []
        root = folders.index("baml_src") if "baml_src" in folders else len(folders) - 1
        for depth in range(len(folders), max(root, -1), -1):
            path = rooted + "/".join((*folders[:depth], name))
            if path == self.source.path or (depth == len(folders) and name == own_name):
                continue
            other = self.lookup(path)
            self.dependencies.append(path)
            if other is not None:
                found.append((other, _declarations(other.text)))
        self.beside[name] = found
        return here + found

    def prompt(self, function: _baml.Function, string: _baml.String, name: str) -> Prompt:
        line = self.source.position(function.prompt_key.start).line
        self.extents[line] = string.span
        self.extents[self.source.position(string.span.start).line] = string.span
        self.extents.setdefault(self.source.position(function.span.start).line, string.span)
        text, origin = _baml.dedented(self.source.path, self.source.text, string)
        scan = templates.scan(text, "jinja")
        self.problems += _body.template_problems(scan, origin, self.location(string.span))
        self.comments += _comments.template_comments(text, origin, scan.parts)
        declared = tuple(
            {each.name: Declaration(each.name, self.location(each.span)) for each in function.arguments}.values()
        )
        known = frozenset(each.name for each in declared)
        parts = [self.without_built_ins(text, part, known) for part in scan.parts]
        messages = tuple(_messages(text, origin, parts))
        settings = Settings() if function.template else self.settings(function)
        kind = Kind.FRAGMENT if function.template else Kind.TASK if settings.schema else None
        return Prompt(name, self.location(string.span), messages, declared, settings, kind)

    def without_built_ins(self, text: str, part: Part, known: frozenset[str]) -> Part:
        """A part without uses of what BAML itself provides: ``_``, ``ctx``, template strings and enumerations."""
        if isinstance(part, Text) or not part.uses:
            return part
        uses = tuple(use for use in part.uses if use.name in known or not self.is_built_in(text, use))
        return part if uses == part.uses else replace(part, uses=uses)

    def is_built_in(self, text: str, use: Use) -> bool:
        behind = text[use.span.end : use.span.end + 1]
        return use.name in _BUILT_IN or behind == "(" or (behind == "." and use.name[:1].isupper())

    # -- settings -------------------------------------------------------------------------------------------------------

    def settings(self, function: _baml.Function) -> Settings:
        """What the client and the return type declare; a function that gives text has no schema."""
        found = self.of_client(function.client)
        tokens = function.answer
        if not tokens:
            return found
        place = self.location(Span(tokens[0].span.start, tokens[-1].span.end))
        if tokens[0].text == "string" and (len(tokens) == 1 or tokens[1].text.startswith("@")):
            return replace(found, response_format=Setting("text", place))
        schema = _baml.schema_of(tokens, [self.own])
        if schema is None:
            schema = _baml.schema_of(tokens, [declared for _, declared in self.files(_TYPES)])
        return replace(found, schema=Setting(schema if schema is not None else self.source.slice(place.span), place))

    def of_client(self, reference: _baml.Value | None) -> Settings:
        if reference is None or not reference.text.strip():
            return Settings()
        name = reference.text.strip()
        for _ in range(8):  # a fallback may name another fallback
            source, client = self.client(name)
            if source is None or client is None:
                break
            strategy = client.values.get(("options", "strategy"))
            if strategy is None or not strategy.items:
                return _client_settings(source, client)
            name = strategy.items[0]  # the one that is asked first
        if "/" in name:
            place = self.location(reference.span)
            return Settings(model=Setting(name, place))
        return Settings()

    def client(self, name: str) -> tuple[Source | None, _baml.Client | None]:
        if "/" in name:
            return None, None
        if name in self.own.clients:
            return self.source, self.own.clients[name]
        for source, declared in self.files(_CLIENTS):
            if name in declared.clients:
                return source, declared.clients[name]
        return None, None


def _client_settings(source: Source, client: _baml.Client) -> Settings:
    def place(value: _baml.Value) -> Location:
        return source.location(value.span.start, value.span.end)

    model = next((client.values[path] for path in _MODEL if path in client.values), None)
    cap = next(_numbers(client, _CAPS), None)
    temperature = next(_numbers(client, ("temperature",)), None)
    return Settings(
        model=Setting(model.text, place(model)) if model and model.text and not model.text.startswith("env.") else None,
        max_output_tokens=Setting(cap[1] if isinstance(cap[1], str) else int(cap[1]), place(cap[0])) if cap else None,
        temperature=Setting(temperature[1], place(temperature[0])) if temperature else None,
    )


def _numbers(client: _baml.Client, keys: Sequence[str]) -> Iterator[tuple[_baml.Value, float | str]]:
    """The numbers at those keys; what the environment gives is given as text."""
    for group in _GROUPS:
        for key in keys:
            value = client.values.get((*group, key))
            if value is None:
                continue
            if value.text.startswith("env."):
                yield value, value.text
            elif re.fullmatch(r"-?\d{1,18}(?:\.\d{1,18})?", value.text):
                yield value, float(value.text) if "." in value.text else int(value.text)


# -- messages ---------------------------------------------------------------------------------------------------------


def _messages(text: str, origin: TextMap, parts: Sequence[Part]) -> Iterator[Message]:
    """The messages of a prompt: each role marker starts one. Markers of a role that is only known at run time stay in."""
    bounds: list[tuple[Role | None, int, int]] = []
    role: Role | None = None
    start = 0
    sent = False  # whether the message that started last holds anything that is sent
    for part in parts:
        match = _marker(text, part)
        if match is None:
            sent = sent or isinstance(part, Variable) or (isinstance(part, Text) and bool(part.text.strip()))
            continue
        # tags and comments alone are no message: they belong to the one behind them
        if sent:
            bounds.append((role, start, part.span.start))
            start = part.span.start if match["other"] else part.span.end
        elif not text[start : part.span.start].strip() and not match["other"]:
            start = part.span.end
        role = _body.role_named(match["double"] or match["single"])
        sent = False
    if sent or not bounds:
        bounds.append((role, start, len(text)))
    else:
        bounds[-1] = (*bounds[-1][:2], len(text))
    first = 0
    for role, low, high in bounds:
        body = text[low:high]
        start = low + len(body) - len(body.lstrip())
        end = low + len(body.rstrip())
        while first < len(parts) and parts[first].span.end <= start:
            first += 1
        last = first
        while last < len(parts) and parts[last].span.start < end:
            last += 1
        if start < end:
            place = Span(start, end)
            found = tuple(_moved(text, part, place, range(first, last)) for part in parts[first:last])
            yield Message(role, text[start:end], origin.slice(place), found, "jinja")
        first = last


def _marker(text: str, part: Part) -> re.Match[str] | None:
    """The ``{{ _.role(...) }}`` that a part is, if it is one."""
    return _ROLE.match(text, part.span.start, part.span.end) if isinstance(part, Variable) else None


def _moved(text: str, part: Part, place: Span, kept: range) -> Part:
    """A part of the whole prompt as a part of the message at `place`, which has the parts of those indices."""
    low = max(part.span.start, place.start)
    span = Span(low, min(part.span.end, place.end)).shift(-place.start)
    if isinstance(part, Text):
        sent = part.text
        if len(span) < len(part.span) == len(sent):
            sent = sent[low - part.span.start :][: len(span)]
        return Text(span, sent)
    uses = tuple(Use(use.name, use.span.shift(-place.start)) for use in part.uses)
    if isinstance(part, Variable):
        return Control(span, "other", uses=uses) if _marker(text, part) else Variable(span, uses)
    partner = part.partner - kept.start if part.partner is not None and part.partner in kept else None
    return replace(part, span=span, uses=uses, partner=partner)
