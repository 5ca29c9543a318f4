"""TypeScript and JavaScript: the calls and constant strings of a file, read with tree-sitter."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from promptlint.formats.code.typescript_modules import packages
from promptlint.formats.code.typescript_outline import FUNCTIONS, inner, key_of
from promptlint.formats.code.typescript_program import Program
from promptlint.formats.code.typescript_values import File
from promptlint.formats.code.values import Call, Class, Comment, Constant, Literal, Module, Site, Text
from promptlint.lazy import attribute, regex
from promptlint.prompt import Lookup
from promptlint.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["module"]

_WORDS = regex(r"\S\s++\S")
_DEEPEST = 8  # objects in constant objects


def module(path: str, text: str, lookup: Lookup) -> Module:
    """The module that a file is; what it imports from files beside it is read through `lookup` where it is needed.

    A file that is not valid is read as far as it goes.
    """
    program = Program(lookup, File)
    return _Module(program, program.file(path, text))


class _Module:
    def __init__(self, program: Program, file: File) -> None:
        self._program = program
        self._file = file

    def close(self) -> None:
        self._program.close()

    @attribute
    def packages(self) -> frozenset[str]:
        return frozenset(packages(self._file.outline.modules))

    @property
    def sites(self) -> Sequence[Site]:
        return tuple(self._site(node, self._file.callee(node)[0]) for node in self._file.outline.calls)

    def sites_named(self, names: AbstractSet[str]) -> Sequence[Site]:
        calls = self._file.outline.calls
        callees = ((node, self._file.callee(node)[0]) for node in calls if self._may_end(node, names))
        return tuple(self._site(node, callee) for node, callee in callees if callee.rpartition(".")[2] in names)

    def _may_end(self, call: Node, names: Container[str]) -> bool:
        """Whether the last name of what is called may be one of these; that of a method is what the file says, no alias."""
        callee = call.child_by_field_name("function")
        if callee is None or callee.type != "member_expression":
            return True
        name = callee.child_by_field_name("property")
        return name is None or self._file.tree.text_of(name) in names

    def _site(self, node: Node, callee: str) -> Site:
        file, outline = self._file, self._file.outline

        def resolve() -> Call:
            return file.call(node)

        target = outline.targets.get(node.id, "")
        return Site(callee, file.tree.span(node), outline.inside(node.start_byte), target, resolve)

    @property
    def constants(self) -> Sequence[Constant]:
        return self.constants_named(lambda _: True)

    def constants_named(self, wanted: Callable[[str], bool]) -> Sequence[Constant]:
        return tuple(sorted(_constants(self._file, wanted), key=lambda constant: constant.name_span))

    @property
    def classes(self) -> Sequence[Class]:
        return ()

    @attribute
    def comments(self) -> Sequence[Comment]:
        tree = self._file.tree
        found = []
        for node in self._file.outline.nodes("comment"):
            written = tree.text_of(node)
            line = written.startswith("//")
            text = written[2:] if line else written.removeprefix("/*").removesuffix("*/")
            found.append(Comment(text, tree.span(node)))
        return tuple(found)

    @attribute
    def fault(self) -> Span | None:
        node = self._file.outline.fault
        return self._file.tree.span(node) if node is not None else None

    @property
    def dependencies(self) -> tuple[str, ...]:
        return tuple(self._program.looked_up)


# --- constants ---


def _constants(file: File, wanted: Callable[[str], bool]) -> Iterator[Constant]:
    for binding in file.outline.top_level():
        name, node = binding.name_node, binding.node
        if node is None or name is None or binding.keys or binding.declaration is None:
            continue
        if binding.kind == "value" and file.outline.changes(binding):
            value = file.bound(binding, None) if wanted(binding.name) else None
            if isinstance(value, Text) and _is_said(value):
                yield Constant(binding.name, file.tree.span(name), file.tree.span(binding.declaration), value)
        elif binding.kind in ("value", "function"):
            yield from _strings(file, binding.name, name, binding.declaration, node, wanted=wanted)
        elif binding.kind == "enum":
            yield from _members(file, binding.name, node, wanted)
    for node in file.outline.nodes("class"):
        yield from _fields(file, node, wanted)


def _strings(
    file: File, name: str, name_node: Node, statement: Node, node: Node, *, wanted: Callable[[str], bool]
) -> Iterator[Constant]:
    """The strings in the value of a name: itself, what it returns, the entries of an object."""
    waiting = [(name, name_node, statement, node)]
    while waiting:
        name, name_node, statement, node = waiting.pop()
        node = inner(node)
        text: object = None
        kind = node.type
        if kind in FUNCTIONS:
            text = file.returned(node) if wanted(name) else None
        elif kind == "object":
            if name.count(".") >= _DEEPEST:
                continue
            for child in node.named_children:
                if child.type == "method_definition":
                    key_node: Node | None = child.child_by_field_name("name")
                    value: Node | None = child
                else:
                    key_node, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                key = key_of(file.tree, key_node)
                if key is not None and key_node is not None and value is not None:
                    waiting.append((f"{name}.{key}", key_node, child, value))
        elif kind in _MAY_BE_TEXT and wanted(name):
            text = file.value(node)
        if isinstance(text, Text) and _is_said(text):
            yield Constant(name, file.tree.span(name_node), file.tree.span(statement), text)


_MAY_BE_TEXT = frozenset(["binary_expression", "call_expression", "string", "template_string", "ternary_expression"])


def _fields(file: File, owner: Node, wanted: Callable[[str], bool]) -> Iterator[Constant]:
    """The strings that a class gives to its properties and that its methods return."""
    body, name = owner.child_by_field_name("body"), owner.child_by_field_name("name")
    if body is None:
        return
    prefix = f"{file.tree.text_of(name)}." if name is not None else ""
    for child in body.named_children:
        if child.type not in ("public_field_definition", "method_definition"):
            continue
        name_node = child.child_by_field_name("name")
        key = key_of(file.tree, name_node)
        value = child if child.type == "method_definition" else child.child_by_field_name("value")
        if key is None or name_node is None or value is None:
            continue
        if child.type == "public_field_definition" and file.outline.own_writes(owner, key):
            continue
        yield from _strings(file, prefix + key, name_node, child, value, wanted=wanted)


def _members(file: File, name: str, node: Node, wanted: Callable[[str], bool]) -> Iterator[Constant]:
    body = node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        key_node, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        key = key_of(file.tree, key_node)
        if key is not None and key_node is not None and value is not None:
            yield from _strings(file, f"{name}.{key}", key_node, child, value, wanted=wanted)


def _is_said(text: Text) -> bool:
    """Whether a string is a sentence or has something filled in: two words at least, or a word and a hole."""
    known = " ".join(piece.text for piece in text.pieces if isinstance(piece, Literal))
    holes = len(text.pieces) > sum(isinstance(piece, Literal) for piece in text.pieces)
    return bool(_WORDS.search(known)) or (holes and bool(known.strip()))
