from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptlint import examiner as module
from promptlint import many, runner
from promptlint.baseline import Baseline
from promptlint.discovery import Candidate, Skipped, candidates
from promptlint.examiner import Examiner, Setup
from promptlint.many import check_many, examined
from promptlint.overwrite import overwrite
from promptlint.prompt import Document
from promptlint.reporters import Options, formats, load
from promptlint.runner import Fixing, Known, Project, Report, check, disk
from promptlint.workers import PoolError, Workers

from .conftest import PROMPTY, put

CORPUS = os.environ.get("PROMPTLINT_CORPUS")


@pytest.fixture
def folder(joined: Path) -> Path:
    for number in range(12):
        put(joined, f"prompts/{number:02}.md", f"Summarise report {number} in order to please us.\n")
    put(joined, "prompts/bad.md", "\0")
    return joined


def setup(folder: Path, **changes: Any) -> Setup:
    return Setup(folder, **{"cache": str(folder.parent / "kept"), "stamp": "1", **changes})


def run(folder: Path, *paths: str, jobs: int = 1, **changes: Any) -> Report:
    examiner = Examiner(setup(folder, **changes))
    return check_many(candidates(paths or ["."], cwd=folder), examiner, jobs=jobs)


def as_json(report: Report) -> str:
    return load("json")(report, Options())


def test_cache_and_processes_change_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "ALONE", 2)
    plain = run(folder, cache=None)
    assert plain.summary.files == 13 and [each.path for each in plain.skipped] == ["prompts/bad.md"]
    for report in (run(folder, cache=None, jobs=3), run(folder, jobs=2), run(folder, jobs=2), run(folder)):
        assert as_json(report) == as_json(plain)


@pytest.mark.parametrize(
    ("files", "size", "in_turn"),
    [(1, 1_000_000, 9), (5, 1_000_000, 2), (100, 1, 9), (100, 120, 9), (100, 1_000_000, 1)],
)
def test_how_many_are_examined_together_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, files: int, size: int, in_turn: int
) -> None:
    put(folder, "prompts/odd/promptlint.toml", "selct = []")
    put(folder, "prompts/odd/a.md", "Say hello.\n")
    put(folder, "prompts/05.prompty", PROMPTY)
    plain = run(folder, cache=None)
    assert len(plain.errors) == 1
    monkeypatch.setattr(many, "_TOGETHER", files)
    monkeypatch.setattr(many, "BYTES_TOGETHER", size)
    monkeypatch.setattr(module, "_IN_TURN", in_turn)
    for report in (run(folder, cache=None), run(folder, cache=None, jobs=2), run(folder), run(folder)):
        assert as_json(report) == as_json(plain) and report.errors == plain.errors


def test_of_files_examined_together_each_is_told_when_it_is_done(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linting, linted = runner.linting, list[str]()

    def noted(document: Document, *arguments: Any, **named: Any) -> Any:
        linted.append(document.source.path)
        if document.source.path == "prompts/03.md":
            raise KeyboardInterrupt
        return linting(document, *arguments, **named)

    monkeypatch.setattr(module, "_IN_TURN", 1)
    monkeypatch.setattr(runner, "linting", noted)
    told: list[str] = []

    def listen(done: many.Done) -> None:
        told.append(done.item.path)
        assert told == linted

    with pytest.raises(KeyboardInterrupt):
        check_many(candidates(["."], cwd=folder), Examiner(setup(folder, cache=None)), listen=listen)
    assert told == ["prompts/00.md", "prompts/01.md", "prompts/02.md"]


def test_it_says_what_the_plain_way_says(folder: Path) -> None:
    from promptlint.discovery import discover

    examiner = Examiner(setup(folder, cache=None))
    classic = check(
        discover(["."], cwd=folder), examiner.chosen.for_file, disk(folder), project_path=examiner.projects.path
    )
    for name in formats():
        assert load(name)(run(folder), Options()) == load(name)(classic, Options()), name


def test_files_come_in_order_and_early_ones_do_not_wait_for_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "_WINDOW", 3)
    entered: list[str] = []
    items = list(candidates(["."], cwd=folder))

    def noted() -> Any:
        for item in items:
            entered.append(item.path)
            yield item

    for jobs in (1, 2):
        entered.clear()
        done = []
        for each in examined(noted(), Examiner(setup(folder, cache=None)), jobs=jobs, alone=1):
            done.append(each.item.path)
            assert len(entered) - len(done) < 3
        assert done == [item.path for item in items]


def test_a_process_that_dies_is_said_of_its_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, deadly: Callable[[str], None]
) -> None:
    monkeypatch.setattr(many, "ALONE", 2)
    deadly("prompts/00.md")
    report = run(folder, jobs=1 + 1)
    failed = [each for each in report.diagnostics if each.rule == "internal-error"]
    assert [each.location.path for each in failed] == ["prompts/00.md"]
    assert "WorkerDiedError: the process that examined it " in failed[0].message
    assert report.summary.files == 13
    assert not [each for each in run(folder).diagnostics if each.rule == "internal-error"]


def test_without_processes_it_goes_on_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Workers) -> None:
        raise PoolError("no")

    monkeypatch.setattr(many, "ALONE", 2)
    monkeypatch.setattr(Workers, "start", refuse)
    assert as_json(run(folder, jobs=2)) == as_json(run(folder, cache=None))


def test_processes_end_with_the_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    started = Workers._started

    def noted(self: Workers) -> Any:
        worker = started(self)
        made.append(worker.process)
        return worker

    monkeypatch.setattr(Workers, "_started", noted)
    line = examined(candidates(["."], cwd=folder), Examiner(setup(folder)), jobs=2, alone=1)
    next(line)
    line.close()  # as Ctrl-C does
    assert len(made) == 2 and not any(each.is_alive() for each in made)


def fixing(folder: Path, **options: Any) -> tuple[Report, list[str]]:
    saved: list[str] = []

    def save(found: Any, rewrite: Any) -> None:
        saved.append(found.path)
        overwrite(found.file, rewrite.before.to_bytes(rewrite.before.text), rewrite.before.to_bytes(rewrite.after.text))

    items = list(candidates(["."], cwd=folder))
    return check_many(items, Examiner(setup(folder)), fixing=Fixing(save), **options), saved


def test_fixing_reads_again_what_it_fixes(folder: Path) -> None:
    before = run(folder)
    report, saved = fixing(folder)
    assert saved == [f"prompts/{number:02}.md" for number in range(12)]
    assert report.summary.fixed == 12 and report.summary.files == before.summary.files
    text = (folder / "prompts" / "00.md").read_text("utf-8")
    assert text == "Summarise report 0 to please us.\n"
    assert as_json(run(folder)) == as_json(replace(report, rewrites=()))


def test_what_depends_on_a_fixed_file_is_looked_at_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    again = Examiner.again

    def noted(self: Examiner, candidate: Candidate) -> Any:
        looked.append(candidate.path)
        return again(self, candidate)

    monkeypatch.setattr(Examiner, "again", noted)
    put(folder, "prompts/d.prompty", PROMPTY.replace("sample.json", "00.md").replace("name: a", "name: d"))
    fixing(folder)
    assert looked == ["prompts/d.prompty"]


def test_a_baseline_holds_for_fixing_too(folder: Path) -> None:
    from promptlint.baseline import update

    found = run(folder)
    known = Known(update(Baseline(), found.files), lambda path: (folder / path).is_file())
    report, saved = fixing(folder, known=known)
    assert saved == [] and report.diagnostics == () and report.summary.baselined > 12


def test_rules_about_the_whole_project(folder: Path) -> None:
    rule = "- House rule {}: name the order, keep the tone of the shop and never promise a date."
    block = "\n".join(map(rule.format, range(6)))
    for name in ("ask", "sort", "mail"):
        put(folder, f"prompts/{name}.md", f"Work on the {name} of the customer.\n\n{block}\n")
    options = (("extend_select", ("repeated-block",)),)

    def files(root: Path) -> Any:
        return candidates([root], cwd=folder)

    def once() -> Report:
        examiner = Examiner(setup(folder, options=options))
        project: Project[Candidate] = Project(lambda _: folder, files)
        return check_many(candidates(["prompts/ask.md"], cwd=folder), examiner, project=project)

    first, second = once(), once()
    (found,) = [each for each in first.diagnostics if each.rule == "repeated-block"]
    assert found.related and first.source(found.related[0].location.path) is not None
    assert as_json(first) == as_json(second)


def test_skipped_and_wrong_ones(folder: Path) -> None:
    report = run(folder, "prompts/00.md", "missing.md")
    assert report.errors == ("missing.md: no such file or folder",)
    assert report.skipped == (Skipped("missing.md", "no such file or folder", named=True),)
    assert [file.path for file in report.files] == ["prompts/00.md"]


if CORPUS:

    def test_of_real_files_the_same_is_said_cold_and_warm(tmp_path: Path) -> None:
        root = Path(CORPUS)
        items = list(candidates(["files"], cwd=root))

        def once(**changes: Any) -> Report:
            made = Setup(root, **{"cache": str(tmp_path / "kept"), "stamp": "1", **changes})
            return check_many(items, Examiner(made), jobs=2)

        plain, cold, warm = once(cache=None), once(), once()
        for name in formats():
            expected = load(name)(plain, Options())
            assert load(name)(cold, Options()) == expected, name
            assert load(name)(warm, Options()) == expected, name
        assert json.loads(as_json(warm))["summary"]["files"] > 1_000
