"""The rule `deterministic-task`. Prompts that code could answer, and prompts that only look so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.diagnostic import Diagnostic, Severity
from promptlint.rules import load_rules

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def routine(found_by: Callable[[str], Run]) -> Run:
    return found_by("deterministic-task")


@pytest.mark.parametrize(
    "text",
    [
        "Sort these cities alphabetically and return a comma-separated list: {cities}",
        "Remove all duplicates from the list below. Return one item per line.\n\n{items}",
        "How many words are there in the following text? Answer with the number only.\n\n{text}",
        "Convert the following sentence to uppercase. Output only the result.\n\n{sentence}",
        "Convert {miles} miles to kilometers. Reply with the number only.",
        "You are a calculator. Calculate the average of the numbers {numbers} and answer with the number only.",
        "Convert the CSV below to JSON.\n\n{csv}",
        "Zähle die Wörter im folgenden Text und antworte nur mit der Zahl: {text}",
        "Sortiere die folgenden Namen alphabetisch: {namen}",
        "Calcule la moyenne des nombres suivants et réponds avec le nombre seul : {nombres}",
        "Ordena la lista siguiente por orden alfabético y devuelve solo la lista: {lista}",
    ],
)
def test_work_for_code_is_a_note(routine: Run, text: str) -> None:
    (finding,) = routine(text, "prompts/a.txt")
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize(
    "text",
    [
        "Write a function that sorts the names alphabetically: {names}",
        "Sort the names alphabetically in SQL: {names}",
        "Calculate the total of the invoice below and answer with the number only.\n\n{invoice}",
        "Sort the names alphabetically and write a poem about them: {names}",
        "Count the words of the text and explain whether it is too long: {text}",
        "Remove duplicate ideas from the list, also when they are worded differently: {ideas}",
        "Sort the tickets by how urgent they are: {tickets}",
        "Convert the notes into a friendly e-mail of 100 words: {notes}",
        "Count the words.\n\nExample:\nText: a b c\nNumber: 3\n\nText: {text}\nNumber:",
        "Rewrite the paragraph. Every word counts: {paragraph}",
        "Berechne die Summe der Beträge in der folgenden E-Mail: {mail}",
        "Écris une fonction qui trie les noms par ordre alphabétique : {noms}",
        "Resume el texto y cuenta las palabras: {texto}",
        "Sort the names alphabetically. " + "Mind what our style guide says about names of places and people. " * 10,
    ],
)
def test_judgement_and_code_are_left_alone(routine: Run, text: str) -> None:
    assert routine(text, "prompts/a.txt") == ()


def test_measuring_a_model_is_left_alone(routine: Run) -> None:
    text = "Sort the following names alphabetically: {names}"
    assert len(routine(text, "prompts/sort.txt")) == 1
    assert routine(text, "evals/prompts/sort.txt") == ()
    assert routine(text, "prompts/bench/sort.txt") == ()


def test_the_rule_is_off_until_it_is_selected() -> None:
    assert "recommended" not in load_rules()["deterministic-task"].presets
