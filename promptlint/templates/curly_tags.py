"""What Handlebars and Mustache share: tags in double braces, the blocks that they make, and the blanks that they eat."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from promptlint.lazy import dataclass, regex
from promptlint.prompt import Control, Part, Text, Use, Variable
from promptlint.source import Span
from promptlint.templates import markdown
from promptlint.templates.jinja_blocks import ControlKind, ControlRole
from promptlint.templates.scanning import TemplateProblem, half_delimiters

__all__ = ["Tag", "lay_out", "lost_braces", "pair"]


@dataclass(slots=True)
class Tag:
    """A tag and its place among the others.

    A tag of no `kind` is a variable. `name` is what a block's end tag must name; an open tag without one is closed by any end
    tag. `alone` says that a line which holds nothing but the tag sends nothing, `trims_before` and `trims_after` that white
    space there is not sent. `partner` is the index of the tag that ends (or begins) the block.
    """

    span: Span
    kind: ControlKind | None = None
    role: ControlRole = "single"
    name: str = ""
    uses: tuple[Use, ...] = ()
    alone: bool = False
    trims_before: bool = False
    trims_after: bool = False
    partner: int | None = None


@dataclass(slots=True)
class _Pairing:
    text: str
    tags: Sequence[Tag]
    problems: list[TemplateProblem] = field(default_factory=list)
    stack: list[int] = field(default_factory=list)
    open_names: Counter[str] = field(default_factory=Counter)
    # blocks that another block's end tag cut off; their own end tags come later and are no further news
    cut: Counter[str] = field(default_factory=Counter)
    cuts: int = 0

    def run(self) -> None:
        for index, tag in enumerate(self.tags):
            if tag.role == "open":
                self.stack.append(index)
                self.open_names[tag.name] += 1
            elif tag.role == "close":
                self.close(index, tag)
            elif tag.role == "middle":
                if self.stack:
                    tag.kind = self.tags[self.stack[-1]].kind
                elif not self.cuts:
                    self.problem(tag, f"{self.written(tag)} stands outside a block")
        for index in self.stack:
            self.never_closed(index)

    def close(self, index: int, tag: Tag) -> None:
        top = self.tags[self.stack[-1]] if self.stack else None
        if top is not None and not top.name:
            tag.name = ""
        elif not self.open_names[tag.name]:
            if self.cut[tag.name]:
                self.cut[tag.name] -= 1
                self.cuts -= 1
            else:
                self.problem(tag, f"{self.written(tag)} ends no block")
            return
        while self.tags[opened := self.stack.pop()].name != tag.name:
            self.open_names[self.tags[opened].name] -= 1
            self.cut[self.tags[opened].name] += 1
            self.cuts += 1
            self.never_closed(opened, cut_by=tag)
        self.open_names[tag.name] -= 1
        tag.kind, tag.partner = self.tags[opened].kind, opened
        self.tags[opened].partner = index

    def never_closed(self, index: int, cut_by: Tag | None = None) -> None:
        tag = self.tags[index]
        related = () if cut_by is None else ((cut_by.span, f"{self.written(cut_by)} ends an outer block here"),)
        self.problem(
            tag, f"{self.written(tag)} is never closed" + (f" by '{{{{/{tag.name}}}}}'" * bool(tag.name)), related
        )

    def written(self, tag: Tag) -> str:
        text = " ".join(self.text[tag.span.start : tag.span.end].split())
        return f"'{text}'" if len(text) <= _SHOWN else f"'{text[: _SHOWN - 3]}...'"

    def problem(self, tag: Tag, detail: str, related: tuple[tuple[Span, str], ...] = ()) -> None:
        self.problems.append(TemplateProblem("unbalanced-delimiter", tag.span, detail, related))


_SHOWN = 40


def pair(text: str, tags: Sequence[Tag]) -> list[TemplateProblem]:
    """Tell the tags of a block of each other; the problems with blocks that are not closed or not open."""
    pairing = _Pairing(text, tags)
    pairing.run()
    return pairing.problems


def lay_out(text: str, tags: Sequence[Tag], dropped: Iterable[int] = ()) -> tuple[Part, ...]:
    """The parts of a text: its tags, and the text between them without what is not sent.

    `dropped` are the offsets of characters that escape what stands behind them, in order.
    """
    escapes = deque(dropped)
    between = [list(_literal(text, tags, index, escapes)) for index in range(len(tags) + 1)]
    places: list[int] = []
    count = 0
    for texts in between[:-1]:
        places.append(count + len(texts))
        count += len(texts) + 1
    parts: list[Part] = []
    for index, tag in enumerate(tags):
        parts += between[index]
        if tag.kind is None:
            parts.append(Variable(tag.span, tag.uses))
        else:
            partner = None if tag.partner is None else places[tag.partner]
            parts.append(Control(tag.span, tag.kind, tag.role, partner, tag.uses))
    return (*parts, *between[-1])


_LINE_END = regex(r"[ \t]*+(?:\r\n|\n|\r)")


def _literal(text: str, tags: Sequence[Tag], index: int, escapes: deque[int]) -> Iterator[Text]:
    """The text before a tag; what is not sent makes parts of its own."""
    before = tags[index - 1] if index else None
    after = tags[index] if index < len(tags) else None
    start = before.span.end if before else 0
    end = after.span.start if after else len(text)
    first, last = start, end
    if before and before.trims_after:
        first = end - len(text[start:end].lstrip())
    elif before and before.alone and _is_alone(text, tags, index - 1):
        line_end = _LINE_END.match(text, start, end)
        first = line_end.end() if line_end else end
    if after and after.trims_before:
        last = start + len(text[start:end].rstrip())
    elif after and after.alone and _is_alone(text, tags, index):
        last = start + len(text[start:end].rstrip(" \t"))
    first = min(first, end)
    last = max(last, first)
    at = start
    cuts = [(start, first), *_escapes(escapes, first, last), (last, end)]
    for low, high in cuts:
        if at < low:
            yield Text(Span(at, low), text[at:low])
        if low < high:
            yield Text(Span(low, high), "")
        at = max(at, high)


def _escapes(escapes: deque[int], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The escaping characters in a range, which are taken off the queue: ranges come in order."""
    while escapes and escapes[0] < last:
        at = escapes.popleft()
        if at >= first:
            yield at, at + 1


def _is_alone(text: str, tags: Sequence[Tag], index: int) -> bool:
    """Whether nothing but blanks stands beside a tag on its line."""
    tag = tags[index]
    low = tags[index - 1].span.end if index else 0
    high = tags[index + 1].span.start if index + 1 < len(tags) else len(text)
    start = tag.span.start
    while start > low and text[start - 1] in " \t":
        start -= 1
    if start > low and text[start - 1] not in "\r\n":
        return False
    if start == low and index:
        return False
    end = tag.span.end
    while end < high and text[end] in " \t":
        end += 1
    return text[end] in "\r\n" if end < high else index + 1 == len(tags)


def lost_braces(text: str, parts: Sequence[Part]) -> Iterator[TemplateProblem]:
    """Delimiters in the literal text that lost a brace; code, where braces have other meanings, is not judged."""
    code = None
    for problem in half_delimiters(text, parts):
        code = markdown.code(text) if code is None else code
        if not markdown.inside(code, problem.span.start):
            yield problem
