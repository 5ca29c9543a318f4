"""The string literals of Python: what they hold, where each character of it stands, and how text is written in them."""

from __future__ import annotations

import re
from typing import TypeAlias

from promptlint.formats.code.values import Notation
from promptlint.lazy import dataclass, regex
from promptlint.source import Span

__all__ = ["Run", "Style", "decode", "notation", "style"]

Run: TypeAlias = "tuple[int, Span | None]"

_START = regex(r"([A-Za-z]*+)(\"\"\"|'''|\"|')")
_LINE_END = regex(r"\r\n|\n|\r")
_HEX = "[0-9A-Fa-f]"
_ESCAPE = rf"\\(?:\r\n|[0-7]{{1,3}}|x{_HEX}{{2}}|u{_HEX}{{4}}|U{_HEX}{{8}}|N\{{[^{{}}\r\n]*+\}}|"
_PLAIN = regex(rf"{_ESCAPE}.)|\r\n?+", re.DOTALL)
_FORMATTED = regex(rf"{_ESCAPE}[^{{}}]|)|\r\n?+|\{{\{{|\}}\}}", re.DOTALL)
_RAW = regex(r"\\(?:\r\n|.)|\r\n?+", re.DOTALL)
_RAW_FORMATTED = regex(r"\\(?:\r\n|[^{}]|)|\r\n?+|\{\{|\}\}", re.DOTALL)
_SIMPLE = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_SURROGATE = regex("[\ud800-\udfff]")
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F)} | {
    0x09: "\t",
    0x0A: "\n",
    0x0D: "\\r",
    0x5C: "\\\\",
}
_BRACES = str.maketrans({"{": "{{", "}": "}}"})


@dataclass(frozen=True, slots=True)
class Style:
    """How a literal is written.

    `newline` is how a line end is written in it as it is, None where it has to be an escape. `kind` is ``text``, ``formatted``
    (f-strings and template strings) or ``bytes``.
    """

    quote: str
    raw: bool
    kind: str
    newline: str | None

    @property
    def name(self) -> str:
        """Tells styles apart."""
        prefix = ("r" if self.raw else "") + {"formatted": "f", "bytes": "b"}.get(self.kind, "")
        line_end = "\\n" if self.newline is None and len(self.quote) == 3 else ""
        return f"{prefix}{self.quote}{line_end}"


def style(source: str, span: Span, newline: str) -> Style | None:
    """The style of the literal at `span`; `newline` is the file's line end. None: it does not start like a literal."""
    start = _START.match(source, span.start, span.end)
    if start is None:
        return None
    prefix, quote = start[1].lower(), start[2]
    kind = "bytes" if "b" in prefix else "formatted" if "f" in prefix or "t" in prefix else "text"
    # where line ends are mixed, one that is written beside another may become one with it
    alike = len(quote) == 3 and all(
        found.group() == newline for found in _LINE_END.finditer(source, span.start, span.end)
    )
    return Style(quote, "r" in prefix, kind, newline if alike else None)


def decode(source: str, span: Span, how: Style) -> tuple[str, tuple[Run, ...]]:
    r"""What the characters of a literal (or of a stretch of an f-string between two holes) stand for, and their places.

    Characters that must not be replaced by themselves have no place: those behind a backslash that is none of Python's
    escapes (``\d``: replacing the ``d`` with ``n`` would make an escape of it), behind an octal escape that could be longer,
    and behind a lone CR among other line ends.
    """
    pattern = (_RAW_FORMATTED if how.raw else _FORMATTED) if how.kind == "formatted" else (_RAW if how.raw else _PLAIN)
    tape = _Tape(source)
    at = span.start
    for match in pattern.finditer(source, span.start, span.end):
        start, end = match.span()
        tape.plain(at, start)
        found = match.group()
        at = end
        if found in ("{{", "}}"):
            tape.escape(found[0], start, end)
        elif found[0] == "\r":
            tape.escape("\n", start, end)
            if found == "\r" and how.newline is None:
                tape.sever()
        elif how.raw:
            tape.raw(start, end)
        else:
            text = _escaped(found)
            if text is None:
                tape.plain(start, start + 1)
                tape.sever()
                at = start + 1
                tape.plain(at, end)
                at = end
            else:
                tape.escape(text, start, end)
                if found[1:2].isdigit() and len(found) < 4:
                    tape.sever()
    tape.plain(at, span.end)
    return tape.finished()


def _escaped(found: str) -> str | None:
    """What an escape stands for, None for a backslash that stands for itself."""
    kind = found[1:2]
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if kind in ("\n", "\r"):
        return ""
    if kind.isdigit() and kind < "8":
        return chr(int(found[1:], 8))
    if len(found) < 4:
        return None
    if kind == "N":
        return _named(found[3:-1])
    code = int(f"0x{found[2:]}", 0)
    return chr(code) if code < 0x110000 else None


def _named(name: str) -> str | None:
    import unicodedata

    try:
        character = unicodedata.lookup(name)
    except KeyError:
        return None
    return character if len(character) == 1 else None


class _Tape:
    """Decoded text and its runs, as they come."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._texts: list[str] = []
        self._runs: list[Run] = []
        self._severed = False

    def sever(self) -> None:
        """The next character has no place, so that nothing is written here."""
        self._severed = True
        self._runs.append((0, None))

    def plain(self, start: int, end: int) -> None:
        """Text that stands for itself."""
        if start == end:
            return
        self._texts.append(self._source[start:end])
        if self._severed:
            self._runs.append((1, None))
            self._severed = False
            start += 1
        if start < end:
            self._runs.append((end - start, Span(start, end)))

    def escape(self, text: str, start: int, end: int) -> None:
        """Characters that stand for others."""
        self._texts.append(text)
        self._runs.append((len(text), None if self._severed else Span(start, end)))
        if text:
            self._severed = False

    def raw(self, start: int, end: int) -> None:
        """A backslash with what it stands before in a raw literal: there it keeps a quote from ending the literal."""
        behind = self._source[start + 1 : end]
        if behind and behind not in "\"'\\\r\n" and behind != "\r\n":
            self.plain(start, start + 1)
            self.sever()
            self.plain(start + 1, end)
        elif behind:
            text = "\\" + ("\n" if behind[0] == "\r" else behind)
            self._texts.append(text)
            self._runs.append((len(text), None))
            self._severed = False
        else:
            self.plain(start, end)
            self.sever()

    def finished(self) -> tuple[str, tuple[Run, ...]]:
        return "".join(self._texts), tuple(self._runs)


def notation(how: Style) -> Notation:
    """How text is written in a literal of that style.

    One thing depends on what stands around it, and the caller has to look: to delete all that separates two quotes in a
    literal in triple quotes can make three of them.
    """
    return Notation(how.name, _RawWriter(how) if how.raw else _Writer(how))


@dataclass(frozen=True, slots=True)
class _RawWriter:
    how: Style

    def __call__(self, text: str) -> str | None:
        how = self.how
        if how.quote[0] in text or "\r" in text or "\0" in text or text.endswith("\\") or _SURROGATE.search(text):
            return None
        if "\n" in text and how.newline is None:
            return None
        if how.kind == "formatted":
            text = text.translate(_BRACES)
        return text.replace("\n", how.newline) if how.newline else text


@dataclass(frozen=True, slots=True)
class _Writer:
    how: Style

    def __call__(self, text: str) -> str | None:
        how = self.how
        if _SURROGATE.search(text):
            return None
        text = text.translate(_CONTROLS)
        if len(how.quote) == 3:
            text = _separated(text, how.quote[0])
        else:
            text = text.replace(how.quote, "\\" + how.quote).replace("\t", "\\t")
        if how.kind == "formatted":
            text = text.translate(_BRACES)
        return text.replace("\n", "\\n" if how.newline is None else how.newline)


def _separated(text: str, quote: str) -> str:
    """The text with quotes escaped that could end a literal in triple quotes: first, last, and each third in a row."""

    def escaped(run: re.Match[str]) -> str:
        length = len(run.group())
        marked = set(range(2, length, 3))
        if run.start() == 0:
            marked.add(0)
        if run.end() == len(text):
            marked.add(length - 1)
        return "".join("\\" + quote if index in marked else quote for index in range(length))

    return re.sub(f"{quote}++", escaped, text) if quote in text else text
