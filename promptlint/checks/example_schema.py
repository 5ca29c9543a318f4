"""Examples whose answer is not what the schema allows, or no JSON: the rule `example-breaks-schema`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from promptlint.analysis.declared_schema import AnswerSchema, answer_schema, is_schema
from promptlint.analysis.json_blocks import DataBlock, within, yaml_blocks
from promptlint.checks import Context
from promptlint.diagnostic import Finding, Related
from promptlint.lazy import regex
from promptlint.prompt import Message
from promptlint.source import Span

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

__all__ = ["check"]

_MOST = 3
"""Faults of one example that are worth telling."""
_SIZE = 200_000
"""Code points above which a value is data, not an example."""
_SHOWN = 40
"""Code points of a value that a message shows."""
_SLOT = regex(r"\.\.\.|…|<[^<>]+>|\[[^\[\]]+\]|_{3,}|xxx+", re.IGNORECASE)
_LEFT_OUT = regex(r"\.\.\.|…|<[^<>]+>")
_TYPE_NAMES = frozenset(
    {
        "string",
        "str",
        "number",
        "integer",
        "int",
        "float",
        "double",
        "boolean",
        "bool",
        "array",
        "list",
        "object",
        "date",
    }
    | {"datetime", "null", "any", "text"}
)
_JSON_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"), (int, "an integer"), (float, "a number"), (str, "a string"), (list, "a list"), (dict, "an object"),
)  # fmt: skip


def check(context: Context) -> Iterator[Finding]:
    """What is wrong in the answer of each example, at its place; the place in the schema is related."""
    if context.document.agent_file:
        return
    prompt = context.prompt
    if prompt.settings.schema is None and not any("{" in message.text for message in prompt.messages):
        return
    shots = context.analysis.demonstrations
    if not shots:
        return
    schema = answer_schema(context.analysis, shots)
    validator = _validator(schema.value) if schema is not None else None
    json_wanted = _wants_json(context)
    if validator is None and not json_wanted:
        return
    blocks: dict[int, tuple[DataBlock, ...]] = {}
    for shot in shots:
        # without any label, the whole example may be an answer
        passage = shot.answer or (shot.whole[0] if shot.given is None else None)
        if shot.bad or passage is None:
            continue
        if passage.message not in blocks:
            part = context.analysis.messages[passage.message]
            both = (*part.json, *yaml_blocks(part))
            blocks[passage.message] = tuple(sorted(both, key=lambda each: each.span))
        inside = within(blocks[passage.message], passage.span)
        if len(inside) != 1 or len(inside[0].text) > _SIZE:
            continue
        block = inside[0]
        message = prompt.messages[passage.message]
        if block.root is None:
            if json_wanted and shot.answer is not None:
                yield from _unreadable(block, message)
        elif schema is None or validator is None or is_schema(block):
            continue
        elif not _is_sketch(block) and _is_about(block, schema.value):
            yield from _faults(block, message, schema, validator)


def _is_sketch(block: DataBlock) -> bool:
    """Whether the data shows the form of an answer, not an answer: slots, ellipses, names of types."""
    return any(_SLOT.search(text) or text.lower() in _TYPE_NAMES for _, text, _ in block.strings)


def _is_about(block: DataBlock, schema: Mapping[str, object]) -> bool:
    """Whether most keys of the data are keys of the schema: examples of tools' arguments and of inputs have others."""
    properties, keys = schema.get("properties"), block.keys
    if keys is None:
        return schema.get("type") == "array"
    known = len(set(keys) & set(properties)) if isinstance(properties, dict) else 0
    return known > 0 and known * 2 >= len(keys)


def _wants_json(context: Context) -> bool:
    """Whether the settings or the instructions say that the answer is JSON."""
    declared = context.prompt.settings.response_format
    if declared is not None and declared.value in ("json", "json_schema"):
        return True
    return any("json" in part.instruction_text.lower() for part in context.analysis.messages)


def _unreadable(block: DataBlock, message: Message) -> Iterator[Finding]:
    """JSON with a slip that nobody makes on purpose: what is left out or only described is no slip."""
    problem = next((each for each in block.tree.problems if each.kind == "syntax"), None)
    if problem is None or block.has_holes or block.is_yaml or block.tree.comments or _LEFT_OUT.search(block.text):
        return
    span = problem.location.span
    before, char = message.text[max(span.start - 1, 0) : span.start], message.text[span.start : span.end]
    slip = char in (",", '"') if before != '"' else char == '"' or char.isalpha()
    why = problem.message
    if before == '"':
        span, why = Span(span.start - 1, span.start), "a quotation mark inside a string needs a backslash"
    location = message.locate(span)
    if slip and location is not None:
        yield Finding(location, {"detail": f"is not JSON: {why}"})


def _faults(block: DataBlock, message: Message, schema: AnswerSchema, validator: Validator) -> Iterator[Finding]:
    for error in _errors(block.value, validator):
        detail, key = _detail(error)
        span = block.place(list(error.absolute_path), key)
        if span is None:
            continue
        # a value of several lines is shown by its bracket
        several = any(end in message.text[span.start : span.end] for end in "\r\n")
        location = message.locate(Span(span.start, span.start + 1) if several else span)
        if location is None:
            continue
        place = schema.place(list(error.absolute_schema_path))
        related = () if place is None else (Related(place, "what the schema says"),)
        yield Finding(location, {"detail": f"breaks the schema: {detail}"}, related=related)


def _errors(value: Any, validator: Validator) -> list[ValidationError]:
    """The faults by their place; none where the schema is nested too deep or refers to what is not here."""
    from referencing.exceptions import Unresolvable

    try:
        found = list(validator.iter_errors(value))
    except (RecursionError, Unresolvable):
        return []
    # one value may lack several keys, and the first of these errors tells them all
    single = {(error.validator, *error.absolute_path): error for error in reversed(found)}
    return sorted(single.values(), key=lambda error: [str(step) for step in error.absolute_path])[:_MOST]


def _detail(error: ValidationError) -> tuple[str, str | None]:
    """What is wrong, and the key that is to be shown instead of the value."""
    rule, wanted, value = error.validator, error.validator_value, error.instance
    if rule == "required" and isinstance(wanted, list) and isinstance(value, dict):
        missing = [f"'{key}'" for key in wanted if key not in value]
        which = "the key" if len(missing) == 1 else "the keys"
        return f"{which} {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing", None
    if rule == "additionalProperties" and wanted is False and isinstance(value, dict):
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        extra = next((key for key in value if key not in known), None)
        if extra is not None:
            return f"the schema has no key '{extra}'", extra
    if rule == "type":
        names = wanted if isinstance(wanted, list) else [wanted]
        return f"{_shown(value)} is {_type_of(value)}, and the schema wants {' or '.join(map(str, names))}", None
    if rule == "enum" and isinstance(wanted, list):
        return f"{_shown(value)} is none of {', '.join(map(_shown, wanted[:10]))}", None
    if rule == "const":
        return f"{_shown(value)} is not {_shown(wanted)}", None
    if rule in ("anyOf", "oneOf"):
        return f"{_shown(value)} fits none of the alternatives of the schema", None
    return f"{_shown(value)} breaks '{rule}: {_shown(wanted)}'", None


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _type_of(value: object) -> str:
    return next((name for kind, name in _JSON_TYPES if isinstance(value, kind)), "null")


def _validator(schema: Mapping[str, Any]) -> Validator | None:
    """A validator that opens no address and tries no pattern that may take long; None where the schema is none."""
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import Draft202012Validator, extend, validator_for
    from referencing import Registry

    name = schema.get("$schema")
    try:
        dialect = (
            validator_for({"$schema": name}, Draft202012Validator) if isinstance(name, str) else Draft202012Validator
        )
        dialect.check_schema(dict(schema))
        careful: type[Validator] = extend(  # type: ignore[no-untyped-call]
            dialect, {"pattern": _pattern, "patternProperties": _nothing}
        )
        registry: Registry[Any] = Registry()
        return careful(dict(schema), registry=registry)
    except (SchemaError, RecursionError, ValueError):
        return None


def _pattern(_: Validator, wanted: object, value: object, __: object) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError

    from promptlint.linear import PatternError, compiled

    if not isinstance(wanted, str) or not isinstance(value, str):
        return
    try:
        if not compiled(wanted).search(value):
            yield ValidationError("no match")
    except PatternError:
        return


def _nothing(*_: object) -> Iterator[ValidationError]:
    yield from ()
