"""A vocabulary of byte pairs as one file that is mapped into memory, and exact counting over it.

tiktoken needs a fifth of a second to load a vocabulary, which is worth it from about a megabyte of text on. A table as it is
made here (by the build: see hatch_build.py) is ready at once, and counts as fast as tiktoken loads for the few kilobytes of
a prompt. It never guesses: what it is not made for it leaves to tiktoken (`TableCounter.count` gives None).

This module imports nothing of promptlint, so that the build can use it.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from typing import Final
from zlib import crc32

__all__ = ["CLASSES", "PATTERNS", "CharacterClasses", "Table", "TableCounter", "pack", "parse_classes"]

# The file: header, slots, offsets, tokens end to end in the order of their ranks. A slot holds a rank + 1, or 0; a token's
# first slot is its CRC-32 modulo the number of slots, and where that is taken, the next free one. All numbers are 32 bits,
# little endian.
_MAGIC: Final = b"PLV1"
_HEADER: Final = 16
"""Bytes of the header: the mark, the number of tokens and of slots, and nothing yet."""
_LOAD: Final = 2
"""Slots for each token, at least."""


def pack(tokens: Sequence[bytes]) -> bytes:
    """The file for a vocabulary: `tokens` in the order of their ranks, each once and none empty."""
    import struct  # what reads needs it not

    slots = 1
    while slots < _LOAD * len(tokens):
        slots *= 2
    table = [0] * slots
    offsets = [0]
    for rank, token in enumerate(tokens):
        slot = crc32(token) & (slots - 1)
        while table[slot]:
            slot = (slot + 1) & (slots - 1)
        table[slot] = rank + 1
        offsets.append(offsets[-1] + len(token))
    head = struct.pack("<4sIII", _MAGIC, len(tokens), slots, 0)
    return b"".join((head, struct.pack(f"<{slots}I", *table), struct.pack(f"<{len(offsets)}I", *offsets), *tokens))


class Table:
    """A vocabulary in a file that `pack` made."""

    def __init__(self, path: str) -> None:
        """Map the file. Raises OSError where that fails, ValueError for another kind of file (or of machine)."""
        if sys.byteorder != "little":
            raise ValueError("the numbers of the file are little endian")
        with open(path, "rb") as file:  # noqa: PTH123  (pathlib costs more to import than this takes)
            data = mmap(file.fileno(), 0, access=ACCESS_READ)
        view = memoryview(data)
        if len(data) < _HEADER or data[: len(_MAGIC)] != _MAGIC:
            raise ValueError(f"{path}: not a vocabulary")
        _, count, slots, _ = view[:_HEADER].cast("I")
        numbers = _HEADER + 4 * (slots + count + 1)
        if len(data) < numbers:
            raise ValueError(f"{path}: not a vocabulary")
        self._mask = slots - 1
        self._slots: memoryview[int] = view[_HEADER : _HEADER + 4 * slots].cast("I")
        self._offsets: memoryview[int] = view[_HEADER + 4 * slots : numbers].cast("I")
        self._tokens = view[numbers:]

    def rank(self, token: bytes) -> int | None:
        """The rank of a token; None: it is none."""
        slot = crc32(token) & self._mask
        offsets = self._offsets
        while entry := self._slots[slot]:
            if self._tokens[offsets[entry - 1] : offsets[entry]] == token:
                rank: int = entry - 1
                return rank
            slot = (slot + 1) & self._mask
        return None

    def tokens(self) -> list[bytes]:
        """Every token, by rank."""
        data, offsets = self._tokens.tobytes(), self._offsets.tolist()
        return [data[start:end] for start, end in pairwise(offsets)]


# -- the pieces of a text ---------------------------------------------------------------------------------------------

# The patterns of the encodings, in the words of `re`. All they ask of a character beyond ASCII is its class, so these
# characters are replaced by one for each class, and the classes are those of tiktoken's own engine (the file that
# `parse_classes` reads), not those of the Unicode version that Python happens to have.
CLASSES: Final = {"upper": "A", "lower": "a", "letter": "\u00aa", "mark": "\u0300", "number": "0", "blank": "\v"}
"""The classes of characters that the patterns know -> what stands for them; characters in none of them become ``#``.

upper: Lu, Lt. lower: Ll. letter: Lm, Lo. mark: M. number: N. blank: white space that ends no line.
"""
_OTHER: Final = "#"

_SPACE: Final = r"\t\n\v\f\r "
_LETTER: Final = r"A-Za-z\xaa"
_UPPER: Final = r"[A-Z\xaa\u0300]"
_LOWER: Final = r"[a-z\xaa\u0300]"
_CONTRACTION: Final = r"(?:'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL]))?"
_FRONT: Final = rf"[^\r\n0-9{_LETTER}]?"
PATTERNS: Final = {
    "o200k_base": (
        rf"{_FRONT}{_UPPER}*{_LOWER}+{_CONTRACTION}|{_FRONT}{_UPPER}+{_LOWER}*{_CONTRACTION}|[0-9]{{1,3}}|"
        rf" ?[^0-9{_LETTER}{_SPACE}]+[\r\n/]*|[{_SPACE}]*[\r\n]+|[{_SPACE}]+(?![^{_SPACE}])|[{_SPACE}]+"
    ),
    "cl100k_base": (
        rf"'(?:[sStTmMdD]|[lL][lL]|[vV][eE]|[rR][eE])|{_FRONT}+[{_LETTER}]++|[0-9]{{1,3}}+|"
        rf" ?[^0-9{_LETTER}{_SPACE}]++[\r\n]*+|[{_SPACE}]++\Z|[{_SPACE}]*[\r\n]|[{_SPACE}]+(?![^{_SPACE}])|[{_SPACE}]"
    ),
}
"""What cuts a text, simplified by `CharacterClasses`, into pieces: encoding -> pattern."""
_FOLDED: Final = "\u017f"
"""The long s, which is an s to the engine where it ignores case."""


class CharacterClasses:
    """The class of every character beyond ASCII."""

    def __init__(self, starts: Sequence[int], signs: Sequence[str]) -> None:
        self._starts = starts
        self._signs = signs

    def sign(self, character: str) -> str:
        """What stands for a character."""
        return self._signs[bisect_right(self._starts, ord(character)) - 1]

    def simplified(self, text: str) -> str:
        """The text with each character beyond ASCII replaced by what stands for it."""
        return text.translate({ord(each): self.sign(each) for each in set(text) if not each.isascii()})


def parse_classes(lines: Iterable[str]) -> CharacterClasses:
    """Read lines of ``<first code point in hexadecimal> <class, or other>``, each of which holds up to the next."""
    starts, signs = [0], [_OTHER]
    for line in lines:
        first, name = line.split()
        starts.append(int(first, 16))
        signs.append(CLASSES.get(name, _OTHER))
    return CharacterClasses(starts, signs)


# -- counting ---------------------------------------------------------------------------------------------------------

_LONGEST_PIECE: Final = 400
"""Bytes of a piece above which tiktoken counts: merging takes quadratic time here."""
_BUDGET: Final = 2_000_000
"""Characters that are counted here before tiktoken is loaded: about where loading it pays."""
_REMEMBERED: Final = 50_000


class TableCounter:
    """Counts the tokens of small and ordinary texts in an encoding of which there is a table."""

    def __init__(self, pieces: re.Pattern[str], table: Table, classes: Callable[[], CharacterClasses]) -> None:
        """`pieces` is one of `PATTERNS`. `classes` is asked only when a text goes beyond ASCII."""
        self._table = table
        self._classes = classes
        self._pieces = pieces
        self._known: dict[str, int] = {}
        self._left = _BUDGET

    def count(self, text: str) -> int | None:
        """The number of tokens; None: tiktoken is the one to ask."""
        self._left -= len(text)
        if self._left < 0 or _FOLDED in text:
            return None
        if text.isascii():
            pieces: Iterable[str] = self._pieces.findall(text)
        else:
            simple = self._classes().simplified(text)
            pieces = (text[found.start() : found.end()] for found in self._pieces.finditer(simple))
        known = self._known
        total = 0
        for piece in pieces:
            count = known.get(piece)
            if count is None:
                try:
                    data = piece.encode()
                except UnicodeEncodeError:  # half a surrogate pair
                    return None
                if len(data) > _LONGEST_PIECE:
                    return None
                count = 1 if self._table.rank(data) is not None else _merged(data, self._table)
                if len(known) < _REMEMBERED:
                    known[piece] = count
            total += count
        return total


def _merged(piece: bytes, table: Table) -> int:
    """How many tokens a piece has that is none itself: the pair of neighbours of the lowest rank is joined, until none is left."""
    rank = table.rank
    never = 1 << 32
    parts = [piece[index : index + 1] for index in range(len(piece))]
    # ranks[i]: the rank of what parts[i] and parts[i + 1] make together
    ranks = [_or(rank(piece[index : index + 2]), never) for index in range(len(piece) - 1)]
    while ranks:
        lowest = min(ranks)
        if lowest == never:
            break
        at = ranks.index(lowest)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
        del ranks[at]
        if at < len(ranks):
            ranks[at] = _or(rank(parts[at] + parts[at + 1]), never)
        if at:
            ranks[at - 1] = _or(rank(parts[at - 1] + parts[at]), never)
    return len(parts)


def _or(rank: int | None, never: int) -> int:
    return never if rank is None else rank
