from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.cli.init import Survey, render
from promptlint.config import Configurations


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, "utf-8")


def prompt(name: str, model: str | None = None) -> None:
    head = f"---\nmodel: {model}\n---\n" if model else ""
    write(name, f"{head}Summarise {{{{report}}}}.\n")


def test_an_empty_repository(invoke) -> None:
    outcome = invoke("init")
    assert (outcome.code, outcome.err) == (0, "")
    assert "0 prompt files" in outcome.out
    assert invoke("check").code == 0


def test_one_model_is_set_for_all(invoke) -> None:
    prompt("prompts/a.md", "gpt-4o")
    prompt("prompts/b.md")
    write("CLAUDE.md", "Use tabs.\n")
    assert invoke("init").code == 0
    data = tomllib.loads(Path("promptlint.toml").read_text("utf-8"))
    assert data == {"select": ["recommended"], "fail-on": "warning", "model": "gpt-4o"}
    assert "1 file for coding agents" in Path("promptlint.toml").read_text("utf-8")
    assert Configurations().for_file("prompts/b.md").model == "gpt-4o"


@pytest.mark.parametrize("models", [["gpt-4o", "o3"], [None, None], ["gpt-4o", "gpt-4o"], ["${MODEL}", None]])
def test_otherwise_no_model_is_set(invoke, models: list[str | None]) -> None:
    for number, model in enumerate(models):
        prompt(f"prompts/{number}.md", model)
    assert "model" not in tomllib.loads(invoke("init", "--dry-run").out)
    assert not Path("promptlint.toml").exists()


def test_test_data_is_excluded_and_not_counted(invoke) -> None:
    prompt("prompts/a.md", "gpt-4o")
    write("tests/fixtures/prompts/b.j2", "{{ broken")
    outcome = invoke("init")
    assert tomllib.loads(Path("promptlint.toml").read_text("utf-8"))["exclude"] == ["/tests/fixtures/"]
    assert "0 errors, 1 warning" in outcome.out
    assert "baseline create" in outcome.out
    assert "b.j2" not in invoke("files").out


def test_what_to_do_next_depends_on_what_is_there(invoke) -> None:
    outcome = invoke("init")
    assert all(word not in outcome.out for word in ("pre-commit", "github", "gitlab", "baseline"))
    write(".pre-commit-config.yaml", "repos: []\n")
    write(".github/workflows/a.yml", "on: push\n")
    write(".gitlab-ci.yml", "a:\n")
    outcome = invoke("init", "--force")
    assert all(word in outcome.out for word in ("id: promptlint", "github", "gitlab"))
    write(".pre-commit-config.yaml", "repos:\n  - hooks:\n      - id: promptlint\n")
    assert "pre-commit" not in invoke("init", "--force").out


def test_nothing_is_overwritten(invoke) -> None:
    write("promptlint.toml", "# mine\n")
    outcome = invoke("init")
    assert (outcome.code, outcome.out) == (2, "") and "--force" in outcome.err
    assert Path("promptlint.toml").read_text("utf-8") == "# mine\n"
    assert invoke("init", "--dry-run").code == 0
    assert invoke("init", "--force").code == 0
    assert "# mine" not in Path("promptlint.toml").read_text("utf-8")


def test_a_file_that_would_not_be_read_is_not_written(invoke) -> None:
    write(".promptlint.toml", "")
    outcome = invoke("init", "--force")
    assert outcome.code == 2 and not Path("promptlint.toml").exists()


def test_a_table_in_pyproject_is_not_pushed_aside(invoke) -> None:
    write("pyproject.toml", "[tool.promptlint]\npedantic = true\n")
    outcome = invoke("init")
    assert outcome.code == 2 and "[tool.promptlint]" in outcome.err and not Path("promptlint.toml").exists()
    write("pyproject.toml", "[tool.other]\n")
    assert invoke("init").code == 0


names = st.text(st.characters(), min_size=1, max_size=30)  # with halves of surrogate pairs, as in odd file names
counted = st.lists(st.tuples(names, st.integers(1, 9)), max_size=8).map(tuple)


@settings(max_examples=100, deadline=None)
@given(counted, st.integers(0, 3), st.lists(names, max_size=3).map(tuple))
def test_what_is_written_is_toml_whatever_was_found(models, undeclared, folders) -> None:
    text = render(Survey(1, models=models, undeclared=undeclared, test_data=folders))
    data = tomllib.loads(text)
    assert set(data) <= {"select", "fail-on", "model", "exclude"}
    assert len(data.get("exclude", ())) == len(folders)
