from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from syrupy.assertion import SnapshotAssertion

from promptlint.diagnostic import Severity
from promptlint.reporters import Options
from promptlint.reporters.markdown import MAX_BYTES, MAX_ROWS, document, render
from promptlint.runner import Report
from promptlint.source import Source


def rows(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.startswith("| ") and not line.startswith("| Place")]


def one(make: SimpleNamespace, message: str, path: str = "a.md") -> Report:
    source = Source(path, "word\n")
    return Report(files=(make.file(source, make.diagnostic(source, "word", message=message)),))


def test_awkward_report(nasty: Report, snapshot: SnapshotAssertion) -> None:
    assert render(nasty, Options()) == snapshot


def test_nothing_found(clean: Report) -> None:
    assert render(clean, Options()) == "## promptlint\n\nLooked at 1 file with 1 prompt: nothing found.\n"


@pytest.mark.parametrize(
    ("message", "cell"),
    [
        ("a | b\nc", r"a \| b c"),
        ("`x` *y* _z_ ~s~ $m$", r"\`x\` \*y\* \_z\_ \~s\~ \$m\$"),
        ("{{name}} [a](b) \\|", r"{{name}} \[a\](b) \\\|"),
        ("<img src=x onerror=y> &amp;", "&lt;img src=x onerror=y&gt; &amp;amp;"),
        ("ask @octocat about #12", "ask @&#8203;octocat about #&#8203;12"),
        ("see https://example.org or www.example.org", "see https&#8203;://example.org or www&#8203;.example.org"),
        ("# a @ b", "# a @ b"),
        ("turn \u202e round", "turn &lt;U+202E&gt; round"),
        ("x" * 500, "x" * 399 + "…"),
    ],
)
def test_messages_are_shown_as_they_are(make: SimpleNamespace, message: str, cell: str) -> None:
    (row,) = rows(render(one(make, message), Options()))
    assert row == f"| 1:1 | info | `verbose-phrase` | {cell} |"


@pytest.mark.parametrize(
    ("path", "heading"),
    [("a b.md", "### `a b.md`"), ("a`b``.md", "### ``` a`b``.md ```"), ("<b>|.md", "### `<b>|.md`")],
)
def test_paths_are_code(make: SimpleNamespace, path: str, heading: str) -> None:
    assert heading in render(one(make, "x", path), Options()).split("\n")


def test_the_most_severe_ones_stay_when_there_is_no_room(make: SimpleNamespace) -> None:
    text = "word " * 300
    source, other = Source("a.md", text), Source("b.md", text)
    infos = [make.diagnostic(source, "word", location=source.location(at * 5, at * 5 + 4)) for at in range(150)]
    errors = [
        make.diagnostic(other, "word", location=other.location(at * 5, at * 5 + 4), severity=Severity.ERROR)
        for at in range(60)
    ]
    made = render(Report(files=(make.file(source, *infos), make.file(other, *errors))), Options())
    assert len(rows(made)) == MAX_ROWS
    assert sum("**error**" in row for row in rows(made)) == 60
    assert made.index("### `a.md`") < made.index("### `b.md`")
    assert made.endswith("\nNot shown, for there is no room: 110 infos in 1 file.\n")


@pytest.mark.parametrize("size", [1_000, 5_000, MAX_BYTES])
def test_a_report_is_not_longer_than_allowed(make: SimpleNamespace, size: int) -> None:
    source = Source("要" * 60 + ".md", "word\n")
    found = [make.diagnostic(source, "word", message="約" * 300 + str(number)) for number in range(90)]
    report = Report(files=(make.file(source, *found),))
    made = document(report, rows=MAX_ROWS, size=size)
    assert len(made.encode()) <= size
    shown = len(rows(made))
    assert f"Not shown, for there is no room: {90 - shown} infos in 1 file." in made
    assert len(document(report, rows=MAX_ROWS, size=size * 2).encode()) > size


def test_what_could_not_be_done(clean: Report) -> None:
    faulty = replace(clean, errors=tuple(f"{number}.md: no such file" for number in range(13)))
    made = render(faulty, Options()).split("\n")
    assert made[4] == "- **error** 0.md: no such file"
    assert made[14] == "- 3 more"
