"""The language a prompt is written in, told by its frequent words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache

from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.analysis.literals import Words

__all__ = ["detect_language"]

_WORD = Words(lambda each: each.isalnum() and not each.isdecimal())
_ENOUGH = 800
"""Words looked at; a language shows long before."""
_FIRST = 8 * _ENOUGH
"""Code points that mostly hold as many words; what they cut short is no word."""


@cache
def _languages() -> Mapping[str, str]:
    """The languages of each frequent word, with a blank between them."""
    found: dict[str, str] = {}
    for language, words in load_data("languages").items():
        for word in dict.fromkeys(words):
            found[word] = f"{found[word]} {language}" if word in found else language
    return found


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of the text's language among those promptlint speaks, or None when it is none of them.

    `text` is the instruction text: code and variables blanked.
    """
    size = _FIRST
    said = _WORD.blanked(text[:size].lower())
    words = said.split(None, _ENOUGH)
    while size < len(text) and len(words) <= _ENOUGH:  # the last one may be cut short
        size *= 4
        said = _WORD.blanked(text[:size].lower())
        words = said.split(None, _ENOUGH)
    del words[_ENOUGH:]
    if not words:
        return None
    count = len(words)
    if not said.isascii() and sum(map(_is_foreign, words)) * 2 > count:
        return None
    hits = dict.fromkeys(load_data("languages"), 0)
    for languages, often in Counter(map(_languages().get, words)).items():
        for language in languages.split() if languages else ():
            hits[language] += often
    best = max(hits, key=lambda language: (hits[language], language == "en"))
    # A text of another language shares a few short words with ours; a text of ours holds many more.
    if best not in LANGUAGES:
        return None
    return best if hits[best] * 20 >= count or (count < 20 and hits[best]) else None


def _is_foreign(word: str) -> bool:
    return not word.isascii() and not any("à" <= letter <= "ÿ" for letter in word)
