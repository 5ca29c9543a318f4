"""Rules about whole projects on the command line: which files are looked at, which are reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Invoke

BLOCK = "\n".join(
    f"- House rule {number}: name the order, keep the tone of the shop and never promise a date." for number in range(6)
)
SELECT = ("--select", "repeated-block", "--output-format", "json")


def write(folder: Path) -> None:
    for name in ("ask", "sort", "mail"):
        file = folder / "prompts" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Work on the {name} of the customer.\n\n{BLOCK}\n", encoding="utf-8")


def paths(out: str) -> list[str]:
    return [each["path"] for each in json.loads(out)["diagnostics"]]


def test_one_file_of_a_repository(invoke: Invoke) -> None:
    write(Path())
    assert paths(invoke("check", "prompts/ask.md", *SELECT).out) == ["prompts/ask.md"]
    assert paths(invoke("check", *SELECT).out) == ["prompts/ask.md", "prompts/mail.md", "prompts/sort.md"]


def test_from_a_folder_below(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    write(Path())
    monkeypatch.chdir("prompts")
    (found,) = json.loads(invoke("check", "ask.md", *SELECT).out)["diagnostics"]
    assert found["path"] == "ask.md"
    assert [each["path"] for each in found["related"]] == ["mail.md", "sort.md"]


def test_where_nothing_marks_a_project_only_what_is_named(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    write(folder)
    monkeypatch.chdir(folder)
    assert paths(invoke("check", "prompts/ask.md", *SELECT).out) == []
    assert len(paths(invoke("check", "prompts", *SELECT).out)) == 3


def test_what_the_project_excludes_is_not_looked_at(invoke: Invoke) -> None:
    write(Path())
    Path("promptlint.toml").write_text('exclude = ["prompts/sort.md"]\n', encoding="utf-8")
    assert paths(invoke("check", "prompts/ask.md", *SELECT).out) == []


def test_the_baseline(invoke: Invoke) -> None:
    write(Path())
    Path("promptlint.toml").write_text('select = ["repeated-block"]\nbaseline = "known.json"\n', encoding="utf-8")
    assert "3 findings in 3 files" in invoke("baseline", "create").out
    assert paths(invoke("check", "prompts/ask.md", "--output-format", "json").out) == []
    assert invoke("baseline", "check").code == 0
