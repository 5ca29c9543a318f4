"""Sentences of a message, each with its place, the heading above it and the kind of block it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from promptlint.analysis.regions import heading_title, split_lines
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

__all__ = ["Sentence", "split_sentences"]


_Kind = Literal["paragraph", "item", "heading"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, list item or heading of a message's masked text, from `start` to `end`; `text` is masked."""

    start: int
    end: int
    text: str
    block: _Kind
    heading: str
    """The title of the nearest heading above, lower case, or ``""``."""

    @property
    def span(self) -> Span:
        """Its place."""
        return Span(self.start, self.end)


_ITEM = regex(r"\s*(?:(?:[-*+•–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)](?=\s)|#\d+[.:)])\s+(?:\[[ xX]\]\s+)?|\[[ xX]\]\s+)")
_LINE_BREAK = regex(r"[\r\n]")
_RULES = frozenset("=-*_~")
"""A line of nothing but one of these divides; of three or more of the first two, it may underline a heading."""
_UNDERLINES = ("===", "---")
_HEADS = "#*"
"""What a heading that is marked as one starts with."""
_ABBREVIATION = regex(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|max|min|fig|dr|mr|mrs|ms|prof|st|z\.\s?b|d\.\s?h|u\.\s?a|bzw|ca|ggf|evtl|usw|inkl|nr|vgl|p\.\s?ex|env|ej|núm|pág)|\b(?-i:[A-Z]))\.$",
    re.IGNORECASE,
)
_LETTER_FOLLOWS = regex(r"(?<![^\W_])[^\W\d_]\.\s?[^\W\d_]{1,2}\.")
"""The first half of "z. B.", "p. ex.", "d. h."."""
_NUMBER_FOLLOWS = regex(r"(?i:no|nr)\.\s+\d")
_BEHIND_LETTER = frozenset((".", ")", ""))
"""What stands behind the letter that marks an item, or the only letter of a line."""
_SAYS = regex(r"[^\W_]")
_MARKS = ".!?…。！？"
_ENDS = {mark: regex(rf"{re.escape(mark)}(?<![{_MARKS}].)[{_MARKS}]*[\"'”’»)\]*_]*(?=\s|$)") for mark in _MARKS}
"""The ends of sentences, by their first mark: the engine finds one character in half the time of one of several."""


def split_sentences(masked: str) -> tuple[Sentence, ...]:
    """Split masked text into sentences; wrapped lines of a paragraph are joined, list items and headings stand alone."""
    found: list[Sentence | None] = []
    heading = ""
    stops = _ends(masked)
    number = 0
    stops.append((len(masked), len(masked)))
    at, stop = stops[0]
    for start, high, kind, title in _blocks(masked):
        if kind == "heading":
            heading = title.strip().lower()
        low = start
        # what stands behind the block cannot tell whether a sentence ends there
        while stop < high:
            if at >= low and not (masked[at] == "." and _goes_on(masked, start, at, high)):
                found.append(_sentence(masked, start, stop, kind, heading))
                start = stop
            number += 1
            at, stop = stops[number]
        found.append(_sentence(masked, start, high, kind, heading))
    return tuple(filter(None, found))


def _ends(text: str) -> list[tuple[int, int]]:
    """Where the marks that may end a sentence stand, with what closes behind them."""
    return sorted(match.span() for mark, end in _ENDS.items() if mark in text for match in end.finditer(text))


def _sentence(masked: str, start: int, end: int, kind: _Kind, heading: str) -> Sentence | None:
    """The sentence of a range, if it says anything."""
    said = masked[start:end].lstrip()
    at = end - len(said)
    said = said.rstrip()
    if said[:1].isalnum() or _SAYS.search(said):
        return Sentence(at, at + len(said), said, kind, heading)
    return None


def _goes_on(text: str, start: int, at: int, end: int) -> bool:
    """Whether a sentence that starts at `start` goes on behind the full stop at `at`, in a block that ends at `end`."""
    return bool(
        _LETTER_FOLLOWS.match(text, max(0, at - 1), end)
        or _NUMBER_FOLLOWS.match(text, max(0, at - 2), end)
        or _ABBREVIATION.search(text, max(start, at - 12), at + 1)
    )


def _blocks(text: str) -> Iterator[tuple[int, int, _Kind, str]]:
    """Where each block starts and ends, what it is, and the title of a heading."""
    start = end = -1  # of the block that is not ended yet
    kind: Literal["paragraph", "item"] = "paragraph"
    for line, at in zip(*split_lines(text), strict=True):
        body = line.strip()
        first = body[:1]
        if not body or (first in _RULES and not body.strip(first)):  # it divides
            if start >= 0:
                underlined = body.startswith(_UNDERLINES) and not _LINE_BREAK.search(text, start, end)
                if underlined and kind == "paragraph":
                    yield start, end, "heading", text[start:end]
                else:
                    yield start, end, kind, ""
                start = -1
            continue
        item: re.Match[str] | None = None
        if not first.isalpha() or body[1:2] in _BEHIND_LETTER:  # else it is a line of words
            title = heading_title(body) if first in _HEADS else None
            if title is not None:
                if start >= 0:
                    yield start, end, kind, ""
                    start = -1
                yield at, at + len(line), "heading", title[1]
                continue
            item = _ITEM.match(line)
        if start >= 0 and (item or _new_thought(text, start, at, first)):
            yield start, end, kind, ""
            start = -1
        if item:
            start, kind = at + item.end(), "item"
        elif start < 0:
            start, kind = at, "paragraph"
        end = at + len(line)
    if start >= 0:
        yield start, end, kind, ""


_WRAPPED = 50
"""A line that is shorter than this was not wrapped, in code points."""


def _new_thought(text: str, start: int, at: int, first: str) -> bool:
    """Whether a line at `at` starts something new instead of going on with the paragraph above it, which starts at `start`.

    Many prompts have a thought per line. A wrapped line goes on behind a long one, mostly in lower case. `first` is its first
    character.
    """
    if not (first.isupper() or first.isdigit()):
        return False
    last = text[max(start, at - _WRAPPED - 2) : at].rstrip("\r\n")
    short = "\n" in last or "\r" in last or len(last) < _WRAPPED
    return short or last.rstrip().endswith((".", ":", "!", "?", ";"))
