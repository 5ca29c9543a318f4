"""The modules of a package, which formats, commands and the like are found by."""

from __future__ import annotations

import os
from collections.abc import Iterable

__all__ = ["module_names"]


def module_names(folders: Iterable[str]) -> list[str]:
    """The names of the modules, not of the packages, in a package's ``__path__``, in order.

    `pkgutil`, which knows of packages that are no folders of source files, takes longer to import than this to say.
    """
    folders = list(folders)
    try:
        found = {name.removesuffix(".py") for folder in folders for name in os.listdir(folder) if name.endswith(".py")}  # noqa: PTH208
    except OSError:
        found = set()
    if found - {"__init__"}:
        return sorted(found - {"__init__"})
    import pkgutil

    return sorted(module.name for module in pkgutil.iter_modules(folders) if not module.ispkg)
