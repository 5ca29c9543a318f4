"""Names and texts of strangers in every output format: nothing in them is taken for something else by who reads the output."""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from promptlint.reporters import formats

TEXT = "In order to win, utilize the ball.\n"

NAMES = [
    "a\nb.md",
    "a\x1b[31mred.md",
    "a\x01b.md",
    "a%25b%s.md",
    "::error::x.md",
    "a\n::error::x.md",
    "a&<>\"'b.md",
    "a,b:c.md",
    "]]>.md",
    "a\u202eb.md",
    "a\u2028b.md",
    "a\rb.md",
    "a\udcffb.md",  # bytes that are no UTF-8, as Python spells them
]

CONTENT = (
    "Play the \x1b[31mball\x1b[0m ::error::x ]]> %0A <b> & | ` in order to win \x07\x9b31m.\n"
    "::error file=x::utilize it\n##[error]utilize it\n\x1b]8;;http://example.com\x07link\x1b]8;;\x07 in order to win\n"
)

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no files of such names")


def parsed(name: str, out: str) -> None:
    """The output of a machine's format can be read."""
    if name in ("json", "sarif", "gitlab"):
        json.loads(out)
    elif name == "jsonl":
        for line in out.rstrip("\n").split("\n"):
            json.loads(line)
    elif name == "junit":
        ET.fromstring(out)


def harmless(name: str, said: str) -> None:
    """No control character, and no line that GitHub takes for a command, but for those of its own format.

    Those name the file as it is called: GitHub could not find it otherwise, and shows nothing of it.
    """
    if name == "github":
        said = re.sub("(?m)^::notice file=[^,]*,", "", said)
    assert not CONTROL.search(said)
    if name != "github":
        assert not re.search(r"(?m)^[ \t]*(?:::|##\[)", said)


@posix
@pytest.mark.parametrize("name", formats())
def test_names_of_files(name, folder: Path, invoke) -> None:
    for each in NAMES:
        (folder / "prompts" / each).write_text(TEXT)
    (folder / "prompts" / "not text\n::error::y.md").write_bytes(b"\0")
    done = invoke("check", "--output-format", name)
    assert done.code == 0
    parsed(name, done.out)
    harmless(name, done.said)
    if name == "github":
        levels = re.findall(r"(?m)^::(\w+)", done.out)
        assert set(levels) == {"notice"}


@posix
@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize("path", ["prompts/a\n::error::x\x1b[31m.md", "prompts/b\n::error::x\x1b[31m.md"])
def test_names_in_messages(name, path, folder: Path, invoke) -> None:
    (folder / "prompts" / "a\n::error::x\x1b[31m.md").write_bytes(b"\0")
    done = invoke("check", "--output-format", name, path)
    assert done.code == 2
    assert "<U+000A>::error::x<U+001B>[31m.md: " in done.err
    parsed(name, done.out)
    harmless(name, done.said)


@pytest.mark.parametrize("name", formats())
def test_texts(name, folder: Path, invoke) -> None:
    (folder / "prompts" / "a.md").write_bytes(CONTENT.encode())
    done = invoke("check", "--output-format", name, "--fail-on", "never")
    assert done.code == 0
    parsed(name, done.out)
    harmless(name, done.said)


@pytest.mark.parametrize("command", [["files"], ["cost"], ["explain", "prompts"], ["check", "--fix", "--show-fixes"]])
def test_other_commands(command, folder: Path, invoke) -> None:
    (folder / "prompts" / "a.md").write_bytes(CONTENT.encode())
    if sys.platform != "win32":
        (folder / "prompts" / "a\n::error::x\x1b[31m.md").write_text(TEXT)
    done = invoke(*command)
    assert done.out
    harmless("text", done.said)


def test_ten_thousand_findings(folder: Path, invoke) -> None:
    """The output is a fixed number of characters for each finding at most, and GitHub gets no more than it shows."""
    (folder / "prompts" / "a.j2").write_text("Win {{ a\n" * 10_000)
    wanted = [argument for name in formats() for argument in ("--output-format", f"{name}:out.{name}")]
    done = invoke("check", "--fail-on", "never", *wanted)
    assert done.code == 0
    for name in formats():
        out = (folder / f"out.{name}").read_text("utf-8")
        assert len(out) < 2_500 * 10_000
        parsed(name, out)
        if name == "github":
            assert out.count("\n") <= 12
        elif name != "markdown":
            assert out.count("unbalanced-delimiter") >= 10_000
