"""Jinja's tags and their tokens, each with its exact place.

jinja2's own lexer gives no columns and drops carriage returns, the final line end and the blanks before ``{%-``, so
this is a scanner of our own. It decides as Jinja does where a tag ends: strings and brackets hide its closing delimiter.
Where Jinja would give up, it reports a problem and goes on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from promptlint.lazy import dataclass, regex
from promptlint.source import Span
from promptlint.templates.scanning import TemplateProblem

__all__ = ["Tag", "Token", "find_tags", "hidden_end"]


class Token(NamedTuple):
    """A token of a tag's expression. `kind` is ``name``, ``number``, ``string`` or ``operator``."""

    kind: str
    value: str
    start: int

    @property
    def span(self) -> Span:
        """Where it stands in the text."""
        return Span(self.start, self.start + len(self.value))


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag with its delimiters.

    `sort` is ``{`` (an expression), ``%`` (a statement) or ``#`` (a comment). `trims_before` and `trims_after` say whether
    it eats the blanks around it. `tokens` is what stands inside; of a `broken` tag they are what could be read of it.
    """

    span: Span
    sort: Literal["{", "%", "#"]
    trims_before: bool
    trims_after: bool
    tokens: Sequence[Token] = ()
    broken: bool = False

    @property
    def keyword(self) -> str:
        """A statement's name; empty for other tags and for a statement that does not start with a name."""
        return self.tokens[0].value if self.sort == "%" and self.tokens and self.tokens[0].kind == "name" else ""


_OPENER = regex(r"\{(?P<sort>[{%#])(?P<sign>[-+]?)")
_RAW = regex(r"\{%[-+]?\s*+(?P<word>raw)\s*+(?P<sign>[-+]?)%\}")
_END_RAW = regex(r"\{%(?P<before>[-+]?)\s*+(?P<word>endraw)\s*+(?P<after>[-+]?)%\}")

_ANY = (
    r"\s*+(?:(?P<close>{close})|(?P<name>[^\W\d]\w*+)|(?P<number>\d\w*+(?:\.\d\w*+)?)"
    r"""|(?P<string>'[^'\\]*+(?:\\.[^'\\]*+)*+'|"[^"\\]*+(?:\\.[^"\\]*+)*+")"""
    r"|(?P<operator>===|!==|\*\*|//|[=!<>]=|&&|\|\||=>|\?\?|\?\.|.))"
)
_PATTERNS = {
    "{": regex(_ANY.replace("{close}", r"-?\}\}"), re.DOTALL),
    "%": regex(_ANY.replace("{close}", r"[-+]?%\}"), re.DOTALL),
}
_CLOSERS = {"{": "}}", "%": "%}"}
_CLOSER_OR_OPENER = regex(r"\}\}|%\}|\{[{%#]|[\r\n]")
_BRACKETS = {")": "(", "]": "[", "}": "{"}

# Failed searches for the end of a tag may read this many times the length of the text before the scan stops searching, so
# that many openers without an end cannot make it quadratic.
_PATIENCE = 8


class _BrokenTagError(Exception):
    """The expression that was being read cannot be one. `tokens` are those before the fault, `reached` is how far it was read."""

    def __init__(self, detail: str, tokens: list[Token], reached: int) -> None:
        super().__init__(detail)
        self.detail = detail
        self.tokens = tokens
        self.reached = reached


class _Finder:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tags: list[Tag] = []
        self.problems: list[TemplateProblem] = []
        self.budget = _PATIENCE * (len(text) + 1000)

    def find(self) -> None:
        """Fill `tags` and `problems`, both in order."""
        at = 0
        while (opener := _OPENER.search(self.text, at)) is not None:
            sort = opener["sort"]
            if sort == "#":
                at = self.comment(opener)
            elif sort == "%" and (raw := _RAW.match(self.text, opener.start())) is not None:
                at = self.raw(opener, raw)
            else:
                at = self.expression(opener, "{" if sort == "{" else "%")

    def unclosed(self, opener: re.Match[str], end: int | None = None, detail: str = "") -> int:
        """Report an opener that is never closed and stays text."""
        delimiter = self.text[opener.start() : opener.start() + 2]
        span = Span(opener.start(), opener.start() + 2 if end is None else end)
        self.problems.append(TemplateProblem("unbalanced-delimiter", span, detail or f"'{delimiter}' is never closed"))
        return span.end

    def comment(self, opener: re.Match[str]) -> int:
        end = self.text.find("#}", opener.end()) if self.budget > 0 else -1
        if end < 0:
            self.budget -= len(self.text) - opener.end()
            return self.unclosed(opener)
        # the sign of "{#-#}" belongs to the opener
        trims_after = end > opener.end() and self.text[end - 1] == "-"
        self.tags.append(Tag(Span(opener.start(), end + 2), "#", opener["sign"] == "-", trims_after))
        return end + 2

    def raw(self, opener: re.Match[str], raw: re.Match[str]) -> int:
        self.tags.append(_raw_tag(raw, opener["sign"], raw["sign"]))
        end = _END_RAW.search(self.text, raw.end()) if self.budget > 0 else None
        if end is None:
            self.budget -= len(self.text) - raw.end()
            return raw.end()
        self.tags.append(_raw_tag(end, end["before"], end["after"]))
        return end.end()

    def expression(self, opener: re.Match[str], sort: Literal["{", "%"]) -> int:
        if self.budget <= 0:
            return self.unclosed(opener)
        try:
            tokens, close, end = _read(self.text, opener.end(), sort)
        except _BrokenTagError as error:
            self.budget -= error.reached - opener.start()
            return self.broken(opener, sort, error)
        self.tags.append(Tag(Span(opener.start(), end), sort, opener["sign"] == "-", close[0] == "-", tokens))
        return end

    def broken(self, opener: re.Match[str], sort: Literal["{", "%"], error: _BrokenTagError) -> int:
        """Take what stands before the first closing delimiter on the same line as the tag, if there is one."""
        match = _CLOSER_OR_OPENER.search(self.text, opener.end())
        if match is None or match.group() != _CLOSERS[sort]:
            lone = self.text.find("}", opener.end(), match.start() if match else len(self.text))
            if sort == "{" and lone >= 0 and self.text[opener.end() : lone].replace(".", "").strip().isidentifier():
                return self.unclosed(opener, lone + 1, "'{{' is closed by a single '}'")
            return self.unclosed(opener)
        span = Span(opener.start(), match.end())
        trims_after = match.start() > opener.end() and self.text[match.start() - 1] == "-"
        tokens = [token for token in error.tokens if token.span.end <= span.end]
        self.tags.append(Tag(span, sort, opener["sign"] == "-", trims_after, tokens, broken=True))
        self.problems.append(TemplateProblem("invalid-template", span, error.detail))
        return span.end


def _read(text: str, at: int, sort: Literal["{", "%"]) -> tuple[list[Token], str, int]:
    """Read an expression up to its closing delimiter: the tokens, the delimiter and where that ends."""
    tokens: list[Token] = []
    brackets: list[str] = []
    pattern = _PATTERNS[sort]
    while (match := pattern.match(text, at)) is not None:
        kind = match.lastgroup
        assert kind is not None
        value, start = match[kind], match.start(kind)
        at = match.end()
        if kind == "close":
            if not brackets:
                return tokens, value, at
            # inside brackets the delimiter's first character is an operator
            kind, value, at = "operator", value[0], start + 1
        if kind == "operator":
            if value in ("'", '"'):
                raise _BrokenTagError(f"a string that starts with {value} is never closed", tokens, len(text))
            if value == "{" and text[at : at + 1] in ("{", "%", "#"):
                raise _BrokenTagError("another tag opens inside the tag", tokens, at)
            if value in ("(", "[", "{"):
                brackets.append(value)
            elif value in _BRACKETS:
                opened = brackets.pop() if brackets else ""
                if opened != _BRACKETS[value]:
                    at_end = opened and match.lastgroup == "close"
                    detail = f"'{opened}' is never closed" if at_end else f"unexpected '{value}'"
                    raise _BrokenTagError(detail, tokens, at)
        tokens.append(Token(kind, value, start))
    hidden = hidden_end(tokens, sort)
    if hidden is not None:
        raise _BrokenTagError(hidden[1], tokens, len(text))
    raise _BrokenTagError(
        f"'{brackets[0]}' is never closed" if brackets else "the tag is never closed", tokens, len(text)
    )


def _raw_tag(match: re.Match[str], before: str, after: str) -> Tag:
    tokens = (Token("name", match["word"], match.start("word")),)
    return Tag(Span(*match.span()), "%", before == "-", after == "-", tokens)


def hidden_end(tokens: Sequence[Token], sort: str) -> tuple[int, str] | None:
    """Where a tag that cannot be right was probably meant to end, and why it did not: a stray quote hid its delimiter."""
    closer = _CLOSERS.get(sort, "")
    for token in tokens:
        if token.kind == "string" and closer in token.value:
            detail = f"a string that starts with {token.value[0]} hides the closing '{closer}'"
            return token.start + token.value.index(closer) + len(closer), detail
    return None


def find_tags(text: str) -> tuple[list[Tag], list[TemplateProblem]]:
    """The tags of a template in order, and the problems with their delimiters. Time is linear in the length of the text."""
    finder = _Finder(text)
    finder.find()
    return finder.tags, finder.problems
