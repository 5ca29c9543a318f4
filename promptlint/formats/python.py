"""Prompts in Python, in files and in the cells of notebooks: the calls of SDKs and the constants that are prompts."""

from __future__ import annotations

from promptlint.formats._format import Coverage, Recognition, split_path
from promptlint.formats.code import search
from promptlint.prompt import Document, Lookup
from promptlint.source import Source

RANK = 80
FORMATS = {
    "python": "Python (.py)",
    "notebook": "Jupyter notebook with Python (.ipynb)",
}
COVERAGE = {
    "python": Coverage(
        messages="the text that calls of SDKs send (see below), and constants that are prompts by their names, their file or their words",
        variables="f-strings, `.format`, `%`, what is joined to text, and the template language of the SDK; the keywords of `.format`, `input_variables` declare",
        model="the keyword of the call",
        cap="the keyword of the call",
        schema="Pydantic models, `TypedDict`, dataclasses, JSON Schema that is written out",
        comments="`#`",
        unread="what is only known at run time; tests, unless the file is named; files that are not valid are read as far as they go",
    ),
    "notebook": Coverage(
        messages="as in `python`, the code cells together",
        variables="as in `python`",
        model="as in `python`",
        cap="as in `python`",
        schema="as in `python`",
        comments="`#`",
        unread="cells in other languages, lines with magics, outputs",
    ),
}


def _format(path: str) -> str | None:
    name = split_path(path)[1].lower()
    return "python" if name.endswith(".py") else "notebook" if name.endswith(".ipynb") else None


def may_hold_prompts(path: str) -> bool:
    return _format(path) is not None and not search.is_test(path)


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    name = _format(path)
    if name is None:
        return None
    if named:
        return Recognition(name, "named")
    if search.is_test(path) or not search.may_hold(path, text, "python"):
        return None
    from promptlint.formats.code import document, notebooks

    program = notebooks.code_of(Source(path, text)).text if name == "notebook" else text
    reason = document.found_in(path, program, name)
    return None if reason is None else Recognition(name, reason)


def read(source: Source, lookup: Lookup, name: str) -> Document:
    from promptlint.formats.code import document, notebooks

    return notebooks.read(source, lookup) if name == "notebook" else document.document(source, lookup, name)
