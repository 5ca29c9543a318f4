"""The calls of Python programs, and the values of those that only make something else of what they are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from promptlint.formats.code.parameters import filled_in
from promptlint.formats.code.pieces import cleandoc, computed, dedent
from promptlint.formats.code.python_changes import merged
from promptlint.formats.code.python_formatting import Arguments, dollar_filled, scalar_text
from promptlint.formats.code.python_scopes import Event, Import
from promptlint.formats.code.values import (
    Call,
    Entry,
    Items,
    Literal,
    Name,
    Piece,
    Record,
    Scalar,
    Subscript,
    Text,
    Value,
)
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from promptlint.formats.code.python_values import File

__all__ = ["Calls", "Returned"]

_LONGEST_CALLEE: Final = 30  # names in it
_LONGEST_DOTTED: Final = 200  # bytes
_DOTTED = regex(r"[^\W\d]\w*+(?:\.\w++)*+\Z")
_METHODS = frozenset(
    (
        "copy",
        "format",
        "format_map",
        "get",
        "join",
        "lstrip",
        "replace",
        "rstrip",
        "safe_substitute",
        "strip",
        "substitute",
    )
)
_FUNCTIONS = {
    "cleandoc": "inspect.cleandoc",
    "copy": "copy.copy",
    "dedent": "textwrap.dedent",
    "deepcopy": "copy.deepcopy",
    "dict": "dict",
    "list": "list",
    "str": "str",
    "tuple": "tuple",
}


@dataclass(frozen=True, slots=True)
class Returned:
    """The text that a function returns, where the function stands, and the names of its parameters.

    Nothing in the function changes those that are `constant`.
    """

    text: Text
    path: str
    function: Span
    parameters: tuple[str, ...]
    constant: frozenset[str]


class Calls:
    """The calls of a file."""

    def __init__(self, file: File) -> None:
        self._file = file

    def callee(self, function: Node) -> str:
        """The dotted name of what is called, with the aliases of imports resolved."""
        parts: list[str] = []
        root: Node | None = None
        text = self._file.tree.text_of(function) if function.end_byte - function.start_byte <= _LONGEST_DOTTED else ""
        if _DOTTED.match(text):
            root_text, _, rest = text.partition(".")
            while function.type == "attribute":
                base = function.child_by_field_name("object")
                if base is None:
                    return text
                function = base
            source = self._file.names.import_of(function) if function.type == "identifier" else None
            text = source.dotted if source is not None else root_text
            return f"{text}.{rest}" if rest else text
        at: Node | None = function
        for _ in range(_LONGEST_CALLEE):
            if at is None:
                break
            if at.type == "identifier":
                root = at
                break
            if at.type == "attribute":
                name = at.child_by_field_name("attribute")
                parts.append("." + (self._file.tree.text_of(name) if name is not None else ""))
                at = at.child_by_field_name("object")
            elif at.type == "call":
                parts.append("()")
                at = at.child_by_field_name("function")
            elif at.type == "subscript":
                parts.append("[]")
                at = at.child_by_field_name("value")
            elif at.type in ("parenthesized_expression", "await") and at.named_children:
                at = at.named_children[0]
            else:
                if at.type in ("string", "concatenated_string"):
                    parts.append('""')
                break
        if root is not None:
            source = self._file.names.import_of(root)
            parts.append(source.dotted if source is not None else self._file.tree.text_of(root))
        return "".join(reversed(parts))

    def call(self, node: Node) -> Call:
        """A call as it stands, with its arguments."""
        span = self._file.tree.span(node)
        function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        arguments: list[Value] = []
        parts: list[Value | Entry] = []
        complete = given is not None and given.type == "argument_list"
        for child in given.named_children if given is not None and complete else ():
            if child.type == "keyword_argument":
                name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if name is not None and value is not None:
                    parts.append(
                        Entry(self._file.tree.text_of(name), self._file.tree.span(name), self._file.value(value))
                    )
            elif child.type == "dictionary_splat":
                parts.append(
                    self._file.value(child.named_children[0]) if child.named_children else self._file.unknown(child)
                )
            elif child.type == "list_splat":
                parts.append(self._file.unknown(child))
            elif child.type != "comment":
                arguments.append(self._file.value(child))
        keywords = merged(parts, self._file.tree.span(given) if given is not None else span, self._file.path)
        if not complete:
            keywords = replace(keywords, complete=False)
        callee = self.callee(function) if function is not None else ""
        callee_span = self._file.tree.span(function) if function is not None else span
        receiver = self._receiver(function) if function is not None else None
        return Call(span, self._file.path, callee, callee_span, tuple(arguments), keywords, receiver)

    def _receiver(self, function: Node) -> Value | None:
        """What a method is called on: the innermost object of ``client.chat.create`` that can be told."""
        for _ in range(_LONGEST_CALLEE):
            if function.type != "attribute":
                return None
            base = function.child_by_field_name("object")
            if base is None:
                return None
            value = self._file.value(base)
            if not isinstance(value, (Name, Subscript)):
                return value
            function = base
        return None

    def value(self, node: Node) -> Value:
        function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is not None and given is not None:
            found = self._method(node, function, given) if function.type == "attribute" else None
            found = found or self._function(node, function, given)
            if found is not None:
                return found
        return self.call(node)

    def _method(self, node: Node, function: Node, given: Node) -> Value | None:
        """What the methods of strings, templates, lists and dictionaries give."""
        base, attribute = function.child_by_field_name("object"), function.child_by_field_name("attribute")
        name = self._file.tree.text_of(attribute) if attribute is not None else ""
        if base is None or name not in _METHODS:
            return None
        whole = self._file.value(base)
        if isinstance(whole, Text):
            found = self._file.strings.method(whole, name, given)
            return (
                None
                if found is None
                else replace(found, span=self._file.tree.span(node), path=self._file.path, definition=None)
            )
        if isinstance(whole, Call) and whole.callee == "string.Template" and name in ("substitute", "safe_substitute"):
            text = whole.arguments[0] if whole.arguments else None
            if not isinstance(text, Text):
                return None
            arguments = self._file.strings.arguments(given)
            if arguments.positional:
                record = arguments.positional[0].value
                named = dict(self._file.strings.given(record, given)) if isinstance(record, Record) else {}
                complete = arguments.complete and isinstance(record, Record) and record.complete
                arguments = Arguments((), {**named, **arguments.named}, complete)
            filled = dollar_filled(text, arguments, safe=name == "safe_substitute")
            return replace(filled, span=self._file.tree.span(node), path=self._file.path, definition=None)
        if name == "copy" and isinstance(whole, (Items, Record)):
            return whole
        if name == "get" and isinstance(whole, Record):
            keys = self.call(node).arguments
            return self._file.item(whole, keys[:1])
        return None

    def _function(self, node: Node, function: Node, given: Node) -> Value | None:
        """What functions give that only make something else of a text, a list or a dictionary."""
        callee = self.callee(function)
        last = callee.rpartition(".")[2]
        if last in _FUNCTIONS and callee in _FUNCTIONS.values():
            if callee == "dict":
                call = self.call(node)
                return merged([*call.arguments, call.keywords], call.span, self._file.path)
            plain = (
                [child for child in given.named_children if child.type != "comment"]
                if given.type == "argument_list"
                else []
            )
            value = self._file.value(plain[0]) if len(plain) == 1 else None
            if isinstance(value, Text) and callee in ("textwrap.dedent", "inspect.cleandoc"):
                pieces = dedent(value.pieces) if callee == "textwrap.dedent" else cleandoc(value.pieces)
                span = self._file.tree.span(node)
                return (
                    None
                    if pieces is None
                    else replace(value, span=span, path=self._file.path, pieces=pieces, definition=None)
                )
            if callee == "str" and isinstance(value, Text):
                return value
            if callee in ("list", "tuple") and isinstance(value, Items):
                return value
            if callee in ("copy.copy", "copy.deepcopy") and isinstance(value, (Items, Record, Text)):
                return value
            return None
        returned = self._returned(function)
        return self._filled_in(returned, given) if returned is not None else None

    def _filled_in(self, returned: Returned, given: Node) -> Text:
        """What a function returns when it is given these arguments."""
        text = returned.text
        arguments: dict[str, Sequence[Piece]] = {}
        names = returned.parameters
        position = 0
        for child in given.named_children if names and given.type == "argument_list" else ():
            if child.type in ("list_splat", "dictionary_splat"):
                break
            if child.type == "keyword_argument":
                key, node = child.child_by_field_name("name"), child.child_by_field_name("value")
                name = self._file.tree.text_of(key) if key is not None else ""
            elif child.type == "comment":
                continue
            else:
                name, node = names[position] if position < len(names) else "", child
                position += 1
            if node is not None and name in returned.constant:
                arguments[name] = self._argument(node, text)
        return filled_in(text, returned.path, returned.function, arguments, opening="{")

    def _argument(self, node: Node, text: Text) -> Sequence[Piece]:
        value = self._file.value(node)
        if isinstance(value, Text) and value.pieces:
            return value.pieces
        shown = scalar_text(value) if isinstance(value, Scalar) else None
        if shown is None:
            return (self._file.hole(node),)
        beside = next((piece for piece in text.pieces if isinstance(piece, Literal)), None)
        return (computed(shown, beside, self._file.path),)

    def _returned(self, function: Node) -> Returned | None:
        """The text that a function of the project returns, if it has a single ``return``."""
        scopes = self._file.scopes
        events: Sequence[Event] = ()
        if function.type == "identifier":
            name = self._file.tree.text_of(function)
            owner = scopes.owner(scopes.at(function.start_byte), name)
            events = owner.events[name] if owner is not None else ()
        elif function.type == "attribute":
            base, attribute = function.child_by_field_name("object"), function.child_by_field_name("attribute")
            if base is not None and attribute is not None and base.type == "identifier":
                own = scopes.class_of(scopes.at(function.start_byte), self._file.tree.text_of(base))
                if own is not None:
                    events = own.events.get(self._file.tree.text_of(attribute), ())
                elif (source := self._file.names.module_of(base)) is not None:
                    module = f"{source.module}.{source.name}".strip(".")
                    return self._file.program.returned(
                        self._file.path, Import(module, source.level, self._file.tree.text_of(attribute))
                    )
        return self._returned_by(events)

    def returned_by(self, name: str) -> Returned | None:
        """The text that a function of this module returns."""
        return self._returned_by(self._file.scopes.scopes[0].events.get(name, ()))

    def _returned_by(self, events: Sequence[Event]) -> Returned | None:
        if len(events) != 1:
            return None
        (event,) = events
        if event.kind == "import" and event.source is not None and event.source.name:
            return self._file.program.returned(self._file.path, event.source)
        return self.returned(event.node) if event.kind == "function" and event.node is not None else None

    def returned(self, definition: Node) -> Returned | None:
        """The text that a function returns, if it has a single ``return``; its parameters are holes."""
        body = definition.child_by_field_name("body")
        if body is None:
            return None
        returns = self._file.scopes.returns.get(body.start_byte, ())
        if len(returns) != 1:
            return None
        values = [child for child in returns[0].named_children if child.type != "comment"]
        value = self._file.value(values[0]) if len(values) == 1 else None
        if not isinstance(value, Text):
            return None
        names = tuple(self._parameters(definition))
        events = self._file.scopes.at(body.start_byte).events
        constant = frozenset(name for name in names if len(events.get(name, ())) == 1)
        text = replace(value, filled=True, definition=value.definition or value.span)
        return Returned(text, self._file.path, self._file.tree.span(definition), names, constant)

    def _parameters(self, definition: Node) -> Iterator[str]:
        """The names of the parameters that an argument can be given for, but for the object of a method."""
        parameters = definition.child_by_field_name("parameters")
        for index, child in enumerate(parameters.named_children if parameters is not None else ()):
            node = child.child_by_field_name("name") or child
            if node.type == "typed_parameter" and node.named_children:
                node = node.named_children[0]
            name = self._file.tree.text_of(node)
            if node.type == "identifier" and not (index == 0 and name in ("self", "cls")):
                yield name
            elif node.type == "list_splat_pattern":
                yield ""  # it takes all that have no name
