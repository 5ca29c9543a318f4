"""Which text of a prompt is the same in every call, and how much of it stands before the first thing that is not.

Providers reuse the beginning of a prompt as long as it does not change; what follows the first change is paid in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from promptlint.lazy import dataclass
from promptlint.prompt import Control, Message, Text, Variable
from promptlint.source import Span

__all__ = ["FixedText", "cacheable_prefix", "fixed_text", "prefix_messages", "sending_order"]


@dataclass(frozen=True, slots=True)
class FixedText:
    """Literal text of the message with that index that every call sends: its place in the message's text, and the text."""

    message: int
    span: Span
    text: str


def sending_order(messages: Sequence[Message]) -> tuple[int, ...]:
    """The indices of the messages as providers line them up: standing instructions first."""
    return tuple(
        sorted(range(len(messages)), key=lambda index: (messages[index].role not in ("system", "developer"), index))
    )


def fixed_text(messages: Sequence[Message]) -> Iterator[FixedText]:
    """The literal text outside loops and branches, in the order in which it is sent."""
    for index in sending_order(messages):
        end = -1  # the part that closes the outermost loop or branch
        for number, part in enumerate(messages[index].parts):
            if isinstance(part, Text):
                if number > end and part.text:
                    yield FixedText(index, part.span, part.text)
            elif isinstance(part, Control) and _forks(part) and number > end:
                end = len(messages[index].parts) if part.partner is None else part.partner


def prefix_messages(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The messages in the order in which they are sent, up to the first part that a call fills in; the last one may be cut there."""
    found: list[Message] = []
    for index in sending_order(messages):
        message = messages[index]
        for number, part in enumerate(message.parts):
            if isinstance(part, Variable) or (isinstance(part, Control) and part.kind in ("loop", "branch", "include")):
                return (*found, replace(message, parts=message.parts[:number]))
        found.append(message)
    return tuple(found)


def cacheable_prefix(messages: Sequence[Message]) -> tuple[str, ...]:
    """The literal text of each of the `prefix_messages`."""
    return tuple(message.literal for message in prefix_messages(messages))


def _forks(part: Control) -> bool:
    return part.kind in ("loop", "branch") and part.role == "open"
