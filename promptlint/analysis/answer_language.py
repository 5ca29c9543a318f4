"""The language that an answer is asked for in, by its name; and the script that a prompt is written in.

The names are in lexicons/tongues.yaml. What a language is called here is its English name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.analysis.task import Evidence
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

if TYPE_CHECKING:
    from promptlint.analysis import Analysis

__all__ = ["Script", "language_name", "requested_language", "written_script"]


@dataclass(frozen=True, slots=True)
class _Words:
    asks: re.Pattern[str]
    negated: re.Pattern[str]
    names: re.Pattern[str]
    codes: Mapping[str, str]


@cache
def _words(language: str) -> _Words:
    data = load_data("tongues")[language]
    codes = {name: code for code, names in data["names"].items() for name in names.split("|")}
    names = "|".join(sorted(map(re.escape, codes), key=len, reverse=True))
    flags = re.IGNORECASE
    return _Words(
        regex(rf"{data['asks']}(?P<name>{names}){data['behind']}", flags),
        regex(data["negated"], flags),
        regex(rf"\b(?P<name>{names})", flags),
        codes,
    )


def language_name(code: str) -> str:
    """The English name of a language; its code where that is not one of the table."""
    names = load_data("tongues")["en"]["names"]
    return str(names[code]).split("|", 1)[0].title() if code in names else code


def requested_language(analysis: Analysis) -> tuple[str, Evidence] | None:
    """The ISO 639-1 code of the only language that the prompt names for its answer, and where; None where it may be another."""
    if analysis.language not in LANGUAGES:
        return None
    words = _words(analysis.language)
    found: list[tuple[str, Evidence]] = []
    for index in analysis.instructing:
        part = analysis.messages[index]
        if not words.names.search(part.wording):
            continue
        for sentence in part.sentences:
            text = part.wording[sentence.start : sentence.end]
            match = words.asks.search(text)
            if match is None or sentence.block == "heading" or words.negated.search(text):
                continue
            if len({words.codes[each["name"].lower()] for each in words.names.finditer(text)}) > 1:
                continue  # a choice, or from one into another
            end = match.end("name")
            while text[end : end + 1].isalpha():
                end += 1  # "polnischer"
            span = Span(match.start("name"), end).shift(sentence.start)
            found.append((words.codes[match["name"].lower()], Evidence("language", index, span)))
    return found[0] if len({code for code, _ in found}) == 1 else None


@dataclass(frozen=True, slots=True)
class Script:
    """A script, and the languages of `language_name` that are written in it."""

    name: str
    languages: frozenset[str]


_SCRIPTS: Final = (
    (Script("Japanese", frozenset({"ja"})), "\u3040-\u30ff"),
    (Script("Korean", frozenset({"ko"})), "\u1100-\u11ff\uac00-\ud7af"),
    (Script("Chinese", frozenset({"zh"})), "\u3400-\u4dbf\u4e00-\u9fff"),
    (Script("Cyrillic", frozenset({"ru", "uk", "bg", "sr"})), "\u0400-\u052f"),
    (Script("Arabic", frozenset({"ar", "fa", "ur"})), "\u0600-\u06ff\u0750-\u077f"),
    (Script("Hebrew", frozenset({"he"})), "\u0590-\u05ff"),
    (Script("Greek", frozenset({"el"})), "\u0370-\u03ff\u1f00-\u1fff"),
    (Script("Thai", frozenset({"th"})), "\u0e00-\u0e7f"),
    (Script("Devanagari", frozenset({"hi", "mr"})), "\u0900-\u097f"),
    (Script("Bengali", frozenset({"bn"})), "\u0980-\u09ff"),
    (Script("Tamil", frozenset({"ta"})), "\u0b80-\u0bff"),
)
"""Scripts that tell a language, or nearly. Japanese is told by its kana, since it shares its other characters with Chinese."""
_LETTER = regex(r"[^\W\d_]")
_SAMPLE = 4_000
"""Code points that are looked at."""
_FEW = 20
"""Letters of a script from which on a prompt is written in it."""
_KANA = 0.25
"""The share of kana in Japanese text is never below this."""


def written_script(text: str) -> Script | None:
    """The script that more than half of a text's letters are of, None for Latin, several and those that are not known here."""
    text = text[:_SAMPLE]
    if text.isascii():
        return None
    letters = sum(1 for _ in _LETTER.finditer(text))
    counts = {script: len(re.findall(f"[{characters}]", text)) for script, characters in _SCRIPTS}
    han, kana = _SCRIPTS[2][0], _SCRIPTS[0][0]
    if counts[kana] > _KANA * (counts[kana] + counts[han]):
        counts[kana] += counts.pop(han)
    best = max(counts, key=lambda script: counts[script])
    return best if counts[best] >= _FEW and counts[best] * 2 > letters else None
