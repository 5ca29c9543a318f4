"""Variables that a prompt declares and never uses: the rule `unused-variable`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.diagnostic import Finding
from promptlint.prompt import Control

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """Every declared name that no message uses, unless an include could use it."""
    prompt = context.prompt
    if not prompt.declared:
        return
    parts = [part for message in prompt.messages for part in message.parts]
    if any(isinstance(part, Control) and part.kind == "include" for part in parts):
        return
    used = {use.name for message in prompt.messages for use in message.uses}
    for declaration in prompt.declared:
        if declaration.name not in used:
            yield Finding(declaration.location, {"name": declaration.name})
