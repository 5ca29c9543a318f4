"""The sentences of a prompt as they are compared with each other: what each says, and where that holds.

Two sentences are only held against each other where both apply at once: in the same place of the text, or in sections about
the whole prompt, and never in different arms of a template.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from promptlint.analysis.lexicon import load_data
from promptlint.analysis.literals import Words
from promptlint.analysis.memory import remembered
from promptlint.analysis.regions import heading_title
from promptlint.lazy import attribute, dataclass, regex
from promptlint.prompt import Control, Message
from promptlint.source import Span

if TYPE_CHECKING:
    from promptlint.analysis import MessageAnalysis
    from promptlint.analysis.sentences import Sentence

__all__ = [
    "Scope",
    "Slot",
    "Statement",
    "Vocabulary",
    "normal_text",
    "scopes",
    "statements",
    "titles_and_leads",
    "vocabulary",
]


@dataclass(frozen=True, slots=True)
class Slot:
    """Something that prompts like to say twice: how it is said, the words (lower case) of which one is in each such saying, and those (stems) beside which it says nothing else."""

    needs: tuple[str, ...]
    says: re.Pattern[str]
    beside: frozenset[str]
    apart: frozenset[str]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words of a language that tell whether two sentences say the same; lexicons/repetition.yaml says what each is for."""

    language: str
    sets: Mapping[str, frozenset[str]]
    patterns: Mapping[str, re.Pattern[str]]
    endings: tuple[str, ...]
    same: Mapping[str, str]
    pointers: tuple[str, ...]
    """The words (lower case) of which one is in each deictic expression."""
    doubled: tuple[str, ...]
    """The words (lower case) of which one is in each doublet."""
    slots: Mapping[str, Slot]
    filling: tuple[str, ...]
    """What the slots need: a sentence without any of it fills none."""
    numbers: Mapping[str, int]
    whole: frozenset[str]
    """The words that are no content."""
    silent: frozenset[str]
    """Those of them, and the numbers, that change nothing in what the words behind them mean."""
    empty: frozenset[str]
    """What is no content and neither bans what stands behind it nor ties it to a case, stops among it."""
    compared: Callable[[str], str]
    """What a word is compared by: its stem, or that of the words that mean the same."""
    content: Mapping[str, str]
    """What a run of letters (lower case, ``'`` and ``-`` among them) says: its content words (stems) and marks for what bans."""

    def says(self, name: str, text: str) -> bool:
        """Whether the pattern with that name is found in a sentence."""
        return _says(text, self, name)


@remembered
def _says(text: str, words: Vocabulary, name: str) -> bool:
    return words.patterns[name].search(text) is not None


_BANS = "!"
"""The mark, among content words, of words that ban."""
_KNOWN = 30_000
"""Different runs of letters that are remembered."""


class _Contents(dict[str, str]):
    """What each run of letters says, with a blank between its words: mostly it is one word."""

    def __init__(self, negation: frozenset[str], passed: frozenset[str], compared: Callable[[str], str]) -> None:
        self._negation, self._passed, self._compared = negation, passed, compared

    def __missing__(self, run: str) -> str:
        if len(self) >= _KNOWN:
            self.clear()
        word = run.strip("'-")
        found: list[str] = []
        for each in (word,) if word.isalnum() else _tokens(run, self._passed):
            if each not in self._passed:
                found.append(self._compared(each))
            elif each in self._negation:
                found.append(_BANS)
        said = self[run] = " ".join(found)
        return said


_RUN = Words(lambda each: each.isalnum() or each in "'-")


def _runs(lowered: str) -> str:
    """A text in lower case with blanks for what is no letter, ``'`` or ``-``."""
    return _RUN.blanked(lowered.replace("’", "'"))


_SHORTEST_STEM = 3


def _stem(word: str, endings: tuple[str, ...]) -> str:
    if not word.endswith(endings):
        return word
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


@cache
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary of a language of `LANGUAGES`."""
    data = load_data("repetition")[language]
    endings = tuple(sorted(data["endings"], key=lambda ending: (-len(ending), ending)))
    same = {
        _stem(word, endings): _stem(words[0], endings).replace(" ", "_") for words in data["same"] for word in words
    }

    sets = {
        name: frozenset(data[name]) for name in ("ignored", "subjects", "emphasis", "negation", "contrast", "narrows")
    }
    numbers = load_data("lengths")[language]["numbers"]

    @lru_cache(maxsize=20_000)
    def content(word: str) -> str:
        stem = _stem(word, endings)
        return same.get(stem, stem)

    turning = sets["negation"] | sets["narrows"]
    silent = sets["ignored"].union(numbers) - turning - sets["contrast"]
    whole = sets["ignored"] | turning
    return Vocabulary(
        language=language,
        sets=sets,
        patterns={
            name: regex(data[name], re.IGNORECASE)
            for name in (
                "deictic",
                "refers_back",
                "urges",
                "general",
                "part",
                "procedure",
                "persona",
                "doublet",
                "refers",
            )
        },
        endings=endings,
        same=same,
        pointers=tuple(data["pointers"]),
        doubled=tuple(data["doubled"]),
        filling=tuple(dict.fromkeys(need for slot in data["slots"].values() for need in slot["needs"])),
        slots={
            name: Slot(
                tuple(slot["needs"]),
                regex(slot["says"], re.IGNORECASE),
                frozenset(map(content, slot["beside"])),
                frozenset(map(content, slot.get("apart", ()))),
            )
            for name, slot in data["slots"].items()
        },
        numbers=numbers,
        whole=whole,
        silent=silent,
        empty=((silent | sets["ignored"]) - turning) | _STOPS | {","},
        compared=content,
        content=_Contents(sets["negation"], whole | silent, content),
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a sentence stands, as far as that says what it applies to.

    `branch` are the arms of the template's branches and loops around it, `section` and `lead` the offsets of the heading and
    of the line ending in a colon above it (-1: none), `parents` those of the list items it is part of. `general`: what stands
    there is about the whole prompt. `steps`: the items there are steps of a procedure. `above`: heading and lead.
    """

    message: int
    branch: tuple[tuple[int, int], ...]
    section: int
    lead: int
    parents: tuple[int, ...]
    general: bool
    steps: bool
    above: str

    def near(self, other: Scope) -> bool:
        """Whether both are in the same place of the text."""
        here = (self.message, self.section, self.lead, self.parents)
        return here == (other.message, other.section, other.lead, other.parents)


_DEEPEST = 100
"""Arms around a sentence that are told apart."""


class _Branches:
    """Answers in which arms of a template's branches and loops an offset lies."""

    def __init__(self, message: Message) -> None:
        self._starts: list[int] = [0]
        self._paths: list[tuple[tuple[int, int], ...]] = [()]
        stack: list[tuple[int, int]] = []
        for number, part in enumerate(message.parts):
            if not isinstance(part, Control) or part.role == "single":
                continue
            if part.role == "open":
                stack.append((number, 0))
            elif part.role == "middle" and stack:
                stack[-1] = (stack[-1][0], stack[-1][1] + 1)
            elif part.role == "close" and stack:
                stack.pop()
            self._starts.append(part.span.end)
            # below that depth only the innermost arm is told apart, so that each tag costs the same however deep it stands
            self._paths.append(tuple(stack) if len(stack) <= _DEEPEST else (*stack[:_DEEPEST], stack[-1]))

    def at(self, offset: int) -> tuple[tuple[int, int], ...]:
        return self._paths[bisect_right(self._starts, offset) - 1]


_ORDERED = regex(r"\(?(?:\d{1,3}|[a-zA-Z])[.)]")
_BLANK_LINE = regex(r"(?:\n|\r(?!\n))[ \t]*(?:\r|\n)")
_ITEM_MARKER = 12
"""Code points that a list item's marker takes at most, with a check box."""


def titles_and_leads(part: MessageAnalysis) -> Iterator[str]:
    """What stands above other sentences of a message: the titles of its headings, and what ends in a colon."""
    for sentence in part.sentences:
        if sentence.block == "heading":
            yield _title(sentence)
        elif _announces(sentence):
            yield sentence.text


def _title(heading: Sentence) -> str:
    found = heading_title(heading.text)
    return found[1] if found else heading.text


def _announces(sentence: Sentence) -> bool:
    return sentence.block != "item" and sentence.text.rstrip("*_ ").endswith(":")


def scopes(index: int, part: MessageAnalysis, words: Vocabulary) -> Iterator[tuple[int, Scope]]:
    """The numbers of the sentences of one message but its headings, each with its scope."""
    text = part.message.text
    branches = _Branches(part.message)
    general, exact, procedure = (words.patterns[name] for name in ("general", "part", "procedure"))

    def about(title: str) -> tuple[bool, bool]:
        """Whether what stands below is about the whole prompt, and whether it is a procedure."""
        is_general = not title or (bool(general.search(title)) and not exact.search(title))
        return is_general, bool(procedure.search(title))

    section, lead, title, above = -1, -1, "", "\n"
    nothing = below_title = below_lead = about("")
    items: list[tuple[int, int]] = []  # indent and start of the items around
    end, announces = 0, False
    for number, sentence in enumerate(part.sentences):
        start = sentence.start
        if sentence.block != "item":
            items = []
            # what a line that ends in a colon announces is the next paragraph, or the list behind it
            if lead >= 0 and not announces and (sentence.block == "heading" or _BLANK_LINE.search(text, end, start)):
                lead, above, below_lead = -1, f"{title}\n", nothing
        end = sentence.end
        if sentence.block == "heading":
            section, title = start, _title(sentence)
            below_title = about(title)
            lead, above, below_lead, announces = -1, f"{title}\n", nothing, False
            continue
        parents: tuple[int, ...] = ()
        ordered = False
        if sentence.block == "item":
            line = max(text.rfind("\n", max(0, start - 200), start), text.rfind("\r", max(0, start - 200), start)) + 1
            before = text[line:start] if line else text[max(0, start - _ITEM_MARKER) : start]
            marker = before.strip()
            if not marker or len(marker) > _ITEM_MARKER or any(map(str.isalpha, marker[1:])):
                parents = tuple([at for _, at in items])  # a later sentence of the item belongs to it
            else:
                indent = len(before) - len(before.lstrip())
                while items and items[-1][0] >= indent:
                    items.pop()
                parents = tuple([at for _, at in items])
                items.append((indent, start))
                ordered = bool(_ORDERED.match(marker))
        scope = Scope(
            index,
            branches.at(start),
            section,
            lead,
            parents,
            not parents and below_title[0] and below_lead[0],
            ordered or below_title[1] or below_lead[1],
            above,
        )
        yield number, scope
        announces = _announces(sentence)
        if announces:
            lead, above, below_lead = start, f"{title}\n{sentence.text}", about(sentence.text)


class _Message:
    """A message as far as its statements need it."""

    def __init__(self, index: int, part: MessageAnalysis, language: str) -> None:
        self.index = index
        self.text = part.message.text
        self.words = vocabulary(language)
        self.part = part
        self._literals = [region.span for region in part.regions if region.kind in _LITERAL]
        self._tags = [region.span for region in part.regions if region.kind == "tag"]
        self._literal_starts = [span.start for span in self._literals]
        self._tag_starts = [span.start for span in self._tags]
        self._said = self.words.content.__getitem__

    @property
    def tagged(self) -> bool:
        """Whether it holds tags."""
        return bool(self._tags)

    @attribute
    def pointing(self) -> frozenset[int]:
        """The numbers of the sentences that may point at something near: the others hold no such word."""
        return frozenset(self.part.holding(self.words.pointers))

    @attribute
    def _runs(self) -> str:
        """Its runs of letters, each where it stands; nothing where some letter becomes two in lower case."""
        lowered = self.part.literals.lowered
        return _runs(lowered) if len(lowered) == len(self.part.instruction_text) else ""

    def content(self, sentence: Sentence) -> str:
        """The content words (stems) of a sentence and marks for what bans, in their order, with blanks between."""
        tags = self.tags(sentence)
        if tags or not self._runs:
            runs = _runs(_blanked(sentence, tags).lower())
        else:
            runs = self._runs[sentence.start : sentence.end]
        return " ".join(map(self._said, runs.split()))

    @attribute
    def branches(self) -> _Branches:
        """Tells the arms around an offset."""
        return _Branches(self.part.message)

    @attribute
    def scopes(self) -> Mapping[int, Scope]:
        """Where each sentence stands, by its number."""
        return dict(scopes(self.index, self.part, self.words))

    def literals(self, sentence: Sentence) -> list[Span]:
        """The quotations, code and variables that start in a sentence, in their order."""
        starts = self._literal_starts
        return self._literals[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]

    def tags(self, sentence: Sentence) -> list[Span]:
        """The tags that start in a sentence, in their order."""
        starts = self._tag_starts
        if not starts:
            return []
        return self._tags[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]


class Statement:
    """A sentence as far as it is compared with others: the one with that `number` among those of its message."""

    def __init__(self, number: int, sentence: Sentence, message: _Message) -> None:
        self.number, self.sentence = number, sentence
        self._message = message

    @property
    def message(self) -> int:
        """The index of its message."""
        return self._message.index

    @property
    def scope(self) -> Scope:
        """Where it stands."""
        return self._message.scopes[self.number]

    @property
    def branch(self) -> tuple[tuple[int, int], ...]:
        """The arms of the template's branches and loops around it."""
        return self._message.branches.at(self.sentence.start)

    def within(self, other: Statement) -> bool:
        """Whether `other` is sent whenever this is."""
        if self.message != other.message:
            return not other.branch
        return self.branch[: len(other.branch)] == other.branch

    @property
    def normal(self) -> str:
        """Its text without case and punctuation."""
        return self._message.part.normal_texts[self.number]

    @attribute
    def content(self) -> str:
        """Its content words (stems) and marks for what bans, in their order, with blanks between."""
        return self._message.content(self.sentence)

    @attribute
    def words(self) -> tuple[str, ...]:
        """Its content words (stems) in order."""
        return tuple(self.content.replace(_BANS, "").split())

    @property
    def bans(self) -> bool:
        """Whether it holds a negation."""
        return _BANS in self.content

    @property
    def banned(self) -> frozenset[str]:
        """Those of its words that it negates."""
        return self._turned[0]

    @property
    def narrows(self) -> frozenset[str]:
        """The words that tie it to a case."""
        return self._turned[1]

    @attribute
    def literals(self) -> frozenset[str]:
        """What it holds beside words: numbers, quotations, code, variables."""
        text = self._message.text
        marks = {
            text[span.start : span.end].strip("\"'`“”‘’„«» ").lower() for span in self._message.literals(self.sentence)
        }
        numbers = _numbers(self.sentence.text, self._message.words)
        return numbers.union(marks) if marks else numbers

    @attribute
    def plain(self) -> str:
        """Its text with the literals and tags blanked."""
        literals, tags = self._message.literals(self.sentence), self._message.tags(self.sentence)
        return _blanked(self.sentence, sorted((*literals, *tags)) if literals and tags else literals or tags)

    @property
    def persona(self) -> bool:
        """Whether it says who the model is."""
        return self._message.words.patterns["persona"].match(self.sentence.text) is not None

    @attribute
    def opening(self) -> str:
        """The first word in it that is content, bans or ties it to a case."""
        empty = self._message.words.empty
        if not self._message.tagged:
            first = self.sentence.text.split(maxsplit=1)[0].lower()
            if first.isalpha() and first not in empty:
                return first  # as in most
        return next((word for word in _tokens_of(self._worded, self._message.words.whole) if word not in empty), "")

    @property
    def forbids(self) -> bool:
        """Whether each of its words is negated; in some languages the verb stands before the negation ("antworte nie auf")."""
        if not self.bans:
            return False  # as most do
        words = self._message.words
        negation, verb = words.sets["negation"], set[str]()
        if self.opening not in negation:
            if negation.isdisjoint(self.normal.split()):
                return False
            verb = {words.compared(self.opening)}
        return bool(self.banned) and set(self.words) - self.banned == verb

    @property
    def _worded(self) -> str:
        """Its text with the tags blanked."""
        return _blanked(self.sentence, self._message.tags(self.sentence))

    @attribute
    def deictic(self) -> bool:
        """Whether it points at something near, so that it says something else at another place."""
        text, patterns = self.sentence.text, self._message.words.patterns
        if self.number in self._message.pointing and patterns["deictic"].search(text):
            return True
        return patterns["refers_back"].match(text) is not None

    @attribute
    def _turned(self) -> tuple[frozenset[str], frozenset[str]]:
        return _turned(self._worded, self._message.words.language)


_TOKEN = regex(r"[^\W_]+(?:['’-][^\W_]+)*|[,;:.!?()–—]")
_STOPS = frozenset(";:.!?()–—")
_NUMBER = regex(r"\d[\d.,]*")
_LITERAL = ("quote", "inline-code", "variable", "link", "code")


def statements(index: int, part: MessageAnalysis, language: str) -> list[Statement]:
    """The sentences of one message but its headings."""
    message = _Message(index, part, language)
    return [
        Statement(number, sentence, message)
        for number, sentence in enumerate(part.sentences)
        if sentence.block != "heading"
    ]


def normal_text(text: str) -> str:
    """A text without case and punctuation, as sentences are compared word for word."""
    return " ".join(text.lower().replace("*", " ").replace("_", " ").split()).rstrip(".!; ")


@remembered
def _numbers(text: str, words: Vocabulary) -> frozenset[str]:
    """The numbers in a sentence."""
    digits = {number.rstrip(".,") for number in _NUMBER.findall(text)}
    named = {str(words.numbers[word]) for word in _TOKEN.findall(text.lower()) if word in words.numbers}
    return frozenset(digits | named)


def _blanked(sentence: Sentence, spans: Sequence[Span]) -> str:
    """A sentence with ranges of its message blanked, which are in the order of their start."""
    if not spans:
        return sentence.text
    pieces: list[str] = []
    start, at = sentence.start, 0
    for span in spans:
        low, high = max(span.start - start, at), min(span.end - start, len(sentence.text))
        if low < high:
            pieces += sentence.text[at:low], " " * (high - low)
            at = high
    return "".join(pieces) + sentence.text[at:]


_ELIDED = regex(r"(?:[a-z]|qu)'(?=\w)")


def _tokens(text: str, whole: frozenset[str]) -> list[str]:
    """The words and stops of a text in lower case, with what French elides apart: ``n'invente`` is ``n`` and ``invente``."""
    words = _TOKEN.findall(text.lower().replace("’", "'"))
    return list(_apart(words, whole)) if "'" in text or "’" in text else words


def _tokens_of(text: str, whole: frozenset[str]) -> Iterator[str]:
    """The same one by one, for who needs the first of them."""
    words = (match.group() for match in _TOKEN.finditer(text.lower().replace("’", "'")))
    return _apart(words, whole) if "'" in text or "’" in text else words


def _apart(words: Iterable[str], whole: frozenset[str]) -> Iterator[str]:
    for word in words:
        elided = None if word in whole else _ELIDED.match(word)
        if elided:
            yield word[: elided.end() - 1]
            yield word[elided.end() :]
        else:
            yield word


@remembered
def _turned(text: str, language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The content words of a sentence that it bans, and what narrows it down."""
    words = vocabulary(language)
    banned: set[str] = set()
    narrowing: set[str] = set()
    ban = False
    negation, contrast, narrows = (words.sets[name] for name in ("negation", "contrast", "narrows"))
    for word in _tokens(text, words.whole):
        if word in words.silent:
            continue
        if word in _STOPS or word in contrast:
            ban = False
        if word in negation:
            ban = True
        if word in narrows:
            narrowing.add(words.compared(word))
        elif ban and word not in words.whole and word[0].isalnum():
            banned.add(words.compared(word))
    return frozenset(banned), frozenset(narrowing)
