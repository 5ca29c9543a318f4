"""Writing and removing what silences rules: the comment, or the key in front matter, that suits the format.

Nothing that is written here is sent to the model. Whoever applies it asks `promptlint.guard` and lints again: whether a
comment is read at its place is for the reader to say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from promptlint.diagnostic import Applicability, Edit, Fix
from promptlint.formats import _front_matter, _metadata, trees
from promptlint.lazy import regex
from promptlint.prompt import Document, Message, Text
from promptlint.source import Location, Source, Span, TextMap
from promptlint.suppression import Suppression, without

if TYPE_CHECKING:
    from promptlint.diagnostic import Aspect, Diagnostic

__all__ = ["drop_ignored", "ignore_here"]

_COMMENTS: Final = {"jinja": ("{#", "#}"), "handlebars": ("{{!--", "--}}"), "mustache": ("{{!", "}}")}
"""How template languages write a comment."""

_LINE_END: Final = regex(r"[\r\n]")

_TRIMS: Final = regex(r"\{#[-+]|\{\{~|[-+]#\}\Z|~\}\}\Z")
"""A comment that takes white space around it away, or keeps it."""

_ABOUT: Final[frozenset[Aspect]] = frozenset(("suppressions", "template", "quotations", "code"))
"""A comment may stand in a template, between quotation marks and in code; that nothing else changes is for the guard."""


def ignore_here(document: Document, diagnostics: Iterable[Diagnostic], reason: str, way: str) -> dict[int, Fix]:
    """The fixes that silence diagnostics in one of `WAYS`, by the index of the diagnostic; several may share one fix.

    A diagnostic for which the format has no such way has none.
    """
    sites: dict[tuple[int, int], list[int]] = {}
    found = list(diagnostics)
    for index, diagnostic in enumerate(found):
        if diagnostic.location.path == document.source.path:
            site = _SITES[way](document, diagnostic.location.span.start)
            if site is not None:
                sites.setdefault((site.start, site.end), []).append(index)
    fixes: dict[int, Fix] = {}
    for (start, end), indices in sites.items():
        names = tuple(sorted({found[index].rule for index in indices}))
        edit = _EDITS[way](document, Span(start, end), names, reason)
        if edit is not None:
            title = f"ignore {', '.join(names)} {'in this file' if way == 'front matter' else 'here'}"
            fix = Fix(title, (edit,), Applicability.SAFE, _ABOUT)
            fixes |= dict.fromkeys(indices, fix)
    return fixes


def _directive(names: Iterable[str], reason: str) -> str:
    return f"promptlint: ignore[{', '.join(names)}]{f' {reason}' if reason else ''}"


# ---------------------------------------------------------------------------------------------------------------------
# a comment of the template language at the end of the line


def _line_end_in_template(document: Document, offset: int) -> Span | None:
    """Where the line of an offset ends inside a template, as an empty range of the file."""
    for message, at in _messages_at(document, offset):
        if message.template not in _COMMENTS or not _is_open(message, at):
            continue
        match = _LINE_END.search(message.text, at)
        end = match.start() if match else len(message.text)
        for part in message.parts:
            if part.span.start < end < part.span.end and not isinstance(part, Text):
                end = part.span.start  # the line ends inside a tag: in front of it
        edit = message.edit(Span(end, end), "") if end >= at else None
        if edit is not None:
            return edit.location.span
    return None


_DROPS_LINES: Final = ("handlebars", "mustache")
"""Template languages that send nothing of a line which holds one tag and no text."""


def _is_open(message: Message, at: int) -> bool:
    """Whether a tag may be added to a line without changing what becomes of the line."""
    if message.template not in _DROPS_LINES:
        return True
    start = max(message.text.rfind("\n", 0, at), message.text.rfind("\r", 0, at)) + 1
    match = _LINE_END.search(message.text, at)
    line = Span(start, match.start() if match else len(message.text))
    return any(
        isinstance(part, Text) and message.text[max(part.span.start, line.start) : min(part.span.end, line.end)].strip()
        for part in message.parts
        if part.span.overlaps(line)
    )


def _messages_at(document: Document, offset: int) -> Iterator[tuple[Message, int]]:
    for prompt in document.prompts:
        for message in prompt.messages:
            if message.map.path == document.source.path:
                at = message.map.decoded_offset(offset)
                if at is not None:
                    yield message, at


def _template_comment(document: Document, site: Span, names: Sequence[str], reason: str) -> Edit | None:
    """A comment without white space around it, so that what is sent stays the same to the character."""
    for message, _ in _messages_at(document, max(site.start - 1, 0)):
        if message.template in _COMMENTS:
            opener, closer = _COMMENTS[message.template]
            written = message.map.encode(f"{opener} {_directive(names, reason)} {closer}")
            return None if written is None else Edit(Location(document.source.path, site), written)
    return None


# ---------------------------------------------------------------------------------------------------------------------
# a comment of the file format, on a line of its own above the key


def _line_above(document: Document, offset: int) -> Span | None:
    """The start of the line of the innermost key, or item of a list, that an offset belongs to."""
    source = document.source
    start: int | None = None
    if document.format == "notebook":
        return None
    if _suffix(source) == "baml":
        start = offset
    elif document.format in ("python", "typescript", "javascript"):
        from promptlint.formats.code.document import comment_line

        return comment_line(document, offset)
    else:
        node: trees.Node | None = _tree(source)
        while node is not None:
            node, start = _inside(node, offset, start)
    if start is None:
        return None
    line = source.line_span(source.position(start).line).start
    return Span(line, line)


def _inside(node: trees.Node, offset: int, start: int | None) -> tuple[trees.Node | None, int | None]:
    """One step towards the innermost key: the value to go on in, and where the key or item that leads to it starts."""
    if isinstance(node, trees.Mapping):
        for entry in node.entries:
            if entry.key.span.start <= offset <= max(entry.key.span.end, entry.value.span.end):
                return entry.value, entry.key.span.start
    elif isinstance(node, trees.Sequence):
        for item in node.items:
            if item.span.start <= offset <= item.span.end:
                return item, item.span.start
    return None, start


def _suffix(source: Source) -> str:
    return source.path.rpartition(".")[2].lower()


_MARKS: Final = dict.fromkeys(("baml", "ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"), "//")


def _comment_above(document: Document, site: Span, names: Sequence[str], reason: str) -> Edit:
    source = document.source
    line = source.slice(source.line_span(source.position(site.start).line))
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    mark = _MARKS.get(_suffix(source), "#")
    return Edit(Location(source.path, site), f"{indent}{mark} {_directive(names, reason)}{source.newline}")


def _front(source: Source) -> _front_matter.FrontMatter | None:
    """The front matter of a file, if it is YAML."""
    front = _front_matter.split(source, _metadata.KNOWN_KEYS).front
    return front if front is not None and front.fault is None else None


def _tree(source: Source) -> trees.Node | None:
    """The YAML or TOML of a file or of its front matter, in which comments may stand."""
    suffix = _suffix(source)
    if suffix in ("yaml", "yml", "toml"):
        whole = TextMap.of(source.path, Span(0, len(source.text)))
        tree = (trees.read_toml if suffix == "toml" else trees.read_yaml)(source.text, whole)
        return None if tree.broken else tree.root
    front = _front(source)
    if front is None:
        return None
    tree = trees.read_yaml(source.slice(front.inner), TextMap.of(source.path, front.inner))
    return None if tree.broken else tree.root


# ---------------------------------------------------------------------------------------------------------------------
# a comment of XML at the end of the line


def _line_end(document: Document, offset: int) -> Span | None:
    if _suffix(document.source) != "poml":
        return None
    end = document.source.line_span(document.source.position(offset).line).end
    return Span(end, end)


def _xml_comment(document: Document, site: Span, names: Sequence[str], reason: str) -> Edit:
    return Edit(Location(document.source.path, site), f"<!-- {_directive(names, reason)} -->")


# ---------------------------------------------------------------------------------------------------------------------
# the key in front matter, for the whole file


def _in_front_matter(document: Document, offset: int) -> Span | None:  # noqa: ARG001 - it holds for every place
    front = _front(document.source)
    return None if front is None else front.inner


def _front_matter_key(document: Document, site: Span, names: Sequence[str], reason: str) -> Edit | None:
    """The edit that adds names to ``ignore`` under the key ``promptlint``."""
    source = document.source
    front = _front(source)
    if front is None:
        return None
    entry = front.fields.get("promptlint")
    if entry is None:
        lines = ["promptlint:", *(f"  {line}" for line in _ignore_lines(names, reason))]
        at = Location(source.path, Span(site.end, site.end))
        return Edit(at, "".join(line + source.newline for line in lines))
    if not isinstance(entry.value, trees.Mapping) or not entry.value.entries:
        return None
    ignored = _metadata.fields_of(entry.value).get("ignore")
    if ignored is None:
        first = entry.value.entries[0].key.span.start
        at = Location(source.path, Span(first, first))
        column = first - source.line_span(source.position(first).line).start
        flow = source.text[entry.value.span.start : entry.value.span.start + 1] == "{"
        behind = ", " if flow else source.newline + " " * column
        return Edit(at, f"ignore: {_flow([(name, reason) for name in names])}{behind}")
    pairs = {**_pairs(ignored.value), **dict.fromkeys(names, reason)}
    return Edit(ignored.value.location, _flow(list(pairs.items())))


def _ignore_lines(names: Sequence[str], reason: str) -> list[str]:
    if not reason:
        return [f"ignore: [{', '.join(names)}]"]
    return ["ignore:", *(f"  {name}: {_quoted(reason)}" for name in names)]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _flow(pairs: Sequence[tuple[str, str]]) -> str:
    """What ``ignore`` holds, on one line."""
    if not any(reason for _, reason in pairs):
        return f"[{', '.join(name for name, _ in pairs)}]"
    return "{" + ", ".join(f"{name}: {_quoted(reason)}" for name, reason in pairs) + "}"


def _pairs(node: trees.Node) -> dict[str, str]:
    """The names that ``ignore`` holds, with their reasons."""
    return {each.rules[0]: each.reason for each in _metadata.ignored(node)}


_SITES: Final[dict[str, Callable[[Document, int], Span | None]]] = {
    "template": _line_end_in_template,
    "line": _line_above,
    "markup": _line_end,
    "front matter": _in_front_matter,
}
_EDITS: Final[dict[str, Callable[[Document, Span, Sequence[str], str], Edit | None]]] = {
    "template": _template_comment,
    "line": _comment_above,
    "markup": _xml_comment,
    "front matter": _front_matter_key,
}

# ---------------------------------------------------------------------------------------------------------------------
# removing


def drop_ignored(document: Document, suppression: Suppression, names: Iterable[str]) -> Fix | None:
    """The fix that takes names out of a suppression, and removes it when no name is left; None where it cannot be written."""
    source, place = document.source, suppression.location
    if place.path != source.path:
        return None
    gone = frozenset(names)
    written = source.slice(place.span)
    applicability = Applicability.SAFE
    if "promptlint:" not in written:
        edit = _without_key(source, gone)
        title = "remove what silences nothing"
    elif gone >= set(suppression.rules):
        edit = Edit(Location(source.path, _whole_comment(document, place.span)), "")
        title = "remove the comment"
        if _TRIMS.search(written):
            applicability = Applicability.UNSAFE  # white space that it took away would be sent
    else:
        rest = without(written, gone)
        edit = None if rest is None else Edit(place, rest)
        title = f"remove {', '.join(sorted(gone))} from the comment"
    return None if edit is None else Fix(title, (edit,), applicability, _ABOUT)


def _whole_comment(document: Document, span: Span) -> Span:
    """What to remove with a comment: its line, where it stands alone and two paragraphs are not joined by that."""
    source = document.source
    first, last = source.position(span.start).line, source.position(span.end).line
    start, end = source.line_span(first).start, source.line_span(last).end
    before, behind = source.text[start : span.start], source.text[span.end : end]
    around = next((message for message, _ in _messages_at(document, span.start)), None)
    in_text = around is not None and around.template not in _DROPS_LINES
    if before.strip() or behind.strip():
        return span if around is not None or behind.strip() else Span(start + len(before.rstrip()), end)
    if in_text and not (_is_blank(source, first - 1) or _is_blank(source, last + 1)):
        return span
    count = len(source.line_starts)
    return Span(start, source.line_starts[last] if last < count else end)


def _is_blank(source: Source, line: int) -> bool:
    if not 1 <= line <= len(source.line_starts):
        return True
    text = source.slice(source.line_span(line)).strip()
    return not text or text == "---"


def _without_key(source: Source, gone: frozenset[str]) -> Edit | None:
    """The edit that takes names out of ``ignore`` under the key ``promptlint``."""
    entry = _metadata.fields_of(_tree(source)).get("promptlint")
    ignored = _metadata.fields_of(entry.value).get("ignore") if entry else None
    if entry is None or ignored is None:
        return None
    pairs = [(name, reason) for name, reason in _pairs(ignored.value).items() if name not in gone]
    if pairs:
        return Edit(ignored.value.location, _flow(pairs))
    alone = isinstance(entry.value, trees.Mapping) and len(entry.value.entries) == 1
    span = _lines_of(source, entry if alone else ignored)
    return None if span is None else Edit(Location(source.path, span), "")


def _lines_of(source: Source, entry: trees.Entry) -> Span | None:
    """The lines of an entry that shares them with nothing else."""
    last = source.position(max(entry.value.span.end, entry.key.span.end)).line
    start = source.line_span(source.position(entry.key.span.start).line).start
    end = source.line_span(last).end
    before = source.text[start : entry.key.span.start]
    behind = source.text[max(entry.value.span.end, entry.key.span.end) : end]
    if before.strip() or (behind.strip() and not behind.lstrip().startswith("#")):
        return None
    return Span(start, source.line_starts[last] if last < len(source.line_starts) else end)
