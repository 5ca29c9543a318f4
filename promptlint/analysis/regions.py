"""What in a message is not an instruction: code, quotations, examples, data blocks, template syntax.

Text in quotation, examples, few-shot blocks, data and code is not an instruction, so checks on wording leave it alone. Regions
are found line by line in one pass, then inside each line; nothing here understands words beyond the labels that open a block.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, chain
from typing import Literal, TypeAlias

from promptlint.analysis.lexicon import load_data
from promptlint.analysis.literals import holds_any, places_of
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Message, Text, Variable
from promptlint.source import Span

__all__ = ["Line", "Region", "RegionKind", "find_regions", "heading_title", "lines_of", "mask", "split_lines"]

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
# Each alternative starts with a mark, not with what may not stand before it: so the engine only looks where one stands.
_QUOTE = regex(
    r"\"(?<!\d\")[^\"\r\n]{1,400}\"|“[^”\r\n]{1,400}[”“]|„[^“”\r\n]{1,400}[“”]|«[^»\r\n]{1,400}»|»[^«\r\n]{1,400}«|‚[^‘’\r\n]{1,400}[‘’](?!\w)|‘[^’\r\n]{1,400}’(?!\w)"
    r"|'(?<![\w']')(?!\s|\d0s)[^'\r\n]{1,200}(?:(?<=\w)'(?=\w)[^'\r\n]{1,200}){0,4}'(?!\w)"
)
# Up to the next run of as many marks, from run to run.
_INLINE_CODE = regex(r"(``*+)[^`\r\n]++(?:(?!\1(?!`))``*+[^`\r\n]++)*+\1(?!`)")
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
    announced: tuple[str, ...]
    """What an announcement holds, in lower case."""
    shot: re.Pattern[str]
    question: re.Pattern[str]
    answer: re.Pattern[str]


@cache
def _labels() -> _Labels:
    languages = load_data("blocks").values()
    example, announce = ("|".join(f"(?:{words[key]})" for words in languages) for key in ("example", "announce"))
    announced = tuple(word for words in languages for word in words["announced"])
    question, answer, other = (
        "|".join(re.escape(word) for words in languages for word in words[key])
        for key in ("question", "answer", "other")
    )

    def label(words: str) -> re.Pattern[str]:
        return regex(rf"[\s>*_-]*+(?:{words})\s*\d*\**\s*:\**(?P<rest>.*)$", re.IGNORECASE)

    return _Labels(
        example=regex(
            rf"[\s>*#_\[(-]*+(?:{example})\s*(?:\d+|[A-Z])?\s*[)\]]?\**\s*(?:\([^)]*\))?\s*:\**\s*", re.IGNORECASE
        ),
        title=regex(rf"[\W\d_]*+(?:{example})\b.{{0,40}}$", re.IGNORECASE),
        announcement=regex(
            rf"(?:^|.*\b)(?:{announce})\b.{{0,40}}\b(?:{'|'.join(announced)})\b.{{0,60}}:\s*$", re.IGNORECASE
        ),
        announced=announced,
        shot=label(f"{question}|{answer}|{other}"),
        question=label(question),
        answer=label(answer),
    )


def split_lines(text: str) -> tuple[list[str], list[int]]:
    r"""The lines of a text, which only ``\n``, ``\r\n`` and ``\r`` end, and where each of them starts."""
    if "\r" in text:
        lines = _LINE_END.split(text)
        starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    else:
        lines = text.split("\n")
        starts = list(accumulate([len(line) + 1 for line in lines[:-1]], initial=0))
    if text and not lines[-1]:  # behind the last line end
        del lines[-1], starts[-1]
    return lines, starts


def lines_of(text: str) -> Iterator[Line]:
    """The lines of a text one by one."""
    for line, start in zip(*split_lines(text), strict=True):
        yield Line(start, start + len(line), line)


def mask(text: str, regions: Iterable[Region], kinds: Collection[RegionKind]) -> str:
    """`text` with every character of those regions blanked (line ends kept, variables marked), so that offsets stay the same.

    The regions are in order of their start, a longer one before one that it holds.
    """
    pieces: list[str] = []
    at = 0
    # Regions nest: where a variable stands inside an example, the example hides it.
    for region in regions:
        end = region.span.end
        if end <= at or region.kind not in kinds:
            continue
        start = max(region.span.start, at)
        pieces.append(text[at:start])
        mark, hidden = VARIABLE_MARK if region.kind == "variable" else " ", text[start:end]
        if "\r" in hidden:
            pieces.append(_NOT_LINE_END.sub(mark, hidden))
        elif "\n" in hidden:
            pieces.append("\n".join([mark * len(line) for line in hidden.split("\n")]))
        else:
            pieces.append(mark * len(hidden))
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
    lines = _Lines(text)
    code = _fences(text, lines)
    found += code
    found += _comments(text)
    outside = _outside(code, len(text))
    found += _triple_quotes(text, outside)
    found += _tag_blocks(text, outside)
    found += _example_blocks(lines)
    found += _cued_shots(lines, code, found)
    found += _wrapped_quotes(text, outside)
    found += _inline(text, lines, outside)
    return tuple(sorted(found, key=lambda region: (region.span.start, -region.span.end)))


class _Lines:
    """The lines of a text, where each starts, and whether it is code."""

    def __init__(self, text: str) -> None:
        self.texts, self.starts = split_lines(text)
        self.code = [False] * len(self.texts)

    def end(self, index: int) -> int:
        return self.starts[index] + len(self.texts[index])

    def span(self, first: int, stop: int) -> Span:
        """From the start of a line to the end of the one before `stop`."""
        return Span(self.starts[first], self.end(stop - 1))


class _Cover:
    """Answers whether a range touches one of several, by bisection over sorted, disjoint spans."""

    def __init__(self, regions: Collection[Region]) -> None:
        spans = sorted((region.span.start, region.span.end) for region in regions)
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def has(self, start: int, end: int) -> bool:
        starts = self._starts
        if not starts:
            return False
        index = bisect_right(starts, start)
        return (index > 0 and self._ends[index - 1] > start) or (index < len(starts) and starts[index] < end)


def _fences(text: str, lines: _Lines) -> list[Region]:
    """The code blocks, whose lines are marked as well."""
    found: list[Region] = []
    opened = -1
    mark = ""
    marks = [mark for mark in ("```", "~~~") if mark[0] in text]  # one character is found faster than three
    for index in sorted({bisect_right(lines.starts, at) - 1 for mark in marks for at in places_of(mark, text)}):
        match = _FENCE.match(lines.texts[index])
        if match is None:
            continue
        if opened < 0:
            opened, mark = index, match["mark"]
        elif match["mark"].startswith(mark) and not match["info"].strip():
            found.append(_code(lines, opened, index + 1))
            opened = -1
    if opened >= 0:
        found.append(_code(lines, opened, len(lines.texts)))
    return found


def _code(lines: _Lines, first: int, stop: int) -> Region:
    span = lines.span(first, stop)
    stop = bisect_left(lines.starts, span.end)
    lines.code[first:stop] = [True] * (stop - first)
    return Region(span, "code")


def _outside(code: Iterable[Region], end: int) -> list[tuple[int, int]]:
    """Where the text outside of code starts and ends."""
    spans = [region.span for region in code]
    return list(zip([0, *(span.end for span in spans)], [*(span.start for span in spans), end], strict=True))


def _found(pattern: re.Pattern[str], text: str, ranges: Iterable[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """What an expression finds in some ranges of a text."""
    return chain.from_iterable(pattern.finditer(text, start, end) for start, end in ranges)


def _comments(text: str) -> Iterator[Region]:
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            return
        yield Region(Span(start, end + 3), "comment")
        start = text.find("<!--", end + 3)


def _triple_quotes(text: str, outside: Collection[tuple[int, int]]) -> Iterator[Region]:
    if '"""' not in text and "'''" not in text:
        return
    opened: re.Match[str] | None = None
    for match in _found(_TRIPLE, text, outside):
        if opened is None:
            opened = match
        elif opened.group() == match.group():
            yield Region(Span(opened.start(), match.end()), "data")
            opened = None


def _tag_blocks(text: str, outside: Collection[tuple[int, int]]) -> Iterator[Region]:
    opened: dict[str, int] = {}
    for match in _found(_TAG, text, outside):
        name = match["name"].lower()
        yield Region(Span(*match.span()), "tag")
        kind: RegionKind | None = "example" if _EXAMPLE_TAG.match(name) else "data" if _DATA_TAG.match(name) else None
        if kind is None or match.group().endswith("/>"):
            continue
        if not match.group().startswith("</"):
            opened.setdefault(name, match.start())
        elif name in opened:
            yield Region(Span(opened.pop(name), match.end()), kind)


def _example_blocks(lines: _Lines) -> Iterator[Region]:
    """Example sections under headings, labelled examples, and question-answer shots."""
    labels = _labels()
    stop = 0
    # what opens examples is a heading or a label
    for index in [index for index, line in enumerate(lines.texts) if ":" in line or "#" in line]:
        if index < stop or lines.code[index]:
            continue
        line = lines.texts[index]
        heading = _HEADING.match(line.strip()) if "#" in line else None
        if heading and labels.title.match(heading["title"]):
            first, stop = index, _section_end(lines, index + 1, len(heading["level"]))
        elif ":" not in line:
            continue
        elif labels.example.match(line) or (line.rstrip().endswith(":") and _announces(line)):
            first, stop = index, _shots_end(lines, index + 1)
        elif (answer := labels.answer.match(line)) and answer["rest"].strip():
            first = _asked_before(lines, index)
            if first < 0:
                continue
            stop = _block_end(lines, index + 1, lines.code)
        else:
            continue
        yield Region(lines.span(first, stop), "example")


def _announces(line: str) -> bool:
    """Whether a line that ends in a colon announces examples."""
    labels = _labels()
    # the expression goes through the whole line, and few hold such a word
    return holds_any(line.lower(), labels.announced) and labels.announcement.match(line) is not None


_CUE = regex(r"[ \t>*_]*(?P<label>[^\W\d_][^\r\n:：{}<>\[\]]{0,40}?)[ \t*_]*[:：][ \t*_]*(?P<rest>.*)$")
"""A line that starts with a label."""


def _cued_shots(lines: _Lines, code: Collection[Region], found: Collection[Region]) -> Iterator[Region]:
    """The shots before a label at the end that the model goes on from: what stands earlier behind the same label is an answer.

    Not where the examples that were found already are.
    """
    texts = lines.texts
    end = len(texts) - 1
    while end > 0 and not texts[end].strip():
        end -= 1
    last = _CUE.match(texts[end])
    if last is None or last["rest"].strip():
        return
    known = _Cover([*code, *(region for region in found if region.kind == "example")])
    inside = [known.has(start, start + len(line)) for start, line in zip(lines.starts, texts, strict=True)]
    if inside[end]:
        return
    for index in range(end):
        cue = _CUE.match(texts[index])
        if cue is None or cue["label"] != last["label"] or not cue["rest"].strip():
            continue
        start = index
        while start > 0 and _CUE.match(texts[start - 1]):
            start -= 1
        shot = lines.span(start, _block_end(lines, index + 1, inside))
        # an answer without a question is no shot
        if start < index and not known.has(shot.start, shot.end):
            yield Region(shot, "example")


_WRAPPED_QUOTE = regex(
    r"„[^„“”\r\n]{0,200}(?:\r\n|\r|\n)(?![ \t]*[\r\n])[^„“”\r\n]{0,200}[“”]"
    r"|«[^«»\r\n]{0,200}(?:\r\n|\r|\n)(?![ \t]*[\r\n])[^«»\r\n]{0,200}»"
    r"|“[^“”\r\n]{0,200}(?:\r\n|\r|\n)(?![ \t]*[\r\n])[^“”\r\n]{0,200}”"
)


def _wrapped_quotes(text: str, outside: Collection[tuple[int, int]]) -> Iterator[Region]:
    """Quotations that a line break goes through; only marks that open and close differently can tell."""
    if "„" not in text and "«" not in text and "“" not in text:
        return
    for match in _found(_WRAPPED_QUOTE, text, outside):
        yield Region(Span(*match.span()), "quote")


_SHOT_LINES = 40
"""Lines before an answer in which its question is looked for."""


def _asked_before(lines: _Lines, index: int) -> int:
    """The question label in the few lines before an answer label: together they are a shot. -1: there is none."""
    question = _labels().question
    for before in range(index - 1, max(index - _SHOT_LINES, 0) - 1, -1):
        if question.match(lines.texts[before]):
            return before
    return -1


def _section_end(lines: _Lines, index: int, level: int) -> int:
    while index < len(lines.texts):
        heading = None if lines.code[index] else _HEADING.match(lines.texts[index].strip())
        if heading and len(heading["level"]) <= level:
            return index
        index += 1
    return index


def _block_end(lines: _Lines, index: int, inside: Sequence[bool]) -> int:
    """The line behind the current block: up to a blank line or a heading, but those `inside` of something belong to it."""
    while index < len(lines.texts):
        line = lines.texts[index].strip()
        if not inside[index] and (not line or _HEADING.match(line)):
            return index
        index += 1
    return index


def _shots_end(lines: _Lines, index: int) -> int:
    """The line behind an example that a label opened: its block and the blocks after it that go on with shots or code."""
    labels = _labels()
    index = _block_end(lines, index, lines.code)
    first = True
    while index < len(lines.texts):
        follow = index
        while follow < len(lines.texts) and not lines.texts[follow].strip():
            follow += 1
        if follow == len(lines.texts):
            return index
        line = lines.texts[follow]
        shot = labels.shot.match(line)
        goes_on = (
            lines.code[follow]
            or (shot is not None and bool(shot["rest"].strip()) and "{" not in shot["rest"])
            or bool(labels.example.match(line))
            or (first and index >= 1 and lines.texts[index - 1].rstrip().endswith(":"))
        )
        if not goes_on:
            return index
        first = False
        index = _block_end(lines, follow + 1, lines.code)
    return index


def _inline(text: str, lines: _Lines, outside: Collection[tuple[int, int]]) -> Iterator[Region]:
    """The regions inside single lines: no expression here goes beyond a line end."""
    kinds: tuple[tuple[bool, re.Pattern[str], RegionKind], ...] = (
        ("`" in text, _INLINE_CODE, "inline-code"),
        (True, _QUOTE, "quote"),
        ("://" in text or "](" in text, _LINK, "link"),
    )
    for may_be, pattern, kind in kinds:
        for match in _found(pattern, text, outside) if may_be else ():
            yield Region(Span(*match.span()), kind)
    if ">" in text:
        for index, line in enumerate(lines.texts):
            if ">" in line and _BLOCKQUOTE.match(line) and not lines.code[index]:
                yield Region(lines.span(index, index + 1), "blockquote")


def heading_title(text: str) -> tuple[int, str] | None:
    """(level, title) when a line is a heading: ``## Title``, or a line that is only bold text (level 7)."""
    stripped = text.strip()
    if not stripped.startswith(("#", "**")):
        return None
    match = _HEADING.match(stripped)
    if match:
        return len(match["level"]), match["title"].rstrip("# \t")
    bold = _BOLD_HEADING.match(stripped)
    return (7, bold["title"]) if bold else None
