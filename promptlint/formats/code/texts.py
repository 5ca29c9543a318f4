"""A string of a program as a message: its text from end to end, what fills it in, and where each character stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from promptlint import templates
from promptlint.formats.code.values import Hole, Literal, Piece, Text
from promptlint.lazy import regex
from promptlint.prompt import Control, Message, Part, Role, Use, Variable
from promptlint.prompt import Text as TextPart
from promptlint.source import Encoder, Span, TextMap

__all__ = [
    "TEMPLATE",
    "constant",
    "has_holes",
    "has_words",
    "message",
    "named_placeholder",
    "names_all",
    "placeholder",
    "places",
]

TEMPLATE = "code"
"""The template language of text that only the program fills in: it has no syntax of its own."""


def has_words(text: Text) -> bool:
    """Whether anything of a string is known and no white space."""
    return any(isinstance(piece, Literal) and piece.text.strip() for piece in text.pieces)


def has_holes(text: Text) -> bool:
    """Whether a part of a string is only known at run time."""
    return any(isinstance(piece, Hole) for piece in text.pieces)


def constant(text: object) -> str | None:
    """What a string is that is known as a whole; None for any other value."""
    if not isinstance(text, Text) or has_holes(text):
        return None
    return "".join(piece.text for piece in text.pieces)


def places(text: Text) -> Iterator[tuple[str, Span]]:
    """Where the known parts of a string stand: path and range."""
    for piece in text.pieces:
        if isinstance(piece, Literal):
            spans = [span for _, span in piece.runs if span is not None and len(span)]
            if spans:
                yield piece.path, Span(min(span.start for span in spans), max(span.end for span in spans))


def message(role: Role | None, text: Text, here: str, template: str | None) -> tuple[Message, templates.Scan]:
    """The message that a string is, and the scan of it in its template language.

    Args:
        role: who speaks.
        text: the string.
        here: the path of the file that is being read; pieces of other files have no place, unless there are no others.
        template: the language that the string is filled in with besides; None for none.

    """
    whole = "".join(piece.text for piece in text.pieces)
    found = templates.scan(_masked(text.pieces), template or TEMPLATE)
    parts = tuple(_with_holes(found.parts, text.pieces, whole))
    return Message(role, whole, _map(text, here), parts, template or TEMPLATE), found


def placeholder(role: Role | None, written: str, span: Span, path: str, uses: Sequence[tuple[str, Span]]) -> Message:
    """The message that an expression is which is only known at run time: a variable and nothing else."""
    whole = Span(0, len(written))
    origin = replace(TextMap.of(path, span), fixed=(whole,))
    return Message(role, written, origin, (Variable(whole, tuple(Use(*use) for use in uses)),), TEMPLATE)


def named_placeholder(name: Message) -> Message:
    """The message that stands for those which are put in at run time under the name that is the text of `name`."""
    whole = Span(0, len(name.text))
    match = _NAME.search(name.text)
    uses = () if match is None else (Use(match.group(), Span(*match.span())),)
    return replace(name, parts=(Variable(whole, uses),), template=TEMPLATE)


_NAME = regex(r"[^\W\d]\w*+")


def _map(text: Text, here: str) -> TextMap:
    paths = [piece.path for piece in text.pieces]
    path = here if here in paths or not paths else paths[0]
    runs: list[tuple[int, Span | None]] = []
    for index, piece in enumerate(text.pieces):
        if index:
            runs.append((0, None))  # no fix reaches from one literal into the next
        if piece.path != path:
            runs.append((len(piece.text), None))
        elif isinstance(piece, Literal):
            runs += piece.runs
        else:
            runs.append((len(piece.text), piece.span))
    origin = TextMap.build(path, runs, _encoder([piece for piece in text.pieces if isinstance(piece, Literal)]))
    return replace(origin, fixed=tuple(hole.span for hole in _holes(text.pieces)))


def _encoder(literals: Sequence[Literal]) -> Encoder:
    """What writes text in any of the literals: in their notation where they share one, else only what is the same in all."""
    encoders = list({literal.notation.name: literal.notation.encode for literal in literals}.values())
    if len(encoders) == 1:
        return encoders[0]

    def encode(replacement: str) -> str | None:
        written = {each(replacement) for each in encoders}
        return written.pop() if len(written) == 1 else None

    return encode


_MASK = "\ue000"
"""Stands for each character of what the program fills in while a template language is looked for: part of no syntax."""


def _masked(pieces: Iterable[Piece]) -> str:
    return "".join(_MASK * len(piece.text) if isinstance(piece, Hole) else piece.text for piece in pieces)


def _with_holes(parts: Sequence[Part], pieces: Sequence[Piece], whole: str) -> Iterator[Part]:
    """The parts of the masked text with the holes as variables among them; partners are numbered anew."""
    holes = list(_holes(pieces))
    made: list[list[Part]] = [list(_cut(part, holes, whole)) for part in parts]
    starts: list[int] = []
    at = 0
    for each in made:
        starts.append(at)
        at += len(each)
    for each in made:
        for part in each:
            if isinstance(part, Control) and part.partner is not None:
                yield replace(part, partner=starts[part.partner])
            else:
                yield part


def names_all(text: Text) -> bool:
    """Whether each place that is filled in says by which name (``{name}``, not ``{}``)."""
    return all(any(True for _ in _written(piece)) for piece in text.pieces if isinstance(piece, Hole))


def _written(hole: Hole) -> Iterator[tuple[str, Span]]:
    """The names that stand in a hole; ``{}`` is filled in with names that do not stand there."""
    return (use for use in hole.uses if hole.text[use[1].start : use[1].end] == use[0])


def _holes(pieces: Iterable[Piece]) -> Iterator[Variable]:
    at = 0
    for piece in pieces:
        if isinstance(piece, Hole) and piece.text:
            uses = tuple(Use(name, span.shift(at)) for name, span in _written(piece))
            yield Variable(Span(at, at + len(piece.text)), uses)
        at += len(piece.text)


def _cut(part: Part, holes: Sequence[Variable], whole: str) -> Iterator[Part]:
    """A part without the holes in it, and the holes; syntax of the template that has holes in it uses what they use."""
    inside = [hole for hole in holes if hole.span.overlaps(part.span)]
    if not inside:
        yield part
    elif isinstance(part, TextPart):
        at = part.span.start
        for hole in inside:
            if at < hole.span.start:
                yield TextPart(Span(at, hole.span.start), whole[at : hole.span.start])
            yield hole
            at = hole.span.end
        if at < part.span.end:
            yield TextPart(Span(at, part.span.end), whole[at : part.span.end])
    else:
        kept = [use for use in part.uses if not any(hole.span.overlaps(use.span) for hole in inside)]
        uses = (*kept, *(use for hole in inside for use in hole.uses))
        yield replace(part, uses=tuple(sorted(uses, key=lambda use: use.span)))
