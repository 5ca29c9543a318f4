from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from promptlint.cli._completing import complete_rules, complete_selectors
from promptlint.cli._group import group
from promptlint.rules import load_rules


def completed(*words: str) -> set[str]:
    *before, last = words
    shell = ShellComplete(group, {}, "promptlint", "_PROMPTLINT_COMPLETE")
    return {item.value for item in shell.get_completions(list(before), last)}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts(invoke, shell: str, tmp_path: Path) -> None:
    outcome = invoke("completions", shell)
    assert (outcome.code, outcome.err) == (0, "")
    assert f"_PROMPTLINT_COMPLETE={shell}_complete" in outcome.out and "promptlint" in outcome.out
    program = shutil.which(shell)
    if program:  # whoever has the shell checks that it can read the script
        script = tmp_path / "script"
        script.write_text(outcome.out, "utf-8", newline="\n")
        assert subprocess.run([program, "-n", str(script)], check=False, capture_output=True).returncode == 0


def test_other_shells(invoke) -> None:
    assert invoke("completions", "tcsh").code == 2


def test_names_of_rules() -> None:
    assert completed("rule", "verb") == {"verbose-phrase"}
    assert completed("rule", "") >= set(load_rules())
    for option in ("--select", "--extend-select", "--ignore"):
        assert completed("check", option, "verb") == {"verbose-phrase", "verbosity"}
    assert completed("config", "--ignore", "stri") == {"strict"}


def test_several_names_with_commas() -> None:
    assert completed("check", "--select", "output,verb") == {"output,verbose-phrase", "output,verbosity"}
    assert completed("check", "--select", "verbosity,verb") == {"verbosity,verbose-phrase"}


def test_formats_and_commands() -> None:
    assert completed("check", "--output-format", "j") == {"json", "jsonl", "junit"}
    assert {"check", "completions", "config", "explain", "init"} <= completed("")
    assert "--watch" in completed("check", "--w")


def test_a_shell_s_question_is_answered(start) -> None:
    process = start(_PROMPTLINT_COMPLETE="bash_complete", COMP_WORDS="promptlint rule verb", COMP_CWORD="2")
    out, _ = process.communicate(timeout=60)
    # run as a module the program has another name for click, so the variable is that of the installed script
    assert process.returncode == 0
    assert b"verbose-phrase" in out


def test_what_is_no_name_completes_nothing() -> None:
    assert complete_rules(None, None, "nonsense") == []
    assert complete_selectors(None, None, "all,nonsense") == []


def test_models() -> None:
    for command in ("check", "config", "explain"):
        assert completed(command, "--model", "gpt-4o") == {"gpt-4o", "gpt-4o-mini"}


def test_rules_of_one_s_own_are_completed() -> None:
    Path("own.yaml").write_text(
        "id: verb-of-ours\nfamily: hygiene\nseverity: info\nsummary: A.\nmessage: a\ncheck: phrase\n"
        "options: {phrases: [{find: foo}]}\n",
        "utf-8",
    )
    Path("promptlint.toml").write_text('rule-paths = ["own.yaml"]', "utf-8")
    assert completed("rule", "verb") == {"verbose-phrase", "verb-of-ours"}
    assert completed("check", "--select", "verb-") == {"verb-of-ours"}
    Path("promptlint.toml").write_text('rule-paths = ["gone.yaml"]', "utf-8")
    assert completed("rule", "verb") == {"verbose-phrase"}
