"""The headline rules against people's labels of real prompts.

labels.jsonl holds judgements only (a file's hash, values, offsets), none of the labelled text. The files themselves are in
the corpus that PROMPTLINT_CORPUS names. The bounds are a guard: what is measured lies above them, and a change that pushes
a figure below has made the rules worse.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from promptlint.config import Config
from promptlint.diagnostic import Diagnostic
from promptlint.engine import lint
from promptlint.formats import read, recognise
from promptlint.rules import load_rules
from promptlint.source import Source

CORPUS = os.environ.get("PROMPTLINT_CORPUS")
LABELS = [json.loads(line) for line in (Path(__file__).parent / "labels.jsonl").read_text("utf-8").split("\n") if line]


@dataclass(frozen=True)
class Judged:
    """A labelled file and what promptlint says about it."""

    label: dict[str, Any]
    diagnostics: tuple[Diagnostic, ...]

    def has(self, rule: str) -> bool:
        return any(item.rule == rule for item in self.diagnostics)


def test_labels_are_judgements_without_text() -> None:
    assert len(LABELS) > 550
    for label in LABELS:
        assert label["limit"] in ("bounded", "soft", "open", "na")
        assert label["format"] in ("structured", "should-be-json", "prose", "na")
        assert set(label) == {
            "file", "sha256", "set", "kind", "limit", "limit_at", "format", "format_at", "wordy", "sure",
        }  # fmt: skip


REVIEWS = [
    json.loads(line) for line in (Path(__file__).parent / "reviews.jsonl").read_text("utf-8").split("\n") if line
]


def test_reviews_are_judgements_of_rules() -> None:
    assert len(REVIEWS) > 800
    for review in REVIEWS:
        assert set(review) - {"of"} == {"rule", "file", "sha256", "start", "end", "defend", "why"}
        assert review["rule"] in load_rules() or (review["rule"] == "fix" and review["of"] in load_rules())
        assert isinstance(review["defend"], bool)
        assert 0 <= review["start"] <= review["end"]


if CORPUS:

    @pytest.fixture(scope="module")
    def judged() -> list[Judged]:
        found = []
        for label in LABELS:
            data = (Path(str(CORPUS)) / "files" / label["file"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == label["sha256"]
            source = Source.from_bytes(label["file"], data)
            if recognise(source.path, source.text) is not None:
                found.append(Judged(label, lint(read(source), Config()).diagnostics))
        return found

    def precision_and_recall(pairs: list[tuple[bool, bool]]) -> tuple[float, float]:
        right = sum(wanted and found for wanted, found in pairs)
        return right / max(sum(found for _, found in pairs), 1), right / max(sum(wanted for wanted, _ in pairs), 1)

    def test_missing_output_limit(judged: list[Judged]) -> None:
        pairs = [
            (item.label["limit"] == "open" and item.label["kind"] == "task", item.has("missing-output-limit"))
            for item in judged
            if item.label["sure"] and item.label["limit"] != "soft"
        ]
        precision, recall = precision_and_recall(pairs)
        assert precision >= 0.9
        assert recall >= 0.8

    def test_free_text_output(judged: list[Judged]) -> None:
        pairs = [
            (item.label["format"] == "should-be-json", item.has("free-text-output"))
            for item in judged
            if item.label["sure"]
        ]
        precision, recall = precision_and_recall(pairs)
        assert precision >= 0.9
        assert recall >= 0.85

    def test_wording_touches_what_people_mark(judged: list[Judged]) -> None:
        shown = marked = 0
        for item in judged:
            spans = [(start, end) for start, end, _ in item.label["wordy"]]
            for diagnostic in item.diagnostics:
                if diagnostic.family == "verbosity":
                    place = diagnostic.location.span
                    shown += 1
                    marked += any(place.start < end and start < place.end for start, end in spans)
        assert marked / shown >= 0.65
