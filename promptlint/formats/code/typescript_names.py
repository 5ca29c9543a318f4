"""The names that an expression of TypeScript or JavaScript reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.formats.code.trees import Tree

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["read_names"]

_MOST = 2_000  # parts of an expression that are looked at
_PATTERNS = frozenset(
    [
        "array_pattern",
        "assignment_pattern",
        "object_pattern",
        "optional_parameter",
        "required_parameter",
        "rest_pattern",
    ]
)
_TYPES = frozenset(["type_annotation", "type_arguments", "type_parameters"])
_GLOBALS = frozenset(
    [
        "Array",
        "BigInt",
        "Boolean",
        "Date",
        "Error",
        "Infinity",
        "Intl",
        "JSON",
        "Map",
        "Math",
        "NaN",
        "Number",
        "Object",
        "RegExp",
        "Set",
        "String",
        "Symbol",
        "URL",
        "console",
        "globalThis",
        "process",
        "undefined",
    ]
)


def read_names(tree: Tree, expression: Node) -> list[Node]:
    """The identifiers in an expression that stand for something outside it, in order.

    Left out are properties, the names of functions that are called, parameters and variables of functions inside, types
    and JavaScript's own objects.
    """
    found: list[Node] = []
    local: set[str] = set()
    waiting: list[tuple[Node, bool]] = [(expression, False)]  # with whether names are declared there
    left = _MOST
    while waiting and left:
        left -= 1
        node, declares = waiting.pop()
        kind = node.type
        if kind in ("identifier", "shorthand_property_identifier"):
            if declares:
                local.add(tree.text_of(node))
            else:
                found.append(node)
        elif kind == "shorthand_property_identifier_pattern":
            local.add(tree.text_of(node))
        elif kind not in _TYPES:
            children = node.named_children
            called = node.child_by_field_name("function") if kind == "call_expression" else None
            built = node.child_by_field_name("constructor") if kind == "new_expression" else None
            value = node.child_by_field_name("value") or node.child_by_field_name("right")
            single = node.child_by_field_name("parameter") if kind == "arrow_function" else None
            name = node.child_by_field_name("name") if kind in ("variable_declarator", "function_declaration") else None
            for child in reversed(children):
                if child in (called, built) and child.type == "identifier":
                    continue
                inside = kind in _PATTERNS and child != value
                waiting.append((child, inside or child in (single, name)))
    return [node for node in found if (name_ := tree.text_of(node)) not in local and name_ not in _GLOBALS]
