"""Simple YAML: keys with values of one line, or with lists of such values, and nothing else. Most front matter is no more.

For that PyYAML takes a hundred times as long to import as to read. Here the very tree comes out that `yaml_reader` makes, or
None wherever that is not sure.
"""

from __future__ import annotations

from promptlint.formats.trees.nodes import Entry, Mapping, Node, Origin, Scalar, Sequence, Style, Tree, Value
from promptlint.formats.trees.yaml_scalars import DERIVE
from promptlint.lazy import regex

__all__ = ["read_simple"]

_UNUSUAL = regex("[^\n\r\x20-\x22\x24-\x7e\xa0-\u2027\u202a-\ud7ff\U00010000-\U0010ffff]")
"""A character that may be more than text: a tab, a line end of YAML's own, ``#``."""

_VALUE = (
    r"(?:\"[^\"\\\r\n]*+\"|'[^'\r\n]*+'"
    r"|[A-Za-z0-9_/($^;\\\xa0-\U0010ffff](?:[^:\r\n]|:(?=[^ \r\n]))*+)"
)
_END = r" *+(?:\r?\n|\Z)"
_BLANK = r" *+\r?\n"
_ENTRY = regex(
    rf"(?P<key>[A-Za-z_][A-Za-z0-9_.-]{{0,99}}):(?: ++(?P<value>{_VALUE}){_END}"
    rf"|{_END}(?:{_BLANK})*+(?P<items>(?P<dash> *+-) ++{_VALUE}{_END}(?:{_BLANK}|(?P=dash) ++{_VALUE}{_END})*+)?)"
    rf"(?:{_BLANK})*+(?: ++\Z)?"
)
_ITEM = regex(rf" *+- ++(?P<value>{_VALUE}){_END}(?:{_BLANK})*+")

_SPECIAL = frozenset(("yes", "no", "true", "false", "on", "off", "null"))
"""Words, in lower case, that are more than text unless they are quoted."""
_BOOLEANS = {"true": True, "false": False}
_INTEGER = regex("0|[1-9][0-9]{0,17}")
_DECIMAL = regex(r"(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}")


def read_simple(origin: Origin) -> Tree | None:
    """The tree of a text; None: it may not be that simple."""
    text = origin.text
    if _UNUSUAL.search(text):
        return None
    entries: dict[str, Entry] = {}
    at = len(text) - len(text.lstrip("\r\n"))
    while at < len(text):
        match = _ENTRY.match(text, at)
        if match is None or match["key"] in entries:
            return None
        key = _scalar(origin, *match.span("key"))
        value: Node | None
        if match["items"] is not None:
            value = _list(origin, match.end("dash") - 1, *match.span("items"))
        elif match["value"] is not None:
            value = _scalar(origin, *match.span("value"))
        else:
            nothing = match.end("key") + 1
            value = Scalar(None, "", "plain", nothing, nothing, origin, DERIVE["plain"])
        if key is None or value is None:
            return None
        entries[key.text] = Entry(key, value)
        at = match.end()
    if not entries:
        return None
    made = tuple(entries.values())
    return Tree(Mapping(made, made[0].key.start, made[-1].value.end, origin))


def _list(origin: Origin, dash: int, start: int, end: int) -> Sequence | None:
    """The list whose items stand between two offsets, the first dash at `dash`."""
    items: list[Scalar] = []
    for match in _ITEM.finditer(origin.text, start, end):
        item = _scalar(origin, *match.span("value"))
        if item is None:
            return None
        items.append(item)
    return Sequence(tuple(items), dash, items[-1].end, origin)


def _scalar(origin: Origin, start: int, end: int) -> Scalar | None:
    """The scalar between two offsets, perhaps with blanks behind it."""
    written = origin.text[start:end].rstrip(" ")
    style: Style = "double" if written[0] == '"' else "single" if written[0] == "'" else "plain"
    if style != "plain":
        return Scalar(written[1:-1], written[1:-1], style, start, start + len(written), origin, DERIVE[style])
    value: Value = written
    if written[0] in "0123456789":
        if _INTEGER.fullmatch(written):
            value = int(written)
        elif _DECIMAL.fullmatch(written):
            value = float(written)
        else:
            return None  # a date, a time, a number to base 8, 16 or 60 ...
    elif written.lower() in _SPECIAL:
        if written not in _BOOLEANS:
            return None
        value = _BOOLEANS[written]
    return Scalar(value, written, style, start, start + len(written), origin, DERIVE[style])
