"""The language a prompt is written in, told by its frequent words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache

from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.analysis.literals import Words
from promptlint.lazy import regex

__all__ = ["detect_language"]

_WORD = Words(lambda each: each.isalnum() and not each.isdecimal())
_FOREIGN = regex(r"[^\W\d_\x00-\x7f]")
"""A letter that ASCII has not."""
_ENOUGH = 800
"""Words looked at; a language shows long before."""
_FIRST = 8 * _ENOUGH
"""Code points that mostly hold as many words; what they cut short is no word."""


@cache
def _languages() -> Mapping[str, tuple[str, ...]]:
    """The languages of each frequent word."""
    found: dict[str, tuple[str, ...]] = {}
    for language, words in load_data("languages").items():
        for word in dict.fromkeys(words):
            found[word] = (*found.get(word, ()), language)
    return found


def _words_in(text: str) -> list[str]:
    """The words of a text in lower case."""
    lowered = text.lower()
    if not lowered.isascii() and not _FOREIGN.search(lowered):
        lowered = lowered.encode("ascii", "replace").decode()  # dashes, quotation marks, what stands for variables
    return _WORD.find(lowered)


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of the text's language among those promptlint speaks, or None when it is none of them.

    `text` is the instruction text: code and variables blanked.
    """
    size = _FIRST
    words = _words_in(text[:size])
    while size < len(text) and len(words) <= _ENOUGH:  # the last one may be cut short
        size *= 4
        words = _words_in(text[:size])
    if not words:
        return None
    often = Counter(words[:_ENOUGH])
    count = often.total()
    foreign = [word for word in often if not word.isascii() and not any("à" <= letter <= "ÿ" for letter in word)]
    if (count - sum(map(often.__getitem__, foreign))) * 2 < count:
        return None
    languages = _languages()
    hits = dict.fromkeys(load_data("languages"), 0)
    for word in often.keys() & languages.keys():
        for language in languages[word]:
            hits[language] += often[word]
    best = max(hits, key=lambda language: (hits[language], language == "en"))
    # A text of another language shares a few short words with ours; a text of ours holds many more.
    if best not in LANGUAGES:
        return None
    return best if hits[best] * 20 >= count or (count < 20 and hits[best]) else None
