"""What jinja2's own parser says about a template: the only module that imports jinja2."""

from __future__ import annotations

import warnings
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from promptlint.lazy import dataclass, regex
from promptlint.source import Span
from promptlint.templates.jinja_tags import Tag, hidden_end
from promptlint.templates.scanning import TemplateProblem

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Verdict", "parse"]

_LINE_END = regex(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the parser says: a problem, or the names that the template's expressions read, bound or not.

    Both are None where it cannot say (a template nested too deep for it).
    """

    problem: TemplateProblem | None = None
    names: frozenset[str] | None = None


@cache
def _environment() -> Environment:
    from jinja2 import Environment

    return Environment(autoescape=False)  # noqa: S701 - nothing is ever rendered


def parse(text: str, tags: Sequence[Tag]) -> Verdict:
    """Parse the given tags of a template, each on lines of its own, so that an error's line names its tag.

    The text between the tags is left out: no parser needs it. Nothing is compiled or evaluated, since even constant
    expressions (``9 ** 9 ** 9``) can take for ever. Filters and tests are not looked up.
    """
    from jinja2 import TemplateSyntaxError, nodes

    written = [text[tag.span.start : tag.span.end] for tag in tags]
    try:
        with warnings.catch_warnings():
            # unknown escapes in strings warn
            warnings.simplefilter("ignore")
            tree = _environment().parse("\n".join(written))
        names = frozenset(node.name for node in tree.find_all(nodes.Name) if node.ctx == "load")
    except TemplateSyntaxError as error:
        tag = tags[max(bisect_right(_first_lines(written), error.lineno) - 1, 0)]
        hidden = hidden_end(tag.tokens, tag.sort)
        if hidden is not None:
            return Verdict(TemplateProblem("invalid-template", Span(tag.span.start, hidden[0]), hidden[1]))
        return Verdict(TemplateProblem("invalid-template", tag.span, _in_plain_words(error.message or "")))
    except (RecursionError, ValueError, OverflowError):
        # too deep, or a number too long for Python
        return Verdict()
    return Verdict(names=names)


def _first_lines(written: Iterable[str]) -> list[int]:
    """The line, from 1, on which each tag starts."""
    lines: list[int] = []
    line = 1
    for tag in written:
        lines.append(line)
        line += 1 + sum(1 for _ in _LINE_END.finditer(tag))
    return lines


_WORDS = (
    ("'end of print statement'", "'}}'"),
    ("'end of statement block'", "'%}'"),
    ("end of print statement", "'}}'"),
    ("end of statement block", "'%}'"),
    ("expected token ", "expected "),
)


def _in_plain_words(message: str) -> str:
    for theirs, ours in _WORDS:
        message = message.replace(theirs, ours)
    return (message[:1].lower() + message[1:]).rstrip(".")
