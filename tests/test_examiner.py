from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint import examiner as module
from promptlint.cache import Store
from promptlint.discovery import Candidate, Skipped, candidates
from promptlint.examiner import Examiner, Result, Setup

from .conftest import put


@pytest.fixture
def folder(joined: Path) -> Path:
    put(joined, "prompts/a.md", "Summarise the report in order to please us.\n")
    return joined


def setup(folder: Path, **changes: Any) -> Setup:
    return Setup(folder, **{"cache": str(folder.parent / "kept"), "stamp": "1", **changes})


def candidate(folder: Path, path: str) -> Candidate:
    (item,) = candidates([path], cwd=folder)
    assert isinstance(item, Candidate)
    return item


def look(folder: Path, path: str, **changes: Any) -> Result:
    """What a run of its own finds out about a file."""
    examiner = Examiner(setup(folder, **changes))
    item = candidate(folder, path)
    known = examiner.known(item)
    return known if isinstance(known, Result) else examiner.result(item, known)


def is_kept(folder: Path, path: str, **changes: Any) -> bool:
    return look(folder, path, **changes).stored


def test_the_second_look_is_into_the_cache_and_sees_the_same(folder: Path) -> None:
    first, second = look(folder, "prompts/a.md"), look(folder, "prompts/a.md")
    assert (first.stored, second.stored) == (False, True)
    assert (first.digest, first.data, first.source) == (second.digest, second.data, second.source)
    examiner = Examiner(setup(folder))
    item = candidate(folder, "prompts/a.md")
    assert examiner.outcome(item, first) == examiner.outcome(item, second)
    report = examiner.outcome(item, second).report
    assert report is not None and "verbose-phrase" in {each.rule for each in report.diagnostics}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda root: put(root, "prompts/a.md", "Summarise the report.\n"), id="text"),
        pytest.param(lambda root: put(root, "promptlint.toml", "pedantic = true"), id="configuration"),
        pytest.param(lambda root: put(root, "prompts/.promptlint.toml", ""), id="closer configuration"),
    ],
)
def test_what_changes_the_findings_is_looked_at_again(folder: Path, change) -> None:
    assert not is_kept(folder, "prompts/a.md")
    change(folder)
    assert not is_kept(folder, "prompts/a.md")
    assert is_kept(folder, "prompts/a.md")


@pytest.mark.parametrize("changes", [{"stamp": "2"}, {"options": (("pedantic", True),)}, {"isolated": True}])
def test_another_run_has_findings_of_its_own(folder: Path, changes) -> None:
    put(folder, "promptlint.toml", "pedantic = true")
    assert not is_kept(folder, "prompts/a.md")
    assert not is_kept(folder, "prompts/a.md", **changes)
    assert is_kept(folder, "prompts/a.md")


def test_rules_of_the_project(folder: Path) -> None:
    put(folder, "promptlint.toml", 'rule-paths = ["rules"]\nselect = ["all"]')
    rule = (
        "id: no-report\nfamily: hygiene\nscope: prompt\nseverity: warning\nsummary: A report.\nmessage: A report.\nwhy: Because.\n"
        "check: phrase\noptions:\n  phrases:\n    - {find: report}\n"
    )
    put(folder, "rules/a.yaml", rule)
    before = look(folder, "prompts/a.md")
    assert is_kept(folder, "prompts/a.md")
    put(folder, "rules/a.yaml", rule.replace("severity: warning", "severity: error"))
    after = look(folder, "prompts/a.md")
    assert not after.stored and after.data != before.data


def test_a_file_that_is_read_beside_the_prompt(folder: Path) -> None:
    path = "prompts/c.prompty"
    first = look(folder, path)
    assert first.seen["prompts/sample.json"] and is_kept(folder, path)
    put(folder, "prompts/sample.json", '{"topic": "coffee"}')
    assert not is_kept(folder, path)
    (folder / "prompts" / "sample.json").unlink()
    assert not is_kept(folder, path)
    assert look(folder, path).seen["prompts/sample.json"] is None
    assert is_kept(folder, path)
    put(folder, "prompts/sample.json", '{"topic": "coffee"}')
    assert not is_kept(folder, path)


def test_what_is_no_prompt_is_remembered_too(folder: Path) -> None:
    put(folder, "notes/plain.md", "A plain note.\n")
    (item,) = candidates(["notes"], cwd=folder)
    assert isinstance(item, Candidate)
    for stored in (False, True):
        examiner = Examiner(setup(folder))
        known = examiner.known(item)
        result = known if isinstance(known, Result) else examiner.result(item, known)
        assert result.stored is stored
        assert examiner.outcome(item, result) == module.Outcome()


def test_a_named_file_and_one_met_on_the_way_are_two_things(folder: Path) -> None:
    put(folder, "notes/plain.md", "A plain note.\n")
    assert look(folder, "notes/plain.md").data["report"]
    (met,) = candidates(["notes"], cwd=folder)
    assert isinstance(met, Candidate)
    assert isinstance(Examiner(setup(folder)).known(met), module.Content)


def test_what_cannot_be_read(folder: Path) -> None:
    item = candidate(folder, "prompts/a.md")
    item.file.unlink()
    examiner = Examiner(setup(folder))
    known = examiner.known(item)
    assert isinstance(known, Result) and known.digest is None
    outcome = examiner.outcome(item, known)
    assert outcome.skipped == Skipped("prompts/a.md", "cannot be read: No such file or directory", named=True)
    assert outcome.error == "prompts/a.md: cannot be read: No such file or directory"


def test_a_wrong_configuration_is_said_each_time(folder: Path) -> None:
    put(folder, "prompts/promptlint.toml", "selct = []")
    for _ in range(2):
        result = look(folder, "prompts/a.md")
        assert not result.stored
        outcome = Examiner(setup(folder)).outcome(candidate(folder, "prompts/a.md"), result)
        assert outcome.skipped is not None and outcome.skipped.reason == "its configuration is invalid"
        assert outcome.error is not None and outcome.error.startswith(
            "prompts/promptlint.toml:1:1: unknown key 'selct'"
        )


@pytest.mark.parametrize("function", ["recognised", "linting"])
def test_a_failure_inside_is_said_and_not_remembered(
    folder: Path, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    def fail(*_: object, **__: object) -> object:
        raise RecursionError("too deep")

    with monkeypatch.context() as patched:
        if function == "recognised":
            patched.setattr(module, "recognised", fail)
        else:
            patched.setattr("promptlint.runner.linting", fail)
        result = look(folder, "prompts/a.md")
        (found,) = result.data["report"]["diagnostics"]
        assert found[0] == "internal-error" and "RecursionError: too deep" in str(found)
    assert not is_kept(folder, "prompts/a.md")


@given(st.lists(st.integers(0, 4), max_size=5))
def test_tasks_take_their_steps_in_turn(steps: list[int]) -> None:
    taken: list[tuple[int, int]] = []

    def task(number: int, last: int) -> Generator[None, None, int]:
        for step in range(last):
            taken.append((step, number))
            yield
        return number

    assert module._in_turn([task(number, last) for number, last in enumerate(steps)]) == list(range(len(steps)))
    assert taken == sorted((step, number) for number, last in enumerate(steps) for step in range(last))


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"seen": 1}', b'{"seen": {"a": 1}}', b"\xff", b"nonsense"])
def test_an_entry_of_another_shape_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    look(folder, "prompts/a.md")
    monkeypatch.setattr(Store, "get", lambda self, key: content)
    assert not is_kept(folder, "prompts/a.md")


def test_facts_of_a_file_that_is_not_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = (("select", ("all",)),)
    item = candidate(folder, "prompts/a.md")
    first = Examiner(setup(folder, options=options)).facts(item)
    assert first is not None and first.lines

    def fail(*_: object) -> object:
        raise AssertionError("it is known")

    monkeypatch.setattr(module, "facts_of", fail)
    again = Examiner(setup(folder, options=options)).facts(item)
    assert again is not None and again.lines == first.lines
    assert Examiner(setup(folder)).facts(item) is None  # the failure is that file's own affair


def test_what_is_read_beside_a_file(folder: Path) -> None:
    put(folder, "promptlint.toml", "")
    item = candidate(folder, "prompts/c.prompty")
    for _ in range(2):
        beside = Examiner(setup(folder)).read_beside(item)
        assert {folder / "promptlint.toml", folder / "prompts" / "sample.json"} <= set(beside)


def test_the_text_is_kept_where_something_is_shown_of_it(folder: Path) -> None:
    put(folder, "prompts/b.md", "Name the capital of France in one word.\n")
    assert look(folder, "prompts/a.md").source is not None
    assert look(folder, "prompts/b.md").source is None
