"""Large models in prompts that are only for development: the rule `premium-model-in-dev`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from promptlint.checks import Context
from promptlint.checks._models import around, declared
from promptlint.diagnostic import Confidence, Finding, Severity
from promptlint.lazy import regex
from promptlint.prices import data_date
from promptlint.prompt import Prompt

__all__ = ["check"]

_STAGE = regex(
    r"^[ \t]*[\"']?(?:env|environment|stage|profile)[\"']?\s*[:=]\s*[\"']?(?P<stage>[a-z]+)\b[\"']?[ \t]*,?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_DEVELOPMENT = frozenset({"dev", "devel", "development", "test", "testing", "ci", "local", "sandbox"})
_FOLDERS = frozenset({"dev", "development", "ci", "sandbox"})
"""Folders of prompts for development. Those of tests are none: a test of a prompt needs the model that it will meet."""
_MARK = regex(r"[._-](?:dev|ci|sandbox)(?=\.)", re.IGNORECASE)
"""In a file's name (``reply.dev.prompt.yml``)."""


def check(context: Context) -> Iterator[Finding]:
    """Each declared model of the tier large, where the file's settings, or less surely its path, say that it is for development."""
    if context.document.agent_file:
        return
    for setting, prompt in declared(context):
        hosts = context.find_model(setting.value).every
        if not hosts or any(each.tier != "large" for each in hosts):
            continue
        if any(each.retired is not None and each.retired <= data_date() for each in hosts):
            continue  # `retired-model` speaks of these
        found = _stage(context, prompt)
        if found is not None:
            reason, sure = found
            yield Finding(
                setting.location,
                {"model": setting.value, "reason": reason},
                Confidence.HIGH if sure else Confidence.MEDIUM,
                None if sure else Severity.INFO,
            )


def _stage(context: Context, prompt: Prompt) -> tuple[str, bool] | None:
    """What says that a prompt is for development, and whether that is the file itself."""
    match = _STAGE.search(around(context.document, prompt))
    if match is not None:
        if match["stage"].lower() not in _DEVELOPMENT:
            return None
        return f"'{match.group().strip().rstrip(',')}'", True
    path = PurePosixPath(context.document.source.path)
    if path.is_absolute() or ":" in path.parts[0]:
        return None  # where the project lies is no part of it
    folder = next((part for part in path.parts[:-1] if part.lower() in _FOLDERS), None)
    if folder is not None:
        return f"the folder '{folder}'", False
    mark = _MARK.search(path.name)
    return (f"the file's name '{path.name}'", False) if mark is not None else None
