"""Where the text of a command goes that has ``--output-file``."""

from __future__ import annotations

from promptlint.cli._output import error, write
from promptlint.cli._outputs import save

__all__ = ["printed"]


def printed(text: str, file: str | None) -> bool:
    """Write to a file, None: to standard output. False, with a message, where that is not possible."""
    if file is None:
        write(text)
        return True
    try:
        save(file, text)
    except OSError as fault:
        error(f"{file}: {fault.strerror or fault}")
        return False
    return True
