"""Characters that nobody sees and the model reads: the rule `invisible-character`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.diagnostic import Applicability, Aspect, Edit, Finding, Fix, Severity
from promptlint.lazy import dataclass, regex
from promptlint.source import Location, Span

__all__ = ["check"]

_TAGS = "\U000e0000-\U000e007f"
_BIDI = "\u202a-\u202e\u2066-\u2069"
_ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060-\u2064\u180e\ufeff"
# A flag of a region (England, Texas) is a black flag, the region's code in tag characters, and a tag that ends it.
_FLAG = "\U0001f3f4[\U000e0061-\U000e007a]{2}[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,3}\U000e007f"
_ANY = regex(f"(?P<flag>{_FLAG})|[{_TAGS}]+|[{_BIDI}]|[{_ZERO_WIDTH}]+")
_FIRST = regex(f"[\U0001f3f4{_TAGS}{_BIDI}{_ZERO_WIDTH}]")
"""What each of them starts with."""
_ASCII = bytes(range(128))
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_VARIATION = "\ufe0f\ufe0e"
_MONGOLIAN = regex("[\u1800-\u18af]")
_NO_BLANKS = regex(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u1b00-\u1b7f\ua980-\ua9ff\uaa60-\uaa7f]"
)
"""Thai, Lao, Burmese, Khmer and their neighbours: words follow each other without blanks."""
_TOUCHES: frozenset[Aspect] = frozenset(("code", "quotations", "template", "declarations", "settings", "suppressions"))
"""Such characters stand anywhere in a file."""


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
    if text.isascii():
        return
    others = text.encode(errors="surrogatepass").translate(None, _ASCII).decode(errors="surrogatepass")
    if _FIRST.search(others) is None:  # few characters of most texts are beyond ASCII
        return
    allowed = _allowed(context.rule.options["allow"])
    for match in _ANY.finditer(text):
        span = Span(*match.span())
        run = match.group()
        if match["flag"] or set(run) <= allowed or _needed(text, span):
            continue
        sort = _TAG if run[0] >= "\U000e0000" else _CONTROL if re.match(f"[{_BIDI}]", run) else _ZERO
        location = Location(path, span)
        fix = Fix("Delete it", (Edit(location, ""),), Applicability.SAFE, _TOUCHES) if sort.fixable else None
        yield Finding(location, {"characters": _described(run, sort.noun)}, severity=sort.severity, fix=fix)


def _allowed(option: object) -> frozenset[str]:
    points = option if isinstance(option, tuple | list) else ()
    found = (re.fullmatch(r"(?:U\+)?([0-9A-F]{1,6})", str(point).upper()) for point in points)
    return frozenset(chr(point) for point in (int(match[1], 16) for match in found if match) if point <= sys.maxunicode)


def _described(run: str, noun: str) -> str:
    points = sorted({ord(character) for character in run})
    named = f"U+{points[0]:04X}" if len(points) == 1 else f"U+{points[0]:04X} to U+{points[-1]:04X}"
    if len(run) > 1:
        return f"{noun}s ({len(run)}, {named})"
    import unicodedata

    name = unicodedata.name(run, "").lower()
    return f"{noun} {named}" + (f" ({name})" if name else "")


def _needed(text: str, span: Span) -> bool:
    """Whether a joiner is part of an emoji or stands between letters of a script that joins its letters, and the like."""
    if len(span) != 1:
        return False
    character = text[span.start]
    before = text[max(span.start - 1, 0) : span.start]
    after = text[span.end : span.end + 1]
    if character == "\u180e":
        return bool(_MONGOLIAN.match(before) and _MONGOLIAN.match(after))
    if character == "\u200b":
        return bool(_NO_BLANKS.match(before) and _NO_BLANKS.match(after))
    if character not in (_NON_JOINER, _JOINER):
        return False
    if _joins_letters(before) or _joins_letters(after):
        return True
    if before and before in _VARIATION:
        before = text[max(span.start - 2, 0) : span.start - 1]
    return character == _JOINER and _is_emoji(before) and _is_emoji(after)


_JOINING = regex("[\u0590-\u1aff\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc]")


def _joins_letters(character: str) -> bool:
    """Whether a character is of a script that writes words with joiners: Arabic, Syriac, Indic, Tibetan, Mongolian ..."""
    return _JOINING.match(character) is not None


def _is_emoji(character: str) -> bool:
    """Whether a character is an emoji or a symbol used as one."""
    return character >= "\U0001f000" or "\u2190" <= character <= "\u2bff"
