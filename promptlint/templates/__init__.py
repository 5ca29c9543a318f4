"""The template languages of prompts: text -> parts with exact spans.

One module per language, each with ``def scan(text: str) -> Scan``; a language's name is its module's name with dashes.
A new language is a new module and its name in `LANGUAGES`. The modules are loaded when they are first needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from promptlint.templates.scanning import Scan, TemplateProblem

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LANGUAGES", "Scan", "TemplateProblem", "detect", "scan"]

LANGUAGES: tuple[str, ...] = (
    "jinja",
    "double-braces",
    "braces",
    "dollar",
    "arguments",
    "gemini-cli",
    "semantic-kernel",
    "handlebars",
    "mustache",
    "none",
)
"""The names of the template languages, as files and configuration declare them."""


def scan(text: str, language: str) -> Scan:
    """The parts of `text` in a template language, and what is wrong with its syntax. Never raises.

    The parts tile the text. A Text part's `text` is what its span holds, but for two kinds of short parts of their own:
    an escape (``{{`` that sends ``{``), and blanks that a tag eats (``{%-``), which send nothing. Line ends stay as the
    file has them, and so does the final line end, which Jinja drops unless told otherwise.

    A language that is not in `LANGUAGES` is read as ``none``: a dialect that we do not know holds no variables that we know.
    """
    name = language if language in LANGUAGES else "none"
    module = import_module(f"promptlint.templates.{name.replace('-', '_')}")
    return cast("Callable[[str], Scan]", module.scan)(text)


def detect(text: str) -> str:
    """The template language that the text is in beyond doubt, else ``none``."""
    if "{" not in text:
        return "none"
    from promptlint.templates.detection import detect as detect_language

    return detect_language(text)
