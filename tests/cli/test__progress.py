from __future__ import annotations

import io

import pytest

from promptlint.cli._progress import progress, wanted


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def ticking(step: float):
    now = -step

    def clock() -> float:
        nonlocal now
        now += step
        return now

    return clock


def test_a_short_run_says_nothing() -> None:
    stream = Terminal()
    assert list(progress(["a", "b"], lambda: 2, str, stream, clock=ticking(0.3))) == ["a", "b"]
    assert stream.getvalue() == ""


def test_a_long_run_has_one_line_that_is_gone_at_the_end() -> None:
    stream = Terminal()
    names = ["a" * 100, "b\x1b", "c"]
    assert list(progress(names, lambda: 3, str, stream, clock=ticking(2))) == names
    written = stream.getvalue()
    lines = written.split("\r\x1b[K")
    assert lines[0] == "" and lines[-1] == ""
    assert [line.split(": ")[0] for line in lines[1:-1]] == ["1 of 3", "2 of 3", "3 of 3"]
    assert len(lines[1]) < 75 and "\x1b" not in "".join(lines) and "\n" not in written


def test_time_before_the_first_file_counts() -> None:
    stream = Terminal()
    clock = ticking(0.01)
    list(progress(["a"], lambda: 1, str, stream, started=-5.0, clock=clock))
    assert "1 of 1: a" in stream.getvalue()


def test_it_does_not_flicker() -> None:
    stream = Terminal()
    list(progress(map(str, range(100)), lambda: 100, str, stream, started=-5.0, clock=ticking(0.01)))
    assert 5 < stream.getvalue().count(" of 100") < 15


def test_the_line_is_gone_when_the_work_breaks_off() -> None:
    stream = Terminal()
    items = progress(["a", "b"], lambda: 2, str, stream, clock=ticking(2))
    next(items)
    items.close()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_without_a_stream_it_only_passes_things_on() -> None:
    assert list(progress([1, 2], lambda: 2, str, None)) == [1, 2]


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (Terminal(), {"CI": "true"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_who_sees_it(stream, environment: dict[str, str], expected: bool) -> None:
    assert wanted(stream, environment) is expected
