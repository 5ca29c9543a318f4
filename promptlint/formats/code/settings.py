"""What a call declares beside the text: model, cap, temperature, the answer's format and schema, tools."""

from __future__ import annotations

import math
from collections.abc import Sequence

from promptlint.formats._schemas import Converted, Path
from promptlint.formats.code.messages import Written
from promptlint.formats.code.schemas import data_of, last_name, schema_of
from promptlint.formats.code.sdk import Declares, is_open, lead
from promptlint.formats.code.texts import constant
from promptlint.formats.code.values import Call, Class, Items, Name, Record, Scalar, Subscript, Text, Value
from promptlint.lazy import regex
from promptlint.prompt import Setting, Settings
from promptlint.source import Location

__all__ = ["settings_of"]

_FORMATS = {
    "text": "text",
    "text/plain": "text",
    "json": "json",
    "json_object": "json",
    "json_mode": "json",
    "application/json": "json",
    "json_schema": "json_schema",
}
_MODEL_KEYS = ("model", "model_name", "modelName", "model_id", "modelId", "id", "name")
_ENVIRONMENT = regex(r"(?:os\.)?(?:getenv|environ\.get|env\.get|config\.get)\Z")
_SCHEMA_NAME = regex(r"(?:\w+\.)*_*[A-Z]\w*|\w*[sS]chema")
"""What a class or schema that cannot be found is called."""


def settings_of(call: Value, declares: Declares, written: Written) -> Settings:
    """The Settings that a call declares.

    A cap that may be among what is only known at run time (``**options``) is an expression, not missing.
    """
    form, schema = _answer(call, declares.answer)
    return Settings(
        model=_model(call, declares.model),
        max_output_tokens=_cap(call, declares.cap, written),
        temperature=_temperature(call, declares.temperature, written),
        response_format=form,
        schema=schema,
        tools=_tools(call, declares.tools),
    )


def _first(call: Value, paths: Sequence[str]) -> Value | None:
    return next((value for path in paths for value, _ in lead(call, path) if not _is_absent(value)), None)


def _is_absent(value: Value) -> bool:
    """Whether a value says that nothing is declared: ``None``, ``NOT_GIVEN``."""
    if isinstance(value, Name):
        return last_name(value.text) in ("NOT_GIVEN", "NotGiven", "Omit", "omit", "undefined")
    return isinstance(value, Scalar) and value.value is None


def _at(value: Value) -> Location:
    return Location(value.path, value.span)


def _model(call: Value, paths: Sequence[str]) -> Setting[str] | None:
    value = _first(call, paths)
    return None if value is None else _model_name(value, 0)


def _model_name(value: Value, depth: int) -> Setting[str] | None:
    """The name that a model goes by: a string, a default of the environment, or an argument of what makes the model."""
    name = constant(value)
    if name is not None:
        return Setting(name.strip(), _at(value)) if name.strip() else None
    if not isinstance(value, Call) or depth > 3:
        return None
    if _ENVIRONMENT.search(value.callee):
        return _model_name(value.arguments[1], depth + 1) if len(value.arguments) > 1 else None
    for key in _MODEL_KEYS:
        entry = value.keywords.get(key)
        if entry is not None:
            return _model_name(entry.value, depth + 1)
    return _model_name(value.arguments[0], depth + 1) if value.arguments else None


def _cap(call: Value, paths: Sequence[str], written: Written) -> Setting[int | str] | None:
    value = _first(call, paths)
    if value is None:
        unknown = any(is_open(call, path) for path in paths)
        return Setting("not known before run time", _at(call)) if unknown else None
    number = _number(value, written)
    if isinstance(number, float):
        number = int(number) if math.isfinite(number) else None
    return None if number is None else Setting(number, _at(value))


def _temperature(call: Value, paths: Sequence[str], written: Written) -> Setting[float | str] | None:
    value = _first(call, paths)
    number = None if value is None else _number(value, written)
    return None if value is None or number is None else Setting(number, _at(value))


def _number(value: Value, written: Written) -> float | int | str | None:
    """A number, or how an expression is written that is only known at run time."""
    if isinstance(value, Scalar):
        return None if isinstance(value.value, bool) else value.value
    if isinstance(value, Text | Items | Record | Class):
        return None
    return value.text if isinstance(value, Name) else written(value.path, value.span)


def _answer(call: Value, paths: Sequence[str]) -> tuple[Setting[str] | None, Setting[object] | None]:
    """The format and the schema of the answer, as far as the places together say."""
    form: Setting[str] | None = None
    for path in paths:
        for value, _ in lead(call, path):
            if _is_absent(value):
                continue
            named, schema = _declared(value)
            if schema is not None:
                return Setting("json_schema", _at(value)), schema.setting(_at(value))
            if named is not None and (form is None or form.value == "text" or named == "json_schema"):
                form = Setting(named, _at(value))
    return form, None


def _declared(value: Value) -> tuple[str | None, Converted | None]:
    """What one value says about the answer: the name of a format, a schema."""
    name = constant(value)
    if name is not None:
        return _FORMATS.get(name.strip().lower()), None
    if isinstance(value, Name):
        if value.text in ("str", "string"):
            return "text", None
        return ("json_schema" if _SCHEMA_NAME.fullmatch(value.text) else None), None
    if isinstance(value, Record):
        kind = value.get("type")
        form = _FORMATS.get((constant(kind.value) or "").lower()) if kind is not None else None
        schema = schema_of(value) if form not in ("text", "json") else None
        return form, schema
    if isinstance(value, Call | Class | Subscript):
        schema = schema_of(value)
        if isinstance(value, Call) and schema is None and last_name(value.callee) in ("text", "json", "choice"):
            return {"text": "text", "json": "json"}.get(last_name(value.callee), "json_schema"), None
        return "json_schema", schema
    return None, None


def _tools(call: Value, paths: Sequence[str]) -> Setting[object] | None:
    """The definitions of tools, as far as they are written out; what is only named is its name."""
    value = _first(call, paths)
    if value is None or (isinstance(value, Items | Record) and not _members(value) and value.complete):
        return None
    if not isinstance(value, Items | Record):
        return Setting([value.text] if isinstance(value, Name) else [_tool(value, None)], _at(value))
    if isinstance(value, Record) and value.get("type") is None and value.get("name") is None:
        return Setting([_tool(entry.value, entry.key) for entry in value.entries], _at(value))
    items = value.items if isinstance(value, Items) else (value,)
    places: dict[Path, Location] = {}
    data = [
        data_of(item, places, (index,)) if isinstance(item, Record) else _tool(item, None)
        for index, item in enumerate(items)
    ]

    def inside(path: Sequence[str | int]) -> Location | None:
        return places.get(tuple(path))

    return Setting(data, _at(value), inside)


def _members(value: Items | Record) -> Sequence[object]:
    return value.items if isinstance(value, Items) else value.entries


_PARAMETERS = ("parameters", "inputSchema", "input_schema", "args_schema", "schema")


def _tool(value: Value, name: str | None) -> object:
    """What is sent of a tool: its name, description and parameters; the name alone where it is defined elsewhere."""
    if isinstance(value, Call) and len(value.arguments) == 1 and not value.keywords.entries:
        value = value.arguments[0]  # pydantic_function_tool(Search), tool(search)
    known: dict[str, object] = {} if name is None else {"name": name}
    if isinstance(value, Class):
        schema = schema_of(value)
        return {"name": value.name, "parameters": dict(schema.schema) if schema else {}}
    group = value.keywords if isinstance(value, Call) else value
    if isinstance(group, Record):
        for entry in group.entries:
            text = constant(entry.value)
            if entry.key in ("name", "description") and text is not None:
                known[entry.key] = text
            elif entry.key in _PARAMETERS and (schema := schema_of(entry.value)) is not None:
                known["parameters"] = dict(schema.schema)
    if known.keys() > {"name"} or known.keys() & {"description", "parameters"}:
        return known
    return name or data_of(value, {})
