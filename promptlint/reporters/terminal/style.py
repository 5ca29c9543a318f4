"""Colours, all in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from promptlint.diagnostic import Severity

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
    """Paints text, or leaves it as it is when `colour` is off."""

    colour: bool = False

    def paint(self, role: Role, text: str) -> str:
        """`text` in the colour of `role`."""
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.colour and text else text

    def severity(self, severity: Severity, text: str) -> str:
        """`text` in the colour of a severity."""
        return f"\x1b[{_CODES[severity.label]}m{text}\x1b[0m" if self.colour and text else text


PLAIN = Style()
