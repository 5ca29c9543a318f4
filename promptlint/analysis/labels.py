"""Closed sets of labels that a prompt states: "one of: bug, feature, question", a list below such words, ``"a|b|c"`` in a JSON shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from promptlint.analysis.demonstrations import Demonstration, Passage, spans_of
from promptlint.analysis.lexicon import Expression, folded, load_data
from promptlint.analysis.regions import VARIABLE_MARK, lines_of
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

if TYPE_CHECKING:
    from promptlint.analysis import Analysis
    from promptlint.analysis.sentences import Sentence

__all__ = ["LabelSet", "bare", "label_sets", "same_label"]


@dataclass(frozen=True, slots=True)
class LabelSet:
    """Labels of which the answer is one.

    `key` is the field of a JSON answer that holds it, None where the labels are for the answer as a whole. `place` is where
    the prompt's text states them, None where the settings do (an enum).
    """

    values: tuple[str, ...]
    key: str | None
    place: Passage | None


_MOST = 40
"""Labels of a set that is worth comparing."""
_WORDS = 4
"""Words of one label."""
_KEY_REACH = 60
"""How far before the labels their field is named, in code points."""

_QUOTED = regex(r"[\"'`“‘„«]+\s?(?P<label>[^\"'`“”‘’„«»\r\n]{1,60}?)\s?[\"'`”’“»]+")
_BETWEEN = regex(r"[\s,;/|&]*$")
_BARE_END = regex(
    r"[.;:!?](?=\s|$)|[\r\n(]|\s[-–—]\s|\s(?:based|depending|according|je nach|anhand|selon|según|if|wenn|si)\b"
)
_KEY = regex(r"[`\"'“]+(?P<key>[A-Za-z_][\w-]{0,40})[`\"'”]+(?!.*[`\"'“]+[A-Za-z_][\w-]{0,40}[`\"'”]+)[^.;\r\n]*$")
_ITEM = regex(
    r"\s*(?P<mark>[-*+•]|\(?\d{1,2}[.)]|\(?[A-Za-z][.)])\s+[*_\"'`“]*(?P<label>[^\r\n:*`\"”(–—]{1,60}?)[*_\"'`”]*\s*(?:[:(–—].*|\s-\s.*)?$"
)
_PIPED = regex(r"[^|]{1,40}(?:\|[^|]{1,40}){1,19}")
_MARKUP = regex(r"^[\s*_`\"'“‘„«\[(]+|[\s*_`\"'”’“»\]).,;!]+$")
_SAME = regex(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class _Words:
    starts: Expression
    as_: Expression
    joins: re.Pattern[str]
    open: re.Pattern[str]


@cache
def _words(language: str) -> _Words | None:
    words: Mapping[str, str] | None = load_data("labels").get(language)
    if words is None:
        return None
    flags = re.IGNORECASE
    return _Words(
        Expression("|".join(f"(?:{words[key]})" for key in ("one_of", "either", "options"))),
        Expression(words["as"]),
        regex(rf"\s*(?:[,;/|]\s*(?:(?:{words['joins']})\s+)?|\s(?:{words['joins']})\s+)\s*", flags),
        regex(words["open"], flags),
    )


def label_sets(analysis: Analysis, shots: Sequence[Demonstration] = ()) -> tuple[LabelSet, ...]:
    """The closed sets of labels, in order. JSON inside `shots` shows answers, not the form of one."""
    return (*_enum(analysis), *_stated(analysis), *_shapes(analysis, shots))


def bare(text: str) -> str:
    """A label without quotation marks, emphasis, brackets and a full stop."""
    previous = None
    while previous != text:
        previous, text = text, _MARKUP.sub("", text)
    return text


def same_label(text: str) -> str:
    """What labels have in common that differ in case, blanks and hyphens only."""
    return _SAME.sub(" ", text.casefold()).strip()


def _enum(analysis: Analysis) -> Iterator[LabelSet]:
    schema = analysis.prompt.settings.schema
    value = schema.value if schema is not None else None
    labels = value.get("enum") if isinstance(value, dict) else None
    if isinstance(labels, list) and len(labels) > 1 and all(isinstance(label, str) for label in labels):
        yield LabelSet(tuple(labels), None, None)


def _stated(analysis: Analysis) -> Iterator[LabelSet]:
    words = _words(analysis.language or "")
    if words is None:
        return
    for index, part in enumerate(analysis.messages):
        if part.message.role in ("assistant", "tool"):
            continue
        for sentence in part.sentences:
            found = None if sentence.block == "heading" else _in_sentence(part.message.text, sentence, words)
            if found is None or words.open.search(sentence.text):
                continue
            values, span, key = found
            if 1 < len(values) <= _MOST and not all(value.isdecimal() for value in values):
                yield LabelSet(values, key, Passage(index, span))


def _in_sentence(text: str, sentence: Sentence, words: _Words) -> tuple[tuple[str, ...], Span, str | None] | None:
    """The labels of a sentence, where they stand, and the field that they are for."""
    said = sentence.text
    low = folded(said)
    for match in words.starts.lower.finditer(low):
        key = _key_before(said, match.start())
        listed = _quoted(said, match.end(), words) or _plain(said, match.end(), words)
        if listed is not None:
            return listed[0], listed[1].shift(sentence.start), key
        if not said[match.end() :].strip(" :*_"):
            below = _items_below(text, sentence.end)
            if below is not None:
                return below[0], below[1], key
    for match in words.as_.lower.finditer(low):
        listed = _quoted(said, match.end(), words) or _plain(said, match.end(), words)
        if listed is not None:
            return listed[0], listed[1].shift(sentence.start), None
    return None


def _key_before(said: str, end: int) -> str | None:
    match = _KEY.search(said[max(0, end - _KEY_REACH) : end])
    return match["key"] if match else None


def _quoted(said: str, start: int, words: _Words) -> tuple[tuple[str, ...], Span] | None:
    """Labels in quotation marks or code, with only commas and conjunctions between them."""
    values: list[str] = []
    first = end = start
    for match in _QUOTED.finditer(said, start):
        between = said[end : match.start()]
        if VARIABLE_MARK in between:
            return None
        if values and not (words.joins.fullmatch(between) or _BETWEEN.fullmatch(between)):
            break
        if not values and between.strip(" :([*"):
            return None
        first = first if values else match.start()
        values.append(match["label"])
        end = match.end()
    if VARIABLE_MARK in said[end : end + 20]:
        return None
    return (tuple(dict.fromkeys(values)), Span(first, end)) if len(values) > 1 else None


def _plain(said: str, start: int, words: _Words) -> tuple[tuple[str, ...], Span] | None:
    """Labels without quotation marks: short, and to the end of the sentence or clause."""
    stop = _BARE_END.search(said, start)
    end = stop.start() if stop else len(said)
    rest = said[start:end]
    if VARIABLE_MARK in rest or not rest.strip():
        return None
    values = [bare(value) for value in words.joins.split(rest)]
    if len(values) < 2 or any(not value or len(value.split()) > _WORDS for value in values):
        return None
    start += len(rest) - len(rest.lstrip())
    return tuple(dict.fromkeys(values)), Span(start, start + len(rest.strip()))


def _items_below(text: str, start: int) -> tuple[tuple[str, ...], Span] | None:
    """The labels of the list under a sentence; a list of anything else than short names is none."""
    values: list[str] = []
    first = end = start
    blank = 0
    for line in lines_of(text[start : start + 8000]):
        if not line.text.strip():
            blank += 1
            if blank > 1 + (not values):
                break
            continue
        match = _ITEM.match(line.text)
        if match is None:
            if values and line.text[:1].isspace():
                continue  # more about an item
            break
        blank = 0
        label = bare(match["label"])
        if not label or len(label.split()) > _WORDS or any(mark in line.text for mark in "{}"):
            return None
        first = first if values else start + line.start
        values.append(label)
        end = start + line.end
    return (tuple(dict.fromkeys(values)), Span(first, end)) if len(values) > 1 else None


def _shapes(analysis: Analysis, shots: Sequence[Demonstration]) -> Iterator[LabelSet]:
    """``"sentiment": "positive|negative"`` in JSON that shows the form of the answer."""
    for index, part in enumerate(analysis.messages):
        if "|" not in part.message.text:
            continue
        shown = spans_of(shots, index)
        for block in part.json:
            if shown.touch(block.span):
                continue
            for path, text, span in block.strings:
                key = next((step for step in reversed(path) if isinstance(step, str)), None)
                if key is None or not _PIPED.fullmatch(text):
                    continue
                values = tuple(bare(value) for value in text.split("|"))
                if all(value and len(value.split()) <= _WORDS for value in values) and not any(
                    "..." in value or "<" in value for value in values
                ):
                    yield LabelSet(values, key, Passage(index, span))
