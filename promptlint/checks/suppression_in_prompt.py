"""Comments that silence rules and are sent to the model with the prompt."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.diagnostic import Finding
from promptlint.prompt import Message, Text

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """Find the comments that stand in the literal text of a prompt."""
    prompt, source = context.prompt, context.document.source
    for place in dict.fromkeys(suppression.location for suppression in context.document.suppressions):
        if any(_sends(message, place.span.start) for message in prompt.messages if message.map.path == place.path):
            tokens = context.tokens(source.slice(place.span))
            yield Finding(place, {"tokens": f"{tokens:,} token{'' if tokens == 1 else 's'}"})


def _sends(message: Message, offset: int) -> bool:
    """Whether what stands at an offset of the file is literal text of a message."""
    at = message.map.decoded_offset(offset)
    return at is not None and any(
        part.span.start <= at < part.span.end for part in message.parts if isinstance(part, Text)
    )
