"""A fix that makes the beginning of a prompt too short to be cached saves nothing, and says so.

What is expected is computed here from the text alone: the beginning is what stands before the first variable.
"""

from __future__ import annotations

import pytest

from promptlint import formats
from promptlint.config import Config
from promptlint.diagnostic import Diagnostic
from promptlint.engine import lint
from promptlint.prices import find_model
from promptlint.source import Source
from promptlint.tokens import counter

WORDY = "In order to win, sort the list."
SHORT = "To win, sort the list."
MODEL = "gpt-4o"
MINIMUM = 1_024


def tokens(text: str) -> int:
    return counter("o200k_base").count(text)


def beginning(wanted: int, sentence: str = WORDY) -> str:
    """A text of so many tokens that ends with a sentence."""
    text = "A word.\n" * (wanted // 4) + sentence + "\n"
    while tokens(text) < wanted:
        text = "And one.\n" + text
    while tokens(text) > wanted:
        text = text.split("\n", 1)[1] if tokens(text) - wanted > 4 else text.replace("A word.", "A", 1)
    assert tokens(text) == wanted
    return text


def found(text: str, model: str | None = MODEL) -> Diagnostic:
    document = formats.read(Source("prompts/a.j2", text))
    (item,) = lint(document, Config(select=("verbose-phrase",), model=model)).diagnostics
    assert item.fix is not None
    return item


def test_the_model_is_one_that_caches() -> None:
    model = find_model(MODEL).model
    assert model is not None and model.cache_minimum == MINIMUM
    assert model.price is not None and model.price.cached_read is not None


@pytest.mark.parametrize("over", range(5))
def test_at_the_border(over: int) -> None:
    text = beginning(MINIMUM + over)
    item = found(f"{text}{{{{ question }}}}\nAnswer in one sentence.\n")
    saved = tokens(text) - tokens(text.replace(WORDY, SHORT))
    assert saved == 2
    if over >= saved:
        assert item.saving is not None and item.saving.input_tokens == saved
        assert "saves nothing" not in item.help
    else:
        assert item.saving is None
        assert item.help.endswith(
            f"It saves nothing: the beginning of the prompt that can be cached is {MINIMUM + over:,} tokens long and would be "
            f"{MINIMUM + over - saved:,}, and {MODEL} caches {MINIMUM:,} or more."
        )


def test_a_beginning_that_is_too_short_anyway() -> None:
    item = found(f"{beginning(MINIMUM - 1)}{{{{ question }}}}\nAnswer in one sentence.\n")
    assert item.saving is not None and item.saving.input_tokens == 2


def test_what_stands_behind_the_first_variable_is_not_cached() -> None:
    text = beginning(MINIMUM, "Sort the list.")
    item = found(f"{text}{{{{ question }}}}\n{WORDY}\n")
    assert item.saving is not None and item.saving.input_tokens == 2


@pytest.mark.parametrize("model", [None, "our-own-model", "gpt-4", "${MODEL}"])
def test_models_that_cache_nothing_or_are_not_known(model: str | None) -> None:
    item = found(f"{beginning(MINIMUM)}{{{{ question }}}}\nAnswer in one sentence.\n", model)
    assert item.saving is not None


@pytest.mark.parametrize(("more", "saves"), [(0, False), (2, True)])
def test_the_beginning_goes_on_through_messages(more: int, saves: bool) -> None:
    system, user = beginning(MINIMUM - 100, "Sort the list."), beginning(100 + more)
    roles = "".join(
        f"  - role: {role}\n    content: |\n      {text.replace(chr(10), chr(10) + ' ' * 6)}\n"
        for role, text in (("user", f"{user}{{{{question}}}}"), ("system", system.rstrip("\n")))
    )
    document = formats.read(Source("prompts/a.prompt.yml", f"model: openai/{MODEL}\nmessages:\n{roles}"))
    assert sum(tokens(message.literal) for message in document.prompts[0].messages) == MINIMUM + more
    (item,) = lint(document, Config(select=("verbose-phrase",))).diagnostics
    assert (item.saving is not None) == saves


@pytest.mark.parametrize(("tools", "saves"), [("", False), ("tools: [search]\n", True)])
def test_tools_come_before_the_text(tools: str, saves: bool) -> None:
    text = f"---\nmodel: openai/{MODEL}\n{tools}---\n{beginning(MINIMUM)}{{{{question}}}}\n"
    document = formats.read(Source("prompts/a.prompt", text))
    assert (document.prompts[0].settings.tools is not None) == bool(tools)
    (item,) = lint(document, Config(select=("verbose-phrase",))).diagnostics
    assert (item.saving is not None) == saves


def test_a_prompt_that_begins_with_a_value_has_no_beginning_to_lose() -> None:
    item = found(f"{{{{ question }}}}\n{WORDY}\nAnswer in one sentence.\n")
    assert item.saving is not None and item.saving.input_tokens == 2
