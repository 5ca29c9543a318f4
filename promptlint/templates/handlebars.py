"""Handlebars, as dotprompt, Semantic Kernel and template files of their own (``*.hbs``) use it.

A name inside ``{{#each}}``, ``{{#with}}`` and blocks that we do not know may be a member of the item at hand or a variable:
its uses are not `sure`. The first word of a tag with arguments is a helper, not a variable; ``{{role "user"}}`` sends nothing.
What Handlebars' own parser refuses is reported: it would refuse the whole template.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import field

from promptlint.lazy import dataclass, regex
from promptlint.prompt import Use
from promptlint.templates.curly_tags import Tag, lay_out, lost_braces, pair
from promptlint.templates.handlebars_tags import Expression, Lexed, Path, find_tags, parse
from promptlint.templates.jinja_blocks import ControlKind
from promptlint.templates.scanning import Scan, TemplateProblem, tiled

__all__ = ["scan"]

_ITEMS = frozenset({"each", "with"})
_SAME = frozenset({"if", "unless", "ifEquals", "unlessEquals", "message", "role", "section"})
"""Block helpers that leave the context as it is: Handlebars' own, dotprompt's, and Semantic Kernel's ``message``."""
_KINDS: dict[str, ControlKind] = {
    "each": "loop",
    "if": "branch",
    "unless": "branch",
    "ifEquals": "branch",
    "unlessEquals": "branch",
}


def scan(text: str) -> Scan:
    """The parts of a template and its problems."""
    if "{{" not in text and "}}" not in text:
        return Scan(tiled(text, ()))
    found = find_tags(text)
    said = [parse(text, tag.inner) if tag.sort != "comment" else Expression() for tag in found.tags]
    tags = [_tag(text, lexed, expression) for lexed, expression in zip(found.tags, said, strict=True)]
    problems = [*found.problems, *_faults(text, found.tags, said)]
    unpaired = pair(text, tags)
    # what could not be read may have been the other end of a block
    problems += [] if found.problems else unpaired
    assigned = [_assigned(text, lexed, expression) for lexed, expression in zip(found.tags, said, strict=True)]
    _Scopes(tags, found.tags, said, assigned, broken=bool(problems)).run()
    parts = lay_out(text, tags, found.escapes)
    problems += lost_braces(text, parts) if tags else ()
    return Scan(parts, tuple(sorted(problems, key=lambda problem: problem.span)))


_SET = regex(r"\s*set\s+(?:name\s*=\s*)?[\"']?(?P<name>[^\W\d][\w-]*)")


def _assigned(text: str, lexed: Lexed, said: Expression) -> str | None:
    """The variable that Semantic Kernel's helper ``set`` gives a value to: ``{{set name="total" value=(add 1 2)}}``."""
    match = _SET.match(text, lexed.inner.start) if lexed.sort == "value" and said.head == "set" else None
    return match["name"] if match else None


def _tag(text: str, lexed: Lexed, said: Expression) -> Tag:
    tag = Tag(lexed.span, trims_before=lexed.trims_before, trims_after=lexed.trims_after)
    match lexed.sort:
        case "value":
            if said.head == "role" and said.quoted:
                tag.kind = "other"
            return tag
        case "comment":
            tag.kind = "comment"
        case "include":
            tag.kind = "include"
        case "decorator":
            tag.kind = "other"
            return tag
        case "middle":
            tag.kind, tag.role = "block", "middle"
        case "raw-open" | "raw-close":
            tag.kind, tag.role = "raw", "open" if lexed.sort == "raw-open" else "close"
            tag.name = said.head or "raw"
        case "close":
            tag.kind, tag.role = "block", "close"
            tag.name = text[lexed.inner.start : lexed.inner.end].strip().strip("\"'")
        case "open" | "inverse" | "partial-block" | "decorator-block":
            tag.role = "open"
            tag.name = said.head.strip("\"'")
            if lexed.sort == "open":
                tag.kind = _KINDS.get(said.head, "block")
            elif lexed.sort == "inverse":
                tag.kind = "branch"
            elif lexed.sort == "partial-block":
                tag.kind = "include"
            else:
                tag.kind, tag.name = "macro", said.head
    tag.alone = True
    return tag


def _faults(text: str, tags: Sequence[Lexed], said: Sequence[Expression]) -> list[TemplateProblem]:
    """The tags whose expression is none."""
    problems: list[TemplateProblem] = []
    for tag, expression in zip(tags, said, strict=True):
        if tag.sort in ("comment", "close", "raw-open", "raw-close"):
            continue
        if expression.fault is not None:
            strange = text[expression.fault.start : expression.fault.end]
            if expression.fault == tag.inner:
                detail = "a '(' is never closed"
            else:
                detail = f"'{strange}' cannot stand here in a Handlebars expression"
            problems.append(TemplateProblem("invalid-template", tag.span, detail))
        elif tag.sort != "middle" and expression.plain and not text[tag.inner.start : tag.inner.end].strip():
            problems.append(TemplateProblem("invalid-template", tag.span, "a Handlebars tag must name something"))
    return problems


@dataclass(slots=True)
class _Scopes:
    """Finds out, tag by tag, which names are variables of the template."""

    tags: Sequence[Tag]
    lexed: Sequence[Lexed]
    said: Sequence[Expression]
    assigned: Sequence[str | None]
    broken: bool
    stack: list[int] = field(default_factory=list)
    items: int = 0
    unknown: int = 0
    bound: Counter[str] = field(default_factory=Counter)
    # what each open block counts for: an item, something unknown, nothing
    effects: dict[int, str] = field(default_factory=dict)

    def run(self) -> None:
        for index, tag in enumerate(self.tags):
            if tag.role == "close":
                if tag.partner is not None and self.stack and self.stack[-1] == tag.partner:
                    self.leave(self.stack.pop())
                continue
            if tag.role == "middle" and self.stack and self.effects[self.stack[-1]] == "item":
                self.leave(self.stack[-1])
            tag.uses = self.uses(index)
            name = self.assigned[index]
            if name is not None:
                self.bound[name] += 1
            if tag.role == "open" and tag.partner is not None:
                self.enter(index)

    def enter(self, index: int) -> None:
        said, sort = self.said[index], self.lexed[index].sort
        if sort == "open" and said.head in _ITEMS:
            effect = "item"
        elif (sort == "open" and said.head in _SAME) or sort in ("inverse", "partial-block", "raw-open"):
            effect = ""
        else:
            effect = "unknown"
        self.stack.append(index)
        self.effects[index] = effect
        self.items += effect == "item"
        self.unknown += effect == "unknown"
        self.bound.update(said.bound)

    def leave(self, index: int) -> None:
        effect = self.effects[index]
        self.items -= effect == "item"
        self.unknown -= effect == "unknown"
        if effect != "left":
            self.bound.subtract(self.said[index].bound)
        self.effects[index] = "left"

    def uses(self, index: int) -> tuple[Use, ...]:
        said, sort = self.said[index], self.lexed[index].sort
        paths = list(said.paths)
        surely = True
        if said.first is not None:
            if sort == "value" and said.plain:
                paths.insert(0, said.first)
            elif sort in ("open", "inverse") and said.plain and said.head not in _ITEMS | _SAME:
                # a section of Mustache's, or a block helper
                paths.insert(0, said.first)
                surely = False
            elif sort == "middle" and said.plain:
                paths.insert(0, said.first)
                surely = False
        found = (self.use(path, surely=surely) for path in paths)
        return tuple(use for use in found if use is not None)

    def use(self, path: Path, *, surely: bool) -> Use | None:
        if path.name.isdigit():
            return None  # an index: "choices[0]"
        if path.root:
            return Use(path.name, path.span, surely and not self.broken)
        if path.up == 0 and not path.own and self.bound[path.name] > 0:
            return None
        if path.own and (self.items or self.unknown):
            return None
        outermost = self.items == path.up and not self.unknown
        return Use(path.name, path.span, surely and outermost and not self.broken)
