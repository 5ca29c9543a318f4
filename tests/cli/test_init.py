from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from promptlint import __version__

if TYPE_CHECKING:
    from conftest import Invoke


@pytest.mark.parametrize("arguments", [["--version"], ["--version", "check"]])
def test_version(invoke: Invoke, arguments: list[str]) -> None:
    outcome = invoke(*arguments)
    assert (outcome.code, outcome.out) == (0, f"promptlint {__version__}\n")


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_the_commands_with_a_line_each(invoke: Invoke, flag: str) -> None:
    outcome = invoke(flag)
    assert outcome.code == 0
    listed = outcome.out.split("Commands:\n")[1].splitlines()
    assert {"baseline", "check", "completions", "config", "explain", "files", "init", "rule"} <= {
        line.split()[0] for line in listed
    }
    assert all(len(line.split()) > 2 and not line.endswith("...") for line in listed)


@pytest.mark.parametrize("command", ["check", "completions", "config", "explain", "files", "init", "rule"])
def test_each_command_has_help(invoke: Invoke, command: str) -> None:
    outcome = invoke(command, "-h")
    assert outcome.code == 0
    assert f"Usage: promptlint {command}" in outcome.out


def test_no_command_is_bad_usage(invoke: Invoke) -> None:
    outcome = invoke()
    assert outcome.code == 2
    assert "Usage: promptlint" in outcome.err + outcome.out


def test_a_forgotten_or_misspelt_command(invoke: Invoke) -> None:
    Path("prompts").mkdir()
    for arguments, hint in (("prompts", "promptlint check prompts"), ("chekc", "'check'")):
        outcome = invoke(arguments)
        assert outcome.code == 2
        assert hint in outcome.err
