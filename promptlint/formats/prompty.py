"""Prompty files: front matter with the model and its settings, then a Jinja body that role lines split into messages.

Version 1 is read in full. Of version 2 what means the same is read: body, roles, model, options, inputs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from promptlint import templates
from promptlint.diagnostic import Problem
from promptlint.formats import _body, _comments, _front_matter, _metadata, trees
from promptlint.formats._format import Recognition, prompt_name
from promptlint.prompt import (
    Control,
    Declaration,
    Document,
    Lookup,
    Message,
    Part,
    Prompt,
    Setting,
    Settings,
    Text,
    Variable,
)
from promptlint.source import Source, Span, TextMap

RANK = 10
FORMATS = {"prompty": "Prompty (.prompty)"}

_KEYS = _metadata.KNOWN_KEYS | {"sample", "base", "outputs"}
_INPUTS = ("inputs", "input_variables")
_ROLE_LINE = re.compile(
    r"(?:\A|(?<=[\r\n]))[ \t]*#?[ \t]*(?P<role>system|user|assistant|developer|function|tool)(?:\[[^\]\r\n]*\])?[ \t]*:[ \t]*(?=[\r\n]|\Z)",
    re.IGNORECASE,
)
_FILE = re.compile(r"\$\{file:(?P<path>[^}]+)\}")


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
    scan = templates.scan(text, template)
    place = _body.trimmed(source, body)
    problems += _body.template_problems(scan, origin, source.location(place.start, place.end))
    messages = tuple(_messages(text, origin, scan.parts, template)) if text.strip() else ()
    files = _Files(source.path, lookup)
    settings = own.apply(_settings(fields, files))
    declared = _declared(fields, files, messages)
    comments = [
        *_body.front_comments(split.front),
        *_comments.html_comments(source, body),
        *_comments.jinja_comments(text, origin, scan.parts),
    ]
    silenced, wrong = _comments.suppressions(source, comments)
    prompts = (
        Prompt(
            prompt_name(source.path),
            source.location(place.start, place.end),
            messages,
            _body.known_declarations(declared, template, text),
            settings,
            own.kind,
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
    """Prompty lives by its front matter, so missing and broken front matter are errors."""
    rule = "invalid-front-matter"
    if split.unclosed is not None:
        place = source.location(split.unclosed.start, split.unclosed.end)
        yield Problem(rule, place, "the front matter is never closed by a line '---'")
    elif split.front is None and source.text.strip():
        start = _body.trimmed(source, split.body).start
        line = source.line_span(source.position(start).line)
        yield Problem(
            rule,
            source.location(start, line.end),
            "a Prompty file must start with front matter between two lines '---'",
        )
    elif split.front is not None and split.front.fault is not None:
        detail, location = split.front.fault
        yield Problem(rule, location, detail)


def _messages(text: str, origin: TextMap, parts: Sequence[Part], template: str) -> Iterator[Message]:
    """The messages between the role lines. Text before the first one is the system's."""
    marks = list(_role_lines(text, parts))
    starts = [(0, 0, "system"), *((match.start(), match.end(), match["role"]) for match in marks)]
    ends = [*(start for start, _, _ in starts[1:]), len(text)]
    cutter = _Cutter(text, parts)
    for index, ((_, start, role), end) in enumerate(zip(starts, ends, strict=True)):
        inner = text[start:end]
        lead = len(inner) - len(inner.lstrip())
        low = min(start + lead, end)
        span = Span(low, low + len(inner.strip()))
        own = cutter.cut(span)
        if (
            index == 0
            and marks
            and not any(
                isinstance(part, Variable)
                or (isinstance(part, Control) and part.uses)
                or (isinstance(part, Text) and part.text.strip())
                for part in own
            )
        ):
            continue
        yield Message(_body.role_named(role), text[span.start : span.end], _slice(origin, span), own, template)


def _slice(origin: TextMap, span: Span) -> TextMap:
    """The map of a range; an empty one keeps its place."""
    place = origin.locate(span)
    return origin.slice(span) if len(span) or place is None else TextMap.of(origin.path, place.span, origin.encode)


def _role_lines(text: str, parts: Sequence[Part]) -> Iterator[re.Match[str]]:
    """The role lines that are literal text: in a comment or an expression such a line is no marker."""
    index = 0
    for match in _ROLE_LINE.finditer(text):
        while index < len(parts) and parts[index].span.end < match.end():
            index += 1
        if index < len(parts) and isinstance(parts[index], Text) and parts[index].span.start <= match.start("role"):
            yield match


class _Cutter:
    """Cuts the parts of a text into those of its ranges, which must be asked for in order."""

    def __init__(self, text: str, parts: Sequence[Part]) -> None:
        self.text = text
        self.parts = parts
        self.first = 0

    def cut(self, span: Span) -> tuple[Part, ...]:
        """The parts inside a range, with spans, uses and partners counted from its start."""
        while self.first < len(self.parts) and self.parts[self.first].span.end <= span.start:
            self.first += 1
        last = self.first
        while last < len(self.parts) and self.parts[last].span.start < span.end:
            last += 1
        found = [self._inside(index, span, last) for index in range(self.first, last)]
        return tuple(part for part in found if len(part.span))

    def _inside(self, index: int, span: Span, last: int) -> Part:
        part = self.parts[index]
        low, high = max(part.span.start, span.start), min(part.span.end, span.end)
        moved = Span(low - span.start, max(low, high) - span.start)
        if isinstance(part, Text):
            return Text(moved, self._text(part, low, high))
        uses = tuple(
            replace(use, span=Span(use.span.start - span.start, use.span.end - span.start)) for use in part.uses
        )
        if isinstance(part, Variable):
            return Variable(moved, uses)
        partner = part.partner - self.first if part.partner is not None and self.first <= part.partner < last else None
        return replace(part, span=moved, uses=uses, partner=partner)

    def _text(self, part: Text, low: int, high: int) -> str:
        """What is sent of the range `low` to `high` of a literal part, of which white space may have been taken off."""
        written = self.text[part.span.start : part.span.end]
        if written == part.text:
            return self.text[low:high]
        if (low, high) == (part.span.start, part.span.end):
            return part.text
        lead = part.span.start + max(written.find(part.text), 0)
        return part.text[max(low - lead, 0) : max(high - lead, 0)]


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


def _settings(fields: _metadata.Fields, files: _Files) -> Settings:
    """The settings. What stands in another file is given the place of the reference to it.

    Version 2's ``outputs`` are the schema of the answer.
    """
    found = _metadata.settings(fields)
    model = _metadata.fields_of(fields["model"].value) if "model" in fields else {}
    for key in ("parameters", "options"):
        if key in model and (root := files.referred(model[key].value)) is not None:
            found = _completed(found, _metadata.settings(_metadata.fields_of(root)), model[key].value)
    if found.tools is not None and isinstance(found.tools.value, str):
        root = files.referred(_metadata.node_at(fields, ("tools",), ("model", "parameters", "tools")))
        found = replace(found, tools=Setting(trees.to_data(root), found.tools.location) if root is not None else None)
    outputs = fields.get("outputs")
    if outputs is None or not _is_version_2(fields) or found.schema is not None:
        return found
    data = trees.to_data(outputs.value)
    if not data:
        return found
    return replace(
        found,
        response_format=found.response_format or Setting("json_schema", outputs.value.location),
        schema=Setting(data, outputs.value.location),
    )


def _completed(found: Settings, more: Settings, reference: trees.Node) -> Settings:
    """`found`, with what only `more` says, placed at the reference to it."""
    added = {
        name: replace(setting, location=reference.location)
        for name in ("model", "max_output_tokens", "temperature", "response_format", "schema", "tools")
        if getattr(found, name) is None and (setting := getattr(more, name)) is not None
    }
    return replace(found, **added)


def _is_version_2(fields: _metadata.Fields) -> bool:
    if "model" not in fields:
        return False
    model = fields["model"].value
    if isinstance(model, trees.Scalar):
        return isinstance(model.value, str)
    inner = _metadata.fields_of(model)
    return any(key in inner for key in ("id", "provider", "apiType", "connection", "options"))


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
    elsewhere = set(_bound(fields)) - {use.name for message in messages for use in message.uses}
    return tuple(declaration for declaration in declared if declaration.name not in elsewhere)


def _is_null(node: trees.Node) -> bool:
    return isinstance(node, trees.Scalar) and node.value is None


def _sample(node: trees.Node, files: _Files) -> Sequence[Declaration] | None:
    """The variables in a ``sample``: a mapping, or the name of a JSON file. Those in a file are placed where it is named."""
    if isinstance(node, trees.Mapping):
        return _metadata.declared_by(node)
    name = _metadata.text_of(node)
    if not name:
        return None
    root = files.referred(node) if _FILE.fullmatch(name.strip()) else files.load(name)
    found = _metadata.declared_by(root) if isinstance(root, trees.Mapping) else None
    return None if found is None else tuple(replace(declaration, location=node.location) for declaration in found)


def _bound(fields: _metadata.Fields) -> Iterator[str]:
    """The inputs that version 2's tools take (``bindings: {unit: {input: preferred_unit}}``)."""
    if "tools" not in fields:
        return
    for path, node in trees.walk(fields["tools"].value):
        if "bindings" in path and path[-1] == "input" and isinstance(node, trees.Scalar):
            yield node.text
