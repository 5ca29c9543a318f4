"""What the checks on caching share: how much fixed text stands before and behind a place, and from how much on it is cached."""

from __future__ import annotations

from collections.abc import Collection

from promptlint.analysis.prefix import fixed_text, sending_order
from promptlint.analysis.task import invoked
from promptlint.analysis.variables import Slot
from promptlint.checks import Context
from promptlint.lazy import dataclass
from promptlint.prompt import Variable

__all__ = ["Place", "cache_minimum", "first_slot"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is filled in, and the tokens of fixed text before and behind it."""

    slot: Slot
    before: int
    behind: int

    @property
    def total(self) -> int:
        """The tokens of all fixed text."""
        return self.before + self.behind


def first_slot(context: Context, purposes: Collection[str], least: int) -> Place | None:
    """The first value of one of these purposes, where a prompt that a program sends has at least `least` tokens of text behind it."""
    messages = context.prompt.messages
    if context.document.agent_file or sum(len(message.text) for message in messages) < least:
        return None  # a token has at least one character
    if not any(isinstance(part, Variable) for message in messages for part in message.parts):
        return None
    if invoked(context.prompt) or any(message.template == "gemini-cli" for message in messages):
        return None  # a person invokes it, now and then
    order = {message: rank for rank, message in enumerate(sending_order(messages))}
    slots = [slot for slot in context.analysis.slots if slot.purpose in purposes]
    if not slots:
        return None
    slot = min(slots, key=lambda each: (order[each.message], each.span.start))
    place = (order[slot.message], slot.span.start)
    before: list[str] = []
    behind: list[str] = []
    for piece in fixed_text(messages):
        (before if (order[piece.message], piece.span.start) < place else behind).append(piece.text)
    text = "".join(behind)
    if len(text) < least or (tokens := context.tokens(text)) < least:  # most values stand near the end
        return None
    return Place(slot, context.tokens("".join(before)), tokens)


def cache_minimum(context: Context, otherwise: int) -> int | None:
    """The shortest prefix, in tokens, that is cached for the prompt's model, or None where nobody who serves it sells cached tokens.

    `otherwise` stands for it where the model, or its minimum, is not known.
    """
    if context.model is None:
        return otherwise
    hosts = context.find_model(context.model).every
    if hosts and all(each.price is not None and each.price.cached_read is None for each in hosts):
        return None
    known = {each.cache_minimum for each in hosts}
    only = known.pop() if len(known) == 1 else None
    return otherwise if only is None else only
