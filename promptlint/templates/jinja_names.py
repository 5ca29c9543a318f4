"""Which names in Jinja's tags are variables of the template, and where they stand.

Not attributes, filters, tests, keyword arguments and the text of strings; not what the template itself binds (loop
targets, ``set``, macros and their parameters, imports, ``with``); not Jinja's own names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from promptlint.prompt import Use
from promptlint.templates.jinja_blocks import Place
from promptlint.templates.jinja_tags import Tag, Token

__all__ = ["FOREIGN_STARTS", "find_uses"]

_WORDS = frozenset(
    {
        *("and", "or", "not", "in", "is", "if", "else", "elif", "as", "recursive"),
        *("true", "false", "none", "True", "False", "None"),
        *("loop", "self", "super", "caller", "varargs", "kwargs"),
        *("range", "dict", "lipsum", "cycler", "joiner", "namespace"),
        *("_", "gettext", "ngettext", "pgettext", "npgettext"),
    }
)
"""Names that are never variables: keywords, constants, what Jinja defines itself, and the functions for translations."""

_PIPE = Token("operator", "|", 0)
_FOREIGN = frozenset({"#", "$", "@", "\\", "`"})
"""Operators of Handlebars, Semantic Kernel and others, in whose tags names mean something else."""

FOREIGN_STARTS = frozenset({">", "/", "^", "=", ".", "*"})
"""What an expression of Handlebars, Mustache or Go starts with and one of Jinja cannot."""


class _Scopes:
    """The names that the template binds at a place. A name is bound while any open scope binds it."""

    def __init__(self) -> None:
        self._bound: Counter[str] = Counter()
        self._scopes: list[list[str]] = [[]]

    def __contains__(self, name: str) -> bool:
        return self._bound[name] > 0

    def bind(self, names: Sequence[str]) -> None:
        self._scopes[-1] += names
        self._bound.update(names)

    def push(self) -> None:
        self._scopes.append([])

    def pop(self) -> None:
        self._bound.subtract(self._scopes.pop())


def find_uses(tags: Sequence[Tag], places: Sequence[Place]) -> list[tuple[Use, ...]]:
    """The uses of each tag."""
    walk = _Walk(tags, places)
    return [tuple(Use(token.value, token.span) for token in walk.visit(index)) for index in range(len(tags))]


class _Walk:
    def __init__(self, tags: Sequence[Tag], places: Sequence[Place]) -> None:
        self.tags = tags
        self.places = places
        self.scopes = _Scopes()
        # what the end of a `set` block binds, by the index of its first tag
        self.targets: dict[int, list[str]] = {}

    def visit(self, index: int) -> list[Token]:
        """The free names of a tag; binds what it binds."""
        tag, place = self.tags[index], self.places[index]
        tokens = tag.tokens
        if tag.broken or not tokens or any(token.value in _FOREIGN for token in tokens):
            tokens = ()
        if tag.sort == "{":
            return [] if tokens and tokens[0].value in FOREIGN_STARTS else self.free(tokens)
        if place.role == "close":
            if place.partner is not None and self.has_scope(place):
                self.scopes.pop()
                self.scopes.bind(self.targets.pop(place.partner, []))
            return []
        if not tokens:
            if place.role == "open" and place.partner is not None and self.has_scope(place):
                self.scopes.push()
            return []
        if place.role == "middle":
            return self.middle(tag.keyword, tokens, place)
        return self.statement(index, tag.keyword, tokens, place)

    @staticmethod
    def has_scope(place: Place) -> bool:
        return place.name in (
            "for",
            "asyncEach",
            "asyncAll",
            "block",
            "macro",
            "call",
            "filter",
            "with",
            "set",
            "trans",
        )

    def middle(self, word: str, tokens: Sequence[Token], place: Place) -> list[Token]:
        if (
            word == "else"
            and place.name == "for"
            and place.owner is not None
            and self.places[place.owner].partner is not None
        ):
            # the targets do not exist where the loop had nothing to do
            self.scopes.pop()
            self.scopes.push()
        if word == "else" and [token.value for token in tokens[1:2]] == ["if"]:
            return self.free(tokens[2:])
        return self.free(tokens[1:]) if word not in ("plural", "pluralize") else []

    def statement(self, index: int, word: str, tokens: Sequence[Token], place: Place) -> list[Token]:
        rest = tokens[1:]
        # a block that is never closed has no end at which its scope could be left: it binds where it stands
        enter = place.role == "open" and place.partner is not None and self.has_scope(place)
        bound: list[str] = []
        inner: Sequence[Token] = ()
        match word:
            case "if" | "do" | "print" | "autoescape" | "extends" | "unless" | "switch" | "case" | "ifAsync":
                found = self.free(rest)
            case "for" | "asyncEach" | "asyncAll":
                targets, source, inner = _split_for(rest)
                found, bound = self.free(source), _names(targets)
            case "set" | "assign":
                found = self.set(index, rest, place)
            case "with":
                assignments = [_split(part, "=") for part in _parts(rest, ",")]
                found = [name for _, value in assignments for name in self.free(value)]
                bound = [name for target, _ in assignments for name in _names(target)]
            case "trans":
                assignments = [_split(part, "=") for part in _parts(rest, ",")]
                plain = [token for target, value in assignments if not value for token in target]
                found = self.free([token for token in plain if token.value not in ("trimmed", "notrimmed")])
                found += [name for _, value in assignments for name in self.free(value)]
                bound = [name for target, value in assignments if value for name in _names(target)]
            case "macro":
                self.scopes.bind(_names(rest[:1]))
                found, bound, inner = [], _parameters(rest), rest[1:]
            case "call":
                parameters, called = _split_call(rest)
                found, bound = self.free(called), _parameters(parameters)
            case "filter":
                found = self.free([_PIPE, *rest])
            case "include":
                found = self.free(_without_include_words(rest))
            case "import":
                path, name = _split(rest, "as")
                found = self.free(path)
                self.scopes.bind(_names(name[:1]))
            case "from":
                path, imported = _split(rest, "import")
                found = self.free(path)
                self.scopes.bind(
                    [names[-1] for part in _parts(imported, ",") if (names := _names(_until_context(part)))]
                )
            case "block" | "raw" | "verbatim":
                found = []
            case _:
                # of a statement that we do not know only the values of its arguments are surely expressions
                found = self.free(_split(rest, "=")[1], anywhere=True)
        if enter:
            self.scopes.push()
        self.scopes.bind(bound)
        return found + self.free(inner)

    def set(self, index: int, rest: Sequence[Token], place: Place) -> list[Token]:
        target, value = _split(rest, "=")
        if place.role != "open":
            found = self.free(value)
            self.scopes.bind(_names(target))
            return found
        name, *filters = _parts(rest, "|")
        found = [free for part in filters for free in self.free([_PIPE, *part])]
        if place.partner is None:
            self.scopes.bind(_names(name))
        else:
            self.targets[index] = _names(name)
        return found

    def free(self, tokens: Sequence[Token], *, anywhere: bool = False) -> list[Token]:
        """The names in an expression that are variables; with `anywhere`, ``name=`` is an argument also outside parentheses."""
        found: list[Token] = []
        brackets: list[str] = []
        for index, token in enumerate(tokens):
            if token.kind == "operator":
                if token.value in ("(", "[", "{"):
                    brackets.append(token.value)
                elif token.value in (")", "]", "}") and brackets:
                    brackets.pop()
            if token.kind != "name" or token.value in _WORDS or token.value in self.scopes:
                continue
            before = tokens[index - 1].value if index else ""
            if before in (".", "?.", "|", "is") or (before == "not" and index > 1 and tokens[index - 2].value == "is"):
                continue
            is_argument = index + 1 < len(tokens) and tokens[index + 1].value == "="
            if is_argument and (anywhere or (brackets and brackets[-1] == "(")):
                continue
            found.append(token)
        return found


def _names(tokens: Sequence[Token]) -> list[str]:
    """The names that a target binds: none when it is an attribute (``set ns.x = 1``)."""
    if any(token.value == "." for token in tokens):
        return []
    return [token.value for token in tokens if token.kind == "name" and token.value != "recursive"]


def _at_top(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """The tokens outside brackets."""
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "operator" and token.value in (")", "]", "}"):
            depth -= 1
        if depth == 0:
            yield index, token
        if token.kind == "operator" and token.value in ("(", "[", "{"):
            depth += 1


def _split(tokens: Sequence[Token], at: str) -> tuple[Sequence[Token], Sequence[Token]]:
    """What stands before and behind the first such token outside brackets."""
    for index, token in _at_top(tokens):
        if token.value == at:
            return tokens[:index], tokens[index + 1 :]
    return tokens, ()


def _parts(tokens: Sequence[Token], at: str) -> list[Sequence[Token]]:
    """The tokens split at every such token outside brackets."""
    cuts = [index for index, token in _at_top(tokens) if token.value == at]
    return [tokens[start:end] for start, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(tokens)], strict=True)]


def _split_for(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token], Sequence[Token]]:
    """The targets, the iterable and the condition of a loop."""
    targets, source = _split(tokens, "in")
    source, condition = _split(source, "if")
    return targets, source, condition


def _parameters(tokens: Sequence[Token]) -> list[str]:
    """The names of parameters: those that follow the outermost parenthesis or a comma in it."""
    found: list[str] = []
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "operator":
            depth += (token.value in ("(", "[", "{")) - (token.value in (")", "]", "}"))
        elif token.kind == "name" and depth == 1 and index and tokens[index - 1].value in ("(", ","):
            found.append(token.value)
    return found


def _split_call(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """The parameters of a ``call`` with their parentheses, and what is called."""
    if not tokens or tokens[0].value != "(":
        return (), tokens
    for index, token in _at_top(tokens):
        if token.value == ")":
            return tokens[: index + 1], tokens[index + 1 :]
    return tokens, ()


def _until_context(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without a closing ``with context`` or ``without context``."""
    if len(tokens) > 2 and tokens[-1].value == "context" and tokens[-2].value in ("with", "without"):
        return tokens[:-2]
    return tokens


def _without_include_words(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without ``ignore missing`` and ``with context``."""
    tokens = _until_context(tokens)
    if len(tokens) > 2 and tokens[-1].value == "missing" and tokens[-2].value == "ignore":
        return tokens[:-2]
    return tokens
