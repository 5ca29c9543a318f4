"""Metadata that stands beside a prompt, whatever the prompt's own format: flows and evaluations that name the file."""

from __future__ import annotations

from promptlint.prompt import Document, Lookup

__all__ = ["joined"]


def joined(document: Document, lookup: Lookup) -> Document:
    """The document with the settings and variables that a file near it declares for it.

    What was looked for becomes a dependency, found or not.
    """
    if document.agent_file or not document.prompts:
        return document
    from promptlint.formats import promptfoo

    if document.format == "jinja":
        from promptlint.formats import prompt_flow

        document = prompt_flow.join(document, lookup)
    return promptfoo.join(document, lookup)
