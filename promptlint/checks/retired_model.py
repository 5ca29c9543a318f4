"""Models that are no longer served: the rule `retired-model`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.checks import Context
from promptlint.checks._models import declared, from_editor, served_by_others
from promptlint.diagnostic import Finding, Severity
from promptlint.own_models import OWN
from promptlint.prices import Model, bare_name, data_date, find_model, provider_names
from promptlint.prompt import Prompt

__all__ = ["check"]


def check(context: Context) -> Iterator[Finding]:
    """Each declared model that its provider had retired on the day of the data; the clock is never asked."""
    for setting, prompt in declared(context):
        model = _served(context, prompt, setting.value)
        if model is None or model.retired is None or model.retired > data_date():
            continue
        values = {
            "model": setting.value,
            "provider": provider_names().get(model.provider, model.provider),
            "date": model.retired,
            "data": data_date(),
        }
        # there the editor takes another model instead
        severity = Severity.INFO if context.document.agent_file or from_editor(context.document) else None
        yield Finding(setting.location, values, severity=severity)


def _served(context: Context, prompt: Prompt, name: str) -> Model | None:
    """The model where it is served, None where that cannot be told and it matters."""
    model = context.find_model(name).model
    if from_editor(context.document):
        if model is not None and model.provider == OWN:
            return None
        return find_model(f"{name.removesuffix(' (copilot)')} (copilot)").model
    if model is None or model.provider == OWN:
        return None
    # with its provider in front the name says itself who serves the model
    qualified = bare_name(name) != name.strip().lower()
    return model if qualified or model.retired is None or not served_by_others(context.document, prompt) else None
