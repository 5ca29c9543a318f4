"""Rules about whole projects: what they need of each file, and what becomes of what they find."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from promptlint.baseline import Baseline, update
from promptlint.config import Config
from promptlint.diagnostic import Severity
from promptlint.discovery import Found
from promptlint.engine import facts_of, lint, lint_project
from promptlint.formats import Recognition, read
from promptlint.runner import Known, Project, Report, check
from promptlint.source import Source

BLOCK = "\n".join(
    f"- House rule {number}: name the order, keep the tone of the shop and never promise a date." for number in range(6)
)
ON = Config(select=("repeated-block",))
FILES = {
    "prompts/ask.md": f"Summarize the complaint of the customer.\n\n{BLOCK}\n\n{{complaint}}\n",
    "prompts/sort.md": f"Sort the complaint into a category.\n\n{BLOCK}\n\n{{complaint}}\n",
    "prompts/mail.md": f"Write a mail to the customer.\n\n{BLOCK}\n",
}


def target(path: str, text: str) -> Found:
    name = "jinja" if path.endswith(".j2") else "markdown"
    return Found(path, Path(path), True, Recognition(name, "named"), Source(path, text))


def run(asked: Iterable[str], files: dict[str, str] = FILES, config: Config = ON, known: Known | None = None) -> Report:
    """Check some of the files of a project."""
    project = Project(lambda _: Path("/project"), lambda _: [target(path, text) for path, text in files.items()])
    asked = [target(path, files[path]) for path in asked]
    return check(
        asked, lambda _: config, lambda _: None, project=project, known=known, project_path=lambda file: file.as_posix()
    )


def test_facts_are_only_gathered_for_rules_about_projects() -> None:
    document = read(Source("prompts/ask.md", FILES["prompts/ask.md"]))
    assert lint(document, Config()).facts is None
    facts = lint(document, ON).facts
    assert facts is not None and facts.path == "prompts/ask.md"
    assert facts == facts_of(document, ON, "prompts/ask.md")
    assert list(facts.estimates) == ["ask"] and sum(mark.tokens for mark in facts.lines) > 80


def test_the_whole_project_is_looked_at_and_only_what_was_asked_about_is_reported() -> None:
    report = run(["prompts/ask.md"])
    (found,) = report.diagnostics
    assert (found.rule, found.location.path, found.prompt) == ("repeated-block", "prompts/ask.md", "ask")
    assert FILES["prompts/ask.md"][found.location.span.start : found.location.span.end] == BLOCK
    assert [each.location.path for each in found.related] == ["prompts/mail.md", "prompts/sort.md"]
    assert all(report.source(each.location.path) is not None for each in found.related)
    assert len(run(FILES).diagnostics) == 3


def test_without_a_project_there_is_nothing_to_compare_with() -> None:
    files = [target(path, text) for path, text in FILES.items()]
    assert check(files, lambda _: ON, lambda _: None).diagnostics == ()


@pytest.mark.parametrize(
    "files",
    [
        dict(list(FILES.items())[:2]),
        FILES | {"prompts/mail.md": "Write a mail to the customer.\n"},
        {"prompts/ask.md": FILES["prompts/ask.md"], "prompts/ask.de.md": FILES["prompts/mail.md"], "prompts/mail.md": FILES["prompts/mail.md"]},
    ],
)  # fmt: skip
def test_too_few_files(files: dict[str, str]) -> None:
    assert run(files, files).diagnostics == ()


@pytest.mark.parametrize(("options", "count"), [({}, 3), ({"tokens": 500}, 0), ({"files": 4}, 0), ({"files": 2}, 3)])
def test_options(options: dict[str, object], count: int) -> None:
    config = Config(select=("repeated-block",), options={"repeated-block": options})
    assert len(run(FILES, config=config).diagnostics) == count


def test_severity_of_the_configuration() -> None:
    config = Config(select=("repeated-block",), severity={"repeated-block": Severity.WARNING})
    assert {each.severity for each in run(FILES, config=config).diagnostics} == {Severity.WARNING}


@pytest.mark.parametrize("comment", ["ignore-file[repeated-block]", "ignore[verbosity]"])
def test_comments_silence_it(comment: str) -> None:
    text = FILES["prompts/ask.md"].replace(BLOCK, f"{{# promptlint: {comment} #}}\n{BLOCK}")
    report = run(["prompts/ask.j2"], FILES | {"prompts/ask.j2": text.replace("{complaint}", "{{ complaint }}")})
    (file,) = report.files
    assert file.diagnostics == () and len(file.suppressed) == 1


def test_the_baseline_knows_it_by_its_fingerprint() -> None:
    first = run(["prompts/ask.md"])
    baseline = update(Baseline(), first.files)
    assert len({each.fingerprint for each in run(FILES).diagnostics}) == 3
    known = run(["prompts/ask.md"], known=Known(baseline, lambda _: True))
    assert known.diagnostics == () and known.summary.baselined == 1
    gone = run(["prompts/ask.md"], dict(list(FILES.items())[:2]), known=Known(baseline, lambda _: True))
    assert [entry.rule for entry in gone.stale] == ["repeated-block"]


def test_a_file_beside_it_that_cannot_be_read_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    from promptlint import runner

    original = runner.read

    def failing(source: Source, *rest: object) -> object:
        if source.path == "prompts/sort.md":
            raise RecursionError("too deep")
        return original(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(runner, "read", failing)
    assert run(["prompts/ask.md"]).diagnostics == ()


def test_nothing_is_found_in_nothing() -> None:
    assert lint_project([], []) == {}
