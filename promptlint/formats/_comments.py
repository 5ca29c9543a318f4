"""Suppression comments: where a format allows them, and what each one covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from promptlint.diagnostic import Problem
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Control, Part
from promptlint.source import Source, Span, TextMap
from promptlint.suppression import Suppression, parse_comment
from promptlint.templates import markdown

__all__ = ["MARK", "Comment", "html_comments", "suppressions", "template_comments"]

MARK = "promptlint:"
"""What a comment holds that addresses promptlint."""


@dataclass(frozen=True, slots=True)
class Comment:
    """The text of a comment without its delimiters, and the whole comment's place in the file."""

    text: str
    span: Span


def template_comments(text: str, origin: TextMap, parts: Iterable[Part]) -> list[Comment]:
    """The comments in template syntax (``{# promptlint: ... #}``, ``{{!-- ... --}}``, ``{{! ... }}``) among the parts of `text`."""
    comments: list[Comment] = []
    for part in parts:
        if not isinstance(part, Control) or part.kind != "comment":
            continue
        written = text[part.span.start : part.span.end]
        place = origin.locate(part.span)
        if MARK in written and place is not None:
            comments.append(Comment(_DELIMITERS.sub("", written), place.span))
    return comments


_DELIMITERS = regex(r"\A(?:\{#|\{\{~?!)[-+]*|[-+]*(?:#\}|~?\}\})\Z")


def html_comments(source: Source, body: Span) -> list[Comment]:
    """The ``<!-- promptlint: ... -->`` comments of a body, those shown in code fences or inline code left out."""
    text = source.text
    at = text.find(MARK, body.start, body.end)
    if at < 0:
        return []
    shown = markdown.code(source.slice(body))
    comments: list[Comment] = []
    while at >= 0:
        behind = at + len(MARK)
        start = text.rfind("<!--", max(body.start, at - 40), at)
        if start >= 0 and not text[start + 4 : at].strip():
            end = text.find("-->", behind, body.end)
            if end < 0:
                break
            if not markdown.inside(shown, start - body.start):
                comments.append(Comment(text[start + 4 : end], Span(start, end + 3)))
            behind = end
        at = text.find(MARK, behind, body.end)
    return comments


def suppressions(
    source: Source, comments: Iterable[Comment], extents: Mapping[int, Span] | None = None
) -> tuple[tuple[Suppression, ...], tuple[Problem, ...]]:
    """What the comments that address promptlint silence, and what is wrong with them.

    A comment covers its own line, or the next line that is not blank when it stands alone (comments that stand alone one
    below the other cover the same line). `extents` widens the line (from 1) at which a value that holds a prompt starts to
    that whole value.
    """
    ours = sorted((comment for comment in comments if MARK in comment.text), key=lambda comment: comment.span)
    targets: dict[int, int] = {}
    found: list[Suppression] = []
    problems: list[Problem] = []
    # from the last to the first, so that the target of the comment below is known
    for comment in reversed(ours):
        first, last = source.position(comment.span.start).line, source.position(comment.span.end).line
        lines = Span(source.line_span(first).start, source.line_span(last).end)
        before = source.text[lines.start : comment.span.start]
        behind = source.text[comment.span.end : lines.end]
        scope = lines
        target = first
        if not before.strip() and not behind.strip():
            below = _next_line(source, last)
            if below is not None:
                target = targets.get(below, below)
                targets[first] = target
                scope = source.line_span(target)
        if extents and target in extents:
            scope = Span(scope.start, max(scope.end, extents[target].end))
        result = parse_comment(comment.text, source.location(comment.span.start, comment.span.end), scope)
        if isinstance(result, Suppression):
            found.append(result)
        elif result is not None:
            problems.append(result)
    return tuple(reversed(found)), tuple(reversed(problems))


def _next_line(source: Source, line: int) -> int | None:
    """The first line behind `line` that is not blank."""
    for below in range(line + 1, len(source.line_starts) + 1):
        span = source.line_span(below)
        if source.text[span.start : span.end].strip():
            return below
    return None
