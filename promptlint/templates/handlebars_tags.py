"""Handlebars' own lexer and expressions: where its tags stand, what they say, and which names they read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal, TypeAlias

from promptlint.lazy import dataclass, regex
from promptlint.source import Span
from promptlint.templates.scanning import TemplateProblem

__all__ = ["Expression", "Lexed", "Path", "Scanned", "find_tags", "parse"]

Sort: TypeAlias = Literal["value", "open", "inverse", "partial-block", "decorator-block", "middle", "close", "include", "decorator", "comment", "raw-open", "raw-close"]  # fmt: skip

# A string may hold anything but a delimiter, so that what is never closed cannot swallow the tags behind it.
_STRING = r""""(?:\\"|[^"{]|\{(?!\{))*+"|'(?:\\'|[^'{]|\{(?!\{))*+'"""
_INNER = rf"(?:[^{{}}\"'\[~]|{_STRING}|\[[^\[\]{{}}]*+\]|~(?!\}}))*+"
_TAG = regex(
    rf"\{{\{{(?P<before>~?+)(?:(?P<triple>\{{)(?P<raw>{_INNER})\}}(?P<raw_after>~?+)\}}\}}"
    rf"|\s*+(?P<sigil>\#[>*]|[#^/>&*]|)(?P<inner>{_INNER})(?P<after>~?+)\}}\}})"
)
_RAW_OPEN = regex(r"\{\{\{\{\s*+(?P<name>[^\s{}/]++)(?P<inner>[^{}]*+)\}\}\}\}")
_RAW_CLOSE = regex(r"\{\{\{\{/(?P<name>[^\s{}/]++)\}\}\}\}")
_COMMENT = regex(r"\{\{~?!(?P<dashes>--)?")
_COMMENT_END = regex(r"--~?\}\}")
_UNCLOSED = regex(rf"\{{\{{~?+\s*+(?P<sigil>[#/])\s*+\w{_INNER}(?P<stop>[\"'\[]?)")
_HALF_TRIPLE = regex(rf"\{{\{{\{{{_INNER}\}}\}}(?!\}})")
_ELSE = regex(r"\s*+else(?=\s|\Z)")

_SORTS: dict[str, Sort] = {
    "#": "open",
    "^": "inverse",
    "#>": "partial-block",
    "#*": "decorator-block",
    "/": "close",
    ">": "include",
    "*": "decorator",
}


@dataclass(frozen=True, slots=True)
class Lexed:
    """A tag: what sort it is of, the range of its expression, and whether it trims the white space beside it."""

    sort: Sort
    span: Span
    inner: Span
    trims_before: bool = False
    trims_after: bool = False


@dataclass(frozen=True, slots=True)
class Scanned:
    """The tags of a text, the offsets of backslashes that escape, and what the lexer could not read."""

    tags: list[Lexed]
    escapes: list[int]
    problems: list[TemplateProblem]


def find_tags(text: str) -> Scanned:
    """The tags of a text, in order."""
    found = Scanned([], [], [])
    raw_ends: dict[str, list[tuple[int, int]]] | None = None
    short_end = 0
    no_long_end = False
    floor = at = 0
    while (start := text.find("{{", at)) >= 0:
        if start > floor and text[start - 1] == "\\":
            found.escapes.append(start - 1)
            if not (start - 1 > floor and text[start - 2] == "\\"):
                at = start + 2
                continue
        comment = _COMMENT.match(text, start)
        if comment is not None:
            end = None
            if comment["dashes"] and not no_long_end:
                end = _COMMENT_END.search(text, comment.end())
                no_long_end = end is None
            if comment["dashes"] and end is None:
                found.problems.append(
                    TemplateProblem("unbalanced-delimiter", Span(*comment.span()), "'{{!--' is never closed by '--}}'")
                )
            if end is None and 0 <= short_end < comment.end():
                # asked for in order and remembered, so that the text is searched once
                short_end = text.find("}}", comment.end())
            if end is None and short_end < 0:
                at = comment.end()
                continue
            ended = end.end() if end else short_end + 2
            found.tags.append(
                Lexed(
                    "comment",
                    Span(start, ended),
                    Span(comment.end(), ended - 2),
                    text.startswith("~", start + 2),
                    text[ended - 3] == "~",
                )
            )
            floor = at = ended
            continue
        raw = _RAW_OPEN.match(text, start)
        if raw is not None:
            if raw_ends is None:
                raw_ends = {}
                for match in _RAW_CLOSE.finditer(text):
                    raw_ends.setdefault(match["name"], []).append(match.span())
            places = raw_ends.get(raw["name"], [])
            index = bisect_left(places, (raw.end(), 0))
            if index < len(places):
                close = Span(*places[index])
                found.tags.append(Lexed("raw-open", Span(*raw.span()), Span(raw.start("name"), raw.end("inner"))))
                found.tags.append(Lexed("raw-close", close, Span(close.start + 5, close.end - 4)))
                floor = at = close.end
            else:
                at = raw.end()
            continue
        tag = _TAG.match(text, start)
        if tag is None:
            found.problems.extend(_unread(text, start))
            at = start + 2
            continue
        found.tags.append(_lexed(tag))
        floor = at = tag.end()
    return found


def _lexed(tag: re.Match[str]) -> Lexed:
    span = Span(*tag.span())
    before = bool(tag["before"])
    if tag["triple"]:
        return Lexed("value", span, Span(*tag.span("raw")), before, bool(tag["raw_after"]))
    sort = _SORTS.get(tag["sigil"], "value")
    inner = Span(*tag.span("inner"))
    if sort == "inverse" and not tag["inner"].strip():
        sort = "middle"
    elif sort == "value" and not tag["sigil"] and (word := _ELSE.match(tag["inner"])) is not None:
        sort, inner = "middle", Span(inner.start + word.end(), inner.end)
    return Lexed(sort, span, inner, before, bool(tag["after"]))


def _unread(text: str, start: int) -> Iterator[TemplateProblem]:
    """What is surely wrong with a ``{{`` that starts no tag; variables that lost a brace are found in the literal text."""
    block = _UNCLOSED.match(text, start)
    if block is not None:
        # an open quotation or bracket may hide the end of a tag that is right
        if not block["stop"]:
            detail = f"'{{{{{block['sigil']}' is never closed"
            yield TemplateProblem("unbalanced-delimiter", Span(start, block.end("sigil")), detail)
    elif (triple := _HALF_TRIPLE.match(text, start)) is not None:
        yield TemplateProblem("unbalanced-delimiter", Span(*triple.span()), "'{{{' is closed by '}}'")


@dataclass(frozen=True, slots=True)
class Path:
    """A path such as ``../user.name``: its first name and where that stands.

    `up` counts the contexts that it goes up; `own` marks a member of the context itself (``this.name``), `root` one of the
    outermost (``@root.name``).
    """

    name: str
    span: Span
    up: int = 0
    own: bool = False
    root: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """What a tag says.

    `head` is the text of its first word (a helper's or block's name, a path), `first` the path that it is, None for a literal
    and for a path that reads no variable. `paths` are those of the arguments. `plain` says that it has no arguments,
    `quoted` that its only argument is a string. `bound` are the names of block parameters, `fault` is where it is no Handlebars.
    """

    head: str = ""
    first: Path | None = None
    paths: tuple[Path, ...] = ()
    plain: bool = True
    quoted: bool = False
    bound: frozenset[str] = frozenset()
    fault: Span | None = None


_ID = r"[^\s!\"#%&'()*+,./;<=>@\[\\\]^`{|}~]++"
_SEGMENT = rf"(?:{_ID}|\[[^\[\]]*+\])"
_TOKEN = regex(
    rf"\s++|as\s++\|(?P<bound>[^|]*+)\||(?P<key>{_SEGMENT})\s*+=(?!=)|(?P<string>{_STRING})"
    rf"|(?P<path>(?P<data>@?+)(?P<up>(?:\.\.?/)*+)(?:(?P<name>{_SEGMENT})(?:[./]\#?+(?P<member>{_SEGMENT}))?+(?:[./]\#?+{_SEGMENT})*+|\.\.?+))"
    r"|(?P<open>\()|(?P<close>\))"
)
_LITERAL = regex(r"-?\d+(?:\.\d+)?|true|false|null|undefined")
_STRANGE = regex(r"[^\w\s\"'()@\[\]{}~]++|.", re.DOTALL)


def parse(text: str, span: Span) -> Expression:
    """The expression in a range of a text."""
    head = ""
    first: Path | None = None
    paths: list[Path] = []
    bound: frozenset[str] = frozenset()
    count = strings = depth = 0
    helper = False  # the next path names the helper of a sub-expression
    at = span.start
    while at < span.end:
        token = _TOKEN.match(text, at, span.end)
        if token is None or (token["close"] and not depth):
            strange = _STRANGE.match(text, at, span.end)
            fault = Span(at, strange.end() if strange else at + 1)
            return Expression(head, first, tuple(paths), False, False, bound, fault)
        at = token.end()
        if token["open"]:
            count += not depth
            depth += 1
            helper = True
        elif token["close"]:
            depth -= 1
            helper = False
        elif token["bound"] is not None:
            bound = frozenset(token["bound"].split())
        elif token["key"]:
            count += 1
            helper = False
        elif token["string"]:
            count += not depth
            strings += not depth
            helper = False
            head = head or token["string"]
        elif token["path"]:
            path = None if helper else _path(token)
            count += not depth
            if not head and count == 1 and not depth:
                head, first = token["path"], path
            elif path is not None:
                paths.append(path)
            helper = False
    if depth:
        return Expression(head, first, tuple(paths), False, False, bound, span)
    return Expression(head, first, tuple(paths), count < 2, count == 2 and strings == 1, bound)


def _path(token: re.Match[str]) -> Path | None:
    """The path of a token, None where it reads no variable: a literal, ``this``, ``@index``."""
    if not token["name"] or _LITERAL.fullmatch(token["path"]):
        return None
    name, place = token["name"], token.span("name")
    root = token["data"] == "@"
    up = token["up"].count("../")
    own = token["up"].startswith("./")
    if root or name == "this":
        if (root and name != "root") or not token["member"]:
            return None
        own = not root
        name, place = token["member"], token.span("member")
    if name.startswith("["):
        name, place = name[1:-1], (place[0] + 1, place[1] - 1)
    return Path(name, Span(*place), up, own, root) if name else None
