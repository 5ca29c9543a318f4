"""The group of commands: finds them by file name and imports one only when it is run or listed."""

from __future__ import annotations

import importlib
from typing import cast

import click

import promptlint
import promptlint.cli
from promptlint.modules import module_names

__all__ = ["group"]


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [name for name in module_names(promptlint.cli.__path__) if not name.startswith("_")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        return cast("click.Command", importlib.import_module(f"promptlint.cli.{cmd_name}").command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a hint for `promptlint prompts/`, where the command was forgotten."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            import difflib
            from pathlib import Path

            close = difflib.get_close_matches(name, self.list_commands(ctx), n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            if Path(name).exists():
                hint = f" Did you mean 'promptlint check {name}'?"
            ctx.fail(f"No such command '{name}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(promptlint.__version__, prog_name="promptlint", message="%(prog)s %(version)s")
def group() -> None:
    """Lint LLM prompt templates: exact places, fixes, token counts, no network."""
