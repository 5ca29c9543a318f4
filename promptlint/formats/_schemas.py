"""Schemas of answers in dialects of their own, as JSON Schema whose parts know where they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from promptlint.formats import _metadata, trees
from promptlint.lazy import dataclass
from promptlint.prompt import Setting
from promptlint.source import Location

__all__ = ["Converted", "Path", "property_list"]

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Converted:
    """A JSON Schema and, by path, where its parts are written."""

    schema: Mapping[str, object]
    places: Mapping[Path, Location] = field(default_factory=dict)

    def setting(self, location: Location) -> Setting[object]:
        """The Setting of a schema that is written at `location`."""

        def inside(path: Sequence[str | int]) -> Location | None:
            """The place of a part, or of the closest thing around it that has one."""
            steps = tuple(path)
            return next(
                (self.places[steps[:end]] for end in range(len(steps), 0, -1) if steps[:end] in self.places), None
            )

        return Setting(dict(self.schema), location, inside)


_TYPES = {
    "string": "string",
    "integer": "integer",
    "float": "number",
    "number": "number",
    "boolean": "boolean",
    "array": "array",
    "object": "object",
}
_NULLABLE = (True, "true")


class _NotExactError(Exception):
    """The properties say something that JSON Schema has no words for, or that we do not know."""


def property_list(node: trees.Node) -> Converted | None:
    """The JSON Schema of Prompty's ``outputs``: a list of named properties, a map of them, or of plain values as examples.

    As its runtimes send it: every property is required and there are no others. None where that is not what is written there.
    """
    places: dict[Path, Location] = {}
    try:
        schema = _object(node, (), places)
    except _NotExactError:
        return None
    return Converted(schema, places) if schema["properties"] else None


def _object(node: trees.Node | None, path: Path, places: dict[Path, Location]) -> dict[str, object]:
    properties: dict[str, object] = {}
    if node is not None:
        places[*path, "properties"] = node.location
    for name, value in _named(node):
        places[*path, "properties", name] = value.location
        properties[name] = _property(value, (*path, "properties", name), places)
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _named(node: trees.Node | None) -> list[tuple[str, trees.Node]]:
    if isinstance(node, trees.Mapping):
        return [(name, entry.value) for name, entry in _metadata.fields_of(node).items()]
    found: list[tuple[str, trees.Node]] = []
    if isinstance(node, trees.Sequence):
        for item in node.items:
            name = _metadata.text_of(trees.find(item, ("name",)))
            if not name:
                raise _NotExactError
            found.append((name, item))
    elif node is not None:
        raise _NotExactError
    return found


def _property(node: trees.Node, path: Path, places: dict[Path, Location]) -> dict[str, object]:
    if not isinstance(node, trees.Mapping):
        return {"type": _type_of(node)}
    fields = _metadata.fields_of(node)
    kind = fields.get("kind") or fields.get("type")
    named = _metadata.text_of(kind.value) if kind else "string"
    schema: dict[str, object] = {}
    if named == "union":
        for key in ("oneOf", "anyOf"):
            options = fields[key].value if key in fields else None
            if isinstance(options, trees.Sequence) and options.items:
                schema[key] = [_property(item, (*path, key, at), places) for at, item in enumerate(options.items)]
        if not schema:
            raise _NotExactError
    elif named in _TYPES:
        schema["type"] = _TYPES[named]
        if kind:
            places[*path, "type"] = kind.value.location
    else:
        raise _NotExactError
    if named == "array":
        schema["items"] = (
            _property(fields["items"].value, (*path, "items"), places) if "items" in fields else {"type": "string"}
        )
    if named == "object":
        schema |= _object(fields["properties"].value if "properties" in fields else None, path, places)
    description = _metadata.text_of(fields["description"].value) if "description" in fields else None
    if description:
        schema["description"] = description
    values = fields.get("enumValues") or fields.get("enum")
    if values is not None and isinstance(values.value, trees.Sequence) and values.value.items:
        schema["enum"] = trees.to_data(values.value)
        places[*path, "enum"] = values.value.location
    if "nullable" in fields and trees.to_data(fields["nullable"].value) in _NULLABLE and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    return schema


def _type_of(node: trees.Node) -> str:
    """The type of a value that stands for its property as an example or a default."""
    value = node.value if isinstance(node, trees.Scalar) else None
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
    if isinstance(node, trees.Sequence):
        return "array"
    raise _NotExactError
