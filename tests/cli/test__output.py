from __future__ import annotations

import errno
import io

import pytest

from promptlint.cli._output import is_broken_pipe, style_for, write


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
