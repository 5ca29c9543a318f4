"""The JSON Schema that an answer has to follow: the declared one, else the one that the prompt's text holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as AnyMapping
from typing import TYPE_CHECKING

from promptlint.analysis.demonstrations import Demonstration, spans_of
from promptlint.analysis.json_blocks import DataBlock
from promptlint.lazy import dataclass
from promptlint.source import Location

if TYPE_CHECKING:
    from promptlint.analysis import Analysis

__all__ = ["AnswerSchema", "answer_schema", "is_schema"]


@dataclass(frozen=True)
class AnswerSchema:
    """A schema, and by a path into it where that part is written (or the closest part around it)."""

    value: AnyMapping[str, object]
    place: Callable[[Sequence[str | int]], Location | None]


def answer_schema(analysis: Analysis, shots: Sequence[Demonstration] = ()) -> AnswerSchema | None:
    """The schema of the answer. One in the text counts where it is the only one and no part of the `shots`."""
    setting = analysis.prompt.settings.schema
    if setting is not None:
        value, inside, whole = setting.value, setting.inside, setting.location
        if not isinstance(value, dict):
            return None
        return AnswerSchema(value, lambda path: _closest(inside, path) or whole)
    found: list[tuple[int, DataBlock]] = []
    for index, part in enumerate(analysis.messages):
        if '"properties"' not in part.message.text and '"$schema"' not in part.message.text:
            continue
        shown = spans_of(shots, index)
        for block in part.json:
            if is_schema(block) and not shown.touch(block.span):
                found.append((index, block))
    if len(found) != 1:
        return None
    index, block = found[0]
    message = analysis.prompt.messages[index]

    def place(path: Sequence[str | int]) -> Location | None:
        steps = (block.place(path[:end]) for end in range(len(path), -1, -1))
        span = next((span for span in steps if span is not None), block.span)
        return message.locate(span)

    return AnswerSchema(block.value, place) if isinstance(block.value, dict) else None


def is_schema(block: DataBlock) -> bool:
    """Whether a piece of JSON is a JSON Schema of an object or a list beyond doubt."""
    value = block.value
    if not isinstance(value, dict):
        return False
    properties, items = value.get("properties"), value.get("items")
    if not isinstance(properties, dict) and not isinstance(items, dict):
        return False
    named = value.get("type") in ("object", "array") or "$schema" in value
    members = properties.values() if isinstance(properties, dict) else [items]
    return named and bool(members) and all(isinstance(member, dict) for member in members)


def _closest(
    inside: Callable[[Sequence[str | int]], Location | None] | None, path: Sequence[str | int]
) -> Location | None:
    if inside is None:
        return None
    return next((place for end in range(len(path), 0, -1) if (place := inside(path[:end])) is not None), None)
