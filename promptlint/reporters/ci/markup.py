"""Text from prompts in Markdown: it neither forms Markdown or HTML nor notifies anybody."""

from __future__ import annotations

import re
from typing import Final

from promptlint.lazy import regex
from promptlint.reporters.terminal.cells import visible

__all__ = ["code", "escaped"]

_MAX_CELL: Final = 400  # characters of a message; some quote what they found
_MARKUP = regex(r"[\\`*_\[\]|~$]")
_REFERENCE = regex(r"([@#!])(?=\w)")  # a person, an issue, a merge request
_ADDRESS = regex(r"(?i)\b(https?|ftp)(?=://)|\b(www)(?=\.)")  # GitHub makes a link of it
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: str) -> str:
    """Text on one line that Markdown shows as it is, also in a table."""
    text = visible(" ".join(text.split()))
    if len(text) > _MAX_CELL:
        text = f"{text[: _MAX_CELL - 1]}…"
    text = re.sub("[&<>]", lambda match: _ENTITIES[match[0]], text)
    text = _MARKUP.sub(r"\\\g<0>", text)
    text = _REFERENCE.sub(r"\1&#8203;", text)  # a space without width, which is no part of a name
    return _ADDRESS.sub(r"\g<0>&#8203;", text)


def code(text: str) -> str:
    """Text as code, whatever backticks it has."""
    text = visible(" ".join(text.split()))
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{text}{pad}{fence}"
