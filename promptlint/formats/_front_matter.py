"""Front matter: the block between two lines of three hyphens at the start of a text file.

In the wild it is often not YAML (most Cursor rules hold bare globs), and files start with blank lines or inside a wrapping
code fence. So reading is tolerant: where YAML fails, the keys that matter are read line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field

from promptlint.formats import trees
from promptlint.lazy import dataclass, regex
from promptlint.source import Location, Source, Span, TextMap

__all__ = ["FrontMatter", "Split", "split"]


@dataclass(frozen=True)
class FrontMatter:
    """`span` is the block with its delimiter lines, `inner` what stands between them.

    `fields` are its entries by key. `fault` says what keeps it from being a YAML mapping, and where; the fields are then
    those of the known keys that could be read line by line.
    """

    span: Span
    inner: Span
    fields: Mapping[str, trees.Entry] = field(default_factory=dict)
    fault: tuple[str, Location] | None = None
    comments: tuple[trees.Comment, ...] = ()


@dataclass(frozen=True)
class Split:
    """A file's front matter and the body behind it; `unclosed` is a first line of three hyphens that nothing closes."""

    front: FrontMatter | None
    body: Span
    unclosed: Span | None = None


_KEY = regex(r"""(?:[\w$][\w.$/-]*|"[^"\n]*"|'[^'\n]*')[ \t]*:(?=\s|$)""")
_WRAPPER = regex(
    r"(`{3,}|~{3,})[ \t]*(?:prompt|chatagent|agent|chatmode|instructions|skill|markdown|md)[ \t]*", re.IGNORECASE
)
_TEMPLATE = regex(r"\{\{|\{%")
_LINE_END = regex(r"\r\n|\n|\r")
_RULE = regex(r"(?<![^\r\n])---[^\S\r\n]*+(?![^\r\n])")
_WORD = regex(r"\S")


def split(source: Source, known: Iterable[str] = (), *, template: bool = False, headers: bool = False) -> Split:
    """Separate a file's front matter from its body.

    Args:
        source: the file.
        known: the keys to read line by line where the block is not YAML.
        template: whether the file is a template throughout, so that a block with template syntax in it is part of the body.
        headers: whether lines that start with ``#`` (a licence) may stand before the block.

    """
    text, whole = source.text, Span(0, len(source.text))
    first = _next_line(text, 0)
    if headers:
        above = first
        while above is not None and text.startswith("#", above):
            above = _next_line(text, _line_end(text, above)[1])
        first = above if above is not None and _RULE.match(text, above) else first
    if first is None:
        return Split(None, whole)
    rule, wrapper = _RULE.match(text, first), None
    if rule is None and text[first] in "`~":
        end, behind = _line_end(text, first)
        wrapper = _WRAPPER.fullmatch(text[first:end].rstrip())
        rule = _RULE.match(text, behind) if wrapper else None
    if rule is None:
        return Split(None, whole)
    opened = _line_end(text, rule.end())[1]
    last = _RULE.search(text, opened)
    if last is None:
        return Split(None, whole, Span(*rule.span()))
    inner = Span(opened, last.start())
    if template and _TEMPLATE.search(source.slice(inner)):
        return Split(None, whole)
    front = _read(source, Span(rule.start(), last.end()), inner, tuple(known))
    if front is None:
        return Split(None, whole)
    start = _line_end(text, last.end())[1]
    return Split(front, Span(start, _end_of_wrapped(source, start, wrapper[1]) if wrapper else len(text)))


def _next_line(text: str, at: int) -> int | None:
    """The start of the first line that is not blank, from the start of a line on."""
    word = _WORD.search(text, at)
    return None if word is None else max(text.rfind(end, at, word.start()) for end in "\r\n") + 1 or at


def _line_end(text: str, at: int) -> tuple[int, int]:
    """The end of the line at an offset, and the start of the next one."""
    found = _LINE_END.search(text, at)
    return found.span() if found else (len(text), len(text))


def _end_of_wrapped(source: Source, start: int, fence: str) -> int:
    """The end of a body inside a wrapping fence: before the file's last line if that closes the fence, else the file's end."""
    for line in range(len(source.line_starts), 0, -1):
        span = source.line_span(line)
        if span.start < start:
            break
        text = source.slice(span).strip()
        if text:
            if text.startswith(fence) and not text.strip(fence[0]):
                return span.start
            break
    return len(source.text)


def _read(source: Source, span: Span, inner: Span, known: tuple[str, ...]) -> FrontMatter | None:
    """The front matter in `inner`, or None when the text between two rules was not meant as such."""
    text = source.slice(inner)
    written = [line for line in _LINE_END.split(text) if line.strip() and not line.lstrip().startswith("#")]
    if not written:
        return FrontMatter(span, inner)
    lines = [line for line in written if line[0] not in " \t"] or [line.lstrip() for line in written]
    if not _KEY.match(lines[0]):
        return None
    origin = TextMap.of(source.path, inner)
    tree = trees.read_yaml(text, origin)
    fault = (tree.problems[0].message, tree.problems[0].location) if tree.problems else None
    if isinstance(tree.root, trees.Mapping) and not tree.broken:
        fields = {entry.key.text: entry for mapping in (*tree.root.merged, tree.root) for entry in mapping.entries}
        return FrontMatter(span, inner, fields, fault, tree.comments)
    if sum(1 for line in lines if _KEY.match(line)) * 2 < len(lines):
        return None
    fault = fault or ("not a mapping of keys to values", source.location(inner.start, inner.end))
    return FrontMatter(span, inner, _read_by_line(text, origin, known), fault)


def _read_by_line(text: str, origin: TextMap, known: tuple[str, ...]) -> Mapping[str, trees.Entry]:
    """The entries of the `known` keys, each read as YAML by itself; those that are not YAML even so are left out."""
    keys = list(re.finditer(r"(?:(?<=[\r\n])|\A)(?=[\w\"'$])" + _KEY.pattern, text))
    fields: dict[str, trees.Entry] = {}
    for index, match in enumerate(keys):
        key = match.group().rstrip()[:-1].strip().strip("\"'")
        if key not in known or key in fields:
            continue
        end = keys[index + 1].start() if index + 1 < len(keys) else len(text)
        tree = trees.read_yaml(text[match.start() : end], origin.slice(Span(match.start(), end)))
        if isinstance(tree.root, trees.Mapping) and len(tree.root.entries) == 1:
            fields[key] = tree.root.entries[0]
    return fields
