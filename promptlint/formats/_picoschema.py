"""Picoschema, dotprompt's short notation for schemas, as JSON Schema.

``name: type, description``; a ``?`` behind the name makes a property optional; ``name(array, description)``, ``name(object)``
and ``name(enum)`` say what the value below means; ``(*)`` stands for all other names. Where the notation has corners, the
reference implementation of dotprompt decides.
"""

from __future__ import annotations

from dataclasses import field

from promptlint.diagnostic import Problem
from promptlint.formats import _metadata, trees
from promptlint.formats._schemas import Converted, Path
from promptlint.lazy import dataclass
from promptlint.source import Location, Span

__all__ = ["Picoschema", "Property", "property_of", "read"]

_SCALARS = frozenset(("any", "boolean", "integer", "null", "number", "string"))
_JSON_SCHEMA_TYPES = _SCALARS | {"object", "array"}
_WILDCARD = "(*)"


@dataclass(frozen=True, slots=True)
class Property:
    """What a key says: the property's name and its place, whether it may be missing, and what its value means."""

    name: str
    location: Location
    optional: bool = False
    kind: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class Picoschema:
    """What a schema says.

    `converted` is None where it names a schema that is kept elsewhere (the whole: `name`), and where it is wrong. `properties`
    are its own, None where it allows others, too, or does not say.
    """

    converted: Converted | None
    name: str | None = None
    properties: tuple[Property, ...] | None = None
    problems: tuple[Problem, ...] = ()


def read(node: trees.Node) -> Picoschema:
    """The JSON Schema of a Picoschema, or the JSON Schema that stands in its place."""
    reader = _Reader()
    properties: tuple[Property, ...] | None = None
    if isinstance(node, trees.Mapping):
        schema = _json_schema(node)
        if schema is not None:
            return Picoschema(schema, properties=_own_properties(node))
        value = reader.mapping(node, ())
        keys = [entry.key for entry in _metadata.fields_of(node).values()]
        if all(key.text != _WILDCARD for key in keys):
            properties = tuple(property_of(key) for key in keys)
    elif isinstance(node, trees.Scalar) and node.is_string:
        value = reader.scalar(node, ())
        if reader.names:
            return Picoschema(None, reader.names[0])
    else:
        return Picoschema(None)
    exact = reader.exact and not reader.names and not reader.problems
    converted = Converted(value, reader.places) if exact else None
    return Picoschema(converted, None, properties, tuple(reader.problems))


def _own_properties(node: trees.Mapping) -> tuple[Property, ...] | None:
    """The properties of a JSON Schema. One that does not forbid others is taken not to mean any."""
    properties = node.get("properties")
    others = node.get("additionalProperties")
    if not isinstance(properties, trees.Mapping) or (others is not None and trees.to_data(others) is not False):
        return None
    return tuple(Property(key, entry.key.location) for key, entry in _metadata.fields_of(properties).items())


def _json_schema(node: trees.Mapping) -> Converted | None:
    """The JSON Schema that a mapping is: what has a type, or properties, is none of Picoschema's."""
    data = trees.to_data(node)
    if not isinstance(data, dict):
        return None
    kind = data.get("type")
    if not (isinstance(kind, str) and kind in _JSON_SCHEMA_TYPES):
        if not isinstance(data.get("properties", ""), (dict, list, type(None))):
            return None
        data = {**data, "type": "object"}
    places = {path: inner.location for path, inner in trees.walk(node) if path}
    return Converted({str(key): value for key, value in data.items()}, places)


def property_of(key: trees.Scalar) -> Property:
    """What a key says."""
    written = key.text.split("(")
    name = written[0]
    optional = name.endswith("?")
    name = name[:-1] if optional else name
    location = key.map.locate(Span(0, len(name))) or key.location
    if len(written) < 2 or not written[1]:
        return Property(name, location, optional)
    kind, description = _described(written[1][:-1])
    return Property(name, location, optional, kind, description)


def _described(text: str) -> tuple[str, str | None]:
    """The type and the description behind the first comma; of several lines only the last can hold both."""
    line = text
    for end in "\n\r\u2028\u2029":
        line = line.rpartition(end)[2]
    kind, comma, description = line.partition(",")
    return (kind, description.lstrip(" ")) if comma else (text, None)


@dataclass
class _Reader:
    """Converts one schema; collects its names of other schemas and its mistakes."""

    places: dict[Path, Location] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    exact: bool = True

    def value(self, node: trees.Node, path: Path) -> dict[str, object]:
        if isinstance(node, trees.Mapping):
            return self.mapping(node, path)
        if isinstance(node, trees.Scalar) and node.is_string:
            return self.scalar(node, path)
        if isinstance(node, trees.Scalar) and node.value is None:
            self.exact = False  # releases of dotprompt differ: an error, or an object without properties
            return {}
        self.mistake(node.location, "a Picoschema value must be a type such as 'string', or properties")
        return {}

    def scalar(self, node: trees.Scalar, path: Path) -> dict[str, object]:
        kind, description = _described(node.text)
        if kind not in _SCALARS:
            self.names.append(kind)
            return {}
        self.places[*path, "type"] = node.location
        schema: dict[str, object] = {} if kind == "any" else {"type": kind}
        return schema | ({"description": description} if description else {})

    def mapping(self, node: trees.Mapping, path: Path) -> dict[str, object]:
        properties: dict[str, object] = {}
        required: list[str] = []
        schema: dict[str, object] = {"type": "object", "properties": properties, "additionalProperties": False}
        for text, entry in _metadata.fields_of(node).items():
            if text == _WILDCARD:
                self.places[*path, "additionalProperties"] = entry.value.location
                schema["additionalProperties"] = self.value(entry.value, (*path, "additionalProperties"))
                continue
            said = property_of(entry.key)
            inner = (*path, "properties", said.name)
            self.places[inner] = entry.key.location
            properties[said.name] = self.property(said, entry, inner)
            if not said.optional:
                required.append(said.name)
        return schema | ({"required": required} if required else {})

    def property(self, said: Property, entry: trees.Entry, path: Path) -> dict[str, object]:
        schema: dict[str, object]
        match said.kind:
            case None:
                schema = self.value(entry.value, path)
                if said.optional and isinstance(schema.get("type"), str):
                    schema["type"] = [schema["type"], "null"]
            case "array":
                items = self.value(entry.value, (*path, "items"))
                schema = {"type": ["array", "null"] if said.optional else "array", "items": items}
            case "object":
                schema = self.value(entry.value, path)
                if said.optional:
                    self.exact = self.exact and "type" in schema
                    schema["type"] = [schema.get("type"), "null"]
            case "enum":
                values = trees.to_data(entry.value)
                if not isinstance(values, list):
                    self.mistake(entry.value.location, "the values of an enum must be a list")
                    return {}
                self.places[*path, "enum"] = entry.value.location
                schema = {"enum": [*values, *([None] if said.optional and None not in values else [])]}
            case _:
                self.mistake(
                    entry.key.location,
                    f"'{said.kind}' in parentheses must be array, object or enum, or '(*)' for all other names",
                )
                return {}
        if said.kind is not None and said.description:
            schema["description"] = said.description
        return schema

    def mistake(self, location: Location, detail: str) -> None:
        self.problems.append(Problem("invalid-json-schema", location, detail))
