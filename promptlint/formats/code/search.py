"""Whether a program may hold prompts at all, told by a search for words before any parser is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from promptlint.formats._format import split_path
from promptlint.formats.code import constants
from promptlint.formats.code.sdk import Language, sdks
from promptlint.lazy import regex

__all__ = ["is_test", "may_hold"]

_TEST_FOLDER = regex(r"tests?|__tests__|__mocks__|fixtures?|testdata|testing|specs?|e2e", re.IGNORECASE)
_TEST_NAME = regex(
    r"test_.*|.*_test\.\w+|tests?\.\w+|conftest\.py|.*\.(?:test|spec|e2e)\.\w+|.*_spec\.\w+", re.IGNORECASE
)


def is_test(path: str) -> bool:
    """Whether a file is a test or belongs to tests, by its name and folders."""
    folders, name = split_path(path)
    return _TEST_NAME.fullmatch(name) is not None or any(_TEST_FOLDER.fullmatch(folder) for folder in folders)


def may_hold(path: str, text: str, language: Language) -> bool:
    """Whether a program has words of a call that sends a prompt, imports an SDK, or has words of a constant that is a prompt."""
    # what most files show is looked for first, and a word before the pattern that begins with it
    if constants.in_prompt_file(path) and _STRING.search(text) is not None:
        return True
    if any(root in text for root in _roots(language)) and _imports(language).search(text):
        return True
    return any(word in text and pattern.search(text) for word, pattern in (*_CONSTANTS, *_calls(language)))


_GIVEN = (
    r"\w{0,40}+[\"']?[ \t]*+(?::[ \t]*[\w.\[\], |]{1,60})?[=:]"
    r"[^\r\n\"'`=]{0,60}(?:[\"'`]|[(\\]\s*+(?:\#[^\r\n]*+\s*+)*+(?:\w{0,2}[\"']|`))"
)
_CONSTANTS = tuple(
    (word, regex(word + _GIVEN))
    for word in ("PROMPT", "rompt", "SYSTEM_", "ystemM", "ystem_m", "INSTRUCTION", "nstruction", "TEMPLATE", "PERSONA")
)
_STRING = regex(r"\"\"\"|'''|`|[\"'][^\"'\r\n]{30}")


@cache
def _calls(language: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The first words of calls that need no import to be known, and their patterns."""
    ends: dict[str, set[str]] = {}
    for sdk in sdks():
        for sending in sdk.sendings if language in sdk.languages else ():
            for callee in () if sending.packages else sending.callees:
                *before, last = callee.split(".")[-2:]
                ends.setdefault(before[0] if before else last, set()).update([last] if before else [])
    return tuple((word, _pattern(word, lasts)) for word, lasts in sorted(ends.items()))


def _pattern(word: str, lasts: Iterable[str]) -> re.Pattern[str]:
    """The pattern of a name with one of others behind a dot, which may stand on a line of its own."""
    behind = "|".join(sorted(map(re.escape, lasts)))
    return regex(
        rf"{re.escape(word)}(?:\(\))?\s{{0,80}}\.\s{{0,80}}(?:{behind})\b" if behind else rf"{re.escape(word)}\b"
    )


@cache
def _roots(language: Language) -> tuple[str, ...]:
    """The first words of the packages that the calls of SDKs need."""
    packages: set[str] = set()
    for sdk in sdks():
        if language in sdk.languages:
            packages.update(sdk.packages, *(sending.packages for sending in sdk.sendings))
    roots = {re.split(r"[./]", package.removeprefix("@"))[0] for package in packages}
    return tuple(sorted(root for root in roots if not any(other != root and root.startswith(other) for other in roots)))


@cache
def _imports(language: Language) -> re.Pattern[str]:
    roots = "|".join(map(re.escape, _roots(language)))
    return regex(rf"\b(?:from|import|require)\b[ \t(]*+[\"']?@?(?:{roots})")
