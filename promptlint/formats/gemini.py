"""Commands of Gemini CLI: TOML files with the key ``prompt`` under a folder ``commands``."""

from __future__ import annotations

from dataclasses import replace

from promptlint.diagnostic import Problem
from promptlint.formats._format import Coverage, Recognition, split_path
from promptlint.formats._tables import Slot, Table, read_tables
from promptlint.lazy import regex
from promptlint.prompt import Document, Lookup
from promptlint.source import Source

RANK = 15
FORMATS = {"gemini-command": "Gemini CLI command (.gemini/commands/**/*.toml, commands/**/*.toml of an extension)"}
COVERAGE = {
    "gemini-command": Coverage(
        messages="`prompt`, as one message",
        variables="`{{args}}`; `!{command}` and `@{file}` are filled in too",
        comments="`#`",
        unread="the output of commands and the files that are put in",
    ),
}

_PROMPT = regex(r"(?:\A|[\r\n])[ \t]*(?:prompt|\"prompt\")[ \t]*=[ \t]*[\"']")
_TABLE = regex(r"(?:\A|[\r\n])[ \t]*\[")
_TABLES = (Table((Slot("prompt"),), template="gemini-cli", near=False),)


def may_hold_prompts(path: str) -> bool:
    folders, name = split_path(path)
    return name.lower().endswith(".toml") and "commands" in folders


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:  # noqa: ARG001
    folders, _ = split_path(path)
    if not may_hold_prompts(path) or not _PROMPT.search(text):
        return None
    if ".gemini" not in folders and not _PROMPT.search(text[: _section(text)]):
        return None
    last = len(folders) - 1 - folders[::-1].index("commands")
    return Recognition("gemini-command", f"folder '{'/'.join(folders[max(last - 1, 0) : last + 1])}', holds 'prompt'")


def _section(text: str) -> int:
    """Where the first table starts, which ends the keys of the file itself."""
    match = _TABLE.search(text)
    return match.start() if match else len(text)


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    document = read_tables(source, name, _TABLES, notation="toml")
    if document.prompts or document.problems:
        return document
    problem = Problem(
        "invalid-file", source.location(0, 0), "a command must have the key 'prompt' at the top of its file"
    )
    return replace(document, problems=(problem,))
