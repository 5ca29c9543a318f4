"""Schemas that are no JSON Schema: the rule `invalid-json-schema`. Schemas that are not even JSON are found by the readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.checks import Context
from promptlint.diagnostic import Finding

if TYPE_CHECKING:
    from typing import TypeGuard

    from jsonschema.protocols import Validator

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """The first mistake that the meta-schema finds in the declared schema. What is nested too deep to be looked at passes."""
    setting = context.prompt.settings.schema
    if setting is None:
        return
    schema = setting.value
    if not isinstance(schema, dict):
        return  # a schema's name, or a list of properties: another dialect
    try:
        if "$schema" not in schema and _is_plain(schema):
            return
    except RecursionError:
        return
    from jsonschema.exceptions import SchemaError

    try:
        _dialect(schema).check_schema(schema)
    except SchemaError as error:
        path = list(error.absolute_path)
        place = setting.inside(path) if setting.inside is not None else None
        where = "/".join(map(str, path))
        detail = f"at '{where}': {error.message}" if where and place is None else error.message
        yield Finding(place or setting.location, {"detail": detail})
    except RecursionError:
        return


_TYPES = frozenset(("string", "number", "integer", "boolean", "array", "object", "null"))
_TEXTS = frozenset(("title", "description", "$comment"))
_SIZES = frozenset(("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"))
_BOUNDS = frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"))
_CHOICES = frozenset(("anyOf", "oneOf", "allOf"))


def _is_plain(schema: object) -> bool:
    """Whether a schema holds nothing but the everyday keywords with what belongs there.

    So it is one in the latest dialect, and jsonschema, whose import alone takes longer than all other checks, is not needed.
    """
    if isinstance(schema, bool):
        return True
    return isinstance(schema, dict) and all(_is_plain_keyword(key, value) for key, value in schema.items())


def _is_plain_keyword(key: object, value: object) -> bool:
    if key == "type":
        names = [value] if isinstance(value, str) else value  # readers write what may be missing as several types
        return _are_names(names) and bool(names) and _TYPES.issuperset(names)
    if key in _TEXTS:
        return isinstance(value, str)
    if key == "properties":
        return (
            isinstance(value, dict)
            and all(isinstance(name, str) for name in value)
            and all(map(_is_plain, value.values()))
        )
    if key in ("items", "additionalProperties"):
        return _is_plain(value)
    if key == "required":
        return _are_names(value)
    if key == "enum":
        return isinstance(value, list)
    if key in _CHOICES:
        return isinstance(value, list) and bool(value) and all(map(_is_plain, value))
    if key in _SIZES:
        return type(value) is int and value >= 0
    if key in _BOUNDS:
        return type(value) in (int, float)
    return key in ("default", "const")


def _are_names(value: object) -> TypeGuard[list[str]]:
    """Whether a value is a list of texts, each of them once."""
    return isinstance(value, list) and all(isinstance(name, str) for name in value) and len(set(value)) == len(value)


def _dialect(schema: Mapping[str, object]) -> type[Validator]:
    """The dialect that a schema declares, else (also when it declares nonsense) the latest one."""
    from jsonschema.validators import Draft202012Validator, validator_for

    name = schema.get("$schema")
    if not isinstance(name, str):
        return Draft202012Validator
    try:
        return validator_for({"$schema": name}, Draft202012Validator)
    except ValueError:  # no address at all
        return Draft202012Validator
