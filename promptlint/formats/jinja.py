"""Jinja template files that are prompts: ``*.j2``, ``*.jinja``, ``*.jinja2``, with or without front matter."""

from __future__ import annotations

from promptlint.formats import _template_files
from promptlint.formats._body import BodyFormat, read_body
from promptlint.formats._format import Coverage, Recognition
from promptlint.prompt import Document, Lookup
from promptlint.source import Source

RANK = 30
FORMATS = {"jinja": "Jinja template (.j2, .jinja, .jinja2)"}
COVERAGE = {
    "jinja": Coverage(
        messages="the whole text behind the front matter, as one message",
        variables="Jinja; `inputs`, `input_variables` or `variables` in the front matter declare",
        model="`model` in the front matter",
        cap="`max_tokens` and its like in the front matter",
        schema="`response_format` or `output` in the front matter",
        comments="`{# #}`, `<!-- -->`, `#` in the front matter",
        unread="templates that are included, extended or imported",
    ),
}

_SUFFIXES = ("j2", "jinja", "jinja2")


def may_hold_prompts(path: str) -> bool:
    return path.lower().endswith(tuple("." + suffix for suffix in _SUFFIXES))


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    return _template_files.recognise(path, text, "jinja", named=named) if may_hold_prompts(path) else None


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    return read_body(source, name, BodyFormat(template="jinja"))
