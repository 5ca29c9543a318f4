"""Pieces of data that a prompt names as its answer: hand-made layouts, entities to extract, a label with a reason, scores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promptlint.analysis.regions import Line, lines_of
from promptlint.analysis.task import Evidence, Instruction
from promptlint.diagnostic import Confidence
from promptlint.prompt import Prompt

__all__ = ["Field", "Fields", "find_fields"]


@dataclass(frozen=True, slots=True)
class Field:
    """One named piece of data: its name in the prompt's own words, and its JSON type as far as the prompt shows it."""

    name: str
    type: str = "string"

    @property
    def key(self) -> str:
        """The name as a JSON key: lower case, words joined by underscores."""
        return re.sub(r"\W+", "_", self.name.strip().lower()).strip("_") or "value"


@dataclass(frozen=True, slots=True)
class Fields:
    """Named data in the answer. `repeated`: the answer is a list of such records. `evidence`: the words that ask for them."""

    items: tuple[Field, ...]
    repeated: bool
    evidence: Evidence
    confidence: Confidence

    def json_shape(self) -> str:
        """A JSON shape for the fields, on one line."""
        body = ", ".join(f'"{field.key}": {_SHAPES[field.type]}' for field in self.items)
        return f"[{{{body}}}]" if self.repeated else f"{{{body}}}"


_SHAPES = {"string": '"..."', "number": "0", "boolean": "true", "array": '["..."]'}

_LAYOUT_LINE = re.compile(
    r"[\s>*_-]*(?:\(?\d{1,2}[.)]\s*)?(?P<label>[^\W\d_][^\r\n:*=<>{}\[\]()|`\"“”]{0,38}?|\{\{[^{}\r\n]{1,40}\}\}|\{[^{}\r\n]{1,40}\}|\[[^\]\r\n]{1,30}\]|<[^<>\r\n]{1,30}>)\**\s*"
    r"(?:\([^)\r\n]{1,60}\)\s*)?(?::|=)\**\s*(?P<value>.*)$"
)
_DASH_LINE = re.compile(r"\s*-{2,}\s*(?P<label>[A-Za-z][\w ]{1,30})\s*$")
_PLACEHOLDER = re.compile(
    r"\s*(?:$|<[^<>]+>|\[[^\]]+\]|\{\{?[^{}]+\}?\}|\([^)]+\)|\.\.\.|…|_+|\"[^\"]*\"|'[^']*'|(?:your|the|a|an|one|yes|no|true|false|high|low|list|comma|score|\d)\b.{0,80}$|.{1,60}$)",
    re.IGNORECASE,
)
_STRICT = re.compile(r"\s*(?:<[^<>]+>|\[[^\]]+\]|\{\{?[^{}]+\}?\}|\([^)]+\)|\.\.\.|…|_{2,})\s*\.?$|.*(?:\b(?:yes|true)\s*/\s*(?:no|false)|/10\b|\bX\b|\b0-10|1-5|comma)", re.IGNORECASE)
_JSONISH = re.compile(r"[\[{]\s*[\"'{]|^\s*[}\]],?\s*$|^\s*[\"'][\w ]+[\"']\s*:|</?[a-zA-Z_]+>\s*$")
_MARKUP = re.compile(r"\s*(?:#{1,6}\s|\|.*\|)")
_AGENT_LOOP = frozenset({"thought", "action", "observation", "final answer", "action input", "gedanke", "aktion"})
_NUMBER = re.compile(r"\b(?:scores?|ratings?|confidence|number|count|amount|price|quantity|age|percentage|probability|points?|grade|year|total)\b", re.IGNORECASE)
_BOOLEAN = re.compile(r"\b(?:yes\s*/\s*no|true\s*/\s*false|true or false|yes or no)\b", re.IGNORECASE)
_LIST = re.compile(r"\b(?:list|comma|keywords|tags|items)\b", re.IGNORECASE)
_NAMED_LIST = re.compile(r":\s*(?P<names>[^.:;\r\n]{3,300})")
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+\**(?P<name>[^\W\d_][\w /'-]{1,40}?)\**\s*(?:[:(–—-].*)?$")

_EXPLAIN = frozenset({"explain", "describe", "analyze", "analyse", "erkläre", "erläutere", "explique", "expliquez", "explica", "explique"})
_REACH = 40
"""Lines behind a sentence within which its layout is looked for."""


def find_fields(prompt: Prompt, asked: Sequence[Instruction], masked: Sequence[str]) -> Fields | None:
    """The data that the answer consists of, where the prompt asks for it as free text; None where it asks for prose."""
    for finder in (_from_layout, _from_extraction, _from_verdict, _from_delimited):
        found = finder(prompt, asked)
        if found is not None:
            return found
    return None


def _lines_after(prompt: Prompt, instruction: Instruction) -> Iterator[Line]:
    text = prompt.messages[instruction.message].text
    end = instruction.sentence.span.end
    for count, line in enumerate(lines_of(text[end : end + 4000])):
        if count > _REACH:
            return
        yield Line(line.start + end, line.end + end, line.text)


def _type_of(label: str, value: str) -> str:
    if _BOOLEAN.search(value):
        return "boolean"
    if _NUMBER.search(label):
        return "number"
    return "array" if _LIST.search(value) else "string"


def _from_layout(prompt: Prompt, asked: Sequence[Instruction]) -> Fields | None:
    for instruction in asked:
        span = next((span for group, span in instruction.signals if group == "layout"), None)
        if span is None:
            continue
        found: list[Field] = []
        strict = dashes = 0
        blank = 0
        for count, line in enumerate(_lines_after(prompt, instruction)):
            if not line.text.strip():
                blank += 1
                if blank > 2 and found:
                    break
                continue
            blank = 0
            if _JSONISH.search(line.text) or _MARKUP.match(line.text):
                found.clear()
                break
            dash = _DASH_LINE.match(line.text)
            match = dash or _LAYOUT_LINE.match(line.text)
            if match is None:
                if count > 12 and not found:
                    break
                continue
            label = match["label"].strip(" <>[]{}")
            value = "" if dash else match["value"]
            if len(label.split()) > 5 or not _PLACEHOLDER.match(value):
                continue
            strict += bool(_STRICT.match(value))
            dashes += bool(dash)
            field = Field(label, _type_of(label, value))
            if field.key not in {known.key for known in found}:
                found.append(field)
        names = {field.name.lower() for field in found}
        if names & _AGENT_LOOP:
            continue
        if len(found) >= 2 and (strict >= 1 or dashes >= 2) or (len(found) == 1 and strict and "{" in instruction_label(prompt, instruction)):
            return Fields(tuple(found[:8]), False, Evidence("layout", instruction.message, span), Confidence.HIGH)
    return None


def instruction_label(prompt: Prompt, instruction: Instruction) -> str:
    """The text close behind a sentence: tells a layout whose labels are variables."""
    text = prompt.messages[instruction.message].text
    return text[instruction.sentence.span.end : instruction.sentence.span.end + 200]


def _names_after(prompt: Prompt, instruction: Instruction) -> list[str]:
    text = prompt.messages[instruction.message].text
    span = instruction.sentence.span
    match = _NAMED_LIST.search(text, span.start, min(span.end + 300, len(text)))
    if match and match.start() < span.end + 2:
        names = [re.sub(r"^(?:and|or|und|et|y|the|a|an)\s+", "", part.strip(" .`\"'*")) for part in re.split(r",|;|\band\b|\bund\b|\bet\b|\by\b", match["names"])]
        names = [name for name in names if name and len(name.split()) <= 4]
        if len(names) >= 2:
            return names
    names = []
    for line in _lines_after(prompt, instruction):
        if not line.text.strip():
            if names:
                break
            continue
        item = _ITEM.match(line.text)
        if item is None:
            break
        names.append(item["name"].strip())
    return names


def _from_extraction(prompt: Prompt, asked: Sequence[Instruction]) -> Fields | None:
    first = next((ask for i in asked for ask in i.asks if ask.what != "make"), None)
    command = any(message.template in ("arguments", "dollar") for message in prompt.messages)
    for instruction in asked:
        span = next((span for group, span in instruction.signals if group == "fields"), None)
        if span is None or not any(ask.what in ("extract", "list", "make", "prose", "label") for ask in instruction.asks):
            continue
        names = _names_after(prompt, instruction)
        if len(names) >= 2:
            return Fields(tuple(Field(name, _type_of(name, "")) for name in names[:8]), True, Evidence("fields", instruction.message, span), Confidence.HIGH)
        if first is not None and first.what == "extract" and first in instruction.asks and not command:
            noun = re.search(r"(\w+)$", prompt.messages[instruction.message].text[span.start : span.end])
            name = noun.group(1) if noun else "value"
            return Fields((Field(name),), True, Evidence("fields", instruction.message, span), Confidence.MEDIUM)
    return None


def _from_verdict(prompt: Prompt, asked: Sequence[Instruction]) -> Fields | None:
    judged = next(((i, s) for i in asked for g, s in i.signals if g in ("classify", "rate") and any(a.what in ("label", "review") for a in i.asks)), None)
    reason = next((i for i in asked if i.has("rationale")), None)
    first = next((ask.what for i in asked for ask in i.asks if ask.what != "make"), None)
    writes = any(ask.leading and ask.what == "prose" and ask.verb not in _EXPLAIN for i in asked for ask in i.asks)
    if judged is None or reason is None or writes or first not in ("label", "review", "extract"):
        return None
    instruction, span = judged
    rate = any(group == "rate" for group, _ in instruction.signals)
    label = Field("score", "number") if rate else Field("label")
    return Fields((label, Field("reason")), False, Evidence("verdict", instruction.message, span), Confidence.MEDIUM)


def _from_delimited(prompt: Prompt, asked: Sequence[Instruction]) -> Fields | None:
    for instruction in asked:
        span = next((span for group, span in instruction.signals if group == "delimited"), None)
        if span is not None:
            return Fields((Field("items", "array"),), False, Evidence("delimited", instruction.message, span), Confidence.MEDIUM)
    return None
