"""What goes wrong inside promptlint costs one diagnostic about itself; everything else is reported as ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptlint import checks, engine, formats

TEXT = "In order to win, utilize the ball.\n"

FAULTS = [
    ValueError("no such thing"),
    RecursionError("maximum recursion depth exceeded"),
    MemoryError(),
    OSError(5, "I/O"),
]


@pytest.fixture(autouse=True)
def prompts(folder: Path) -> None:
    (folder / "prompts" / "a.md").write_text(TEXT)
    (folder / "prompts" / "b.txt").write_text(TEXT)


def raising(fault: BaseException):
    def fail(*_, **__):
        raise fault

    return fail


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_check_that_fails(fault, invoke, monkeypatch) -> None:
    known = checks.check_named

    def named(name):
        return raising(fault) if name == "output-limit" else known(name)

    monkeypatch.setattr(engine, "check_named", named)
    done = invoke("check", "--no-cache", "--jobs", "1", "--output-format", "json")
    found = json.loads(done.out)["diagnostics"]
    failed = [each for each in found if each["rule"] == "internal-error"]
    assert {each["path"] for each in failed} == {"prompts/a.md", "prompts/b.txt"}
    assert all("the rule 'missing-output-limit' failed: " in each["message"] for each in failed)
    assert sum(each["rule"] == "verbose-phrase" for each in found) == 4, "the other rules go on"
    assert done.code == 1


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_reader_that_fails(fault, invoke, monkeypatch) -> None:
    (module,) = [each for each in formats._modules() if "text" in each.FORMATS]
    read = module.read
    monkeypatch.setattr(
        module, "read", lambda source, *rest: (raising(fault) if source.path.endswith(".txt") else read)(source, *rest)
    )
    done = invoke("check", "--no-cache", "--jobs", "1", "--output-format", "concise")
    assert f"prompts/b.txt:1:1: error internal-error {type(fault).__name__}" in done.out
    assert "prompts/a.md:1:1: info verbose-phrase 'In order to' is wordy: write 'to'" in done.out
    assert done.code == 1


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_the_engine_fails_at_one_file(fault, invoke, monkeypatch) -> None:
    analyse = engine.analyse

    def sometimes(prompt, *arguments, **named):
        if prompt.name == "b":
            raise fault
        return analyse(prompt, *arguments, **named)

    monkeypatch.setattr(engine, "analyse", sometimes)
    done = invoke("check", "--no-cache", "--jobs", "1", "--output-format", "concise")
    assert f"prompts/b.txt:1:1: error internal-error {type(fault).__name__}" in done.out
    assert "prompts/a.md:1:1: info verbose-phrase 'In order to' is wordy: write 'to'" in done.out
    assert done.code == 1


def test_fixing_fails_at_a_file(invoke, monkeypatch, folder: Path) -> None:
    monkeypatch.setattr("promptlint.rewrite.rewrite", raising(ValueError("no such thing")))
    done = invoke("check", "--no-cache", "--fix", "--output-format", "concise")
    assert "error internal-error ValueError: no such thing" in done.out
    assert done.code == 1
    assert (folder / "prompts" / "a.md").read_text() == TEXT


@pytest.mark.parametrize("fault", [ValueError("no such thing"), MemoryError()], ids=["ValueError", "MemoryError"])
def test_a_reporter_that_fails(fault, invoke, monkeypatch) -> None:
    monkeypatch.setattr("promptlint.reporters.json.render", raising(fault))
    done = invoke("check", "--no-cache", "--output-format", "json")
    expected = {
        "ValueError": "promptlint: internal error: ValueError: no such thing\n",
        "MemoryError": "promptlint: there is not enough memory.\n",
    }
    assert done.err.startswith(expected[type(fault).__name__])
    assert done.code == 2
