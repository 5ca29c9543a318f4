"""More tokens than the model's window holds: the rule `context-overflow`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.diagnostic import Confidence, Finding, Related, Severity
from promptlint.prompt import Setting
from promptlint.source import Location

__all__ = ["check"]

_LETTERS_PER_TOKEN = 4
"""OpenAI's rule of thumb for English; other languages and code have fewer letters for a token, so the count is a low one."""


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: the fixed text, the values that the file declares and the cap on the answer need more than the window.

    A value counts with its sample, or with the longest one that is declared. Others count for nothing, so what is found
    overflows in every call, or in one with values that the file itself allows.
    """
    model = context.model
    if context.document.agent_file or model is None:
        return
    hosts = context.find_model(model).every
    windows = {each.window for each in hosts}
    window = max((size for size in windows if size is not None), default=0)
    if not window or None in windows:
        return
    prompt = context.prompt
    # Gemini's window is that of the prompt alone
    apart = any(each.provider == "google" for each in hosts)
    cap = 0 if apart else _cap(prompt.settings.max_output_tokens)
    letters = sum(len(message.text) for message in prompt.messages)
    used = {use.name for message in prompt.messages for use in message.uses}
    declared = [each for each in prompt.declared or () if each.name in used]
    if letters + sum(max(len(each.sample or ""), each.max_length or 0) for each in declared) + cap <= window:
        return  # a token has at least one character
    counting = context.counting
    text = sum(context.tokens(message.literal) for message in prompt.messages)
    filled = sum(
        max(context.tokens(each.sample or ""), (each.max_length or 0) // _LETTERS_PER_TOKEN) for each in declared
    )
    least = int((text + filled) * (1 - counting.error)) + cap
    if least <= window:
        return
    place = prompt.settings.max_output_tokens if cap and text + filled <= window else prompt.settings.model
    needs = [f"{text:,} of text"]
    needs += [f"{filled:,} of declared values"] if filled else []
    needs += [f"{cap:,} for the answer"] if cap else []
    named = prompt.settings.model
    related = (
        (Related(named.location, f"{model} has a window of {window:,} tokens"),) if named and named is not place else ()
    )
    sure = text * (1 - counting.error) + cap > window
    yield Finding(
        _location(place, prompt.location),
        {
            "needs": " + ".join(needs),
            "total": f"{text + filled + cap:,}",
            "window": f"{window:,}",
            "model": model,
        },
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        severity=None if sure else Severity.WARNING,
        related=related,
    )


def _cap(setting: Setting[int | str] | None) -> int:
    return setting.value if setting is not None and isinstance(setting.value, int) else 0


def _location(setting: Setting[int | str] | Setting[str] | None, otherwise: Location) -> Location:
    return otherwise if setting is None else setting.location
