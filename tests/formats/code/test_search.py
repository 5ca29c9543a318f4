from __future__ import annotations

import pytest

from promptlint.formats.code import search


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("client.chat.completions.create(model=m)", True),
        ("client.chat.completions\n    .create(model=m)", True),
        ("await client.messages.stream(x)", True),
        ("from langchain_core.prompts import PromptTemplate", True),
        ("import litellm", True),
        ('SYSTEM_PROMPT = "You are."', True),
        ('SYSTEM_PROMPT: str = (\n    # comment\n    "You are."\n)', True),
        ('    system_prompt = """You are."""', True),
        ('{"summary_prompt": "You are."}', True),
        ("prompt = input()", False),
        ("def prompt(text): ...", False),
        ("completions = create()", False),
        ("import os\n\nmessages = []\n", False),
        ("", False),
    ],
)
def test_python(text: str, found: bool) -> None:
    assert search.may_hold("app/a.py", text, "python") is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import { generateText } from 'ai';", True),
        ("await generateText({})", True),
        ("import { genkit } from 'genkit';", True),
        ("const x = require('@langchain/openai')", True),
        ("export const summaryPrompt = `You are.`;", True),
        ("export const x = 1;", False),
        ("import { ai } from './config';\nai.send()", False),
    ],
)
def test_typescript(text: str, found: bool) -> None:
    assert search.may_hold("app/a.ts", text, "typescript") is found


def test_where_prompts_are_kept_any_long_string_counts() -> None:
    text = 'EDITOR = "You are an editor who sums up long texts in two sentences."'
    assert search.may_hold("app/prompts.py", text, "python")
    assert not search.may_hold("app/texts.py", text, "python")


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("app/test_prompts.py", True),
        ("app/prompts_test.py", True),
        ("tests/prompts.py", True),
        ("conftest.py", True),
        ("src/a.test.ts", True),
        ("src/__tests__/a.ts", True),
        ("src/a.spec.tsx", True),
        ("src/testimonials.py", False),
        ("contest/a.py", False),
        ("src/latest.ts", False),
    ],
)
def test_tests(path: str, test: bool) -> None:
    assert search.is_test(path) is test
