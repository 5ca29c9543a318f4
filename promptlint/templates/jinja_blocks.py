"""Which of Jinja's statements belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import field
from typing import Literal, TypeAlias

from promptlint.lazy import dataclass
from promptlint.source import Span
from promptlint.templates.jinja_tags import Tag
from promptlint.templates.scanning import TemplateProblem

__all__ = ["REQUIRED", "SINGLE", "ControlKind", "ControlRole", "Place", "pair"]

ControlKind: TypeAlias = Literal["loop", "branch", "include", "comment", "set", "block", "macro", "raw", "other"]
ControlRole: TypeAlias = Literal["open", "middle", "close", "single"]

REQUIRED = frozenset({"if", "for", "block", "macro", "call", "filter", "with", "autoescape", "set", "raw"})
"""Statements that need an end tag; ``set`` only without ``=``."""

SINGLE = frozenset({"include", "extends", "import", "from", "do", "print", "break", "continue", "debug"})
"""Known statements that stand alone."""

_KINDS: dict[str, ControlKind] = {
    "if": "branch",
    "for": "loop",
    "block": "block",
    "macro": "macro",
    "set": "set",
    "raw": "raw",
    "include": "include",
    "extends": "include",
    "import": "include",
    "from": "include",
    # Nunjucks, Liquid and Twig
    "asyncEach": "loop",
    "asyncAll": "loop",
    "unless": "branch",
    "switch": "branch",
    "case": "branch",
    "verbatim": "raw",
    "render": "include",
    "assign": "set",
    "capture": "set",
}
_ENDS = {"endeach": "asyncEach", "endall": "asyncAll"}
_NAMES = {"ifAsync": "if"}
_MIDDLES = frozenset({"else", "elif", "elseif", "elsif", "when", "default", "empty", "plural", "pluralize"})


@dataclass(slots=True)
class Place:
    """What a tag is among the others.

    `partner` is the index of the tag that ends (or begins) its block, `owner` the index of the block's first tag for a
    middle tag. `name` is the statement's name; for the other tags of a block it is the name of the first.
    """

    kind: ControlKind
    role: ControlRole = "single"
    partner: int | None = None
    owner: int | None = None
    name: str = ""


@dataclass(slots=True)
class _Open:
    index: int
    name: str
    # the end tag of the last block of the same name directly inside: what was probably meant to close this one
    inner_end: Span | None = None


@dataclass(slots=True)
class _Pairing:
    tags: Sequence[Tag]
    places: list[Place] = field(default_factory=list)
    problems: list[TemplateProblem] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    open_names: Counter[str] = field(default_factory=Counter)
    # blocks that another block's end tag cut off; their own end tags come later and are no further news
    cut: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        ends = {tag.keyword for tag in self.tags}
        ended_words = {_ENDS.get(word) or word[3:] for word in ends if word in _ENDS or word.startswith("end")}
        for index, tag in enumerate(self.tags):
            word = _NAMES.get(tag.keyword, tag.keyword)
            place = Place("comment" if tag.sort == "#" else _KINDS.get(word, "other"), name=word)
            self.places.append(place)
            if not word:
                continue
            ended = _ENDS.get(word) or (word[3:] if word.startswith("end") else "")
            if ended:
                self.close(index, tag, ended)
            elif word in _MIDDLES and self.stack:
                top = self.stack[-1]
                place.role, place.owner, place.name, place.kind = (
                    "middle",
                    top.index,
                    top.name,
                    self.places[top.index].kind,
                )
            elif word in ("else", "elif") and not self.cut["if"] and not self.cut["for"]:
                self.problem(tag, f"'{word}' stands outside 'if' and 'for'")
            elif (word in REQUIRED or word in ended_words) and (word != "set" or not _assigns(tag)):
                self.stack.append(_Open(index, word))
                self.open_names[word] += 1
                place.role, place.name = "open", word
        for opened in self.stack:
            self.never_closed(opened)
        self.problems.sort(key=lambda problem: problem.span)

    def close(self, index: int, tag: Tag, name: str) -> None:
        place = self.places[index]
        place.role, place.name, place.kind = "close", name, _KINDS.get(name, "other")
        if not self.open_names[name]:
            place.role = "single"
            if self.cut[name]:
                self.cut[name] -= 1
            elif name in REQUIRED:
                self.problem(tag, f"'{tag.keyword}' ends no '{name}'")
            return
        while (opened := self.stack.pop()).name != name:
            self.open_names[opened.name] -= 1
            self.cut[opened.name] += 1
            self.never_closed(opened, cut_by=tag)
        self.open_names[name] -= 1
        place.partner = opened.index
        self.places[opened.index].partner = index
        if self.stack and self.stack[-1].name == name:
            self.stack[-1].inner_end = tag.span

    def never_closed(self, opened: _Open, cut_by: Tag | None = None) -> None:
        if opened.name not in REQUIRED:
            self.places[opened.index].role = "single"
            return
        related: tuple[tuple[Span, str], ...] = ()
        if cut_by is not None:
            related = ((cut_by.span, f"'{cut_by.keyword}' ends an outer block here"),)
        elif opened.inner_end is not None:
            related = ((opened.inner_end, f"this 'end{opened.name}' ends an inner '{opened.name}'"),)
        self.problem(self.tags[opened.index], f"'{opened.name}' is never closed by 'end{opened.name}'", related)

    def problem(self, tag: Tag, detail: str, related: tuple[tuple[Span, str], ...] = ()) -> None:
        self.problems.append(TemplateProblem("unbalanced-delimiter", tag.span, detail, related))


def _assigns(tag: Tag) -> bool:
    """Whether a ``set`` has an ``=`` of its own, outside brackets."""
    depth = 0
    for token in tag.tokens:
        if token.kind == "operator":
            depth += (token.value in "([{") - (token.value in ")]}")
            if token.value == "=" and not depth:
                return True
    return False


def pair(tags: Sequence[Tag]) -> tuple[list[Place], list[TemplateProblem]]:
    """The place of each tag, and the problems with blocks that are not closed or not open.

    A statement that Jinja does not know opens a block when its end tag (``end`` and its name) occurs anywhere; one that has
    no end tag stands alone. Neither is a problem.
    """
    pairing = _Pairing(tags)
    pairing.run()
    return pairing.places, pairing.problems
