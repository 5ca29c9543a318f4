"""Sentences of a message, each with its place, the heading above it and the kind of block it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from promptlint.analysis.regions import Line, heading_title, lines_of
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


_ITEM = re.compile(
    r"\s*(?:(?:[-*+•–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)](?=\s)|#\d+[.:)])\s+(?:\[[ xX]\]\s+)?|\[[ xX]\]\s+)"
)
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,})\s*$")
_LINE_BREAK = re.compile(r"[\r\n]")
_SETEXT = re.compile(r"\s*(?:=+|-+|\*+|_+|~+)\s*$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|max|min|fig|dr|mr|mrs|ms|prof|st|z\.\s?b|d\.\s?h|u\.\s?a|bzw|ca|ggf|evtl|usw|inkl|nr|vgl|p\.\s?ex|env|ej|núm|pág)|\b(?-i:[A-Z]))\.$",
    re.IGNORECASE,
)
_LETTER_FOLLOWS = re.compile(r"(?<![^\W_])[^\W\d_]\.\s?[^\W\d_]{1,2}\.")
"""The first half of "z. B.", "p. ex.", "d. h."."""
_NUMBER_FOLLOWS = re.compile(r"(?i:no|nr)\.\s+\d")
_END = re.compile(r"[.!?…。！？]+[\"'”’»)\]*_]*(?=\s|$)")


def split_sentences(masked: str) -> tuple[Sentence, ...]:
    """Split masked text into sentences; wrapped lines of a paragraph are joined, list items and headings stand alone."""
    found: list[Sentence] = []
    heading = ""
    for block, kind in _blocks(masked):
        text = masked[block.start : block.end]
        if kind == "heading":
            title = heading_title(text)
            heading = (title[1] if title else text).strip().lower()
        for span in _cut(masked, block):
            found.append(Sentence(span, masked[span.start : span.end], kind, heading))
    return tuple(found)


def _blocks(text: str) -> Iterator[tuple[Span, Literal["paragraph", "item", "heading"]]]:
    current: Span | None = None
    kind: Literal["paragraph", "item"] = "paragraph"

    def content(line: Line, offset: int = 0) -> Span:
        return Span(line.start + offset, line.end)

    for line in lines_of(text):
        if (
            current is not None
            and _UNDERLINE.match(line.text)
            and not _LINE_BREAK.search(text, current.start, current.end)
        ):
            yield current, "heading" if kind == "paragraph" else kind
            current = None
            continue
        blank = not line.text.strip() or bool(_SETEXT.match(line.text))
        title = None if blank else heading_title(line.text)
        item = None if blank or title else _ITEM.match(line.text)
        if (blank or title or item) and current is not None:
            yield current, kind
            current = None
        if title:
            yield content(line), "heading"
        elif item:
            current, kind = content(line, item.end()), "item"
        elif not blank:
            if current is not None and _new_thought(text, current, line):
                yield current, kind
                current = None
            current = Span(current.start, line.end) if current else content(line)
            kind = kind if current.start != line.start else "paragraph"
    if current is not None:
        yield current, kind


_WRAPPED = 50
"""A line that is shorter than this was not wrapped, in code points."""


def _new_thought(text: str, block: Span, line: Line) -> bool:
    """Whether a line starts something new instead of going on with the paragraph above it.

    Many prompts have a thought per line. A wrapped line goes on behind a long one, mostly in lower case.
    """
    first = line.text.lstrip()[:1]
    if not (first.isupper() or first.isdigit()):
        return False
    last = text[max(block.start, line.start - _WRAPPED - 2) : line.start].rstrip("\r\n")
    short = "\n" in last or "\r" in last or len(last) < _WRAPPED
    return short or last.rstrip().endswith((".", ":", "!", "?", ";"))


def _cut(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    for match in _END.finditer(text, block.start, block.end):
        if match.group()[0] == "." and _LETTER_FOLLOWS.match(text, match.start() - 1):
            continue
        if match.group()[0] == "." and _NUMBER_FOLLOWS.match(text, max(block.start, match.start() - 2)):
            continue
        if match.group()[0] == "." and _ABBREVIATION.search(text, max(start, match.start() - 12), match.start() + 1):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, block.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    stripped = piece.strip()
    if any(character.isalnum() for character in stripped):
        low = start + len(piece) - len(piece.lstrip())
        yield Span(low, low + len(stripped))
