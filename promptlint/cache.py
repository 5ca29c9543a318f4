"""What earlier runs found out, kept in a folder: entries by key, each a file of its own.

An entry is written beside its place and renamed, so nobody ever reads half of one, whatever crashes and however many runs
write at once. It carries a checksum; what is broken or not of this program is as good as missing, and is replaced. Nothing
is ever unpickled. Nothing that goes wrong here is an error: the work is done again, that is all.

Imports little, and not even pathlib: an unchanged file is answered for from here before anything else is loaded.
"""

from __future__ import annotations

import os
import re
import sys
import time
import zlib
from collections.abc import Iterator, Mapping

from promptlint import __version__
from promptlint.hashes import blake2b

__all__ = ["LIMIT", "MAX_AGE", "Store", "digest", "located", "stamp", "user_folder"]

VARIABLE = "PROMPTLINT_CACHE_DIR"
"""The environment variable that names the folder."""

LIMIT = 256_000_000
"""Bytes that all entries may take, above which the oldest are dropped."""

_BLOCK = 4096
"""Bytes by which a file grows on most disks: most entries take one block."""

MAX_AGE = 30 * 24 * 3600.0
"""Seconds after which an entry that nobody used is dropped."""

_DAY = 24 * 3600.0
"""Seconds between two notes that an entry is in use."""
_PERIOD = 3600.0
"""Seconds between two cleanings, unless a run wrote much."""
_SHARE = 8
"""A process that wrote more than this part of the limit cleans up at once."""

_MAGIC = b"promptlint cache 3\n"
_CHECK = 16
"""Bytes of the checksum."""
_MAX_ENTRY = 64_000_000
"""Bytes of an entry's content, so that a forged one cannot fill the memory."""
_PLAIN, _COMPRESSED = b"=", b"z"
"""How the content stands behind the checksum."""
_NEW = ".new-"
"""How the name of a file begins that is being written."""
_ENTRIES = "entries"
_CLEANED = "cleaned"

TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This file is a cache directory tag created by promptlint.
# For information about cache directory tags see https://bford.info/cachedir/
"""
IGNORE = "# created by promptlint\n*\n"
_OWN = {"CACHEDIR.TAG": TAG, ".gitignore": IGNORE}

_SETTING = r"""^[ \t]*cache-dir[ \t]*=[ \t]*(["'])([^"'\r\n\\]+)\1"""
_CONFIGURATIONS = (".promptlint.toml", "promptlint.toml", "pyproject.toml")


def digest(*parts: str | bytes) -> str:
    """A key for an entry: 40 hexadecimal digits that stand for these parts in this order."""
    pieces: list[bytes] = []
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        pieces += (b"%d:" % len(data), data)
    return blake2b(b"".join(pieces), digest_size=20).hexdigest()


# ---------------------------------------------------------------------------------------------------------------------
# where


def user_folder(environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """The platform's folder for caches of this program; None when no home is known."""
    if platform == "win32":
        base = environ.get("LOCALAPPDATA")
        return os.path.join(base, "promptlint", "Cache") if base else None
    home = environ.get("HOME")
    if platform == "darwin":
        return os.path.join(home, "Library", "Caches", "promptlint") if home else None
    # the XDG specification wants relative paths ignored
    base = environ.get("XDG_CACHE_HOME", "")
    if base.startswith("/"):
        return os.path.join(base, "promptlint")
    return os.path.join(home, ".cache", "promptlint") if home else None


def located(environ: Mapping[str, str], configured: str | None = None) -> str | None:
    """The folder of the cache: what the environment says, else the configuration, else the user's. None: there is none."""
    return environ.get(VARIABLE) or configured or user_folder(environ)


def configured_nearby(cwd: str) -> str | None:
    """The ``cache-dir`` of the configuration closest to a folder, as far as that can be told without reading it as TOML.

    Good enough to look for what an earlier run left: what is found says itself whether it is meant.
    """
    while True:
        for name in _CONFIGURATIONS:
            try:
                with open(os.path.join(cwd, name), encoding="utf-8") as stream:
                    text = stream.read()
            except (OSError, ValueError):
                continue
            if name != _CONFIGURATIONS[-1] or "[tool.promptlint" in text:
                setting = re.search(_SETTING, text, re.MULTILINE)
                return os.path.normpath(os.path.join(cwd, os.path.expanduser(setting[2]))) if setting else None
        above = os.path.dirname(cwd)
        if above == cwd or os.path.exists(os.path.join(cwd, ".git")):
            return None
        cwd = above


# ---------------------------------------------------------------------------------------------------------------------
# what made the entries


def stamp() -> str:
    """What of this installation may change what is found: promptlint with its data, Python, and every installed package."""
    package = os.path.dirname(os.path.abspath(__file__))
    parts = [__version__, sys.version, package_state(package)]
    for folder in dict.fromkeys(sys.path):
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        parts += sorted(name for name in names if name.endswith((".dist-info", ".egg-info", ".egg-link")))
    return digest(*parts)


def package_state(package: str) -> str:
    """What stands for the code and the data of promptlint: what the installer noted, in a checkout the times of the files."""
    record = os.path.join(os.path.dirname(package), f"promptlint-{__version__}.dist-info", "RECORD")
    try:
        with open(record, "rb") as stream:
            return digest(stream.read())
    except OSError:
        return digest(*_times(package), *_times(os.path.join(os.path.dirname(package), "rules")))


def _times(folder: str) -> Iterator[str]:
    """The files below a folder, but for compiled ones, with their sizes and times."""
    folders = [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in listed:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    folders.append(entry.path)
            else:
                status = entry.stat()
                yield f"{entry.path}:{status.st_size}:{status.st_mtime_ns}"


# ---------------------------------------------------------------------------------------------------------------------
# the entries


class Store:
    """The entries in a folder, which need not exist. `fault` is the first thing that went wrong in writing, None so far."""

    def __init__(self, folder: str, limit: int = LIMIT) -> None:
        self.folder = folder
        self.fault: str | None = None
        self._limit = limit
        self._written = 0

    def _place(self, key: str) -> str:
        return os.path.join(self.folder, _ENTRIES, key[:2], key[2:])

    def get(self, key: str) -> bytes | None:
        """The content of an entry; None when there is none, or none that can be believed."""
        place = self._place(key)
        try:
            with open(place, "rb") as stream:
                data = stream.read(_MAX_ENTRY + 1)
                used = os.fstat(stream.fileno()).st_mtime
        except (OSError, ValueError):
            return None
        content = _unpacked(data)
        if content is not None and time.time() - used > _DAY:
            _touch(place)
        return content

    def put(self, key: str, content: bytes) -> None:
        """Write an entry. What goes wrong is noted in `fault`, and nothing is written any more."""
        if self.fault is not None or len(content) > _MAX_ENTRY:
            return
        place = self._place(key)
        try:
            self._prepare()
            data = _packed(content)
            try:
                _replace(place, data)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(place), exist_ok=True)
                _replace(place, data)
            self._written += max(len(data), _BLOCK)
        except OSError as error:
            self.fault = error.strerror or type(error).__name__
            return
        if self._written > self._limit // _SHARE:
            self.close()  # a run over very many files fills no disk, and other processes are ended without a word

    def _prepare(self) -> None:
        """Mark the folder as a cache that neither backups nor git want, when it is made."""
        if self._written or os.path.exists(os.path.join(self.folder, "CACHEDIR.TAG")):
            return
        os.makedirs(self.folder, exist_ok=True)
        if not os.path.isdir(os.path.join(self.folder, _ENTRIES)) and os.listdir(self.folder):
            os.makedirs(os.path.join(self.folder, _ENTRIES), exist_ok=True)  # a folder of others: it gets no marks
            return
        for name, text in _OWN.items():
            _replace(os.path.join(self.folder, name), text.encode())

    def close(self) -> None:
        """Make room, where it is time for that. More can be written afterwards."""
        if not self._written or self.fault is not None:
            return
        marker = os.path.join(self.folder, _CLEANED)
        try:
            last = os.stat(marker).st_mtime
        except OSError:
            last = 0.0
        if self._written > self._limit // _SHARE or not 0 <= time.time() - last < _PERIOD:
            try:
                _replace(marker, b"")
            except OSError:
                return
            self.trim()
            self._written = 0

    def trim(self, max_age: float = MAX_AGE) -> None:
        """Drop the entries that nobody used for long, and the oldest of those that are too many."""
        now = time.time()
        # only numbers are kept of the entries: a run over very many files may have left as many of them
        by_second: dict[int, int] = {}
        for place, size, used in self.entries():
            is_rest = os.path.basename(place).startswith(_NEW)
            if now - used > (_PERIOD if is_rest else max_age):
                _remove(place)
            else:
                by_second[int(used)] = by_second.get(int(used), 0) + size
        surplus = sum(by_second.values()) - self._limit
        if surplus <= 0:
            return
        leaving: dict[int, int] = {}
        for second in sorted(by_second):
            leaving[second] = min(by_second[second], surplus)
            surplus -= leaving[second]
            if surplus <= 0:
                break
        for place, size, used in self.entries():
            if leaving.get(int(used), 0) > 0:
                leaving[int(used)] -= size
                _remove(place)

    def entries(self) -> Iterator[tuple[str, int, float]]:
        """The files of the entries, each with the bytes it takes and the time when it was last used, in seconds."""
        for group in _listed(os.path.join(self.folder, _ENTRIES)):
            if not _is_hex(group.name, 2) or not group.is_dir(follow_symlinks=False):
                continue
            for entry in _listed(group.path):
                try:
                    if _is_entry(entry.name) and entry.is_file(follow_symlinks=False):
                        status = entry.stat()
                        yield entry.path, -(-status.st_size // _BLOCK) * _BLOCK, status.st_mtime
                except OSError:
                    continue  # another run was faster

    def clean(self) -> tuple[int, int]:
        """Remove all entries, and the folder if nothing else is in it: how many there were, and their bytes.

        Raises:
            OSError: an entry cannot be removed.
        """
        number, size = 0, 0
        for place, bytes_, _ in list(self.entries()):
            try:
                os.unlink(place)
            except FileNotFoundError:
                continue
            number, size = number + 1, size + bytes_
        for group in _listed(os.path.join(self.folder, _ENTRIES)):
            _remove_folder(group.path)
        _remove_folder(os.path.join(self.folder, _ENTRIES))
        if {each.name for each in _listed(self.folder)} <= {*_OWN, _CLEANED}:
            for name in (*_OWN, _CLEANED):
                _remove(os.path.join(self.folder, name))
            _remove_folder(self.folder)
        return number, size


def _is_entry(name: str) -> bool:
    return _is_hex(name, 38) or (name.startswith(_NEW) and _is_hex(name[len(_NEW) :], 16))


def _is_hex(name: str, digits: int) -> bool:
    return len(name) == digits and not name.strip("0123456789abcdef")


def _packed(content: bytes) -> bytes:
    check = blake2b(content, digest_size=_CHECK).digest()
    # what fits into a block takes one either way
    if len(_MAGIC) + _CHECK + len(_PLAIN) + len(content) <= _BLOCK:
        return b"".join((_MAGIC, check, _PLAIN, content))
    return b"".join((_MAGIC, check, _COMPRESSED, zlib.compress(content, 1)))


def _unpacked(data: bytes) -> bytes | None:
    """The content of an entry; None for what is none."""
    start = len(_MAGIC) + _CHECK
    if len(data) > _MAX_ENTRY or not data.startswith(_MAGIC):
        return None
    kind, content = data[start : start + 1], data[start + 1 :]
    if kind == _COMPRESSED:
        try:
            content = zlib.decompressobj().decompress(content, _MAX_ENTRY)
        except zlib.error:
            return None
    elif kind != _PLAIN:
        return None
    return content if blake2b(content, digest_size=_CHECK).digest() == data[len(_MAGIC) : start] else None


def _replace(place: str, data: bytes) -> None:
    """Write a file beside its place and rename it. The next one to come may be as fast: both hold the same."""
    beside = os.path.join(os.path.dirname(place), _NEW + os.urandom(8).hex())
    try:
        with open(beside, "xb") as stream:
            stream.write(data)
        os.replace(beside, place)
    except BaseException as error:
        _remove(beside)
        # on Windows somebody may be reading what is there
        if not isinstance(error, PermissionError) or not os.path.exists(place):
            raise


def _remove(place: str) -> None:
    try:
        os.unlink(place)
    except OSError:
        return


def _remove_folder(place: str) -> None:
    try:
        os.rmdir(place)
    except OSError:
        return


def _touch(place: str) -> None:
    try:
        os.utime(place)
    except OSError:
        return


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []
