"""What front matter and YAML prompt files say beside the text: settings, declared variables, the ``promptlint`` key."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from promptlint.diagnostic import Problem, Severity
from promptlint.formats import trees
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Declaration, Kind, Prompt, Setting, Settings
from promptlint.source import Location
from promptlint.suppression import Suppression

T = TypeVar("T")

__all__ = [
    "KNOWN_KEYS",
    "NO_SETTINGS",
    "Fields",
    "Own",
    "declarations",
    "declared_by",
    "declared_template",
    "fields_of",
    "ignored",
    "node_at",
    "own_key",
    "sample_text",
    "settings",
    "structured",
    "text_of",
]

Fields = Mapping[str, trees.Entry]
"""The entries of a mapping by key."""

_MODEL_KEYS = ("model", "model_id", "modelId", "model_name", "modelName")
_CAP_KEYS = (
    "max_output_tokens",
    "maxOutputTokens",
    "max_completion_tokens",
    "maxCompletionTokens",
    "max_tokens",
    "maxTokens",
)
_GROUPS = (
    "config",
    "parameters",
    "options",
    "modelParameters",
    "model_parameters",
    "settings",
    "configuration",
    "params",
    "model_kwargs",
    "generation_config",
    "generationConfig",
    "generation_kwargs",
    "completion_params",
)
_FORMAT_KEYS = ("response_format", "responseFormat")
_VARIABLE_KEYS = ("inputs", "input_variables", "inputVariables", "variables")
_TEMPLATE_KEYS = ("template_format", "templateFormat", "template")

_SETTING_KEYS = frozenset((*_MODEL_KEYS, *_CAP_KEYS, *_GROUPS, *_FORMAT_KEYS, "temperature", "output", "tools"))

KNOWN_KEYS = _SETTING_KEYS.union(_VARIABLE_KEYS, _TEMPLATE_KEYS, ("promptlint",))
"""The keys that are read line by line where front matter is not YAML."""

_TEMPLATES = {
    "jinja": "jinja",
    "jinja2": "jinja",
    "nunjucks": "jinja",
    "f-string": "braces",
    "fstring": "braces",
    "python": "braces",
    "mustache": "mustache",
    "handlebars": "handlebars",
    "liquid": "none",
    "semantic-kernel": "semantic-kernel",
}
_ENVIRONMENT = regex(r"\$\{env:[^:}]*(?::(?P<default>[^}]*))?\}")
_RESPONSE_FORMATS = {"text": "text", "json": "json", "json_object": "json", "json_schema": "json_schema"}


def fields_of(node: trees.Node | None) -> Fields:
    """The entries of a mapping by key; of anything else, none."""
    return node.fields if isinstance(node, trees.Mapping) else {}


def node_at(fields: Fields, *paths: tuple[str, ...]) -> trees.Node | None:
    """The first value that one of the paths of keys leads to."""
    for first, *rest in paths:
        node = trees.find(_value(fields, first), rest)
        if node is not None:
            return node
    return None


def text_of(node: trees.Node | None) -> str | None:
    """The text of a string, None for any other node."""
    return node.text if isinstance(node, trees.Scalar) and isinstance(node.value, str) else None


def _find(fields: Fields, keys: Iterable[str]) -> trees.Entry | None:
    return next((fields[key] for key in keys if key in fields), None)


def _resolved(text: str) -> str | None:
    """A value with its ``${env:NAME:default}`` replaced by the default; None when it is only known at run time."""
    unknown = False

    def default(match: re.Match[str]) -> str:
        nonlocal unknown
        unknown = unknown or match["default"] is None
        return match["default"] or ""

    value = _ENVIRONMENT.sub(default, text).strip()
    return None if unknown or "${" in value or "{{" in value else value


def _model(node: trees.Node) -> Setting[str] | None:
    """The model that a ``model`` key names: a name, a list of names (the first is preferred) or a mapping that holds one."""
    if isinstance(node, trees.Sequence) and node.items:
        node = node.items[0]
    if isinstance(node, trees.Mapping):
        inner = fields_of(node)
        for group in (fields_of(_value(inner, "configuration")), fields_of(_value(inner, "parameters")), inner):
            entry = _find(group, ("model", "id", "name", "model_name", "azure_deployment"))
            found = _model(entry.value) if entry and isinstance(entry.value, trees.Scalar) else None
            if found:
                return found
        return None
    text = text_of(node)
    name = _resolved(text) if text else None
    return Setting(name, node.location) if name and name.lower() != "inherit" else None


def _value(fields: Fields, key: str) -> trees.Node | None:
    return fields[key].value if key in fields else None


def _number(node: trees.Node) -> float | str | None:
    """A number, or the text of an expression that is only known at run time (``${env:LIMIT}``)."""
    if not isinstance(node, trees.Scalar) or isinstance(node.value, bool):
        return None
    if isinstance(node.value, (int, float)):
        return node.value
    if not isinstance(node.value, str):
        return None
    text = _resolved(node.value)
    if text is None:
        return node.value.strip()
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() else number


NO_SETTINGS = Settings()


def settings(fields: Fields) -> Settings:
    """The Settings that a mapping declares, at its top or in the groups where formats keep them."""
    if _SETTING_KEYS.isdisjoint(fields):
        return NO_SETTINGS
    groups = [fields]
    for outer in (fields, fields_of(_value(fields, "model"))):
        groups += [fields_of(outer[key].value) for key in _GROUPS if key in outer]

    def first(keys: tuple[str, ...], read: Callable[[trees.Node], Setting[T] | None]) -> Setting[T] | None:
        nodes = (group[key].value for group in groups for key in keys if key in group)
        return next((found for node in nodes if (found := read(node)) is not None), None)

    return Settings(
        model=first(_MODEL_KEYS, _model),
        max_output_tokens=first(_CAP_KEYS, _cap),
        temperature=first(("temperature",), _temperature),
        response_format=first(_FORMAT_KEYS, _response_format) or first(("output",), _output_format),
        schema=first(_FORMAT_KEYS, _response_schema) or first(("output",), _output_schema),
        tools=first(("tools",), structured),
    )


def _cap(node: trees.Node) -> Setting[int | str] | None:
    value = _number(node)
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) else None
    return None if value is None else Setting(value, node.location)


def _temperature(node: trees.Node) -> Setting[float | str] | None:
    value = _number(node)
    return None if value is None else Setting(value, node.location)


def structured(node: trees.Node) -> Setting[object] | None:
    """The plain data of a node, with the places of what is inside it; None for nothing at all."""
    data = trees.to_data(node)

    def inside(path: Sequence[str | int]) -> Location | None:
        found = trees.find(node, path)
        return None if found is None else found.location

    return None if data in (None, [], {}) else Setting(data, node.location, inside)


def _response_format(node: trees.Node) -> Setting[str] | None:
    """The answer's format: a word, or a mapping with the word under ``type``."""
    if isinstance(node, trees.Mapping):
        node = _value(fields_of(node), "type") or node
    name = _RESPONSE_FORMATS.get((text_of(node) or "").strip().lower())
    return Setting(name, node.location) if name else None


def _response_schema(node: trees.Node) -> Setting[object] | None:
    """The schema in ``{type: json_schema, json_schema: {schema: ...}}``."""
    inner = _value(fields_of(node), "json_schema")
    schema = _value(fields_of(inner), "schema") or inner
    return structured(schema) if schema is not None else None


def _output_format(node: trees.Node) -> Setting[str] | None:
    """The answer's format in dotprompt's ``output: {format: json, schema: ...}``."""
    fields = fields_of(node)
    named = _value(fields, "format")
    if named is not None:
        return _response_format(named)
    schema = _value(fields, "schema")
    return Setting("json_schema", schema.location) if schema is not None else None


def _output_schema(node: trees.Node) -> Setting[object] | None:
    schema = _value(fields_of(node), "schema")
    return structured(schema) if schema is not None else None


def declared_template(fields: Fields) -> str | None:
    """The template language that the file declares, None where it declares none or one that is not known by that name."""
    for key in _TEMPLATE_KEYS:
        node = _value(fields, key)
        for _ in range(3):
            if not isinstance(node, trees.Mapping):
                break
            inner = fields_of(node)
            node = _value(inner, "format") or _value(inner, "type") or _value(inner, "kind")
        name = _TEMPLATES.get((text_of(node) or "").strip().lower())
        if name:
            return name
    return None


def declarations(fields: Fields) -> tuple[Declaration, ...] | None:
    """The variables that ``inputs`` and its like declare; None where there is no such key, or it cannot be understood."""
    entry = _find(fields, _VARIABLE_KEYS)
    return declared_by(entry.value) if entry else None


def declared_by(node: trees.Node, *, values: bool = False) -> tuple[Declaration, ...] | None:
    """The variables that a list of names, a list of ``{name: ...}``, a map or a JSON schema declares.

    `values`: the map is one of names to sample values.
    """
    found: dict[str, Declaration] = {}
    if isinstance(node, trees.Sequence):
        for item in node.items:
            name = _value(fields_of(item), "name") if isinstance(item, trees.Mapping) else item
            text = text_of(name)
            if name is None or not text:
                return None
            found.setdefault(text, Declaration(text, name.location, _sample(item), _max_length(item)))
        return tuple(found.values())
    if not isinstance(node, trees.Mapping):
        return None
    inner = fields_of(node)
    properties = _value(inner, "properties")
    if isinstance(properties, trees.Mapping) and text_of(_value(inner, "type")) == "object":
        inner = fields_of(properties)
    for key, entry in inner.items():
        if values:
            found[key] = Declaration(key, entry.key.location, sample_text(entry.value))
        else:
            value = entry.value
            found[key] = Declaration(key, entry.key.location, _sample(value, itself=True), _max_length(value))
    return tuple(found.values())


def _sample(node: trees.Node, *, itself: bool = False) -> str | None:
    """The default or example value of a declared variable; with `itself`, a plain value is the example."""
    if isinstance(node, trees.Scalar):
        return node.text if itself and node.value is not None else None
    inner = fields_of(node)
    for key in ("sample", "default", "default_value", "defaultValue", "example"):
        value = _value(inner, key)
        if value is not None and (text := sample_text(value)) is not None:
            return text
    return None


def sample_text(node: trees.Node) -> str | None:
    """A sample value as text, a list or an object as JSON; None for null, and what JSON cannot hold."""
    if isinstance(node, trees.Scalar):
        return node.text if node.value is not None else None
    try:
        return json.dumps(trees.to_data(node), ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):  # a date among the values, a list in itself
        return None


def _max_length(node: trees.Node) -> int | None:
    """The most characters that the schema of a declared variable allows."""
    inner = fields_of(node)
    for fields in (inner, fields_of(_value(inner, "schema")), fields_of(_value(inner, "json_schema"))):
        length = _value(fields, "maxLength")
        if isinstance(length, trees.Scalar) and isinstance(length.value, int) and not isinstance(length.value, bool):
            return length.value if length.value >= 0 else None
    return None


@dataclass(frozen=True)
class Own:
    """What the ``promptlint`` key says."""

    kind: Kind | None = None
    language: str | None = None
    model: Setting[str] | None = None
    suppressions: tuple[Suppression, ...] = ()
    problems: tuple[Problem, ...] = ()

    def apply(self, declared: Settings) -> Settings:
        """The settings with the model that the key names, which goes before the file's own."""
        return replace(declared, model=self.model) if self.model else declared

    def on(self, prompt: Prompt) -> Prompt:
        """A prompt with what the key says of it."""
        if self.kind is None and self.language is None and self.model is None:
            return prompt
        return replace(
            prompt,
            settings=self.apply(prompt.settings),
            kind=self.kind or prompt.kind,
            language=self.language or prompt.language,
        )


def own_key(fields: Fields) -> Own:
    """Read the ``promptlint`` key: ``ignore`` (a name, a list of names or a map of names to reasons), ``kind``, ``language``,
    ``model``. Everything in it holds for the whole file.
    """
    entry = fields.get("promptlint")
    if entry is None:
        return Own()
    problems: list[Problem] = []

    def mistake(node: trees.Node, detail: str, rule: str = "invalid-front-matter") -> None:
        problems.append(Problem(rule, node.location, detail, Severity.WARNING))

    if not isinstance(entry.value, trees.Mapping):
        mistake(entry.value, "'promptlint' must be a mapping with the keys ignore, kind, language or model")
        return Own(problems=tuple(problems))
    own = Own()
    for key, item in fields_of(entry.value).items():
        node = item.value
        text = (text_of(node) or "").strip()
        if key == "ignore":
            found = tuple(ignored(node))
            if not found:
                mistake(node, "'ignore' names no rule", "invalid-suppression")
            own = replace(own, suppressions=found)
        elif key == "kind":
            if text in tuple(Kind):
                own = replace(own, kind=Kind(text))
            else:
                mistake(node, f"unknown kind {text!r}: write {', '.join(Kind)}")
        elif key == "language" and text:
            own = replace(own, language=text)
        elif key == "model" and text:
            own = replace(own, model=Setting(text, node.location))
        elif key in ("language", "model"):
            mistake(node, f"'{key}' must be a name")
        else:
            mistake(item.key, f"unknown key {key!r} under 'promptlint': write ignore, kind, language or model")
    return replace(own, problems=tuple(problems))


def ignored(node: trees.Node) -> Iterator[Suppression]:
    """What ``ignore`` under the ``promptlint`` key silences: a suppression for each name."""
    if isinstance(node, trees.Mapping):
        for name, entry in fields_of(node).items():
            reason = entry.value.text if isinstance(entry.value, trees.Scalar) and entry.value.value is not None else ""
            yield Suppression((name,), None, entry.key.location, reason)
        return
    for item in node.items if isinstance(node, trees.Sequence) else (node,):
        name = (text_of(item) or "").strip()
        if name:
            yield Suppression((name,), None, item.location)
