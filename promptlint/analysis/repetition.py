"""What a prompt says twice: sentences and blocks word for word, and instructions in other words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Literal

from promptlint.analysis.lexicon import LANGUAGES, load_data
from promptlint.analysis.literals import holds_any
from promptlint.analysis.statements import Slot, Statement, Vocabulary, vocabulary
from promptlint.lazy import attribute, dataclass, regex
from promptlint.source import Span

if TYPE_CHECKING:
    from promptlint.analysis import Analysis

__all__ = ["Restatement", "begins_with_reference", "restatements"]


@dataclass(frozen=True, slots=True)
class Restatement:
    """What is said again at `span` of message `message`, and where it is said as well.

    `how`: ``block`` (several sentences word for word), ``exact`` (one sentence word for word), ``near`` (in other words),
    ``doublet`` (a word beside another that means the same).
    `near_by`: both stand in the same place of the text. `count` sentences are repeated.
    """

    how: Literal["block", "exact", "near", "doublet"]
    message: int
    span: Span
    other: int
    other_span: Span
    near_by: bool
    count: int = 1


_FEWEST = 4
"""Content words from which on two sentences are compared."""
_FEWEST_NEAR = 3
"""Content words from which on a sentence counts that comes again, word for word, in the same place of the text."""
_MOST = 120
"""Content words up to which a text is a sentence that others may restate."""
_BLOCK_SENTENCES = 3
_BLOCK_WORDS = 25
"""Sentences and content words from which on a repeated block counts wherever it stands."""
_CODE = regex(r"[{}<>|=$(\[_](?:(?<=[{}<>|=$])|(?<=\[)[^\]\[]{2,80}\]|(?<=\w\()|(?<=_)\w|(?<=\w_))")
"""Starts with the one character that tells code, which is looked for fastest."""
_LABEL = regex(r"[\W_]*(?P<label>[^\W_][^:.!?\r\n]{0,40}?)[*_`\"']*:(?=[*_\s])")
_CROWD = 40
"""How many sentences that share a word a sentence is compared with, so that long documents take linear time."""


def restatements(analysis: Analysis, *, exact_only: bool = False) -> Iterator[Restatement]:
    """What a prompt says again, in the order of its text, each place at most once."""
    if analysis.language not in LANGUAGES:
        return
    twice = _says_twice(analysis)
    if exact_only and not twice:
        return
    words = vocabulary(analysis.language)
    found = analysis.statements
    turns = _Turns(analysis, found)
    asking = _Asking(analysis)
    taken: set[int] = set()
    out: list[Restatement] = []
    for restatement, covered in _exact(found, words, turns, asking) if twice else ():
        out.append(restatement)
        taken.update(covered)
    if not exact_only:
        out += _near(analysis, words, turns, asking, taken)
    yield from sorted(out, key=lambda each: (each.message, each.span))


def _says_twice(analysis: Analysis) -> bool:
    """Whether any sentence comes again word for word, which most prompts have none of."""
    parts = [analysis.messages[index] for index in analysis.instructing]
    said = [text for part in parts for text in part.normal_texts]
    if len(set(said)) == len(said):
        return False
    headings = [sentence.block == "heading" for part in parts for sentence in part.sentences]
    said = [text for text, heading in zip(said, headings, strict=True) if not heading]
    return len(set(said)) < len(said)


class _Asking:
    """Tells which statements ask for something. Few are asked about."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis

    @attribute
    def _first(self) -> dict[int, int]:
        """For each message the place of its first sentence among the instructions."""
        instructing = self._analysis.instructing
        counts = [len(self._analysis.messages[index].sentences) for index in instructing]
        return dict(zip(instructing, accumulate(counts, initial=0), strict=False))

    def has(self, one: Statement) -> bool:
        return bool(self._analysis.instructions[self._first[one.message] + one.number].asks)


class _Turns:
    """Tells which statements belong to the same turn of a conversation. Few are asked about.

    What one turn asks for is no repetition of what another asks for.
    """

    def __init__(self, analysis: Analysis, found: Sequence[Statement]) -> None:
        self._analysis, self._found = analysis, found

    def same(self, one: int, other: int) -> bool:
        """Whether two statements, by their numbers, do."""
        return self._answers_before(one) == self._answers_before(other)

    def _answers_before(self, number: int) -> int:
        one = self._found[number]
        before, answers = self._answers[one.message]
        return before + bisect_left(answers, one.sentence.start)

    @attribute
    def _answers(self) -> list[tuple[int, list[int]]]:
        """For each message the answers before it, the assistant's messages and those of shots, and where those in it start."""
        found: list[tuple[int, list[int]]] = []
        count = 0
        for part in self._analysis.messages:
            count += part.message.role in ("assistant", "tool")
            found.append((count, [match.start() for match in _answer().finditer(part.message.text)]))
            count += len(found[-1][1])
        return found


@cache
def _answer() -> re.Pattern[str]:
    labels = "|".join(re.escape(label) for words in load_data("blocks").values() for label in words["answer"])
    return regex(
        rf"^[ \t>*_-]{{0,8}}(?:{labels})\s?\d{{0,3}}\*{{0,2}}[ \t]*:\*{{0,2}}[ \t]*\S", re.IGNORECASE | re.MULTILINE
    )


def _exact(
    found: Sequence[Statement], words: Vocabulary, turns: _Turns, asking: _Asking
) -> Iterator[tuple[Restatement, range]]:
    """Repeated blocks and sentences, each with the numbers of the statements that it covers."""
    first: dict[str, int] = {}
    number = 0
    while number < len(found):
        earlier = first.setdefault(found[number].normal, number)
        length = 0
        if earlier < number and turns.same(earlier, number):
            while (
                number + length < len(found)
                and earlier + length < number
                and found[number + length].normal == found[earlier + length].normal
                and found[number + length].within(found[earlier + length])
                and found[number + length].message == found[number].message
                and found[earlier + length].message == found[earlier].message
            ):
                length += 1
        if not length:
            number += 1
            continue
        for offset in range(length):
            first.setdefault(found[number + offset].normal, number + offset)
        if _is_block(found[number : number + length], words, asking):
            yield _restatement("block", found, number, earlier, length), range(number, number + length)
        else:
            for offset in range(length):
                one, other = found[number + offset], found[earlier + offset]
                if _counts_twice(one, other, words, asking):
                    at = number + offset
                    yield _restatement("exact", found, at, earlier + offset, 1), range(at, at + 1)
        number += length


def _is_block(run: Sequence[Statement], words: Vocabulary, asking: _Asking) -> bool:
    """Whether sentences that come again one behind the other count wherever they stand."""
    if len(run) < _BLOCK_SENTENCES:  # as most are
        return False
    real = [each for each in run if not _CODE.search(each.plain)]
    if sum(len(each.words) for each in real) < _BLOCK_WORDS:
        return False
    urged = sum(_instructs(each, words, asking) for each in real)
    return urged >= _BLOCK_SENTENCES and urged * 2 >= len(real)


def _restatement(
    how: Literal["block", "exact", "near"], found: Sequence[Statement], number: int, other: int, length: int
) -> Restatement:
    one, two = found[number], found[other]
    return Restatement(
        how,
        one.message,
        Span(one.sentence.start, found[number + length - 1].sentence.end),
        two.message,
        Span(two.sentence.start, found[other + length - 1].sentence.end),
        one.scope.near(two.scope),
        length,
    )


def _instructs(one: Statement, words: Vocabulary, asking: _Asking) -> bool:
    return asking.has(one) or words.says("urges", one.sentence.text)


def _stable(one: Statement, words: Vocabulary) -> bool:
    """Whether a sentence means the same wherever it stands."""
    text = one.sentence.text
    if text.rstrip("*_ ").endswith((":", "?")) or _CODE.search(one.plain) or one.deictic:
        return False
    label = _LABEL.match(text)
    return not label or label["label"].strip("*_ ").lower() in words.sets["emphasis"]


def _counts_twice(one: Statement, other: Statement, words: Vocabulary, asking: _Asking) -> bool:
    said = len(set(one.words))
    if said < _FEWEST_NEAR or not _stable(one, words):
        return False
    if (said < _FEWEST and not one.scope.near(other.scope)) or not _meet(one, other):
        return False
    if not (_instructs(one, words, asking) or _is_plain(one, other, words)):
        return False
    # a step may come twice, a rule need not
    return not (one.scope.steps and not words.says("urges", one.sentence.text))


_PLAIN_SENTENCE = regex(r"[^\W\d_a-z][^|]*[.!]\s*\Z")


def _is_plain(one: Statement, other: Statement, words: Vocabulary) -> bool:
    """Whether both are whole sentences of running text in the same place: then a verb that the lexicon does not know is one, too."""
    return (
        one.scope.near(other.scope)
        and one.sentence.block == other.sentence.block != "heading"
        and not _states(one, words)
        and _PLAIN_SENTENCE.match(one.sentence.text) is not None
    )


def _states(one: Statement, words: Vocabulary) -> bool:
    """Whether a sentence tells something ("The text is ...") or has a contraction's subject ("It's ...")."""
    first = one.sentence.text.split(maxsplit=1)[0].lower() if one.sentence.text.strip() else ""
    return not first or "'" in first or "’" in first or first in words.sets["subjects"]


def _meet(one: Statement, other: Statement) -> bool:
    return one.within(other) and (one.scope.near(other.scope) or (one.scope.general and other.scope.general))


def _holding(analysis: Analysis, literals: tuple[str, ...]) -> set[tuple[int, int]]:
    """The message and number of each sentence that holds one of some literals."""
    return {(index, number) for index in analysis.instructing for number in analysis.messages[index].holding(literals)}


def _filling(analysis: Analysis, words: Vocabulary) -> set[tuple[int, int]]:
    """The message and number of each sentence that fills a slot that another one fills, too."""
    found: set[tuple[int, int]] = set()
    held = {need for index in analysis.instructing for need in analysis.messages[index].literals.perhaps(words.filling)}
    for name, slot in words.slots.items() if held else ():
        places = set() if held.isdisjoint(slot.needs) else _holding(analysis, slot.needs)
        if len(places) < 2:
            continue
        filling: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for index, number in places:
            key = _fills(analysis.messages[index].sentences[number].text, name, slot)
            if key is not None:
                filling[key].append((index, number))
        found.update(place for same in filling.values() if len(same) > 1 for place in same)
    return found


def _alike(said: Sequence[Sequence[str]]) -> set[int]:
    """The numbers of the sentences of which one may say nothing beyond another, by their content words.

    A sentence with two words that no other has says something beyond each, as most do. Else what it restates has the rarest of
    its words; or the second, if it is one of those that may miss a word (see `_contained`).
    """
    counts = Counter(chain.from_iterable(said))
    once = {word for word, count in counts.items() if count == 1}
    rare: dict[str, list[tuple[int, set[str], int]]] = defaultdict(list)
    for number, each in enumerate(said):
        if not _FEWEST <= len(each) <= _MOST or len(once.intersection(each)) > 1:
            continue
        words = set(each)
        missing = int(len(words) > _FEWEST + 1)
        for word in sorted(words, key=counts.__getitem__)[: 1 + missing]:
            if word not in once:
                rare[word].append((number, words, missing))
    crowds = {word for word, sharing in rare.items() if len(sharing) > _CROWD}
    looked = frozenset(rare)
    alike: set[int] = set()
    for number, each in enumerate(said) if rare else ():
        held = looked.intersection(each)
        if not crowds.isdisjoint(held):
            alike.add(number)
            continue
        for word in held if len(each) <= _MOST else ():
            for other, words, missing in rare[word]:
                if other != number and len(words.difference(each)) <= missing:
                    alike.update((number, other))
    return alike


def _near(
    analysis: Analysis, words: Vocabulary, turns: _Turns, asking: _Asking, taken: set[int]
) -> Iterator[Restatement]:
    found = analysis.statements
    doubling, filling = _holding(analysis, words.doubled), _filling(analysis, words)
    alike = _alike([one.words for one in found])
    index: dict[str, list[int]] = defaultdict(list)
    slots: dict[tuple[str, str], list[int]] = defaultdict(list)
    said: set[int] = set()
    places = [(one.message, one.number) for one in found] if doubling or filling else ()
    filled = {number for number, place in enumerate(places) if place in filling}
    doubled = {number for number, place in enumerate(places) if place in doubling}
    for number in sorted(alike | filled | doubled):
        if number in taken:
            continue
        one = found[number]
        if number in doubled and (doublet := _doublet(one.plain, words)):
            before, inside = (span.shift(one.sentence.start) for span in doublet)
            yield Restatement("doublet", one.message, inside, one.message, before, near_by=True)
            continue
        if not (number in alike or number in filled) or not _stable(one, words):
            continue
        best = None
        if number in alike and len(one.words) <= _MOST and _instructs(one, words, asking):
            best = _contained_in(number, found, index, turns)
        if best is None and number in filled:
            best = _same_slot(number, found, words, slots, turns)
        if best is not None and best[0] not in said:
            said.add(best[0])
            yield _restatement("near", found, best[0], best[1], 1)


def _doublet(plain: str, words: Vocabulary) -> tuple[Span, Span] | None:
    """The first word and the second that means the same."""
    match = words.patterns["doublet"].search(plain)
    return None if match is None else (Span(*match.span("first")), Span(*match.span("second")))


def _contained_in(
    number: int, found: Sequence[Statement], index: dict[str, list[int]], turns: _Turns
) -> tuple[int, int] | None:
    """The statement, this or an earlier one, that says nothing beyond the other, and that other."""
    one = found[number]
    candidates: Counter[int] = Counter()
    for word in set(one.words):
        candidates.update(index[word][-_CROWD:])
        index[word].append(number)
    best: tuple[int, int] | None = None
    for other, shared in candidates.items():
        if shared < _FEWEST or not turns.same(other, number):
            continue
        two = found[other]
        if _contained(one, two, shared):
            best = max(best or (0, 0), (number, other))
        elif _contained(two, one, shared):
            best = max(best or (0, 0), (other, number))
    return best


def _contained(one: Statement, two: Statement, shared: int) -> bool:
    """Whether the first sentence says nothing that the second does not say."""
    few, many = set(one.words), set(two.words)
    missing, more = len(few) - shared, len(many) - shared
    if missing and not (
        # one word for one other is how lists vary a sentence; the same again elsewhere is mostly longer or shorter
        missing == 1 and shared > _FEWEST and more > 1 and not one.scope.near(two.scope)
    ):
        return False
    both = few & many
    return (
        one.narrows == two.narrows
        and one.literals <= two.literals
        and not two.persona
        and one.banned & both == two.banned & both
        and _compact(one.words, two.words)
        and not (one.scope.steps and two.scope.steps)
        and _meet(one, two)
    )


def _compact(few: Sequence[str], many: Sequence[str]) -> bool:
    """Whether the words of one sentence stand close together in another."""
    wanted = set(few)
    places = [place for place, word in enumerate(many) if word in wanted] or [0]
    return places[-1] - places[0] < len(wanted) * 3 // 2 + 1


def _same_slot(
    number: int,
    found: Sequence[Statement],
    words: Vocabulary,
    slots: dict[tuple[str, str], list[int]],
    turns: _Turns,
) -> tuple[int, int] | None:
    one = found[number]
    best: tuple[int, int] | None = None
    keys = _slots_in(one.sentence.text, words)
    if not keys or not 0 < len(one.words) <= _MOST:
        return None
    for key in keys:
        slot = words.slots[key[0]]
        for other in slots[key][-_CROWD:]:
            two = found[other]
            if best is not None or not turns.same(other, number) or _opposed(one, two):
                continue
            if _adds_nothing(one, two, slot) and _meet(one, two):
                best = (number, other)
            elif _adds_nothing(two, one, slot) and _meet(two, one) and not _only(two, words) - _only(one, words):
                best = (other, number)
        slots[key].append(number)
    return best


def _slots_in(text: str, words: Vocabulary) -> tuple[tuple[str, str], ...]:
    """The slots that a sentence fills."""
    lowered = text.lower()
    found = (_fills(text, name, slot) for name, slot in words.slots.items() if holds_any(lowered, slot.needs))
    return tuple(filter(None, found))


def _fills(text: str, name: str, slot: Slot) -> tuple[str, str] | None:
    """The name of a slot if a sentence fills it, with what it fills it with where the slot is of several kinds."""
    match = slot.says.search(text)
    return (name, (match.groupdict().get("key") or "").lower()) if match else None


def _only(one: Statement, words: Vocabulary) -> set[str]:
    """The words of exclusion in a sentence: "only", "just"."""
    return set(re.findall(r"\w+", one.plain.lower())) & words.sets["contrast"]


def _opposed(one: Statement, two: Statement) -> bool:
    """Whether one forbids what the other asks for."""
    words, others = set(one.words), set(two.words)
    if words == others:
        return one.banned != two.banned
    return (one.forbids and words < others and not two.banned) or (two.forbids and others < words and not one.banned)


def _adds_nothing(one: Statement, two: Statement, slot: Slot) -> bool:
    if one.narrows or two.narrows or not one.literals <= two.literals:
        return False
    words = set(one.words)
    own, both = words - slot.beside, set(two.words)
    # "only the reason" is not said by "only JSON with the reason"
    return own <= both and (not own or (both - words).isdisjoint(slot.apart))


def begins_with_reference(text: str, language: str) -> bool:
    """Whether a text begins with a word that refers to what stands before it."""
    return bool(vocabulary(language).patterns["refers"].match(text)) if language in LANGUAGES else False
