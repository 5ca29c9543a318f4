"""How each format writes a cap on the tokens of the answer, for advice: the keys that a person adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from promptlint.prompt import Document, Prompt

__all__ = ["cap_in_call", "cap_lines"]

_FRONT_MATTER: Final = "max_tokens: {cap}"
_SNIPPETS: Final[Mapping[str, str]] = {
    "semantic-kernel": "execution_settings:\n  default:\n    max_tokens: {cap}",
    "langchain": '"llm": {{"max_tokens": {cap}}}',
    "promptfoo": "providers:\n  - config:\n      max_tokens: {cap}",
    "langfuse": '"config": {{"max_tokens": {cap}}}',
    "mlflow": '"model_config": {{"max_tokens": {cap}}}',
    "promptlayer": '"metadata": {{"model": {{"parameters": {{"max_tokens": {cap}}}}}}}',
    "lm-eval": "generation_kwargs:\n  max_gen_toks: {cap}",
    "baml": "options {{\n  max_tokens {cap}\n}}",
    "github-models": "modelParameters:\n  maxCompletionTokens: {cap}",
    "poml": '<runtime max-tokens="{cap}"/>',
    "prompty": "model:\n  parameters:\n    max_tokens: {cap}",
    "dotprompt": "config:\n  maxOutputTokens: {cap}",
    "crewai": "max_tokens: {cap}",
    "prompt-flow": "inputs:\n  max_tokens: {cap}",
    "chat-request": '"max_completion_tokens": {cap}',
    "yaml": "max_tokens: {cap}",
    "json": '"max_tokens": {cap}',
    "toml": "max_tokens = {cap}",
    **dict.fromkeys(("handlebars", "mustache", "liquid", "jinja", "markdown", "text"), _FRONT_MATTER),
}
"""By format; the others have no place for a cap, or what runs them sets it."""


def cap_lines(format_name: str, cap: int, *, front_matter: bool = True) -> tuple[str, ...]:
    """The lines that declare a cap in a file of that format; none where the format has no place for it.

    `front_matter`: the file has some already, so that only the key is wanted where it goes there.
    """
    snippet = _SNIPPETS.get(format_name)
    if snippet is None:
        return ()
    lines = tuple(snippet.format(cap=cap).split("\n"))
    return ("---", *lines, "---") if snippet == _FRONT_MATTER and format_name != "yaml" and not front_matter else lines


def cap_in_call(document: Document, prompt: Prompt, cap: int) -> tuple[str, ...]:
    """The lines that declare a cap in the call of a program that sends the prompt; none where no call is known to send it."""
    if document.format not in ("python", "typescript", "javascript"):
        return ()
    from promptlint.formats.code import document as code

    place = code.cap_place(document, prompt.location.span)
    if place is None:
        return ()
    *groups, key = place.split(".")
    if document.format == "python":
        return (f'{groups[0]}={{"{key}": {cap}}}' if groups else f"{key}={cap}",)
    written = f"{key}: {cap}"
    for group in reversed(groups):
        written = f"{group}: {{ {written} }}"
    return (written,)
