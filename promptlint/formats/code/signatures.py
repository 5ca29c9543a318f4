"""Classes that are prompts: a docstring as the task, and fields with descriptions (DSPy's signatures)."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.formats.code import messages, texts
from promptlint.formats.code.messages import Said, Written
from promptlint.formats.code.schemas import last_name
from promptlint.formats.code.sdk import Slot, lead
from promptlint.formats.code.values import Call, Class, Field
from promptlint.source import Span

__all__ = ["said"]

_TASK = Slot("", "system")


def said(value: Class, here: str, written: Written) -> Iterator[Said]:
    """The docstring and the descriptions of the fields as standing instructions, each input as a variable."""
    if value.doc is not None:
        yield from messages.said(value.doc, _TASK, here, written)
    for field in value.fields:
        if isinstance(field.default, Call):
            for path in ("desc", "description"):
                for described, _ in lead(field.default, path):
                    yield from messages.said(described, _TASK, here, written)
    for field in value.fields:
        if _is_input(field):
            name = (field.name, Span(0, len(field.name)))
            found = texts.placeholder("user", field.name, field.name_span, value.path, (name,))
            yield Said(found, (), None, field.name_span, value.path)


def _is_input(field: Field) -> bool:
    return isinstance(field.default, Call) and last_name(field.default.callee) == "InputField"
