"""Where output goes, and in which colours."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from promptlint.reporters.terminal.style import Style

__all__ = [
    "drop_stdout",
    "error",
    "is_broken_pipe",
    "is_unwritable",
    "links_for",
    "prepare_streams",
    "style_for",
    "understand_codes",
    "write",
    "write_bytes",
]


def prepare_streams() -> None:
    r"""Make both streams UTF-8 with ``\\n``, whatever the console's encoding is; what cannot be encoded is escaped.

    A stream that the caller closed (``promptlint check >&-``) is replaced by one that leads nowhere.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - open until the process ends
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def is_broken_pipe(fault: BaseException) -> bool:
    """Whether the reader of standard output has gone away; Windows calls that an invalid argument."""
    expected = (errno.EPIPE, errno.EINVAL) if sys.platform == "win32" else (errno.EPIPE,)
    return isinstance(fault, OSError) and fault.errno in expected


def drop_stdout() -> None:
    """Send what is still buffered nowhere, so that the interpreter's own flush at exit stays quiet."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(text: str) -> None:
    """Write to standard output. A reader that has gone away is no fault and does not change the exit code."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as fault:
        if not is_broken_pipe(fault):
            raise
        drop_stdout()


def write_bytes(data: bytes) -> None:
    """Write to standard output what is not to be changed on the way."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as fault:
        if not is_broken_pipe(fault):
            raise
        drop_stdout()


def error(message: str) -> None:
    """Say something on standard error, in one or several lines. Where nobody can hear it, it is not said."""
    from promptlint.source import one_line

    lines = "".join(f"{one_line(line)}\n" for line in message.split("\n"))
    with contextlib.suppress(OSError):
        sys.stderr.write(lines)
        sys.stderr.flush()


def is_unwritable(fault: OSError) -> bool:
    """Whether a stream, not a file with a name, could not be written to: the disk that it leads to is full, for example."""
    return fault.filename is None and fault.errno in _UNWRITABLE


_UNWRITABLE = frozenset({errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EBADF, getattr(errno, "EDQUOT", errno.ENOSPC)})


def style_for(when: str, stream: TextIO | None, environment: Mapping[str, str]) -> Style:
    """The style of ``--color always|never|auto`` for output to `stream`, None being a file.

    With ``auto`` a file gets none; elsewhere NO_COLOR turns colour off and, if it is not set, FORCE_COLOR and
    CLICOLOR_FORCE turn it on; otherwise a terminal that is not dumb gets it.
    """
    if when != "auto":
        colour = when == "always"
    elif stream is None or environment.get("NO_COLOR"):
        colour = False
    elif any(environment.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        colour = True
    else:
        colour = stream.isatty() and environment.get("TERM") != "dumb"
    if colour:
        understand_codes()
    return Style(colour)


def understand_codes() -> None:
    """Make the console follow ANSI's control codes, where it has to be told to."""
    if sys.platform == "win32":
        import colorama  # comes with click on Windows

        colorama.just_fix_windows_console()


def links_for(when: str, stream: TextIO | None, environment: Mapping[str, str], folder: Path) -> str:
    """The address of `folder` if ``--hyperlinks always|never|auto`` makes links of output to `stream`, else nothing.

    A file (None) never gets any. With ``auto`` a terminal gets them that is known to show them and says who it is.
    """
    if stream is None or when == "never":
        return ""
    if when == "auto" and not (stream.isatty() and _shows_links(environment)):
        return ""
    address = folder.as_uri()
    return address if address.endswith("/") else f"{address}/"


_LINKING_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal"})
_LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm")
_LINKING_VTE = 5000
"""VTE shows links from 0.50 on."""


def _shows_links(environment: Mapping[str, str]) -> bool:
    term = environment.get("TERM", "")
    if term == "dumb" or environment.get("CI") or term.startswith(("screen", "tmux")):
        return False
    vte = environment.get("VTE_VERSION", "")
    return (
        environment.get("TERM_PROGRAM") in _LINKING_PROGRAMS
        or term.startswith(_LINKING_TERMS)
        or bool(environment.get("WT_SESSION") or environment.get("KONSOLE_VERSION"))
        or (vte.isascii() and vte.isdigit() and int(vte) >= _LINKING_VTE)
    )
