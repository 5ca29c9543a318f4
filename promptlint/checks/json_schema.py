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
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for

    schema = setting.value
    if not isinstance(schema, dict):
        return  # a schema's name, or a list of properties: another dialect
    validator = validator_for(schema)
    try:
        validator.check_schema(schema)
    except SchemaError as error:
        path = list(error.absolute_path)
        place = setting.inside(path) if setting.inside is not None else None
        where = "/".join(map(str, path))
        detail = f"at '{where}': {error.message}" if where and place is None else error.message
        yield Finding(place or setting.location, {"detail": detail})
