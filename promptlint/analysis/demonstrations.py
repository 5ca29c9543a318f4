"""Demonstrations: the worked examples of a prompt (shots), with what goes in and what should come out.

They are found as turns that the prompt itself answers, in the regions that hold examples (`regions`), and as records with
the same labels that end in one for the model to fill in. What goes in or comes out is told from labels ("Input:",
"<answer>", "## Expected output"), arrows and roles, never guessed from the content.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from promptlint.analysis.lexicon import load_data
from promptlint.analysis.regions import Line, lines_of, split_lines
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Message, Prompt, Text
from promptlint.source import Span

if TYPE_CHECKING:
    from promptlint.analysis import Analysis, MessageAnalysis

__all__ = [
    "Demonstration",
    "LabelKind",
    "Passage",
    "Spans",
    "demonstrations",
    "kind_of_label",
    "shown_text",
    "spans_of",
]


@dataclass(frozen=True, slots=True)
class Passage:
    """A range of the text of a prompt's message."""

    message: int
    span: Span


@dataclass(frozen=True, slots=True)
class Demonstration:
    """One worked example.

    `whole` is the text that it takes (two passages for a turn and its answer). `given` and `answer` are what goes in and what
    should come out, as far as labels say so; without either, only the whole is known. `label` is what introduces it, `bad`
    whether it is said to show what is wrong.
    """

    whole: tuple[Passage, ...]
    given: Passage | None = None
    answer: Passage | None = None
    label: str = ""
    bad: bool = False


_MOST_WORDS = 4
"""Words that a label may have."""
_LONGEST = 2_000
"""Code points of a record outside of examples."""
_TIMES = 2
"""Times that two labels stand together before they are a record's labels."""
_WORD = regex(r"[^\W\d_]+")
_LABEL = regex(
    r"[\s>*_-]*(?:\d{1,2}[.)]\s+)?[*_]*(?P<label>[^\W\d_][\w #'’-]{0,40}?)(?:\s*\([^)\r\n]{0,40}\))?[*_]*\s*[:：][*_]*[ \t]*(?P<rest>.*)$"
)
_BRACKETED = regex(r"\s*[*_]*\[(?P<label>[^\W\d_][\w #-]{0,40})\][*_]*\s*:?\s*(?P<rest>.*)$")
_HEADING = regex(r"\s*(?:#{1,6}\s+|\*\*(?=[^*]{2,60}\*\*:?\s*$)|[-=]{3,}\s*(?=\w))(?P<label>[^\r\n]{1,80})$")
_SEPARATOR = regex(r"\s*(?:[-=+*_#~]{3,}|<hr ?/?>|={2,}.*={2,}|-{3,}.*-{3,})\s*$")
_ARROW = regex(r"[ \t]+(?:->|→|=>|⇒|⟶|-->|==>)[ \t]+")
_TAG = regex(r"<(?P<close>/?)(?P<name>[A-Za-z][\w-]*)(?:\s[^<>\r\n]{0,200})?>")
_PLURAL = regex(r"</[\w-]*?(?:examples|samples|shots|demonstrations|beispiele|exemples|ejemplos)>", re.IGNORECASE)
_BULLET = regex(r"[\s>]*(?:[-*+•]|\d{1,2}[.)])\s+")
_FENCE = regex(r"\s*(?:`{3,}|~{3,})")
_SIZE = 20_000
"""Code points of an example that only a label announces."""
_SHORT = 90
"""A line above an example that is longer than this does not label it, in code points."""

LabelKind = Literal["example", "given", "answer"]


@dataclass(frozen=True, slots=True)
class _Words:
    given: frozenset[str]
    answer: frozenset[str]
    example: frozenset[str]
    bad: re.Pattern[str]


@cache
def _words() -> _Words:
    languages = load_data("demonstrations").values()

    def every(key: str) -> frozenset[str]:
        return frozenset(str(word) for words in languages for word in words[key])

    bad = "|".join(f"(?:{words['bad']})" for words in languages)
    return _Words(every("given"), every("answer"), every("example"), regex(bad, re.IGNORECASE))


@cache
def kind_of_label(label: str) -> LabelKind | None:
    """What a label introduces, by its words: an example, what goes in, or what should come out."""
    words = [word.lower() for word in _WORD.findall(re.sub(r"\([^)]*\)", "", label.replace("_", " ")))]
    if not words or len(words) > _MOST_WORDS:
        return None
    known = _words()
    answer, given = known.answer.intersection(words), known.given.intersection(words)
    example = known.example.intersection(words)
    if "format" in words or (answer and given and example):
        return "example" if example else None
    if len(words) > 1 and not example and (answer or given) and not (answer | given) & {words[-1], words[0]}:
        return None
    return "answer" if answer else "given" if given else "example" if example else None


def demonstrations(analysis: Analysis) -> tuple[Demonstration, ...]:
    """The demonstrations of a prompt, in order."""
    found = [*_turns(analysis)]
    spoken = {passage.message for each in found for passage in each.whole}
    for index, part in enumerate(analysis.messages):
        if index not in spoken:
            found += _shown(index, part)
    return tuple(sorted(found, key=lambda each: (each.whole[0].message, each.whole[0].span)))


def spans_of(shots: Iterable[Demonstration], message: int) -> Spans:
    """What demonstrations take of a message's text."""
    return Spans(passage.span for shot in shots for passage in shot.whole if passage.message == message)


def shown_text(prompt: Prompt, shots: Iterable[Demonstration]) -> tuple[str, ...]:
    """The literal text that demonstrations take, message by message; what a template fills in is not among it."""
    spans: dict[int, list[Span]] = {}
    for shot in shots:
        for passage in shot.whole:
            spans.setdefault(passage.message, []).append(passage.span)
    return tuple(_literal(prompt.messages[index], Spans(found)) for index, found in sorted(spans.items()))


def _literal(message: Message, spans: Spans) -> str:
    pieces: list[str] = []
    for part in message.parts:
        if not isinstance(part, Text):
            continue
        exact = len(part.text) == len(part.span)
        for span in spans.within(part.span):
            pieces.append(part.text[span.start - part.span.start : span.end - part.span.start] if exact else part.text)
    return "".join(pieces)


# -- turns --------------------------------------------------------------------------------------------------------------


def _turns(analysis: Analysis) -> Iterator[Demonstration]:
    """A user's fixed message and the prompt's own answer to it; behind the last answer the user must come again."""
    messages = analysis.prompt.messages
    last = max((index for index, message in enumerate(messages) if message.role == "user"), default=0)
    for index in range(last - 1):
        asked, answered = messages[index], messages[index + 1]
        if asked.role != "user" or answered.role != "assistant":
            continue
        if all(isinstance(part, Text) for message in (asked, answered) for part in message.parts):
            given = Passage(index, Span(0, len(asked.text)))
            answer = Passage(index + 1, Span(0, len(answered.text)))
            yield Demonstration((given, answer), given, answer)


# -- examples in a text -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Event:
    """A label: where it starts, and the range in which its text may stand."""

    kind: LabelKind
    start: int
    content: int
    label: str
    end: int | None = None
    """Where its text ends for sure: a closing tag."""
    closes: bool = False
    """A tag that closes an example."""
    nested: bool = False
    """It stands inside the tag of one example."""


def _shown(index: int, part: MessageAnalysis) -> list[Demonstration]:
    text = part.message.text
    regions = [region.span for region in part.regions if region.kind == "example"]
    if not regions and ":" not in text:
        return []
    lines = split_lines(text)
    labels = list(_labels(*lines))
    code = Spans(region.span for region in part.regions if region.kind == "code")
    labelled = _labelled_spans(text, labels, code, Spans(regions))
    found: list[Demonstration] = []
    for block in _merged([*regions, *labelled], text):
        found += _Block(index, part, block, lines).demonstrations()
    records = list(_records(index, part, labels, found))
    covered = spans_of(records, index)
    # a record says more than an example whose answer no known label names
    whole = [shot for shot in found if shot.answer is not None or not covered.touch(shot.whole[0].span)]
    return [*whole, *records]


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A line that starts with a label of few words, and where behind it the rest of the line starts."""

    line: Line
    label: str
    words: Sequence[str]
    rest: int


def _labels(lines: Iterable[str], starts: Iterable[int]) -> Iterator[_Labelled]:
    for line, start in zip(lines, starts, strict=True):
        match = _LABEL.match(line) if ":" in line or "：" in line else None
        if match is None:
            continue
        label = match["label"].lower()
        words = _WORD.findall(label)
        if len(words) <= _MOST_WORDS:
            yield _Labelled(Line(start, start + len(line), line), label, words, start + match.start("rest"))


def _labelled_spans(text: str, labels: Iterable[_Labelled], code: Spans, known: Spans) -> Iterator[Span]:
    """What stands behind labels that speak of examples ("Example JSON:") outside of the regions found so far."""
    end = 0
    for each in labels:
        line = each.line
        if line.start < end or each.words[0] not in _words().example or ":" not in line.text:
            continue
        whole = Span(line.start, line.end)
        if known.touch(whole) or code.touch(whole):
            continue
        end = _stop(text, each.rest, min(len(text), each.rest + _SIZE), code)
        yield Span(line.start, end)


def _merged(regions: Iterable[Span], text: str) -> Iterator[Span]:
    """The outermost regions, those joined that only white space keeps apart."""
    current: Span | None = None
    for span in sorted(regions):
        if current is not None and (span.start <= current.end or not text[current.end : span.start].strip()):
            current = Span(current.start, max(current.end, span.end))
            continue
        if current is not None:
            yield current
        current = span
    if current is not None:
        yield current


class _Block:
    """One stretch of a message that holds examples."""

    def __init__(self, index: int, part: MessageAnalysis, span: Span, lines: tuple[list[str], list[int]]) -> None:
        self._index = index
        self._text = part.message.text
        self._span = span
        self._code = Spans(region.span for region in part.regions if region.kind == "code")
        self._all, self._starts = lines
        first = max(bisect_right(self._starts, span.start) - 1, 0)
        stop = bisect_right(self._starts, span.end)
        self._lines = [
            Line(start, start + len(line), line)
            for line, start in zip(self._all[first:stop], self._starts[first:stop], strict=True)
            if line.strip()
        ]

    def demonstrations(self) -> list[Demonstration]:
        found: list[Demonstration] = []
        pending: list[_Event] = []
        said: set[tuple[LabelKind, str]] = set()
        answered = False
        for event in (*self._events(), None):
            if event is not None and not self._starts_another(event, pending, said, answered=answered):
                pending.append(event)
            else:
                if pending:
                    found += self._made(pending, self._span.end if event is None else event.start)
                pending, answered = ([] if event is None or event.closes else [event]), False
                said.clear()
            if pending and event is not None:
                said.add((event.kind, event.label))
                answered = answered or event.kind == "answer"
        return found

    def _starts_another(
        self, event: _Event, pending: Sequence[_Event], said: set[tuple[LabelKind, str]], *, answered: bool
    ) -> bool:
        if event.closes:
            return True
        if event.nested:
            return False
        if event.kind == "example":
            return True
        if event.kind == "given":
            return answered or (event.kind, event.label) in said
        return answered and pending[-1].kind == "answer"

    def _made(self, events: Sequence[_Event], end: int) -> Iterator[Demonstration]:
        given = next((event for event in events if event.kind == "given"), None)
        answer = next((event for event in events if event.kind == "answer"), None)
        start = events[0].start
        label = events[0].label
        whole = self._trimmed(start, end)
        if given is None and answer is None:
            arrows = list(self._arrows(events[-1].content, end))
            if arrows:
                yield from arrows
                return
            if not self._text[events[-1].content : end].strip():
                return  # a title over the examples that follow
        passages = [
            None if event is None else self._passage(event, events, end if event.end is None else event.end)
            for event in (given, answer)
        ]
        if (given is not None and passages[0] is None) or (answer is not None and passages[1] is None):
            return  # a label for the model to go on from, or a slot that is empty
        ends = (whole.end, *(passage.span.end for passage in passages if passage is not None))
        whole = Span(whole.start, max(ends))
        above = {self._above(event.start) for event in events}
        said = " ".join([*sorted(above), *(event.label for event in events)])
        bad = _words().bad.search(said) is not None
        yield Demonstration((Passage(self._index, whole),), passages[0], passages[1], label, bad)

    def _trimmed(self, start: int, end: int) -> Span:
        return Span(start, max(start, start + len(self._text[start:end].rstrip())))

    def _passage(self, event: _Event, events: Sequence[_Event], end: int) -> Passage | None:
        """The text of a label: up to the next label, a separator, or a blank line outside of code and brackets."""
        for other in events:
            if other.start > event.start:
                end = min(end, other.start)
        start = event.content
        if event.end is None:
            end = _stop(self._text, start, end, self._code)
        text = self._text[start:end]
        start += len(text) - len(text.lstrip())
        end = start + len(text.strip())
        return Passage(self._index, Span(start, end)) if end > start else None

    def _in_code(self, offset: int) -> bool:
        return self._code.touch(Span(offset, offset + 1))

    def _above(self, start: int) -> str:
        """The words right above an example, where they label it: a heading, or a short line that ends in a colon."""
        index = bisect_right(self._starts, start) - 2
        while index >= 0 and (not self._all[index].strip() or _FENCE.match(self._all[index])):
            index -= 1
        if index < 0:
            return ""
        line = self._all[index].strip()
        labels = len(line) <= _SHORT and (line.endswith((":", ":**")) or _HEADING.match(line) is not None)
        return line if labels else ""

    def _events(self) -> list[_Event]:
        found = list(self._tags())
        covered = [(event.start, event.end) for event in found if event.end is not None]
        for line in self._lines:
            if any(start <= line.start < end for start, end in covered[-1:]):
                continue
            event = self._labelled(line)
            if event is not None:
                found.append(event)
        found.sort(key=lambda event: (event.start, event.content))
        return list(_nested(found))

    def _labelled(self, line: Line) -> _Event | None:
        if _ARROW.search(line.text):
            return None
        heading = _HEADING.match(line.text)
        if heading:
            title = heading["label"].strip("*:#=- \t")
            kind = kind_of_label(title.split(":")[0]) or ("example" if _mentions(title) else None)
            return _Event(kind, line.start, line.end, title) if kind else None
        match = _LABEL.match(line.text) or _BRACKETED.match(line.text)
        kind = kind_of_label(match["label"]) if match else None
        if match is None or kind is None:
            if line.text.rstrip().endswith(":") and len(line.text) <= _SHORT and _mentions(line.text):
                return _Event("example", line.start, line.end, line.text.strip())
            return None
        if self._in_code(line.start) and line.text.lstrip().startswith(("-", "#", "//", '"')):
            return None
        label = line.text[: match.start("rest")].strip()
        return _Event(kind, line.start, line.start + match.start("rest"), label)

    def _tags(self) -> Iterator[_Event]:
        opened: dict[str, re.Match[str]] = {}
        for match in _TAG.finditer(self._text, self._span.start, self._span.end):
            name = match["name"].lower()
            kind = kind_of_label(re.sub(r"[\d_-]+", " ", name).strip())
            if kind is None:
                continue
            if kind == "example":
                yield _Event(kind, match.start(), match.end(), match.group(), closes=bool(match["close"]))
            elif not match["close"]:
                opened[name] = match
            elif name in opened:
                tag = opened.pop(name)
                yield _Event(kind, tag.start(), tag.end(), tag.group(), match.start())

    def _arrows(self, start: int, end: int) -> Iterator[Demonstration]:
        """Lines "what goes in -> what comes out"."""
        for line in lines_of(self._text[start:end]):
            arrows = list(_ARROW.finditer(line.text))
            if len(arrows) != 1 or self._in_code(start + line.start):
                continue
            bullet = _BULLET.match(line.text)
            left = _unlabelled(line.text, bullet.end() if bullet else 0, arrows[0].start(), "given")
            right = _unlabelled(line.text, arrows[0].end(), len(line.text), "answer")
            if left is None or right is None:
                continue
            by = start + line.start
            whole = Span(by + (bullet.end() if bullet else 0), by + len(line.text.rstrip()))
            bad = _words().bad.search(self._above(start + line.start)) is not None
            yield Demonstration(
                (Passage(self._index, whole),),
                Passage(self._index, left.shift(by)),
                Passage(self._index, right.shift(by)),
                bad=bad,
            )


def _mentions(text: str) -> bool:
    return not _words().example.isdisjoint(word.lower() for word in _WORD.findall(text))


def _stop(text: str, start: int, limit: int, code: Spans) -> int:
    """Where the text of a label ends: at a separator, or a blank line outside of code and brackets."""
    seen = False
    depth = 0
    for line in lines_of(text[start:limit]):
        at = start + line.start
        if code.touch(Span(at, at + 1)):
            seen = True
            continue
        blank = not line.text.strip()
        if seen and depth <= 0 and (blank or _SEPARATOR.match(line.text)):
            return at
        seen = seen or not blank
        depth += sum(map(line.text.count, "{[")) - sum(map(line.text.count, "}]"))
    return limit


def _nested(events: Iterable[_Event]) -> Iterator[_Event]:
    """Events with those marked that stand between the tags of one example."""
    events = list(events)
    single: set[int] = set()
    opened: list[int] = []
    for index, event in enumerate(events):
        if not event.label.startswith("<") or event.kind != "example":
            continue
        if not event.closes:
            opened.append(index)
        elif opened:
            start = opened.pop()
            if not _PLURAL.match(event.label):
                single.update(range(start, index))
    for index, event in enumerate(events):
        tag = event.label.startswith("<") and event.kind == "example"
        yield replace(event, nested=True) if index in single and not tag else event


def _unlabelled(text: str, start: int, end: int, kind: LabelKind) -> Span | None:
    """A range without the label and the blanks before it; None where nothing is left."""
    match = _LABEL.match(text[:end], start)
    if match and kind_of_label(match["label"]) == kind:
        start = match.start("rest")
    body = text[start:end]
    start += len(body) - len(body.lstrip())
    end = start + len(body.strip())
    return Span(start, end) if end > start else None


# -- records with the same labels ---------------------------------------------------------------------------------------


def _records(
    index: int, part: MessageAnalysis, labels: Sequence[_Labelled], found: Sequence[Demonstration]
) -> Iterator[Demonstration]:
    """Records of the same two labels ("Tweet:", "Sentiment:"), apart from those `found` already.

    They are shots when one of them is, or when one more is left open: its last label ends the text, or a variable fills it.
    """
    text = part.message.text
    pairs = Counter(pairwise(each.label for each in labels))
    repeated = {pair for pair, times in pairs.items() if times >= _TIMES and pair[0] != pair[1]}
    if not repeated:
        return
    holes = Spans(region.span for region in part.regions if region.kind in ("variable", "code", "control"))
    known = Spans(passage.span for each in found if each.given and each.answer for passage in each.whole)
    shots: dict[tuple[str, str], list[Demonstration | None]] = {}
    cues: set[tuple[str, str]] = set()
    for one, other, after in zip(labels, labels[1:], [*labels[2:], labels[-1]], strict=False):
        first, given, line, answer = one.label, one.rest, other.line, other.rest
        pair = (first, other.label)
        whole = Span(one.line.start, line.end)
        empty = not text[answer : line.end].strip()
        if pair not in repeated or len(whole) > _LONGEST:
            continue
        if known.touch(whole):
            cues.add(pair)
            shots.setdefault(pair, []).append(None)
        elif empty and (other is after or not text[line.end :].strip()):
            cues.add(pair)
        elif holes.touch(whole):
            cues.update({pair} if holes.touch(Span(given, line.start)) else ())
        elif not empty:
            passages = (Passage(index, _strip(text, given, line.start)), Passage(index, _strip(text, answer, line.end)))
            shot = Demonstration((Passage(index, whole),), *passages, label=first)
            shots.setdefault(pair, []).append(shot)
    last = labels[-1]
    if holes.touch(Span(last.rest, len(text))):
        cues.update(pair for pair in shots if pair[0] == last.label)
    for pair in cues:
        if len(shots.get(pair, ())) >= _TIMES:
            yield from (shot for shot in shots[pair] if shot is not None)


class Spans:
    """Answers whether a range touches one of several ranges, which may nest, by bisection."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._joined: list[Span] = []
        for span in sorted(spans):
            if self._joined and span.start < self._joined[-1].end:
                self._joined[-1] = Span(self._joined[-1].start, max(self._joined[-1].end, span.end))
            else:
                self._joined.append(span)

    def __iter__(self) -> Iterator[Span]:
        return iter(self._joined)

    def within(self, span: Span) -> Iterator[Span]:
        """What of the ranges lies inside another."""
        index = max(bisect_right(self._joined, span.start, key=lambda each: each.start) - 1, 0)
        while index < len(self._joined) and self._joined[index].start < span.end:
            each = self._joined[index]
            if each.overlaps(span):
                yield Span(max(each.start, span.start), min(each.end, span.end))
            index += 1

    def touch(self, span: Span) -> bool:
        index = bisect_right(self._joined, span.end, key=lambda each: each.start) - 1
        return any(each.overlaps(span) for each in self._joined[max(index - 1, 0) : index + 1])


def _strip(text: str, start: int, end: int) -> Span:
    body = text[start:end]
    start += len(body) - len(body.lstrip())
    return Span(start, max(start, start + len(body.strip())))
