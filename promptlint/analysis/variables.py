"""What the variables of a prompt are for, and what stands around the places where they are filled in.

A variable's value is not known; its name, the tag or the label beside it and the loop it stands in say what it holds.
The words are data in lexicons/variables.yaml.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal, TypeAlias, cast, get_args

from promptlint.analysis.lexicon import load_data
from promptlint.analysis.regions import VARIABLE_MARK, Region, heading_title
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Control, Message, Prompt, Text, Variable
from promptlint.source import Span

__all__ = ["Around", "Purpose", "Slot", "find_slots", "is_log_of_turns", "is_long", "purpose_of"]

Purpose: TypeAlias = Literal[
    "document", "message", "question", "history", "result", "examples", "format", "volatile", "session", "scalar", "unknown"
]  # fmt: skip
"""What a variable holds.

``document``: long text to work on. ``message``: what a person wrote. ``question``: what is asked. ``history``: earlier turns.
``result``: what a tool, a search or a model returned. ``examples``: shots. ``format``: how to answer. ``volatile``: a value
that is new with every call. ``session``: one that is new with every user or conversation. ``scalar``: a word, number, label.
"""

Around: TypeAlias = Literal["message", "fence", "tag", "quote", "label", "block", "end", "inline"]
"""What sets a variable apart from the text beside it.

``message``: it has a message of its own. ``fence``: code fences, lines of dashes. ``tag``: XML tags. ``quote``: quotation marks
or brackets. ``label``: a heading or a label before it. ``block``: lines of its own. ``end``: nothing, but it ends its line.
``inline``: nothing, it stands in running text.
"""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place where a variable is filled in: `span` of the text of the message with that index.

    `name` is the variable with the attributes taken of it (``email.body``). `looped` is what the loop around it goes
    through, when it is in one. `bounded`: the template cuts the value (``truncate``, a slice, the last turns of a history).
    """

    message: int
    span: Span
    name: str
    purpose: Purpose
    around: Around
    looped: str | None = None
    bounded: bool = False


# -- names ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Words:
    names: Mapping[str, Purpose]
    last: Mapping[str, Purpose]
    first: Mapping[str, Purpose]
    """Words that head a name of several words from the front, as French and Spanish ones do."""
    romance: frozenset[str]
    """Words that are French or Spanish and nothing else."""
    suffixes: tuple[tuple[str, Purpose], ...]
    counted: frozenset[str]
    text: frozenset[str]
    carriers: frozenset[str]
    shown: frozenset[str]
    long: frozenset[str]
    short: frozenset[str]
    topical: frozenset[str]
    log_of_turns: frozenset[str]


_LANGUAGES = ("es", "fr", "de", "en")
"""The later language wins where languages share a word."""


@cache
def _words() -> _Words:
    data = load_data("variables")

    def table(section: Mapping[str, Sequence[str]]) -> dict[str, Purpose]:
        return {
            word: cast("Purpose", purpose)
            for purpose, words in section.items()
            if purpose in _PURPOSES
            for word in words
        }

    first: dict[str, Purpose] = {}
    last: dict[str, Purpose] = {}
    for language in _LANGUAGES:
        last.update(table(data[language]))
    for language in ("es", "fr"):
        first.update(table(data[language]))
    suffixes = sorted(table(data["suffixes"]).items(), key=lambda item: (-len(item[0]), item[0]))
    return _Words(
        names=table(data["names"]),
        last=last,
        first=first,
        romance=frozenset(first.keys() - table(data["en"]).keys() - table(data["de"]).keys()),
        suffixes=tuple(suffixes),
        counted=frozenset(data["counted"]),
        text=frozenset(data["text"]),
        carriers=frozenset(data["carriers"]),
        shown=frozenset(data["shown"]),
        long=frozenset(data["long"]),
        short=frozenset(data["short"]),
        topical=frozenset(data["topical"]),
        log_of_turns=frozenset(data["log_of_turns"]),
    )


_PURPOSES = frozenset(get_args(Purpose))
_WORD = regex(r"[A-ZÀ-ÖØ-Þ]+(?![a-zß-öø-ÿ])|[A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]+|[^\W\d_]+")
_LONG_WORD = 5
"""The end of a compound is at least so long."""
_LONGEST_NAME = 80
"""Names longer than this, in code points, say nothing."""


def _split(name: str) -> list[str]:
    return [match.group().lower() for match in _WORD.finditer(name)]


@lru_cache(maxsize=4096)
def purpose_of(name: str) -> Purpose:
    """What a variable of that name holds (``user.lastMessage``, ``search_results``, ``kundenmail``); ``unknown`` where the name does not say."""
    if len(name) > _LONGEST_NAME:
        return "unknown"
    words = _words()
    split = _split(name)
    if not split:
        return "unknown"
    for start in range(max(1, len(split) - 1)):
        found = words.names.get("_".join(split[start:]))
        if found is not None:
            return found
    if len(split) > 1 and split[0] in words.counted:
        return "scalar"
    carried = [word for word in split if word not in words.carriers]
    while len(carried) > 1 and carried[-1] in words.text:
        carried.pop()
    if not carried:
        return "unknown"
    last = _by_last(carried[-1], words)
    headed = words.first.get(carried[0]) if len(carried) > 1 else None
    found = words.names.get("_".join(carried)) or last
    if headed is not None and (last is None or carried[-1] in words.romance):
        found = headed  # "mensaje_usuario"
    if found is None:
        found = "document" if split[-1] in words.text else "unknown"
    if found != "scalar" and not words.shown.isdisjoint(carried[:-1]):
        return "examples"  # "sample_conversation"
    return found


@lru_cache(maxsize=4096)
def is_long(name: str) -> bool:
    """Whether a name stands for something that is long by nature, and of any length: a file, a log, a transcript."""
    words = _words()
    split = [word for word in _split(name) if word not in words.carriers and word not in words.text]
    if not split:
        return False
    last = split[-1]
    compound = any(last.endswith(word) for word in words.long if len(word) >= _LONG_WORD)
    return (
        compound
        or last in words.long
        or last.removesuffix("s") in words.long
        or split[0] in words.long & words.first.keys()
    )


def _by_last(word: str, words: _Words) -> Purpose | None:
    """The purpose that the last word of a name says, also in the plural and at the end of a compound."""
    for form in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("n"), word.removesuffix("e")):
        if form in words.last:
            return words.last[form]
    if word.endswith("ies") and f"{word[:-3]}y" in words.last:
        return words.last[f"{word[:-3]}y"]
    if word in words.text:
        return "document"
    for suffix, purpose in words.suffixes:
        if len(word) > len(suffix) + 2 and word.removesuffix("s").endswith(suffix):
            return purpose
    return None


@lru_cache(maxsize=4096)
def is_log_of_turns(name: str) -> bool:
    """Whether a name says that earlier turns are meant (``chat_history``, ``gesprächsverlauf``), not a conversation to work on."""
    history = _words().log_of_turns
    return any(
        word in history or any(word.endswith(end) for end in history if len(end) >= _LONG_WORD) for word in _split(name)
    )


# -- places ---------------------------------------------------------------------------------------------------------

_CUT = regex(
    r"\|\s*(?:\w*trunc\w*|\w*first\w*|\w*last\w*|\w*limit\w*|slice|head|tail|\w*summar\w*|shorten\w*|\w*window\w*|top\w*|clip\w*|crop\w*|abbreviate\w*|take)\b"
    r"|\[[^\]\r\n]{0,40}:[^\]\r\n]{0,40}\]|\.(?:slice|substring|substr|take|head|tail)\s*\(|\b(?:truncate|last|first|limit|take|slice)\s*[(:]|[Ss]ummar"
)
"""Filters, slices and functions that cut a value. What a name says counts too."""
_TRAIL = regex(r"(?:\.\w+|\[['\"]?\w+['\"]?\])*")
_FIRST_PATH = regex(r"[^\W\d]\w*(?:\.\w+|\[['\"]\w+['\"]\])*")
_REACH = 300
"""How far on either side of a variable the line it stands in is looked at, in code points."""
_TAG = regex(r"</?(?P<name>[A-Za-z][\w.:-]*)(?:\s[^<>]{0,200})?/?>")
_RULE = regex(r"\s*[-=*_#~`\"'+<>|]{3,}\s*\w{0,12}\s*$")
"""A line of dashes or a fence."""
_LABEL = regex(r"[\s>*#_-]*(?:\d+[.)]\s*)?(?P<label>[^\W\d_][^\r\n:.!?]{0,60}?)[*_]*\s*(?::|=|->|=>|→)[*_]*\s*$")
_LONGEST_REST = 1
"""Words that may stand behind a variable on its line without making it part of running text ("category:")."""
_WORD_REACH = 20
_WORDS_OF_A_LABEL = 2
"""A label of more words may be a request ("Tell a story:"), and what it is about."""
_GENERIC = frozenset(("input", "prompt", "request", "$input", "text"))
_OPENERS = "\"'“„«‚‘`[(<|*"
_CLOSERS = "\"'”“»’‘`])>|*"


def find_slots(prompt: Prompt, regions: Sequence[Sequence[Region]]) -> tuple[Slot, ...]:
    """Every place where a variable is filled in, in the order of the prompt. `regions` are those of each message."""
    return tuple(
        slot
        for index, (message, found) in enumerate(zip(prompt.messages, regions, strict=True))
        if any(isinstance(part, Variable) for part in message.parts)
        for slot in _slots(index, message, found)
    )


def _slots(index: int, message: Message, regions: Sequence[Region]) -> Iterator[Slot]:
    if not any(isinstance(part, Variable) for part in message.parts):
        return
    text = message.text
    view = _View(message, regions)
    loops: list[tuple[int, str, bool]] = []
    for number, part in enumerate(message.parts):
        if isinstance(part, Control) and part.kind == "loop" and part.role == "open" and part.partner is not None:
            tag = text[part.span.start : part.span.end]
            loops.append((part.partner, part.uses[0].name if part.uses else "", _is_cut(tag)))
        while loops and loops[-1][0] <= number:
            loops.pop()
        if not isinstance(part, Variable) or not len(part.span):
            continue
        if not part.uses and text[part.span.start] == "<":
            continue  # POML: a file beside this one
        tag = text[part.span.start : part.span.end]
        name = _name(text, part)
        if not name:
            continue
        looped = loops[-1][1] if loops else None
        bounded = _is_cut(tag) or any(cut for _, _, cut in loops) or _is_short(name)
        if looped and _is_short(looped):
            bounded = True
        around, label = view.around(part.span)
        purpose = _day_or_moment(tag, purpose_of(name))
        if purpose == "message" and name.lower() in _GENERIC and view.is_topic(part.span):
            purpose = "unknown"  # "a poem about {{ input }}"
        if looped and _is_whole(name):
            over = purpose_of(looped)  # the item, or its content, is what the loop goes through
            purpose = over if over != "unknown" else purpose
        if purpose == "unknown" and label and len(label.split()) <= _WORDS_OF_A_LABEL:
            beside = purpose_of(label)
            purpose = beside if beside in ("document", "message", "question", "history", "result") else purpose
        yield Slot(index, part.span, name, purpose, around, looped, bounded)


_CLOCK = regex(r"%[HMSfXcTs]|HH|:mm|\buuid4?\(")
_DAY = regex(r"%d|%j|%x|%A|\.date\b|\btoday\b|YYYY|yyyy|\bdate\(")


def _day_or_moment(tag: str, purpose: Purpose) -> Purpose:
    """A point in time that the template itself writes as a day changes once a day."""
    if purpose == "volatile" and _DAY.search(tag) and not _CLOCK.search(tag):
        return "scalar"
    return "volatile" if purpose == "scalar" and _CLOCK.search(tag) else purpose


def _is_whole(name: str) -> bool:
    """Whether a name stands for a loop's item or for its content, not for another attribute of it."""
    path = [part for part in _PATH_CUT.split(name) if part]
    return len(path) <= 1 or (len(path) == 2 and path[1].lower() in _WHOLE)


def _is_short(name: str) -> bool:
    """Whether a name says that its value was cut (``recent_history``)."""
    return not _words().short.isdisjoint(_split(name))


_PATH_CUT = regex(r"[.\[\]'\"]+")
_WHOLE = frozenset(("content", "contents", "text", "body", "message", "page_content", "value"))


def _is_cut(tag: str) -> bool:
    return _CUT.search(tag) is not None


def _name(text: str, part: Variable) -> str:
    use = next((use for use in part.uses if use.sure), part.uses[0] if part.uses else None)
    if use is not None:
        trail = _TRAIL.match(text, use.span.end, part.span.end)
        return use.name + (trail.group() if trail else "")
    match = _FIRST_PATH.search(text, part.span.start, min(part.span.end, part.span.start + _REACH))
    return match.group() if match else ""


class _View:
    """What stands around the variables of a message."""

    def __init__(self, message: Message, regions: Sequence[Region]) -> None:
        self._message = message
        self._text = _blanked(message)
        self._alone = not any(
            character.isalnum() for part in message.parts if isinstance(part, Text) for character in part.text
        )
        self._fences = _Covers(region.span for region in regions if region.kind in ("code", "inline-code", "data"))
        self._quotes = _Covers(region.span for region in regions if region.kind == "quote")
        self._tags = _Covers(_tag_blocks(message.text))

    def around(self, span: Span) -> tuple[Around, str]:
        """What sets the variable apart, and the label beside it."""
        text = self._text
        before, after = self._line(span)
        label = self._label(span, before)
        if self._alone:
            return "message", label
        if self._tags.has(span):
            return "tag", label
        if self._fences.has(span):
            return "fence", label
        if self._quotes.has(span) or _between(text, span):
            return "quote", label
        if _words_in(before) == 0 and _words_in(after) <= _LONGEST_REST:
            if self._ruled(span):
                return "fence", label
            return ("label" if label else "block"), label
        if label and _words_in(after) <= _LONGEST_REST:
            return ("fence" if self._ruled(span) else "label"), label
        if before.rstrip().endswith(('":', "':")):
            return "quote", label  # a value of JSON
        return ("inline" if _words_in(after) > _LONGEST_REST else "end"), label

    def is_topic(self, span: Span) -> bool:
        """Whether the word before the variable is one that a topic follows."""
        before = self._text[max(0, span.start - _WORD_REACH) : span.start].split()
        return bool(before) and before[-1].lower() in _words().topical

    def _ruled(self, span: Span) -> bool:
        """Whether the block of lines around the variable begins or ends with a line of dashes or a fence."""
        above = self._text[max(0, span.start - 2 * _REACH) : span.start].replace("\r", "\n").split("\n")[:-1]
        below = self._text[span.end : span.end + 2 * _REACH].replace("\r", "\n").split("\n")[1:]
        for lines in (reversed(above), below):
            for number, line in enumerate(lines):
                if _RULE.match(line):
                    return True
                if not line.strip() and number:
                    break
        return False

    def _line(self, span: Span) -> tuple[str, str]:
        low, high = max(0, span.start - _REACH), span.end + _REACH
        before, after = self._text[low : span.start], self._text[span.end : high]
        return before[_last_end(before) :], after[: _first_end(after)]

    def _label(self, span: Span, before: str) -> str:
        match = _LABEL.match(before) if before.strip() else None
        if match is None and not before.strip():
            above = self._line_above(span.start)
            title = heading_title(above)
            if title is not None:
                return title[1]
            match = _LABEL.match(above)
        return match["label"].strip() if match else ""

    def _line_above(self, offset: int) -> str:
        """The nearest line above that is not blank, in reach."""
        piece = self._text[max(0, offset - 2 * _REACH) : offset]
        lines = piece.replace("\r", "\n").split("\n")[:-1]
        return next((line for line in reversed(lines) if line.strip()), "")


def _words_in(text: str) -> int:
    return sum(any(character.isalpha() for character in word) for word in text.split())


def _last_end(text: str) -> int:
    return max(text.rfind("\n"), text.rfind("\r")) + 1


def _first_end(text: str) -> int:
    ends = [end for end in (text.find("\n"), text.find("\r")) if end >= 0]
    return min(ends) if ends else len(text)


def _between(text: str, span: Span) -> bool:
    """Whether a quotation mark or a bracket stands directly on both sides."""
    before, after = text[max(0, span.start - 2) : span.start].strip(), text[span.end : span.end + 2].strip()
    at = _OPENERS.find(before[-1:]) if before else -1
    return at >= 0 and bool(after) and after[0] in _CLOSERS


_NOT_LINE_END = regex(r"[^\r\n]")


def _blanked(message: Message) -> str:
    """The text with template syntax that sends nothing blanked and variables marked; same offsets."""
    return "".join(
        part.text
        if isinstance(part, Text) and len(part.text) == len(part.span)
        else message.text[part.span.start : part.span.end]
        if isinstance(part, Text)
        else _NOT_LINE_END.sub(
            VARIABLE_MARK if isinstance(part, Variable) else " ", message.text[part.span.start : part.span.end]
        )
        for part in message.parts
    )


def _tag_blocks(text: str) -> Iterator[Span]:
    """From each opening tag to the first closing one of its name."""
    opened: dict[str, int] = {}
    if "</" not in text:
        return
    for match in _TAG.finditer(text):
        name = match["name"].lower()
        if match.group().endswith("/>"):
            continue
        if not match.group().startswith("</"):
            opened.setdefault(name, match.start())
        elif name in opened:
            yield Span(opened.pop(name), match.end())


class _Covers:
    """Answers whether a span lies inside one of several, which may nest."""

    def __init__(self, spans: Iterator[Span]) -> None:
        merged: list[Span] = []
        for span in sorted(spans):
            if not merged or span.end > merged[-1].end:
                # an overlap without nesting is cut: the first one ends where it ends
                merged.append(span if not merged else Span(max(span.start, merged[-1].end), span.end))
        self._spans = merged

    def has(self, span: Span) -> bool:
        index = bisect_right(self._spans, Span(span.start, 1 << 40)) - 1
        return index >= 0 and self._spans[index].contains(span)
