"""Jinja, and its relatives as far as they read alike (Nunjucks, minijinja, extensions with statements of their own).

The tags, their places and the variables come from our own scan, which knows exact positions. jinja2's parser is asked
whether the template is valid and which names it reads, but only for templates with more than simple blocks
(``{% if tone == "formal" %}``) and expressions (``{{ user.name | upper }}``). Statements, filters and tests that Jinja does
not know are no errors, and a template that uses the syntax of a relative is not judged by Jinja's grammar at all.

Literal text is what is sent under Jinja's default settings (no ``trim_blocks``), but line ends stay as the file has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from promptlint.lazy import regex
from promptlint.prompt import Control, Part, Text, Use, Variable
from promptlint.source import Span
from promptlint.templates import markdown
from promptlint.templates.jinja_blocks import REQUIRED, SINGLE, Place, pair
from promptlint.templates.jinja_names import FOREIGN_STARTS, find_uses
from promptlint.templates.jinja_tags import Tag, Token, find_tags
from promptlint.templates.scanning import NAME, PATH, Scan, TemplateProblem, half_delimiters, tiled

__all__ = ["scan"]


def scan(text: str) -> Scan:
    """The parts of a template and its problems."""
    if "{" not in text:
        return Scan(tiled(text, ()))
    tags, problems = find_tags(text)
    if not tags and not problems and "}}" not in text:
        return Scan(tiled(text, ()))
    places, unpaired = pair(tags)
    uses = find_uses(tags, places)
    # an end tag without a beginning is no news where the beginning could not be read
    problems = problems or unpaired
    if _is_foreign(tags):
        problems = [problem for problem in problems if problem.rule != "invalid-template"]
    elif not problems:
        asked = [index for index, tag in enumerate(tags) if _is_jinjas_own(tag, places[index])]
        if _is_worth_asking(text, [tags[index] for index in asked]):
            uses, problems = _confirm(text, tags, uses, asked)
    parts = _parts(text, tags, places, uses)
    problems += _lost_braces(text, parts, tags)
    return Scan(parts, tuple(sorted(problems, key=lambda problem: problem.span)))


def _confirm(
    text: str, tags: Sequence[Tag], uses: list[tuple[Use, ...]], asked: Sequence[int]
) -> tuple[list[tuple[Use, ...]], list[TemplateProblem]]:
    """The uses that jinja2 sees as well in the tags that it is asked about, and the problem that it sees."""
    from promptlint.templates import jinja_parser

    verdict = jinja_parser.parse(text, [tags[index] for index in asked])
    if verdict.names is not None:
        for index in asked:
            uses[index] = tuple(use for use in uses[index] if use.name in verdict.names)
    return uses, [verdict.problem] if verdict.problem else []


_SIMPLE = regex(rf"\{{\{{-?\s*+(?!(?:not|true|false|none)\b){PATH}(?:\s*+\|\s*+{NAME})*+\s*+-?\}}\}}")


_NAME = r"[A-Za-z_][A-Za-z0-9_]*+"
_WORD = rf"(?!(?:and|elif|else|[fF]alse|for|if|in|is|[nN]one|not|or|recursive|[tT]rue)\b){_NAME}"
_VALUE = rf"(?:{_WORD}(?:\.{_NAME})*+|0|[1-9]\d{{0,8}}+|'[^'\\\r\n{{}}%]*+'|\"[^\"\\\r\n{{}}%]*+\")"
_TERM = rf"(?:not\s++)?+{_VALUE}(?:\s*+(?:[=!<>]=|[<>])\s*+{_VALUE}|\s++is\s++(?:not\s++)?+(?:defined|none)\b)?+"
_STATEMENT = regex(
    rf"\{{%[-+]?\s*+(?:(?P<test>if|elif)\s++{_TERM}(?:\s++(?:and|or)\s++{_TERM})*+"
    rf"|(?P<loop>for)\s++{_WORD}\s++in\s++{_WORD}(?:\.{_NAME})*+|(?P<bare>else|endif|endfor))\s*+[-+]?%\}}"
)
"""A statement that jinja2 has nothing to say about, if it is in its place."""


def _is_worth_asking(text: str, tags: Sequence[Tag]) -> bool:
    """Whether jinja2's parser may know more of these tags: it takes longer to import than a short run lasts without it."""
    if any(tag.sort == "{" and _SIMPLE.fullmatch(text, tag.span.start, tag.span.end) is None for tag in tags):
        return True
    return not _are_sound(_STATEMENT.fullmatch(text, tag.span.start, tag.span.end) for tag in tags if tag.sort == "%")


def _are_sound(statements: Iterable[re.Match[str] | None]) -> bool:
    """Whether simple statements, None being any other, are whole blocks with their parts in the right order."""
    blocks: list[str] = []  # what may end the open ones, or stand in them
    for statement in statements:
        if statement is None:
            return False
        word = statement[statement.lastgroup or 0]
        inside = blocks[-1] if blocks else ""
        if word in ("if", "for"):
            blocks.append(word)
        elif word == "elif" and inside == "if":
            continue
        elif word == "else" and inside in ("if", "for"):
            blocks[-1] = f"{inside} else"
        elif word in ("endif", "endfor") and inside.split(" ")[0] == word.removeprefix("end"):
            blocks.pop()
        else:
            return False
    return not blocks


def _is_jinjas_own(tag: Tag, place: Place) -> bool:
    """Whether the parser knows the tag. `do` needs an extension, and what `raw` surrounds is no template."""
    if tag.sort == "{" or (tag.sort == "%" and not tag.keyword):
        return True
    if tag.sort == "#" or place.name == "raw":
        return False
    if place.role in ("middle", "close"):
        return place.name in REQUIRED
    return place.name in REQUIRED or place.name in (SINGLE - {"do", "break", "continue", "debug"})


_NUNJUCKS = ("elseif", "asyncEach", "asyncAll", "ifAsync", "switch")
_LIQUID = (
    "elsif",
    "unless",
    "assign",
    "capture",
    "case",
    "when",
    "cycle",
    "increment",
    "decrement",
    "render",
    "liquid",
)
_DJANGO = ("load", "url", "csrf_token", "empty", "comment", "ifchanged", "spaceless", "blocktrans", "blocktranslate")
_TWIG = ("verbatim", "embed", "sandbox", "apply")
_FOREIGN_STATEMENTS = frozenset({*_NUNJUCKS, *_LIQUID, *_DJANGO, *_TWIG})
_FOREIGN_OPERATORS = frozenset(
    {"&&", "||", "===", "!==", "!", "?", "?.", "??", "=>", "&", "#", "$", "@", "\\", "`", ";"}
)


def _is_foreign(tags: Sequence[Tag]) -> bool:
    """Whether a tag has syntax that Jinja does not have and a relative has."""
    return any(
        tag.keyword in _FOREIGN_STATEMENTS
        or (tag.keyword == "else" and len(tag.tokens) > 1)
        or any(token.kind == "operator" and token.value in _FOREIGN_OPERATORS for token in tag.tokens)
        or (tag.sort == "{" and tag.tokens and tag.tokens[0].value in FOREIGN_STARTS)
        or _has_colon_argument(tag.tokens)
        for tag in tags
    )


def _has_colon_argument(tokens: Sequence[Token]) -> bool:
    """Whether a filter takes its argument behind a colon, as in Liquid and Django: ``name | default: "you"``."""
    values = [token.value for token in tokens]
    return any(
        values[index] == "|" and values[index + 2] == ":" and tokens[index + 1].kind == "name"
        for index in range(len(values) - 2)
    )


def _parts(
    text: str, tags: Sequence[Tag], places: Sequence[Place], uses: Sequence[tuple[Use, ...]]
) -> tuple[Part, ...]:
    literals = [list(_literal(text, tags, index)) for index in range(len(tags) + 1)]
    indices: list[int] = []
    count = 0
    for literal in literals[:-1]:
        indices.append(count + len(literal))
        count += len(literal) + 1
    parts: list[Part] = []
    for index, tag in enumerate(tags):
        parts += literals[index]
        if tag.sort == "{":
            parts.append(Variable(tag.span, uses[index]))
        else:
            place = places[index]
            partner = None if place.partner is None else indices[place.partner]
            parts.append(Control(tag.span, place.kind, place.role, partner, uses[index]))
    return (*parts, *literals[-1])


def _literal(text: str, tags: Sequence[Tag], index: int) -> Iterator[Text]:
    """The text before a tag. Blanks that the tags around it eat are parts of their own that send nothing."""
    start = tags[index - 1].span.end if index else 0
    end = tags[index].span.start if index < len(tags) else len(text)
    literal = text[start:end]
    kept = literal.lstrip() if index and tags[index - 1].trims_after else literal
    first = end - len(kept)
    last = first + len(kept.rstrip()) if index < len(tags) and tags[index].trims_before else end
    for low, high, sent in ((start, first, False), (first, last, True), (last, end, False)):
        if low < high:
            yield Text(Span(low, high), text[low:high] if sent else "")


def _lost_braces(text: str, parts: Sequence[Part], tags: Sequence[Tag]) -> Iterator[TemplateProblem]:
    """``{ name }}`` in a template that writes its variables as ``{{ name }}``; what lacks its end is reported already."""
    if "}}" not in text or not any(tag.sort == "{" for tag in tags):
        return
    code = None
    for problem in half_delimiters(text, parts):
        if text.startswith("{{", problem.span.start):
            continue
        code = markdown.code(text) if code is None else code
        if not markdown.inside(code, problem.span.start):
            yield problem
