"""Schemas that are no JSON Schema: the rule `invalid-json-schema`. Schemas that are not even JSON are found by the readers."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.diagnostic import Finding

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """The first mistakes that the meta-schema finds in the declared schema."""
    setting = context.prompt.settings.schema
    if setting is None:
        return
    from jsonschema.exceptions import SchemaError  # noqa: PLC0415
    from jsonschema.validators import validator_for  # noqa: PLC0415

    schema = setting.value
    if not isinstance(schema, dict | bool):
        yield Finding(setting.location, {"detail": "a JSON Schema is an object"})
        return
    validator = validator_for(schema)
    try:
        validator.check_schema(schema)
    except SchemaError as error:
        where = "/".join(map(str, error.absolute_path))
        yield Finding(setting.location, {"detail": f"at '{where}': {error.message}" if where else error.message})
