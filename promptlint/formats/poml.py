"""POML, the prompt markup language: ``*.poml``.

A message's text is the markup as the file holds it, entities decoded: tags are control that sends nothing itself, so that
examples and data are recognised by their tags, and only what stands between tags counts as text. Elements that fill in
data (``<document src>``, ``<table records>`` ...) are variables. Expressions are JavaScript in double braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from promptlint.diagnostic import Problem, Related
from promptlint.formats import _comments, _javascript, _xml, trees
from promptlint.formats._format import Coverage, Recognition, prompt_name
from promptlint.lazy import dataclass, regex
from promptlint.prompt import (
    Control,
    Declaration,
    Document,
    Lookup,
    Message,
    Part,
    Prompt,
    Role,
    Setting,
    Settings,
    Use,
    Variable,
)
from promptlint.prompt import Text as LiteralText
from promptlint.source import Location, Source, Span, TextMap
from promptlint.templates import markdown
from promptlint.templates.scanning import half_delimiters

RANK = 10
FORMATS = {"poml": "POML prompt (.poml)"}
COVERAGE = {
    "poml": Coverage(
        messages="the text between tags, in the roles that `<system-msg>`, `<human-msg>`, `<ai-msg>`, `speaker` or `<input>` give",
        variables="JavaScript in `{{ }}`, `for`, `if`; data elements; `<let>` declares, where it declares all that is used",
        model="`<runtime model>`",
        cap="`<runtime max-tokens>`",
        schema="`<output-schema>` (data where it is JSON)",
        comments="`<!-- -->`",
        unread="captions and other attributes, styles, included and imported files",
    )
}

_TEMPLATE = "double-braces"

_SPEAKERS: dict[str, Role] = {"human": "user", "ai": "assistant", "system": "system", "tool": "tool"}
_MESSAGES: dict[str, Role] = {
    "systemmsg": "system",
    "systemmessage": "system",
    "humanmsg": "user",
    "humanmessage": "user",
    "usermsg": "user",
    "usermessage": "user",
    "aimsg": "assistant",
    "aimessage": "assistant",
    "assistantmsg": "assistant",
    "assistantmessage": "assistant",
    "toolrequest": "assistant",
    "toolresponse": "tool",
}
_EXAMPLES = frozenset(["example", "examples", "exampleset"])
_SHOTS: dict[str, Role] = {"input": "user", "output": "assistant"}
_SCHEMA = frozenset(["outputschema"])
_TOOL = frozenset(["tool", "tooldefinition", "tooldef"])
_CONTEXT = frozenset(["let", "context"])
_OPAQUE = _SCHEMA | _TOOL | _CONTEXT | {"stylesheet", "runtime", "meta"}
"""Elements that are not sent as text; what they hold is no markup."""

_DATA = ("src", "url", "data", "records", "base64", "buffer")
"""The attributes by which an element is filled with data."""

_CAPS = ("maxoutputtokens", "maxcompletiontokens", "maxtokens")

_ENTITY = regex(
    r"\#(?:lt|gt|amp|quot|apos|hash|lbrace|rbrace);|&(?:lt|gt|amp|quot|apos|\#\d{1,7}|\#x[0-9A-Fa-f]{1,6});"
)
_ENTITIES = {
    "lt": "<",
    "gt": ">",
    "amp": "&",
    "quot": '"',
    "apos": "'",
    "hash": "#",
    "lbrace": "{",
    "rbrace": "}",
}
_FOR = regex(r"\s*(?P<name>\S+?)\s+in\s+(?P<list>\S.*)", re.DOTALL)
_NUMBER = regex(r"-?\d*\.?\d+")


def may_hold_prompts(path: str) -> bool:
    return path.lower().endswith(".poml")


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:  # noqa: ARG001
    return Recognition("poml", "name ends in .poml") if may_hold_prompts(path) else None


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    return _Reader(source).document(name)


_Name = tuple[str, Span]
"""A name that an expression reads, and its place in the file."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of the file that becomes one part. `runs` are decoded text and the place it comes from, in order."""

    kind: Literal["text", "variable", "control"]
    runs: tuple[tuple[str, Span], ...]
    speaker: Role | None
    names: tuple[_Name, ...] = ()
    control: Literal["loop", "branch", "include", "comment", "set", "block", "other"] = "other"
    role: Literal["open", "close", "single"] = "single"
    event: int = -1

    @property
    def text(self) -> str:
        return "".join(decoded for decoded, _ in self.runs)

    @property
    def is_content(self) -> bool:
        """Whether something is sent for it."""
        return self.kind == "variable" or self.control == "include" or (self.kind == "text" and bool(self.text.strip()))


def _key(name: str) -> str:
    """The name of an element or attribute without what its spellings differ in."""
    return name.lower().replace("-", "").replace("_", "")


def _decoded(entity: str) -> str | None:
    """The character that an entity stands for, None where there is no such character."""
    inner = entity[1:-1]
    if not inner.startswith("#"):
        return _ENTITIES[inner]
    number = int(f"0{inner[1:]}", 16) if inner[1] == "x" else int(inner[1:])
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else None


def _runs(text: str, low: int, high: int, *, verbatim: bool = False) -> Iterator[tuple[str, Span]]:
    """The decoded text of a range of the file, escape by escape."""
    at = low
    for match in () if verbatim else _ENTITY.finditer(text, low, high):
        char = _decoded(match.group())
        if char is None:
            continue
        if at < match.start():
            yield text[at : match.start()], Span(at, match.start())
        yield char, Span(*match.span())
        at = match.end()
    if at < high:
        yield text[at:high], Span(at, high)


def _encode(text: str) -> str | None:
    """Text that is written as it is; what would be markup is refused."""
    return None if "<" in text or "&" in text or _ENTITY.search(text) else text


def _expressions(text: str, low: int, high: int) -> Iterator[Span]:
    """The ``{{ ... }}`` in a range: on one line, with something in them; of closing braces the last pair counts."""
    at, close, line_end = low, -1, -1
    while (start := text.find("{{", at, high)) >= 0:
        if close < start + 3:
            close = text.find("}}", start + 3, high)
        if close < 0:
            return
        if line_end < start:
            found = text.find("\n", start, high)
            line_end = high if found < 0 else found
        if line_end < close:
            at = line_end
            continue
        end = close + 2
        while end < high and text[end] == "}":
            end += 1
        yield Span(start, end)
        at = end


class _Reader:
    """Reads one file; collects the problems that it meets on the way."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.events = _xml.scan(source.text)
        self.partners, self.alone = _xml.pair(self.events)
        self.problems: list[Problem] = []
        self.comments: list[_comments.Comment] = []
        self.declared: dict[str, Declaration] = {}
        self.imports = False
        self.settings = Settings()
        self.tools: list[dict[str, object]] = []
        self.tool_location: Location | None = None
        self.locals: dict[str, int] = {}
        self.plain_syntax = True

    def document(self, name: str) -> Document:
        pieces = list(self.pieces())
        self.unpaired()
        if self.tools and self.tool_location:
            self.settings = replace(self.settings, tools=Setting(self.tools, self.tool_location))
        messages = tuple(self.messages(pieces))
        prompts: tuple[Prompt, ...] = ()
        if messages:
            content = [piece for piece in pieces if piece.is_content]
            place = self.source.location(content[0].runs[0][1].start, content[-1].runs[-1][1].end)
            prompts = (Prompt(prompt_name(self.source.path), place, messages, self.known(messages), self.settings),)
        silenced, wrong = _comments.suppressions(self.source, self.comments)
        return Document(self.source, name, prompts, (*self.problems, *wrong), silenced)

    def known(self, messages: Sequence[Message]) -> tuple[Declaration, ...] | None:
        """What ``let`` declares, or None where the file leaves it to its caller to fill in some of the variables."""
        used = {use.name for message in messages for use in message.uses}
        if not self.declared or self.imports or not used <= set(self.declared):
            return None
        return tuple(self.declared.values())

    def unpaired(self) -> None:
        """Report tags without a partner, where the file means to be markup."""
        if not any(isinstance(event, _xml.Tag) and event.name.lower() == "poml" for event in self.events):
            return
        for index in self.alone:
            tag = self.events[index]
            assert isinstance(tag, _xml.Tag)
            detail = f"'<{tag.name}>' is never closed" if tag.kind == "open" else f"'</{tag.name}>' closes nothing"
            self.problems.append(Problem("invalid-file", self.source.location(tag.span.start, tag.span.end), detail))

    # -- pieces ---------------------------------------------------------------------------------------------------------

    def pieces(self) -> Iterator[_Piece]:
        """The pieces of the file, which they tile."""
        speakers: list[tuple[int, Role]] = []
        examples: list[int] = []
        leaving: dict[int, tuple[str, ...]] = {}
        skip = -1
        for index, event in enumerate(self.events):
            if index <= skip:
                continue
            speaker = speakers[-1][1] if speakers else None
            if isinstance(event, _xml.Verbatim):
                yield from self.verbatim(event, speaker)
                continue
            if not isinstance(event, _xml.Tag):
                if isinstance(event, _xml.Comment):
                    inner = self.source.slice(event.inner)
                    self.comments.append(_comments.Comment(inner, event.span))
                control: Literal["comment", "other"] = "comment" if isinstance(event, _xml.Comment) else "other"
                yield _Piece("control", self.raw(event.span), speaker, control=control)
                continue
            key = _key(event.name)
            partner = self.partners.get(index)
            if event.kind == "close":
                if speakers and speakers[-1][0] == index:
                    speakers.pop()
                if examples and examples[-1] == index:
                    examples.pop()
                for local in leaving.pop(index, ()):
                    self.locals[local] -= 1
                yield self.close(index, event, speaker)
                continue
            own = self.speaker(event, key, in_example=bool(examples))
            if key in _OPAQUE and (partner is not None or event.kind == "empty"):
                skip = index if partner is None else partner
                yield self.opaque(index, event, key, skip, speaker)
                continue
            if key == "poml":
                syntax = event.attribute("syntax")
                value = self.source.slice(syntax.span).lower() if syntax and syntax.span else ""
                self.plain_syntax = value not in ("xml", "json", "yaml")
            bound, names = self.control_names(event)
            if partner is not None and event.kind == "open":
                if own:
                    speakers.append((partner, own))
                if key in _EXAMPLES:
                    examples.append(partner)
                if bound:
                    leaving[partner] = bound
                    for local in bound:
                        self.locals[local] = self.locals.get(local, 0) + 1
            yield self.tag(index, event, key, own or speaker, names)

    def raw(self, span: Span) -> tuple[tuple[str, Span], ...]:
        return ((self.source.slice(span), span),)

    def speaker(self, tag: _xml.Tag, key: str, *, in_example: bool) -> Role | None:
        """The role of the message that an element opens, None where it goes on with the one around it."""
        attribute = tag.attribute("speaker")
        if attribute and attribute.span:
            return _SPEAKERS.get(self.source.slice(attribute.span).strip().lower())
        if key in _SHOTS:
            return _SHOTS[key] if self.plain_syntax and not in_example else None
        return _MESSAGES.get(key)

    def verbatim(self, event: _xml.Verbatim, speaker: Role | None) -> Iterator[_Piece]:
        at, end = event.span.start, event.span.end
        for span in _expressions(self.text, at, end):
            yield from self.literal(at, span.start, speaker, cdata=event.cdata)
            runs = tuple(_runs(self.text, span.start, span.end, verbatim=event.cdata))
            names = self.names(Span(span.start + 2, span.end - 2))
            yield _Piece("variable", runs, speaker, tuple(names))
            at = span.end
        yield from self.literal(at, end, speaker, cdata=event.cdata)

    def literal(self, low: int, high: int, speaker: Role | None, *, cdata: bool) -> Iterator[_Piece]:
        if low < high:
            yield _Piece("text", tuple(_runs(self.text, low, high, verbatim=cdata)), speaker)

    def close(self, index: int, tag: _xml.Tag, speaker: Role | None) -> _Piece:
        partner = self.partners.get(index)
        if partner is None:
            return _Piece("control", self.raw(tag.span), speaker)
        opened = self.events[partner]
        assert isinstance(opened, _xml.Tag)
        control = _control(opened)
        if control == "include":
            return _Piece("control", self.raw(tag.span), speaker)
        # the element's own message ends behind its close tag
        own = self.speaker(opened, _key(opened.name), in_example=False) if _key(opened.name) in _MESSAGES else None
        return _Piece("control", self.raw(tag.span), own or speaker, control=control, role="close", event=index)

    def tag(self, index: int, tag: _xml.Tag, key: str, speaker: Role | None, names: Sequence[_Name]) -> _Piece:
        single = tag.kind == "empty" or index not in self.partners
        if key == "include":
            return _Piece("control", self.raw(tag.span), speaker, tuple(names), control="include")
        filled = any(attribute.span and attribute.name.lower() in _DATA for attribute in tag.attributes)
        if single and (filled or key in ("toolrequest", "toolresponse")):
            return _Piece("variable", self.raw(tag.span), speaker, tuple(names))
        control = _control(tag)
        role: Literal["open", "single"] = "single" if single else "open"
        return _Piece("control", self.raw(tag.span), speaker, tuple(names), control=control, role=role, event=index)

    def names(self, span: Span, local: Sequence[str] = ()) -> Iterator[_Name]:
        """The names that an expression at a place in the file reads."""
        written = self.source.slice(span)
        # entities are as long as what they are replaced by here, so that places stay right
        plain = _ENTITY.sub(lambda match: (_decoded(match.group()) or " ").ljust(len(match.group())), written)
        inside = {name for name, count in self.locals.items() if count > 0}.union(local)
        for name, place in _javascript.names(plain, inside):
            yield name, place.shift(span.start)

    def control_names(self, tag: _xml.Tag) -> tuple[tuple[str, ...], tuple[_Name, ...]]:
        """The names that a tag's ``for`` binds, and those that its attributes read."""
        bound: tuple[str, ...] = ()
        found: list[_Name] = []
        loop = tag.attribute("for")
        if loop and loop.span:
            match = _FOR.fullmatch(self.source.slice(loop.span))
            if match:
                bound = (match["name"], "loop")
                shift = loop.span.start
                found += self.names(Span(shift + match.start("list"), shift + match.end("list")))
        for attribute in tag.attributes:
            if attribute.span is None or attribute is loop:
                continue
            is_code = attribute.name.lower() == "if" or (_key(tag.name) == "let" and attribute.name.lower() == "value")
            if is_code and not self.source.slice(attribute.span).lstrip().startswith("{{"):
                found += self.names(attribute.span, bound)
            else:
                found += self.template_names(attribute.span, bound)
        return bound, tuple(sorted(found, key=lambda each: each[1]))

    def template_names(self, span: Span, local: Sequence[str] = ()) -> Iterator[_Name]:
        for place in _expressions(self.text, span.start, span.end):
            yield from self.names(Span(place.start + 2, place.end - 2), local)

    # -- what is declared beside the text ---------------------------------------------------------------------------------

    def opaque(self, index: int, tag: _xml.Tag, key: str, last: int, speaker: Role | None) -> _Piece:
        """An element that is not sent as text, as one piece; notes what it declares."""
        whole = Span(tag.span.start, self.events[last].span.end)
        inner = Span(tag.span.end, self.events[last].span.start) if last > index else None
        bound, names = self.control_names(tag)
        found = list(names)
        if key in _CONTEXT:
            self.let(tag, key)
            if inner:
                found += self.template_names(inner, bound)
        elif key in _SCHEMA | _TOOL and inner:
            is_code = self.is_code(tag, inner)
            found += self.names(inner, ("z", *bound)) if is_code else self.template_names(inner, bound)
            schema = self.schema(inner, is_code=is_code)
            if key in _TOOL:
                self.tool(tag, schema)
            elif schema and self.settings.schema is None:
                given = Setting("json_schema", schema.location)
                self.settings = replace(self.settings, schema=schema, response_format=given)
        elif key == "runtime":
            self.runtime(tag)
        control: Literal["set", "other"] = "set" if key in _CONTEXT else "other"
        places = {place: name for name, place in found if whole.contains(place)}
        used = tuple((name, place) for place, name in sorted(places.items()))
        return _Piece("control", self.raw(whole), speaker, used, control=control)

    def let(self, tag: _xml.Tag, key: str) -> None:
        name = tag.attribute("name")
        text = self.source.slice(name.span).strip() if name and name.span else ""
        if key == "context" or not text or "{{" in text or name is None or name.span is None:
            self.imports = True  # brings in names that stand elsewhere
            return
        value = tag.attribute("value")
        sample = self.source.slice(value.span) if value and value.span else None
        self.declared.setdefault(text, Declaration(text, self.location(name.span), sample))

    def location(self, span: Span) -> Location:
        return self.source.location(span.start, span.end)

    def is_code(self, tag: _xml.Tag, inner: Span) -> bool:
        """Whether a schema is written in JavaScript."""
        parser = tag.attribute("parser")
        named = self.source.slice(parser.span).strip().lower() if parser and parser.span else ""
        return named == "eval" or (named != "json" and not self.source.slice(inner).lstrip().startswith("{"))

    def schema(self, inner: Span, *, is_code: bool) -> Setting[object] | None:
        """The schema in an element: data where it is JSON, else its text."""
        written = self.source.slice(inner)
        low = inner.start + len(written) - len(written.lstrip())
        high = inner.start + len(written.rstrip())
        if low >= high:
            return None
        place = self.source.location(low, high)
        if is_code or "{{" in self.text[low:high]:
            return Setting(self.text[low:high], place)
        runs = list(_runs(self.text, low, high))
        origin = TextMap.build(self.source.path, [(len(decoded), span) for decoded, span in runs], _encode)
        tree = trees.read_json("".join(decoded for decoded, _ in runs), origin)
        for fault in tree.problems:
            related = (Related(fault.related, "the same key stands here"),) if fault.related else ()
            self.problems.append(Problem("invalid-json-schema", fault.location, fault.message, related=related))
        root = tree.root
        if tree.broken or root is None:
            return Setting(self.text[low:high], place)

        def inside(path: Sequence[str | int]) -> Location | None:
            node = trees.find(root, path)
            return node.location if node else None

        return Setting(trees.to_data(root), root.location, inside)

    def tool(self, tag: _xml.Tag, schema: Setting[object] | None) -> None:
        tool: dict[str, object] = {}
        for key in ("name", "description"):
            attribute = tag.attribute(key)
            if attribute and attribute.span:
                tool[key] = "".join(text for text, _ in _runs(self.text, attribute.span.start, attribute.span.end))
        if schema:
            tool["parameters"] = schema.value
        self.tools.append(tool)
        self.tool_location = self.tool_location or self.location(tag.span)

    def runtime(self, tag: _xml.Tag) -> None:
        """Note the settings in the attributes; those that are only known at run time are given as text."""
        found = self.settings
        for attribute in tag.attributes:
            if attribute.span is None:
                continue
            key, text, place = _key(attribute.name), self.source.slice(attribute.span).strip(), None
            place = self.location(attribute.span)
            if key == "model" and text and "{{" not in text:
                found = replace(found, model=Setting(text, place))
            elif key == "temperature" and (number := _number(text)) is not None:
                found = replace(found, temperature=Setting(number, place))
            elif key in _CAPS and (number := _number(text)) is not None:
                cap = number if isinstance(number, str) else int(number)
                found = replace(found, max_output_tokens=Setting(cap, place))
        self.settings = found

    # -- messages -------------------------------------------------------------------------------------------------------

    def messages(self, pieces: Sequence[_Piece]) -> Iterator[Message]:
        """The messages: pieces of one role in a row. What sends nothing goes with the message before it."""
        content = [piece for piece in pieces if piece.is_content]
        if not content:
            return
        explicit = any(piece.speaker == "user" for piece in content)
        default: Role = "system" if explicit else "user"
        groups: list[tuple[Role, list[_Piece]]] = []
        waiting: list[_Piece] = []
        for piece in pieces:
            if piece.speaker == "user" and piece.is_content:
                default = "user"
            role = piece.speaker or default
            waiting.append(piece)
            if not piece.is_content:
                continue
            if groups and groups[-1][0] == role:
                groups[-1][1].extend(waiting)
            else:
                # tags of this message go with it, everything before them with the message before
                own = len(waiting) - 1
                while own and waiting[own - 1].speaker == piece.speaker:
                    own -= 1
                if groups:
                    groups[-1][1].extend(waiting[:own])
                    waiting = waiting[own:]
                groups.append((role, waiting))
            waiting = []
        groups[-1][1].extend(waiting)
        for role, members in groups:
            yield self.message(role, members)

    def message(self, role: Role, pieces: Sequence[_Piece]) -> Message:
        runs = [run for piece in pieces for run in piece.runs]
        text = "".join(decoded for decoded, _ in runs)
        origin = TextMap.build(self.source.path, [(len(decoded), span) for decoded, span in runs], _encode)
        indices = {piece.event: index for index, piece in enumerate(pieces) if piece.event >= 0}
        parts: list[Part] = []
        at = 0
        for piece in pieces:
            span = Span(at, at + len(piece.text))
            at = span.end
            if piece.kind == "text":
                parts.append(LiteralText(span, _sent(piece.text, edge=span.start == 0 or span.end == len(text))))
                continue
            uses = tuple(use for name, place in piece.names if (use := _use(name, place, piece, span.start)))
            if piece.kind == "variable":
                parts.append(Variable(span, uses))
                continue
            partner = indices.get(self.partners.get(piece.event, -1))
            parts.append(Control(span, piece.control, piece.role if partner is not None else "single", partner, uses))
        found = Message(role, text, origin, tuple(parts), _TEMPLATE)
        self.lost_braces(found)
        return found

    def lost_braces(self, message: Message) -> None:
        problems = list(half_delimiters(message.text, message.parts))
        code = markdown.code(message.text) if problems else ()
        for problem in problems:
            place = message.locate(problem.span)
            if place and not markdown.inside(code, problem.span.start):
                self.problems.append(Problem(problem.rule, place, problem.detail))


def _control(tag: _xml.Tag) -> Literal["loop", "branch", "include", "block"]:
    if _key(tag.name) == "include":
        return "include"
    if tag.attribute("for"):
        return "loop"
    return "branch" if tag.attribute("if") else "block"


def _sent(text: str, *, edge: bool) -> str:
    """What is sent for text: of the blanks between two tags, one at most."""
    if text.strip():
        return text
    return "" if edge else "\n" if "\n" in text or "\r" in text else " "


def _use(name: str, place: Span, piece: _Piece, start: int) -> Use | None:
    """A use inside a piece whose text starts at an offset of the message."""
    at = start
    for decoded, span in piece.runs:
        if len(span) == len(decoded) and span.contains(place):
            low = at + place.start - span.start
            return Use(name, Span(low, low + len(name)))
        at += len(decoded)
    return None


def _number(text: str) -> float | str | None:
    """A number, or the text of an expression that is only known at run time."""
    if "{{" in text:
        return text
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return int(number) if number.is_integer() else number


__all__ = ["FORMATS", "RANK", "may_hold_prompts", "read", "recognise"]
