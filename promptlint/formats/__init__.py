"""The file formats that prompts come in.

`recognise` says which format a file is taken as, by its name, then its content; `read` makes a Document of it. Each format
is a module of this package; see ``_format.FormatModule``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from promptlint.diagnostic import Problem
from promptlint.formats import _joins
from promptlint.formats._caps import cap_in_call, cap_lines
from promptlint.formats._format import Coverage, FormatModule, Recognition, Refusal
from promptlint.formats._own import OwnFormat, own_format
from promptlint.modules import module_names
from promptlint.prompt import Document, Lookup
from promptlint.source import Source

if TYPE_CHECKING:
    from promptlint.diagnostic import Diagnostic, Fix
    from promptlint.suppression import Suppression

__all__ = [
    "UNSAFE_IN_REASON",
    "WAYS",
    "Coverage",
    "OwnFormat",
    "Recognition",
    "cap_in_call",
    "cap_lines",
    "claims",
    "coverage",
    "drop_ignored",
    "formats",
    "ignore_here",
    "may_hold_prompts",
    "nothing",
    "own_format",
    "read",
    "recognise",
    "refusal",
]


WAYS: Final = ("template", "line", "markup", "front matter")
"""The ways of silencing a finding, the most exact first."""

UNSAFE_IN_REASON: Final = ("#}", "}}", "--", "\r", "\n")
"""What the reason of a comment must not hold, because it would end the comment."""


def ignore_here(document: Document, diagnostics: Iterable[Diagnostic], reason: str, way: str) -> dict[int, Fix]:
    """The fixes that silence diagnostics in one of `WAYS`, by the index of the diagnostic; several may share one fix.

    A diagnostic for which the format has no such way has none.
    """
    from promptlint.formats import _ignoring

    return _ignoring.ignore_here(document, diagnostics, reason, way)


def drop_ignored(document: Document, suppression: Suppression, names: Iterable[str]) -> Fix | None:
    """The fix that takes names out of a suppression, and removes it when no name is left; None where it cannot be written."""
    from promptlint.formats import _ignoring

    return _ignoring.drop_ignored(document, suppression, names)


def nothing(path: str) -> Source | None:  # noqa: ARG001
    """A Lookup that finds nothing."""
    return None


_ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    "baml": (".baml",),
    "chat_json": (".json", ".jsonl", ".ndjson"),
    "crewai": (".yaml", ".yml"),
    "dotprompt": (".prompt",),
    "evaluation_templates": (".yaml", ".yml"),
    "gemini": (".toml",),
    "github_models": (".prompt.yml", ".prompt.yaml"),
    "handlebars": (".hbs", ".handlebars", ".mustache", ".liquid"),
    "home_made": ("json", "jsonl", "ndjson", "toml", "yaml", "yml"),
    "jinja": (".j2", ".jinja", ".jinja2"),
    "langchain": (".json", ".yaml", ".yml"),
    "mcp_tools": (".json",),
    "poml": (".poml",),
    "prompt_flow": (".j2", ".jinja", ".jinja2", "flow.dag.yaml"),
    "promptfoo": (".json", ".yaml", ".yml"),
    "prompty": (".prompty",),
    "python": (".ipynb", ".py"),
    "registries": (".json",),
    "semantic_kernel": (".yaml", ".yml", "skprompt.txt"),
    "typescript": ("cjs", "cts", "js", "jsx", "mjs", "mts", "ts", "tsx"),
}
"""The ends of the names, in lower case, of all files that a module can recognise; one that is not here is asked about any.

This is only so that a module is not loaded for files that it has nothing to say about.
"""


@cache
def _names() -> tuple[str, ...]:
    return tuple(name for name in module_names(__path__) if not name.startswith("_"))


@cache
def _loaded(names: tuple[str, ...]) -> tuple[FormatModule, ...]:
    """Some format modules, those of specific formats before those of general ones."""
    found = (cast("FormatModule", import_module(f"{__name__}.{name}")) for name in names)
    return tuple(sorted(found, key=lambda module: module.RANK))


def _modules(path: str | None = None) -> tuple[FormatModule, ...]:
    """All format modules, or those that may recognise a file of this name."""
    return _loaded(_names()) if path is None else _modules_for(path.rpartition("/")[2].lower())


@lru_cache(maxsize=256)  # each file is asked about several times, and many are called the same
def _modules_for(name: str) -> tuple[FormatModule, ...]:
    return _loaded(tuple(each for each in _names() if each not in _ENDINGS or name.endswith(_ENDINGS[each])))


@cache
def formats() -> dict[str, str]:
    """The formats that can be read: name -> description."""
    return {name: description for module in _modules() for name, description in module.FORMATS.items()}


@cache
def coverage() -> dict[str, Coverage]:
    """What is read of each of the formats, by their names."""
    return {name: module.COVERAGE[name] for module in _modules() for name in module.FORMATS}


def may_hold_prompts(path: str) -> bool:
    """Whether a file of this name, met on the way, is worth opening. The path has forward slashes; folders count."""
    return any(module.may_hold_prompts(path) for module in _modules(path))


def recognise(path: str, text: str, *, named: bool = False) -> Recognition | None:
    """Which format a file is taken as and why, or None when it is not taken.

    Args:
        path: the file's path with forward slashes; its folders count, so it should start at the project's root.
        text: the file's text.
        named: whether a person named this very file, which makes any text a prompt that no other reader claims.

    """
    found = _decide(path, text, named=named)
    return found if isinstance(found, Recognition) else None


def refusal(path: str, text: str = "", *, named: bool = False) -> str | None:
    """Why a file that looked like a prompt, or was named as one, is not read; None when there is nothing to say."""
    found = _decide(path, text, named=named)
    return found.reason if isinstance(found, Refusal) else None


def claims(path: str) -> bool:
    """Whether a file is a prompt by its path alone, whatever it holds."""
    return _decide(path, "", named=False) is not None


@lru_cache(maxsize=1)  # why a file is refused is asked right after it was not recognised
def _decide(path: str, text: str, *, named: bool) -> Recognition | Refusal | None:
    for module in _modules(path):
        found = module.recognise(path, text, named=named)
        if found is not None:
            return found
    return None


def _without_absolute(lookup: Lookup, path: str) -> Lookup:
    """The lookup for a file: absolute paths are looked up only for a file that was itself reached by one.

    Nothing in a project needs them, and they are how a prompt would name a file that is nobody's business (``/etc/...``).
    """
    if path.startswith("/") or path[1:3] == ":/":
        return lookup
    return lambda target: None if target.startswith("/") else lookup(target)


def read(
    source: Source,
    lookup: Lookup = nothing,
    format: str | None = None,  # noqa: A002
    own: Iterable[OwnFormat] = (),
) -> Document:
    """The Document of a file. Never raises on what the file holds.

    Args:
        source: the file.
        lookup: gives other files that this one refers to.
        format: a name of `formats` or of one of `own`; None to recognise it (a text that no format claims is read as plain text).
        own: the formats that the file's configuration describes.

    Raises:
        ValueError: there is no such format.

    """
    lookup = _without_absolute(lookup, source.path)
    if format is None:
        found = _decide(source.path, source.text, named=True)
        if isinstance(found, Refusal):
            return Document(source, "unknown", (), (Problem("invalid-file", source.location(0, 0), found.reason),))
        format = found.format if found else "text"  # noqa: A001
    for each in own:
        if format == each.name:
            return each.read(source)
    for path in (source.path, None):
        for module in _modules(path):
            if format in module.FORMATS:
                return _joins.joined(module.read(source, lookup, format), lookup)
    raise ValueError(f"no such format: {format!r}")
