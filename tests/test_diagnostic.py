from __future__ import annotations

import dataclasses

import pytest

from promptlint.diagnostic import Applicability, Confidence, Diagnostic, Edit, Fix, Severity
from promptlint.source import Location, Span

PLACE = Location("a.md", Span(0, 3))


def test_severities_compare_by_how_much_they_matter() -> None:
    assert Severity.INFO < Severity.WARNING < Severity.ERROR
    assert sorted(["error", "info", "warning"], key=Severity.named) == ["info", "warning", "error"]
    assert Confidence.LOW < Confidence.MEDIUM < Confidence.HIGH


@pytest.mark.parametrize("level", [*Severity, *Confidence])
def test_levels_print_as_they_are_written_in_files(level: Severity | Confidence) -> None:
    assert str(level) == f"{level}" == level.label == level.name.lower()


@pytest.mark.parametrize("severity", Severity)
def test_severities_by_name(severity: Severity) -> None:
    assert Severity.named(severity.label) is severity


def test_there_are_no_other_severities() -> None:
    with pytest.raises(KeyError):
        Severity.named("fatal")


def test_applicabilities_are_their_names() -> None:
    assert [str(item) for item in Applicability] == ["safe", "unsafe", "display"]


def test_diagnostics_are_values() -> None:
    fix = Fix("Write 'to'", (Edit(PLACE, "to"),), Applicability.SAFE)
    one = Diagnostic("a", "hygiene", Severity.INFO, Confidence.HIGH, "text", PLACE, fix=fix)
    assert one == dataclasses.replace(one)
    assert hash(one) == hash(dataclasses.replace(one))
    assert one != dataclasses.replace(one, fix=None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.message = "other"  # type: ignore[misc]
