"""Data and schemas in indented JSON: the rule `pretty-printed-json`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from promptlint.analysis.declared_schema import is_schema
from promptlint.analysis.demonstrations import Demonstration, Passage, kind_of_label
from promptlint.analysis.json_blocks import DataBlock
from promptlint.analysis.task import invoked
from promptlint.checks import Context
from promptlint.diagnostic import Applicability, Finding, Fix
from promptlint.lazy import regex
from promptlint.prompt import Message
from promptlint.source import Span

__all__ = ["check"]

_INDENTED = regex(r"[{\[,][ \t]*(?:\r\n|\n|\r)[ \t]*[\"{\[\]}\d]")
_TOKEN = regex(r'"(?:[^"\\]|\\.)*"|\s+', re.DOTALL)
_LAYOUT_MATTERS = regex(
    r"indent|pretty|minif|white ?space|beautif|einrück|formatier|leerzeichen|espaces?\b|espacios?\b"
)
_REACH = 80
"""How far before JSON its label starts, in code points."""
_LABEL = regex(r"(?:^|[\r\n])[#*\s]*(?P<label>[^\W\d_][\w'’/-]*(?:[ \t]+[\w'’/-]+){0,3})[*]*:[*]*\s*(?:`{3}\w*\s*)?\Z")
_FORM = regex(
    r"format|struct|schema|json|shape|template|layout|object|follow|example|result|form\b|aufbau|beispiel|ergebnis|exemple|ejemplo"
)
_LANGUAGES = ("", "json", "jsonschema", "schema")


def check(context: Context) -> Iterator[Finding]:
    """Each piece of JSON that goes in as data or is a schema, if enough tokens are its layout."""
    if context.document.agent_file or invoked(context.prompt):
        return
    messages = context.prompt.messages
    if not any(_INDENTED.search(message.text) for message in messages) or _is_about_code(context):
        return
    shots = context.analysis.demonstrations
    for index, part in enumerate(context.analysis.messages):
        own = _own(shots, index)
        for block in part.json:
            if block.root is None or block.info not in _LANGUAGES or not _INDENTED.search(block.text):
                continue
            role = _role(context, index, block, own)
            if role is not None:
                yield from _finding(context, part.message, block, role)


def _own(shots: Sequence[Demonstration], index: int) -> list[tuple[Span, Demonstration]]:
    """The examples of one message by their place."""
    own = ((passage.span, shot) for shot in shots for passage in shot.whole if passage.message == index)
    return sorted(own, key=lambda pair: pair[0])


def _role(
    context: Context, index: int, block: DataBlock, own: Sequence[tuple[Span, Demonstration]]
) -> tuple[str, Applicability] | None:
    """What goes into the model with the JSON, and whether its layout can be nothing but layout; None for answers and the unknown."""
    part = context.analysis.messages[index]
    before = bisect_right(own, block.span.start, key=lambda pair: pair[0].start) - 1
    around = own[before][1] if before >= 0 and own[before][0].contains(block.span) else None
    if around is not None:
        shown = around.given is None and around.answer is None
        if shown or (around.answer is not None and _holds(around.answer, index, block)):
            return None  # the layout of an answer that is shown may be the layout that is wanted
        return "example input", Applicability.UNSAFE
    if is_schema(block):
        return "schema", Applicability.SAFE
    if part.message.role in ("assistant", "tool"):
        return None
    if any(region.kind == "data" and region.span.contains(block.span) for region in part.regions):
        return "data", Applicability.SAFE
    return ("data", Applicability.UNSAFE) if _is_labelled(context, part.message.text, block) else None


def _holds(passage: Passage, index: int, block: DataBlock) -> bool:
    return passage.message == index and passage.span.contains(block.span)


def _is_labelled(context: Context, text: str, block: DataBlock) -> bool:
    """Whether a short label ("Catalogue:") stands right above, which asks for nothing and speaks of no answer or format."""
    words = context.analysis.lexicon
    label = _LABEL.search(text, max(0, block.span.start - _REACH), block.span.start)
    if words is None or label is None:
        return False
    first = label["label"].split()[0].lower()
    return (
        first not in words.verbs and kind_of_label(label["label"]) is None and not _FORM.search(label["label"].lower())
    )


def _is_about_code(context: Context) -> bool:
    """Whether code or files are asked for, or the layout of text: then JSON is shown as it is to be written."""
    analysis = context.analysis
    if any(ask.what == "code" for _, ask in analysis.instructions.each_ask()):
        return True
    if analysis.instructions.has("code", "file"):
        return True
    return any(_LAYOUT_MATTERS.search(part.instruction_text.lower()) for part in analysis.messages)


def _finding(
    context: Context, message: Message, block: DataBlock, role: tuple[str, Applicability]
) -> Iterator[Finding]:
    what, safe = role
    least = context.rule.options["min-saving"]
    location = message.locate(Span(block.span.start, block.span.start + 1))
    compact = minified(message.text[block.span.start : block.span.end])
    before = context.tokens(block.text)
    saved = before - context.tokens(minified(block.text))
    if location is None or not isinstance(least, int) or saved < least:
        return
    edit = message.edit(block.span, compact)
    fix = None
    if edit is not None:
        fix = Fix(
            "Write the JSON on one line",
            (edit,),
            safe,
            frozenset({"code", "quotations"}),
        )
    yield Finding(location, {"what": what, "share": str(100 * saved // before), "tokens": f"{before:,}"}, fix=fix)


def minified(text: str) -> str:
    """JSON without the white space between its tokens; keys, strings and numbers stay as they are written."""
    return _TOKEN.sub(lambda match: match.group() if match.group()[0] == '"' else "", text)
