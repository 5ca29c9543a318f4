"""Whatever is typed, the server has the text that the editor has, and finds what a fresh run finds in it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lsprotocol import types

from promptlint.config import Configurations
from promptlint.discovery import project_path
from promptlint.formats import recognise
from promptlint.runner import check_source, disk
from promptlint.source import Source

from .conftest import Editor, Start, modern, position_of

START = "# Zusammenfassung 😀\r\n\r\nPlease summarise {{ report }} in order to help.\n\nSay why.\u2028{{ open\n"
PIECES = (
    "Please ", "in order to ", "{{ name }}", "{{", "}}", "{% if x %}", "{% endif %}", "\n", "\r\n", "\r", "\u2028", "\x85", "\x0c",
    "😀", "é", "---\nmodel: gpt-4o\n---\n", "{# promptlint: ignore[verbose-phrase] #}", "# Title\n", "```\n", '"', " ", "\x00", "\ud83d",
)  # fmt: skip

edits = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 0.2), st.lists(st.sampled_from(PIECES), max_size=3).map("".join)),
    max_size=12,
)


def expected(folder: Path, path: str, text: str, encoding: str) -> list[tuple[object, ...]]:
    """What a run that never saw another text finds."""
    if "\0" in text:
        return []
    configurations = Configurations(cwd=folder)
    found = recognise(project_path(folder / path, folder), text)
    if found is None:
        return []
    config = configurations.for_file(folder / path)
    report = check_source(Source(path, text), found.format, config, disk(folder), path)
    return sorted(
        (item.rule, item.fingerprint, position_of(text, _outside(text, item.location.span.start), encoding).line)
        for item in report.diagnostics
    )


def _outside(text: str, offset: int) -> int:
    return offset - 1 if offset and text[offset - 1 : offset + 1] == "\r\n" else offset


def seen(items: list[types.Diagnostic]) -> list[tuple[object, ...]]:
    return sorted((item.code, _fingerprint(item), item.range.start.line) for item in items)


def _fingerprint(item: types.Diagnostic) -> str:
    return item.data["fingerprint"] if isinstance(item.data, dict) else item.data.fingerprint


@pytest.mark.parametrize(("encoding", "pulls"), [("utf-16", True), ("utf-8", False), ("utf-32", True)])
def test_random_edits(start: Start, folder: Path, encoding: str, pulls: bool):
    editor = start(modern((encoding,), pulls=pulls), folder, options={"debounceMs": 0})
    assert editor.encoding == encoding
    number = iter(range(10_000))

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(edits)
    def check(changes):
        path = f"prompts/p{next(number)}.j2"
        uri = editor.open(folder / path, START, "jinja")
        text = START
        for where, length, new in changes:
            first = _outside(text, int(where * len(text)))
            last = _outside(text, min(len(text), first + int(length * len(text))))
            last = max(first, last)
            place = types.Range(position_of(text, first, encoding), position_of(text, last, encoding))
            editor.change(uri, types.TextDocumentContentChangePartial(place, new))
            # half a character is none, unless the other half is there
            text = (text[:first] + new + text[last:]).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        assert seen(editor.diagnostics(uri)) == expected(folder, path, text, encoding)
        editor.close_document(uri)

    check()


def test_edits_in_one_notification_follow_each_other(editor: Editor, folder: Path):
    uri = editor.open(folder / "prompts" / "a.md", "one\u2028two\nthree\n")
    line = types.Range(types.Position(1, 0), types.Position(1, 5))
    editor.change(
        uri,
        types.TextDocumentContentChangePartial(line, "Summarise {{x}} in order to help.\nMore"),
        types.TextDocumentContentChangePartial(
            types.Range(types.Position(2, 0), types.Position(2, 4)), "in order to end"
        ),
    )
    items = editor.diagnostics(uri)
    lines = [(item.code, item.range.start.line) for item in items if item.code == "verbose-phrase"]
    assert lines == [("verbose-phrase", 1), ("verbose-phrase", 2)]


def test_many_quick_edits_end_in_what_is_there_last(pushed: Editor, folder: Path):
    uri = pushed.open(folder / "prompts" / "a.md", "Summarise {{report}}.\n")
    rng = random.Random(1)
    for number in range(300):
        words = "in order to " * rng.randrange(3)
        pushed.change(uri, f"Summarise {{{{report}}}} {words}for number {number}.\n")
    pushed.change(uri, "Summarise {{report}} in order to help.\n")
    items = pushed.diagnostics(uri)
    assert [item.code for item in items].count("verbose-phrase") == 1
    # what was typed in between was not waited for
    assert len(pushed.published[uri]) < 20
    versions = [each.version for each in pushed.published[uri]]
    assert versions == sorted(versions) and versions[-1] == pushed.versions[uri]


def test_any_text_is_survived(editor: Editor, folder: Path):
    texts = [
        "",
        "\ufeff",
        "\x00",
        "{{" * 2_000,
        "a" * 200_000,
        "---\n" * 300,
        "\r" * 500 + "😀" * 500,
        "{% for %}" * 200,
    ]
    for number, text in enumerate(texts):
        uri = editor.open(folder / "prompts" / f"a{number}.prompty", text)
        editor.diagnostics(uri)
        editor.change(uri, "system:\nSummarise {{x}} in order to help.\n")
        assert "verbose-phrase" in [item.code for item in editor.diagnostics(uri)]
