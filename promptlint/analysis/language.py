"""The language a prompt is written in, told by its frequent words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import islice

from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.lazy import regex

__all__ = ["detect_language"]

_WORD = regex(r"[^\W\d_]+")
_ENOUGH = 800
"""Words looked at; a language shows long before."""


@cache
def _words() -> Mapping[str, frozenset[str]]:
    return {language: frozenset(words) for language, words in load_data("languages").items()}


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of the text's language among those promptlint speaks, or None when it is none of them.

    `text` is the instruction text: code and variables blanked.
    """
    words = [match.group().lower() for match in islice(_WORD.finditer(text), _ENOUGH)]
    if not words:
        return None
    often = Counter(words)
    latin = sum(
        times for word, times in often.items() if word.isascii() or any("à" <= letter <= "ÿ" for letter in word)
    )
    if latin * 2 < len(words):
        return None
    hits = {language: sum(often[word] for word in often.keys() & known) for language, known in _words().items()}
    best = max(hits, key=lambda language: (hits[language], language == "en"))
    # A text of another language shares a few short words with ours; a text of ours holds many more.
    if best not in LANGUAGES:
        return None
    return best if hits[best] * 20 >= len(words) or (len(words) < 20 and hits[best]) else None
