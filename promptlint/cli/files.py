"""``promptlint files``: what is taken as a prompt file, what is skipped, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from promptlint.cli import EXIT_OK, EXIT_TROUBLE
from promptlint.cli._options import configurations, discovery_options, targets
from promptlint.cli._output import error, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptlint.discovery import Found, Skipped

__all__ = ["command"]


def _text(found: Sequence[Found], skipped: Sequence[Skipped]) -> str:
    from promptlint.reporters.terminal.cells import visible, width

    rows = [(each.path, each.recognition.format, each.recognition.reason) for each in found]
    rows += [(each.path, "skipped", each.reason) for each in skipped]
    shown = [tuple(map(visible, row)) for row in rows]
    widths = [max((width(row[column]) for row in shown), default=0) for column in (0, 1)]
    return "".join(
        "  ".join([*(text + " " * (limit - width(text)) for text, limit in zip(row, widths, strict=False)), row[2]])
        + "\n"
        for row in shown
    )


def _json(found: Sequence[Found], skipped: Sequence[Skipped]) -> str:
    import json

    data = {
        "version": 1,
        "files": [
            {"path": each.path, "format": each.recognition.format, "reason": each.recognition.reason} for each in found
        ],
        "skipped": [{"path": each.path, "reason": each.reason} for each in skipped],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


@click.command("files", short_help="List what is taken as a prompt file, and why.")
@discovery_options
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the list.",
)
def command(
    *,
    paths: tuple[str, ...],
    config_file: str | None,
    isolated: bool,
    exclude: tuple[str, ...],
    force_exclude: bool,
    stdin_filename: str | None,
    output_format: str,
) -> int:
    """List what is taken as a prompt file, as which format and why, and what is skipped.

    PATHS are files and folders (default: the current folder).
    """
    from promptlint.config import ConfigError
    from promptlint.discovery import Found, Skipped

    try:
        chosen = configurations(config_file, isolated)
        run = chosen.run_config(Path.cwd())
    except ConfigError as fault:
        error(str(fault))
        return EXIT_TROUBLE
    everything = list(targets(paths or (".",), run, exclude, force_exclude, stdin_filename, configurations=chosen))
    found = sorted((each for each in everything if isinstance(each, Found)), key=lambda each: each.path)
    skipped = sorted(
        (each for each in everything if isinstance(each, Skipped)), key=lambda each: (each.path, each.reason)
    )
    write((_json if output_format == "json" else _text)(found, skipped))
    if not everything:
        error(f"no prompt files found in {', '.join(paths or ('.',))}")
    return EXIT_TROUBLE if any(each.named for each in skipped) else EXIT_OK
