"""The names that a Python expression reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from promptlint.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from promptlint.formats.code.python_values import File

__all__ = ["Uses"]

_MOST_NODES: Final = 5_000  # of an expression
_MOST_EVENTS: Final = 300  # of a name
_BUILTINS: Final = frozenset(
    [
        "Exception",
        "__file__",
        "__name__",
        "abs",
        "all",
        "any",
        "bool",
        "bytes",
        "callable",
        "chr",
        "classmethod",
        "dict",
        "dir",
        "enumerate",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "globals",
        "hasattr",
        "hash",
        "hex",
        "id",
        "input",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "locals",
        "map",
        "max",
        "min",
        "next",
        "object",
        "oct",
        "open",
        "ord",
        "pow",
        "print",
        "property",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "slice",
        "sorted",
        "staticmethod",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "vars",
        "zip",
    ]
)


class Uses:
    """The names that the expressions of a file read."""

    def __init__(self, file: File) -> None:
        self._file = file

    def of(self, node: Node, start: int) -> Iterator[tuple[str, Span]]:
        """The names that an expression reads from outside it, in order, with their places counted from `start`."""
        todo = [node]
        local: set[str] = set()
        found: list[tuple[str, Node]] = []
        for _ in range(_MOST_NODES):
            if not todo:
                break
            at = todo.pop()
            kind = at.type
            children = at.named_children
            if kind == "identifier":
                found.append((self._file.tree.text_of(at), at))
            elif kind == "attribute":
                children = [base] if (base := at.child_by_field_name("object")) else []
                own = self._own_attribute(at)
                if own is not None:
                    found.append((self._file.tree.text_of(own), own))
                    children = []
            elif kind == "call":
                children = self._read_by_call(at)
            elif kind == "keyword_argument":
                children = [value] if (value := at.child_by_field_name("value")) else []
            elif kind in ("for_in_clause", "lambda", "named_expression"):
                bound = (
                    at.child_by_field_name("left")
                    or at.child_by_field_name("parameters")
                    or at.child_by_field_name("name")
                )
                local.update(self._identifiers(bound) if bound is not None else ())
            elif kind in ("string_content", "type_conversion", "comment"):
                children = []
            todo.extend(reversed(children))
        for name, at in found:
            if name not in local and name not in _BUILTINS and not self._is_code(name, at):
                span = self._file.tree.span(at)
                yield name, Span(span.start - start, span.end - start)

    def _own_attribute(self, node: Node) -> Node | None:
        """The attribute's name in ``self.name``: there it is the name that says what is filled in."""
        base, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if base is None or base.type != "identifier":
            return None
        text = self._file.tree.text_of(base)
        return (
            name
            if text in ("self", "cls") or self._file.scopes.class_of(self._file.scopes.at(node.start_byte), text)
            else None
        )

    def _read_by_call(self, node: Node) -> list[Node]:
        """The parts of a call that may hold names which it reads: not the function that is called."""
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        children = [arguments] if arguments is not None else []
        if function is not None and function.type == "attribute":
            base = function.child_by_field_name("object")
            if (
                base is not None
                and not (base.type == "identifier" and self._file.names.import_of(base))
                and not self._own_attribute(function)
            ):
                children.insert(0, base)
        elif function is not None and function.type != "identifier":
            children.insert(0, function)
        return children

    def _identifiers(self, node: Node) -> Iterator[str]:
        todo = [node]
        while todo:
            at = todo.pop()
            if at.type == "identifier":
                yield self._file.tree.text_of(at)
            todo.extend(at.named_children)

    def _is_code(self, name: str, node: Node) -> bool:
        """Whether a name is a module, class or function."""
        owner = self._file.scopes.owner(self._file.scopes.at(node.start_byte), name)
        events = owner.events[name] if owner is not None else []
        return any(
            event.kind in ("class", "function") or (event.source is not None and not event.source.name)
            for event in events[:_MOST_EVENTS]
        )
