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


def split(source: Source, known: Iterable[str] = (), *, template: bool = False, headers: bool = False) -> Split:
    """Separate a file's front matter from its body.

    Args:
        source: the file.
        known: the keys to read line by line where the block is not YAML.
        template: whether the file is a template throughout, so that a block with template syntax in it is part of the body.
        headers: whether lines that start with ``#`` (a licence) may stand before the block.

    """
    whole = Span(0, len(source.text))
    count = len(source.line_starts)
    lines = (line for line in range(1, count + 1) if source.slice(source.line_span(line)).strip())
    first = next(lines, None)
    if headers:
        above = first
        while above is not None and source.slice(source.line_span(above)).startswith("#"):
            above = next(lines, None)
        first = above if above is not None and _is_rule(source, above) else first
    if first is None:
        return Split(None, whole)
    wrapper = _WRAPPER.fullmatch(source.slice(source.line_span(first)).rstrip())
    if wrapper and first < count and _is_rule(source, first + 1):
        first += 1
    elif not _is_rule(source, first):
        return Split(None, whole)
    else:
        wrapper = None
    last = next((line for line in range(first + 1, count + 1) if _is_rule(source, line)), None)
    opener = source.line_span(first)
    if last is None:
        return Split(None, whole, opener)
    inner = Span(source.line_starts[first], source.line_starts[last - 1])
    text = source.slice(inner)
    if template and _TEMPLATE.search(text):
        return Split(None, whole)
    front = _read(source, Span(opener.start, source.line_span(last).end), inner, tuple(known))
    if front is None:
        return Split(None, whole)
    start = source.line_starts[last] if last < count else len(source.text)
    return Split(front, Span(start, _end_of_wrapped(source, start, wrapper[1]) if wrapper else len(source.text)))


def _is_rule(source: Source, line: int) -> bool:
    return source.slice(source.line_span(line)).rstrip() == "---"


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
