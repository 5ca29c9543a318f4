"""The rule `step-by-step-on-reasoning-model`: for which models it speaks, and what its fix leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from promptlint import formats
from promptlint.config import Config
from promptlint.diagnostic import Applicability, Diagnostic
from promptlint.engine import lint
from promptlint.fixes import apply_fixes
from promptlint.source import Source

Run = Callable[..., tuple[Diagnostic, ...]]

RULE = "step-by-step-on-reasoning-model"
TRIGGER = "Think step by step. Which offer is the cheapest? {{offers}}"


def found(text: str, model: str = "openai/o3", head: str = "") -> tuple[Diagnostic, ...]:
    source = Source("prompts/a.prompt", f"---\nmodel: {model}\n{head}---\n{text}\n")
    return lint(formats.read(source), Config(select=(RULE,), pedantic=True)).diagnostics


@pytest.mark.parametrize(
    ("model", "head", "count"),
    [
        ("openai/o3", "", 1),
        ("googleai/gemini-2.5-pro", "", 1),
        ("deepseek-reasoner", "", 1),
        ("openai/gpt-4.1", "", 0),
        ("claude-opus-5", "", 0),
        ("claude-opus-5", "config:\n  thinking:\n    type: enabled\n    budget_tokens: 4000\n", 1),
        ("claude-opus-5", "config:\n  thinking: {type: disabled}\n", 0),
        ("openai/gpt-5.4", "config:\n  reasoning_effort: high\n", 1),
        ("openai/gpt-5.4", "config:\n  reasoning_effort: none\n", 0),
        ("openai/gpt-5", "config:\n  reasoningEffort: minimal\n", 0),
        ("googleai/gemini-2.5-flash", "config:\n  thinkingConfig:\n    thinkingBudget: 1024\n", 1),
        ("googleai/gemini-2.5-flash", "config:\n  thinkingConfig:\n    thinkingBudget: 0\n", 0),
        ("my-own-model", "", 0),
        ("${MODEL}", "", 0),
    ],
)
def test_models_that_think(model: str, head: str, count: int) -> None:
    assert len(found(TRIGGER, model, head)) == count


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Think step by step. Which is it? {{a}}", "Which is it? {{a}}\n"),
        ("Which is it? Let's think step by step.\n{{a}}", "Which is it?\n{{a}}\n"),
        ("Which is it?\nLet's think step by step.\n{{a}}", "Which is it?\n{{a}}\n"),
        (
            "Rules:\n- Name one offer.\n- Think step by step before answering.\n- Be exact.\n{{a}}",
            "Rules:\n- Name one offer.\n- Be exact.\n{{a}}\n",
        ),
        ("Which is it? {{a}}\n\nLet's think step by step.", "Which is it? {{a}}\n\n"),
    ],
)
def test_the_fix_leaves_the_rest_as_it_is(text: str, left: str) -> None:
    head = "---\nmodel: openai/o3\n---\n"
    source = Source("prompts/a.prompt", f"{head}{text}\n")
    (finding,) = lint(formats.read(source), Config(select=(RULE,))).diagnostics
    assert finding.fix is not None and finding.fix.applicability is Applicability.SAFE
    assert apply_fixes(source.text, [finding.fix]) == head + left


@pytest.mark.parametrize(
    "text",
    [
        "Think step by step about what the customer wants. {{a}}",  # says more
        "1. Read the offers.\n2. Think step by step.\n3. Name one.\n{{a}}",  # the numbers would jump
        "Let's think step by step.",  # nothing would be left
    ],
)
def test_no_fix(text: str) -> None:
    (finding,) = found(text)
    assert finding.fix is None


def test_agents_are_left_alone(found_by: Callable[[str], Run]) -> None:
    text = "---\nname: r\ndescription: Reviews.\nmodel: o3\n---\nYou review changes. Think step by step.\n"
    assert found_by(RULE)(text, ".github/agents/r.agent.md") == ()
