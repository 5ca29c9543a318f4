"""Characters that nobody sees and the model reads: the rule `invisible-character`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from promptlint.checks import Context
from promptlint.diagnostic import Applicability, Edit, Finding, Fix, Severity
from promptlint.source import Location, Span

__all__ = ["check"]

_TAGS = "\U000e0000-\U000e007f"
_BIDI = "\u202a-\u202e\u2066-\u2069"
_ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060-\u2064\u180e\ufeff"
_ANY = re.compile(f"[{_TAGS}]+|[{_BIDI}]|[{_ZERO_WIDTH}]+")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{2,8}\U000e007f")
_JOINERS = "\u200c\u200d"
_VARIATION = "\ufe0f\ufe0e"


@dataclass(frozen=True, slots=True)
class _Sort:
    noun: str
    severity: Severity | None
    fixable: bool


_TAG = _Sort("tag character", None, fixable=True)
_CONTROL = _Sort("bidirectional control", None, fixable=False)
_ZERO = _Sort("zero-width character", Severity.INFO, fixable=True)


def check(context: Context) -> Iterator[Finding]:
    """Runs of such characters anywhere in the file, with what scripts, emoji and flags need left alone."""
    text = context.document.source.text
    path = context.document.source.path
    allowed = _allowed(context.rule.options["allow"])
    flags = [Span(*match.span()) for match in _FLAG.finditer(text)] if "\U000e007f" in text else []
    for match in _ANY.finditer(text):
        span = Span(*match.span())
        run = match.group()
        if any(flag.contains(span) for flag in flags) or set(run) <= allowed or _needed(text, span):
            continue
        sort = _TAG if run[0] >= "\U000e0000" else _CONTROL if re.match(f"[{_BIDI}]", run) else _ZERO
        location = Location(path, span)
        fix = Fix("Delete it", (Edit(location, ""),), Applicability.SAFE) if sort.fixable else None
        yield Finding(location, {"characters": _described(run, sort.noun)}, severity=sort.severity, fix=fix)


def _allowed(option: object) -> frozenset[str]:
    points = option if isinstance(option, tuple | list) else ()
    return frozenset(
        chr(int(str(point).upper().removeprefix("U+"), 16))
        for point in points
        if re.fullmatch(r"(?i)(?:U\+)?[0-9A-F]{1,6}", str(point))
    )


def _described(run: str, noun: str) -> str:
    points = sorted({ord(character) for character in run})
    named = f"U+{points[0]:04X}" if len(points) == 1 else f"U+{points[0]:04X} to U+{points[-1]:04X}"
    if len(run) > 1:
        return f"{noun}s ({len(run)}, {named})"
    name = unicodedata.name(run, "").lower()
    return f"{noun} {named}" + (f" ({name})" if name else "")


def _needed(text: str, span: Span) -> bool:
    """Whether a joiner is part of an emoji or stands between letters of a script that joins its letters."""
    if len(span) != 1 or text[span.start] not in _JOINERS:
        return False
    before = text[span.start - 1 : span.start]
    if before and before in _VARIATION:
        before = text[span.start - 2 : span.start - 1]
    after = text[span.end : span.end + 1]
    return any(character and _joins(character) for character in (before, after))


def _joins(character: str) -> bool:
    point = ord(character)
    if point >= 0x1F000 or 0x2190 <= point <= 0x2BFF:  # emoji and symbols used as such
        return True
    # Hebrew to Mongolian: Arabic, Syriac, Indic, Tibetan, Khmer ... write words with joiners
    return 0x0590 <= point <= 0x1AFF or 0xA800 <= point <= 0xABFF or 0xFB1D <= point <= 0xFEFC
