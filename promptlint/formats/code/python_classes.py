"""The classes of Python programs, and their annotations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.formats.code.pieces import cleandoc, pure_text
from promptlint.formats.code.values import Binary, Class, Field, Name, Text, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from promptlint.formats.code.python_values import File

__all__ = ["Classes"]


class Classes:
    """The classes of a file."""

    def __init__(self, file: File) -> None:
        self._file = file

    def annotation(self, node: Node) -> Value:
        inner = node.named_children
        if len(inner) != 1:
            return self._file.unknown(node)
        if inner[0].type == "string":  # the name of a class that is defined further down
            name = pure_text(self._file.value(inner[0]))
            if name and name.isidentifier():
                found = self._file.names.bound(self._file.scopes.at(node.start_byte), name, None)
                return found if isinstance(found, Class) else Name(self._file.tree.span(node), self._file.path, name)
        return self._file.value(inner[0])

    def union(self, node: Node) -> Value:
        parts = node.named_children
        if len(parts) != 2:
            return self._file.unknown(node)
        return Binary(
            self._file.tree.span(node), self._file.path, self._file.value(parts[0]), self._file.value(parts[1])
        )

    def value_of(self, node: Node) -> Value:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None or body is None:
            return self._file.unknown(node)
        superclasses = node.child_by_field_name("superclasses")
        bases = [
            self._file.tree.text_of(
                (child.child_by_field_name("value") or child) if child.type == "subscript" else child
            )
            for child in (superclasses.named_children if superclasses is not None else ())
            if child.type not in ("keyword_argument", "comment", "list_splat", "dictionary_splat")
        ]
        statements = body.named_children
        fields = [field for statement in statements if (field := self._field(statement))]
        docstring = self._docstring(next((statement for statement in statements if statement.type != "comment"), None))
        span = self._file.tree.span(node)
        found = Class(
            span,
            self._file.path,
            self._file.tree.text_of(name),
            self._file.tree.span(name),
            tuple(bases),
            docstring,
            tuple(fields),
        )
        self._file.class_scopes[id(found)] = self._file.scopes.at(body.start_byte)
        return found

    def _docstring(self, statement: Node | None) -> Text | None:
        """The docstring as ``inspect.getdoc`` gives it, which is how it is sent."""
        inner = statement.named_children if statement is not None and statement.type == "expression_statement" else []
        if len(inner) != 1 or inner[0].type not in ("string", "concatenated_string"):
            return None
        value = self._file.value(inner[0])
        if not isinstance(value, Text) or value.filled:
            return None
        pieces = cleandoc(value.pieces)
        return value if pieces is None else replace(value, pieces=pieces)

    def _field(self, statement: Node) -> Field | None:
        inner = statement.named_children if statement.type == "expression_statement" else []
        if len(inner) != 1 or inner[0].type != "assignment":
            return None
        left, right = inner[0].child_by_field_name("left"), inner[0].child_by_field_name("right")
        annotation = inner[0].child_by_field_name("type")
        if left is None or left.type != "identifier":
            return None
        return Field(
            self._file.tree.text_of(left),
            self._file.tree.span(left),
            self._file.value(annotation) if annotation is not None else None,
            self._file.value(right) if right is not None else None,
        )
