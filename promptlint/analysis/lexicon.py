"""The words of a language: wordy phrases, and what sentences ask for. Data in lexicons/<language>.yaml, compiled by the build.

Phrases are found in one pass whatever their number, by walking the words of a text through a trie. Patterns run on single
sentences and only where one of the words that they need occurs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

__all__ = ["LANGUAGES", "Lexicon", "Pattern", "Phrase", "PhraseMatch", "at_sentence_start", "lexicon", "load_data"]

LANGUAGES = ("en", "de", "fr", "es")
"""Languages with a lexicon, as ISO 639-1 codes."""

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*['’]?|[^\s\w]|_")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wordy phrase and what to write instead.

    `cls` is its class (``verbose``, ``nominal``, ``redundant``, ``meta``, ``polite``, ``hedge``, ``filler``, ``intensifier``,
    ``persona``). `safe`: the replacement keeps the meaning wherever the phrase matches an instruction. `position` is where it
    counts (``start`` of a sentence, ``mid``, ``any``); `not_before` and `not_after` are guard words directly behind and before it.
    `saves` is the measured saving in tokens of o200k_base (0: readability only). `comma`: a comma goes before the replacement.
    """

    find: str
    to: str
    cls: str
    safe: bool
    position: Literal["start", "mid", "any"]
    not_before: re.Pattern[str] | None
    not_after: re.Pattern[str] | None
    comma: bool
    saves: int
    note: str


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase found at ``text[start:end]``."""

    start: int
    end: int
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of one `group`, tried only on sentences that hold one of the `needs` (lower case)."""

    group: str
    needs: tuple[str, ...]
    regex: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words."""

    language: str
    phrases: tuple[Phrase, ...]
    trie: Mapping[str, Any]
    patterns: tuple[Pattern, ...]
    verbs: Mapping[str, str]
    """verb -> what it asks for (``prose``, ``make``, ``answer`` ...)."""
    objects: Mapping[str, re.Pattern[str]]
    object_stop: re.Pattern[str] | None
    """Words behind a verb that end the reach in which its object is looked for."""
    lead_in: re.Pattern[str] | None
    """What may stand before the verb of a request ("please", "your task is to", "based on the text,")."""

    def find_phrases(self, text: str) -> Iterator[PhraseMatch]:
        """Phrases in masked text, longest first where several start at one word, without overlaps.

        Words may be apart by white space that holds at most one line end. Guards on position and neighbours are applied.
        """
        tokens = [(match.group().lower().replace("’", "'"), match.start(), match.end()) for match in _TOKEN.finditer(text)]
        index = 0
        while index < len(tokens):
            found = self._longest(text, tokens, index)
            if found is None:
                index += 1
                continue
            phrase, stop = found
            yield PhraseMatch(tokens[index][1], tokens[stop - 1][2], phrase)
            index = stop

    def _longest(self, text: str, tokens: list[tuple[str, int, int]], index: int) -> tuple[Phrase, int] | None:
        node: Mapping[str, Any] | None = self.trie
        best: tuple[Phrase, int] | None = None
        at = index
        while at < len(tokens):
            word, start, _ = tokens[at]
            if at > index and not _joined(text, tokens[at - 1][2], start):
                break
            node = node.get(word) if node is not None else None
            if node is None:
                break
            at += 1
            for phrase in node.get("", ()):
                if _allowed(text, tokens[index][1], tokens[at - 1][2], phrase):
                    best = (phrase, at)
                    break
        return best

    def signals(self, sentence: str, lowered: str | None = None) -> Iterator[tuple[str, re.Match[str]]]:
        """(group, match) of every pattern that matches a sentence."""
        low = sentence.lower() if lowered is None else lowered
        for pattern in self.patterns:
            if any(need in low for need in pattern.needs):
                match = pattern.regex.search(sentence)
                if match is not None:
                    yield pattern.group, match


def _joined(text: str, end: int, start: int) -> bool:
    gap = text[end:start]
    return not gap or (gap.isspace() and gap.count("\n") + gap.replace("\r\n", "\n").count("\r") <= 1)


_SENTENCE_START = re.compile(r"(?:^|[.!?:…]['\"”»)\]*_]*\s+|[\r\n]\s*(?:[-*+•>#]+|\(?\d{1,3}[.)]|\(?[a-z][.)])?)\s*(?:\*\*|__|\*)?\s*$")


def at_sentence_start(text: str, offset: int) -> bool:
    """Whether a sentence, list item or line starts at `offset`."""
    window = text[max(0, offset - 40) : offset]
    if offset <= 40:
        window = "\n" + window
    return _SENTENCE_START.search(window) is not None


def _allowed(text: str, start: int, end: int, phrase: Phrase) -> bool:
    if phrase.position != "any" and at_sentence_start(text, start) != (phrase.position == "start"):
        return False
    if phrase.not_before is not None and phrase.not_before.match(text[end : end + 40].lstrip()):
        return False
    return phrase.not_after is None or not phrase.not_after.search(text[max(0, start - 40) : start].rstrip())


def load_data(name: str) -> Mapping[str, Any]:
    """The data of lexicons/<name>.yaml: the compiled form where the package is installed, else the file itself."""
    here = Path(__file__).parent
    compiled = here.parent / "_data" / "lexicons" / f"{name}.json"
    if compiled.is_file():
        import json  # noqa: PLC0415

        data: Mapping[str, Any] = json.loads(compiled.read_text(encoding="utf-8"))
        return data
    import yaml  # noqa: PLC0415

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (here / "lexicons" / f"{name}.yaml").open(encoding="utf-8") as stream:
        data = yaml.load(stream, Loader=loader)  # noqa: S506 - a safe loader
    return data


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language of `LANGUAGES`. Raises KeyError for any other."""
    if language not in LANGUAGES:
        raise KeyError(language)
    data = load_data(language)
    phrases = tuple(_phrase(entry) for entry in data["entries"] if not entry.get("regex"))
    macros: Mapping[str, str] = data.get("macros", {})

    def expand(pattern: str) -> str:
        for name, body in macros.items():
            pattern = pattern.replace("{" + name + "}", body)
        return pattern

    return Lexicon(
        language=language,
        phrases=phrases,
        trie=_trie(phrases),
        patterns=tuple(
            Pattern(entry["group"], tuple(str(need).lower() for need in entry["needs"]), re.compile(expand(entry["re"]), re.IGNORECASE))
            for entry in data.get("patterns", ())
        ),
        verbs={verb: group for group, verbs in data.get("verbs", {}).items() for verb in verbs},
        objects={name: re.compile(rf"\b{expand(body)}(?!\w)", re.IGNORECASE) for name, body in data.get("objects", {}).items()},
        object_stop=re.compile(data["object_stop"], re.IGNORECASE) if "object_stop" in data else None,
        lead_in=re.compile(expand(data["lead_in"]), re.IGNORECASE) if "lead_in" in data else None,
    )


def _phrase(entry: Mapping[str, Any]) -> Phrase:
    def guard(key: str, template: str) -> re.Pattern[str] | None:
        words = entry.get(key)
        return re.compile(template.format(words), re.IGNORECASE) if words else None

    position = entry.get("pos", "any")
    return Phrase(
        find=entry["find"],
        to=entry["to"],
        cls=entry["cls"],
        safe=entry["safety"] == "safe",
        position="start" if position == "start" else "mid" if position == "mid" else "any",
        not_before=guard("not_before", r"(?:{})(?!\w)"),
        not_after=guard("not_after", r"(?<!\w)(?:{})$"),
        comma=bool(entry.get("comma")),
        saves=int(entry.get("saves", [0])[0]),
        note=str(entry.get("note", "")),
    )


def _trie(phrases: tuple[Phrase, ...]) -> Mapping[str, Any]:
    root: dict[str, Any] = {}
    for phrase in phrases:
        node = root
        for token in _TOKEN.findall(phrase.find.lower().replace("’", "'")):
            node = node.setdefault(token, {})
        node.setdefault("", []).append(phrase)
    return root
