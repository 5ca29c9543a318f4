"""Text that stands in several prompts: lines by hash, and the blocks of lines that many files share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from promptlint.analysis.regions import lines_of
from promptlint.hashes import sha256
from promptlint.lazy import dataclass, regex
from promptlint.prompt import Message
from promptlint.source import Location, Span

__all__ = ["Mark", "Shared", "is_copy_name", "marks", "shared_blocks"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of a prompt: the hash of its text with white space collapsed, its tokens and its place.

    `digest` is empty at the end of a message, where no block goes on.
    """

    digest: str
    tokens: int
    location: Location


_DIGITS = 16
"""Hexadecimal digits (64 bits) of a line's hash."""


def marks(message: Message, count: Callable[[str], int]) -> Iterator[Mark]:
    """The lines of a message that hold a letter or a digit, and its end. `count` gives the tokens of a text."""
    for line in lines_of(message.text):
        text = " ".join(line.text.split())
        if not any(character.isalnum() for character in text):
            continue
        location = message.locate(Span(line.start + len(line.text) - len(line.text.lstrip()), line.end))
        if location is not None:
            digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
            yield Mark(digest, count(line.text + "\n"), location)
    if message.text:
        end = message.locate(Span(len(message.text), len(message.text)))
        yield Mark("", 0, end or Location(message.map.path or "", Span(0, 0)))


@dataclass(frozen=True, slots=True)
class Shared:
    """A block of file `file` that other files hold, too: its place, its tokens, and where in each of the others it stands."""

    file: int
    place: Location
    tokens: int
    others: tuple[tuple[int, Location], ...]


_CROWD = 500
"""Occurrences of one line that are looked at, so that a line which stands everywhere costs no more than others."""


def shared_blocks(
    files: Sequence[Sequence[Mark]], names: Sequence[str], least_tokens: int, least_files: int, wanted: Iterable[int]
) -> Iterator[Shared]:
    """The blocks of the `wanted` files with at least so many tokens that stand in at least so many files, copies counted once.

    Args:
        files: the marks of each file.
        names: the path of each.
        least_tokens: tokens from which on a block counts.
        least_files: files, this one included, that must hold it.
        wanted: the indices of the files whose blocks are asked for.

    """
    index: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, lines in enumerate(files):
        for at, mark in enumerate(lines):
            if mark.digest and len(index[mark.digest]) < _CROWD:
                index[mark.digest].append((number, at))
    copies = _Copies(files, names)
    for number in wanted:
        lines = files[number]
        at = 0
        while at < len(lines):
            mark = lines[at]
            starts = [place for place in index[mark.digest] if place[0] != number] if mark.digest else []
            others, length = _longest(
                files, (number, at), starts, lambda numbers: copies.distinct(numbers, least_files)
            )
            block = lines[at : at + length]
            tokens = sum(mark.tokens for mark in block)
            if tokens < least_tokens:
                at += 1
                continue
            places = {other: _place(files[other][start : start + length]) for other, start in reversed(others)}
            yield Shared(number, _place(block), tokens, tuple(sorted(places.items())))
            at += length


def _longest(
    files: Sequence[Sequence[Mark]],
    place: tuple[int, int],
    starts: list[tuple[int, int]],
    enough: Callable[[Iterable[int]], bool],
) -> tuple[list[tuple[int, int]], int]:
    """Where the block that starts at a line goes on longest in enough files, and its lines. `starts`: where the line stands, too."""
    number, at = place
    kept, alive, length = starts, starts, 0
    while alive and enough([number, *(other for other, _ in alive)]):
        kept, length = alive, length + 1
        if at + length == len(files[number]) or not files[number][at + length].digest:
            break
        digest = files[number][at + length].digest
        alive = [
            (other, start)
            for other, start in alive
            if start + length < len(files[other]) and files[other][start + length].digest == digest
        ]
    return kept, length


def _place(block: Sequence[Mark]) -> Location:
    first, last = block[0].location, block[-1].location
    return Location(first.path, Span(first.span.start, max(last.span.end, first.span.end)))


_SAME = 0.9
_SAME_NAMED = 0.5
"""The share of their lines, of both together, from which on two files are copies of one another; the second for files of one name."""


class _Copies:
    """Tells copies of one prompt, which stand for one: another version, another language, another agent's folder."""

    def __init__(self, files: Sequence[Sequence[Mark]], names: Sequence[str]) -> None:
        self._lines = [frozenset(mark.digest for mark in lines if mark.digest) for lines in files]
        self._names = names
        self._known: dict[tuple[int, int], bool] = {}

    def distinct(self, numbers: Iterable[int], least: int) -> bool:
        """Whether among the files are at least so many that are no copies of one another."""
        found: list[int] = []
        for number in dict.fromkeys(numbers):
            if not any(self._are(number, other) for other in found):
                found.append(number)
                if len(found) >= least:
                    return True
        return False

    def _are(self, one: int, other: int) -> bool:
        pair = (min(one, other), max(one, other))
        if pair not in self._known:
            a, b = self._lines[one], self._lines[other]
            names = self._names[one], self._names[other]
            alike = len(a & b) / max(len(a | b), 1)
            # the folder's name counts, too: many prompts are called system.md
            same_name = names[0].split("/")[-2:] == names[1].split("/")[-2:]
            self._known[pair] = alike >= (_SAME_NAMED if same_name else _SAME) or is_copy_name(*names)
        return self._known[pair]


_VARIANT = regex(
    r"(?:[._-](?:v?\d+(?:\.\d+)*|copy|old|new|backup|bak|orig|draft|final|test|[a-z]{2}(?:[-_][a-z]{2,4})?))+(?=$|[./])",
    re.IGNORECASE,
)
_LOCALE = regex(r"(?:^|(?<=/))[a-z]{2}(?:[-_][A-Za-z]{2,4})?(?=/)")


def is_copy_name(one: str, other: str) -> bool:
    """Whether two paths name variants of one prompt: ``summary.de.md`` and ``summary.fr.md``, ``v1/ask.md`` and ``v2/ask.md``.

    Agents look for the same file in folders of their own, so a file of the same name below the same folder is one as well.
    """
    return one != other and _bare(one) == _bare(other)


def _bare(path: str) -> str:
    bare = _LOCALE.sub("", _VARIANT.sub("", path))
    parts = [
        part for part in bare.split("/") if not part.startswith(".") and not re.fullmatch(r"v?\d+(?:\.\d+)*", part)
    ]
    return "/".join(parts).lower().replace("_", "-")
