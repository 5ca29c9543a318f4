from __future__ import annotations

import errno
import io
from pathlib import Path

import pytest

from promptlint.cli._output import is_broken_pipe, links_for, style_for, write


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)],
)
def test_a_terminal_gets_colour(environment: dict[str, str], coloured: bool) -> None:
    assert style_for("auto", Terminal(), environment).colour == coloured


def test_a_file_gets_colour_only_when_it_is_asked_for() -> None:
    assert not style_for("auto", None, {"FORCE_COLOR": "1"}).colour
    assert style_for("always", None, {}).colour


def test_a_broken_pipe_is_told_from_other_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_broken_pipe(BrokenPipeError(errno.EPIPE, "broken pipe"))
    assert not is_broken_pipe(OSError(errno.ENOSPC, "no space left"))

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr("sys.stdout", Full())
    with pytest.raises(OSError, match="no space left"):
        write("text")


@pytest.mark.parametrize(
    ("when", "stream", "environment", "linked"),
    [
        ("always", None, {}, False),
        ("always", io.StringIO(), {}, True),
        ("never", Terminal(), {"TERM_PROGRAM": "WezTerm"}, False),
        ("auto", Terminal(), {}, False),
        ("auto", Terminal(), {"TERM_PROGRAM": "WezTerm"}, True),
        ("auto", Terminal(), {"TERM": "xterm-kitty"}, True),
        ("auto", Terminal(), {"VTE_VERSION": "7200"}, True),
        ("auto", Terminal(), {"VTE_VERSION": "4800"}, False),
        ("auto", Terminal(), {"VTE_VERSION": "new"}, False),
        ("auto", Terminal(), {"WT_SESSION": "1"}, True),
        ("auto", Terminal(), {"WT_SESSION": "1", "CI": "1"}, False),
        ("auto", Terminal(), {"VTE_VERSION": "7200", "TERM": "tmux-256color"}, False),
        ("auto", Terminal(), {"VTE_VERSION": "7200", "TERM": "dumb"}, False),
        ("auto", io.StringIO(), {"TERM_PROGRAM": "WezTerm"}, False),
        ("auto", None, {"TERM_PROGRAM": "WezTerm"}, False),
    ],
)
def test_who_gets_links(when: str, stream: io.StringIO | None, environment: dict[str, str], linked: bool) -> None:
    folder = Path(__file__).parent
    assert links_for(when, stream, environment, folder) == (f"{folder.as_uri()}/" if linked else "")
