from __future__ import annotations

import pytest

from promptlint.config import OUTPUT_FORMATS
from promptlint.reporters import Options, formats, load
from promptlint.runner import Report


def test_formats_are_found_by_their_place() -> None:
    assert formats() == ("concise", "full", "github", "gitlab", "json", "jsonl", "junit", "markdown", "sarif")


def test_the_configuration_knows_the_same_formats() -> None:
    assert sorted(OUTPUT_FORMATS) == list(formats())


@pytest.mark.parametrize("name", formats())
def test_each_renders_an_empty_report(name: str) -> None:
    assert load(name)(Report(), Options()).endswith("\n")
