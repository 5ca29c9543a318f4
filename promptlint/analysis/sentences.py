"""Sentences of a message, each with its place, the heading above it and the kind of block it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from promptlint.analysis.memory import remembered
from promptlint.analysis.regions import Line, heading_title, lines_of
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

__all__ = ["Sentence", "split_sentences"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, list item or heading of a message's masked text; `text` is masked, `span` its place."""

    span: Span
    text: str
    block: Literal["paragraph", "item", "heading"]
    heading: str
    """The title of the nearest heading above, lower case, or ``""``."""


_ITEM = regex(r"\s*(?:(?:[-*+•–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)](?=\s)|#\d+[.:)])\s+(?:\[[ xX]\]\s+)?|\[[ xX]\]\s+)")
_UNDERLINE = regex(r"\s*(?:={3,}|-{3,})\s*$")
_LINE_BREAK = regex(r"[\r\n]")
_SETEXT = regex(r"\s*(?:=+|-+|\*+|_+|~+)\s*$")
_ABBREVIATION = regex(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|max|min|fig|dr|mr|mrs|ms|prof|st|z\.\s?b|d\.\s?h|u\.\s?a|bzw|ca|ggf|evtl|usw|inkl|nr|vgl|p\.\s?ex|env|ej|núm|pág)|\b(?-i:[A-Z]))\.$",
    re.IGNORECASE,
)
_LETTER_FOLLOWS = regex(r"(?<![^\W_])[^\W\d_]\.\s?[^\W\d_]{1,2}\.")
"""The first half of "z. B.", "p. ex.", "d. h."."""
_NUMBER_FOLLOWS = regex(r"(?i:no|nr)\.\s+\d")
_SAYS = regex(r"[^\W_]")
_END = regex(r"[.!?…。！？]+[\"'”’»)\]*_]*(?=\s|$)")


def split_sentences(masked: str) -> tuple[Sentence, ...]:
    """Split masked text into sentences; wrapped lines of a paragraph are joined, list items and headings stand alone."""
    found: list[Sentence] = []
    heading = ""
    for low, high, kind in _blocks(masked):
        text = masked[low:high]
        if kind == "heading":
            title = heading_title(text)
            heading = (title[1] if title else text).strip().lower()
        for start, end in _cut(text):
            found.append(Sentence(Span(low + start, low + end), text[start:end], kind, heading))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a line is by itself. `marker` is where the text of an item starts; `underlines`: the line above may be a heading."""

    kind: Literal["blank", "heading", "item", "text"]
    marker: int
    underlines: bool


@remembered
def _look(line: str) -> _Look:
    underlines = _UNDERLINE.match(line) is not None
    if not line.strip() or _SETEXT.match(line):
        return _Look("blank", 0, underlines)
    if heading_title(line):
        return _Look("heading", 0, underlines)
    item = _ITEM.match(line)
    return _Look("item", item.end(), underlines) if item else _Look("text", 0, underlines)


_EMPTY = _Look("blank", 0, underlines=False)


def _blocks(text: str) -> Iterator[tuple[int, int, Literal["paragraph", "item", "heading"]]]:
    """Where each block starts and ends, and what it is."""
    start = end = -1  # of the block that is not ended yet
    kind: Literal["paragraph", "item"] = "paragraph"
    for line in lines_of(text):
        look = _EMPTY if not line.text or line.text.isspace() else _look(line.text)
        if look.underlines and start >= 0 and not _LINE_BREAK.search(text, start, end):
            yield start, end, "heading" if kind == "paragraph" else kind
            start = -1
            continue
        if start >= 0 and (look.kind != "text" or _new_thought(text, start, line)):
            yield start, end, kind
            start = -1
        if look.kind == "heading":
            yield line.start, line.end, "heading"
        elif look.kind == "item":
            start, end, kind = line.start + look.marker, line.end, "item"
        elif look.kind == "text":
            if start < 0:
                start, kind = line.start, "paragraph"
            end = line.end
    if start >= 0:
        yield start, end, kind


_WRAPPED = 50
"""A line that is shorter than this was not wrapped, in code points."""


def _new_thought(text: str, start: int, line: Line) -> bool:
    """Whether a line starts something new instead of going on with the paragraph above it, which starts at `start`.

    Many prompts have a thought per line. A wrapped line goes on behind a long one, mostly in lower case.
    """
    first = line.text.lstrip()[:1]
    if not (first.isupper() or first.isdigit()):
        return False
    last = text[max(start, line.start - _WRAPPED - 2) : line.start].rstrip("\r\n")
    short = "\n" in last or "\r" in last or len(last) < _WRAPPED
    return short or last.rstrip().endswith((".", ":", "!", "?", ";"))


@remembered
def _cut(text: str) -> tuple[tuple[int, int], ...]:
    """The ranges of the sentences of a block.

    What stands behind the block cannot tell whether a sentence ends there, for there the block ends in any case.
    """
    return tuple(_ranges(text))


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        if match.group()[0] == "." and _LETTER_FOLLOWS.match(text, match.start() - 1):
            continue
        if match.group()[0] == "." and _NUMBER_FOLLOWS.match(text, max(0, match.start() - 2)):
            continue
        if match.group()[0] == "." and _ABBREVIATION.search(text, max(start, match.start() - 12), match.start() + 1):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end].lstrip()
    if _SAYS.search(piece):
        yield end - len(piece), end - len(piece) + len(piece.rstrip())
