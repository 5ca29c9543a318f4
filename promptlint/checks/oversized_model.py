"""Large models for tasks of one label or a few values: the rule `oversized-model`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.analysis.task import invoked
from promptlint.checks import Context
from promptlint.checks._models import around, thinks
from promptlint.diagnostic import Finding, Related
from promptlint.lazy import regex
from promptlint.own_models import OWN
from promptlint.prices import Model, data_date, makers_models

__all__ = ["check", "smaller"]

_JUSTIFIED = regex(r"justif|deliberate|on purpose|benchmark|\beval", re.IGNORECASE)

_LINES = {
    "openai": regex(r"gpt-(\d+(?:\.\d+)?)-(?:mini|luna|terra)"),
    "anthropic": regex(r"claude-haiku-(\d+(?:-\d+)?)"),
    "google": regex(r"gemini-(\d+(?:\.\d+)?)-flash"),
    "mistral": regex(r"mistral-small-(latest)"),
}
"""The general-purpose line of small models of a maker, with the version. The table says which of them are small."""

_TASKS = {"label": "one label", "fields": "a few short values"}


def check(context: Context) -> Iterator[Finding]:
    """At most one finding: at the request, with the model that is more than it seems to need."""
    if context.model is None or context.document.agent_file or invoked(context.prompt):
        return
    hosts = context.find_model(context.model).every
    if not hosts or any(each.retired is not None and each.retired <= data_date() for each in hosts):
        return  # `retired-model` speaks of these
    large = all(each.tier == "large" for each in hosts)
    if not large and (any(each.tier in (None, "small") for each in hosts) or not thinks(context)):
        return
    if _JUSTIFIED.search(around(context.document, context.prompt)):
        return
    from promptlint.analysis.simple_task import simple_task  # few prompts come this far

    task = simple_task(context.analysis)
    if task is None:
        return
    what, asked = task
    location = context.prompt.messages[asked.message].locate(asked.span)
    if location is None:
        return
    model = hosts[0] if len(hosts) == 1 else None
    other = smaller(model) if model is not None else None
    setting = context.prompt.settings.model
    related = (Related(setting.location, "the model"),) if setting is not None else ()
    values = {
        "model": context.model,
        "answer": _TASKS[what],
        "size": "is priced among the large ones" if large else "reasons before every answer",
        "ratio": _ratio(model, other) if model is not None and other is not None else "",
    }
    yield Finding(location, values, related=related)


def smaller(model: Model) -> Model | None:
    """The newest small model of the same maker that is still served, may answer without reasoning and has a price."""
    line = _LINES.get(model.provider)
    if line is None or model.provider == OWN:
        return None
    found = [
        (_version(match[1]), each)
        for each in makers_models()
        if each.provider == model.provider
        and each.tier == "small"
        and each.retired is None
        and each.reasoning != "always"
        and each.price is not None
        and each.price.output is not None
        and (match := line.fullmatch(each.id)) is not None
    ]
    return max(found, key=lambda pair: (pair[0], pair[1].id))[1] if found else None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def _ratio(model: Model, other: Model) -> str:
    """How many times as much a token costs; ``""`` where that is not known or not much."""
    if model.price is None or other.price is None or not model.price.output or not other.price.output:
        return ""
    if not other.price.input or other.price.input * 2 > model.price.input:
        return ""
    read = f"{model.price.input / other.price.input:.3g}"
    written = f"{model.price.output / other.price.output:.3g}"
    times = f"{read} times" if read == written else f"{read} times (output {written} times)"
    return f"; its tokens cost {times} as much as those of {other.id}"
