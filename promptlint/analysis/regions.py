"""What in a message is not an instruction: code, quotations, examples, data blocks, template syntax.

Text in quotation, examples, few-shot blocks, data and code is not an instruction, so checks on wording leave it alone. Regions
are found line by line in one pass, then inside each line; nothing here understands words beyond the labels that open a block.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from functools import cache
from typing import Literal, TypeAlias

from promptlint.analysis.lexicon import load_data
from promptlint.analysis.memory import remembered
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Message, Text, Variable
from promptlint.source import Span

__all__ = ["Line", "Region", "RegionKind", "find_regions", "lines_of", "mask"]

RegionKind: TypeAlias = Literal[
    "code", "inline-code", "quote", "blockquote", "example", "data", "variable", "control", "comment", "link", "tag"
]

VARIABLE_MARK = "\ufffc"
"""Stands for each character of a variable in masked text: not a letter, not white space."""


@dataclass(frozen=True, slots=True)
class Region:
    """A range of a message's text that is not an instruction, and why."""

    span: Span
    kind: RegionKind


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, `end` before its line end."""

    start: int
    end: int
    text: str


_LINE_END = regex(r"\r\n|\n|\r")
_FENCE = regex(
    r"\s*(?:>\s*)*(?:(?:[-*+]|\d{1,3}[.)])\s+)?(?:[^\W\d_][\w ]{0,30}:\s*)?(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)$"
)
_NOT_LINE_END = regex(r"[^\r\n]")
_TRIPLE = regex(r'"""|\'\'\'')
_HEADING = regex(r"(?P<level>#{1,6})\s+(?P<title>.*)$")
_BOLD_HEADING = regex(r"\*\*(?P<title>[^*]{2,60}?):?\*\*:?$")
_TAG = regex(r"</?(?P<name>[A-Za-z][\w.:-]*)(?:\s[^<>]{0,200})?/?>")
_QUOTE = regex(
    r"(?<!\d)\"[^\"\r\n]{1,400}\"|“[^”\r\n]{1,400}[”“]|„[^“”\r\n]{1,400}[“”]|«[^»\r\n]{1,400}»|»[^«\r\n]{1,400}«|‚[^‘’\r\n]{1,400}[‘’](?!\w)|‘[^’\r\n]{1,400}’(?!\w)"
    r"|(?<![\w'])'(?!\s|\d0s)[^'\r\n]{1,200}(?:(?<=\w)'(?=\w)[^'\r\n]{1,200}){0,4}'(?!\w)"
)
_INLINE_CODE = regex(r"(`+)(?!`)[^\r\n]*?(?<!`)\1(?!`)")
_LINK = regex(r"https?://[^\s)>\]\"']+|\]\([^)\s]{1,300}\)")

_EXAMPLE_TAG = regex(
    r"(?:.*[_-])?(?:few[_-]?shots?|examples?|samples?|demos?|demonstrations?|shots?|beispiele?|exemples?|ejemplos?)(?:[_-].*|\d*)$",
    re.IGNORECASE,
)
_DATA_TAG = regex(
    r"(?:.*[_-])?(?:documents?|docs?|data|context|inputs?|articles?|texts?|transcripts?|conversation|history|e?mails?|messages?|quotes?|query|question|"
    r"content|source|code|diff|patch|schema|result|search_results|passages?|excerpt)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Labels:
    """The labels of lexicons/blocks.yaml, compiled."""

    example: re.Pattern[str]
    title: re.Pattern[str]
    announcement: re.Pattern[str]
    shot: re.Pattern[str]
    question: re.Pattern[str]
    answer: re.Pattern[str]


@cache
def _labels() -> _Labels:
    languages = load_data("blocks").values()
    example, announce, announced = (
        "|".join(f"(?:{words[key]})" for words in languages) for key in ("example", "announce", "announced")
    )
    question, answer, other = (
        "|".join(re.escape(word) for words in languages for word in words[key])
        for key in ("question", "answer", "other")
    )

    def label(words: str) -> re.Pattern[str]:
        return regex(rf"[\s>*_-]*(?:{words})\s*\d*\**\s*:\**(?P<rest>.*)$", re.IGNORECASE)

    return _Labels(
        example=regex(
            rf"[\s>*#_\[(-]*(?:{example})\s*(?:\d+|[A-Z])?\s*[)\]]?\**\s*(?:\([^)]*\))?\s*:\**\s*", re.IGNORECASE
        ),
        title=regex(rf"[\W\d_]*(?:{example})\b.{{0,40}}$", re.IGNORECASE),
        announcement=regex(rf"(?:^|.*\b)(?:{announce})\b.{{0,40}}\b(?:{announced})\b.{{0,60}}:\s*$", re.IGNORECASE),
        shot=label(f"{question}|{answer}|{other}"),
        question=label(question),
        answer=label(answer),
    )


def lines_of(text: str) -> Iterator[Line]:
    r"""The lines of a text, which only ``\n``, ``\r\n`` and ``\r`` end."""
    start = 0
    if "\r" not in text:
        for line in text.split("\n"):
            end = start + len(line)
            if end > start or end < len(text) or not text:
                yield Line(start, end, line)
            start = end + 1
        return
    for match in _LINE_END.finditer(text):
        end = match.start()
        yield Line(start, end, text[start:end])
        start = match.end()
    if start < len(text) or not text:
        yield Line(start, len(text), text[start:])


def mask(text: str, regions: Collection[Region], kinds: Collection[RegionKind]) -> str:
    """`text` with every character of those regions blanked (line ends kept, variables marked), so that offsets stay the same."""
    chosen = [region for region in regions if region.kind in kinds]
    pieces: list[str] = []
    at = 0
    # Regions nest: where a variable stands inside an example, the example hides it.
    for region in sorted(chosen, key=lambda region: (region.span.start, -region.span.end)):
        start, end = max(region.span.start, at), region.span.end
        if start >= end:
            continue
        pieces.append(text[at:start])
        mark, hidden = VARIABLE_MARK if region.kind == "variable" else " ", text[start:end]
        if "\r" in hidden:
            pieces.append(_NOT_LINE_END.sub(mark, hidden))
        else:
            pieces.append("\n".join([mark * len(line) for line in hidden.split("\n")]))
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


_BLOCKQUOTE = regex(r"[ \t]{0,3}>[ \t]+(?!\[!|\*{0,2}(?:note|important|warning|tip|caution)\b)", re.IGNORECASE)
"""A line that is quoted as e-mail and Markdown do; a call-out is the author's own."""


def find_regions(message: Message) -> tuple[Region, ...]:
    """All regions of a message, in order of their start; they may nest."""
    text = message.text
    found: list[Region] = []
    for part in message.parts:
        if not isinstance(part, Text) and len(part.span):
            found.append(Region(part.span, "variable" if isinstance(part, Variable) else "control"))
    lines = list(lines_of(text))
    code = _fences(text, lines)
    found += code
    found += _comments(text)
    covered = _Cover(code)
    found += _triple_quotes(text, covered)
    found += _tag_blocks(text, covered)
    found += _example_blocks(lines, covered)
    found += _cued_shots(lines, _Cover([*code, *(region for region in found if region.kind == "example")]))
    found += _wrapped_quotes(text, covered)
    for line in lines:
        if not _MARK.search(line.text) or covered.has(line.start, line.end):
            continue
        for start, end, kind in _inline(line.text):
            found.append(Region(Span(line.start + start, line.start + end), kind))
    return tuple(sorted(found, key=lambda region: (region.span.start, -region.span.end)))


class _Cover:
    """Answers whether a range touches code, by bisection over sorted, disjoint spans."""

    def __init__(self, regions: Collection[Region]) -> None:
        self._spans = sorted((region.span.start, region.span.end) for region in regions)

    def has(self, start: int, end: int) -> bool:
        index = bisect_right(self._spans, (start, 1 << 62)) - 1
        if index >= 0 and self._spans[index][1] > start:
            return True
        return index + 1 < len(self._spans) and self._spans[index + 1][0] < end


def _fences(text: str, lines: list[Line]) -> list[Region]:
    found: list[Region] = []
    if "```" not in text and "~~~" not in text:
        return found
    opened: tuple[Line, str] | None = None
    for line in lines:
        match = _FENCE.match(line.text) if "```" in line.text or "~~~" in line.text else None
        if match is None:
            continue
        mark = match["mark"]
        if opened is None:
            opened = (line, mark)
        elif mark[0] == opened[1][0] and len(mark) >= len(opened[1]) and not match["info"].strip():
            found.append(Region(Span(opened[0].start, line.end), "code"))
            opened = None
    if opened is not None and lines:
        found.append(Region(Span(opened[0].start, max(lines[-1].end, opened[0].end)), "code"))
    return found


def _comments(text: str) -> Iterator[Region]:
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            return
        yield Region(Span(start, end + 3), "comment")
        start = text.find("<!--", end + 3)


def _triple_quotes(text: str, code: _Cover) -> Iterator[Region]:
    if '"""' not in text and "'''" not in text:
        return
    opened: re.Match[str] | None = None
    for match in _TRIPLE.finditer(text):
        if code.has(match.start(), match.end()):
            continue
        if opened is None:
            opened = match
        elif opened.group() == match.group():
            yield Region(Span(opened.start(), match.end()), "data")
            opened = None


def _tag_blocks(text: str, code: _Cover) -> Iterator[Region]:
    opened: dict[str, int] = {}
    for match in _TAG.finditer(text):
        if code.has(match.start(), match.end()):
            continue
        name = match["name"].lower()
        yield Region(Span(*match.span()), "tag")
        kind: RegionKind | None = "example" if _EXAMPLE_TAG.match(name) else "data" if _DATA_TAG.match(name) else None
        if kind is None or match.group().endswith("/>"):
            continue
        if not match.group().startswith("</"):
            opened.setdefault(name, match.start())
        elif name in opened:
            yield Region(Span(opened.pop(name), match.end()), kind)


def _example_blocks(lines: list[Line], code: _Cover) -> Iterator[Region]:
    """Example sections under headings, labelled examples, and question-answer shots."""
    labels = _labels()
    index = 0
    while index < len(lines):
        line = lines[index]
        stripped = line.text.strip()
        # what opens examples is a heading or a label
        if not (":" in stripped or stripped.startswith("#")) or code.has(line.start, line.end):
            index += 1
            continue
        heading = _HEADING.match(stripped)
        if heading and labels.title.match(heading["title"]):
            stop = _section_end(lines, index + 1, len(heading["level"]), code)
            yield Region(Span(line.start, lines[stop - 1].end), "example")
            index = stop
        elif labels.example.match(line.text) or (stripped.endswith(":") and labels.announcement.match(line.text)):
            stop = _shots_end(lines, index + 1, code)
            yield Region(Span(line.start, lines[stop - 1].end), "example")
            index = stop
        elif (
            (answer := labels.answer.match(line.text))
            and answer["rest"].strip()
            and (asked := _asked_before(lines, index))
        ):
            stop = _block_end(lines, index + 1, code)
            yield Region(Span(asked.start, lines[stop - 1].end), "example")
            index = stop
        else:
            index += 1


_CUE = regex(r"[ \t>*_]*(?P<label>[^\W\d_][^\r\n:：{}<>\[\]]{0,40}?)[ \t*_]*[:：][ \t*_]*(?P<rest>.*)$")
"""A line that starts with a label."""


def _cued_shots(lines: list[Line], code: _Cover) -> Iterator[Region]:
    """The shots before a label at the end that the model goes on from: what stands earlier behind the same label is an answer.

    `code` covers what is known to be an example as well.
    """
    filled = [index for index, line in enumerate(lines) if line.text.strip()]
    last = _CUE.match(lines[filled[-1]].text) if filled else None
    if last is None or last["rest"].strip() or code.has(lines[filled[-1]].start, lines[filled[-1]].end):
        return
    answers = [
        index
        for index in filled[:-1]
        if (cue := _CUE.match(lines[index].text)) and cue["label"] == last["label"] and cue["rest"].strip()
    ]
    for index in answers:
        start = index
        while start > 0 and lines[start - 1].text.strip() and _CUE.match(lines[start - 1].text):
            start -= 1
        stop = _block_end(lines, index + 1, code)
        # an answer without a question is no shot
        if start < index and not code.has(lines[start].start, lines[stop - 1].end):
            yield Region(Span(lines[start].start, lines[stop - 1].end), "example")


_WRAPPED_QUOTE = regex(
    r"„[^„“”\r\n]{0,200}(?:\r\n|\r|\n)(?![ \t]*[\r\n])[^„“”\r\n]{0,200}[“”]"
    r"|«[^«»\r\n]{0,200}(?:\r\n|\r|\n)(?![ \t]*[\r\n])[^«»\r\n]{0,200}»"
    r"|“[^“”\r\n]{0,200}(?:\r\n|\r|\n)(?![ \t]*[\r\n])[^“”\r\n]{0,200}”"
)


def _wrapped_quotes(text: str, code: _Cover) -> Iterator[Region]:
    """Quotations that a line break goes through; only marks that open and close differently can tell."""
    if not any(mark in text for mark in "„«“"):
        return
    for match in _WRAPPED_QUOTE.finditer(text):
        if not code.has(match.start(), match.end()):
            yield Region(Span(match.start(), match.end()), "quote")


_SHOT_LINES = 40
"""Lines before an answer in which its question is looked for."""


def _asked_before(lines: list[Line], index: int) -> Line | None:
    """The question label in the few lines before an answer label: together they are a shot."""
    labels = _labels()
    before = reversed(lines[max(index - _SHOT_LINES, 0) : index])
    return next((line for line in before if labels.question.match(line.text)), None)


def _section_end(lines: list[Line], index: int, level: int, code: _Cover) -> int:
    while index < len(lines):
        heading = _HEADING.match(lines[index].text.strip())
        if heading and len(heading["level"]) <= level and not code.has(lines[index].start, lines[index].end):
            return index
        index += 1
    return index


def _block_end(lines: list[Line], index: int, code: _Cover) -> int:
    """The line behind the current block: up to a blank line or a heading; code in between belongs to it."""
    while index < len(lines):
        line = lines[index]
        inside = code.has(line.start, line.end)
        if not inside and (not line.text.strip() or _HEADING.match(line.text.strip())):
            return index
        index += 1
    return index


def _shots_end(lines: list[Line], index: int, code: _Cover) -> int:
    """The line behind an example that a label opened: its block and the blocks after it that go on with shots or code."""
    labels = _labels()
    index = _block_end(lines, index, code)
    first = True
    while index < len(lines):
        follow = index
        while follow < len(lines) and not lines[follow].text.strip():
            follow += 1
        if follow == len(lines):
            return index
        line = lines[follow]
        shot = labels.shot.match(line.text)
        goes_on = (
            code.has(line.start, line.end)
            or (shot is not None and bool(shot["rest"].strip()) and "{" not in shot["rest"])
            or bool(labels.example.match(line.text))
            or (first and index >= 1 and lines[index - 1].text.rstrip().endswith(":"))
        )
        if not goes_on:
            return index
        first = False
        index = _block_end(lines, follow + 1, code)
    return index


_INLINE: tuple[tuple[re.Pattern[str], re.Pattern[str], RegionKind], ...] = (
    (regex("`"), _INLINE_CODE, "inline-code"),
    (regex(r"[\"“„«»‚‘]|(?<![\w'])'"), _QUOTE, "quote"),
    (regex(r"://|\]\("), _LINK, "link"),
)
"""What each kind of region inside a line holds, and how it is found."""
_MARK = regex(r"[`\"'“„«»‚‘\]/>]")
"""What a line with regions inside holds; one class of characters is looked for fastest."""


@remembered
def _inline(line: str) -> tuple[tuple[int, int, RegionKind], ...]:
    """The regions of a single line, as offsets in it."""
    found: list[tuple[int, int, RegionKind]] = [
        (*match.span(), kind)
        for mark, pattern, kind in _INLINE
        if mark.search(line)
        for match in pattern.finditer(line)
    ]
    if _BLOCKQUOTE.match(line):
        found.append((0, len(line), "blockquote"))
    return tuple(found)


def heading_title(text: str) -> tuple[int, str] | None:
    """(level, title) when a line is a heading: ``## Title``, or a line that is only bold text (level 7)."""
    stripped = text.strip()
    match = _HEADING.match(stripped)
    if match:
        return len(match["level"]), match["title"].rstrip("# \t")
    bold = _BOLD_HEADING.match(stripped)
    return (7, bold["title"]) if bold else None
