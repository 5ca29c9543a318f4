"""The variables that a JavaScript expression in a template reads: a token scan, no parser."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from promptlint.lazy import regex
from promptlint.source import Span

__all__ = ["names"]

_TOKEN = regex(
    r"""
    (?P<blank>\s++)
  | (?P<string>"(?:[^"\\]|\\.)*+"? | '(?:[^'\\]|\\.)*+'? | `(?:[^`\\]|\\.)*+`?)
  | (?P<name>[^\W\d][\w$]*+|\$[\w$]*+)
  | (?P<number>\d[\w.]*+)
  | (?P<arrow>=>)
  | (?P<member>\?\.(?!\d)|\.(?!\.))
  | (?P<spread>\.\.\.)
  | (?P<punctuation>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_REGEX = regex(r"/(?![*/])(?:[^/\\\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.){0,200}+\]){1,500}+/[a-z]*+")
_WORDS = frozenset(
    [
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "delete",
        "do",
        "else",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "in",
        "instanceof",
        "let",
        "new",
        "null",
        "of",
        "return",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "undefined",
        "var",
        "void",
        "while",
        "yield",
        "NaN",
        "Infinity",
    ]
)
_GLOBALS = frozenset(
    [
        "Array",
        "BigInt",
        "Boolean",
        "Date",
        "Error",
        "Intl",
        "JSON",
        "Map",
        "Math",
        "Number",
        "Object",
        "RegExp",
        "Set",
        "String",
        "Symbol",
        "console",
        "decodeURIComponent",
        "encodeURIComponent",
        "globalThis",
        "isFinite",
        "isNaN",
        "parseFloat",
        "parseInt",
        "process",
        "require",
    ]
)


def names(text: str, local: Collection[str] = ()) -> Iterator[tuple[str, Span]]:
    """The names that an expression reads from outside, each use with its place in `text`.

    Left out are properties, keys of object literals, the parameters of arrow functions, JavaScript's own words and
    globals, and `local` names. What a template literal holds is not looked at.
    """
    tokens = list(_tokens(text))
    parameters = _parameters(tokens)
    for index, (kind, value, span) in enumerate(tokens):
        if kind != "name" or value in _WORDS or value in _GLOBALS or value in parameters or value in local:
            continue
        before = tokens[index - 1] if index else None
        behind = tokens[index + 1] if index + 1 < len(tokens) else None
        if before and before[0] == "member":
            continue
        if behind and behind[1] == ":" and before and before[1] in ("{", ","):
            continue
        yield value, span


_Token = tuple[str, str, Span]


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    operand = False  # whether what came before is an operand, so that a slash divides
    while at < len(text):
        match = None if operand or text[at] != "/" else _REGEX.match(text, at)
        if match:
            yield "regex", match.group(), Span(*match.span())
            at, operand = match.end(), True
            continue
        match = _TOKEN.match(text, at)
        assert match is not None, "the last alternative takes any character"
        kind = match.lastgroup or "punctuation"
        at = match.end()
        if kind == "blank":
            continue
        yield kind, match.group(), Span(*match.span())
        operand = kind in ("string", "name", "number") or match.group() in (")", "]", "}")


def _parameters(tokens: list[_Token]) -> set[str]:
    """The names of the parameters of arrow functions and of ``function (...)``."""
    found: set[str] = set()
    opened: list[int] = []
    for index, (kind, value, _) in enumerate(tokens):
        if value == "(":
            opened.append(index)
        elif value == ")" and opened:
            start = opened.pop()
            if (index + 1 < len(tokens) and tokens[index + 1][0] == "arrow") or _is_function(tokens, start):
                found.update(token[1] for token in tokens[start:index] if token[0] == "name")
        elif kind == "name" and index + 1 < len(tokens) and tokens[index + 1][0] == "arrow":
            found.add(value)
    return found


def _is_function(tokens: list[_Token], start: int) -> bool:
    return any(token[1] == "function" for token in tokens[max(start - 2, 0) : start])
