"""A Python program: its calls, constant strings, classes and comments."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, partial
from typing import TYPE_CHECKING

from promptlint.formats.code.pieces import written
from promptlint.formats.code.python_scopes import Event, Scope, language
from promptlint.formats.code.python_values import File, Program
from promptlint.formats.code.values import Class, Comment, Constant, Literal, Module, Record, Site, Text, Value
from promptlint.lazy import attribute
from promptlint.prompt import Lookup
from promptlint.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Query

__all__ = ["module"]

_STRINGS = ("concatenated_string", "string")
_AROUND = ("await", "parenthesized_expression")
_CALLS = ("call", *_AROUND)
_CONSTANTS = (*_STRINGS, "binary_operator", "call", "dictionary", "parenthesized_expression")


def module(path: str, text: str, lookup: Lookup) -> Module:
    """The program at `path`. Files that it imports are looked up as far as their values are needed. Never raises."""
    program = Program(lookup)
    return _Module(program, program.add(path, text))


@cache
def _query(source: str) -> Query:
    from tree_sitter import Query

    return Query(language(), source)


class _Module:
    """See `promptlint.formats.code.values.Module`."""

    def __init__(self, program: Program, file: File) -> None:
        self._program = program
        self._file = file

    def close(self) -> None:
        self._program.close()

    @attribute
    def packages(self) -> frozenset[str]:
        found: set[str] = set()
        for source in self._file.scopes.imports:
            parts = source.dotted.split(".") if not source.level else []
            found.update(".".join(parts[: count + 1]) for count in range(len(parts)))
        return frozenset(found)

    @property
    def sites(self) -> Sequence[Site]:
        return tuple(self._site(node, callee) for node, callee in self._calls(None))

    def sites_named(self, names: AbstractSet[str]) -> Sequence[Site]:
        sought, key = self._file.scopes.sought, frozenset(names)
        if key not in sought:  # what reads a file asks what was asked to recognise it
            sought[key] = tuple(self._calls(names))
        return tuple(self._site(node, callee) for node, callee in sought[key])

    def _calls(self, names: Container[str] | None) -> Iterator[tuple[Node, str]]:
        """The calls and what they call; of all or of those whose last name is one of `names`."""
        for node in self._file.scopes.calls:
            function = node.child_by_field_name("function")
            if function is None or (names is not None and not self._may_end(function, names)):
                continue
            callee = self._file.calls.callee(function)
            if names is None or callee.rpartition(".")[2] in names:
                yield node, callee

    def _may_end(self, function: Node, names: Container[str]) -> bool:
        """Whether the last name of what is called may be one of these; that of a method is what the file says, no alias."""
        name = function.child_by_field_name("attribute") if function.type == "attribute" else None
        return name is None or self._file.tree.text_of(name) in names

    def _site(self, node: Node, callee: str) -> Site:
        file = self._file
        inside, target = _inside(file.scopes.at(node.start_byte)), self._targets.get(node.id, "")
        return Site(callee, file.tree.span(node), inside, target, partial(file.calls.call, node))

    @attribute
    def _targets(self) -> dict[int, str]:
        """The names that the values of calls are assigned to, by the identity of the call's node."""
        targets: dict[int, str] = {}
        for scope in self._file.scopes.scopes:
            prefix = f"{scope.name}." if scope.kind == "class" else ""
            for events, before in ((scope.events, prefix), (scope.attributes, "")):
                for event in (event for named in events.values() for event in named):
                    if (
                        event.kind == "set"
                        and event.node is not None
                        and event.target is not None
                        and event.node.type in _CALLS
                    ):
                        targets.setdefault(_peeled(event.node).id, before + self._file.tree.text_of(event.target))
        return targets

    @property
    def constants(self) -> Sequence[Constant]:
        return self.constants_named(lambda _: True)

    def constants_named(self, wanted: Callable[[str], bool]) -> Sequence[Constant]:
        found: list[Constant] = []
        for scope in self._file.scopes.scopes:
            if scope.kind not in ("module", "class"):
                continue
            prefix = "".join(f"{name}." for name in scope.names())
            for name, events in scope.events.items():
                for event in events:
                    found.extend(self._constants(prefix + name, event, wanted))
        found.sort(key=lambda constant: (constant.name_span.start, constant.name_span.end))
        return tuple(found)

    def _constants(self, name: str, event: Event, wanted: Callable[[str], bool]) -> Iterator[Constant]:
        file = self._file
        if event.kind == "function" and event.node is not None and event.target is not None:
            if not wanted(name):
                return
            returned = file.calls.returned(event.node)
            text = returned.text if returned is not None else None
            if text is not None and text.path == file.path and _says_something(text):
                yield Constant(name, file.tree.span(event.target), file.tree.span(event.node), text)
            return
        if event.kind != "set" or event.node is None or event.target is None or event.statement is None:
            return
        kind = event.node.type
        if kind not in _CONSTANTS or (kind in _STRINGS and not wanted(name)):
            return
        statement = file.tree.span(event.statement)
        todo: list[tuple[str, Span, Value]] = [(name, file.tree.span(event.target), file.value(event.node))]
        while todo:
            name, span, value = todo.pop()
            if value.path != file.path:
                continue
            if isinstance(value, Record):
                todo.extend((f"{name}.{entry.key}", entry.key_span, entry.value) for entry in value.entries)
            elif isinstance(value, Text) and value.definition is None and _says_something(value):
                yield Constant(name, span, statement, value)

    @attribute
    def classes(self) -> Sequence[Class]:
        scopes = self._file.scopes.scopes
        values = [self._file.value(scope.node) for scope in scopes if scope.kind == "class" and scope.node is not None]
        return tuple(value for value in values if isinstance(value, Class))

    @attribute
    def comments(self) -> Sequence[Comment]:
        tree = self._file.tree
        nodes = tree.captures(_query("(comment) @comment")).get("comment", ())
        return tuple(Comment(tree.text_of(node)[1:], tree.span(node)) for node in nodes)

    @attribute
    def fault(self) -> Span | None:
        tree = self._file.tree
        if self._file.refused:
            return Span(0, 0)
        if not tree.root.has_error:
            return None
        nodes = tree.captures(_query("[(ERROR) (MISSING)] @fault")).get("fault", ())
        return tree.span(nodes[0] if nodes else tree.root)

    @property
    def dependencies(self) -> tuple[str, ...]:
        return tuple(self._program.dependencies)


def _inside(scope: Scope | None) -> str:
    while scope is not None and scope.kind != "function":
        scope = scope.parent
    return "" if scope is None else ".".join(scope.names())


def _peeled(node: Node) -> Node:
    for _ in range(20):
        if node.type not in _AROUND or not node.named_children:
            break
        node = node.named_children[0]
    return node


def _says_something(text: Text) -> bool:
    """Whether it has at least two words, or a hole beside a word."""
    words = written(piece for piece in text.pieces if isinstance(piece, Literal)).split()
    return len(words) > 1 or (bool(words) and any(not isinstance(piece, Literal) for piece in text.pieces))
