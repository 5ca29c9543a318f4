"""What one call of a prompt takes, as far as its text says."""

from __future__ import annotations

from dataclasses import dataclass

from promptlint.prompt import Prompt
from promptlint.tokens import Counting, counter, counting_for

__all__ = ["Estimate", "estimate"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The tokens of one prompt.

    `model` is the one counted for: what was asked for, else what the file declares. `literal` is the number of tokens of
    its literal text: per message, everything that is not literal (variables, control, comments) removed, counted, and
    summed. Every branch counts once, and so does a loop's body.
    """

    model: str | None
    counting: Counting
    literal: int


def estimate(prompt: Prompt, model: str | None = None) -> Estimate:
    """The Estimate of `prompt`; `model` overrides the model that its file declares."""
    if model is None and prompt.settings.model is not None:
        model = prompt.settings.model.value
    counting = counting_for(model)
    count = counter(counting.encoding).count
    return Estimate(model, counting, sum(count(message.literal) for message in prompt.messages))
