"""What a client says about how the server shall work, in its initialization options or its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

__all__ = ["Settings", "read_settings"]

SECTION: Final = "promptlint"
"""The name of the settings in an editor's configuration."""


@dataclass(frozen=True)
class Settings:
    """How the server works.

    configuration: a file that holds for every prompt in place of what would be found. debounce: seconds after the last change
    before a document is linted. on_type: whether it is linted while somebody types, or only when it is opened and saved.
    lenses: whether tokens and cost are shown above each prompt. workspace: whether prompts that are not open are linted, too.
    model: the model to count tokens for, whatever files declare. pedantic: whether findings of low confidence are shown.
    """

    configuration: Path | None = None
    debounce: float = 0.2
    on_type: bool = True
    lenses: bool = True
    workspace: bool = False
    model: str | None = None
    pedantic: bool | None = None


def read_settings(said: object, now: Settings | None = None) -> tuple[Settings, list[str]]:
    """The settings that a client states, and what is wrong with them. What it does not state stays as it is `now`."""
    settings = now or Settings()
    if not isinstance(said, Mapping):
        return settings, []
    inner = said.get(SECTION)
    values: Mapping[str, Any] = inner if isinstance(inner, Mapping) else said
    mistakes: list[str] = []

    def flag(key: str, *, current: bool) -> bool:
        value = values.get(key)
        if value is None or isinstance(value, bool):
            return current if value is None else value
        mistakes.append(f"the setting '{key}' must be true or false")
        return current

    def text(key: str, current: str | None) -> str | None:
        if key not in values:
            return current
        value = values[key]
        if value is None or isinstance(value, str):
            return value or None
        mistakes.append(f"the setting '{key}' must be a text")
        return current

    debounce = values.get("debounceMs", settings.debounce * 1_000)
    if isinstance(debounce, bool) or not isinstance(debounce, int | float) or not 0 <= debounce <= 60_000:
        mistakes.append("the setting 'debounceMs' must be a number from 0 to 60000")
        debounce = settings.debounce * 1_000
    run = values.get("run", "onType" if settings.on_type else "onSave")
    if run not in ("onType", "onSave"):
        mistakes.append("the setting 'run' must be 'onType' or 'onSave'")
        run = "onType" if settings.on_type else "onSave"
    configured = text("configuration", None if settings.configuration is None else str(settings.configuration))
    pedantic = values.get("pedantic", settings.pedantic)
    return replace(
        settings,
        configuration=Path(configured).expanduser() if configured else None,
        debounce=debounce / 1_000,
        on_type=run == "onType",
        lenses=flag("codeLens", current=settings.lenses),
        workspace=flag("workspaceDiagnostics", current=settings.workspace),
        model=text("model", settings.model),
        pedantic=pedantic if isinstance(pedantic, bool) else None,
    ), mistakes
