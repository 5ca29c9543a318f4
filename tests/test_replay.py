from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from promptlint.cli import run
from promptlint.config import user_config_file
from promptlint.replay import answer

ARGUMENTS = ("check", "prompts", "--output-format", "concise")
PROMPTY = (
    "---\nname: a\nsample: sample.json\ninputs:\n  topic:\n    type: string\n---\nuser:\nWrite one line on {{topic}}.\n"
)


def put(name: str, text: str | bytes) -> None:
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "outer" / "repository"
    (root / ".git").mkdir(parents=True)
    monkeypatch.chdir(root)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PROMPTLINT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "nothing"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    put("prompts/a.md", "Summarise the report in order to please us.\n")
    put("prompts/c.prompty", PROMPTY)
    put("prompts/sample.json", '{"topic": "tea"}')
    put("prompts/deep/b.md", "Name the capital of France.\n")
    put("environment/pyvenv.cfg", "")
    put("environment/prompts/x.md", "List the names.\n")
    return root


@pytest.fixture
def said(capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., tuple[int | None, bytes, bytes]]:
    """The exit code of a function over arguments, and what it printed."""

    def said(function: Callable[..., int | None], *arguments: str) -> tuple[int | None, bytes, bytes]:
        capsysbinary.readouterr()
        code = function(arguments, os.environ) if function is answer else function(arguments)
        sys.stdout.flush()
        captured = capsysbinary.readouterr()
        return code, captured.out, captured.err

    return said


def test_a_run_says_again_what_it_said(said) -> None:
    assert said(answer, *ARGUMENTS)[0] is None
    first = said(run, *ARGUMENTS)
    assert first[0] == 1 and b"verbose-phrase" in first[1]
    assert said(answer, *ARGUMENTS) == first


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda: put("prompts/a.md", "Summarise the report.\n"), id="a prompt changed"),
        pytest.param(lambda: Path("prompts/a.md").unlink(), id="a prompt is gone"),
        pytest.param(lambda: put("prompts/deep/new.md", "List the names.\n"), id="a new prompt"),
        pytest.param(lambda: put("prompts/other/new.md", "List the names.\n"), id="a new folder"),
        pytest.param(lambda: Path("prompts/deep/b.md").rename("prompts/deep/c.md"), id="a new name"),
        pytest.param(lambda: put("prompts/sample.json", "{}"), id="a file beside a prompt"),
        pytest.param(lambda: put("promptlint.toml", "pedantic = true"), id="a configuration"),
        pytest.param(lambda: put("prompts/deep/.promptlint.toml", ""), id="a configuration below"),
        pytest.param(lambda: put("pyproject.toml", "[tool.promptlint]\npedantic = true"), id="a pyproject.toml"),
        pytest.param(lambda: put(".gitignore", "deep/"), id="a .gitignore"),
        pytest.param(lambda: put("prompts/.gitignore", "*.md"), id="a .gitignore below"),
        pytest.param(lambda: put(".git/info/exclude", "deep/"), id="git's own patterns"),
        pytest.param(lambda: Path(".git").rmdir(), id="no repository"),
        pytest.param(lambda: put("prompts/.git/HEAD", ""), id="a repository below"),
        pytest.param(lambda: put("prompts/deep/pyvenv.cfg", ""), id="a virtual environment"),
        pytest.param(lambda: put(str(user_config_file(os.environ)), "pedantic = true"), id="the user's configuration"),
    ],
)
def test_whatever_changes_it_looks_again(said, change) -> None:
    said(run, *ARGUMENTS)
    assert said(answer, *ARGUMENTS)[0] is not None
    change()
    assert said(answer, *ARGUMENTS) == (None, b"", b"")
    again = said(run, *ARGUMENTS)
    assert said(answer, *ARGUMENTS) == again


@pytest.mark.parametrize("name", ["prompts/deep/new.md", "prompts/.gitignore", "prompts/deep/.promptlint.toml"])
def test_of_very_many_names_only_what_stands_for_them_is_kept(said, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("promptlint.cli._keeping.MOST_NAMES", 2)
    first = said(run, *ARGUMENTS)
    assert said(answer, *ARGUMENTS) == first
    put(name, "")
    assert said(answer, *ARGUMENTS)[0] is None


def test_with_too_many_folders_nothing_is_kept(said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promptlint.cli._keeping.MOST_FOLDERS", 1)
    said(run, *ARGUMENTS)
    assert said(answer, *ARGUMENTS)[0] is None


def test_an_environment_that_is_none_any_more(said) -> None:
    said(run, "check")
    assert said(answer, "check")[0] is not None
    Path("environment/pyvenv.cfg").unlink()
    assert said(answer, "check")[0] is None


def test_files_that_the_configuration_names(said, tmp_path: Path) -> None:
    put("promptlint.toml", f"extend = {str(tmp_path / 'base.toml')!r}\nrule-paths = [{str(tmp_path / 'rules')!r}]")
    put(str(tmp_path / "base.toml"), "")
    rule = (
        "id: no-report\nfamily: hygiene\nscope: prompt\nseverity: warning\nsummary: A report.\nmessage: A report.\nwhy: Because.\n"
        "check: phrase\noptions:\n  phrases:\n    - {find: report}\n"
    )
    put(str(tmp_path / "rules/a.yaml"), rule)
    for change in (
        lambda: put(str(tmp_path / "base.toml"), "pedantic = true"),
        lambda: put(str(tmp_path / "rules/a.yaml"), rule + "# changed\n"),
        lambda: put(str(tmp_path / "rules/b.yaml"), rule.replace("no-report", "no-other")),
        lambda: put(str(tmp_path / "rules/below/c.yaml"), rule.replace("no-report", "no-third")),
    ):
        first = said(run, *ARGUMENTS)
        assert first[2] == b"" and said(answer, *ARGUMENTS) == first
        change()
        assert said(answer, *ARGUMENTS)[0] is None


def test_a_baseline(said) -> None:
    assert run(["baseline", "create"]) == 0
    arguments = (*ARGUMENTS, "--baseline", ".promptlint-baseline.json")
    first = said(run, *arguments)
    assert first[0] == 0 and said(answer, *arguments) == first
    put(".promptlint-baseline.json", '{"version": 1, "findings": []}')
    assert said(answer, *arguments)[0] is None


@pytest.mark.parametrize("name", ["NO_COLOR", "FORCE_COLOR", "CI", "TERM"])
def test_another_environment(said, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    said(run, *ARGUMENTS)
    monkeypatch.setenv(name, "another")
    assert said(answer, *ARGUMENTS)[0] is None


def test_another_folder_and_other_arguments(said, monkeypatch: pytest.MonkeyPatch) -> None:
    said(run, *ARGUMENTS)
    assert said(answer, *ARGUMENTS, "--quiet")[0] is None
    assert said(answer, "cost", *ARGUMENTS[1:])[0] is None
    assert said(answer)[0] is None
    monkeypatch.setenv("PROMPTLINT_DEBUG", "1")
    assert said(answer, *ARGUMENTS)[0] is None
    monkeypatch.delenv("PROMPTLINT_DEBUG")
    monkeypatch.chdir("..")
    assert said(answer, *ARGUMENTS)[0] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--no-cache"),
        ("check", "--diff"),
        ("check", "--output-format", "json:report.json"),
        ("check", "--output-format", "github"),
        ("check", "missing.md"),
        ("check", "--select", "no-such-rule"),
        ("check", "--select", "repeated-block"),
        ("files",),
    ],
)
def test_runs_that_are_not_kept(said, arguments) -> None:
    said(run, *arguments)
    assert said(answer, *arguments)[0] is None


def test_fixing_is_never_answered_for(said) -> None:
    put("prompts/a.md", "Name the capital of France.\n")
    assert said(run, "check", "--fix")[0] is not None
    assert said(answer, "check", "--fix")[0] is None


def test_links_are_not_followed_up(said, folder: Path) -> None:
    try:
        Path("prompts/link.md").symlink_to(folder / "prompts" / "a.md")
    except OSError:
        return  # not allowed here
    said(run, *ARGUMENTS)
    assert said(answer, *ARGUMENTS)[0] is None


def test_lines_that_come_one_by_one_are_kept_as_well(said) -> None:
    arguments = ("check", "--output-format", "jsonl")
    first = said(run, *arguments)
    assert said(answer, *arguments) == first
    assert json.loads(first[1].split(b"\n")[-2])["type"] == "summary"


def test_what_there_is_to_say_about_nothing(said) -> None:
    Path("empty").mkdir()
    first = said(run, "check", "empty")
    assert b"no prompt files found in empty" in first[2]
    assert said(answer, "check", "empty") == first


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"{}\n", b"nonsense\n", b'{"basis": {}, "code": 0, "errors": ""}\n', b"[]\n"]
)
def test_what_is_no_run(said, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("promptlint.replay.Store.get", lambda self, key: content)
    assert said(answer, *ARGUMENTS) == (None, b"", b"")


def test_nothing_else_is_imported() -> None:
    command = [sys.executable, "-m", "promptlint", *ARGUMENTS]
    environment = os.environ | {"PYTHONPROFILEIMPORTTIME": "1"}
    first = subprocess.run(command, capture_output=True, check=False)
    again = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert (first.returncode, first.stdout) == (again.returncode, again.stdout) and first.stdout
    bare = subprocess.run([sys.executable, "-c", ""], capture_output=True, check=False, env=environment)
    imported = modules(again.stderr) - modules(bare.stderr)
    assert "promptlint.replay" in imported
    assert not imported & {"click", "dataclasses", "pathlib", "promptlint.config", "promptlint.formats", "yaml"}


def modules(errors: bytes) -> set[str]:
    return {line.split("|")[-1].strip() for line in errors.decode("utf-8", "replace").split("\n")}
