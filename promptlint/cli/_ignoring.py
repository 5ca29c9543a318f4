"""``promptlint check --add-ignore``: its option, and what is said about what it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from promptlint.runner import Report

__all__ = ["ignore_option", "silenced", "with_value"]

F = TypeVar("F", bound=Callable[..., object])


def with_value(*options: str) -> type[click.Command]:
    """A command with options whose value is optional and has to follow ``=``, so that they never take a path for their value."""

    class Command(click.Command):
        def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
            end = args.index("--") if "--" in args else len(args)
            given = [f"{each}=" if each in options else each for each in args[:end]]
            return super().parse_args(ctx, given + args[end:])

    return Command


def _reason(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A reason that fits into a comment."""
    del context, parameter
    if value is None:
        return None
    from promptlint.formats import UNSAFE_IN_REASON

    for text in UNSAFE_IN_REASON:
        if text in value:
            shown = text if text.isprintable() else "a line end"
            raise click.BadParameter(f"a reason must not hold {shown}, which may end a comment.")
    return " ".join(value.split())


def ignore_option(command: F) -> F:
    """The option itself."""
    return click.option(
        "--add-ignore",
        callback=_reason,
        metavar="[=REASON]",
        help="Silence what is found by comments that suit each format and are not sent to the model.",
    )(command)


def silenced(report: Report, verb: str) -> list[str]:
    """``Silenced 3 findings in 2 files.``, and how many cannot be silenced so."""
    from promptlint.reporters.terminal.lines import count
    from promptlint.silence import is_silenced_by_comments

    lines = []
    done = [len(each.silenced) for each in report.rewrites if each.silenced]
    if done:
        lines.append(f"{verb} {count(sum(done), 'finding')} in {count(len(done), 'file')}.")
    left = sum(is_silenced_by_comments(item) for each in report.rewrites for item in each.report.diagnostics)
    if left:
        lines.append(
            f"{count(left, 'finding')} cannot be silenced by a comment that is not sent to the model:"
            " use [[overrides]] in the configuration, or a baseline (promptlint baseline create)."
        )
    return lines
