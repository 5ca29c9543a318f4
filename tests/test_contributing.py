"""What CONTRIBUTING.md tells a new contributor to write works as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
FILES = dict(re.findall(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with the files of the page."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("promptlint", "rules", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_data"))
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", folder)
    for name, text in FILES.items():
        assert not (folder / name).exists()
        (folder / name).write_text(text, "utf-8", newline="\n")
    config = folder / "promptlint" / "config.py"
    before = config.read_text("utf-8")
    after = before.replace("OUTPUT_FORMATS: Final = (", 'OUTPUT_FORMATS: Final = ("paths", ')
    assert after != before
    config.write_text(after, "utf-8", newline="\n")
    return folder


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: each for key, each in os.environ.items() if key != "PYTHONSAFEPATH"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=checkout,
        env={**environment, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_page_has_files_to_write() -> None:
    assert list(FILES) == [
        "promptlint/checks/leftover_note.py",
        "rules/hygiene/leftover-note.yaml",
        "promptlint/formats/quill.py",
        "promptlint/formats/code/sdks/quill.py",
        "promptlint/reporters/paths.py",
    ]


def test_the_rule_the_format_and_the_reporter(checkout: Path) -> None:
    (checkout / "prompts").mkdir()
    (checkout / "prompts" / "a.quill").write_text("Answer {{ question }} in one sentence.\nTODO: tone?\n", "utf-8")
    select = ("check", "--isolated", "--select", "leftover-note", "--fail-on", "info", "prompts")
    done = run(checkout, "-m", "promptlint", *select, "--output-format", "concise")
    assert "prompts/a.quill:2:1: info leftover-note the note 'TODO' is sent to the model" in done.stdout, done.stderr
    assert (
        run(checkout, "-m", "promptlint", *select, "--output-format", "paths").stdout
        == "prompts/a.quill\n1 of 1 files\n"
    )
    files = run(checkout, "-m", "promptlint", "files", "prompts")
    assert "name ends in .quill" in files.stdout, files.stderr


def test_the_sdk(checkout: Path) -> None:
    (checkout / "app").mkdir()
    call = (
        'client.ask(question=f"Explain {topic}.", system="You are a poet.", limits={"max_tokens": 90}, model="gpt-4o")'
    )
    (checkout / "app" / "asks.py").write_text(f"import quill\n\nclient = quill.Client()\n{call}\n", "utf-8")
    explained = run(checkout, "-m", "promptlint", "explain", "app/asks.py").stdout
    for expected in (
        "4:1 prompt",
        "system, template language: code",
        "max_output_tokens = 90",
        'model = "gpt-4o"',
        "topic",
    ):
        assert expected in explained


def test_the_pages_and_the_hooks_follow(checkout: Path) -> None:
    assert run(checkout, "-m", "promptlint.docs", "--check").returncode == 1
    assert run(checkout, "-m", "promptlint.docs").returncode == 0
    assert "## leftover-note" in (checkout / "docs" / "rules.md").read_text("utf-8")
    assert "| `quill` |" in (checkout / "docs" / "formats.md").read_text("utf-8")
    assert "| Quill |" in (checkout / "docs" / "formats.md").read_text("utf-8")
    done = run(checkout, "docs/hooks.py")
    assert done.returncode == 0, done.stderr
    assert "|quill" in (checkout / ".pre-commit-hooks.yaml").read_text("utf-8")


def test_the_examples_of_the_rule_hold(checkout: Path) -> None:
    script = """if True:
        from promptlint.config import Config
        from promptlint.engine import lint
        from promptlint.formats import read
        from promptlint.rules import load_rules
        from promptlint.source import Source
        rule = load_rules()["leftover-note"]
        for example in rule.examples:
            found = lint(read(Source(example.path, example.text)), Config(select=(rule.id,))).diagnostics
            print(len(found), len(example.finds))
    """
    assert run(checkout, "-c", script).stdout == "1 1\n0 0\n"
