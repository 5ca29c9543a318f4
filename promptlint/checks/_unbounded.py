"""What the checks on values of any length share."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from promptlint.analysis.task import invoked
from promptlint.analysis.variables import Slot
from promptlint.checks import Context
from promptlint.prompt import Variable

__all__ = ["unbounded_slots"]

_SHORT_SAMPLE = 2_000
"""A value whose sample has at most so many code points is a short one."""


def unbounded_slots(context: Context, purposes: Collection[str]) -> Iterator[Slot]:
    """For each variable of these purposes that the template does not cut, and no declaration bounds or shows to be short, its first place."""
    prompt = context.prompt
    if context.document.agent_file or not any(
        isinstance(part, Variable) for message in prompt.messages for part in message.parts
    ):
        return
    if invoked(prompt) or any(message.template == "gemini-cli" for message in prompt.messages):
        return  # whoever invokes it sees what goes in
    short = {
        each.name
        for each in prompt.declared or ()
        if each.max_length is not None or (each.sample is not None and 0 < len(each.sample) <= _SHORT_SAMPLE)
    }
    slots = context.analysis.slots
    seen = {slot.looped or slot.name for slot in slots if slot.bounded}
    for slot in slots:
        name = slot.looped or slot.name
        if slot.purpose in purposes and name not in seen and name.split(".")[0] not in short:
            seen.add(name)
            yield slot
