"""What a TypeScript or JavaScript file declares: its scopes, the names in them, what changes them, and its calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from promptlint.formats.code.trees import Nest, Tree
from promptlint.lazy import attribute, dataclass

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

__all__ = ["FUNCTIONS", "Binding", "Change", "Outline", "inner", "key_of", "string_of"]

FUNCTIONS = frozenset(
    [
        "arrow_function",
        "function_declaration",
        "function_expression",
        "generator_function",
        "generator_function_declaration",
        "method_definition",
    ]
)
_CLASSES = frozenset(["abstract_class_declaration", "class", "class_declaration"])

_OUTLINE = """
[(call_expression) (new_expression)] @call
(comment) @comment
[(arrow_function) (function_declaration) (function_expression) (generator_function) (generator_function_declaration)
 (method_definition)] @function
[(class) (class_declaration) (abstract_class_declaration)] @class
[(statement_block) (for_statement) (for_in_statement) (catch_clause) (switch_body)] @block
(lexical_declaration (variable_declarator) @let)
(variable_declaration (variable_declarator) @var)
[(assignment_expression) (augmented_assignment_expression) (update_expression)] @write
[(import_statement) (import_alias)] @import
(export_statement) @export
(enum_declaration) @enum
(internal_module) @namespace
(pair value: [(arrow_function) (function_expression) (generator_function)]) @naming
(public_field_definition) @naming
(for_in_statement !kind left: _ @taken)
[(required_parameter pattern: (identifier) @unknown) (optional_parameter pattern: (identifier) @unknown)
 (arrow_function parameter: (identifier) @unknown)
 (shorthand_property_identifier_pattern) @unknown
 (pair_pattern value: (identifier) @unknown)
 (array_pattern (identifier) @unknown)
 (rest_pattern (identifier) @unknown)
 (assignment_pattern left: (identifier) @unknown)
 (for_in_statement kind: _ left: (identifier) @unknown)
 (catch_clause parameter: (identifier) @unknown)]
"""
_BRANCHES = """
[(arrow_function) (function_declaration) (function_expression) (generator_function) (generator_function_declaration)
 (method_definition) (switch_case) (switch_default) (catch_clause)] @branch
(if_statement consequence: (_) @branch)
(else_clause (_) @branch)
(for_statement body: (_) @branch @loop)
(for_in_statement body: (_) @branch @loop)
(while_statement body: (_) @branch @loop)
(do_statement body: (_) @branch @loop)
(ternary_expression consequence: (_) @branch alternative: (_) @branch)
(binary_expression operator: ["&&" "||" "??"] right: (_) @branch)
"""
_FAULTS = "[(ERROR) (MISSING)] @fault"


@lru_cache(maxsize=8)
def _query(language: Language, source: str) -> Query:
    from tree_sitter import Query

    return Query(language, source)


_PEELED = frozenset(
    ["as_expression", "await_expression", "non_null_expression", "parenthesized_expression", "satisfies_expression"]
)


def inner(node: Node) -> Node:
    """An expression without what does not change its value: parentheses, assertions of types, ``await``, ``Object.freeze``."""
    while True:
        if node.type in _PEELED:
            kept = next((child for child in node.named_children if child.type != "comment"), None)
        elif node.type == "type_assertion":
            kept = node.named_children[-1] if node.named_children else None
        elif node.type == "call_expression":
            kept = _frozen(node)
        else:
            return node
        if kept is None:
            return node
        node = kept


def _frozen(node: Node) -> Node | None:
    function = node.child_by_field_name("function")
    if function is None or function.type != "member_expression" or function.text != b"Object.freeze":
        return None
    arguments = node.child_by_field_name("arguments")
    return arguments.named_children[0] if arguments is not None and arguments.named_child_count == 1 else None


def string_of(tree: Tree, node: Node | None) -> str | None:
    """What a string literal without escapes says, such as the name of a module or a key."""
    if node is None or node.type not in ("string", "template_string"):
        return None
    text = tree.text_of(node)[1:-1]
    return text if "\\" not in text and "${" not in text else None


def key_of(tree: Tree, node: Node | None) -> str | None:
    """The key of a property as it is written in an object, a class or an enum; None if it is computed."""
    if node is None:
        return None
    if node.type in ("string", "template_string"):
        return string_of(tree, node)
    if node.type == "computed_property_name":
        return string_of(tree, node.named_children[0]) if node.named_children else None
    return tree.text_of(node)


ChangeKind: TypeAlias = Literal["=", "+=", "push", "unshift", "key", "other"]


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that changes what a name stands for, or the array or object that it stands for.

    `value` is what is assigned, or the arguments of ``push``; `key` the property that is set.
    """

    kind: ChangeKind
    at: int
    end: int
    value: Node | None
    key: Node | None = None


BindingKind: TypeAlias = Literal["value", "function", "class", "enum", "namespace", "import", "unknown"]


@dataclass(slots=True, eq=False)
class Binding:
    """A name in a scope. `node` is the value of a variable (None: none) or the whole declaration.

    `keys` lead to the value inside `node`, where an object is taken apart. `module` and `exported` are those of an
    import; ``*`` stands for the module itself.
    """

    name: str
    kind: BindingKind
    node: Node | None
    name_node: Node | None = None
    keys: tuple[str, ...] = ()
    module: str = ""
    exported: str = ""
    at: int = 0
    scope: int = 0
    declaration: Node | None = None
    changes: list[Change] = field(default_factory=list)


class Outline:
    """The declarations of a file. Offsets are those of nodes, in bytes."""

    def __init__(self, tree: Tree, language: Language) -> None:
        self.tree = tree
        self._language = language
        self._found = tree.captures(_query(language, _OUTLINE))
        self._bindings: list[dict[str, Binding]] = []
        self.exports: dict[str, Binding] = {}
        self.all_of: list[str] = []  # the modules whose exports are exported, too
        self.modules: list[str] = []
        self.targets: dict[int, str] = {}  # calls by node, and the names that their values are assigned to
        self._names: dict[int, str] = {}  # functions by node
        self._settled: set[str] = set()
        self._scope_nodes()
        self._declare()
        self._port()

    def nodes(self, capture: str) -> Sequence[Node]:
        return self._found.get(capture, ())

    @property
    def calls(self) -> Sequence[Node]:
        """All calls, in order."""
        return self.nodes("call")

    @attribute
    def fault(self) -> Node | None:
        """The first error."""
        return next(iter(self.faults), None)

    @attribute
    def faults(self) -> Sequence[Node]:
        """All errors, in order."""
        if not self.tree.root.has_error:
            return ()
        return self.tree.captures(_query(self._language, _FAULTS)).get("fault", ())

    # --- scopes ---

    def _scope_nodes(self) -> None:
        nodes = sorted(
            {node.id: node for name in ("function", "block") for node in self.nodes(name)}.values(),
            key=lambda node: (node.start_byte, -node.end_byte),
        )
        self._scopes = Nest((node.start_byte, node.end_byte) for node in nodes)
        kept = [nodes[index] for index in self._scopes.kept]
        self._is_function = [node.type in FUNCTIONS for node in kept]
        self._bindings = [{} for _ in range(len(kept) + 1)]  # the last one is that of the file

    def _function_scope(self, scope: int) -> int:
        while scope >= 0 and not self._is_function[scope]:
            scope = self._scopes.parents[scope]
        return scope

    def lookup(self, name: str, at: int) -> Binding | None:
        """What a name stands for at an offset, None if it is not declared in the file."""
        scope = self._scopes.innermost(at)
        while True:
            found = self._bindings[scope].get(name)
            if found is not None or scope < 0:
                return found
            scope = self._scopes.parents[scope]

    def declared(self, name: str) -> Binding | None:
        """What a name stands for at the top level of the file."""
        return self._bindings[-1].get(name)

    def top_level(self) -> Iterator[Binding]:
        """What the file declares outside its functions and blocks, in namespaces and as a default export."""
        yield from self._bindings[-1].values()
        for node in self.nodes("namespace"):
            body = node.child_by_field_name("body")
            scope = self._scopes.innermost(body.start_byte) if body is not None else -1
            if body is not None and scope >= 0 and self._scopes.starts[scope] == body.start_byte:
                yield from self._bindings[scope].values()
        known = {id(binding) for binding in self._bindings[-1].values()}
        yield from (binding for binding in self.exports.values() if id(binding) not in known)

    def _add(self, binding: Binding, scope: int) -> None:
        binding.scope = scope
        known = self._bindings[scope].get(binding.name)
        if known is None:
            self._bindings[scope][binding.name] = binding
        elif binding.kind != "unknown":  # declared twice: overloads, a type and a value, or a mistake
            known.changes.append(Change("other", binding.at, binding.at, None))
            if known.kind == binding.kind == "function":
                known.node, known.changes = binding.node, []

    def _declare(self) -> None:
        text_of = self.tree.text_of
        for capture in ("let", "var"):
            for node in self.nodes(capture):
                scope = self._scopes.innermost(node.start_byte)
                if capture == "var":
                    scope = self._function_scope(scope)
                self._declarator(node, scope)
        for capture, kind in _DECLARATIONS:
            for node in self.nodes(capture):
                name = node.child_by_field_name("name")
                if name is None or node.type == "method_definition":
                    continue
                if capture == "function" and not node.type.endswith("declaration"):
                    continue  # the name of a function expression is its own only
                if capture == "class" and node.type == "class":
                    continue
                outer = self._scopes.innermost(node.start_byte)
                if capture == "function" and outer >= 0 and self._scopes.starts[outer] == node.start_byte:
                    outer = self._scopes.parents[outer]
                self._add(Binding(text_of(name), kind, node, name, at=node.start_byte, declaration=node), outer)
        patterns = [left for node in self.nodes("write") if (left := node.child_by_field_name("left")) is not None]
        patterns += self.nodes("taken")
        changed = {name.id for pattern in patterns if pattern.type != "identifier" for name in _names_in(pattern)}
        for node in self.nodes("unknown"):
            if node.id in changed:
                continue
            at = node.start_byte
            self._add(Binding(text_of(node), "unknown", None, node, at=at), self._scopes.innermost(at))

    def _declarator(self, node: Node, scope: int) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None:
            return
        module = self._required(value)
        if name.type == "identifier":
            text = self.tree.text_of(name)
            if module is not None:
                self._add(Binding(text, "import", None, name, module=module, exported="*", at=node.start_byte), scope)
                return
            self._add(Binding(text, "value", value, name, at=node.start_byte, declaration=node), scope)
            if value is not None:
                self._note(value, text)
        elif name.type == "object_pattern" and value is not None:
            for local, keys in self._pattern(name):
                text = self.tree.text_of(local)
                if module is not None and len(keys) == 1:
                    binding = Binding(text, "import", None, local, module=module, exported=keys[0])
                else:
                    binding = Binding(text, "value", value, local, keys, declaration=node)
                binding.at = node.start_byte
                self._add(binding, scope)

    def _pattern(self, pattern: Node) -> Iterator[tuple[Node, tuple[str, ...]]]:
        """The names that an object pattern without defaults gives to properties, with the keys that lead to them."""
        waiting: list[tuple[Node, tuple[str, ...]]] = [(pattern, ())]
        while waiting:
            node, keys = waiting.pop()
            for child in node.named_children:
                if child.type == "shorthand_property_identifier_pattern":
                    yield child, (*keys, self.tree.text_of(child))
                elif child.type == "pair_pattern" and len(keys) < 5:
                    key = key_of(self.tree, child.child_by_field_name("key"))
                    value = child.child_by_field_name("value")
                    if key is None or value is None:
                        continue
                    if value.type == "identifier":
                        yield value, (*keys, key)
                    elif value.type == "object_pattern":
                        waiting.append((value, (*keys, key)))

    def _required(self, value: Node | None) -> str | None:
        """The module that ``require(...)`` or ``await import(...)`` loads."""
        value = inner(value) if value is not None else None
        if value is None or value.type != "call_expression":
            return None
        function, arguments = value.child_by_field_name("function"), value.child_by_field_name("arguments")
        if function is None or arguments is None or function.text not in (b"require", b"import"):
            return None
        module = string_of(self.tree, arguments.named_children[0]) if arguments.named_child_count == 1 else None
        if module is not None:
            self.modules.append(module)
        return module

    def _note(self, value: Node, name: str) -> None:
        """Remember which name the value of a call or a function is given to."""
        value = inner(value)
        if value.type in ("call_expression", "new_expression"):
            self.targets[value.id] = name
            arguments = value.child_by_field_name("arguments")
            for argument in arguments.named_children if arguments is not None else ():
                if argument.type in FUNCTIONS:
                    self._names.setdefault(argument.id, name)
        elif value.type in FUNCTIONS or value.type in _CLASSES:
            self._names[value.id] = name

    # --- imports and exports ---

    def _port(self) -> None:
        for node in self.nodes("import"):
            self._import(node)
        for node in self.nodes("export"):
            self._export(node)
        for node in self.nodes("write"):
            self._assigned(node)
        for node in self.nodes("naming"):
            value = node.child_by_field_name("value")
            name = key_of(self.tree, node.child_by_field_name("key") or node.child_by_field_name("name"))
            if value is not None and name is not None:
                self._note(value, name)

    def _import(self, node: Node) -> None:
        tree, at = self.tree, node.start_byte
        clauses = [child for child in node.named_children if child.type in ("import_clause", "import_require_clause")]
        source = node.child_by_field_name("source")
        if source is None and clauses:
            source = clauses[0].child_by_field_name("source")
        module = string_of(tree, source)
        if module is None:
            return
        self.modules.append(module)
        scope = self._scopes.innermost(at)
        for clause in clauses:
            for child in clause.named_children:
                if child.type == "identifier":
                    exported = "*" if clause.type == "import_require_clause" else "default"
                    self._add(Binding(tree.text_of(child), "import", None, child, (), module, exported, at), scope)
                elif child.type == "namespace_import" and child.named_children:
                    name = child.named_children[0]
                    self._add(Binding(tree.text_of(name), "import", None, name, (), module, "*", at), scope)
                elif child.type == "named_imports":
                    for specifier in child.named_children:
                        exported, name_node = self._specifier(specifier)
                        if name_node is not None:
                            local = tree.text_of(name_node)
                            self._add(Binding(local, "import", None, name_node, (), module, exported, at), scope)

    def _specifier(self, node: Node) -> tuple[str, Node | None]:
        """The first name of ``a as b``, and the node of the last."""
        name = node.child_by_field_name("name")
        alias = node.child_by_field_name("alias") or name
        return (string_of(self.tree, name) or self.tree.text_of(name) if name is not None else ""), alias

    def _export(self, node: Node) -> None:
        tree, at = self.tree, node.start_byte
        module = string_of(tree, node.child_by_field_name("source"))
        if module is not None:
            self.modules.append(module)
        clause = next(
            (child for child in node.named_children if child.type.startswith(("export_", "namespace_"))), None
        )
        declaration = node.child_by_field_name("declaration")
        is_default = any(child.type == "default" for child in node.children)
        if clause is not None and clause.type == "namespace_export" and module is not None:
            for name in clause.named_children[:1]:
                self.exports[tree.text_of(name)] = Binding("", "import", None, name, module=module, exported="*")
        elif clause is not None:
            for specifier in clause.named_children:
                name_, alias = self._specifier(specifier)
                if alias is None:
                    continue
                exported = string_of(tree, alias) or tree.text_of(alias)
                if module is not None:
                    self.exports[exported] = Binding(name_, "import", None, alias, module=module, exported=name_)
                elif (binding := self.declared(name_)) is not None:
                    self.exports[exported] = binding
        elif module is not None:
            self.all_of.append(module)
        elif declaration is not None:
            for declared in self._declared_by(declaration):
                if (binding := self.declared(declared)) is not None:
                    self.exports["default" if is_default else declared] = binding
        else:
            value = node.child_by_field_name("value") or next(iter(node.named_children), None)
            if value is not None:
                self._export_default(value, node)
        if is_default and declaration is not None and "default" not in self.exports:
            kind: BindingKind = "class" if declaration.type in _CLASSES else "function"
            self.exports["default"] = Binding("default", kind, declaration, at=at, declaration=node)

    def _export_default(self, value: Node, statement: Node) -> None:
        peeled = inner(value)
        known = self.declared(self.tree.text_of(peeled)) if peeled.type == "identifier" else None
        self.exports["default"] = known or Binding(
            "default", "value", value, value, at=statement.start_byte, declaration=statement
        )

    def _declared_by(self, declaration: Node) -> Iterator[str]:
        if declaration.type in ("lexical_declaration", "variable_declaration"):
            for declarator in declaration.named_children:
                name = declarator.child_by_field_name("name")
                if name is not None and name.type == "identifier":
                    yield self.tree.text_of(name)
                elif name is not None and name.type == "object_pattern":
                    for local, _ in self._pattern(name):
                        yield self.tree.text_of(local)
        else:
            name = declaration.child_by_field_name("name")
            if name is not None:
                yield self.tree.text_of(name)

    # --- changes ---

    def _assigned(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        if left.type == "identifier":
            self._note(right, self.tree.text_of(left))
        elif left.type == "member_expression":
            property_ = left.child_by_field_name("property")
            if property_ is not None:
                self._note(right, self.tree.text_of(property_))
            written = self.tree.text_of(left) if left.end_byte - left.start_byte < 200 else ""
            if written == "module.exports":
                self._export_default(right, node)
            elif written.startswith(("exports.", "module.exports.")):
                name = written.rpartition(".")[2]
                self.exports[name] = Binding(name, "value", right, property_, at=node.start_byte, declaration=node)

    @attribute
    def _changes(self) -> dict[str, list[Change]]:
        """All changes by the name that they concern, in order."""
        changes: dict[str, list[Change]] = {}

        def add(target: Node | None, kind: ChangeKind, node: Node, value: Node | None, key: Node | None = None) -> None:
            if target is not None and target.type in ("identifier", "shorthand_property_identifier_pattern"):
                change = Change(kind, node.start_byte, node.end_byte, value, key)
                changes.setdefault(self.tree.text_of(target), []).append(change)

        for node in self.nodes("write"):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if node.type == "update_expression":
                add(node.child_by_field_name("argument"), "other", node, None)
            elif left is None:
                continue
            elif left.type == "identifier":
                operator = node.child_by_field_name("operator")
                if node.type == "assignment_expression":
                    add(left, "=", node, right)
                else:
                    add(left, "+=" if operator is not None and operator.type == "+=" else "other", node, right)
            elif left.type in ("member_expression", "subscript_expression"):
                object_ = left.child_by_field_name("object")
                key = left.child_by_field_name("property") or left.child_by_field_name("index")
                add(object_, "key" if node.type == "assignment_expression" else "other", node, right, key)
            else:
                for name in _names_in(left):
                    add(name, "other", node, None)
        for node in self.nodes("call"):
            function = node.child_by_field_name("function")
            if function is None or function.type != "member_expression":
                continue
            method = function.child_by_field_name("property")
            kind = _CHANGING.get(method.text) if method is not None else None
            if kind is not None:
                add(function.child_by_field_name("object"), kind, node, node.child_by_field_name("arguments"))
        for node in self.nodes("taken"):
            for name in _names_in(node):
                add(name, "other", name, None)
        for each in changes.values():
            each.sort(key=lambda change: change.at)
        return changes

    def changes(self, binding: Binding) -> Sequence[Change]:
        """What changes a name's value behind its declaration, in order."""
        name = binding.name
        if name not in self._settled:
            self._settled.add(name)
            for change in self._changes.get(name, ()):
                owner = self.lookup(name, change.at)
                if owner is not None:
                    owner.changes.append(change)
        return binding.changes

    @attribute
    def _branches(self) -> tuple[Nest, Nest]:
        """What is run only sometimes, and what is run several times."""
        found = self.tree.captures(_query(self._language, _BRANCHES))
        branches, loops = (
            Nest((node.start_byte, node.end_byte) for node in found.get(name, ())) for name in ("branch", "loop")
        )
        return branches, loops

    def is_sure(self, at: int, seen_from: int) -> bool:
        """Whether what stands at one offset has been run whenever the other is reached from behind it.

        It has not if it stands in a branch, loop or function that the other is not in.
        """
        branches, _ = self._branches
        branch = branches.innermost(at)
        return branch < 0 or branches.starts[branch] <= seen_from < branches.ends[branch]

    @attribute
    def _choices(self) -> tuple[int, ...]:
        """For each branch a number for the statement that chooses between it and others."""
        nodes = self.tree.captures(_query(self._language, _BRANCHES)).get("branch", ())
        owners = [node.parent for node in nodes]
        above = [owner.parent if owner is not None and owner.type == "else_clause" else owner for owner in owners]
        numbers = [owner.id if owner is not None and owner.type == "if_statement" else -1 for owner in above]
        branches, _ = self._branches
        return tuple(numbers[given] for given in branches.kept)

    def is_exclusive(self, at: int, other: int) -> bool:
        """Whether two offsets lie in different branches of an ``if``, so that what stands there is never run both."""
        branches, _ = self._branches
        chosen: dict[int, int] = {}
        branch = branches.innermost(at)
        while branch >= 0:
            chosen[self._choices[branch]] = branch
            branch = branches.parents[branch]
        chosen.pop(-1, None)
        branch = branches.innermost(other)
        while branch >= 0:
            if chosen.get(self._choices[branch], branch) != branch:
                return True
            branch = branches.parents[branch]
        return False

    def comes_round(self, at: int, seen_from: int, declared: int) -> bool:
        """Whether a loop behind the declaration holds both offsets, so that the first may have been run before the other."""
        _, loops = self._branches
        loop = loops.innermost(at)
        while loop >= 0 and declared < loops.starts[loop]:
            if loops.starts[loop] <= seen_from < loops.ends[loop]:
                return True
            loop = loops.parents[loop]
        return False

    def function_of(self, at: int) -> int:
        """A number for the function that an offset lies in; -1 for none."""
        return self._function_scope(self._scopes.innermost(at))

    # --- names of places ---

    @attribute
    def _named(self) -> tuple[Nest, list[str]]:
        nodes = sorted(
            [*self.nodes("function"), *self.nodes("class")], key=lambda node: (node.start_byte, -node.end_byte)
        )
        nest = Nest((node.start_byte, node.end_byte) for node in nodes)
        names: list[str] = []
        for index, given in enumerate(nest.kept):
            node = nodes[given]
            name = node.child_by_field_name("name")
            own = self.tree.text_of(name) if name is not None else self._names.get(node.id, "")
            outer = names[nest.parents[index]] if nest.parents[index] >= 0 else ""
            names.append((f"{outer}.{own}" if outer and own else outer or own)[-_LONGEST_NAME:])
        return nest, names

    def inside(self, at: int) -> str:
        """The dotted name of the functions and classes around an offset."""
        nest, names = self._named
        index = nest.innermost(at)
        return names[index] if index >= 0 else ""

    @attribute
    def _class_nest(self) -> tuple[Nest, list[Node]]:
        nodes = self.nodes("class")
        nest = Nest((node.start_byte, node.end_byte) for node in nodes)
        return nest, [nodes[given] for given in nest.kept]

    def class_at(self, at: int) -> Node | None:
        """The class around an offset."""
        nest, nodes = self._class_nest
        index = nest.innermost(at)
        return nodes[index] if index >= 0 else None

    @attribute
    def _own_writes(self) -> dict[tuple[int, str], list[Node]]:
        """Assignments to ``this.name`` by class and name."""
        writes: dict[tuple[int, str], list[Node]] = {}
        for node in self.nodes("write"):
            left = node.child_by_field_name("left") or node.child_by_field_name("argument")
            if left is None or left.type != "member_expression":
                continue
            object_, property_ = left.child_by_field_name("object"), left.child_by_field_name("property")
            if object_ is None or property_ is None or object_.type != "this":
                continue
            owner = self.class_at(node.start_byte)
            if owner is not None:
                writes.setdefault((owner.id, self.tree.text_of(property_)), []).append(node)
        return writes

    def own_writes(self, owner: Node, name: str) -> Sequence[Node]:
        """The assignments to ``this.name`` in a class."""
        return self._own_writes.get((owner.id, name), ())


_LONGEST_NAME = 200
_DECLARATIONS: tuple[tuple[str, BindingKind], ...] = (
    ("function", "function"),
    ("class", "class"),
    ("enum", "enum"),
    ("namespace", "namespace"),
)
_CHANGING: dict[bytes | None, ChangeKind] = {
    b"push": "push",
    b"unshift": "unshift",
    b"splice": "other",
    b"pop": "other",
    b"shift": "other",
    b"reverse": "other",
    b"sort": "other",
}


def _names_in(pattern: Node) -> Iterator[Node]:
    """The identifiers that an assignment takes something apart into."""
    waiting = [pattern]
    while waiting:
        node = waiting.pop()
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            yield node
        elif node.type.endswith("pattern"):
            waiting.extend(node.named_children)
