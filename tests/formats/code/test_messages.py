"""Messages as programs write them: lists of blocks, and texts that hold several messages."""

from __future__ import annotations

import pytest

from promptlint import formats
from promptlint.prompt import Prompt
from promptlint.source import Source, Span


def prompt(text: str, path: str = "app/a.py") -> Prompt:
    (found,) = formats.read(Source(path, text)).prompts
    return found


def said(text: str, path: str = "app/a.py") -> list[tuple[str | None, str]]:
    return [(message.role, message.text) for message in prompt(text, path).messages]


def content(blocks: str) -> list[tuple[str | None, str]]:
    return said(f"client.chat.completions.create(messages=[{{'role': 'user', 'content': {blocks}}}])\n")


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ("[{'type': 'text', 'text': 'Look.'}, {'type': 'text', 'text': f'Say {what}.'}]", "Look.\nSay {what}."),
        ("[*[{'type': 'image_url', 'image_url': u} for u in us], {'type': 'text', 'text': 'Look.'}]", "Look."),
        ("[{'type': 'text', 'text': 'Look.'}, {'type': 'image_url'}, encoded(image)]", "Look."),
        ("[{'type': 'text', 'text': 'Look.'}, {'type': 'text', 'text': notes}, *more]", "Look.\nnotes\nmore"),
    ],
)
def test_the_blocks_of_a_message_are_one_text(blocks: str, expected: str) -> None:
    assert content(blocks) == [("user", expected)]


def test_an_answer_of_a_tool_is_a_message_of_its_own() -> None:
    blocks = "[{'type': 'tool_result', 'content': 'Found.'}, {'type': 'text', 'text': 'Go on.'}]"
    assert content(blocks) == [("tool", "Found."), ("user", "Go on.")]


def test_what_stands_between_blocks_has_no_place() -> None:
    text = (
        "client.chat.completions.create(messages=[{'role': 'user', 'content': ["
        "{'type': 'text', 'text': 'Look.'}, {'type': 'text', 'text': 'Say it.'}]}])\n"
    )
    (message,) = prompt(text).messages
    end = message.text.index("\n")
    assert message.text == "Look.\nSay it."
    for span in (Span(0, end), Span(end + 1, len(message.text))):
        place = message.locate(span)
        assert place is not None and text[place.span.start : place.span.end] == message.text[span.start : span.end]
        assert message.map.is_exact(span)
    assert not message.map.is_exact(Span(0, len(message.text)))


def test_blocks_of_a_system_text_are_one_message() -> None:
    text = "client.messages.create(model='m', max_tokens=5, messages=[], system=[{'type': 'text', 'text': 'Be brief.'}, {'type': 'text', 'text': 'Be kind.'}])\n"
    assert said(f"import anthropic\n{text}") == [("system", "Be brief.\nBe kind.")]


def test_a_few_shot_template_is_one_text() -> None:
    text = (
        "from langchain_core.prompts import FewShotPromptTemplate\n"
        "FewShotPromptTemplate(examples=e, example_prompt=p, prefix='Give antonyms.', suffix='Word: {word}')\n"
    )
    assert said(text) == [(None, "Give antonyms.\n\nWord: {word}")]


def test_tags_in_a_text_of_semantic_kernel_are_messages_and_its_problems_keep_their_place() -> None:
    body = '<message role="system">You greet.</message><message role="user">Greet {{guest}} {{/if}}.</message>'
    text = f"import semantic_kernel\nkernel.invoke_prompt(prompt='{body}', template_format='handlebars')\n"
    assert said(text)[0] == ("system", "You greet.")
    (problem,) = formats.read(Source("app/a.py", text)).problems
    assert problem.location.span.start == text.index("{{/if")
