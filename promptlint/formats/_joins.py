"""Metadata that stands beside a prompt, whatever the prompt's own format: flows and evaluations that name the file."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from functools import lru_cache
from typing import Final

from promptlint.prompt import Document, Lookup

__all__ = ["CONFIGS", "config_folders", "joined"]

CONFIGS: Final = ("promptfooconfig.yaml", "promptfooconfig.yml", "promptfooconfig.json")
"""The names of promptfoo's configurations, in the order in which a folder is searched."""

_TEXTS: Final = frozenset(("text", "markdown", "jinja", "prompt-flow"))
_DATA: Final = (".json", ".yaml", ".yml")


def config_folders(folder: str) -> tuple[str, ...]:
    """The folders in which a configuration of promptfoo may say something of the files in a folder: it, and the one above."""
    return tuple(dict.fromkeys((folder, posixpath.dirname(folder))))


@lru_cache(maxsize=64)  # files come folder by folder
def _configs(folder: str) -> tuple[str, ...]:
    """The paths at which a configuration of promptfoo is looked for that may say something of the files in a folder."""
    return tuple(
        posixpath.normpath(posixpath.join(place, name)) for place in config_folders(folder) for name in CONFIGS
    )


def joined(document: Document, lookup: Lookup) -> Document:
    """The document with the settings and variables that a file near it declares for it.

    What was looked for becomes a dependency, found or not.
    """
    if document.agent_file or not document.prompts:
        return document
    if document.format == "jinja":
        from promptlint.formats import prompt_flow

        document = prompt_flow.join(document, lookup)
    path = document.source.path
    if document.format in _TEXTS or (document.format != "promptfoo" and path.lower().endswith(_DATA)):
        return _with_evaluation(document, lookup)
    return document


def _with_evaluation(document: Document, lookup: Lookup) -> Document:
    """The document with what a configuration of promptfoo declares, whose reader is loaded where there is one."""
    looked_at: dict[str, None] = {}
    for target in _configs(posixpath.dirname(document.source.path)):
        if lookup(target) is not None:
            from promptlint.formats import promptfoo

            return promptfoo.join(document, lookup)
        looked_at[target] = None
    return replace(document, dependencies=tuple(dict.fromkeys((*document.dependencies, *looked_at))))
