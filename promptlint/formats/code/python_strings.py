"""The strings of Python programs: literals, what is joined to them and what fills them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from promptlint.formats.code import python_literals as literals
from promptlint.formats.code.pieces import Tape, computed, pure_text, repeated, strip
from promptlint.formats.code.python_changes import joined_items
from promptlint.formats.code.python_formatting import Argument, Arguments, format_filled, scalar_text
from promptlint.formats.code.values import Given, Hole, Items, Literal, Notation, Piece, Record, Scalar, Text, Value
from promptlint.lazy import regex
from promptlint.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from promptlint.formats.code.python_values import File

__all__ = ["Strings"]

_WORD: Final = regex(r"[^\W\d]\w*+")
_MOST_PARENTHESES: Final = 60
_STRIPS: Final = {"strip": (True, True), "lstrip": (True, False), "rstrip": (False, True)}


class Strings:
    """The strings of a file."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._notations: dict[str, Notation] = {}

    def string(self, node: Node) -> Value:
        """A literal, or several without an operator between them."""
        if node.has_error:
            return self._file.unknown(node)
        parts = (
            [child for child in node.named_children if child.type == "string"]
            if node.type == "concatenated_string"
            else [node]
        )
        pieces: list[Piece] = []
        filled = False
        for part in parts:
            place = self._file.tree.span(part)
            how = literals.style(self._file.text, place, self._file.newline)
            if how is None or how.kind == "bytes":
                return self._file.unknown(node)
            filled = filled or how.kind == "formatted"
            pieces.extend(self._pieces(part, place, how))
        whole = place if parts == [node] else self._file.tree.span(node)
        return Text(whole, self._file.path, tuple(pieces), filled=filled)

    def _pieces(self, node: Node, whole: Span, how: literals.Style) -> Iterator[Piece]:
        quote = len(how.quote)
        opening = self._file.text.index(how.quote, whole.start) + quote
        closing = max(whole.end - quote, opening)
        notation = self._notations.get(how.name)
        if notation is None:
            notation = self._notations[how.name] = literals.notation(how)
        at = opening
        if how.kind == "formatted":
            for child in node.named_children:
                if child.type != "interpolation":
                    continue
                hole = self._file.tree.span(child)
                if at < hole.start:
                    yield Literal(
                        *literals.decode(self._file.text, Span(at, hole.start), how), self._file.path, notation
                    )
                yield from self._interpolated(child, notation)
                at = hole.end
        if at < closing or at == opening:
            text, runs = literals.decode(self._file.text, Span(at, closing), how)
            yield Literal(text, runs or ((0, Span(at, at)),), self._file.path, notation)

    def _interpolated(self, node: Node, notation: Notation) -> Iterator[Piece]:
        expression = node.child_by_field_name("expression")
        plain = expression is not None
        for child in node.children:
            kind = child.type
            if kind in ("format_specifier", "=") or (
                kind == "type_conversion" and self._file.tree.text_of(child) != "!s"
            ):
                plain = False
        if plain and expression is not None:
            value = self._file.value(expression)
            if isinstance(value, Text):
                yield from value.pieces
                return
            shown = scalar_text(value) if isinstance(value, Scalar) else None
            if shown is not None:
                yield replace(computed(shown, None, self._file.path), notation=notation)
                return
        for child in node.children:
            if child.type == "=":  # the expression is sent, too, but it is code
                start, end = self._file.tree.span(node).start + 1, self._file.tree.span(child).end
                while self._file.text[end : end + 1].isspace():
                    end += 1
                yield replace(computed(self._file.text[start:end], None, self._file.path), notation=notation)
        yield self._file.hole(node)

    def concatenation(self, node: Node, terms: Sequence[Node]) -> Value:
        """Strings or lists with ``+`` between them."""
        values = [self._file.value(term) for term in terms]
        if any(isinstance(value, Text) for value in values):
            pieces: list[Piece] = []
            for term, value in zip(terms, values, strict=True):
                pieces.extend(value.pieces if isinstance(value, Text) else [self._file.hole(term)])
            filled = any(isinstance(value, Text) and value.filled for value in values)
            return Text(self._file.tree.span(node), self._file.path, tuple(pieces), filled=filled)
        if any(isinstance(value, Items) for value in values):
            return joined_items(values, Items(self._file.tree.span(node), self._file.path, ()))
        return self._file.unknown(node)

    def repetition(self, node: Node, left: Value, right: Value) -> Value:
        """A string times a number."""
        text, times = (left, right) if isinstance(left, Text) else (right, left)
        count = times.value if isinstance(times, Scalar) else None
        if not isinstance(text, Text) or not isinstance(count, int) or len(text.pieces) != 1 or not 0 <= count <= 1_000:
            return self._file.unknown(node)
        piece = text.pieces[0]
        if isinstance(piece, Hole):
            return self._file.unknown(node)
        return Text(self._file.tree.span(node), self._file.path, (computed(piece.text * count, piece, piece.path),))

    def operands(self, node: Node) -> Arguments:
        """What stands behind ``%``."""
        for _ in range(_MOST_PARENTHESES):
            if node.type != "parenthesized_expression" or not node.named_children:
                break
            node = node.named_children[0]
        if node.type == "tuple":
            return self.arguments(node)
        value = self._file.value(node)
        if isinstance(value, Record):
            return Arguments((), dict(self.given(value, node)), value.complete)
        return Arguments((self.argument(node),), {}, complete=True)

    def argument(self, node: Node) -> Argument:
        """What a field is filled with."""
        uses = tuple(name for name, _ in self._file.uses.of(node, self._file.tree.span(node).start))
        return Argument(self._file.value(node), uses, self._file.tree.span(node))

    def given(self, record: Record, node: Node) -> Iterator[tuple[str, Argument]]:
        """The entries of a dictionary that fills a text in; `node` is where that is done."""
        for entry in record.entries:
            span = entry.key_span if record.path == self._file.path else self._file.tree.span(node)
            yield entry.key, Argument(entry.value, (entry.key,), span)

    def arguments(self, node: Node) -> Arguments:
        """The arguments of a call (or the items of a tuple) that fill a text in."""
        positional: list[Argument] = []
        named: dict[str, Argument] = {}
        complete = node.type != "generator_expression"
        for child in node.named_children if complete else ():
            if child.type == "keyword_argument":
                name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if name is not None and value is not None:
                    text = self._file.tree.text_of(name)
                    named[text] = Argument(self._file.value(value), (text,), self._file.tree.span(name))
            elif child.type == "dictionary_splat":
                record = self._file.value(child.named_children[0]) if child.named_children else None
                if isinstance(record, Record):
                    named.update(self.given(record, child))
                complete = complete and isinstance(record, Record) and record.complete
            elif child.type == "list_splat":
                complete = False
            elif child.type != "comment":
                positional.append(self.argument(child))
        return Arguments(tuple(positional), named, complete)

    def method(self, text: Text, name: str, given: Node) -> Text | None:
        """What a method of a string gives that makes another string."""
        if name == "format":
            return format_filled(text, self.arguments(given))
        if name == "format_map":
            arguments = self.arguments(given)
            record = arguments.positional[0].value if len(arguments.positional) == 1 else None
            named = dict(self.given(record, given)) if isinstance(record, Record) else {}
            return format_filled(text, Arguments((), named, isinstance(record, Record) and record.complete))
        plain = (
            [child for child in given.named_children if child.type != "comment"]
            if given.type == "argument_list"
            else [given]
        )
        if name == "replace":
            return self._replaced(text, plain) if len(plain) == 2 else None
        if name == "join":
            return self._joined(text, plain[0]) if len(plain) == 1 else None
        if len(plain) > 1:
            return None
        argument = self._file.value(plain[0]) if plain else None
        characters = pure_text(argument)
        if (
            argument is not None
            and characters is None
            and not (isinstance(argument, Scalar) and argument.value is None)
        ):
            return None
        if name in _STRIPS:
            left, right = _STRIPS[name]
            return replace(text, pieces=strip(text.pieces, characters, left=left, right=right))
        return None

    def _replaced(self, text: Text, plain: Sequence[Node]) -> Text | None:
        """``text.replace(old, new)``: where `new` is not known, what it replaces is a hole."""
        old = pure_text(self._file.value(plain[0]))
        argument = self.argument(plain[1])
        if not old:
            return None
        tape = Tape(text.pieces)
        found = [match.span() for match in re.finditer(re.escape(old), tape.text)]
        word = _WORD.search(old)
        uses = (
            ((word.group(), Span(*word.span())),)
            if word
            else tuple((name, Span(0, len(old))) for name in argument.uses)
        )
        cuts: list[tuple[int, int, Sequence[Piece]]] = []
        for start, end in found:
            place = tape.place(start, end)
            if isinstance(argument.value, Text):
                pieces: Sequence[Piece] = argument.value.pieces
                cuts.append((start, end, repeated(pieces) if len(found) > 1 else pieces))
            elif place is None:
                return None
            else:
                cuts.append((start, end, [Hole(old, place[1], place[0], uses)]))
        given = text.given
        if found and not isinstance(argument.value, Text):
            span = self._file.tree.span(plain[0])
            given = (*(text.given or ()), *(Given(name, span) for name, _ in uses))
        return replace(text, pieces=tape.spliced(cuts), given=given, filled=True)

    def _joined(self, separator: Text, node: Node) -> Text | None:
        value = self._file.value(node)
        if not isinstance(value, Items):
            return None
        parts: list[Sequence[Piece]] = []
        filled = separator.filled
        spreads = list(value.spreads)
        for index in range(len(value.items) + 1):
            while spreads and spreads[0][0] <= index:
                parts.append([self._file.hole_of(spreads.pop(0)[1])])
            if index < len(value.items):
                item = value.items[index]
                parts.append(item.pieces if isinstance(item, Text) else [self._file.hole_of(item)])
                filled = filled or (isinstance(item, Text) and item.filled)
        between = repeated(separator.pieces) if len(parts) > 2 else separator.pieces
        pieces: list[Piece] = []
        for number, part in enumerate(parts):
            pieces.extend(between if number else ())
            pieces.extend(part)
        return Text(value.span, self._file.path, tuple(pieces), filled=filled)
