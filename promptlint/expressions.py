"""Compiled regular expressions, kept from one process to the next.

`re` takes about 0.2 ms to compile an expression, and a short prompt needs some two hundred: half the time of its run. What
`re` makes is a list of numbers, which become an expression again in 5 us. So that list is kept as Python keeps what it
compiles itself: in the package's ``__pycache__``, for this very build of Python, where that folder can be written and Python
is allowed to (``PYTHONDONTWRITEBYTECODE``). Whatever is wrong with the file, or with this kind of Python, the expressions are
compiled as ever.
"""

from __future__ import annotations

import os
import re
import sys
from array import array
from contextlib import suppress
from functools import cached_property
from importlib import import_module
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
    from importlib.util import cache_from_source

    return cache_from_source(__file__).removesuffix(".pyc") + ".kept"


def _signature() -> str:
    """What a file says in the beginning: only what this build of Python made can be used."""
    engine = import_module("_sre")
    return f"{sys.version} {engine.MAGIC} {engine.CODESIZE} {sys.byteorder}"


# In the file: a line with the signature in JSON, a line with the CRC-32 of the rest and the length of the index, the index in
# JSON, and the numbers of all expressions. An entry of the index is an expression's pattern, the flags that were given, those
# that it has, the number of its groups, their names, and where its numbers start and end.
_Entry = tuple[str, int, int, int, dict[str, int], int, int]


def _packed(entries: list[_Entry], numbers: array[int]) -> bytes:
    import json

    index = json.dumps(entries, separators=(",", ":")).encode()
    rest = index + numbers.tobytes()
    return f"{json.dumps(_signature())}\n{crc32(rest)} {len(index)}\n".encode() + rest


def _unpacked(data: bytes) -> tuple[list[_Entry], array[int]]:
    """Raises ValueError for what this Python did not write."""
    import json

    signature, line, rest = data.split(b"\n", 2)
    check, length = map(int, line.split())
    if json.loads(signature) != _signature() or crc32(rest) != check:
        raise ValueError("made by another Python, or broken")
    numbers = array("I")
    numbers.frombytes(memoryview(rest)[length:])
    return json.loads(rest[:length]), numbers


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
    return numbers


class Expressions:
    """Compiles expressions, or takes those that the file `path` keeps."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._new: dict[tuple[str, int], re.Pattern[str]] = {}

    @cached_property
    def _kept(self) -> tuple[dict[tuple[str, int], _Entry], array[int]]:
        if self._path is not None:
            with suppress(OSError, ValueError, TypeError), open(self._path, "rb") as file:  # noqa: PTH123
                entries, numbers = _unpacked(file.read(_LARGEST))
                return {(each[0], each[1]): each for each in entries}, numbers
        return {}, array("I")

    def compiled(self, pattern: str, flags: int) -> re.Pattern[str]:
        """What `re.compile` gives."""
        key = (pattern, int(flags))
        entries, numbers = self._kept
        if key in entries:
            _, _, real, groups, names, start, end = entries[key]
            with suppress(Exception):
                return _restored(pattern, real, numbers[start:end].tolist(), groups, names)
        made = self._new[key] = re.compile(pattern, flags)
        return made

    def keep(self) -> None:
        """Write what was compiled, with what was kept before, if that is worth it. Never raises."""
        if len(self._new) < _WORTH or self._path is None or sys.dont_write_bytecode:
            return
        with suppress(Exception):
            entries, numbers = dict(self._kept[0]), self._kept[1][:]
            for (pattern, flags), made in self._new.items():
                code = _code(pattern, flags)
                names = dict(made.groupindex)
                if _restored(pattern, made.flags, code, made.groups, names) == made:  # compares the numbers, too
                    start = len(numbers)
                    numbers.extend(code)
                    entries[pattern, flags] = (pattern, flags, made.flags, made.groups, names, start, len(numbers))
            data = _packed(list(entries.values()), numbers)
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
