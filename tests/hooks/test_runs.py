"""The hooks as pre-commit and prek run them, from a repository of this very checkout. See conftest.py for when."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sys.executable).parent
NAMES = (
    "pyproject.toml",
    "hatch_build.py",
    "README.md",
    "LICENSE",
    ".pre-commit-hooks.yaml",
    "promptlint",
    "rules",
    "lsp",
)

WORDY = "Explain {{topic}} in order to help, in at most 3 sentences.\n"
PLAIN = "Explain {{topic}} to help, in at most 3 sentences.\n"
UNBOUNDED = "Summarise the report below for {{audience}}.\n"


def git(folder: Path, *arguments: str) -> str:
    settings = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "core.autocrlf=false")
    return subprocess.run(
        ["git", *settings, *arguments], cwd=folder, check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that holds what a tag of promptlint holds."""
    folder = tmp_path_factory.mktemp("promptlint")
    for name in NAMES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_data"))
        else:
            shutil.copy(source, folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A tag")
    return folder


@dataclass(frozen=True)
class Runner:
    """pre-commit or prek, with a store of its own."""

    program: Path
    hooks: Path
    store: Path

    def __call__(self, folder: Path, *arguments: str, offline: bool = False) -> subprocess.CompletedProcess[str]:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONSAFEPATH"}
        environment |= {"PRE_COMMIT_HOME": str(self.store), "PREK_HOME": str(self.store), "PRE_COMMIT_COLOR": "never"}
        environment |= {"PATH": f"{SCRIPTS}{os.pathsep}{environment['PATH']}"}  # for prek's uv
        environment |= {"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.org"}
        environment |= {"GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.org"}
        if offline:
            dead = "http://127.0.0.1:9"
            environment |= {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "PIP_FIND_LINKS": "", "TIKTOKEN_CACHE_DIR": ""}
            environment |= {name: dead for each in ("http_proxy", "https_proxy") for name in (each, each.upper())}
        return subprocess.run(
            [str(self.program), *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def configure(self, folder: Path, hook: str, more: str = "") -> None:
        """Write the configuration with which a user takes a hook, and install its environment."""
        config = f"repos:\n- repo: {self.hooks.as_posix()}\n  rev: {git(self.hooks, 'rev-parse', 'HEAD').strip()}\n"
        config += f"  hooks:\n  - id: {hook}\n{more}"
        (folder / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
        git(folder, "add", ".pre-commit-config.yaml")
        done = self(folder, "install-hooks")
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module", params=["pre-commit", "prek"])
def runner(request: pytest.FixtureRequest, hooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    program = shutil.which(request.param, path=str(SCRIPTS))
    assert program, f"{request.param} is not installed; pip install '.[hooks]'"
    return Runner(Path(program), hooks, tmp_path_factory.mktemp("store"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "prompts").mkdir()
    return tmp_path


def stage(project: Path, name: str, text: str) -> Path:
    file = project / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    git(project, "add", name)
    return file


def test_try_repo(runner: Runner, project: Path) -> None:
    stage(project, "prompts/a.md", UNBOUNDED)
    stage(project, "notes.txt", UNBOUNDED)
    stage(project, "my file.prompt", UNBOUNDED)
    done = runner(project, "try-repo", str(runner.hooks), "promptlint", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "prompts/a.md:1:1: warning missing-output-limit" in done.stdout
    assert "my file.prompt:1:1: warning missing-output-limit" in done.stdout
    assert "notes.txt" not in done.stdout
    assert "Looked at 2 files" in done.stdout


def test_a_commit_is_refused_then_made_without_a_network(runner: Runner, project: Path) -> None:
    runner.configure(project, "promptlint")
    file = stage(project, "prompts/a.md", UNBOUNDED)
    refused = runner(project, "run", offline=True)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "missing-output-limit" in refused.stdout
    # tokens are counted in full, so the vocabulary did not have to be fetched
    assert "o200k_base" in refused.stdout
    stage(project, file.relative_to(project).as_posix(), UNBOUNDED.replace(".", " in at most 3 sentences."))
    accepted = runner(project, "run", "--verbose", offline=True)
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr


def test_args_of_the_user_do_not_lose_the_excludes(runner: Runner, project: Path) -> None:
    runner.configure(project, "promptlint", "    args: [--fail-on, info, --output-format, concise]\n")
    stage(project, "promptlint.toml", 'exclude = ["prompts/old/"]\n')
    stage(project, "prompts/old/a.md", WORDY)
    assert runner(project, "run").returncode == 0
    stage(project, "prompts/a.md", WORDY)
    done = runner(project, "run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "prompts/a.md:1:19: info verbose-phrase" in done.stdout
    assert "prompts/old" not in done.stdout


def test_what_is_staged_counts_not_what_lies_in_the_folder(runner: Runner, project: Path) -> None:
    runner.configure(project, "promptlint")
    stage(project, "prompts/a.md", PLAIN).write_text(UNBOUNDED, encoding="utf-8")
    stage(project, "prompts/b.md", UNBOUNDED).write_text(PLAIN, encoding="utf-8")
    done = runner(project, "run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "prompts/b.md:1:1: warning missing-output-limit" in done.stdout
    assert "prompts/a.md:" not in done.stdout
    assert (project / "prompts/a.md").read_text("utf-8") == UNBOUNDED


def test_the_fix_is_applied_and_leaves_alone_what_is_not_staged(runner: Runner, project: Path) -> None:
    runner.configure(project, "promptlint-fix")
    lines = "".join(f"Rule {number}: be exact.\n" for number in range(20))
    file = stage(project, "prompts/a.md", WORDY + lines)
    file.write_text(WORDY + lines + "Not staged.\n", encoding="utf-8", newline="\n")
    done = runner(project, "run", offline=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert file.read_text("utf-8") == PLAIN + lines + "Not staged.\n"
    stage(project, "prompts/a.md", PLAIN + lines)
    again = runner(project, "run", offline=True)
    assert again.returncode == 0, again.stdout + again.stderr


def test_a_commit_without_prompts_is_none_of_its_business(runner: Runner, project: Path) -> None:
    runner.configure(project, "promptlint", "    args: [--no-such-option]\n")
    stage(project, "main.py", "print()\n")
    assert runner(project, "run").returncode == 0
    stage(project, "prompts/a.md", PLAIN)
    assert runner(project, "run").returncode == 1  # the option is wrong, and now it matters
