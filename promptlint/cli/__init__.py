"""The command line. Each module beside this one that has no underscore is a command and has ``command: click.Command``.

Importing this module is cheap: click, the commands and what they work with are loaded when they are needed.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from promptlint import __version__

__all__ = ["EXIT_FINDINGS", "EXIT_OK", "EXIT_TROUBLE", "main", "program", "run"]

EXIT_OK = 0
"""Nothing at or above ``--fail-on``."""
EXIT_FINDINGS = 1
"""Findings at or above ``--fail-on``."""
EXIT_TROUBLE = 2
"""The job could not be done: bad usage, bad configuration, a named path that does not exist or cannot be read."""
EXIT_INTERRUPTED = 130
EXIT_PIPE = 141
"""What a shell reports for a program that SIGPIPE ended."""
EXIT_TERMINATED = 143
"""What a shell reports for a program that SIGTERM ended."""
_GARBAGE = 200_000
"""How many new objects may be kept before the interpreter looks for garbage among them."""


class _TerminatedError(BaseException):
    """The process was asked to end. Nothing but `main` catches it, and what is left half done on its way is undone."""


def program() -> None:
    """The installed command: `main` in a process of its own, which is not taken apart before it ends.

    Python would give back every object one by one, which takes as long as a sixth of ``import click``. What it does for others
    is done: functions that wait for the end are called, and the streams are flushed. Where somebody looks on, or the end has
    more to wait for, Python ends the process.
    """
    try:
        main()
    except SystemExit as end:
        if _watched() or len(sys._current_frames()) > 1:  # noqa: SLF001  # other threads, however they were started
            raise
        atexit._run_exitfuncs()  # noqa: SLF001
        with contextlib.suppress(OSError, ValueError):  # Python has words for streams that cannot be flushed
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
            os._exit(end.code if isinstance(end.code, int) else EXIT_OK)
        raise


def _watched() -> bool:
    """Whether the process is debugged, measured, or kept open for questions."""
    if (
        sys.gettrace() is not None
        or sys.getprofile() is not None
        or sys.flags.inspect
        or os.environ.get("PYTHONINSPECT")
    ):
        return True
    monitoring = getattr(sys, "monitoring", None)  # new in Python 3.12
    return monitoring is not None and any(monitoring.get_tool(number) is not None for number in range(6))


def main() -> None:
    """Run the command line of this process and end it."""
    # Most of what is made at the start lives to the end: looking for garbage in it, above all on the way out, would take a
    # quarter of the time of a short run.
    gc.set_threshold(_GARBAGE)
    try:
        if sys.argv[1:] != ["--version"]:
            _end_in_order_when_terminated()
        code = _again(sys.argv[1:])
        if code is None:
            code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line was up
        code = EXIT_INTERRUPTED
    except _TerminatedError:
        code = EXIT_TERMINATED
    gc.freeze()
    raise SystemExit(code)


def _again(arguments: Sequence[str]) -> int | None:
    """The exit code of a run that would say what an earlier one said, which has been said again; None for any other."""
    if arguments[:1] != ["check"] or sys.stdout is None or sys.stderr is None:
        return None
    from promptlint.replay import answer

    try:
        return answer(arguments, os.environ)
    except OSError as error:
        return _unwritten(error)


def _end_in_order_when_terminated() -> None:
    try:
        # what `signal` stands on; the enumerations that it adds take as long as a tenth of click
        signal = import_module("_signal")
    except ImportError:
        signal = import_module("signal")
    process = os.getpid()

    def end(number: int, _: object) -> None:
        if os.getpid() != process:  # a process that this one forked
            os._exit(EXIT_TERMINATED)
        signal.signal(number, signal.SIG_IGN)  # once is enough: the second one must not break the clearing up
        raise _TerminatedError

    signal.signal(signal.SIGTERM, end)


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code. Never raises, unless PROMPTLINT_DEBUG is set."""
    if list(arguments) == ["--version"] and sys.stdout is not None:
        try:
            print(f"promptlint {__version__}", flush=True)  # noqa: T201  # the one answer that needs no command-line parser
        except OSError as error:
            return _unwritten(error)
        return EXIT_OK

    import click

    from promptlint.cli._group import group
    from promptlint.cli._output import drop_stdout, is_broken_pipe, is_unwritable, prepare_streams
    from promptlint.lazy import keep

    prepare_streams()
    output = sys.stdout
    try:
        code = group.main(list(arguments), prog_name="promptlint", standalone_mode=False, obj=tuple(arguments))
        sys.stdout.flush()
        keep()
    except click.ClickException as error:
        with contextlib.suppress(OSError):
            error.show()
        return EXIT_TROUBLE
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED
    except SystemExit as end:
        if sys.stdout is not output:  # click replaces it when its reader has gone away, and ends
            drop_stdout()
            return EXIT_PIPE
        return end.code if isinstance(end.code, int) else EXIT_OK
    except Exception as error:
        if isinstance(error, OSError) and (is_broken_pipe(error) or is_unwritable(error)):
            return _unwritten(error)
        if os.environ.get("PROMPTLINT_DEBUG"):
            raise
        return _internal_error(error)
    return code if isinstance(code, int) else EXIT_OK


def _unwritten(fault: OSError) -> int:
    """The end of a run whose output could not be written. A reader that has gone away is no reason for a message."""
    from promptlint.cli._output import drop_stdout, error, is_broken_pipe

    drop_stdout()
    if is_broken_pipe(fault):
        return EXIT_PIPE
    error(f"promptlint: the output cannot be written: {fault.strerror}")
    return EXIT_TROUBLE


def _internal_error(fault: Exception) -> int:
    from promptlint.cli._output import error

    if isinstance(fault, FileNotFoundError) and not _has_working_folder():
        error("promptlint: the working directory is no longer there.")
    elif isinstance(fault, MemoryError):
        error("promptlint: there is not enough memory.")
    else:
        error(
            f"promptlint: internal error: {type(fault).__name__}: {fault}\n"
            "This is a fault in promptlint. Please report it; PROMPTLINT_DEBUG=1 shows where it happened."
        )
    return EXIT_TROUBLE


def _has_working_folder() -> bool:
    try:
        os.getcwd()  # noqa: PTH109
    except OSError:
        return False
    return True
