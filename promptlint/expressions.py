"""Compiled regular expressions, kept from one process to the next.

`re` takes about 0.2 ms to compile an expression, and a short prompt needs some two hundred: half the time of its run. What
`re` makes is a list of numbers, which become an expression again in 5 us. So that list is kept as Python keeps what it
compiles itself: in the package's ``__pycache__``, in Python's own format and for this very build of it, where that folder can
be written and Python is allowed to (``PYTHONDONTWRITEBYTECODE``). Whatever is wrong with the file, or with this kind of Python, the expressions are
compiled as ever.
"""

from __future__ import annotations

import marshal
import os
import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from itertools import accumulate
from mmap import ACCESS_READ, mmap
from typing import Any, Final
from zlib import crc32

__all__ = ["Expressions", "place"]

_LARGEST: Final = 4_000_000
"""Bytes of a file that is read or written at most."""
_WORTH: Final = 8
"""Expressions that have to be new for the file to be written."""


def place() -> str | None:
    """The file for this Python; None: it keeps nothing."""
    if sys.implementation.name != "cpython" or not sys.implementation.cache_tag:
        return None
    if __spec__.cached is None:
        return None
    return __spec__.cached.removesuffix(".pyc") + ".kept"


def _signature() -> str:
    """What a file says in the beginning: only what this build of Python made can be used."""
    engine = import_module("_sre")
    return " ".join(f"{sys.version} {engine.MAGIC} {engine.CODESIZE} {sys.byteorder}".split())


# In the file: a line with the signature, filled up with blanks to a multiple of 8 bytes; then numbers of 32 bits: how many
# expressions there are, the CRC-32 of the rest of the index, and of each expression a hash of its pattern, in their order, then
# where its entry starts, its length and its CRC-32; then the entries. So a process reads no more of it than it needs.
_Entry = tuple[str, int, int, int, dict[str, int], list[int]]
"""A pattern, the flags that were given, those that it has, the number of its groups, their names, and what `re` made."""
_ITEM: Final = 4


def _hash(pattern: str) -> int:
    return crc32(pattern.encode("utf-8", "surrogatepass"))


def _packed(entries: Iterable[_Entry]) -> bytes:
    """A file of entries."""
    from array import array

    blobs = sorted((_hash(each[0]), marshal.dumps(each)) for each in entries)
    line = _signature().encode() + b"\n"
    head = line[:-1] + b" " * (-len(line) % 8) + b"\n"
    start = len(head) + _ITEM * (2 + 4 * len(blobs))
    starts = list(accumulate((len(blob) for _, blob in blobs), initial=start))[:-1]
    rows = zip(
        *((mark, at, len(blob), crc32(blob)) for (mark, blob), at in zip(blobs, starts, strict=True)), strict=True
    )
    index = array("I", [number for column in rows for number in column]).tobytes()
    return head + array("I", [len(blobs), crc32(index)]).tobytes() + index + b"".join(blob for _, blob in blobs)


class _Kept:
    """The entries of a file."""

    def __init__(self, data: memoryview) -> None:
        """Raises ValueError for what this Python did not write."""
        line = _signature().encode() + b"\n"
        start = len(line) + -len(line) % 8
        if bytes(data[:start]) != line[:-1] + b" " * (start - len(line)) + b"\n" or len(data) < start + 2 * _ITEM:
            raise ValueError("made by another Python")
        self._data = data
        self._count, mark = data[start : start + 2 * _ITEM].cast("I")
        start += 2 * _ITEM
        index = data[start : start + 4 * _ITEM * self._count]
        if len(index) != 4 * _ITEM * self._count or crc32(index) != mark:
            raise ValueError("broken")
        self._numbers = index.cast("I")

    def _blob(self, place: int) -> bytes:
        """Raises ValueError where it is broken."""
        start, length, mark = (self._numbers[place + column * self._count] for column in (1, 2, 3))
        blob = bytes(self._data[start : start + length])
        if crc32(blob) != mark:
            raise ValueError("broken")
        return blob

    def get(self, pattern: str, flags: int) -> _Entry | None:
        """The entry of an expression. Raises ValueError where it is broken."""
        mark = _hash(pattern)
        place = bisect_left(self._numbers, mark, 0, self._count)
        while place < self._count and self._numbers[place] == mark:
            entry: _Entry = marshal.loads(self._blob(place))  # noqa: S302  # what Python reads beside this file, too
            if entry[:2] == (pattern, flags):
                return entry
            place += 1
        return None

    def entries(self) -> Iterator[_Entry]:
        """All entries that are not broken."""
        for place in range(self._count):
            with suppress(ValueError):
                yield marshal.loads(self._blob(place))  # noqa: S302


def _restored(pattern: str, flags: int, code: list[int], groups: int, names: dict[str, int]) -> re.Pattern[str]:
    """The last step of `re.compile`. Raises RuntimeError for numbers that make no expression."""
    by_index: list[str | None] = [None] * (groups + 1)
    for name, index in names.items():
        by_index[index] = name
    made: re.Pattern[str] = import_module("_sre").compile(pattern, flags, code, groups, names, tuple(by_index))
    return made


def _code(pattern: str, flags: int) -> list[int]:
    """The numbers that `re.compile` makes."""
    compiler: Any = import_module("re._compiler")
    numbers: list[int] = compiler._code(import_module("re._parser").parse(pattern, flags), flags)  # noqa: SLF001
    return [int(number) for number in numbers]  # some are of a class of their own, with a name


class Expressions:
    """Compiles expressions, or takes those that the file `path` keeps."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._worth = _WORTH
        self._new: dict[tuple[str, int], re.Pattern[str]] = {}

    @cached_property
    def _kept(self) -> _Kept | None:
        if self._path is not None:
            with suppress(OSError, ValueError), open(self._path, "rb") as file:  # noqa: PTH123
                if os.fstat(file.fileno()).st_size <= _LARGEST:
                    return _Kept(memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)))
        return None

    def compiled(self, pattern: str, flags: int) -> re.Pattern[str]:
        """What `re.compile` gives."""
        flags = int(flags)
        if self._kept is not None:
            try:
                entry = self._kept.get(pattern, flags)
                if entry is not None:
                    _, _, real, groups, names, code = entry
                    return _restored(pattern, real, code, groups, names)
            except Exception:  # noqa: BLE001  # whatever it is, it can be compiled
                self._worth = 1
        made = self._new[pattern, flags] = re.compile(pattern, flags)
        return made

    def keep(self) -> None:
        """Write what was compiled, with what was kept before, if that is worth it. Never raises."""
        if len(self._new) < self._worth or self._path is None or sys.dont_write_bytecode:
            return
        with suppress(Exception):
            entries = {each[:2]: each for each in self._kept.entries()} if self._kept is not None else {}
            for (pattern, flags), made in self._new.items():
                code = _code(pattern, flags)
                names = dict(made.groupindex)
                if _restored(pattern, made.flags, code, made.groups, names) == made:  # compares the numbers, too
                    entries[pattern, flags] = (pattern, flags, int(made.flags), made.groups, names, code)
            data = _packed(entries.values())
            if len(data) < _LARGEST:
                _write(self._path, data)
        self._new = {}


def _write(path: str, data: bytes) -> None:
    """Put a file in its place as a whole. Raises OSError."""
    beside = f"{path}.{os.getpid()}"
    try:
        with open(beside, "xb") as file:  # noqa: PTH123
            file.write(data)
        os.replace(beside, path)  # noqa: PTH105
    except OSError:
        with suppress(OSError):
            os.unlink(beside)  # noqa: PTH108
        raise
