from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from promptlint.replay import MOST

if TYPE_CHECKING:
    from conftest import Invoke

BLOCK = "\n".join(
    f"- House rule {number}: name the order, keep the tone of the shop and never promise a date." for number in range(6)
)


@pytest.fixture(autouse=True)
def prompts() -> None:
    for name in ("ask", "sort", "mail"):
        file = Path("prompts", f"{name}.md")
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"Summarise the {name} in order to please us.\n\n{BLOCK}\n", encoding="utf-8")
    Path("prompts/bad.md").write_bytes(b"\0")


def both(invoke: Invoke, *arguments: str) -> tuple[str, str]:
    """The lines that are written one after the other, and those of the whole report."""
    streamed = invoke("check", "--output-format", "jsonl", *arguments)
    whole = invoke("check", "--output-format", "jsonl:report.jsonl", *arguments)
    assert (streamed.code, streamed.err) == (whole.code, whole.err)
    return streamed.out, Path("report.jsonl").read_text("utf-8")


@pytest.mark.parametrize(
    "arguments", [(), ("prompts/ask.md", "missing.md"), ("--fail-on", "never"), ("--fail-on", "info"), ("--exit-zero",)]
)
def test_the_lines_are_those_of_the_report(invoke: Invoke, arguments: tuple[str, ...]) -> None:
    streamed, whole = both(invoke, *arguments)
    assert streamed == whole
    summary = json.loads(streamed.split("\n")[-2])
    assert summary["type"] == "summary" and summary["files"] == (1 if "missing.md" in arguments else 3)


def test_rules_about_the_whole_project(invoke: Invoke) -> None:
    streamed, whole = both(invoke, "--select", "repeated-block")
    found = [json.loads(line) for line in streamed.split("\n")[:-1]]
    assert sum(each.get("rule") == "repeated-block" for each in found) == 3
    assert sorted(streamed.split("\n")) == sorted(whole.split("\n"))


def test_each_file_is_written_when_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    from promptlint.cli._keeping import Witness
    from promptlint.cli._streaming import Streaming
    from promptlint.discovery import candidates
    from promptlint.examiner import Examiner, Setup
    from promptlint.runner import Project

    written: list[str] = []
    items = list(candidates(["prompts"]))

    def noted():
        for item in items:
            written.append(f"entered {item.path}")
            yield item

    examiner = Examiner(Setup(Path.cwd()))
    streaming = Streaming(noted(), examiner, lambda _: None, lambda text: written.append("written"), Witness(examiner))
    streaming.run(1, Project(lambda folder: folder, lambda root: ()))
    assert written[:4] == ["entered prompts/ask.md", "written", "entered prompts/bad.md", "written"]
    assert streaming.files == 3 and streaming.text is not None


def test_too_much_is_not_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from promptlint.cli._keeping import Witness
    from promptlint.cli._streaming import Streaming
    from promptlint.examiner import Examiner, Setup

    examiner = Examiner(Setup(Path.cwd()))
    streaming = Streaming((), examiner, lambda _: None, lambda text: None, Witness(examiner))
    streaming._put("x" * MOST)
    assert streaming.text is not None
    streaming._put("x")
    assert streaming.text is None
