"""Semantic Kernel: ``skprompt.txt`` with ``config.json`` beside it, YAML functions, and YAML agents.

``config.json`` is read with the text that it belongs to and is no prompt file itself: what is wrong with it is reported in
it, by way of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from promptlint.diagnostic import Problem
from promptlint.formats import _body, _comments, _metadata, _sections, trees
from promptlint.formats._format import Coverage, Recognition, prompt_name, split_path
from promptlint.formats._tree_file import Beside, TreeFile, is_null, over, tree_of, tree_problems
from promptlint.lazy import regex
from promptlint.prompt import Declaration, Document, Kind, Lookup, Message, Prompt, Settings, Text
from promptlint.source import Location, Source, Span, TextMap

RANK = 5
FORMATS = {"semantic-kernel": "Semantic Kernel function (skprompt.txt with config.json, YAML functions and agents)"}
COVERAGE = {
    "semantic-kernel": Coverage(
        messages="the text, split at `<message role>` and `{{#message}}`; an agent's `instructions` (system)",
        variables="`{{$name}}`, or as `template_format` declares; `input_variables` or `input.parameters` declare",
        model="`execution_settings`, in the YAML or in `config.json` beside the text",
        cap="`execution_settings`, `completion`",
        schema="`response_format` in `execution_settings`",
        comments="`#` in YAML, `<!-- -->`, `{# #}`",
        unread="Liquid beyond its text, functions that the text calls, prompts in C# (those in Python are read as `python`)",
    ),
}

_NAME = "semantic-kernel"
_LANGUAGE = "semantic-kernel"


def _key(name: str, value: str = "") -> re.Pattern[str]:
    """A key at the left edge of YAML, with a value of that form."""
    return regex(rf"""(?:\A|(?<=[\r\n]))["']?{name}["']?[ \t]*+:[ \t]*+{value}""", re.IGNORECASE)


_TEMPLATE = _key("template")
_INSTRUCTIONS = _key("instructions")
_OTHER_PROGRAM = _key("(?:_type|apiVersion|openapi|swagger|messages)")
_SIGNS = (
    _key("template_format", r"""["']?(?:semantic-kernel|handlebars|liquid|jinja2)\b"""),
    _key("execution_settings"),
    _key("input_variables", r"[\r\n]++[ \t]*+-[ \t]++name[ \t]*+:"),
    regex(r"\{\{[ \t]*+\$[A-Za-z0-9_]++[ \t]*+\}\}"),
)
_AGENT = _key(
    "type",
    r"""["']?(?:\w+_agent|(?:azure_)?(?:openai_)?(?:assistant|responses))["']?[ \t]*+(?:#[^\r\n]*+)?(?=[\r\n]|\Z)""",
)


def may_hold_prompts(path: str) -> bool:
    lower = path.lower()
    return (lower.endswith((".yaml", ".yml")) and not lower.endswith(("-lock.yaml", "-lock.yml"))) or _is_text(path)


def _is_text(path: str) -> bool:
    return split_path(path)[1].lower() == "skprompt.txt"


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:  # noqa: ARG001
    if _is_text(path):
        return Recognition(_NAME, "name is skprompt.txt")
    if not may_hold_prompts(path) or ("template" not in text and "instructions" not in text):
        return None
    if _OTHER_PROGRAM.search(text):
        return None
    if _TEMPLATE.search(text) and any(sign.search(text) for sign in _SIGNS):
        return Recognition(_NAME, "YAML with 'template' and what Semantic Kernel declares beside it")
    if _INSTRUCTIONS.search(text) and _AGENT.search(text):
        return Recognition(_NAME, "YAML with an agent's 'type' and 'instructions'")
    return None


def read(source: Source, lookup: Lookup, name: str) -> Document:
    if source.path.lower().endswith((".yaml", ".yml")):
        return _read_yaml(source, name)
    return _read_text(source, lookup, name)


def _read_text(source: Source, lookup: Lookup, name: str) -> Document:
    """The Document of a text whose settings and variables stand in ``config.json``."""
    files = Beside(source.path, lookup)
    config = files.source("config.json")
    problems: list[Problem] = []
    fields: _metadata.Fields = {}
    if config is not None:
        tree = tree_of(config)
        problems += tree_problems(tree)
        fields = {} if tree.broken else _metadata.fields_of(tree.root)
    span = Span(0, len(source.text))
    place = _body.trimmed(source, span)
    location = source.location(place.start, place.end)
    template = _metadata.declared_template(fields) or _LANGUAGE
    whole, found = _body.message(None, source.text, TextMap.of(source.path, span), template, location)
    problems += found
    messages = tagged_messages(whole)
    comments = [
        *_comments.html_comments(source, span),
        *_comments.template_comments(source.text, whole.map, whole.parts),
    ]
    silenced, wrong = _comments.suppressions(source, comments)
    folders = split_path(source.path)[0]
    prompt = Prompt(
        folders[-1] if folders and _is_text(source.path) else prompt_name(source.path),
        location,
        messages,
        _declared(fields, whole, messages),
        _settings(fields),
    )
    return Document(
        source,
        name,
        (prompt,) if len(place) else (),
        (*problems, *wrong),
        silenced,
        files.dependencies,
    )


def _read_yaml(source: Source, name: str) -> Document:
    file = TreeFile(source)
    fields = file.fields
    agent = "template" not in fields or not isinstance(fields["template"].value, trees.Scalar)
    entry = fields.get("instructions" if agent else "template")
    prompts: tuple[Prompt, ...] = ()
    if (
        entry is not None
        and isinstance(entry.value, trees.Scalar)
        and entry.value.is_string
        and entry.value.text.strip()
    ):
        template = _metadata.declared_template(fields) or _LANGUAGE
        whole = file.text("system" if agent else None, entry.value, template, entry.key)
        messages = (whole,) if agent else tagged_messages(whole)
        settings = over(_settings(fields), _metadata.settings(fields)) if agent else _settings(fields)
        prompts = (
            Prompt(
                prompt_name(source.path),
                entry.value.location,
                messages,
                _declared(fields, whole, messages),
                settings,
                Kind.SYSTEM if agent else None,
            ),
        )
    return file.document(name, prompts)


_OPEN = (
    r"""<message\b[^<>]{0,200}?\brole\s*+=\s*+(?P<quote>["'])(?P<role>[^"'<>]{0,80})(?P=quote)[^<>]{0,200}>"""
    r"""|\{\{~?\#message\s++role\s*+=\s*+["']?(?P<helper>[\w.@]{1,80})["']?\s*+~?\}\}"""
)
_MARK = regex(rf"(?P<open>{_OPEN})|</message\s*+>|\{{\{{~?/message\s*+~?\}}\}}")


def tagged_messages(whole: Message) -> tuple[Message, ...]:
    """The messages that ``<message role="...">`` and Handlebars' ``{{#message role="..."}}`` make of a text.

    What stands around them is kept where it sends text or reads a variable.
    """
    marks = list(_marks(whole))
    return tuple(_sections.cut(whole, _between(marks, len(whole.text)))) if marks else (whole,)


def _marks(whole: Message) -> Iterator[re.Match[str]]:
    """The marks that are literal text or tags themselves, not those inside comments, and no end that has no beginning."""
    index = 0
    inside = False
    for match in _MARK.finditer(whole.text):
        while index < len(whole.parts) and whole.parts[index].span.end <= match.start():
            index += 1
        part = whole.parts[index]
        if (isinstance(part, Text) or part.span.start == match.start()) and (match["open"] or inside):
            inside = match["open"] is not None
            yield match


def _between(marks: Sequence[re.Match[str]], end: int) -> Iterator[_sections.Section]:
    speaker: tuple[str, int] | None = None
    at = 0
    for mark in marks:
        if speaker is not None:
            yield _sections.Section(_body.role_named(speaker[0]), Span(speaker[1], mark.start()))
        elif at < mark.start():
            yield _sections.Section(None, Span(at, mark.start()), certain=False)
        speaker = (mark["role"] or mark["helper"] or "", mark.end()) if mark["open"] else None
        at = mark.end()
    if speaker is not None:
        yield _sections.Section(_body.role_named(speaker[0]), Span(speaker[1], end))
    elif at < end:
        yield _sections.Section(None, Span(at, end), certain=False)


def _settings(fields: _metadata.Fields) -> Settings:
    """The settings of the service named ``default``, else of the first; what it does not say, the others do.

    A model counts only where the service has it or just one is named: which of several is used is decided at run time.
    """
    services = list(_services(fields))
    named = [found.model for found in services if found.model is not None]
    one = named[0] if len({model.value for model in named}) == 1 else None
    first = services[0].model if services else None
    found = Settings()
    for service in services:
        found = over(found, service)
    return replace(found, model=first or one)


def _services(fields: _metadata.Fields) -> Iterator[Settings]:
    node = _metadata.node_at(fields, ("execution_settings",))
    if isinstance(node, trees.Mapping):
        services = _metadata.fields_of(node)
        for entry in sorted(services.values(), key=lambda item: item.key.text != "default"):
            yield _metadata.settings(_metadata.fields_of(entry.value))
    elif isinstance(node, trees.Sequence):
        for item in node.items:
            yield _metadata.settings(_metadata.fields_of(item))
    if "completion" in fields:
        yield _metadata.settings(_metadata.fields_of(fields["completion"].value))


def _declared(fields: _metadata.Fields, whole: Message, messages: Sequence[Message]) -> tuple[Declaration, ...] | None:
    """The declared variables, under the names that the text uses: the case of letters does not count.

    An empty list declares nothing, as the text's own variables are then taken. The older ``input.parameters`` list what
    comes beside ``$input``, which is always there.
    """
    node = _metadata.node_at(fields, ("input_variables",), ("inputs",))
    old = _metadata.node_at(fields, ("input", "parameters")) if node is None else None
    told = node if old is None else old
    found = None if told is None or is_null(told) else _metadata.declared_by(told)
    if told is None or not found:
        return None
    used = {use.name for message in messages for use in message.uses}
    elsewhere = {use.name.lower() for use in whole.uses} - {name.lower() for name in used}
    spelled: dict[str, list[str]] = {}
    for name in sorted(used):
        spelled.setdefault(name.lower(), []).append(name)
    declared = [
        replace(declaration, name=name)
        for declaration in found
        if declaration.name.lower() not in elsewhere
        for name in spelled.get(declaration.name.lower(), [declaration.name])
    ]
    if old is not None:
        declared += _implied(declared, spelled.get("input", []), old.location)
    return _body.known_declarations(tuple(declared), whole.template, whole.text)


def _implied(declared: Sequence[Declaration], names: Sequence[str], location: Location) -> Iterator[Declaration]:
    known = {declaration.name for declaration in declared}
    for name in names:
        if name not in known:
            yield Declaration(name, location)
