"""The command line. Each module beside this one that has no underscore is a command and has ``command: click.Command``.

Importing this module is cheap: click, the commands and what they work with are loaded when they are needed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from promptlint import __version__

__all__ = ["EXIT_FINDINGS", "EXIT_OK", "EXIT_TROUBLE", "main", "run"]

EXIT_OK = 0
"""Nothing at or above ``--fail-on``."""
EXIT_FINDINGS = 1
"""Findings at or above ``--fail-on``."""
EXIT_TROUBLE = 2
"""The job could not be done: bad usage, bad configuration, a named path that does not exist or cannot be read."""
EXIT_INTERRUPTED = 130
EXIT_PIPE = 141
"""What a shell reports for a program that SIGPIPE ended."""


def main() -> None:
    """Run the command line of this process and end it."""
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line was up
        code = EXIT_INTERRUPTED
    raise SystemExit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code. Never raises, unless PROMPTLINT_DEBUG is set."""
    if list(arguments) == ["--version"]:
        print(f"promptlint {__version__}")  # noqa: T201  # the one answer that needs no command-line parser
        return EXIT_OK

    import click

    from promptlint.cli._group import group
    from promptlint.cli._output import drop_stdout, is_broken_pipe, prepare_streams

    prepare_streams()
    try:
        code = group.main(list(arguments), prog_name="promptlint", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return EXIT_TROUBLE
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED
    except Exception as error:
        if is_broken_pipe(error):
            drop_stdout()
            return EXIT_PIPE
        if os.environ.get("PROMPTLINT_DEBUG"):
            raise
        return _internal_error(error)
    return code if isinstance(code, int) else EXIT_OK


def _internal_error(error: Exception) -> int:
    print(  # noqa: T201
        f"promptlint: internal error: {type(error).__name__}: {error}\n"
        "This is a fault in promptlint. Please report it; PROMPTLINT_DEBUG=1 shows where it happened.",
        file=sys.stderr,
    )
    return EXIT_TROUBLE
