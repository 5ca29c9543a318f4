"""One flaw put into a prompt without flaws is found, where it was put, and nothing else is.

clean.yaml holds the prompts and says what can be changed in each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from promptlint.config import Config
from promptlint.engine import lint
from promptlint.formats import read
from promptlint.rules import load_rules
from promptlint.source import Source

CLEAN: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "clean.yaml").read_text("utf-8"))

# What can be put before an imperative: what is found, and what joins it to the rest.
OPENINGS = {
    "en": (
        ("Please", " "),
        ("I want you to", " "),
        ("I would like you to", " "),
        ("Make sure to", " "),
        ("Be sure to", " "),
        ("Your task is to", " "),
    ),
    "de": (("Bitte", " "),),
    "fr": (("S'il te plaît", ", "),),
    "es": (("Por favor,", " "),),
}
# What is found, and the rest of a sentence that does no harm in any of the prompts.
SENTENCES = {
    "en": (
        ("Please note that", " the reader knows the subject."),
        ("It is important to note that", " the reader knows the subject."),
        ("Keep in mind that", " the reader knows the subject."),
        ("Note that", " the reader knows the subject."),
        ("Thanks in advance", "!"),
    ),
    "de": (
        ("Bitte beachte, dass", " die Leserin das Thema kennt."),
        ("Es ist wichtig, dass", " jede Zahl stimmt."),
        ("Stelle sicher, dass", " jede Zahl stimmt."),
        ("Denk daran, dass", " die Leserin das Thema kennt."),
        ("Vielen Dank im Voraus", "!"),
    ),
    "fr": (
        ("Il est important de noter que", " la lectrice connaît le sujet."),
        ("Assure-toi que", " chaque chiffre est exact."),
        ("N'oublie pas que", " la lectrice connaît le sujet."),
        ("Garde à l'esprit que", " la lectrice connaît le sujet."),
        ("Merci d'avance", " !"),
    ),
    "es": (
        ("Es importante señalar que", " la lectora conoce el tema."),
        ("Asegúrate de que", " cada cifra sea exacta."),
        ("Ten en cuenta que", " la lectora conoce el tema."),
        ("No olvides que", " la lectora conoce el tema."),
        ("Gracias de antemano", "."),
    ),
}
OVERRIDE = "\u202e"  # right-to-left override


@dataclass(frozen=True)
class Expected:
    """A finding of `rule` from `start` to `end`, or, where the check chooses the place, somewhere in there."""

    rule: str
    start: int
    end: int
    exact: bool = True


@dataclass(frozen=True)
class Mutation:
    """A clean prompt with one flaw."""

    id: str
    file: str
    clean: str
    text: str
    expected: tuple[Expected, ...]


def changed(text: str, old: str, new: str) -> tuple[str, int]:
    """The text with its only `old` replaced, and where that is."""
    assert text.count(old) == 1, (old, text)
    return text.replace(old, new), text.index(old)


def behind(text: str, anchor: str, insertion: str) -> tuple[str, int]:
    """The text with something put behind its only `anchor`, and where that begins."""
    made, place = changed(text, anchor, anchor + insertion)
    return made, place + len(anchor)


def of_limits(case: dict[str, Any]) -> Iterator[tuple[str, str, tuple[Expected, ...]]]:
    if "limit" in case:
        text, _ = changed(case["text"], case["limit"], "")
        start = text.index(case["ask"])
        yield "limit", text, (Expected("missing-output-limit", start, start + len(case["ask"]), exact=False),)


def of_fillers(case: dict[str, Any]) -> Iterator[tuple[str, str, tuple[Expected, ...]]]:
    imperative = case["imperative"]
    for phrase, joint in OPENINGS[case["language"]]:
        lowered = imperative[0].lower() + imperative[1:]
        text, start = changed(case["text"], imperative, f"{phrase}{joint}{lowered}")
        yield phrase, text, (Expected("filler-phrase", start, start + len(phrase)),)
    for phrase, rest in SENTENCES[case["language"]]:
        text, start = behind(case["text"], case["after"], f" {phrase}{rest}")
        yield phrase, text, (Expected("filler-phrase", start + 1, start + 1 + len(phrase)),)


def of_wordiness(case: dict[str, Any]) -> Iterator[tuple[str, str, tuple[Expected, ...]]]:
    for short, long, phrase in case.get("wordy", ()):
        text, start = changed(case["text"], short, long)
        start += long.index(phrase)
        yield phrase, text, (Expected("verbose-phrase", start, start + len(phrase)),)


def of_schemas(case: dict[str, Any]) -> Iterator[tuple[str, str, tuple[Expected, ...]]]:
    if "schema" in case:
        text, _ = changed(case["text"], case["schema"]["was"], case["schema"]["now"])
        start = text.index(case["schema"]["ask"])
        yield "schema", text, (Expected("free-text-output", start, start + len(case["schema"]["ask"]), exact=False),)


def of_variables(case: dict[str, Any]) -> Iterator[tuple[str, str, tuple[Expected, ...]]]:
    if "variable" in case:
        name, slip = case["variable"]
        text, start = changed(case["text"], "{{" + name + "}}", "{{" + slip + "}}")
        declared = text.index(f" {name}:") + 1
        yield (
            "variable",
            text,
            (
                Expected("undeclared-variable", start + 2, start + 2 + len(slip)),
                Expected("unused-variable", declared, declared + len(name)),
            ),
        )


def of_delimiters(case: dict[str, Any]) -> Iterator[tuple[str, str, tuple[Expected, ...]]]:
    if "delimiter" in case:
        text, start = changed(case["text"], *case["delimiter"])
        start = text.index("{{", start)
        yield "delimiter", text, (Expected("unbalanced-delimiter", start, start + 2),)


def of_characters(case: dict[str, Any]) -> Iterator[tuple[str, str, tuple[Expected, ...]]]:
    text, start = behind(case["text"], case["after"], OVERRIDE)
    yield "override", text, (Expected("invisible-character", start, start + 1),)


def of_repetition(case: dict[str, Any]) -> Iterator[tuple[str, str, tuple[Expected, ...]]]:
    if "repeat" in case:
        sentence, anchor = case["repeat"]
        text, start = behind(case["text"], anchor, f" {sentence}")
        yield "repeat", text, (Expected("duplicate-instruction", start + 1, start + 1 + len(sentence)),)


KINDS = (of_limits, of_fillers, of_wordiness, of_schemas, of_variables, of_delimiters, of_characters, of_repetition)
MUTATIONS = [
    Mutation(f"{case['name']}: {name}", case["file"], case["text"], text, expected)
    for case in CLEAN
    for kind in KINDS
    for name, text, expected in kind(case)
]


@cache
def findings(file: str, text: str) -> tuple[tuple[str, int, int], ...]:
    """What the recommended rules find, as rule, start and end."""
    found = lint(read(Source(file, text)), Config()).diagnostics
    return tuple((item.rule, item.location.span.start, item.location.span.end) for item in found)


def by_text(text: str, found: tuple[tuple[str, int, int], ...]) -> Counter[tuple[str, str]]:
    return Counter((rule, text[start:end].lower()) for rule, start, end in found)


def test_the_prompts_and_the_mutations_are_many() -> None:
    assert Counter(case["language"] for case in CLEAN) == {"en": 12, "de": 5, "fr": 5, "es": 5}
    assert {expected.rule for item in MUTATIONS for expected in item.expected} <= set(load_rules())
    assert len(MUTATIONS) == len({item.text for item in MUTATIONS}) > 200


@pytest.mark.parametrize("case", CLEAN, ids=lambda case: case["name"])
def test_nothing_is_found_in_a_clean_prompt(case: dict[str, Any]) -> None:
    text = case["text"]
    assert by_text(text, findings(case["file"], text)) == Counter()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.id)
def test_a_flaw_is_found_where_it_was_put(mutation: Mutation) -> None:
    found = findings(mutation.file, mutation.text)
    new = by_text(mutation.text, found) - by_text(mutation.clean, findings(mutation.file, mutation.clean))
    hits = Counter(
        (item.rule, mutation.text[start:end].lower())
        for item in mutation.expected
        for rule, start, end in found
        if rule == item.rule
        and ((start, end) == (item.start, item.end) if item.exact else item.start <= start and end <= item.end)
    )
    assert len(hits) == len(mutation.expected)
    assert new == hits
