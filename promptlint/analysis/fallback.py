"""Tasks whose answer may not be there, and whether the prompt says what to do then. Words in lexicons/fallback.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Literal

from promptlint.analysis.labels import LabelSet, label_sets, same_label
from promptlint.analysis.lexicon import load_data
from promptlint.analysis.task import Evidence
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Kind

if TYPE_CHECKING:
    from promptlint.analysis import Analysis

__all__ = ["Unprepared", "unprepared"]


@dataclass(frozen=True, slots=True)
class Unprepared:
    """A task without a way out: what it is, where it is asked for, and what it works on or with (labels, fields)."""

    what: Literal["answer", "extract", "classify"]
    evidence: Evidence
    about: str


@dataclass(frozen=True, slots=True)
class _Words:
    way_out: re.Pattern[str]
    grounded: re.Pattern[str]
    total: frozenset[str]
    catch_all: re.Pattern[str]
    several: re.Pattern[str]
    plural: re.Pattern[str]


_TEXTS = frozenset({"document", "result", "message"})
_SAID_AT_RUN_TIME = frozenset({"format", "examples"})
"""Variables that may hold a way out: instructions, schemas, examples."""
_FEWEST_LABELS = 3
_FEWEST_FIELDS = 2
_SHOWN = 3
"""Labels or fields that are named in `about`."""


@cache
def _words(language: str) -> _Words | None:
    words: Mapping[str, object] | None = load_data("fallback").get(language)
    if words is None:
        return None
    total = words["total"]
    assert isinstance(total, list)
    return _Words(
        regex(str(words["way_out"]), re.IGNORECASE),
        regex(str(words["grounded"]), re.IGNORECASE),
        frozenset(str(word) for word in total),
        regex(str(words["catch_all"]), re.IGNORECASE),
        regex(str(words["several"]), re.IGNORECASE),
        regex(str(words["plural"]), re.IGNORECASE),
    )


def unprepared(analysis: Analysis) -> Unprepared | None:
    """The first task of the prompt whose answer may be missing from its input, if the prompt has no word about that case."""
    slots = analysis.slots
    if not any(slot.purpose in _TEXTS for slot in slots) or any(slot.purpose in _SAID_AT_RUN_TIME for slot in slots):
        return None
    words = _words(analysis.language or "")
    if words is None or analysis.prompt.settings.schema is not None or analysis.kind is not Kind.TASK:
        return None
    if any(words.way_out.search(message.text) for message in analysis.prompt.messages):
        return None
    return _answer(analysis, words) or _extract(analysis, words) or _classify(analysis, words)


def _answer(analysis: Analysis, words: _Words) -> Unprepared | None:
    """A question that is to be answered from a text that is given."""
    if not any(slot.purpose in ("document", "result") for slot in analysis.slots):
        return None
    if analysis.instructions.has("label", "classify", "rate"):
        return None  # one of several answers
    for instruction, ask in analysis.instructions.asks:
        if (
            ask.what == "answer"
            and not instruction.has("conditional")
            and words.grounded.search(instruction.sentence.text)
        ):
            return Unprepared("answer", Evidence("answer", instruction.message, ask.span), "")
    return None


def _extract(analysis: Analysis, words: _Words) -> Unprepared | None:
    """Named fields of one record. A list may be empty, so lists have a way out."""
    fields = analysis.fields
    if fields is None or sum(not words.plural.search(field.name) for field in fields.items) < _FEWEST_FIELDS:
        return None
    if any(words.several.search(instruction.sentence.text) for instruction in analysis.instructions):
        return None
    for instruction, ask in analysis.instructions.asks:
        if ask.what == "extract" and ask.leading:
            names = ", ".join(field.name for field in fields.items[:_SHOWN])
            return Unprepared("extract", Evidence("extract", instruction.message, ask.span), names)
    return None


def _classify(analysis: Analysis, words: _Words) -> Unprepared | None:
    """Labels of which none is for what fits no other."""
    for labels in label_sets(analysis):
        if labels.place is None or len(labels.values) < _FEWEST_LABELS or _covers(labels, words):
            continue
        for instruction in analysis.instructions:
            if any(ask.what == "label" for ask in instruction.asks) or instruction.has("classify"):
                evidence = Evidence("classify", labels.place.message, labels.place.span)
                return Unprepared("classify", evidence, ", ".join(labels.values[:_SHOWN]))
    return None


def _covers(labels: LabelSet, words: _Words) -> bool:
    """Whether one of the labels always fits: a scale, or one for the rest."""
    folded = [same_label(value) for value in labels.values]
    return any(value in words.total or any(part in words.total for part in value.split()) for value in folded) or any(
        words.catch_all.search(value) for value in folded
    )
