"""No template language: all of the text is literal."""

from __future__ import annotations

from promptlint.templates.scanning import Scan, tiled

__all__ = ["scan"]


def scan(text: str) -> Scan:
    """One Text part."""
    return Scan(tiled(text, ()))
