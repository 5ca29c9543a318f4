"""dotprompt files (Genkit): front matter with the model, its configuration and Picoschemas, then a Handlebars body.

``{{role "user"}}`` starts a message, also in a partial (``_name.prompt``) that the body includes; ``{{history}}`` stands for
the turns so far. A ``.prompt`` file that has neither such front matter nor such tags is left to the other readers.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from promptlint import templates
from promptlint.diagnostic import Problem
from promptlint.formats import _body, _comments, _front_matter, _metadata, _picoschema, _sections, trees
from promptlint.formats._format import Coverage, Recognition, Refusal, prompt_name, split_path
from promptlint.lazy import dataclass, regex
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
from promptlint.source import Source, Span, TextMap

RANK = 15
FORMATS = {"dotprompt": "dotprompt (.prompt with front matter or {{role}})"}
COVERAGE = {
    "dotprompt": Coverage(
        messages="the body, split at `{{role}}`, also in partials that it includes",
        variables="Handlebars; `input.schema` and `input.default` declare",
        model="`model`",
        cap="`config.maxOutputTokens` and its like",
        schema="`output.schema`, Picoschema or JSON Schema",
        comments="`#` in the front matter, `{{! }}`, `<!-- -->`",
        unread="schemas that are only named, helpers",
    ),
}

_LEADING = ("model", "modelName", "config", "input", "output", "tools", "toolDefs", "variables", "variant")
_KEYS = _metadata.KNOWN_KEYS | {*_LEADING, "name", "default"}
_LINE_END = r"(?:\r\n|\n|\r(?!\n))"
_FRONT_KEY = regex(
    rf"(?:[ \t]*(?:#[^\r\n]*)?{_LINE_END})*+---[ \t]*{_LINE_END}(?:(?!---[ \t]*(?:[\r\n]|\Z))[^\r\n]*{_LINE_END})*?(?P<key>{'|'.join(_LEADING)})[ \t]*:"
)
_ROLE = regex(r"\{\{~?\s*role\s+[\"'](?P<name>\w+)(?:\s[^\"'{}]*)?[\"']\s*~?\}\}")
_HISTORY = regex(r"\{\{~?\s*history\s*~?\}\}")
_INCLUDE = regex(r"\{\{~?\s*>\s*[\"']?(?P<name>[\w./-]+)")
_SCHEMA_FILE = regex(r"_schema_.+\.partial\.prompt", re.IGNORECASE)
_DEPTH = 8  # how many partials may include one another before they are taken for a circle


def may_hold_prompts(path: str) -> bool:
    return path.lower().endswith(".prompt")


def recognise(path: str, text: str, *, named: bool) -> Recognition | Refusal | None:  # noqa: ARG001
    if not may_hold_prompts(path):
        return None
    if _SCHEMA_FILE.fullmatch(split_path(path)[1]) and text.lstrip().startswith("{"):
        return Refusal("the JSON Schema of a dotprompt schema, not a prompt")
    key = _FRONT_KEY.match(text)
    if key is not None:
        return Recognition("dotprompt", f"name ends in .prompt, front matter with '{key['key']}'")
    role = _ROLE.search(text)
    if role is not None:
        return Recognition("dotprompt", f"name ends in .prompt, holds {role.group()}")
    if split_path(path)[1].startswith("_") and templates.detect(text) == "handlebars":
        return Recognition("dotprompt", "a partial: name starts with _ and ends in .prompt, holds Handlebars")
    return None


def read(source: Source, lookup: Lookup, name: str) -> Document:
    split = _front_matter.split(source, _KEYS, headers=True)
    fields: _metadata.Fields = split.front.fields if split.front else {}
    own = _metadata.own_key(fields)
    problems: list[Problem] = list(_front_matter_problems(source, split))
    text = source.slice(split.body)
    place = _body.trimmed(source, split.body)
    location = source.location(place.start, place.end)
    # some fill these files in with Jinja, which Handlebars would refuse
    template = _metadata.declared_template(fields) or ("jinja" if templates.detect(text) == "jinja" else "handlebars")
    whole, found = _body.message(None, text, TextMap.of(source.path, split.body), template, location)
    partials = _Partials(source.path, lookup)
    messages = tuple(_messages(whole, partials)) if len(place) else ()
    settings, mistakes = _settings(fields)
    declared, more = _declared(fields)
    comments = [
        *_body.front_comments(split.front),
        *_comments.html_comments(source, split.body),
        *_comments.template_comments(text, whole.map, whole.parts),
    ]
    silenced, wrong = _comments.suppressions(source, comments)
    prompt = Prompt(
        prompt_name(source.path),
        location,
        messages,
        declared,
        own.apply(settings),
        own.kind or (Kind.FRAGMENT if split_path(source.path)[1].startswith("_") else None),
        own.language,
    )
    return Document(
        source,
        name,
        (prompt,) if messages else (),
        (*problems, *found, *mistakes, *more, *own.problems, *wrong),
        (*own.suppressions, *silenced),
        tuple(dict.fromkeys(partials.looked_at)),
    )


def _front_matter_problems(source: Source, split: _front_matter.Split) -> Iterator[Problem]:
    """Front matter may be missing, but what there is must be YAML: dotprompt would send it to the model."""
    if split.unclosed is not None:
        place = source.location(split.unclosed.start, split.unclosed.end)
        yield Problem("invalid-front-matter", place, "the front matter is never closed by a line '---'")
    elif split.front is not None and split.front.fault is not None:
        detail, location = split.front.fault
        yield Problem("invalid-front-matter", location, detail)


def _settings(fields: _metadata.Fields) -> tuple[Settings, tuple[Problem, ...]]:
    found = _metadata.settings(fields)
    if found.tools is None and "toolDefs" in fields:
        found = replace(found, tools=_metadata.structured(fields["toolDefs"].value))
    output = _metadata.fields_of(fields["output"].value) if "output" in fields else {}
    entry = output.get("schema") or output.get("jsonSchema")
    if entry is None or _is_null(entry.value):
        return found, ()
    node = entry.value
    read = _picoschema.read(node)
    if read.converted is not None:
        schema = read.converted.setting(node.location)
    else:
        # by name, or with names in it: what it says is not in this file
        schema = Setting(read.name or [str(key) for key in _metadata.fields_of(node)], node.location)
    named = found.response_format or (Setting("json_schema", node.location) if "format" not in output else None)
    return replace(found, schema=schema, response_format=named), read.problems


def _is_null(node: trees.Node) -> bool:
    return isinstance(node, trees.Scalar) and node.value is None


def _declared(fields: _metadata.Fields) -> tuple[tuple[Declaration, ...] | None, tuple[Problem, ...]]:
    """The variables that the input's schema and defaults declare; None where the schema allows others or stands elsewhere."""
    if "input" not in fields:
        # an even earlier form
        return _metadata.declarations(fields), ()
    given = _metadata.fields_of(fields["input"].value)
    entry = given.get("schema") or given.get("jsonSchema")
    if "type" in given and "properties" in given:
        entry = fields["input"]  # an early form of the format
    if entry is None or _is_null(entry.value):
        return None, ()
    read = _picoschema.read(entry.value)
    if read.properties is None:
        return None, read.problems
    found = {
        said.name: Declaration(said.name, said.location, max_length=_max_length(read, said.name))
        for said in read.properties
    }
    for key, default in _metadata.fields_of(given["default"].value if "default" in given else None).items():
        known = found.setdefault(key, Declaration(key, default.key.location))
        found[key] = replace(known, sample=_metadata.sample_text(default.value))
    return tuple(found.values()), read.problems


def _max_length(read: _picoschema.Picoschema, name: str) -> int | None:
    properties = read.converted.schema.get("properties") if read.converted is not None else None
    said = properties.get(name) if isinstance(properties, Mapping) else None
    length = said.get("maxLength") if isinstance(said, Mapping) else None
    return length if isinstance(length, int) and not isinstance(length, bool) and length >= 0 else None


@dataclass
class _Partials:
    """The partials that a file includes; remembers which were looked at."""

    path: str
    lookup: Lookup
    looked_at: list[str] = field(default_factory=list)
    roles: dict[tuple[str, str], Role | None] = field(default_factory=dict)

    def last_role(self, name: str, folder: str | None = None, depth: int = 0) -> Role | None:
        """The role in which a partial leaves what comes behind it; None where it changes none or cannot be found."""
        folder = posixpath.dirname(self.path) if folder is None else folder
        if (name, folder) not in self.roles and depth < _DEPTH:
            self.roles[name, folder] = None  # for a circle
            self.roles[name, folder] = self.role_behind(name, folder, depth)
        return self.roles.get((name, folder))

    def role_behind(self, name: str, folder: str, depth: int) -> Role | None:
        """The role that the partial itself, and what it includes, changes to."""
        found = self.find(name, folder)
        if found is None:
            return None
        body = found.text[_front_matter.split(found, _KEYS, headers=True).body.start :]
        role: Role | None = None
        for part in templates.scan(body, "handlebars").parts:
            written = body[part.span.start : part.span.end]
            if isinstance(part, Control) and part.kind == "include" and (inner := _INCLUDE.match(written)):
                role = self.last_role(inner["name"], posixpath.dirname(found.path), depth + 1) or role
            elif (mark := _ROLE.fullmatch(written)) is not None and not isinstance(part, Text):
                role = _role(mark["name"])
        return role

    def find(self, name: str, folder: str) -> Source | None:
        """The partial of that name: in the folder of the file that includes it, or the closest one above that has it."""
        while True:
            target = posixpath.normpath(
                posixpath.join(folder, posixpath.dirname(name), f"_{posixpath.basename(name)}.prompt")
            )
            self.looked_at.append(target)
            found = self.lookup(target)
            if found is not None or not folder or split_path(f"{folder}/")[0][-1:] in ((), ("prompts",)):
                return found
            folder = posixpath.dirname(folder)


def _role(name: str) -> Role | None:
    return "assistant" if name == "model" else _body.role_named(name)


def _messages(whole: Message, partials: _Partials) -> Iterator[Message]:
    """The messages between the role tags. Text before the first one is the user's, text behind the history the model's."""
    role: Role | None = "user"
    start = 0
    sections: list[_sections.Section] = []
    parts: list[Part] = []
    for part in whole.parts:
        written = whole.text[part.span.start : part.span.end]
        after: Role | None = None
        end = part.span.start
        kept: Part = part
        if isinstance(part, Control) and part.kind == "other" and (mark := _ROLE.fullmatch(written)):
            sections.append(_sections.Section(role, Span(start, end), certain=False))
            role, start = _role(mark["name"]), part.span.end
        elif isinstance(part, Control) and part.kind == "include" and (inner := _INCLUDE.match(written)):
            after = partials.last_role(inner["name"])
        elif isinstance(part, Variable) and _HISTORY.fullmatch(written):
            # a helper, not a variable that could be declared
            kept = Variable(part.span, tuple(Use(use.name, use.span, sure=False) for use in part.uses))
            after = "assistant"
        if after is not None:
            sections.append(_sections.Section(role, Span(start, part.span.end), certain=False))
            role, start = after, part.span.end
        parts.append(kept)
    sections.append(_sections.Section(role, Span(start, len(whole.text)), certain=False))
    return _sections.cut(replace(whole, parts=tuple(parts)), sections)
