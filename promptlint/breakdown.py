"""Where the tokens of one prompt go: by message, by section or by variable, and how many of them show worked examples."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from promptlint.analysis.demonstrations import demonstrations
from promptlint.analysis.regions import heading_title, lines_of
from promptlint.basis import Basis
from promptlint.estimate import Filling
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Message, Text, Variable

if TYPE_CHECKING:
    from promptlint.analysis import Analysis
    from promptlint.source import Span

__all__ = ["BY", "Breakdown", "By", "Share", "breakdown"]

By: TypeAlias = Literal["message", "section", "variable"]
BY: Final[tuple[By, ...]] = ("message", "section", "variable")


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a prompt: what it is called, and the tokens that it is expected to take in a call.

    `kind` is ``message``, ``section``, ``variable``, ``text`` (all literal text), ``schema``, ``tools`` or ``framing``. `message` is
    the index of the message that it belongs to, None where it belongs to none.
    """

    kind: str
    name: str
    tokens: int
    message: int | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The parts of a prompt, whose tokens add up to those that are expected of it.

    `examples` are the tokens of worked examples (few-shot), which lie in the parts and are not one more.
    """

    by: By
    shares: tuple[Share, ...]
    examples: int


def breakdown(analysis: Analysis, by: By, basis: Basis | None = None) -> Breakdown:
    """The breakdown of a prompt's expected tokens."""
    filling = Filling(analysis, Basis() if basis is None else basis)
    parts = list(_PARTS[by](analysis, filling))
    parts += [
        share
        for share in (
            Share("schema", "schema of the answer", filling.schema),
            Share("tools", "tools", filling.tools),
            Share("framing", "chat format", filling.framing),
        )
        if share.tokens
    ]
    # A text that is cut at a heading may take a token more or less in parts than as a whole; the largest part makes up for it.
    off = filling.tokens.expected - sum(share.tokens for share in parts)
    if off and parts:
        at = max(range(len(parts)), key=lambda index: parts[index].tokens)
        parts[at] = replace(parts[at], tokens=parts[at].tokens + off)
    return Breakdown(by, tuple(parts), _examples(analysis, filling))


def _messages(analysis: Analysis, filling: Filling) -> Iterator[Share]:
    for index, message in enumerate(analysis.prompt.messages):
        (tokens,) = _between(filling, index, [])
        yield Share("message", _called(message, index), tokens, index)


def _called(message: Message, index: int) -> str:
    return f"message {index + 1}" + (f" ({message.role})" if message.role is not None else "")


def _sections(analysis: Analysis, filling: Filling) -> Iterator[Share]:
    several = len(analysis.prompt.messages) > 1
    for index, message in enumerate(analysis.prompt.messages):
        code = [region.span for region in analysis.messages[index].regions if region.kind in ("code", "comment")]
        borders = list(_borders(message.text, code))
        found: dict[str, int] = {}
        tokens = _between(filling, index, [offset for offset, _ in borders])
        start = "(beginning)" if borders else "(no headings)"
        for (_, title), number in zip([(0, start), *borders], tokens, strict=True):
            found[title] = found.get(title, 0) + number
        for title, number in found.items():
            if number:
                yield Share("section", f"{_called(message, index)}: {title}" if several else title, number, index)


_TAG: Final = regex(r"\s*<(?P<close>/?)(?P<name>[A-Za-z][\w.:-]*)(?:\s[^<>]{0,200})?>\s*$")
"""A line that is an opening or a closing tag and nothing else."""


def _borders(text: str, code: Sequence[Span]) -> Iterator[tuple[int, str]]:
    """Where sections begin, each with its title. A tag that stands alone on its line opens one, up to its closing tag."""
    starts = sorted(span.start for span in code)
    ends = {span.start: span.end for span in code}
    closed = _closing(text)
    titles = ["(beginning)"]
    opened: list[tuple[str, int]] = []  # the tag, and how many titles there were before it
    for line in lines_of(text):
        at = bisect_right(starts, line.start) - 1
        if at >= 0 and line.start < ends[starts[at]]:
            continue
        tag = _TAG.match(line.text)
        if tag is not None:
            name = tag["name"].lower()
            if not tag["close"] and closed.get(name, -1) > line.start:
                opened.append((name, len(titles)))
                titles.append(f"<{tag['name']}>")
                yield line.start, titles[-1]
            elif tag["close"] and any(name == each for each, _ in opened):
                while opened:
                    each, depth = opened.pop()
                    if each == name:
                        del titles[depth:]
                        break
                yield line.end, titles[-1]
            continue
        title = heading_title(line.text)
        if title is not None and title[1].strip():
            depth = opened[-1][1] + 1 if opened else 0
            titles[depth:] = [title[1].strip()]
            yield line.start, titles[-1]


def _closing(text: str) -> dict[str, int]:
    """Where the last closing tag of each name stands."""
    found: dict[str, int] = {}
    if "</" in text:
        for line in lines_of(text):
            tag = _TAG.match(line.text)
            if tag is not None and tag["close"]:
                found[tag["name"].lower()] = line.start
    return found


def _variables(analysis: Analysis, filling: Filling) -> Iterator[Share]:
    del analysis
    held = sorted(filling.variables, key=lambda each: (-each.total, each.name))
    for each in held:
        times = f" ({each.times:,} times)" if each.times != 1 else ""
        yield Share("variable", f"{each.name}{times}", each.total)
    tokens = filling.tokens
    around = tokens.variables + tokens.schema + tokens.tools + tokens.framing
    yield Share("text", "literal text", tokens.expected - around)


_PARTS: Final = {"message": _messages, "section": _sections, "variable": _variables}


def _between(filling: Filling, index: int, cuts: Sequence[int]) -> list[int]:
    """The expected tokens of a message's text in the stretches between places at which it is cut, which are in order."""
    message = filling.prompt.messages[index]
    texts: list[dict[int, list[str]]] = [{} for _ in range(len(cuts) + 1)]
    held = [0] * (len(cuts) + 1)
    for number, times in sorted(filling.ways[index].usual):
        part = message.parts[number]
        at = bisect_right(cuts, part.span.start)
        if isinstance(part, Variable):
            value = filling.value(index, number)
            held[at] += times * value.tokens if value is not None else 0
        elif isinstance(part, Text):
            start = 0
            # an escape is not cut
            while len(part.text) == len(part.span) and at < len(cuts) and cuts[at] < part.span.end:
                end = cuts[at] - part.span.start
                texts[at].setdefault(times, []).append(part.text[start:end])
                start, at = end, at + 1
            texts[at].setdefault(times, []).append(part.text[start:])
    return [
        tokens + sum(times * filling.count("".join(pieces)) for times, pieces in each.items())
        for tokens, each in zip(held, texts, strict=True)
    ]


def _examples(analysis: Analysis, filling: Filling) -> int:
    spans: dict[int, list[Span]] = {}
    for shot in demonstrations(analysis):
        for passage in shot.whole:
            spans.setdefault(passage.message, []).append(passage.span)
    found = 0
    for index, shown in spans.items():
        cuts: list[int] = []
        for span in sorted(shown):
            if cuts and span.start <= cuts[-1]:
                cuts[-1] = max(cuts[-1], span.end)
            else:
                cuts += [span.start, span.end]
        found += sum(_between(filling, index, cuts)[1::2])
    return min(found, filling.tokens.expected)
