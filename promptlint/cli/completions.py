"""``promptlint completions``: scripts that make a shell complete commands, options, rules, formats and paths."""

from __future__ import annotations

import click

from promptlint.cli import EXIT_OK

__all__ = ["command"]

_HELP = """Print the script that makes SHELL complete promptlint's commands, options, rules, formats and paths.

\b
  bash  eval "$(promptlint completions bash)"     in ~/.bashrc
  zsh   eval "$(promptlint completions zsh)"      in ~/.zshrc
  fish  promptlint completions fish > ~/.config/fish/completions/promptlint.fish
"""


@click.command("completions", help=_HELP, short_help="Print a shell's completion script.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the script for a shell."""
    from click.shell_completion import get_completion_class

    from promptlint.cli._group import group
    from promptlint.cli._output import write

    kind = get_completion_class(shell)
    assert kind is not None, "click knows these shells"
    completer = kind(group, {}, "promptlint", "_PROMPTLINT_COMPLETE")
    # not source(): for bash that starts a bash to ask for its version, which need not be the user's
    write(completer.source_template % completer.source_vars())
    return EXIT_OK
