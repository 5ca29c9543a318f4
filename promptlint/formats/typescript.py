"""Prompts in TypeScript and JavaScript: the calls of SDKs and the constants that are prompts."""

from __future__ import annotations

from promptlint.formats._format import Coverage, Recognition, split_path
from promptlint.formats.code import search
from promptlint.lazy import regex
from promptlint.prompt import Document, Lookup
from promptlint.source import Source

RANK = 80
FORMATS = {
    "typescript": "TypeScript (.ts, .tsx, .mts, .cts)",
    "javascript": "JavaScript (.js, .jsx, .mjs, .cjs)",
}
_COVERED = Coverage(
    messages="the text that calls of SDKs send (see below), and constants that are prompts by their names, their file or their words",
    variables="`${}`, what is joined to text, and the template language of the SDK; `inputVariables`, `input.schema` declare",
    model="the property of the call, or the function that makes the model",
    cap="the property of the call",
    schema="zod, JSON Schema that is written out",
    comments="`//`, `/* */`",
    unread="what is only known at run time, tests and minified files, unless the file is named; `.d.ts`; files that are not valid are read as far as they go",
)
COVERAGE = {"typescript": _COVERED, "javascript": _COVERED}

_SUFFIXES = {
    **dict.fromkeys(("ts", "tsx", "mts", "cts"), "typescript"),
    **dict.fromkeys(("js", "jsx", "mjs", "cjs"), "javascript"),
}
_LINE = regex(r"[^\r\n]+")
_LONG = 5_000  # code points
_CODE = regex(r"[;{}()=]")


def _format(path: str) -> str | None:
    name = split_path(path)[1].lower()
    return None if name.endswith((".d.ts", ".d.mts", ".d.cts")) else _SUFFIXES.get(name.rpartition(".")[2])


def may_hold_prompts(path: str) -> bool:
    return _format(path) is not None and not search.is_test(path)


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    name = _format(path)
    if name is None:
        return None
    if named:
        return Recognition(name, "named")
    if search.is_test(path) or not search.may_hold(path, text, "typescript") or _is_minified(text):
        return None
    from promptlint.formats.code import document

    reason = document.found_in(path, text, name)
    return None if reason is None else Recognition(name, reason)


def _is_minified(text: str) -> bool:
    """Whether a file has lines that no person wrote: very long, and full of what is no text."""
    return len(text) > _LONG and any(
        len(line) > _LONG and len(_CODE.findall(line)) > len(line) // 50 for line in _LINE.findall(text)
    )


def read(source: Source, lookup: Lookup, name: str) -> Document:
    from promptlint.formats.code import document

    return document.document(source, lookup, name)
