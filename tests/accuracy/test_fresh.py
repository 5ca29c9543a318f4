"""Prompts that no rule was tuned on: how often the two rules about the answer speak up, and how often they are right.

fresh.yaml holds prompts that were written, and judged, before promptlint saw them. The floors are what was measured on its
first run over them, rounded down. They are to be raised when a rule gets better; a rule must not be fitted to these prompts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from promptlint.config import Config
from promptlint.engine import lint
from promptlint.formats import read
from promptlint.rules import load_rules
from promptlint.source import Source

COUNTS = {"en": 60, "de": 20, "fr": 20, "es": 20}
KINDS = {"task", "system", "reference", "fragment"}
LIMITS = {"bounded", "soft", "open", "na"}
FORMATS = {"structured", "should-be-json", "prose", "na"}
# (least precision, least recall) of what is shown by default
FLOORS = {
    "missing-output-limit": {
        "en": (1.0, 0.58),
        "de": (1.0, 0.71),
        "fr": (1.0, 0.71),
        "es": (1.0, 0.85),
        "all": (1.0, 0.68),
    },
    "free-text-output": {
        "en": (1.0, 0.40),
        "de": (1.0, 0.00),
        "fr": (1.0, 0.50),
        "es": (1.0, 0.75),
        "all": (1.0, 0.42),
    },
}


@dataclass(frozen=True)
class Case:
    """A prompt with its judgement; `shown` are the rules that report something in it."""

    name: str
    language: str
    kind: str
    limit: str
    format: str
    sure: bool
    shown: frozenset[str]

    def wanted(self, rule: str) -> bool | None:
        """Whether the rule should report something; None where it may and need not: the author asked for brevity in vague words."""
        if rule == "free-text-output":
            return self.format == "should-be-json"
        if self.kind == "task" and self.limit == "soft":
            return None
        return self.kind == "task" and self.limit == "open"


def cases() -> Iterator[Case]:
    for item in yaml.safe_load((Path(__file__).parent / "fresh.yaml").read_text("utf-8")):
        diagnostics = lint(read(Source(item["file"], item["text"])), Config()).diagnostics
        shown = frozenset(diagnostic.rule for diagnostic in diagnostics)
        yield Case(item["name"], item["language"], item["kind"], item["limit"], item["format"], item["sure"], shown)


@pytest.fixture(scope="module")
def judged() -> tuple[Case, ...]:
    return tuple(cases())


def test_prompts_are_judged_in_the_terms_of_the_guide(judged: tuple[Case, ...]) -> None:
    assert Counter(case.language for case in judged) == COUNTS
    assert len({case.name for case in judged}) == len(judged)
    assert {case.kind for case in judged} <= KINDS
    assert {case.limit for case in judged} <= LIMITS
    assert {case.format for case in judged} <= FORMATS
    assert set(FLOORS) <= set(load_rules())


@pytest.mark.parametrize(("rule", "language"), [(rule, group) for rule, floors in FLOORS.items() for group in floors])
def test_precision_and_recall_of_sure_prompts(judged: tuple[Case, ...], rule: str, language: str) -> None:
    sure = [case for case in judged if case.sure and language in (case.language, "all")]
    right = [case.name for case in sure if rule in case.shown and case.wanted(rule)]
    wrong = [case.name for case in sure if rule in case.shown and case.wanted(rule) is False]
    missed = [case.name for case in sure if rule not in case.shown and case.wanted(rule)]
    precision, recall = FLOORS[rule][language]
    assert len(right) >= precision * (len(right) + len(wrong)), f"wrong: {wrong}"
    assert len(right) >= recall * (len(right) + len(missed)), f"missed: {missed}"
