"""What the checks on models share: the models that a file declares, and what it says around their names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.analysis.literals import holds_any
from promptlint.checks import Context
from promptlint.lazy import regex
from promptlint.prompt import Document, Prompt, Setting
from promptlint.source import Span

__all__ = ["answers_in_text", "around", "declared", "from_editor", "served_by_others", "thinks"]

_NEAR = 500
"""How far around the model's name other settings are looked for, in code points."""

_OTHERS = regex(
    r"azure|bedrock|databricks|snowflake|openrouter|ollama|foundry|hugging_?face|github\.ai|deployment|base_?url|api_?base|endpoint",
    re.IGNORECASE,
)
"""Settings that say that somebody else than its maker serves the model, who names and retires models in a way of his own."""

_NO_TEXT = regex(
    r"embed|dall-?e|image|imagen|lyria|suno|music|whisper|tts|moderation|rerank|sora|veo|^(?:echo|dummy|test)",
    re.IGNORECASE,
)
"""Models whose answer is no text, and stand-ins for tests."""

_ABOUT_THINKING = ("effort", "thinking", "disabled", "budget", "reasoning")
"""What settings hold, in lower case, that turn thinking on or off."""
_THINKING_OFF = regex(
    r"(?:reasoning[_-]?effort|effort)[\"']?\s*[:=]\s*[\"']?(?:none|minimal)\b|thinking[_-]?budget[\"']?\s*[:=]\s*0\b"
    r"|(?:enable[_-]?)?thinking[\"']?\s*[:=]\s*[\"']?(?:false|disabled|off|none)\b|type[\"']?\s*[:=]\s*[\"']?disabled\b",
    re.IGNORECASE,
)
_THINKING_ON = regex(
    r"reasoning[_-]?effort[\"']?\s*[:=]\s*[\"']?(?:low|medium|x?high|max)\b|(?:thinking[_-]?budget|budget[_-]?tokens)[\"']?\s*[:=]\s*[1-9]"
    r"|(?:enable[_-]?)?thinking[\"']?\s*[:=]\s*[\"']?(?:true|enabled|adaptive|on|low|medium|high)\b"
    r"|thinking[\"']?\s*[:=]\s*[{\r\n]\s*[\"']?type[\"']?\s*:\s*[\"']?(?:enabled|adaptive)\b"
    r"|reasoning[\"']?\s*[:=]\s*[{\r\n]\s*[\"']?effort[\"']?\s*:\s*[\"']?(?:low|medium|x?high|max)\b",
    re.IGNORECASE,
)


def answers_in_text(model: str) -> bool:
    """Whether a model's answer is text, as far as its name tells."""
    return _NO_TEXT.search(model) is None


def declared(context: Context) -> Iterator[tuple[Setting[str], Prompt]]:
    """For rules of scope `file`: the models that the document declares, each place once, with the first prompt that has it.

    None where the configuration says which model its prompts are judged for.
    """
    first = context.prompt.settings.model
    if context.model != (first.value if first is not None else None):
        return
    seen: set[tuple[str, Span]] = set()
    for prompt in context.document.prompts:
        setting = prompt.settings.model
        if setting is None:
            continue
        place = (setting.location.path, setting.location.span)
        if place not in seen:
            seen.add(place)
            yield setting, prompt


def around(document: Document, prompt: Prompt) -> str:
    """The text near the model that a prompt declares, without the prompt's messages; ``""`` where another file declares it."""
    setting = prompt.settings.model
    if setting is None or setting.location.path != document.source.path:
        return ""
    place = setting.location.span
    start, end = max(0, place.start - _NEAR), min(len(document.source.text), place.end + _NEAR)
    for message in prompt.messages:
        location = message.locate(Span(0, len(message.text)))
        if location is None or location.path != document.source.path:
            continue
        if location.span.end <= place.start:
            start = max(start, location.span.end)
        elif location.span.start >= place.end:
            end = min(end, location.span.start)
    return document.source.text[start:end]


def served_by_others(document: Document, prompt: Prompt) -> bool:
    """Whether the settings around the model say that not its maker serves it, or its name is one of Azure's (``gpt-35-turbo``)."""
    name = prompt.settings.model.value if prompt.settings.model else ""
    return "gpt-35" in name.lower() or _OTHERS.search(around(document, prompt)) is not None


def from_editor(document: Document) -> bool:
    """Whether the model is one of those that GitHub Copilot offers in the editor, which has names and days of its own."""
    return document.format.startswith("vscode")


def thinks(context: Context) -> bool | None:
    """Whether the model reasons before it answers, by what it is and what the settings say; None where neither tells."""
    if context.model is None:
        return None
    kinds = {each.reasoning for each in context.find_model(context.model).every}
    if not kinds or kinds == {"never"}:
        return False if kinds else None
    settings = around(context.document, context.prompt)
    said = holds_any(settings.lower(), _ABOUT_THINKING)
    if said and _THINKING_OFF.search(settings):
        return False
    return True if kinds == {"always"} or (said and _THINKING_ON.search(settings)) else None
