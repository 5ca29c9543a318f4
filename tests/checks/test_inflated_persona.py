from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint.analysis.cues import cues
from promptlint.analysis.lexicon import LANGUAGES
from promptlint.diagnostic import Applicability, Diagnostic, Severity
from promptlint.fixes import apply_fixes

Run = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def inflated(found_by: Callable[[str], Run]) -> Run:
    return found_by("inflated-persona")


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("You are an elite editor with 20 years of experience. Check the text for mistakes.", ["elite", "with 20 years of experience"]),
        ("Act as a world-renowned chef and suggest three dishes.", ["world-renowned"]),
        ("You are a nurse. You have over 15 years of clinical experience. Answer in two sentences.", ["have over 15 years of clinical experience"]),
        ("I want you to act as the best lawyer in the world. Answer in two sentences.", ["the best lawyer in the world"]),
        ("Du bist ein renommierter Anwalt mit über 20 Jahren Erfahrung. Antworte in zwei Sätzen.", ["renommierter", "mit über 20 Jahren Erfahrung"]),
        ("Vous êtes le meilleur chef du monde. Répondez en deux phrases à la question.", ["le meilleur chef du monde"]),
        ("Eres un abogado de renombre mundial. Responde en dos frases a la pregunta.", ["de renombre mundial"]),
    ],
)  # fmt: skip
def test_praise_of_the_role_is_a_note(inflated: Run, text: str, phrases: list[str]) -> None:
    found = inflated(text, "prompts/a.txt")
    assert [text[item.location.span.start : item.location.span.end] for item in found] == phrases
    assert all(item.severity is Severity.INFO for item in found)


@pytest.mark.parametrize(
    "text",
    [
        "You are an expert in tax law. Answer in two sentences.",
        "You are a senior engineer. Review the code and list three problems.",
        "You are an assistant for elite athletes. Answer in two sentences.",
        "You are a recruiter who looks for candidates with 10 years of experience. Answer yes or no.",
        "You are a host at the world's most welcoming hotel. Answer in two sentences.",
        "Write a story about an elite soldier with 20 years of experience.",
        "You are a critic. Is the restaurant world-class? Answer yes or no.",
        'You are a linguist. Explain the word "world-class" in one sentence.',
        "You are a coach. You have access to legendary matches of 20 years. Answer in two sentences.",
        "Du bist ein Berater für weltweit führende Firmen. Antworte in zwei Sätzen.",
        "Tu es un conseiller qui aide les meilleurs du monde. Réponds en deux phrases à la question.",
    ],
)
def test_plain_roles_and_praise_of_others_are_left_alone(inflated: Run, text: str) -> None:
    assert inflated(text, "prompts/a.txt") == ()


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("You are a world-class editor.", "You are an editor."),
        ("You are an elite programmer.", "You are a programmer."),
        ("You are an elite reverse engineer.", "You are a reverse engineer."),
        ("You are a world-class ML engineer.", "You are an ML engineer."),
        ("You are a world-class UX designer.", "You are a UX designer."),
        ("You are a highly skilled Nuxt developer.", "You are a Nuxt developer."),
        ("You are an elite university teacher.", "You are a university teacher."),
        ("Act as an elite and creative chef.", "Act as an elite and creative chef."),
        ("You are elite.", "You are elite."),
    ],
)
def test_a_fix_minds_the_article(inflated: Run, text: str, fixed: str) -> None:
    text += " Answer the question of the user in two sentences."
    (finding,) = inflated(text, "prompts/a.txt")
    fixes = [finding.fix] if finding.fix else []
    assert all(fix.applicability is Applicability.UNSAFE for fix in fixes)
    assert apply_fixes(text, fixes) == fixed + " Answer the question of the user in two sentences."


def test_agent_files_are_read_too(inflated: Run) -> None:
    assert len(inflated("You are an elite engineer. Write tests for every change.\n", "CLAUDE.md")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_praise_needs_some_word(language: str) -> None:
    """Where a role holds none of them, the check looks no further."""
    assert all(cue.needs for cue in cues("persona", language) if cue.name in ("superlative", "experience"))
