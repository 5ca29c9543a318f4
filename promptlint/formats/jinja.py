"""Jinja template files that are prompts: ``*.j2``, ``*.jinja``, ``*.jinja2``, with or without front matter."""

from __future__ import annotations

import re

from promptlint.formats import _cues
from promptlint.formats._body import BodyFormat, read_body
from promptlint.formats._format import Recognition, split_path
from promptlint.prompt import Document, Lookup
from promptlint.source import Source

RANK = 30
FORMATS = {"jinja": "Jinja template (.j2, .jinja, .jinja2)"}

_SUFFIXES = ("j2", "jinja", "jinja2")
_GENERATED = re.compile(
    r"(?:py|pyi|html?|xhtml|sh|bash|zsh|ps1|bat|css|scss|jsx?|tsx?|mjs|vue|ya?ml|toml|ini|cfg|conf|config|service|timer|socket|sql|c|cc|cpp|h|hpp"
    r"|rs|go|java|kt|kts|scala|rb|php|pl|lua|r|jl|ex|tf|tfvars|hcl|nix|dockerfile|containerfile|env|lock|csv|tex|rst|svg|xml|json5?|proto|graphql"
    r"|properties|gradle|cmake|mk|ipynb|nginx|vcl|cnf|repo|list|rules|desktop|spec|po|mo|cs|swift|m|dart|sol|vhd|v|sv)",
    re.IGNORECASE,
)
_GENERATOR_NAME = re.compile(
    r"(?:dockerfile|containerfile|makefile|jenkinsfile|docker-compose|nginx|values|chart)\b.*", re.IGNORECASE
)


def may_hold_prompts(path: str) -> bool:
    return path.lower().endswith(tuple("." + suffix for suffix in _SUFFIXES))


def recognise(path: str, text: str, *, named: bool) -> Recognition | None:
    if not may_hold_prompts(path):
        return None
    name = split_path(path)[1]
    *stem, suffix = name.split(".")
    ending = f"name ends in .{suffix}"
    if named:
        return Recognition("jinja", f"{ending}, named")
    folder = _cues.sure_folder(path)
    generated = bool(len(stem) > 1 and _GENERATED.fullmatch(stem[-1])) or bool(_GENERATOR_NAME.fullmatch(name))
    if generated:
        # XML, JSON and YAML are also what prompts are laid out in
        return _by_words(text, ending) if folder and not _cues.looks_like_code(text) else None
    if folder and not _cues.starts_like_code(text):
        return Recognition("jinja", f"{ending}, folder '{folder}'")
    if _cues.prompt_stem(path):
        return Recognition("jinja", f"{ending}, name holds 'prompt'")
    if _cues.looks_like_code(text):
        return None
    return _by_words(text, ending)


def _by_words(text: str, ending: str) -> Recognition | None:
    words = _cues.instructs_perhaps(text)
    return Recognition("jinja", f"{ending}, instructs a model ('{words}')") if words else None


def read(source: Source, lookup: Lookup, name: str) -> Document:  # noqa: ARG001
    return read_body(source, name, BodyFormat(template="jinja"))
