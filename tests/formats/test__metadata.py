"""Settings that are declared beside the text."""

from __future__ import annotations

import pytest

from promptlint.formats import _metadata, trees
from promptlint.formats._tree_file import over
from promptlint.prompt import Settings
from promptlint.source import Span, TextMap

DECLARED = (
    "model: a",
    "max_tokens: 5",
    "temperature: 0",
    "response_format: json",
    "output: {format: json}",
    "tools: [a]",
)


def settings(text: str) -> Settings:
    return _metadata.settings(_metadata.fields_of(trees.read_yaml(text, TextMap.of("a.yaml", Span(0, len(text)))).root))


@pytest.mark.parametrize("key", sorted(_metadata.KNOWN_KEYS))
@pytest.mark.parametrize("declared", DECLARED)
def test_every_key_with_settings_is_looked_at(key: str, declared: str) -> None:
    assert settings(f"other: 1\n{declared}") != Settings()
    grouped = settings(f"other: 1\n{key}: {{{declared}}}")
    assert (grouped is _metadata.NO_SETTINGS) == (key not in _metadata._SETTING_KEYS)


def test_settings_over_none_are_as_they_are() -> None:
    declared = settings("model: a")
    assert (
        over(declared, _metadata.NO_SETTINGS)
        == over(declared, Settings())
        == over(_metadata.NO_SETTINGS, declared)
        == declared
    )
    assert settings("") is settings("other: 1") is _metadata.NO_SETTINGS == Settings()
