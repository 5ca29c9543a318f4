"""Which names a Python program binds, in which scope, where, and in which branches and loops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from promptlint.formats.code.trees import Nest, Tree
from promptlint.lazy import dataclass, regex

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

__all__ = ["CHANGES", "Event", "Import", "Region", "Scope", "Scopes", "language", "too_deep"]

CHANGES = ("append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update")
"""The methods that change a list or a dictionary."""


@dataclass(frozen=True, slots=True)
class Import:
    """``from <level dots><module> import <name>`` or ``import <module>``; no name: the module itself."""

    module: str
    level: int
    name: str

    @property
    def dotted(self) -> str:
        """The name as a path of modules."""
        prefix = "." * self.level + self.module
        return f"{prefix}{'.' if self.module and self.name else ''}{self.name}"


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to a name at a place of the program (bytes): it holds from `end` on.

    ``set``: it is given the value `node`. ``class``, ``function``: `node` is the definition. ``import``: see `source`.
    ``opaque``: it is given a value that can't be told. ``add``: ``+=`` or ``|=`` of `node`. ``change``: the call `node` of one of
    its methods changes it. ``item``: the assignment or deletion `node` changes something in it. `statement` is the whole of an
    assignment.
    """

    kind: Literal["set", "class", "function", "import", "opaque", "add", "change", "item"]
    start: int
    end: int
    node: Node | None = None
    target: Node | None = None
    statement: Node | None = None
    source: Import | None = None

    @property
    def binds(self) -> bool:
        """Whether the name has another value from here on, not a changed one."""
        return self.kind not in ("add", "change", "item")


@dataclass(slots=True)
class Scope:
    """A module, class, function, lambda or comprehension with what happens to the names in it.

    `attributes` are those of ``self`` in the methods of a class. `owner` is how its first parameter is called if it is a method.
    `outer` are names that it declares to be of the module or a function around it. `elsewhere` are names of it that functions in
    it change.
    """

    kind: str
    start: int
    end: int
    parent: Scope | None
    name: str
    node: Node | None
    events: dict[str, list[Event]] = field(default_factory=dict)
    attributes: dict[str, list[Event]] = field(default_factory=dict)
    owner: str = ""
    outer: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)
    wildcards: list[Import] = field(default_factory=list)

    def names(self) -> list[str]:
        """The names of the scopes around this one and its own, outermost first."""
        found: list[str] = []
        scope: Scope | None = self
        while scope is not None:
            if scope.name:
                found.append(scope.name)
            scope = scope.parent
        return found[::-1]


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of the program (bytes): a scope, a ``choice`` between branches, a ``branch``, a ``loop`` or a ``try``."""

    kind: str
    start: int
    end: int


_MOST_INDENTATIONS: Final = 300
_INDENTATION = regex(r"[\r\n]([ \t\f]++)(\\?)")


def too_deep(text: str) -> bool:
    """Whether a program may have more blocks in each other than the grammar's scanner survives.

    tree-sitter-python 0.25 writes out of bounds where the indentations that are open take more than a kilobyte (two bytes each,
    and one for each string that is open, at most 255). Python itself refuses more than 100. Blocks in each other are
    indented differently, so no program can have more of them than there are indentations.
    """
    if text.count("\n") + text.count("\r") < _MOST_INDENTATIONS // 2:  # each line counts twice at most
        return False
    indentations = _INDENTATION.findall(f"\n{text}")
    continued = sum(1 for _, backslash in indentations if backslash)  # there the next line's adds to it
    return len({blanks for blanks, _ in indentations}) + continued > _MOST_INDENTATIONS


@cache
def language() -> Language:
    """The grammar."""
    import tree_sitter_python
    from tree_sitter import Language

    return Language(tree_sitter_python.language())


@cache
def _query() -> Query:
    from tree_sitter import Query

    # single nodes where they can lie in each other: a pattern with children is kept in mind until its last child is seen
    return Query(
        language(),
        """
        (function_definition) @function
        (class_definition) @class
        (lambda) @lambda
        [(list_comprehension) (set_comprehension) (dictionary_comprehension) (generator_expression)] @comprehension
        [(if_statement) (match_statement)] @choice
        (if_statement consequence: (block) @branch)
        [(elif_clause) (else_clause) (case_clause) (except_clause)] @branch
        [(for_statement) (while_statement)] @loop
        (try_statement body: (block) @try)
        (assignment right: (_)) @assignment
        (augmented_assignment) @augmented
        (named_expression) @walrus
        [(for_statement left: (_) @target) (for_in_clause left: (_) @target)]
        (as_pattern_target) @target
        (case_clause) @case
        (delete_statement) @delete
        (global_statement) @outer
        (nonlocal_statement) @outer
        [(import_statement) (import_from_statement)] @import
        (return_statement) @return
        (yield) @yield
        (call) @call
        """,
    )


class Scopes:
    """The scopes of a program."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.imports: list[Import] = []
        found = tree.captures(_query())
        self.calls = found.get("call", [])
        self.sought: dict[frozenset[str], tuple[tuple[Node, str], ...]] = {}
        """The calls whose last names are among some, with what they call, as far as they were looked for."""
        self._nest(found)
        for node in found.get("outer", ()):
            self.at(node.start_byte).outer.update(tree.text_of(child) for child in node.named_children)
        self._bind(found)
        self.returns: dict[int, list[Node]] = {}
        for node in (*found.get("return", ()), *found.get("yield", ())):
            scope = self.flow(self.at(node.start_byte))
            self.returns.setdefault(scope.start, []).append(node)
        for scope in self.scopes:
            for events in (*scope.events.values(), *scope.attributes.values()):
                events.sort(key=lambda event: event.end)

    def _nest(self, found: dict[str, list[Node]]) -> None:
        end = len(self._tree.data)
        # of ranges that are the same the one around comes first: a body before the only statement in it
        ranges: list[tuple[int, int, int, str, Node | None]] = [(0, end + 1, 0, "module", None)]
        for kind in ("function", "class", "lambda"):
            for node in found.get(kind, ()):
                body = node.child_by_field_name("body")
                if body is not None:
                    ranges.append((body.start_byte, body.end_byte, 1, kind, node))
        for kind, rank in (("branch", 1), ("try", 1), ("comprehension", 2), ("choice", 2), ("loop", 2)):
            ranges.extend((node.start_byte, node.end_byte, rank, kind, node) for node in found.get(kind, ()))
        ranges.sort(key=lambda item: (item[0], -item[1], item[2]))
        self._nested = Nest((start, stop) for start, stop, *_ in ranges)
        self.regions: list[Region] = []
        self._scope_of: list[Scope] = []
        self.scopes: list[Scope] = []
        for index, given in enumerate(self._nested.kept):
            start, stop, _, kind, made_by = ranges[given]
            self.regions.append(Region(kind, start, stop))
            parent = self._nested.parents[index]
            around = self._scope_of[parent] if parent >= 0 else None
            if kind in ("module", "function", "class", "lambda", "comprehension"):
                name = made_by.child_by_field_name("name") if made_by is not None else None
                scope = Scope(kind, start, stop, around, self._tree.text_of(name) if name else "", made_by)
                self.scopes.append(scope)
                self._scope_of.append(scope)
            elif around is not None:
                self._scope_of.append(around)

    def at(self, byte: int) -> Scope:
        """The innermost scope at a place."""
        return self._scope_of[max(self._nested.innermost(byte), 0)]

    def around(self, byte: int) -> Iterator[Region]:
        """The regions at a place, innermost first."""
        index = self._nested.innermost(byte)
        while index >= 0:
            yield self.regions[index]
            index = self._nested.parents[index]

    def owner(self, scope: Scope, name: str) -> Scope | None:
        """The scope that a name belongs to which is read in `scope`."""
        at: Scope | None = scope
        if name in scope.outer:
            at = scope.parent
        while at is not None:
            if name in at.events and (at is scope or at.kind != "class"):
                return at
            at = at.parent
        return None

    def class_of(self, scope: Scope, name: str) -> Scope | None:
        """The class whose method's first parameter is that name."""
        at: Scope | None = scope
        while at is not None:
            if at.owner == name:
                return at.parent
            if at.kind == "function" and name in at.events:
                return None
            at = at.parent
        return None

    def _bind(self, found: dict[str, list[Node]]) -> None:
        for scope in self.scopes:
            if scope.node is not None:
                if scope.kind in ("function", "lambda"):
                    self._parameters(scope)
                if scope.kind in ("function", "class"):
                    self._definition(scope)
        for node in found.get("assignment", ()):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                self._assign(left, right, node)
        for node in found.get("walrus", ()):
            left, right = node.child_by_field_name("name"), node.child_by_field_name("value")
            if left is not None and right is not None:
                self._assign(left, right, node)
        for node in found.get("import", ()):
            self._import(node)
        for node in found.get("target", ()):
            self._opaque(node, node)
        for node in found.get("case", ()):
            for pattern in node.named_children:
                if pattern.type == "case_pattern":
                    self._captured(pattern)
        for node in found.get("augmented", ()):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None:
                operator = node.child_by_field_name("operator")
                adds = operator is not None and self._tree.text_of(operator) in ("+=", "|=")
                self._change(
                    left, Event("add" if adds and right else "opaque", node.start_byte, node.end_byte, right), node
                )
        for node in self.calls:
            function = node.child_by_field_name("function")
            name = function.child_by_field_name("attribute") if function is not None else None
            base = function.child_by_field_name("object") if function is not None else None
            if base is not None and name is not None and self._tree.text_of(name) in CHANGES:
                self._change(base, Event("change", node.start_byte, node.end_byte, node), node)
        for node in found.get("delete", ()):
            for child in node.named_children:
                for target in child.named_children if child.type == "expression_list" else (child,):
                    kind: Literal["item", "opaque"] = "item" if target.type == "subscript" else "opaque"
                    self._change(target, Event(kind, node.start_byte, node.end_byte, node), node)

    def _add(self, scope: Scope, name: str, event: Event) -> None:
        """Notes what happens to a name in a scope, with the scope that it belongs to."""
        if event.binds and name not in scope.outer:
            if scope.kind == "comprehension" and event.kind == "set":  # a walrus binds around it
                while scope.kind == "comprehension" and scope.parent is not None:
                    scope = scope.parent
            scope.events.setdefault(name, []).append(event)
            return
        owner = self.owner(scope, name)
        if owner is None:
            return
        if self.flow(scope) is owner:
            owner.events[name].append(event)
        else:
            owner.elsewhere.add(name)
            if event.binds or event.kind == "add":
                owner.events[name].append(Event("opaque", event.start, event.end))

    def flow(self, scope: Scope) -> Scope:
        """The scope in whose course the code of `scope` runs."""
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        return scope

    def _attribute(self, node: Node) -> tuple[Scope, str] | None:
        """The class and the name of ``self.name``."""
        base, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if base is None or name is None or base.type != "identifier":
            return None
        scope = self.class_of(self.at(node.start_byte), self._tree.text_of(base))
        return (scope, self._tree.text_of(name)) if scope is not None else None

    def _change(self, target: Node, event: Event, statement: Node) -> None:
        """Notes what changes the value of a name, an attribute of ``self``, or something in one of them."""
        inner = event
        for _ in range(50):
            if target.type != "subscript":
                break
            base = target.child_by_field_name("value")
            if base is None:
                return
            # what is changed is a part of the value
            inner = Event("item", event.start, event.end, statement)
            target = base
        if target.type == "identifier":
            self._add(self.at(target.start_byte), self._tree.text_of(target), inner)
        elif target.type == "attribute" and (found := self._attribute(target)):
            scope, name = found
            scope.attributes.setdefault(name, []).append(inner)

    def _assign(self, left: Node, right: Node, statement: Node) -> None:
        todo: list[tuple[Node, Node | None]] = [(left, right)]
        while todo:
            target, value = todo.pop()
            if target.type in ("identifier", "attribute"):
                event = Event(
                    "set" if value else "opaque", statement.start_byte, statement.end_byte, value, target, statement
                )
                if target.type == "identifier":
                    self._add(self.at(target.start_byte), self._tree.text_of(target), event)
                elif found := self._attribute(target):
                    found[0].attributes.setdefault(found[1], []).append(event)
            elif target.type == "subscript":
                self._change(target, Event("item", statement.start_byte, statement.end_byte, statement), statement)
            elif target.type in (
                "pattern_list",
                "tuple_pattern",
                "list_pattern",
                "list_splat_pattern",
                "parenthesized_expression",
            ):
                targets = target.named_children
                values = value.named_children if value and value.type in ("expression_list", "tuple", "list") else []
                spread = any(
                    node.type in ("list_splat_pattern", "list_splat", "comment") for node in (*targets, *values)
                )
                if target.type == "list_splat_pattern" or len(targets) != len(values) or spread:
                    values = []
                todo.extend((child, values[index] if values else None) for index, child in enumerate(targets))

    def _opaque(self, node: Node, statement: Node) -> None:
        """Notes all names in a target."""
        todo = [node]
        while todo:
            at = todo.pop()
            if at.type == "identifier":
                event = Event("opaque", statement.start_byte, statement.end_byte)
                self._add(self.at(at.start_byte), self._tree.text_of(at), event)
            elif at.type not in ("attribute", "subscript", "string", "call"):
                todo.extend(at.named_children)

    def _captured(self, pattern: Node) -> None:
        """Notes the names that a pattern of ``case`` binds."""
        todo = [pattern]
        while todo:
            at = todo.pop()
            children = at.named_children
            if at.type in ("class_pattern", "keyword_pattern"):
                todo.extend(children[1:])
            elif at.type == "identifier" or (at.type == "dotted_name" and len(children) == 1):
                self._opaque(at, at)
            elif at.type.endswith("_pattern"):
                todo.extend(children)

    def _parameters(self, scope: Scope) -> None:
        if scope.node is None:
            return
        parameters = scope.node.child_by_field_name("parameters")
        first = ""
        for parameter in parameters.named_children if parameters is not None else ():
            name = parameter
            for _ in range(3):
                if name.type == "identifier":
                    break
                name = name.child_by_field_name("name") or (name.named_children or [name])[0]
            if name.type == "identifier":
                text = self._tree.text_of(name)
                first = first or text
                scope.events.setdefault(text, []).append(Event("opaque", scope.start, scope.start))
        if scope.kind == "function" and scope.parent is not None and scope.parent.kind == "class":
            scope.owner = first

    def _definition(self, scope: Scope) -> None:
        node = scope.node
        if node is None or scope.parent is None or not scope.name:
            return
        name = node.child_by_field_name("name")
        kind: Literal["class", "function"] = "class" if scope.kind == "class" else "function"
        self._add(scope.parent, scope.name, Event(kind, node.start_byte, node.end_byte, node, name))

    def _import(self, node: Node) -> None:
        scope = self.at(node.start_byte)
        level, module = 0, ""
        origin = node.child_by_field_name("module_name")
        if origin is not None:
            module = "".join(self._tree.text_of(origin).split())
            level = len(module) - len(module.lstrip("."))
            module = module.lstrip(".")
        for child in node.children:
            if child.type == "wildcard_import":
                scope.wildcards.append(Import(module, level, "*"))
                self.imports.append(Import(module, level, ""))
        for child in node.children_by_field_name("name"):
            name, alias = child, None
            if child.type == "aliased_import":
                alias = child.child_by_field_name("alias")
                name = child.child_by_field_name("name") or child
            text = "".join(self._tree.text_of(name).split())
            source = Import(module, level, text) if origin is not None else Import(text, 0, "")
            self.imports.append(source)
            bound = self._tree.text_of(alias) if alias is not None else text
            if alias is None and origin is None and "." in text:
                bound = text.partition(".")[0]
                source = Import(bound, 0, "")
            self._add(scope, bound, Event("import", node.start_byte, node.end_byte, node, name, node, source))
