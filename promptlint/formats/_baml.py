"""The declarations in a BAML file: functions, clients, classes, enums and template strings with their places.

What is not understood is skipped, block by block; nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Literal, TypeAlias

from promptlint.lazy import dataclass, regex
from promptlint.source import Span, TextMap

__all__ = [
    "Argument",
    "Block",
    "Client",
    "Declarations",
    "Field",
    "Function",
    "String",
    "Value",
    "dedented",
    "parse",
    "schema_of",
]

TokenKind: TypeAlias = Literal["word", "string", "raw", "expression", "comment", "mark"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token and its place; `inner` is what stands between the delimiters of a string, comment or expression."""

    kind: TokenKind
    text: str
    span: Span
    inner: Span


@dataclass(frozen=True, slots=True)
class String:
    """A string: the place of the whole literal, that of what it holds, and whether it is a block string."""

    span: Span
    inner: Span
    raw: bool


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a function."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a configuration block: its text without quotes and its place; `items` are those of a list."""

    text: str
    span: Span
    items: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Function:
    """A function or a template string. `answer` are the tokens of the return type."""

    name: str
    span: Span
    arguments: tuple[Argument, ...]
    prompt: String | None
    prompt_key: Span
    client: Value | None = None
    answer: tuple[Token, ...] = ()
    template: bool = False


@dataclass(frozen=True)
class Client:
    """A client: its settings by path, ``("options", "model")`` and the like."""

    name: str
    values: Mapping[tuple[str, ...], Value]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a class: its name as the model sees it, and the tokens of its type."""

    name: str
    type: tuple[Token, ...]


@dataclass(frozen=True)
class Block:
    """A class (`fields`) or an enumeration (`values`, as the model sees them)."""

    fields: tuple[Field, ...] = ()
    values: tuple[str, ...] | None = None
    dynamic: bool = False


@dataclass
class Declarations:
    """What a file declares. `faults` are strings and blocks that are never closed, in words with their places."""

    functions: list[Function] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)
    types: dict[str, Block] = field(default_factory=dict)
    aliases: dict[str, tuple[Token, ...]] = field(default_factory=dict)
    comments: list[Token] = field(default_factory=list)
    faults: list[tuple[str, Span]] = field(default_factory=list)


_TOKEN = regex(
    r"""
    (?P<blank>\s++)
  | (?P<comment>//[^\r\n]*+)
  | (?P<opener>\{//)
  | (?P<raw>\#{1,20}+")
  | (?P<string>"(?:[^"\\\r\n]|\\.)*+")
  | (?P<expression>\{\{)
  | (?P<arrow>->)
  | (?P<word>https?://[^\s\#@{}()\[\]<>,'"]++|[^\W\d][\w-]*+(?:[./][\w.-]++)*+|-?\d[\w.-]*+)
  | (?P<attribute>@@?[\w.]*+)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.missing: set[str] = set()
        self.faults: list[tuple[str, Span]] = []

    def find(self, what: str, start: int) -> int:
        if what in self.missing:
            return -1
        found = self.text.find(what, start)
        if found < 0:
            self.missing.add(what)
        return found

    def tokens(self) -> Iterator[Token]:
        text, at = self.text, 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            assert match is not None, "the last alternative takes any character"
            kind, start, at = match.lastgroup, match.start(), match.end()
            if kind == "blank":
                continue
            if kind == "comment":
                yield Token("comment", match.group(), Span(start, at), Span(start + 2, at))
            elif kind == "string":
                yield Token("string", match.group(), Span(start, at), Span(start + 1, at - 1))
            elif kind in ("opener", "expression", "raw"):
                close = {"opener": "//}", "expression": "}}"}.get(kind) or '"' + match.group()[:-1]
                end = self.find(close, at)
                if end < 0 and kind != "raw":
                    at = start + 1
                    yield Token("mark", "{", Span(start, at), Span(start, at))
                    continue
                if end < 0:
                    self.faults.append((f"'{match.group()}' is never closed", Span(start, at)))
                    close, end = "", len(text)
                whole, inner = Span(start, end + len(close)), Span(at, end)
                named: dict[str, TokenKind] = {"opener": "comment", "raw": "raw"}
                yield Token(named.get(kind, "expression"), match.group(), whole, inner)
                at = whole.end
            else:
                named = {"word": "word"}
                yield Token(named.get(kind or "", "mark"), match.group(), Span(start, at), Span(start, at))


def parse(text: str) -> Declarations:
    """The declarations of a file."""
    lexer = _Lexer(text)
    every = list(lexer.tokens())
    found = Declarations(comments=[token for token in every if token.kind == "comment"], faults=lexer.faults)
    parser = _Parser(text, [token for token in every if token.kind != "comment"], found)
    parser.top()
    found.faults.sort(key=lambda fault: fault[1])
    return found


_PAIRS = {"{": "}", "(": ")", "[": "]"}


class _Parser:
    def __init__(self, text: str, tokens: Sequence[Token], found: Declarations) -> None:
        self.text = text
        self.tokens = tokens
        self.found = found
        self.close: dict[int, int] = {}
        stack: list[int] = []
        for index, token in enumerate(tokens):
            if token.kind != "mark":
                continue
            if token.text in _PAIRS:
                stack.append(index)
            elif token.text in _PAIRS.values():
                # a bracket closes the nearest one of its kind; what was left open inside is not closed
                if stack and _PAIRS[tokens[stack[-1]].text] == token.text:
                    self.close[stack.pop()] = index
                elif token.text == "}":
                    while stack and tokens[stack[-1]].text != "{":
                        stack.pop()
                    if stack:
                        self.close[stack.pop()] = index
        for index in stack:
            if tokens[index].text == "{":
                found.faults.append(("'{' is never closed", tokens[index].span))

    def at(self, index: int) -> str:
        """The text of a word or mark, nothing for what is none."""
        if 0 <= index < len(self.tokens) and self.tokens[index].kind in ("word", "mark"):
            return self.tokens[index].text
        return ""

    def is_word(self, index: int) -> bool:
        return 0 <= index < len(self.tokens) and self.tokens[index].kind == "word"

    def end(self, index: int) -> int:
        """The index of the bracket that closes the one at `index`; the last token where it is never closed."""
        return self.close.get(index, len(self.tokens))

    def starts_line(self, index: int) -> bool:
        before = self.tokens[index - 1].span.end if index else 0
        between = self.text[before : self.tokens[index].span.start]
        return not index or "\n" in between or "\r" in between

    def top(self) -> None:
        index = 0
        while index < len(self.tokens):
            keyword = self.at(index)
            if keyword == "function" and self.is_word(index + 1):
                index = self.function(index)
            elif keyword == "template_string" and self.is_word(index + 1):
                index = self.template_string(index)
            elif keyword == "client" and self.at(index + 1) == "<":
                index = self.client(index)
            elif keyword in ("class", "enum") and self.is_word(index + 1) and self.at(index + 2) == "{":
                index = self.block(index, keyword)
            elif keyword == "type" and self.is_word(index + 1) and self.at(index + 2) == "=":
                start = index + 3
                index = start
                while index < len(self.tokens) and (index == start or not self.starts_line(index)):
                    index += 1
                self.found.aliases[self.at(start - 2)] = tuple(self.tokens[start:index])
            elif keyword in _PAIRS:
                index = self.end(index) + 1
            else:
                index += 1

    def arguments(self, index: int) -> tuple[tuple[Argument, ...], int]:
        """The arguments in the brackets at `index`, and the index behind them."""
        if self.at(index) != "(":
            return (), index
        end = self.end(index)
        found: list[Argument] = []
        position = index + 1
        expects = True
        while position < end:
            text = self.at(position)
            if expects and self.is_word(position):
                found.append(Argument(text, self.tokens[position].span))
                expects = False
            elif text == "<":
                position = self.behind_angle(position, end)
                continue
            elif text in _PAIRS:
                position = self.end(position)
            elif text == ",":
                expects = True
            position += 1
        return tuple(found), end + 1

    def behind_angle(self, index: int, end: int) -> int:
        """The index behind ``map<string, int>``, so that the comma in it separates no arguments."""
        depth = 0
        while index < end:
            depth += {"<": 1, ">": -1}.get(self.at(index), 0)
            index += 1
            if not depth:
                break
        return index

    def function(self, index: int) -> int:
        name = self.tokens[index + 1]
        arguments, position = self.arguments(index + 2)
        start = position
        if self.at(position) == "->":
            start = position = position + 1
        while position < len(self.tokens) and self.at(position) != "{":
            if self.at(position) in ("function", "class", "enum", "client", "test") and self.starts_line(position):
                return position
            position = self.end(position) + 1 if self.at(position) in ("(", "[") else position + 1
        answer = tuple(self.tokens[start:position])
        end = self.end(position)
        prompt: String | None = None
        key = name.span
        client: Value | None = None
        inside = position + 1
        while inside < end:
            word = self.at(inside)
            follows = self.tokens[inside + 1] if inside + 1 < end else None
            if word == "prompt" and follows and follows.kind in ("raw", "string") and prompt is None:
                prompt = String(follows.span, follows.inner, follows.kind == "raw")
                key = self.tokens[inside].span
                inside += 1
            elif (
                word == "client" and follows and follows.kind in ("word", "string") and not self.starts_line(inside + 1)
            ):
                client = self.value(inside + 1)
                inside += 1
            elif word in _PAIRS:
                inside = self.end(inside)
            inside += 1
        self.found.functions.append(Function(name.text, name.span, arguments, prompt, key, client, answer))
        return end + 1

    def template_string(self, index: int) -> int:
        name = self.tokens[index + 1]
        arguments, position = self.arguments(index + 2)
        if position < len(self.tokens) and self.tokens[position].kind in ("raw", "string"):
            token = self.tokens[position]
            prompt = String(token.span, token.inner, token.kind == "raw")
            key = self.tokens[index].span
            self.found.functions.append(Function(name.text, name.span, arguments, prompt, key, template=True))
            return position + 1
        return position

    def value(self, index: int) -> Value:
        token = self.tokens[index]
        return Value(self.text[token.inner.start : token.inner.end], token.inner)

    def client(self, index: int) -> int:
        position = index + 1
        while position < len(self.tokens) and self.at(position) not in (">", "{"):
            position += 1
        position += self.at(position) == ">"
        if not self.is_word(position) or self.at(position + 1) != "{":
            return index + 1
        values: dict[tuple[str, ...], Value] = {}
        self.values(position + 2, self.end(position + 1), (), values)
        name = self.tokens[position].text
        self.found.clients.setdefault(name, Client(name, values))
        return self.end(position + 1) + 1

    def values(self, index: int, end: int, path: tuple[str, ...], found: dict[tuple[str, ...], Value]) -> None:
        """The values of a block; of blocks in it three levels deep, which is all that clients have."""
        while index < end:
            token = self.tokens[index]
            if token.kind not in ("word", "string") or index + 1 >= end:
                index += 1
                continue
            key = (*path, self.text[token.inner.start : token.inner.end])
            follows = self.tokens[index + 1]
            if self.at(index + 1) == "{":
                if len(key) < 4:
                    self.values(index + 2, min(self.end(index + 1), end), key, found)
                index = self.end(index + 1) + 1
            elif self.at(index + 1) == "[":
                last = min(self.end(index + 1), end)
                items = tuple(
                    self.text[item.inner.start : item.inner.end]
                    for item in self.tokens[index + 2 : last]
                    if item.kind in ("word", "string")
                )
                found.setdefault(key, Value("", follows.span, items))
                index = last + 1
            elif follows.kind in ("word", "string") and not self.starts_line(index + 1):
                found.setdefault(key, self.value(index + 1))
                index += 2
                while index < end and not self.starts_line(index) and self.at(index) not in (",", *_PAIRS):
                    index += 1  # the rest of an unquoted string
            else:
                index += 1

    def block(self, index: int, keyword: str) -> int:
        name = self.tokens[index + 1].text
        end = self.end(index + 2)
        fields: list[Field] = []
        values: list[str] = []
        dynamic = False
        position = index + 3
        while position < end:
            start = position
            position += 1
            while position < end and not self.starts_line(position):
                position = self.end(position) + 1 if self.at(position) in ("(", "[", "{") else position + 1
            line = self.tokens[start : min(position, end)]
            if line[0].text == "@@dynamic":
                dynamic = True
            if line[0].kind != "word":
                continue
            # attributes may stand on the lines below
            while position < end and self.at(position).startswith("@") and not self.at(position).startswith("@@"):
                low = position
                position += 1
                while position < end and not self.starts_line(position):
                    position = self.end(position) + 1 if self.at(position) in ("(", "[", "{") else position + 1
                line = [*line, *self.tokens[low : min(position, end)]]
            written = self.seen_as(line)
            if keyword == "enum":
                if not any(token.text == "@skip" for token in line):
                    values.append(written)
            else:
                fields.append(Field(written, _type_tokens(line[1:])))
        self.found.types.setdefault(name, Block(tuple(fields), tuple(values) if keyword == "enum" else None, dynamic))
        return end + 1

    def seen_as(self, line: Sequence[Token]) -> str:
        """The name of a field or value as the model sees it: its alias, if it has one."""
        for index, token in enumerate(line):
            if token.text == "@alias" and index + 2 < len(line) and line[index + 2].kind in ("string", "raw"):
                inner = line[index + 2].inner
                return self.text[inner.start : inner.end].strip()
        return line[0].text


def _type_tokens(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens of a type, up to its first attribute."""
    found: list[Token] = []
    for token in tokens:
        if token.text.startswith("@") and token.kind == "mark":
            break
        found.append(token)
    return tuple(found)


_PRIMITIVES: dict[str, dict[str, object]] = {
    "string": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "null": {"type": "null"},
}
_MAX_NODES = 2000


class _Unknown(Exception):  # noqa: N818 - it is no error
    """The type cannot be written as JSON Schema."""


def schema_of(answer: Sequence[Token], files: Sequence[Declarations]) -> object | None:
    """The JSON Schema that a type stands for; None where it names a type that is not known, or itself."""
    try:
        return _Types(files).schema(_type_tokens(answer), ())
    except (_Unknown, RecursionError):
        return None


class _Types:
    def __init__(self, files: Sequence[Declarations]) -> None:
        self.files = files
        self.count = 0

    def schema(self, tokens: Sequence[Token], inside: tuple[str, ...]) -> dict[str, object]:
        self.tokens = tokens
        found, behind = self.union(tokens, 0, inside)
        if behind < len(tokens):
            raise _Unknown
        return found

    def union(self, tokens: Sequence[Token], at: int, inside: tuple[str, ...]) -> tuple[dict[str, object], int]:
        options: list[dict[str, object]] = []
        while True:
            option, at = self.suffixed(tokens, at, inside)
            options.append(option)
            if at >= len(tokens) or tokens[at].text != "|":
                break
            at += 1
        return (options[0] if len(options) == 1 else _any_of(options)), at

    def suffixed(self, tokens: Sequence[Token], at: int, inside: tuple[str, ...]) -> tuple[dict[str, object], int]:
        found, at = self.single(tokens, at, inside)
        while at < len(tokens):
            if tokens[at].text == "?":
                found, at = _any_of([found, {"type": "null"}]), at + 1
            elif tokens[at].text == "[" and at + 1 < len(tokens) and tokens[at + 1].text == "]":
                found, at = {"type": "array", "items": found}, at + 2
            else:
                break
        return found, at

    def single(self, tokens: Sequence[Token], at: int, inside: tuple[str, ...]) -> tuple[dict[str, object], int]:
        self.count += 1
        if at >= len(tokens) or self.count > _MAX_NODES or len(inside) > 40:
            raise _Unknown
        token = tokens[at]
        if token.kind == "string":
            return {"const": token.text[1:-1]}, at + 1
        if token.text == "(":
            found, at = self.union(tokens, at + 1, (*inside, "("))
            if at >= len(tokens) or tokens[at].text != ")":
                raise _Unknown
            return found, at + 1
        if token.kind != "word":
            raise _Unknown
        if token.text == "map" and at + 1 < len(tokens) and tokens[at + 1].text == "<":
            _, at = self.union(tokens, at + 2, (*inside, "("))
            if at >= len(tokens) or tokens[at].text != ",":
                raise _Unknown
            value, at = self.union(tokens, at + 1, (*inside, "("))
            if at >= len(tokens) or tokens[at].text != ">":
                raise _Unknown
            return {"type": "object", "additionalProperties": value}, at + 1
        return self.named(token.text, inside), at + 1

    def named(self, name: str, inside: tuple[str, ...]) -> dict[str, object]:
        if name in _PRIMITIVES:
            return dict(_PRIMITIVES[name])
        if name in ("true", "false"):
            return {"const": name == "true"}
        if re.fullmatch(r"-?\d{1,18}", name):
            return {"const": int(name)}
        if name in inside:
            raise _Unknown  # a type that holds itself has no end
        for file in self.files:
            if name in file.aliases:
                return self.schema(_type_tokens(file.aliases[name]), (*inside, name))
            if name in file.types:
                return self.block(file.types[name], (*inside, name))
        raise _Unknown

    def block(self, block: Block, inside: tuple[str, ...]) -> dict[str, object]:
        if block.values is not None:
            # an enumeration that the program completes is only known to be text
            return (
                {"type": "string"} if block.dynamic or not block.values else {"enum": list(dict.fromkeys(block.values))}
            )
        properties = {each.name: self.schema(each.type, inside) for each in block.fields}
        required = [name for name, schema in properties.items() if not _is_optional(schema)]
        found: dict[str, object] = {"type": "object", "properties": properties}
        return {**found, "required": required} if required else found


def _any_of(options: Sequence[dict[str, object]]) -> dict[str, object]:
    if all(option.keys() == {"const"} for option in options):
        return {"enum": [option["const"] for option in options]}
    return {"anyOf": list(options)}


def _is_optional(schema: Mapping[str, object]) -> bool:
    options = schema.get("anyOf")
    return isinstance(options, list) and {"type": "null"} in options


_LINE_END = regex(r"\r\n|\n|\r")


def dedented(path: str, text: str, string: String) -> tuple[str, TextMap]:
    """The text of a string and where it stands.

    A block string loses the line ends before its first line, the blanks behind its last one and the indentation that
    all its lines share, as BAML has it. The line end and the indentation behind it are replaced as one.
    """
    low, high = string.inner.start, string.inner.end
    if not string.raw:
        return _unescaped(path, text, low, high)
    body = text[low:high]
    low += len(body) - len(body.lstrip("\r\n"))
    high = max(low, low + len(text[low:high].rstrip()))
    lines: list[tuple[int, int, int]] = []  # start, end, start of the next line
    at = low
    for match in _LINE_END.finditer(text, low, high):
        lines.append((at, match.start(), match.end()))
        at = match.end()
    lines.append((at, high, high))
    indent: str | None = None
    for start, end, _ in lines:
        line = text[start:end]
        if line.strip():
            margin = line[: len(line) - len(line.lstrip())]
            indent = margin if indent is None else _common(indent, margin)
    width = len(indent or "")
    runs: list[tuple[str, Span]] = []
    waiting, begin = "", low
    for start, end, behind in lines:
        if text[start:end].strip():
            content = start + width
            if waiting:
                runs.append((waiting, Span(begin, content)))
            runs.append((text[content:end], Span(content, end)))
            waiting, begin = "", end
        waiting += text[end:behind]
    newline = _LINE_END.search(text, low, high)
    margin = (newline.group() if newline else "\n") + (indent or "")
    fence = '"' + text[string.span.start : low].split('"', 1)[0]

    def encode(written: str) -> str | None:
        if fence in written or written.startswith("#") or written.endswith('"'):
            return None  # it would close the string, perhaps with what stands beside it
        return _LINE_END.sub(lambda _: margin, written)

    if not runs:
        runs = [("", Span(low, low))]
    origin = TextMap.build(path, [(len(decoded), span) for decoded, span in runs], encode)
    return "".join(decoded for decoded, _ in runs), origin


def _common(first: str, second: str) -> str:
    length = 0
    while length < min(len(first), len(second)) and first[length] == second[length]:
        length += 1
    return first[:length]


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


def _unescaped(path: str, text: str, low: int, high: int) -> tuple[str, TextMap]:
    runs: list[tuple[str, Span]] = []
    at = low
    for match in re.finditer(r'\\([ntr"\\])', text[low:high]):
        start = low + match.start()
        if at < start:
            runs.append((text[at:start], Span(at, start)))
        runs.append((_ESCAPES[match[1]], Span(start, start + 2)))
        at = start + 2
    if at < high or not runs:
        runs.append((text[at:high], Span(at, high)))

    def encode(written: str) -> str | None:
        return re.sub(r'[\\"\n\t\r]', lambda match: _TO_ESCAPE[match.group()], written)

    origin = TextMap.build(path, [(len(decoded), span) for decoded, span in runs], encode)
    return "".join(decoded for decoded, _ in runs), origin


_TO_ESCAPE = {decoded: f"\\{escape}" for escape, decoded in _ESCAPES.items()}
