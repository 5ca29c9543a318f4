from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Invoke

PROMPTY = (
    "---\nname: a\nsample: sample.json\ninputs:\n  topic:\n    type: string\n---\nuser:\nWrite one line on {{topic}}.\n"
)


@pytest.fixture
def repo(git: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = git("changed")
    for name in ("a", "b"):
        made.write(f"prompts/{name}.md", f"Name the capital of {name}.\n")
    made.write("prompts/c.prompty", PROMPTY)
    made.write("prompts/sample.json", '{"topic": "tea"}')
    made.write(".gitignore", "ignored/\n")
    made.commit("first")
    made("checkout", "--quiet", "-b", "feature")
    monkeypatch.chdir(made.folder)
    return made


def looked_at(invoke: Invoke, *arguments: str) -> list[str]:
    outcome = invoke("check", "--output-format", "json", *(arguments or ("--changed",)))
    return [each["path"] for each in json.loads(outcome.out)["prompts"]]


def test_nothing_has_changed(invoke: Invoke, repo: Any) -> None:
    outcome = invoke("check", "--changed")
    assert outcome.code == 0
    commit = repo("rev-parse", "HEAD")[:10]
    assert outcome.err == f"no prompt files that differ from main ({commit}) found in .\n"


def test_what_was_committed_staged_changed_and_made(invoke: Invoke, repo: Any) -> None:
    repo.write("prompts/a.md", "Name the capital of France.\n")
    repo.commit()
    assert looked_at(invoke) == ["prompts/a.md"]
    repo.write("prompts/b.md", "Name the capital of Spain.\n")
    repo.write("prompts/ignored/x.md", "List the names.\n")
    assert looked_at(invoke) == ["prompts/a.md", "prompts/b.md"]
    repo("add", "prompts/b.md")
    repo.write("prompts/new.md", "List the names.\n")
    assert looked_at(invoke) == ["prompts/a.md", "prompts/b.md", "prompts/new.md"]
    assert looked_at(invoke, "--changed", "prompts/new.md") == ["prompts/new.md"]
    assert looked_at(invoke, "--changed=HEAD") == ["prompts/b.md", "prompts/new.md"]


def test_what_the_other_branch_did_since_is_not_this_ones(invoke: Invoke, repo: Any) -> None:
    repo("checkout", "--quiet", "main")
    repo.write("prompts/b.md", "Name the capital of Spain.\n")
    repo.commit()
    repo("checkout", "--quiet", "feature")
    assert looked_at(invoke) == looked_at(invoke, "--changed=main") == []


@pytest.mark.parametrize("is_gone", [False, True])
def test_what_reads_a_changed_file(invoke: Invoke, repo: Any, is_gone: bool) -> None:
    if is_gone:
        (repo.folder / "prompts" / "sample.json").unlink()
    else:
        repo.write("prompts/sample.json", '{"topic": "coffee"}')
    for _ in range(2):
        assert looked_at(invoke) == ["prompts/c.prompty"]


def test_what_a_changed_configuration_is_about(invoke: Invoke, repo: Any) -> None:
    repo.write("other/prompts/x.md", "Name the capital of Peru.\n")
    repo.commit()
    repo("branch", "--force", "main")
    repo.write("prompts/promptlint.toml", "pedantic = true")
    assert looked_at(invoke) == ["prompts/a.md", "prompts/b.md", "prompts/c.prompty"]


def test_from_a_folder_below(invoke: Invoke, repo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("prompts/a.md", "Name the capital of France.\n")
    monkeypatch.chdir("prompts")
    assert looked_at(invoke) == ["a.md"]


def test_it_is_never_answered_for_from_memory(invoke: Invoke, repo: Any) -> None:
    from os import environ

    from promptlint.replay import answer

    invoke("check", "--changed")
    assert answer(["check", "--changed"], environ) is None


def test_what_cannot_be_told(invoke: Invoke, repo: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = invoke("check", "--changed=nonsense")
    assert (outcome.code, outcome.err) == (2, "there is no revision 'nonsense'\n")
    assert invoke("check", "--changed", "-").code == 2
    outside = tmp_path / "outside"
    outside.mkdir()
    monkeypatch.chdir(outside)
    outcome = invoke("check", "--changed")
    assert (outcome.code, outcome.err) == (2, "not in a git repository: there is no revision to compare with\n")
    monkeypatch.setenv("PATH", "")
    outcome = invoke("check", "--changed")
    assert outcome.code == 2 and outcome.err.startswith("git cannot be run: ")
