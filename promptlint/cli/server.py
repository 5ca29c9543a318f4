"""``promptlint server``: the language server."""

from __future__ import annotations

import click

from promptlint.cli import EXIT_OK, EXIT_TROUBLE
from promptlint.cli._output import error

__all__ = ["command"]


def _address(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, int] | None:
    del context, parameter
    if value is None:
        return None
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise click.BadParameter("must be HOST:PORT, such as 127.0.0.1:2087.")
    return host.strip("[]"), int(port)


@click.command("server", short_help="Serve an editor (language server).")
@click.option("--stdio", is_flag=True, help="Talk over standard input and output. That is the default.")
@click.option(
    "--tcp", "address", callback=_address, metavar="HOST:PORT", help="Wait for one client at this address instead."
)
def command(*, stdio: bool, address: tuple[str, int] | None) -> int:
    """Show in an editor what check finds: the language server, which editors start themselves.

    It needs pygls, which comes with the extra 'lsp'.
    """
    if stdio and address is not None:
        raise click.UsageError("--stdio and --tcp contradict each other.")
    try:
        import lsprotocol  # noqa: F401
        import pygls  # noqa: F401
    except ImportError as fault:
        error(
            f"the language server needs {fault.name}, which is not installed. Install promptlint with its extra 'lsp': "
            "in its checkout, pip install '.[lsp]'"
        )
        return EXIT_TROUBLE
    from promptlint_lsp.server import serve

    serve(address)
    return EXIT_OK
