from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from promptlint import stored
from promptlint.config import Config, with_overrides
from promptlint.engine import FileReport
from promptlint.formats import nothing
from promptlint.runner import check_source
from promptlint.source import Source
from promptlint.stored import facts_data, facts_from, light, paths_in, report_data, report_from

TEXT = """\
You are a world-class editor. {# promptlint: ignore[filler-phrase] needed #}
Please summarise the {{report}} in order to please us, due to the fact that we said so.
Summarise the report.
Summarise the report.
"""


def linted(config: Config, text: str = TEXT) -> FileReport:
    return check_source(Source("prompts/a.j2", text), "jinja", config, nothing, "prompts/a.j2")


def again(report: FileReport, config: Config) -> FileReport:
    return report_from(json.loads(json.dumps(report_data(report))), report.document.source, config)


@pytest.mark.parametrize("options", [{}, {"select": ["all"], "model": "gpt-4o"}, {"pedantic": True, "calls": 100.0}])
def test_everything_that_is_reported_survives(options) -> None:
    config = with_overrides(Config(), **options)
    report = linted(config)
    made = again(report, config)
    assert report.diagnostics and report.prompts
    for name in ("path", "diagnostics", "suppressed", "hidden", "rules", "project_path", "known"):
        assert getattr(made, name) == getattr(report, name), name
    for name in ("source", "format", "suppressions", "dependencies", "agent_file"):
        assert getattr(made.document, name) == getattr(report.document, name), name
    for new, old in zip(made.prompts, report.prompts, strict=True):
        assert (new.prompt.name, new.prompt.location) == (old.prompt.name, old.prompt.location)
        assert (new.kind, new.language) == (old.kind, old.language)
        assert new.counted == old.counted
        # only who prints it asks what a call takes
        assert new.estimated is None and old.estimated is not None


@pytest.mark.parametrize("options", [{}, {"select": ["all"], "model": "gpt-4o"}])
def test_a_light_report_is_one_that_was_stored(options) -> None:
    config = with_overrides(Config(), **options)
    report = linted(config)
    made, stored_once = light(report, report.document.source), again(report, config)
    assert replace(made, facts=None) == replace(stored_once, facts=None)
    assert made.facts == report.facts


def test_facts_survive() -> None:
    config = with_overrides(Config(), select=["all"])
    facts = linted(config).facts
    assert facts is not None and facts.lines
    made = facts_from(json.loads(json.dumps(facts_data(facts))), config)
    assert replace(made, estimates={}) == replace(facts, estimates={})
    assert made.estimates.keys() == facts.estimates.keys()


def test_the_files_that_findings_point_into() -> None:
    report = linted(Config())
    (first, *_) = report.diagnostics
    elsewhere = replace(first, location=replace(first.location, path="b.json"))
    assert set(paths_in(replace(report, diagnostics=(elsewhere,), hidden=(first,)))) == {"b.json", "prompts/a.j2"}


@pytest.mark.parametrize("data", [{}, {"format": "jinja"}, [], None])
def test_what_is_no_report(data) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        report_from(data, Source("a.j2", ""), Config())


def test_what_cannot_be_stored_is_named() -> None:
    with pytest.raises(TypeError, match="complex"):
        stored._codec(Mapping[str, complex])
