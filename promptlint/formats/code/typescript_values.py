"""What the expressions of a TypeScript or JavaScript file are, as far as that can be told without running it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from promptlint.formats.code import typescript_literals as literals
from promptlint.formats.code import typescript_strings as strings
from promptlint.formats.code.parameters import filled_in
from promptlint.formats.code.pieces import computed
from promptlint.formats.code.trees import Tree
from promptlint.formats.code.typescript_changes import changed
from promptlint.formats.code.typescript_known import constant, has_literal, number, shown, written
from promptlint.formats.code.typescript_modules import package
from promptlint.formats.code.typescript_names import read_names
from promptlint.formats.code.typescript_outline import FUNCTIONS, Binding, Outline, inner, key_of
from promptlint.formats.code.typescript_program import HOPS, Part, Program
from promptlint.formats.code.values import Call, Entry, Hole, Items, Literal, Name, Piece, Record, Scalar, Text, Value
from promptlint.source import Span

if TYPE_CHECKING:
    from tree_sitter import Language, Node

__all__ = ["File"]

_DEEPEST = 50  # expressions that are looked into from one to the next
_LONGEST_NAME = 200
_LONGEST_CALLEE = 32  # parts of a dotted name, counted from its end


@lru_cache(maxsize=1)  # what recognises a file has just parsed it for what reads it
def _tree(text: str, *, jsx: bool) -> tuple[Tree, Outline]:
    """The tree in the dialect that the file's name says, with JSX or without, or in the other one if that has fewer errors."""
    typescript, tsx = _languages()
    languages = (tsx, typescript) if jsx else (typescript, tsx)
    tree = Tree(text, languages[0])
    outline = Outline(tree, languages[0])
    if outline.faults:
        other = Tree(text, languages[1])
        other_outline = Outline(other, languages[1])
        if len(other_outline.faults) < len(outline.faults):
            return other, other_outline
    return tree, outline


@lru_cache(maxsize=1)
def _languages() -> tuple[Language, Language]:
    import tree_sitter
    import tree_sitter_typescript

    return (
        tree_sitter.Language(tree_sitter_typescript.language_typescript()),
        tree_sitter.Language(tree_sitter_typescript.language_tsx()),
    )


class File:
    """A file of a program and the values of its expressions, each told once."""

    def __init__(self, program: Program, path: str, text: str, hops: int) -> None:
        self.program = program
        self.path = path
        self.text = text
        self.hops = hops
        self.tree, self.outline = _tree(text, jsx=not path.lower().endswith((".ts", ".mts", ".cts")))
        self._newline = _newline(text)
        self._values: dict[int, Value] = {}
        self._calls: dict[int, Call] = {}
        self._owned: dict[int, dict[str, Node]] = {}
        self._returned: dict[int, Text | None] = {}
        self._busy: set[int] = set()

    # --- expressions ---

    def value(self, node: Node) -> Value:
        """What an expression is."""
        node = inner(node)
        known = self._values.get(node.id)
        if known is not None:
            return known
        program = self.program
        if node.id in self._busy or program.depth >= _DEEPEST:
            return self.name(node)
        self._busy.add(node.id)
        program.depth += 1
        try:
            made = self._value(node)
        finally:
            program.depth -= 1
            self._busy.discard(node.id)
        self._values[node.id] = made
        return made

    def name(self, node: Node) -> Name:
        """An expression that is not looked into."""
        return Name(self.tree.span(node), self.path, self.tree.text_of(node)[:_LONGEST_NAME])

    def hole(self, node: Node, whole: Node | None = None) -> Hole:
        """An expression as a place in a text; `whole` is what is written there if there are braces around it."""
        whole = whole or node
        span = self.tree.span(whole)
        uses = []
        for name in read_names(self.tree, node):
            place = self.tree.span(name)
            uses.append((self.tree.text_of(name), Span(place.start - span.start, place.end - span.start)))
        return Hole(self.tree.text_of(whole), span, self.path, tuple(uses))

    def _value(self, node: Node) -> Value:
        kind = node.type
        if kind == "string":
            pieces = self._literal(node.start_byte + 1, node.end_byte - 1, literals.STRING, node)
            return Text(self.tree.span(node), self.path, pieces)
        if kind == "template_string":
            return self.template(node, literals.COOKED, "`")
        if kind in ("identifier", "shorthand_property_identifier"):
            return self._identifier(node)
        if kind == "member_expression":
            key = node.child_by_field_name("property")
            return self._member(node, self.tree.text_of(key) if key is not None else None)
        if kind == "subscript_expression":
            return self._subscript(node)
        if kind in ("call_expression", "new_expression"):
            return self._called(node)
        if kind == "binary_expression":
            return self._binary(node)
        if kind == "ternary_expression":
            return self._either(node, "consequence", "alternative")
        if kind == "array":
            return self._array(node)
        if kind == "object":
            return self._object(node)
        if kind == "number":
            amount = number(self.tree.text_of(node))
            return self.name(node) if amount is None else Scalar(self.tree.span(node), self.path, amount)
        if kind in ("true", "false"):
            return Scalar(self.tree.span(node), self.path, kind == "true")
        if kind in ("null", "undefined"):
            return Scalar(self.tree.span(node), self.path, None)
        if kind == "unary_expression":
            return self._negative(node)
        return self.name(node)

    def _negative(self, node: Node) -> Value:
        operator, argument = node.child_by_field_name("operator"), node.child_by_field_name("argument")
        if operator is not None and operator.type == "-" and argument is not None and argument.type == "number":
            amount = number(self.tree.text_of(argument))
            if amount is not None:
                return Scalar(self.tree.span(node), self.path, -amount)
        return self.name(node)

    # --- text ---

    def _literal(
        self, start: int, end: int, reading: literals.Reading, node: Node, quote: str = ""
    ) -> tuple[Piece, ...]:
        """The text between two offsets in bytes; none if there is nothing."""
        if end <= start:
            return ()
        span = Span(self.tree.offset(start), self.tree.offset(end))
        notation = literals.quoted(quote or self.text[self.tree.offset(node.start_byte)], self._newline)
        return (literals.literal(self.text, span, self.path, reading, notation),)

    def template(self, node: Node, reading: literals.Reading, quote: str) -> Text:
        """A template literal, read and written as its tag wants it."""
        pieces: list[Piece] = []
        at = node.start_byte + 1
        filled = False
        for child in node.children:
            if child.type != "template_substitution":
                continue
            filled = True
            pieces += self._literal(at, child.start_byte, reading, node, quote)
            at = child.end_byte
            expression = next((each for each in child.named_children if each.type != "comment"), None)
            if expression is None:
                pieces.append(self.hole(child))
            else:
                pieces += self.within(self.value(expression), expression, child, pieces)
        closed = node.child_count > 1 and node.children[-1].type == "`"
        pieces += self._literal(at, node.end_byte - closed, reading, node, quote)
        return Text(self.tree.span(node), self.path, tuple(pieces), filled=filled)

    def within(self, value: Value, node: Node, whole: Node, before: Sequence[Piece]) -> tuple[Piece, ...]:
        """What a value is as a part of a text: its pieces, or a hole if nothing of it is known."""
        if isinstance(value, Text) and (not value.pieces or has_literal(value)):
            return value.pieces
        if isinstance(value, Scalar):
            beside = next((piece for piece in before if isinstance(piece, Literal)), None)
            return (computed(shown(value.value), beside, self.path),)
        return (self.hole(node, whole),)

    def unknown_text(self, node: Node) -> Text:
        """A string of which nothing is known."""
        return Text(self.tree.span(node), self.path, (self.hole(node),))

    def _binary(self, node: Node) -> Value:
        operator = node.child_by_field_name("operator")
        sign = operator.type if operator is not None else ""
        if sign in ("&&", "||", "??"):
            return self._either(node, "left", "right") if sign != "&&" else self._maybe(node)
        if sign == "+":
            return self._sum(node)
        if sign in ("*", "-"):
            return self._product(node, sign)
        return self.name(node)

    def _product(self, node: Node, sign: str) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return self.name(node)
        first, second = self.value(left), self.value(right)
        if isinstance(first, Scalar) and isinstance(second, Scalar):
            one, other = first.value, second.value
            if type(one) is int and type(other) is int and abs(one) < 1 << 53 and abs(other) < 1 << 53:
                return Scalar(self.tree.span(node), self.path, one * other if sign == "*" else one - other)
        return self.name(node)

    def _sum(self, node: Node) -> Value:
        operands: list[Node] = []
        waiting = [node]
        while waiting:
            each = inner(waiting.pop())
            operator = each.child_by_field_name("operator") if each.type == "binary_expression" else None
            left, right = each.child_by_field_name("left"), each.child_by_field_name("right")
            if operator is not None and operator.type == "+" and left is not None and right is not None:
                waiting += [right, left]
            else:
                operands.append(each)
        return self.joined(node, [(self.value(each), each, self) for each in operands])

    def joined(self, node: Node, parts: Sequence[Part]) -> Value:
        """The concatenation of values, if one of them is a string."""
        values = [value for value, _, _ in parts]
        texts = [value for value in values if isinstance(value, Text)]
        if not texts:
            numbers = [value.value for value in values if isinstance(value, Scalar) and type(value.value) is int]
            return (
                self.name(node) if len(numbers) < len(values) else Scalar(self.tree.span(node), self.path, sum(numbers))
            )
        pieces: list[Piece] = []
        first = next(index for index, value in enumerate(values) if isinstance(value, Text))
        for index, (value, part, file) in enumerate(parts):
            if value is None or (index < first and first > 1):  # what is added up before the first string is a number
                pieces.append(file.hole(part))
            else:
                pieces += file.within(value, part, part, pieces)
        return Text(self.tree.span(node), self.path, tuple(pieces), filled=any(text.filled for text in texts))

    # --- conditions ---

    def _either(self, node: Node, *fields: str) -> Value:
        """One of two values: the arrays and objects as far as each goes, the strings only if they are the same."""
        branches = [branch for name in fields if (branch := node.child_by_field_name(name)) is not None]
        values = [self.value(branch) for branch in branches]
        if any(isinstance(value, Items) for value in values):
            parts = [part for value in values if isinstance(value, Items) for part in self.parts_of(value, node)]
            return self.program.items(self.tree.span(node), self.path, parts, complete=False)
        records = [value for value in values if isinstance(value, Record)]
        if records:
            entries = tuple(entry for record in records for entry in record.entries)
            return Record(self.tree.span(node), self.path, entries, complete=False)
        texts = [value for value in values if isinstance(value, Text)]
        if len(texts) > 1 and len({written(text) for text in texts}) == 1:
            return texts[0]
        if texts:
            return self.unknown_text(node)
        scalars = {(type(value.value), value.value) for value in values if isinstance(value, Scalar)}
        if len(scalars) == 1 and all(isinstance(value, Scalar) for value in values):
            return values[0]
        return self.name(node)

    def _maybe(self, node: Node) -> Value:
        """``condition && value``."""
        right = node.child_by_field_name("right")
        value = self.value(right) if right is not None else None
        if isinstance(value, Items):
            return self.program.items(value.span, value.path, self.parts_of(value, node), complete=False)
        if isinstance(value, Record):
            return replace(value, complete=False)
        return self.unknown_text(node) if isinstance(value, Text) else self.name(node)

    # --- arrays and objects ---

    def parts_of(self, items: Items, node: Node) -> Sequence[Part]:
        """The elements of an array; `node` stands for those of which it is not known where they are written."""
        known = self.program.parts(items)
        return known if known is not None else [(item, node, self) for item in items.items]

    def _array(self, node: Node) -> Items:
        parts: list[Part] = []
        complete = True
        for child in node.named_children:
            if child.type == "comment":
                continue
            if child.type == "spread_element":
                complete = self.spread(child, parts) and complete
            else:
                complete = self.element(child, parts) and complete
        return self.program.items(self.tree.span(node), self.path, parts, complete=complete)

    def spread(self, node: Node, parts: list[Part]) -> bool:
        """Add the elements of what is spread in an array; False if there may be others."""
        argument = next((child for child in node.named_children if child.type != "comment"), None)
        if argument is None:
            return True
        value = self.value(argument)
        if isinstance(value, Items) and self.program.affords(value):
            parts += self.parts_of(value, argument)
            return value.complete
        parts.append((None, inner(argument), self))
        return False

    def element(self, node: Node, parts: list[Part]) -> bool:
        """Add an element; what a condition decides counts, but then there may be others or none: False."""
        node = inner(node)
        operator = node.child_by_field_name("operator") if node.type == "binary_expression" else None
        if node.type == "ternary_expression":
            fields: tuple[str, ...] = ("consequence", "alternative")
        elif operator is not None and operator.type in ("&&", "||", "??"):
            fields = ("right",) if operator.type == "&&" else ("left", "right")
        else:
            parts.append((self.value(node), node, self))
            return True
        branches = [inner(branch) for name in fields if (branch := node.child_by_field_name(name)) is not None]
        found = [(value, branch) for branch in branches if isinstance(value := self.value(branch), Record | Call)]
        if not found:
            parts.append((self.value(node), node, self))
            return True
        parts += [(value, branch, self) for value, branch in found]
        return False

    def _object(self, node: Node) -> Record:
        entries: list[Entry] = []
        complete = True
        for child in node.named_children:
            if child.type == "pair":
                key_node, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                key = self._key(key_node)
                if key is None or key_node is None or value is None:
                    complete = False
                else:
                    entries.append(Entry(key, self.tree.span(key_node), self.value(value)))
            elif child.type == "shorthand_property_identifier":
                entries.append(Entry(self.tree.text_of(child), self.tree.span(child), self.value(child)))
            elif child.type == "spread_element":
                argument = next((each for each in child.named_children if each.type != "comment"), None)
                value_ = self.value(argument) if argument is not None else None
                if isinstance(value_, Record) and self.program.affords(value_):
                    entries += value_.entries
                    complete = complete and value_.complete
                else:
                    complete = False
        return Record(self.tree.span(node), self.path, tuple(entries), complete)

    def _key(self, node: Node | None) -> str | None:
        if node is None:
            return None
        if node.type != "computed_property_name":
            if node.type == "string":
                return constant(self.value(node))
            return key_of(self.tree, node)
        return constant(self.value(node.named_children[0])) if node.named_children else None

    # --- names ---

    def _identifier(self, node: Node) -> Value:
        name = self.tree.text_of(node)
        binding = self.outline.lookup(name, node.start_byte)
        if binding is None:
            return self.name(node)
        found = self._resolved(binding)
        if found is None:
            return self.name(node)
        file, target = found
        return self._read(node, file.bound(target, node.start_byte if file is self else None))

    def _read(self, node: Node, value: Value | None) -> Value:
        """What a name or property is whose value is known where it is defined."""
        if value is None or isinstance(value, Name) or not self.program.affords(value):
            return self.name(node)
        if not isinstance(value, Text):
            return value
        definition = value.definition or value.span
        return replace(
            value, span=self.tree.span(node) if value.path == self.path else value.span, definition=definition
        )

    def _resolved(self, binding: Binding) -> tuple[File, Binding] | None:
        """Where a name is defined, through imports."""
        file: File = self
        for _ in range(HOPS + 1):
            if binding.kind != "import":
                return file, binding
            if binding.exported == "*":
                return None
            other = self.program.sibling(file, binding.module)
            found = other.exported(binding.exported) if other is not None else None
            if found is None:
                return None
            file, binding = found
        return None

    def exported(self, name: str, hops: int = 0) -> tuple[File, Binding] | None:
        """What the file exports under a name, which may be an import of another's."""
        binding = self.outline.exports.get(name)
        if binding is not None:
            return self, binding
        if name == "default" or hops >= HOPS:
            return None
        for module in self.outline.all_of[:100]:
            other = self.program.sibling(self, module)
            found = other.exported(name, hops + 1) if other is not None else None
            if found is not None:
                return found
        return None

    def _module_of(self, node: Node) -> File | None:
        """The file whose exports a name stands for (``import * as prompts from "./prompts"``)."""
        if node.type != "identifier":
            return None
        binding = self.outline.lookup(self.tree.text_of(node), node.start_byte)
        if binding is None or binding.kind != "import" or binding.exported not in ("*", "default"):
            return None
        other = self.program.sibling(self, binding.module)
        if other is None or (binding.exported == "default" and other.exported("default") is not None):
            return None
        return other

    def bound(self, binding: Binding, at: int | None) -> Value | None:
        """What a name of this file stands for at an offset; at None, for another file or once all of this one has been run."""
        if binding.kind == "enum" and binding.node is not None:
            known = self._values.get(binding.node.id)
            if known is None:
                known = self._values[binding.node.id] = self._enum(binding.node)
            return known
        if binding.kind != "value":
            return None
        changes = self.outline.changes(binding)
        if not changes:
            return self._initial(binding)
        if not self.program.may_spend(len(changes)):
            return None
        return changed(self, self._initial(binding), binding, changes, at)

    def _initial(self, binding: Binding) -> Value | None:
        value = self.value(binding.node) if binding.node is not None else None
        for key in binding.keys:
            value = self.program.entry(value, key)
        return value

    def _enum(self, node: Node) -> Record:
        entries: list[Entry] = []
        body = node.child_by_field_name("body")
        following: int | None = 0
        for child in body.named_children if body is not None else ():
            if child.type == "comment":
                continue
            assigned = child.type == "enum_assignment"
            name = child.child_by_field_name("name") if assigned else child
            value_node = child.child_by_field_name("value") if assigned else None
            key = key_of(self.tree, name)
            if key is None or name is None:
                continue
            span = self.tree.span(child)
            value: Value = Scalar(span, self.path, following) if following is not None else self.name(child)
            if value_node is not None:
                value = self.value(value_node)
                following = value.value if isinstance(value, Scalar) and type(value.value) is int else None
            following = following + 1 if following is not None else None
            entries.append(Entry(key, self.tree.span(name), value))
        return Record(self.tree.span(node), self.path, tuple(entries))

    # --- properties ---

    def _member(self, node: Node, key: str | None) -> Value:
        object_ = node.child_by_field_name("object")
        if object_ is None or key is None:
            return self.name(node)
        return self._read(node, self._property(inner(object_), key))

    def _subscript(self, node: Node) -> Value:
        object_, index = node.child_by_field_name("object"), node.child_by_field_name("index")
        if object_ is None or index is None:
            return self.name(node)
        found = self.value(index)
        key = constant(found)
        if key is not None:
            return self._member(node, key)
        if isinstance(found, Scalar) and type(found.value) is int:
            base = self.value(object_)
            if isinstance(base, Items) and base.complete and 0 <= found.value < len(base.items):
                return self._read(node, base.items[found.value])
        return self.name(node)

    def _property(self, object_: Node, key: str) -> Value | None:
        """What a property stands for, None if that cannot be told."""
        if object_.type == "this":
            owner = self.outline.class_at(object_.start_byte)
            return self._field(owner, key) if owner is not None else None
        if object_.type == "identifier":
            module = self._module_of(object_)
            if module is not None:
                found = module.exported(key)
                resolved = module._resolved(found[1]) if found is not None and found[0] is module else found  # noqa: SLF001
                return resolved[0].bound(resolved[1], None) if resolved is not None else None
            binding = self.outline.lookup(self.tree.text_of(object_), object_.start_byte)
            resolved = self._resolved(binding) if binding is not None else None
            if resolved is not None and resolved[1].kind in ("class", "namespace") and resolved[1].node is not None:
                file, target = resolved
                if target.kind == "class" and target.node is not None:
                    return file._field(target.node, key)  # noqa: SLF001
                return file._in_namespace(target.node, key)  # noqa: SLF001
        return self.program.entry(self.value(object_), key)

    def _in_namespace(self, node: Node | None, key: str) -> Value | None:
        body = node.child_by_field_name("body") if node is not None else None
        binding = self.outline.lookup(key, body.start_byte + 1) if body is not None else None
        return self.bound(binding, None) if binding is not None and binding.scope >= 0 else None

    def _field(self, owner: Node, key: str) -> Value | None:
        """The value that a class gives to a property and that nothing in it changes."""
        child = self._members(owner).get(key)
        node = (
            child.child_by_field_name("value")
            if child is not None and child.type == "public_field_definition"
            else None
        )
        writes = self.outline.own_writes(owner, key)
        if node is None and len(writes) == 1 and writes[0].type == "assignment_expression":
            node, writes = writes[0].child_by_field_name("right"), ()
        return self.value(node) if node is not None and not writes else None

    # --- functions ---

    def _function(self, node: Node) -> tuple[File, Node] | None:
        """The function that an expression stands for."""
        node = inner(node)
        if node.type in FUNCTIONS:
            return self, node
        if node.type == "identifier":
            binding = self.outline.lookup(self.tree.text_of(node), node.start_byte)
            resolved = self._resolved(binding) if binding is not None else None
            return resolved[0]._bound_function(resolved[1]) if resolved is not None else None  # noqa: SLF001
        if node.type != "member_expression":
            return None
        object_, property_ = node.child_by_field_name("object"), node.child_by_field_name("property")
        if object_ is None or property_ is None:
            return None
        return self._method(inner(object_), self.tree.text_of(property_))

    def _bound_function(self, binding: Binding) -> tuple[File, Node] | None:
        if binding.node is None or self.outline.changes(binding) or binding.keys:
            return None
        node = inner(binding.node)
        return (self, node) if node.type in FUNCTIONS else None

    def _method(self, object_: Node, key: str) -> tuple[File, Node] | None:
        if object_.type == "this":
            owner = self.outline.class_at(object_.start_byte)
            return self._member_function(owner, key) if owner is not None else None
        if object_.type != "identifier":
            return None
        module = self._module_of(object_)
        if module is not None:
            found = module.exported(key)
            resolved = module._resolved(found[1]) if found is not None and found[0] is module else found  # noqa: SLF001
            return resolved[0]._bound_function(resolved[1]) if resolved is not None else None  # noqa: SLF001
        binding = self.outline.lookup(self.tree.text_of(object_), object_.start_byte)
        resolved = self._resolved(binding) if binding is not None else None
        if resolved is None or resolved[1].node is None or resolved[1].keys:
            return None
        file, target = resolved
        owner = inner(target.node) if target.node is not None else None
        if owner is None or (target.kind == "value" and file.outline.changes(target)):
            return None
        return file._member_function(owner, key)  # noqa: SLF001

    def _member_function(self, owner: Node, key: str) -> tuple[File, Node] | None:
        """The function that is a property of an object literal or a method of a class."""
        child = self._members(owner).get(key)
        if child is None or child.type == "method_definition":
            return (self, child) if child is not None else None
        value = child.child_by_field_name("value")
        return self._function(value) if value is not None else None

    def _members(self, owner: Node) -> dict[str, Node]:
        """The properties of an object literal or a class by name."""
        known = self._owned.get(owner.id)
        if known is None:
            known = self._owned[owner.id] = {}
            body = owner if owner.type == "object" else owner.child_by_field_name("body")
            for child in body.named_children if body is not None else ():
                key = key_of(self.tree, child.child_by_field_name("key") or child.child_by_field_name("name"))
                if key is not None:
                    known[key] = child
        return known

    def returned(self, function: Node) -> Text | None:
        """The string that a function returns in its only ``return``."""
        if function.id in self._returned:
            return self._returned[function.id]
        self._returned[function.id] = None  # while it is looked for: it may call itself
        body = function.child_by_field_name("body")
        found: Text | None = None
        if body is not None and not function.type.startswith("generator"):
            node = _only_return(body) if body.type == "statement_block" else body
            value = self.value(node) if node is not None else None
            found = value if isinstance(value, Text) and has_literal(value) else None
        self._returned[function.id] = found
        return found

    def parameters(self, function: Node) -> Iterator[tuple[int, str | None, str]]:
        """The parameters of a function that nothing in it changes: their positions, names, and the keys of those taken out of an object.

        In the order (position, key, name).
        """
        one, several = function.child_by_field_name("parameter"), function.child_by_field_name("parameters")
        children = [one] if one is not None else several.named_children if several is not None else []
        named: list[tuple[int, str | None, Node]] = []
        for index, child in enumerate(each for each in children if each.type != "comment"):
            pattern = child.child_by_field_name("pattern") or child
            if pattern.type == "identifier":
                named.append((index, None, pattern))
            for part in pattern.named_children if pattern.type == "object_pattern" else ():
                left = part.child_by_field_name("left") or part.child_by_field_name("value") or part
                key = part.child_by_field_name("key") or left
                if left.type in ("identifier", "shorthand_property_identifier_pattern"):
                    named.append((index, key_of(self.tree, key), left))
        for index, wanted, node in named:
            binding = self.outline.lookup(self.tree.text_of(node), node.start_byte)
            if binding is not None and binding.kind == "unknown" and not self.outline.changes(binding):
                yield index, wanted, binding.name

    def _filled_in(self, text: Text, file: File, function: Node, given: Sequence[Node]) -> Text:
        """What a function of `file` returns when it is given these arguments."""
        arguments: dict[str, Sequence[Piece]] = {}
        known = next((index for index, each in enumerate(given) if each.type == "spread_element"), len(given))
        for index, key, name in file.parameters(function) if known else ():
            node = given[index] if index < known else None
            if node is not None and key is not None:
                node = self._members(inner(node)).get(key) if inner(node).type == "object" else None
                node = node.child_by_field_name("value") or node if node is not None else None
            if node is not None:
                arguments[name] = self.within(self.value(node), node, node, text.pieces)
        return filled_in(text, file.path, file.tree.span(function), arguments, opening="${")

    # --- calls ---

    def _called(self, node: Node) -> Value:
        """What a call gives: a string where that can be told, else the call."""
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        if function is None or arguments is None:  # `new`
            return self.call(node)
        if arguments.type == "template_string":
            return strings.tagged(self, node, function, arguments)
        given = [child for child in arguments.named_children if child.type != "comment"]
        text: Value | None = None
        if function.type == "member_expression":
            text = strings.method_of_text(self, node, function, given)
        elif function.type == "identifier" and len(given) == 1:
            text = strings.converted(self, node, function, given[0])
        if text is not None:
            return text
        definition = self._function(function)
        returned = definition[0].returned(definition[1]) if definition is not None else None
        if definition is not None and returned is not None:
            read = self._read(node, self._filled_in(returned, *definition, given))
            if isinstance(read, Text):
                return read
        return self.call(node)

    def call(self, node: Node) -> Call:
        """A call as such."""
        known = self._calls.get(node.id)
        if known is not None:
            return known
        callee, callee_node, receiver = self.callee(node)
        arguments = node.child_by_field_name("arguments")
        program = self.program
        values: list[Value] = []
        received: Value | None = None
        if program.depth < _DEEPEST:
            program.depth += 1
            try:
                values = list(self._arguments(arguments))
                received = self._receiver(receiver)
            finally:
                program.depth -= 1
        span = self.tree.span(arguments) if arguments is not None else Span(*[self.tree.span(node).end] * 2)
        keywords = self._keywords(span, values)
        callee_span = self.tree.span(callee_node) if callee_node is not None else self.tree.span(node)
        made = Call(self.tree.span(node), self.path, callee, callee_span, tuple(values), keywords, received)
        self._calls[node.id] = made
        return made

    def _arguments(self, arguments: Node | None) -> Iterator[Value]:
        if arguments is None:
            return
        if arguments.type == "template_string":
            yield self.value(arguments)
            return
        for child in arguments.named_children:
            if child.type == "spread_element":
                value = self.value(child.named_children[0]) if child.named_children else None
                if isinstance(value, Items) and value.complete:
                    yield from value.items
                else:
                    yield self.name(child)
            elif child.type != "comment":
                yield self.value(child)

    def _keywords(self, span: Span, values: Sequence[Value]) -> Record:
        """The properties of the arguments that are objects; not complete if none is and one is unknown."""
        records = [value for value in values if isinstance(value, Record)]
        if not records:
            return Record(span, self.path, (), all(not isinstance(value, Name | Call) for value in values))
        if len(records) == 1:
            return records[0]
        entries = tuple(entry for record in records for entry in record.entries)
        return Record(span, self.path, entries, all(record.complete for record in records))

    def _receiver(self, node: Node | None) -> Value | None:
        """The value of what a method is called on, or the call that this is a property of."""
        for _ in range(_LONGEST_CALLEE):
            if node is None:
                return None
            node = inner(node)
            found = self.value(node)
            if not isinstance(found, Name):
                return found
            node = node.child_by_field_name("object") if node.type.endswith("_expression") else None
        return None

    def callee(self, node: Node) -> tuple[str, Node | None, Node | None]:
        """The dotted name of what is called, where it is written, and what it is a method of."""
        whole = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        receiver: Node | None = None
        parts: list[str] = []
        current = whole
        while current is not None and len(parts) < _LONGEST_CALLEE:
            current = inner(current)
            kind = current.type
            if kind in ("member_expression", "subscript_expression"):
                key = current.child_by_field_name("property") or current.child_by_field_name("index")
                if kind == "member_expression":
                    parts.append(self.tree.text_of(key) if key is not None else "")
                else:
                    parts.append(key_of(self.tree, key) or "[]" if key is not None and key.type == "string" else "[]")
                current = current.child_by_field_name("object")
                receiver = receiver or current
            elif kind in ("call_expression", "new_expression"):
                parts.append("()")
                current = current.child_by_field_name("function") or current.child_by_field_name("constructor")
                receiver = receiver or current
            else:
                parts.append(self._root(current))
                break
        text = ""
        for part in reversed(parts):
            text += part if part in ("()", "[]") or not text or not part else f".{part}"
        return text, whole, receiver

    def _root(self, node: Node) -> str:
        """The name that a dotted name starts with, that of an import by the package and the name there."""
        if node.type in ("this", "super", "import"):
            return node.type
        if node.type != "identifier":
            return ""
        name = self.tree.text_of(node)
        binding = self.outline.lookup(name, node.start_byte)
        if binding is None or binding.kind != "import":
            return name
        owner = package(binding.module)
        if binding.exported == "*":
            return owner or name
        exported = name if binding.exported == "default" else binding.exported
        return f"{owner}.{exported}" if owner else exported


def _newline(text: str) -> str:
    index = text.find("\n")
    return "\r\n" if index > 0 and text[index - 1] == "\r" else "\n"


def _only_return(body: Node) -> Node | None:
    """What the only ``return`` in the statements of a function gives; None if there are several."""
    found: list[Node] = []
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if node.type == "return_statement":
            found.append(node)
            if len(found) > 1:
                return None
        elif node.type in _STATEMENTS:
            waiting.extend(node.named_children)
    return next(iter(found[0].named_children), None) if found else None


_STATEMENTS = frozenset(
    [
        "catch_clause",
        "do_statement",
        "else_clause",
        "finally_clause",
        "for_in_statement",
        "for_statement",
        "if_statement",
        "labeled_statement",
        "statement_block",
        "switch_body",
        "switch_case",
        "switch_default",
        "switch_statement",
        "try_statement",
        "while_statement",
    ]
)
