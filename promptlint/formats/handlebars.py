"""Handlebars, Mustache and Liquid template files that are prompts, with or without front matter."""

from __future__ import annotations

from promptlint.formats import _template_files
from promptlint.formats._body import BodyFormat, read_body
from promptlint.formats._format import Coverage, Recognition
from promptlint.prompt import Document, Lookup
from promptlint.source import Source

RANK = 30
FORMATS = {
    "handlebars": "Handlebars template (.hbs, .handlebars)",
    "mustache": "Mustache template (.mustache)",
    "liquid": "Liquid template (.liquid)",
}
COVERAGE = {
    "handlebars": Coverage(
        messages="the whole text behind the front matter, as one message",
        variables="Handlebars; `inputs`, `input_variables` or `variables` in the front matter declare",
        model="`model` in the front matter",
        cap="`max_tokens` and its like in the front matter",
        schema="`response_format` or `output` in the front matter",
        comments="`{{! }}`, `{{!-- --}}`, `<!-- -->`, `#` in the front matter",
        unread="partials",
    ),
    "mustache": Coverage(
        messages="as in `handlebars`",
        variables="Mustache; declared as in `handlebars`",
        model="as in `handlebars`",
        cap="as in `handlebars`",
        schema="as in `handlebars`",
        comments="`{{! }}`, `<!-- -->`, `#` in the front matter",
        unread="partials",
    ),
    "liquid": Coverage(
        messages="the whole text behind the front matter with its Liquid, as one message",
        model="as in `handlebars`",
        cap="as in `handlebars`",
        schema="as in `handlebars`",
        comments="`<!-- -->`, `#` in the front matter",
        unread="Liquid itself",
    ),
}

_SUFFIXES = {"hbs": "handlebars", "handlebars": "handlebars", "mustache": "mustache", "liquid": "liquid"}


def may_hold_prompts(path: str) -> bool:
    return path.lower().endswith(tuple(f".{suffix}" for suffix in _SUFFIXES))


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    if not may_hold_prompts(path):
        return None
    name = _SUFFIXES[path.lower().rpartition(".")[2]]
    return _template_files.recognise(path, text, name, named=named, cautious=True)


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    # a template of Liquid reads like Jinja's, but not enough to be judged by it
    return read_body(source, name, BodyFormat(template="none" if name == "liquid" else name))
