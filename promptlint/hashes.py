"""SHA-256 and BLAKE2b, straight from the modules that Python brings for them.

`hashlib` would load OpenSSL first, which takes longer than everything that a short run hashes. For many megabytes BLAKE2b is
the faster one of the two then.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from hashlib import _Hash

__all__ = ["blake2b", "sha256"]


def _first(name: str, *modules: str) -> Any:
    """The function with that name out of the first of some modules that this Python has."""
    for module in modules:
        try:
            return getattr(import_module(module), name)
        except (ImportError, AttributeError):
            continue
    raise ImportError(name)


sha256: Final[Callable[..., _Hash]] = _first("sha256", "_sha2", "_sha256", "hashlib")  # _sha2: since Python 3.12
blake2b: Final[Callable[..., _Hash]] = _first("blake2b", "_blake2", "hashlib")
