"""What the expressions of Python programs are, as far as that can be told without running them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from promptlint.formats.code.pieces import pure_text
from promptlint.formats.code.python_calls import Calls, Returned
from promptlint.formats.code.python_changes import joined_items, merged, opened
from promptlint.formats.code.python_classes import Classes
from promptlint.formats.code.python_formatting import percent_filled
from promptlint.formats.code.python_modules import candidates
from promptlint.formats.code.python_names import Names, read
from promptlint.formats.code.python_scopes import Import, Scope, Scopes, language, too_deep
from promptlint.formats.code.python_strings import Strings
from promptlint.formats.code.python_uses import Uses
from promptlint.formats.code.trees import Tree
from promptlint.formats.code.values import (
    Binary,
    Call,
    Class,
    Entry,
    Hole,
    Items,
    Literal,
    Name,
    Record,
    Scalar,
    Subscript,
    Text,
    Value,
)
from promptlint.lazy import regex
from promptlint.prompt import Lookup
from promptlint.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["File", "Program"]

_DEEPEST: Final = 60  # values in each other; what lies deeper is not looked at
_HEAVIEST: Final = 50_000  # runs, and stretches of 50 characters: names that double each other grow without bounds
_BUDGET: Final = 1_000_000  # of the same, for all strings in several pieces
_MOST_HOPS: Final = 3  # from file to file
_LINE_END = regex(r"\r\n|\n|\r")


class Program:
    """The files that are read to understand one of them."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self.files: dict[str, File | None] = {}
        self.dependencies: dict[str, None] = {}
        self.depth = 0
        self._hops = 0
        self._paid = 0
        self._weights: dict[int, int] = {}

    def close(self) -> None:
        """Part what refers to each other, which would be kept until the interpreter looks for garbage."""
        for file in self.files.values():
            if file is not None:
                vars(file).clear()
        self.files.clear()

    def add(self, path: str, text: str) -> File:
        """The file that everything is about."""
        file = File(self, path, text)
        self.files[path] = file
        return file

    def file(self, path: str) -> File | None:
        """A file of the project, parsed once."""
        if path not in self.files:
            self.dependencies[path] = None
            source = self._lookup(path)
            self.files[path] = None if source is None else File(self, path, source.text)
        return self.files[path]

    def module(self, origin: str, module: str, level: int) -> File | None:
        """The file of a module that the file `origin` imports."""
        found = (self.file(path) for path in candidates(origin, module, level))
        return next((file for file in found if file is not None), None)

    def imported(self, origin: str, module: str, level: int, name: str) -> Value | None:
        """The value of a name of another module, as seen from the file `origin`."""
        with self._hop(origin, module, level) as file:
            return file.names.exported(name) if file is not None else None

    def returned(self, origin: str, source: Import) -> Returned | None:
        """The text that a function of another module returns, as seen from the file `origin`."""
        with self._hop(origin, source.module, source.level) as file:
            return file.calls.returned_by(source.name) if file is not None else None

    @contextmanager
    def _hop(self, origin: str, module: str, level: int) -> Iterator[File | None]:
        self._hops += 1
        try:
            yield self.module(origin, module, level) if self._hops <= _MOST_HOPS else None
        finally:
            self._hops -= 1

    def remember(self, value: Value) -> bool:
        """Notes how much a value that will be kept holds; False: too much."""
        if isinstance(value, (Name, Scalar)):
            return True
        weight = self.weight(value)
        if not self._affords(value, weight):
            return False
        self._weights[id(value)] = weight
        return True

    def affords(self, value: Value) -> bool:
        """Whether a value is light enough. What strings are made of others is paid for, so that all of them together are."""
        return self._affords(value, self.weight(value))

    def _affords(self, value: Value, weight: int) -> bool:
        if isinstance(value, Text) and len(value.pieces) > 1:
            self._paid += weight
            return weight <= _HEAVIEST and self._paid <= _BUDGET
        return weight <= _HEAVIEST

    def weight(self, value: Value) -> int:
        """How much a value holds."""
        known = self._weights.get(id(value))
        if known is not None:
            return known
        children: Sequence[Value | None] = ()
        weight = 1
        if isinstance(value, Text):
            for piece in value.pieces:
                weight += 1 + (len(piece.runs) + len(piece.text) // 50 if isinstance(piece, Literal) else 0)
        elif isinstance(value, Items):
            children = (*value.items, *(spread for _, spread in value.spreads))
        elif isinstance(value, Record):
            children = [entry.value for entry in value.entries]
        elif isinstance(value, Call):
            children = (*value.arguments, value.keywords, value.receiver)
        elif isinstance(value, Subscript):
            children = value.items
        elif isinstance(value, Binary):
            children = (value.left, value.right)
        elif isinstance(value, Class):
            children = [part for field in value.fields for part in (field.annotation, field.default)]
        return weight + sum(self.weight(child) for child in children if child is not None)


@lru_cache(maxsize=1)  # what recognises a file has just parsed it for what reads it
def _parsed(text: str) -> tuple[bool, Tree, Scopes]:
    """Whether a program is not parsed, so that it has nothing in it; its tree, and the names that it binds."""
    refused = too_deep(text)
    tree = Tree("" if refused else text, language())
    return refused, tree, Scopes(tree)


class File:
    """A Python file: the values of its expressions, each worked out when it is asked for and only once."""

    def __init__(self, program: Program, path: str, text: str) -> None:
        self.program = program
        self.path = path
        self.text = text
        self.refused, self.tree, self.scopes = _parsed(text)
        found = _LINE_END.search(text)
        self.newline = found.group() if found else "\n"
        self._values: dict[int, Value] = {}
        self._busy: set[int] = set()
        self.nodes: dict[int, Node] = {}
        self.class_scopes: dict[int, Scope] = {}
        self.names = Names(self)
        self.strings = Strings(self)
        self.calls = Calls(self)
        self.classes = Classes(self)
        self.uses = Uses(self)
        self._evaluators: dict[str, Callable[[Node], Value]] = {
            "assignment": self._right,
            "attribute": self.names.attribute,
            "await": self._inner,
            "binary_operator": self._operation,
            "call": self.calls.value,
            "class_definition": self.classes.value_of,
            "concatenated_string": self.strings.string,
            "conditional_expression": self._conditional,
            "dictionary": self._dictionary,
            "expression_list": self._list,
            "false": self._scalar,
            "float": self._scalar,
            "generic_type": self._subscript,
            "identifier": self.names.named,
            "integer": self._scalar,
            "list": self._list,
            "named_expression": self._right,
            "none": self._scalar,
            "parenthesized_expression": self._inner,
            "string": self.strings.string,
            "subscript": self._subscript,
            "true": self._scalar,
            "tuple": self._list,
            "type": self.classes.annotation,
            "unary_operator": self._scalar,
            "union_type": self.classes.union,
        }

    def value(self, node: Node) -> Value:
        """What an expression is."""
        key = node.id
        known = self._values.get(key)
        if known is not None:
            return known
        evaluate = self._evaluators.get(node.type)
        if evaluate is None or key in self._busy or self.program.depth >= _DEEPEST:
            return self.unknown(node)
        self._busy.add(key)
        self.program.depth += 1
        try:
            found = evaluate(node)
        finally:
            self.program.depth -= 1
            self._busy.discard(key)
        if not self.program.remember(found):
            found = self.unknown(node)
        self._values[key] = found
        self.nodes.setdefault(id(found), node)
        return found

    def unknown(self, node: Node) -> Name:
        """An expression whose value cannot be told."""
        return Name(self.tree.span(node), self.path, self.tree.text_of(node))

    def hole(self, node: Node, around: Node | None = None) -> Hole:
        """The place that an expression fills in; `around` is how the file writes it, with braces."""
        whole = self.tree.span(around or node)
        return Hole(
            self.text[whole.start : whole.end], whole, self.path, tuple(self.uses.of(around or node, whole.start))
        )

    def hole_of(self, value: Value) -> Hole:
        """The place that a value of any file fills in."""
        file = self.program.files.get(value.path) or self
        node = file.nodes.get(id(value))
        if node is not None:
            return file.hole(node)
        return Hole(file.text[value.span.start : value.span.end], value.span, value.path, ())

    def _operation(self, node: Node) -> Value:
        operator = self._operator(node)
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return self.unknown(node)
        if operator in ("+", "|"):
            terms = [right]
            while self._operator(left) == operator:  # a long chain is a deep tree
                inner, last = left.child_by_field_name("left"), left.child_by_field_name("right")
                if inner is None or last is None:
                    break
                terms.append(last)
                left = inner
            terms.append(left)
            terms.reverse()
            return self.strings.concatenation(node, terms) if operator == "+" else self._alternatives(node, terms)
        value = self.value(left)
        if operator == "%" and isinstance(value, Text):
            return replace(
                percent_filled(value, self.strings.operands(right)), span=self.tree.span(node), path=self.path
            )
        if operator == "*":
            return self.strings.repetition(node, value, self.value(right))
        return self.unknown(node)

    def _operator(self, node: Node) -> str:
        operator = node.child_by_field_name("operator") if node.type == "binary_operator" else None
        return operator.type if operator is not None else ""

    def _alternatives(self, node: Node, terms: Sequence[Node]) -> Value:
        """Values with ``|`` between them: dictionaries over each other, else as it stands."""
        values = [self.value(term) for term in terms]
        if any(isinstance(value, Record) for value in values):
            return merged(values, self.tree.span(node), self.path)
        found = values[0]
        for term, value in zip(terms[1:], values[1:], strict=True):
            found = Binary(Span(self.tree.span(node).start, self.tree.span(term).end), self.path, found, value)
        return found

    def _right(self, node: Node) -> Value:
        value = node.child_by_field_name("right") or node.child_by_field_name("value")
        return self.value(value) if value is not None else self.unknown(node)

    def _inner(self, node: Node) -> Value:
        inner = [child for child in node.named_children if child.type != "comment"]
        if len(inner) != 1:
            return self.unknown(node)
        value = self.value(inner[0])
        if isinstance(value, Text) and value.path == self.path and value.definition is None:
            return replace(value, span=self.tree.span(node))
        return value

    def _scalar(self, node: Node) -> Value:
        text = self.tree.text_of(node)
        if text in ("True", "False", "None"):
            return Scalar(self.tree.span(node), self.path, {"True": True, "False": False, "None": None}[text])
        number = _number(text)
        return self.unknown(node) if number is None else Scalar(self.tree.span(node), self.path, number)

    def _conditional(self, node: Node) -> Value:
        parts = [child for child in node.named_children if child.type != "comment"]
        if len(parts) != 3:
            return self.unknown(node)
        left, right = self.value(parts[0]), self.value(parts[2])
        if isinstance(left, Text) and isinstance(right, Text):
            text = pure_text(left)
            if text is not None and text == pure_text(right):
                return left
        elif isinstance(left, Items) and isinstance(right, (Items, Scalar)) and not getattr(right, "items", ()):
            return opened(left)
        elif isinstance(right, Items) and isinstance(left, (Items, Scalar)) and not getattr(left, "items", ()):
            return opened(right)
        elif isinstance(left, Record) and isinstance(right, (Record, Scalar)) and not getattr(right, "entries", ()):
            return opened(left)
        elif isinstance(right, Record) and isinstance(left, (Record, Scalar)) and not getattr(left, "entries", ()):
            return opened(right)
        return self.unknown(node)

    def _list(self, node: Node) -> Value:
        children = [(child, kind) for child in node.named_children if (kind := child.type) != "comment"]
        if not any(kind == "list_splat" for _, kind in children):
            return Items(self.tree.span(node), self.path, tuple([self.value(child) for child, _ in children]))
        parts: list[Value] = []
        for child, kind in children:
            if kind == "list_splat":
                inner = child.named_children
                parts.append(self.value(inner[0]) if inner else self.unknown(child))
            else:
                value = self.value(child)
                parts.append(Items(value.span, self.path, (value,)))
        return joined_items(parts, Items(self.tree.span(node), self.path, ()))

    def _dictionary(self, node: Node) -> Value:
        parts: list[Value | Entry | None] = []
        for child in node.named_children:
            kind = child.type
            if kind == "dictionary_splat":
                inner = child.named_children
                parts.append(self.value(inner[0]) if inner else None)
            elif kind == "pair":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                parts.append(self.entry(key, value) if key is not None and value is not None else None)
        return merged(parts, self.tree.span(node), self.path)

    def entry(self, key: Node, value: Node) -> Entry | None:
        name = pure_text(self.value(key))
        if name is None:
            return None
        return Entry(name, self.tree.span(key), self.value(value))

    def _subscript(self, node: Node) -> Value:
        base = node.child_by_field_name("value")
        keys = node.children_by_field_name("subscript")
        if node.type == "generic_type":
            named = node.named_children
            base = named[0] if named else None
            keys = [child for child in named[1].named_children if child.type != "comment"] if len(named) > 1 else []
        if base is None:
            return self.unknown(node)
        name = self.tree.text_of(base)
        if name.rpartition(".")[2] == "Literal":  # there strings are strings, elsewhere names of classes
            keys = [key.named_children[0] if key.type == "type" and key.named_children else key for key in keys]
        items = tuple(self.value(key) for key in keys)
        found = self.item(self.value(base), items) if node.type == "subscript" else None
        return Subscript(self.tree.span(node), self.path, name, items) if found is None else found

    def item(self, whole: Value, keys: tuple[Value, ...]) -> Value | None:
        if len(keys) != 1:
            return None
        key = keys[0]
        name = pure_text(key)
        if isinstance(whole, Record) and name is not None:
            entry = whole.get(name)
            return read(entry.value) if entry is not None else None
        if isinstance(whole, Items) and isinstance(key, Scalar) and isinstance(key.value, int) and whole.complete:
            return read(whole.items[key.value]) if -len(whole.items) <= key.value < len(whole.items) else None
        return None


def _number(text: str) -> int | float | None:
    if len(text) > 40:
        return None
    try:
        return int(text.replace("_", ""), 0)
    except ValueError:
        try:
            return float(text.replace("_", ""))
        except ValueError:
            return None
