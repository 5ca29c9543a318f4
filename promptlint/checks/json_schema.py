"""Schemas that are no JSON Schema: the rule `invalid-json-schema`. Schemas that are not even JSON are found by the readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from promptlint.checks import Context
from promptlint.diagnostic import Finding

if TYPE_CHECKING:
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
