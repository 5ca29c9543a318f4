"""What is done to strings: tags, methods, ``join``, placeholders that ``replace`` fills in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from promptlint.formats.code import typescript_literals as literals
from promptlint.formats.code.pieces import Tape, computed, repeated, strip
from promptlint.formats.code.typescript_known import constant
from promptlint.formats.code.typescript_modules import package
from promptlint.formats.code.typescript_outline import inner
from promptlint.formats.code.values import Hole, Items, Literal, Piece, Text, Value
from promptlint.lazy import regex
from promptlint.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from promptlint.formats.code.typescript_values import File

__all__ = ["converted", "method_of_text", "tagged"]

_TRIMS = {
    "trim": (True, True),
    "trimStart": (True, False),
    "trimLeft": (True, False),
    "trimEnd": (False, True),
    "trimRight": (False, True),
}
_METHODS = frozenset(
    [
        *_TRIMS,
        "concat",
        "filter",
        "join",
        "normalize",
        "padEnd",
        "padStart",
        "repeat",
        "replace",
        "replaceAll",
        "slice",
        "substring",
        "toLocaleLowerCase",
        "toLocaleUpperCase",
        "toLowerCase",
        "toString",
        "toUpperCase",
    ]
)


def tagged(file: File, node: Node, tag: Node, template: Node) -> Value:
    """A template literal behind a tag: the text as the tags that are known leave it, and as it is behind any other name."""
    tag = inner(tag)
    if tag.type == "member_expression" and file.tree.text_of(tag) == "String.raw":
        return replace(file.template(template, literals.RAW, "raw`"), span=file.tree.span(node))
    if tag.type != "identifier":
        return file.call(node)
    style = _style(file, tag)
    if style is None:
        return replace(file.template(template, literals.COOKED, "`"), span=file.tree.span(node))
    reading, quote = (literals.DEDENT, literals.OPAQUE) if style == "dedent" else (literals.COOKED, style + "`")
    text = file.template(template, reading, quote)
    pieces = literals.dedented(text.pieces, style, file.text)
    return replace(text, span=file.tree.span(node), pieces=pieces)


def _style(file: File, tag: Node) -> str | None:
    """The package whose function, called so, takes indentation away."""
    name = file.tree.text_of(tag)
    binding = file.outline.lookup(name, tag.start_byte)
    if binding is not None and binding.kind == "import":
        module = (package(binding.module) or "").rpartition("/")[2]
        exported = name if binding.exported in ("*", "default") else binding.exported
        if module in literals.STYLES:
            return module
        name = exported
    if name == "tsDedent":
        return "ts-dedent"
    return name if name in literals.STYLES else None


def converted(file: File, node: Node, function: Node, argument: Node) -> Value | None:
    """``String(text)`` and ``dedent(text)``."""
    name = file.tree.text_of(function)
    if name == "String":
        value = file.value(argument)
        return value if isinstance(value, Text) else None
    style = _style(file, function)
    text = file.value(argument) if style is not None else None
    if style is None or not isinstance(text, Text):
        return None
    pieces = literals.dedented(text.pieces, style, file.text)
    return replace(text, span=file.tree.span(node), pieces=pieces, definition=None)


def method_of_text(file: File, node: Node, function: Node, given: Sequence[Node]) -> Value | None:
    """What a method of a string gives, or ``join``, ``concat`` and ``filter(Boolean)`` of an array; None for any other call."""
    property_, object_ = function.child_by_field_name("property"), function.child_by_field_name("object")
    method = file.tree.text_of(property_) if property_ is not None else ""
    if object_ is None or method not in _METHODS:
        return None
    value = file.value(object_)
    span = file.tree.span(node)
    if isinstance(value, Items):
        if method == "join":
            return _join(file, node, value, given)
        if method == "filter" and len(given) == 1 and given[0].text == b"Boolean":
            return value
        if method == "concat":
            parts = list(file.parts_of(value, object_))
            complete = value.complete
            for each in given:
                more = file.value(each)
                if isinstance(more, Items):
                    parts += file.parts_of(more, each)
                    complete = complete and more.complete
                else:
                    parts.append((None, inner(each), file))
            return file.program.items(span, file.path, parts, complete=complete)
        return None
    if not isinstance(value, Text) or method == "join":
        return None
    if method in _TRIMS:
        left, right = _TRIMS[method]
        pieces = strip(value.pieces, literals.BLANKS, left=left, right=right)
        return replace(value, span=span, pieces=pieces, definition=None)
    if method == "concat":
        return file.joined(node, [(value, object_, file), *((file.value(each), each, file) for each in given)])
    if method == "toString":
        return value if not given else None
    if method in ("replace", "replaceAll") and len(given) == 2:
        replaced = _replaced(file, node, value, given[0], everywhere=method == "replaceAll")
        if replaced is not None:
            return replaced
    return file.unknown_text(node)


def _join(file: File, node: Node, value: Items, given: Sequence[Node]) -> Value | None:
    separator = file.value(given[0]) if given else None
    if given and constant(separator) is None:
        return file.unknown_text(node)
    pieces: list[Piece] = []
    for index, (item, part, owner) in enumerate(file.parts_of(value, node)):
        own = (owner.hole(part),) if item is None else owner.within(item, part, part, pieces)
        if index:
            if isinstance(separator, Text):
                pieces += repeated(separator.pieces)
            else:
                pieces.append(computed(",", next((each for each in own if isinstance(each, Literal)), None), file.path))
        pieces += own
    return Text(file.tree.span(node), file.path, tuple(pieces), filled=_is_filled(value))


def _replaced(file: File, node: Node, value: Text, pattern: Node, *, everywhere: bool) -> Text | None:
    """A string in which a placeholder of its own kind (``{name}``) is filled in: a hole where it stands."""
    pattern = inner(pattern)
    if pattern.type == "regex":
        body, flags = pattern.child_by_field_name("pattern"), pattern.child_by_field_name("flags")
        wanted = _plain_pattern(file.tree.text_of(body)) if body is not None else None
        everywhere = flags is not None and "g" in file.tree.text_of(flags)
    else:
        wanted = constant(file.value(pattern))
    if not wanted or not wanted.strip() or "\n" in wanted:
        return None
    tape = Tape(value.pieces)
    cuts: list[tuple[int, int, Sequence[Piece]]] = []
    at = tape.text.find(wanted)
    if at < 0:
        return None
    word = _WORD.search(wanted)
    uses = ((word.group(), Span(*word.span())),) if word is not None else ()
    while at >= 0:
        place = tape.place(at, at + len(wanted))
        if place is None or len(place[1]) != len(wanted):
            return None
        cuts.append((at, at + len(wanted), (Hole(wanted, place[1], place[0], uses),)))
        at = tape.text.find(wanted, at + len(wanted)) if everywhere else -1
    pieces = tape.spliced(cuts)
    return replace(value, span=file.tree.span(node), pieces=pieces, filled=True, definition=None)


def _is_filled(items: Items) -> bool:
    return any(isinstance(item, Text) and item.filled for item in items.items)


_WORD = regex(r"[^\W\d][\w$]*+")
_PATTERN = regex(r"\\([^\w\s])|([\w\s<>=@#%&~`'\",:;!/-])|\[([^\w\s^\]\\])\]")


def _plain_pattern(pattern: str) -> str | None:
    """The one text that a regular expression matches; None if there are others."""
    found: list[str] = []
    at = 0
    while at < len(pattern):
        match = _PATTERN.match(pattern, at)
        if match is None:
            if pattern[at] not in "{}":  # alone they stand for themselves
                return None
            found.append(pattern[at])
            at += 1
            continue
        found.append(match.group(1) or match.group(2) or match.group(3))
        at = match.end()
    return "".join(found)
