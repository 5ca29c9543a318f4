"""Which messages of a prompt instruct the model, and which only show it a conversation."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.prompt import Message

__all__ = ["instructing"]


def instructing(messages: Sequence[Message]) -> tuple[int, ...]:
    """The indices of the messages that instruct.

    The assistant's own words and tools' results do not, and neither does a user's message that the prompt itself answers: it
    is an example of a turn. An assistant's message at the very end answers nothing; it is the beginning of the answer.
    """
    last = len(messages) - 1
    return tuple(
        index
        for index, message in enumerate(messages)
        if message.role not in ("assistant", "tool")
        and not (message.role == "user" and index + 1 < last and messages[index + 1].role in ("assistant", "tool"))
    )
