"""Tasks whose answer is one label or a few short values, as far as the prompt shows: what small models are made for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from promptlint.analysis.labels import label_sets
from promptlint.analysis.task import Evidence
from promptlint.analysis.thinking import thinking_triggers
from promptlint.lazy import regex
from promptlint.prompt import Kind

if TYPE_CHECKING:
    from promptlint.analysis import Analysis

__all__ = ["SimpleTask", "simple_task"]

SimpleTask = tuple[Literal["label", "fields"], Evidence]
"""What the answer is (one label of a closed set, or a few short fields), and where it is asked for."""

_MOST_FIELDS = 8
_MOST_SENTENCES = 15
"""Sentences from which on there is more to heed than a small model may be trusted with."""
_LONGEST = 4_000
"""Code points of text, about 1,000 tokens."""
_MOST_LABELS = 12

_WORK = frozenset({"prose", "answer", "review", "code", "list", "transform"})
"""Requests that make the answer more than a label."""

_HARD = regex(
    r"\b(?:evaluat\w+ (?:metrics?|criteria|the (?:quality|performance))|(?:bot|assistant|model|ai|agent|student|llm|chatbot)(?:['’]s)?(?: \w+)? (?:answers?|responses?|"
    r"outputs?|messages?|repl(?:y|ies)|behaviou?r)|(?:submitted|actual|generated|expected|predicted|candidate|reference|correct|better|given|two|quality of an?) (?:answers?|"
    r"responses?|outputs?|completions?|messages?)|ground[_ ]?truth|hypothes[ie]s|rubric|hallucinat\w+|faithful\w*|entail\w*|contradict\w*|correctness|plagiari\w+|policy|"
    r"policies|proof|theorem|math\w*|logic\w*|(?:source )?code|diff|patch|sql|vulnerab\w+|exploit\w*|legal\w*|laws?|contracts?|statutes?|medical|patients?|diagnos\w+|"
    r"clinical|symptoms?|suicid\w+|jailbreak\w*|prompt injection|sarcas\w+|plausib\w+|predict|randomly|step \d|"
    r"musterlösung|vertr[aä]g\w*|gesetz\w*|rechtlich\w*|medizin\w*|diagnose\w*|patient(?:in|en)\w*|"
    r"contrats?|juridique\w*|médica\w+|diagnosti\w+|patientes?|contratos?|legales|jurídic\w+|pacientes?)\b",
    re.IGNORECASE,
)
"""Words of tasks whose answer is short and whose difficulty is not: judging an answer, code, law, medicine, guesses."""
_JUDGED = frozenset(
    [
        "answer",
        "response",
        "output",
        "completion",
        "prediction",
        "expected",
        "expected_output",
        "expected_answer",
        "reference",
        "hypothesis",
        "ground_truth",
        "actual_output",
        "model_output",
        "bot_response",
        "bot_message",
        "candidate",
        "claim",
        "rubric",
        "criteria",
    ]
)
"""Variables that hold what is to be judged."""


def simple_task(analysis: Analysis) -> SimpleTask | None:
    """The simple task that a prompt is, or None where anything about it speaks for more.

    The one request of the prompt is for a label out of a closed set or yes or no, or for a few short fields; no reasons, no
    thinking, few sentences, nothing that is known to be hard.
    """
    prompt = analysis.prompt
    if prompt.settings.tools is not None or analysis.lexicon is None:
        return None
    if sum(len(message.text) for message in prompt.messages) > _LONGEST or analysis.kind is not Kind.TASK:
        return None
    asked = analysis.instructions
    if len(asked) > _MOST_SENTENCES or asked.has("rationale", "standing", "long"):
        return None
    asks = [ask for _, ask in asked.asks]
    if analysis.fields is not None:
        asks = [ask for ask in asks if ask.what != "list"]  # a field may be called "name"
    if any(ask.what in _WORK and ask.leading and not _answers(ask.verb) for ask in asks):
        return None
    if any(use.name.lower() in _JUDGED for message in prompt.messages for use in message.uses):
        return None
    if any(_HARD.search(message.literal) for message in prompt.messages) or any(thinking_triggers(analysis)):
        return None
    return _label(analysis) or _fields(analysis)


def _answers(verb: str) -> bool:
    """Whether a verb only says in which form to answer ("answer yes or no")."""
    return verb in _FORM


_FORM = frozenset(
    [
        "answer",
        "respond",
        "reply",
        "antworte",
        "antworten",
        "réponds",
        "répondez",
        "répondre",
        "responde",
        "responda",
        "conteste",
        "contesta",
    ]
)


def _label(analysis: Analysis) -> SimpleTask | None:
    """One label of a set that the prompt states."""
    asked = next(
        (
            Evidence("label", item.message, ask.span)
            for item, ask in analysis.instructions.asks
            if ask.what == "label" and ask.leading
        ),
        None,
    )
    if asked is None:
        return None
    sets = label_sets(analysis)
    closed = any(each.key is None and 2 <= len(each.values) <= _MOST_LABELS for each in sets)
    shape = analysis.shape
    if (
        shape.format == "structured"
        and shape.limit == "bounded"
        and (closed or any(each.what == "label" and _yes_no(analysis, each) for each in shape.limit_evidence))
    ):
        return ("label", asked)
    return None


_YES = regex(r"\b(?:yes|true|ja|wahr|oui|vrai|sí|si|verdadero)\b", re.IGNORECASE)


def _yes_no(analysis: Analysis, evidence: Evidence) -> bool:
    if evidence.message < 0:
        return False
    text = analysis.prompt.messages[evidence.message].text
    return _YES.search(text, evidence.span.start, evidence.span.end) is not None


def _fields(analysis: Analysis) -> SimpleTask | None:
    """A few short values that are taken out of a text, or said about it."""
    asked = next(
        (
            Evidence("fields", item.message, ask.span)
            for item, ask in analysis.instructions.asks
            if ask.what in ("extract", "label") and ask.leading
        ),
        None,
    )
    if asked is None:
        return None
    schema = analysis.prompt.settings.schema
    if schema is not None:
        return ("fields", asked) if _is_flat(schema.value, analysis) else None
    fields = analysis.fields
    if fields is None or fields.wordy or fields.repeated or not 1 <= len(fields.items) <= _MOST_FIELDS:
        return None
    return ("fields", asked) if all(each.type != "array" for each in fields.items) else None


def _is_flat(schema: object, analysis: Analysis) -> bool:
    """Whether a schema is an object of a few values that are no objects, no lists and no free text."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or not 1 <= len(properties) <= _MOST_FIELDS or analysis.lexicon is None:
        return False
    wordy = analysis.lexicon.word("free_text")
    return all(
        isinstance(each, dict) and ("enum" in each or (each.get("type") in _SCALARS and not wordy.search(str(name))))
        for name, each in properties.items()
    )


_SCALARS = ("string", "number", "integer", "boolean")
