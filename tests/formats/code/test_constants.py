"""Constants that are prompts, in programs of both languages."""

from __future__ import annotations

import pytest

from promptlint import formats
from promptlint.source import Source

SENTENCE = "You are an editor. Sum up the text below in two sentences."


def prompts(path: str, text: str) -> dict[str, tuple[str | None, str]]:
    document = formats.read(Source(path, text))
    return {each.name: (each.messages[0].role, each.messages[0].template) for each in document.prompts}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'SUMMARY_PROMPT = "{SENTENCE}"', {"SUMMARY_PROMPT": (None, "code")}),
        (f'SYSTEM_MESSAGE = "{SENTENCE}"', {"SYSTEM_MESSAGE": ("system", "code")}),
        (f'class Texts:\n    system_prompt = "{SENTENCE}"', {"Texts.system_prompt": ("system", "code")}),
        (f'EDITOR_INSTRUCTIONS = "{SENTENCE}"', {"EDITOR_INSTRUCTIONS": (None, "code")}),
        (f'PROMPT = "{SENTENCE} {{text}}"', {"PROMPT": (None, "braces")}),
        (f'PROMPT = "{SENTENCE} {{{{ text }}}} {{% if x %}}a{{% endif %}}"', {"PROMPT": (None, "jinja")}),
        (f'PROMPT = f"{SENTENCE} {{text}} {{{{kept}}}}"', {"PROMPT": (None, "code")}),
        (f'class EditorPrompts:\n    SUMMARY = "{SENTENCE}"', {"EditorPrompts.SUMMARY": (None, "code")}),
        # what is about a prompt, or asks a person
        ('class Prompt:\n    invalid_message = "Please select one of the available options, or press return"', {}),
        ('KINDS = {"prompt-file": "A file with the prompts of an application (.prompt)"}', {}),
        ('PROMPT = "Enter your name: "', {}),
        ('CONFIRM_PROMPT = "Do you really want to delete all of them? [y/N] "', {}),
        (f'PROMPT_PATH = "{SENTENCE}"', {}),
        ('PROMPT_FILE = "/usr/share/prompts/summary.txt"', {}),
        ('PROMPT = ">>> "', {}),
        # other texts
        ('PROMPT_QUERY = "SELECT prompt FROM prompts WHERE user_id = 1 AND deleted = 0"', {}),
        ('EMAIL_TEMPLATE = "Dear customer, thank you for the order. It will be with you soon, we hope."', {}),
        ('PAGE_TEMPLATE = "<html><body>You are here. Answer the question.</body></html>"', {}),
        ('USAGE = "Sums up the text that is given. Answer with yes to go on with all of the files."', {}),
        (f'"""{SENTENCE}"""', {}),
        (f'NOTE = "{SENTENCE}"', {}),
    ],
)
def test_by_name(text: str, expected: dict[str, tuple[str | None, str]]) -> None:
    assert prompts("app/texts.py", text + "\n") == expected


def test_where_prompts_are_kept_the_words_say_it() -> None:
    assert prompts("app/prompts.py", f'EDITOR = "{SENTENCE}"\nVERSION = "1.0"\n') == {"EDITOR": (None, "code")}
    assert prompts("prompts/editor.ts", f"export const editor = '{SENTENCE}';\n") == {"editor": (None, "code")}
    assert prompts("app/other.py", f'EDITOR = "{SENTENCE}"\n') == {}


def test_what_a_call_sends_is_no_prompt_of_its_own() -> None:
    text = f'SYSTEM_PROMPT = "{SENTENCE}"\nOTHER_PROMPT = "{SENTENCE}"\n'
    text += 'client.chat.completions.create(model="gpt-4o", messages=[{"role": "system", "content": SYSTEM_PROMPT}])\n'
    assert prompts("app/call.py", text) == {
        "OTHER_PROMPT": (None, "code"),
        "completions.create": ("system", "code"),
    }


def test_what_another_constant_holds_is_no_prompt_of_its_own() -> None:
    text = f'RULES_PROMPT = "{SENTENCE}"\nPROMPT = RULES_PROMPT + " Answer in English, and in one line."\n'
    assert list(prompts("app/texts.py", text)) == ["PROMPT"]


def test_a_template_literal_is_filled_in() -> None:
    text = f"export const SYSTEM_PROMPT = `{SENTENCE} ${{name}} {{kept}}`;\n"
    assert prompts("app/texts.ts", text) == {"SYSTEM_PROMPT": ("system", "code")}
