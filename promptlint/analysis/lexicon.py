"""The words of a language: wordy phrases, and what sentences ask for. Data in lexicons/<language>.yaml, compiled by the build.

Phrases are found in one pass whatever their number, by walking the words of a text through a trie. Patterns run on single
sentences and only where one of the words that they need occurs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Any, Literal, overload

from promptlint.analysis.literals import Literals, Words, places_of, words_in
from promptlint.lazy import attribute, compiled, dataclass, regex

__all__ = [
    "LANGUAGES",
    "Expression",
    "Lexicon",
    "Pattern",
    "Phrase",
    "PhraseMatch",
    "Trie",
    "at_sentence_start",
    "find_phrases",
    "folded",
    "indices",
    "lexicon",
    "load_data",
    "phrase_trie",
]

LANGUAGES = ("en", "de", "fr", "es")
"""Languages with a lexicon, as ISO 639-1 codes."""

_TOKEN = regex(r"[^\W_]+(?:['’][^\W_]+)*['’]?|[^\s\w]|_")


class Expression:
    """A regular expression, case ignored, that is compiled when it is first used: a prompt needs few of a language's hundreds."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    @attribute
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        return compiled(self.pattern, re.IGNORECASE)

    @attribute
    def lower(self) -> re.Pattern[str]:
        """One that finds in a text that is `folded` what `compiled` finds in the text itself, in half the time."""
        bare = _ESCAPE.sub("", self.pattern)
        return compiled(self.pattern) if bare == bare.lower() else self.compiled

    @attribute
    def search(self) -> Callable[..., re.Match[str] | None]:
        """As that of a compiled expression."""
        return self.compiled.search

    @attribute
    def match(self) -> Callable[..., re.Match[str] | None]:
        """As that of a compiled expression."""
        return self.compiled.match

    @attribute
    def finditer(self) -> Callable[..., Iterator[re.Match[str]]]:
        """As that of a compiled expression."""
        return self.compiled.finditer


_ESCAPE = regex(r"\\.|\(\?P")


def folded(text: str) -> str:
    """A text in lower case, with everything at the same place and the letters that are others when case is ignored as these."""
    return (text if text.isascii() else text.replace("İ", "i").replace("ı", "i").replace("ſ", "s")).lower()


_NEVER = Expression(r"\0(?!)")  # what starts with a character is looked for faster than what does not


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wordy phrase and what to write instead.

    `cls` is its class (``verbose``, ``nominal``, ``redundant``, ``meta``, ``polite``, ``hedge``, ``filler``, ``intensifier``,
    ``persona``). `safe`: the replacement keeps the meaning wherever the phrase matches an instruction. `position` is where it
    counts (``start`` of a sentence, ``mid``, ``any``); `not_before` and `not_after` are guard words directly behind and before it, and
    only before a word of `before` is the replacement sure to fit.
    `doubt`: right in some sentences only, so not shown unless asked for. `saves` is the measured saving in tokens of o200k_base (0: readability only). `comma`: a comma goes before the replacement.
    """

    find: str
    to: str
    cls: str
    safe: bool
    position: Literal["start", "mid", "any"]
    not_before: Expression | None
    not_after: Expression | None
    comma: bool
    doubt: bool
    saves: int
    before: Expression | None = None


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase found at ``text[start:end]``."""

    start: int
    end: int
    phrase: Phrase


@dataclass(frozen=True, slots=True, eq=False)
class Trie:
    """Phrases by their words: `root` leads word by word to the numbers of the phrases that end there, under the empty string.

    `said` are the words of each phrase, whatever stands between them, with one blank around each: a text whose words do not hold
    them so holds no phrase. `by_words`: each phrase begins with a word.
    """

    phrases: Sequence[Phrase]
    root: Mapping[str, Any]
    said: Literals
    by_words: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of one `group`, tried only on sentences that hold one of the `needs` (lower case), and a number if it `counts`."""

    group: str
    needs: tuple[str, ...]
    regex: Expression
    counts: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """One language's words."""

    language: str
    trie: Trie
    patterns: tuple[Pattern, ...]
    needs: Literals
    """What the patterns need."""
    needed: Mapping[str, int]
    """For each of the `needs` the patterns that need it: of each the bit of its index. Words for numbers are among them."""
    numbers: int
    """The bit that these have in place of a pattern's."""
    counting: int
    """The patterns with a number in them, as bits."""
    grouped: Mapping[tuple[str, ...], int]
    """The patterns of some groups, as bits."""
    needed_by: Mapping[str, Sequence[str]]
    """What the patterns of each group need: none is found in a sentence that holds none of it."""
    verbs: Mapping[str, str]
    """verb -> what it asks for (``prose``, ``make``, ``answer`` ...)."""
    words_of_verbs: frozenset[str]
    """The words that verbs consist of: a sentence without any of them holds no verb."""
    objects: Mapping[str, Expression]
    words: Mapping[str, Expression]
    """Single expressions by name: `lead_in`, `negation`, `modal` ... (the lexicon file says what each is for)."""
    sets: Mapping[str, frozenset[str]]
    """Sets of words by name, lower case."""

    @property
    def phrases(self) -> Sequence[Phrase]:
        """Its wordy phrases."""
        return self.trie.phrases

    def word(self, name: str) -> Expression:
        """The expression with that name; one that never matches where the language has none."""
        return self.words.get(name, _NEVER)

    def lower(self, name: str) -> re.Pattern[str]:
        """The same for texts that are folded."""
        return self.words.get(name, _NEVER).lower

    def set(self, name: str) -> frozenset[str]:
        """The set of words with that name."""
        return self.sets.get(name, frozenset())

    def find_phrases(self, text: str) -> Iterator[PhraseMatch]:
        """The phrases of the language in masked text."""
        return find_phrases(self.trie, text)

    def patterns_of(self, text: str, lowered: str) -> int:
        """The patterns that can match in a sentence, which in lower case is `lowered`: of each the bit of its index."""
        found = reduce(or_, map(self.needed.__getitem__, self.needs.found(lowered)), 0)
        numbers = found & self.numbers
        if found & self.counting and not (
            _FIGURE.search(text) or (numbers and not self.set("numbers").isdisjoint(words_in(lowered)))
        ):
            found &= ~self.counting
        return found ^ numbers

    @property
    def asks_at_end(self) -> bool:
        """Whether a verb at the end of a sentence may ask for something, as in German."""
        return "final_ask" in self.words


def indices(bits: int) -> Iterator[int]:
    """Which bits are set, from the lowest on."""
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


_FIGURE = regex("[\\d{\ufffc]")
"""What a number in figures holds, or a variable that may be one."""


def find_phrases(trie: Trie, text: str) -> Iterator[PhraseMatch]:
    """The phrases of a trie in masked text, longest first where several start at one word, without overlaps.

    Words may be apart by white space that holds at most one line end. Guards on position and neighbours are applied.
    """
    lowered = _lowered(text)
    said = Counter(trie.said.found(f" {' '.join(_WORDS.find(lowered))} "))
    if not said:
        return
    behind = 0
    for at in _starts(said, lowered) if trie.by_words else _tokens(lowered):
        match = _longest(trie, text, lowered, at) if at >= behind else None
        if match is not None:
            yield match
            behind = match.end


def _starts(said: Mapping[str, int], lowered: str) -> list[int]:
    """Where tokens begin with the words of some phrases, which follow each other so many times."""
    found: set[int] = set()
    for words, count in said.items():
        places = list(_places(words.strip(), lowered))
        # else something other than a blank is between some of them
        found.update(places if len(places) == count else _places(words.split()[0], lowered))
    return sorted(found)


def _places(words: str, lowered: str) -> Iterator[int]:
    """Where tokens begin with one or more words."""
    for at in places_of(words, lowered):
        end = at + len(words)
        if not lowered[end : end + 1].isalnum() and _begins_token(lowered, at):
            yield at


def _begins_token(lowered: str, at: int) -> bool:
    before = lowered[at - 1 : at]
    return not before.isalnum() and not (before == "'" and lowered[at - 2 : at - 1].isalnum())


def _tokens(lowered: str) -> Iterator[int]:
    """Where any token begins: a phrase that begins with a mark may stand before its first word."""
    return (token.start() for token in _TOKEN.finditer(lowered))


_AROUND = 40
"""Code points before and behind a phrase in which its neighbours are looked for."""
_WORDS = Words(str.isalnum)


def _word(token: str) -> str:
    return token.lower().replace("’", "'")


def _lowered(text: str) -> str:
    """A text as its words are looked up, with everything at the same place."""
    lowered = _word(text)
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := _word(letter)) == 1 else letter for letter in text)


def _longest(trie: Trie, text: str, lowered: str, start: int) -> PhraseMatch | None:
    """The longest phrase that begins with the token at `start`."""
    node: Mapping[str, Any] = trie.root
    best: PhraseMatch | None = None
    last = start
    for token in _TOKEN.finditer(lowered, start):
        if not _joined(text, last, token.start()):
            break
        node = node.get(token.group(), _NO_WORDS)
        if not node:
            break
        last = token.end()
        for number in node.get("", ()):
            phrase = trie.phrases[number]
            if _allowed(text, start, last, phrase):
                best = PhraseMatch(start, last, phrase)
                break
    return best


_NO_WORDS: Mapping[str, Any] = {}


def _joined(text: str, end: int, start: int) -> bool:
    gap = text[end:start]
    return not gap or (gap.isspace() and gap.count("\n") + gap.replace("\r\n", "\n").count("\r") <= 1)


_SENTENCE_START = regex(
    r"(?:^|[.!?:…]['\"”»)\]*_]*\s+|[\r\n]\s*(?:[-*+•>#]+|\(?\d{1,3}[.)]|\(?[a-z][.)])?)\s*(?:\*\*|__|\*)?\s*$"
)


def at_sentence_start(text: str, offset: int) -> bool:
    """Whether a sentence, list item or line starts at `offset`."""
    window = text[max(0, offset - _AROUND) : offset]
    if offset <= _AROUND:
        window = "\n" + window
    return _SENTENCE_START.search(window) is not None


def _allowed(text: str, start: int, end: int, phrase: Phrase) -> bool:
    if phrase.position != "any" and at_sentence_start(text, start) != (phrase.position == "start"):
        return False
    if phrase.not_before is not None and phrase.not_before.match(text[end : end + _AROUND].lstrip()):
        return False
    return phrase.not_after is None or not phrase.not_after.search(text[max(0, start - _AROUND) : start].rstrip())


@cache
def load_data(name: str) -> Mapping[str, Any]:
    """The data of lexicons/<name>.yaml: the compiled form where the package is installed, else the file itself."""
    here = Path(__file__).parent
    compiled = here.parent / "_data" / "lexicons" / f"{name}.json"
    if compiled.is_file():
        import json

        data: Mapping[str, Any] = json.loads(compiled.read_text(encoding="utf-8"))
        return data
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (here / "lexicons" / f"{name}.yaml").open(encoding="utf-8") as stream:
        loaded: Mapping[str, Any] = yaml.load(stream, Loader=loader)  # noqa: S506 - a safe loader
    return loaded


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language of `LANGUAGES`. Raises KeyError for any other."""
    if language not in LANGUAGES:
        raise KeyError(language)
    data = load_data(language)
    phrases = _Phrases([entry for entry in data["entries"] if not entry.get("regex")])
    macros: Mapping[str, str] = data.get("macros", {})

    def expand(pattern: str) -> str:
        for name, body in macros.items():
            pattern = pattern.replace("{" + name + "}", body)
        return pattern

    patterns = tuple(
        Pattern(
            entry["group"],
            tuple(str(need).lower() for need in entry["needs"]),
            Expression(expand(entry["re"])),
            counts=bool(entry.get("counts")),
        )
        for entry in data.get("patterns", ())
    )
    needed: defaultdict[str, int] = defaultdict(int)
    needed_by: defaultdict[str, list[str]] = defaultdict(list)
    grouped = _Grouped()
    for index, pattern in enumerate(patterns):
        needed_by[pattern.group] += pattern.needs
        grouped[pattern.group,] |= 1 << index
        for need in pattern.needs:
            needed[need] |= 1 << index
    numbers = 1 << len(patterns)
    for number in data.get("sets", {}).get("numbers", ()):
        needed[number] |= numbers
    verbs = {verb: group for group, verbs in data.get("verbs", {}).items() for verb in verbs}
    return Lexicon(
        language=language,
        trie=_trie(phrases, [entry["find"] for entry in phrases.entries]),
        patterns=patterns,
        needs=Literals(needed),
        needed=needed,
        numbers=numbers,
        counting=sum(1 << index for index, pattern in enumerate(patterns) if pattern.counts),
        grouped=grouped,
        needed_by={group: tuple(dict.fromkeys(needs)) for group, needs in needed_by.items()},
        verbs=verbs,
        words_of_verbs=words_in("\n".join(verbs)),
        objects={name: Expression(rf"\b{expand(body)}(?!\w)") for name, body in data.get("objects", {}).items()},
        words={name: Expression(expand(body)) for name, body in data.get("words", {}).items()},
        sets={name: frozenset(words) for name, words in data.get("sets", {}).items()},
    )


def _phrase(entry: Mapping[str, Any]) -> Phrase:
    def guard(key: str, template: str) -> Expression | None:
        words = entry.get(key)
        return Expression(template.format(words)) if words else None

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
        doubt=bool(entry.get("doubt")),
        saves=int(entry.get("saves", [0])[0]),
        before=guard("before", r"(?:{})(?!\w)"),
    )


class _Grouped(dict[tuple[str, ...], int]):
    """The patterns of some groups, as bits: known for each, and kept for several once they were asked for."""

    def __missing__(self, groups: tuple[str, ...]) -> int:
        several = len(groups) > 1
        self[groups] = found = reduce(or_, (self[group,] for group in groups), 0) if several else 0
        return found


class _Phrases(Sequence[Phrase]):
    """The phrases of a lexicon, each made when it is first asked for: a prompt holds few of them."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self.entries = entries
        self._made: dict[int, Phrase] = {}

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, index: int) -> Phrase: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Phrase]: ...
    def __getitem__(self, index: int | slice) -> Phrase | Sequence[Phrase]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        made = self._made.get(index)
        if made is None:
            made = self._made[index] = _phrase(self.entries[index])
        return made


def phrase_trie(phrases: Iterable[Phrase]) -> Trie:
    """What `find_phrases` walks."""
    phrases = tuple(phrases)
    return _trie(phrases, [phrase.find for phrase in phrases])


_APART = "\0"


def _trie(phrases: Sequence[Phrase], texts: Sequence[str]) -> Trie:
    root: dict[str, Any] = {}
    node, number = root, 0
    # all texts at once: one by one they take three times as long
    for token in _TOKEN.findall("".join(f"{_word(text).replace(_APART, ' ')} {_APART} " for text in texts)):
        if token == _APART:
            node.setdefault("", []).append(number)
            node, number = root, number + 1
            continue
        node = node.setdefault(token, {})
    return Trie(
        phrases,
        root,
        said=Literals({f" {' '.join(words)} " for words in _words_of([_word(text) for text in texts]) if words}),
        by_words=all(token[:1].isalnum() for token in root),
    )


def _words_of(texts: Sequence[str]) -> list[list[str]]:
    """The words of each of many texts."""
    together = "\n".join(texts)
    if together.count("\n") == len(texts) - 1:
        return [line.split() for line in _WORDS.blanked(together).split("\n")]
    return [_WORDS.find(text) for text in texts]
