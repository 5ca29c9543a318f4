"""What a prompt is for, where its file does not say: a task, standing instructions, reference or a fragment."""

from __future__ import annotations

from itertools import islice

from promptlint.analysis.shape import HISTORY
from promptlint.analysis.task import Instructions, invoked
from promptlint.lazy import regex
from promptlint.prompt import Kind, Prompt, Text

__all__ = ["detect_kind"]

_NO_PROMPT = regex(r"\s*[\[{]\s*(?:[\[{]\s*)?\"[^\"]*\"\s*[:,]|\s*TODO\b")
"""JSON, or a note that the prompt is still to be written."""
_TOO_LITTLE = 12
"""Literal text shorter than this, in code points, asks for nothing."""
_ANSWERS = ("prose", "answer", "list", "review", "code", "transform", "extract", "label")


def detect_kind(prompt: Prompt, asked: Instructions) -> Kind:
    """The kind of a prompt, from its roles, its variables and what its sentences ask for."""
    roles = [message.role for message in prompt.messages]
    variables = {use.name.lower() for message in prompt.messages for use in message.uses}
    asks = (each for _, each in asked.each_ask() if each.what in _ANSWERS or (each.what == "make" and variables))
    ask = next(asks, None)  # mostly it says enough that there is one
    persona = any(instruction.has("persona") for instruction in asked[:4])
    literal = sum(len(part.text) for message in prompt.messages for part in message.parts if isinstance(part, Text))
    if (literal < _TOO_LITTLE and ask is None) or any(
        _NO_PROMPT.match(message.literal) for message in prompt.messages[:1]
    ):
        return Kind.FRAGMENT
    if roles and set(roles) == {"system"} and not variables and (persona or _standing(asked)):
        return Kind.SYSTEM
    if "user" in roles:
        if variables & HISTORY and _standing(asked):
            return Kind.SYSTEM
        return Kind.TASK if ask or variables or persona else Kind.FRAGMENT
    # a program's user invokes a command; what a template fills in, or the text speaks of, is the input of one call
    called = invoked(prompt) or any(message.template == "gemini-cli" for message in prompt.messages)
    has_input = called or bool(variables - HISTORY) or asked.has("input")
    if ask is None:
        if persona or _standing(asked):
            return Kind.SYSTEM
        return (
            Kind.TASK if has_input and any("?" in instruction.sentence.text for instruction in asked) else Kind.FRAGMENT
        )
    if not variables and not called and _standing(asked):
        leading = ask.leading + sum(each.leading for each in asks)
        if _standing(asked, leading):
            return Kind.SYSTEM
    if not has_input and (persona or _standing(asked, 1)):
        return Kind.SYSTEM
    return Kind.TASK


def _standing(asked: Instructions, most: int = 0) -> bool:
    """Whether more than so many sentences are standing instructions."""
    standing = (instruction for instruction in asked.of("standing") if instruction.has("standing"))
    return next(islice(standing, most, None), None) is not None
