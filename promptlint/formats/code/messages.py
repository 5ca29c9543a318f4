"""The messages that values in a program are: strings, lists of messages, the classes and functions of SDKs that make them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from promptlint.formats import _body
from promptlint.formats.code import texts
from promptlint.formats.code.pieces import computed
from promptlint.formats.code.sdk import Slot
from promptlint.formats.code.values import (
    Binary,
    Call,
    Class,
    Hole,
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
from promptlint.formats.semantic_kernel import tagged_messages
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Message, Role
from promptlint.source import Span
from promptlint.templates import TemplateProblem

__all__ = ["Said", "Written", "expression_names", "joined", "role_named", "said"]

_ROLES: dict[str, Role] = {
    "human": "user",
    "ai": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "chatbot": "assistant",
}


def role_named(text: str | None) -> Role | None:
    """The role of that name in any SDK, None for one that no model knows."""
    return _body.role_named(text) or _ROLES.get((text or "").strip().lower())


@dataclass(frozen=True, slots=True)
class Said:
    """A message, what is wrong with its template syntax, and the string that it is made of, if it is one.

    `whole` is the value that it stands in (the record with its role), in the file at `path`. `template` is the language that its
    string is filled in with besides. `blocks` are those that it was put together of; `scanned` is the text that the problems
    are in where the message is a part of it.
    """

    message: Message
    problems: tuple[TemplateProblem, ...]
    text: Text | None
    whole: Span
    path: str
    template: str | None = None
    blocks: tuple[Said, ...] = ()
    scanned: Message | None = None


Written = Callable[[str, Span], str]
"""The text of a range of the file at a path."""


def said(value: Value, slot: Slot, here: str, written: Written) -> Iterator[Said]:
    """The messages that a value is."""
    found = _Speaker(slot, here, written).of(value, slot.role, whole=None, text=slot.text)
    # records in what is the system's alone are no messages, but blocks of one
    blocks = (
        slot.role == "system" and isinstance(value, Items) and any(isinstance(each, Record) for each in value.items)
    )
    yield from _put_together(found, value, here) if blocks else found


def joined(blocks: Sequence[Said], here: str, between: str) -> Said:
    """The message that several texts make from end to end, with `between` between them; it has the first one's role and place."""
    first = blocks[0]
    if len(blocks) == 1:
        return first
    pieces: list[Piece] = []
    for block in blocks:
        if pieces:
            beside = next((piece for piece in reversed(pieces) if isinstance(piece, Literal)), None)
            pieces.append(computed(between, beside, first.path))
        pieces += _pieces(block)
    strings = [block.text for block in blocks if block.text is not None]
    text = Text(first.whole, first.path, tuple(pieces), filled=any(each.filled for each in strings))
    template = next((block.template for block in blocks if block.template is not None), None)
    message, scan = texts.message(first.message.role, text, here, template)
    return Said(message, scan.problems, text, first.whole, first.path, template, tuple(blocks))


def _pieces(block: Said) -> Sequence[Piece]:
    """The string of a message, or the expression that it is as a hole."""
    if block.text is not None:
        return block.text.pieces
    message = block.message
    place = message.locate(Span(0, len(message.text)))
    if place is None:
        return ()
    return (Hole(message.text, place.span, place.path, tuple((use.name, use.span) for use in message.uses)),)


def _put_together(found: Iterable[Said], whole: Value, here: str) -> Iterator[Said]:
    """The messages that the blocks of a list are: those which follow each other with the same role are one."""
    for _, group in groupby(found, key=lambda each: each.message.role):
        together = joined(list(group), here, "\n")
        yield replace(together, whole=whole.span, path=whole.path) if together.blocks else together


_BLOCKS = frozenset(("text", "input_text", "output_text", "message", "tool_result"))
"""Types of records that hold text; those of others (images, files, calls of tools) are no text."""
_CONTENT = ("content", "parts", "text", "template", "prompt", "prompt_template")
_MEDIA = regex(r"image|img|picture|photo|audio|video|media|file|base64|b64|png|jpe?+g|pdf", re.IGNORECASE)
"""What an expression speaks of that stands for blocks without text."""
_ROLE_KEYS = ("role", "type", "author", "_type")
_SAYS = regex(r"(?:Message|Content|Part|Block|Param|Template|Prompt|Turn)s?(?:\w*)\Z")
"""Classes that are messages or parts of them, by their names."""
_SPEAKER = regex(
    r"(?:\A|[a-z_])(?P<role>System|Developer|Human|User|AI|Assistant|Model|Chatbot|Tool|Function)(?=[A-Z]|\Z)"
    r"|\A(?P<from>(?:from_)?(?:system|developer|human|user|ai|assistant|model|tool|function))\Z"
)
_MADE = frozenset(
    ("from_str", "from_template", "fromTemplate", "from_text", "fromText", "from_messages", "fromMessages")
)
"""Functions of classes that make one from a text."""


class _Speaker:
    def __init__(self, slot: Slot, here: str, written: Written) -> None:
        self.slot = slot
        self.here = here
        self.written = written

    def of(
        self, value: Value, role: Role | None, whole: Value | None, *, text: bool = True, sent: bool = False
    ) -> Iterator[Said]:
        """The messages of a value; `whole` is what it stands in, `text` whether a bare string is one, `sent` whether it is sent as it is."""
        around = whole or value
        match value:
            case Text():
                if text:
                    yield from self.string(value, role, around, sent=sent)
            case Scalar():
                return
            case Items():
                pair = _pair(value)
                if pair is not None:
                    yield from self.pair(pair, value)
                    return
                for index in range(len(value.items) + 1):
                    for spread in (each for at, each in value.spreads if at == index):
                        # who speaks in messages that are spread in is not known; blocks of a message are its speaker's
                        yield self.unknown(spread, role if whole is not None else None, spread)
                    for item in value.items[index : index + 1]:
                        yield from self.of(item, role, None, text=text, sent=sent)
            case Record():
                yield from self.record(value, role, whole=whole, sent=sent)
            case Call():
                yield from self.call(value, role, text=text, whole=whole, sent=sent)
            case Binary() | Class() | Name() | Subscript():
                if text or whole is not None or isinstance(value, Name):
                    yield self.unknown(value, role, around)

    def string(self, value: Text, role: Role | None, around: Value, *, sent: bool) -> Iterator[Said]:
        template = None if sent else self.slot.template
        if any(piece.text for piece in value.pieces) and (texts.has_words(value) or texts.has_holes(value)):
            found, scan = texts.message(role, value, self.here, template)
            cut = tagged_messages(found) if self.slot.tags else (found,)
            for index, each in enumerate(cut):
                problems = () if index else scan.problems
                yield Said(each, problems, value, around.span, around.path, template, scanned=found)

    def unknown(self, value: Value, role: Role | None, around: Value) -> Said:
        written = self.written(value.path, value.span)
        found = texts.placeholder(role, written, value.span, value.path, expression_names(written))
        return Said(found, (), None, around.span, around.path)

    def pair(self, pair: tuple[str, Value], around: Items) -> Iterator[Said]:
        name, value = pair
        if name == "placeholder":
            yield from self.slot_for_messages(value, around)
        else:
            yield from self.content(value, role_named(name), around, sent=False)

    def slot_for_messages(self, value: Value, around: Value) -> Iterator[Said]:
        """The messages that are put in at run time under a name."""
        if isinstance(value, Text) and texts.has_words(value):
            name, _ = texts.message(None, value, self.here, None)
            yield Said(texts.named_placeholder(name), (), None, around.span, around.path)

    def record(self, value: Record, role: Role | None, *, whole: Value | None, sent: bool) -> Iterator[Said]:
        kind = _word(value, ("type",))
        if kind is not None and kind not in _BLOCKS and role_named(kind) is None:
            return
        if kind == "tool_result":
            role = "tool"
        role = self.role(value) or role
        content = next((entry for key in _CONTENT if (entry := value.get(key)) is not None), None)
        if content is not None:
            yield from self.content(content.value, role, whole or value, sent=sent)

    def content(self, value: Value, role: Role | None, whole: Value, *, sent: bool) -> Iterator[Said]:
        """What a message holds: a text, or a list of blocks, of which those of text are one message."""
        found = self.of(value, role, whole, sent=sent)
        if not isinstance(value, Items):
            yield from found
            return
        blocks = (each for each in found if each.text is not None or not _MEDIA.search(each.message.text))
        yield from _put_together(blocks, whole, self.here)

    def role(self, value: Record) -> Role | None:
        """The role that a record names: a word, or a member of an enumeration (``MessageRole.USER``)."""
        return role_named(_word(value, _ROLE_KEYS))

    def call(self, value: Call, role: Role | None, *, text: bool, whole: Value | None, sent: bool) -> Iterator[Said]:
        *names, last = re.split(r"\.|\(\)\.?", value.callee.removesuffix("()")) or [""]
        owner = names[-1] if names else ""
        is_class = last[:1].isupper()
        name = last if is_class else owner
        makes = is_class or last in _MADE
        speaker = _SPEAKER.search(name if makes else last)
        says = last == "dict" or (makes and _SAYS.search(name) is not None)
        if speaker is None and not says:
            of_bytes = last.startswith("from") and _SAYS.search(owner) is not None
            if not of_bytes and (text or whole is not None):
                yield self.unknown(value, role, whole or value)
            return
        if speaker is not None:
            role = role_named((speaker["role"] or speaker["from"]).lower().removeprefix("from_")) or role
        role = self.role(value.keywords) or role
        sent = sent or name.startswith(self.slot.literal) if self.slot.literal else sent
        content = next((entry.value for key in _CONTENT if (entry := value.keywords.get(key)) is not None), None)
        if "Placeholder" in name:
            variable = value.keywords.get("variable_name") or value.keywords.get("variableName")
            held = variable.value if variable is not None else next(iter(value.arguments), None)
            if held is not None:
                yield from self.slot_for_messages(held, whole or value)
            return
        if content is None and value.arguments and not isinstance(value.arguments[0], Record):
            content = value.arguments[0]
        if content is not None:
            yield from self.content(content, role, whole or value, sent=sent)


def _pair(value: Items) -> tuple[str, Value] | None:
    """The role and the content of a message that is written as a pair: ``("system", "...")``."""
    if len(value.items) != 2:
        return None
    first = value.items[0]
    name = texts.constant(first)
    if name is None or (role_named(name) is None and name != "placeholder"):
        return None
    return name, value.items[1]


def _word(value: Record, keys: tuple[str, ...]) -> str | None:
    for key in keys:
        entry = value.get(key)
        if entry is None:
            continue
        if isinstance(entry.value, Name):
            return entry.value.text.rpartition(".")[2].lower()
        found = texts.constant(entry.value)
        if found is not None:
            return found
    return None


_NAMES = regex(r"(?:(?:self|this|cls)\??\.)?(?P<name>[^\W\d]\w*+)(?:[?!]?\.\w++|\[[^\[\]\r\n]*+\])*+")


def expression_names(written: str) -> tuple[tuple[str, Span], ...]:
    """The name that an expression reads, where it is a name, with the members and items that are taken of it."""
    match = _NAMES.fullmatch(written)
    return () if match is None else ((match["name"], Span(*match.span("name"))),)
