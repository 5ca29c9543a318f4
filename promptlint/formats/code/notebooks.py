"""The code cells of a Jupyter notebook as one program, each character of which knows its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from promptlint.formats import _metadata, trees
from promptlint.formats.code import document
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Declaration, Document, Lookup, Message, Prompt, Setting, Settings
from promptlint.source import Encoder, Location, Source, Span, TextMap

__all__ = ["Cells", "code_of", "read"]

T = TypeVar("T")

_OTHER_LANGUAGE = regex(r"\s*%%(?!time\b|timeit\b|capture\b)\w")
_MAGIC = regex(r"(?m)^[ \t]*+(?:[%!]|\?|[\w.]++\?)[^\r\n]*+")


@dataclass(frozen=True, slots=True)
class Cells:
    """The text of the code cells, one below the other, and its map to the file. Magics are blanked."""

    text: str
    map: TextMap


def code_of(source: Source) -> Cells:
    """The program that a notebook holds; an empty one where it cannot be read or is in another language."""
    tree = trees.read_json(source.text, TextMap.of(source.path, Span(0, len(source.text))))
    fields = _metadata.fields_of(tree.root)
    language = _metadata.text_of(_metadata.node_at(fields, ("metadata", "kernelspec", "language")))
    cells = fields.get("cells")
    texts: list[str] = []
    runs: list[tuple[int, Span | None]] = []
    encode: Encoder | None = None
    known = language in (None, "python") and not tree.broken
    for cell in cells.value.items if known and cells and isinstance(cells.value, trees.Sequence) else ():
        inner = _metadata.fields_of(cell)
        if _metadata.text_of(_metadata.node_at(inner, ("cell_type",))) != "code" or "source" not in inner:
            continue
        lines = list(_strings(inner["source"].value))
        text = "".join(line.text for line in lines)
        if not text or _OTHER_LANGUAGE.match(text):
            continue
        for line in lines:
            runs += [(each.end - each.start, each.origin) for each in line.map.segments]
            encode = line.map.encode
        texts += [_MAGIC.sub(lambda match: " " * len(match.group()), text), "\n\n"]
        runs.append((2, None))
    origin = TextMap.build(source.path, runs, encode or (lambda _: None))
    return Cells("".join(texts), origin)


def _strings(node: trees.Node) -> Iterator[trees.Scalar]:
    """The lines of a cell, or the only string that they are."""
    for each in node.items if isinstance(node, trees.Sequence) else (node,):
        if isinstance(each, trees.Scalar) and each.is_string:
            yield each


def read(source: Source, lookup: Lookup) -> Document:
    """The Document of a notebook."""
    cells = code_of(source)
    program = document.document(Source(source.path, cells.text), lookup, "notebook")
    return _Moved(source, cells.map).document(program)


class _Moved:
    """Moves places in the text of the cells to places in the file."""

    def __init__(self, source: Source, cells: TextMap) -> None:
        self.source = source
        self.cells = cells

    def span(self, span: Span) -> Span:
        place = self.cells.locate(span)
        if place is None and span.start:  # between two cells
            place = self.cells.locate(Span(span.start - 1, span.start))
        return Span(0, 0) if place is None else place.span

    def location(self, location: Location) -> Location:
        return location if location.path != self.source.path else Location(location.path, self.span(location.span))

    def document(self, found: Document) -> Document:
        return replace(
            found,
            source=self.source,
            prompts=tuple(map(self.prompt, found.prompts)),
            problems=tuple(
                replace(
                    each,
                    location=self.location(each.location),
                    related=tuple(replace(one, location=self.location(one.location)) for one in each.related),
                )
                for each in found.problems
            ),
            suppressions=tuple(
                replace(
                    each,
                    scope=None if each.scope is None else self.span(each.scope),
                    location=self.location(each.location),
                )
                for each in found.suppressions
            ),
            fault=None if found.fault is None else self.location(found.fault),
        )

    def prompt(self, prompt: Prompt) -> Prompt:
        declared = prompt.declared
        return replace(
            prompt,
            location=self.location(prompt.location),
            messages=tuple(map(self.message, prompt.messages)),
            declared=None if declared is None else tuple(map(self.declaration, declared)),
            settings=self.settings(prompt.settings),
        )

    def declaration(self, declaration: Declaration) -> Declaration:
        return replace(declaration, location=self.location(declaration.location))

    def message(self, message: Message) -> Message:
        if message.map.path != self.source.path:
            return message
        return replace(message, map=self.cells.through(message.map))

    def settings(self, settings: Settings) -> Settings:
        return Settings(
            self.setting(settings.model),
            self.setting(settings.max_output_tokens),
            self.setting(settings.temperature),
            self.setting(settings.response_format),
            self.setting(settings.schema),
            self.setting(settings.tools),
        )

    def setting(self, setting: Setting[T] | None) -> Setting[T] | None:
        if setting is None:
            return None
        return replace(setting, location=self.location(setting.location), inside=self.inside(setting))

    def inside(self, setting: Setting[T]) -> Callable[[Sequence[str | int]], Location | None] | None:
        given = setting.inside
        if given is None:
            return None

        def moved(path: Sequence[str | int]) -> Location | None:
            place = given(path)
            return None if place is None else self.location(place)

        return moved
