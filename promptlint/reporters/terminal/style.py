"""Colours, all in one place."""

from __future__ import annotations

from typing import Literal, TypeAlias

from promptlint.diagnostic import Severity
from promptlint.lazy import dataclass

__all__ = ["PLAIN", "Role", "Style"]

Role: TypeAlias = Literal["error", "warning", "info", "path", "rule", "gutter", "added", "removed", "strong"]

_CODES: dict[str, str] = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "path": "1",
    "rule": "35",
    "gutter": "34",
    "added": "32",
    "removed": "31",
    "strong": "1",
}


@dataclass(frozen=True, slots=True)
class Style:
    """Paints text, or leaves it as it is when `colour` is off.

    `base` is the address (``file:///home/me/project/``) of the folder that paths are relative to; with it, paths are links.
    """

    colour: bool = False
    base: str = ""

    def paint(self, role: Role, text: str) -> str:
        """`text` in the colour of `role`."""
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.colour and text else text

    def severity(self, severity: Severity, text: str) -> str:
        """`text` in the colour of a severity."""
        return f"\x1b[{_CODES[severity.label]}m{text}\x1b[0m" if self.colour and text else text

    def link(self, path: str, text: str) -> str:
        """`text` as a link (OSC 8) to the file at `path`, relative to `base` or absolute; else as it is."""
        if not self.base or not text:
            return text
        from urllib.parse import quote

        absolute = path.startswith("/") or path[1:3] == ":/"
        address = f"file:///{quote(path.lstrip('/'), safe='/:')}" if absolute else self.base + quote(path)
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"


PLAIN = Style()
