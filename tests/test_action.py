"""The action's scripts, run as GitHub's runner runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]

UNBOUNDED = "Summarise the report below for {{audience}}.\n"
WORDY = "Explain {{topic}} in order to help, in at most 3 sentences.\n"

BASH = shutil.which("bash")


@dataclass
class Job:
    """A job's folder, and the files by which the steps of the action speak to the runner."""

    folder: Path
    temporary: Path
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        file = self.temporary / "summary.md"
        return file.read_text("utf-8") if file.exists() else ""

    def expand(self, text: str, inputs: dict[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            kind, *names = match[1].strip().split(".")
            return inputs[names[0]] if kind == "inputs" else self.outputs.get(names[0], {}).get(names[2], "")

        return re.sub(r"\$\{\{(.*?)\}\}", value, text)

    def step(
        self, name: str, environment: dict[str, str] | None = None, /, **given: str
    ) -> subprocess.CompletedProcess[str]:
        (step,) = (each for each in STEPS if each["name"] == name)
        given = {key.replace("_", "-"): value for key, value in given.items()}
        assert given.keys() <= ACTION["inputs"].keys()
        inputs = {key: given.get(key, each["default"]) for key, each in ACTION["inputs"].items()}
        output = self.temporary / "output.txt"
        output.write_text("", "utf-8")
        script = self.temporary / "script.sh"
        script.write_text(step["run"], "utf-8", newline="\n")
        assert BASH
        done = subprocess.run(
            [BASH, "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.folder,
            env={
                **os.environ,
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(self.temporary / "summary.md"),
                "RUNNER_TEMP": str(self.temporary),
                **{key: self.expand(each, inputs) for key, each in step.get("env", {}).items()},
                **(environment or {}),
            },
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if "id" in step:
            self.outputs[step["id"]] = dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())
        return done

    def check(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        return self.step("Check prompts", **inputs)

    def end(self) -> int:
        return self.step("Say how it went").returncode

    def write(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    folder, temporary = tmp_path / "work space", tmp_path / "temporary files"
    (folder / ".git").mkdir(parents=True)
    temporary.mkdir()
    program = temporary / "promptlint-installed"
    program.write_text(
        f'#!/bin/sh\nexec "{Path(sys.executable).as_posix()}" -m promptlint "$@"\n', "utf-8", newline="\n"
    )
    program.chmod(0o755)
    return Job(folder, temporary, {"install": {"program": program.as_posix()}})


def test_no_input_is_part_of_a_script() -> None:
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert len(scripts) == 4
    assert not [script for script in scripts if "${{" in script]
    assert all(step["shell"] == "bash" for step in STEPS if "run" in step)


def test_every_input_and_output_is_used() -> None:
    steps = json.dumps(STEPS)
    assert set(re.findall(r"inputs\.([\w-]+)", steps)) == set(ACTION["inputs"])
    outputs = {each["value"] for each in ACTION["outputs"].values()}
    written = {
        f"${{{{ steps.{step['id']}.outputs.{name} }}}}"
        for step in STEPS
        if step.get("id") in ("check", "diff")
        for name in re.findall(r'echo "([\w-]+)=', step["run"])
    }
    assert outputs == written - {"${{ steps.diff.outputs.diff-code }}"}
    assert "${{ steps.diff.outputs.diff-code }}" in steps


def test_findings_are_annotated_summarised_and_fail_the_job(job: Job) -> None:
    job.write("prompts/a.md", UNBOUNDED)
    done = job.check()
    assert done.returncode == 0, done.stderr  # the upload comes first
    assert "::warning file=prompts/a.md,line=1" in done.stdout
    assert "missing-output-limit" in job.summary
    assert job.outputs["check"] == {"exit-code": "1", "sarif": ""}
    assert job.end() == 1


def test_sarif_is_written_for_the_upload(job: Job) -> None:
    job.write("prompts/a.md", UNBOUNDED)
    job.check(sarif="true")
    report = json.loads(Path(job.outputs["check"]["sarif"]).read_text("utf-8"))
    assert [each["ruleId"] for each in report["runs"][0]["results"]] == ["missing-output-limit"]
    (upload,) = (step for step in STEPS if "uses" in step)
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@v")
    assert upload["if"] == "steps.check.outputs.sarif != ''"
    assert job.expand(upload["with"]["sarif_file"], {}) == job.outputs["check"]["sarif"]


def test_nothing_to_report(job: Job) -> None:
    job.write("prompts/a.md", WORDY)
    job.check(sarif="true")
    assert job.outputs["check"]["exit-code"] == "0"
    assert job.outputs["check"]["sarif"]
    assert job.end() == 0


def test_fail_on(job: Job) -> None:
    job.write("prompts/a.md", WORDY)
    job.check(fail_on="info")
    assert job.outputs["check"]["exit-code"] == "1"
    job.write("prompts/a.md", UNBOUNDED)
    job.check(fail_on="never")
    assert job.end() == 0


def test_without_a_summary(job: Job) -> None:
    job.write("prompts/a.md", UNBOUNDED)
    job.check(summary="false")
    assert job.outputs["check"]["exit-code"] == "1"
    assert job.summary == ""


def test_paths_are_lines_and_args_are_words(job: Job) -> None:
    job.write("my prompts/a.md", UNBOUNDED)
    job.write("prompts/b.md", WORDY)
    job.write("prompts/c.md", WORDY)
    done = job.check(paths="my prompts\r\n\nprompts/b.md\n", args="--select verbosity --exclude prompts/*")
    assert done.stderr == ""
    assert "file=prompts/b.md" in done.stdout
    assert "prompts/c.md" not in done.stdout
    assert "my prompts" not in done.stdout


def test_an_input_is_no_code(job: Job) -> None:
    job.write("prompts/a.md", UNBOUNDED)
    job.check(
        paths="prompts\n$(touch made); `touch made`", args="$(touch made) ;touch made", fail_on="never; touch made"
    )
    assert not (job.folder / "made").exists()
    assert job.outputs["check"]["exit-code"] == "2"


def test_a_path_that_is_not_there_fails_and_the_rest_is_reported(job: Job) -> None:
    job.write("prompts/a.md", UNBOUNDED)
    done = job.check(paths="prompts\nno-such\n", sarif="true")
    assert "no-such" in done.stderr
    assert "::warning file=prompts/a.md" in done.stdout
    assert Path(job.outputs["check"]["sarif"]).is_file()
    assert job.end() == 2


def test_bad_usage_leaves_no_stale_report(job: Job) -> None:
    job.write("prompts/a.md", WORDY)
    job.check(sarif="true")
    job.check(sarif="true", args="--no-such-option")
    assert job.outputs["check"] == {"exit-code": "2", "sarif": ""}
    assert job.end() == 2


@pytest.fixture
def compared(job: Job, git: Callable[[str], Any]) -> tuple[Job, Any]:
    """A job on a branch, whose pull request is about main."""
    made = git("work space")
    made.write("promptlint.toml", 'model = "gpt-4o"\n')
    made.write("prompts/a.md", WORDY)
    made.commit("first")
    made("update-ref", "refs/remotes/origin/main", "HEAD")
    made("checkout", "--quiet", "-b", "feature")
    made.write("prompts/b.md", WORDY)
    made.commit("second")
    return job, made


def diff(job: Job, base: str = "", **inputs: str) -> subprocess.CompletedProcess[str]:
    return job.step("Compare the cost of prompts", {"GITHUB_BASE_REF": base}, **inputs)


def test_the_difference_is_written_for_a_comment_and_into_the_summary(compared: tuple[Job, Any]) -> None:
    job, _ = compared
    done = diff(job, "main")
    assert (done.returncode, done.stderr) == (0, "")
    comment = Path(job.outputs["diff"]["diff"]).read_text("utf-8")
    assert comment.startswith("<!-- promptlint diff -->\n")
    assert "| added | prompts/b.md |" in comment
    assert comment in job.summary
    assert comment in done.stdout
    (step,) = (step for step in STEPS if step.get("id") == "diff")
    assert step["if"] == "inputs.diff == 'true'"
    assert ACTION["inputs"]["diff"]["default"] == "false"


def test_the_base_of_the_difference(compared: tuple[Job, Any]) -> None:
    job, made = compared
    diff(job)
    assert "1 added, 1 as before" in job.summary
    diff(job, "main", diff_base="HEAD")
    assert "Prompts: 2 as before." in Path(job.outputs["diff"]["diff"]).read_text("utf-8")
    made("checkout", "--quiet", "-b", "theirs", "main")
    made.write("prompts/c.md", WORDY)
    made.commit("theirs")
    made("update-ref", "refs/remotes/origin/main", "HEAD")
    made("checkout", "--quiet", "feature")
    diff(job, "main")
    assert "1 added, 1 as before" in Path(job.outputs["diff"]["diff"]).read_text("utf-8"), "what others did is not ours"


def test_the_difference_without_a_summary_and_of_some_paths(compared: tuple[Job, Any]) -> None:
    job, _ = compared
    diff(job, "main", summary="false", paths="prompts/a.md\r\n")
    assert job.summary == ""
    assert "Prompts: 1 as before." in Path(job.outputs["diff"]["diff"]).read_text("utf-8")


def test_a_broken_budget_fails_the_job(compared: tuple[Job, Any]) -> None:
    job, made = compared
    made.write("promptlint.toml", 'budgets.growth = "5%"\n')
    job.check(paths="prompts/b.md", fail_on="error")
    assert job.outputs["check"]["exit-code"] == "0"
    diff(job, "main")
    assert job.outputs["diff"]["diff-code"] == "1"
    assert job.end() == 1
    diff(job, "main", fail_on="never")
    assert job.end() == 0


def test_a_difference_that_cannot_be_made_fails_the_job(compared: tuple[Job, Any]) -> None:
    job, _ = compared
    diff(job, "main")
    done = diff(job, "no-such")
    assert "there is no revision 'origin/no-such'" in done.stderr
    assert job.outputs["diff"] == {"diff-code": "2", "diff": ""}
    job.check()
    assert job.end() == 2


def test_a_base_is_no_code_and_no_option(compared: tuple[Job, Any]) -> None:
    job, _ = compared
    for base in ("$(touch made)", "; touch made", "--output-file=made"):
        diff(job, diff_base=base)
        assert job.outputs["diff"]["diff-code"] == "2"
    assert not (job.folder / "made").exists()


def test_an_old_python_is_named(job: Job) -> None:
    old = job.temporary / "bin"
    old.mkdir()
    for name in ("python3", "python"):
        (old / name).write_text("#!/bin/sh\nexit 1\n", "utf-8", newline="\n")
        (old / name).chmod(0o755)
    done = job.step("Install promptlint", {"PATH": f"{old}{os.pathsep}{os.environ['PATH']}"})
    assert done.returncode == 2
    assert "::error::promptlint needs Python 3.11" in done.stdout


if os.environ.get("PROMPTLINT_INDEX"):

    def test_it_installs_itself_and_runs(job: Job) -> None:
        done = job.step("Install promptlint")
        assert done.returncode == 0, done.stdout + done.stderr
        job.write("prompts/a.md", UNBOUNDED)
        done = job.check()
        assert "::warning file=prompts/a.md,line=1" in done.stdout, done.stderr
        assert job.end() == 1
