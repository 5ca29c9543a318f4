"""Answers that a JSON Schema allows, as JSON text: the smallest one, and one of usual size.

Both are estimates of an answer's length, not tests of the schema: what a schema says beyond structure, values and sizes
(patterns, dependencies, conditions) is not looked at, and a schema that makes no sense gives some answer or none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import TypeAlias

from promptlint.lazy import dataclass

__all__ = ["minimal_instance", "typical_instance"]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
_Open: TypeAlias = frozenset[str]

_DEPTH = 100
"""Levels of nesting that are followed."""
_STEPS = 2_000
"""Parts of a schema that are looked at; of what is larger there is no instance."""
_MOST_ITEMS = 200
"""Items and characters that one `minItems` or `minLength` can ask for here, so that a slip of the pen costs no memory."""
_MOST_CHARACTERS = 20_000
_USUAL_ITEMS = 3
_USUAL_TEXT = "a short text of about eight plain words"
_FORMATS = {
    "date": "2026-01-31",
    "time": "12:00:00Z",
    "date-time": "2026-01-31T12:00:00Z",
    "email": "name@example.com",
    "uri": "https://example.com/page",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "ipv4": "192.0.2.1",
}


def minimal_instance(schema: object) -> str | None:
    """The smallest answer that a schema allows, as JSON without blanks; None where it allows no finite one or is too large.

    Only required properties, empty strings and arrays where nothing asks for more, the shortest value of an enum, the
    smallest branch of a choice.
    """
    return _written(schema, usual=False)


def typical_instance(schema: object) -> str | None:
    """An answer of usual size, as JSON as models write it: None where a schema allows no finite one or is too large.

    All properties but those that lead back to where they come from, three items in an array that does not say how many, eight
    words in a string that says nothing about itself, the longest value of an enum. A guess that errs on the long side for
    labels and on the short side for prose.
    """
    return _written(schema, usual=True)


def _written(schema: object, *, usual: bool) -> str | None:
    try:
        value = _Builder(schema, usual).build(schema, frozenset("#"), 0)
    except (_NoneError, _TooLargeError, RecursionError):
        return None
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ") if usual else (",", ":"))


class _NoneError(Exception):
    """A part of the schema allows nothing, or nothing finite."""


class _TooLargeError(Exception):
    """The schema is too large, or nested too deep, to be looked at."""


@dataclass
class _Builder:
    """Builds one instance of the schema `root`.

    `_Open` are the references that are being followed. One that leads back to itself is given up: what it would add is
    optional, in an array, in another branch, or endless, and what does without it is smaller.
    """

    root: object
    usual: bool
    steps: int = field(default=0)

    def build(self, schema: object, opened: _Open, depth: int) -> Json:
        self.steps += 1
        if depth > _DEPTH or self.steps > _STEPS:
            raise _TooLargeError
        if schema is False:
            raise _NoneError
        if not isinstance(schema, Mapping):
            return self.text({}) if self.usual else 0
        schema, opened = self.merged(schema, opened)
        if "const" in schema:
            return _plain(schema["const"])
        if isinstance(values := schema.get("enum"), list) and values:
            pick = max if self.usual else min
            return pick((_plain(value) for value in values), key=_size)
        for key in ("anyOf", "oneOf"):
            if isinstance(branches := schema.get(key), list) and branches:
                rest = {name: value for name, value in schema.items() if name != key}
                return self.choice((_both(rest, branch) for branch in branches), opened, depth)
        return self.of_type(schema, opened, depth)

    def merged(self, schema: Mapping[str, object], opened: _Open) -> tuple[Mapping[str, object], _Open]:
        """The schema with its references and its `allOf` put into it, and the references that are open then."""
        while "$ref" in schema or "allOf" in schema:
            self.steps += 1
            if self.steps > _STEPS:
                raise _TooLargeError
            found: Mapping[str, object] = {
                name: value for name, value in schema.items() if name not in ("$ref", "allOf")
            }
            reference = schema.get("$ref")
            if isinstance(reference, str):
                if reference in opened:
                    raise _NoneError
                opened |= {reference}
                found = _both(found, self.target(reference))
            for part in _list(schema.get("allOf")):
                inner: object = part
                if isinstance(part, Mapping):
                    inner, opened = self.merged(part, opened)
                found = _both(found, inner)
            schema = found
        return schema, opened

    def target(self, reference: str) -> object:
        """What a reference inside the schema points to; anything where it points elsewhere."""
        if not reference.startswith("#"):
            return True
        found = self.root
        for step in reference[1:].split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, Mapping) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
                found = found[int(name)]
            else:
                return True
        return found

    def choice(self, branches: Iterable[object], opened: _Open, depth: int) -> Json:
        """The smallest of the possible branches; of usual size the first one that is not null."""
        found: list[Json] = []
        for branch in branches:
            try:
                value = self.build(branch, opened, depth + 1)
            except _NoneError:
                continue
            if self.usual and value is not None:
                return value
            found.append(value)
        if not found:
            raise _NoneError
        return min(found, key=_size)

    def of_type(self, schema: Mapping[str, object], opened: _Open, depth: int) -> Json:
        named = schema.get("type")
        if isinstance(named, list) and named:
            return self.choice(({**schema, "type": each} for each in named), opened, depth)
        if named is None:
            named = "object" if "properties" in schema else "array" if "items" in schema else None
        match named:
            case "object":
                return self.record(schema, opened, depth)
            case "array":
                return self.array(schema, opened, depth)
            case "number" | "integer":
                return _number(schema, usual=self.usual)
            case "boolean":
                return True
            case "null":
                return None
            case "string":
                return self.text(schema)
        return self.text(schema) if self.usual else 0

    def record(self, schema: Mapping[str, object], opened: _Open, depth: int) -> Json:
        properties = schema.get("properties")
        known: Mapping[str, object] = properties if isinstance(properties, Mapping) else {}
        required = dict.fromkeys(_names(schema.get("required")))
        out: dict[str, Json] = {}
        for name in dict.fromkeys((*known, *required)):
            if name not in required and not self.usual:
                continue
            try:
                out[name] = self.build(known.get(name, True), opened, depth + 1)
            except _NoneError:
                if name in required:
                    raise
        return out

    def array(self, schema: Mapping[str, object], opened: _Open, depth: int) -> Json:
        fewest, most = _whole(schema.get("minItems"), 0), _whole(schema.get("maxItems"), _MOST_ITEMS)
        number = min(max(fewest, min(_USUAL_ITEMS, most)) if self.usual else fewest, _MOST_ITEMS)
        first = _list(schema.get("prefixItems"))[:number]
        try:
            out = [self.build(each, opened, depth + 1) for each in first]
            rest = self.build(schema.get("items", True), opened, depth + 1) if number > len(out) else None
        except _NoneError:
            if fewest:
                raise
            return []
        return [*out, *([rest] * (number - len(out)))]

    def text(self, schema: Mapping[str, object]) -> str:
        fewest, most = _whole(schema.get("minLength"), 0), _whole(schema.get("maxLength"), _MOST_CHARACTERS)
        form = schema.get("format")
        text = _FORMATS.get(form, "") if isinstance(form, str) else ""
        if not text and self.usual:
            text = _USUAL_TEXT[:most]
        # words, so that the tokens of a long text are counted as those of a text
        missing = min(fewest, _MOST_CHARACTERS) - len(text)
        return text + (" word" * (missing // 5 + 1))[1 : missing + 1] if missing > 0 else text


def _both(first: Mapping[str, object], second: object) -> Mapping[str, object]:
    """What satisfies two schemas, as far as properties and requirements go; elsewhere the second one has the word."""
    if second is False:
        raise _NoneError
    if not isinstance(second, Mapping):
        return first
    out = {**first, **second}
    if isinstance(one := first.get("properties"), Mapping) and isinstance(two := second.get("properties"), Mapping):
        out["properties"] = {**one, **two}
    out["required"] = [*_names(first.get("required")), *_names(second.get("required"))]
    return out


def _number(schema: Mapping[str, object], *, usual: bool) -> Json:
    value = schema.get("minimum", 10 if usual else 0)
    small = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15
    return value if small and isinstance(value, (int, float)) and value >= 0 else 0


def _plain(value: object) -> Json:
    """A value as JSON can write it; of anything else its text."""
    return json.loads(json.dumps(value, default=str))  # type: ignore[no-any-return]


def _size(value: Json) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _names(value: object) -> list[str]:
    return [name for name in _list(value) if isinstance(name, str)]
