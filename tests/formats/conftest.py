"""What must hold for every Document, whatever the file holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields

import pytest

from promptlint import formats
from promptlint.prompt import Control, Document, Message, Settings, Text
from promptlint.source import Location, Source


def locations(document: Document) -> Iterator[Location]:
    for problem in document.problems:
        yield problem.location
        yield from (related.location for related in problem.related)
    if document.fault is not None:
        yield document.fault
    for suppression in document.suppressions:
        yield suppression.location
    for prompt in document.prompts:
        yield prompt.location
        yield from (declaration.location for declaration in prompt.declared or ())
        for field in fields(Settings):
            setting = getattr(prompt.settings, field.name)
            if setting is not None:
                yield setting.location


def folded(text: str) -> str:
    """A line end that is read as a blank, or as another line end, corresponds to it character by character."""
    return re.sub("[\r\n\x85\u2028\u2029]", " ", text)


PROGRAMS = ("python", "notebook", "typescript", "javascript")


def verify_message(source: Source, message: Message, *, program: bool) -> None:
    at = 0
    for index, part in enumerate(message.parts):
        assert part.span.start == at, "parts tile the text"
        assert part.span.end > at
        at = part.span.end
        if isinstance(part, Control) and part.partner is not None:
            partner = message.parts[part.partner]
            assert isinstance(partner, Control)
            assert partner.partner == index
        if not isinstance(part, Text):
            for use in part.uses:
                assert message.text[use.span.start : use.span.end] == use.name
    assert at == len(message.text)
    at = 0
    for segment in message.map.segments:
        assert segment.start == at, "segments tile the text"
        at = segment.end
        if program and (segment.origin is None or message.map.path != source.path):
            continue  # a program makes text of what stands nowhere, and of other files
        assert segment.origin is not None, "text of the other formats always stands in the file"
        assert segment.origin.end <= len(source.text)
        if segment.exact:
            assert folded(source.slice(segment.origin)) == folded(message.text[segment.start : segment.end])
    assert at == len(message.text)


def verify_document(document: Document) -> Document:
    source = document.source
    for location in locations(document):
        assert location.path in {source.path, *document.dependencies}
        assert location.path != source.path or location.span.end <= len(source.text)
    names = [prompt.name for prompt in document.prompts]
    assert len(set(names)) == len(names)
    for prompt in document.prompts:
        assert prompt.messages
        for message in prompt.messages:
            verify_message(source, message, program=document.format in PROGRAMS)
    for suppression in document.suppressions:
        assert suppression.scope is None or suppression.scope.end <= len(source.text)
    return document


@pytest.fixture(scope="session")
def verify() -> Callable[[Document], Document]:
    """Checks the invariants of a Document and gives it back."""
    return verify_document


@pytest.fixture(scope="session")
def read_text() -> Callable[..., Document]:
    """Reads a text as the file of that name and checks the invariants."""

    def read(path: str, text: str, **others: str) -> Document:
        def lookup(name: str) -> Source | None:
            return Source(name, others[name]) if name in others else None

        return verify_document(formats.read(Source(path, text), lookup))

    return read
