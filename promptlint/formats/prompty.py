"""Prompty files: front matter with the model and its settings, then a Jinja body that role lines split into messages.

Both versions are read, and files that mix them: version 2 has ``model.id`` and ``model.options`` for ``model.configuration``
and ``model.parameters``, kinds of inputs, and ``outputs`` that are the schema of the answer.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace

from promptlint.diagnostic import Problem
from promptlint.formats import _body, _comments, _front_matter, _metadata, _schemas, _sections, trees
from promptlint.formats._format import Coverage, Recognition, prompt_name
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
    Setting,
    Settings,
    Text,
    Use,
    Variable,
)
from promptlint.source import Source, Span, TextMap

RANK = 10
FORMATS = {"prompty": "Prompty (.prompty)"}
COVERAGE = {
    "prompty": Coverage(
        messages="the body, split at its role lines",
        variables="Jinja, or as `template` declares; `inputs` and `sample`, also in a JSON file, declare",
        model="`model.configuration`, `model.id`; `${env:NAME:default}` by its default",
        cap="`model.parameters`, `model.options`, also in a JSON file",
        schema="`response_format`, `outputs`",
        comments="`#` in the front matter, `{# #}`, `<!-- -->`",
        unread="`base` files, images, threads",
    ),
}

_KEYS = _metadata.KNOWN_KEYS | {"sample", "base", "outputs", "inputSchema", "outputSchema"}
_INPUTS = ("inputs", "input_variables")
_FILE = regex(r"\$\{file:(?P<path>[^}]+)\}")


def may_hold_prompts(path: str) -> bool:
    return path.lower().endswith(".prompty")


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:  # noqa: ARG001
    return Recognition("prompty", "name ends in .prompty") if may_hold_prompts(path) else None


def read(source: Source, lookup: Lookup, name: str) -> Document:
    split = _front_matter.split(source, _KEYS)
    problems = list(_front_matter_problems(source, split))
    fields: _metadata.Fields = split.front.fields if split.front else {}
    own = _metadata.own_key(fields)
    body = split.body
    text = source.slice(body)
    origin = TextMap.of(source.path, body)
    template = _metadata.declared_template(fields) or "jinja"
    place = _body.trimmed(source, body)
    whole, found = _body.message(None, text, origin, template, source.location(place.start, place.end))
    problems += found
    messages = _sections.at_role_lines(_with_thread(whole)) if text.strip() else ()
    files = _Files(source.path, lookup)
    fields = _joined(fields, files)
    settings = own.apply(_settings(fields))
    declared = _declared(fields, files, messages)
    comments = [
        *_body.front_comments(split.front),
        *_comments.html_comments(source, body),
        *_comments.template_comments(text, origin, whole.parts),
    ]
    silenced, wrong = _comments.suppressions(source, comments)
    prompts = (
        Prompt(
            prompt_name(source.path),
            source.location(place.start, place.end),
            messages,
            _body.known_declarations(declared, template, text),
            settings,
            own.kind or _kind(fields),
            own.language,
        ),
    )
    return Document(
        source,
        name,
        prompts if messages else (),
        (*problems, *own.problems, *wrong),
        (*own.suppressions, *silenced),
        tuple(dict.fromkeys(files.looked_at)),
    )


def _front_matter_problems(source: Source, split: _front_matter.Split) -> Iterator[Problem]:
    """Prompty lives by its front matter: broken front matter is an error. Version 2 can do without."""
    rule = "invalid-front-matter"
    if split.unclosed is not None:
        place = source.location(split.unclosed.start, split.unclosed.end)
        yield Problem(rule, place, "the front matter is never closed by a line '---'")
    elif split.front is None and source.text.lstrip().startswith("---"):
        start = _body.trimmed(source, split.body).start
        line = source.line_span(source.position(start).line)
        yield Problem(
            rule, source.location(start, line.end), "what stands between the lines '---' holds no keys and values"
        )
    elif split.front is not None and split.front.fault is not None:
        detail, location = split.front.fault
        yield Problem(rule, location, detail)


class _Files:
    """The files that a Prompty file refers to by ``${file:path}``; remembers which were looked at."""

    def __init__(self, path: str, lookup: Lookup) -> None:
        self.folder = posixpath.dirname(path)
        self.lookup = lookup
        self.looked_at: list[str] = []

    def load(self, name: str) -> trees.Node | None:
        """The value in a JSON or YAML file, None where it cannot be read."""
        target = posixpath.normpath(posixpath.join(self.folder, name.strip()))
        self.looked_at.append(target)
        found = self.lookup(target)
        if found is None:
            return None
        read = trees.read_yaml if target.lower().endswith((".yml", ".yaml")) else trees.read_json
        tree = read(found.text, TextMap.of(found.path, Span(0, len(found.text))))
        return None if tree.broken else tree.root

    def referred(self, node: trees.Node | None) -> trees.Node | None:
        """The value that a ``${file:path}`` stands for, None for any other node."""
        match = _FILE.fullmatch((_metadata.text_of(node) or "").strip())
        return self.load(match["path"]) if match else None

    def joined(self, entry: trees.Entry, depth: int) -> trees.Entry:
        """The entry with the values that ``${file:path}`` stands for, also in mappings below it."""
        value = self.referred(entry.value) or entry.value
        if depth and isinstance(value, trees.Mapping):
            value = replace(value, entries=tuple(self.joined(inner, depth - 1) for inner in value.entries))
        return trees.Entry(entry.key, value)


def _joined(fields: _metadata.Fields, files: _Files) -> _metadata.Fields:
    """The fields with what stands in other files, and under their later names where an early form of version 2 has others."""
    found = dict(fields)
    for early, name in (("inputSchema", "inputs"), ("outputSchema", "outputs")):
        if early in fields and name not in fields:
            found[name] = _metadata.fields_of(fields[early].value).get("properties", fields[early])
    for name in ("model", "inputs", "outputs", "tools"):
        if name in found:
            found[name] = files.joined(found[name], depth=2 if name == "model" else 0)
    return found


def _kind(fields: _metadata.Fields) -> Kind | None:
    """Embeddings and images are no answers in words."""
    model = _metadata.fields_of(fields["model"].value) if "model" in fields else {}
    api = model.get("apiType") or model.get("api")
    return Kind.FRAGMENT if api and _metadata.text_of(api.value) in ("embedding", "image") else None


_THREAD = regex(r"(?:\A|(?<=[\r\n]))[ \t]*!\[(?P<name>thread)\][ \t]*(?=[\r\n]|\Z)")


def _with_thread(whole: Message) -> Message:
    """The message with ``![thread]`` on a line of its own as the place of the turns so far, which early files of version 2 have."""
    if "![thread]" not in whole.text:
        return whole
    parts: list[Part] = []
    moved: dict[int, int] = {}
    for index, part in enumerate(whole.parts):
        moved[index] = len(parts)
        at = part.span.start
        if isinstance(part, Text) and part.text == whole.text[part.span.start : part.span.end]:
            for match in _THREAD.finditer(whole.text, part.span.start, part.span.end):
                if at < match.start():
                    parts.append(Text(Span(at, match.start()), whole.text[at : match.start()]))
                use = Use("thread", Span(*match.span("name")), sure=False)
                parts.append(Variable(Span(*match.span()), (use,)))
                at = match.end()
            if part.span.start < at < part.span.end:
                parts.append(Text(Span(at, part.span.end), whole.text[at : part.span.end]))
        if at == part.span.start:
            parts.append(part)
    partners = [
        replace(part, partner=moved[part.partner]) if isinstance(part, Control) and part.partner is not None else part
        for part in parts
    ]
    return replace(whole, parts=tuple(partners))


def _settings(fields: _metadata.Fields) -> Settings:
    """The settings, of which version 2's ``outputs`` are the schema of the answer."""
    found = _metadata.settings(fields)
    model = fields["model"].value if "model" in fields else None
    # what the options do not know by name is passed through
    passed = trees.find(model, ("options", "additionalProperties"))
    found = _completed(found, _metadata.settings(_metadata.fields_of(passed)))
    connection = _metadata.fields_of(trees.find(model, ("connection",)))
    deployment = _metadata.node_at(connection, ("azure_deployment",), ("model",))
    if deployment is not None:
        found = _completed(found, _metadata.settings({"model": trees.Entry(fields["model"].key, deployment)}))
    if found.tools is not None and isinstance(found.tools.value, str):
        found = replace(found, tools=None)  # a file that cannot be read
    outputs = fields["outputs"].value if "outputs" in fields else None
    schema = _schema(outputs) if outputs is not None and _is_version_2(fields, outputs) else None
    if schema is None or found.schema is not None:
        return found
    response_format = found.response_format or Setting("json_schema", schema.location)
    return replace(found, schema=schema, response_format=response_format)


def _schema(outputs: trees.Node) -> Setting[object] | None:
    """The schema of the answer that ``outputs`` are: JSON Schema, where they cannot be said in it the data itself."""
    data = trees.to_data(outputs)
    if isinstance(data, dict) and data.get("type") == "object" and isinstance(data.get("properties"), dict):
        return _metadata.structured(outputs)
    converted = _schemas.property_list(outputs) if data else None
    if converted is not None:
        return converted.setting(outputs.location)
    return Setting(list(data) if isinstance(data, dict) else data, outputs.location) if data else None


def _completed(found: Settings, more: Settings) -> Settings:
    """`found`, with what only `more` says."""
    added = {
        name: setting
        for name in ("model", "max_output_tokens", "temperature", "response_format", "schema", "tools")
        if getattr(found, name) is None and (setting := getattr(more, name)) is not None
    }
    return replace(found, **added)


_VERSION_2_KEYS = ("id", "provider", "apiType", "connection", "options")


def _is_version_2(fields: _metadata.Fields, outputs: trees.Node) -> bool:
    """Whether a file is of version 2, in which alone ``outputs`` are sent: by its model, else by the kinds of its outputs."""
    if "model" in fields:
        model = fields["model"].value
        if isinstance(model, trees.Scalar):
            return isinstance(model.value, str)
        return any(key in _metadata.fields_of(model) for key in _VERSION_2_KEYS)
    return any(path[-1:] == ("kind",) for path, _ in trees.walk(outputs))


def _declared(fields: _metadata.Fields, files: _Files, messages: Sequence[Message]) -> tuple[Declaration, ...] | None:
    """The variables that ``inputs`` and ``sample`` declare, without those that are only bound to a tool.

    None where nothing declares variables, or where some are declared in a place that cannot be read.
    """
    if "base" in fields:
        return None
    inputs = _metadata.declarations(fields)
    if inputs is None and any(key in fields and not _is_null(fields[key].value) for key in _INPUTS):
        return None
    if "sample" not in fields or _is_null(fields["sample"].value):
        declared = inputs
    else:
        sample = _sample(fields["sample"].value, files)
        if sample is None:
            return None
        found = {declaration.name: declaration for declaration in inputs or ()}
        for declaration in sample:
            known = found.setdefault(declaration.name, declaration)
            if known.sample is None:
                found[declaration.name] = replace(known, sample=declaration.sample)
        declared = tuple(found.values())
    if not declared:
        return declared
    elsewhere = {*_bound(fields), *_threads(fields)} - {use.name for message in messages for use in message.uses}
    return tuple(declaration for declaration in declared if declaration.name not in elsewhere)


def _is_null(node: trees.Node) -> bool:
    return isinstance(node, trees.Scalar) and node.value is None


def _sample(node: trees.Node, files: _Files) -> Sequence[Declaration] | None:
    """The variables in a ``sample``: a mapping, or the name of a JSON file."""
    if isinstance(node, trees.Mapping):
        return _metadata.declared_by(node, values=True)
    name = _metadata.text_of(node)
    if not name:
        return None
    root = files.referred(node) if _FILE.fullmatch(name.strip()) else files.load(name)
    return _metadata.declared_by(root, values=True) if isinstance(root, trees.Mapping) else None


def _threads(fields: _metadata.Fields) -> Iterator[str]:
    """The inputs that are the turns so far: these are sent also where the body does not say where."""
    inputs = fields["inputs"].value if "inputs" in fields else None
    for path, node in trees.walk(inputs):
        if path[-1:] == ("kind",) and isinstance(node, trees.Scalar) and node.text == "thread":
            name = _metadata.text_of(trees.find(inputs, (*path[:-1], "name")))
            yield name or str(path[0])


def _bound(fields: _metadata.Fields) -> Iterator[str]:
    """The inputs that version 2's tools take (``bindings: {unit: {input: preferred_unit}}``)."""
    if "tools" not in fields:
        return
    for path, node in trees.walk(fields["tools"].value):
        if "bindings" in path and path[-1] == "input" and isinstance(node, trees.Scalar):
            yield node.text
