"""Pieces of data that a prompt names as its answer: hand-made layouts, entities to extract, a label with a reason, scores."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from promptlint.analysis.lexicon import Lexicon
from promptlint.analysis.regions import Line, lines_of
from promptlint.analysis.task import Ask, Evidence, Instruction, Instructions, invoked
from promptlint.diagnostic import Confidence
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Prompt
from promptlint.source import Span

__all__ = ["Field", "Fields", "find_fields"]


@dataclass(frozen=True, slots=True)
class Field:
    """One named piece of data: its name in the prompt's own words, and its JSON type as far as the prompt shows it.

    `short`: the prompt says that the value is no longer than a few words or sentences.
    """

    name: str
    type: str = "string"
    short: bool = False

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
    wordy: bool = False
    """One of the fields holds free text of any length (an explanation, a summary)."""

    def json_shape(self) -> str:
        """A JSON shape for the fields, on one line."""
        body = ", ".join(f'"{field.key}": {_SHAPES[field.type]}' for field in self.items)
        return f"[{{{body}}}]" if self.repeated else f"{{{body}}}"


_SHAPES = {"string": '"..."', "number": "0", "boolean": "true", "array": '["..."]'}

_LAYOUT_LINE = regex(
    r"[\s>*_-]*(?:\(?\d{1,2}[.)]\s*)?(?P<label>[^\W\d_][^\r\n:*=<>{}\[\]()|`\"“”]{0,38}?|\{\{[^{}\r\n]{1,40}\}\}|\{[^{}\r\n]{1,40}\}|\[[^\]\r\n]{1,30}\]|<[^<>\r\n]{1,30}>)\**\s*"
    r"(?:\([^)\r\n]{1,60}\)\s*)?(?::|=)\**\s*(?P<value>.*)$"
)
_ENTRY = regex(r"\W*(?:description|type|name|title|default|example)\s*:", re.IGNORECASE)
"""The documentation of a parameter, in the manner of a schema."""
_LABELS = 3
"""Labels without values from which on they may be a layout."""
_FEW_ASKS = 5
"""Requests up to which such labels are the whole answer, not a section of a longer text."""
_BULLET = regex(r"\s*[-*•]\s")
_DASH_LINE = regex(r"\s*-{2,}\s*(?P<label>[A-Za-z][\w ]{1,30})\s*$")
_VALUE_REACH = 90
"""A line whose value is longer than this shows no layout, in code points."""
_STRICT = regex(r"\s*(?:<[^<>]+>|\[[^\]]+\]|\{\{?[^{}]+\}?\}|\([^)]+\)|\.\.\.|…|_{2,})\s*\.?$")
_SLOT = regex(r"\s*(?:<[^<>]+>|\[[^\]]+\]|\.\.\.|…|_{2,})\s*\.?$")
"""A value that can only stand for something; `{name}` may be what a program fills in."""
_JSONISH = regex(r"(?<!\{)[\[{]\s*[\"']|^\s*[\[{]\s*$|^\s*[}\]],?\s*$|^\s*[\"'][\w ]+[\"']\s*:|^\s*</?[a-zA-Z_]+>")
_MARKUP = regex(r"\s*(?:#{1,6}\s|\|.*\|)")
_NAMED_LIST = regex(r":\s*(?P<names>[^.:;\r\n]{3,300})")
_ITEM = regex(r"\s*(?:[-*•]|\d{1,2}[.)])\s+\**(?P<label>[^\W\d_][\w /'-]{1,40}?)\**\s*(?:[:(–—-].*)?$")

_WORDS_OF_A_LABEL = 5
_WORDS_OF_A_NAME = 3
_MOST_FIELDS = 8
_BLANKS = 2
_NEAR = 3
"""Lines of something else before a layout starts."""
_REACH = 40
"""Lines behind a sentence within which its layout is looked for."""


def find_fields(prompt: Prompt, asked: Instructions, lexicon: Lexicon) -> Fields | None:
    """The data that the answer consists of, where the prompt asks for it as free text; None where it asks for prose."""
    found = (
        _from_layout(prompt, asked, lexicon)
        or _from_extraction(prompt, asked, lexicon)
        or _from_verdict(asked, lexicon)
        or _from_request(prompt, asked, lexicon)
        or _from_parts(prompt, asked, lexicon)
        or _from_delimited(asked)
    )
    if found is None:
        return None
    free = lexicon.word("free_text")
    wordy = any(free.search(field.name) and not field.short for field in found.items)
    return replace(found, wordy=found.wordy or wordy)


def _lines_after(prompt: Prompt, instruction: Instruction) -> Iterator[Line]:
    text = prompt.messages[instruction.message].text
    end = instruction.sentence.end
    for count, line in enumerate(lines_of(text[end : end + 4000])):
        if count > _REACH:
            return
        yield Line(line.start + end, line.end + end, line.text)


def _type_of(label: str, value: str, lexicon: Lexicon) -> str:
    if lexicon.word("boolean").search(value):
        return "boolean"
    if lexicon.word("number").search(label):
        return "number"
    return "array" if lexicon.word("many").search(value) else "string"


@dataclass(frozen=True, slots=True)
class _Layout:
    """The lines below a sentence that look like a hand-made layout: labels, and how many show the form of a value."""

    fields: tuple[Field, ...]
    shown: int
    slots: int
    dashes: int
    open_label: bool
    """A label is itself a slot ("{{ label }}: ..."), so one line stands for many."""


def _layout_below(prompt: Prompt, instruction: Instruction, lexicon: Lexicon, *, bullets: bool) -> _Layout:
    """`bullets`: whether list items count; unannounced, they are sections of a text for people."""
    found: dict[str, Field] = {}
    shown = slots = dashes = blank = other = 0
    open_label = False
    filled = prompt.messages[instruction.message].template != "none"
    for line in _lines_after(prompt, instruction):
        if not line.text.strip():
            blank += 1
            if blank > _BLANKS and found:
                break
            continue
        blank = 0
        if _JSONISH.search(line.text) or _MARKUP.match(line.text):
            if len(found) > 1:
                break  # the layout is over
            return _Layout((), 0, 0, 0, open_label=False)  # JSON, or sections for people
        dash = _DASH_LINE.match(line.text)
        match = dash or _LAYOUT_LINE.match(line.text)
        if match is None or (not bullets and _BULLET.match(line.text)):
            other += 1
            if other > _NEAR and not found:
                break
            continue
        open_label = open_label or match["label"].startswith(("{", "<", "["))
        label = match["label"].strip(" <>[]{}")
        value = "" if dash else match["value"]
        if filled and value.lstrip().startswith("{"):
            continue  # what a program fills in is given, not asked for
        if found and not value and not dash and len(label.split()) > _WORDS_OF_A_NAME:
            break  # "Here is the text that needs labelling:"
        if len(label.split()) > _WORDS_OF_A_LABEL or len(value) > _VALUE_REACH:
            continue
        slots += _SLOT.match(value) is not None
        shown += _STRICT.match(value) is not None or lexicon.word("shown").search(value) is not None
        dashes += bool(dash)
        field = Field(label, _type_of(label, value, lexicon), short=bool(lexicon.word("short_value").search(value)))
        found.setdefault(field.key, field)
    return _Layout(tuple(found.values())[:_MOST_FIELDS], shown, slots, dashes, open_label)


def _from_layout(prompt: Prompt, asked: Instructions, lexicon: Lexicon) -> Fields | None:
    ahead = {each for each in asked.ending_in(":") if each.asks}
    for instruction in sorted(ahead.union(asked.of("layout")), key=lambda each: (each.message, each.sentence.start)):
        span = instruction.place_of("layout")
        announced = span is not None
        if span is None:
            if instruction not in ahead:
                continue
            span = instruction.asks[0].span
        layout = _layout_below(prompt, instruction, lexicon, bullets=announced)
        if any(lexicon.word("agent_loop").match(field.name) for field in layout.fields):
            continue
        several = len(layout.fields) > 1 and (
            (layout.shown > 0 or layout.dashes > 1) if announced else layout.slots > 1
        )
        # labels alone are sections of a text unless they name data
        data = sum(lexicon.word("data_nouns").search(field.name) is not None for field in layout.fields)
        labels = not announced and not several and len(layout.fields) >= _LABELS and data * 2 >= len(layout.fields)
        if labels and len(asked.asks) <= _FEW_ASKS:
            return Fields(layout.fields, False, Evidence("layout", instruction.message, span), Confidence.MEDIUM)
        if several or (announced and len(layout.fields) == 1 and layout.shown and layout.open_label):
            return Fields(layout.fields, False, Evidence("layout", instruction.message, span), Confidence.HIGH)
    return None


def _names_after(prompt: Prompt, instruction: Instruction, after: int, lexicon: Lexicon) -> list[str]:
    """The names listed behind an offset of the sentence (": a, b and c"), or as list items below it."""
    text = prompt.messages[instruction.message].text
    span = instruction.sentence.span
    match = _NAMED_LIST.search(text, after, min(span.end + 300, len(text)))
    if match and match.start() < span.end + 2:
        names = _split(match["names"], lexicon)
        if len(names) >= 2 and all(len(name.split()) <= 4 for name in names):
            return names
    listed = _enumeration(lexicon).search(text, after, span.end)
    if listed:
        names = _split(listed.group(), lexicon)
        data = lexicon.word("data_nouns")
        if len(names) > 2 or all(data.search(name) for name in names):
            return names
    names = []
    for line in _lines_after(prompt, instruction):
        if not line.text.strip():
            if names:
                break
            continue
        item = _ITEM.match(line.text) or _LAYOUT_LINE.match(line.text)
        if item is None:
            break
        names.append(item["label"].strip())
    return names


def _writes(asked: Instructions, lexicon: Lexicon) -> bool:
    """Whether the prompt asks for a piece of prose: then the data that it names is what the prose is about."""
    return any(ask.what == "prose" and ask.verb not in lexicon.set("explain") for _, ask in asked.each_ask())


@cache
def _enumeration(lexicon: Lexicon) -> re.Pattern[str]:
    """Two names or more: "the number, the date and the total"."""
    article, conjunction = lexicon.word("article").pattern, lexicon.word("conjunction").pattern
    stop = rf"(?:{conjunction}|{lexicon.word('preposition').pattern})\b"
    genitive = rf"(?: (?:{lexicon.word('genitive').pattern}) (?:{article})?[\w-]{{1,40}})?"
    name = rf"(?:{article})?[^\W\d_][\w-]{{0,40}}(?: (?!{stop})[\w-]{{1,40}}){{0,2}}{genitive}"
    return regex(rf"(?<![\w-])(?:{name}, ){{0,8}}{name},? (?:{conjunction}) {name}", re.IGNORECASE)


def _split(names: str, lexicon: Lexicon) -> list[str]:
    """The single names of an enumeration, without articles and marks."""
    conjunction = lexicon.word("conjunction").pattern
    parts = re.split(rf",\s*(?:(?:{conjunction})\s+)?|;\s*|\s+(?:{conjunction})\s+", names, flags=re.IGNORECASE)
    bare = (
        re.sub(rf"^(?:{lexicon.word('article').pattern})", "", part.strip(" .`\"'*"), flags=re.IGNORECASE)
        for part in parts
    )
    return [name for name in bare if name]


def _from_extraction(prompt: Prompt, asked: Instructions, lexicon: Lexicon) -> Fields | None:
    if asked.first is None or _writes(asked, lexicon):
        return None
    first = asked.first[1]
    command = invoked(prompt)
    for instruction in asked.of("fields"):
        span = instruction.place_of("fields")
        if span is None:
            continue
        text = prompt.messages[instruction.message].text
        named = lexicon.word("named_fields").search(text, span.start, span.end) is not None
        if not named and first.what not in ("extract", "list"):
            continue
        if not any(ask.what in ("extract", "list", "make", "prose", "label") for ask in instruction.asks):
            continue
        request = next(ask for ask in instruction.asks if ask.what in ("extract", "list", "make", "prose", "label"))
        names = _names_after(prompt, instruction, min(span.start, request.span.start) + len(request.verb), lexicon)
        if len(names) >= 2:
            return Fields(
                tuple(Field(name, _type_of(name, "", lexicon)) for name in names[:_MOST_FIELDS]),
                True,
                Evidence("fields", instruction.message, span),
                Confidence.HIGH,
            )
        strong = lexicon.word("strong_fields").search(text, span.start, span.end) is not None
        if first in instruction.asks and (first.what == "extract" or strong) and not command:
            noun = re.search(r"(\w+)$", text[span.start : span.end])
            name = noun.group(1) if noun else "value"
            return Fields((Field(name),), True, Evidence("fields", instruction.message, span), Confidence.MEDIUM)
    return None


def _from_verdict(asked: Instructions, lexicon: Lexicon) -> Fields | None:
    first = asked.first[1].what if asked.first is not None else None
    if first not in ("label", "review", "extract") or not asked.has("rationale"):
        return None
    judged = next(
        ((i, s) for i in asked.of("classify", "rate") if i.asks for _, s in i.found("classify", "rate")), None
    )
    if judged is None or _writes(asked, lexicon):
        return None
    instruction, span = judged
    rate = instruction.has("rate")
    label = Field("score", "number") if rate else Field("label")
    evidence = Evidence("verdict", instruction.message, span)
    return Fields((label, Field("reason")), False, evidence, Confidence.MEDIUM, wordy=True)


def _from_request(prompt: Prompt, asked: Instructions, lexicon: Lexicon) -> Fields | None:
    """Data that is asked for by its names: "give the sentiment and the product", "provide:" above a list of names."""
    if _writes(asked, lexicon) or invoked(prompt):
        return None
    requests: dict[Instruction, Ask] = {}
    for instruction, ask in asked.asks:
        if ask.what in ("make", "list", "extract"):
            requests.setdefault(instruction, ask)
    for instruction, ask in requests.items():
        if instruction.has("bounded", "conditional") or _ENTRY.match(instruction.sentence.text):
            continue
        names = _names_after(prompt, instruction, ask.span.start + len(ask.verb), lexicon)
        data = sum(lexicon.word("data_nouns").search(name) is not None for name in names)
        if data > 1 and data * 2 >= len(names) and all(len(name.split()) <= _WORDS_OF_A_LABEL for name in names):
            fields = tuple(Field(name, _type_of(name, "", lexicon)) for name in names[:_MOST_FIELDS])
            return Fields(fields, False, Evidence("fields", instruction.message, ask.span), Confidence.MEDIUM)
    return None


def _from_parts(prompt: Prompt, asked: Instructions, lexicon: Lexicon) -> Fields | None:
    """The parts that a text is split into: "split the address into street, number and city"."""
    for instruction in asked.saying(lexicon.set("splits")):
        match = lexicon.word("splits").search(instruction.sentence.text)
        if match is None or instruction.has("conditional", "bounded"):
            continue
        start = instruction.sentence.start
        names = _names_after(prompt, instruction, start + match.end(), lexicon)
        data = sum(lexicon.word("data_nouns").search(name) is not None for name in names)
        if len(names) > 2 and data * 2 >= len(names) and all(len(name.split()) <= _WORDS_OF_A_LABEL for name in names):
            fields = tuple(Field(name, _type_of(name, "", lexicon)) for name in names[:_MOST_FIELDS])
            place = Span(start + match.start(), start + match.end())
            return Fields(fields, False, Evidence("fields", instruction.message, place), Confidence.MEDIUM)
    return None


def _from_delimited(asked: Instructions) -> Fields | None:
    first = asked.first[1].what if asked.first is not None else None
    if first == "transform":
        return None  # "translate the labels, one per line": as many lines as there are
    for instruction in asked.of("delimited"):
        span = instruction.place_of("delimited")
        if span is not None and (instruction.asks or instruction.has("answer")):
            # a line for each may be there for people; what is taken from a text or separated by commas is read by a program
            named = asked.has("fields")
            taken = first in ("label", "list") or named or not instruction.has("lines")
            confidence = Confidence.MEDIUM if taken else Confidence.LOW
            return Fields(
                (Field("items", "array"),), False, Evidence("delimited", instruction.message, span), confidence
            )
    return None
