"""Prompts that registries give out as JSON: Langfuse, PromptLayer, MLflow; one prompt, or a list of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from promptlint.formats import _body, _metadata, trees
from promptlint.formats._format import Coverage, Recognition, UniqueNames, prompt_name, split_path
from promptlint.formats._tree_file import TreeFile, over, placeholder, without_hidden
from promptlint.lazy import regex
from promptlint.prompt import (
    Control,
    Document,
    Lookup,
    Message,
    Part,
    Prompt,
    Role,
    Setting,
    Text,
)
from promptlint.source import Source, Span

RANK = 8
FORMATS = {
    "langfuse": "Langfuse prompt (JSON)",
    "mlflow": "MLflow prompt (JSON)",
    "promptlayer": "PromptLayer prompt (JSON)",
}
COVERAGE = {
    "langfuse": Coverage(
        messages="`prompt`, a text or messages",
        variables="`{{name}}`; `@@@langfusePrompt@@@` is an inclusion",
        model="`config.model`",
        cap="`config.max_tokens` and its like",
        schema="`config.response_format`",
        unread="the prompts that are referred to",
    ),
    "mlflow": Coverage(
        messages="`template`, a text or messages",
        variables="`{{name}}`, or Jinja where it has statements",
        model="`model_config`",
        cap="`model_config.max_tokens` and its like",
        schema="`response_format`",
        unread="aliases, tags",
    ),
    "promptlayer": Coverage(
        messages="`prompt_template`, a text or messages",
        variables="`{name}`, or as `template_format` declares; `input_variables` declares",
        model="`metadata.model.name`",
        cap="`metadata.model.parameters`",
        schema="`response_format` among the parameters",
        unread="tools, snippets",
    ),
}

_PLACE = regex(r".*(?:prompt|langfuse|mlflow).*", re.IGNORECASE)


def _all_of(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(regex(pattern) for pattern in patterns)


_SIGNS = {
    "promptlayer": _all_of(r'"prompt_template"\s*:\s*\{', r'"type"\s*:\s*"(?:chat|completion)"'),
    "langfuse": _all_of(r'"prompt"\s*:\s*["\[]', r'"type"\s*:\s*"(?:text|chat)"', r'"labels"\s*:|"version"\s*:\s*\d'),
    "mlflow": _all_of(
        r'"template"\s*:\s*["\[]', r'"name"\s*:\s*"', r'"(?:model_config|commit_message|aliases|response_format)"\s*:'
    ),
}


def may_hold_prompts(path: str) -> bool:
    folders, name = split_path(path)
    return name.lower().endswith(".json") and any(_PLACE.fullmatch(part) for part in (*folders, name))


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    if not path.lower().endswith(".json") or not (named or may_hold_prompts(path)):
        return None
    for name, signs in _SIGNS.items():
        if all(sign.search(text) for sign in signs):
            return Recognition(name, f"has the keys of a prompt in {FORMATS[name].split()[0]}")
    return None


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    file = TreeFile(source)
    reader = _READERS[name]
    found = [
        (prompt, _metadata.text_of(_metadata.node_at(fields, ("name",), ("prompt_name",))))
        for fields in _items(file.roots)
        if (prompt := reader(file, fields)) is not None
    ]
    names = UniqueNames()
    stem = prompt_name(source.path)
    return file.document(
        name,
        [
            replace(prompt, name=names.of(f"{stem}/{given}" if len(found) > 1 and given else stem))
            for prompt, given in found
        ],
    )


def _items(roots: tuple[trees.Node, ...]) -> Iterator[_metadata.Fields]:
    """The records of a file: the value itself, or those of a list, or of the list in an answer of the service."""
    for root in roots:
        fields = _metadata.fields_of(root)
        listed = _metadata.node_at(fields, ("data",), ("prompts",), ("items",)) if fields else root
        if isinstance(listed, trees.Sequence):
            for item in listed.items:
                yield _metadata.fields_of(item)
        elif isinstance(listed, trees.Mapping):
            yield _metadata.fields_of(listed)
        else:
            yield fields


# -- messages ----------------------------------------------------------------------------------------------------------


def _messages(file: TreeFile, entry: trees.Entry | None, language: str, role: Role | None = None) -> Iterator[Message]:
    """The messages of a text, or of a list of messages whose contents are texts or lists of parts."""
    if entry is None:
        return
    if isinstance(entry.value, trees.Scalar):
        if entry.value.is_string and entry.value.text.strip():
            yield file.text(role, entry.value, language, entry.key)
        return
    for item in entry.value.items if isinstance(entry.value, trees.Sequence) else ():
        fields = _metadata.fields_of(item)
        file.holds_prompt(item.span, item.span)
        named = _metadata.text_of(_metadata.node_at(fields, ("role",)))
        blank = fields["name"].value if "name" in fields else None
        if "placeholder" in (named, _metadata.text_of(_metadata.node_at(fields, ("type",)))):
            if isinstance(blank, trees.Scalar) and blank.text:
                yield placeholder(blank)
            continue
        own = _metadata.declared_template(fields) if "template_format" in fields else None
        inner = fields.get("content") or fields.get("text")
        yield from _messages(file, inner, own or language, _body.role_named(named) if named else role)


# -- Langfuse ----------------------------------------------------------------------------------------------------------

_REFERENCE = regex(r"@@@langfusePrompt:[^@\r\n]{1,300}@@@")


def _langfuse(file: TreeFile, fields: _metadata.Fields) -> Prompt | None:
    entry = fields.get("prompt")
    messages = tuple(map(_with_references, _messages(file, entry, "double-braces")))
    if entry is None or not messages:
        return None
    config = _metadata.fields_of(_metadata.node_at(fields, ("config",)))
    return Prompt("", entry.value.location, messages, None, _metadata.settings(config))


def _with_references(message: Message) -> Message:
    """A message in which references to other prompts are inclusions."""
    if "@@@langfusePrompt:" not in message.text:
        return message
    parts: list[Part] = []
    for part in message.parts:
        at = part.span.start
        if isinstance(part, Text) and len(part.text) == len(part.span):
            for match in _REFERENCE.finditer(message.text, part.span.start, part.span.end):
                if at < match.start():
                    parts.append(Text(Span(at, match.start()), message.text[at : match.start()]))
                parts.append(Control(Span(*match.span()), "include"))
                at = match.end()
        if at == part.span.start:
            parts.append(part)
        elif at < part.span.end:
            parts.append(Text(Span(at, part.span.end), message.text[at : part.span.end]))
    # indices of partners need no care: this language has no blocks
    return replace(message, parts=tuple(parts))


# -- PromptLayer -------------------------------------------------------------------------------------------------------


def _promptlayer(file: TreeFile, fields: _metadata.Fields) -> Prompt | None:
    template = _metadata.node_at(fields, ("prompt_template",))
    inner = _metadata.fields_of(template)
    language = (_metadata.declared_template(inner) if "template_format" in inner else None) or "braces"
    messages = tuple(_messages(file, inner.get("messages") or inner.get("content"), language))
    if template is None or not messages:
        return None
    model = _metadata.fields_of(_metadata.node_at(fields, ("metadata", "model")))
    parameters = _metadata.fields_of(_metadata.node_at(model, ("parameters",)))
    settings = over(_metadata.settings(parameters), _metadata.settings(inner))
    name = _metadata.node_at(model, ("name",))
    text = _metadata.text_of(name)
    if name is not None and text:
        settings = replace(settings, model=Setting(text, name.location))
    variables = _metadata.node_at(inner, ("input_variables",))
    declared = _metadata.declared_by(variables) if isinstance(variables, trees.Sequence) else None
    known = None if declared is None else without_hidden(declared, messages)
    return Prompt("", template.location, messages, known, settings)


# -- MLflow ------------------------------------------------------------------------------------------------------------


def _mlflow(file: TreeFile, fields: _metadata.Fields) -> Prompt | None:
    entry = fields.get("template")
    if entry is None:
        return None
    texts = [node.text for _, node in trees.walk(entry.value) if isinstance(node, trees.Scalar)]
    language = "jinja" if any("{%" in text for text in texts) else "double-braces"
    messages = tuple(_messages(file, entry, language))
    if not messages:
        return None
    config = _metadata.fields_of(_metadata.node_at(fields, ("model_config",)))
    settings = over(_metadata.settings(config), _metadata.settings(fields))
    schema = _metadata.node_at(fields, ("response_format",))
    if settings.schema is None and isinstance(schema, trees.Mapping) and settings.response_format is None:
        settings = replace(
            settings,
            response_format=Setting("json_schema", schema.location),
            schema=_metadata.structured(schema),
        )
    return Prompt("", entry.value.location, messages, None, settings)


_READERS: dict[str, Callable[[TreeFile, _metadata.Fields], Prompt | None]] = {
    "langfuse": _langfuse,
    "mlflow": _mlflow,
    "promptlayer": _promptlayer,
}
