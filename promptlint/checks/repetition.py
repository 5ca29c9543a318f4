"""What a prompt says again: the rule `duplicate-instruction`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.analysis.repetition import Restatement, begins_with_reference, restatements
from promptlint.analysis.variables import is_long
from promptlint.checks import Context
from promptlint.diagnostic import Applicability, Aspect, Confidence, Finding, Fix, Related, Severity
from promptlint.lazy import regex
from promptlint.prompt import Message, Text
from promptlint.source import Span

__all__ = ["check", "without"]


def check(context: Context) -> Iterator[Finding]:
    """Every sentence or block that says again what the prompt says elsewhere."""
    for found in restatements(context.analysis, exact_only=context.document.agent_file):
        message = context.prompt.messages[found.message]
        other = context.prompt.messages[found.other]
        location, first = message.locate(found.span), other.locate(found.other_span)
        if location is None or first is None:
            continue
        sure = found.how in ("exact", "block") and found.near_by and not _are_parted(message, found)
        reminder = _is_reminder(context, found) or _stands_around_input(context, found)
        yield Finding(
            location,
            {"how": _HOW[found.how].format(count=found.count), "first": _short(_text(other, found.other_span))},
            confidence=Confidence.LOW if reminder else Confidence.HIGH if sure else Confidence.MEDIUM,
            severity=Severity.INFO,
            related=(Related(first, "it is said here"),),
            fix=None if reminder else _fix(context, found, sure=sure),
        )


_HOW = {
    "near": "says again what is said in",
    "exact": "repeats, word for word,",
    "doublet": "means the same as",
    "block": "repeats, word for word, {count} sentences from",
}
_QUOTED = 60
"""Code points of the other place that a message quotes."""


def _text(message: Message, span: Span) -> str:
    return message.text[span.start : span.end]


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _QUOTED else words[: _QUOTED - 1].rstrip() + "…"


_LONG = 2_000
"""Tokens from which on a prompt may repeat at its end, on purpose, what matters most."""
_END = 0.1
"""The share of the prompt that is its end."""


_PART = regex(
    r"(?:^|[\r\n])[ \t]*(?:\d{1,3}[.)]|[A-Z]\)|#{1,6}\s|\*\*[^*\r\n]{1,60}\*\*|[A-Z][A-Z \t]{2,30}[ \t]*(?=[\r\n:]))"
)
"""The beginning of a numbered step, of an alternative or of a part with a title."""


def _are_parted(message: Message, found: Restatement) -> bool:
    """Whether the two may belong to different steps or alternatives, or something is filled in between them."""
    if found.message != found.other:
        return True
    between = Span(min(found.span.end, found.other_span.end), max(found.span.start, found.other_span.start))
    filled = any(not isinstance(part, Text) and between.overlaps(part.span) for part in message.parts)
    return filled or _PART.search(message.text, between.start, between.end) is not None


def _stands_around_input(context: Context, found: Restatement) -> bool:
    """Whether a long text is filled in between the two: what stands behind it again is there so that it is not forgotten."""
    low, high = sorted(((found.message, found.span), (found.other, found.other_span)))
    return any(
        low <= (slot.message, slot.span) < high
        and (slot.purpose in ("document", "result", "history") or is_long(slot.name))
        for slot in context.analysis.slots
    )


def _is_reminder(context: Context, found: Restatement) -> bool:
    """Whether the later of two sentences stands at the end of a long prompt, where it may be meant as a reminder."""
    lengths = [len(message.text) for message in context.prompt.messages]
    message, span = max((found.message, found.span), (found.other, found.other_span))
    rest = sum(lengths[message:]) - span.start
    if found.how == "block" or rest > _END * sum(lengths):
        return False
    if sum(lengths) < _LONG:  # a token is a character at least
        return False
    return sum(context.tokens(each.literal) for each in context.prompt.messages) > _LONG


def _fix(context: Context, found: Restatement, *, sure: bool) -> Fix | None:
    message = context.prompt.messages[found.message]
    if found.how == "doublet":
        span: Span | None = Span(found.other_span.end, found.span.end)
    else:
        span = without(message.text, found.span, context.analysis.language)
    edit = message.edit(span, "") if span is not None else None
    if edit is None:
        return None
    # code, quotations and variables are nothing that a fix of wording deletes without being asked
    regions = context.analysis.messages[found.message].regions
    plain = not any(region.span.overlaps(found.span) for region in regions)
    safe = sure and found.how == "exact" and plain
    touches: frozenset[Aspect] = frozenset() if plain else frozenset({"code", "quotations", "template"})
    return Fix("Delete what is said twice", (edit,), Applicability.SAFE if safe else Applicability.DISPLAY, touches)


_MARKER = regex(r"[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?$")
_ITEM = regex(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]")
_ORDERED = regex(r"\s*\d")
_INDENT = regex(r"[ \t]*")
_PAIRED = ("**", "__", "`", '"')


def without(text: str, span: Span, language: str | None) -> Span | None:
    """The range to delete so that the sentence at `span` is gone and what is around it stays well formed.

    None where that is not sure: a numbered item, marks of emphasis that begin or end elsewhere, a section that would be
    empty, a sentence after it that refers to it.
    """
    body = text[span.start : span.end]
    if any(body.count(mark) % 2 for mark in _PAIRED) or body.count("(") != body.count(")"):
        return None
    low = max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1
    high = _line_end(text, span.end)
    before, behind = text[low : span.start], text[span.end : high]
    following = text[span.end : span.end + 200].lstrip()
    if language is not None and begins_with_reference(following, language):
        return None
    if not _MARKER.match(before):
        if not before.endswith((" ", "\t")):
            return None
        start = span.start - (len(before) - len(before.rstrip()))
        return Span(start, span.end) if not behind.strip() or behind[0] in " \t" else None
    if behind.strip():
        if behind[0] not in " \t":
            return None
        return Span(span.start, span.end + len(behind) - len(behind.lstrip()))
    if _ORDERED.match(before) and before.strip():
        return None
    return _lines(text, low, high)


def _lines(text: str, low: int, high: int) -> Span | None:
    """The lines from `low` to `high` with the line end, and one of the blank lines around them."""
    end = _next_line(text, high)
    behind = _line_end(text, end)
    above, below = _line_before(text, low), text[end:behind]
    if below.strip() and len(_indent(below)) > len(_indent(text[low:high])):
        return None  # what hangs on the line
    lead, rest = _last_line(text, low), text[behind if not below.strip() else end :].lstrip()
    if lead.endswith((":", ":**")) or lead.startswith("#"):
        item = bool(_ITEM.match(text, low))
        if not rest or rest.startswith("#") or (item and not _ITEM.match(rest)):
            return None  # nothing would be left below the heading
    if not text[high:].strip():
        # the last line takes the line end before it along, which then ends nothing
        return Span(len(text[:low].rstrip()), high)
    if not above.strip() and not below.strip() and end < len(text):
        end = _next_line(text, behind)
    return Span(low, end)


def _line_end(text: str, start: int) -> int:
    """Where the line that holds `start` ends, before its line end."""
    return min((at for at in (text.find("\n", start), text.find("\r", start)) if at >= 0), default=len(text))


def _next_line(text: str, end: int) -> int:
    """Where the line behind a line's end starts."""
    return end + (2 if text.startswith("\r\n", end) else 1 if end < len(text) else 0)


def _indent(line: str) -> str:
    found = _INDENT.match(line)
    return found.group() if found else ""


def _line_before(text: str, low: int) -> str:
    end = low - 1 if low and text[low - 1] == "\n" else low
    end = end - 1 if end and text[end - 1] == "\r" else end
    start = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
    return text[start:end]


def _last_line(text: str, low: int) -> str:
    """The last line above `low` that is not blank."""
    window = text[max(0, low - 500) : low].rstrip()
    return window[max(window.rfind("\n"), window.rfind("\r")) + 1 :].strip()
